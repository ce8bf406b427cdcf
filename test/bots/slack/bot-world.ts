/** The bot as people on Slack meet it: the real Bolt on a fake Slack, commands on a real ledger. */
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import { createFilesIn } from '../../../src/bots/slack/files-in.ts';
import { createHttpReceiver } from '../../../src/bots/slack/http-receiver.ts';
import { createInstallations } from '../../../src/bots/slack/installations.ts';
import { createOneWorkspace } from '../../../src/bots/slack/one-workspace.ts';
import { createPeople } from '../../../src/bots/slack/people.ts';
import { createPlaces } from '../../../src/bots/slack/places.ts';
import { createSlackBot, type SlackBotEdges } from '../../../src/bots/slack/slack-bot.ts';
import { createSlackApi, type Tokens } from '../../../src/bots/slack/slack-clients.ts';
import type { SlackDatabase, SlackTables } from '../../../src/bots/slack/slack-tables.ts';
import { createSocketReceivers, type SocketPace } from '../../../src/bots/slack/socket-receivers.ts';
import type { Transport } from '../../../src/bots/slack/transport.ts';
import type { Uninstalls } from '../../../src/bots/slack/uninstall.ts';
import { createCommands } from '../../../src/commands/all.ts';
import type { Command, CommandCall, Reply } from '../../../src/commands/command.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { JobEdges } from '../../../src/core/jobs/edges.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import { createLog } from '../../../src/core/log.ts';
import type { IncomingPicture } from '../../../src/core/media/media.ts';
import { createSecret } from '../../../src/core/secret.ts';
import type { JobId } from '../../../src/core/values.ts';
import { eventually } from '../../support/eventually.ts';
import { type FakeSlack, type FakeSlackOptions, startFakeSlack } from '../../support/fake-slack/fake-slack.ts';
import { createHandClock } from '../../support/hand-clock.ts';
import { createFakeMedia, createWorld, type World } from '../../support/world.ts';

/** One process that hears people. */
export interface BotProcess {
  isReady(): boolean;
  stop(): Promise<void>;
  /** Lines the log wrote, parsed. */
  readonly lines: readonly Record<string, unknown>[];
  /** Where Slack posts to; null: by socket. */
  readonly url: string | null;
  /** How long each acknowledgement took, in seconds. */
  readonly acknowledged: readonly number[];
}

export interface Changes extends Partial<SlackBotEdges> {
  readonly commands?: readonly Command[];
  /** Default: by socket. */
  readonly connection?: 'socket' | 'http';
  /** Default: the one of the fake's first workspace; `many`: those that are in the database. */
  readonly workspaces?: 'one' | 'many';
  readonly pace?: Partial<SocketPace>;
  readonly appToken?: string;
  readonly signingSecret?: string;
  /** Around the look-up of tokens. */
  readonly around?: (tokens: Tokens & Uninstalls) => Tokens & Uninstalls;
  /** What is waited for, where it is not to become ready. */
  readonly isReadyOnce?: () => boolean;
}

export interface BotWorld {
  readonly slack: FakeSlack;
  readonly world: World;
  readonly edges: JobEdges;
  /** The real ones. */
  readonly commands: readonly Command[];
  readonly database: SlackDatabase;
  /** Every picture that was taken in, as the bot handed it over. */
  readonly pictures: readonly IncomingPicture[];
  /** Starts a process, and waits until it hears people. */
  start(changes?: Changes): Promise<BotProcess>;
  jobs(): Promise<Job[]>;
  /** The jobs, once there are so many. */
  jobsOnce(count: number): Promise<Job[]>;
}

/** A command that was run. */
export interface Ran {
  readonly command: string;
  readonly call: CommandCall;
}

/** Long enough for a busy machine, short enough that a test fails by its own words. */
export const patienceMs = 20_000;

/** Both connections at once, and back again without a wait. */
export const quickPace: SocketPace = { staggerMs: 0, pausesMs: [0, 20, 50], crowdedMs: 200, badTokenMs: 200 };

let worlds = 0;

