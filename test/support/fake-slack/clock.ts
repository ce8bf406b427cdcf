/** Slack's clock: the computer's, until a test moves it. What is due later comes in time, or when the clock is moved past it. */

export interface Clock {
  nowMs(): number;
  /** Moves the clock of triggers, response URLs, tokens, shares and repetitions. */
  advance(ms: number): void;
  /** @param ms from now */
  later(ms: number, act: () => void): void;
  stop(): void;
}

interface Due {
  readonly atMs: number;
  readonly act: () => void;
  readonly timer: NodeJS.Timeout;
}

/** @param now in place of the computer's clock; `advance` still adds to it */
export function createClock(now: () => number = Date.now): Clock {
  const waiting = new Set<Due>();
  let passedMs = 0;
  const nowMs = () => now() + passedMs;
  const run = (due: Due) => {
    if (!waiting.delete(due)) return;
    clearTimeout(due.timer);
    due.act();
  };
  return {
    nowMs,
    advance(ms) {
      passedMs += ms;
      const due = [...waiting].filter(({ atMs }) => atMs <= nowMs()).toSorted((a, b) => a.atMs - b.atMs);
      for (const each of due) run(each);
    },
    later(ms, act) {
      const due: Due = { atMs: nowMs() + ms, act, timer: setTimeout(() => run(due), ms) };
      due.timer.unref();
      waiting.add(due);
    },
    stop() {
      for (const { timer } of waiting) clearTimeout(timer);
      waiting.clear();
    },
  };
}
