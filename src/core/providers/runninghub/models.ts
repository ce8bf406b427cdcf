/** What RunningHub renders under which path, as data (providers/runninghub.md §2, §3, §12). */
import type { Obstacle, OfferNote } from '../../problems.ts';
import { type ClipSeconds, clipSeconds, type ModelName, type Resolution, type VideoRequest } from '../../request.ts';
import type { JsonValue } from '../../values.ts';
import type { Offer } from '../provider.ts';
import type { Money } from './money.ts';

/** As people read it. */
const provider = 'RunningHub';

/** Where the pictures of a request go in the body. */
interface PictureFields {
  readonly first: 'imageUrl' | 'firstImageUrl';
  /** Absent: it cannot end on a picture. */
  readonly last?: 'lastImageUrl';
}

interface Endpoint {
  /** After the base address. The title of RunningHub's own page is not always the path. */
  readonly path: string;
  readonly pictures?: PictureFields;
  readonly resolution: Resolution;
  /** False where the length is the model's own and no field is read. */
  readonly takesDuration: boolean;
  /** The lengths it makes, each with its price at the Chinese site in yuan, as of 2026-04-29. */
  readonly yuan: Readonly<Partial<Record<ClipSeconds, number>>>;
  readonly note?: OfferNote;
}

interface Model {
  readonly fromText?: Endpoint;
  readonly fromPicture?: Endpoint;
}

const pro = { resolution: '1080P', takesDuration: false, yuan: { 6: 2.63 } } as const;
const standard = { resolution: '768P', takesDuration: true, yuan: { 6: 1.5, 10: 3 } } as const;
const fromOne: PictureFields = { first: 'imageUrl' };
const fromTwo: PictureFields = { first: 'firstImageUrl', last: 'lastImageUrl' };

/** `hailuo-02/pro` and `hailuo-02/standard` are left out: they sell the same under tighter limits for pictures. */
export const models: Readonly<Record<ModelName, Model>> = {
  '2.3-pro': {
    fromText: { path: 'minimax/hailuo-2.3/t2v-pro', ...pro },
    fromPicture: {
      path: 'minimax/hailuo-2.3/image-to-video-pro',
      pictures: fromOne,
      ...pro,
      // Its own page speaks of 5 seconds; MiniMax makes such clips 6 seconds long.
      note: { kind: 'length-contradicted', provider, said: 5, seconds: 6 },
    },
  },
  '2.3': {
    fromText: { path: 'minimax/hailuo-2.3/t2v-standard', ...standard },
    fromPicture: { path: 'minimax/hailuo-2.3/i2v-standard', pictures: fromOne, ...standard },
  },
  '2.3-fast': {
    fromPicture: {
      path: 'minimax/hailuo-2.3-fast/image-to-video',
      pictures: fromOne,
      resolution: '768P',
      takesDuration: true,
      yuan: { 6: 1.01, 10: 1.69 },
    },
  },
  '2.3-fast-pro': {
    fromPicture: {
      path: 'minimax/hailuo-2.3-fast-pro/image-to-video',
      pictures: fromOne,
      resolution: '1080P',
      takesDuration: true,
      yuan: { 6: 1.73 },
    },
  },
  '02-pro': {
    fromText: { path: 'minimax/hailuo-02/t2v-pro', ...pro },
    fromPicture: { path: 'minimax/hailuo-02/i2v-pro', pictures: fromTwo, ...pro },
  },
  '02': {
    fromText: { path: 'minimax/hailuo-02/t2v-standard', ...standard },
    fromPicture: { path: 'minimax/hailuo-02/i2v-standard', pictures: fromTwo, ...standard },
  },
  '02-fast': {
    fromPicture: {
      path: 'minimax/hailuo-02/fast',
      pictures: fromOne,
      resolution: '512P',
      takesDuration: true,
      yuan: { 6: 0.45, 10: 0.75 },
      note: { kind: 'resolution-unsaid', provider, model: '02-fast', elsewhere: '512P' },
    },
  },
};

/** WebP is not among them, and pictures are not changed on the way. */
export const pictureTypes: readonly string[] = ['image/jpeg', 'image/png'];

/** Pure. Only what the table lists is offered; all else is refused here with what can be had. */
export function offer(request: VideoRequest, money: Money): Offer {
  const { fromText, fromPicture } = models[request.model];
  const endpoint = request.firstFrame ? fromPicture : fromText;
  if (request.lastFrame && !fromPicture?.pictures?.last) {
    return impossible({ kind: 'no-last-picture', provider, model: request.model, others: ['02', '02-pro'] });
  }
  if (request.lastFrame && !request.firstFrame) {
    return impossible({ kind: 'last-picture-alone', provider });
  }
  if (!endpoint) {
    return impossible({ kind: 'picture-only', provider, model: request.model, others: ['2.3', '2.3-pro'] });
  }
  if ([request.firstFrame, request.lastFrame].some((picture) => picture && !pictureTypes.includes(picture.type))) {
    return impossible({ kind: 'picture-formats', provider, formats: ['JPEG', 'PNG'] });
  }
  const yuan = endpoint.yuan[request.seconds];
  if (yuan === undefined || endpoint.resolution !== request.resolution) return impossible(whatItCan(endpoint, request));
  const price = money.fromYuan(yuan);
  return {
    outcome: 'offered',
    model: endpoint.path,
    body: bodyFor(endpoint, request),
    ...(price !== undefined && { price }),
    ...(endpoint.note !== undefined && { note: endpoint.note }),
  };
}

function bodyFor({ takesDuration }: Endpoint, { prompt, enhance, seconds }: VideoRequest): JsonValue {
  return {
    prompt,
    // Required everywhere, and a real boolean.
    enablePromptExpansion: enhance,
    // A string on the wire: the number 6 is refused.
    ...(takesDuration && { duration: `${seconds}` }),
  };
}

/**
 * The body's fields for the pictures, by the names this path reads.
 * @param path as offered
 */
export function pictureFields(path: string, first?: string, last?: string): Readonly<Record<string, string>> {
  const fields = endpoints.find((endpoint) => endpoint.path === path)?.pictures ?? fromOne;
  return {
    ...(first !== undefined && { [fields.first]: first }),
    ...(last !== undefined && fields.last !== undefined && { [fields.last]: last }),
  };
}

const endpoints: readonly Endpoint[] = Object.values(models)
  .flatMap(({ fromText, fromPicture }) => [fromText, fromPicture])
  .filter((endpoint) => endpoint !== undefined);

function whatItCan({ yuan, resolution }: Endpoint, { model, firstFrame }: VideoRequest): Obstacle {
  const renders = clipSeconds
    .filter((seconds) => yuan[seconds] !== undefined)
    .map((seconds) => ({ seconds, resolution }));
  return { kind: 'other-renders', provider, model, source: firstFrame ? 'picture' : 'text', renders };
}

function impossible(obstacle: Obstacle): Offer {
  return { outcome: 'impossible', obstacle };
}
