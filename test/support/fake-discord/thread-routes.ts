/** Threads and what can be done to a channel (platforms/discord.md §8). */
import { ChannelType, MessageFlags, PermissionFlagsBits } from 'discord-api-types/v10';
import { z } from 'zod';
import { announceChannel, showChannel } from './drawing.ts';
import { type Call, type Route, route } from './http-server.ts';
import { checkThread } from './limits.ts';
import { findMessage } from './messages.ts';
import { invalidForm, refusal } from './refusal.ts';
import { type Channel, demand, isThread, type State, visibleChannel } from './state.ts';

const threadParents: readonly ChannelType[] = [ChannelType.GuildText, ChannelType.GuildAnnouncement];

const change = z.object({
  name: z.string().min(1).max(100).optional(),
  archived: z.boolean().optional(),
  locked: z.boolean().optional(),
});

/** Channels looked at, threads opened and changed. */
export function threadRoutes(state: State): readonly Route[] {
  const channelOf = ({ ids }: Call) => visibleChannel(state, ids.channel ?? '');
  return [
    route('GET /channels/:channel', (call) => showChannel(state, channelOf(call))),
    route('POST /channels/:channel/messages/:message/threads', (call) => startOnMessage(state, channelOf(call), call)),
    route('POST /channels/:channel/threads', (call) => startAlone(state, channelOf(call), call)),
    route('PATCH /channels/:channel', (call) => {
      const channel = channelOf(call);
      const right = isThread(channel) ? PermissionFlagsBits.ManageThreads : PermissionFlagsBits.ManageChannels;
      if (channel.owner !== state.bot.id) demand(state, channel, right);
      const { name, archived, locked } = change.parse(call.json);
      changeChannel(state, channel, {
        ...(name === undefined ? {} : { name }),
        ...(archived === undefined ? {} : { isArchived: archived }),
        ...(locked === undefined ? {} : { isLocked: locked }),
      });
      return showChannel(state, channel);
    }),
    route('PUT /channels/:channel/thread-members/:user', (call) => {
      if (channelOf(call).isArchived) throw refusal(50083);
    }),
  ];
}

/** Changes it and tells the gateway. */
export function changeChannel(
  state: State,
  channel: Channel,
  to: Partial<Pick<Channel, 'name' | 'isArchived' | 'isLocked' | 'botPermissions' | 'isAgeRestricted'>>,
): void {
  Object.assign(channel, to);
  announceChannel(state, isThread(channel) ? 'THREAD_UPDATE' : 'CHANNEL_UPDATE', channel);
}

/** The thread has the message's id (platforms/discord.md §8). @throws 160004 for a second one */
function startOnMessage(state: State, channel: Channel, call: Call) {
  const { name } = readThread(state, call.json);
  const stored = findMessage(state, channel, call.ids.message ?? '');
  if (!threadParents.includes(channel.type)) throw refusal(50024);
  demand(state, channel, PermissionFlagsBits.CreatePublicThreads);
  if (state.channels.has(stored.message.id)) throw refusal(160004);
  const thread = openThread(state, channel, { id: stored.message.id, name, type: ChannelType.PublicThread });
  stored.message.flags = ((stored.message.flags ?? 0) | MessageFlags.HasThread) as MessageFlags;
  return showChannel(state, thread);
}

function startAlone(state: State, channel: Channel, call: Call) {
  const { name, type = ChannelType.PrivateThread } = readThread(state, call.json);
  if (!threadParents.includes(channel.type)) throw refusal(50024);
  const isPrivate = type === ChannelType.PrivateThread;
  demand(
    state,
    channel,
    isPrivate ? PermissionFlagsBits.CreatePrivateThreads : PermissionFlagsBits.CreatePublicThreads,
  );
  return showChannel(state, openThread(state, channel, { id: state.mint(), name, type }));
}

function readThread(state: State, json: unknown) {
  const { body, violations } = checkThread(json);
  for (const { path, message } of violations) state.problems.push(`thread: ${path.join('.')}: ${message}`);
  if (body === null) throw invalidForm(violations);
  return body;
}

function openThread(state: State, parent: Channel, { id, name, type }: Pick<Channel, 'id' | 'name' | 'type'>): Channel {
  const thread: Channel = {
    id,
    type,
    name,
    guild: parent.guild,
    parent: parent.id,
    recipient: null,
    owner: state.bot.id,
    isAgeRestricted: parent.isAgeRestricted,
    botPermissions: parent.botPermissions,
    isArchived: false,
    isLocked: false,
  };
  state.channels.set(id, thread);
  announceChannel(state, 'THREAD_CREATE', thread);
  return thread;
}
