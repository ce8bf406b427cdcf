/** Tells Discord which commands there are, once for each change and not at every start (platforms/discord.md §2). */
import { isDeepStrictEqual } from 'node:util';
import type { REST } from 'discord.js';
import { ApplicationCommandType, type RESTPostAPIApplicationCommandsJSONBody, Routes } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Log } from '../../core/log.ts';

const words = z
  .record(z.string(), z.string())
  .nullish()
  .transform((said) => said ?? {});
const text = z
  .string()
  .nullish()
  .transform((said) => said ?? '');
const flag = z
  .boolean()
  .nullish()
  .transform((is) => is ?? false);
const named = { name: z.string(), name_localizations: words };
/** In no order that means anything. */
const set = <Item extends string | number>(item: z.ZodType<Item>) =>
  z
    .array(item)
    .nullish()
    .transform((items) => (items ?? []).toSorted());

const option = z.object({
  type: z.number(),
  ...named,
  description: text,
  description_localizations: words,
  required: flag,
  autocomplete: flag,
  max_length: z.number().nullish().default(null),
  channel_types: set(z.number()),
  file_types: set(z.string()),
  choices: z
    .array(z.object({ ...named, value: z.union([z.string(), z.number()]) }))
    .nullish()
    .transform((choices) => choices ?? []),
});
const subcommand = option.extend({
  options: z
    .array(option)
    .nullish()
    .transform((options) => options ?? []),
});

/**
 * All that `drawCommands` says of a command. Read from both sides alike: Discord gives back null and empty lists for
 * what was not said, and more fields than were sent.
 */
const inGuild = z.object({
  type: z.number().nullish().default(ApplicationCommandType.ChatInput),
  ...named,
  description: text,
  description_localizations: words,
  options: z
    .array(subcommand)
    .nullish()
    .transform((options) => options ?? []),
  default_member_permissions: z.string().nullish().default(null),
});
/** A guild's commands have neither of the two. */
const everywhere = inGuild.extend({ contexts: set(z.number()), integration_types: set(z.number()) });

const present = z.array(z.looseObject({ id: z.string(), type: z.number().nullish(), name: z.string() }));
type Present = z.output<typeof present>;

/** What an app's activity is opened by. Not ours, and Discord refuses a bulk write that forgets it. */
const isEntryPoint = ({ type }: { readonly type?: number | null | undefined }): boolean =>
  type === ApplicationCommandType.PrimaryEntryPoint;

/**
 * Leaves the application with exactly these commands, everywhere or in the guilds named. What is the same already is
 * not written again. People would see a command twice that is there twice (platforms/discord.md §2): with guilds named,
 * the global ones of the same names are removed; everywhere, those of guilds that were named before, as long as the bot
 * is in few guilds. Never throws: a scope that fails is logged, and its people keep the commands they have.
 */
export async function registerCommands(
  rest: REST,
  application: string,
  guildIds: readonly string[] | 'everywhere',
  body: readonly RESTPostAPIApplicationCommandsJSONBody[],
  log: Log,
): Promise<void> {
  const inOne = (guild: string) => Routes.applicationGuildCommands(application, guild);
  if (guildIds === 'everywhere') {
    const route = Routes.applicationCommands(application);
    await attempt('everywhere', log, () => write(rest, route, body, everywhere));
    for (const guild of await fewGuilds(rest)) await attempt(guild, log, () => removeDoubles(rest, inOne(guild), body));
    return;
  }
  const bodyInGuild = body.map(({ contexts: _, integration_types: __, ...command }) => command);
  for (const guild of guildIds) {
    await attempt(guild, log, () => write(rest, inOne(guild), bodyInGuild, inGuild));
  }
  await attempt('everywhere', log, () => removeDoubles(rest, Routes.applicationCommands(application), body));
}

/** What one scope has, next to what `registerCommands` would leave there. */
export interface RegisteredCommands {
  /** A guild's id. */
  readonly scope: 'everywhere' | (string & {});
  /** `none`: nothing of ours was ever registered there. */
  readonly state: 'ours' | 'different' | 'none';
}

/** Only looks. @throws what Discord answered, for instance where the bot is in no such guild */
export async function compareCommands(
  rest: REST,
  application: string,
  scope: RegisteredCommands['scope'],
  body: readonly RESTPostAPIApplicationCommandsJSONBody[],
): Promise<RegisteredCommands> {
  const isGlobal = scope === 'everywhere';
  const route = isGlobal
    ? Routes.applicationCommands(application)
    : Routes.applicationGuildCommands(application, scope);
  const had = (await read(rest, route)).filter((command) => !isEntryPoint(command));
  const isOurs = isSame(had, body, isGlobal ? everywhere : inGuild);
  return { scope, state: had.length === 0 ? 'none' : isOurs ? 'ours' : 'different' };
}

/** Guilds whose own commands are looked at. */
const mostLookedThrough = 20;

type Outcome = 'unchanged' | 'written' | 'removed';

async function attempt(scope: string, log: Log, go: () => Promise<Outcome>): Promise<void> {
  try {
    const outcome = await go();
    log[outcome === 'unchanged' ? 'debug' : 'info']('discord.commands', { scope, outcome });
  } catch (error) {
    log.error('discord.commands-failed', { scope, error });
  }
}

async function write(
  rest: REST,
  route: `/${string}`,
  body: readonly object[],
  shape: z.ZodType<{ name: string }>,
): Promise<Outcome> {
  const there = await read(rest, route);
  const entryPoints = there.filter(isEntryPoint);
  const had = there.filter((command) => !isEntryPoint(command));
  if (isSame(had, body, shape)) return 'unchanged';
  await rest.put(route, { body: [...body, ...entryPoints] });
  return 'written';
}

async function removeDoubles(
  rest: REST,
  route: `/${string}`,
  body: readonly RESTPostAPIApplicationCommandsJSONBody[],
): Promise<Outcome> {
  const there = await read(rest, route);
  const doubles = there.filter(({ name, type }) => body.some((ours) => ours.name === name && ours.type === type));
  for (const { id } of doubles) await rest.delete(`${route}/${id}`);
  return doubles.length > 0 ? 'removed' : 'unchanged';
}

/** Who goes from a trial to everywhere has few guilds; looking through thousands at every start would help nobody. */
async function fewGuilds(rest: REST): Promise<string[]> {
  const query = new URLSearchParams({ limit: String(mostLookedThrough + 1) });
  const guilds = await rest.get(Routes.userGuilds(), { query }).catch(() => []);
  const ids = z.array(z.object({ id: z.string() })).safeParse(guilds).data ?? [];
  return ids.length > mostLookedThrough ? [] : ids.map(({ id }) => id);
}

/** Without `with_localizations` Discord leaves the languages out, and everything would look changed. */
async function read(rest: REST, route: `/${string}`): Promise<Present> {
  return present.parse(await rest.get(route, { query: new URLSearchParams({ with_localizations: 'true' }) }));
}

function isSame(had: readonly object[], body: readonly object[], shape: z.ZodType<{ name: string }>): boolean {
  return isDeepStrictEqual(normalise(had, shape), normalise(body, shape));
}

/** In whatever order Discord lists them. */
function normalise(commands: readonly object[], shape: z.ZodType<{ name: string }>): unknown[] {
  return z
    .array(shape)
    .parse(commands)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
