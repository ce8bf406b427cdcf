/** The commands people find in their client: what the bot registered, and what that lets them fill in. */
import {
  type APIApplicationCommand,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  type ApplicationCommandType,
  ChannelType,
  ApplicationCommandOptionType as OptionType,
} from 'discord-api-types/v10';
import { typeOfName } from './files.ts';
import type { Channel, State } from './state.ts';

/**
 * Null while the bot has registered nothing at all: then anything may be typed.
 * @throws when there are commands, but not this one, or not here, or not for this person
 */
export function findCommand(
  state: State,
  channel: Channel,
  user: string,
  { name, type }: { readonly name: string; readonly type: ApplicationCommandType },
): APIApplicationCommand | null {
  if (state.commands.size === 0) return null;
  const scopes = [state.commands.get(channel.guild ?? ''), state.commands.get('')];
  const command = scopes.flatMap((each) => each ?? []).find((each) => each.name === name && each.type === type);
  if (command === undefined) throw new Error(`nobody finds a command ${name} here`);
  const guild = channel.guild === null ? undefined : state.guilds.get(channel.guild);
  const isGroup = channel.type === ChannelType.GroupDM;
  const place = guild === undefined ? (isGroup ? 2 : 1) : 0;
  const isForeign = guild?.isBotMember === false || isGroup;
  if (isForeign && !command.integration_types?.includes(1)) throw new Error(`${name} is not for people alone`);
  if (command.contexts && !command.contexts.includes(place)) throw new Error(`${name} is not offered in such a place`);
  const needed = command.default_member_permissions;
  const rights = guild?.members.get(user)?.permissions ?? 0n;
  const isHidden = needed != null && guild !== undefined && !mayUse(BigInt(needed), rights);
  if (isHidden) throw new Error(`${name} is hidden from this person`);
  return command;
}

const administrator = 8n;

function mayUse(needed: bigint, rights: bigint): boolean {
  return Boolean(rights & administrator) || (needed !== 0n && (rights & needed) === needed);
}

/** The options of a command, or of one of its subcommands. @throws when there is no such subcommand */
export function optionsOf(
  command: APIApplicationCommand | null,
  path: readonly string[],
): readonly APIApplicationCommandBasicOption[] | null {
  if (command === null) return null;
  let level: readonly APIApplicationCommandOption[] = command.options ?? [];
  for (const step of path) {
    const found = level.find(({ name }) => name === step);
    if (found === undefined) throw new Error(`${command.name} has no ${path.join(' ')}`);
    level = 'options' in found ? (found.options ?? []) : [];
  }
  return level.filter((each): each is APIApplicationCommandBasicOption => !isGroup(each.type));
}

const isGroup = (type: OptionType) => type === OptionType.Subcommand || type === OptionType.SubcommandGroup;

/** By the registered option, or by what the value looks like. */
export function typeOf(
  options: readonly APIApplicationCommandBasicOption[] | null,
  name: string,
  value: unknown,
): OptionType {
  if (options !== null) {
    const found = options.find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no option ${name}`);
    return found.type;
  }
  if (typeof value === 'boolean') return OptionType.Boolean;
  if (typeof value === 'number') return Number.isInteger(value) ? OptionType.Integer : OptionType.Number;
  return typeof value === 'string' ? OptionType.String : OptionType.Attachment;
}

/** What a client does not let a person send. @throws with the reason */
export function checkFilled(
  options: readonly APIApplicationCommandBasicOption[] | null,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const option of options ?? []) {
    const value = values[option.name];
    if (value === undefined && option.required === true) throw new Error(`${option.name} must be filled in`);
    if (value === undefined) continue;
    const problem = problemOf(option, value);
    if (problem !== null) throw new Error(`${option.name}: ${problem}`);
  }
}

/** By the ending of the name alone, as Discord does it (platforms/discord.md §2). */
export function isOffered(types: readonly string[], file: unknown): boolean {
  const name = Reflect.get(Object(file), 'name');
  if (typeof name !== 'string') return true;
  const kind = typeOfName(name).split('/')[0] ?? '';
  return types.includes(kind) || types.some((type) => type.startsWith('.') && name.toLowerCase().endsWith(type));
}

function problemOf(option: APIApplicationCommandBasicOption, value: unknown): string | null {
  if ('choices' in option && option.choices?.length && !option.choices.some((each) => each.value === value)) {
    return `${String(value)} is not among the choices`;
  }
  if (option.type === OptionType.Attachment && option.file_types && !isOffered(option.file_types, value)) {
    return 'such a file is not offered';
  }
  if (option.type === OptionType.String && typeof value === 'string') {
    const isOutside = value.length > (option.max_length ?? 6000) || value.length < (option.min_length ?? 0);
    return isOutside ? 'too long or too short' : null;
  }
  if ((option.type === OptionType.Integer || option.type === OptionType.Number) && typeof value === 'number') {
    const isOutside = value > (option.max_value ?? Infinity) || value < (option.min_value ?? -Infinity);
    return isOutside ? 'too large or too small' : null;
  }
  return null;
}
