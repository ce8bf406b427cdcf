/** Conversations, people and reactions by the Web API (platforms/slack.md §3). */
import { z } from 'zod';
import { announce } from './events.ts';
import { findMessage, repliesTo, showMessage } from './messages.ts';
import { type Call, id, type Method, read } from './method.ts';
import { openDirect, scopeFor, showChannel, showPerson, teamsOf, visibleChannel } from './places.ts';
import { amount, flag } from './read-arguments.ts';
import { Refusal } from './refusal.ts';
import type { Channel, Message } from './state.ts';

const info: Method = (call) => {
  const { channel: wanted } = read(call, z.object({ channel: id }));
  const channel = visibleChannel(call.state, call.installation, wanted);
  call.demand(scopeFor(channel, 'read'));
  return { channel: showChannel(channel) };
};

const open: Method = (call) => {
  call.demand('im:write');
  const { users } = read(call, z.object({ users: id }));
  if (users.includes(',')) throw new Refusal('method_not_supported_for_channel_type');
  const channel = openDirect(call.state, call.installation, users);
  return { channel: { id: channel.id } };
};

const page = {
  channel: id,
  limit: amount.default(100),
  cursor: z.string().optional(),
  latest: z.string().optional(),
  oldest: z.string().optional(),
  inclusive: flag.default(false),
  include_all_metadata: flag.default(false),
};
type Page = z.output<z.ZodObject<typeof page>>;

/** Where a bot may read. @throws channel_not_found, missing_scope, not_in_channel */
function readable(call: Call, wanted: string): Channel {
  const channel = visibleChannel(call.state, call.installation, wanted);
  call.demand(scopeFor(channel, 'history'));
  if (!channel.hasBot) throw new Refusal('not_in_channel');
  return channel;
}

/**
 * The newest first, of the channel itself. For the `ts` of an answer in a thread it is no error: the nearest older message of
 * the channel comes, which is not the one that was asked for.
 */
const history: Method = (call) => {
  const args = read(call, z.object(page));
  const channel = readable(call, args.channel);
  const top = channel.messages.filter(({ thread, onlyFor }) => thread === null && onlyFor === null);
  const shown = top.filter((message) => !message.isDeleted || repliesTo(channel, message.ts).length > 0);
  return cut(call, channel, within(shown, args).toReversed(), args);
};

/** A thread from its first message on; of an answer in one, only that answer. */
const replies: Method = (call) => {
  const args = read(call, z.object({ ...page, ts: id }));
  const channel = readable(call, args.channel);
  const first = channel.messages.find(({ ts, onlyFor }) => ts === args.ts && onlyFor === null);
  const answers = first === undefined ? [] : repliesTo(channel, first.ts);
  if (first === undefined || (first.isDeleted && answers.length === 0)) throw new Refusal('thread_not_found');
  if (first.thread !== null) return cut(call, channel, [first], args);
  return cut(call, channel, [first, ...within(answers, args)], args);
};

function within(messages: readonly Message[], { latest, oldest, inclusive }: Page): readonly Message[] {
  const isBefore = (ts: string) => latest === undefined || (inclusive ? ts <= latest : ts < latest);
  const isAfter = (ts: string) => oldest === undefined || (inclusive ? ts >= oldest : ts > oldest);
  return messages.filter(({ ts }) => isBefore(ts) && isAfter(ts));
}

function cut({ state }: Call, channel: Channel, messages: readonly Message[], args: Page): object {
  const from = args.cursor === undefined ? 0 : Number(Buffer.from(args.cursor, 'base64').toString());
  const most = Math.min(args.limit === 0 ? 100 : args.limit, state.isDistributed ? 15 : 1000);
  const part = messages.slice(from, from + most);
  const rest = messages.length > from + most;
  return {
    messages: part.map((message) => showMessage(state, channel, message, args.include_all_metadata)),
    has_more: rest,
    ...(rest ? { response_metadata: { next_cursor: Buffer.from(String(from + most)).toString('base64') } } : {}),
  };
}

const userInfo: Method = (call) => {
  call.demand('users:read');
  const args = read(call, z.object({ user: id, include_locale: flag.default(false) }));
  const person = call.state.people.get(args.user);
  if (person === undefined) throw new Refusal('user_not_found');
  return { user: showPerson(person, args.include_locale) };
};

const listGroups: Method = (call) => {
  call.demand('usergroups:read');
  const args = read(call, z.object({ include_users: flag.default(false), team_id: id.optional() }));
  const teams = args.team_id === undefined ? teamsOf(call.state, call.installation) : [args.team_id];
  return {
    usergroups: [...call.state.groups]
      .filter(([, { team }]) => teams.includes(team))
      .map(([group, { users }]) => ({ id: group, ...(args.include_users && { users }) })),
  };
};

const target = z.object({ channel: id, timestamp: id });

const addReaction: Method = (call) => {
  call.demand('reactions:write');
  const args = read(call, target.extend({ name: id }));
  const channel = readable(call, args.channel);
  const message = findMessage(channel, args.timestamp);
  if (message === undefined) throw new Refusal('message_not_found');
  const { botUser } = call.installation;
  const users = message.reactions.get(args.name) ?? new Set();
  if (users.has(botUser)) throw new Refusal('already_reacted');
  message.reactions.set(args.name, users.add(botUser));
  announce(call.state, channel.team, reactionEvent(channel, message, botUser, args.name, call.state.mintTs()));
  return {};
};

/** It says where and by whom, and nothing of what the message holds. */
export function reactionEvent(channel: Channel, message: Message, user: string, reaction: string, ts: string) {
  const item = { type: 'message', channel: channel.id, ts: message.ts };
  return { type: 'reaction_added', user, reaction, item, item_user: message.user, event_ts: ts };
}

const getReactions: Method = (call) => {
  call.demand('reactions:read');
  const args = read(call, target);
  const channel = visibleChannel(call.state, call.installation, args.channel);
  const message = findMessage(channel, args.timestamp);
  if (message === undefined) throw new Refusal('message_not_found');
  return { type: 'message', channel: channel.id, message: showMessage(call.state, channel, message) };
};

export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.info': info,
  'conversations.open': open,
  'conversations.history': history,
  'conversations.replies': replies,
  'users.info': userInfo,
  'usergroups.list': listGroups,
  'reactions.add': addReaction,
  'reactions.get': getReactions,
};
