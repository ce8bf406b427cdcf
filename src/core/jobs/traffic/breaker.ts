/** The circuit breaker of one side of a provider: when calls stop, who tries again, when they flow again. Pure. */
import type { Failure } from '../../failure.ts';

/** What a breaker opens for. */
export type Cause = 'unavailable' | 'bad-key' | 'no-credit';

/**
 * Closed until `closedFaults` faults in a row, or at once for a bad key or an empty account. Open, nothing is called
 * before `probeAt`; from then on one call goes out and decides.
 */
export interface Breaker {
  readonly state: 'closed' | 'open';
  /** In a row. */
  readonly faults: number;
  /** How often it was opened without an answer in between. */
  readonly opens: number;
  readonly cause: Cause | null;
  /** The provider's words about the last fault, for the operator. */
  readonly reason: string | null;
  readonly openedAt: Date | null;
  readonly probeAt: Date | null;
  /** Asked for by a refusal (`Retry-After`): no call leaves before, whatever the state. */
  readonly pausedUntil: Date | null;
}

/** What a call came to, as far as the service is concerned: any answer of theirs, a plea to go slower, or a fault. */
export type Heard =
  | { readonly heard: 'answer' }
  | { readonly heard: 'limited'; readonly retryAfterMs: number }
  | { readonly heard: 'fault'; readonly cause: Cause; readonly reason: string; readonly retryAfterMs?: number };

/** Of a side that was never heard to fail. */
export const closedBreaker: Breaker = {
  state: 'closed',
  faults: 0,
  opens: 0,
  cause: null,
  reason: null,
  openedAt: null,
  probeAt: null,
  pausedUntil: null,
};

/** Faults in a row that open it. */
export const closedFaults = 5;

/** Between two probes: doubled each time, because an outage that lasts long tends to last longer. */
const firstProbeMs = 15_000;
const mostProbeMs = 300_000;

/** @returns the same object when nothing changes */
export function hear(breaker: Breaker, heard: Heard, now: Date): Breaker {
  if (heard.heard === 'answer') {
    const isQuiet = breaker.state === 'closed' && breaker.faults === 0;
    return isQuiet ? breaker : { ...closedBreaker, pausedUntil: breaker.pausedUntil };
  }
  if (heard.heard === 'limited') {
    const until = new Date(now.getTime() + heard.retryAfterMs);
    const isLonger = breaker.pausedUntil === null || until > breaker.pausedUntil;
    return { ...closedBreaker, pausedUntil: isLonger ? until : breaker.pausedUntil };
  }
  const { cause } = heard;
  const reason = heard.reason.slice(0, 300);
  const faults = breaker.faults + 1;
  const opensNow = breaker.state === 'open' || cause !== 'unavailable' || faults >= closedFaults;
  if (!opensNow) return { ...breaker, faults, cause, reason };
  // Calls that were under way when it opened tell nothing new: only a probe may lengthen the wait.
  const isLate = breaker.state === 'open' && breaker.probeAt !== null && now < breaker.probeAt;
  if (isLate && (cause === breaker.cause || cause === 'unavailable')) return breaker;
  const opens = breaker.opens + 1;
  const waitMs = cause === 'unavailable' ? Math.min(mostProbeMs, firstProbeMs * 2 ** (opens - 1)) : mostProbeMs;
  return {
    ...breaker,
    state: 'open',
    faults,
    opens,
    cause,
    reason,
    openedAt: breaker.openedAt ?? now,
    probeAt: new Date(now.getTime() + Math.max(waitMs, heard.retryAfterMs ?? 0)),
  };
}

/** What a refusal tells of the service, and not of the one request. */
export function heardIn(failure: Failure): Heard {
  switch (failure.kind) {
    case 'bad-key':
    case 'no-credit':
    case 'unavailable':
      return {
        heard: 'fault',
        cause: failure.kind,
        reason: failure.detail,
        ...(failure.retryAfterMs !== undefined && { retryAfterMs: failure.retryAfterMs }),
      };
    case 'rate-limited':
      return { heard: 'limited', retryAfterMs: failure.retryAfterMs ?? 0 };
    default:
      return { heard: 'answer' };
  }
}
