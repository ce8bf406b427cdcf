/** Reactions, the bot's own and everybody's (platforms/discord.md §6). */
import { type APIEmoji, GatewayIntentBits, PermissionFlagsBits, ReactionType } from 'discord-api-types/v10';
import { findPerson, memberOf } from './drawing.ts';
import { type Call, type Route, route } from './http-server.ts';
import { findMessage, inGuild } from './messages.ts';
import { refusal } from './refusal.ts';
import { demand, isWatched, type State, type StoredMessage, visibleChannel } from './state.ts';

/** The bot's own reactions, and those of others as far as it may. */
export function reactionRoutes(state: State): readonly Route[] {
  const at = '/channels/:channel/messages/:message/reactions/:emoji';
  const found = ({ ids }: Call) => {
    const channel = visibleChannel(state, ids.channel ?? '');
    const stored = findMessage(state, channel, ids.message ?? '');
    return { channel, stored, emoji: readEmoji(ids.emoji ?? '') };
  };
  return [
    route(`PUT ${at}/@me`, (call) => {
      const { channel, stored, emoji } = found(call);
      const isFirst = !stored.reactions.has(keyOf(emoji));
      demand(state, channel, PermissionFlagsBits.ReadMessageHistory);
      if (isFirst) demand(state, channel, PermissionFlagsBits.AddReactions);
      if (channel.isArchived) throw refusal(50083);
      addReaction(state, stored, emoji, state.bot.id);
    }),
    route(`DELETE ${at}/@me`, (call) => {
      const { stored, emoji } = found(call);
      removeReaction(state, stored, emoji, state.bot.id);
    }),
    route(`DELETE ${at}/:user`, (call) => {
      const { channel, stored, emoji } = found(call);
      demand(state, channel, PermissionFlagsBits.ManageMessages);
      removeReaction(state, stored, emoji, call.ids.user ?? '');
    }),
    route(`GET ${at}`, (call) => {
      const { stored, emoji } = found(call);
      const people = [...(stored.reactions.get(keyOf(emoji))?.people ?? [])];
      return people.map((id) => (id === state.bot.id ? state.bot : findPerson(state, id).user));
    }),
  ];
}

/** `🎬`, or `name:id` for a server's own. @throws 10014 for plain words */
export function readEmoji(text: string): APIEmoji {
  const [name = '', id] = text.split(':');
  if (id !== undefined && /^\d{17,19}$/.test(id)) return { id, name };
  if (!/\p{Extended_Pictographic}/u.test(text)) throw refusal(10014);
  return { id: null, name: text };
}

const keyOf = ({ id, name }: APIEmoji) => id ?? name ?? '';

/** The same reaction twice is one; no event tells of the second. */
export function addReaction(state: State, stored: StoredMessage, emoji: APIEmoji, user: string): void {
  const there = stored.reactions.get(keyOf(emoji)) ?? { emoji, people: new Set() };
  if (there.people.has(user)) return;
  there.people.add(user);
  stored.reactions.set(keyOf(emoji), there);
  announce(state, 'MESSAGE_REACTION_ADD', stored, emoji, user);
}

/** Nothing happens when it was not there. */
export function removeReaction(state: State, stored: StoredMessage, emoji: APIEmoji, user: string): void {
  const there = stored.reactions.get(keyOf(emoji));
  if (there?.people.delete(user) !== true) return;
  if (there.people.size === 0) stored.reactions.delete(keyOf(emoji));
  announce(state, 'MESSAGE_REACTION_REMOVE', stored, emoji, user);
}

/** No message and no attachments in it: only where they are. */
function announce(
  state: State,
  t: 'MESSAGE_REACTION_ADD' | 'MESSAGE_REACTION_REMOVE',
  { message }: StoredMessage,
  emoji: APIEmoji,
  user: string,
): void {
  const channel = state.channels.get(message.channel_id);
  if (channel === undefined || !isWatched(state, channel)) return;
  const guild = state.guilds.get(channel.guild ?? '');
  const member = guild?.members.has(user) ? { member: memberOf(state, guild, user) } : {};
  const d = {
    user_id: user,
    channel_id: message.channel_id,
    message_id: message.id,
    ...inGuild(guild?.id ?? null),
    ...(t === 'MESSAGE_REACTION_ADD' ? { ...member, message_author_id: message.author.id } : {}),
    emoji,
    burst: false,
    type: ReactionType.Normal,
  };
  const intent = guild ? GatewayIntentBits.GuildMessageReactions : GatewayIntentBits.DirectMessageReactions;
  state.emit({ t, d }, { guild: guild?.id ?? null, intent });
}
