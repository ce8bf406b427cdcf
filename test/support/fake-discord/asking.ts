/** An interaction as Discord sends it to the bot, and as the person behind it sees what comes of it. */
import { type APIMessage, ChannelType, type InteractionType, PermissionFlagsBits } from 'discord-api-types/v10';
import { deadlineMs } from './answers.ts';
import { findPerson, memberOf, showChannel } from './drawing.ts';
import { showMessage } from './messages.ts';
import {
  type Channel,
  type Ask as OpenAsk,
  permissionsIn,
  type State,
  type StoredMessage,
  uploadLimitIn,
} from './state.ts';

/** Whoever is named only by their id. */
export interface Named {
  readonly id: string;
}

/** One interaction, seen from the person's side. */
export interface Act {
  readonly id: string;
  readonly token: string;
  /** The channel or thread it happened in. */
  readonly channel: string;
  /** Resolves with the first answer; rejects when three seconds went by without one. `afterMs` is real time. */
  readonly acknowledged: Promise<{ readonly type: number; readonly afterMs: number }>;
  /** The `@original`, as it stands; null before it is there and after it was deleted. */
  response(): APIMessage | null;
  followUps(): readonly APIMessage[];
  /** The form it opened; null: none. */
  modal(): OpenAsk['modal'];
  /** What was offered while typing; null: nothing yet. */
  choices(): OpenAsk['choices'];
}

/** Where an interaction happens, and in what circumstances. */
export interface Circumstances {
  readonly user: Named;
  /** The app is on the person and not in the server. */
  readonly isUserInstalled?: boolean | undefined;
  /** What the interaction says the app may do; default: what the bot may do in that channel. */
  readonly appPermissions?: bigint | undefined;
  /** Largest file of a response, in bytes; default: the place's own limit or the person's Nitro. */
  readonly attachmentSizeLimit?: number | undefined;
}

interface Asking extends Circumstances {
  readonly channel: Channel;
  readonly type: InteractionType;
  readonly data: unknown;
  readonly source?: StoredMessage | null;
}

/** Sends an interaction to the bot. */
export function ask(state: State, asking: Asking): Act {
  const { channel, user, type } = asking;
  const person = findPerson(state, user.id);
  const guild = channel.guild === null ? null : (state.guilds.get(channel.guild) ?? null);
  const isAbsent = guild?.isBotMember === false || channel.type === ChannelType.GroupDM;
  const isForeign = asking.isUserInstalled === true || isAbsent;
  if (guild !== null) joinGuild(state, guild.id, user.id);
  if (guild === null || isForeign) person.hasInstalled = true;
  const settled = Promise.withResolvers<{ type: number; afterMs: number }>();
  const open: OpenAsk = {
    id: state.mint(),
    token: `aW50ZXJhY3Rpb246${state.mint()}`,
    type,
    createdAtMs: state.nowMs(),
    startedAt: performance.now(),
    user: user.id,
    channel: channel.id,
    guild: channel.guild,
    isBotMember: !isForeign,
    uploadLimitBytes: asking.attachmentSizeLimit ?? Math.max(uploadLimitIn(state, channel), person.uploadLimitBytes),
    source: asking.source?.message.id ?? null,
    answer: null,
    original: null,
    followUps: [],
    modal: null,
    choices: null,
    settle() {
      clearInterval(watch);
      if (open.answer !== null) settled.resolve(open.answer);
    },
  };
  const watch = setInterval(() => {
    if (state.nowMs() - open.createdAtMs <= deadlineMs) return;
    clearInterval(watch);
    settled.reject(new Error('The application did not respond'));
  }, 100).unref();
  // Whoever does not ask for it is not to be stopped by it.
  settled.promise.catch(() => undefined);
  state.asks.set(open.token, open);
  state.emit(
    { t: 'INTERACTION_CREATE', d: drawInteraction(state, open, asking) },
    { guild: isForeign ? null : channel.guild, intent: null },
  );
  return toAct(state, open, settled.promise);
}

function toAct(state: State, open: OpenAsk, acknowledged: Act['acknowledged']): Act {
  const show = (id: string | null) => {
    const stored = id === null ? undefined : state.messages.get(id);
    return stored === undefined || stored.isDeleted ? null : showMessage(state, stored, true);
  };
  return {
    id: open.id,
    token: open.token,
    channel: open.channel,
    acknowledged,
    response: () => show(open.original),
    followUps: () => open.followUps.flatMap((id) => show(id) ?? []),
    modal: () => open.modal,
    choices: () => open.choices,
  };
}

function drawInteraction(state: State, open: OpenAsk, { channel, data, source, appPermissions }: Asking) {
  const person = findPerson(state, open.user);
  const guild = open.guild === null ? null : (state.guilds.get(open.guild) ?? null);
  const who =
    guild === null ? { user: person.user } : { member: memberOf(state, guild, open.user), guild_id: guild.id };
  const inDirect = channel.type === ChannelType.DM ? 1 : 2;
  return {
    id: open.id,
    application_id: state.applicationId,
    type: open.type,
    token: open.token,
    version: 1,
    data,
    channel: showChannel(state, channel),
    channel_id: channel.id,
    ...who,
    ...(guild === null
      ? {}
      : { guild: { id: guild.id, locale: guild.locale, features: [] }, guild_locale: guild.locale }),
    ...(source ? { message: showMessage(state, source, true) } : {}),
    locale: person.locale,
    entitlements: [],
    authorizing_integration_owners: ownersOf(open),
    context: guild === null ? inDirect : 0,
    attachment_size_limit: open.uploadLimitBytes,
    app_permissions: String(appPermissions ?? permissionsIn(state, channel)),
  };
}

function ownersOf(open: OpenAsk): Record<string, string> {
  return open.isBotMember ? { 0: open.guild ?? '0' } : { 1: open.user };
}

/** Whoever does something in a server is a member of it. */
export function joinGuild(state: State, guild: string, user: string): void {
  const members = state.guilds.get(guild)?.members;
  if (members && !members.has(user)) members.set(user, { roles: [], permissions: memberPermissions });
}

/** What @everyone may do, until a test says otherwise. */
const memberPermissions =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.CreatePublicThreads |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.AddReactions |
  PermissionFlagsBits.UseApplicationCommands |
  PermissionFlagsBits.UseExternalApps;
