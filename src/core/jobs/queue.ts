/** The alarm clock: the database remembers what is due, this only wakes whoever looks there. */
import type { JobId } from '../values.ts';

/** What most of the program sees of the clock: it can be set, but not listened to or closed. */
export interface Queue {
  /**
   * Rings `id` once, not before `at`; a past time rings at once. Two wakes of one job at one time may ring once, every
   * other pair rings twice. It may also ring twice or never: whoever is rung claims the row first, and a sweep re-rings
   * what was lost.
   * Resolves within seconds even during an outage, and never rejects: the row is already written, so a step must not
   * fail because its alarm did. What could not be set is reported, and tried again while this process lives.
   */
  wake(id: JobId, at: Date): Promise<void>;
}

/** What a rung alarm calls. A throw is reported and not repeated: the sweep rings again. */
export type Ring = (id: JobId) => Promise<void>;

/** A queue that can also be listened to and closed. */
export interface AlarmClock extends Queue, AsyncDisposable {
  /**
   * Starts ringing, once in the clock's life; a process that only wakes never calls it.
   * At most `concurrency` rings of this process run at a time; alarms that nobody hears yet are kept.
   */
  listen(ring: Ring, options: { readonly concurrency: number }): Promise<void>;
  /** No further ring starts; resolves when those running have ended. Wakes are still taken, for others to hear. */
  stopListening(): Promise<void>;
  /** For `/readyz`: rejects when what holds the alarms does not answer within two seconds, or the clock is closed. */
  probe(): Promise<void>;
  /** Stops listening and lets go of every handle, within seconds even when nobody answers. Wakes are ignored from then on. */
  close(): Promise<void>;
}

/** What went wrong where nobody awaits: for the log. */
export type QueueFault =
  /** The handler threw; the alarm is spent. */
  | { readonly kind: 'ring-failed'; readonly id: JobId; readonly cause: unknown }
  /** An alarm could not be set and is kept in memory. Reported for the first of an outage only. */
  | { readonly kind: 'wake-postponed'; readonly id: JobId; readonly cause: unknown }
  /** Redis or PostgreSQL broke off; the connection mends itself. The same message at most once a minute. */
  | { readonly kind: 'connection'; readonly cause: unknown };

/** What a clock of any kind needs from outside; `onError` hears what nobody awaits. */
export interface QueueEdges {
  readonly now: () => Date;
  readonly onError: (fault: QueueFault) => void;
}

/** Rings once. Never rejects. */
export async function ringOrReport(ring: Ring, id: JobId, onError: QueueEdges['onError']): Promise<void> {
  try {
    await ring(id);
  } catch (cause) {
    onError({ kind: 'ring-failed', id, cause });
  }
}
