/** Bringing a payload to the app: by socket or by signed HTTP, three seconds for the acknowledgement, repeated where Slack repeats. */
import type { State } from './state.ts';

/** What is sent, whichever way. */
export interface Outgoing {
  readonly kind: 'slash_commands' | 'interactive' | 'events_api';
  readonly payload: Readonly<Record<string, unknown>>;
  readonly acceptsPayload: boolean;
}

/** An acknowledgement. */
export interface Outcome {
  /** From sending to hearing it, by the computer's own clock. */
  readonly ms: number;
  /** What came with it; null for none. */
  readonly body: unknown;
}

/** Why and how often it is sent again. */
export interface Retry {
  readonly attempt: number;
  readonly reason: string;
}

/** One way of reaching the app. Rejects with the reason that Slack gives for repeating. */
export interface Transport {
  send(outgoing: Outgoing, retry: Retry | null): Promise<Outcome>;
  /** Whether anybody is there. */
  isOpen(): boolean;
  /** Rings when somebody comes. */
  onOpen(act: () => void): void;
}

/** How long the app has (platforms/slack.md §1). */
export const deadlineMs = 3000;
/** When an event is repeated after each failure (platforms/slack.md §2). */
const repeatAfterMs = [0, 60_000, 5 * 60_000];

/** Thrown when nobody took it; `reason` is Slack's word. */
export class NotDelivered extends Error {
  override readonly name = 'NotDelivered';
  readonly reason: string;
  /** The app asked not to be told again. */
  readonly isFinal: boolean;
  constructor(reason: string, isFinal = false) {
    super(reason);
    this.reason = reason;
    this.isFinal = isFinal;
  }
}

export interface Delivery {
  deliver(outgoing: Outgoing): Promise<Outcome>;
  /** The next ones come twice. */
  repeatNext(times: number): void;
  /** Resolves when nothing is under way; what waits for its time, or for somebody to come, is not. */
  settled(): Promise<void>;
}

/** @param transport asked at every attempt: a test may change it */
export function createDelivery(state: State, transport: () => Transport): Delivery {
  let toRepeat = 0;
  const underWay = new Set<Promise<unknown>>();
  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    const done: Promise<unknown> = work.then(
      () => underWay.delete(done),
      () => underWay.delete(done),
    );
    underWay.add(done);
    return work;
  };

  async function deliver(outgoing: Outgoing): Promise<Outcome> {
    const isTwice = toRepeat > 0;
    if (isTwice) toRepeat -= 1;
    const first = track(attempt(outgoing, null));
    // At the same time: the app's second connection has it before the first is through.
    if (isTwice) track(attempt(outgoing, { attempt: 1, reason: 'timeout' })).catch(() => undefined);
    try {
      return await first;
    } catch (error) {
      const isForGood = !(error instanceof NotDelivered) || error.isFinal || outgoing.kind !== 'events_api';
      if (isForGood) throw error;
      return repeat(outgoing, error.reason, 1);
    }
  }

  async function attempt(outgoing: Outgoing, retry: Retry | null): Promise<Outcome> {
    const label = labelOf(outgoing);
    try {
      return await transport().send(outgoing, retry);
    } catch (error) {
      if (error instanceof NotDelivered && error.reason.endsWith('timeout'))
        state.problems.push(`${label}: not acknowledged within ${deadlineMs} ms`);
      throw error;
    }
  }

  /** An event waits for its time, and for somebody to hear it. */
  function repeat(outgoing: Outgoing, reason: string, count: number): Promise<Outcome> {
    const afterMs = repeatAfterMs[count - 1];
    if (afterMs === undefined) return Promise.reject(new NotDelivered(reason, true));
    return new Promise((resolve, reject) => {
      const again = () =>
        track(attempt(outgoing, { attempt: count, reason }))
          .catch((error: unknown) => {
            if (!(error instanceof NotDelivered) || error.isFinal) throw error;
            return repeat(outgoing, error.reason, count + 1);
          })
          .then(resolve, reject);
      const whenOpen = () => {
        if (transport().isOpen()) void again();
        else transport().onOpen(() => void again());
      };
      if (afterMs === 0) whenOpen();
      else state.clock.later(afterMs, whenOpen);
    });
  }

  return {
    deliver,
    repeatNext(times) {
      toRepeat += times;
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** For a person who reads the list of problems. */
export function labelOf({ kind, payload }: Outgoing): string {
  const event = payload.event as { readonly type?: string } | undefined;
  return [kind, payload.command ?? payload.type, event?.type].filter((each) => each !== undefined).join(' ');
}
