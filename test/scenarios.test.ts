/** Whole requests through the real ledger and the real steps: one scenario for each way a request can end. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OpenDatabase } from '../src/core/database.ts';
import type { Failure } from '../src/core/failure.ts';
import { AnswerLostError, NotSentError } from '../src/core/http.ts';
import { createCallBackAddresses, takeCallBack } from '../src/core/jobs/call-back.ts';
import { step } from '../src/core/jobs/step.ts';
import { rearm, sweep } from '../src/core/jobs/sweep.ts';
import { CallRefusedError } from '../src/core/providers/provider.ts';
import { openMemoryDatabase } from './support/database.ts';
import {
  ann,
  createFakeMedia,
  createScriptedProvider,
  createWorld,
  readyProgress,
  type World,
} from './support/world.ts';

let opened: OpenDatabase;
let world: World;

beforeAll(async () => {
  opened = await openMemoryDatabase();
});
afterAll(() => opened.close());
afterEach(async () => {
  // Whatever happened: one clip message for a job at most, and every hold ended in at most one way.
  const jobs = [...world.courier.clips.values()].map(({ job }) => job);
  expect(new Set(jobs).size).toBe(jobs.length);
  const { hold, settle, release } = await world.book();
  expect(settle + release).toBeLessThanOrEqual(hold);
  const negative = await opened.database.selectFrom('quota_counters').selectAll().where('used', '<', 0).execute();
  expect(negative).toEqual([]);
  await opened.database.deleteFrom('jobs').execute();
});

const no = (kind: Failure['kind'], more: Partial<Failure> = {}): { outcome: 'refused'; failure: Failure } => ({
  outcome: 'refused',
  failure: { kind, charged: 'no', detail: `secret words about ${kind}`, ...more },
});

async function refuseKey(): Promise<never> {
  throw new CallRefusedError({ kind: 'bad-key', charged: 'no', detail: 'no such key' });
}

describe('a clip comes', () => {
  test('from words: one submit, one clip, settled once, and the message says so', async () => {
    world = createWorld(opened);
    world.provider.onPoll({ status: 'waiting', place: 3 }, { status: 'rendering', fraction: 0.5 }, readyProgress);
    const job = await world.runUntilEnd((await world.create({ prompt: 'a paper boat [push in]' })).id);
    expect(job).toMatchObject({
      state: 'done',
      wakeAt: null,
      request: { prompt: 'a paper boat [Push in]', model: '2.3', seconds: 6 },
    });
    expect(world.provider.submits).toHaveLength(1);
    expect(world.courier.clips.size).toBe(1);
    expect(await world.book()).toEqual({ hold: 1, settle: 1, release: 0 });
    expect(world.courier.statuses.map(({ state }) => state)).toEqual([
      'opening',
      'rendering',
      'rendering',
      'rendering',
      'done',
    ]);
    expect(world.courier.statuses.map(({ place }) => place)).toContain(4);
    expect(job.attempt).toMatchObject({ state: 'succeeded', charged: 'yes', cost: 280_000, looks: 3 });
  });

  test('from a picture, with a prompt of our own when none is given', async () => {
    world = createWorld(opened);
    const job = await world.create({}, { pictures: { image: { from: 'upload', bytes: new Uint8Array([1]) } } });
    await world.runUntilEnd(job.id);
    expect(world.provider.submits[0]?.firstFrame).toMatch(/^uploaded:/);
    expect(job.request.prompt).not.toBe('');
  });

  test('again, remixed and continued from a finished one', async () => {
    world = createWorld(opened);
    const first = await world.runUntilEnd((await world.create()).id);
    for (const [command, values] of [
      ['again', {}],
      ['remix', { prompt: 'a tin boat' }],
      ['continue', {}],
    ] as const) {
      const reply = await world.call(command, { job: first.id, ...values });
      expect(reply.kind).toBe('started');
      if (reply.kind === 'started') await world.runUntilEnd(reply.job);
    }
    expect(world.provider.submits.map(({ body }) => body)).toEqual([
      { prompt: 'a paper boat' },
      { prompt: 'a paper boat' },
      { prompt: 'a tin boat' },
      { prompt: 'a paper boat' },
    ]);
    expect(world.provider.submits[3]?.firstFrame).toMatch(/^uploaded:/);
    expect((await world.call('remix', { job: first.id })).kind).toBe('form');
  });

  test('the same event twice is one job', async () => {
    world = createWorld(opened);
    const origin = 'reaction:general:1:ann';
    const [one, two] = await Promise.all([
      world.create({ prompt: 'a boat' }, { origin }),
      world.create({ prompt: 'a boat' }, { origin }),
    ]);
    expect(one.id).toBe(two.id);
    await world.runUntilEnd(one.id);
    expect(world.provider.submits).toHaveLength(1);
    expect(await world.book()).toEqual({ hold: 1, settle: 1, release: 0 });
  });

  test('although the file is too large: smaller, then as a link', async () => {
    world = createWorld(opened);
    world.courier.onPost({ outcome: 'too-large' }, { outcome: 'too-large' }, { outcome: 'posted', message: 'linked' });
    await world.runUntilEnd((await world.create()).id);
    expect(world.courier.posts.map(({ as }) => as.kind)).toEqual(['file', 'file', 'link']);
    expect(world.courier.clips.size).toBe(1);
  });

  test('although the place takes no file of any size: at once as a link', async () => {
    world = createWorld(opened);
    world.courier.onPost({ outcome: 'no-files', detail: 'uploads are off' }, { outcome: 'posted', message: 'linked' });
    const job = await world.runUntilEnd((await world.create()).id);
    expect(job.state).toBe('done');
    expect(world.courier.posts.map(({ as }) => as.kind)).toEqual(['file', 'link']);
  });

  test('although the answer to the post was lost: it is found, not posted again', async () => {
    world = createWorld(opened);
    world.courier.onPost('lost');
    const job = await world.runUntilEnd((await world.create()).id);
    expect(job.state).toBe('done');
    expect(world.courier.posts).toHaveLength(1);
  });

  test('although the platform was away for a while', async () => {
    world = createWorld(opened);
    world.courier.onPost(new Error('away'), new Error('away'));
    world.courier.failStatus(0);
    const job = await world.runUntilEnd((await world.create()).id);
    expect(job.state).toBe('done');
    expect(world.courier.clips.size).toBe(1);
  });

  test('although the clip could not be fetched at first', async () => {
    const failure = { kind: 'unavailable', charged: 'yes', retryAfterMs: 1000, detail: '503' } as const;
    world = createWorld(opened, { media: createFakeMedia([{ outcome: 'refused', failure }, new Error('reset')]) });
    const job = await world.runUntilEnd((await world.create()).id);
    expect(job.state).toBe('done');
    // The link was asked for again, because it may have expired.
    expect(world.provider.polls.length).toBeGreaterThan(1);
    expect(world.provider.submits).toHaveLength(1);
  });

  test('although looks failed for a while', async () => {
    world = createWorld(opened);
    world.provider.onPoll(new AnswerLostError('reset'), new NotSentError('refused'), readyProgress);
    expect(await world.runUntilEnd((await world.create()).id)).toMatchObject({ state: 'done' });
  });

  test('although the bot died before it opened the status message', async () => {
    world = createWorld(opened);
    world.courier.failStatus(1);
    const job = await world.create();
    expect(job.state).toBe('opening');
    expect(await world.runUntilEnd(job.id)).toMatchObject({ state: 'done' });
    expect(world.courier.statuses[0]?.state).toBe('opening');
  });

  test('from the second provider, when the first one says no without charging', async () => {
    const first = createScriptedProvider('first');
    const second = createScriptedProvider('second');
    first.onSubmit(no('no-credit'));
    world = createWorld(opened, { providers: [first, second] });
    const job = await world.runUntilEnd((await world.create()).id);
    expect(job).toMatchObject({ state: 'done', provider: 'second' });
    expect([first.submits.length, second.submits.length]).toEqual([1, 1]);
  });

  test('from the same provider, when it was only busy', async () => {
    world = createWorld(opened);
    world.provider.onSubmit(no('rate-limited', { retryAfterMs: 5000 }), { outcome: 'accepted', ticket: 1 });
    const before = world.now();
    const job = await world.runUntilEnd((await world.create()).id);
    expect(job.state).toBe('done');
    expect(job.attempt?.submittedAt.getTime()).toBeGreaterThanOrEqual(before.getTime() + 5000);
  });
});

describe('no clip comes, and one sentence says why', () => {
  const lastSentence = (): string => world.courier.statuses.at(-1)?.sentence ?? '';

  test.each([
    ['moderation', 'declined'],
    ['bad-input', 'could not use'],
    ['no-credit', 'cannot render right now'],
    ['bad-key', 'cannot render right now'],
    ['other', 'refused this render'],
  ] as const)('refused for %s: released, never tried again', async (kind, words) => {
    world = createWorld(opened);
    world.provider.onSubmit(no(kind));
    const job = await world.runUntilEnd((await world.create()).id);
    expect(job).toMatchObject({ state: 'failed', failure: { kind } });
    expect(world.provider.submits).toHaveLength(1);
    expect(await world.book()).toEqual({ hold: 1, settle: 0, release: 1 });
    expect(lastSentence()).toContain(words);
    expect(lastSentence()).not.toContain('secret words');
  });

  test('nobody can be reached: asked less and less often, then given up long before the deadline', async () => {
    world = createWorld(opened);
    world.provider.onSubmit(new NotSentError('connection refused'));
    const job = await world.runUntilEnd((await world.create()).id);
    expect(job).toMatchObject({ state: 'failed', failure: { kind: 'unavailable' } });
    expect(world.provider.submits).toHaveLength(8);
    expect((job.endedAt?.getTime() ?? 0) - job.acceptedAt.getTime()).toBeLessThan(200_000);
  });

  test('moderation is never taken to another provider', async () => {
    const second = createScriptedProvider('second');
    const first = createScriptedProvider('first');
    first.onPoll({ status: 'failed', failure: { kind: 'moderation', charged: 'unknown', detail: 'x' } });
    world = createWorld(opened, { providers: [first, second] });
    expect(await world.runUntilEnd((await world.create()).id)).toMatchObject({ state: 'failed' });
    expect(second.submits).toHaveLength(0);
  });

  test('a failed render that may have cost money is not rendered elsewhere', async () => {
    const second = createScriptedProvider('second');
    const first = createScriptedProvider('first');
    first.onPoll({ status: 'failed', failure: { kind: 'unavailable', charged: 'unknown', detail: 'x' } });
    world = createWorld(opened, { providers: [first, second] });
    expect(await world.runUntilEnd((await world.create()).id)).toMatchObject({ state: 'failed' });
    expect(second.submits).toHaveLength(0);
  });

  test('the answer to the paid call was lost: held, never sent again, released, told to the operator', async () => {
    world = createWorld(opened, { settings: { unknownHoldMs: 600_000 } });
    world.provider.onSubmit(new AnswerLostError('reset'));
    const created = await world.create();
    await world.settle();
    expect((await world.job(created.id)).attempt?.state).toBe('unknown');
    const job = await world.runUntilEnd(created.id);
    expect(job).toMatchObject({ state: 'failed', failure: { kind: 'outcome-unknown', charged: 'unknown' } });
    expect(world.provider.submits).toHaveLength(1);
    expect(world.now().getTime() - job.acceptedAt.getTime()).toBeGreaterThanOrEqual(600_000);
    expect(world.lines.some(({ event }) => event === 'money.suspect-charge')).toBe(true);
    expect(await world.book()).toEqual({ hold: 1, settle: 0, release: 1 });
  });

  test('a look-up that cannot tell is logged, and the job stays held', async () => {
    const provider = createScriptedProvider('scripted', {
      lookUp: () => Promise.reject(new Error('it may be under way')),
    });
    provider.onSubmit(new AnswerLostError('reset'));
    world = createWorld(opened, { providers: [provider] });
    const created = await world.create();
    expect(await world.runUntilEnd(created.id)).toMatchObject({ failure: { kind: 'outcome-unknown' } });
    expect(world.lines.find(({ event }) => event === 'job.look-up-failed')).toMatchObject({
      level: 'warn',
      job: created.id,
      provider: 'scripted',
      detail: 'it may be under way',
    });
  });

  test.each([
    { says: 'the ticket', lookUp: async () => ({ id: 'found' }), stands: { state: 'closed' } },
    { says: 'its key is bad', lookUp: refuseKey, stands: { state: 'open', cause: 'bad-key' } },
  ])('what a look-up meets counts as a look: $says', async ({ lookUp, stands }) => {
    const provider = createScriptedProvider('scripted', { lookUp });
    provider.onSubmit(new AnswerLostError('reset'));
    provider.onPoll({ status: 'rendering' });
    world = createWorld(opened, { providers: [provider] });
    const created = await world.create();
    for (let fault = 0; fault < 5; fault += 1) {
      await world.edges.traffic.heard(provider, 'look', { kind: 'unavailable', charged: 'no', detail: 'down' });
    }
    world.pass(15_000);
    await step(created.id, world.edges);
    await step(created.id, world.edges);
    world.pass(20_000);
    await step(created.id, world.edges);
    expect((await world.edges.traffic.standings()).get('scripted')?.look).toMatchObject(stands);
  });

  test('a look-up that cannot tell leaves the probe to a look that can', async () => {
    const lookUp = () => Promise.reject(new Error('it may be under way'));
    const provider = createScriptedProvider('scripted', { lookUp });
    provider.onSubmit(new AnswerLostError('reset'));
    world = createWorld(opened, { providers: [provider] });
    const created = await world.create();
    await world.settle();
    const { traffic } = world.edges;
    for (let fault = 0; fault < 5; fault += 1) {
      await traffic.heard(provider, 'look', { kind: 'unavailable', charged: 'no', detail: 'down' });
    }
    world.pass(20_000);
    await step(created.id, world.edges);
    expect(world.lines.filter(({ event }) => event === 'job.look-up-failed')).not.toEqual([]);
    expect(await traffic.ask(provider, 'look')).toEqual({ may: true, isProbe: true });
  });

  test('nothing was sent: that is not unknown, and somebody else renders it', async () => {
    const first = createScriptedProvider('first');
    first.onSubmit(new NotSentError('connection refused'));
    const second = createScriptedProvider('second');
    world = createWorld(opened, { providers: [first, second] });
    expect(await world.runUntilEnd((await world.create()).id)).toMatchObject({ state: 'done', provider: 'second' });
  });

  test('what came is not a clip', async () => {
    const failure = { kind: 'clip-unusable', charged: 'yes', detail: 'text/html' } as const;
    const refusal = { outcome: 'refused', failure } as const;
    world = createWorld(opened, { media: createFakeMedia([refusal, refusal]) });
    expect(await world.runUntilEnd((await world.create()).id)).toMatchObject({
      state: 'failed',
      failure: { kind: 'clip-unusable' },
    });
    expect(await world.book()).toEqual({ hold: 1, settle: 0, release: 1 });
  });

  test('it never ends: given up at the deadline', async () => {
    world = createWorld(opened, { settings: { deadlineMs: 60_000 } });
    world.provider.onPoll({ status: 'rendering' });
    const job = await world.runUntilEnd((await world.create()).id);
    expect(job).toMatchObject({ state: 'failed', failure: { kind: 'deadline', charged: 'unknown' } });
    expect((job.endedAt?.getTime() ?? 0) - job.acceptedAt.getTime()).toBeLessThan(65_000);
  });

  test('no place takes the clip: kept, fetchable with /hailuo jobs, released', async () => {
    world = createWorld(opened);
    world.courier.onPost({ outcome: 'unreachable', detail: '50001' });
    const job = await world.runUntilEnd((await world.create()).id);
    expect(job).toMatchObject({ state: 'failed', failure: { kind: 'undeliverable' } });
    const reply = await world.call('jobs');
    expect(reply.kind === 'card' && reply.card.rows?.[0]?.link).toMatch(/^\/media\//);
    expect(await world.book()).toEqual({ hold: 1, settle: 0, release: 1 });
  });

  test('the status message cannot be written either: the job ends all the same', async () => {
    world = createWorld(opened);
    world.provider.onSubmit(no('moderation'));
    const created = await world.create();
    world.courier.failStatus(100);
    expect(await world.runUntilEnd(created.id)).toMatchObject({ state: 'failed', wakeAt: null });
  });
});

describe('cancelled', () => {
  test('before it was sent: nothing is paid', async () => {
    world = createWorld(opened);
    const job = await world.create();
    await world.call('cancel', { job: job.id });
    expect(await world.runUntilEnd(job.id)).toMatchObject({
      state: 'cancelled',
      progress: { cancellation: 'not-sent' },
    });
    expect(world.provider.submits).toHaveLength(0);
    expect(await world.book()).toEqual({ hold: 1, settle: 0, release: 1 });
  });

  test.each([
    ['stopped', 'Cancelled. Nothing'],
    ['asked', 'was asked to stop'],
    ['too-late', 'cannot stop'],
  ] as const)('while it renders, and the provider says %s', async (how, words) => {
    const provider = createScriptedProvider('scripted', { cancel: async () => how });
    provider.onPoll({ status: 'rendering' });
    world = createWorld(opened, { providers: [provider] });
    const job = await world.create();
    await world.settle();
    await world.call('cancel', { job: job.id });
    expect(await world.runUntilEnd(job.id)).toMatchObject({ state: 'cancelled' });
    expect(world.courier.statuses.at(-1)?.sentence).toContain(words);
    expect(await world.book()).toEqual({ hold: 1, settle: 0, release: 1 });
  });

  test('by the wrong person: refused', async () => {
    world = createWorld(opened);
    const job = await world.create();
    const reply = await world.call('cancel', { job: job.id }, { asker: { ...job.asker, person: 'ben' } });
    expect(reply).toMatchObject({ kind: 'card', audience: 'asker', tone: 'refusal' });
    expect((await world.job(job.id)).cancelRequestedAt).toBeNull();
  });

  test('neither does another person’s clip become the start of theirs; an admin may', async () => {
    world = createWorld(opened);
    const job = await world.create();
    const asker = { ...job.asker, person: 'ben' };
    for (const command of ['again', 'remix', 'continue', 'retry']) {
      const reply = await world.call(command, { job: job.id }, { asker });
      expect(reply).toMatchObject({
        tone: 'refusal',
        card: { paragraphs: [expect.stringContaining('Only the person')] },
      });
    }
    expect((await world.call('again', { job: job.id }, { asker: { ...asker, isAdmin: true } })).kind).toBe('started');
  });

  test('somebody of another place does not even learn that it exists', async () => {
    world = createWorld(opened);
    const job = await world.create();
    const stranger = { ...ann, tenant: 'test:elsewhere' };
    for (const command of ['cancel', 'again', 'remix', 'continue', 'retry']) {
      const reply = await world.call(command, { job: job.id }, { asker: stranger });
      expect(reply).toMatchObject({ tone: 'refusal', card: { paragraphs: [expect.stringContaining('no such clip')] } });
    }
  });
});

describe('cancelled when nobody knows whether it was sent', () => {
  test('after a crash in the paid call: the charge stays unknown, and the operator is told', async () => {
    world = createWorld(opened);
    const { promise: never } = Promise.withResolvers<never>();
    const dying = { ...world.edges, providers: [createScriptedProvider('scripted', { submit: () => never })] };
    const created = await world.create();
    void step(created.id, dying);
    await expect.poll(async () => (await world.job(created.id)).state).toBe('submitting');
    world.pass(31_000);
    await world.call('cancel', { job: created.id });
    const job = await world.runUntilEnd(created.id);
    expect(job).toMatchObject({ state: 'cancelled', attempt: { charged: 'unknown' } });
    expect(world.lines.some(({ event }) => event === 'money.suspect-charge')).toBe(true);
  });
});

describe('refused at the door, and nothing is written', () => {
  afterEach(async () => {
    expect(await world.book()).toMatchObject({ settle: 0 });
    expect(world.provider.submits).toHaveLength(0);
  });

  test.each([
    [{ prompt: '' }, 'Say what should happen'],
    [{ prompt: 'x [Psh in]' }, 'Did you mean [Push in]?'],
    [{ prompt: 'x', duration: 10, resolution: '1080P' }, 'For 10 seconds choose 768P'],
    [{ prompt: 'x', model: '2.3-fast' }, 'attach one as image'],
    [{ prompt: 'x', provider: 'nobody' }, 'There is no provider "nobody" here'],
    [{ prompt: 'x', image: 'https://example.com/a.txt' }, 'The file is a text file'],
  ])('%j', async (values, words) => {
    world = createWorld(opened);
    const reply = await world.call('create', values);
    expect(reply).toMatchObject({ kind: 'card', audience: 'asker', tone: 'refusal' });
    expect(reply.kind === 'card' && reply.card.paragraphs.join(' ')).toContain(words);
    expect(await world.book()).toEqual({ hold: 0, settle: 0, release: 0 });
  });

  test('out of quota: says when it resets', async () => {
    world = createWorld(opened, { settings: { limits: { clipsPerDay: 1, concurrent: null, usdPerMonth: null } } });
    await world.create();
    const reply = await world.call('create', { prompt: 'one more' });
    expect(reply.kind === 'card' && reply.card.paragraphs).toEqual([
      'You have used your 1 clip of today. More in 12 h (00:00 UTC).',
    ]);
  });

  test('too many at once: says what has to end first', async () => {
    world = createWorld(opened);
    await world.create();
    await world.create();
    const reply = await world.call('create', { prompt: 'a third' });
    expect(reply.kind === 'card' && reply.card.paragraphs[0]).toContain('2 clips in the making');
  });
});

describe('whatever dies', () => {
  test('the queue loses everything: the sweep finds every job', async () => {
    world = createWorld(opened);
    world.provider.onPoll({ status: 'rendering' }, readyProgress);
    const job = await world.create();
    world.queue.lose();
    world.pass(60_000);
    expect(await sweep(world.edges)).toBeGreaterThanOrEqual(1);
    await world.settle();
    world.queue.lose();
    expect(await rearm(world.edges)).toBeGreaterThanOrEqual(1);
    expect(await world.runUntilEnd(job.id)).toMatchObject({ state: 'done' });
    expect(world.provider.submits).toHaveLength(1);
  });

  test('two workers are rung for one job: one of them moves it', async () => {
    world = createWorld(opened);
    const job = await world.create();
    await Promise.all([step(job.id, world.edges), step(job.id, world.edges), step(job.id, world.edges)]);
    await world.runUntilEnd(job.id);
    expect(world.provider.submits).toHaveLength(1);
    expect(world.courier.clips.size).toBe(1);
  });

  test('the worker dies between the written intent and the answer: never sent again', async () => {
    world = createWorld(opened);
    const { promise: never } = Promise.withResolvers<never>();
    const provider = createScriptedProvider('dying', { submit: () => never });
    const dying = { ...world.edges, providers: [provider] };
    const job = await world.create();
    void step(job.id, dying);
    await expect.poll(async () => (await world.job(job.id)).state).toBe('submitting');
    // Another worker, after the lease: it does not know what became of the call.
    world.pass(31_000);
    const ended = await world.runUntilEnd(job.id);
    expect(ended).toMatchObject({ state: 'failed', failure: { kind: 'outcome-unknown' } });
    expect(world.provider.submits).toHaveLength(0);
  });

  test('the worker dies after the post: the message is found', async () => {
    world = createWorld(opened);
    world.courier.onPost('lost');
    const job = await world.create();
    await world.settle();
    expect((await world.runUntilEnd(job.id)).post).toMatchObject({ state: 'posted' });
    expect(world.courier.clips.size).toBe(1);
  });

  test('the history cannot be read right after the paid call: its answer is kept all the same', async () => {
    world = createWorld(opened);
    const store = { ...world.edges.store, history: () => Promise.reject(new Error('the database went away')) };
    const job = await world.create();
    await step(job.id, { ...world.edges, store });
    expect(await world.job(job.id)).toMatchObject({ state: 'rendering', attempt: { ticket: { id: 'ticket' } } });
    expect(await world.runUntilEnd(job.id)).toMatchObject({ state: 'done' });
    expect(world.provider.submits).toHaveLength(1);
  });

  test('a worker that lost its lease can no longer write', async () => {
    world = createWorld(opened);
    const job = await world.create();
    const slow = await world.edges.store.claim(job.id);
    expect(slow).not.toBeNull();
    world.pass(31_000);
    const quick = await world.edges.store.claim(job.id);
    expect(quick).not.toBeNull();
    if (slow === null || quick === null) return;
    const move = { line: 'release', keepsClaim: false } as const;
    expect(await world.edges.store.record({ before: slow, after: { ...slow, state: 'failed' }, ...move })).toBeNull();
    expect(await world.book()).toEqual({ hold: 1, settle: 0, release: 0 });
  });
});

describe('call-backs', () => {
  const addresses = createCallBackAddresses('a key of sixteen or more');

  async function lostSubmit() {
    const provider = createScriptedProvider('scripted', {
      readCallBack: async ({ rawBody }) =>
        rawBody.length === 0
          ? { outcome: 'forged', detail: 'empty' }
          : { outcome: 'genuine', ticket: { id: 'from call-back' } },
    });
    provider.onSubmit(new AnswerLostError('reset'));
    world = createWorld(opened, { providers: [provider] });
    const job = await world.create();
    await world.settle();
    const attempt = (await world.job(job.id)).attempt?.id;
    if (attempt === undefined) throw new Error('no attempt');
    const secret = addresses.pathOf('scripted', attempt).split('/').at(-1) ?? '';
    return { job, address: { provider: 'scripted', attempt, secret } };
  }

  test('a lost submit answer is healed by its call-back', async () => {
    const { job, address } = await lostSubmit();
    const answer = await takeCallBack(address, { headers: {}, rawBody: Buffer.from('{}') }, addresses, world.edges);
    expect(answer.status).toBe(200);
    expect(await world.runUntilEnd(job.id)).toMatchObject({ state: 'done' });
    expect(world.provider.polls[0]).toEqual({ id: 'from call-back' });
    expect(world.provider.submits).toHaveLength(1);
    // Late and repeated: harmless.
    expect(
      (await takeCallBack(address, { headers: {}, rawBody: Buffer.from('{}') }, addresses, world.edges)).status,
    ).toBe(200);
    expect(await world.job(job.id)).toMatchObject({ state: 'done', wakeAt: null });
  });

  test.each([
    ['another secret', { secret: 'AAAA' }],
    ['another attempt', { attempt: '01900000-0000-7000-8000-000000000000' }],
    ['no id at all', { attempt: "'; drop table jobs" }],
    ['another provider', { provider: 'other' }],
  ])('forged with %s: refused, nothing happens', async (_name, change) => {
    const { job, address } = await lostSubmit();
    const callBack = { headers: {}, rawBody: Buffer.from('{}') };
    expect((await takeCallBack({ ...address, ...change }, callBack, addresses, world.edges)).status).toBe(404);
    expect((await world.job(job.id)).attempt?.callBackTicket).toBeNull();
  });

  test('with a signature that does not fit: refused', async () => {
    const { address } = await lostSubmit();
    const answer = await takeCallBack(address, { headers: {}, rawBody: new Uint8Array() }, addresses, world.edges);
    expect(answer.status).toBe(401);
  });
});
