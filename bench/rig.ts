/** A whole installation in one process, as `main` builds it, on a backend of the bench's choosing. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { createCommand } from '../src/commands/create.ts';
import { openDatabase } from '../src/core/database.ts';
import type { Courier } from '../src/core/delivery/delivery.ts';
import { createHttp } from '../src/core/http.ts';
import { type JobEdges, type JobMeasures, noMeasures } from '../src/core/jobs/edges.ts';
import { openQueue } from '../src/core/jobs/open-queue.ts';
import type { AlarmClock } from '../src/core/jobs/queue.ts';
import { createJobStore } from '../src/core/jobs/store.ts';
import { createTraffic } from '../src/core/jobs/traffic/traffic.ts';
import { startWorker } from '../src/core/jobs/worker.ts';
import { createLog } from '../src/core/log.ts';
import { createClipTool } from '../src/core/media/clip-tool.ts';
import { createMedia } from '../src/core/media/create-media.ts';
import { createDownload } from '../src/core/media/download.ts';
import type { ProviderEdges, VideoProvider } from '../src/core/providers/provider.ts';
import { sandbox } from '../src/core/providers/sandbox.ts';
import { createStrangerGuard } from '../src/core/stranger-guard.ts';
import type { JobId } from '../src/core/values.ts';

export type Backend = 'embedded' | 'postgres' | 'postgres+redis';

export interface Rig {
  readonly edges: JobEdges;
  readonly clock: AlarmClock;
  statements(): number;
  /** `/hailuo create` by a person of the given number, up to the status message being open. */
  ask(person: number, values?: { readonly prompt: string; readonly provider?: string }): Promise<JobId>;
  close(): Promise<void>;
}

export interface RigOptions {
  readonly backend: Backend;
  readonly concurrency: number;
  /** Instead of the sandbox with renders at once. */
  readonly connect?: (edges: ProviderEdges) => readonly VideoProvider[];
  /** Loopback addresses from which clips may be fetched, as `host:port`. */
  readonly allowPrivate?: readonly string[];
  /** Default: nobody calls back. */
  readonly callBackUrl?: JobEdges['callBackUrl'];
  readonly measure?: Partial<JobMeasures>;
}

const postgresUrl = process.env.TEST_DATABASE_URL ?? 'postgres://root@127.0.0.1:5432/postgres';
export const redisUrl = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379/15';

/** A database of its own on the server, and how to drop it. */
export async function makePostgres(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `hailuo_bench_${process.pid}_${Date.now()}`;
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: postgresUrl });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await run(`create database ${name}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`drop database ${name} with (force)`) };
}

/** The sandbox, with renders that take no time. */
export function connectSandbox(edges: ProviderEdges): VideoProvider {
  return sandbox.connect({ SANDBOX_RENDER_SECONDS: 0 }, edges);
}

export async function openRig({ backend, concurrency, measure, ...options }: RigOptions): Promise<Rig> {
  const directory = mkdtempSync(join(tmpdir(), 'hailuo-bench-'));
  const postgres = backend === 'embedded' ? null : await makePostgres();
  const log = createLog({ level: 'error', write: (line) => process.stderr.write(line), secrets: [] });
  let statements = 0;
  const opened = await openDatabase({
    ...(postgres !== null && { url: postgres.url }),
    dataDirectory: directory,
    log,
    onStatement: () => {
      statements += 1;
    },
  });
  const now = (): Date => new Date();
  const clock = await openQueue({
    ...(backend === 'postgres+redis' && { redisUrl }),
    ...(postgres !== null && { databaseUrl: postgres.url }),
    now,
    onError: (fault) => log.error('bench.queue', { ...fault }),
  });
  const clipTool = createClipTool();
  const secretKey = 'a key for the bench alone';
  const media = createMedia({
    database: opened.database,
    dataDirectory: directory,
    secretKey,
    download: createDownload(createStrangerGuard({ allowPrivate: options.allowPrivate ?? [] })),
    clipTool,
    now,
    log,
  });
  const courier = createInstantCourier();
  const providerEdges: ProviderEdges = {
    http: createHttp(),
    now,
    scratchDirectory: join(directory, 'scratch'),
    log: () => {},
  };
  const connected = options.connect?.(providerEdges) ?? [connectSandbox(providerEdges)];
  const edges: JobEdges = {
    database: opened.database,
    store: createJobStore({ database: opened.database, now }),
    queue: clock,
    providers: connected,
    traffic: createTraffic({
      database: opened.database,
      providers: connected,
      queue: clock,
      now,
      random: Math.random,
      log,
      hide: (text) => text,
    }),
    media,
    courierFor: () => courier,
    callBackUrl: options.callBackUrl ?? (() => undefined),
    settings: {
      deadlineMs: 1_800_000,
      unknownHoldMs: 600_000,
      limits: { clipsPerDay: null, concurrent: null, usdPerMonth: null },
      routing: 'order',
      publicUrl: '',
    },
    now,
    newId: uuidv7,
    random: Math.random,
    log,
    measure: { ...noMeasures, ...measure },
  };
  const worker = await startWorker(clock, edges, { concurrency });

  return {
    edges,
    clock,
    statements: () => statements,
    async ask(person, values = { prompt: 'a paper boat in a storm [Push in]' }) {
      const request = uuidv7();
      const reply = await createCommand(edges).run({
        origin: `bench:${request}`,
        asker: {
          tenant: 'bench:bench',
          person: `person-${person}`,
          name: 'Bench',
          channel: 'general',
          roles: [],
          locale: 'en',
          isAdmin: false,
        },
        destination: { platform: 'bench', address: {} },
        values,
        pictures: {},
      });
      if (reply.kind !== 'started') throw new Error(`the bench was refused: ${JSON.stringify(reply)}`);
      return reply.job;
    },
    async close() {
      await worker.stop();
      await clipTool.close();
      await clock.close();
      await opened.close();
      await postgres?.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A platform that answers at once: what is measured is ours alone. */
export function createInstantCourier(): Courier {
  const posts = new Map<string, string>();
  return {
    platform: 'bench',
    editIntervalMs: 5000,
    showStatus: async (_destination, message, view) => message ?? view.job,
    uploadLimitBytes: async () => null,
    async post(_destination, clip) {
      if (posts.has(clip.nonce)) throw new Error(`${clip.job} was posted twice`);
      posts.set(clip.nonce, clip.job);
      return { outcome: 'posted', message: clip.nonce };
    },
    find: async (_destination, { nonce }) => posts.get(nonce) ?? null,
  };
}

/** @param values in any order */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
