/** What the admins of a tenant have chosen, as a row. */
import type { Database } from '../database.ts';
import { type Admin, changeAudited } from './audit.ts';
import type { Change } from './change.ts';
import { defaultSettings, type TenantSettings } from './settings.ts';

/** One statement by the primary key; what was never chosen is as in `defaultSettings`. */
export async function readSettings(database: Database, tenant: string): Promise<TenantSettings> {
  const row = await database.selectFrom('settings').select('chosen').where('tenant', '=', tenant).executeTakeFirst();
  return { ...defaultSettings, ...row?.chosen };
}

/**
 * @param choose gets what holds now, and nobody else changes it meanwhile; returns what becomes different
 * @returns what did become different
 */
export function changeSettings(
  database: Database,
  admin: Admin,
  at: Date,
  choose: (now: TenantSettings) => Partial<TenantSettings>,
): Promise<readonly Change[]> {
  return changeAudited(database, admin, at, async (tx) => {
    const before = await readSettings(tx, admin.tenant);
    const chosen = choose(before);
    const json = JSON.stringify(chosen);
    await tx
      .insertInto('settings')
      .values({ tenant: admin.tenant, chosen: json })
      .onConflict((same) =>
        same.column('tenant').doUpdateSet(({ eb, ref }) => ({
          chosen: eb(ref('settings.chosen'), '||', ref('excluded.chosen')),
        })),
      )
      .execute();
    const after = { ...before, ...chosen };
    return settingNames.map((what) => ({ what, subject: null, before: before[what], after: after[what] }));
  });
}

const settingNames = Object.keys(defaultSettings) as (keyof TenantSettings)[];
