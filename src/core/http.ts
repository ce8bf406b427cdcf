/** How providers are called: one request, one deadline, a size limit, nothing secret in an error. */
import { Agent, type Dispatcher, request } from 'undici';
import { type StrangerGuard, StrangerRefusedError } from './stranger-guard.ts';
import type { JsonValue } from './values.ts';

/** One request. Of all this the log and our own error messages name only method, host and path. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; exclusive with `json`. */
  readonly body?: Uint8Array | FormData;
  /** From the first byte sent to the last byte read. Default 30 000. */
  readonly timeoutMs?: number;
  /** Default 1 MiB: answers are JSON. */
  readonly maxBytes?: number;
  /** The address came out of a reply: it is called only as the guard allows. */
  readonly isStranger?: boolean;
}

/** A whole answer, whatever its status: a refusal is read by the caller, never thrown. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The body parsed, or undefined when it is not JSON. */
  readonly json: unknown;
}

/** No redirect is followed and nothing is retried: only the caller knows what may be repeated. */
export type Http = (call: HttpCall) => Promise<HttpAnswer>;

/** Thrown when the request never left: connection refused, name not found, TLS failure. Safe to repeat or to take elsewhere. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}

/** Thrown when the request may have arrived but no whole answer came: a reset, a deadline, an oversized or cut body. */
export class AnswerLostError extends Error {
  override readonly name = 'AnswerLostError';
}

interface HttpOptions {
  /** For calls to strangers; without one they are refused. */
  readonly guard?: StrangerGuard;
  /** Replaced by tests, which refuse the network. */
  readonly dispatcher?: Dispatcher;
  /** Told of every call: method, host, path, status and duration; never queries, headers or bodies. */
  readonly log?: (event: string, fields: Readonly<Record<string, JsonValue>>) => void;
  readonly userAgent?: string;
}

const defaultTimeoutMs = 30_000;
const defaultMaxBytes = 1024 * 1024;

/** HTTP/2 stays off: undici may move a stream to another connection, and here nothing is sent twice. */
export function createHttp(options: HttpOptions = {}): Http {
  const dispatcher = options.dispatcher ?? new Agent({ allowH2: false, connect: { timeout: 10_000 } });
  const userAgent = options.userAgent ?? 'hailuo-bot';

  return async (call) => {
    const target = parseTarget(call);
    const startedAt = performance.now();
    const tell = (outcome: Record<string, JsonValue>) =>
      options.log?.('http.call', { ...target.label, ...outcome, ms: Math.round(performance.now() - startedAt) });
    const sending = watchSending();
    let closeWay: (() => Promise<void>) | undefined;
    try {
      const deadline = AbortSignal.timeout(call.timeoutMs ?? defaultTimeoutMs);
      const way = call.isStranger === true ? await openWay(options.guard, target.url, deadline) : undefined;
      closeWay = way?.close;
      const watched = (way?.dispatcher ?? dispatcher).compose(sending.interceptor);
      // undici notices a signal only once it has a connection; one that comes later is not written to any more.
      const answer = await Promise.race([
        exchange(call, target.url, watched, userAgent, deadline),
        rejection(deadline),
      ]);
      tell({ status: answer.status });
      return answer;
    } catch (cause) {
      const message = `${call.method} ${target.label.host}${target.label.path}: ${reasonOf(cause)}`;
      const error = sending.hasBegun() ? new AnswerLostError(message, { cause }) : new NotSentError(message, { cause });
      tell({ error: error.name, reason: reasonOf(cause) });
      throw error;
    } finally {
      await closeWay?.();
    }
  };
}

function openWay(guard: StrangerGuard | undefined, url: URL, deadline: AbortSignal): ReturnType<StrangerGuard['open']> {
  if (guard === undefined) throw new ReasonError('no stranger is called here');
  return guard.open(url, deadline);
}

/**
 * When a retry is worth it by the answer's own `Retry-After`, given in seconds or as a date; undefined when it does
 * not say.
 */
export function retryAfterMs(answer: Pick<HttpAnswer, 'headers'>, now: Date): number | undefined {
  const value = answer.headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/** An address that does not parse is never shown: it may hold a signature. */
function parseTarget({ method, url }: HttpCall): { url: URL; label: { method: string; host: string; path: string } } {
  if (!URL.canParse(url)) throw new NotSentError(`${method}: not an address`);
  const parsed = new URL(url);
  return { url: parsed, label: { method, host: parsed.host, path: parsed.pathname } };
}

/**
 * Knows whether a connected socket was handed the request. Error codes cannot tell: the same ECONNRESET ends a TLS
 * handshake, where nothing was sent, and a kept-alive connection, where the request may have arrived.
 */
function watchSending(): { interceptor: Dispatcher.DispatcherComposeInterceptor; hasBegun: () => boolean } {
  let begun = false;
  return {
    hasBegun: () => begun,
    interceptor: (dispatch) => (opts, handler) =>
      dispatch(opts, {
        onRequestStart(controller, context) {
          begun = true;
          handler.onRequestStart?.(controller, context);
        },
        onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
        onResponseStart: (...args) => handler.onResponseStart?.(...args),
        onResponseData: (...args) => handler.onResponseData?.(...args),
        onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
        onResponseError: (...args) => handler.onResponseError?.(...args),
      }),
  };
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function exchange(
  call: HttpCall,
  url: URL,
  dispatcher: Dispatcher,
  userAgent: string,
  deadline: AbortSignal,
): Promise<HttpAnswer> {
  const { body, type } = await pack(call);
  const answer = await request(url, {
    dispatcher,
    method: call.method,
    headers: {
      'user-agent': userAgent,
      accept: 'application/json',
      // Bodies are counted as they come: a packed one could be small on the wire and huge unpacked.
      'accept-encoding': 'identity',
      ...(type !== undefined && { 'content-type': type }),
      ...lowerCased(call.headers ?? {}),
    },
    body,
    signal: deadline,
    // The deadline alone decides; undici's own limits would cut a longer one short.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const text = await readText(answer, call.maxBytes ?? defaultMaxBytes);
  return { status: answer.statusCode, headers: flat(answer.headers), text, json: parseLeniently(text) };
}

/** A form is packed here, so that what is sent is bytes whichever way it came. */
async function pack({ json, body }: HttpCall): Promise<{ body: string | Uint8Array | null; type?: string }> {
  if (json !== undefined) return { body: JSON.stringify(json), type: 'application/json' };
  if (!(body instanceof FormData)) return { body: body ?? null };
  const form = new Response(body);
  return { body: await form.bytes(), type: form.headers.get('content-type') ?? 'multipart/form-data' };
}

async function readText({ headers, body }: Dispatcher.ResponseData, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const tooLarge = () => new ReasonError(`answer over ${maxBytes} bytes`);
  if (Number(headers['content-length'] ?? 0) > maxBytes) {
    // Without a listener the destroyed stream would throw its abort at nobody.
    body.on('error', () => undefined).destroy();
    throw tooLarge();
  }
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function flat(headers: Dispatcher.ResponseData['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

function parseLeniently(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A reason in our own words. */
class ReasonError extends Error {
  override readonly name = 'ReasonError';
}

/** Never a foreign message: it may quote a header or the whole address. */
function reasonOf(cause: unknown): string {
  if (cause instanceof ReasonError || cause instanceof StrangerRefusedError) return cause.message;
  if (!(cause instanceof Error)) return 'failed';
  if (cause.name === 'TimeoutError') return 'deadline passed';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}
