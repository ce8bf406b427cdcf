/** Messages: written, shown, changed and taken away (platforms/discord.md §4–§6, §8). */
import { type APIMessage, type APIUser, GatewayIntentBits, MessageFlags, MessageType } from 'discord-api-types/v10';
import { keepFile, type NewFile, showFile } from './files.ts';
import { checkMessage, type MessageBody, mentionProblem, wrong } from './limits.ts';
import { invalidForm, refusal } from './refusal.ts';
import { type Channel, isWatched, type State, type StoredMessage } from './state.ts';

/** The answer's files by the number in their `files[n]`. */
export type Uploads = ReadonlyMap<string, NewFile>;

/** A message before it has an id. */
interface Draft {
  readonly channel: Channel;
  readonly author: APIUser;
  readonly body: MessageBody;
  readonly uploads: Uploads;
  readonly isEphemeral?: boolean;
  readonly extra?: Partial<APIMessage>;
}

/** Checks a body as Discord does. @throws 50035; what is wrong is also kept in `problems` */
export function readBody(state: State, where: string, body: unknown): MessageBody {
  const checked = checkMessage(body);
  for (const { path, message } of checked.violations) state.problems.push(`${where}: ${path.join('.')}: ${message}`);
  if (checked.body === null) throw invalidForm(checked.violations);
  const mention = mentionProblem(checked.body);
  if (mention !== null) state.problems.push(`${where}: ${mention}`);
  return checked.body;
}

/** @throws 413 with 40005 when a file is larger than that, 30015 when there are too many */
export function checkUploads(uploads: Uploads, limitBytes: number): void {
  if (uploads.size > 10) throw refusal(30015);
  for (const { bytes } of uploads.values()) if (bytes.length > limitBytes) throw refusal(40005);
}

