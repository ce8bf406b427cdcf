import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../../../src/core/failure.ts';
import type { Job } from '../../../../src/core/jobs/job.ts';
import { toAttemptRow } from '../../../../src/core/jobs/job-row.ts';
import { startInspections } from '../../../../src/core/jobs/traffic/inspections.ts';
import { firstSlots } from '../../../../src/core/jobs/traffic/line.ts';
import { spacing } from '../../../../src/core/jobs/traffic/paces.ts';
import { createTraffic, type Traffic } from '../../../../src/core/jobs/traffic/traffic.ts';
import { createLog } from '../../../../src/core/log.ts';
import type { VideoProvider } from '../../../../src/core/providers/provider.ts';
import { hold } from '../../../../src/core/quota/ledger.ts';
import type { JobId } from '../../../../src/core/values.ts';
import { forEachDatabase } from '../../../support/database.ts';
import { sampleAsker, sampleAttempt, sampleJob, sampleRow, sampleTime } from '../../../support/sample-job.ts';
import { findServices } from '../../../support/services.ts';
import { createScriptedProvider } from '../../../support/world.ts';

const services = await findServices();
const unlimited = { clipsPerDay: null, concurrent: null, usdPerMonth: null };
const down: Failure = { kind: 'unavailable', charged: 'no', detail: 'connection refused' };

describe('the spacing of calls', () => {
  it.each([
    [20, 10_000],
    [50, 10_000],
    [500, 10_000],
    [5, 60_000],
    [1, 1000],
    [3, 1000],
  ])('never lets more than %i into any %i ms', (most, perMs) => {
    const { burst, everyMs } = spacing({ most, perMs });
    // The busiest stretch: a burst, and then one on every beat.
    expect(burst + Math.floor((perMs - 1) / everyMs)).toBeLessThanOrEqual(most);
  });

  it.each([10, 19, 20, 50, 500])('fits %i even where calls come a tenth closer together than they left', (most) => {
    const { burst, everyMs } = spacing({ most, perMs: 10_000 });
    expect(burst + Math.floor(11_000 / everyMs)).toBeLessThanOrEqual(most);
  });
});

