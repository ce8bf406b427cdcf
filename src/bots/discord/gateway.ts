/** The connection that events come in by: discord.js' own client, with as many shards as Discord recommends. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  DiscordAPIError,
  Events,
  GatewayCloseCodes,
  GatewayDispatchEvents,
  GatewayIntentBits,
  Options,
  Status,
} from 'discord.js';
import type { Log } from '../../core/log.ts';
import { createResuming, type Resuming, type Self } from './resuming.ts';
import type { SessionStore } from './sessions.ts';

/**
 * None of them is privileged, so no switch in the portal closes the connection with 4014: what people wrote is only
 * read by REST, where the application's switch decides and not what was identified with (platforms/discord.md §6).
 */
const intents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.DirectMessageReactions,
] as const;

/** What a session is begun with; one that was begun with others cannot be gone on with. */
export const intentBits = intents.reduce<number>((all, bit) => all | bit, 0);

/** A guild that is away does not keep the others waiting. */
const guildPatienceMs = 3_000;
const firstPauseMs = 5_000;
const longestPauseMs = 15 * 60_000;

export interface GatewaySettings {
  readonly token: string;
  readonly apiUrl: string;
  readonly log: Log;
  /** Asked before each connection. @throws when Discord cannot be reached, or does not know the token */
  readonly introduce: () => Promise<{ readonly self: Self; readonly sessions: SessionStore }>;
  /** As they came, unchecked. After a resume some come again. */
  readonly onInteraction: (payload: unknown) => void;
  readonly onReaction: (payload: unknown) => void;
}

export interface Gateway {
  /** Every shard is connected. */
  isReady(): boolean;
  /** Null until the first connection. */
  client(): Client | null;
  /** Returns at once; connects until it is stopped, or Discord says that it never will. */
  start(): void;
  /** Hears nothing more. The session lives on, and what happens meanwhile comes to whoever goes on with it. */
  hangUp(): Promise<void>;
  /** After this `client` is of no use. */
  close(): Promise<void>;
}

/** What the operator is told when trying again would only cost identifies (platforms/discord.md §9). */
const hopeless: ReadonlyMap<number, string> = new Map([
  [
    GatewayCloseCodes.AuthenticationFailed,
    'Discord does not know DISCORD_TOKEN: make a new one in the portal, under Bot.',
  ],
  [GatewayCloseCodes.InvalidShard, 'Discord refuses these shards: restart, so that it is asked how many there are.'],
  [GatewayCloseCodes.ShardingRequired, 'Discord wants more shards: restart, so that it is asked how many.'],
  [GatewayCloseCodes.InvalidAPIVersion, 'Discord no longer speaks this version: update the bot.'],
  [GatewayCloseCodes.InvalidIntents, 'Discord does not know one of the intents: update the bot.'],
  [
    GatewayCloseCodes.DisallowedIntents,
    'Discord refuses one of the intents: see the switches in the portal, under Bot.',
  ],
]);

interface Connection {
  readonly client: Client;
  readonly resuming: Resuming;
  /** The code Discord closed it with for good; null while there is hope. */
  refusal(): number | null;
}

export function createGateway(settings: GatewaySettings): Gateway {
  const { log } = settings;
  const stopping = new AbortController();
  let current: Connection | null = null;

  /** Identifies are counted, 1,000 a day, so the pauses grow. Once connected, discord.js itself comes back after a drop. */
  async function connect(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      try {
        const { self, sessions } = await settings.introduce();
        if (stopping.signal.aborted) return;
        current = createConnection(settings, createResuming({ self, sessions, log }));
        await current.client.login(settings.token);
        log.info('discord.connected', { shards: current.client.ws.shards.size });
        return;
      } catch (error) {
        const refusal = current?.refusal() ?? (isUnauthorized(error) ? GatewayCloseCodes.AuthenticationFailed : null);
        if (stopping.signal.aborted) return;
        if (refusal !== null) return tellRefusal(log, refusal);
        await current?.resuming.letGo();
        current = null;
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** failures);
        log.warn('discord.not-connected', { error, againInSeconds: pauseMs / 1000 });
        await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  return {
    isReady: () =>
      current !== null &&
      current.client.ws.shards.size > 0 &&
      current.client.ws.shards.every(({ status }) => status === Status.Ready),
    client: () => current?.client ?? null,
    start: () => void connect(),
    async hangUp() {
      stopping.abort();
      await current?.resuming.letGo();
    },
    close: async () => current?.client.destroy(),
  };
}

function createConnection(settings: GatewaySettings, resuming: Resuming): Connection {
  const { log } = settings;
  let refusal: number | null = null;
  const client: Client = new Client({
    intents,
    shards: 'auto',
    waitGuildTimeout: guildPatienceMs,
    allowedMentions: { parse: [] },
    rest: { api: settings.apiUrl, version: '10' },
    // Messages and reactions are read by REST when one is asked about; people are only looked at in passing.
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      ReactionManager: 0,
      GuildMemberManager: { maxSize: 200, keepOverLimit: ({ id }) => id === client.user?.id },
      UserManager: { maxSize: 200, keepOverLimit: ({ id }) => id === client.user?.id },
    }),
    ws: { buildStrategy: resuming.buildStrategy },
  });
  // As they came: the library drops reactions in places it has not seen yet (platforms/discord.md §6).
  client.ws.on(GatewayDispatchEvents.InteractionCreate, settings.onInteraction);
  client.ws.on(GatewayDispatchEvents.MessageReactionAdd, settings.onReaction);
  client.on(Events.Error, (error) => log.warn('discord.fault', { error }));
  client.on(Events.ShardError, (error, shard) => log.warn('discord.fault', { shard, error }));
  client.on(Events.ShardReconnecting, (shard) => log.info('discord.reconnecting', { shard }));
  client.on(Events.ShardDisconnect, ({ code }) => {
    const isNews = refusal === null && client.isReady();
    refusal = code;
    if (isNews) tellRefusal(log, code);
  });
  return { client, resuming, refusal: () => refusal };
}

function tellRefusal(log: Log, code: number): void {
  log.error('discord.refused', {
    code,
    advice: hopeless.get(code) ?? 'Discord closed the connection for good: restart.',
  });
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.status === 401;
}
