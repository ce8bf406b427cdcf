/** Reads the configuration, opens everything, starts it, and closes it in reverse. Alone in knowing all others. */
import { mkdirSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import type { Platform } from './bots/bot.ts';
import { createWebBot } from './bots/web/web-bot.ts';
import { createCommands } from './commands/all.ts';
import { parseArguments } from './commands/arguments.ts';
import { connectProviders } from './connect-providers.ts';
import { ConfigError, readConfig } from './core/config.ts';
import { openDatabase } from './core/database.ts';
import { createCallBackAddresses } from './core/jobs/call-back.ts';
import type { JobEdges } from './core/jobs/edges.ts';
import { openQueue } from './core/jobs/open-queue.ts';
import { createJobStore } from './core/jobs/store.ts';
import { startInspections } from './core/jobs/traffic/inspections.ts';
import { createTraffic } from './core/jobs/traffic/traffic.ts';
import { startWorker } from './core/jobs/worker.ts';
import { createHiding, createLog } from './core/log.ts';
import { createClipTool } from './core/media/clip-tool.ts';
import { createMedia } from './core/media/create-media.ts';
import { createDownload } from './core/media/download.ts';
import { startRetention } from './core/media/start-retention.ts';
import { createStore } from './core/media/store.ts';
import { withoutPictures } from './core/providers/place-picture.ts';
import { providers as knownProviders } from './core/providers/registry.ts';
import { createStrangerGuard } from './core/stranger-guard.ts';
import { explainUnreadable, readEnvFile } from './env-file.ts';
import { greet } from './greeting.ts';
import { openLogOutput } from './log-output.ts';
import { platformMigrations } from './platform-migrations.ts';
import { findSecretKey } from './secret-key.ts';
import { createStopSignal, stopWithin } from './stop.ts';
import { createMetrics } from './web/metrics.ts';
import { startWebServer } from './web/server.ts';

/** Steps in hand at once: many wait for strangers, so more than there are cores; few enough that a person's command never queues behind them for long. */
const concurrency = { embedded: 12, postgres: 48 } as const;

/** Orchestrators kill after ten seconds unless told otherwise. */
const stopPatienceMs = 9_000;

async function main(): Promise<void> {
  loadEnvFile();
  const config = readConfig(process.env, knownProviders);
  const isTerminal = process.stdout.isTTY === true && (process.env.CI ?? '') === '';
  mkdirSync(config.dataDirectory, { recursive: true });
  const secretKey = config.secretKey ?? findSecretKey(config.dataDirectory);
  const secrets = [...config.secrets, secretKey.reveal()];
  const log = createLog({
    level: config.logLevel,
    write: await openLogOutput(config.logFormat ?? (isTerminal ? 'pretty' : 'json')),
    secrets,
  });
  const stopSignal = createStopSignal(process);
  const started = performance.now();

  await using closing = new AsyncDisposableStack();
  const metrics = createMetrics();
  const opened = closing.use(
    await openDatabase({
      ...(config.databaseUrl !== undefined && { url: config.databaseUrl }),
      dataDirectory: config.dataDirectory,
      migrations: platformMigrations,
      log,
      onStatement: (_sql, durationMs) => metrics.statement(durationMs / 1000),
    }),
  );
  const now = (): Date => new Date();
  const clock = closing.use(
    await openQueue({
      redisUrl: config.redisUrl,
      databaseUrl: config.databaseUrl,
      now,
      onError: ({ kind, cause, ...about }) => log.warn(`queue.${kind}`, { ...about, error: cause }),
    }),
  );
  const guard = createStrangerGuard({ allowPrivate: config.fetchAllowPrivate });
  const clipTool = closing.use(createClipTool());
  const media = createMedia({
    database: opened.database,
    dataDirectory: config.dataDirectory,
    secretKey: secretKey.reveal(),
    download: createDownload(guard),
    clipTool,
    now,
    log,
  });
  const addresses = createCallBackAddresses(secretKey.reveal());
  const web = createWebBot({
    database: opened.database,
    urgent: opened.urgent,
    media,
    log,
    now,
    newId: uuidv7,
    parseArguments,
    isAlone: opened.kind === 'embedded',
    acknowledged: (seconds) => metrics.acknowledged('web', seconds),
    isSecure: config.publicUrl.startsWith('https:'),
  });
  const ours = {
    reactionEmoji: config.reactionEmoji,
    database: opened.database,
    urgent: opened.urgent,
    pathOf: media.pathOf,
    log,
    now,
    newId: uuidv7,
    isAlone: opened.kind === 'embedded',
  };
  // Their libraries are loaded only where they are on: a start takes a fifth of a second longer with Discord's.
  const discord =
    config.discord &&
    (await import('./bots/discord/discord.ts')).createDiscord({
      ...config.discord,
      ...ours,
      acknowledged: (seconds) => metrics.acknowledged('discord', seconds),
    });
  if (discord !== undefined) closing.defer(discord.close);
  const slack =
    config.slack &&
    (await import('./bots/slack/slack.ts')).createSlack({
      ...config.slack,
      ...ours,
      publicUrl: config.publicUrl,
      secretKey,
      acknowledged: (seconds) => metrics.acknowledged('slack', seconds),
      async cancelJob(job) {
        if (await edges.store.requestCancel(job)) await clock.wake(job, now());
      },
    });
  if (slack !== undefined) closing.defer(slack.close);
  const platforms: readonly Platform[] = [web.platform, discord, slack].filter((platform) => platform !== undefined);

  const providers = connectProviders(config, guard, now, log);
  const edges: JobEdges = {
    database: opened.database,
    store: createJobStore({ database: opened.database, now }),
    queue: clock,
    providers,
    traffic: createTraffic({
      database: opened.database,
      providers,
      queue: clock,
      now,
      random: Math.random,
      log,
      hide: createHiding(secrets),
    }),
    media,
    courierFor: (destination) => platforms.find(({ platform }) => platform === destination.platform)?.courier,
    callBackUrl: (provider, attempt) =>
      config.publicUrl === '' ? undefined : config.publicUrl + addresses.pathOf(provider, attempt),
    settings: {
      deadlineMs: config.deadlineMs,
      unknownHoldMs: config.unknownHoldMs,
      limits: config.limits,
      routing: config.routing,
      publicUrl: config.publicUrl,
    },
    now,
    newId: uuidv7,
    random: Math.random,
    log,
    measure: metrics,
  };

  const listening = platforms.filter(({ hearsIn }) => config.roles.includes(hearsIn));
  // Before anything moves, so that a port that is taken stops nothing that has begun.
  const isFront = config.roles.includes('web');
  const server = await startWebServer(
    {
      host: config.host,
      port: config.port,
      adminToken: config.adminToken,
      secretKey,
      trustsThisMachine: config.publicUrl === '',
      serves: isFront ? 'everything' : 'health',
    },
    {
      edges,
      addresses,
      metrics,
      probes: { database: opened.probe, queue: () => clock.probe(), ...botProbes(listening) },
      pages: [web.routes],
      routes: slack === undefined ? [] : [slack.routes],
    },
  );
  closing.defer(() => server.stop());
  if (opened.kind === 'embedded') await edges.store.dropClaims();
  if (config.roles.includes('worker')) {
    const worker = await startWorker(clock, edges, { concurrency: concurrency[opened.kind] });
    closing.defer(() => worker.stop());
    closing.use(
      startRetention(
        { database: opened.database, store: createStore(config.dataDirectory), now, log },
        { maxAgeMs: config.mediaMaxAgeMs, maxBytes: config.mediaMaxBytes, protectMs: config.deadlineMs },
      ),
    );
  }
  for (const { bot } of listening) {
    await bot.start(createCommands(edges));
    closing.defer(() => bot.stop());
  }

  const readyMs = Math.round(performance.now() - started);
  const url = isFront ? server.url : null;
  log.info('process.ready', {
    url,
    health: `${server.url}healthz`,
    roles: config.roles,
    database: opened.kind,
    providers: edges.providers.map(({ id }) => id),
    readyMs,
  });
  closing.use(startInspections(edges));
  for (const { id, title } of withoutPictures(providers, config.publicUrl !== '')) {
    log.warn('provider.no-pictures', {
      provider: id,
      advice: `${title} fetches pictures from our own address: set PUBLIC_URL, or requests with a picture go to others.`,
    });
  }
  if (isTerminal) greet(process.stdout, { config, url, database: opened.kind, providers: edges.providers });

  const signal = await stopSignal;
  log.info('process.stopping', { signal });
  // Last opened, first closed: intake, then what is in hand, then queue and database.
  await stopWithin(stopPatienceMs, () => closing.disposeAsync(), log);
}

function loadEnvFile(): void {
  const envFile = readEnvFile();
  if (envFile.state === 'read') process.loadEnvFile();
  // At once, and not only in the log: without what stands in it the configuration may have problems of its own.
  if (envFile.state === 'unreadable') process.stderr.write(`${explainUnreadable(envFile)}\n`);
}

function botProbes(platforms: readonly { platform: string; bot: { isReady(): boolean } }[]) {
  return Object.fromEntries(
    platforms.map(({ platform, bot }) => [
      platform,
      async () => {
        if (!bot.isReady()) throw new Error('not connected');
      },
    ]),
  );
}

try {
  await main();
} catch (error) {
  // Nothing is open that could be lost: say what to do, in words, and leave.
  process.stderr.write(`${error instanceof ConfigError || error instanceof Error ? error.message : String(error)}\n`);
  if (!(error instanceof ConfigError) && process.env.LOG_LEVEL === 'debug')
    process.stderr.write(`${(error as Error).stack}\n`);
  process.exit(1);
}
process.exit(0);
