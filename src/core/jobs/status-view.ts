/** A job as its status message shows it. Pure. */
import type { Button, ButtonAction, StatusView } from '../delivery/delivery.ts';
import type { OfferNote } from '../problems.ts';
import { type Texts, textsFor } from '../texts/texts.ts';
import type { Job } from './job.ts';
import { expectedSeconds } from './look-schedule.ts';

/** What people are told of who renders it. */
export interface RendererView {
  readonly title: string;
  /** Where what comes may not be exactly what was asked for. */
  readonly note: OfferNote | undefined;
}

/**
 * In the language of whoever asked for it.
 * @param history seconds of the last renders of this kind, shortest first
 */
export function toStatusView(job: Job, renderer: RendererView, history: readonly number[]): StatusView {
  const texts = textsFor(job.asker.locale);
  const renderingSince = job.state === 'rendering' ? (job.attempt?.acceptedAt ?? null) : null;
  const expected = renderingSince === null ? null : expectedSeconds(history);
  const startSeconds = renderingSince === null ? 0 : renderingSince.getTime() / 1000;
  return {
    job: job.id,
    state: job.state,
    asker: { person: job.asker.person, name: job.asker.name },
    locale: job.asker.locale,
    prompt: job.request.prompt,
    summary: texts.summary(job.request),
    sentence: sayState(job, renderer, texts),
    provider: job.attempt === null ? null : renderer.title,
    acceptedAt: Math.floor(job.acceptedAt.getTime() / 1000),
    renderingSince: renderingSince === null ? null : Math.floor(startSeconds),
    expected:
      expected === null
        ? null
        : { from: Math.round(startSeconds + expected.from), to: Math.ceil(startSeconds + expected.to) },
    // Providers tell how many are before it; people count from one.
    place: isInLine(job) && job.progress.place !== undefined ? job.progress.place + 1 : null,
    fraction: job.state === 'rendering' ? (job.progress.fraction ?? null) : null,
    // The clip's own message carries the buttons of a finished job: one row of them is enough.
    buttons: job.state === 'done' ? [] : buttonsOf(job, texts),
  };
}

/** The stage, or why it ended; while it renders, with what may come out differently. */
export function sayState(job: Job, { title, note }: RendererView, texts: Texts): string {
  const sentence = sentenceOf(job, title, texts);
  return job.state === 'rendering' ? withNote(sentence, note, texts) : sentence;
}

/** One sentence after the other. */
export function withNote(sentence: string, note: OfferNote | undefined, texts: Texts): string {
  return note === undefined ? sentence : texts.inARow([sentence, texts.problems.note(note)]);
}

/** Ours before it is handed over, the provider's after. */
function isInLine({ state }: Job): boolean {
  return state === 'queued' || state === 'rendering';
}

function sentenceOf(job: Job, title: string, texts: Texts): string {
  if (job.state === 'failed') {
    return texts.failed(job.failure ?? { kind: 'other', charged: 'unknown', detail: 'no reason was kept' }, title);
  }
  if (job.state === 'done' && job.endedAt !== null) {
    return texts.done((job.endedAt.getTime() - job.acceptedAt.getTime()) / 1000);
  }
  if (job.state === 'cancelled') return texts.cancelled(job.progress.cancellation, title);
  if (job.state === 'submitting' && job.attempt?.state === 'unknown') return texts.answerMissing(title);
  if (job.state === 'queued' && job.progress.waitsFor === 'turn') return texts.waitsForTurn(title);
  if (job.state === 'queued' && job.progress.waitsFor === 'provider') return texts.waitsForProvider(title);
  if (job.state === 'rendering' && job.progress.place !== undefined) return texts.inLine(title);
  return texts.stage(job.state, title);
}

/** What a person may press under the job in this state. */
export function buttonsOf(job: Pick<Job, 'id' | 'state'>, texts: Texts): Button[] {
  const button = (action: ButtonAction): Button => ({ action, job: job.id, label: texts.button(action) });
  switch (job.state) {
    case 'opening':
    case 'queued':
    case 'submitting':
    case 'rendering':
      return [button('cancel')];
    case 'delivering':
      return [];
    case 'failed':
    case 'cancelled':
      return [button('retry'), button('remix')];
    case 'done':
      return [button('again'), button('remix'), button('continue')];
  }
}