/** Puts a message into a channel and tells the gateway. @throws 50035 for a reference to a file that is not there */
export function writeMessage(state: State, draft: Draft): StoredMessage {
  const { channel, author, body, uploads } = draft;
  const files = [...uploads].map(([index, upload]) => {
    const described = body.attachments?.find(({ id }) => id === index);
    return keepFile(
      state,
      channel.id,
      { ...upload, description: described?.description ?? undefined },
      draft.isEphemeral,
    );
  });
  const nowMs = state.nowMs();
  const stored: StoredMessage = {
    message: {
      id: state.mint(),
      type: MessageType.Default,
      channel_id: channel.id,
      author,
      content: body.content ?? '',
      timestamp: new Date(nowMs).toISOString(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      pinned: false,
      embeds: drawEmbeds(body),
      components: drawComponents(body),
      flags: ((body.flags ?? 0) | (draft.isEphemeral ? MessageFlags.Ephemeral : 0)) as MessageFlags,
      ...(body.nonce == null ? {} : { nonce: body.nonce }),
      ...draft.extra,
    },
    files: files.map(({ id }) => id),
    createdAtMs: nowMs,
    reactions: new Map(),
    isEphemeral: draft.isEphemeral ?? false,
    isDeleted: false,
    nonce: body.nonce ?? null,
  };
  checkReferences(state, stored);
  state.messages.set(stored.message.id, stored);
  announce(state, 'MESSAGE_CREATE', stored);
  return stored;
}

// The schemas stand between: what passes them has the published shape.
const drawEmbeds = (body: MessageBody) => (body.embeds ?? []) as APIMessage['embeds'];
const drawComponents = (body: MessageBody) => (body.components ?? []) as NonNullable<APIMessage['components']>;

/** `attachment://name` must name a file that is there. */
function checkReferences(state: State, { message, files }: StoredMessage): void {
  const names = files.map((id) => state.files.get(id)?.name);
  const used = JSON.stringify([message.embeds, message.components]).matchAll(/attachment:\/\/([^"]+)/g);
  for (const [, name = ''] of used) {
    if (!names.includes(name)) {
      throw invalidForm([wrong(['components'], 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND', name)]);
    }
  }
}

function isHiding(state: State, { message, isEphemeral }: StoredMessage): boolean {
  const channel = state.channels.get(message.channel_id);
  const isMentioned = message.mentions.some(({ id }) => id === state.bot.id);
  return message.author.id !== state.bot.id && channel?.guild !== null && !isMentioned && !isEphemeral;
}

/** As the API shows it: with links that work now, and without what the bot may not read. */
export function showMessage(state: State, stored: StoredMessage, hasContent = state.hasContentIntent): APIMessage {
  const attachments = stored.files.flatMap((id) => {
    const file = state.files.get(id);
    return file === undefined ? [] : [showFile(state, file)];
  });
  const links = new Map(attachments.map(({ filename, url }) => [`attachment://${filename}`, url]));
  const drawn: APIMessage = JSON.parse(JSON.stringify(stored.message), (_key, value: unknown) =>
    typeof value === 'string' ? (links.get(value) ?? value) : value,
  );
  const reactions = [...stored.reactions.values()].map(({ emoji, people }) => ({
    emoji,
    count: people.size,
    count_details: { burst: 0, normal: people.size },
    me: people.has(state.bot.id),
    me_burst: false,
    burst_colors: [],
  }));
  const whole = { ...drawn, attachments, ...(reactions.length > 0 ? { reactions } : {}) };
  return !hasContent && isHiding(state, stored)
    ? { ...whole, content: '', embeds: [], attachments: [], components: [] }
    : whole;
}

/** A message the bot can reach through its channel. @throws 10008 for one that is gone or only somebody's */
export function findMessage(state: State, channel: Channel, id: string): StoredMessage {
  const stored = state.messages.get(id);
  const isThere = stored !== undefined && !stored.isDeleted && !stored.isEphemeral;
  if (!isThere || stored.message.channel_id !== channel.id) throw refusal(10008);
  return stored;
}

/** The oldest first. */
export function publicMessages(state: State, channel: string): readonly StoredMessage[] {
  return [...state.messages.values()].filter(
    ({ message, isDeleted, isEphemeral }) => message.channel_id === channel && !isDeleted && !isEphemeral,
  );
}

/** Changes a message of the bot's. What the body leaves out stays; `attachments` lists the files to keep. */
export function changeMessage(state: State, stored: StoredMessage, body: MessageBody, uploads: Uploads): void {
  const channel = state.channels.get(stored.message.channel_id);
  if (channel === undefined) throw refusal(10003);
  const fresh = [...uploads].map(([index, upload]) => {
    const described = body.attachments?.find(({ id }) => id === index);
    return keepFile(
      state,
      channel.id,
      { ...upload, description: described?.description ?? undefined },
      stored.isEphemeral,
    );
  });
  const kept = body.attachments
    ? stored.files.filter((id) => body.attachments?.some((each) => each.id === id))
    : stored.files;
  const flags = (stored.message.flags ?? 0) & ~MessageFlags.Loading;
  const { message } = stored;
  const changed: StoredMessage = {
    ...stored,
    message: {
      ...message,
      ...(body.content === undefined ? {} : { content: body.content ?? '' }),
      ...(body.embeds === undefined ? {} : { embeds: drawEmbeds(body) }),
      ...(body.components === undefined ? {} : { components: drawComponents(body) }),
      flags: (flags | ((body.flags ?? 0) & MessageFlags.IsComponentsV2)) as MessageFlags,
      edited_timestamp: new Date(state.nowMs()).toISOString(),
    },
    files: [...kept, ...fresh.map(({ id }) => id)],
  };
  checkReferences(state, changed);
  Object.assign(stored, { message: changed.message, files: changed.files });
  announce(state, 'MESSAGE_UPDATE', stored);
}

/** Takes a message away; its id is remembered as gone. */
export function removeMessage(state: State, stored: StoredMessage): void {
  stored.isDeleted = true;
  const { id, channel_id } = stored.message;
  const channel = state.channels.get(channel_id);
  if (stored.isEphemeral || channel === undefined || !isWatched(state, channel)) return;
  const { guild } = channel;
  const intent = guild === null ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages;
  state.emit({ t: 'MESSAGE_DELETE', d: { id, channel_id, ...inGuild(guild) } }, { guild, intent });
}

function announce(state: State, t: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE', stored: StoredMessage): void {
  if (stored.isEphemeral) return;
  const channel = state.channels.get(stored.message.channel_id);
  if (channel === undefined || !isWatched(state, channel)) return;
  const { guild } = channel;
  const draw = (hasContent: boolean) => {
    const shown = showMessage(state, stored, hasContent);
    return { t, d: { ...shown, ...inGuild(guild), channel_type: channel.type } };
  };
  const intent = guild === null ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages;
  state.emit(draw(true), { guild, intent, withoutContent: () => draw(false) });
}

/** The field that is left out in direct messages. */
export function inGuild(guild: string | null): { guild_id?: string } {
  return guild === null ? {} : { guild_id: guild };
}