forEachDatabase(services, 'traffic', (opened) => {
  let clock: Date;
  let lines: Record<string, unknown>[];
  let rung: JobId[];

  beforeEach(async () => {
    await sql`truncate jobs, attempts, posts, quota_entries, quota_counters, provider_breakers, provider_lines, provider_paces`.execute(
      opened().database,
    );
    clock = sampleTime;
    lines = [];
    rung = [];
  });

  const pass = (ms: number): void => {
    clock = new Date(clock.getTime() + ms);
  };

  /** As each worker process has one. */
  function connect(...providers: VideoProvider[]): Traffic {
    return createTraffic({
      database: opened().database,
      providers,
      queue: { wake: async (id) => void rung.push(id) },
      now: () => clock,
      random: () => 0.5,
      log: createLog({ level: 'debug', write: (line) => lines.push(JSON.parse(line)), secrets: [] }),
      hide: (text) => text.replaceAll('key-1', '[secret]'),
    });
  }

  async function insert(overrides: Partial<Job> = {}): Promise<Job> {
    const job = sampleJob({ state: 'queued', ...overrides });
    await hold(opened().database, sampleRow(job), job.asker, job.price, job.acceptedAt, unlimited);
    return job;
  }

  /** The job's paid call is out: what `record` writes. */
  async function submitted(job: Job, provider: string): Promise<void> {
    const row = JSON.stringify(toAttemptRow(job, sampleAttempt({ provider })));
    await sql`insert into attempts select * from jsonb_populate_record(null::attempts, ${row}::jsonb)`.execute(
      opened().database,
    );
    await sql`update jobs set state = 'submitting', line = null, turn_until = null where id = ${job.id}`.execute(
      opened().database,
    );
  }

  async function ended(job: Job): Promise<void> {
    await sql`update attempts set ended_at = ${clock}::timestamptz where job_id = ${job.id}`.execute(opened().database);
  }

  describe('breakers', () => {
    const fails = async (traffic: Traffic, provider: VideoProvider, times: number): Promise<void> => {
      for (let i = 0; i < times; i += 1) await traffic.heard(provider, 'submit', down);
    };

    it('are shared: what one worker hears, the others keep to', async () => {
      const fal = createScriptedProvider('fal');
      const [one, other] = [connect(fal), connect(fal)];
      await fails(one, fal, 3);
      await fails(other, fal, 2);
      pass(1000);
      for (const traffic of [one, other]) {
        expect(await traffic.ask(fal, 'submit')).toMatchObject({ may: false, why: 'away' });
        expect((await traffic.standings()).get('fal')?.submit).toMatchObject({
          state: 'open',
          reason: 'connection refused',
        });
      }
    });

    it('let one probe through, whoever asks, and close at its answer', async () => {
      const fal = createScriptedProvider('fal');
      const workers = [connect(fal), connect(fal), connect(fal)] as const;
      await fails(workers[0], fal, 5);
      pass(15_000);
      const leaves = await Promise.all(workers.flatMap((worker) => [1, 2, 3].map(() => worker.ask(fal, 'submit'))));
      expect(leaves.filter(({ may }) => may)).toEqual([{ may: true, isProbe: true }]);
      await workers[1].heard(fal, 'submit', null);
      pass(1000);
      for (const worker of workers) expect(await worker.ask(fal, 'submit')).toEqual({ may: true, isProbe: false });
      expect(lines.map(({ event }) => event)).toEqual(['provider.away', 'provider.recovered']);
    });

    it('spend no probe on a call that the pace holds back', async () => {
      const fal = createScriptedProvider('fal', { paces: [{ of: ['submit'], most: 1, perMs: 60_000 }] });
      const traffic = connect(fal);
      expect(await traffic.ask(fal, 'submit')).toMatchObject({ may: true });
      await fails(traffic, fal, 5);
      pass(30_000);
      expect(await traffic.ask(fal, 'submit')).toMatchObject({ may: false, why: 'pace' });
      pass(30_000);
      expect(await traffic.ask(fal, 'submit')).toEqual({ may: true, isProbe: true });
    });

    it('let the next one try when a probe did not leave after all', async () => {
      const fal = createScriptedProvider('fal');
      const traffic = connect(fal);
      await fails(traffic, fal, 5);
      pass(15_000);
      expect(await traffic.ask(fal, 'submit')).toMatchObject({ may: true });
      expect(await traffic.ask(fal, 'submit')).toMatchObject({ may: false });
      await traffic.giveBack(fal, 'submit');
      expect(await traffic.ask(fal, 'submit')).toEqual({ may: true, isProbe: true });
    });

    it('are not tried by an inspection: a real look is the probe', async () => {
      let inspections = 0;
      const fal = createScriptedProvider('fal', {
        inspect: async () => {
          inspections += 1;
          return { findings: [] };
        },
      });
      const traffic = connect(fal);
      for (let i = 0; i < 5; i += 1) await traffic.heard(fal, 'look', down);
      pass(15_000);
      const log = createLog({ level: 'silent', write: () => {}, secrets: [] });
      using _round = startInspections({ providers: [fal], traffic, log });
      await expect.poll(() => inspections).toBe(1);
      expect(await traffic.ask(fal, 'look')).toEqual({ may: true, isProbe: true });
    });

    it('keep looks apart from submits', async () => {
      const fal = createScriptedProvider('fal');
      const traffic = connect(fal);
      await fails(traffic, fal, 5);
      expect(await traffic.ask(fal, 'look')).toMatchObject({ may: true });
      expect(await traffic.ask(fal, 'upload')).toMatchObject({ may: false });
    });

    it.each(['bad-key', 'no-credit'] as const)('raise one alert for %s, however many jobs meet it', async (kind) => {
      const fal = createScriptedProvider('fal');
      const workers = [connect(fal), connect(fal)] as const;
      for (let round = 0; round < 4; round += 1) {
        await Promise.all(workers.map((worker) => worker.heard(fal, 'submit', { kind, charged: 'no', detail: 'no' })));
        pass(400_000);
      }
      const alerts = lines.filter(({ event }) => event === 'provider.alert');
      expect(alerts).toHaveLength(1);
      expect(alerts[0]).toMatchObject({ level: 'error', provider: 'fal', cause: kind, reason: 'no' });
    });

    it('hold every call back for as long as a refusal asked', async () => {
      const fal = createScriptedProvider('fal');
      const [one, other] = [connect(fal), connect(fal)];
      await one.heard(fal, 'submit', {
        kind: 'rate-limited',
        charged: 'no',
        retryAfterMs: 30_000,
        detail: 'slow down',
      });
      expect(await other.ask(fal, 'submit')).toMatchObject({ may: false });
      pass(30_001);
      expect(await other.ask(fal, 'submit')).toMatchObject({ may: true, isProbe: false });
    });

    it('keep no secret that a provider throws back', async () => {
      const fal = createScriptedProvider('fal');
      const traffic = connect(fal);
      await traffic.heard(fal, 'submit', { kind: 'bad-key', charged: 'no', detail: 'no such key: key-1' });
      expect((await traffic.standings()).get('fal')?.submit.reason).toBe('no such key: [secret]');
    });

    it('are not written to while all is well', async () => {
      const fal = createScriptedProvider('fal');
      const traffic = connect(fal);
      for (let i = 0; i < 5; i += 1) await traffic.heard(fal, 'submit', null);
      const { rows } = await sql`select * from provider_breakers`.execute(opened().database);
      expect(rows).toEqual([]);
    });

    it('open at what an inspection found', async () => {
      const fal = createScriptedProvider('fal');
      const traffic = connect(fal);
      await traffic.inspected(fal, { findings: [], failure: { kind: 'no-credit', charged: 'no', detail: 'empty' } });
      expect(await traffic.ask(fal, 'submit')).toMatchObject({ may: false });
    });
  });

  describe('paces', () => {
    it('are kept by all workers together, in any stretch of time', async () => {
      const runbase = createScriptedProvider('runbase', {
        paces: [{ of: ['submit', 'look'], most: 20, perMs: 10_000 }],
      });
      const workers = [connect(runbase), connect(runbase), connect(runbase)] as const;
      const left: number[] = [];
      for (let ms = 0; ms < 40_000; ms += 50) {
        const asked = await Promise.all(workers.map((worker, i) => worker.ask(runbase, i === 0 ? 'submit' : 'look')));
        for (const leave of asked) if (leave.may) left.push(ms);
        pass(50);
      }
      for (const first of left) {
        expect(left.filter((ms) => ms >= first && ms < first + 10_000).length).toBeLessThanOrEqual(20);
      }
      expect(left.length).toBeGreaterThan(55);
    }, 30_000);

    it('tell a crowd to come back one after the other', async () => {
      const minimax = createScriptedProvider('minimax', { paces: [{ of: ['submit'], most: 5, perMs: 60_000 }] });
      const traffic = connect(minimax);
      expect(await traffic.ask(minimax, 'submit')).toMatchObject({ may: true });
      const untils: number[] = [];
      for (let i = 0; i < 4; i += 1) {
        const leave = await traffic.ask(minimax, 'submit');
        if (!leave.may) untils.push(leave.until.getTime() - clock.getTime());
      }
      expect(untils).toHaveLength(4);
      expect(new Set(untils).size).toBe(4);
      expect(untils).toEqual(untils.toSorted((a, b) => a - b));
      expect(await traffic.ask(minimax, 'look')).toMatchObject({ may: true });
    });
  });

  describe('the line', () => {
    const fal = createScriptedProvider('fal', { slots: 2 });

    it('gives as many turns as there are slots, to many workers at once', async () => {
      const workers = [connect(fal), connect(fal), connect(fal)] as const;
      const jobs = await Promise.all(Array.from({ length: 12 }, () => insert()));
      const turns = await Promise.all(jobs.map((job, i) => (workers[i % 3] ?? workers[0]).takeTurn(fal, job)));
      expect(turns.filter(Boolean).length + new Set(rung).size).toBe(2);
    });

    it('goes round the people: twenty jobs of one never starve another’s first', async () => {
      const traffic = connect(fal);
      const greedy = await Promise.all(
        Array.from({ length: 20 }, () => insert({ asker: sampleAsker({ person: 'greedy' }) })),
      );
      for (const job of greedy) if (await traffic.takeTurn(fal, job)) await submitted(job, 'fal');
      pass(1000);
      const modest = await insert({ asker: sampleAsker({ person: 'modest' }), acceptedAt: clock });
      expect(await traffic.takeTurn(fal, modest)).toBe(false);
      expect(await traffic.placeOf('fal', modest.id)).toBe(0);
      const running = greedy[0] ?? modest;
      await ended(running);
      await traffic.giveTurns('fal');
      expect(rung).toEqual([modest.id]);
      const back = { ...modest, line: 'fal', turnUntil: new Date(clock.getTime() + 1000) };
      expect(await traffic.takeTurn(fal, back)).toBe(true);
    });

    it('is first come, first served for one person, and tells the places', async () => {
      const traffic = connect(fal);
      const jobs: Job[] = [];
      for (let i = 0; i < 5; i += 1) {
        jobs.push(await insert({ acceptedAt: new Date(clock.getTime() + i * 1000) }));
        const job = jobs[i];
        if (job !== undefined && (await traffic.takeTurn(fal, job))) await submitted(job, 'fal');
      }
      const places = await Promise.all(jobs.slice(2).map(({ id }) => traffic.placeOf('fal', id)));
      expect(places).toEqual([0, 1, 2]);
      expect((await traffic.standings()).get('fal')).toMatchObject({ slots: 2, running: 2, waiting: 3 });
    });

    it('passes on a turn that nobody took up', async () => {
      const traffic = connect(fal);
      const [one, two, three] = await Promise.all([insert(), insert(), insert()]);
      const asked = [one, two, three].filter((job) => job !== undefined);
      const turns = await Promise.all(asked.map((job) => traffic.takeTurn(fal, job)));
      expect(turns.filter(Boolean)).toHaveLength(2);
      pass(31_000);
      rung = [];
      await traffic.sweep();
      expect(rung).toHaveLength(2);
    });

    it('forgets a job that has ended', async () => {
      const traffic = connect(fal);
      const jobs = await Promise.all([insert(), insert(), insert()]);
      for (const job of jobs) if (await traffic.takeTurn(fal, job)) await submitted(job, 'fal');
      await sql`update jobs set state = 'cancelled', line = null, ended_at = ${clock}::timestamptz where state = 'queued'`.execute(
        opened().database,
      );
      pass(2000);
      expect((await traffic.standings()).get('fal')).toMatchObject({ waiting: 0 });
    });

    it('does not exist where any number may run', async () => {
      const free = createScriptedProvider('free');
      const traffic = connect(free);
      const jobs = await Promise.all(Array.from({ length: 30 }, () => insert()));
      expect((await Promise.all(jobs.map((job) => traffic.takeTurn(free, job)))).every(Boolean)).toBe(true);
    });
  });

  describe('slots that nobody told us', () => {
    const minimax = createScriptedProvider('minimax', { slots: 'learned' });
    const tooMany: Failure = { kind: 'rate-limited', charged: 'no', retryAfterMs: 1000, detail: 'too many' };

    async function slots(traffic: Traffic): Promise<number | null | undefined> {
      pass(1000);
      return (await traffic.standings()).get('minimax')?.slots;
    }

    it('begin small, and grow with every render that is accepted at the edge', async () => {
      const traffic = connect(minimax);
      const jobs = await Promise.all(Array.from({ length: 30 }, () => insert()));
      let accepted = 0;
      for (let round = 0; round < 30; round += 1) {
        for (const job of jobs.slice(accepted)) {
          if (!(await traffic.takeTurn(minimax, { ...job, line: null }))) break;
          await submitted(job, 'minimax');
          await traffic.heard(minimax, 'submit', null);
          accepted += 1;
        }
      }
      expect(accepted).toBe(30);
      expect(await slots(traffic)).toBeGreaterThanOrEqual(30);
    });

    it('shrink to what ran when one was turned away, and grow again slowly', async () => {
      const traffic = connect(minimax);
      expect(await slots(traffic)).toBe(firstSlots);
      const jobs = await Promise.all([insert(), insert(), insert()]);
      for (const job of jobs) if (await traffic.takeTurn(minimax, job)) await submitted(job, 'minimax');
      await traffic.heard(minimax, 'submit', tooMany);
      expect(await slots(traffic)).toBe(2);
      await traffic.heard(minimax, 'submit', null);
      expect(await slots(traffic)).toBe(2);
      pass(60_000);
      await traffic.heard(minimax, 'submit', null);
      expect(await slots(traffic)).toBe(3);
      await traffic.heard(minimax, 'submit', null);
      expect(await slots(traffic)).toBe(3);
    });

    it('are what the service says, once it has said it', async () => {
      const traffic = connect(minimax);
      await traffic.inspected(minimax, { findings: ['Runs 7 at once.'], slots: 7 });
      expect(await slots(traffic)).toBe(7);
    });
  });
});
