/** The only part of a step that talks to strangers: one look at the outside, told as a value. */
import { createHash } from 'node:crypto';
import { deliver } from '../delivery/deliver.ts';
import type { ClipPost, Courier, StatusView } from '../delivery/delivery.ts';
import type { Failure } from '../failure.ts';
import { NotSentError } from '../http.ts';
import { choose, type Offered } from '../providers/choose.ts';
import { placePicture } from '../providers/place-picture.ts';
import { CallRefusedError, type PacedCall, type Progress, type VideoProvider } from '../providers/provider.ts';
import { textsFor } from '../texts/texts.ts';
import type { AttemptId, JsonValue } from '../values.ts';
import type { Seen } from './decide.ts';
import { type JobEdges, providerOf, rendererOf } from './edges.ts';
import { fieldFor } from './field.ts';
import type { Job, JobProgress } from './job.ts';
import { buttonsOf, toStatusView, withNote } from './status-view.ts';

/** What one worker knows of a job from the moment it wrote it: nobody else can have acted on it since. */
export interface Fresh {
  /** The attempt this worker has just written, so that its paid call has certainly not left yet. */
  readonly attempt?: AttemptId;
  readonly frames?: Frames;
  /** The post this worker has just written down: there can be no earlier message to look for. */
  readonly post?: boolean;
}

/** Where the provider can read the pictures. Not stored: a data URI is megabytes. */
export interface Frames {
  readonly firstFrame?: string;
  readonly lastFrame?: string;
}

/** What one look brings back: `seen` goes to `decide`, `frames` stay with the worker that placed the pictures. */
export interface Look {
  readonly seen: Seen;
  readonly frames?: Frames;
}

/**
 * One look at whoever this state waits for. A fault of theirs is something seen, not thrown. The paid call leaves only
 * when `fresh` says that this worker has just written its attempt.
 */
export async function look(job: Job, fresh: Fresh, edges: JobEdges): Promise<Look> {
  switch (job.state) {
    case 'opening':
      return { seen: await openStatus(job, edges) };
    case 'queued':
      return chooseProvider(job, edges);
    case 'submitting':
      return { seen: job.attempt?.id === fresh.attempt ? await submit(job, fresh, edges) : await lookUp(job, edges) };
    case 'rendering':
      return { seen: await poll(job, edges) };
    case 'delivering':
      return { seen: job.clip === null ? await keepClip(job, edges) : await postClip(job, fresh, edges) };
    case 'done':
    case 'failed':
    case 'cancelled':
      return { seen: await tell(job, edges) };
  }
}

async function openStatus(job: Job, edges: JobEdges): Promise<Seen> {
  const shown = await showStatus(job, toStatusView(job, rendererOf(edges, job), []), edges);
  return shown.outcome === 'shown'
    ? { saw: 'opened', message: shown.message }
    : { saw: 'not-opened', detail: shown.detail };
}

/** How long before asking again what a provider can do that has not told this process yet. */
const catalogueMs = 10_000;

async function chooseProvider(job: Job, edges: JobEdges): Promise<Look> {
  const field = await fieldFor(job.benched, edges);
  // Whoever holds a turn is counted already: its slot is not somebody else's.
  const heldTurn = job.turnUntil !== null && job.turnUntil > edges.now() ? job.line : null;
  const choice = choose(job.request, {
    ...field,
    standpoint(provider) {
      const general = field.standpoint(provider);
      return provider.id === heldTurn && general.is === 'full' ? { is: 'free' } : general;
    },
  });
  switch (choice.outcome) {
    case 'nobody':
      // Admitted by a process that knew more than this one does yet: it is not given up for that.
      return choice.isProvisional
        ? { seen: { saw: 'all-away', provider: job.provider, until: new Date(edges.now().getTime() + catalogueMs) } }
        : { seen: { saw: 'nobody' } };
    case 'wait':
      return { seen: { saw: 'all-away', provider: choice.provider.id, until: choice.until } };
    case 'chosen':
      return goTo(choice.provider, choice.offer, job, edges);
  }
}

/** Stands in line, asks whether a call may leave, hands the pictures over: then the attempt can be written. */
async function goTo(provider: VideoProvider, offer: Offered, job: Job, edges: JobEdges): Promise<Look> {
  const { traffic } = edges;
  if (!(await traffic.takeTurn(provider, job))) {
    return { seen: { saw: 'in-line', provider: provider.id, place: await traffic.placeOf(provider.id, job.id) } };
  }
  const leave = await traffic.ask(provider, 'submit');
  if (!leave.may) return { seen: { saw: 'all-away', provider: provider.id, until: leave.until } };
  const probed = leave.isProbe ? await probe(provider, edges) : null;
  if (probed !== null) return { seen: { saw: 'all-away', provider: provider.id, until: probed } };
  const placed = await placeFrames(job, provider, edges);
  if ('saw' in placed) return { seen: placed };
  const attempt = edges.newId() as AttemptId;
  return { seen: { saw: 'chosen', provider: provider.id, offer, attempt }, frames: placed };
}

