/** Pictures in: fetched or handed over, recognised, mended. */
import type { Log } from '../log.ts';
import type { PictureProblem } from '../picture-problem.ts';
import type { Download, DownloadRefusal } from './download.ts';
import { type Mending, mendPicture } from './image.ts';
import type { IncomingPicture } from './media.ts';
import { pictureRules, tooHeavy } from './picture-rules.ts';

interface TakeInEdges {
  readonly download: Download;
  readonly log: Log;
  readonly pictureMs: number;
}

/** Everything but the keeping. */
export async function preparePicture(picture: IncomingPicture, edges: TakeInEdges): Promise<Mending> {
  if (picture.from === 'upload') return mendPicture(picture.bytes);
  const { url, headers = {} } = picture;
  const limits = { maxBytes: pictureRules.maxInputBytes, timeoutMs: edges.pictureMs };
  const fetched = await edges.download.toMemory({ url, headers, ...limits });
  if (fetched.outcome === 'fetched') return mendPicture(fetched.content);
  const { reason, detail } = fetched;
  edges.log.info('picture.not-fetched', { reason, detail });
  return { outcome: 'refused', problem: problemOf(fetched), detail: `${reason}: ${detail}` };
}

function problemOf({ reason, status }: DownloadRefusal): PictureProblem {
  switch (reason) {
    case 'bad-url':
      return { kind: 'not-an-address' };
    case 'not-https':
      return { kind: 'not-https' };
    case 'private-address':
    case 'bad-port':
      return { kind: 'not-public' };
    case 'http-status':
      return { kind: 'not-handed-out', status };
    case 'too-large':
      return tooHeavy;
    case 'too-slow':
      return { kind: 'too-slow' };
    case 'too-many-redirects':
    case 'unreachable':
    case 'cut-short':
      return { kind: 'not-fetched' };
  }
}
