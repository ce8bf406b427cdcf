/** Slack, whole: a courier for whoever delivers, a bot for whoever hears people, and routes for its HTTP side. */
import { Hono } from 'hono';
import type { SlackConfig } from '../../core/config.ts';
import type { Database } from '../../core/database.ts';
import type { Log } from '../../core/log.ts';
import type { Media } from '../../core/media/media.ts';
import type { Secret } from '../../core/secret.ts';
import type { JobId } from '../../core/values.ts';
import type { Platform } from '../bot.ts';
import { platformName } from './address.ts';
import { createFilesIn } from './files-in.ts';
import { createHttpReceiver } from './http-receiver.ts';
import { createInstallRoutes } from './install-routes.ts';
import { createInstallations } from './installations.ts';
import { createOneWorkspace } from './one-workspace.ts';
import { createPeople } from './people.ts';
import { createPlaces } from './places.ts';
import { createSlackBot } from './slack-bot.ts';
import { createSlackApi, type Tokens } from './slack-clients.ts';
import { createSlackCourier } from './slack-courier.ts';
import type { SlackTables } from './slack-tables.ts';
import { createSocketReceivers } from './socket-receivers.ts';
import type { Transport } from './transport.ts';
import type { Uninstalls } from './uninstall.ts';

export interface SlackEdges extends SlackConfig {
  /** Without a trailing slash; empty: nobody outside can reach us. */
  readonly publicUrl: string;
  /** Seals stored tokens and signs the state of an installation, each under a key of its own. */
  readonly secretKey: Secret;
  /** What animates where the admins chose nothing else; empty: `clapper`. */
  readonly reactionEmoji: string;
  readonly database: Database;
  /** The same, for what a promise to a person hangs on. */
  readonly urgent: Database;
  readonly pathOf: Media['pathOf'];
  readonly log: Log;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Whether no other process shares the database. */
  readonly isAlone: boolean;
  /** Told how long every acknowledgement took. */
  readonly acknowledged: (seconds: number) => void;
  /** Asks for the end of a job, as its Cancel button does; what is over stays as it is. */
  readonly cancelJob: (job: JobId) => Promise<void>;
}

export interface Slack extends Platform {
  /** `POST /slack/events`, and where many workspaces install it `/slack/install` and `/slack/oauth_redirect`. For strangers. */
  readonly routes: Hono;
  /** Once nobody uses the courier any more: what it was editing is done. */
  close(): Promise<void>;
}

/** Nothing is asked of Slack before the bot starts or the courier is used. */
export function createSlack(edges: SlackEdges): Slack {
  const { apiUrl, connection, now, log } = edges;
  const routes = new Hono();
  const own = openWorkspaces(edges, routes);
  const transport = openTransport(edges, routes);
  const api = createSlackApi({ tokens: own.tokens, apiUrl, log });
  const courier = createSlackCourier({ ...edges, api });
  const bot = createSlackBot({
    ...edges,
    transport,
    tokens: own.tokens,
    uninstalls: own.tokens,
    api,
    people: createPeople({ api, now }),
    places: createPlaces({ api, now }),
    files: createFilesIn({ api, apiUrl, log }),
  });
  return {
    platform: platformName,
    hearsIn: connection.by === 'socket' ? 'bots' : 'web',
    courier,
    bot: {
      ...bot,
      isReady: () => own.canSpeak() && bot.isReady(),
      async start(commands) {
        await own.begin();
        await bot.start(commands);
      },
    },
    routes,
    async close() {
      await courier.stop();
      await own.settle();
    },
  };
}

interface Workspaces {
  readonly tokens: Tokens & Uninstalls;
  /** False where Slack refuses the only token there is. */
  canSpeak(): boolean;
  /** Ends what was left of those that are gone. Never rejects. */
  begin(): Promise<void>;
  settle(): Promise<void>;
}

function openWorkspaces(edges: SlackEdges, routes: Hono): Workspaces {
  const { workspaces, log } = edges;
  if (workspaces.are === 'one') {
    const tokens = createOneWorkspace({ ...edges, token: workspaces.token });
    return {
      tokens,
      canSpeak: () => !tokens.isRefused(),
      begin: async () => tokens.begin(),
      settle: async () => undefined,
    };
  }
  const { clientId, clientSecret } = workspaces;
  const database = edges.urgent.withTables<SlackTables>();
  const installations = createInstallations({ ...edges, database, clientId, clientSecret });
  routes.route('/', createInstallRoutes({ ...edges, store: installations.store, clientId, clientSecret }));
  return {
    tokens: installations,
    canSpeak: () => true,
    begin: () => installations.sweep().catch((error: unknown) => log.warn('slack.installations-not-swept', { error })),
    settle: installations.settle,
  };
}

function openTransport({ connection, apiUrl, log }: SlackEdges, routes: Hono): Transport {
  if (connection.by === 'socket') return createSocketReceivers({ appToken: connection.appToken, apiUrl, log });
  const receiver = createHttpReceiver({ signingSecret: connection.signingSecret, log });
  routes.route('/', receiver.routes);
  return receiver;
}
