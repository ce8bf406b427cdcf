/** An acknowledged call is answered, whatever dies when; and makes one job, however often it comes. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { discordMigrations } from '../../../src/bots/discord/discord-migrations.ts';
import type { Command, Reply } from '../../../src/commands/command.ts';
import type { Database, OpenDatabase } from '../../../src/core/database.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { answered, type BotWorld, createBotWorld, patienceMs, said } from './bot-world.ts';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openMemoryDatabase(discordMigrations);
});
afterAll(() => opened.close());

async function inServer() {
  const bot = await createBotWorld(opened);
  bot.discord.addGuild();
  return { ...bot, channel: bot.discord.addChannel(), user: bot.discord.addUser() };
}
type InServer = Awaited<ReturnType<typeof inServer>>;

const prompt = 'a paper boat';
const create = ({ discord, channel, user }: InServer) =>
  discord.slash({ user, channel, command: 'hailuo', subcommand: 'create', options: { prompt } });
const help = ({ discord, channel, user }: InServer) =>
  discord.slash({ user, channel, command: 'hailuo', subcommand: 'help' });

/** A process that hears, acknowledges, and is then as good as dead: nothing it writes arrives. */
async function startDeaf(bot: BotWorld) {
  const gate = Promise.withResolvers<void>();
  const statement = (end: unknown): unknown =>
    new Proxy(() => {}, {
      get: (_target, name) =>
        String(name).startsWith('execute') ? () => gate.promise.then(() => end) : () => statement(end),
    });
  const deaf: object = {
    withTables: () => deaf,
    insertInto: () => statement(undefined),
    updateTable: () => statement(undefined),
  };
  const process = await bot.start({ urgent: deaf as Database, isAlone: true });
  // Last set, first done: it could not stop otherwise.
  onTestFinished(() => gate.resolve());
  return process;
}

/** A process in which one command never comes to an end before the test does. */
async function startStuck(bot: BotWorld, name: string, isAlone = false) {
  const gate = Promise.withResolvers<Reply>();
  const commands = bot.commands.map(
    (command): Command => (command.name === name ? { ...command, run: () => gate.promise } : command),
  );
  const process = await bot.start({ commands, isAlone });
  onTestFinished(() => gate.resolve({ kind: 'card', audience: 'asker', tone: 'plain', card: { paragraphs: ['…'] } }));
  return process;
}

const written = ({ database }: Pick<BotWorld, 'database'>, id: string) =>
  eventually(async () => {
    const [row] = await database.selectFrom('discord_interactions').selectAll().where('id', '=', id).execute();
    return row ?? new Error(`${id} is not written down`);
  }, patienceMs);

test('Discord hears from us first, also while the database hangs', async () => {
  const bot = await inServer();
  await bot.start();
  const gate = Promise.withResolvers<void>();
  const hanging = opened.database.transaction().execute(() => gate.promise);
  const [first, second] = [create(bot), help(bot)];
  expect((await first.acknowledged).type).toBe(5);
  expect((await second.acknowledged).type).toBe(5);
  expect(bot.discord.messages(bot.channel).map(({ content }) => content)).toEqual(['']);
  gate.resolve();
  await hanging;
  await bot.jobsOnce(1);
  await answered(second);
});

test('an event that comes twice is one job and one answer', async () => {
  const bot = await inServer();
  await bot.start();
  bot.discord.gateway.duplicateNext();
  const act = create(bot);
  await bot.jobsOnce(1);
  await said(act.response, prompt);
  const callbacks = bot.discord.requests.filter(({ route }) => route.includes('/callback'));
  expect(callbacks).toHaveLength(1);
  expect(await bot.jobs()).toHaveLength(1);
});

test('of two processes that hear the same, one acknowledges and answers', async () => {
  const bot = await inServer();
  await bot.start();
  await bot.start();
  expect(bot.discord.gateway.shards).toHaveLength(2);
  const acts = [create(bot), help(bot)];
  for (const act of acts) await act.acknowledged;
  await bot.jobsOnce(1);
  await answered(acts[1] ?? expect.fail());
  await eventually(async () => {
    const open = await bot.database
      .selectFrom('discord_interactions')
      .select('id')
      .where('answered_at', 'is', null)
      .execute();
    return open.length === 0 || new Error(`${open.length} are open`);
  }, patienceMs);
  const statuses = bot.discord.requests.filter(({ route }) => route.includes('/callback')).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([204, 204, 400, 400]);
  expect(await bot.jobs()).toHaveLength(1);
  expect(acts.flatMap((act) => act.followUps())).toEqual([]);
});

