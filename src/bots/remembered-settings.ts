/** What admins chose, for whatever is asked too often to be read each time. */
import type { Database } from '../core/database.ts';
import type { TenantSettings } from '../core/settings/settings.ts';
import { readSettings } from '../core/settings/store.ts';

/** An admin's change is felt after this long at most. */
const rememberMs = 5_000;
const mostRemembered = 10_000;

/** @returns what holds in a place, by its tenant */
export function rememberSettings({ database, now }: { readonly database: Database; readonly now: () => Date }) {
  const remembered = new Map<string, { readonly until: number; readonly settings: Promise<TenantSettings> }>();
  return (tenant: string): Promise<TenantSettings> => {
    const known = remembered.get(tenant);
    if (known !== undefined && known.until > now().getTime()) return known.settings;
    if (remembered.size >= mostRemembered) remembered.clear();
    const settings = readSettings(database, tenant);
    remembered.set(tenant, { until: now().getTime() + rememberMs, settings });
    settings.catch(() => remembered.delete(tenant));
    return settings;
  };
}
