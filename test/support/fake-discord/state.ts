/** Everything the fake Discord remembers, and the few questions all its parts ask of it. */
import { randomBytes } from 'node:crypto';
import {
  type APIApplicationCommand,
  type APIEmoji,
  type APIMessage,
  type APIModalInteractionResponseCallbackData,
  type APIUser,
  ChannelType,
  type GuildPremiumTier,
  type InteractionResponseType,
  type InteractionType,
  PermissionFlagsBits,
} from 'discord-api-types/v10';
import type { Emit } from './gateway.ts';
import { refusal } from './refusal.ts';

/** Milliseconds of 2015-01-01, where Discord's snowflakes begin. */
const discordEpochMs = 1_420_070_400_000;

/** What a bot invited with its link may do, until a test takes something away. */
export const usualPermissions =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.CreatePublicThreads |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.AddReactions |
  PermissionFlagsBits.UseExternalEmojis;

/** What somebody is in one guild. */
export interface Member {
  roles: readonly string[];
  permissions: bigint;
}

/** A server. */
export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly premiumTier: GuildPremiumTier;
  readonly locale: string;
  /** Nobody of the test's: an owner may do everything. */
  readonly owner: string;
  isBotMember: boolean;
  readonly members: Map<string, Member>;
}

/** A channel, a thread or a direct conversation. */
export interface Channel {
  readonly id: string;
  readonly type: ChannelType;
  readonly guild: string | null;
  /** Of a thread: the channel it hangs off. */
  readonly parent: string | null;
  /** Of a direct message: the person. */
  readonly recipient: string | null;
  readonly owner: string | null;
  name: string;
  isAgeRestricted: boolean;
  botPermissions: bigint;
  isArchived: boolean;
  isLocked: boolean;
}

/** Somebody who is not the bot. */
export interface Person {
  readonly user: APIUser;
  readonly locale: string;
  /** What Nitro lets this person upload, in bytes; 0: no Nitro. */
  readonly uploadLimitBytes: number;
  /** Has the app on their own account. */
  hasInstalled: boolean;
  isBlocking: boolean;
}