test('killed between acknowledging and writing down: the next process hears it again, and answers', async () => {
  const bot = await inServer();
  await startDeaf(bot);
  const act = create(bot);
  await act.acknowledged;
  expect(await bot.jobs()).toEqual([]);
  await bot.start({ isAlone: true });
  expect(bot.discord.gateway).toMatchObject({ identifies: 1, resumes: 1 });
  const [job] = await bot.jobsOnce(1);
  expect(job?.origin).toBe(act.id);
  await said(act.response, prompt);
});

test('killed between writing down and answering: another process answers once the lease is over', async () => {
  const bot = await inServer();
  const dying = await startStuck(bot, 'create');
  const act = create(bot);
  await act.acknowledged;
  await written(bot, act.id);
  expect(dying.isReady()).toBe(true);

  await bot.start();
  expect(await bot.jobs()).toEqual([]);
  bot.world.pass(31_000);
  await bot.start();
  await bot.jobsOnce(1);
  await said(act.response, prompt);
  await eventually(async () => (await written(bot, act.id)).answered_at !== null || new Error('open'), patienceMs);
});

test('alone on its database, the next process answers at once what the last one left', async () => {
  const bot = await inServer();
  await startStuck(bot, 'help', true);
  const act = help(bot);
  await act.acknowledged;
  await written(bot, act.id);
  await bot.start({ isAlone: true });
  await answered(act);
});

test('a call whose token has died is closed, and makes nothing', async () => {
  const bot = await inServer();
  await startStuck(bot, 'create', true);
  const act = create(bot);
  await act.acknowledged;
  await written(bot, act.id);
  bot.world.pass(16 * 60_000);
  const next = await bot.start({ isAlone: true });
  await eventually(
    () => next.lines.some(({ event }) => event === 'discord.answer-too-late') || new Error('not given up'),
    patienceMs,
  );
  expect(await bot.jobs()).toEqual([]);
});

test('a command that fails is tried again, and in the end the person is told', async () => {
  const bot = await inServer();
  let runs = 0;
  const commands = bot.commands.map((command) => ({
    ...command,
    async run(call: Parameters<Command['run']>[0]) {
      runs += 1;
      if (command.name === 'create' || runs === 1) throw new Error('the ledger is away');
      return command.run(call);
    },
  }));
  await bot.start({ commands });
  const mended = help(bot);
  await answered(mended);
  const broken = create(bot);
  await said(broken.followUps, 'went wrong');
  expect(broken.response()).toBeNull();
});

test('what is under way when it stops is answered; what comes meanwhile waits for the next process', async () => {
  const bot = await inServer();
  const first = await bot.start();
  const act = help(bot);
  await act.acknowledged;
  await first.stop();
  await answered(act);
  const later = create(bot);
  await bot.start();
  await later.acknowledged;
  await bot.jobsOnce(1);
  expect(bot.discord.gateway).toMatchObject({ identifies: 1, resumes: 1 });
});

test('rows of dead tokens are swept, and those that still speak are kept', async () => {
  const bot = await inServer();
  const first = await bot.start();
  const old = help(bot);
  await answered(old);
  await eventually(async () => (await written(bot, old.id)).answered_at !== null || new Error('open'), patienceMs);
  bot.world.pass(14 * 60_000);
  const young = help(bot);
  await answered(young);
  await first.stop();
  bot.world.pass(2 * 60_000);
  await bot.start();
  await eventually(async () => {
    const rows = await bot.database
      .selectFrom('discord_interactions')
      .select('id')
      .where('id', 'in', [old.id, young.id])
      .execute();
    return (rows.length === 1 && rows[0]?.id === young.id) || new Error(JSON.stringify(rows));
  }, patienceMs);
});
