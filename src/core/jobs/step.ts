/** Moves one job as far as it goes at once: claim, look, decide, write, ring. */
import { createHash } from 'node:crypto';
import type { StatusView } from '../delivery/delivery.ts';
import { isFinal, type JobId } from '../values.ts';
import { comesFirst, decide, type Seen } from './decide.ts';
import { type JobEdges, rendererOf, titleOf } from './edges.ts';
import type { Job } from './job.ts';
import { type Fresh, historyOrNothing, type Look, look, showStatus, stopRender } from './look.ts';
import { toStatusView } from './status-view.ts';

/** No job goes through this many moves in one step, unless a rule is wrong. */
const mostMoves = 24;

/**
 * Rung by the queue, twice or too early for all it matters. Returns when the job waits for something, is in other
 * hands or has ended. Throws only when the database does not answer: the lease runs out, and the sweep rings again.
 */
export async function step(id: JobId, edges: JobEdges): Promise<void> {
  let job = await edges.store.claim(id);
  let fresh: Fresh = {};
  for (let moves = 0; job !== null; moves += 1) {
    if (moves === mostMoves) throw new Error(`job ${id} does not come to rest`);
    const started = performance.now();
    const before: Job = job;
    const seen = await lookOnce(before, fresh, edges);
    const { job: decided, line } = decide(before, seen.seen, {
      now: edges.now(),
      random: edges.random(),
      unknownHoldMs: edges.settings.unknownHoldMs,
    });
    const goesOn = decided.wakeAt !== null && decided.wakeAt <= edges.now();
    const after = goesOn ? decided : await showProgress(before, decided, edges);
    const written = await edges.store.record({ before, after, line, keepsClaim: goesOn });
    edges.measure.stepped(before.state, (performance.now() - started) / 1000);
    if (written === null) {
      edges.log.warn('job.claim-lost', { job: id, state: before.state });
      return;
    }
    tell(before, after, seen.seen, edges);
    await passSlotOn(before, after, edges);
    if (!goesOn) {
      if (written.wakeAt !== null) await edges.queue.wake(id, written.wakeAt);
      return;
    }
    job = { ...after, ...written };
    fresh = freshOf(before, after, seen);
  }
}

async function lookOnce(job: Job, fresh: Fresh, edges: JobEdges): Promise<Look> {
  switch (comesFirst(job, edges.now())) {
    case 'cancel':
      return { seen: { saw: 'cancel', cancellation: await stopRender(job, fresh, edges) } };
    case 'deadline':
      await stopRender(job, fresh, edges);
      return { seen: { saw: 'deadline' } };
    case null:
      return look(job, fresh, edges);
  }
}

/** What this worker alone can know because it has just written it. */
function freshOf(before: Job, after: Job, { frames }: Look): Fresh {
  return {
    ...(after.attempt !== null && after.attempt.id !== before.attempt?.id && { attempt: after.attempt.id }),
    ...(frames !== undefined && { frames }),
    post: before.post === null && after.post !== null,
  };
}

/** Before the job is put down: an edit under the claim can never overtake a later one. Never oftener than the place bears. */
async function showProgress(before: Job, after: Job, edges: JobEdges): Promise<Job> {
  if (isFinal(after.state) || after.state === 'opening') return after;
  const view = toStatusView(after, rendererOf(edges, after), await historyOrNothing(after, edges));
  const shown = fingerprint(view);
  if (shown === after.shown) return after;
  const courier = edges.courierFor(after.destination);
  const sinceMs = after.shownAt === null ? Number.POSITIVE_INFINITY : edges.now().getTime() - after.shownAt.getTime();
  const isDue = sinceMs >= (courier?.editIntervalMs ?? Number.POSITIVE_INFINITY) || before.state !== after.state;
  if (!isDue) return after;
  const told = await showStatus(after, view, edges);
  if (told.outcome === 'shown') return { ...after, statusMessage: told.message, shownAt: edges.now(), shown };
  edges.log.warn('status.not-shown', { job: after.id, detail: told.detail });
  return after;
}

/** Two views that read alike have the same one. */
function fingerprint(view: StatusView): string {
  return createHash('sha256').update(JSON.stringify(view)).digest('base64url').slice(0, 16);
}

/** Whose render has just ended leaves a slot to whoever waits. A pass that fails is repaired by the sweep. */
async function passSlotOn(before: Job, after: Job, { traffic, log }: JobEdges): Promise<void> {
  const ran = after.attempt;
  if (ran === null || ran.endedAt === null || before.attempt?.endedAt != null) return;
  try {
    await traffic.giveTurns(ran.provider);
  } catch (error) {
    log.warn('traffic.turn-not-given', { provider: ran.provider, error });
  }
}

/** The operator's side of the story: one line for what matters, details for what went wrong. */
function tell(before: Job, after: Job, seen: Seen, edges: JobEdges): void {
  const about = { job: after.id, provider: after.provider, attempt: after.attempt?.id };
  const { log, measure } = edges;
  if ('detail' in seen) log.warn(`job.${seen.saw}`, { ...about, detail: seen.detail });
  if (seen.saw === 'submission' && seen.submission.outcome === 'refused') {
    log.warn('provider.refused', { ...about, ...seen.submission.failure });
  }
  if (seen.saw === 'progress' && seen.progress.status === 'failed') {
    log.warn('provider.failed', { ...about, ...seen.progress.failure });
  }
  if (seen.saw === 'picture-refused' || seen.saw === 'clip-refused') {
    log.warn(`job.${seen.saw}`, { ...about, ...seen.failure });
  }
  if (before.state === after.state) return;
  log.info(`job.${after.state}`, { ...about, from: before.state });
  if (!isFinal(after.state)) return;
  const seconds = (edges.now().getTime() - after.acceptedAt.getTime()) / 1000;
  measure.ended(after.state, after.provider, after.failure?.kind ?? 'none', seconds);
  const readyAt = after.attempt?.readyAt;
  if (after.state === 'done' && readyAt != null) {
    measure.delivered(after.provider, (edges.now().getTime() - readyAt.getTime()) / 1000, after.attempt?.looks ?? 0);
  }
  if (after.state !== 'done') tellLoss(before, after, edges);
}

/** Money that may be gone without a clip for it. */
function tellLoss(before: Job, { id, provider, attempt }: Job, { log, providers }: JobEdges): void {
  if (attempt === null || attempt.charged === 'no') return;
  const about = { job: id, provider, attempt: attempt.id, cost: attempt.cost };
  if (before.attempt?.state === 'submitting' || before.attempt?.state === 'unknown') {
    const title = titleOf({ providers }, provider);
    log.error('money.suspect-charge', {
      ...about,
      advice: `${title} may have rendered and charged this; compare with its console.`,
    });
  } else {
    log.warn('money.no-clip', { ...about, charged: attempt.charged });
  }
}
