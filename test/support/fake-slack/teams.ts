/** Workspaces: who and what is in them, and the app's being there. */

import type { Outcome } from './delivery.ts';
import { announce, tell } from './events.ts';
import type { Identified } from './filling.ts';
import { repliesTo } from './messages.ts';
import { install } from './oauth.ts';
import { createPerson, type FakePerson } from './people.ts';
import { directChannel } from './places.ts';
import { type Channel, installationOf, type Message, must, type State, type StepOutcome, secret } from './state.ts';

/** What an app with our manifest is granted, unless a test takes something away. */
export const usualScopes: readonly string[] = [
  'commands',
  'chat:write',
  'files:read',
  'files:write',
  'reactions:read',
  'channels:history',
  'groups:history',
  'im:history',
  'mpim:history',
  'channels:read',
  'groups:read',
  'im:read',
  'mpim:read',
  'app_mentions:read',
  'im:write',
  'users:read',
  'usergroups:read',
];

/** How a workspace is set up; everything has a default. */
export interface NewTeam {
  readonly name?: string | undefined;
  /** An organisation's id: several workspaces may share it. */
  readonly enterprise?: string | undefined;
  /** The app is there for the whole organisation. */
  readonly isEnterpriseInstall?: boolean | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** Whether the app is there from the start; default: it is. */
  readonly isInstalled?: boolean | undefined;
}

export interface NewPerson {
  readonly name?: string | undefined;
  readonly locale?: string | undefined;
  readonly isAdmin?: boolean | undefined;
  readonly isOwner?: boolean | undefined;
  /** Of another company, by Slack Connect. */
  readonly isStranger?: boolean | undefined;
  readonly isBot?: boolean | undefined;
}

export interface NewChannel {
  readonly name?: string | undefined;
  readonly isPrivate?: boolean | undefined;
  readonly isGroup?: boolean | undefined;
  readonly isArchived?: boolean | undefined;
  readonly hasBot?: boolean | undefined;
  readonly isShared?: boolean | undefined;
}

/** A conversation, as a test looks at it. */
export interface FakeChannel {
  readonly id: string;
  readonly name: string;
  /** What everybody sees, the oldest first; what was deleted is among them and says so. */
  readonly messages: readonly Message[];
  /** The answers in a thread. */
  thread(first: Message | string): readonly Message[];
  /** What only this person sees. */
  ephemerals(person: Identified): readonly Message[];
  /** As Slack knows it. */
  readonly known: Channel;
  archive(): void;
  /** The bot comes, or goes. */
  invite(): void;
  kick(): void;
}

/** A workflow's step that was started. */
export interface StartedStep {
  readonly execution: string;
  readonly acknowledged: Promise<Outcome | null>;
  readonly outcome: Promise<StepOutcome>;
}

export interface FakeTeam {
  readonly id: string;
  readonly domain: string;
  readonly enterprise: string | null;
  readonly botToken: string;
  readonly botUser: string;
  readonly bot: string;
  /** Under which the app is kept: the workspace's id or the organisation's. */
  readonly installation: string;
  readonly scopes: readonly string[];
  /** As if the app were installed again with these. */
  grant(scopes: readonly string[]): void;
  person(person?: NewPerson): FakePerson;
  /** A user group with these people in it; its id comes back. */
  group(people: readonly Identified[]): string;
  channel(channel?: NewChannel): FakeChannel;
  /** The conversation of a person with the bot. */
  direct(person: Identified): FakeChannel;
  /** Starts the app's step in a workflow. @param callback default: `animate` */
  runStep(inputs: Readonly<Record<string, unknown>>, callback?: string): StartedStep;
  /** Its tokens die, and the app is told: both events come, in this order. */
  uninstall(): Promise<void>;
  /** The bot's token is taken back; the app stays. */
  revokeToken(): Promise<void>;
}

export function createTeam(state: State, wanted: NewTeam = {}): FakeTeam {
  const id = state.mint('T');
  const name = wanted.name ?? `team-${state.teams.size + 1}`;
  const enterprise = wanted.enterprise ?? null;
  const team = { id, name, domain: name.toLowerCase().replaceAll(/\W+/g, '-'), enterprise };
  state.teams.set(id, team);
  const isEnterpriseInstall = wanted.isEnterpriseInstall ?? false;
  const key = isEnterpriseInstall ? must(enterprise, 'organisation') : id;
  if (wanted.isInstalled !== false && !state.installations.has(key))
    install(state, { id: key, isEnterpriseInstall, scopes: wanted.scopes ?? usualScopes, isFixed: true });
  // Also once it is gone: a test may look at what it was.
  const installed = () => installationOf(state, id) ?? must(state.installations.get(key), `app in ${name}`);

  return {
    id,
    domain: team.domain,
    enterprise,
    get botToken() {
      return installed().botToken;
    },
    get botUser() {
      return installed().botUser;
    },
    get bot() {
      return installed().bot;
    },
    get installation() {
      return installed().id;
    },
    get scopes() {
      return installed().scopes;
    },
    grant(scopes) {
      installed().scopes = scopes;
    },
    person: (person = {}) => addPerson(state, id, person),
    channel: (channel = {}) => lookAt(addChannel(state, id, channel)),
    direct: (person) => lookAt(directChannel(state, id, person.id)),
    group(people) {
      const group = state.mint('S');
      state.groups.set(group, { team: id, users: people.map((person) => person.id) });
      return group;
    },
    runStep: (inputs, callback = 'animate') => runStep(state, id, inputs, callback),
    uninstall: () => endInstallation(state, id, 'inactive', ['tokens_revoked', 'app_uninstalled']),
    revokeToken: () => endInstallation(state, id, 'revoked', ['tokens_revoked']),
  };
}

