/** Every rule about waiting, retrying, money and giving up. Pure: no await, no clock, no database. */
import type { Failure } from '../failure.ts';
import type { Offered } from '../providers/choose.ts';
import type { Progress, Submission } from '../providers/provider.ts';
import { type AttemptId, isFinal, type JsonValue, type MediaId } from '../values.ts';
import { backoffMs } from './backoff.ts';
import type { Attempt, Job, JobProgress } from './job.ts';
import { estimateReadyAt, secondsToNextLook } from './look-schedule.ts';

/** What one look at the outside saw. `look.ts` brings them about; each fits the state it is seen in. */
export type Seen =
  // opening
  | { readonly saw: 'opened'; readonly message: JsonValue }
  | { readonly saw: 'not-opened'; readonly detail: string }
  // queued
  | { readonly saw: 'chosen'; readonly provider: string; readonly offer: Offered; readonly attempt: AttemptId }
  | { readonly saw: 'in-line'; readonly provider: string; readonly place: number }
  | { readonly saw: 'all-away'; readonly provider: string; readonly until: Date }
  | { readonly saw: 'nobody' }
  | { readonly saw: 'picture-refused'; readonly provider: string; readonly failure: Failure }
  // submitting
  | { readonly saw: 'submission'; readonly submission: Submission; readonly history: readonly number[] }
  | { readonly saw: 'not-sent'; readonly detail: string }
  | { readonly saw: 'answer-lost'; readonly detail: string }
  | { readonly saw: 'still-unknown' }
  | { readonly saw: 'ticket-found'; readonly ticket: JsonValue; readonly by: 'call-back' | 'look-up' }
  | { readonly saw: 'never-arrived' }
  // rendering
  | { readonly saw: 'progress'; readonly progress: Progress; readonly history: readonly number[] }
  | { readonly saw: 'look-failed'; readonly detail: string; readonly failure?: Failure }
  // submitting, rendering, delivering: no call may leave for them just now
  | { readonly saw: 'held-back'; readonly until: Date }
  // delivering
  | { readonly saw: 'clip-kept'; readonly clip: MediaId; readonly poster: MediaId; readonly nonce: string }
  | { readonly saw: 'clip-refused'; readonly failure: Failure }
  | { readonly saw: 'posted'; readonly message: JsonValue }
  | { readonly saw: 'post-failed'; readonly detail: string }
  | { readonly saw: 'unreachable'; readonly detail: string }
  // any state before the end
  | { readonly saw: 'cancel'; readonly cancellation: NonNullable<JobProgress['cancellation']> }
  | { readonly saw: 'deadline' }
  // after the end
  | { readonly saw: 'told'; readonly message: JsonValue }
  | { readonly saw: 'not-told'; readonly detail: string };

interface DecideContext {
  readonly now: Date;
  /** From 0 up to 1, for jitter. */
  readonly random: number;
  readonly unknownHoldMs: number;
}

/** The job as it will be, and the line that ends its hold. */
export interface Decision {
  readonly job: Job;
  readonly line: 'settle' | 'release' | null;
}

/** How often a person is told of an end before the status message is given up. The clip itself is not concerned. */
const tellingFaults = 6;

/** Refusals in a row that make a job stop asking: about two minutes of backoff, or longer where they asked for it. */
const benchAfterFaults = 8;

