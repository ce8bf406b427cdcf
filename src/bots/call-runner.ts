/** Runs calls that are acknowledged and written down, each until it is answered; and takes up what a dead process left. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../core/log.ts';
import { createTurns } from './turns.ts';

/** As far as running it goes. */
interface Written {
  /** The origin of the job it makes, if any. */
  readonly id: string;
  /** From then on nobody can be told the answer. */
  readonly expiresAt: Date;
}

/** Where a platform writes down what it was asked. */
export interface WrittenCalls<Open extends Written> {
  /** Takes in hand the calls without an answer that nobody holds: of several processes that ask, one gets each. Oldest first. */
  claim(how: {
    readonly heldUntil: Date;
    /** Nobody else lives who could hold one. */
    readonly isAlone: boolean;
    readonly at: Date;
  }): Promise<readonly Open[]>;
  /** Still in hand. */
  hold(ids: readonly string[], heldUntil: Date): Promise<void>;
  /** Answered, or past answering. */
  close(id: string, at: Date): Promise<void>;
  /** Throws away what no longer speaks for anything. */
  sweep(at: Date): Promise<void>;
}

export interface CallRunnerEdges<Open extends Written> {
  /** Names its lines in the log. */
  readonly platform: string;
  readonly calls: WrittenCalls<Open>;
  readonly log: Log;
  readonly now: () => Date;
  /** Whose turn it takes. */
  readonly personOf: (open: Open) => string;
  /** Runs it and answers. A throw says "we do not know": it is tried again, and at once unless it is `Postponed`. */
  readonly answer: (open: Open) => Promise<void>;
  /** Says that the program failed, when trying again did not help. */
  readonly giveUp: (open: Open) => Promise<void>;
}

export interface CallRunner<Open> {
  /** Returns at once. The same call is run by one at a time here, and is safe to run twice anywhere. */
  run(open: Open): void;
  /**
   * Runs whatever nobody has in hand, and keeps in hand what is under way here.
   * @param isAlone nobody else lives who could have anything in hand
   */
  recover(isAlone: boolean): Promise<void>;
  /** Resolves when everything under way has been answered; what had not begun is left to whoever comes next. */
  settle(): Promise<void>;
}

/** Thrown by `answer`: it cannot be answered before then. Others have their turn meanwhile, and whoever looks next takes it up. */
export class Postponed extends Error {
  override readonly name = 'Postponed';
  readonly until: Date;
  constructor(until: Date) {
    super(`not before ${until.toISOString()}`);
    this.until = until;
  }
}

/** Another process that has been silent for so long is taken for dead. */
const leaseMs = 30_000;
const retryDelaysMs = [300, 1500];

/** @returns until when a call that is taken up now is left alone by others */
export function leaseFrom(at: Date): Date {
  return new Date(at.getTime() + leaseMs);
}

export function createCallRunner<Open extends Written>(edges: CallRunnerEdges<Open>): CallRunner<Open> {
  const { platform, calls, log, now } = edges;
  const underWay = new Map<string, Promise<void>>();
  const left = new Set<string>();
  const stopping = new AbortController();
  const inTurn = createTurns();

  async function attendTo(open: Open): Promise<void> {
    if (stopping.signal.aborted) {
      left.add(open.id);
      return;
    }
    if (open.expiresAt <= now()) {
      // Nobody can be told any more, so nothing is made that nobody knows of.
      log.warn(`${platform}.answer-too-late`, { call: open.id });
    } else {
      const isDone = await answer(open);
      if (!isDone) return;
    }
    await calls.close(open.id, now());
  }

  /** @returns false when it is left for later */
  async function answer(open: Open): Promise<boolean> {
    for (const delayMs of [...retryDelaysMs, null]) {
      try {
        await edges.answer(open);
        return true;
      } catch (error) {
        if (error instanceof Postponed) {
          await calls.hold([open.id], error.until);
          return false;
        }
        log.error(`${platform}.command-failed`, { call: open.id, error });
        if (delayMs === null) break;
        await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        if (stopping.signal.aborted) {
          left.add(open.id);
          return false;
        }
      }
    }
    await edges.giveUp(open);
    return true;
  }

  function run(open: Open): void {
    if (underWay.has(open.id)) return;
    const running = inTurn(edges.personOf(open), () => attendTo(open))
      .catch((error: unknown) => log.error(`${platform}.answer-lost`, { call: open.id, error }))
      .finally(() => underWay.delete(open.id));
    underWay.set(open.id, running);
  }

  return {
    run,
    async recover(isAlone) {
      const heldUntil = leaseFrom(now());
      if (underWay.size > 0) await calls.hold([...underWay.keys()], heldUntil);
      const others = await calls.claim({ heldUntil, isAlone, at: now() });
      for (const open of others) run(open);
      await calls.sweep(now());
    },
    async settle() {
      stopping.abort();
      await Promise.all(underWay.values());
      if (left.size > 0) await calls.hold([...left], now());
    },
  };
}
