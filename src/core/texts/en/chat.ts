/** Every sentence a person can read in a chat: what, why, and what would work. Plain text; couriers escape it. */

import type { Ability } from '../../check-request.ts';
import type { ButtonAction } from '../../delivery/delivery.ts';
import type { Failure, FailureKind, Hint } from '../../failure.ts';
import type { VideoRequest } from '../../request.ts';
import type { JobState } from '../../values.ts';
import { createWhen, lengthWords } from '../formats.ts';
import { sayHint } from '../say-hint.ts';
import { formats } from './formats.ts';

const { and, count, or } = formats;

const buttons: Record<ButtonAction, string> = {
  cancel: 'Cancel',
  again: 'Again',
  remix: 'Remix',
  continue: 'Continue',
  retry: 'Retry',
};

const notTaken = 'Nothing was taken from your quota.';

const hints: Record<Hint, (title: string) => string> = {
  'picture-unreadable': () => 'The picture could not be read. Try another one, or the same saved again as JPEG or PNG.',
  'picture-too-small': () => 'The picture is too small.',
  'picture-too-large': () => 'The picture has too many pixels.',
  'picture-too-heavy': () => 'The picture file is too large.',
  'picture-format': () => 'The picture has to be a JPEG, PNG or WebP.',
  'picture-rules': (title) =>
    `${title} takes pictures in JPEG, PNG or WebP, under 20 MB, over 300 pixels on the short side and between 2:5 and 5:2.`,
  'picture-not-taken': () => 'It takes no picture of this kind or size.',
  'real-people': () => 'Realistic pictures of real people are not animated there.',
  'prompt-too-long': () => 'The prompt is too long.',
  'prompt-odd-characters': () => 'The prompt has too many invisible or illegal characters.',
  'prompt-or-picture': (title) =>
    `${title} could not use the prompt or the picture. Try another wording or another picture.`,
};

const failures: Record<FailureKind, (title: string, failure: Failure) => string> = {
  moderation: (title) => `${title} declined this prompt or picture. ${notTaken} Try other words or another picture.`,
  'bad-input': (title, { hint }) =>
    `${title} could not use this request${hint === undefined ? '.' : `: ${sayHint(hints, hint, title)}`} ${notTaken} Change it and try again.`,
  'no-credit': (title) => `${title} cannot render right now; whoever runs this bot has been told. ${notTaken}`,
  'bad-key': (title) => `${title} cannot render right now; whoever runs this bot has been told. ${notTaken}`,
  'rate-limited': (title) => `${title} is too busy right now. ${notTaken} Try again in a few minutes.`,
  unavailable: (title) => `${title} could not be reached or had a fault. ${notTaken} Try again in a few minutes.`,
  'outcome-unknown': (title) =>
    `${title} never answered, so nobody knows whether the render began. ${notTaken} You can try it again.`,
  'not-found': (title) => `${title} lost this render. ${notTaken} You can try it again.`,
  cancelled: (title) => `The render was stopped at ${title}. ${notTaken}`,
  'clip-unusable': (title) => `${title} finished, but what it sent is not a clip. ${notTaken} You can try it again.`,
  'no-provider': () => `Nobody can render this right now. ${notTaken} Try again later, or ask for another model.`,
  undeliverable: () => 'The clip is ready, but it could not be posted here. /hailuo jobs has it for you.',
  deadline: () => `This took longer than it may, so it was given up. ${notTaken} You can try it again.`,
  other: (title) => `${title} refused this render. ${notTaken} You can try it again.`,
};

const stages: Record<Exclude<JobState, 'failed' | 'cancelled'>, (title: string) => string> = {
  opening: () => 'Getting ready.',
  queued: () => 'Waiting for its turn.',
  submitting: (title) => `Handing it to ${title}.`,
  rendering: (title) => `${title} is rendering it.`,
  delivering: () => 'The clip is ready and on its way.',
  done: () => 'Done.',
};

const clips = { one: 'clip', other: 'clips' };

