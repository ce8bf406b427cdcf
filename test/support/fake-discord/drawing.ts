/** Guilds, channels and members as the API and the gateway show them. */
import {
  type APIChannel,
  type APIInteractionGuildMember,
  ChannelType,
  type GatewayGuildCreateDispatchData,
  GatewayIntentBits,
  type GuildMemberFlags,
  OverwriteType,
} from 'discord-api-types/v10';
import { applicationFlags } from './gateway.ts';
import { refusal } from './refusal.ts';
import { type Channel, type Guild, isThread, type Person, type State, usualPermissions } from './state.ts';

const everything = (1n << 53n) - 1n;

/** A channel, thread or direct message. */
export function showChannel(state: State, channel: Channel): APIChannel {
  const common = { id: channel.id, type: channel.type };
  if (channel.recipient !== null) {
    const person = findPerson(state, channel.recipient);
    return { ...common, type: ChannelType.DM, recipients: [person.user], last_message_id: null, name: null };
  }
  const inGuild = { ...common, guild_id: channel.guild, name: channel.name, parent_id: channel.parent };
  const rest = isThread(channel) ? threadParts(state, channel) : channelParts(state, channel);
  // One shape per channel type in the library's types; here they differ in nothing that is read.
  return { ...inGuild, ...rest } as unknown as APIChannel;
}

function threadParts(state: State, channel: Channel) {
  const since = new Date(state.nowMs()).toISOString();
  return {
    owner_id: channel.owner,
    member_count: 1,
    message_count: 0,
    rate_limit_per_user: 0,
    thread_metadata: {
      archived: channel.isArchived,
      locked: channel.isLocked,
      auto_archive_duration: 1440,
      archive_timestamp: since,
      create_timestamp: since,
    },
  };
}

/** The bot's rights as one overwrite, so that the library computes exactly these. */
function channelParts(state: State, channel: Channel) {
  const denied = everything & ~channel.botPermissions;
  return {
    position: 0,
    nsfw: channel.isAgeRestricted,
    topic: null,
    rate_limit_per_user: 0,
    permission_overwrites: [
      { id: state.bot.id, type: OverwriteType.Member, allow: String(channel.botPermissions), deny: String(denied) },
    ],
  };
}

/** A guild as GUILD_CREATE brings it: with its channels, open threads and members. */
export function showGuild(state: State, guild: Guild): GatewayGuildCreateDispatchData {
  const mine = [...state.channels.values()].filter((channel) => channel.guild === guild.id);
  const people = [...guild.members.keys()].map((id) => memberOf(state, guild, id));
  const drawn = {
    id: guild.id,
    name: guild.name,
    icon: null,
    owner_id: guild.owner,
    premium_tier: guild.premiumTier,
    preferred_locale: guild.locale,
    features: [],
    emojis: [],
    roles: [
      {
        id: guild.id,
        name: '@everyone',
        permissions: String(usualPermissions),
        position: 0,
        color: 0,
        hoist: false,
        managed: false,
        mentionable: false,
        flags: 0,
      },
    ],
    nsfw_level: 0,
    large: false,
    unavailable: false,
    member_count: people.length + 1,
    joined_at: new Date(state.nowMs()).toISOString(),
    members: [{ ...bareMember(state), user: state.bot }, ...people],
    channels: mine.filter((channel) => !isThread(channel)).map((channel) => showChannel(state, channel)),
    threads: mine
      .filter((channel) => isThread(channel) && !channel.isArchived)
      .map((channel) => showChannel(state, channel)),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
  return drawn as unknown as GatewayGuildCreateDispatchData;
}

function bareMember(state: State) {
  return {
    roles: [] as string[],
    joined_at: new Date(state.nowMs()).toISOString(),
    deaf: false,
    mute: false,
    flags: 0 as GuildMemberFlags,
  };
}

/** A member with their rights. @throws 10007 */
export function memberOf(state: State, guild: Guild, user: string): APIInteractionGuildMember {
  const member = guild.members.get(user);
  if (member === undefined) throw refusal(10007);
  return {
    ...bareMember(state),
    user: findPerson(state, user).user,
    roles: [...member.roles],
    permissions: String(member.permissions),
  };
}

/** The application, with the flags that tell which intents the portal allows. */
export function showApplication(state: State) {
  return {
    id: state.applicationId,
    name: state.bot.username,
    icon: null,
    description: '',
    bot_public: true,
    bot_require_code_grant: false,
    bot: state.bot,
    owner: null,
    team: null,
    verify_key: '0'.repeat(64),
    flags: applicationFlags(state),
    integration_types_config: { 0: {}, 1: {} },
    interactions_endpoint_url: null,
    approximate_guild_count: [...state.guilds.values()].filter(({ isBotMember }) => isBotMember).length,
  };
}

/** @throws 10013 */
export function findPerson(state: State, id: string): Person {
  const person = state.people.get(id);
  if (person === undefined) throw refusal(10013);
  return person;
}

/** Tells the guild's shard about a channel or thread. */
export function announceChannel(
  state: State,
  t: 'CHANNEL_CREATE' | 'CHANNEL_UPDATE' | 'CHANNEL_DELETE' | 'THREAD_CREATE' | 'THREAD_UPDATE' | 'THREAD_DELETE',
  channel: Channel,
): void {
  if (channel.type === ChannelType.GroupDM) return;
  if (channel.guild !== null && state.guilds.get(channel.guild)?.isBotMember === false) return;
  const event = { t, d: showChannel(state, channel) };
  state.emit(event, { guild: channel.guild, intent: channel.guild === null ? null : GatewayIntentBits.Guilds });
}