/** @returns what to write, whatever state the job is in and whatever was seen in it */
export function decide(job: Job, seen: Seen, context: DecideContext): Decision {
  switch (seen.saw) {
    case 'opened':
      return stay(job, { statusMessage: seen.message, shownAt: context.now, ...enter(job, 'queued', context) });
    case 'not-opened':
      // Not one message could be placed there: nothing was paid yet, and a clip could not be placed either.
      return job.faults >= 4
        ? fail(job, { kind: 'undeliverable', charged: 'no', detail: seen.detail }, context)
        : retry(job, context);

    case 'chosen':
      return stay(job, {
        ...enter(job, 'submitting', context),
        // Only an accepted call ends the row of refusals.
        faults: job.faults,
        provider: seen.provider,
        progress: {},
        attempt: newAttempt(seen, context),
      });
    case 'in-line':
      return stay(job, {
        provider: seen.provider,
        progress: { waitsFor: 'turn', place: seen.place },
        wakeAt: new Date(context.now.getTime() + lineLookMs(seen.place)),
      });
    case 'all-away':
      return stay(job, { provider: seen.provider, progress: { waitsFor: 'provider' }, wakeAt: seen.until });
    case 'held-back':
      return stay(job, { wakeAt: seen.until < job.deadlineAt ? seen.until : job.deadlineAt });
    case 'nobody':
      return fail(job, job.failure ?? { kind: 'no-provider', charged: 'no', detail: 'no provider is left' }, context);
    case 'picture-refused':
      return refusedBy(job, seen.provider, seen.failure, context);

    case 'submission':
      return seen.submission.outcome === 'accepted'
        ? accepted(job, seen.submission, context.now, seen.history, context)
        : refused(job, seen.submission.failure, context);
    case 'not-sent':
      return refused(job, { kind: 'unavailable', charged: 'no', retryAfterMs: 0, detail: seen.detail }, context);
    case 'answer-lost':
    case 'still-unknown':
      return unknown(job, seen.saw === 'answer-lost' ? seen.detail : 'the answer never came', context);
    case 'ticket-found':
      // It belongs to the call that left back then.
      return accepted(job, { ticket: seen.ticket }, job.attempt?.submittedAt ?? context.now, null, context);
    case 'never-arrived':
      return refused(job, { kind: 'unavailable', charged: 'no', retryAfterMs: 0, detail: 'never arrived' }, context);

    case 'progress':
      return progressed(job, seen.progress, seen.history, context);
    case 'look-failed':
      return looked(retry(job, context, seen.failure?.retryAfterMs), job, context);

    case 'clip-kept':
      return stay(job, {
        clip: seen.clip,
        poster: seen.poster,
        faults: 0,
        wakeAt: context.now,
        post: { nonce: seen.nonce, state: 'sending', message: null, writtenAt: context.now },
      });
    case 'clip-refused': {
      // The link told with the look may have expired: it is asked for anew before a paid clip is given up.
      const hasAnotherLink = job.faults === 0 && job.progress.videoUrl !== undefined;
      const isOver = seen.failure.retryAfterMs === undefined ? !hasAnotherLink : job.faults >= 8;
      return isOver ? fail(job, seen.failure, context) : retry(job, context, seen.failure.retryAfterMs);
    }
    case 'posted':
      return finish(
        job,
        'done',
        {
          post: job.post && { ...job.post, state: 'posted', message: seen.message },
          attempt: job.attempt,
        },
        'settle',
        context,
      );
    case 'post-failed':
      return retry(job, context);
    case 'unreachable':
      return fail(job, { kind: 'undeliverable', charged: 'yes', detail: seen.detail }, context);

    case 'cancel':
      return finish(
        job,
        'cancelled',
        {
          progress: { cancellation: seen.cancellation },
          attempt:
            job.attempt &&
            endAttempt(job.attempt, 'cancelled', seen.cancellation === 'not-sent' ? 'no' : 'unknown', context),
        },
        'release',
        context,
      );
    case 'deadline':
      return fail(job, deadlineFailure(job), context);

    case 'told':
      return stay(job, { statusMessage: seen.message, shownAt: context.now, wakeAt: null });
    case 'not-told':
      return job.faults + 1 >= tellingFaults
        ? stay(job, { wakeAt: null, faults: job.faults + 1 })
        : retry(job, context);
  }
}

/** What must happen before anything else is looked at: the person wants it to end, or its time is over. */
export function comesFirst(job: Job, now: Date): 'cancel' | 'deadline' | null {
  if (isFinal(job.state)) return null;
  // Once the message may be on its way it is finished: a clip that arrives cancelled would be two truths.
  if (job.cancelRequestedAt !== null && job.post === null) return 'cancel';
  if (now < job.deadlineAt) return null;
  // A clip that is paid and ready gets one honest try, however late it is.
  return job.state === 'delivering' && job.faults === 0 ? null : 'deadline';
}

function stay(job: Job, changes: Partial<Job>): Decision {
  return { job: { ...job, ...changes }, line: null };
}

function enter(job: Job, state: Job['state'], { now }: DecideContext): Partial<Job> {
  return { state, stateSince: state === job.state ? job.stateSince : now, wakeAt: now, faults: 0 };
}

