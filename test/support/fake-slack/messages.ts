/** Messages: written, shown, found, changed and taken away (platforms/slack.md §3, §5). */

import { showFile } from './files.ts';
import { type Block, type Channel, isBotUser, type Json, type Message, type State, type StoredFile } from './state.ts';

/** What is in a new message. */
export interface NewMessage {
  readonly user: string;
  readonly text: string;
  readonly thread?: string | null | undefined;
  readonly blocks?: readonly Block[] | undefined;
  readonly files?: readonly StoredFile[] | undefined;
  readonly metadata?: Json | null | undefined;
  readonly onlyFor?: string | null | undefined;
}

/** Writes it and tells those who hear of direct messages. */
export function writeMessage(state: State, channel: Channel, said: NewMessage): Message {
  const message: Message = {
    team: channel.team,
    channel: channel.id,
    ts: state.mintTs(),
    thread: said.thread ?? null,
    user: said.user,
    bot: botOf(state, said.user),
    text: said.text,
    blocks: named(state, said.blocks ?? []),
    files: said.files ?? [],
    metadata: said.metadata ?? null,
    edits: [],
    isDeleted: false,
    isEdited: false,
    onlyFor: said.onlyFor ?? null,
    reactions: new Map(),
  };
  channel.messages.push(message);
  return message;
}

/** `B…` of our own bot, or of somebody else's. */
function botOf(state: State, user: string): string | null {
  const own = state.installations.values().find(({ botUser }) => botUser === user);
  if (own !== undefined) return own.bot;
  return state.people.get(user)?.isBot === true ? `B${user.slice(1)}` : null;
}

/** Slack gives every block and element an id that has none. */
export function named(state: State, blocks: readonly Block[]): readonly Block[] {
  const withId = (element: unknown): unknown =>
    typeof element === 'object' && element !== null && 'type' in element && !('action_id' in element)
      ? { ...element, action_id: state.mint('a') }
      : element;
  return blocks.map((block) => ({
    ...block,
    block_id: block.block_id ?? state.mint('b'),
    ...(block.type === 'input' ? { element: withId(block.element) } : {}),
    ...(block.type === 'actions' ? { elements: (block.elements as unknown[]).map(withId) } : {}),
    ...('accessory' in block && (block.accessory as Block).type !== 'image'
      ? { accessory: withId(block.accessory) }
      : {}),
  }));
}

export function findMessage(channel: Channel, ts: string): Message | undefined {
  return channel.messages.find((message) => message.ts === ts && message.onlyFor === null && !message.isDeleted);
}

/** The answers in its thread that everybody sees. */
export function repliesTo(channel: Channel, ts: string): readonly Message[] {
  return channel.messages.filter(({ thread, isDeleted, onlyFor }) => thread === ts && !isDeleted && onlyFor === null);
}

/** Whether something can be said in the thread of it: what is gone but has answers still holds them together. */
export function threadState(channel: Channel, ts: string): 'none' | 'reply' | 'parent' {
  const message = channel.messages.find((each) => each.ts === ts && each.onlyFor === null);
  if (message === undefined) return 'none';
  if (message.thread !== null) return message.isDeleted ? 'none' : 'reply';
  return message.isDeleted && repliesTo(channel, ts).length === 0 ? 'none' : 'parent';
}

/** As the API and events show it. */
export function showMessage(state: State, channel: Channel, message: Message, hasMetadata = false) {
  const replies = message.thread === null ? repliesTo(channel, message.ts) : [];
  const threadTs = message.thread ?? (replies.length > 0 ? message.ts : null);
  const thread = threadTs === null ? {} : { thread_ts: threadTs };
  if (message.isDeleted) {
    const gone = { text: 'This message was deleted.', user: 'USLACKBOT', hidden: true };
    return { type: 'message', subtype: 'tombstone', ...gone, ts: message.ts, ...thread };
  }
  const isFromPerson = message.bot === null;
  return {
    type: 'message',
    user: message.user,
    text: message.text,
    ts: message.ts,
    team: state.people.get(message.user)?.team ?? message.team,
    ...(isFromPerson ? { client_msg_id: `00000000-${message.ts}` } : { bot_id: message.bot }),
    ...(isBotUser(state, message.user) ? { app_id: state.appId } : {}),
    ...thread,
    ...(message.thread === null ? {} : { parent_user_id: parentUser(channel, message.thread) }),
    ...(replies.length === 0
      ? {}
      : { reply_count: replies.length, reply_users_count: 1, latest_reply: replies.at(-1)?.ts }),
    ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
    ...(message.files.length === 0
      ? {}
      : { files: message.files.map((file) => showFile(state, file)), upload: !isFromPerson }),
    ...(message.isEdited ? { edited: { user: message.user, ts: message.ts } } : {}),
    ...(message.reactions.size === 0 ? {} : { reactions: showReactions(message) }),
    ...(hasMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
  };
}

function parentUser(channel: Channel, ts: string): string | undefined {
  return channel.messages.find((each) => each.ts === ts)?.user;
}

function showReactions(message: Message) {
  return [...message.reactions].map(([name, users]) => ({ name, users: [...users], count: users.size }));
}

/** A link to it. */
export function linkTo(state: State, message: Message): string {
  const domain = state.teams.get(message.team)?.domain ?? 'elsewhere';
  const link = `https://${domain}.slack.com/archives/${message.channel}/p${message.ts.replace('.', '')}`;
  return message.thread === null ? link : `${link}?thread_ts=${message.thread}&cid=${message.channel}`;
}

/** Who would be woken by it: `<!channel>` and the like. */
export function broadcastsIn(text: string, blocks: readonly Block[]): readonly string[] {
  return [text, ...markedUp(blocks)].flatMap((each) => each.match(/<!(?:channel|here|everyone|subteam)[^>]*>/g) ?? []);
}

/** Signs that mean something to Slack and stand there as if they meant nothing (platforms/slack.md §3). */
export function unescapedIn(text: string, blocks: readonly Block[]): readonly string[] {
  return [text, ...markedUp(blocks)].flatMap(
    (each) => each.match(/&(?!amp;|lt;|gt;)|<(?!(?:[@#!][^<>]+|(?:https?:|mailto:)[^<>]+)>)/g) ?? [],
  );
}

/** Only marked-up text means such signs; plain text shows them. */
function markedUp(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(markedUp);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  return type === 'mrkdwn' && typeof text === 'string' ? [text] : Object.values(value).flatMap(markedUp);
}
