/** One connection of Socket Mode, from its opening to its end. A new one takes its place; it is never used again. */
import { type App, SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';
import { within } from '../../core/jobs/within.ts';
import type { Log } from '../../core/log.ts';
import { clientOptions, toSlackLogger } from './slack-clients.ts';

export interface Socket {
  /** Slack has said hello. Rejects when it did not. */
  readonly opened: Promise<void>;
  /** A new one is wanted: why, in Slack's word where it gave one. What still comes by this one is heard. */
  readonly ended: Promise<string>;
  /** Something may come by it. */
  isOpen(): boolean;
  /** Leaves it to Slack to hang up, for a while. Resolves when it is closed; never rejects. */
  retire(): Promise<void>;
  /** Resolves within a few seconds; never rejects. */
  close(): Promise<void>;
}

interface SocketSettings {
  readonly app: App;
  readonly appToken: string;
  readonly apiUrl: string;
  readonly log: Log;
}

/** Until Slack says hello. */
const helloMs = 20_000;
/** Until the address is told. */
const askMs = 10_000;
/** A line without a sign of life for so long is dead. A busy process may be late to notice one. */
const pongMs = 10_000;
/** Slack says that it hangs up up to ten seconds before it does. */
const lingerMs = 30_000;
/** Until Slack has closed its end too. */
const goodbyeMs = 1_000;
const watchMs = 1_000;

/**
 * The library would hang up itself as soon as Slack announces that it will, losing what is on its way, and come back only
 * seconds later; and a network that is away then would end the process by a rejection that nobody hears
 * (platforms/slack.md §2). So each connection is used once, the library is never told to come back, and announcements
 * are read here.
 */
export function openSocket({ app, appToken, apiUrl, log }: SocketSettings): Socket {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: toSlackLogger(log),
    autoReconnectEnabled: false,
    clientPingTimeout: pongMs,
    installerOptions: { clientOptions: { ...clientOptions(apiUrl, log), timeout: askMs } },
    // What was not taken is not acknowledged, so that it comes again.
    processEventErrorHandler: async () => false,
  });
  receiver.init(app);
  const { client } = receiver;
  const ended = Promise.withResolvers<string>();
  const closed = Promise.withResolvers<void>();
  const givenUp = Promise.withResolvers<never>();
  givenUp.promise.catch(() => undefined);
  let state: 'opening' | 'open' | 'leaving' | 'closed' = 'opening';
  let isUnwanted = false;

  // A line that has gone dead is hung up on by the library, which then waits half a minute for the other end.
  const watch = setInterval(() => {
    if (state === 'open' && client.websocket?.isActive() !== true) leave('silent');
  }, watchMs);
  watch.unref();

  function leave(reason: string): void {
    if (state === 'open') state = 'leaving';
    ended.resolve(reason);
  }

  const readers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, ...more: unknown[]) => {
    const reason = readFarewell(data);
    if (reason !== null) leave(reason);
    else for (const read of readers) read.call(client, data, ...more);
  });
  client.on('disconnected', () => {
    leave('closed');
    state = 'closed';
    clearInterval(watch);
    closed.resolve();
  });

  async function open(): Promise<void> {
    const started = client.start();
    // One that opens when nobody wants it any more.
    void started.then(
      () => (isUnwanted ? client.disconnect() : undefined),
      () => undefined,
    );
    try {
      await within(helloMs, Promise.race([started, givenUp.promise]));
    } catch (error) {
      // The library rejects with nothing when the connection closes before the hello.
      throw error ?? new Error('the connection closed before Slack said hello');
    }
    if (state === 'opening') state = 'open';
  }

  async function close(): Promise<void> {
    isUnwanted = true;
    givenUp.reject(new Error('closed here'));
    if (state === 'closed') return;
    void client.disconnect();
    await within(goodbyeMs, closed.promise).catch(() => undefined);
    // Asked once more it does not wait for the other end.
    if (client.websocket?.readyState !== undefined) void client.disconnect();
    leave('closed here');
    clearInterval(watch);
  }

  const opened = open();
  opened.catch(() => undefined);
  return {
    opened,
    ended: ended.promise,
    isOpen: () => state === 'open' || state === 'leaving',
    async retire() {
      if (state === 'leaving') await within(lingerMs, closed.promise).catch(() => undefined);
      await close();
    },
    close,
  };
}

const farewell = z.object({ type: z.literal('disconnect'), reason: z.string().nullish() });

/** Slack's word for why it hangs up; null: it says something else. */
function readFarewell(data: unknown): string | null {
  if (typeof data !== 'string' || !data.includes('"disconnect"')) return null;
  try {
    const read = farewell.safeParse(JSON.parse(data));
    return read.success ? (read.data.reason ?? 'disconnect') : null;
  } catch {
    return null;
  }
}
