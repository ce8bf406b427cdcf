/** The bot as people on Discord meet it: the real discord.js on a fake Discord, real commands on a real ledger. */
import { fileURLToPath } from 'node:url';
import type { APIMessage } from 'discord.js';
import { onTestFinished } from 'vitest';
import { createDiscordBot, type DiscordBotEdges } from '../../../src/bots/discord/discord-bot.ts';
import { createDiscordCourier } from '../../../src/bots/discord/discord-courier.ts';
import { createDiscordRest } from '../../../src/bots/discord/discord-rest.ts';
import type { DiscordDatabase, DiscordTables } from '../../../src/bots/discord/discord-tables.ts';
import { createCommands } from '../../../src/commands/all.ts';
import type { Command } from '../../../src/commands/command.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { JobEdges } from '../../../src/core/jobs/edges.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import { step } from '../../../src/core/jobs/step.ts';
import { createLog } from '../../../src/core/log.ts';
import type { IncomingPicture } from '../../../src/core/media/media.ts';
import { createSecret } from '../../../src/core/secret.ts';
import { isFinal, type JobId } from '../../../src/core/values.ts';
import { eventually } from '../../support/eventually.ts';
import type { Act } from '../../support/fake-discord/asking.ts';
import {
  type FakeDiscord,
  type FakeDiscordOptions,
  startFakeDiscord,
} from '../../support/fake-discord/fake-discord.ts';
import { createHandClock } from '../../support/hand-clock.ts';
import { createFakeMedia, createWorld, type World } from '../../support/world.ts';

/** One process with the `bots` role. */
export interface BotProcess {
  isReady(): boolean;
  stop(): Promise<void>;
  /** Lines the log wrote, parsed. */
  readonly lines: readonly Record<string, unknown>[];
}

export interface Changes extends Partial<DiscordBotEdges> {
  readonly commands?: readonly Command[];
  readonly readyWithinMs?: number;
  /** What is waited for, where it is not to become ready. */
  readonly isReadyOnce?: () => boolean;
}

export interface BotWorld {
  readonly discord: FakeDiscord;
  readonly world: World;
  readonly edges: JobEdges;
  readonly commands: readonly Command[];
  readonly database: DiscordDatabase;
  /** Every picture that was taken in, as the bot handed it over. */
  readonly pictures: readonly IncomingPicture[];
  /** Starts a process, and waits until it hears people. */
  start(changes?: Changes): Promise<BotProcess>;
  restFor(token: string): DiscordBotEdges['rest'];
  jobs(): Promise<Job[]>;
  /** The jobs, once there are so many. */
  jobsOnce(count: number): Promise<Job[]>;
  /** Moves a job to its end, as workers would. */
  finish(id: JobId): Promise<Job>;
}

/** Long enough for a busy machine, short enough that a test fails by its own words. */
export const patienceMs = 20_000;

const clip = fileURLToPath(new URL('../../../src/simulate/clip.mp4', import.meta.url));

let worlds = 0;

export async function createBotWorld(
  opened: OpenDatabase,
  options: FakeDiscordOptions & { readonly emoji?: string } = {},
): Promise<BotWorld> {
  const pictures: IncomingPicture[] = [];
  const media = { ...createFakeMedia(), pathOf: () => clip };
  // Ids are made of the time: in one ledger no two servers may be born in the same millisecond.
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
  const discord = await startFakeDiscord({ now: world.now, ...options });
  onTestFinished(() => discord.close());
  const log = createLog({ level: 'silent', write: () => {}, secrets: [] });
  const restFor = (token: string) => createDiscordRest({ token, apiUrl: discord.apiUrl, log });
  const rest = restFor(discord.token);
  const courier = createDiscordCourier({
    database: opened.database,
    rest,
    pathOf: media.pathOf,
    now: world.now,
    log,
  });
  onTestFinished(() => courier.stop());
  const edges: JobEdges = {
    ...world.edges,
    courierFor: ({ platform }) => (platform === 'discord' ? courier : undefined),
  };
  const commands = createCommands(edges);
  const database = opened.database.withTables<DiscordTables>();
  const before = new Set((await opened.database.selectFrom('jobs').select('id').execute()).map(({ id }) => id));

  async function jobs(): Promise<Job[]> {
    const rows = await opened.database.selectFrom('jobs').select('id').orderBy('id').execute();
    const found = await Promise.all(
      rows.filter(({ id }) => !before.has(id)).map(({ id }) => edges.store.find(id as JobId)),
    );
    return found.filter((job) => job !== null);
  }

  return {
    discord,
    world,
    edges,
    commands,
    database,
    pictures,
    restFor,
    async start(changes = {}) {
      const lines: Record<string, unknown>[] = [];
      const bot = createDiscordBot({
        token: createSecret(discord.token),
        apiUrl: discord.apiUrl,
        guildIds: [],
        reactionEmoji: options.emoji ?? '',
        database: opened.database,
        urgent: opened.urgent,
        rest,
        log: createLog({ level: 'debug', write: (line) => lines.push(JSON.parse(line)), secrets: [] }),
        now: world.now,
        newId: () => crypto.randomUUID(),
        isAlone: false,
        acknowledged: () => {},
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
      await eventually(
        () => (changes.isReadyOnce ?? bot.isReady)() || new Error(`not ready: ${JSON.stringify(lines.slice(-5))}`),
        changes.readyWithinMs ?? patienceMs,
      );
      return { isReady: bot.isReady, stop, lines };
    },
    async finish(id) {
      for (let steps = 0; steps < 60; steps += 1) {
        await step(id, edges);
        const job = await edges.store.find(id);
        if (job !== null && isFinal(job.state) && job.wakeAt === null) return job;
        world.pass(3_000);
      }
      throw new Error(`${id} never ends`);
    },
    jobs,
    jobsOnce: (count) =>
      eventually(async () => {
        const found = await jobs();
        return found.length >= count ? found : new Error(`${found.length} jobs of ${count}`);
      }, patienceMs),
  };
}

/** What somebody sends; nobody looks into it here. */
export const pictureFile = (name = 'boat.png') => ({ name, bytes: new Uint8Array([1, 2, 3]) });

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

/** Waits until the promise has become an answer, and reads it. */
export function answered({ response }: Pick<Act, 'response'>): Promise<APIMessage> {
  return eventually(() => {
    const message = response();
    const isAnswered = message !== null && (message.components ?? []).length > 0;
    return isAnswered ? message : new Error(`still waiting: ${wordsOf(message)}`);
  }, patienceMs);
}
