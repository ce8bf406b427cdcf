/** Asks Discord, for nothing and changing nothing, how the application behind a token is set up. */
import { DiscordAPIError, type REST } from 'discord.js';
import { ApplicationIntegrationType, type RESTPostAPIApplicationCommandsJSONBody, Routes } from 'discord-api-types/v10';
import { z } from 'zod';
import { seesContent } from './identity.ts';
import { missingInServer } from './permissions.ts';
import { compareCommands, type RegisteredCommands } from './register-commands.ts';

export type DiscordSeen =
  | { readonly kind: 'bad-token' }
  | { readonly kind: 'unreached'; readonly reason: string }
  | ({ readonly kind: 'known' } & Installation);

/** How the application, its bot and its gateway stand. */
export interface Installation {
  readonly application: string;
  readonly name: string;
  readonly bot: string;
  /** The switches of the portal. */
  readonly portal: {
    readonly maySeeContent: boolean;
    /** False: its owner alone can invite it. */
    readonly isPublic: boolean;
    /** True: an invite link does not work by itself. */
    readonly needsCodeGrant: boolean;
    /** True: interactions go to an HTTP address, and none comes over the gateway (platforms/discord.md §1). */
    readonly hasEndpoint: boolean;
    readonly forServers: boolean;
    readonly forPeople: boolean;
  };
  /** At most `mostServers` of them. */
  readonly servers: readonly { readonly name: string; readonly missing: readonly string[] }[];
  readonly gateway: { readonly shards: number; readonly startsLeft: number; readonly startsADay: number };
  /** One for each place where the commands are to be; `refused`: the bot is not in that server. */
  readonly commands: readonly (RegisteredCommands | { readonly scope: string; readonly state: 'refused' })[];
}

/** One page of Discord's list. */
export const mostServers = 200;

const user = z.object({ username: z.string() });
const application = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  name: z.string().default(''),
  flags: z.number().default(0),
  bot_public: z.boolean().default(true),
  bot_require_code_grant: z.boolean().default(false),
  interactions_endpoint_url: z.string().nullish(),
  integration_types_config: z.record(z.string(), z.unknown()).nullish(),
});
const servers = z.array(z.object({ name: z.string(), permissions: z.string() }));
const gateway = z.object({
  shards: z.number(),
  session_start_limit: z.object({ total: z.number(), remaining: z.number() }),
});

/** @param guildIds where the commands are registered; none: everywhere */
export async function inspectDiscord(
  rest: REST,
  guildIds: readonly string[],
  body: readonly RESTPostAPIApplicationCommandsJSONBody[],
): Promise<DiscordSeen> {
  try {
    // First and alone: after a 401 the client has no token any more, and says so in other words.
    const { username } = user.parse(await rest.get(Routes.user()));
    const [about, list, session] = await Promise.all([
      rest.get(Routes.currentApplication()).then((answer) => application.parse(answer)),
      rest
        .get(Routes.userGuilds(), { query: new URLSearchParams({ limit: String(mostServers) }) })
        .then((answer) => servers.parse(answer)),
      rest.get(Routes.gatewayBot()).then((answer) => gateway.parse(answer)),
    ]);
    const scopes = guildIds.length === 0 ? ['everywhere'] : guildIds;
    const commands = await Promise.all(scopes.map((scope) => commandsIn(rest, about.id, scope, body)));
    return {
      kind: 'known',
      application: about.id,
      name: about.name,
      bot: username,
      portal: readPortal(about),
      servers: list.map(({ name, permissions }) => ({ name, missing: missingInServer(permissions) })),
      gateway: {
        shards: session.shards,
        startsLeft: session.session_start_limit.remaining,
        startsADay: session.session_start_limit.total,
      },
      commands,
    };
  } catch (error) {
    if (error instanceof DiscordAPIError && error.status === 401) return { kind: 'bad-token' };
    return { kind: 'unreached', reason: reasonIn(error) };
  }
}

async function commandsIn(
  rest: REST,
  application: string,
  scope: string,
  body: readonly RESTPostAPIApplicationCommandsJSONBody[],
): Promise<Installation['commands'][number]> {
  try {
    return await compareCommands(rest, application, scope, body);
  } catch (error) {
    if (error instanceof DiscordAPIError && (error.status === 403 || error.status === 404)) {
      return { scope, state: 'refused' };
    }
    throw error;
  }
}

function readPortal(about: z.output<typeof application>): Installation['portal'] {
  // Where nothing is said of it, the application is from before there was a choice: for servers alone.
  const contexts = about.integration_types_config ?? { [ApplicationIntegrationType.GuildInstall]: {} };
  return {
    maySeeContent: seesContent(about.flags),
    isPublic: about.bot_public,
    needsCodeGrant: about.bot_require_code_grant,
    hasEndpoint: Boolean(about.interactions_endpoint_url),
    forServers: String(ApplicationIntegrationType.GuildInstall) in contexts,
    forPeople: String(ApplicationIntegrationType.UserInstall) in contexts,
  };
}

/** Whoever tried several addresses says only in the parts why. */
function reasonIn(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonIn(error.errors[0]);
  if (error instanceof z.ZodError) return 'what answered does not speak like Discord';
  return error instanceof Error ? error.message || error.name : String(error);
}
