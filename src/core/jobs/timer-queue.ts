/** The alarm clock of a bot that runs as one process without services: timers, re-armed from the ledger at start. */
import type { JobId } from '../values.ts';
import { createHeap } from './heap.ts';
import { type AlarmClock, type QueueEdges, type Ring, ringOrReport } from './queue.ts';

interface Alarm {
  readonly id: JobId;
  readonly atMs: number;
  /** Alarms of one millisecond ring in the order they were set. */
  readonly order: number;
}

// A timer counts running time: a clock that was set, or a machine that slept, is noticed after this long.
// It also keeps the delay far from 2^31 ms, where setTimeout would fire at once.
const longestSleepMs = 60_000;

/**
 * Any number of alarms share one timer, which does not keep the process alive. Nothing survives the process: whoever
 * opens it sets the alarms of all unfinished jobs again.
 */
export function createTimerQueue({ now, onError }: QueueEdges): AlarmClock {
  const alarms = createHeap<Alarm>((one, other) =>
    one.atMs === other.atMs ? one.order < other.order : one.atMs < other.atMs,
  );
  const waiting = new Set<string>();
  const running = new Set<Promise<void>>();
  let listener: { readonly ring: Ring; readonly concurrency: number } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let alarmsSet = 0;
  let wasListenedTo = false;
  let isClosed = false;

  function arm(): void {
    clearTimeout(timer);
    const next = alarms.peek();
    if (next === undefined || listener === null || running.size >= listener.concurrency) return;
    const delayMs = Math.max(0, next.atMs - now().getTime());
    timer = setTimeout(ringDue, Math.min(delayMs, longestSleepMs)).unref();
  }

  function ringDue(): void {
    const nowMs = now().getTime();
    while (listener !== null && running.size < listener.concurrency) {
      const next = alarms.peek();
      if (next === undefined || next.atMs > nowMs) break;
      alarms.pop();
      waiting.delete(nameOf(next));
      start(listener.ring, next.id);
    }
    arm();
  }

  function start(ring: Ring, id: JobId): void {
    const run = ringOrReport(ring, id, onError).finally(() => {
      running.delete(run);
      ringDue();
    });
    running.add(run);
  }

  async function stopListening(): Promise<void> {
    listener = null;
    clearTimeout(timer);
    await Promise.all(running);
  }

  async function close(): Promise<void> {
    isClosed = true;
    await stopListening();
    alarms.clear();
    waiting.clear();
  }

  return {
    async wake(id, at) {
      const alarm = { id, atMs: at.getTime(), order: alarmsSet++ };
      if (isClosed || waiting.has(nameOf(alarm))) return;
      waiting.add(nameOf(alarm));
      alarms.push(alarm);
      if (alarms.peek() === alarm) arm();
    },
    async listen(ring, { concurrency }) {
      if (wasListenedTo || isClosed) throw new Error('an alarm clock is listened to once');
      wasListenedTo = true;
      listener = { ring, concurrency };
      arm();
    },
    stopListening,
    async probe() {
      if (isClosed) throw new Error('the alarm clock is closed');
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function nameOf({ id, atMs }: Pick<Alarm, 'id' | 'atMs'>): string {
  return `${id}-${atMs}`;
}
