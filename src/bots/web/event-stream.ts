/** One page's connection: what it missed, then what happens, as server-sent events. */
import type { Changes, Hub } from './hub.ts';
import { isVisibleTo, type LinkTo, type StoredMessage, viewFor } from './message.ts';

export interface EventStreamEdges {
  readonly hub: Hub;
  readonly visitor: string;
  readonly linkTo: LinkTo;
  readonly now: () => Date;
  /** What changed after the version the page has seen; null when that is too much to send one by one. */
  readonly missed: () => Promise<readonly StoredMessage[] | null>;
  /** Where the page stands now. */
  readonly cursor: number;
  /** Every channel there is: they are few, so the page is told all of them whenever it connects. */
  readonly channels: () => Promise<readonly string[]>;
}

const beatEveryMs = 10_000;

/**
 * Events: `hello` (the server's time), `reset` (read everything again), `message`, `channel`, `beat`.
 * An event's id is a cursor: after a lost connection the page hands it back and misses nothing.
 */
export function openEventStream(edges: EventStreamEdges): ReadableStream<Uint8Array> {
  const { hub, visitor, linkTo, now, missed, channels } = edges;
  const mailbox = createMailbox();
  let cursor = edges.cursor;
  let early: Changes[] | null = [];

  function tell(key: string, event: string, data: unknown): void {
    mailbox.put(key, `event: ${event}\nid: ${cursor}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  function tellMessages(messages: readonly StoredMessage[]): void {
    for (const message of messages) {
      if (isVisibleTo(visitor, message)) tell(message.id, 'message', viewFor(visitor, message, linkTo));
    }
  }

  function tellChanges(changes: Changes): void {
    cursor = Math.max(cursor, changes.cursor);
    tellMessages(changes.messages);
    for (const name of changes.channels) tell(`channel ${name}`, 'channel', { name });
  }

  async function catchUp(): Promise<void> {
    for (const name of await channels()) tell(`channel ${name}`, 'channel', { name });
    const backlog = await missed();
    if (backlog === null) tell('reset', 'reset', {});
    else tellMessages(backlog);
    for (const changes of early ?? []) tellChanges(changes);
    early = null;
  }

  // Joined before the backlog is read: what happens meanwhile is in one of the two, or in both.
  const leave = hub.join({
    onChanges: (changes) => (early === null ? tellChanges(changes) : early.push(changes)),
    onClose: mailbox.close,
  });
  const beat = setInterval(() => tell('beat', 'beat', {}), beatEveryMs);
  mailbox.onClosed(() => {
    clearInterval(beat);
    leave();
  });
  tell('hello', 'hello', { now: now().getTime() });
  catchUp().catch(mailbox.close);
  return mailbox.stream;
}

interface Mailbox {
  readonly stream: ReadableStream<Uint8Array>;
  /** An unread event under the same key is replaced: only the latest of each counts. */
  put(key: string, event: string): void;
  close(): void;
  /** However it ends: closed here or left by the reader. */
  onClosed(then: () => void): void;
}

/** A page that reads this slowly is cut off: it comes back with its cursor. */
const mostUnread = 500;

/** Hands events over only as fast as they are read, so a stalled page costs a bounded amount of memory. */
function createMailbox(): Mailbox {
  const encoder = new TextEncoder();
  const unread = new Map<string, string>();
  let reader: ReadableStreamDefaultController<Uint8Array> | null = null;
  let whenClosed = (): void => {};

  function handOver(): void {
    for (const [key, event] of unread) {
      if (reader === null || (reader.desiredSize ?? 0) <= 0) return;
      unread.delete(key);
      reader.enqueue(encoder.encode(event));
    }
  }

  function end(): void {
    reader = null;
    unread.clear();
    whenClosed();
  }

  function close(): void {
    const open = reader;
    if (open === null) return;
    end();
    open.close();
  }

  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      reader = controller;
    },
    pull: handOver,
    cancel: end,
  });
  return {
    stream,
    put(key, event) {
      unread.delete(key);
      unread.set(key, event);
      if (unread.size > mostUnread) close();
      else handOver();
    },
    close,
    onClosed: (then) => {
      whenClosed = then;
    },
  };
}