/** The same again after a while: at least as long as they asked for, never past the deadline. */
function retry(job: Job, context: DecideContext, leastMs = 250): Decision {
  const faults = job.faults + 1;
  const at = context.now.getTime() + backoffMs(faults, context.random, { leastMs: Math.max(250, leastMs) });
  const latest = Math.max(job.deadlineAt.getTime(), context.now.getTime() + 1000);
  return stay(job, { faults, wakeAt: new Date(Math.min(at, latest)) });
}

/** A turn rings by itself; this only keeps the place on show, the closer to the front the oftener. */
function lineLookMs(place: number): number {
  return Math.min(120_000, 5_000 + place * 250);
}

function newAttempt(seen: Extract<Seen, { saw: 'chosen' }>, { now }: DecideContext): Attempt {
  return {
    id: seen.attempt,
    provider: seen.provider,
    model: seen.offer.model,
    body: seen.offer.body,
    state: 'submitting',
    ticket: null,
    submittedAt: now,
    acceptedAt: null,
    readyAt: null,
    endedAt: null,
    charged: 'unknown',
    cost: seen.offer.price ?? null,
    looks: 0,
    lookedAt: null,
    expectsCallBack: false,
    calledBackAt: null,
    callBackTicket: null,
  };
}

/** @param history null: it has been rendering for a while already, so it is looked at now */
function accepted(
  job: Job,
  submission: Omit<Extract<Submission, { outcome: 'accepted' }>, 'outcome'>,
  acceptedAt: Date,
  history: readonly number[] | null,
  context: DecideContext,
): Decision {
  const expectsCallBack = submission.expectsCallBack ?? false;
  const attempt = job.attempt && {
    ...job.attempt,
    state: 'accepted' as const,
    ticket: submission.ticket,
    acceptedAt,
    charged: 'yes' as const,
    cost: submission.charged ?? job.attempt.cost,
    expectsCallBack,
  };
  const seconds = history === null ? 0 : secondsToNextLook({ elapsedSeconds: 0, looks: 0, history, expectsCallBack });
  return stay(job, {
    ...enter(job, 'rendering', context),
    wakeAt: new Date(context.now.getTime() + seconds * 1000),
    attempt,
    failure: null,
    progress: submission.place === undefined ? {} : { place: submission.place },
  });
}

/** A definite no. Uncharged, somebody else may be asked; charged, it is the end. */
function refused(job: Job, failure: Failure, context: DecideContext): Decision {
  const attempt = job.attempt && endAttempt(job.attempt, 'refused', failure.charged, context);
  return refusedBy({ ...job, attempt }, job.provider, failure, context);
}

function refusedBy(job: Job, provider: string, failure: Failure, context: DecideContext): Decision {
  if (failure.charged !== 'no' || !mayFailOver(failure)) return fail(job, failure, context);
  const faults = job.faults + 1;
  const isWorthWaiting = failure.retryAfterMs !== undefined && faults < benchAfterFaults;
  const until = isWorthWaiting
    ? new Date(
        context.now.getTime() + Math.max(failure.retryAfterMs ?? 0, backoffMs(faults, context.random)),
      ).toISOString()
    : 'never';
  return stay(job, {
    state: 'queued',
    stateSince: job.stateSince,
    wakeAt: context.now,
    faults,
    failure,
    benched: { ...job.benched, [provider]: until },
  });
}

function mayFailOver({ kind }: Failure): boolean {
  switch (kind) {
    case 'no-credit':
    case 'bad-key':
    case 'rate-limited':
    case 'unavailable':
    case 'not-found':
    case 'other':
      return true;
    // All of them resell one model: a second provider would mostly sell a second refusal (providers/README.md).
    case 'moderation':
    case 'bad-input':
    case 'outcome-unknown':
    case 'cancelled':
    case 'clip-unusable':
    case 'no-provider':
    case 'undeliverable':
    case 'deadline':
      return false;
  }
}

/** Held until the answer turns up or the time is over; never sent again. */
function unknown(job: Job, detail: string, context: DecideContext): Decision {
  const attempt = job.attempt && { ...job.attempt, state: 'unknown' as const };
  const since = attempt?.submittedAt ?? job.stateSince;
  const until = new Date(since.getTime() + context.unknownHoldMs);
  if (context.now >= until) {
    return fail({ ...job, attempt }, { kind: 'outcome-unknown', charged: 'unknown', detail }, context);
  }
  // A look-up may find it any moment; a call-back wakes the job by itself.
  const next = new Date(
    context.now.getTime() + backoffMs(job.faults + 1, context.random, { mostMs: 30_000, leastMs: 1000 }),
  );
  return stay(job, { attempt, faults: job.faults + 1, wakeAt: next < until ? next : until });
}

