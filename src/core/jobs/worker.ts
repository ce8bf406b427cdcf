/** What a process with the `worker` role does: is rung, moves jobs, keeps its leases, sweeps. */
import type { JobId } from '../values.ts';
import type { JobEdges } from './edges.ts';
import type { AlarmClock } from './queue.ts';
import { step } from './step.ts';
import { leaseMs } from './store.ts';
import { rearm, sweep } from './sweep.ts';

interface Worker {
  /** No further job is taken; resolves when those in hand have come to rest. */
  stop(): Promise<void>;
  /** Jobs in hand now. */
  busy(): number;
}

interface WorkerSettings {
  /** Jobs in hand at once. */
  readonly concurrency: number;
  /** Default 5 s. */
  readonly sweepEveryMs?: number;
}

/**
 * Sets every unfinished job's alarm again, then listens and sweeps. Rejects when the database cannot be read or the clock
 * was listened to before; no job is moved then.
 */
export async function startWorker(clock: AlarmClock, edges: JobEdges, settings: WorkerSettings): Promise<Worker> {
  const inHand = new Map<JobId, number>();

  const ring = async (id: JobId): Promise<void> => {
    inHand.set(id, (inHand.get(id) ?? 0) + 1);
    try {
      await step(id, edges);
    } finally {
      const left = (inHand.get(id) ?? 1) - 1;
      if (left === 0) inHand.delete(id);
      else inHand.set(id, left);
    }
  };

  const every = (periodMs: number, what: () => Promise<unknown>): NodeJS.Timeout => {
    let isRunning = false;
    const timer = setInterval(async () => {
      if (isRunning) return;
      isRunning = true;
      try {
        await what();
      } catch (error) {
        edges.log.warn('worker.upkeep-failed', { error });
      } finally {
        isRunning = false;
      }
    }, periodMs);
    timer.unref();
    return timer;
  };

  await rearm(edges);
  await clock.listen(ring, { concurrency: settings.concurrency });
  const timers = [
    every(settings.sweepEveryMs ?? 5_000, () => sweep(edges)),
    // A step may wait minutes for an upload; a third of the lease leaves room for a slow database.
    every(leaseMs / 3, async () => {
      if (inHand.size > 0) await edges.store.renew([...inHand.keys()]);
    }),
  ];

  return {
    busy: () => inHand.size,
    async stop() {
      timers.slice(0, 1).forEach(clearInterval);
      await clock.stopListening();
      timers.forEach(clearInterval);
    },
  };
}
