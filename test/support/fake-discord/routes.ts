/** Every route of the API the fake has, one line or one short function each. */
import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import { z } from 'zod';
import { acknowledge, deleteOwn, editOwn, followUp, openWebhook, ownMessage, showAcknowledgement } from './answers.ts';
import { commandRoutes } from './command-routes.ts';
import { announceChannel, findPerson, memberOf, showApplication, showChannel, showGuild } from './drawing.ts';
import { refreshLink } from './files.ts';
import { type Call, type Route, route } from './http-server.ts';
import {
  changeMessage,
  checkUploads,
  findMessage,
  publicMessages,
  readBody,
  removeMessage,
  showMessage,
} from './messages.ts';
import { countOldEdit, postMessage } from './posting.ts';
import { reactionRoutes } from './reaction-routes.ts';
import { refusal } from './refusal.ts';
import {
  type Channel,
  demand,
  isThread,
  type State,
  uploadLimitIn,
  usualPermissions,
  visibleChannel,
} from './state.ts';
import { threadRoutes } from './thread-routes.ts';

/** @param gatewayShards what `GET /gateway/bot` recommends */
export function createRoutes(state: State, gatewayShards: () => number): readonly Route[] {
  return [
    ...gatewayRoutes(state, gatewayShards),
    ...answerRoutes(state),
    ...messageRoutes(state),
    ...threadRoutes(state),
    ...reactionRoutes(state),
    ...commandRoutes(state),
    ...placeRoutes(state),
  ];
}

function gatewayRoutes(state: State, shards: () => number): readonly Route[] {
  // As for a large bot, so that no test waits five seconds between two shards.
  const session_start_limit = { total: 1000, remaining: 999, reset_after: 3_600_000, max_concurrency: 16 };
  return [
    route('GET /gateway', () => ({ url: state.origins.gateway }), true),
    route('GET /gateway/bot', () => ({ url: state.origins.gateway, shards: shards(), session_start_limit })),
    route('GET /users/@me', () => state.bot),
    route('GET /applications/@me', () => showApplication(state)),
    route('GET /oauth2/applications/@me', () => showApplication(state)),
  ];
}

function answerRoutes(state: State): readonly Route[] {
  const open = ({ ids }: Call) => openWebhook(state, ids.application ?? '', ids.token ?? '');
  const one = '/webhooks/:application/:token/messages/:message';
  return [
    route(
      'POST /interactions/:id/:token/callback',
      ({ ids, query, json, uploads }) => {
        const ask = acknowledge(state, ids.id ?? '', ids.token ?? '', json, uploads);
        return query.get('with_response') === 'true' ? showAcknowledgement(state, ask) : undefined;
      },
      true,
    ),
    route('POST /webhooks/:application/:token', (call) => followUp(state, open(call), call.json, call.uploads), true),
    route(`GET ${one}`, (call) => showMessage(state, ownMessage(state, open(call), call.ids.message ?? '')), true),
    route(`PATCH ${one}`, (call) => editOwn(state, open(call), call.ids.message ?? '', call.json, call.uploads), true),
    route(`DELETE ${one}`, (call) => deleteOwn(state, open(call), call.ids.message ?? ''), true),
  ];
}

function messageRoutes(state: State): readonly Route[] {
  const channelOf = ({ ids }: Call) => visibleChannel(state, ids.channel ?? '');
  const messageOf = (call: Call, channel: Channel) => findMessage(state, channel, call.ids.message ?? '');
  const one = '/channels/:channel/messages/:message';
  return [
    route('POST /channels/:channel/messages', (call) => post(state, channelOf(call), call)),
    route('GET /channels/:channel/messages', (call) => list(state, channelOf(call), call.query)),
    route(`GET ${one}`, (call) => {
      const channel = channelOf(call);
      if (channel.guild !== null) demandHistory(state, channel);
      return showMessage(state, messageOf(call, channel));
    }),
    route(`PATCH ${one}`, (call) => {
      const channel = channelOf(call);
      const stored = messageOf(call, channel);
      if (stored.message.author.id !== state.bot.id) throw refusal(50005);
      if (isThread(channel) && channel.isArchived) throw refusal(50083);
      const body = readBody(state, 'edit', call.json);
      if (call.uploads.size > 0) demand(state, channel, PermissionFlagsBits.AttachFiles);
      checkUploads(call.uploads, uploadLimitIn(state, channel));
      countOldEdit(state, channel, stored);
      changeMessage(state, stored, body, call.uploads);
      return showMessage(state, stored);
    }),
    route(`DELETE ${one}`, (call) => {
      const channel = channelOf(call);
      const stored = messageOf(call, channel);
      if (stored.message.author.id !== state.bot.id) demand(state, channel, PermissionFlagsBits.ManageMessages);
      removeMessage(state, stored);
    }),
    route('POST /channels/:channel/typing', (call) => {
      demand(state, channelOf(call), PermissionFlagsBits.SendMessages);
    }),
  ];
}

