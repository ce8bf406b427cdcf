/**
 * What a person may ask for. One schema is read three ways: it draws the options of every platform, names the
 * flags of the text grammar, and checks what came back. The rules across fields live in `check-request.ts`.
 */
import { z } from 'zod';
import type { KeptFile } from './media/media.ts';
import { commands } from './texts/en/commands.ts';

/** Our own names, whoever renders: `-pro` means 1080P, `-fast` wants a picture (providers/minimax.md §2). */
export const modelNames = ['2.3-pro', '2.3', '2.3-fast', '2.3-fast-pro', '02-pro', '02', '02-fast'] as const;

/** As a person picks it; each provider translates it to an id of its own. */
export type ModelName = (typeof modelNames)[number];

/** Spelled as MiniMax spells them, with a capital P (providers/minimax.md §3). */
export const resolutions = ['512P', '768P', '1080P'] as const;

/** Which model makes it at which length is in `abilities` of `check-request.ts`. */
export type Resolution = (typeof resolutions)[number];

/** The lengths that MiniMax makes, and 10 not in 1080P (providers/minimax.md §2). */
export const clipSeconds = [6, 10] as const;

/** Not every model and resolution makes both: `abilities` of `check-request.ts` says which. */
export type ClipSeconds = (typeof clipSeconds)[number];

/** The fifteen camera movements of the model, spelled as MiniMax spells them (providers/minimax.md §3). */
export const cameraDirectives = [
  'Truck left',
  'Truck right',
  'Pan left',
  'Pan right',
  'Push in',
  'Pull out',
  'Pedestal up',
  'Pedestal down',
  'Tilt up',
  'Tilt down',
  'Zoom in',
  'Zoom out',
  'Shake',
  'Tracking shot',
  'Static shot',
] as const;

/** What stands between the square brackets of a prompt, spelled exactly so. */
export type CameraDirective = (typeof cameraDirectives)[number];

/** The longest prompt every provider takes (providers/README.md). */
export const promptLimit = 2000;

/** PostgreSQL text holds no NUL and JSON no lone surrogate; neither means anything to a renderer. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

const words = commands.create.options;

/** What a person types or picks. Keys are the option names of every platform. */
export const requestOptions = z.strictObject({
  prompt: z.string().trim().min(1).max(promptLimit).refine(isStorable).describe(words.prompt.description),
  image: z.string().meta({ kind: 'picture' }).optional().describe(words.image.description),
  last_image: z.string().meta({ kind: 'picture' }).optional().describe(words.last_image.description),
  model: z.enum(modelNames).optional().describe(words.model.description),
  duration: z.literal(clipSeconds).default(6).describe(words.duration.description),
  resolution: z.enum(resolutions).optional().describe(words.resolution.description),
  camera: z.enum(cameraDirectives).meta({ hasSuggestions: true }).optional().describe(words.camera.description),
  enhance: z.boolean().default(true).describe(words.enhance.description),
  provider: z
    .string()
    .max(40)
    .optional()
    .meta({ kind: 'provider', hasSuggestions: true })
    .describe(words.provider.description),
});

/** Each option is fine by itself, defaults filled in; whether they fit each other only `checkRequest` says. */
export type RequestOptions = z.output<typeof requestOptions>;

/** A checked request: every choice made, pictures kept. What `offer` reads and the job row stores. */
export interface VideoRequest {
  /** Directives spelled as the model knows them; `camera` already put in front. */
  readonly prompt: string;
  readonly firstFrame?: KeptFile;
  readonly lastFrame?: KeptFile;
  readonly model: ModelName;
  readonly seconds: ClipSeconds;
  readonly resolution: Resolution;
  readonly enhance: boolean;
  /** Only when the person named one. */
  readonly provider?: string;
}