function progressed(job: Job, progress: Progress, history: readonly number[], context: DecideContext): Decision {
  const attempt = job.attempt;
  switch (progress.status) {
    case 'waiting':
    case 'rendering': {
      const elapsedMs = context.now.getTime() - (attempt?.acceptedAt ?? job.stateSince).getTime();
      const seconds = secondsToNextLook({
        elapsedSeconds: elapsedMs / 1000,
        looks: (attempt?.looks ?? 0) + 1,
        history,
        expectsCallBack: attempt?.expectsCallBack === true && attempt.calledBackAt === null,
      });
      const wakeAt = new Date(Math.min(context.now.getTime() + seconds * 1000, job.deadlineAt.getTime()));
      return looked(stay(job, { wakeAt, faults: 0, progress: toJobProgress(progress) }), job, context);
    }
    case 'ready': {
      const decision = stay(job, {
        ...enter(job, 'delivering', context),
        progress: progress.videoUrl === undefined ? {} : { videoUrl: progress.videoUrl },
      });
      const ended = attempt && {
        ...endAttempt(attempt, 'succeeded', 'yes', context),
        readyAt:
          progress.endedAt ?? estimateReadyAt(attempt.acceptedAt ?? attempt.submittedAt, attempt.lookedAt, context.now),
        cost: progress.charged ?? attempt.cost,
      };
      return looked({ ...decision, job: { ...decision.job, attempt: ended } }, job, context);
    }
    case 'failed': {
      const ended = attempt && {
        ...endAttempt(attempt, 'failed', progress.failure.charged, context),
        cost: progress.failure.charged === 'no' ? null : (progress.charged ?? attempt.cost),
      };
      // It was accepted and rendered once: waiting for the same provider again is not on offer.
      const { retryAfterMs: _, ...failure } = progress.failure;
      return refusedBy({ ...job, attempt: ended }, job.provider, failure, context);
    }
  }
}

function toJobProgress(progress: Extract<Progress, { status: 'waiting' | 'rendering' }>): JobProgress {
  if (progress.status === 'waiting') return progress.place === undefined ? {} : { place: progress.place };
  return progress.fraction === undefined ? {} : { fraction: progress.fraction };
}

/** Counts the look on the attempt. */
function looked(decision: Decision, before: Job, { now }: DecideContext): Decision {
  const attempt = decision.job.attempt;
  if (attempt === null) return decision;
  return {
    ...decision,
    job: { ...decision.job, attempt: { ...attempt, looks: (before.attempt?.looks ?? 0) + 1, lookedAt: now } },
  };
}

function endAttempt(
  attempt: Attempt,
  state: Attempt['state'],
  charged: Failure['charged'],
  { now }: DecideContext,
): Attempt {
  const isOver = attempt.endedAt !== null;
  return isOver ? attempt : { ...attempt, state, charged, cost: charged === 'no' ? null : attempt.cost, endedAt: now };
}

function deadlineFailure(job: Job): Failure {
  const charged = job.attempt === null || job.attempt.charged === 'no' ? 'no' : 'unknown';
  // Why it took so long is the better reason, where we know one.
  if (job.state === 'queued' && job.failure !== null) return job.failure;
  if (job.state === 'delivering' && job.clip !== null) {
    return { kind: 'undeliverable', charged: 'yes', detail: 'no place took the clip before the deadline' };
  }
  return { kind: 'deadline', charged, detail: `still ${job.state} at the deadline` };
}

function fail(job: Job, failure: Failure, context: DecideContext): Decision {
  const attempt = job.attempt && endAttempt(job.attempt, 'failed', failure.charged, context);
  return finish(job, 'failed', { failure, attempt }, 'release', context);
}

/** The end: the state and the line that ends the hold are written together. What is left is to tell the person. */
function finish(
  job: Job,
  state: 'done' | 'failed' | 'cancelled',
  changes: Partial<Job>,
  line: 'settle' | 'release',
  context: DecideContext,
): Decision {
  return { ...stay(job, { ...enter(job, state, context), endedAt: context.now, ...changes }), line };
}
