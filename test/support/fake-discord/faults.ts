/** Requests that go wrong because a test ordered it. */
import { type RefusalCode, refusal } from './refusal.ts';

/** How an ordered request goes wrong. */
export type Fault =
  /** The connection breaks before anything is taken. */
  | 'cut'
  /** The same in the middle of the body. */
  | 'cut-upload'
  /** Taken, but nobody hears of it. */
  | 'lose-answer'
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** One of Discord's own refusals, by its code. */
  | { readonly code: RefusalCode }
  /** Too many requests, in Discord's words. */
  | { readonly retryAfterMs: number; readonly isGlobal?: boolean }
  /** Taken at once, answered late. */
  | { readonly delayMs: number }
  /** The body is read this slowly. */
  | { readonly bytesPerSecond: number };

/** Which requests an order is for. */
export interface RequestPattern {
  readonly method?: string;
  /** Matched with the path after `/api/v10`; a string: found anywhere in it or equal to the route's pattern. */
  readonly route: RegExp | string;
}

/** What is answered over HTTP. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One order and how often it still holds. */
export interface Order {
  readonly pattern: RequestPattern;
  readonly fault: Fault;
  left: number;
}

/** The fault of the first order that fits; it is used up by one. */
export function takeOrder(
  orders: Order[],
  { method, path, route }: { readonly method: string; readonly path: string; readonly route: string },
): Fault | null {
  const order = orders.find(({ pattern, left }) => {
    if (left <= 0 || (pattern.method !== undefined && pattern.method !== method)) return false;
    return typeof pattern.route === 'string'
      ? route === pattern.route || path.includes(pattern.route)
      : pattern.route.test(path);
  });
  if (order === undefined) return null;
  order.left -= 1;
  return order.fault;
}

/** What is answered instead of asking the routes; null: ask them. */
export function replyOf(fault: Fault | null): Reply | null {
  if (fault === null || typeof fault === 'string') return null;
  if ('status' in fault) return fault;
  if ('code' in fault) return refusal(fault.code);
  if (!('retryAfterMs' in fault)) return null;
  const seconds = fault.retryAfterMs / 1000;
  const isGlobal = fault.isGlobal ?? false;
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global: isGlobal },
    headers: {
      'retry-after': String(seconds),
      'x-ratelimit-scope': isGlobal ? 'global' : 'user',
      ...(isGlobal ? { 'x-ratelimit-global': 'true' } : {}),
    },
  };
}
