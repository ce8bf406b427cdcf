/** One program, three roles, four processes, on a PostgreSQL and a Redis of their own. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leaseMs } from '../src/core/jobs/store.ts';
import { type BotProcess, startBot, temporaryDirectory } from './support/bot-process.ts';
import { type BotVisitor, clipsOf, statusesOf } from './support/bot-visitor.ts';
import { eventually } from './support/eventually.ts';
import { claimRedisDatabase, type RedisDatabase } from './support/redis-database.ts';
import { createTestDatabase, describeOn, findServices, type TestDatabase } from './support/services.ts';

const services = await findServices();

/** Overdue by ten seconds, then found by the next sweep, on a machine that has other things to do. */
const sweepMs = 25_000;

interface Place {
  readonly database: TestDatabase;
  readonly env: Readonly<Record<string, string>>;
}

async function createPlace(more: Readonly<Record<string, string>>): Promise<Place> {
  const database = await createTestDatabase();
  return {
    database,
    env: {
      DATABASE_URL: database.url,
      DATA_DIR: temporaryDirectory(),
      SECRET_KEY: 'a key for tests only',
      SANDBOX_RENDER_SECONDS: '3',
      QUOTA_CONCURRENT: 'unlimited',
      QUOTA_CLIPS_PER_DAY: 'unlimited',
      ...more,
    },
  };
}

const prompt = '/hailuo a boat with a crew of four';

function isRendering(visitor: BotVisitor, requests: readonly string[]): Promise<boolean> {
  return visitor.waitFor((timeline) =>
    requests.every((request) => statusesOf(timeline, request)[0]?.body.view.state === 'rendering'),
  );
}

async function getTheirClips(visitor: BotVisitor, requests: readonly string[], mostMs?: number): Promise<void> {
  const timeline = await visitor.waitFor(
    (standing) => requests.every((request) => clipsOf(standing, request).length > 0) && standing,
    mostMs,
  );
  for (const request of requests) {
    expect(clipsOf(timeline, request)).toHaveLength(1);
    expect(statusesOf(timeline, request)).toHaveLength(1);
  }
}

function askFor(clips: number, visitor: BotVisitor): Promise<string[]> {
  return Promise.all(Array.from({ length: clips }, () => visitor.say(prompt)));
}

const happened = ({ lines }: BotProcess, event: string): number => lines.filter((line) => line.event === event).length;

