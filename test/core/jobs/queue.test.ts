import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresQueue, openRedisQueue } from '../../../src/core/jobs/bullmq-queue.ts';
import { openQueue } from '../../../src/core/jobs/open-queue.ts';
import type { QueueEdges, QueueFault } from '../../../src/core/jobs/queue.ts';
import { createTimerQueue } from '../../../src/core/jobs/timer-queue.ts';
import type { JobId } from '../../../src/core/values.ts';
import { queueContract } from '../../contracts/queue-contract.ts';
import { type CuttableProxy, createCuttableProxy } from '../../support/cuttable-proxy.ts';
import { createTestDatabase, describeOn, findServices, type TestDatabase } from '../../support/services.ts';

const services = await findServices();
const jobId = '0198a0c4-0000-7000-8000-000000000001' as JobId;

describe('timers', () => {
  queueContract({ name: 'on timers', open: async (_alarms, edges) => createTimerQueue(edges) });

  test('a closed clock lets the process end', () => expectProcessToEnd({}));
});

describeOn('Redis', services.redis, 'BullMQ on Redis', (redisUrl) => {
  let proxy: CuttableProxy;

  beforeAll(async () => {
    proxy = await createCuttableProxy(redisUrl, 6379);
  });

  afterAll(async () => {
    await proxy.close();
    await deleteTestKeys(redisUrl);
  });

  queueContract({
    name: 'on Redis',
    open: (alarms, edges) => openRedisQueue(proxy.url, { ...edges, name: alarms }),
    store: {
      cut: () => proxy.cut(),
      freeze: () => proxy.freeze(),
      mend: () => proxy.mend(),
    },
  });

  test('a closed clock lets the process end', () => expectProcessToEnd({ redisUrl }));
});

describe('Redis that was never there', () => {
  test('opens, waits for it, and closes', async () => {
    const faults: QueueFault[] = [];
    const clock = await openQueue({ ...edgesInto(faults), redisUrl: 'redis://127.0.0.1:1' });
    await clock.listen(async () => {}, { concurrency: 1 });
    await clock.wake(jobId, new Date(0));
    await expect(clock.probe()).rejects.toThrow('not connected');
    await clock.close();
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(['connection', 'wake-postponed']));
  });
});

describeOn('PostgreSQL', services.postgres, 'BullMQ on PostgreSQL', () => {
  let database: TestDatabase;
  let proxy: CuttableProxy;

  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await createCuttableProxy(database.url, 5432);
  });

  afterAll(async () => {
    await proxy.close();
    await database.drop();
  });

  queueContract({
    name: 'on PostgreSQL',
    open: (alarms, edges) => openPostgresQueue(proxy.url, { ...edges, name: alarms }),
    store: {
      cut: () => proxy.cut(),
      freeze: () => proxy.freeze(),
      mend: () => proxy.mend(),
    },
  });

  test('a closed clock lets the process end', () => expectProcessToEnd({ databaseUrl: database.url }));

  test('several processes may start on an empty database together', async () => {
    const empty = await createTestDatabase();
    try {
      const opening = [1, 2, 3].map(() => openQueue({ ...edgesInto([]), databaseUrl: empty.url }));
      for (const clock of await Promise.all(opening)) await clock.close();
    } finally {
      await empty.drop();
    }
  });

  test("keeps the address's own session options", async () => {
    const url = `${database.url}?options=${encodeURIComponent('-c statement_timeout=20000')}`;
    const { promise: rung, resolve: ring } = Promise.withResolvers<JobId>();
    await using clock = await openQueue({ ...edgesInto([]), databaseUrl: url });
    await clock.listen(async (id) => ring(id), { concurrency: 1 });
    await clock.wake(jobId, new Date(0));
    expect(await rung).toBe(jobId);
  });
});

test('PostgreSQL that is not there is an error at start', async () => {
  await expect(openQueue({ ...edgesInto([]), databaseUrl: 'postgres://root@127.0.0.1:1/test' })).rejects.toThrow();
});

test('an unreadable address is an error that does not repeat it', async () => {
  const opening = openQueue({ ...edgesInto([]), redisUrl: 'redis+cluster://user:secret@/' });
  await expect(opening).rejects.toThrow(/REDIS_URL/);
  await expect(opening).rejects.not.toThrow(/secret/);
});

function edgesInto(faults: QueueFault[]): QueueEdges {
  return { now: () => new Date(), onError: (fault) => faults.push(fault) };
}

/** A process of its own opens, listens, wakes and closes; then nothing may hold it. */
async function expectProcessToEnd(urls: { redisUrl?: string; databaseUrl?: string }): Promise<void> {
  const script = `
    import { openQueue } from './src/core/jobs/open-queue.ts';
    const urls = ${JSON.stringify(urls)};
    const clock = await openQueue({ ...urls, name: 'hailuo-test-${randomUUID()}', now: () => new Date(), onError: console.error });
    const { promise: rung, resolve: ring } = Promise.withResolvers();
    await clock.listen(async (id) => { if (id === '${jobId}') ring(); }, { concurrency: 2 });
    await clock.wake('${jobId}', new Date(0));
    const awake = setInterval(() => {}, 1_000);
    await rung;
    clearInterval(awake);
    await clock.close();
    console.log('closed');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'pipe', timeout: 25_000 });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  expect({ code, output }).toEqual({ code: 0, output: 'closed\n' });
}

async function deleteTestKeys(url: string): Promise<void> {
  const client = new Redis(url);
  const keys = await client.keys('{hailuo}:hailuo-test-*');
  if (keys.length > 0) await client.del(keys);
  client.disconnect();
}
