/** Many jobs at once at the real providers' files: an outage that costs few calls, and turns that go round the people. */
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { OpenDatabase } from '../src/core/database.ts';
import { step } from '../src/core/jobs/step.ts';
import { sweep } from '../src/core/jobs/sweep.ts';
import { closedFaults } from '../src/core/jobs/traffic/breaker.ts';
import { createRandom } from '../src/core/providers/sandbox/random.ts';
import type { JobId } from '../src/core/values.ts';
import { createFal, falErrors } from '../src/simulate/fal.ts';
import { startSimulation } from '../src/simulate/server.ts';
import { createToAPIs } from '../src/simulate/toapis.ts';
import { openMemoryDatabase } from './support/database.ts';
import { type Actor, type Stage, setStage } from './support/provider-stage.ts';
import { ann } from './support/world.ts';

let opened: OpenDatabase;

beforeAll(async () => {
  opened = await openMemoryDatabase();
});
afterAll(() => opened.close());
afterEach(async () => {
  await opened.database.deleteFrom('jobs').execute();
});

/** Jobs in hand at once, and how often the ledger is swept: as in a worker that runs. */
const inHand = 16;
/** Jobs that come in one moment. */
const groupSize = 10;
const sweepEveryMs = 30_000;

/** Far above what two busy cores need: it ends a test that hangs. */
const timeout = 240_000;

const outageMs = 600_000;
/** Calls that five hundred jobs may make all together to whoever is down, in ten minutes. */
const mostCalls = 60;

const told = ({ world }: Stage, event: string) => world.lines.filter((line) => line.event === event);

interface Arrival {
  readonly many: number;
  /** One in so many milliseconds. */
  readonly everyMs: number;
  /** Who asks for each; by default everybody is somebody else. */
  readonly nameOf?: () => string;
}

let names = 0;
function newName(): string {
  names += 1;
  return `number ${names}`;
}

/** A few at a time; everything that falls due meanwhile is done. */
async function arrive(stage: Stage, { many, everyMs, nameOf = newName }: Arrival): Promise<JobId[]> {
  const jobs: JobId[] = [];
  while (jobs.length < many) {
    const group = Array.from({ length: Math.min(groupSize, many - jobs.length) }, async () => {
      const person = nameOf();
      const asker = { ...ann, tenant: 'test:crowd', person };
      return (await stage.world.create({ prompt: person, model: '2.3-pro' }, { asker })).id;
    });
    jobs.push(...(await Promise.all(group)));
    await passTogether(stage, everyMs * group.length);
  }
  return jobs;
}

/** Time passes, and a worker moves what falls due, several jobs at once. */
async function passTogether({ world, clock }: Stage, ms: number): Promise<void> {
  const { alarms } = world.queue;
  const end = clock.now().getTime() + ms;
  for (;;) {
    await clock.ring();
    const due = [...alarms].filter(([, at]) => at <= clock.now()).map(([id]) => id);
    if (due.length > 0) {
      const taken = due.slice(0, inHand);
      for (const id of taken) alarms.delete(id);
      await Promise.all(taken.map((id) => step(id, world.edges)));
      continue;
    }
    const next = Math.min(...[...alarms.values()].map((at) => at.getTime()));
    if (next > end) break;
    clock.pass(next - clock.now().getTime());
  }
  clock.pass(end - clock.now().getTime());
}

/** Until nothing is left to do. */
async function finish(stage: Stage): Promise<void> {
  for (let rounds = 0; stage.world.queue.alarms.size > 0; rounds += 1) {
    if (rounds === 200) throw new Error(`${stage.world.queue.alarms.size} jobs never end`);
    await passTogether(stage, sweepEveryMs);
    await sweep(stage.world.edges);
  }
}

async function endings(jobs: readonly JobId[]): Promise<Record<string, number>> {
  const rows = await opened.database
    .selectFrom('jobs')
    .select(['state', ({ fn }) => fn.countAll<string>().as('jobs')])
    .where('id', 'in', jobs)
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.state, Number(row.jobs)]));
}

function actorOf({ actors }: Stage, index = 0): Actor {
  return actors[index] ?? expect.fail('nobody came');
}

