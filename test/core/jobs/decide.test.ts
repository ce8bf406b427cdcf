/** The rules as a table: situation, what was seen, what must follow. A new rule is a new row. */
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/core/failure.ts';
import { comesFirst, decide, type Seen } from '../../../src/core/jobs/decide.ts';
import type { Attempt, Job } from '../../../src/core/jobs/job.ts';
import type { AttemptId, JobState, MediaId, MicroUsd } from '../../../src/core/values.ts';
import { sampleJob } from '../../support/sample-job.ts';

const now = new Date('2026-11-21T12:00:00Z');
const at = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const context = { now, random: 0.5, unknownHoldMs: 600_000 };

const attempt: Attempt = {
  id: 'a1' as AttemptId,
  provider: 'fal',
  model: 'm',
  body: {},
  state: 'submitting',
  ticket: null,
  submittedAt: at(-60),
  acceptedAt: null,
  readyAt: null,
  endedAt: null,
  charged: 'unknown',
  cost: 280_000 as MicroUsd,
  looks: 0,
  lookedAt: null,
  expectsCallBack: false,
  calledBackAt: null,
  callBackTicket: null,
};
const accepted: Attempt = { ...attempt, state: 'accepted', ticket: { id: 1 }, acceptedAt: at(-60), charged: 'yes' };

function job(state: JobState, changes: Partial<Job> = {}): Job {
  const begun = state === 'submitting' ? attempt : accepted;
  return sampleJob({
    state,
    provider: 'fal',
    attempt: state === 'opening' || state === 'queued' ? null : begun,
    acceptedAt: at(-60),
    stateSince: at(-60),
    wakeAt: now,
    deadlineAt: at(1740),
    ...changes,
  });
}

const failure = (kind: Failure['kind'], more: Partial<Failure> = {}): Failure => ({
  kind,
  charged: 'no',
  detail: 'd',
  ...more,
});
const refused = (kind: Failure['kind'], more: Partial<Failure> = {}): Seen => ({
  saw: 'submission',
  submission: { outcome: 'refused', failure: failure(kind, more) },
  history: [],
});
const progress = (seen: Extract<Seen, { saw: 'progress' }>['progress'], history: number[] = []): Seen => ({
  saw: 'progress',
  progress: seen,
  history,
});
const offer = { outcome: 'offered', model: 'm', body: { prompt: 'x' }, price: 280_000 as MicroUsd } as const;
const post = { nonce: 'n', state: 'sending', message: null, writtenAt: now } as const;
const minute = Array.from({ length: 40 }, (_, index) => 42 + (36 * index) / 39);

