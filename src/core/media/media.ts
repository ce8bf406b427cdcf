/** Pictures in and clips out, as the rest of core sees them. */
import type { Failure } from '../failure.ts';
import type { PictureProblem } from '../picture-problem.ts';
import type { MediaId } from '../values.ts';

/** A file of ours under `DATA_DIR`, named by its hash. */
export interface KeptFile {
  readonly id: MediaId;
  readonly kind: 'picture' | 'clip' | 'poster';
  /** The content type found in the bytes, never the one somebody claimed. */
  readonly type: string;
  readonly bytes: number;
  /** Pixels as shown, after EXIF rotation. */
  readonly width: number;
  readonly height: number;
  /** Length of a clip; absent for pictures. */
  readonly seconds?: number;
}

/** A picture as a person handed it over. */
export type IncomingPicture =
  | { readonly from: 'upload'; readonly bytes: Uint8Array; readonly name?: string }
  | {
      readonly from: 'url';
      readonly url: string;
      /** Sent to that origin only, never after a redirect to another: a platform's file token. */
      readonly headers?: Readonly<Record<string, string>>;
    };

/** `problem`: for the person. `detail`: for the log. */
export type Intake =
  | { readonly outcome: 'kept'; readonly picture: KeptFile }
  | { readonly outcome: 'refused'; readonly problem: PictureProblem; readonly detail: string };

/** What became of a clip. The same bytes again are the same clip; a refusal is always charged: the render was done. */
export type ClipIntake =
  | { readonly outcome: 'kept'; readonly clip: KeptFile; readonly poster: KeptFile }
  | { readonly outcome: 'refused'; readonly failure: Failure };

/** What jobs and delivery need of media; `createMedia` makes the real one. */
export interface Media {
  /** Fetches, recognises, mends and keeps a picture. Same bytes, same id. */
  takeIn(picture: IncomingPicture): Promise<Intake>;
  /** Fetches a provider's clip through the guard while hashing it, checks that it is a video and keeps it with its poster. */
  keepClip(source: { readonly url: string } | { readonly write: (path: string) => Promise<void> }): Promise<ClipIntake>;
  /** The clip's last frame as a picture, for Continue. */
  lastFrame(clip: MediaId): Promise<KeptFile>;
  /** A copy of the clip no larger than this, or null when no sensible quality fits. */
  fit(clip: MediaId, maxBytes: number): Promise<KeptFile | null>;
  /** Looks a kept file up; null when retention has swept it. Marks it as used. */
  find(id: MediaId): Promise<KeptFile | null>;
  /** Where its bytes are. */
  pathOf(file: Pick<KeptFile, 'id' | 'type'>): string;
  /** A signed link, relative to the public address, that opens until the given time. */
  link(id: MediaId, expiresAt: Date): string;
}
