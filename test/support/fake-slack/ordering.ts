/** What a test can let go wrong. */
import type { Callee } from './faults.ts';
import { installationOf, must, type State } from './state.ts';

/** A callee is a method's name, or `upload`, `download`, `response_url`. The next calls of it are meant; default: one. */
export interface Faults {
  /** The next files are taken with "ok" and appear nowhere. */
  neverShare(times?: number): void;
  /** How long a file takes from "ok" to its message, and to its type; default: 10 ms. */
  shareAfter(ms: number): void;
  /** Larger files are refused as `file_upload_size_restricted`. */
  limitUploads(bytes: number): void;
  rateLimit(callee: Callee, times: number, seconds: number): void;
  /** Slack says no. @param more what comes with it: `{ needed: 'files:write' }` */
  fail(callee: Callee, error: string, times?: number, more?: Readonly<Record<string, unknown>>): void;
  /** It is done, and the line breaks before the answer. */
  loseAnswer(callee: Callee, times?: number): void;
  /** The line breaks before anything is done. */
  refuse(callee: Callee, times?: number): void;
  /** Something before Slack answers with this status. */
  status(callee: Callee, status: number, times?: number): void;
  /** Waits until the returned function is called. */
  hold(callee: Callee, times?: number): () => void;
  /** The line breaks in the middle of an upload. */
  cutUpload(times?: number): void;
  /** The same for a download. */
  cutDownload(times?: number): void;
  /** A download is answered with a page on which to sign in, and 200; or with a redirect to it. */
  signInPage(times?: number, how?: 'page' | 'redirect'): void;
  /** All that there are now. */
  expireResponseUrls(): void;
  expireToken(team: { readonly id: string }): void;
}

export function createFaults(state: State): Faults {
  const { orders, responseUrls, tokens } = state;
  return {
    neverShare: (times = 1) => orders.add('share', { kind: 'never-share' }, times),
    shareAfter(ms) {
      orders.shareAfterMs = ms;
    },
    limitUploads(bytes) {
      orders.mostUploadBytes = bytes;
    },
    rateLimit: (callee, times, seconds) => orders.add(callee, { kind: 'rate-limit', seconds }, times),
    fail: (callee, error, times = 1, more = {}) => orders.add(callee, { kind: 'fail', error, more }, times),
    loseAnswer: (callee, times = 1) => orders.add(callee, { kind: 'lose-answer' }, times),
    refuse: (callee, times = 1) => orders.add(callee, { kind: 'refuse' }, times),
    status: (callee, status, times = 1) => orders.add(callee, { kind: 'status', status }, times),
    hold(callee, times = 1) {
      const { promise: until, resolve } = Promise.withResolvers<void>();
      orders.add(callee, { kind: 'hold', until }, times);
      return resolve;
    },
    cutUpload: (times = 1) => orders.add('upload', { kind: 'cut' }, times),
    cutDownload: (times = 1) => orders.add('download', { kind: 'cut' }, times),
    signInPage: (times = 1, how = 'page') => orders.add('download', { kind: 'sign-in', how }, times),
    expireResponseUrls() {
      for (const url of responseUrls.values()) url.isExpired = true;
    },
    expireToken({ id }) {
      const { botToken } = must(installationOf(state, id), `app in ${id}`);
      must(tokens.get(botToken), 'token').state = 'expired';
    },
  };
}
