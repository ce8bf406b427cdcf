import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Attempt, Job } from '../../../src/core/jobs/job.ts';
import { createJobStore, type JobStore, leaseMs, type Move } from '../../../src/core/jobs/store.ts';
import { hold } from '../../../src/core/quota/ledger.ts';
import type { AttemptId, JobId, MediaId } from '../../../src/core/values.ts';
import { forEachDatabase } from '../../support/database.ts';
import { sampleAsker, sampleAttempt, sampleJob, sampleRow, sampleTime } from '../../support/sample-job.ts';
import { findServices } from '../../support/services.ts';

const services = await findServices();
const unlimited = { clipsPerDay: null, concurrent: null, usdPerMonth: null };
const missing = '0198a0c4-0000-7000-8000-000000000001';

function later(seconds: number): Date {
  return new Date(sampleTime.getTime() + seconds * 1000);
}

forEachDatabase(services, 'the job store', (opened) => {
  let clock: Date;
  let store: JobStore;

  beforeEach(async () => {
    await sql`truncate jobs, attempts, posts, quota_entries, quota_counters`.execute(opened().database);
    clock = sampleTime;
    store = newStore();
  });

  /** As another process would have it. */
  function newStore(): JobStore {
    return createJobStore({ database: opened().database, now: () => clock });
  }

  async function insert(overrides: Partial<Job> = {}): Promise<Job> {
    const job = sampleJob(overrides);
    const held = await hold(opened().database, sampleRow(job), job.asker, job.price, job.acceptedAt, unlimited);
    expect(held).toEqual({ outcome: 'held' });
    return job;
  }

  async function claimed(id: JobId): Promise<Job> {
    const job = await store.claim(id);
    if (job === null) throw new Error('the job can be claimed');
    return job;
  }

  function move(before: Job, changes: Partial<Job>, more: Partial<Move> = {}): Move {
    return { before, after: { ...before, ...changes }, line: null, keepsClaim: false, ...more };
  }

  async function reread(id: JobId): Promise<Job> {
    const job = await store.find(id);
    if (job === null) throw new Error('the job is there');
    return job;
  }

  describe('a job', () => {
    it('comes back as it was accepted', async () => {
      const job = await insert({
        asker: sampleAsker({ name: 'Ada "the first" 🎬', roles: ['a', 'b'], isAdmin: true }),
        destination: { platform: 'web', address: [1, null, { deep: ['x'] }] },
        benched: { fal: 'never' },
        progress: { place: 3 },
        statusMessage: ['message', 7],
      });
      expect(await store.find(job.id)).toEqual(job);
      expect(await store.findByOrigin(job.origin)).toEqual(job);
    });

    it('that is not there is null', async () => {
      expect(await store.find(missing as JobId)).toBeNull();
      expect(await store.findByOrigin('nothing')).toBeNull();
      expect(await store.claim(missing as JobId)).toBeNull();
    });

    it('is listed for its person alone, the newest first', async () => {
      const old = await insert({ acceptedAt: later(-60) });
      const young = await insert({ acceptedAt: later(60) });
      const middle = await insert();
      await insert({ asker: sampleAsker({ person: 'bob' }) });
      await insert({ asker: sampleAsker({ tenant: 'discord:42' }) });
      const listed = await store.listOf('web:local', 'ada', 10);
      expect(listed.map(({ id }) => id)).toEqual([young.id, middle.id, old.id]);
      expect(await store.listOf('web:local', 'ada', 2)).toHaveLength(2);
    });
  });

  describe('a claim', () => {
    it('of 100 at once, one gets the job', async () => {
      const { id } = await insert();
      const stores = Array.from({ length: 10 }, newStore);
      const claims = await Promise.all(Array.from({ length: 100 }, (_, each) => stores[each % 10]?.claim(id)));
      expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
      expect(await store.claim(id)).toBeNull();
    });

    it('of many jobs at once gives each to one', async () => {
      const jobs = await Promise.all(Array.from({ length: 60 }, () => insert()));
      const stores = [newStore(), newStore(), newStore()];
      const claims = await Promise.all(
        stores.flatMap((each) => jobs.map(async ({ id }) => ({ id, job: await each.claim(id) }))),
      );
      const taken = claims.filter(({ job }) => job !== null);
      expect(taken).toHaveLength(60);
      expect(taken.every(({ id, job }) => job?.id === id)).toBe(true);
      expect(new Set(taken.map(({ id }) => id)).size).toBe(60);
    });

    it('takes only what is due, give or take how early an alarm may ring', async () => {
      expect(await store.claim((await insert({ wakeAt: later(0.2) })).id)).not.toBeNull();
      expect(await store.claim((await insert({ wakeAt: later(1) })).id)).toBeNull();
      expect(await store.claim((await insert({ wakeAt: null })).id)).toBeNull();
    });

    it('runs out with its lease, and lasts when it is renewed', async () => {
      const { id } = await insert();
      await claimed(id);
      clock = new Date(sampleTime.getTime() + leaseMs - 1);
      expect(await store.claim(id)).toBeNull();
      await store.renew([id]);
      clock = new Date(sampleTime.getTime() + leaseMs + 1);
      expect(await store.claim(id)).toBeNull();
      clock = new Date(sampleTime.getTime() + 2 * leaseMs);
      expect((await claimed(id)).version).toBe(2);
    });

    it('is not brought back by a renewal once it was given up', async () => {
      const { id } = await insert();
      await store.record(move(await claimed(id), {}));
      await store.renew([id]);
      expect(await store.claim(id)).not.toBeNull();
    });

    it('is free again after a start of the one process that owns the database', async () => {
      const { id } = await insert();
      await claimed(id);
      await store.dropClaims();
      expect(await store.claim(id)).not.toBeNull();
    });
  });

  describe('a record', () => {
    it('writes job, attempt, post, line and counters, all of them', async () => {
      const { id } = await insert();
      const before = await claimed(id);
      const attempt = sampleAttempt({
        state: 'succeeded',
        ticket: { request: 'r-1', deep: [1, null] },
        acceptedAt: later(1),
        readyAt: later(60),
        endedAt: later(61),
        charged: 'yes',
        cost: 190_000 as Attempt['cost'],
        looks: 7,
        lookedAt: later(60),
        expectsCallBack: true,
      });
      const changes: Partial<Job> = {
        state: 'done',
        provider: 'fal',
        benched: { sandbox: later(9).toISOString() },
        faults: 2,
        statusMessage: { message: 'm-1' },
        shownAt: later(2),
        progress: { fraction: 0.5 },
        failure: { kind: 'other', charged: 'no', detail: 'it' },
        clip: 'c'.repeat(64) as MediaId,
        poster: 'd'.repeat(64) as MediaId,
        stateSince: later(62),
        wakeAt: null,
        endedAt: later(62),
        attempt,
        post: { nonce: 'n-1', state: 'posted', message: { id: 7 }, writtenAt: later(61) },
      };
      expect(await store.record(move(before, changes, { line: 'settle' }))).toEqual({
        wakeAt: null,
        nudges: 0,
        cancelRequestedAt: null,
      });
      expect(await reread(id)).toEqual({ ...before, ...changes });
      const { rows: lines } = await sql`select kind, amount from quota_entries order by kind`.execute(
        opened().database,
      );
      expect(lines).toEqual([
        { kind: 'hold', amount: 280_000 },
        { kind: 'settle', amount: 190_000 },
      ]);
      const { rows: running } = await sql`select used from quota_counters
        where measure = 'running' and scope = 'person'`.execute(opened().database);
      expect(running).toEqual([{ used: 0 }]);
    });

    it('that cannot be written whole is not written at all', async () => {
      const { id } = await insert();
      const before = await claimed(id);
      const attempt = { ...sampleAttempt(), state: 'nonsense' as Attempt['state'] };
      const whole = move(before, { state: 'done', attempt, endedAt: sampleTime }, { line: 'settle', keepsClaim: true });
      await expect(store.record(whole)).rejects.toThrow();
      expect(await reread(id)).toEqual(before);
      const { rows } = await sql`select kind from quota_entries`.execute(opened().database);
      expect(rows).toEqual([{ kind: 'hold' }]);
    });

    it('of a claim that was lost writes nothing', async () => {
      const { id } = await insert();
      const slow = await claimed(id);
      clock = new Date(sampleTime.getTime() + leaseMs);
      const quick = await claimed(id);
      const attempt = sampleAttempt();
      const post = { nonce: 'n', state: 'sending' as const, message: null, writtenAt: sampleTime };
      expect(await store.record(move(slow, { state: 'failed', attempt, post }, { line: 'release' }))).toBeNull();
      expect(await reread(id)).toEqual(quick);
      const { rows } = await sql`select kind from quota_entries`.execute(opened().database);
      expect(rows).toEqual([{ kind: 'hold' }]);
      expect(await store.record(move(quick, { state: 'queued' }))).not.toBeNull();
    });

    it('keeps the claim, or gives it up', async () => {
      const { id } = await insert();
      const before = await claimed(id);
      await store.record(move(before, { state: 'submitting' }, { keepsClaim: true }));
      expect(await store.claim(id)).toBeNull();
      await store.record(move(before, { state: 'rendering' }));
      expect((await claimed(id)).state).toBe('rendering');
    });

    it('goes on with the attempt it wrote before, and starts another', async () => {
      const { id } = await insert();
      const before = await claimed(id);
      const first = sampleAttempt();
      await store.record(move(before, { attempt: first }, { keepsClaim: true }));
      const refused = { ...first, state: 'refused' as const, endedAt: later(1) };
      await store.record(move(before, { attempt: refused }, { keepsClaim: true }));
      const second = sampleAttempt({ provider: 'fal' });
      await store.record(move(before, { attempt: second }));
      expect((await reread(id)).attempt).toEqual(second);
      const rows = await opened().database.selectFrom('attempts').select(['provider', 'state']).execute();
      expect(rows).toHaveLength(2);
      expect(rows).toContainEqual({ provider: 'sandbox', state: 'refused' });
    });

    it('of many jobs at once gives each its own answer', async () => {
      const jobs = await Promise.all(Array.from({ length: 250 }, () => insert()));
      const taken = await Promise.all(jobs.map(({ id }) => claimed(id)));
      const written = await Promise.all(
        taken.map((before, each) => {
          const lost = each % 5 === 0 ? { ...before, version: 99 } : before;
          return store.record(move(lost, { state: 'queued', wakeAt: later(each) }));
        }),
      );
      expect(written.map((answer) => answer?.wakeAt ?? null)).toEqual(
        jobs.map((_, each) => (each % 5 === 0 ? null : later(each))),
      );
    });

    it('is always on top of what was read, however many workers reach for the jobs', async () => {
      const jobs = await Promise.all(Array.from({ length: 200 }, () => insert()));
      const hot = jobs.at(-1) ?? sampleJob();
      const stop = performance.now() + 3000;
      const written = new Map<JobId, number>();
      async function take(own: JobStore, id: JobId): Promise<void> {
        const before = await own.claim(id);
        if (before === null) return;
        // Counted in two tables by one statement: whoever claims next must see both.
        expect(before.attempt?.looks ?? 0).toBe(before.faults);
        const attempt = { ...(before.attempt ?? sampleAttempt()), looks: before.faults + 1 };
        expect(await own.record(move(before, { attempt, faults: before.faults + 1 }))).not.toBeNull();
        written.set(id, (written.get(id) ?? 0) + 1);
      }
      async function work(reach: readonly Job[]): Promise<void> {
        const own = newStore();
        while (performance.now() < stop) await Promise.all(reach.map(({ id }) => take(own, id)));
      }
      await Promise.all([work(jobs), work(jobs), work(jobs), work([hot]), work([hot])]);
      for (const { id } of jobs) expect((await reread(id)).faults).toBe(written.get(id) ?? 0);
    });

    it('and a renewal of the same jobs never wait for each other in a circle', async () => {
      const jobs = await Promise.all(Array.from({ length: 150 }, () => insert()));
      const taken = await Promise.all(jobs.map(({ id }) => claimed(id)));
      const backwards = jobs.map(({ id }) => id).reverse();
      for (let turn = 0; turn < 12; turn += 1) {
        const records = taken.map((before) => store.record(move(before, { faults: turn }, { keepsClaim: true })));
        await Promise.all([...records, ...[1, 2, 3].map(() => store.renew(backwards))]);
      }
    });
  });

  describe('what happens from outside while a step runs', () => {
    it('a request to cancel makes the job wake at once', async () => {
      const { id } = await insert();
      const before = await claimed(id);
      clock = later(2);
      expect(await store.requestCancel(id)).toBe(true);
      const written = await store.record(move(before, { state: 'rendering', wakeAt: later(600) }));
      expect(written).toEqual({ wakeAt: later(2), nudges: 1, cancelRequestedAt: later(2) });
      expect((await claimed(id)).cancelRequestedAt).toEqual(later(2));
    });

    it('a call-back makes the job wake at once, and its ticket is kept', async () => {
      const { id } = await insert();
      const before = await claimed(id);
      const attempt = sampleAttempt({ provider: 'fal' });
      await store.record(move(before, { attempt }, { keepsClaim: true }));
      clock = later(3);
      expect(await store.calledBack(attempt.id, 'fal', { request: 'r-1' })).toBe(id);
      const answered = { ...attempt, state: 'accepted' as const, ticket: { request: 'r-1' } };
      const written = await store.record(move(before, { attempt: answered, wakeAt: later(600) }));
      expect(written?.wakeAt).toEqual(later(3));
      expect((await claimed(id)).attempt).toMatchObject({
        state: 'accepted',
        calledBackAt: later(3),
        callBackTicket: { request: 'r-1' },
      });
    });

    it('what a step had seen already does not wake it again', async () => {
      const { id } = await insert();
      await store.requestCancel(id);
      const written = await store.record(move(await claimed(id), { wakeAt: later(600) }));
      expect(written?.wakeAt).toEqual(later(600));
    });

    it('a job that came to its end meanwhile stays at its end', async () => {
      const { id } = await insert();
      const before = await claimed(id);
      await store.requestCancel(id);
      const written = await store.record(move(before, { state: 'done', wakeAt: null, endedAt: clock }));
      expect(written).toMatchObject({ wakeAt: null, cancelRequestedAt: clock });
    });
  });

  describe('opened', () => {
    it('lets the job go, once', async () => {
      const { id } = await insert({ wakeAt: later(15) });
      clock = later(1);
      expect(await store.opened(id, { message: 'm' })).toBe(true);
      expect(await reread(id)).toMatchObject({
        state: 'queued',
        statusMessage: { message: 'm' },
        shownAt: later(1),
        wakeAt: later(1),
      });
      expect(await store.opened(id, { message: 'other' })).toBe(false);
      expect((await reread(id)).statusMessage).toEqual({ message: 'm' });
    });

    it('without a message too', async () => {
      const { id } = await insert();
      expect(await store.opened(id, null)).toBe(true);
      expect((await reread(id)).statusMessage).toBeNull();
    });
  });

  describe('a request to cancel', () => {
    it('counts once, and not for what is over', async () => {
      const { id } = await insert({ wakeAt: later(60) });
      expect(await store.requestCancel(id)).toBe(true);
      expect(await store.requestCancel(id)).toBe(false);
      expect(await reread(id)).toMatchObject({ wakeAt: sampleTime, nudges: 1, cancelRequestedAt: sampleTime });
      const over = await insert({ state: 'done', endedAt: sampleTime });
      expect(await store.requestCancel(over.id)).toBe(false);
    });
  });

  describe('a call-back', () => {
    async function rendering(): Promise<{ id: JobId; attempt: Attempt }> {
      const { id } = await insert();
      const attempt = sampleAttempt({ provider: 'fal', state: 'accepted' });
      await store.record(move(await claimed(id), { state: 'rendering', attempt, wakeAt: later(60) }));
      return { id, attempt };
    }

    it('wakes its job', async () => {
      const { id, attempt } = await rendering();
      expect(await store.calledBack(attempt.id, 'fal', null)).toBe(id);
      expect(await reread(id)).toMatchObject({ wakeAt: sampleTime, nudges: 1 });
    });

    it('that carries no ticket leaves the one that came before', async () => {
      const { id, attempt } = await rendering();
      await store.calledBack(attempt.id, 'fal', ['ticket']);
      await store.calledBack(attempt.id, 'fal', null);
      expect((await reread(id)).attempt?.callBackTicket).toEqual(['ticket']);
    });

    it.each([
      ['an attempt that is not there', async () => ({ attempt: missing as AttemptId, provider: 'fal' })],
      ['another provider', async () => ({ attempt: (await rendering()).attempt.id, provider: 'minimax' })],
    ])('of %s wakes nobody', async (_name, arrange) => {
      const { attempt, provider } = await arrange();
      expect(await store.calledBack(attempt, provider, null)).toBeNull();
    });

    it('of an earlier attempt, or after the end, wakes nobody', async () => {
      const { id, attempt } = await rendering();
      clock = later(60);
      const next = sampleAttempt({ provider: 'minimax' });
      await store.record(move(await claimed(id), { attempt: next, wakeAt: later(120) }));
      expect(await store.calledBack(attempt.id, 'fal', null)).toBeNull();
      clock = later(120);
      await store.record(move(await claimed(id), { state: 'done', endedAt: clock, wakeAt: null }));
      expect(await store.calledBack(next.id, 'minimax', null)).toBeNull();
      expect((await reread(id)).wakeAt).toBeNull();
    });
  });

  describe('what the queue lost', () => {
    it('overdue: the longest first, nobody’s, no more than asked for', async () => {
      const second = await insert({ wakeAt: later(-20) });
      const first = await insert({ wakeAt: later(-30) });
      const third = await insert({ wakeAt: later(-15) });
      const inHand = await insert({ wakeAt: later(-40) });
      await insert({ wakeAt: later(-5) });
      await insert({ wakeAt: null });
      await claimed(inHand.id);
      const ids = async (most: number) => (await store.overdue(later(-10), most)).map(({ id }) => id);
      expect(await ids(10)).toEqual([first.id, second.id, third.id]);
      expect(await ids(1)).toEqual([first.id]);
      clock = new Date(sampleTime.getTime() + leaseMs);
      expect(await ids(10)).toContain(inHand.id);
      expect((await store.overdue(later(-10), 1))[0]?.wakeAt).toEqual(later(-40));
    });

    it('unfinished: everything that wants to be moved, page by page', async () => {
      const jobs = await Promise.all(Array.from({ length: 25 }, (_, each) => insert({ wakeAt: later(each) })));
      await insert({ wakeAt: null });
      const found: JobId[] = [];
      for (let last: JobId | null = null; ; last = found.at(-1) ?? null) {
        const page: { id: JobId; wakeAt: Date }[] = await store.unfinished(last, 10);
        expect(page.every(({ wakeAt }) => wakeAt instanceof Date)).toBe(true);
        found.push(...page.map(({ id }) => id));
        if (page.length < 10) break;
      }
      expect(found).toEqual(jobs.map(({ id }) => id).sort());
    });

    it('how many jobs are in each state', async () => {
      await insert();
      await insert();
      await insert({ state: 'rendering' });
      await insert({ state: 'done', endedAt: sampleTime });
      expect(await store.countByState()).toEqual({ opening: 2, rendering: 1 });
    });
  });

  describe('the history', () => {
    async function rendered(seconds: number, at: Date, overrides: Partial<Attempt> = {}): Promise<void> {
      const { id } = await insert();
      const times = { acceptedAt: at, readyAt: new Date(at.getTime() + seconds * 1000) };
      await store.record(move(await claimed(id), { attempt: sampleAttempt({ ...times, ...overrides }), wakeAt: null }));
    }
    const kind = { request: sampleJob().request, provider: 'sandbox', model: 'sandbox/2.3' };

    it('is of this kind alone, shortest first', async () => {
      await rendered(60.5, sampleTime);
      await rendered(45, later(1));
      await rendered(80, later(2));
      await rendered(1, later(3), { provider: 'fal' });
      await rendered(2, later(4), { model: 'sandbox/2.3-fast' });
      await rendered(3, later(5), { readyAt: null });
      expect(await store.history(kind)).toEqual([45, 60.5, 80]);
      expect(await store.history({ ...kind, request: { ...kind.request, seconds: 10 } })).toEqual([]);
      expect(await store.history({ ...kind, request: { ...kind.request, resolution: '1080P' } })).toEqual([]);
    });

    it('forgets the oldest, and is read again after a while', async () => {
      for (let each = 0; each < 105; each += 1) await rendered(100 + each, later(each * 1000));
      const first = await store.history(kind);
      expect(first).toHaveLength(100);
      expect(first[0]).toBe(105);
      await rendered(7, later(150_000));
      expect(await store.history(kind)).toEqual(first);
      clock = later(5);
      expect((await store.history(kind))[0]).toBe(7);
    });
  });
});
