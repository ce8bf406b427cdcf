/** Buckets as they have been observed for years: five messages, and five edits, in five seconds for each channel. */
import type { FoundRoute } from './http-server.ts';
import { Refusal } from './refusal.ts';
import type { State } from './state.ts';

const most = 5;
const windowMs = 5000;

/** Counts requests by bucket. */
export interface RateLimits {
  /** Counts a request; null for a route without a bucket. `refusal` is there when it came too early. */
  take(
    method: string,
    found: FoundRoute | null,
  ): { readonly headers: Readonly<Record<string, string>>; readonly refusal: Refusal | null } | null;
}

/** By the fake's clock. A request that is refused does not count (platforms/discord.md §7). */
export function createRateLimits(state: State): RateLimits {
  const buckets = new Map<string, { readonly sinceMs: number; used: number }>();
  return {
    take(method, found) {
      const isCounted = method === 'POST' || method === 'PATCH';
      if (!isCounted || found === null || !found.route.pattern.includes('/messages')) return null;
      const key = `${method}:${found.ids.channel ?? found.ids.token}`;
      const nowMs = state.nowMs();
      const before = buckets.get(key);
      const bucket = before && nowMs - before.sinceMs < windowMs ? before : { sinceMs: nowMs, used: 0 };
      buckets.set(key, bucket);
      const afterSeconds = (bucket.sinceMs + windowMs - nowMs) / 1000;
      const isEarly = bucket.used >= most;
      if (!isEarly) bucket.used += 1;
      const headers = {
        'x-ratelimit-limit': String(most),
        'x-ratelimit-remaining': String(most - bucket.used),
        'x-ratelimit-reset-after': afterSeconds.toFixed(3),
        'x-ratelimit-bucket': `${method}-messages`,
      };
      const body = { message: 'You are being rate limited.', retry_after: afterSeconds, global: false };
      const refused = { 'retry-after': String(Math.ceil(afterSeconds)), 'x-ratelimit-scope': 'user' };
      return { headers, refusal: isEarly ? new Refusal(429, body, refused) : null };
    },
  };
}