/**
 * Before the one paid call that tries an open breaker, a free one: a job is not put into doubt where a question would
 * have told. Null: go on.
 */
async function probe(provider: VideoProvider, edges: JobEdges): Promise<Date | null> {
  if (provider.inspect === undefined) return null;
  const failure = await failureOfInspection(provider);
  if (failure === null) return null;
  await edges.traffic.heard(provider, 'submit', failure);
  return new Date(edges.now().getTime() + 1000);
}

async function failureOfInspection(provider: VideoProvider): Promise<Failure | null> {
  try {
    return (await provider.inspect?.())?.failure ?? null;
  } catch (error) {
    return failureIn(error);
  }
}

async function placeFrames(job: Job, provider: VideoProvider, edges: JobEdges): Promise<Frames | Seen> {
  const { firstFrame, lastFrame } = job.request;
  const publicUrl = edges.settings.publicUrl;
  const pictureEdges = {
    pathOf: edges.media.pathOf,
    ...(publicUrl !== '' && {
      publicLink: (file: { id: Parameters<typeof edges.media.link>[0] }) =>
        publicUrl + edges.media.link(file.id, job.deadlineAt),
    }),
  };
  const frames: { firstFrame?: string; lastFrame?: string } = {};
  for (const [name, picture] of [
    ['firstFrame', firstFrame],
    ['lastFrame', lastFrame],
  ] as const) {
    if (picture === undefined) continue;
    try {
      const placed = await placePicture(provider, picture, pictureEdges);
      if (placed.outcome === 'refused') {
        return { saw: 'picture-refused', provider: provider.id, failure: placed.failure };
      }
      frames[name] = placed.address;
    } catch (error) {
      const failure = failureIn(error);
      await edges.traffic.heard(provider, 'upload', failure);
      return { saw: 'picture-refused', provider: provider.id, failure };
    }
  }
  return frames;
}

/** The paid call: at most once for each written attempt. */
async function submit(job: Job, fresh: Fresh, edges: JobEdges): Promise<Seen> {
  const attempt = job.attempt;
  const provider = providerOf(edges, job.provider);
  if (attempt === null || provider === undefined)
    return { saw: 'not-sent', detail: `${job.provider} is not switched on` };
  const callBackUrl = edges.callBackUrl(provider.id, attempt.id);
  try {
    const submission = await provider.submit({
      attempt: attempt.id,
      model: attempt.model,
      body: attempt.body,
      ...fresh.frames,
      ...(callBackUrl !== undefined && { callBackUrl }),
    });
    await noteHeard(provider, 'submit', submission.outcome === 'refused' ? submission.failure : null, edges);
    return { saw: 'submission', submission, history: await historyOrNothing(job, edges) };
  } catch (error) {
    await noteHeard(provider, 'submit', failureIn(error), edges);
    return error instanceof NotSentError
      ? { saw: 'not-sent', detail: inWords(error) }
      : { saw: 'answer-lost', detail: inWords(error) };
  }
}

/** A submit whose answer nobody has: found by its call-back, by asking where that is offered, or not at all. */
async function lookUp(job: Job, edges: JobEdges): Promise<Seen> {
  const attempt = job.attempt;
  if (attempt?.callBackTicket != null) return { saw: 'ticket-found', ticket: attempt.callBackTicket, by: 'call-back' };
  const provider = providerOf(edges, job.provider);
  if (attempt === null || provider?.lookUp === undefined) return { saw: 'still-unknown' };
  const leave = await edges.traffic.ask(provider, 'look');
  if (!leave.may) return { saw: 'still-unknown' };
  try {
    const ticket = await provider.lookUp(attempt.id);
    await noteHeard(provider, 'look', null, edges);
    return ticket === null ? { saw: 'never-arrived' } : { saw: 'ticket-found', ticket, by: 'look-up' };
  } catch (error) {
    edges.log.warn('job.look-up-failed', {
      job: job.id,
      attempt: attempt.id,
      provider: provider.id,
      detail: inWords(error),
    });
    // Anything else may be the provider's "I cannot say", which is no fault of its looks.
    if (error instanceof CallRefusedError) await noteHeard(provider, 'look', error.failure, edges);
    else if (leave.isProbe) await edges.traffic.giveBack(provider, 'look');
    return { saw: 'still-unknown' };
  }
}