/** One function or text for one sentence, by what it is about. */
export const chat = {
  button: (action: ButtonAction): string => buttons[action],

  stage: (state: Exclude<JobState, 'failed' | 'cancelled'>, title: string): string => stages[state](title),
  done: (seconds: number): string => `Done in ${lengthWords(seconds, formats)}.`,
  /** Between two stages of its own: nothing was handed over yet, so it costs nothing to cancel. */
  waitsForTurn: (title: string): string => `Waiting for a free place at ${title}.`,
  waitsForProvider: (title: string): string => `${title} cannot take it right now; it is tried again by itself.`,
  inLine: (title: string): string => `Waiting in line at ${title}.`,
  answerMissing: (title: string): string =>
    `${title} has not answered yet. Nothing is sent twice; this is being cleared up.`,
  failed: (failure: Failure, title: string): string => failures[failure.kind](title, failure),
  cancelled: (
    how: 'stopped' | 'asked' | 'too-late' | 'not-offered' | 'not-sent' | undefined,
    title: string,
  ): string => {
    switch (how) {
      case undefined:
      case 'not-sent':
      case 'stopped':
        return `Cancelled. ${notTaken}`;
      case 'asked':
        return `Cancelled. ${title} was asked to stop; whatever it still renders is thrown away. ${notTaken}`;
      case 'too-late':
      case 'not-offered':
        return `Cancelled. ${title} cannot stop a render that has begun, so its clip is thrown away. ${notTaken}`;
    }
  },
  summary: ({ model, seconds, resolution }: Pick<VideoRequest, 'model' | 'seconds' | 'resolution'>): string =>
    `Hailuo ${model} · ${seconds} s · ${resolution}`,
  clipCaption: (name: string): string => `Here is your clip, ${name}.`,
  clipLink: (until: string): string => `The file is too large for this place. The link works until ${until}.`,

  overClipsPerDay: (most: number, resetsAt: string): string =>
    most === 0
      ? 'Clips are switched off for you here. An admin can change that.'
      : `You have used your ${count(most, clips)} of today. More ${resetsAt}.`,
  overConcurrent: (most: number): string =>
    most === 0
      ? 'Clips are switched off for you here. An admin can change that.'
      : `You already have ${count(most, clips)} in the making, as many as you may at once. When one is done, the next can start.`,
  nobodyCan: (reasons: readonly string[]): string =>
    reasons.length === 0
      ? 'No provider is switched on here. Whoever runs this bot can change that.'
      : reasons.join(' '),

  animatePrompt: 'The picture comes to life: everything in it moves gently and naturally.',

  remixTitle: 'Remix this clip',
  remixPrompt: 'What should happen instead',
  noSuchJob: 'There is no such clip of yours. /hailuo jobs lists them.',
  nothingRunning: 'None of your clips is in the making.',
  notYours: 'Only the person who asked for this clip can cancel it.',
  notYoursToUse: 'Only the person who asked for this clip, or an admin, can do that. Ask for one of your own.',
  alreadyOver: (id: string): string => `${id} is over already, so there is nothing to cancel.`,
  tooLateToCancel: 'The clip is being posted this moment; it is too late to cancel.',
  cancelling: (id: string): string => `Cancelling ${id}.`,
  clipGone: 'That clip is no longer kept, so it cannot be continued. Make it again first.',
  pictureGone: 'The picture of that clip is no longer kept. Attach it again.',
  /** @param askWith what stands before a prompt, with its space */
  noJobs: (askWith: string): string => `You have made no clips yet. Try ${askWith}a paper boat in a storm [Push in]`,
  jobsTitle: 'Your clips',
  askedFor: (when: string): string => `Asked ${when}.`,

  quotaTitle: 'Your quota today',
  unlimitedClips: 'You may make as many clips as you like.',
  clipsLeft: (left: number, most: number, resetsAt: string): string =>
    `${left} of ${count(most, clips)} left. It starts again ${resetsAt}.`,
  quotaRow: { spent: 'Delivered', held: 'In the making', givenBack: 'Given back' },
  usedOf: (used: number, most: number | null): string => (most === null ? `${used}, no limit` : `${used} of ${most}`),

  helpTitle: 'Making clips',
  helpExample: (askWith: string): string => `Say what should happen: ${askWith}a paper boat in a storm [Push in]`,
  helpPictures: 'Attach a picture and it moves; react with 🎬 to a picture in the channel and it moves too.',
  helpCamera: (directives: readonly string[]): string =>
    `The camera listens to ${and(directives)}, in square brackets.`,
  modelsTitle: 'Models',
  /** What one model makes, without a full stop. */
  model: ({ resolutions, seconds, needsImage, takesLastImage }: Ability): string =>
    [
      or(resolutions),
      `${or(seconds)} s`,
      needsImage ? 'from a picture' : 'from words or a picture',
      ...(takesLastImage ? ['also between two pictures'] : []),
    ].join(', '),
  renderedBy: (titles: readonly string[]): string => `Rendered by ${and(titles)}.`,

  /** `in 5 h 12 min (00:00 UTC)`, `3 min ago`: as exact as it is useful. */
  when: createWhen(formats, {
    ahead: (span) => `in ${span}`,
    past: (span) => `${span} ago`,
    at: (ahead, clock) => `${ahead} (${clock})`,
    soon: 'in a moment',
    justNow: 'just now',
  }),
  /** Whole sentences, one after another. */
  inARow: (sentences: readonly string[]): string => sentences.join(' '),
} as const;
