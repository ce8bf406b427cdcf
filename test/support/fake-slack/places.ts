/** Channels and people as the Web API shows them, and what the bot may see and do there (platforms/slack.md §3, §11). */
import { Refusal } from './refusal.ts';
import { type Channel, type Installation, installationOf, type Person, type State } from './state.ts';

const historyScopes = { channel: 'channels', group: 'groups', im: 'im', mpim: 'mpim' } as const;

/** `channels:history`, `groups:read` …: the scope depends on the kind of place. */
export function scopeFor(channel: Channel, what: 'history' | 'read'): string {
  return `${historyScopes[channel.kind]}:${what}`;
}

/** What a caller is: an installation with its scopes. */
export function isInside(state: State, { id, isEnterpriseInstall }: Installation, team: string): boolean {
  return isEnterpriseInstall ? state.teams.get(team)?.enterprise === id : team === id;
}

/** A channel as this bot may see it. @throws channel_not_found for one that is private and not its own */
export function visibleChannel(state: State, installation: Installation, id: string): Channel {
  const channel = state.channels.get(id);
  if (channel === undefined || !isInside(state, installation, channel.team)) throw new Refusal('channel_not_found');
  if (!channel.hasBot && channel.kind !== 'channel') throw new Refusal('channel_not_found');
  return channel;
}

/** Where the bot can write. @throws channel_not_found, not_in_channel, is_archived */
export function writableChannel(state: State, installation: Installation, id: string, scope?: string): Channel {
  const channel = visibleChannel(state, installation, id);
  const mayWithout = scope !== undefined && installation.scopes.includes(scope);
  if (!channel.hasBot && !mayWithout) throw new Refusal('not_in_channel');
  if (channel.isArchived) throw new Refusal('is_archived');
  return channel;
}

/** The same, where a person stands for the direct conversation with them. @throws also user_not_found */
export function addressedChannel(state: State, installation: Installation, id: string, scope?: string): Channel {
  return state.people.has(id) ? openDirect(state, installation, id) : writableChannel(state, installation, id, scope);
}

/** The conversation of a person with the bot; made when it is not there. @throws user_not_found, cannot_dm_bot */
export function openDirect(state: State, installation: Installation, user: string): Channel {
  const person = state.people.get(user);
  if (person === undefined || person.isDeleted) throw new Refusal('user_not_found');
  if (person.isBot) throw new Refusal('cannot_dm_bot');
  const team = state.teams.has(person.team) ? person.team : (teamsOf(state, installation)[0] ?? person.team);
  if (!isInside(state, installation, team)) throw new Refusal('user_not_found');
  if (person.isUnreachable) throw new Refusal('messages_tab_disabled');
  return directChannel(state, team, user);
}

export function directChannel(state: State, team: string, user: string): Channel {
  const known = state.channels
    .values()
    .find(({ kind, partner, team: own }) => kind === 'im' && partner === user && own === team);
  if (known !== undefined) return known;
  const made: Channel = {
    id: state.mint('D'),
    team,
    name: 'directmessage',
    kind: 'im',
    partner: user,
    isShared: false,
    isArchived: false,
    hasBot: installationOf(state, team) !== undefined,
    members: new Set([user]),
    messages: [],
  };
  state.channels.set(made.id, made);
  return made;
}

export function teamsOf(state: State, { id, isEnterpriseInstall }: Installation): readonly string[] {
  if (!isEnterpriseInstall) return [id];
  return [...state.teams.values()].filter(({ enterprise }) => enterprise === id).map((team) => team.id);
}

/** As `conversations.info` answers. */
export function showChannel(channel: Channel) {
  const common = {
    id: channel.id,
    created: 1_700_000_000,
    is_archived: channel.isArchived,
    is_org_shared: false,
    context_team_id: channel.team,
  };
  if (channel.kind === 'im') return { ...common, is_im: true, user: channel.partner, is_user_deleted: false };
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'group',
    is_im: false,
    is_mpim: channel.kind === 'mpim',
    is_private: channel.kind !== 'channel',
    is_member: channel.hasBot,
    is_shared: channel.isShared,
    is_ext_shared: channel.isShared,
    is_general: false,
  };
}

/** As `users.info` answers. */
export function showPerson(person: Person, hasLocale: boolean) {
  return {
    id: person.id,
    team_id: person.team,
    name: person.name,
    deleted: person.isDeleted,
    real_name: person.name,
    tz: 'Europe/Berlin',
    tz_offset: 3600,
    profile: { real_name: person.name, display_name: person.name, team: person.team },
    is_admin: person.isAdmin || person.isOwner,
    is_owner: person.isOwner,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: person.isBot,
    is_app_user: false,
    is_stranger: person.isStranger,
    updated: 1_700_000_000,
    ...(hasLocale ? { locale: person.locale } : {}),
  };
}
