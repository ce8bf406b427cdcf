/**
 * What stands in the way of a clip, as data. Whoever finds it knows nobody's language; `texts/` says it to the person
 * who asked, in theirs (docs/decisions/texts.md). All of it is JSON, so that it may be stored.
 */
import type { CameraDirective, ClipSeconds, ModelName, Resolution } from './request.ts';

/** What is wrong with a request, and what would be possible. `option` and `written` are as people type them. */
export type RequestProblem =
  | { readonly kind: 'no-prompt' }
  | { readonly kind: 'prompt-too-long'; readonly most: number }
  | { readonly kind: 'prompt-not-text' }
  /** `over`: by how many characters. */
  | { readonly kind: 'no-room-for-camera'; readonly camera: string; readonly most: number; readonly over: number }
  | {
      readonly kind: 'unknown-movement';
      readonly written: string;
      readonly nearest: CameraDirective | null;
      readonly movements: readonly CameraDirective[];
    }
  | { readonly kind: 'too-many-movements'; readonly written: string; readonly most: number }
  /** `written` is null where it cannot be shown again. */
  | { readonly kind: 'unknown-provider'; readonly written: string | null; readonly providers: readonly string[] }
  | { readonly kind: 'unknown-option'; readonly written: readonly string[]; readonly options: readonly string[] }
  | { readonly kind: 'not-a-choice'; readonly option: string; readonly choices: readonly string[] }
  | { readonly kind: 'not-a-switch'; readonly option: string }
  | { readonly kind: 'not-a-picture'; readonly option: string }
  | { readonly kind: 'unreadable'; readonly option: string }
  | {
      readonly kind: 'wrong-resolution';
      readonly model: ModelName;
      readonly can: readonly Resolution[];
      readonly resolution: Resolution;
      readonly others: readonly ModelName[];
    }
  | { readonly kind: 'too-long-for-1080p'; readonly seconds: number; readonly most: ClipSeconds }
  | { readonly kind: 'wrong-length'; readonly model: ModelName; readonly can: readonly ClipSeconds[] }
  | { readonly kind: 'needs-picture'; readonly model: ModelName; readonly others: readonly ModelName[] }
  | { readonly kind: 'no-last-picture'; readonly model: ModelName; readonly others: readonly ModelName[] }
  | { readonly kind: 'last-picture-alone' }
  | { readonly kind: '512p-needs-picture' }
  | { readonly kind: '512p-not-between' };

/** What is wrong with a line that was typed as `/hailuo …`. */
export type TypingProblem =
  | { readonly kind: 'no-such-command'; readonly commands: readonly string[] }
  | { readonly kind: 'not-on-or-off'; readonly flag: string }
  | { readonly kind: 'no-value'; readonly flag: string; readonly choices: readonly string[] }
  | { readonly kind: 'takes-no-text'; readonly command: string; readonly said: string }
  | {
      readonly kind: 'no-such-flag';
      readonly flag: string;
      readonly command: string;
      readonly flags: readonly string[];
    };

/** Where a clip begins. */
export type ClipSource = 'text' | 'picture' | 'two-pictures';

/** Why a provider cannot render a request, and what it can. `provider` is its title. */
export type Obstacle =
  | {
      readonly kind: 'not-sold';
      readonly provider: string;
      readonly model: ModelName;
      /** What it renders from a picture instead; the resolution where the model alone does not say it. */
      readonly instead: readonly { readonly model: ModelName; readonly resolution?: Resolution }[];
    }
  | {
      readonly kind: 'not-known-to-sell';
      readonly provider: string;
      readonly model: ModelName;
      readonly others: readonly ModelName[];
    }
  | {
      readonly kind: 'picture-only';
      readonly provider: string;
      readonly model: ModelName;
      readonly others: readonly ModelName[];
    }
  | {
      readonly kind: 'not-from-source';
      readonly provider: string;
      readonly model: ModelName;
      readonly source: ClipSource;
      /** What it is known to render; both may be empty. */
      readonly fromText: readonly ModelName[];
      readonly fromPicture: readonly ModelName[];
    }
  | {
      readonly kind: 'other-renders';
      readonly provider: string;
      readonly model: ModelName;
      readonly source: ClipSource;
      readonly renders: readonly { readonly seconds: ClipSeconds; readonly resolution: Resolution }[];
    }
  | {
      readonly kind: 'other-lengths';
      readonly provider: string;
      readonly seconds: ClipSeconds;
      readonly can: readonly ClipSeconds[];
    }
  | {
      readonly kind: 'other-resolutions';
      readonly provider: string;
      readonly resolution: Resolution;
      readonly can: readonly Resolution[];
    }
  | {
      readonly kind: 'no-last-picture';
      readonly provider: string;
      readonly model: ModelName;
      /** Those it can end on a picture; may be empty. */
      readonly others: readonly ModelName[];
    }
  | { readonly kind: 'not-known-to-end'; readonly provider: string }
  | { readonly kind: 'last-picture-alone'; readonly provider: string }
  | { readonly kind: 'picture-formats'; readonly provider: string; readonly formats: readonly string[] }
  | { readonly kind: 'no-way-for-picture'; readonly provider: string }
  /** Everybody who could is without a key or without money. */
  | { readonly kind: 'all-away' };

/** Where what comes may not be exactly what was asked for. `provider` is its title. */
export type OfferNote =
  | { readonly kind: 'version-unsaid'; readonly provider: string; readonly isPromptRewritingUnsaid: boolean }
  | { readonly kind: 'length-contradicted'; readonly provider: string; readonly said: number; readonly seconds: number }
  | {
      readonly kind: 'resolution-unsaid';
      readonly provider: string;
      readonly model: ModelName;
      readonly elsewhere: Resolution;
    };
