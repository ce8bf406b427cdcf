/** Registered commands: replaced in bulk, and read back in Discord's own order and fullness. */
import type { APIApplicationCommand } from 'discord-api-types/v10';
import { type CommandBody, checkCommands } from './command-limits.ts';
import { type Call, type Route, route } from './http-server.ts';
import { invalidForm, refusal } from './refusal.ts';
import type { State } from './state.ts';

/** The list of commands, everywhere and in one guild: written, read, and one taken out. */
export function commandRoutes(state: State): readonly Route[] {
  const everywhere = '/applications/:application/commands';
  const inOneGuild = '/applications/:application/guilds/:guild/commands';
  const scopeOf = ({ ids }: Call) => {
    if (ids.application !== state.applicationId) throw refusal(50001);
    if (ids.guild !== undefined && state.guilds.get(ids.guild)?.isBotMember !== true) throw refusal(50001);
    return ids.guild ?? '';
  };
  return [everywhere, inOneGuild].flatMap((path) => [
    route(`PUT ${path}`, (call) => replaceAll(state, scopeOf(call), call.json).map((each) => show(each, true))),
    route(`GET ${path}`, (call) => {
      const isWhole = call.query.get('with_localizations') === 'true';
      return (state.commands.get(scopeOf(call)) ?? []).map((each) => show(each, isWhole));
    }),
    route(`DELETE ${path}/:command`, (call) => {
      const kept = state.commands.get(scopeOf(call)) ?? [];
      if (!kept.some(({ id }) => id === call.ids.command)) throw refusal(10063);
      state.commands.set(
        scopeOf(call),
        kept.filter(({ id }) => id !== call.ids.command),
      );
    }),
  ]);
}

/** A command of the same name and type keeps its id; what is missing is gone. */
function replaceAll(state: State, scope: string, json: unknown): readonly APIApplicationCommand[] {
  const { body, violations } = checkCommands(json);
  for (const { path, message } of violations) state.problems.push(`commands: ${path.join('.')}: ${message}`);
  if (body === null) throw invalidForm(violations);
  const before = state.commands.get(scope) ?? [];
  const after = body.map((command) => {
    const same = before.find(({ name, type }) => name === command.name && type === command.type);
    return complete(state, scope, command, same?.id ?? state.mint());
  });
  state.commands.set(scope, after);
  state.registrations.push({ scope, count: after.length });
  return after;
}

/** What Discord adds to a command by itself; nothing of it may look like a change to the bot. */
function complete(state: State, scope: string, command: CommandBody, id: string): APIApplicationCommand {
  const { type, name, description, options, ...rest } = command;
  const whole = {
    id,
    application_id: state.applicationId,
    version: state.mint(),
    default_member_permissions: rest.default_member_permissions ?? null,
    type,
    name,
    name_localizations: rest.name_localizations ?? null,
    description: description ?? '',
    description_localizations: rest.description_localizations ?? null,
    ...(scope === ''
      ? {
          dm_permission: rest.contexts?.includes(1) ?? true,
          contexts: rest.contexts ?? null,
          integration_types: rest.integration_types ?? [0],
        }
      : { guild_id: scope }),
    ...(options?.length ? { options: options.map((each) => trim(each)) } : {}),
    nsfw: rest.nsfw ?? false,
  };
  // Checked against the published rules just now; the library's type names the same fields.
  return whole as unknown as APIApplicationCommand;
}

/** Discord gives back neither `false` nor empty lists in options, and names come in its own order. */
function trim(option: object): object {
  const kept = Object.entries(option).filter(
    ([, value]) => value !== false && value !== null && !(Array.isArray(value) && value.length === 0),
  );
  const inOrder = kept.toSorted(([one], [other]) => one.localeCompare(other));
  return Object.fromEntries(
    inOrder.map(([name, value]) => [name, name === 'options' ? value.map((each: object) => trim(each)) : value]),
  );
}

/** Dictionaries of languages come only when asked for (platforms/discord.md §2). */
function show(command: APIApplicationCommand, isWhole: boolean): unknown {
  return JSON.parse(JSON.stringify(command), (name, value: unknown) =>
    !isWhole && name.endsWith('_localizations') ? undefined : value,
  );
}
