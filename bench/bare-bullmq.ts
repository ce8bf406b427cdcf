/** BullMQ alone: adding and running jobs that do nothing, as fast as the same backend lets it. */
import { createPostgresBackend, isPgPool, Queue, runMigrations, Worker, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { makePostgres, redisUrl } from './rig.ts';

const jobs = 2000;

interface BareQueue {
  add(name: string, data: { id: number }, options: object): Promise<unknown>;
}

/** @returns jobs a second from the first add to the last completion */
export async function measureBareRedis(): Promise<number> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue('bare', { connection });
  const ran = Promise.withResolvers<void>();
  const worker = new Worker('bare', countTo(ran.resolve), { connection, concurrency: 50 });
  const rate = await drive(queue, ran.promise);
  await worker.close();
  await queue.obliterate({ force: true });
  await queue.close();
  await connection.quit();
  return rate;
}

/** The same on a PostgreSQL database of its own. */
export async function measureBarePostgres(): Promise<number> {
  const postgres = await makePostgres();
  const pool = new pg.Pool({
    connectionString: postgres.url,
    max: 10,
    keepAlive: true,
    options: '-c search_path=bullmq',
  });
  if (!isPgPool(pool)) throw new TypeError('BullMQ does not take this version of pg');
  await pool.query('create schema if not exists bullmq');
  const client = await pool.connect();
  await runMigrations(client);
  client.release();
  const bullmq = withBackend(createPostgresBackend);
  const queue = new bullmq.Queue('bare', { connection: pool });
  const ran = Promise.withResolvers<void>();
  const worker = new bullmq.Worker('bare', countTo(ran.resolve), { connection: pool, concurrency: 50 });
  // The database is dropped right after the figure is taken: what breaks off then is of no interest.
  pool.on('error', ignore);
  queue.on('error', ignore);
  worker.on('error', ignore);
  await worker.waitUntilReady();
  const rate = await drive(queue, ran.promise);
  await worker.close();
  await queue.close();
  await pool.end();
  await postgres.drop();
  return rate;
}

function ignore(): void {}

function countTo(finish: () => void): () => Promise<void> {
  let count = 0;
  return async () => {
    count += 1;
    if (count === jobs) finish();
  };
}

async function drive(queue: BareQueue, ran: Promise<void>): Promise<number> {
  const started = performance.now();
  let added = 0;
  const adding = Array.from({ length: 50 }, async () => {
    while (added < jobs) {
      added += 1;
      await queue.add('bare', { id: added }, { removeOnComplete: true, removeOnFail: true });
    }
  });
  await Promise.all(adding);
  await ran;
  return jobs / ((performance.now() - started) / 1000);
}