/** An uploaded file. */
export interface StoredFile {
  readonly id: string;
  readonly channel: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly description?: string | undefined;
  readonly isEphemeral: boolean;
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

/** A message and what the API does not show of it. */
export interface StoredMessage {
  /** Without attachments: those are drawn anew, with fresh links, whenever the message is shown. */
  readonly message: Omit<APIMessage, 'attachments'>;
  files: readonly string[];
  readonly createdAtMs: number;
  readonly reactions: Map<string, { readonly emoji: APIEmoji; readonly people: Set<string> }>;
  isEphemeral: boolean;
  isDeleted: boolean;
  nonce: string | number | null;
}

/** One thing a person asked of the app, and what became of it. */
export interface Ask {
  readonly id: string;
  readonly token: string;
  readonly type: InteractionType;
  readonly createdAtMs: number;
  readonly startedAt: number;
  readonly user: string;
  readonly channel: string;
  readonly guild: string | null;
  /** The app is there itself, not only on the person. */
  readonly isBotMember: boolean;
  readonly uploadLimitBytes: number;
  /** The message whose component was used; null for anything else. */
  readonly source: string | null;
  answer: { readonly type: InteractionResponseType; readonly afterMs: number } | null;
  original: string | null;
  readonly followUps: string[];
  modal: APIModalInteractionResponseCallbackData | null;
  choices: readonly { readonly name: string; readonly value: string | number }[] | null;
  /** Rings when `answer` is set. */
  settle(): void;
}

/** All of one fake. */
export interface State {
  readonly token: string;
  readonly bot: APIUser;
  readonly applicationId: string;
  readonly hasContentIntent: boolean;
  readonly guilds: Map<string, Guild>;
  readonly channels: Map<string, Channel>;
  readonly people: Map<string, Person>;
  /** In the order they were written. */
  readonly messages: Map<string, StoredMessage>;
  readonly files: Map<string, StoredFile>;
  /** By token. */
  readonly asks: Map<string, Ask>;
  /** By scope: a guild's id, or '' for the global ones. */
  readonly commands: Map<string, APIApplicationCommand[]>;
  readonly registrations: { scope: string; count: number }[];
  readonly problems: string[];
  readonly limits: { defaultBytes: number; requestBytes: number; nonceWindowMs: number };
  /** Of this server; set when it listens. */
  readonly origins: { http: string; gateway: string };
  /** Signs the links to attachments. */
  readonly linkKey: Uint8Array;
  nowMs(): number;
  pass(ms: number): void;
  mint(): string;
  /** Tells the gateway's clients; a no-op until the gateway is there. */
  emit: Emit;
}

/** What a test may set; see `FakeDiscordOptions`. */
export interface StateOptions {
  /** Whether the portal's switch for message content is on; default: it is. */
  readonly hasContentIntent?: boolean | undefined;
  /** Largest file where no boost raises it; default: 10 MiB. */
  readonly attachmentLimitBytes?: number | undefined;
  /** Largest request; default: none. */
  readonly requestLimitBytes?: number | undefined;
  /** How far back `enforce_nonce` looks; default: three minutes. */
  readonly nonceWindowMs?: number | undefined;
  /** In place of the computer's clock; `pass` still adds to it. */
  readonly now?: (() => Date) | undefined;
}

/** Empty, but for the bot itself. */
export function createState(options: StateOptions): State {
  const nowMs = createClock(options.now);
  const mint = createMint(nowMs.read);
  const bot = toUser(mint(), 'hailuo', true);
  return {
    // In the shape of a real one: the first part is the bot's id in base64.
    token: `${Buffer.from(bot.id).toString('base64url')}.fake00.${randomBytes(20).toString('base64url')}`,
    bot,
    applicationId: bot.id,
    hasContentIntent: options.hasContentIntent ?? true,
    guilds: new Map(),
    channels: new Map(),
    people: new Map(),
    messages: new Map(),
    files: new Map(),
    asks: new Map(),
    commands: new Map(),
    registrations: [],
    problems: [],
    limits: {
      defaultBytes: options.attachmentLimitBytes ?? 10 * 1024 * 1024,
      requestBytes: options.requestLimitBytes ?? Number.POSITIVE_INFINITY,
      nonceWindowMs: options.nonceWindowMs ?? 3 * 60_000,
    },
    origins: { http: '', gateway: '' },
    linkKey: randomBytes(32),
    nowMs: nowMs.read,
    pass: nowMs.pass,
    mint,
    emit: () => undefined,
  };
}

function createClock(now: (() => Date) | undefined) {
  let passedMs = 0;
  return {
    read: () => (now === undefined ? Date.now() : now().getTime()) + passedMs,
    pass(ms: number) {
      passedMs += ms;
    },
  };
}

/** Ids of 19 digits that only grow. Each takes a millisecond of its own, so that guilds spread over the shards. */
function createMint(nowMs: () => number): () => string {
  let last = 0n;
  return () => {
    const due = BigInt(Math.trunc(nowMs()) - discordEpochMs);
    last = due > last ? due : last + 1n;
    return (last << 22n).toString();
  };
}

/** A user in the API's form. */
export function toUser(id: string, name: string, isBot = false): APIUser {
  return {
    id,
    username: name,
    discriminator: '0',
    global_name: null,
    avatar: null,
    ...(isBot ? { bot: true } : {}),
  };
}

const threadTypes: readonly ChannelType[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];

/** Threads of every kind. */
export function isThread(channel: Channel): boolean {
  return threadTypes.includes(channel.type);
}

/** What the bot may do there; a thread has the rights of its channel, a direct message all that matter. */
export function permissionsIn(state: State, channel: Channel): bigint {
  if (channel.guild === null) return usualPermissions;
  const parent = channel.parent === null ? undefined : state.channels.get(channel.parent);
  return isThread(channel) && parent !== undefined ? parent.botPermissions : channel.botPermissions;
}

/** Whether what happens there reaches the bot's gateway. */
export function isWatched(state: State, channel: Channel): boolean {
  if (channel.type === ChannelType.GroupDM) return false;
  const guild = channel.guild === null ? undefined : state.guilds.get(channel.guild);
  return guild?.isBotMember !== false && Boolean(permissionsIn(state, channel) & PermissionFlagsBits.ViewChannel);
}

/** A channel as the bot may see it. @throws 10003, 50001 */
export function visibleChannel(state: State, id: string): Channel {
  const channel = state.channels.get(id);
  if (channel === undefined) throw refusal(10003);
  if (!isWatched(state, channel)) throw refusal(50001);
  return channel;
}

/** @throws 50013 when the bot lacks one of them there */
export function demand(state: State, channel: Channel, permissions: bigint): void {
  if (channel.guild === null) return;
  if ((permissionsIn(state, channel) & permissions) !== permissions) throw refusal(50013);
}

const tierBytes: Partial<Record<GuildPremiumTier, number>> = { 2: 50 * 1024 * 1024, 3: 100 * 1024 * 1024 };

/** The largest file the place itself allows, in bytes (platforms/discord.md §4). */
export function uploadLimitIn(state: State, channel: Channel): number {
  const guild = channel.guild === null ? undefined : state.guilds.get(channel.guild);
  return (guild && tierBytes[guild.premiumTier]) ?? state.limits.defaultBytes;
}
