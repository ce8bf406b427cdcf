/** What a chat platform must offer so that any worker can speak in it. */
import type { KeptFile } from '../media/media.ts';
import type { Destination, JobId, JobState, JsonValue } from '../values.ts';

/** In the order they are shown. Each leads back into a command, whichever process sees the click. */
export type ButtonAction = 'cancel' | 'again' | 'remix' | 'continue' | 'retry';

/** What can be pressed under a message. Action and job are all that has to come back; the label is plain text. */
export interface Button {
  readonly action: ButtonAction;
  readonly job: JobId;
  readonly label: string;
}

/** What a job's one status message shows. Text is plain; the courier escapes it and lets nobody be pinged. */
export interface StatusView {
  readonly job: JobId;
  readonly state: JobState;
  readonly asker: { readonly person: string; readonly name: string };
  /** BCP 47: the asker's language, for what the courier itself has to say. */
  readonly locale: string;
  readonly prompt: string;
  /** `Hailuo 2.3 · 6 s · 768P` */
  readonly summary: string;
  /** One plain sentence: the stage, or why it ended. */
  readonly sentence: string;
  readonly provider: string | null;
  /** Seconds since the epoch, so that clients tick by themselves. */
  readonly acceptedAt: number;
  readonly renderingSince: number | null;
  /** When the clip is expected, as a range; null while nobody can tell. */
  readonly expected: { readonly from: number; readonly to: number } | null;
  /** 1 is next; null when not in a line. */
  readonly place: number | null;
  /** 0 to 1 where the provider tells. */
  readonly fraction: number | null;
  readonly buttons: readonly Button[];
}

/** The message that brings the clip, one for each job. Text is plain; the courier escapes it. */
export interface ClipPost {
  readonly job: JobId;
  /** At most 25 characters, the same whenever this job is posted, so that a platform or a look-back can recognise it. */
  readonly nonce: string;
  readonly asker: { readonly person: string; readonly name: string };
  /** BCP 47: the asker's language. */
  readonly locale: string;
  readonly prompt: string;
  /** A plain sentence to go with the clip. */
  readonly caption: string;
  readonly clip: KeptFile;
  readonly poster: KeptFile | null;
  /**
   * - `file`: attach `path`;
   * - `link`: no file fits here: the poster, and the link, relative where there is no public address.
   */
  readonly as:
    | { readonly kind: 'file'; readonly path: string; readonly name: string }
    | { readonly kind: 'link'; readonly url: string };
  readonly buttons: readonly Button[];
  /** The status message, when there is one: the clip goes into its thread. */
  readonly status: JsonValue | null;
}

/** What became of a `post`, where that is certain; not knowing is thrown. */
export type Posted =
  | { readonly outcome: 'posted'; readonly message: JsonValue }
  /** The next rung of the ladder is tried. */
  | { readonly outcome: 'too-large' }
  /** No file of any size is taken there; a link may be. */
  | { readonly outcome: 'no-files'; readonly detail: string }
  /** Nothing was posted, and nothing will be here; the clip stays fetchable with `/hailuo jobs`. */
  | { readonly outcome: 'unreachable'; readonly detail: string };

/**
 * Speaks for one platform. A call that throws says "we do not know": it is repeated, so every verb
 * must find what an earlier call already did.
 */
export interface Courier {
  readonly platform: string;
  /**
   * Opens the status message, or edits the one at `message`. Returns its address. When it was deleted, opens another.
   * The core calls this no oftener than `editIntervalMs` for one job, and always for the last state.
   */
  showStatus(destination: Destination, message: JsonValue | null, status: StatusView): Promise<JsonValue>;
  readonly editIntervalMs: number;
  /** The largest file this place takes now, in bytes; null: no limit. */
  uploadLimitBytes(destination: Destination): Promise<number | null>;
  /** Posts the clip. Finding the earlier post of this nonce is `find`'s business, asked before any repeat. */
  post(destination: Destination, clip: ClipPost): Promise<Posted>;
  /** The message that carries this nonce, when an earlier `post` arrived although its answer did not. */
  find(destination: Destination, clip: Pick<ClipPost, 'job' | 'nonce'>): Promise<JsonValue | null>;
}
