/** An alarm clock whose alarms lie in a store that can be away for a while. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobId } from '../values.ts';
import type { FaultReporter } from './fault-reporter.ts';
import { type AlarmClock, type QueueEdges, type Ring, ringOrReport } from './queue.ts';
import { within } from './within.ts';

/** An alarm as the store keeps it. */
export interface StoredAlarm {
  readonly id: JobId;
  /** Two alarms of one name are one alarm, until it is crossed off. */
  readonly name: string;
  readonly setAtMs: number;
  readonly delayMs: number;
}

interface AlarmStore {
  /** False: an alarm would only wait in this process for the store to come back. */
  isUp(): boolean;
  add(alarm: StoredAlarm): Promise<unknown>;
  /** Does not fetch before it is run. */
  createFetcher(handlers: FetchHandlers, concurrency: number): Promise<AlarmFetcher>;
  ask(): Promise<unknown>;
  close(): Promise<void>;
}

/** What a store tells the clock: an alarm is due, or done with. */
export interface FetchHandlers {
  /** Never rejects. `handed-back`: it did not ring, and another process should have it at once. */
  ring(alarm: Pick<StoredAlarm, 'id' | 'name'>): Promise<'rung' | 'handed-back'>;
  /** The store has let go of the name. */
  crossedOff(name: string): void;
}

/** Takes due alarms out of the store, at most as many at a time as it was created for. */
export interface AlarmFetcher {
  /** Fetches due alarms until it is paused or closed. */
  run(): Promise<void>;
  /** Fetches no more; does not wait for what runs. */
  pause(): Promise<void>;
  /** @param force without crossing off what has rung, for a store that is away */
  close(force: boolean): Promise<void>;
}

const answerMs = 2_000;
const closeMs = 1_500;
const retryMs = 1_000;
const mostPostponed = 10_000;

/** Alarms that the store does not take are kept here and tried again every second. */
export function createStoredClock({ now, onError }: QueueEdges, faults: FaultReporter, store: AlarmStore): AlarmClock {
  const postponed = new Map<string, { readonly id: JobId; readonly atMs: number }>();
  const ringing = new Set<string>();
  const running = new Set<Promise<void>>();
  let retryTimer: NodeJS.Timeout | null = null;
  let fetcher: AlarmFetcher | null = null;
  let isStopping = false;
  let isClosed = false;

  async function set(id: JobId, atMs: number): Promise<void> {
    if (!store.isUp()) throw new Error('not connected');
    const setAtMs = now().getTime();
    const plainName = `${id}-${atMs}`;
    // A ringing alarm holds its name until it is crossed off: the same one, set again before, would be swallowed.
    const name = ringing.has(plainName) ? `${plainName}-${randomUUID()}` : plainName;
    await within(answerMs, store.add({ id, name, setAtMs, delayMs: Math.max(0, atMs - setAtMs) }));
  }

  function postpone(id: JobId, atMs: number, cause: unknown): void {
    if (isClosed) return;
    if (postponed.size === 0) onError({ kind: 'wake-postponed', id, cause });
    // Beyond this the sweep has to do: an outage must not fill the memory.
    if (postponed.size < mostPostponed) postponed.set(`${id}-${atMs}`, { id, atMs });
    retryLater();
  }

  function retryLater(): void {
    retryTimer ??= setTimeout(async () => {
      await setPostponed();
      retryTimer = null;
      if (postponed.size > 0 && !isClosed) retryLater();
    }, retryMs).unref();
  }

  /** In the order they came, until one is refused again. */
  async function setPostponed(): Promise<void> {
    for (const [name, { id, atMs }] of postponed) {
      try {
        await set(id, atMs);
      } catch {
        return;
      }
      postponed.delete(name);
    }
  }

  function createHandlers(ring: Ring): FetchHandlers {
    return {
      async ring({ id, name }) {
        if (isStopping) return 'handed-back'; // fetched while we were stopping
        ringing.add(name);
        const run = ringOrReport(ring, id, onError);
        running.add(run);
        await run;
        running.delete(run);
        return 'rung';
      },
      crossedOff: (name) => void ringing.delete(name),
    };
  }

  /** A fetcher outlives an outage by itself; should it ever end, it starts again. */
  async function keepRunning({ run }: AlarmFetcher): Promise<void> {
    while (!isStopping) {
      await run().catch(faults.connection);
      if (!isStopping) await sleep(retryMs, undefined, { ref: false });
    }
  }

  async function stopListening(): Promise<void> {
    isStopping = true;
    if (fetcher === null) return;
    await fetcher.pause();
    await Promise.all(running);
    await within(closeMs, fetcher.close(!store.isUp())).catch(faults.connection);
  }

  async function close(): Promise<void> {
    await stopListening();
    if (isClosed) return;
    isClosed = true;
    if (retryTimer !== null) clearTimeout(retryTimer);
    postponed.clear();
    faults.silence();
    await within(2 * closeMs, store.close()).catch(() => {});
  }

  return {
    async wake(id, at) {
      if (isClosed) return;
      try {
        await set(id, at.getTime());
      } catch (cause) {
        postpone(id, at.getTime(), cause);
      }
    },
    async listen(ring, { concurrency }) {
      if (fetcher !== null || isStopping) throw new Error('an alarm clock is listened to once');
      fetcher = await store.createFetcher(createHandlers(ring), concurrency);
      void keepRunning(fetcher);
    },
    stopListening,
    async probe() {
      if (isClosed || !store.isUp()) throw new Error('the alarm clock is not connected');
      await within(answerMs, store.ask());
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
