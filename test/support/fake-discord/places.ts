/** Servers, channels and people, and what happens to them behind the bot's back. */
import { ChannelType, GatewayIntentBits, type GuildPremiumTier } from 'discord-api-types/v10';
import { joinGuild, type Named } from './asking.ts';
import { announceChannel, findPerson, showGuild } from './drawing.ts';
import { removeMessage } from './messages.ts';
import { directChannel } from './routes.ts';
import { type Channel, type State, toUser, usualPermissions } from './state.ts';
import { changeChannel } from './thread-routes.ts';

/** A server to be. */
interface NewGuild {
  readonly name?: string;
  readonly premiumTier?: GuildPremiumTier;
  readonly locale?: string;
  /** The bot is no member: only people who have the app on themselves use it there. */
  readonly isForeign?: boolean;
}

/** A channel or thread to be. */
interface NewChannel {
  /** Default: the first guild. */
  readonly guild?: Named;
  /** Default: a text channel. `GroupDM`: people among themselves; the bot is never in it. */
  readonly type?: ChannelType;
  readonly name?: string;
  readonly isAgeRestricted?: boolean;
  /** Default: what the invite link grants. */
  readonly botPermissions?: bigint;
  /** Of a thread. */
  readonly parent?: Named;
}

/** A person to be. */
interface NewPerson {
  readonly name?: string;
  readonly locale?: string;
  /** What their Nitro lets them upload, in bytes. */
  readonly uploadLimitBytes?: number;
}

/** Where people and the bot meet. */
export interface Places {
  addGuild(guild?: NewGuild): Named;
  addChannel(channel?: NewChannel): Named;
  addUser(person?: NewPerson): Named;
  addMember(
    guild: Named,
    user: Named,
    rights?: { readonly roles?: readonly string[]; readonly permissions?: bigint },
  ): void;
  /** The channel of direct messages with the bot; made when it is not there. */
  directChannel(user: Named): Named;
}

/** What happens to places and messages behind the bot's back. */
export interface Mishaps {
  deleteMessage(message: Named): void;
  archiveThread(thread: Named): void;
  lockThread(thread: Named): void;
  removeBot(guild: Named): void;
  deleteChannel(channel: Named): void;
  setBotPermissions(channel: Named, permissions: bigint): void;
  blockDirect(user: Named): void;
}

/** Makes places and people. */
export function createPlaces(state: State): Places {
  return {
    addGuild({ name = 'A server', premiumTier = 0, locale = 'en-US', isForeign = false } = {}) {
      const id = state.mint();
      const owner = state.mint();
      const guild = { id, name, premiumTier, locale, owner, isBotMember: !isForeign, members: new Map() };
      state.guilds.set(guild.id, guild);
      if (!isForeign) {
        state.emit(
          { t: 'GUILD_CREATE', d: showGuild(state, guild) },
          { guild: guild.id, intent: GatewayIntentBits.Guilds },
        );
      }
      return { id: guild.id };
    },
    addChannel(wanted = {}) {
      const channel = toChannel(state, wanted);
      state.channels.set(channel.id, channel);
      announceChannel(state, wanted.parent ? 'THREAD_CREATE' : 'CHANNEL_CREATE', channel);
      return { id: channel.id };
    },
    addUser({ name = 'ada', locale = 'en-US', uploadLimitBytes = 0 } = {}) {
      const user = toUser(state.mint(), name);
      state.people.set(user.id, { user, locale, uploadLimitBytes, hasInstalled: false, isBlocking: false });
      return { id: user.id };
    },
    addMember(guild, user, { roles = [], permissions } = {}) {
      joinGuild(state, guild.id, user.id);
      const member = state.guilds.get(guild.id)?.members.get(user.id);
      if (member) Object.assign(member, { roles, ...(permissions === undefined ? {} : { permissions }) });
    },
    directChannel: (user) => ({ id: directChannel(state, user.id).id }),
  };
}

function toChannel(state: State, wanted: NewChannel): Channel {
  const parent = wanted.parent && state.channels.get(wanted.parent.id);
  const guild = wanted.guild?.id ?? parent?.guild ?? [...state.guilds.keys()][0];
  const isGroup = wanted.type === ChannelType.GroupDM;
  if (guild === undefined && !isGroup) throw new Error('a channel needs a guild: add one first');
  return {
    id: state.mint(),
    type: wanted.type ?? (parent ? ChannelType.PublicThread : ChannelType.GuildText),
    guild: isGroup ? null : (guild ?? null),
    parent: parent?.id ?? null,
    recipient: null,
    owner: null,
    name: wanted.name ?? 'general',
    isAgeRestricted: wanted.isAgeRestricted ?? parent?.isAgeRestricted ?? false,
    botPermissions: wanted.botPermissions ?? usualPermissions,
    isArchived: false,
    isLocked: false,
  };
}

/** Lets it happen. */
export function createMishaps(state: State): Mishaps {
  const channelOf = ({ id }: Named) => {
    const channel = state.channels.get(id);
    if (channel === undefined) throw new Error(`there is no channel ${id}`);
    return channel;
  };
  return {
    deleteMessage({ id }) {
      const stored = state.messages.get(id);
      if (stored === undefined || stored.isDeleted) throw new Error(`there is no message ${id}`);
      removeMessage(state, stored);
    },
    archiveThread: (thread) => changeChannel(state, channelOf(thread), { isArchived: true }),
    lockThread: (thread) => changeChannel(state, channelOf(thread), { isArchived: true, isLocked: true }),
    removeBot({ id }) {
      const guild = state.guilds.get(id);
      if (guild === undefined) throw new Error(`there is no guild ${id}`);
      state.emit({ t: 'GUILD_DELETE', d: { id } }, { guild: id, intent: GatewayIntentBits.Guilds });
      guild.isBotMember = false;
    },
    deleteChannel({ id }) {
      announceChannel(state, 'CHANNEL_DELETE', channelOf({ id }));
      state.channels.delete(id);
    },
    setBotPermissions: (channel, permissions) =>
      changeChannel(state, channelOf(channel), { botPermissions: permissions }),
    blockDirect({ id }) {
      findPerson(state, id).isBlocking = true;
    },
  };
}
