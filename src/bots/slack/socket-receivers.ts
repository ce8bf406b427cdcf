/**
 * Socket Mode by two connections for one App. Slack recycles each every few hours, and what happens in between comes by
 * the other (platforms/slack.md §2). Each payload goes to one of them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '@slack/bolt';
import { WebAPIRateLimitedError } from '@slack/web-api';
import type { Log } from '../../core/log.ts';
import type { Secret } from '../../core/secret.ts';
import { readRefusal } from './api-errors.ts';
import { openSocket, type Socket } from './socket.ts';
import type { Transport } from './transport.ts';

export interface SocketPace {
  /** Between the first connection and the second, so that both are not recycled together. */
  readonly staggerMs: number;
  /** After one that failed, the first time, the second, and so on; the last one stays. */
  readonly pausesMs: readonly number[];
  /** After Slack said that there are too many, where another one is open. */
  readonly crowdedMs: number;
  /** After Slack said that it does not know the token. */
  readonly badTokenMs: number;
}

export interface SocketReceiversEdges {
  readonly appToken: Secret;
  readonly apiUrl: string;
  readonly log: Log;
  /** Default: `usualPace`. */
  readonly pace?: Partial<SocketPace>;
}

const usualPace: SocketPace = {
  staggerMs: 15_000,
  pausesMs: [0, 500, 1_000, 2_000, 5_000, 10_000, 30_000],
  crowdedMs: 5 * 60_000,
  badTokenMs: 5 * 60_000,
};

/** One that lasted so long was no failure. */
const soundMs = 10_000;

/** Trying again soon would change nothing: the operator has to. */
const badToken: ReadonlySet<string> = new Set([
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'missing_scope',
  'user_removed_from_team',
  'team_disabled',
]);

type End = 'recycled' | 'crowded' | 'bad-token' | 'failed';

export function createSocketReceivers({ appToken, apiUrl, log, pace: own }: SocketReceiversEdges): Transport {
  const pace = { ...usualPace, ...own };
  const stopping = new AbortController();
  const sockets = new Set<Socket>();
  const first = Promise.withResolvers<void>();
  let app: App | null = null;
  let keeping: Promise<unknown> = Promise.resolve();
  let isTokenBad = false;

  const openOnes = (): number => [...sockets].filter(({ isOpen }) => isOpen()).length;
  const rest = (ms: number): Promise<unknown> =>
    sleep(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);

  /** Resolves when it is no more of use. */
  async function useOne(): Promise<End> {
    if (app === null) throw new Error('the App was not made with these receivers');
    const socket = openSocket({ app, appToken: appToken.reveal(), apiUrl, log });
    sockets.add(socket);
    try {
      await socket.opened;
      isTokenBad = false;
      first.resolve();
      log.info('slack.connected', { connections: openOnes() });
      const since = performance.now();
      const reason = await socket.ended;
      if (stopping.signal.aborted) return 'recycled';
      log.info('slack.recycled', { reason, connections: openOnes() });
      if (reason === 'too_many_websockets') return 'crowded';
      return performance.now() - since >= soundMs ? 'recycled' : 'failed';
    } catch (error) {
      if (stopping.signal.aborted) return 'recycled';
      if (error instanceof WebAPIRateLimitedError) await rest(error.retryAfter * 1000);
      return tell(error);
    } finally {
      // Its last words are heard, while another one takes its place.
      void socket.retire().then(() => sockets.delete(socket));
    }
  }

  function tell(error: unknown): End {
    const code = readRefusal(error)?.code ?? '';
    if (badToken.has(code)) {
      if (!isTokenBad) log.error('slack.bad-token', { code, advice: adviceFor(code) });
      isTokenBad = true;
      return 'bad-token';
    }
    log.warn('slack.not-connected', { error });
    return code === 'too_many_websockets' ? 'crowded' : 'failed';
  }

  /** Connects for ever. */
  async function keepOne(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; ) {
      const end = await useOne();
      failures = end === 'recycled' ? 0 : failures + 1;
      await rest(pauseAfter(end, failures));
    }
  }

  function pauseAfter(end: End, failures: number): number {
    if (end === 'recycled') return 0;
    if (end === 'bad-token') return pace.badTokenMs;
    // Where another one is open it is enough.
    if (end === 'crowded' && openOnes() > 0) return pace.crowdedMs;
    return pace.pausesMs[Math.min(failures, pace.pausesMs.length) - 1] ?? 0;
  }

  async function keepSecond(): Promise<void> {
    await Promise.race([first.promise, aborted(stopping.signal)]);
    await rest(pace.staggerMs);
    await keepOne();
  }

  return {
    receiver: {
      init(made) {
        app = made;
      },
      // Bolt's App is never started: it knows of one connection only.
      start: async () => undefined,
      stop: async () => undefined,
    },
    isReady: () => openOnes() > 0,
    start() {
      keeping = Promise.all([keepOne(), keepSecond()]);
    },
    async stop() {
      stopping.abort();
      await Promise.all([...sockets].map((socket) => socket.close()));
      await keeping;
    },
  };
}

function adviceFor(code: string): string {
  return code === 'missing_scope'
    ? 'SLACK_APP_TOKEN lacks connections:write: make a new one in the app’s settings, under Basic Information, App-Level Tokens.'
    : 'Slack does not know SLACK_APP_TOKEN: make a new one in the app’s settings, under Basic Information, App-Level Tokens.';
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
