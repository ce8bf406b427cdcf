/** What ToAPIs sells of Hailuo, as data (providers/toapis.md §2, §3). It publishes no price in money (§12). */
import type { Obstacle } from '../../problems.ts';
import type { ClipSeconds, ModelName, Resolution, VideoRequest } from '../../request.ts';
import type { Offer } from '../provider.ts';

/** As people read it. */
const provider = 'ToAPIs';

interface Model {
  /** As written here: whether other cases work is unknown (§2). */
  readonly id: string;
  /** There is no "pro" at ToAPIs: it is 1080P of the same model. */
  readonly fromText: readonly Render[];
  readonly fromPicture: readonly Render[];
  readonly takesLastFrame?: boolean;
}

interface Render {
  readonly seconds: ClipSeconds;
  readonly resolution: Resolution;
}

const in768P: readonly Render[] = [
  { seconds: 6, resolution: '768P' },
  { seconds: 10, resolution: '768P' },
];
/** 10 seconds are not made in 1080P (§3). */
const in1080P: readonly Render[] = [{ seconds: 6, resolution: '1080P' }];
const in512P: readonly Render[] = [
  { seconds: 6, resolution: '512P' },
  { seconds: 10, resolution: '512P' },
];

/** 512P from a picture only: ToAPIs' page says both, and MiniMax, which renders it, lists it for pictures (§3). */
export const models: Readonly<Record<ModelName, Model | null>> = {
  '2.3-pro': { id: 'MiniMax-Hailuo-2.3', fromText: in1080P, fromPicture: in1080P },
  '2.3': { id: 'MiniMax-Hailuo-2.3', fromText: in768P, fromPicture: in768P },
  '2.3-fast': { id: 'MiniMax-Hailuo-2.3-Fast', fromText: [], fromPicture: in768P },
  '2.3-fast-pro': { id: 'MiniMax-Hailuo-2.3-Fast', fromText: [], fromPicture: in1080P },
  '02-pro': { id: 'MiniMax-Hailuo-02', fromText: in1080P, fromPicture: in1080P, takesLastFrame: true },
  '02': { id: 'MiniMax-Hailuo-02', fromText: in768P, fromPicture: [...in768P, ...in512P], takesLastFrame: true },
  '02-fast': null,
};

/** Pure. Only what the table lists is offered; all else is refused here with what ToAPIs can do. */
export function offer(request: VideoRequest): Offer {
  const { seconds, resolution, firstFrame, lastFrame } = request;
  const model = models[request.model];
  if (model === null) {
    return impossible({
      kind: 'not-sold',
      provider,
      model: request.model,
      instead: [{ model: '02', resolution: '512P' }],
    });
  }
  if (lastFrame) {
    const problem = problemWithLastFrame(request, model);
    if (problem !== null) return impossible(problem);
  }
  const renders = firstFrame ? model.fromPicture : model.fromText;
  if (renders.length === 0) {
    return impossible({ kind: 'picture-only', provider, model: request.model, others: ['2.3', '2.3-pro'] });
  }
  if (!renders.some((render) => render.seconds === seconds && render.resolution === resolution)) {
    const source = firstFrame ? 'picture' : 'text';
    return impossible({ kind: 'other-renders', provider, model: request.model, source, renders });
  }
  return {
    outcome: 'offered',
    model: model.id,
    body: {
      model: model.id,
      prompt: request.prompt,
      // A number on the wire, unlike elsewhere.
      duration: seconds,
      resolution,
      metadata: { prompt_optimizer: request.enhance },
    },
  };
}

function problemWithLastFrame(
  { model, firstFrame, resolution }: VideoRequest,
  { takesLastFrame, fromPicture }: Model,
): Obstacle | null {
  if (!takesLastFrame) return { kind: 'no-last-picture', provider, model, others: ['02', '02-pro'] };
  if (!firstFrame) return { kind: 'last-picture-alone', provider };
  if (resolution !== '512P') return null;
  const renders = fromPicture.filter((render) => render.resolution !== '512P');
  return { kind: 'other-renders', provider, model, source: 'two-pictures', renders };
}

function impossible(obstacle: Obstacle): Offer {
  return { outcome: 'impossible', obstacle };
}
