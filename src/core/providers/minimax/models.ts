/** What MiniMax renders under which model string, as data (providers/minimax.md §2, §3, §12). */
import type { ClipSource, Obstacle } from '../../problems.ts';
import type { ClipSeconds, ModelName, Resolution, VideoRequest } from '../../request.ts';
import { type JsonValue, type MicroUsd, usd } from '../../values.ts';
import type { Offer } from '../provider.ts';

/** As people read it. */
const provider = 'MiniMax';

interface Render {
  readonly seconds: ClipSeconds;
  readonly resolution: Resolution;
  /** Only the picture fields decide the mode: one price for all. */
  readonly from: readonly ClipSource[];
  readonly price: MicroUsd;
}

interface Model {
  /** The `model` field. "Pro" is the resellers' word for 1080P under the same string. */
  readonly name: string;
  readonly renders: readonly Render[];
}

const oneOrNone: readonly ClipSource[] = ['text', 'picture'];
const pictureOnly: readonly ClipSource[] = ['picture'];
/** A last frame without a first one is not documented clearly enough to pay for (§13). */
const all: readonly ClipSource[] = ['text', 'picture', 'two-pictures'];

/** Prices are dollars at the global address. `null`: MiniMax has no such model. */
const models: Readonly<Record<ModelName, Model | null>> = {
  '2.3-pro': {
    name: 'MiniMax-Hailuo-2.3',
    renders: [{ seconds: 6, resolution: '1080P', from: oneOrNone, price: usd(0.49) }],
  },
  '2.3': {
    name: 'MiniMax-Hailuo-2.3',
    renders: [
      { seconds: 6, resolution: '768P', from: oneOrNone, price: usd(0.28) },
      { seconds: 10, resolution: '768P', from: oneOrNone, price: usd(0.56) },
    ],
  },
  '2.3-fast': {
    name: 'MiniMax-Hailuo-2.3-Fast',
    renders: [
      { seconds: 6, resolution: '768P', from: pictureOnly, price: usd(0.19) },
      { seconds: 10, resolution: '768P', from: pictureOnly, price: usd(0.32) },
    ],
  },
  '2.3-fast-pro': {
    name: 'MiniMax-Hailuo-2.3-Fast',
    renders: [{ seconds: 6, resolution: '1080P', from: pictureOnly, price: usd(0.33) }],
  },
  '02-pro': {
    name: 'MiniMax-Hailuo-02',
    renders: [{ seconds: 6, resolution: '1080P', from: all, price: usd(0.49) }],
  },
  '02': {
    name: 'MiniMax-Hailuo-02',
    renders: [
      { seconds: 6, resolution: '768P', from: all, price: usd(0.28) },
      { seconds: 10, resolution: '768P', from: all, price: usd(0.56) },
      { seconds: 6, resolution: '512P', from: pictureOnly, price: usd(0.1) },
      { seconds: 10, resolution: '512P', from: pictureOnly, price: usd(0.15) },
    ],
  },
  '02-fast': null,
};

/**
 * Pure. Only what the table lists is offered; all else is refused here with what MiniMax can do.
 * @param isBilledInUsd false leaves the price out
 */
export function offerFrom(request: VideoRequest, isBilledInUsd: boolean): Offer {
  const model = models[request.model];
  if (!model) {
    const instead = [{ model: '2.3-fast' }, { model: '02', resolution: '512P' }] as const;
    return impossible({ kind: 'not-sold', provider, model: request.model, instead });
  }
  if (request.lastFrame && !model.renders.some(({ from }) => from.includes('two-pictures'))) {
    return impossible({ kind: 'no-last-picture', provider, model: request.model, others: ['02', '02-pro'] });
  }
  if (request.lastFrame && !request.firstFrame) {
    return impossible({ kind: 'last-picture-alone', provider });
  }
  const source = sourceOf(request);
  const possible = model.renders.filter(({ from }) => from.includes(source));
  if (possible.length === 0) {
    return impossible({ kind: 'picture-only', provider, model: request.model, others: ['2.3', '2.3-pro'] });
  }
  const render = possible.find(
    ({ seconds, resolution }) => seconds === request.seconds && resolution === request.resolution,
  );
  if (!render) {
    const renders = possible.map(({ seconds, resolution }) => ({ seconds, resolution }));
    return impossible({ kind: 'other-renders', provider, model: request.model, source, renders });
  }
  return {
    outcome: 'offered',
    model: model.name,
    body: bodyFor(model, render, request),
    ...(isBilledInUsd && { price: render.price }),
  };
}

function sourceOf({ firstFrame, lastFrame }: VideoRequest): ClipSource {
  if (lastFrame) return 'two-pictures';
  return firstFrame ? 'picture' : 'text';
}

/** Camera movements stay in the prompt: it is MiniMax's own notation. */
function bodyFor({ name }: Model, { seconds, resolution }: Render, { prompt, enhance }: VideoRequest): JsonValue {
  return { model: name, prompt, duration: seconds, resolution, prompt_optimizer: enhance };
}

function impossible(obstacle: Obstacle): Offer {
  return { outcome: 'impossible', obstacle };
}