export async function createBotWorld(
  opened: OpenDatabase,
  options: FakeSlackOptions & { readonly emoji?: string } = {},
): Promise<BotWorld> {
  const pictures: IncomingPicture[] = [];
  const media = createFakeMedia();
  // Ids are made of the time: in one ledger no two worlds may be born in the same millisecond.
  worlds += 1;
  const start = new Date(Date.UTC(2026, 10, 21) + worlds * 7 * 86_400_000);
  const world = createWorld(opened, {
    clock: createHandClock(start.toISOString()),
    media: {
      ...media,
      async takeIn(picture) {
        pictures.push(picture);
        return media.takeIn(picture);
      },
    },
  });
  const slack = await startFakeSlack(options);
  onTestFinished(() => slack.close());
  const edges: JobEdges = {
    ...world.edges,
    courierFor: ({ platform }) => (platform === 'slack' ? world.courier : undefined),
  };
  const commands = createCommands(edges);
  const database = opened.database.withTables<SlackTables>();
  const before = new Set((await opened.database.selectFrom('jobs').select('id').execute()).map(({ id }) => id));

  async function jobs(): Promise<Job[]> {
    const rows = await opened.database.selectFrom('jobs').select('id').orderBy('id').execute();
    const found = await Promise.all(
      rows.filter(({ id }) => !before.has(id)).map(({ id }) => edges.store.find(id as JobId)),
    );
    return found.filter((job) => job !== null);
  }

  return {
    slack,
    world,
    edges,
    commands,
    database,
    pictures,
    async start(changes = {}) {
      const lines: Record<string, unknown>[] = [];
      const acknowledged: number[] = [];
      const log = createLog({ level: 'debug', write: (line) => lines.push(JSON.parse(line)), secrets: [] });
      const { apiUrl } = slack;
      const { now } = world;
      const found =
        changes.workspaces === 'many'
          ? createInstallations({
              database,
              secretKey: createSecret('0'.repeat(64)),
              clientId: slack.clientId,
              clientSecret: createSecret(slack.clientSecret),
              apiUrl,
              log,
              now,
              cancelJob: async () => undefined,
            })
          : createOneWorkspace({ token: createSecret(slack.team.botToken), apiUrl, log });
      const tokens = changes.around?.(found) ?? found;
      const api = createSlackApi({ tokens, apiUrl, log });
      const { transport, url } = await openTransport(slack, changes, log);
      const bot = createSlackBot({
        transport,
        tokens,
        uninstalls: tokens,
        api,
        apiUrl,
        people: createPeople({ api, now }),
        places: createPlaces({ api, now }),
        files: createFilesIn({ api, apiUrl, log, waitsMs: [20, 20, 20] }),
        reactionEmoji: options.emoji ?? '',
        database: opened.database,
        urgent: opened.urgent,
        log,
        now,
        isAlone: false,
        acknowledged: (seconds) => acknowledged.push(seconds),
        ...changes,
      });
      await bot.start(changes.commands ?? commands);
      let isStopped = false;
      const stop = async (): Promise<void> => {
        if (isStopped) return;
        isStopped = true;
        await bot.stop();
      };
      onTestFinished(stop);
      const isReady = changes.isReadyOnce ?? bot.isReady;
      await eventually(() => isReady() || new Error(`not ready: ${JSON.stringify(lines.slice(-5))}`), patienceMs);
      return { isReady: bot.isReady, stop, lines, url, acknowledged };
    },
    jobs,
    jobsOnce: (count) =>
      eventually(async () => {
        const found = await jobs();
        return found.length >= count ? found : new Error(`${found.length} jobs of ${count}`);
      }, patienceMs),
  };
}

/** One of the two ways; by HTTP there is a server, and the fake speaks to it from then on. */
async function openTransport(
  slack: FakeSlack,
  { connection = 'socket', pace, appToken, signingSecret }: Changes,
  log: SlackBotEdges['log'],
): Promise<{ readonly transport: Transport; readonly url: string | null }> {
  if (connection === 'socket') {
    const transport = createSocketReceivers({
      appToken: createSecret(appToken ?? slack.appToken),
      apiUrl: slack.apiUrl,
      log,
      pace: { ...quickPace, ...pace },
    });
    return { transport, url: null };
  }
  const receiver = createHttpReceiver({ signingSecret: createSecret(signingSecret ?? slack.signingSecret), log });
  const app = new Hono().route('/', receiver.routes);
  const { promise: listening, resolve } = Promise.withResolvers<number>();
  const server: ServerType = serve(
    { fetch: app.fetch, hostname: '127.0.0.1', port: 0, overrideGlobalObjects: false },
    (info: AddressInfo) => resolve(info.port),
  );
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
  const url = `http://127.0.0.1:${await listening}/slack/events`;
  slack.deliverBy({ http: url });
  return { transport: receiver, url };
}

/** The same commands with the same options, which note who calls them and make nothing. */
export function listenIn(
  commands: readonly Command[],
  answer: (ran: Ran) => Reply | Promise<Reply> = ({ command }) => ({
    kind: 'card',
    audience: 'asker',
    tone: 'plain',
    card: { paragraphs: [`${command} was run`] },
  }),
): { readonly commands: readonly Command[]; readonly ran: readonly Ran[] } {
  const ran: Ran[] = [];
  return {
    ran,
    commands: commands.map((command) => ({
      ...command,
      async run(call) {
        ran.push({ command: command.name, call });
        return answer({ command: command.name, call });
      },
    })),
  };
}

/** Waits until so many were run. */
export function ranOnce(ran: readonly Ran[], count: number): Promise<readonly Ran[]> {
  return eventually(() => (ran.length >= count ? ran : new Error(`${ran.length} of ${count} were run`)), patienceMs);
}

/** What somebody sends; nobody looks into it here. */
export const pictureFile = (name = 'boat.png') => ({ name, bytes: new Uint8Array([1, 2, 3]), type: 'image/png' });

/** Every word of an answer, whatever it is drawn with. */
export function wordsOf(message: unknown): string {
  return JSON.stringify(message);
}

/** Waits until the answer says this. */
export function said(read: () => unknown, words: string | RegExp): Promise<string> {
  return eventually(() => {
    const text = wordsOf(read());
    return (typeof words === 'string' ? text.includes(words) : words.test(text))
      ? text
      : new Error(`${text} does not say ${words}`);
  }, patienceMs);
}
