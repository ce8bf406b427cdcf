import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it, test } from 'vitest';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import { createJobStore } from '../../../src/core/jobs/store.ts';
import { type Hold, hold, readStanding } from '../../../src/core/quota/ledger.ts';
import type { DefaultLimits } from '../../../src/core/quota/limits.ts';
import type { CounterMove, LimitsTable } from '../../../src/core/tables.ts';
import type { MicroUsd } from '../../../src/core/values.ts';
import { forEachDatabase } from '../../support/database.ts';
import { sampleAsker, sampleAttempt, sampleJob, sampleRow, sampleTime } from '../../support/sample-job.ts';
import { findServices } from '../../support/services.ts';

const services = await findServices();
const unlimited: DefaultLimits = { clipsPerDay: null, concurrent: null, usdPerMonth: null };
const ada = sampleAsker();

forEachDatabase(services, 'the account book', (opened) => {
  beforeEach(async () => {
    await sql`truncate jobs, attempts, posts, quota_entries, quota_counters, limits`.execute(opened().database);
  });

  function holdJob(job: Job, limits: Partial<DefaultLimits> = {}, at = sampleTime): Promise<Hold> {
    return hold(opened().database, sampleRow(job), job.asker, job.price, at, { ...unlimited, ...limits });
  }

  function setLimit(row: Pick<LimitsTable, 'subject' | 'measure' | 'per' | 'most'> & Partial<LimitsTable>) {
    const whole = { tenant: ada.tenant, scope: 'person' as const, set_by: 'admin', set_at: sampleTime, ...row };
    return opened().database.insertInto('limits').values(whole).execute();
  }

  function storeAt(at = sampleTime) {
    return createJobStore({ database: opened().database, now: () => at });
  }

  /** Ends the job's hold as a worker does. False when nobody may move the job. */
  async function end(job: Job, line: 'settle' | 'release', cost: number | null = null): Promise<boolean> {
    const store = storeAt();
    const before = await store.claim(job.id);
    if (before === null) return false;
    const attempt = sampleAttempt({ cost: cost as MicroUsd | null });
    const state = line === 'settle' ? 'done' : 'failed';
    const after: Job = { ...before, attempt, state, endedAt: sampleTime, wakeAt: sampleTime };
    return (await store.record({ before, after, line, keepsClaim: false })) !== null;
  }

  it('1,000 at once against a limit of 10: exactly 10 are admitted', async () => {
    const holds = await Promise.all(Array.from({ length: 1000 }, () => holdJob(sampleJob(), { clipsPerDay: 10 })));
    expect(tally(holds)).toEqual({ held: 10, over: 990 });
    expect(await countRows(opened(), 'jobs')).toBe(10);
    expect(await countRows(opened(), 'quota_entries')).toBe(10);
    expect(await usedOf(opened(), 'clips')).toEqual([10]);
    await expectBalance(opened());
  });

  it('300 at once with 3 allowed at a time: exactly 3', async () => {
    const holds = await Promise.all(Array.from({ length: 300 }, () => holdJob(sampleJob(), { concurrent: 3 })));
    expect(tally(holds)).toEqual({ held: 3, over: 297 });
  });

  it('200 at once from one event: one job, counted once', async () => {
    const holds = await Promise.all(
      Array.from({ length: 200 }, () => holdJob(sampleJob({ origin: 'one-event' }), { clipsPerDay: 10 })),
    );
    expect(tally(holds)).toEqual({ held: 1, duplicate: 199 });
    expect(await usedOf(opened(), 'clips')).toEqual([1]);
    await expectBalance(opened());
  });

  it('a tenant’s money is never overspent, however many people spend it', async () => {
    const price = 300_000 as MicroUsd;
    const people = Array.from({ length: 200 }, (_, each) => sampleAsker({ person: `person-${each}` }));
    const holds = await Promise.all(
      people.map((asker) => holdJob(sampleJob({ asker, price }), { usdPerMonth: 1_000_000 as MicroUsd })),
    );
    expect(tally(holds)).toEqual({ held: 3, over: 197 });
    await expectBalance(opened());
  });

  describe('a crowd against limits of every scope', () => {
    const roles = ['painters', 'guests'];
    const price = 300_000 as MicroUsd;
    /** The tightest is last; each allows that many of them, whoever they belong to. */
    const loose = [
      { scope: 'tenant', subject: ada.tenant, measure: 'clips', per: 'day', most: 60 },
      { scope: 'tenant', subject: ada.tenant, measure: 'running', per: 'now', most: 61 },
      { scope: 'tenant', subject: ada.tenant, measure: 'usd', per: 'month', most: 62 * price },
      { scope: 'channel', subject: 'general', measure: 'clips', per: 'day', most: 63 },
      { scope: 'channel', subject: 'general', measure: 'running', per: 'now', most: 64 },
      { scope: 'channel', subject: 'general', measure: 'usd', per: 'month', most: 65 * price },
      { scope: 'role', subject: 'painters', measure: 'clips', per: 'day', most: 66 },
      { scope: 'role', subject: 'painters', measure: 'running', per: 'now', most: 67 },
      { scope: 'role', subject: 'painters', measure: 'usd', per: 'month', most: 68 * price },
    ] as const;

    it.each([
      [
        '200 at once: the tenant’s clips a day',
        200,
        { scope: 'tenant', subject: ada.tenant, measure: 'clips', per: 'day' },
      ],
      [
        '200 at once: the tenant’s clips at once',
        200,
        { scope: 'tenant', subject: ada.tenant, measure: 'running', per: 'now' },
      ],
      [
        '1000 at once: the tenant’s money',
        1000,
        { scope: 'tenant', subject: ada.tenant, measure: 'usd', per: 'month' },
      ],
      [
        '1000 at once: the channel’s clips a day',
        1000,
        { scope: 'channel', subject: 'general', measure: 'clips', per: 'day' },
      ],
      [
        '200 at once: the channel’s clips at once',
        200,
        { scope: 'channel', subject: 'general', measure: 'running', per: 'now' },
      ],
      ['200 at once: the channel’s money', 200, { scope: 'channel', subject: 'general', measure: 'usd', per: 'month' }],
    ] as const)('%s are the tightest: exactly 17 of 50 people’s', async (_name, many, tightest) => {
      const isTightest = (row: (typeof loose)[number]) =>
        row.scope === tightest.scope && row.measure === tightest.measure;
      for (const row of loose) await setLimit(isTightest(row) ? { ...tightest, most: mostOf(row, 17) } : row);
      const people = Array.from({ length: 50 }, (_, each) => sampleAsker({ person: `person-${each}`, roles }));
      const jobs = Array.from({ length: many }, (_, each) =>
        sampleJob({ price, asker: people[each % people.length] ?? ada }),
      );
      const holds = await Promise.all(jobs.map((job) => holdJob(job, { clipsPerDay: 1, concurrent: 1 })));
      expect(tally(holds)).toEqual({ held: 17, over: many - 17 });
      for (const refused of holds) {
        if (refused.outcome === 'over') {
          expect(refused.limit).toMatchObject({ scope: tightest.scope, measure: tightest.measure, setFor: 'own' });
        }
      }
      await expectBalance(opened());

      // Given back, one by one and all at once, down to nothing.
      const held = jobs.filter((_, each) => holds[each]?.outcome === 'held');
      await Promise.all(held.map((job) => end(job, 'release')));
      expect(Object.values(await readCounters(opened())).every((used) => used === 0)).toBe(true);
      expect(await holdJob(sampleJob({ price }))).toEqual({ outcome: 'held' });
    });

    it.each([
      [1000, 'clips'],
      [200, 'running'],
      [200, 'usd'],
    ] as const)('%i at once: a role’s %s are each member’s own: 5 for each of 4', async (many, measure) => {
      for (const row of loose.filter(({ scope }) => scope === 'role')) {
        await setLimit(row.measure === measure ? { ...row, most: mostOf(row, 5) } : row);
      }
      const people = Array.from({ length: 4 }, (_, each) => sampleAsker({ person: `person-${each}`, roles }));
      const holds = await Promise.all(
        Array.from({ length: many }, (_, each) => holdJob(sampleJob({ price, asker: people[each % 4] ?? ada }))),
      );
      for (const each of people.keys()) {
        expect(tally(holds.filter((_, turn) => turn % 4 === each))).toEqual({ held: 5, over: many / 4 - 5 });
      }
      expect(holds.find(({ outcome }) => outcome === 'over')).toMatchObject({
        limit: { scope: 'person', measure, setFor: 'role', role: 'painters' },
      });
      await expectBalance(opened());
    });

    function mostOf(row: { readonly measure: string }, clips: number): number {
      return row.measure === 'usd' ? clips * price : clips;
    }
  });

  describe('a role is an allowance for each of its members', () => {
    const roles = ['painters', 'guests', 'nobodies'];
    it.each([
      ['its row before everybody’s', [role('painters', 3), everybody(1)], 3],
      ['also where it allows less than everybody’s', [role('painters', 1), everybody(3)], 1],
      ['the most generous of several', [role('painters', 3), role('guests', 1)], 3],
      ['no limit is the most generous of all', [role('painters', null), role('guests', 1)], 7],
      ['none does not harm who has a better one', [role('painters', 3), role('guests', 0)], 3],
      ['none is none for who has no better one', [role('guests', 0), everybody(5)], 0],
      ['one’s own row before that of a role', [role('painters', 5), own(2)], 2],
      ['one’s own none before that of a role', [role('painters', 5), own(0)], 0],
      ['not that of a role one does not have', [role('strangers', 5)], 2],
      ['not that of a channel of the same name', [{ ...role('painters', 0), scope: 'channel' as const }], 2],
      ['not that of a person of the same name', [{ ...role('painters', 0), scope: 'person' as const }], 2],
    ])('%s', async (_name, rows, admitted) => {
      for (const row of rows) await setLimit({ ...row, measure: 'clips', per: 'day' });
      const asker = sampleAsker({ roles });
      const holds = await Promise.all(
        Array.from({ length: 7 }, () => holdJob(sampleJob({ asker }), { clipsPerDay: 2 })),
      );
      expect(tally(holds).held ?? 0).toBe(admitted);
      const { limits } = await readStanding(opened().database, asker, sampleTime, { ...unlimited, clipsPerDay: 2 });
      const clips = limits.find(({ scope, measure }) => scope === 'person' && measure === 'clips');
      expect(clips?.most).toBe(admitted === 7 ? null : admitted);
      expect(clips?.used).toBe(admitted);
    });

    function role(subject: string, most: number | null) {
      return { scope: 'role' as const, subject, most };
    }
    function everybody(most: number) {
      return { scope: 'person' as const, subject: '*', most };
    }
    function own(most: number) {
      return { scope: 'person' as const, subject: 'ada', most };
    }
  });

  it('a limit of a channel or a tenant that is set later knows what was used before', async () => {
    await holdJob(sampleJob());
    await setLimit({ scope: 'channel', subject: 'general', measure: 'clips', per: 'day', most: 1 });
    expect(await holdJob(sampleJob())).toMatchObject({ limit: { scope: 'channel', used: 1, most: 1 } });
    const elsewhere = sampleJob({ asker: sampleAsker({ channel: 'elsewhere' }) });
    expect(await holdJob(elsewhere)).toEqual({ outcome: 'held' });
    await setLimit({ scope: 'tenant', subject: ada.tenant, measure: 'running', per: 'now', most: 2 });
    expect(await holdJob(elsewhere)).toMatchObject({ limit: { scope: 'tenant', measure: 'running', used: 2 } });
  });

  it('of several limits in the way it speaks of what is off, else of what lasts longest', async () => {
    await holdJob(sampleJob());
    await setLimit({ subject: 'ada', measure: 'running', per: 'now', most: 1 });
    await setLimit({ subject: 'ada', measure: 'clips', per: 'day', most: 1 });
    expect(await holdJob(sampleJob())).toMatchObject({ limit: { measure: 'clips' } });
    await setLimit({ subject: 'ada', measure: 'usd', per: 'month', most: 300_000 });
    expect(await holdJob(sampleJob())).toMatchObject({ limit: { measure: 'usd' } });
    await setLimit({ scope: 'channel', subject: 'general', measure: 'running', per: 'now', most: 0 });
    expect(await holdJob(sampleJob())).toMatchObject({ limit: { scope: 'channel', most: 0 } });
  });

  it('two people never stand in each other’s way', async () => {
    const bob = sampleAsker({ person: 'bob' });
    const holds = await Promise.all(
      Array.from({ length: 40 }, (_, each) =>
        holdJob(sampleJob({ asker: each % 2 === 0 ? ada : bob }), { clipsPerDay: 10 }),
      ),
    );
    expect(tally(holds.filter((_, each) => each % 2 === 0))).toEqual({ held: 10, over: 10 });
    expect(tally(holds.filter((_, each) => each % 2 === 1))).toEqual({ held: 10, over: 10 });
  });

  it('the same person in another tenant is another person', async () => {
    await holdJob(sampleJob(), { clipsPerDay: 1 });
    const elsewhere = sampleJob({ asker: sampleAsker({ tenant: 'discord:42' }) });
    expect(await holdJob(elsewhere, { clipsPerDay: 1 })).toEqual({ outcome: 'held' });
  });

  it('says which limit stood in the way, what was used, and when it starts again', async () => {
    await holdJob(sampleJob(), { clipsPerDay: 1 });
    expect(await holdJob(sampleJob(), { clipsPerDay: 1 })).toEqual({
      outcome: 'over',
      limit: {
        scope: 'person',
        measure: 'clips',
        per: 'day',
        most: 1,
        used: 1,
        setFor: 'default',
        role: null,
        resetsAt: new Date('2026-11-22T00:00:00Z'),
      },
    });
    expect(await holdJob(sampleJob(), { concurrent: 1 })).toMatchObject({ limit: { per: 'now', resetsAt: null } });
    expect(await holdJob(sampleJob(), { usdPerMonth: 500_000 as MicroUsd })).toMatchObject({
      limit: { scope: 'tenant', measure: 'usd', used: 280_000, resetsAt: new Date('2026-12-01T00:00:00Z') },
    });
  });

  it('a refusal writes nothing', async () => {
    expect(await holdJob(sampleJob(), { clipsPerDay: 0 })).toMatchObject({ outcome: 'over' });
    expect(await countRows(opened(), 'jobs')).toBe(0);
    expect(await countRows(opened(), 'quota_entries')).toBe(0);
    expect(await usedOf(opened(), 'clips')).toEqual([0]);
  });

  describe('which limit counts', () => {
    it.each([
      ['the default', [], 2],
      ['everybody’s row', [{ subject: '*', most: 3 }], 3],
      ['a row of one’s own', [{ subject: 'ada', most: 4 }], 4],
      [
        'one’s own before everybody’s',
        [
          { subject: '*', most: 1 },
          { subject: 'ada', most: 4 },
        ],
        4,
      ],
      [
        'one’s own that is lower',
        [
          { subject: '*', most: 5 },
          { subject: 'ada', most: 1 },
        ],
        1,
      ],
      [
        'one’s own that is none',
        [
          { subject: '*', most: 5 },
          { subject: 'ada', most: 0 },
        ],
        0,
      ],
      [
        'one’s own without a limit',
        [
          { subject: '*', most: 1 },
          { subject: 'ada', most: null },
        ],
        7,
      ],
      ['everybody’s without a limit', [{ subject: '*', most: null }], 7],
      ['not somebody else’s', [{ subject: 'bob', most: 5 }], 2],
    ] as const)('%s', async (_name, rows, admitted) => {
      for (const row of rows) await setLimit({ ...row, measure: 'clips', per: 'day' });
      const holds = await Promise.all(Array.from({ length: 7 }, () => holdJob(sampleJob(), { clipsPerDay: 2 })));
      expect(tally(holds).held ?? 0).toBe(admitted);
      const standing = await readStanding(opened().database, ada, sampleTime, { ...unlimited, clipsPerDay: 2 });
      const own = rows.findLast(({ subject }) => subject !== 'bob');
      expect(standing.limits.find(({ scope, measure }) => scope === 'person' && measure === 'clips')).toMatchObject({
        most: own === undefined ? 2 : own.most,
        setFor: own === undefined ? 'default' : own.subject === '*' ? 'everybody' : 'own',
      });
    });

    it('not another tenant’s, and not another measure’s', async () => {
      await setLimit({ tenant: 'discord:42', subject: '*', measure: 'clips', per: 'day', most: 9 });
      await setLimit({ subject: '*', measure: 'running', per: 'now', most: 9 });
      const holds = await Promise.all(Array.from({ length: 5 }, () => holdJob(sampleJob(), { clipsPerDay: 2 })));
      expect(tally(holds)).toEqual({ held: 2, over: 3 });
    });

    it('one that is set later knows what was used before', async () => {
      await holdJob(sampleJob());
      await holdJob(sampleJob());
      await setLimit({ subject: 'ada', measure: 'clips', per: 'day', most: 2 });
      expect(await holdJob(sampleJob())).toMatchObject({ outcome: 'over', limit: { used: 2, most: 2 } });
    });
  });

  describe('the end of a hold', () => {
    it('settled: the place at once is free, the clip of the day is spent', async () => {
      const job = sampleJob();
      await holdJob(job, { concurrent: 1 });
      expect(await holdJob(sampleJob(), { concurrent: 1 })).toMatchObject({ outcome: 'over' });
      await end(job, 'settle', 190_000);
      expect(await usedOf(opened(), 'running')).toEqual([0]);
      expect(await usedOf(opened(), 'clips')).toEqual([1]);
      expect(await usedOf(opened(), 'usd')).toEqual([190_000]);
      expect(await holdJob(sampleJob(), { concurrent: 1 })).toEqual({ outcome: 'held' });
    });

    it('released: everything is given back', async () => {
      const job = sampleJob();
      await holdJob(job, { clipsPerDay: 1 });
      await end(job, 'release');
      for (const measure of ['running', 'clips', 'usd'] as const) expect(await usedOf(opened(), measure)).toEqual([0]);
      expect(await holdJob(sampleJob(), { clipsPerDay: 1 })).toEqual({ outcome: 'held' });
    });

    it('settled without a known cost: the price that was held', async () => {
      const job = sampleJob({ price: 280_000 as MicroUsd });
      await holdJob(job);
      await end(job, 'settle', null);
      expect(await usedOf(opened(), 'usd')).toEqual([280_000]);
      await expectBalance(opened());
    });

    it.each([
      ['settle', 'settle'],
      ['release', 'release'],
      ['settle', 'release'],
      ['release', 'settle'],
    ] as const)('%s then %s: only the first counts', async (first, second) => {
      const job = sampleJob();
      await holdJob(job);
      expect(await end(job, first, 100_000)).toBe(true);
      const counters = await readCounters(opened());
      expect(await end(job, second, 500_000)).toBe(true);
      expect(await readCounters(opened())).toEqual(counters);
      const { rows } = await sql`select kind from quota_entries order by written_at, kind`.execute(opened().database);
      expect(rows).toEqual(expect.arrayContaining([{ kind: 'hold' }, { kind: first }]));
      expect(rows).toHaveLength(2);
      await expectBalance(opened());
    });

    it('50 workers that all think the job is theirs end it once', async () => {
      const job = sampleJob();
      await holdJob(job);
      const before = await storeAt().claim(job.id);
      if (before === null) throw new Error('the job is there');
      const written = await Promise.all(
        Array.from({ length: 50 }, (_, each) =>
          storeAt().record({
            before,
            after: { ...before, state: 'failed', endedAt: sampleTime, wakeAt: null },
            line: each % 2 === 0 ? 'settle' : 'release',
            keepsClaim: true,
          }),
        ),
      );
      expect(written.filter((answer) => answer !== null).length).toBeGreaterThan(0);
      expect(await countRows(opened(), 'quota_entries')).toBe(2);
      await expectBalance(opened());
    });

    it('on another day gives back to the day it was taken from', async () => {
      const late = new Date('2026-11-21T23:59:59.900Z');
      const job = sampleJob();
      await holdJob(job, {}, late);
      await end(job, 'release');
      expect(await readCounters(opened())).toMatchObject({ 'person/ada/clips/2026-11-21': 0 });
    });
  });

  it('starts again at midnight UTC, whatever is still running', async () => {
    const before = new Date('2026-11-21T23:59:59.999Z');
    const after = new Date('2026-11-22T00:00:00.000Z');
    await holdJob(sampleJob(), { clipsPerDay: 1, concurrent: 2 }, before);
    expect(await holdJob(sampleJob(), { clipsPerDay: 1 }, before)).toMatchObject({
      limit: { resetsAt: new Date('2026-11-22T00:00:00Z') },
    });
    expect(await holdJob(sampleJob(), { clipsPerDay: 1, concurrent: 2 }, after)).toEqual({ outcome: 'held' });
    expect(await holdJob(sampleJob(), { concurrent: 2 }, after)).toMatchObject({ outcome: 'over' });
  });

  it('a person can read what was held, spent and given back, and what is left', async () => {
    const limits: DefaultLimits = { clipsPerDay: 10, concurrent: 5, usdPerMonth: 90_000_000 as MicroUsd };
    const jobs = Array.from({ length: 6 }, () => sampleJob());
    for (const job of jobs) await holdJob(job, limits);
    const [first, second, third] = jobs;
    if (first && second && third) {
      await end(first, 'settle', 100_000);
      await end(second, 'settle', 150_000);
      await end(third, 'release');
    }
    await holdJob(sampleJob({ asker: sampleAsker({ person: 'bob' }) }), limits);
    await holdJob(sampleJob(), limits, new Date('2026-11-20T12:00:00Z'));
    const tomorrow = new Date('2026-11-22T00:00:00Z');
    const nextMonth = new Date('2026-12-01T00:00:00Z');
    const day = { measure: 'clips', per: 'day', setFor: 'default', role: null, resetsAt: tomorrow };
    const now = { measure: 'running', per: 'now', setFor: 'default', role: null, resetsAt: null };
    const month = { measure: 'usd', per: 'month', setFor: 'default', role: null, resetsAt: nextMonth };
    expect(await readStanding(opened().database, ada, sampleTime, limits)).toEqual({
      today: { held: 2, spent: 2, givenBack: 1 },
      spentToday: 250_000,
      limits: [
        { scope: 'channel', ...day, used: 5, most: null },
        { scope: 'channel', ...now, used: 4, most: null },
        { scope: 'channel', ...month, used: 4 * 280_000 + 250_000, most: null },
        { scope: 'person', ...day, used: 4, most: 10 },
        { scope: 'person', ...now, used: 3, most: 5 },
        { scope: 'person', ...month, used: 3 * 280_000 + 250_000, most: null },
        { scope: 'tenant', ...day, used: 5, most: null },
        { scope: 'tenant', ...now, used: 4, most: null },
        { scope: 'tenant', ...month, used: 4 * 280_000 + 250_000, most: 90_000_000 },
      ],
    });
  });

  it('a person who never asked for anything has everything left', async () => {
    expect(await readStanding(opened().database, ada, sampleTime, unlimited)).toMatchObject({
      today: { held: 0, spent: 0, givenBack: 0 },
      spentToday: 0,
      limits: Array.from({ length: 9 }, () => expect.objectContaining({ used: 0, most: null })),
    });
  });

  it('whatever happens in whatever order, the counters are the sums of the lines and never negative', async () => {
    const asker = fc.constantFrom(
      ada,
      sampleAsker({ person: 'bob' }),
      sampleAsker({ channel: 'elsewhere' }),
      sampleAsker({ tenant: 'discord:42' }),
    );
    const action = fc.oneof(
      fc.record({ does: fc.constant('hold' as const), asker, price: fc.nat(500_000), hours: fc.nat(48) }),
      fc.record({
        does: fc.constantFrom('settle' as const, 'release' as const),
        which: fc.nat(30),
        cost: fc.option(fc.nat(900_000)),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(action, { maxLength: 6 }), { maxLength: 6 }), async (rounds) => {
        await sql`truncate jobs, attempts, posts, quota_entries, quota_counters`.execute(opened().database);
        const jobs: Job[] = [];
        for (const round of rounds) {
          // Everything of one round at once.
          await Promise.all(
            round.map(async (each) => {
              if (each.does !== 'hold') {
                const job = jobs[each.which % Math.max(1, jobs.length)];
                if (job !== undefined) await end(job, each.does, each.cost);
                return;
              }
              const job = sampleJob({ asker: each.asker, price: each.price as MicroUsd });
              const at = new Date(sampleTime.getTime() + each.hours * 3_600_000);
              const held = await holdJob(job, { clipsPerDay: 4, concurrent: 3 }, at);
              if (held.outcome === 'held') jobs.push(job);
            }),
          );
          await expectBalance(opened());
        }
      }),
      { numRuns: 30 },
    );
  });

  test('holds and endings of many people, all at once, never wait for each other in a circle', async () => {
    const people = Array.from({ length: 7 }, (_, each) =>
      sampleAsker({ person: `person-${each}`, channel: `channel-${each % 3}` }),
    );
    const store = storeAt();
    const other = storeAt();
    const held: Job[] = [];
    async function live(seat: number): Promise<void> {
      for (let turn = 0; turn < 15; turn += 1) {
        const asker = people[(seat + turn) % people.length] ?? ada;
        const job = sampleJob({ asker });
        if ((await holdJob(job)).outcome === 'held') held.push(job);
        const mine = held.splice(0, 2);
        await Promise.all(
          mine.map(async ({ id }, each) => {
            const teller = each === 0 ? store : other;
            const before = await teller.claim(id);
            if (before === null) return;
            const after: Job = { ...before, state: 'done', endedAt: sampleTime, wakeAt: null };
            await teller.record({ before, after, line: turn % 3 === 0 ? 'release' : 'settle', keepsClaim: false });
          }),
        );
      }
    }
    await Promise.all(Array.from({ length: 20 }, (_, seat) => live(seat)));
    await expectBalance(opened());
    const running = await usedOf(opened(), 'running');
    expect(running.reduce((sum, used) => sum + used, 0)).toBe(held.length);
  });
});

