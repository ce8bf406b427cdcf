/** From what a person typed to a request every provider understands, or to what would be possible instead. Pure. */
import { type CameraCheck, checkCamera, directivesPerBracket } from './camera.ts';
import type { RequestProblem } from './problems.ts';
import {
  type ClipSeconds,
  cameraDirectives,
  type ModelName,
  promptLimit,
  type RequestOptions,
  type Resolution,
  requestOptions,
  type VideoRequest,
} from './request.ts';

/** What a model can do (providers/minimax.md §2; "pro" is the resellers' word for 1080P of the same model). */
export interface Ability {
  readonly resolutions: readonly Resolution[];
  readonly seconds: readonly ClipSeconds[];
  readonly needsImage: boolean;
  readonly takesLastImage: boolean;
  /** The same model at 1080P. */
  readonly pro?: ModelName;
}

/** The one table that every choice and every refusal is read from. */
export const abilities: Readonly<Record<ModelName, Ability>> = {
  '2.3-pro': { resolutions: ['1080P'], seconds: [6], needsImage: false, takesLastImage: false },
  '2.3': { resolutions: ['768P'], seconds: [6, 10], needsImage: false, takesLastImage: false, pro: '2.3-pro' },
  '2.3-fast': { resolutions: ['768P'], seconds: [6, 10], needsImage: true, takesLastImage: false, pro: '2.3-fast-pro' },
  '2.3-fast-pro': { resolutions: ['1080P'], seconds: [6], needsImage: true, takesLastImage: false },
  '02-pro': { resolutions: ['1080P'], seconds: [6], needsImage: false, takesLastImage: true },
  '02': { resolutions: ['768P', '512P'], seconds: [6, 10], needsImage: false, takesLastImage: true, pro: '02-pro' },
  '02-fast': { resolutions: ['512P'], seconds: [6, 10], needsImage: true, takesLastImage: false },
};

/** Which pictures came with the request; they are taken in before or after, whichever the caller likes. */
export interface Pictures {
  readonly image: boolean;
  readonly lastImage: boolean;
}

/** A request with every choice made, or everything that is wrong with it at once. */
export type Checked =
  | { readonly outcome: 'fine'; readonly request: Omit<VideoRequest, 'firstFrame' | 'lastFrame'> }
  | { readonly outcome: 'refused'; readonly problems: readonly RequestProblem[] };

/**
 * @param values option name to value, from any platform; nothing about them is trusted
 * @param providers ids that can be named with `provider`
 */
export function checkRequest(
  values: Readonly<Record<string, unknown>>,
  pictures: Pictures,
  providers: readonly string[],
): Checked {
  const parsed = requestOptions.safeParse(values);
  if (!parsed.success)
    return { outcome: 'refused', problems: parsed.error.issues.map((issue) => problemIn(issue, providers)) };
  const options = parsed.data;

  const camera = checkCamera(options.prompt);
  const problems = problemsWithCamera(camera);
  if (options.provider !== undefined && !providers.includes(options.provider)) {
    problems.push({ kind: 'unknown-provider', written: options.provider, providers });
  }
  const model = chooseModel(options, pictures);
  const resolution = options.resolution ?? abilities[model].resolutions[0] ?? '768P';
  problems.push(...checkModel(model, options, resolution, pictures));
  if (problems.length > 0) return { outcome: 'refused', problems };

  const written = camera.outcome === 'fine' ? camera.prompt : options.prompt;
  const prompt = options.camera === undefined ? written : `[${options.camera}] ${written}`;
  if (options.camera !== undefined && prompt.length > promptLimit) {
    const over = prompt.length - promptLimit;
    return {
      outcome: 'refused',
      problems: [{ kind: 'no-room-for-camera', camera: options.camera, most: promptLimit, over }],
    };
  }
  return {
    outcome: 'fine',
    request: {
      prompt,
      model,
      seconds: options.duration,
      resolution,
      enhance: options.enhance,
      ...(options.provider !== undefined && { provider: options.provider }),
    },
  };
}