function demandHistory(state: State, channel: Channel): void {
  try {
    demand(state, channel, PermissionFlagsBits.ReadMessageHistory);
  } catch {
    throw refusal(50001);
  }
}

function post(state: State, channel: Channel, { json, uploads }: Call) {
  if (channel.type === ChannelType.GuildForum || channel.type === ChannelType.GuildMedia) throw refusal(40058);
  if (channel.recipient !== null) checkDirect(state, channel.recipient);
  const body = readBody(state, 'message', json);
  checkUploads(uploads, uploadLimitIn(state, channel));
  return showMessage(state, postMessage(state, channel, body, uploads));
}

/** @throws 50007 when they block the bot, 50278 when nothing connects the two */
function checkDirect(state: State, user: string): void {
  const person = findPerson(state, user);
  if (person.isBlocking) throw refusal(50007);
  const isNear = [...state.guilds.values()].some(({ isBotMember, members }) => isBotMember && members.has(user));
  if (!isNear && !person.hasInstalled) throw refusal(50278);
}

const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  before: z.string().optional(),
  after: z.string().optional(),
  around: z.string().optional(),
});

/** The newest first; without the right to read history there is nothing to see. */
function list(state: State, channel: Channel, query: URLSearchParams) {
  try {
    demand(state, channel, PermissionFlagsBits.ReadMessageHistory);
  } catch {
    return [];
  }
  const { limit, before, after, around } = listQuery.parse(Object.fromEntries(query));
  const all = publicMessages(state, channel.id).toReversed();
  const at = all.findIndex(({ message }) => message.id === around);
  const first = around === undefined ? 0 : Math.max(0, at - Math.trunc(limit / 2));
  const near = all
    .filter(({ message }) => before === undefined || BigInt(message.id) < BigInt(before))
    .filter(({ message }) => after === undefined || BigInt(message.id) > BigInt(after));
  const page = after === undefined ? near.slice(first, first + limit) : near.slice(-limit);
  return page.map((stored) => showMessage(state, stored));
}

const recipient = z.object({ recipient_id: z.string() });
const links = z.object({ attachment_urls: z.array(z.string()).min(1).max(50) });

function placeRoutes(state: State): readonly Route[] {
  const guildOf = ({ ids }: Call) => {
    const guild = state.guilds.get(ids.guild ?? '');
    if (guild === undefined || !guild.isBotMember) throw refusal(10004);
    return guild;
  };
  return [
    route('POST /users/@me/channels', ({ json }) => {
      const person = findPerson(state, recipient.parse(json).recipient_id);
      return showChannel(state, directChannel(state, person.user.id));
    }),
    route('GET /users/@me/guilds', () =>
      [...state.guilds.values()]
        .filter(({ isBotMember }) => isBotMember)
        .map(({ id, name }) => ({
          id,
          name,
          icon: null,
          owner: false,
          permissions: String(usualPermissions),
          features: [],
        })),
    ),
    route('GET /users/:user', ({ ids }) =>
      ids.user === state.bot.id ? state.bot : findPerson(state, ids.user ?? '').user,
    ),
    route('GET /guilds/:guild', (call) => showGuild(state, guildOf(call))),
    route('GET /guilds/:guild/channels', (call) => showGuild(state, guildOf(call)).channels),
    route('GET /guilds/:guild/roles', (call) => showGuild(state, guildOf(call)).roles),
    route('GET /guilds/:guild/members/:user', (call) => memberOf(state, guildOf(call), call.ids.user ?? '')),
    route('POST /attachments/refresh-urls', ({ json }) => ({
      refreshed_urls: links
        .parse(json)
        .attachment_urls.map((original) => ({ original, refreshed: refreshLink(state, original) })),
    })),
  ];
}

/** The conversation with one person; there is only ever one. */
export function directChannel(state: State, user: string): Channel {
  const known = [...state.channels.values()].find(({ recipient: whose }) => whose === user);
  if (known !== undefined) return known;
  const channel: Channel = {
    id: state.mint(),
    type: ChannelType.DM,
    guild: null,
    parent: null,
    recipient: user,
    owner: null,
    name: '',
    isAgeRestricted: false,
    botPermissions: usualPermissions,
    isArchived: false,
    isLocked: false,
  };
  state.channels.set(channel.id, channel);
  announceChannel(state, 'CHANNEL_CREATE', channel);
  return channel;
}
