/** Tells the open pages what changed. It watches the database, so it does not matter which process wrote. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../core/log.ts';
import type { StoredMessage } from './message.ts';
import { readMessages } from './messages.ts';
import type { WebDatabase } from './web-tables.ts';

export interface Changes {
  /** Whatever changed, private or not: the reader of this filters. */
  readonly messages: readonly StoredMessage[];
  readonly channels: readonly string[];
  /** Nothing at or below this version will appear any more: where a page that lost its connection goes on. */
  readonly cursor: number;
}

export interface Listener {
  onChanges(changes: Changes): void;
  /** The server stops: the page will come back. */
  onClose(): void;
}

export interface Hub {
  /** A write happened in this process: look now. */
  announce(): void;
  /** Returns how to leave. The database is looked at only while somebody listens. */
  join(listener: Listener): () => void;
  close(): Promise<void>;
}

export interface HubEdges {
  readonly database: WebDatabase;
  readonly log: Log;
  readonly now: () => Date;
  readonly pollMs: number;
}

/** Longer than any write here takes from drawing its version to its commit. */
const settlingMs = 5000;

/**
 * Versions are drawn before they are committed, so a lower one can appear after a higher one. Every look therefore
 * starts at the cursor, below which all is settled, and leaves out what was already told.
 */
export function createHub({ database, log, now, pollMs }: HubEdges): Hub {
  const listeners = new Set<Listener>();
  const closing = new AbortController();
  let told: ReadonlySet<number> = new Set();
  let cursor: number | null = null;
  let watching: Promise<void> = Promise.resolve();
  let isWatching = false;
  let wake = new AbortController();

  async function look(): Promise<void> {
    cursor ??= await settledVersion(database, now());
    const from = cursor;
    const changed = await changedSince(database, from);
    const fresh = changed.filter(({ version }) => !told.has(version));
    const messages = await readFresh(database, fresh);
    const settled = newest(changed, new Date(now().getTime() - settlingMs), from);
    cursor = settled;
    told = new Set(changed.map(({ version }) => version).filter((version) => version > settled));
    const channels = fresh.flatMap(({ channel }) => channel ?? []);
    if (messages.length === 0 && channels.length === 0) return;
    for (const listener of [...listeners]) listener.onChanges({ messages, channels, cursor: settled });
  }

  async function watch(): Promise<void> {
    while (listeners.size > 0 && !closing.signal.aborted) {
      wake = new AbortController();
      try {
        await look();
      } catch (error) {
        log.warn('web.look-failed', { error });
      }
      await sleep(pollMs, undefined, { signal: AbortSignal.any([wake.signal, closing.signal]) }).catch(() => undefined);
    }
    isWatching = false;
    told = new Set();
    cursor = null;
  }

  return {
    announce: () => wake.abort(),
    join(listener) {
      if (closing.signal.aborted) {
        listener.onClose();
        return () => {};
      }
      listeners.add(listener);
      if (!isWatching) {
        isWatching = true;
        watching = watch();
      }
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) wake.abort();
      };
    },
    async close() {
      closing.abort();
      for (const listener of listeners) listener.onClose();
      listeners.clear();
      await watching;
    },
  };
}

interface Change {
  readonly version: number;
  readonly updated_at: Date;
  /** One of the two. */
  readonly message: string | null;
  readonly channel: string | null;
}

async function changedSince(database: WebDatabase, version: number): Promise<Change[]> {
  const messages = await database
    .selectFrom('web_messages')
    .select(['version', 'updated_at', 'id'])
    .where('version', '>', version)
    .execute();
  const channels = await database
    .selectFrom('web_channels')
    .select(['version', 'created_at', 'name'])
    .where('version', '>', version)
    .execute();
  return [
    ...messages.map(({ id, ...change }) => ({ ...change, message: id, channel: null })),
    ...channels.map(({ name, created_at, ...change }) => ({
      ...change,
      updated_at: created_at,
      message: null,
      channel: name,
    })),
  ];
}

async function readFresh(database: WebDatabase, fresh: readonly Change[]): Promise<StoredMessage[]> {
  const ids = fresh.flatMap(({ message }) => message ?? []);
  return ids.length === 0 ? [] : readMessages(database, ids);
}

function newest(changes: readonly Change[], settledBy: Date, otherwise: number): number {
  return changes
    .filter(({ updated_at }) => updated_at <= settledBy)
    .reduce((highest, { version }) => Math.max(highest, version), otherwise);
}

/** The highest version that nothing still uncommitted lies below. */
export async function settledVersion(database: WebDatabase, at: Date): Promise<number> {
  const settledBy = new Date(at.getTime() - settlingMs);
  const { version } = await database
    .selectFrom('web_messages')
    .select(({ fn }) => fn.max('version').as('version'))
    .where('updated_at', '<=', settledBy)
    .executeTakeFirstOrThrow();
  return Number(version ?? 0);
}
