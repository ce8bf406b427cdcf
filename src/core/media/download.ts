/** Fetches a stranger's file safely: https only, public addresses only, every redirect checked again, size and time capped. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { request } from 'undici';
import { hostAndPort } from '../address-rules.ts';
import { type StrangerGuard, StrangerRefusedError } from '../stranger-guard.ts';

/** One file of a stranger's, and how large and how slow it may be. */
export interface DownloadOrder {
  readonly url: string;
  /** Sent to that origin only, and no more once a redirect has left it. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  /** From the first name resolved to the last byte written. */
  readonly timeoutMs: number;
}

/**
 * - `bad-url`: not an address, or one with a password in it;
 * - `not-https`, `private-address`, `bad-port`, `too-many-redirects`: the guard said no;
 * - `http-status`: the server answered with `status`;
 * - `too-large`, `too-slow`: over the order's limits;
 * - `unreachable`: no connection; `cut-short`: the connection ended before the file did.
 */
export type DownloadReason =
  | 'bad-url'
  | 'not-https'
  | 'private-address'
  | 'bad-port'
  | 'too-many-redirects'
  | 'http-status'
  | 'too-large'
  | 'too-slow'
  | 'unreachable'
  | 'cut-short';

/** Why there is no file; `status` comes with `http-status` only. */
export interface DownloadRefusal {
  readonly outcome: 'refused';
  readonly reason: DownloadReason;
  readonly status?: number;
  /** For the log. Names hosts, never paths or queries: those carry signed tokens. */
  readonly detail: string;
}

interface Fetched {
  readonly outcome: 'fetched';
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** What the server claims; the bytes may say otherwise. */
  readonly claimedType: string | null;
  /** May hold a signed token: not for the log. */
  readonly finalUrl: string;
}

/** Strangers' faults are values; only our own disk makes these throw. */
export interface Download {
  toMemory(order: DownloadOrder): Promise<(Fetched & { readonly content: Uint8Array }) | DownloadRefusal>;
  /** Writes a new file at `path`; a refusal leaves none behind. */
  toFile(order: DownloadOrder, path: string): Promise<Fetched | DownloadRefusal>;
}

const maxRedirects = 4;

class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly refusal: DownloadRefusal;

  constructor(reason: DownloadReason, detail: string, status?: number) {
    super(detail);
    this.refusal = { outcome: 'refused', reason, detail, ...(status === undefined ? {} : { status }) };
  }
}

/** Our own disk failed, which says nothing about the stranger. */
class SinkError extends Error {
  override readonly name = 'SinkError';
}

/** @param guard decides whom we call, at every redirect again */
export function createDownload(guard: StrangerGuard): Download {
  async function fetchInto(order: DownloadOrder, openSink: () => Writable): Promise<Fetched | DownloadRefusal> {
    const deadline = AbortSignal.timeout(order.timeoutMs);
    try {
      return await follow(order, openSink, deadline);
    } catch (error) {
      if (error instanceof RefusedError) return error.refusal;
      if (error instanceof StrangerRefusedError) {
        return { outcome: 'refused', reason: error.reason, detail: error.message };
      }
      if (error instanceof SinkError) throw error.cause;
      const host = hostIn(order.url);
      if (deadline.aborted) {
        return { outcome: 'refused', reason: 'too-slow', detail: `${host}: not done after ${order.timeoutMs} ms` };
      }
      return { outcome: 'refused', reason: 'unreachable', detail: `${host}: ${codeOf(error)}` };
    }
  }

  async function follow(order: DownloadOrder, openSink: () => Writable, deadline: AbortSignal): Promise<Fetched> {
    let url = parseUrl(order.url);
    let headers = order.headers ?? {};
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const answer = await fetchOnce(url, headers, guard, { order, openSink, deadline });
      if (answer.outcome === 'fetched') return answer;
      const next = parseUrl(answer.location, url);
      if (next.origin !== url.origin) headers = {};
      url = next;
    }
    throw new RefusedError('too-many-redirects', `${hostIn(order.url)}: more than ${maxRedirects} redirects`);
  }

  return {
    async toMemory(order) {
      const chunks: Buffer[] = [];
      const fetched = await fetchInto(order, () => {
        return new Writable({
          write(chunk: Buffer, _encoding, done) {
            chunks.push(chunk);
            done();
          },
        });
      });
      return fetched.outcome === 'fetched' ? { ...fetched, content: Buffer.concat(chunks) } : fetched;
    },

    async toFile(order, path) {
      let isOurs = false;
      const openSink = () => createWriteStream(path, { flags: 'wx' }).once('open', () => (isOurs = true));
      let isDone = false;
      try {
        const fetched = await fetchInto(order, openSink);
        isDone = fetched.outcome === 'fetched';
        return fetched;
      } finally {
        if (isOurs && !isDone) await rm(path, { force: true });
      }
    },
  };
}

