/** What the admins have set, over the defaults of the environment. */
import type { Database } from '../database.ts';
import { type Admin, changeAudited } from '../settings/audit.ts';
import type { Change, LimitChoice, Subject } from '../settings/change.ts';
import type { LimitsTable } from '../tables.ts';
import { perOf } from './limits.ts';

/** What is set for one subject; a measure that is not named stays as it is. */
export type LimitChoices = Readonly<Partial<Record<LimitsTable['measure'], LimitChoice>>>;

/** One subject and everything that is set for it. */
export interface SetLimits {
  readonly subject: Subject;
  readonly choices: LimitChoices;
}

/** Everything set in the tenant, subject by subject: the tenant first, then everybody, roles, channels and persons. */
export async function listLimits(database: Database, tenant: string): Promise<SetLimits[]> {
  const rows = await database
    .selectFrom('limits')
    .select(['scope', 'subject', 'measure', 'most'])
    .where('tenant', '=', tenant)
    .orderBy('subject')
    .execute();
  const subjects = new Map<string, SetLimits>();
  for (const { scope, subject: id, measure, most } of rows) {
    const earlier = subjects.get(`${scope} ${id}`)?.choices;
    const choices = { ...earlier, [measure]: most ?? 'unlimited' };
    subjects.set(`${scope} ${id}`, { subject: { kind: scope, id }, choices });
  }
  return [...subjects.values()].sort((one, other) => placeOf(one.subject) - placeOf(other.subject));
}

function placeOf({ kind, id }: Subject): number {
  return id === '*' ? 1 : { tenant: 0, role: 2, channel: 3, person: 4 }[kind];
}

/** From the next request on. What is running goes on, and counts. */
export function setLimits(
  database: Database,
  admin: Admin,
  at: Date,
  subject: Subject,
  choices: LimitChoices,
): Promise<readonly Change[]> {
  return changeAudited(database, admin, at, async (tx) => {
    const rows = await rowsOf(tx, admin.tenant, subject).select(['measure', 'most']).execute();
    const changes: Change[] = [];
    for (const measure of ['clips', 'running', 'usd'] as const) {
      const after = choices[measure];
      if (after === undefined) continue;
      await writeLimit(tx, admin, at, subject, measure, after);
      const row = rows.find((each) => each.measure === measure);
      const before = row === undefined ? 'default' : (row.most ?? 'unlimited');
      changes.push({ what: measure, subject, before, after });
    }
    return changes;
  });
}

function rowsOf(database: Database, tenant: string, { kind, id }: Subject) {
  return database.selectFrom('limits').where('tenant', '=', tenant).where('scope', '=', kind).where('subject', '=', id);
}

async function writeLimit(
  tx: Database,
  { tenant, person }: Admin,
  at: Date,
  { kind: scope, id: subject }: Subject,
  measure: LimitsTable['measure'],
  choice: LimitChoice,
): Promise<void> {
  const key = { tenant, scope, subject, measure, per: perOf[measure] };
  if (choice === 'default') {
    await tx
      .deleteFrom('limits')
      .where((row) => row.and(key))
      .execute();
    return;
  }
  const set = { most: choice === 'unlimited' ? null : choice, set_by: person, set_at: at };
  await tx
    .insertInto('limits')
    .values({ ...key, ...set })
    .onConflict((same) => same.columns(['tenant', 'scope', 'subject', 'measure', 'per']).doUpdateSet(set))
    .execute();
}
