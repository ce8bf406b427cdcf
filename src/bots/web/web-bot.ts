/** The chat page: a bot like the others, whose platform happens to be our own HTTP server. */
import { Hono } from 'hono';
import type { Command } from '../../commands/command.ts';
import type { Database } from '../../core/database.ts';
import type { Log } from '../../core/log.ts';
import type { Media } from '../../core/media/media.ts';
import type { Platform } from '../bot.ts';
import { platformName } from './address.ts';
import { type CallRunner, createCallRunner } from './call-runner.ts';
import { createHub } from './hub.ts';
import { createIntake } from './intake.ts';
import { createPageFiles } from './page-files.ts';
import type { ParseArguments } from './understand.ts';
import { createWebCourier } from './web-courier.ts';
import { createWebRoutes } from './web-routes.ts';
import type { WebTables } from './web-tables.ts';

export interface WebBotEdges {
  readonly database: Database;
  /** The same, for the statements an acknowledgement waits for. */
  readonly urgent: Database;
  readonly media: Media;
  readonly log: Log;
  readonly now: () => Date;
  /** A UUIDv7: the timeline is sorted by it. */
  readonly newId: () => string;
  readonly parseArguments: ParseArguments;
  /** Whether no other process shares the database. */
  readonly isAlone: boolean;
  /** Told how long every acknowledgement took. */
  readonly acknowledged?: (seconds: number) => void;
  /** Whether the page is reached over https, and its cookie kept to that. Default false. */
  readonly isSecure?: boolean;
  /** How often the database is asked for news while somebody is connected. Default 300. */
  readonly pollMs?: number;
}

export interface WebBot {
  readonly platform: Platform;
  /** `/`, `/page/…` and `/api/…`: to be mounted at the root, behind whatever decides who may see the page. */
  readonly routes: Hono;
}

/** Another process gets this long to answer a call before this one runs it too. */
const abandonedAfterMs = 30_000;

/** `start` also answers whatever an earlier process acknowledged and did not live to answer. */
export function createWebBot(edges: WebBotEdges): WebBot {
  const { log, now, newId, media } = edges;
  const database = edges.database.withTables<WebTables>();
  const urgent = edges.urgent.withTables<WebTables>();
  const hub = createHub({ database, log, now, pollMs: edges.pollMs ?? 300 });
  const announce = hub.announce;
  let running: { readonly commands: readonly Command[]; readonly runner: CallRunner } | null = null;
  let sweep: NodeJS.Timeout | undefined;

  const abandoned = (): Date => new Date(now().getTime() - abandonedAfterMs);
  const recover = (runner: CallRunner, until: Date): Promise<void> =>
    runner.recover(until).catch((error: unknown) => log.warn('web.recover-failed', { error }));

  const routes = new Hono();
  routes.route('/', createPageFiles());
  routes.route(
    '/api',
    createWebRoutes({
      database,
      urgent,
      media,
      log,
      now,
      newId,
      hub,
      intake: createIntake({ ...edges, database: urgent }),
      acknowledged: edges.acknowledged ?? (() => {}),
      commands: () => running?.commands ?? null,
      run: (call) => running?.runner.run(call),
      isSecure: edges.isSecure ?? false,
    }),
  );

  return {
    routes,
    platform: {
      platform: platformName,
      // Its intake is its routes: without them it would only repeat what a process that serves them has in hand.
      hearsIn: 'web',
      courier: createWebCourier({ ...edges, announce }),
      bot: {
        isReady: () => running !== null,
        async start(commands) {
          const runner = createCallRunner({ database, media, log, now, newId, announce }, commands);
          running = { commands, runner };
          // Alone on its database, whatever is open was left by a process that is gone.
          await recover(runner, edges.isAlone ? now() : abandoned());
          sweep = setInterval(() => {
            void recover(runner, abandoned());
          }, abandonedAfterMs / 3);
          sweep.unref();
        },
        async stop() {
          clearInterval(sweep);
          const runner = running?.runner;
          running = null;
          await hub.close();
          await runner?.settle();
        },
      },
    },
  };
}
