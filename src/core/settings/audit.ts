/** The only way in which an admin's choice is written: with a line that says who changed what, from what to what. */
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { Asker } from '../values.ts';
import type { Change } from './change.ts';

/** A change, and who made it. */
export interface AuditLine extends Change {
  readonly by: Pick<Asker, 'person' | 'name'>;
  readonly at: Date;
}

/** Who changes something in their tenant. */
export type Admin = Pick<Asker, 'tenant' | 'person' | 'name'>;

/**
 * Writes what `change` writes and a line for each difference it reports, or nothing at all. Admins of one tenant go one
 * after another, so that what was there before is what the line says.
 * @param change must query nothing but its transaction
 * @returns the differences; empty when everything was so already
 */
export function changeAudited(
  database: Database,
  admin: Admin,
  at: Date,
  change: (tx: Database) => Promise<readonly Change[]>,
): Promise<readonly Change[]> {
  return database.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`administration:${admin.tenant}`}, 0))`.execute(tx);
    const changes = (await change(tx)).filter(({ before, after }) => !isDeepStrictEqual(before, after));
    if (changes.length > 0) {
      await tx
        .insertInto('audit')
        .values(
          changes.map(({ what, subject, before, after }) => ({
            tenant: admin.tenant,
            person: admin.person,
            name: admin.name,
            at,
            what,
            subject_kind: subject?.kind ?? null,
            subject: subject?.id ?? null,
            before: JSON.stringify(before),
            after: JSON.stringify(after),
          })),
        )
        .execute();
    }
    return changes;
  });
}

/** The newest first. */
export async function readAudit(database: Database, tenant: string, most: number): Promise<AuditLine[]> {
  const rows = await database
    .selectFrom('audit')
    .selectAll()
    .where('tenant', '=', tenant)
    .orderBy('id', 'desc')
    .limit(most)
    .execute();
  return rows.map(({ what, subject_kind: kind, subject: id, before, after, person, name, at }) => ({
    what,
    subject: kind === null || id === null ? null : { kind, id },
    before,
    after,
    by: { person, name },
    at,
  }));
}
