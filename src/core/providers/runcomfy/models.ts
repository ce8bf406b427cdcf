/** What RunComfy renders, and what of it answers a request (providers/runcomfy.md §2, §3). */
import { z } from 'zod';
import type { Obstacle } from '../../problems.ts';
import type { ClipSeconds, ModelName, Resolution, VideoRequest } from '../../request.ts';
import type { JsonValue, MicroUsd } from '../../values.ts';
import type { Offer } from '../provider.ts';

/** As people read it. */
const provider = 'RunComfy';

interface Render {
  readonly seconds: ClipSeconds;
  readonly resolution: Resolution;
  /** How length and resolution are written on the wire; empty where the model id says both. */
  readonly fields: Readonly<Record<string, JsonValue>>;
  readonly price?: MicroUsd;
}

const pictureField = z.object({ name: z.string(), isList: z.boolean() });
/** Where a picture goes. */
export type PictureField = z.output<typeof pictureField>;

/** One `model_id`, as far as it is understood. */
export interface Endpoint {
  readonly id: string;
  readonly model: ModelName;
  readonly source: 'text' | 'picture';
  readonly enhanceField?: string;
  readonly firstFrame?: PictureField;
  readonly lastFrame?: PictureField;
  /** All that it can make. */
  readonly renders: readonly Render[];
}

/**
 * The one id that RunComfy documents with its fields; all others have to be shown by the catalogue first. It has no
 * length field, and the model makes 1080P in 6 s only (providers/minimax.md §2).
 */
export const documented: Endpoint = {
  id: 'minimax/hailuo-2-3/pro/text-to-video',
  model: '2.3-pro',
  source: 'text',
  enhanceField: 'enable_prompt_expansion',
  renders: [{ seconds: 6, resolution: '1080P', fields: {} }],
};

/**
 * A stored body: the input itself, and where the pictures go into it. Whoever submits may be another process than the
 * one that read the catalogue.
 */
export const orderSchema = z.object({
  input: z.record(z.string(), z.json()),
  firstFrame: pictureField.optional(),
  lastFrame: pictureField.optional(),
});

/** @param endpoints what is on sale as far as it is known now */
export function offerFrom(endpoints: readonly Endpoint[], request: VideoRequest): Offer {
  const source = request.firstFrame ? 'picture' : 'text';
  if (request.lastFrame && !request.firstFrame) {
    return impossible({ kind: 'last-picture-alone', provider });
  }
  const { model } = request;
  const endpoint = endpoints.find((each) => each.model === model && each.source === source);
  if (!endpoint) return impossible({ kind: 'not-from-source', provider, model, source, ...range(endpoints) });
  if (request.lastFrame && !endpoint.lastFrame) {
    const others = endpoints.flatMap((each) => (each.lastFrame ? [each.model] : []));
    return impossible({ kind: 'no-last-picture', provider, model, others });
  }

  const render = endpoint.renders.find(
    ({ seconds, resolution }) => seconds === request.seconds && resolution === request.resolution,
  );
  if (!render) {
    const renders = endpoint.renders.map(({ seconds, resolution }) => ({ seconds, resolution }));
    return impossible({ kind: 'other-renders', provider, model, source, renders });
  }
  return {
    outcome: 'offered',
    model: endpoint.id,
    body: orderFor(endpoint, render, request),
    ...(render.price !== undefined && { price: render.price }),
  };
}

function orderFor({ enhanceField, firstFrame, lastFrame }: Endpoint, render: Render, request: VideoRequest): JsonValue {
  const { prompt, enhance } = request;
  return {
    input: { prompt, ...(enhanceField !== undefined && { [enhanceField]: enhance }), ...render.fields },
    ...(request.firstFrame && firstFrame && { firstFrame }),
    ...(request.lastFrame && lastFrame && { lastFrame }),
  };
}

/** What it renders at all. */
function range(endpoints: readonly Endpoint[]): { fromText: ModelName[]; fromPicture: ModelName[] } {
  const namesFrom = (source: Endpoint['source']) =>
    endpoints.flatMap((each) => (each.source === source ? [each.model] : []));
  return { fromText: namesFrom('text'), fromPicture: namesFrom('picture') };
}

function impossible(obstacle: Obstacle): Offer {
  return { outcome: 'impossible', obstacle };
}
