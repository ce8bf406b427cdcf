/** What every provider's file needs to read answers with. */
import { z } from 'zod';
import type { HttpAnswer } from '../http.ts';

/** Fields that are done without when they have an odd shape: an accepted job is not lost over its place in line. */
export const optional = {
  text: z.string().nullish().catch(null),
  number: z.number().nullish().catch(null),
};

/** By HTTP alone; what the body says comes before it wherever errors arrive under HTTP 200. */
export function isSuccess({ status }: Pick<HttpAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/** The very origin the operator named: every other address out of a reply is a stranger's, and gets no key. */
export function isAt(url: string, base: string): boolean {
  return URL.canParse(url) && new URL(url).origin === new URL(base).origin;
}

/** A base address as the operator may write it, without the slashes at its end. */
export function trimmed(base: string): string {
  return base.replace(/\/+$/, '');
}

/** The JSON of a call-back; undefined when it is none. */
export function parseJson(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(rawBody).toString('utf8'));
  } catch {
    return undefined;
  }
}