interface Errand {
  readonly order: DownloadOrder;
  readonly openSink: () => Writable;
  readonly deadline: AbortSignal;
}

async function fetchOnce(
  url: URL,
  headers: Readonly<Record<string, string>>,
  guard: StrangerGuard,
  { order, openSink, deadline }: Errand,
): Promise<Fetched | { readonly outcome: 'moved'; readonly location: string }> {
  const way = await guard.open(url, deadline);
  try {
    const answer = await request(url, {
      dispatcher: way.dispatcher,
      signal: deadline,
      headersTimeout: order.timeoutMs,
      bodyTimeout: order.timeoutMs,
      headers: { 'user-agent': 'hailuo-bot', ...headers, 'accept-encoding': 'identity' },
    });
    const location = answer.headers.location;
    const status = answer.statusCode;
    if ([301, 302, 303, 307, 308].includes(status) && typeof location === 'string') {
      answer.body.on('error', () => {}).destroy();
      return { outcome: 'moved', location };
    }
    const place = hostAndPort(url);
    const claimedBytes = Number(answer.headers['content-length'] ?? 0);
    if (status !== 200 || claimedBytes > order.maxBytes) {
      answer.body.on('error', () => {}).destroy();
      if (status !== 200) throw new RefusedError('http-status', `${place}: HTTP ${status}`, status);
      throw new RefusedError('too-large', `${place}: claims ${claimedBytes} bytes, the limit is ${order.maxBytes}`);
    }
    const measured = await pour(answer.body, openSink(), { place, maxBytes: order.maxBytes, deadline });
    const type = answer.headers['content-type'];
    return {
      outcome: 'fetched',
      ...measured,
      claimedType: typeof type === 'string' ? type : null,
      finalUrl: url.href,
    };
  } finally {
    await way.close();
  }
}

interface PourLimits {
  readonly place: string;
  readonly maxBytes: number;
  readonly deadline: AbortSignal;
}

async function pour(
  body: AsyncIterable<Buffer>,
  sink: Writable,
  { place, maxBytes, deadline }: PourLimits,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* measured(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of body) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw new RefusedError('too-large', `${place}: more than ${maxBytes} bytes`);
        hash.update(chunk);
        yield chunk;
      }
    } catch (error) {
      if (error instanceof RefusedError || deadline.aborted) throw error;
      throw new RefusedError('cut-short', `${place}: ${codeOf(error)} after ${bytes} bytes`);
    }
  }
  let sinkFailure: Error | undefined;
  sink.on('error', (error) => {
    sinkFailure = error;
  });
  try {
    await pipeline(measured, sink);
  } catch (error) {
    // A pipeline destroys its sink with the source's own error, so only an error of another make is the disk's.
    if (
      sinkFailure !== undefined &&
      'syscall' in sinkFailure &&
      !(error instanceof RefusedError) &&
      !deadline.aborted
    ) {
      throw new SinkError('the file could not be written', { cause: sinkFailure });
    }
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };
}

function parseUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (url === null) throw new RefusedError('bad-url', 'not a URL');
  if (url.username !== '' || url.password !== '') {
    throw new RefusedError('bad-url', `${hostAndPort(url)}: a URL with a user name or password`);
  }
  url.hash = '';
  return url;
}

function hostIn(text: string): string {
  const url = URL.parse(text);
  return url === null ? 'no host' : hostAndPort(url);
}

/** An error's code or class: messages may quote the URL. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