describe('decide', () => {
  test.each<[string, Job, Seen, unknown, 'settle' | 'release' | null]>([
    // opening
    [
      'the message is open',
      job('opening'),
      { saw: 'opened', message: 'm' },
      { state: 'queued', statusMessage: 'm', wakeAt: now },
      null,
    ],
    [
      'it cannot be opened yet',
      job('opening'),
      { saw: 'not-opened', detail: 'd' },
      { state: 'opening', faults: 1, wakeAt: at(1) },
      null,
    ],
    [
      'it cannot be opened at all',
      job('opening', { faults: 4 }),
      { saw: 'not-opened', detail: 'd' },
      { state: 'failed', failure: { kind: 'undeliverable', charged: 'no' } },
      'release',
    ],
    // queued
    [
      'somebody can render it',
      job('queued'),
      { saw: 'chosen', provider: 'fal', offer, attempt: 'a2' as AttemptId },
      {
        state: 'submitting',
        provider: 'fal',
        wakeAt: now,
        attempt: { id: 'a2', state: 'submitting', submittedAt: now },
      },
      null,
    ],
    [
      'somebody can render it, after a refusal',
      job('queued', { faults: 3 }),
      { saw: 'chosen', provider: 'fal', offer, attempt: 'a2' as AttemptId },
      { state: 'submitting', faults: 3 },
      null,
    ],
    [
      'everybody is benched for a while',
      job('queued'),
      { saw: 'all-away', provider: 'fal', until: at(9) },
      { state: 'queued', provider: 'fal', progress: { waitsFor: 'provider' }, wakeAt: at(9) },
      null,
    ],
    [
      'nobody is left, and the last one said why',
      job('queued', { failure: failure('no-credit') }),
      { saw: 'nobody' },
      { state: 'failed', failure: { kind: 'no-credit' } },
      'release',
    ],
    [
      'nobody is left, and nobody said why',
      job('queued'),
      { saw: 'nobody' },
      { state: 'failed', failure: { kind: 'no-provider' } },
      'release',
    ],
    [
      'the picture cannot be handed over',
      job('queued'),
      { saw: 'picture-refused', provider: 'fal', failure: failure('unavailable', { retryAfterMs: 1000 }) },
      { state: 'queued', benched: { fal: at(1).toISOString() } },
      null,
    ],
    // submitting
    [
      'accepted, without history',
      job('submitting'),
      { saw: 'submission', submission: { outcome: 'accepted', ticket: 7, place: 2 }, history: [] },
      {
        state: 'rendering',
        wakeAt: at(5),
        progress: { place: 2 },
        attempt: { state: 'accepted', ticket: 7, acceptedAt: now, charged: 'yes' },
      },
      null,
    ],
    [
      'accepted, and it will call back',
      job('submitting'),
      { saw: 'submission', submission: { outcome: 'accepted', ticket: 7, expectsCallBack: true }, history: [] },
      { state: 'rendering', wakeAt: at(20) },
      null,
    ],
    [
      'refused, busy: waits as long as they ask',
      job('submitting'),
      refused('rate-limited', { retryAfterMs: 30_000 }),
      {
        state: 'queued',
        benched: { fal: at(30).toISOString() },
        attempt: { state: 'refused', charged: 'no', cost: null },
      },
      null,
    ],
    [
      'refused, busy for the eighth time',
      job('submitting', { faults: 7 }),
      refused('rate-limited', { retryAfterMs: 1 }),
      { state: 'queued', benched: { fal: 'never' } },
      null,
    ],
    [
      'refused, no credit',
      job('submitting'),
      refused('no-credit'),
      { state: 'queued', benched: { fal: 'never' }, failure: { kind: 'no-credit' } },
      null,
    ],
    ['refused, bad key', job('submitting'), refused('bad-key'), { state: 'queued', benched: { fal: 'never' } }, null],
    [
      'refused, moderation',
      job('submitting'),
      refused('moderation'),
      { state: 'failed', failure: { kind: 'moderation' } },
      'release',
    ],
    ['refused, bad input', job('submitting'), refused('bad-input'), { state: 'failed' }, 'release'],
    [
      'refused, but it may have cost',
      job('submitting'),
      refused('unavailable', { charged: 'unknown' }),
      { state: 'failed' },
      'release',
    ],
    [
      'nothing was sent',
      job('submitting'),
      { saw: 'not-sent', detail: 'd' },
      { state: 'queued', attempt: { state: 'refused', charged: 'no' } },
      null,
    ],
    [
      'the answer was lost',
      job('submitting'),
      { saw: 'answer-lost', detail: 'd' },
      { state: 'submitting', attempt: { state: 'unknown' }, wakeAt: at(1) },
      null,
    ],
    [
      'still unknown, in time',
      job('submitting', { attempt: { ...attempt, state: 'unknown' } }),
      { saw: 'still-unknown' },
      { state: 'submitting' },
      null,
    ],
    [
      'still unknown, for too long',
      job('submitting', { attempt: { ...attempt, state: 'unknown', submittedAt: at(-600) } }),
      { saw: 'still-unknown' },
      { state: 'failed', failure: { kind: 'outcome-unknown', charged: 'unknown' } },
      'release',
    ],
    [
      'found by its call-back',
      job('submitting', { attempt: { ...attempt, state: 'unknown' } }),
      { saw: 'ticket-found', ticket: 9, by: 'call-back' },
      { state: 'rendering', wakeAt: now, attempt: { state: 'accepted', ticket: 9, acceptedAt: at(-60) } },
      null,
    ],
    [
      'found at the first look after a crash',
      job('submitting'),
      { saw: 'ticket-found', ticket: 9, by: 'look-up' },
      { state: 'rendering', wakeAt: now, attempt: { acceptedAt: at(-60) } },
      null,
    ],
    [
      'surely never arrived',
      job('submitting', { attempt: { ...attempt, state: 'unknown' } }),
      { saw: 'never-arrived' },
      { state: 'queued', attempt: { state: 'refused', charged: 'no' } },
      null,
    ],
    // rendering
    [
      'waiting in their line',
      job('rendering'),
      progress({ status: 'waiting', place: 4 }),
      { state: 'rendering', progress: { place: 4 }, wakeAt: at(6.25), attempt: { looks: 1, lookedAt: now } },
      null,
    ],
    [
      'rendering, with a history',
      job('rendering', { attempt: { ...accepted, acceptedAt: now } }),
      progress({ status: 'rendering' }, minute),
      { state: 'rendering', wakeAt: at(46.864) },
      null,
    ],
    [
      'ready',
      job('rendering'),
      progress({ status: 'ready', videoUrl: 'https://v', charged: 1 as MicroUsd }),
      {
        state: 'delivering',
        wakeAt: now,
        progress: { videoUrl: 'https://v' },
        attempt: { state: 'succeeded', charged: 'yes', cost: 1, looks: 1 },
      },
      null,
    ],
    [
      'failed, uncharged: somebody else',
      job('rendering'),
      progress({ status: 'failed', failure: failure('unavailable', { retryAfterMs: 1 }) }),
      { state: 'queued', benched: { fal: 'never' }, attempt: { state: 'failed', charged: 'no', cost: null } },
      null,
    ],
    [
      'failed, maybe charged',
      job('rendering'),
      progress({ status: 'failed', failure: failure('unavailable', { charged: 'unknown' }) }),
      { state: 'failed', attempt: { state: 'failed', charged: 'unknown' } },
      'release',
    ],
    [
      'failed, moderation',
      job('rendering'),
      progress({ status: 'failed', failure: failure('moderation') }),
      { state: 'failed', failure: { kind: 'moderation' } },
      'release',
    ],
    [
      'the look failed',
      job('rendering'),
      { saw: 'look-failed', detail: 'd' },
      { state: 'rendering', faults: 1, wakeAt: at(1), attempt: { looks: 1 } },
      null,
    ],
    [
      'the look failed for the fourth time',
      job('rendering', { faults: 3 }),
      { saw: 'look-failed', detail: 'd' },
      { faults: 4, wakeAt: at(8) },
      null,
    ],
    // delivering
    [
      'the clip is kept',
      job('delivering'),
      { saw: 'clip-kept', clip: 'c' as MediaId, poster: 'p' as MediaId, nonce: 'n' },
      { state: 'delivering', clip: 'c', poster: 'p', post: { state: 'sending', nonce: 'n' }, wakeAt: now },
      null,
    ],
    [
      'the clip cannot be fetched yet',
      job('delivering'),
      { saw: 'clip-refused', failure: failure('unavailable', { retryAfterMs: 15_000 }) },
      { state: 'delivering', faults: 1, wakeAt: at(15) },
      null,
    ],
    [
      'it is no clip, but the link may have been an old one',
      job('delivering', { progress: { videoUrl: 'https://clips.example/1.mp4' } }),
      { saw: 'clip-refused', failure: failure('clip-unusable', { charged: 'yes' }) },
      { state: 'delivering', faults: 1 },
      null,
    ],
    [
      'it is no clip by a new link either',
      job('delivering', { progress: { videoUrl: 'https://clips.example/1.mp4' }, faults: 1 }),
      { saw: 'clip-refused', failure: failure('clip-unusable', { charged: 'yes' }) },
      { state: 'failed', failure: { kind: 'clip-unusable' } },
      'release',
    ],
    [
      'it is no clip',
      job('delivering'),
      { saw: 'clip-refused', failure: failure('clip-unusable', { charged: 'yes' }) },
      { state: 'failed', failure: { kind: 'clip-unusable' } },
      'release',
    ],
    [
      'posted',
      job('delivering', { post }),
      { saw: 'posted', message: 'm' },
      { state: 'done', endedAt: now, wakeAt: now, post: { state: 'posted', message: 'm' } },
      'settle',
    ],
    [
      'nobody knows whether it was posted',
      job('delivering', { post }),
      { saw: 'post-failed', detail: 'd' },
      { state: 'delivering', faults: 1, wakeAt: at(1) },
      null,
    ],
    [
      'no place takes it',
      job('delivering', { post }),
      { saw: 'unreachable', detail: 'd' },
      { state: 'failed', failure: { kind: 'undeliverable' } },
      'release',
    ],
    // ends
    [
      'cancelled before anything was sent',
      job('queued'),
      { saw: 'cancel', cancellation: 'not-sent' },
      { state: 'cancelled', endedAt: now, wakeAt: now },
      'release',
    ],
    [
      'cancelled while it renders',
      job('rendering'),
      { saw: 'cancel', cancellation: 'asked' },
      { state: 'cancelled', progress: { cancellation: 'asked' }, attempt: { state: 'cancelled', charged: 'unknown' } },
      'release',
    ],
    [
      'the deadline, rendering',
      job('rendering'),
      { saw: 'deadline' },
      { state: 'failed', failure: { kind: 'deadline', charged: 'unknown' } },
      'release',
    ],
    [
      'the deadline, waiting for somebody busy',
      job('queued', { failure: failure('rate-limited') }),
      { saw: 'deadline' },
      { state: 'failed', failure: { kind: 'rate-limited' } },
      'release',
    ],
    [
      'the deadline, with the clip in hand',
      job('delivering', { clip: 'c' as MediaId, post }),
      { saw: 'deadline' },
      { state: 'failed', failure: { kind: 'undeliverable' } },
      'release',
    ],
    ['told', job('done'), { saw: 'told', message: 'm' }, { state: 'done', wakeAt: null, statusMessage: 'm' }, null],
    ['not told', job('failed'), { saw: 'not-told', detail: 'd' }, { state: 'failed', faults: 1, wakeAt: at(1) }, null],
    [
      'not told for the sixth time',
      job('failed', { faults: 5 }),
      { saw: 'not-told', detail: 'd' },
      { state: 'failed', wakeAt: null },
      null,
    ],
  ])('%s', (_name, before, seen, expected, line) => {
    const decision = decide(before, seen, context);
    expect(decision.job).toMatchObject(expected as object);
    expect(decision.line).toBe(line);
    // Whatever is decided: who asked, what for and what it cost stay as they were.
    const { id, origin, asker, request, destination, price, acceptedAt, deadlineAt } = before;
    expect(decision.job).toMatchObject({ id, origin, asker, request, destination, price, acceptedAt, deadlineAt });
  });

  test('no wait reaches past the deadline', () => {
    const before = job('rendering', { deadlineAt: at(3), faults: 6 });
    expect(decide(before, { saw: 'look-failed', detail: 'd' }, context).job.wakeAt).toEqual(at(3));
    expect(decide(before, progress({ status: 'rendering' }), context).job.wakeAt).toEqual(at(3));
  });
});

describe('comesFirst', () => {
  test.each<[string, Job, ReturnType<typeof comesFirst>]>([
    ['nothing', job('rendering'), null],
    ['the person wants it to end', job('rendering', { cancelRequestedAt: now }), 'cancel'],
    ['too late to cancel: the message may be on its way', job('delivering', { cancelRequestedAt: now, post }), null],
    ['the deadline', job('rendering', { deadlineAt: now }), 'deadline'],
    ['the deadline, but the clip is ready and has not been tried', job('delivering', { deadlineAt: now }), null],
    ['the deadline, after a try', job('delivering', { deadlineAt: now, faults: 1 }), 'deadline'],
    ['over already', job('done', { cancelRequestedAt: now, deadlineAt: now }), null],
  ])('%s', (_name, situation, expected) => expect(comesFirst(situation, now)).toBe(expected));
});
