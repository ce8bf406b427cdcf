import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../src/core/jobs/job.ts';
import { createJobStore } from '../../../src/core/jobs/store.ts';
import { hold } from '../../../src/core/quota/ledger.ts';
import { daysOf, readUsage } from '../../../src/core/quota/usage.ts';
import type { MicroUsd } from '../../../src/core/values.ts';
import { forEachDatabase } from '../../support/database.ts';
import { sampleAsker, sampleAttempt, sampleJob, sampleRow, sampleTime } from '../../support/sample-job.ts';
import { findServices } from '../../support/services.ts';

const services = await findServices();
const unlimited = { clipsPerDay: null, concurrent: null, usdPerMonth: null };
const all = { people: 100, jobs: 100 };
const month = { from: '2026-11-01', to: '2026-11-30' };

describe('the days of a period', () => {
  it.each([
    ['day', '2026-11-21T23:59:59Z', '2026-11-21', '2026-11-21'],
    ['week', '2026-11-21T12:00:00Z', '2026-11-16', '2026-11-21'],
    ['week', '2026-11-16T00:00:00Z', '2026-11-16', '2026-11-16'],
    ['week', '2026-11-22T12:00:00Z', '2026-11-16', '2026-11-22'],
    ['week', '2026-12-02T12:00:00Z', '2026-11-30', '2026-12-02'],
    ['month', '2026-11-21T12:00:00Z', '2026-11-01', '2026-11-21'],
    ['last-month', '2026-11-21T12:00:00Z', '2026-10-01', '2026-10-31'],
    ['last-month', '2027-01-01T00:00:00Z', '2026-12-01', '2026-12-31'],
    ['last-month', '2028-03-31T12:00:00Z', '2028-02-01', '2028-02-29'],
  ] as const)('%s at %s', (period, at, from, to) => expect(daysOf(period, new Date(at))).toEqual({ from, to }));
});

forEachDatabase(services, 'the usage of a tenant', (opened) => {
  beforeEach(async () => {
    await sql`truncate jobs, attempts, posts, quota_entries, quota_counters, limits`.execute(opened().database);
  });

  async function ask(person: string, at = sampleTime, tenant = 'web:local'): Promise<Job> {
    const asker = sampleAsker({ person, tenant, name: person.toUpperCase() });
    const job = sampleJob({ asker, price: 300_000 as MicroUsd, acceptedAt: at });
    await hold(opened().database, sampleRow(job), asker, job.price, at, unlimited);
    return job;
  }

  async function end(job: Job, line: 'settle' | 'release', cost: number | null = null): Promise<void> {
    const store = createJobStore({ database: opened().database, now: () => sampleTime });
    const before = await store.claim(job.id);
    if (before === null) throw new Error('the job is there');
    const attempt = sampleAttempt({ cost: cost as MicroUsd | null });
    const state = line === 'settle' ? 'done' : 'failed';
    const after: Job = { ...before, attempt, state, endedAt: sampleTime, wakeAt: null };
    await store.record({ before, after, line, keepsClaim: false });
  }

  it('adds up what was held, spent and given back, by person and over all', async () => {
    await end(await ask('ada'), 'settle', 250_000);
    await end(await ask('ada'), 'release');
    await ask('ada');
    await end(await ask('bob'), 'settle');
    await end(await ask('bob'), 'settle', 400_000);
    expect(await readUsage(opened().database, 'web:local', month, all)).toMatchObject({
      sums: { people: 2, held: 1, spent: 3, givenBack: 1, usdHeld: 300_000, usdSpent: 950_000 },
      people: [
        { person: 'bob', name: 'BOB', held: 0, spent: 2, givenBack: 0, usdHeld: 0, usdSpent: 700_000 },
        { person: 'ada', name: 'ADA', held: 1, spent: 1, givenBack: 1, usdHeld: 300_000, usdSpent: 250_000 },
      ],
    });
  });

  it('has a line for each clip, the newest first', async () => {
    const first = await ask('ada');
    const second = await ask('bob');
    const third = await ask('bob');
    await end(first, 'settle', 250_000);
    await end(second, 'release');
    const { jobs } = await readUsage(opened().database, 'web:local', month, all);
    const common = { channel: 'general', model: '2.3', seconds: 6, resolution: '768P', provider: 'sandbox' };
    expect(jobs).toEqual(
      [
        { job: third.id, person: 'bob', name: 'BOB', state: 'opening', quota: 'held', usd: 300_000 },
        { job: second.id, person: 'bob', name: 'BOB', state: 'failed', quota: 'given back', usd: 0 },
        { job: first.id, person: 'ada', name: 'ADA', state: 'done', quota: 'spent', usd: 250_000 },
      ].map((line) => ({ ...common, acceptedAt: sampleTime, ...line })),
    );
  });

  it('leaves out other days and other tenants', async () => {
    await ask('ada', new Date('2026-10-31T23:59:59.999Z'));
    await ask('bob', new Date('2026-12-01T00:00:00Z'));
    await ask('eve', sampleTime, 'discord:1');
    await ask('joe', new Date('2026-11-01T00:00:00Z'));
    const { sums, people } = await readUsage(opened().database, 'web:local', month, all);
    expect(sums.people).toBe(1);
    expect(people.map(({ person }) => person)).toEqual(['joe']);
  });

  it('is cut as asked, and the sums are not', async () => {
    for (const person of ['ada', 'bob', 'eve']) await ask(person);
    const usage = await readUsage(opened().database, 'web:local', month, { people: 1, jobs: 2 });
    expect(usage).toMatchObject({ sums: { people: 3, held: 3 }, people: [{ person: 'ada' }] });
    expect(usage.jobs).toHaveLength(2);
  });

  it('of nobody is nothing', async () => {
    expect(await readUsage(opened().database, 'web:local', month, all)).toEqual({
      sums: { people: 0, held: 0, spent: 0, givenBack: 0, usdHeld: 0, usdSpent: 0 },
      people: [],
      jobs: [],
    });
  });
});