async function poll(job: Job, edges: JobEdges): Promise<Seen> {
  const provider = providerOf(edges, job.provider);
  const attempt = job.attempt;
  if (provider === undefined || attempt?.ticket == null) {
    return { saw: 'look-failed', detail: `${job.provider} is not switched on, or its ticket is missing` };
  }
  const leave = await edges.traffic.ask(provider, 'look');
  if (!leave.may) return { saw: 'held-back', until: leave.until };
  edges.measure.looked(provider.id);
  try {
    const progress = await askForProgress(provider, attempt.ticket, edges);
    return { saw: 'progress', progress, history: await historyOrNothing(job, edges) };
  } catch (error) {
    return { saw: 'look-failed', detail: inWords(error), failure: failureIn(error) };
  }
}

/** Tells the traffic what came of it. */
async function askForProgress(provider: VideoProvider, ticket: JsonValue, edges: JobEdges): Promise<Progress> {
  try {
    const progress = await provider.poll(ticket);
    await noteHeard(provider, 'look', accountFailureIn(progress), edges);
    return progress;
  } catch (error) {
    await noteHeard(provider, 'look', failureIn(error), edges);
    throw error;
  }
}

async function keepClip(job: Job, edges: JobEdges): Promise<Seen> {
  const provider = providerOf(edges, job.provider);
  const ticket = job.attempt?.ticket;
  if (provider === undefined || ticket == null) {
    return {
      saw: 'clip-refused',
      failure: {
        kind: 'unavailable',
        charged: 'yes',
        retryAfterMs: 5000,
        detail: `${job.provider} is not switched on`,
      },
    };
  }
  const asksForLink = isLinkDoubtful(job, edges.now());
  if (asksForLink) {
    const leave = await edges.traffic.ask(provider, 'look');
    if (!leave.may) return { saw: 'held-back', until: leave.until };
  }
  try {
    const kept =
      provider.fetchClip === undefined
        ? await edges.media.keepClip({
            url: asksForLink ? await newLink(job, provider, ticket, edges) : (job.progress.videoUrl ?? ''),
          })
        : await edges.media.keepClip({ write: (path) => provider.fetchClip?.(ticket, path) ?? Promise.resolve() });
    if (kept.outcome === 'refused') return { saw: 'clip-refused', failure: kept.failure };
    return { saw: 'clip-kept', clip: kept.clip.id, poster: kept.poster.id, nonce: nonceOf(job) };
  } catch (error) {
    return {
      saw: 'clip-refused',
      failure: { kind: 'unavailable', charged: 'yes', retryAfterMs: 1000, detail: inWords(error) },
    };
  }
}

/** Some providers renew it (minimax.md §5). */
async function newLink(job: Job, provider: VideoProvider, ticket: JsonValue, edges: JobEdges): Promise<string> {
  const progress = await askForProgress(provider, ticket, edges);
  if (progress.status === 'ready' && progress.videoUrl !== undefined) return progress.videoUrl;
  return job.progress.videoUrl ?? '';
}

/** Half of what the shortest link lives (minimax.md §5). */
const linkFreshMs = 1_800_000;

/** It may have expired: something went wrong with it, or it was told long ago, before whoever should fetch it died. */
function isLinkDoubtful({ faults, progress, stateSince }: Job, now: Date): boolean {
  return faults > 0 || progress.videoUrl === undefined || now.getTime() - stateSince.getTime() > linkFreshMs;
}

/** The same whenever it is asked for, so that a platform and a look-back know the message again. */
export function nonceOf(job: Pick<Job, 'id'>): string {
  return createHash('sha256').update(`clip:${job.id}`).digest('base64url').slice(0, 25);
}

async function postClip(job: Job, fresh: Fresh, edges: JobEdges): Promise<Seen> {
  const courier = edges.courierFor(job.destination);
  if (courier === undefined) return { saw: 'unreachable', detail: `${job.destination.platform} is not switched on` };
  try {
    if (fresh.post !== true) {
      const earlier = await courier.find(job.destination, { job: job.id, nonce: job.post?.nonce ?? nonceOf(job) });
      if (earlier !== null) return { saw: 'posted', message: earlier };
    }
    const clip = job.clip === null ? null : await edges.media.find(job.clip);
    if (clip === null) return { saw: 'unreachable', detail: 'the kept clip is gone' };
    const posted = await deliver(courier, job.destination, clip, await toPost(job, edges), {
      media: edges.media,
      publicUrl: edges.settings.publicUrl,
      now: edges.now,
    });
    if (posted.outcome === 'posted') return { saw: 'posted', message: posted.message };
    return { saw: 'unreachable', detail: posted.outcome === 'unreachable' ? posted.detail : posted.outcome };
  } catch (error) {
    return { saw: 'post-failed', detail: inWords(error) };
  }
}

