/** Messages by the Web API (platforms/slack.md §5). */
import { z } from 'zod';
import { blockProblems } from './block-limits.ts';
import { announceChange, announceDirect } from './events.ts';
import { maySee, permalinkOf } from './files.ts';
import {
  broadcastsIn,
  findMessage,
  linkTo,
  named,
  repliesTo,
  showMessage,
  threadState,
  unescapedIn,
  writeMessage,
} from './messages.ts';
import { type Call, id, type Method, read } from './method.ts';
import { addressedChannel, visibleChannel } from './places.ts';
import { json } from './read-arguments.ts';
import { Mistake, Refusal } from './refusal.ts';
import { shareFiles } from './sharing.ts';
import type { Block, Channel, Message, State } from './state.ts';

const mostText = 40_000;
const mostUpdateText = 4000;

const blocks = json(z.array(z.looseObject({ type: z.string() }))).optional();
const metadata = json(z.object({ event_type: z.string().min(1), event_payload: z.record(z.string(), z.unknown()) }));
const body = {
  text: z.string().optional(),
  blocks,
  metadata: metadata.optional(),
};

/** What may be said; the block's own words come with the refusal. @throws invalid_blocks, no_text */
export function checkWords(
  state: State,
  label: string,
  said: { readonly text?: string | undefined; readonly blocks?: readonly Block[] | undefined },
): { readonly text: string; readonly blocks: readonly Block[] } {
  const { text = '', blocks: sent = [] } = said;
  const problems = blockProblems('message', sent);
  if (problems.length > 0) throw new Mistake('invalid_blocks', problems);
  if (text === '' && sent.length === 0) throw new Mistake('no_text', ['neither text nor blocks']);
  // Notifications and screen readers have nothing else (platforms/slack.md §5).
  if (text === '') state.problems.push(`${label}: blocks without text`);
  if (text.length > mostText) state.problems.push(`${label}: text of ${text.length} characters is cut`);
  for (const sign of unescapedIn(text, sent)) state.problems.push(`${label}: ${sign} is not escaped`);
  for (const broadcast of broadcastsIn(text, sent)) state.problems.push(`${label}: ${broadcast} wakes everybody`);
  return { text: text.slice(0, mostText), blocks: sent };
}

/** The thread that is meant. @throws thread_not_found, cannot_reply_to_message */
export function checkThread(channel: Channel, thread: string | undefined): string | null {
  if (thread === undefined) return null;
  switch (threadState(channel, thread)) {
    case 'none':
      throw new Refusal('thread_not_found');
    case 'reply':
      throw new Mistake('cannot_reply_to_message', [`thread_ts ${thread} is not the first message of a thread`]);
    case 'parent':
      return thread;
  }
}

const postMessage: Method = (call) => {
  call.demand('chat:write');
  const { state, installation } = call;
  const args = read(call, z.object({ channel: id, thread_ts: id.optional(), ...body }));
  const channel = addressedChannel(state, installation, args.channel, 'chat:write.public');
  const said = checkWords(state, 'chat.postMessage', args);
  const thread = checkThread(channel, args.thread_ts);
  const message = post(call, channel, { ...said, thread, metadata: args.metadata ?? null });
  announceDirect(state, channel, message);
  return { channel: channel.id, ts: message.ts, message: showMessage(state, channel, message, true) };
};

/** A message that names a file of ours by its link shares it. */
function post(
  { state, installation }: Call,
  channel: Channel,
  said: {
    readonly text: string;
    readonly blocks: readonly Block[];
    readonly thread: string | null;
    metadata: object | null;
  },
): Message {
  const words = { ...said, user: installation.botUser, metadata: said.metadata as { [name: string]: unknown } | null };
  const files = state.files
    .values()
    .filter((file) => maySee(state, installation, file) && said.text.includes(permalinkOf(state, file)))
    .toArray();
  return files.length === 0 ? writeMessage(state, channel, words) : shareFiles(state, channel, words, files);
}

const postEphemeral: Method = (call) => {
  call.demand('chat:write');
  const { state, installation } = call;
  const args = read(call, z.object({ channel: id, user: id, thread_ts: id.optional(), ...body }));
  const channel = addressedChannel(state, installation, args.channel);
  const said = checkWords(state, 'chat.postEphemeral', args);
  if (!channel.members.has(args.user)) throw new Refusal('user_not_in_channel');
  const thread = checkThread(channel, args.thread_ts);
  const isSeen = thread === null || repliesTo(channel, thread).length > 0;
  if (!isSeen) state.problems.push('chat.postEphemeral: into a thread that is none yet, where nobody sees it');
  const message = writeMessage(state, channel, {
    ...said,
    user: installation.botUser,
    thread,
    onlyFor: args.user,
  });
  return { message_ts: message.ts };
};

const update: Method = (call) => {
  call.demand('chat:write');
  const { state, installation } = call;
  const args = read(call, z.object({ channel: id, ts: id, ...body }));
  const channel = visibleChannel(state, installation, args.channel);
  const message = findMessage(channel, args.ts);
  if (message === undefined) throw new Refusal('message_not_found');
  if (message.user !== installation.botUser) throw new Refusal('cant_update_message');
  if (channel.isArchived) throw new Refusal('is_archived');
  if ((args.text ?? '').length > mostUpdateText) throw new Mistake('msg_too_long', ['text over 4000 characters']);
  // Text alone takes the blocks away; blocks stay only where neither is sent.
  const isUntouched = args.text === undefined && args.blocks === undefined;
  if (!isUntouched) rewrite(state, message, checkWords(state, 'chat.update', args));
  if (args.metadata !== undefined) message.metadata = args.metadata;
  announceChange(state, channel, message);
  return { channel: channel.id, ts: message.ts, text: message.text, message: showMessage(state, channel, message) };
};

/** Puts something else in its place. */
export function rewrite(
  state: State,
  message: Message,
  { text, blocks: sent }: { readonly text: string; readonly blocks: readonly Block[] },
): void {
  message.text = text;
  message.blocks = named(state, sent);
  message.isEdited = sent.length === 0;
  message.edits.push({ text, blocks: message.blocks });
}

const remove: Method = (call) => {
  call.demand('chat:write');
  const { state, installation } = call;
  const args = read(call, z.object({ channel: id, ts: id }));
  const channel = visibleChannel(state, installation, args.channel);
  const message = findMessage(channel, args.ts);
  if (message === undefined) throw new Refusal('message_not_found');
  if (message.user !== installation.botUser) throw new Refusal('cant_delete_message');
  forget(message);
  announceChange(state, channel, message);
  return { channel: channel.id, ts: message.ts };
};

/** It is gone, and what it shared is not there any more. */
export function forget(message: Message): void {
  message.isDeleted = true;
  for (const { shares } of message.files) {
    const at = shares.findIndex(({ channel, ts }) => channel === message.channel && ts === message.ts);
    if (at >= 0) shares.splice(at, 1);
  }
}

const getPermalink: Method = (call) => {
  const { state, installation } = call;
  const args = read(call, z.object({ channel: id, message_ts: id }));
  const channel = visibleChannel(state, installation, args.channel);
  const message = findMessage(channel, args.message_ts);
  if (message === undefined) throw new Refusal('message_not_found');
  return { channel: channel.id, permalink: linkTo(state, message) };
};

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
};
