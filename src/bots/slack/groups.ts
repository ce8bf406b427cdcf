/** The user groups somebody is in: what `/hailuo admin roles` and limits of a role mean on Slack. */
import { z } from 'zod';
import { listLimits } from '../../core/quota/limit-rows.ts';
import { readSettings } from '../../core/settings/store.ts';
import { type InstallationKey, installationId, tenantOf } from './address.ts';
import { readRefusal } from './api-errors.ts';
import { briefly } from './briefly.ts';
import type { SlackApi } from './slack-clients.ts';
import type { SlackDatabase } from './slack-tables.ts';

export interface Groups {
  /**
   * As of a minute ago at most; none where no admin has chosen anything by group, and Slack is not asked then.
   * @throws when Slack cannot be asked now, or does not allow it (`missing_scope`)
   */
  of(key: InstallationKey, person: string): Promise<readonly string[]>;
}

type Members = ReadonlyMap<string, readonly string[]>;

const knownMs = 60_000;
const mostKept = 500;

const answer = z.object({
  usergroups: z.array(z.object({ id: z.string(), users: z.array(z.string()).default([]) })).default([]),
});

export function createGroups({
  database,
  api,
  now,
}: {
  readonly database: SlackDatabase;
  readonly api: SlackApi;
  readonly now: () => Date;
}): Groups {
  const kept = new Map<string, { readonly members: Promise<Members>; readonly at: number }>();

  async function matters(tenant: string): Promise<boolean> {
    const [{ roles }, limits] = await Promise.all([readSettings(database, tenant), listLimits(database, tenant)]);
    return roles !== null || limits.some(({ subject }) => subject.kind === 'role');
  }

  async function ask(key: InstallationKey): Promise<Members> {
    const { api: client } = await api.of(key);
    const asked = { include_users: true, ...(key.isEnterpriseInstall && key.team !== null && { team_id: key.team }) };
    try {
      const { usergroups } = answer.parse(await briefly(() => client.usergroups.list(asked)));
      return new Map(usergroups.map(({ id, users }) => [id, users]));
    } catch (error) {
      const refusal = readRefusal(error);
      // Free workspaces have no groups, and say no.
      if (refusal === null || refusal.code === 'missing_scope') throw error;
      return new Map();
    }
  }

  /** Of many who want to know the same at once, one asks. */
  function membersIn(key: InstallationKey): Promise<Members> {
    const name = `${installationId(key)} ${key.team ?? ''}`;
    const known = kept.get(name);
    if (known !== undefined && now().getTime() - known.at < knownMs) return known.members;
    const members = ask(key);
    members.catch(() => kept.delete(name));
    kept.delete(name);
    kept.set(name, { members, at: now().getTime() });
    if (kept.size > mostKept) for (const oldest of kept.keys().take(1)) kept.delete(oldest);
    return members;
  }

  return {
    async of(key, person) {
      if (!(await matters(tenantOf(key)))) return [];
      const members = await membersIn(key);
      return [...members].flatMap(([group, people]) => (people.includes(person) ? [group] : []));
    },
  };
}