async function toPost(job: Job, edges: JobEdges): Promise<Omit<ClipPost, 'as' | 'clip'>> {
  const texts = textsFor(job.asker.locale);
  return {
    job: job.id,
    nonce: job.post?.nonce ?? nonceOf(job),
    asker: { person: job.asker.person, name: job.asker.name },
    locale: job.asker.locale,
    prompt: job.request.prompt,
    caption: withNote(texts.clipCaption(job.asker.name), rendererOf(edges, job).note, texts),
    poster: job.poster === null ? null : await edges.media.find(job.poster),
    buttons: buttonsOf({ id: job.id, state: 'done' }, texts),
    status: job.statusMessage,
  };
}

async function tell(job: Job, edges: JobEdges): Promise<Seen> {
  const shown = await showStatus(job, toStatusView(job, rendererOf(edges, job), []), edges);
  return shown.outcome === 'shown'
    ? { saw: 'told', message: shown.message }
    : { saw: 'not-told', detail: shown.detail };
}

type Shown =
  | { readonly outcome: 'shown'; readonly message: JsonValue }
  | { readonly outcome: 'not-shown'; readonly detail: string };

/** Opens or edits the status message. */
export async function showStatus(job: Job, view: StatusView, edges: JobEdges): Promise<Shown> {
  const courier: Courier | undefined = edges.courierFor(job.destination);
  if (courier === undefined) return { outcome: 'not-shown', detail: `${job.destination.platform} is not switched on` };
  try {
    return { outcome: 'shown', message: await courier.showStatus(job.destination, job.statusMessage, view) };
  } catch (error) {
    return { outcome: 'not-shown', detail: inWords(error) };
  }
}

/** Stops the render where that is offered; elsewhere it goes on and is dropped. */
export async function stopRender(
  job: Job,
  fresh: Fresh,
  edges: JobEdges,
): Promise<NonNullable<JobProgress['cancellation']>> {
  const attempt = job.attempt;
  // An attempt found written and not answered may have left, whoever wrote it; only one's own last line has not.
  if (attempt === null || attempt.charged === 'no' || attempt.id === fresh.attempt) return 'not-sent';
  if (attempt.endedAt !== null) return 'too-late';
  const provider = providerOf(edges, job.provider);
  if (attempt.ticket === null || provider?.cancel === undefined) return 'not-offered';
  try {
    return await provider.cancel(attempt.ticket);
  } catch (error) {
    edges.log.warn('provider.cancel-failed', { job: job.id, provider: job.provider, error });
    return 'asked';
  }
}

/** What a provider has answered is never lost for want of a history: without one, looks are merely less clever. */
export async function historyOrNothing(job: Job, edges: JobEdges): Promise<number[]> {
  try {
    return await historyOf(job, edges);
  } catch (error) {
    edges.log.warn('job.history-unread', { job: job.id, error });
    return [];
  }
}

/** Seconds that the last renders of the current attempt's kind took, shortest first; empty without an attempt. */
function historyOf(job: Job, edges: JobEdges): Promise<number[]> {
  if (job.attempt === null) return Promise.resolve([]);
  return edges.store.history({ request: job.request, provider: job.attempt.provider, model: job.attempt.model });
}

/** What a call that threw tells of the provider: its own word where it gave one. */
function failureIn(error: unknown): Failure {
  if (error instanceof CallRefusedError) return error.failure;
  return { kind: 'unavailable', charged: 'no', retryAfterMs: 1000, detail: inWords(error) };
}

/** A render that failed tells nothing of the service, unless it was for want of money or a key. */
function accountFailureIn(progress: Progress): Failure | null {
  if (progress.status !== 'failed') return null;
  const { failure } = progress;
  return failure.kind === 'no-credit' || failure.kind === 'bad-key' ? failure : null;
}

/** After a paid call nothing may get between its answer and the ledger: what cannot be noted is only logged. */
async function noteHeard(
  provider: VideoProvider,
  call: PacedCall,
  failure: Failure | null,
  edges: JobEdges,
): Promise<void> {
  try {
    await edges.traffic.heard(provider, call, failure);
  } catch (error) {
    edges.log.warn('traffic.not-noted', { provider: provider.id, error });
  }
}

/** Without causes: theirs are foreign words, which may quote an address with its signature. */
function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
