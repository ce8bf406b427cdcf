/** The connection: begun seldom, gone on with after a drop and after a restart, and honest about whether it is there. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { GatewayIntentBits } from 'discord.js';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { discordMigrations } from '../../../src/bots/discord/discord-migrations.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { createSecret } from '../../../src/core/secret.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { createBotWorld, patienceMs, pictureFile } from './bot-world.ts';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openMemoryDatabase(discordMigrations);
});
afterAll(() => opened.close());

async function inServer(options: Parameters<typeof createBotWorld>[1] = {}) {
  const bot = await createBotWorld(opened, options);
  const guild = bot.discord.addGuild();
  return { ...bot, guild, channel: bot.discord.addChannel(), user: bot.discord.addUser() };
}
type InServer = Awaited<ReturnType<typeof inServer>>;

const create = ({ discord, channel, user }: InServer) =>
  discord.slash({ user, channel, command: 'hailuo', subcommand: 'create', options: { prompt: 'a paper boat' } });

test('nothing privileged is asked for, so no switch in the portal can close the connection', async () => {
  const bot = await inServer({ hasContentIntent: false });
  await bot.start();
  const { Guilds, GuildMessageReactions, DirectMessageReactions } = GatewayIntentBits;
  expect(bot.discord.gateway.intents).toEqual([Guilds | GuildMessageReactions | DirectMessageReactions]);
});

test('after a drop the session goes on, and what happened meanwhile is heard', async () => {
  const bot = await inServer();
  const process = await bot.start();
  bot.discord.gateway.drop();
  await eventually(() => !process.isReady() || new Error('still ready'), patienceMs);
  const act = create(bot);
  await act.acknowledged;
  await bot.jobsOnce(1);
  await eventually(() => process.isReady() || new Error('not back'), patienceMs);
  expect(bot.discord.gateway).toMatchObject({ identifies: 1, resumes: 1 });
});

test('after a restart the session goes on, in every shard; commands and reactions work without its guilds', async () => {
  const bot = await inServer({ shards: 2 });
  const first = await bot.start();
  expect(bot.discord.gateway.identifies).toBe(2);
  await first.stop();
  expect(first.isReady()).toBe(false);
  expect(bot.discord.gateway.shards).toEqual([]);
  const message = bot.discord.say(bot.user, bot.channel, { attachments: [pictureFile()] });
  // Told to nobody yet: it waits for whoever goes on with the session.
  bot.discord.react({ user: bot.user, message, emoji: '🎬' });

  const second = await bot.start();
  expect(bot.discord.gateway).toMatchObject({ identifies: 2, resumes: 2 });
  expect(second.lines.filter(({ event }) => event === 'discord.resumed')).toHaveLength(2);
  await bot.jobsOnce(1);
  create(bot);
  const jobs = await bot.jobsOnce(2);
  expect(jobs.map(({ asker }) => asker.tenant)).toEqual([`discord:${bot.guild.id}`, `discord:${bot.guild.id}`]);
});

test('a resumed process resumes again after a drop, and a third process after it', async () => {
  const bot = await inServer();
  await (await bot.start()).stop();
  const second = await bot.start();
  bot.discord.gateway.drop();
  await eventually(() => bot.discord.gateway.resumes === 2 || new Error('not resumed'), patienceMs);
  await eventually(() => second.isReady() || new Error('not back'), patienceMs);
  await second.stop();
  await bot.start();
  expect(bot.discord.gateway).toMatchObject({ identifies: 1, resumes: 3 });
});

test('a session that Discord has forgotten is begun anew', async () => {
  const bot = await inServer();
  await (await bot.start()).stop();
  bot.discord.gateway.invalidate();
  await bot.start();
  expect(bot.discord.gateway).toMatchObject({ identifies: 2, resumes: 0 });
  create(bot);
  await bot.jobsOnce(1);
});

test('a session that another process has in hand is left to it', async () => {
  const bot = await inServer();
  const first = await bot.start();
  const second = await bot.start();
  expect(bot.discord.gateway).toMatchObject({ identifies: 2, resumes: 0 });
  expect([first.isReady(), second.isReady()]).toEqual([true, true]);
  // Silent for long enough, it is taken for dead.
  bot.world.pass(60_000);
  await bot.start();
  expect(bot.discord.gateway).toMatchObject({ resumes: 1 });
});

test('a wrong token ends in one sentence for the operator, and the process lives', async () => {
  const bot = await inServer();
  const lines: Record<string, unknown>[] = [];
  const process = await bot.start({
    token: createSecret('not-the-token'),
    rest: bot.restFor('not-the-token'),
    log: { debug() {}, info() {}, warn() {}, error: (event, fields) => lines.push({ event, ...fields }) },
    isReadyOnce: () => lines.length > 0,
  });
  await eventually(() => lines.some(({ event }) => event === 'discord.refused') || new Error('silent'), patienceMs);
  expect(lines.find(({ event }) => event === 'discord.refused')).toMatchObject({
    advice: expect.stringContaining('DISCORD_TOKEN'),
  });
  expect(bot.discord.gateway.identifies).toBe(0);
  expect(process.isReady()).toBe(false);
});

test.each([
  ['when it connects', 4014, false],
  ['in the middle of its life', 4004, true],
])('closed for good %s, it says so once and does not knock again', async (_when, code, isWelcome) => {
  const bot = await inServer();
  const knocks: number[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 41_250 } }));
    socket.on('message', (text) => {
      knocks.push(JSON.parse(String(text)).op);
      const user = { id: bot.discord.botUserId, username: 'hailuo' };
      const d = {
        v: 10,
        user,
        guilds: [],
        session_id: 's',
        resume_gateway_url: 'ws://127.0.0.1:1',
        application: { id: '1', flags: 0 },
      };
      if (isWelcome) socket.send(JSON.stringify({ op: 0, t: 'READY', s: 1, d }));
      if (isWelcome) setTimeout(() => socket.close(code), 300);
      else socket.close(code);
    });
  });
  const { port } = server.address() as AddressInfo;
  const session_start_limit = { total: 1000, remaining: 999, reset_after: 3_600_000, max_concurrency: 1 };
  const body = { url: `ws://127.0.0.1:${port}`, shards: 1, session_start_limit };
  bot.discord.order({ route: '/gateway/bot' }, { status: 200, body }, 5);
  const lines: Record<string, unknown>[] = [];
  const note = (event: string, fields?: object) => lines.push({ event, ...fields });
  const log = { debug() {}, info: note, warn: note, error: note };
  await bot.start({ log, isReadyOnce: () => knocks.length > 0 });
  await eventually(() => lines.some(({ event }) => event === 'discord.refused') || new Error('silent'), patienceMs);
  expect(lines.filter(({ event }) => event === 'discord.refused')).toEqual([
    { event: 'discord.refused', code, advice: expect.stringContaining('portal') },
  ]);
  expect(lines.some(({ event }) => event === 'discord.connected')).toBe(isWelcome);
  expect(lines.map(({ event }) => event)).not.toContain('discord.not-connected');
  expect(knocks).toEqual([2]);
});

test('Discord being away is waited for', async () => {
  const bot = await inServer();
  bot.discord.order({ route: '/users/@me' }, 'cut');
  const process = await bot.start({ readyWithinMs: 15_000 });
  expect(process.lines.map(({ event }) => event)).toContain('discord.not-connected');
  expect(bot.discord.gateway.identifies).toBe(1);
}, 20_000);
