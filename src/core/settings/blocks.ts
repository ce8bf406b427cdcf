/** Who may ask for nothing in a tenant. */
import type { Database } from '../database.ts';
import { type Admin, changeAudited } from './audit.ts';
import type { Change } from './change.ts';

/** A person who is blocked, why, and since when. */
export interface Block {
  readonly person: string;
  /** As the admin wrote it; may be empty. */
  readonly reason: string;
  /** The admin's id. */
  readonly by: string;
  readonly at: Date;
}

/** Null: they are not blocked there. One statement by the primary key. */
export async function findBlock(database: Database, tenant: string, person: string): Promise<Block | null> {
  return (await selectBlocks(database, tenant).where('person', '=', person).executeTakeFirst()) ?? null;
}

/** The newest first. */
export function listBlocks(database: Database, tenant: string, most: number): Promise<Block[]> {
  return selectBlocks(database, tenant).orderBy('blocked_at', 'desc').limit(most).execute();
}

function selectBlocks(database: Database, tenant: string) {
  return database
    .selectFrom('blocks')
    .select(['person', 'reason', 'blocked_by as by', 'blocked_at as at'])
    .where('tenant', '=', tenant);
}

/**
 * From here on they are refused; what they have in the making goes on. A second block changes the reason.
 * @param reason null: they may ask again
 */
export function setBlock(
  database: Database,
  admin: Admin,
  at: Date,
  person: string,
  reason: string | null,
): Promise<readonly Change[]> {
  return changeAudited(database, admin, at, async (tx) => {
    const before = await findBlock(tx, admin.tenant, person);
    const row = { tenant: admin.tenant, person };
    if (reason === null) {
      await tx.deleteFrom('blocks').where('tenant', '=', row.tenant).where('person', '=', person).execute();
    } else {
      const now = { reason, blocked_by: admin.person, blocked_at: at };
      await tx
        .insertInto('blocks')
        .values({ ...row, ...now })
        .onConflict((same) => same.columns(['tenant', 'person']).doUpdateSet(now))
        .execute();
    }
    const subject = { kind: 'person', id: person } as const;
    return [{ what: 'block', subject, before: before?.reason ?? null, after: reason }];
  });
}
