/** What Kysely's PostgreSQL dialect needs of `pg`, over the one connection of a PGlite in its own thread. */
import { Worker } from 'node:worker_threads';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { ThreadAnswer, ThreadCall, ThreadSettings } from './pglite-thread.ts';

/** Carries `code`, `detail` and `constraint` as `pg`'s errors do. */
export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError';
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly constraint: string | undefined;

  constructor(error: { message: string; code?: string; detail?: string; constraint?: string }) {
    super(error.message);
    this.code = error.code;
    this.detail = error.detail;
    this.constraint = error.constraint;
  }
}

/** A pool of one connection. */
export interface PglitePool extends PostgresPool {
  /** False when commits do not reach the disk on this system: to be said loudly. */
  readonly syncs: boolean;
  /** The same connection for those who cannot wait: its clients are served before all others. Ending it does nothing. */
  readonly urgent: PostgresPool;
}

interface Waiter {
  readonly resolve: (answer: Extract<ThreadAnswer, { rows: readonly unknown[] }>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Opens the directory, making the database when it is new. A client holds the one connection from `connect` to
 * `release`, first come first served: inside a transaction never await a query outside it.
 * @throws EmbeddedDatabaseError or the thread's own error when the directory cannot be opened
 */
export async function openPglitePool(settings: ThreadSettings): Promise<PglitePool> {
  const thread = new Worker(new URL('./pglite-thread.ts', import.meta.url), { workerData: settings });
  const waiting = new Map<number, Waiter>();
  let calls = 0;
  let ended: Error | undefined;

  const opened = Promise.withResolvers<boolean>();
  thread.on('message', (answer: ThreadAnswer) => {
    if ('opened' in answer) {
      opened.resolve(answer.syncs);
      return;
    }
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) waiter?.reject(new EmbeddedDatabaseError(answer.error));
    else waiter?.resolve(answer);
  });
  const endWith = (error: Error): void => {
    ended ??= error;
    opened.reject(ended);
    for (const waiter of waiting.values()) waiter.reject(ended);
    waiting.clear();
  };
  thread.on('error', endWith);
  thread.on('exit', () => endWith(new Error('The embedded database is closed.')));

  function call(what: Omit<Extract<ThreadCall, { does: 'query' }>, 'id'> | { does: 'close' }) {
    return new Promise<Extract<ThreadAnswer, { rows: readonly unknown[] }>>((resolve, reject) => {
      if (ended !== undefined) {
        reject(ended);
        return;
      }
      calls += 1;
      waiting.set(calls, { resolve, reject });
      thread.postMessage({ ...what, id: calls });
    });
  }

  const syncs = await opened.promise;
  const turns = createTurns();

  const query = async (sql: string, parameters: readonly unknown[]) => {
    const answer = await call({ does: 'query', sql, parameters });
    // Kysely reads a count for `numAffectedRows` under these commands and ignores it under `SELECT`.
    return { command: commandOf(sql), rowCount: answer.affected, rows: answer.rows };
  };

  const connect = async (isUrgent: boolean): Promise<PostgresPoolClient> => {
    await turns.take(isUrgent);
    return { query: query as PostgresPoolClient['query'], release: turns.give };
  };

  return {
    options: {},
    syncs,
    connect: () => connect(false),
    urgent: { options: {}, connect: () => connect(true), end: async () => {} },
    async end(): Promise<void> {
      await turns.take(false);
      try {
        await call({ does: 'close' });
        await thread.terminate();
      } finally {
        // Whoever still comes is told so, instead of waiting for ever.
        turns.give();
      }
    },
  };
}

/** One holder at a time; whoever waits is served in order, the urgent ones before the others. */
function createTurns(): { take(isUrgent: boolean): Promise<void>; give(): void } {
  const urgent: (() => void)[] = [];
  const others: (() => void)[] = [];
  let isTaken = false;
  return {
    take(isUrgent) {
      if (!isTaken) {
        isTaken = true;
        return Promise.resolve();
      }
      return new Promise((resolve) => (isUrgent ? urgent : others).push(resolve));
    },
    give() {
      const next = urgent.shift() ?? others.shift();
      if (next === undefined) isTaken = false;
      else next();
    },
  };
}

function commandOf(sql: string): 'UPDATE' | 'DELETE' | 'INSERT' | 'SELECT' {
  const word = sql.trimStart().slice(0, 6).toUpperCase();
  return word === 'UPDATE' || word === 'DELETE' || word === 'INSERT' ? word : 'SELECT';
}