function tally(holds: readonly Hold[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of holds) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

async function countRows({ database }: OpenDatabase, table: 'jobs' | 'quota_entries'): Promise<number> {
  const { rows } = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(table)}`.execute(database);
  return rows[0]?.rows ?? 0;
}

async function usedOf(
  { database }: OpenDatabase,
  measure: CounterMove['measure'],
  scope: CounterMove['scope'] = 'person',
): Promise<number[]> {
  const rows = await database
    .selectFrom('quota_counters')
    .select('used')
    .where('measure', '=', measure)
    .where('scope', '=', scope)
    .execute();
  return rows.map(({ used }) => used);
}

async function readCounters({ database }: OpenDatabase): Promise<Record<string, number>> {
  const rows = await database.selectFrom('quota_counters').selectAll().execute();
  return Object.fromEntries(
    rows.map(({ scope, subject, measure, period, used }) => [`${scope}/${subject}/${measure}/${period}`, used]),
  );
}

/** Adds the book up by hand and compares it with every counter. */
async function expectBalance({ database }: OpenDatabase): Promise<void> {
  const entries = await database.selectFrom('quota_entries').selectAll().execute();
  const sums = new Map<string, number>();
  for (const held of entries.filter(({ kind }) => kind === 'hold')) {
    const ending = entries.find(({ kind, job_id }) => kind !== 'hold' && job_id === held.job_id);
    for (const move of held.moves) {
      const key = [held.tenant, move.scope, move.subject, move.measure, move.period].join('/');
      sums.set(key, (sums.get(key) ?? 0) + leftOf(move, ending));
    }
  }
  const counters = await database.selectFrom('quota_counters').selectAll().execute();
  for (const { tenant, scope, subject, measure, period, used } of counters) {
    const key = [tenant, scope, subject, measure, period].join('/');
    expect(used, key).toBe(sums.get(key) ?? 0);
    expect(used).toBeGreaterThanOrEqual(0);
    sums.delete(key);
  }
  expect([...sums.keys()]).toEqual([]);
}

function leftOf(move: CounterMove, ending: { readonly kind: string; readonly amount: number } | undefined): number {
  if (ending === undefined) return move.amount;
  if (ending.kind === 'release' || move.measure === 'running') return 0;
  return move.measure === 'usd' ? ending.amount : move.amount;
}
