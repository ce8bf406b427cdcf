import type { QueueEdges, QueueFault } from './queue.ts';

/** Passes faults of connections on to `onError`, the same message at most once a minute. */
export interface FaultReporter {
  connection(cause: unknown): void;
  /** Closing breaks connections: from now on that is no fault. */
  silence(): void;
}

const quietMs = 60_000;
const mostMessages = 100;

/** An outage repeats one error on every connection and every attempt: once a minute is enough to read. */
export function createFaultReporter({ now, onError }: QueueEdges): FaultReporter {
  const reportedAtMs = new Map<string, number>();
  let report: (fault: QueueFault) => void = onError;
  return {
    connection(cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      const nowMs = now().getTime();
      const lastMs = reportedAtMs.get(message);
      if (lastMs !== undefined && nowMs - lastMs < quietMs) return;
      if (reportedAtMs.size >= mostMessages) reportedAtMs.clear();
      reportedAtMs.set(message, nowMs);
      report({ kind: 'connection', cause });
    },
    silence() {
      report = () => {};
    },
  };
}