describeOn('PostgreSQL', services.postgres, 'roles as processes, on PostgreSQL', () => {
  describeOn('Redis', services.redis, 'and Redis', (redisUrl) => {
    let place: Place;
    let redis: RedisDatabase;
    let pictures: Server;
    let fetches = 0;
    let giveOut: () => void = () => {};
    let bots: BotProcess;
    let web: BotProcess;
    let workers: [BotProcess, BotProcess];
    let ann: BotVisitor;

    beforeAll(async () => {
      pictures = createServer((_asked, answer) => {
        fetches += 1;
        giveOut = () => answer.writeHead(404).end();
      });
      await new Promise<void>((resolve) => pictures.listen(0, '127.0.0.1', resolve));
      const { port } = pictures.address() as AddressInfo;
      redis = await claimRedisDatabase(redisUrl);
      place = await createPlace({ REDIS_URL: redis.url, FETCH_ALLOW_PRIVATE: `127.0.0.1:${port}` });
      const start = (ROLES: string): Promise<BotProcess> => startBot({ env: { ...place.env, ROLES } });
      // All at once on an empty database: one of them makes the tables, and the others wait for it.
      const [first, second, third, fourth] = await Promise.all([
        start('web'),
        start('bots'),
        start('worker'),
        start('worker'),
      ]);
      [web, bots, workers] = [first, second, [third, fourth]];
      ann = await web.visitor('Ann');
    }, 90_000);

    afterAll(async () => {
      pictures.closeAllConnections();
      pictures.close();
      await redis[Symbol.asyncDispose]();
      await place.database.drop();
    });

    test('a clip asked for in one process is made by another, and seen live', async () => {
      expect([web, bots, ...workers].map(({ url }) => url !== '')).toEqual([true, false, false, false]);
      const ready = await fetch(`${web.url}/readyz`);
      expect(await ready.json()).toEqual({ ready: true, missing: {} });
      const listening = await ann.listen();
      const [request = ''] = await askFor(1, ann);
      await getTheirClips(ann, [request], 60_000);
      await eventually(() => {
        const bodies = listening.heard.flatMap(({ name, data }) => (name === 'message' ? [JSON.parse(data)] : []));
        const under = bodies.filter(({ thread }) => thread === request).map(({ body }) => body);
        const states = under.filter(({ kind }) => kind === 'status').map(({ view }) => view.state);
        const isWhole = states.includes('rendering') && states.at(-1) === 'done';
        return (isWhole && under.some(({ kind }) => kind === 'clip')) || new Error(`heard only ${states}`);
      });
      listening.leave();
      await listening.ended;
      expect(happened(web, 'job.accepted')).toBe(1);
      // The clip is in the thread before its job is over.
      await Promise.any(workers.map((worker) => worker.waitForLine('job.done')));
      expect(workers.map((worker) => happened(worker, 'job.done')).toSorted()).toEqual([0, 1]);
      expect(happened(web, 'job.done') + happened(bots, 'job.done')).toBe(0);
      // Served by a process that did not make it.
      const [clip] = clipsOf(await ann.timeline(), request);
      const film = await fetch(web.url + clip?.body.post.clip.url, { headers: { range: 'bytes=4-7' } });
      expect(film.status).toBe(206);
      expect(await film.text()).toBe('ftyp');
    });

    test('a call that one process has in hand is left to it by those that start meanwhile', async () => {
      const { port } = pictures.address() as AddressInfo;
      const before = fetches;
      const request = await ann.say(`/hailuo it moves --image http://127.0.0.1:${port}/boat.png`);
      await eventually(() => fetches > before || new Error('the picture was not fetched'));
      await using late = await startBot({ env: { ...place.env, ROLES: 'bots' } });
      giveOut();
      await ann.waitFor((timeline) => timeline.some(({ thread }) => thread === request));
      expect(fetches - before).toBe(1);
      expect(await late.stop()).toEqual({ code: 0, signal: null });
      expect((await ann.timeline()).filter(({ thread }) => thread === request)).toHaveLength(1);
    });

    test('a worker killed while its clips render leaves them to the other', async () => {
      const requests = await askFor(4, ann);
      await isRendering(ann, requests);
      await workers[0].kill();
      await getTheirClips(ann, requests, leaseMs + sweepMs);
      workers[0] = await startBot({ env: { ...place.env, ROLES: 'worker' } });
    }, 90_000);

    test('a Redis that forgets everything loses no clip', async () => {
      const requests = await askFor(4, ann);
      await isRendering(ann, requests);
      await redis.flush();
      expect(await redis.countKeys()).toBe(0);
      const [next = ''] = await askFor(1, ann);
      await getTheirClips(ann, [...requests, next], leaseMs + sweepMs);
    }, 90_000);

    test('they stop one by one', async () => {
      for (const process of [web, bots, ...workers]) expect(await process.stop()).toEqual({ code: 0, signal: null });
      const errors = [web, bots, ...workers].flatMap(({ lines }) => lines.filter(({ level }) => level === 'error'));
      expect(errors).toEqual([]);
    });
  });

  test('without a Redis, PostgreSQL is the alarm clock of them all', async () => {
    const { database, env } = await createPlace({ SANDBOX_RENDER_SECONDS: '0' });
    try {
      const [web, worker] = await Promise.all([
        startBot({ env: { ...env, ROLES: 'web' } }),
        startBot({ env: { ...env, ROLES: 'worker,bots' } }),
      ]);
      const ann = await web.visitor('Ann');
      await getTheirClips(ann, await askFor(2, ann), 60_000);
      await eventually(() => happened(worker, 'job.done') === 2 || new Error('their jobs are not over'));
      expect(await worker.stop()).toEqual({ code: 0, signal: null });
      expect(await web.stop()).toEqual({ code: 0, signal: null });
    } finally {
      await database.drop();
    }
  }, 90_000);

  describe('of two web processes', () => {
    test('that both live through one call, nothing is doubled', async () => {
      const pictures = createServer((_asked, answer) => setTimeout(() => answer.writeHead(404).end(), 700));
      await new Promise<void>((resolve) => pictures.listen(0, '127.0.0.1', resolve));
      const { port } = pictures.address() as AddressInfo;
      const { database, env } = await createPlace({ FETCH_ALLOW_PRIVATE: `127.0.0.1:${port}` });
      try {
        const web = await startBot({ env: { ...env, ROLES: 'web' } });
        const ann = await web.visitor('Ann');
        const starting = startBot({ env: { ...env, ROLES: 'web' } });
        // Some before the other looks for calls nobody answered, some after.
        const requests: string[] = [];
        let isReady = false;
        starting.then(
          () => {
            isReady = true;
          },
          () => {},
        );
        while (!isReady && requests.length < 10) {
          requests.push(await ann.say(`/hailuo it moves --image http://127.0.0.1:${port}/boat.png`));
          await sleep(150); // spread over the other's start
        }
        const other = await starting;
        ann.moveTo(other);
        await ann.waitFor((timeline) => requests.every((id) => timeline.some(({ thread }) => thread === id)));
        await Promise.all([web.stop(), other.stop()]);
        await using last = await startBot({ env: { ...env, ROLES: 'web' } });
        ann.moveTo(last);
        const timeline = await ann.timeline();
        for (const id of requests) expect(timeline.filter(({ thread }) => thread === id)).toHaveLength(1);
      } finally {
        pictures.closeAllConnections();
        pictures.close();
        await database.drop();
      }
    }, 90_000);
  });
});
