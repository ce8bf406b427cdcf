/** What a call does not say about the place it came from: asked of the client, which remembers what it has seen. */
import { type Client, DiscordAPIError, type Guild, type GuildBasedChannel } from 'discord.js';
import { mayManage, missingPermissions } from './permissions.ts';

/** A place as a reaction has to know it: its event says nothing of all this. */
export interface Place {
  /** The channel, of a thread its parent. */
  readonly channel: string;
  readonly isAgeRestricted: boolean;
  /** What this bot may not do there and would have to. */
  readonly missing: readonly string[];
  readonly isAdmin: boolean;
  /** BCP 47, of the server. */
  readonly locale: string;
}

/** Where a server's admins are told something. */
interface AdminPlace {
  readonly systemChannel: string | null;
  readonly owner: string;
}

/** The person whose rights are asked about. */
interface Reactor {
  readonly id: string;
  readonly roles: readonly string[];
}

export interface Places {
  /** False where it cannot be found out. */
  isAgeRestricted(guild: string, thread: string): Promise<boolean>;
  /** Null where the bot sees nothing. @throws when Discord cannot be asked now */
  look(guild: string, channel: string, person: Reactor): Promise<Place | null>;
  adminsOf(guild: string): Promise<AdminPlace | null>;
}

export function createPlaces(client: () => Client | null): Places {
  function connected(): Client {
    const now = client();
    if (now === null) throw new Error('not connected to Discord yet');
    return now;
  }

  async function channelOf(guildId: string, id: string): Promise<GuildBasedChannel | null> {
    // Without its guild the library takes the channel for a stranger's.
    await connected().guilds.fetch(guildId);
    const channel = await connected().channels.fetch(id);
    return channel === null || channel.isDMBased() ? null : channel;
  }

  async function parentOf(guildId: string, channel: GuildBasedChannel): Promise<GuildBasedChannel> {
    const parent = channel.isThread() && channel.parentId !== null ? await channelOf(guildId, channel.parentId) : null;
    return parent ?? channel;
  }

  async function look(guildId: string, id: string, person: Reactor): Promise<Place | null> {
    const channel = await channelOf(guildId, id);
    if (channel === null) return null;
    const parent = await parentOf(guildId, channel);
    const { guild } = parent;
    const mine = parent.permissionsFor(await guild.members.fetchMe())?.bitfield ?? 0n;
    return {
      channel: parent.id,
      isAgeRestricted: isNsfw(parent),
      missing: missingPermissions(mine, channel.isThread()),
      isAdmin: guild.ownerId === person.id || mayManage(rightsOf(guild, person.roles)),
      locale: guild.preferredLocale,
    };
  }

  async function isAgeRestricted(guildId: string, thread: string): Promise<boolean> {
    const channel = await channelOf(guildId, thread);
    return channel !== null && isNsfw(await parentOf(guildId, channel));
  }

  async function adminsOf(guildId: string): Promise<AdminPlace> {
    const { systemChannelId, ownerId } = await connected().guilds.fetch(guildId);
    return { systemChannel: systemChannelId, owner: ownerId };
  }

  return {
    isAgeRestricted: async (guild, thread) => (await orNull(isAgeRestricted(guild, thread))) ?? false,
    look: (guild, channel, person) => orNull(look(guild, channel, person)),
    adminsOf: (guild) => orNull(adminsOf(guild)),
  };
}

function isNsfw(channel: GuildBasedChannel): boolean {
  return 'nsfw' in channel && channel.nsfw === true;
}

/** In the whole server: the role that everybody has carries the server's own id. */
function rightsOf({ id, roles: known }: Guild, roles: readonly string[]): bigint {
  return [id, ...roles].reduce((all, role) => all | (known.cache.get(role)?.permissions.bitfield ?? 0n), 0n);
}

/** What this bot may not see does not exist for it. */
async function orNull<Found>(looked: Promise<Found | null>): Promise<Found | null> {
  try {
    return await looked;
  } catch (error) {
    if (error instanceof DiscordAPIError && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}
