/** Everything the fake Slack remembers, and the few questions all its parts ask of it. */
import { randomBytes } from 'node:crypto';
import { type Clock, createClock } from './clock.ts';
import type { Outcome, Outgoing } from './delivery.ts';
import { createOrders, type Orders } from './faults.ts';

/** A block, element or view as it was sent. */
export type Json = { readonly [name: string]: unknown };
export type Block = Json & { readonly type: string };

/** A workspace. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly enterprise: string | null;
}

/** The app in a workspace, or in an organisation with all its workspaces. */
export interface Installation {
  /** Of the workspace or the organisation. */
  readonly id: string;
  readonly isEnterpriseInstall: boolean;
  readonly bot: string;
  readonly botUser: string;
  botToken: string;
  refreshToken: string | null;
  scopes: readonly string[];
  isAlive: boolean;
}

/** What a token may do, and for whom. */
export interface Token {
  readonly kind: 'bot' | 'app' | 'step';
  /** Of the installation; null: of the app itself. */
  readonly installation: string | null;
  state: 'good' | 'expired' | 'revoked' | 'inactive';
  readonly expiresAtMs: number;
}

/** Somebody, as Slack knows them. */
export interface Person {
  readonly id: string;
  /** Their own, which in Slack Connect is another company's. */
  readonly team: string;
  readonly name: string;
  locale: string;
  isAdmin: boolean;
  isOwner: boolean;
  readonly isBot: boolean;
  readonly isStranger: boolean;
  isDeleted: boolean;
  /** The bot's direct messages do not reach them. */
  isUnreachable: boolean;
}

/** A conversation of any kind. */
export interface Channel {
  readonly id: string;
  readonly team: string;
  readonly name: string;
  readonly kind: 'channel' | 'group' | 'im' | 'mpim';
  /** Of a direct conversation: who talks with the bot. */
  readonly partner: string | null;
  readonly isShared: boolean;
  isArchived: boolean;
  hasBot: boolean;
  readonly members: Set<string>;
  /** In the order they were written, private ones among them. */
  readonly messages: Message[];
}

/** A message, as it stands and as it was. */
export interface Message {
  readonly team: string;
  readonly channel: string;
  readonly ts: string;
  /** The first message of its thread; null for one in the channel itself. */
  readonly thread: string | null;
  readonly user: string;
  /** Set when a bot wrote it. */
  readonly bot: string | null;
  text: string;
  blocks: readonly Block[];
  files: readonly StoredFile[];
  metadata: Json | null;
  /** What it said after each change. */
  readonly edits: { readonly text: string; readonly blocks: readonly Block[] }[];
  isDeleted: boolean;
  isEdited: boolean;
  /** Only this person sees it. */
  readonly onlyFor: string | null;
  readonly reactions: Map<string, Set<string>>;
}

/** A file, whoever brought it. */
export interface StoredFile {
  readonly id: string;
  readonly team: string;
  readonly owner: string;
  readonly name: string;
  title: string;
  readonly type: string;
  bytes: Uint8Array;
  altText: string | null;
  /** Not scanned yet: neither type nor link mean anything. */
  isProcessing: boolean;
  mode: 'hosted' | 'external' | 'tombstone' | 'hidden_by_limit';
  /** Where an external file, or one that was moved, really is. */
  readonly elsewhere: string | null;
  /** In events there is only its id; `files.info` has the rest. */
  readonly needsInfo: boolean;
  /** `promised` has an address, `uploaded` its bytes, `done` is whole. */
  step: 'promised' | 'uploaded' | 'done';
  readonly promisedBytes: number;
  readonly createdAtMs: number;
  readonly shares: { readonly channel: string; readonly ts: string; readonly thread: string | null }[];
  /** Installations that were given it by hand, in a form or a workflow. */
  readonly givenTo: Set<string>;
}

/** A modal or a Home, as it stands. */
export interface StoredView {
  readonly id: string;
  readonly team: string;
  readonly installation: string;
  readonly person: string;
  view: Json & { readonly type: string; readonly blocks: readonly Block[] };
  hash: string;
  readonly root: string;
  readonly previous: string | null;
  isOpen: boolean;
  /** What the person filled in, by block and element. */
  readonly typed: Map<string, Json>;
  /** What the app objected to, by block. */
  errors: Readonly<Record<string, string>>;
  /** Where the person was when they opened it. */
  readonly channel: string | null;
}

/** Opens one form, once, for three seconds. */
export interface Trigger {
  readonly id: string;
  readonly team: string;
  readonly installation: string;
  readonly person: string;
  readonly channel: string | null;
  /** The form it came from. */
  readonly view: string | null;
  readonly createdAtMs: number;
  isUsed: boolean;
}

/** Speaks for one thing a person did. */
export interface ResponseUrl {
  readonly id: string;
  readonly team: string;
  readonly installation: string;
  readonly channel: string;
  readonly person: string;
  /** Where in the channel the message stood. */
  readonly thread: string | null;
  /** The message whose button was pressed. */
  readonly source: Message | null;
  readonly createdAtMs: number;
  uses: number;
  isExpired: boolean;
  readonly answers: Message[];
}

/** A step of a workflow that runs. */
export interface Execution {
  readonly id: string;
  readonly team: string;
  readonly installation: string;
  readonly token: string;
  outcome: StepOutcome | null;
  readonly settle: (outcome: StepOutcome) => void;
}
export type StepOutcome =
  | { readonly type: 'success'; readonly outputs: Json }
  | { readonly type: 'error'; readonly error: string };

