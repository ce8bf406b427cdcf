/** What fal renders under which endpoint, as data (providers/fal.md §2, §3, §12). */
import type { Obstacle } from '../../problems.ts';
import type { ClipSeconds, ModelName, Resolution, VideoRequest } from '../../request.ts';
import { type JsonValue, type MicroUsd, usd } from '../../values.ts';
import type { Offer } from '../provider.ts';

/** As people read it. */
const provider = 'fal';

interface Render {
  readonly seconds: ClipSeconds;
  readonly resolution: Resolution;
  readonly price?: MicroUsd;
}

interface Endpoint {
  readonly id: string;
  readonly takesLastFrame?: boolean;
  /** Optional fields it reads beside prompt and pictures. One it does not know would be refused or silently dropped. */
  readonly fields: readonly ('duration' | 'resolution')[];
  /** All that it can make. Pro ids have no length field: the model makes 1080P in 6 s only (providers/minimax.md §2). */
  readonly renders: readonly Render[];
}

interface Model {
  readonly fromText?: Endpoint;
  readonly fromPicture?: Endpoint;
}

/**
 * Prices: $0.49 for 2.3 pro is fal's own article of 2026-06-12; all others stand undated on the model pages, some of
 * them "about". 02 from text has no published price.
 */
export const models: Readonly<Record<ModelName, Model>> = {
  '2.3-pro': {
    fromText: {
      id: 'fal-ai/minimax/hailuo-2.3/pro/text-to-video',
      fields: [],
      renders: [{ seconds: 6, resolution: '1080P', price: usd(0.49) }],
    },
    fromPicture: {
      id: 'fal-ai/minimax/hailuo-2.3/pro/image-to-video',
      fields: [],
      renders: [{ seconds: 6, resolution: '1080P', price: usd(0.49) }],
    },
  },
  '2.3': {
    fromText: {
      id: 'fal-ai/minimax/hailuo-2.3/standard/text-to-video',
      fields: ['duration'],
      renders: [
        { seconds: 6, resolution: '768P', price: usd(0.28) },
        { seconds: 10, resolution: '768P', price: usd(0.56) },
      ],
    },
    fromPicture: {
      id: 'fal-ai/minimax/hailuo-2.3/standard/image-to-video',
      fields: ['duration'],
      renders: [
        { seconds: 6, resolution: '768P', price: usd(0.28) },
        { seconds: 10, resolution: '768P', price: usd(0.56) },
      ],
    },
  },
  '2.3-fast': {
    fromPicture: {
      id: 'fal-ai/minimax/hailuo-2.3-fast/standard/image-to-video',
      fields: ['duration'],
      renders: [
        { seconds: 6, resolution: '768P', price: usd(0.19) },
        { seconds: 10, resolution: '768P', price: usd(0.32) },
      ],
    },
  },
  '2.3-fast-pro': {
    fromPicture: {
      id: 'fal-ai/minimax/hailuo-2.3-fast/pro/image-to-video',
      fields: [],
      renders: [{ seconds: 6, resolution: '1080P', price: usd(0.33) }],
    },
  },
  '02-pro': {
    fromText: {
      id: 'fal-ai/minimax/hailuo-02/pro/text-to-video',
      fields: [],
      renders: [{ seconds: 6, resolution: '1080P' }],
    },
    fromPicture: {
      id: 'fal-ai/minimax/hailuo-02/pro/image-to-video',
      takesLastFrame: true,
      fields: [],
      renders: [{ seconds: 6, resolution: '1080P', price: usd(0.48) }],
    },
  },
  '02': {
    fromText: {
      id: 'fal-ai/minimax/hailuo-02/standard/text-to-video',
      fields: ['duration'],
      renders: [
        { seconds: 6, resolution: '768P' },
        { seconds: 10, resolution: '768P' },
      ],
    },
    fromPicture: {
      id: 'fal-ai/minimax/hailuo-02/standard/image-to-video',
      takesLastFrame: true,
      fields: ['duration', 'resolution'],
      renders: [
        { seconds: 6, resolution: '768P', price: usd(6 * 0.045) },
        { seconds: 10, resolution: '768P', price: usd(10 * 0.045) },
        { seconds: 6, resolution: '512P', price: usd(6 * 0.017) },
        { seconds: 10, resolution: '512P', price: usd(10 * 0.017) },
      ],
    },
  },
  '02-fast': {
    fromPicture: {
      id: 'fal-ai/minimax/hailuo-02-fast/image-to-video',
      fields: ['duration'],
      renders: [
        { seconds: 6, resolution: '512P', price: usd(6 * 0.017) },
        { seconds: 10, resolution: '512P', price: usd(10 * 0.017) },
      ],
    },
  },
};

/** Pure. Only what the table lists is offered; all else is refused here with what fal can do. */
export function offer(request: VideoRequest): Offer {
  const { model } = request;
  const { fromText, fromPicture } = models[model];
  const endpoint = request.firstFrame ? fromPicture : fromText;
  if (request.lastFrame && !fromPicture?.takesLastFrame) {
    return impossible({ kind: 'no-last-picture', provider, model, others: ['02', '02-pro'] });
  }
  if (request.lastFrame && !request.firstFrame) {
    return impossible({ kind: 'last-picture-alone', provider });
  }
  if (!endpoint) return impossible({ kind: 'picture-only', provider, model, others: ['2.3', '2.3-pro'] });

  const render = endpoint.renders.find(
    ({ seconds, resolution }) => seconds === request.seconds && resolution === request.resolution,
  );
  if (!render) {
    const source = request.firstFrame ? 'picture' : 'text';
    const renders = endpoint.renders.map(({ seconds, resolution }) => ({ seconds, resolution }));
    return impossible({ kind: 'other-renders', provider, model, source, renders });
  }
  return {
    outcome: 'offered',
    model: endpoint.id,
    body: bodyFor(endpoint, render, request),
    ...(render.price !== undefined && { price: render.price }),
  };
}

function bodyFor({ fields }: Endpoint, render: Render, { prompt, enhance }: VideoRequest): JsonValue {
  return {
    prompt,
    prompt_optimizer: enhance,
    // A string on the wire: the number 6 is refused.
    ...(fields.includes('duration') && { duration: `${render.seconds}` }),
    ...(fields.includes('resolution') && { resolution: render.resolution }),
  };
}

function impossible(obstacle: Obstacle): Offer {
  return { outcome: 'impossible', obstacle };
}
