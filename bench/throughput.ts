/** Whole jobs a second: admit, submit, looks, deliver, with renders that take no time. */
import { measureBarePostgres, measureBareRedis } from './bare-bullmq.ts';
import { type Backend, openRig, type Rig, sleep } from './rig.ts';
import { type Row, round } from './row.ts';

const people = 50;
const askingAtOnce = 32;
const warmUp = 20;

const atLeast: Record<Backend, number> = { embedded: 25, postgres: 60, 'postgres+redis': 100 };

export async function measureThroughput(backend: Backend, jobs: number): Promise<Row> {
  const ended = Promise.withResolvers<void>();
  let done = 0;
  const rig = await openRig({
    backend,
    concurrency: backend === 'embedded' ? 12 : 48,
    measure: {
      ended(state) {
        if (state !== 'done') ended.reject(new Error(`a job ended ${state}`));
        done += 1;
        if (done === warmUp + jobs) ended.resolve();
      },
    },
  });
  // The clip is drawn once, and the history learns that these renders are quick: neither is what is measured.
  for (let index = 0; index < warmUp; index += 1) await rig.ask(index % people);
  while (done < warmUp) await sleep(50);
  await sleep(5_500);

  const before = rig.statements();
  const started = performance.now();
  let asked = 0;
  const asking = Array.from({ length: askingAtOnce }, async () => {
    while (asked < jobs) {
      asked += 1;
      await rig.ask(asked % people);
    }
  });
  await Promise.all(asking);
  await ended.promise;
  const seconds = (performance.now() - started) / 1000;
  const statements = rig.statements() - before;
  const bare = await measureBare(backend, rig);
  await rig.close();
  return {
    row: `whole jobs a second, ${backend}`,
    figures: {
      'jobs/s': round(jobs / seconds),
      'statements/job': round(statements / jobs),
      [bare.name]: round(bare.rate),
      ratio: round(jobs / seconds / bare.rate, 3),
    },
    must: { 'jobs/s': { atLeast: atLeast[backend] } },
  };
}

/** What the same backend does in the same run with nothing of ours on top. There is no BullMQ on the embedded one. */
async function measureBare(backend: Backend, rig: Rig): Promise<{ name: string; rate: number }> {
  switch (backend) {
    case 'embedded':
      return { name: 'bare durable inserts/s', rate: await measureInserts(rig) };
    case 'postgres':
      return { name: 'bare BullMQ jobs/s', rate: await measureBarePostgres() };
    case 'postgres+redis':
      return { name: 'bare BullMQ jobs/s', rate: await measureBareRedis() };
  }
}

async function measureInserts({ edges }: Rig): Promise<number> {
  const writes = 1000;
  const started = performance.now();
  for (let index = 0; index < writes; index += 1) {
    await edges.database
      .insertInto('quota_counters')
      .values({ tenant: 'bare', scope: 'person', subject: String(index), measure: 'clips', period: 'now' })
      .execute();
  }
  return writes / ((performance.now() - started) / 1000);
}
