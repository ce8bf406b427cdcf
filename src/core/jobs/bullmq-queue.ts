/** The alarm clock on BullMQ, over Redis or PostgreSQL. Nothing else in the program knows BullMQ. */
import {
  createPostgresBackend,
  isPgPool,
  type Job,
  type JobsOptions,
  Queue,
  runMigrations,
  WaitingError,
  Worker,
  withBackend,
} from 'bullmq';
import pg from 'pg';
import type { JobId } from '../values.ts';
import { createFaultReporter, type FaultReporter } from './fault-reporter.ts';
import type { AlarmClock, QueueEdges } from './queue.ts';
import { openRedisClient } from './redis-client.ts';
import { type AlarmFetcher, createStoredClock, type FetchHandlers, type StoredAlarm } from './stored-clock.ts';
import { within } from './within.ts';

/** What both BullMQ clocks need. Processes that use one server and one `name` share their alarms. */
export interface BullmqEdges extends QueueEdges {
  /** What queues of several programs on one server are told apart by. Default `hailuo`. */
  readonly name?: string;
}

/** All that travels: no prompt, no secret, nothing that a store could refuse. */
interface AlarmData {
  readonly id: JobId;
}

const onPostgres = withBackend(createPostgresBackend);
// Nobody reads BullMQ's own events: keep few.
const streams = { events: { maxLen: 100 } };
const fetching = { autorun: false, runRetryDelay: 1_000 };
const firstAnswerMs = 2_000;
const quitMs = 1_500;

/** @param url see `parseRedisUrl`; a server that is away is waited for two seconds here, then in the background */
export async function openRedisQueue(url: string, { name = 'hailuo', ...edges }: BullmqEdges): Promise<AlarmClock> {
  const faults = createFaultReporter(edges);
  const client = openRedisClient(url);
  client.on('error', faults.connection);
  // In braces, so that all keys of the queue live in one slot of a cluster.
  const shared = { connection: client, prefix: '{hailuo}' };
  const queue = new Queue<AlarmData, void>(name, { ...shared, streams });
  queue.on('error', faults.connection);
  await within(firstAnswerMs, queue.waitUntilReady()).catch(() => {});
  return createStoredClock(edges, faults, {
    isUp: () => client.status === 'ready',
    add: (alarm) => queue.add('wake', { id: alarm.id }, optionsOf(alarm)),
    async createFetcher(handlers, concurrency) {
      const options = { ...shared, ...fetching, concurrency };
      return toFetcher(new Worker<AlarmData, void>(name, toProcessor(handlers), options), handlers, faults);
    },
    ask: () => client.ping(),
    async close() {
      await queue.close();
      if (client.status === 'ready') await within(quitMs, client.quit()).catch(() => {});
      client.disconnect();
    },
  });
}

/**
 * Creates or upgrades BullMQ's tables in the schema `bullmq`.
 * @throws when PostgreSQL does not answer
 */
export async function openPostgresQueue(url: string, { name = 'hailuo', ...edges }: BullmqEdges): Promise<AlarmClock> {
  const faults = createFaultReporter(edges);
  const pool = createPool(url);
  pool.on('error', faults.connection);
  if (!isPgPool(pool)) throw new TypeError('BullMQ does not take this version of pg');
  await migrate(pool);
  const queue = new onPostgres.Queue<AlarmData, void>(name, { connection: pool, streams });
  queue.on('error', faults.connection);
  return createStoredClock(edges, faults, {
    isUp: () => true, // an outage is answered at once, or by the pool's time limit
    add: (alarm) => queue.add('wake', { id: alarm.id }, optionsOf(alarm)),
    async createFetcher(handlers, concurrency) {
      const options = { ...fetching, connection: pool, concurrency };
      const worker = new onPostgres.Worker<AlarmData, void>(name, toProcessor(handlers), options);
      const fetcher = toFetcher(worker, handlers, faults);
      try {
        await worker.waitUntilReady();
      } catch (cause) {
        // A worker remembers a failed start for good: better none than one that never rings.
        await worker.close(true);
        throw cause;
      }
      return fetcher;
    },
    ask: () => pool.query('select 1'),
    async close() {
      await queue.close();
      await within(quitMs, pool.end()).catch(() => {});
    },
  });
}

function optionsOf({ name, setAtMs, delayMs }: StoredAlarm): JobsOptions {
  // Counting from our own time: BullMQ's later look at its clock would shuffle alarms of one millisecond.
  const when = { timestamp: setAtMs, delay: delayMs };
  return { jobId: name, ...when, attempts: 1, removeOnComplete: true, removeOnFail: true };
}

function toProcessor(handlers: FetchHandlers): (job: Job<AlarmData, void>, token?: string) => Promise<void> {
  return async (job, token) => {
    const outcome = await handlers.ring({ id: job.data.id, name: nameOf(job) });
    if (outcome === 'rung') return;
    await job.moveToWait(token);
    throw new WaitingError();
  };
}

/** What both kinds of BullMQ worker have in common. */
interface FetchingWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'completed', listener: (job: Job<AlarmData, void>) => void): unknown;
  run(): Promise<void>;
  pause(doNotWaitActive: boolean): Promise<void>;
  close(force: boolean): Promise<void>;
}

function toFetcher(worker: FetchingWorker, handlers: FetchHandlers, faults: FaultReporter): AlarmFetcher {
  worker.on('error', faults.connection);
  worker.on('completed', (job) => handlers.crossedOff(nameOf(job)));
  return {
    run: () => worker.run(),
    pause: () => worker.pause(true),
    close: (force) => worker.close(force),
  };
}

function nameOf(job: Job<AlarmData, void>): string {
  return job.id ?? job.data.id;
}

function createPool(url: string): pg.Pool {
  return new pg.Pool({
    ...withSessionSettings(url),
    keepAlive: true, // lets an idle worker sleep until something is due, instead of asking every ten seconds
    keepAliveInitialDelayMillis: 10_000,
    query_timeout: 30_000, // a dead line, which TCP would take a quarter of an hour to notice
    connectionTimeoutMillis: 5_000,
    max: 5, // the worker's LISTEN holds one for good
  });
}

/**
 * BullMQ's statements name no schema, so the session must. A lost commit only repeats or drops an alarm, which the
 * ledger makes good: not waiting for the disk is worth half as much throughput again.
 */
function withSessionSettings(url: string): { connectionString: string; options: string } {
  const connection = new URL(url);
  const own = connection.searchParams.get('options') ?? '';
  connection.searchParams.delete('options'); // pg lets the address win over its own settings
  const options = `${own} -c search_path=bullmq -c synchronous_commit=off`.trim();
  return { connectionString: connection.href, options };
}

/** A pool that cannot be migrated is ended. */
async function migrate(pool: pg.Pool): Promise<void> {
  try {
    const client = await pool.connect();
    try {
      await runMigrations(client);
    } finally {
      client.release();
    }
  } catch (cause) {
    await pool.end();
    throw cause;
  }
}
