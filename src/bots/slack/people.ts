/** Who asks: what Slack tells about a person, remembered for a while. An event carries no more than an id. */
import { z } from 'zod';
import { type InstallationKey, installationId } from './address.ts';
import { readRefusal } from './api-errors.ts';
import { briefly } from './briefly.ts';
import type { SlackApi } from './slack-clients.ts';

export interface Person {
  readonly name: string;
  /** BCP 47. */
  readonly locale: string;
  /** Looks after this workspace, by Slack's own word; never a stranger. */
  readonly isAdmin: boolean;
  /** A program, or somebody whose account is closed: nobody who could ask for anything. */
  readonly isBot: boolean;
  /** Of another company, in a channel that both share. */
  readonly isStranger: boolean;
}

export interface People {
  /**
   * As of ten minutes ago at most; that somebody is an admin, as of a minute ago.
   * @param freshMs how old the answer may be, where ten minutes are too much
   * @throws when Slack cannot be asked now, or does not allow it (`missing_scope`)
   */
  know(key: InstallationKey, person: string, freshMs?: number): Promise<Person>;
  /** What is known without asking; English for somebody who is not known yet. */
  localeAtOnce(key: InstallationKey, person: string): string;
}

const knownMs = 10 * 60_000;
const adminMs = 60_000;
const mostKept = 5_000;
const unknownLocale = 'en-US';

const text = z.string().nullish();
const flag = z.boolean().nullish();
const enterpriseUser = z.object({
  enterprise_id: text,
  teams: z.array(z.string()).nullish(),
  is_admin: flag,
  is_owner: flag,
});
const answer = z.object({
  user: z.object({
    name: text,
    real_name: text,
    locale: text,
    team_id: text,
    enterprise_id: text,
    teams: z.array(z.string()).nullish(),
    deleted: flag,
    is_bot: flag,
    is_workflow_bot: flag,
    is_connector_bot: flag,
    is_stranger: flag,
    is_admin: flag,
    is_owner: flag,
    is_primary_owner: flag,
    profile: z.object({ display_name: text, real_name: text }).nullish(),
    enterprise_user: enterpriseUser.nullish(),
  }),
});
type User = z.output<typeof answer>['user'];

/** Slack's own helper, which `is_bot` does not name as one. */
const slackbot = 'USLACKBOT';

interface Known {
  readonly person: Person;
  readonly at: number;
}

export function createPeople({ api, now }: { readonly api: SlackApi; readonly now: () => Date }): People {
  const kept = new Map<string, Known>();
  const asking = new Map<string, Promise<Person>>();

  async function ask(key: InstallationKey, id: string): Promise<Person> {
    const { api: client } = await api.of(key);
    try {
      const { user } = answer.parse(await briefly(() => client.users.info({ user: id, include_locale: true })));
      return toPerson(key, id, user);
    } catch (error) {
      const refusal = readRefusal(error);
      // Somebody of another company may be hidden from us, and is there all the same.
      if (refusal === null || !hidden.has(refusal.code)) throw error;
      return { name: id, locale: unknownLocale, isAdmin: false, isBot: false, isStranger: true };
    }
  }

  /** Of many who want to know the same at once, one asks. */
  async function learn(key: InstallationKey, id: string, name: string): Promise<Person> {
    const underWay = asking.get(name);
    if (underWay !== undefined) return underWay;
    const answered = ask(key, id).finally(() => asking.delete(name));
    asking.set(name, answered);
    const person = await answered;
    kept.delete(name);
    kept.set(name, { person, at: now().getTime() });
    if (kept.size > mostKept) for (const oldest of kept.keys().take(1)) kept.delete(oldest);
    return person;
  }

  return {
    async know(key, id, freshMs = knownMs) {
      const name = nameOf(key, id);
      const known = kept.get(name);
      if (known === undefined) return learn(key, id, name);
      const mostMs = Math.min(freshMs, known.person.isAdmin ? adminMs : knownMs);
      return now().getTime() - known.at < mostMs ? known.person : learn(key, id, name);
    },
    localeAtOnce: (key, id) => kept.get(nameOf(key, id))?.person.locale ?? unknownLocale,
  };
}

const hidden: ReadonlySet<string> = new Set(['user_not_found', 'user_not_visible', 'users_not_found']);

function nameOf(key: InstallationKey, person: string): string {
  return `${installationId(key)} ${person}`;
}

function toPerson(key: InstallationKey, id: string, user: User): Person {
  const isStranger = isForeign(key, user);
  const inOrganisation = user.enterprise_user;
  const leads = [
    user.is_admin,
    user.is_owner,
    user.is_primary_owner,
    inOrganisation?.is_admin,
    inOrganisation?.is_owner,
  ];
  return {
    name: nameFor(user) ?? id,
    locale: user.locale || unknownLocale,
    // An admin elsewhere is a guest here.
    isAdmin: !isStranger && leads.some((is) => is === true),
    isBot: [user.is_bot, user.is_workflow_bot, user.is_connector_bot, user.deleted].includes(true) || id === slackbot,
    isStranger,
  };
}

/** As people there see it. */
function nameFor({ profile, real_name, name }: User): string | undefined {
  return (
    [profile?.display_name, profile?.real_name, real_name, name].find((each) => each != null && each !== '') ??
    undefined
  );
}

/** Whose workspaces have nothing to do with those of the installation. What Slack does not say makes nobody a stranger. */
function isForeign({ team, enterprise }: InstallationKey, user: User): boolean {
  if (user.is_stranger === true) return true;
  const organisation = user.enterprise_user?.enterprise_id ?? user.enterprise_id;
  if (enterprise !== null && organisation === enterprise) return false;
  const homes = [user.team_id, ...(user.teams ?? []), ...(user.enterprise_user?.teams ?? [])].filter(
    (home) => home != null,
  );
  return homes.length > 0 && !homes.some((home) => home === team || home === enterprise);
}