function addPerson(state: State, team: string, wanted: NewPerson): FakePerson {
  // People of an organisation have ids of another kind; nobody may rely on the first letter.
  const isOfOrganisation = state.teams.get(team)?.enterprise !== null;
  const id = state.mint(isOfOrganisation ? 'W' : 'U');
  const person = {
    id,
    team: wanted.isStranger === true ? state.mint('T') : team,
    name: wanted.name ?? `person-${id.slice(-3).toLowerCase()}`,
    locale: wanted.locale ?? 'en-US',
    isAdmin: wanted.isAdmin ?? false,
    isOwner: wanted.isOwner ?? false,
    isBot: wanted.isBot ?? false,
    isStranger: wanted.isStranger ?? false,
    isDeleted: false,
    isUnreachable: false,
  };
  state.people.set(id, person);
  return createPerson(state, person);
}

function addChannel(state: State, team: string, wanted: NewChannel): Channel {
  const isPrivate = wanted.isPrivate ?? false;
  const id = state.mint('C');
  const channel: Channel = {
    id,
    team,
    name: wanted.name ?? `channel-${id.slice(-3).toLowerCase()}`,
    kind: wanted.isGroup === true ? 'mpim' : isPrivate ? 'group' : 'channel',
    partner: null,
    isShared: wanted.isShared ?? false,
    isArchived: wanted.isArchived ?? false,
    hasBot: wanted.hasBot ?? true,
    members: new Set(),
    messages: [],
  };
  state.channels.set(id, channel);
  return channel;
}

function lookAt(channel: Channel): FakeChannel {
  return {
    id: channel.id,
    name: channel.name,
    known: channel,
    get messages() {
      return channel.messages.filter(({ onlyFor }) => onlyFor === null);
    },
    thread: (first) => repliesTo(channel, typeof first === 'string' ? first : (first.thread ?? first.ts)),
    ephemerals: (person) => channel.messages.filter(({ onlyFor, isDeleted }) => onlyFor === person.id && !isDeleted),
    archive() {
      channel.isArchived = true;
    },
    invite() {
      channel.hasBot = true;
    },
    kick() {
      channel.hasBot = false;
    },
  };
}

/** What has an id is given by it; a file may then be fetched by the app. */
function runStep(state: State, team: string, inputs: Readonly<Record<string, unknown>>, callback: string): StartedStep {
  const installation = must(installationOf(state, team), `app in ${team}`);
  const id = state.mint('Fx');
  const token = `xwfp-${secret(16)}`;
  state.tokens.set(token, {
    kind: 'step',
    installation: installation.id,
    state: 'good',
    expiresAtMs: Number.POSITIVE_INFINITY,
  });
  const { promise: outcome, resolve: settle } = Promise.withResolvers<StepOutcome>();
  state.executions.set(id, { id, team, installation: installation.id, token, outcome: null, settle });
  const given = Object.entries(inputs).map(([name, value]) => {
    const isThing = typeof value === 'object' && value !== null && 'id' in value;
    const plain = isThing ? String(value.id) : value;
    state.files.get(String(plain))?.givenTo.add(installation.id);
    return [name, plain] as const;
  });
  const created = Math.trunc(state.clock.nowMs() / 1000);
  const event = {
    type: 'function_executed',
    function: {
      id: state.mint('Fn'),
      callback_id: callback,
      title: 'Animate',
      description: '',
      type: 'app',
      input_parameters: given.map(([name]) => ({ type: 'string', name, is_required: false })),
      output_parameters: [],
      app_id: state.appId,
      date_created: created,
      date_updated: created,
      date_deleted: 0,
    },
    inputs: Object.fromEntries(given),
    function_execution_id: id,
    workflow_execution_id: state.mint('Wx'),
    event_ts: state.mintTs(),
    bot_access_token: token,
  };
  const acknowledged = tell(state, team, event);
  acknowledged.catch(() => undefined);
  return { execution: id, acknowledged, outcome };
}

async function endInstallation(
  state: State,
  team: string,
  how: 'inactive' | 'revoked',
  events: readonly ('tokens_revoked' | 'app_uninstalled')[],
): Promise<void> {
  const installation = must(installationOf(state, team), `app in ${team}`);
  for (const token of state.tokens.values()) if (token.installation === installation.id) token.state = how;
  for (const type of events) {
    const event = type === 'tokens_revoked' ? { type, tokens: { oauth: [], bot: [installation.botUser] } } : { type };
    announce(state, team, { ...event, event_ts: state.mintTs() });
    await state.settled();
  }
  if (!events.includes('app_uninstalled')) return;
  installation.isAlive = false;
  for (const channel of state.channels.values())
    if (installationOf(state, channel.team) === undefined) channel.hasBot = false;
}

/** For a test that wants an event of its own making. */
export function sendEvent(state: State, team: string, event: object): void {
  announce(state, team, event);
}
