/** Why a promised clip did not become ours, in the words of `failure.ts`. Pure. */
import type { Failure } from '../failure.ts';
import type { DownloadRefusal } from './download.ts';

/** Links open a moment after the render is reported; a worn-out server needs longer, and the deadline ends it anyway. */
const retryAfterMs = 15_000;

/** The render is over when its clip is fetched, so it was charged for whatever becomes of the file. */
export function unusableClip(detail: string): Failure {
  return { kind: 'clip-unusable', charged: 'yes', detail };
}

/** A clip that may still come: charged for like any finished render, and worth another try. */
export function unavailableClip(detail: string): Failure {
  return { kind: 'unavailable', charged: 'yes', retryAfterMs, detail };
}

/** Silence, a cut connection and a busy server may pass; a refused address or a file too large will not. */
export function failedFetch({ reason, status, detail }: DownloadRefusal): Failure {
  const described = `clip ${reason}: ${detail}`;
  switch (reason) {
    case 'unreachable':
    case 'cut-short':
    case 'too-slow':
      return unavailableClip(described);
    case 'http-status':
      return isTransient(status ?? 0) ? unavailableClip(described) : unusableClip(described);
    case 'bad-url':
    case 'not-https':
    case 'private-address':
    case 'bad-port':
    case 'too-many-redirects':
    case 'too-large':
      return unusableClip(described);
  }
}

const isTransient = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);