/** One call of the Web API. */
export interface SeenCall {
  readonly method: string;
  /** Nested values are parsed. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly token: string;
  /** The workspace or organisation whose token it was; null: no installation's. */
  readonly installation: string | null;
  readonly atMs: number;
  /** Null while it runs, and when nobody heard the answer; `ok` or Slack's word. */
  answer: string | null;
}

/** All of one fake. */
export interface State {
  readonly appId: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whether tokens live for twelve hours only. */
  readonly hasTokenRotation: boolean;
  readonly hasRateLimits: boolean;
  readonly isDistributed: boolean;
  readonly showsUnfinishedFiles: boolean;
  readonly verificationToken: string;
  readonly clock: Clock;
  readonly orders: Orders;
  readonly teams: Map<string, Team>;
  readonly installations: Map<string, Installation>;
  readonly tokens: Map<string, Token>;
  readonly people: Map<string, Person>;
  /** User groups: whose they are, and who is in them. */
  readonly groups: Map<string, { readonly team: string; readonly users: readonly string[] }>;
  readonly channels: Map<string, Channel>;
  readonly files: Map<string, StoredFile>;
  readonly views: Map<string, StoredView>;
  readonly triggers: Map<string, Trigger>;
  readonly responseUrls: Map<string, ResponseUrl>;
  readonly executions: Map<string, Execution>;
  readonly calls: SeenCall[];
  readonly problems: string[];
  /** Of this server; set when it listens. */
  readonly origins: { http: string; socket: string };
  mint(prefix: string): string;
  mintTs(): string;
  /** Rings when somebody's Home is drawn. */
  readonly homeDrawn: Set<(view: StoredView) => void>;
  deliver(outgoing: Outgoing): Promise<Outcome>;
  /** Resolves when nothing that was sent waits for its acknowledgement. */
  settled(): Promise<void>;
}

/** What a test may set. */
export interface StateOptions {
  /** In place of the computer's clock; `clock.advance` still adds to it. */
  readonly now?: (() => number) | undefined;
  /** Tokens from OAuth live for twelve hours and are renewed; default: they live for ever. */
  readonly hasTokenRotation?: boolean | undefined;
  /** Holds every method to its tier's calls a minute (platforms/slack.md §5); default: only on order. */
  readonly hasRateLimits?: boolean | undefined;
  /** A commercial app outside the Marketplace: one call a minute and 15 messages of history (platforms/slack.md §3). */
  readonly isDistributed?: boolean | undefined;
  /** Whether `files.info` knows a file whose bytes came but which was not completed; the sheet does not say. Default: no. */
  readonly showsUnfinishedFiles?: boolean | undefined;
}

/** Tests of one file share a ledger, so no two fakes give out the same ids. */
let fakes = 0;

/** Empty, but for the app itself. */
export function createState(options: StateOptions): State {
  const clock = createClock(options.now);
  const appToken = `xapp-1-${secret(16)}`;
  let minted = fakes * 1_000_000;
  fakes += 1;
  let lastTs = 0;
  return {
    appId: 'A0FAKE00001',
    appToken,
    signingSecret: secret(16),
    clientId: '1111111111.2222222222',
    clientSecret: secret(16),
    hasTokenRotation: options.hasTokenRotation ?? false,
    hasRateLimits: options.hasRateLimits ?? false,
    isDistributed: options.isDistributed ?? false,
    showsUnfinishedFiles: options.showsUnfinishedFiles ?? false,
    verificationToken: secret(12),
    clock,
    orders: createOrders(),
    teams: new Map(),
    installations: new Map(),
    tokens: new Map([
      [appToken, { kind: 'app', installation: null, state: 'good', expiresAtMs: Number.POSITIVE_INFINITY }],
    ]),
    people: new Map(),
    groups: new Map(),
    channels: new Map(),
    files: new Map(),
    views: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    executions: new Map(),
    calls: [],
    problems: [],
    origins: { http: '', socket: '' },
    mint(prefix) {
      minted += 1;
      return `${prefix}0${minted.toString(36).toUpperCase().padStart(9, '0')}`;
    },
    mintTs() {
      // Microseconds, each used once: a message's time is its id.
      lastTs = Math.max(lastTs + 1, Math.trunc(clock.nowMs() * 1000));
      return `${Math.trunc(lastTs / 1_000_000)}.${String(lastTs % 1_000_000).padStart(6, '0')}`;
    },
    homeDrawn: new Set(),
    deliver: () => Promise.reject(new Error('the fake is not listening yet')),
    settled: () => Promise.resolve(),
  };
}

export function secret(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

/** The one of a workspace or of its organisation; undefined when the app is not installed there. */
export function installationOf(state: State, team: string): Installation | undefined {
  const enterprise = state.teams.get(team)?.enterprise ?? '';
  return [state.installations.get(team), state.installations.get(enterprise)].find((each) => each?.isAlive === true);
}

/** @throws when a test uses what it did not make */
export function must<Value>(value: Value | null | undefined, what: string): Value {
  if (value === undefined || value === null) throw new Error(`there is no ${what}`);
  return value;
}

/** What the bot is for others: its own user. */
export function isBotUser(state: State, user: string): boolean {
  return state.installations.values().some(({ botUser }) => botUser === user);
}
