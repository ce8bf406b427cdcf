/** What stands beside the values of an interaction: files, people, roles and channels by their ids. */
import { type APIInteractionDataResolved, ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { Named } from './asking.ts';
import { findPerson, memberOf, showChannel } from './drawing.ts';
import { keepFile, type NewFile, showFile } from './files.ts';
import type { Channel, State } from './state.ts';

/** A value typed or picked in a command: text, number, yes or no, a file, or a person, role or channel by its id. */
export type Typed = string | number | boolean | NewFile | Named;

/** By kind, then by id. */
export type Resolved = { [Kind in keyof APIInteractionDataResolved]: Record<string, unknown> };

/** Turns what a person picked into the id that is sent, and puts what it stands for beside it. */
export function resolve(
  state: State,
  channel: Channel,
  type: OptionType,
  value: Typed,
  resolved: Resolved,
): string | number | boolean {
  if (typeof value !== 'object') return value;
  if ('bytes' in value) {
    const file = keepFile(state, channel.id, value, true);
    resolved.attachments = { ...resolved.attachments, [file.id]: showFile(state, file) };
    return file.id;
  }
  const guild = channel.guild === null ? undefined : state.guilds.get(channel.guild);
  if (type === OptionType.Role) {
    const role = {
      id: value.id,
      name: value.id,
      color: 0,
      hoist: false,
      position: 1,
      permissions: '0',
      managed: false,
      mentionable: false,
      flags: 0,
    };
    resolved.roles = { ...resolved.roles, [value.id]: role };
  } else if (type === OptionType.Channel) {
    const picked = state.channels.get(value.id);
    if (picked !== undefined)
      resolved.channels = { ...resolved.channels, [value.id]: { ...showChannel(state, picked), permissions: '0' } };
  } else {
    resolved.users = { ...resolved.users, [value.id]: findPerson(state, value.id).user };
    if (guild?.members.has(value.id)) {
      const { user: _user, ...member } = memberOf(state, guild, value.id);
      resolved.members = { ...resolved.members, [value.id]: member };
    }
  }
  return value.id;
}
