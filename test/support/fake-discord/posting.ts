/** The bot's own messages through a channel's routes: what it may, what is sent once, what comes too often. */
import { type APIMessage, MessageReferenceType, MessageType, PermissionFlagsBits } from 'discord-api-types/v10';
import { type MessageBody, wrong } from './limits.ts';
import { showMessage, type Uploads, writeMessage } from './messages.ts';
import { invalidForm, refusal } from './refusal.ts';
import { type Channel, demand, isThread, type State, type StoredMessage } from './state.ts';

const hourMs = 60 * 60_000;

/** The bot's own message through the channel's route, with all that Discord asks first. */
export function postMessage(state: State, channel: Channel, body: MessageBody, uploads: Uploads): StoredMessage {
  const rights = isThread(channel) ? PermissionFlagsBits.SendMessagesInThreads : PermissionFlagsBits.SendMessages;
  demand(state, channel, rights);
  if (uploads.size > 0) demand(state, channel, PermissionFlagsBits.AttachFiles);
  if (body.embeds?.length) demand(state, channel, PermissionFlagsBits.EmbedLinks);
  if (isThread(channel) && channel.isLocked) throw refusal(160005);
  if (!body.content && !body.embeds?.length && !body.components?.length && uploads.size === 0) throw refusal(50006);

  const earlier = body.enforce_nonce ? findByNonce(state, channel, body.nonce ?? null) : undefined;
  if (earlier?.isDeleted) throw refusal(10008);
  if (earlier !== undefined) return earlier;
  const extra = drawReference(state, channel, body);
  channel.isArchived = false;
  return writeMessage(state, { channel, author: state.bot, body, uploads, extra });
}

function findByNonce(state: State, channel: Channel, nonce: string | number | null): StoredMessage | undefined {
  const since = state.nowMs() - state.limits.nonceWindowMs;
  return [...state.messages.values()].findLast(
    (stored) =>
      nonce !== null &&
      stored.nonce === nonce &&
      stored.message.channel_id === channel.id &&
      stored.message.author.id === state.bot.id &&
      stored.createdAtMs >= since,
  );
}

function drawReference(state: State, channel: Channel, body: MessageBody): Partial<APIMessage> {
  const wanted = body.message_reference;
  if (wanted == null) return {};
  if (channel.guild !== null) {
    const may = PermissionFlagsBits.ReadMessageHistory;
    try {
      demand(state, channel, may);
    } catch {
      throw refusal(160002);
    }
  }
  const referred = state.messages.get(wanted.message_id);
  const isThere = referred !== undefined && !referred.isDeleted && referred.message.channel_id === channel.id;
  if (!isThere && wanted.fail_if_not_exists === false) return {};
  if (!isThere) throw invalidForm([wrong(['message_reference'], 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message')]);
  return {
    type: MessageType.Reply,
    message_reference: {
      type: MessageReferenceType.Default,
      message_id: wanted.message_id,
      channel_id: channel.id,
      ...(channel.guild === null ? {} : { guild_id: channel.guild }),
    },
    referenced_message: showMessage(state, referred),
  };
}

const oldEdits = new WeakMap<Channel, number[]>();
const mostOldEdits = 3;
const oldEditsWindowMs = 6000;

/** Messages older than an hour have a limit of their own (platforms/discord.md §7). @throws 30046 under HTTP 429 */
export function countOldEdit(state: State, channel: Channel, stored: StoredMessage): void {
  const nowMs = state.nowMs();
  if (nowMs - stored.createdAtMs < hourMs) return;
  const recent = (oldEdits.get(channel) ?? []).filter((at) => nowMs - at < oldEditsWindowMs);
  if (recent.length >= mostOldEdits) throw refusal(30046, { 'retry-after': String(oldEditsWindowMs / 1000) });
  oldEdits.set(channel, [...recent, nowMs]);
}
