/** `kill -9`, at every line that matters and at any moment: one submit, one clip, the right balance. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../src/core/database.ts';
import { silentLog } from '../src/core/log.ts';
import { isFinal } from '../src/core/values.ts';
import { platformMigrations } from '../src/platform-migrations.ts';
import { type BotProcess, spawnBot, startBot, temporaryDirectory } from './support/bot-process.ts';
import { type BotVisitor, clipsOf, statusesOf } from './support/bot-visitor.ts';
import { type Book, deaths, type KillableOrder, readBook } from './support/killable-bot.ts';
import { type JobAtRest, readJobs, wrongCounters } from './support/ledger-check.ts';
import { claimRedisDatabase } from './support/redis-database.ts';
import { createTestDatabase, describeOn, findServices } from './support/services.ts';

const services = await findServices();

describe('killed', () => {
  const entry = fileURLToPath(new URL('./support/killable-bot.ts', import.meta.url));
  const directories = [temporaryDirectory(), temporaryDirectory()];
  const died: string[] = [];
  let jobs: readonly JobAtRest[] = [];
  let counters: readonly unknown[] = [];
  const book = { submits: [], clips: [], statuses: [] } as { [Page in keyof Book]: Book[Page][number][] };

  /** One life after the other on one directory: each ends what the one before left, and dies in its own job. */
  async function liveAndDie(directory: string, mine: readonly (typeof deaths)[number][]): Promise<void> {
    const live = (order: KillableOrder) => spawnBot({ entry, args: [JSON.stringify(order)], directory, env: {} });
    for (const death of mine) {
      const life = live({ directory, death });
      const exit = await life.exited;
      expect({ death, ...exit, said: life.errors() }).toEqual({ death, code: null, signal: 'SIGKILL', said: '' });
    }
    const last = live({ directory, death: null });
    expect({ ...(await last.exited), said: last.errors() }).toEqual({ code: 0, signal: null, said: '' });
    const lines = readFileSync(join(directory, 'deaths.jsonl'), 'utf8').trimEnd().split('\n');
    died.push(...lines.map((line) => JSON.parse(line)));
    await using opened = await openDatabase({ dataDirectory: directory, log: silentLog });
    jobs = [...jobs, ...(await readJobs(opened.database))];
    counters = [...counters, ...(await wrongCounters(opened.database))];
    const { submits, clips, statuses } = readBook(directory);
    book.submits.push(...submits);
    book.clips.push(...clips);
    book.statuses.push(...statuses);
  }

  beforeAll(async () => {
    await Promise.all(
      directories.map((directory, index) =>
        liveAndDie(
          directory,
          deaths.filter((_, place) => place % 2 === index),
        ),
      ),
    );
  }, 120_000);

  test.each(deaths)('%s', (death) => {
    expect(died).toContain(death);
    const isLost = death === 'submitting: the paid call arrived, and nobody can ever tell';
    expect(jobs.filter(({ prompt }) => prompt === death)).toMatchObject([
      {
        state: isLost ? 'failed' : 'done',
        wakes: false,
        holds: 1,
        settles: isLost ? 0 : 1,
        releases: isLost ? 1 : 0,
      },
    ]);
    expect(book.submits.filter(({ prompt }) => prompt === death)).toHaveLength(1);
    expect(book.clips.filter(({ prompt }) => prompt === death)).toHaveLength(isLost ? 0 : 1);
    const statuses = book.statuses.filter(({ prompt }) => prompt === death);
    expect(new Set(statuses.map(({ id }) => id)).size).toBe(1);
    expect(statuses.at(-1)?.state).toBe(isLost ? 'failed' : 'done');
  });

  test('and the sums are those of the book', () => {
    expect(jobs).toHaveLength(deaths.length);
    expect(counters).toEqual([]);
  });
});

/** The same moments again: `KILL_SEED=… npx vitest run test/kill.test.ts`. */
const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);