/** The model asked for, at the resolution asked for; without a wish, the newest that can do the rest. */
function chooseModel(options: RequestOptions, pictures: Pictures): ModelName {
  const wished = options.model ?? (pictures.lastImage || options.resolution === '512P' ? '02' : '2.3');
  const { pro, resolutions } = abilities[wished];
  return pro !== undefined && options.resolution === '1080P' && !resolutions.includes('1080P') ? pro : wished;
}

function problemsWithCamera(camera: CameraCheck): RequestProblem[] {
  switch (camera.outcome) {
    case 'fine':
      return [];
    case 'unknown':
      return [
        {
          kind: 'unknown-movement',
          written: camera.written,
          nearest: camera.suggestion,
          movements: cameraDirectives,
        },
      ];
    case 'too-many':
      return [{ kind: 'too-many-movements', written: camera.written, most: directivesPerBracket }];
  }
}

function checkModel(
  model: ModelName,
  options: RequestOptions,
  resolution: Resolution,
  pictures: Pictures,
): RequestProblem[] {
  const ability = abilities[model];
  const problems: RequestProblem[] = [];
  if (!ability.resolutions.includes(resolution)) {
    const others = modelsWith(({ resolutions }) => resolutions.includes(resolution));
    problems.push({ kind: 'wrong-resolution', model, can: ability.resolutions, resolution, others });
  }
  if (!ability.seconds.includes(options.duration)) {
    problems.push(
      resolution === '1080P'
        ? { kind: 'too-long-for-1080p', seconds: options.duration, most: 6 }
        : { kind: 'wrong-length', model, can: ability.seconds },
    );
  }
  if (ability.needsImage && !pictures.image) {
    problems.push({ kind: 'needs-picture', model, others: modelsWith(({ needsImage }) => !needsImage) });
  }
  if (pictures.lastImage && !ability.takesLastImage) {
    problems.push({ kind: 'no-last-picture', model, others: modelsWith(({ takesLastImage }) => takesLastImage) });
  } else if (pictures.lastImage && !pictures.image) {
    problems.push({ kind: 'last-picture-alone' });
  }
  // MiniMax lists 512P for image-to-video only, and not between two pictures (providers/minimax.md §2, §3).
  if (model === '02' && resolution === '512P') {
    if (!pictures.image) problems.push({ kind: '512p-needs-picture' });
    if (pictures.lastImage) problems.push({ kind: '512p-not-between' });
  }
  return problems;
}

function modelsWith(test: (ability: Ability) => boolean): ModelName[] {
  return (Object.keys(abilities) as ModelName[]).filter((name) => test(abilities[name]));
}

/** zod's issue as a problem with an option people know. */
function problemIn(
  issue: {
    readonly code?: string | undefined;
    readonly path: readonly PropertyKey[];
    readonly values?: readonly unknown[];
    readonly keys?: readonly string[];
  },
  providers: readonly string[],
): RequestProblem {
  const option = String(issue.path[0] ?? 'request');
  if (issue.code === 'unrecognized_keys') {
    return { kind: 'unknown-option', written: issue.keys ?? [], options: Object.keys(requestOptions.shape) };
  }
  if (issue.code === 'invalid_value' && issue.values !== undefined) {
    return { kind: 'not-a-choice', option, choices: issue.values.map(String) };
  }
  switch (option) {
    case 'prompt':
      return problemWithPrompt(issue.code);
    case 'enhance':
      return { kind: 'not-a-switch', option };
    case 'image':
    case 'last_image':
      return { kind: 'not-a-picture', option };
    case 'provider':
      return { kind: 'unknown-provider', written: null, providers };
    default:
      return { kind: 'unreadable', option };
  }
}

function problemWithPrompt(code: string | undefined): RequestProblem {
  if (code === 'too_big') return { kind: 'prompt-too-long', most: promptLimit };
  return code === 'custom' ? { kind: 'prompt-not-text' } : { kind: 'no-prompt' };
}
