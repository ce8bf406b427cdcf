/** Who looks after a place: whom its platform calls an admin, and whom those have listed beside them. */
import type { Database } from '../core/database.ts';
import type { TenantSettings } from '../core/settings/settings.ts';
import { readSettings } from '../core/settings/store.ts';
import type { Asker } from '../core/values.ts';

/** For whoever has the settings of the asker's tenant at hand. */
export function isAdminHere(
  { isAdmin, person }: Pick<Asker, 'isAdmin' | 'person'>,
  { admins }: Pick<TenantSettings, 'admins'>,
): boolean {
  return isAdmin || admins.includes(person);
}

/** Asks the database only about those whom their platform does not call an admin. */
export async function mayAdminister(
  asker: Pick<Asker, 'tenant' | 'isAdmin' | 'person'>,
  { database }: { readonly database: Database },
): Promise<boolean> {
  return asker.isAdmin || isAdminHere(asker, await readSettings(database, asker.tenant));
}