async function withSeed(act: (random: () => number) => Promise<void>): Promise<void> {
  let state = seed;
  const random = (): number => {
    // Lehmer's generator: enough for picking moments.
    state = (state * 48_271 + 11) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  try {
    await act(random);
  } catch (error) {
    throw new Error(`with KILL_SEED=${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

const prompt = '/hailuo a boat that always comes back';
const unlimited = {
  SANDBOX_RENDER_SECONDS: '1',
  UNKNOWN_HOLD_SECONDS: '2',
  QUOTA_CONCURRENT: 'unlimited',
  QUOTA_CLIPS_PER_DAY: 'unlimited',
};

/** A person who asks for twelve clips and, where no answer came, asks the same thing again. */
function createAsking(visitor: BotVisitor) {
  const wanted = Array.from({ length: 12 }, () => uuidv7());
  const requests = new Map<string, string>();
  return {
    /** @param most how many of those not yet acknowledged */
    async ask(most: number): Promise<void> {
      const open = wanted.filter((id) => !requests.has(id)).slice(0, most);
      const asked = await Promise.allSettled(
        open.map(async (id) => ({ id, message: await visitor.say(prompt, { id }) })),
      );
      for (const answer of asked)
        if (answer.status === 'fulfilled') requests.set(answer.value.id, answer.value.message);
    },
    /** Every request has come to its end, with one clip or with a sentence. */
    async seeTheEnd(): Promise<void> {
      expect(requests.size).toBe(wanted.length);
      const timeline = await visitor.waitFor((standing) => {
        const states = [...requests.values()].map((request) => statusesOf(standing, request)[0]?.body.view.state);
        return states.every((state) => state !== undefined && isFinal(state)) && standing;
      }, 100_000);
      expect(new Set(requests.values()).size).toBe(wanted.length);
      for (const request of requests.values()) {
        const [status, ...more] = statusesOf(timeline, request);
        expect(more).toEqual([]);
        expect(clipsOf(timeline, request)).toHaveLength(status?.body.view.state === 'done' ? 1 : 0);
      }
    },
  };
}

async function checkLedger(where: { readonly url?: string; readonly dataDirectory: string }): Promise<void> {
  await using opened = await openDatabase({ ...where, migrations: platformMigrations, log: silentLog });
  const jobs = await readJobs(opened.database);
  // The first clip, then one job for each request, however often it was sent.
  expect(jobs).toHaveLength(13);
  for (const job of jobs) {
    const isDone = job.state === 'done';
    expect(job).toMatchObject({
      wakes: false,
      paidAttempts: 1,
      holds: 1,
      settles: isDone ? 1 : 0,
      releases: isDone ? 0 : 1,
    });
  }
  expect(await wrongCounters(opened.database)).toEqual([]);
}

/** Draws the clip once, so that those to come are copies of it. */
async function drawFirst(visitor: BotVisitor): Promise<void> {
  const request = await visitor.say(prompt);
  await visitor.waitFor((timeline) => clipsOf(timeline, request).length === 1, 60_000);
}

// Mostly waiting: for renders, for leases, for each other's processes to start.
describe.concurrent('killed at five moments that nobody chose, with twelve clips wanted', () => {
  test('the whole program on its embedded database', async () => {
    await withSeed(async (random) => {
      const env = { ...unlimited, DATA_DIR: temporaryDirectory() };
      let bot: BotProcess = await startBot({ env });
      const visitor = await bot.visitor('Ann');
      await drawFirst(visitor);
      const asking = createAsking(visitor);
      for (let kills = 0; kills < 5; kills += 1) {
        const asked = asking.ask(4);
        await sleep(random() * 1_500);
        await bot.kill();
        await asked;
        bot = await startBot({ env });
        visitor.moveTo(bot);
      }
      await asking.ask(12);
      await asking.seeTheEnd();
      expect(await bot.stop()).toEqual({ code: 0, signal: null });
      await checkLedger({ dataDirectory: env.DATA_DIR });
    });
  }, 150_000);

  describeOn('PostgreSQL', services.postgres, 'on PostgreSQL', () => {
    describeOn('Redis', services.redis, 'and Redis', (redisUrl) => {
      test('one of two workers', async () => {
        await withSeed(async (random) => {
          await using redis = await claimRedisDatabase(redisUrl);
          const database = await createTestDatabase();
          try {
            const env = {
              ...unlimited,
              DATA_DIR: temporaryDirectory(),
              DATABASE_URL: database.url,
              REDIS_URL: redis.url,
              SECRET_KEY: 'a key for tests only',
            };
            await using web = await startBot({ env: { ...env, ROLES: 'web' } });
            await using living = await startBot({ env: { ...env, ROLES: 'worker' } });
            const visitor = await web.visitor('Ann');
            await drawFirst(visitor);
            const asking = createAsking(visitor);
            for (let kills = 0; kills < 5; kills += 1) {
              const dying = await startBot({ env: { ...env, ROLES: 'worker' } });
              await asking.ask(3);
              await sleep(random() * 1_500);
              await dying.kill();
            }
            await asking.seeTheEnd();
            expect(await living.stop()).toEqual({ code: 0, signal: null });
            expect(await web.stop()).toEqual({ code: 0, signal: null });
            await checkLedger({ url: database.url, dataDirectory: env.DATA_DIR });
          } finally {
            await database.drop();
          }
        });
      }, 150_000);
    });
  });
});
