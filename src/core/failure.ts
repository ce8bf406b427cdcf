/** What went wrong, as data: whoever meets a failure never guesses from a message. */

/**
 * - `moderation`: the prompt, the picture or the clip was refused; no other provider is tried.
 * - `bad-input`: the provider cannot read what it was sent; the person can change it.
 * - `no-credit`, `bad-key`: the operator's matter; another provider is tried.
 * - `rate-limited`: too many requests or renders at once; waiting helps.
 * - `unavailable`: a fault on their side, or nothing was sent at all; waiting may help.
 * - `outcome-unknown`: a paid call went out and its answer never came.
 * - `not-found`: the provider no longer knows the job.
 * - `cancelled`: the render was stopped, by us or in the provider's console.
 * - `clip-unusable`: a clip was promised, and what came is not one, or cannot be fetched.
 * - `no-provider`: nobody configured can render this request now.
 * - `undeliverable`: the clip is kept, but no place accepted the message.
 * - `deadline`: the job's time was over.
 * - `other`: a refusal nobody has a name for.
 */
export const failureKinds = [
  'moderation',
  'bad-input',
  'no-credit',
  'bad-key',
  'rate-limited',
  'unavailable',
  'outcome-unknown',
  'not-found',
  'cancelled',
  'clip-unusable',
  'no-provider',
  'undeliverable',
  'deadline',
  'other',
] as const;

/** With `charged` it decides whether another provider is asked; what each one means stands at `failureKinds`. */
export type FailureKind = (typeof failureKinds)[number];

/**
 * What the person could change, when the provider told us:
 * - `picture-…`: it cannot be read, has too few or too many pixels, is too many bytes, has the wrong format or shape,
 *   or cannot be handed over at all;
 * - `real-people`: the provider animates no pictures of them;
 * - `prompt-…`: it is too long, holds what is no text, or the provider did not say what of prompt and picture is wrong.
 */
export type Hint =
  | 'picture-unreadable'
  | 'picture-too-small'
  | 'picture-too-large'
  | 'picture-too-heavy'
  | 'picture-format'
  | 'picture-rules'
  | 'picture-not-taken'
  | 'real-people'
  | 'prompt-too-long'
  | 'prompt-odd-characters'
  | 'prompt-or-picture';

/** A definite no or a loss, with its decision: what it cost, and whether and when asking again is worth it. */
export interface Failure {
  readonly kind: FailureKind;
  /** Whether this attempt cost money as far as anyone can tell. */
  readonly charged: 'no' | 'yes' | 'unknown';
  /** After how long a retry at the same provider is worth it; absent: it is pointless. */
  readonly retryAfterMs?: number;
  /** The provider's own code, for the operator and for `simulate`. */
  readonly code?: string;
  /** The provider's own words and status. For the log; never shown to a person in a chat. */
  readonly detail: string;
  readonly hint?: Hint;
}