test('500 jobs in ten minutes at a provider that says "not now", while another one renders', { timeout }, async () => {
  let isDown = false;
  const stage = await setStage(opened, [createFal, createToAPIs], {
    environment: { FAL_CONCURRENCY: '40' },
    pace: { queueMs: 0, renderMs: 4_000 },
    random: createRandom('an outage'),
    watch: (id) => ({
      chance: () => (id === 'fal' && isDown ? { fault: 'answer', reply: falErrors.noRunner } : undefined),
    }),
  });
  const [fal, other] = [actorOf(stage), actorOf(stage, 1)];
  const before = fal.begun();
  isDown = true;
  const jobs = await arrive(stage, { many: 500, everyMs: outageMs / 500 });
  expect(fal.begun() - before).toBeLessThan(mostCalls);
  expect(fal.begun() - before).toBeGreaterThan(closedFaults);
  expect(told(stage, 'provider.away')).toHaveLength(1);

  isDown = false;
  const backAt = stage.clock.now().getTime();
  const submits = fal.calls('submit');
  while (told(stage, 'provider.recovered').length === 0 && stage.clock.now().getTime() < backAt + outageMs) {
    jobs.push(...(await arrive(stage, { many: 1, everyMs: 10_000 })));
  }
  // The first job that comes once it may be tried again is the probe, and nobody went beside it.
  expect(fal.calls('submit') - submits).toBe(1);
  expect(stage.clock.now().getTime() - backAt).toBeLessThan(320_000);
  const { afterMs } = told(stage, 'provider.recovered')[0] ?? {};
  expect(afterMs).toBeGreaterThan(outageMs - 60_000);
  expect(afterMs).toBeLessThan(outageMs + 320_000);
  jobs.push(...(await arrive(stage, { many: 10, everyMs: 1_000 })));
  await finish(stage);

  expect(await endings(jobs)).toEqual({ done: jobs.length });
  expect(fal.double.renders.jobs).toHaveLength(11);
  expect(fal.double.renders.jobs.length + other.double.renders.jobs.length).toBe(jobs.length);
  expect(stage.world.courier.clips.size).toBe(jobs.length);
});

test('500 jobs at the only provider, half of them rendering when it can no longer be reached', {
  timeout,
}, async () => {
  const stage = await setStage(opened, [createFal], {
    environment: { FAL_CONCURRENCY: '500' },
    pace: { queueMs: 0, renderMs: 60_000 },
    random: createRandom('another outage'),
  });
  const fal = actorOf(stage);
  const jobs = await arrive(stage, { many: 250, everyMs: 40 });
  expect(fal.double.renders.jobs).toHaveLength(250);

  const before = fal.begun();
  await fal.simulation.close();
  jobs.push(...(await arrive(stage, { many: 250, everyMs: outageMs / 250 })));
  expect(fal.begun() - before).toBeLessThan(mostCalls);
  expect(fal.begun() - before).toBeGreaterThan(2 * closedFaults);
  expect(await endings(jobs)).toEqual({ rendering: 250, queued: 250 });

  const again = await startSimulation(fal.double, Number(new URL(fal.simulation.origin).port));
  onTestFinished(() => again.close());
  await finish(stage);
  expect(await endings(jobs)).toEqual({ done: 500 });
  expect(fal.double.renders.jobs).toHaveLength(500);
  expect(stage.world.courier.clips.size).toBe(500);
  expect(told(stage, 'provider.recovered').map(({ side }) => side)).toEqual(expect.arrayContaining(['look', 'submit']));
  expect(told(stage, 'provider.recovered')).toHaveLength(2);
});

test('one person brings twenty jobs, another one: hers is submitted third at the latest', async () => {
  const stage = await setStage(opened, [createFal]);
  const greedy = await arrive(stage, { many: 20, everyMs: 0, nameOf: () => 'greedy' });
  const modest = await arrive(stage, { many: 1, everyMs: 0, nameOf: () => 'modest' });
  await finish(stage);
  const prompts = actorOf(stage).double.renders.jobs.map(({ input }) => Object(input).prompt);
  expect(prompts.indexOf('modest')).toBe(2);
  expect(prompts).toHaveLength(21);
  expect(await endings([...greedy, ...modest])).toEqual({ done: 21 });
});
