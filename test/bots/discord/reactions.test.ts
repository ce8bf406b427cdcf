/** The emoji under a picture makes a clip of it; whatever else is reacted to makes nothing, and no noise. */
import { PermissionFlagsBits } from 'discord.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { discordMigrations } from '../../../src/bots/discord/discord-migrations.ts';
import { createReactionIntake } from '../../../src/bots/discord/reaction-intake.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { silentLog } from '../../../src/core/log.ts';
import type { TenantSettings } from '../../../src/core/settings/settings.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import type { FakeDiscordOptions } from '../../support/fake-discord/fake-discord.ts';
import { createBotWorld, patienceMs, pictureFile, wordsOf } from './bot-world.ts';

const clapper = '🎬';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openMemoryDatabase(discordMigrations);
});
afterAll(() => opened.close());

async function inServer(options: FakeDiscordOptions & { readonly emoji?: string } = {}) {
  const bot = await createBotWorld(opened, options);
  const guild = bot.discord.addGuild();
  const channel = bot.discord.addChannel();
  const user = bot.discord.addUser({ name: 'ada' });
  const painter = bot.discord.addUser({ name: 'pat' });
  bot.discord.addMember(guild, painter);
  const process = await bot.start();
  const post = (place = channel) => bot.discord.say(painter, place, { attachments: [pictureFile('cat.png')] });
  return { ...bot, guild, channel, user, painter, process, post };
}
type InServer = Awaited<ReturnType<typeof inServer>>;

/** Once a later reaction has made its job, an earlier one that was to make one would have. */
async function onlyTheLastCounts(bot: InServer) {
  const message = bot.post();
  bot.discord.react({ user: bot.painter, message, emoji: clapper });
  const jobs = await bot.jobsOnce(1);
  expect(jobs.map(({ origin }) => origin)).toEqual([`reaction:${bot.channel.id}:${message.id}:${bot.painter.id}`]);
}

const choose = (tenant: string, chosen: Partial<TenantSettings>) =>
  opened.database
    .insertInto('settings')
    .values({ tenant, chosen: JSON.stringify(chosen) })
    .execute();

test('the emoji under a picture makes a clip of it, with the usual words', async () => {
  const bot = await inServer();
  const message = bot.post();
  bot.discord.react({ user: bot.user, message, emoji: clapper });
  const [job] = await bot.jobsOnce(1);
  expect(job).toMatchObject({
    origin: `reaction:${bot.channel.id}:${message.id}:${bot.user.id}`,
    asker: { tenant: `discord:${bot.guild.id}`, person: bot.user.id, name: 'ada', channel: bot.channel.id },
    destination: { address: { request: message.id, interaction: null, isMember: true } },
  });
  expect(job?.request.prompt).toContain('comes to life');
  expect(bot.pictures).toEqual([{ from: 'url', url: expect.stringContaining('cat.png') }]);
  expect(bot.discord.problems).toEqual([]);
});

test('one job for a picture and a person, however often and in however many processes', async () => {
  const bot = await inServer();
  await bot.start();
  const message = bot.post();
  for (let times = 0; times < 3; times += 1) {
    bot.discord.react({ user: bot.user, message, emoji: clapper });
    bot.discord.unreact({ user: bot.user, message, emoji: clapper });
  }
  await bot.jobsOnce(1);
  bot.discord.react({ user: bot.painter, message, emoji: clapper });
  const jobs = await bot.jobsOnce(2);
  expect(jobs.map(({ asker }) => asker.person)).toEqual([bot.user.id, bot.painter.id]);
});

test('a direct message and a thread that the library has never seen count like any other place', async () => {
  const bot = await inServer();
  const direct = bot.discord.directChannel(bot.user);
  const own = bot.discord.say(bot.user, direct, { attachments: [pictureFile('dog.png')] });
  bot.discord.react({ user: bot.user, message: own, emoji: clapper });
  const [inDirect] = await bot.jobsOnce(1);
  expect(inDirect).toMatchObject({
    asker: { tenant: `discord:user:${bot.user.id}` },
    destination: { address: { guild: null, channel: direct.id } },
  });

  // Archived before the process began, so that nobody told it.
  const parent = bot.discord.addChannel({ isAgeRestricted: true });
  const thread = bot.discord.addChannel({ parent, name: 'old' });
  const message = bot.post(thread);
  await bot.process.stop();
  bot.discord.archiveThread(thread);
  await bot.start({ isAlone: true });
  bot.discord.react({ user: bot.painter, message, emoji: clapper });
  const [, inThread] = await bot.jobsOnce(2);
  expect(inThread).toMatchObject({
    asker: { channel: parent.id, isAgeRestricted: true },
    destination: { address: { channel: thread.id } },
  });
});

test('other emoji, messages without a picture and our own reactions make nothing', async () => {
  const bot = await inServer();
  bot.discord.react({ user: bot.user, message: bot.post(), emoji: '👍' });
  bot.discord.react({
    user: bot.user,
    message: bot.discord.say(bot.user, bot.channel, { content: 'hi' }),
    emoji: clapper,
  });
  await onlyTheLastCounts(bot);
  expect(bot.discord.direct(bot.user)).toEqual([]);
});

test('bots are ignored', async () => {
  const bot = await createBotWorld(opened);
  const ran: string[] = [];
  const intake = createReactionIntake({
    database: bot.database,
    runner: { run: ({ call }) => ran.push(call.kind === 'reaction' ? call.person : '') },
    log: silentLog,
    now: bot.world.now,
    self: () => ({ application: '1', user: { id: '1', username: 'hailuo' } }),
    emoji: '',
  });
  const event = { channel_id: '21', message_id: '22', emoji: { id: null, name: clapper } };
  const member = (id: string, isBot: boolean) => ({ user: { id, username: 'name', bot: isBot }, roles: [] });
  intake.take({ ...event, guild_id: '20', user_id: '5', member: member('5', true) });
  intake.take({ ...event, user_id: '1' });
  intake.take({ ...event, guild_id: '20', user_id: '6', member: member('6', false) });
  intake.take({ nonsense: true });
  await intake.close();
  expect(ran).toEqual(['6']);
});

test('a server’s own emoji, in the words of its admins, replaces the usual one', async () => {
  const bot = await inServer();
  await choose(`discord:${bot.guild.id}`, { emoji: '<:film:1234567890123456789>' });
  bot.discord.react({ user: bot.user, message: bot.post(), emoji: clapper });
  const message = bot.post();
  bot.discord.react({ user: bot.user, message, emoji: 'film:1234567890123456789' });
  const jobs = await bot.jobsOnce(1);
  expect(jobs.map(({ origin }) => origin)).toEqual([expect.stringContaining(message.id)]);
});

test('switched off by the admins, a reaction asks for nothing, and is felt again when it is switched on', async () => {
  const bot = await inServer();
  await choose(`discord:${bot.guild.id}`, { hasReactions: false });
  bot.discord.react({ user: bot.user, message: bot.post(), emoji: clapper });
  const other = bot.discord.addGuild();
  const elsewhere = bot.discord.addChannel({ guild: other });
  const there = bot.post(elsewhere);
  bot.discord.react({ user: bot.painter, message: there, emoji: clapper });
  const jobs = await bot.jobsOnce(1);
  expect(jobs.map(({ asker }) => asker.tenant)).toEqual([`discord:${other.id}`]);

  await opened.database
    .updateTable('settings')
    .set({ chosen: JSON.stringify({ hasReactions: true }) })
    .where('tenant', '=', `discord:${bot.guild.id}`)
    .execute();
  bot.world.pass(60_000);
  bot.discord.react({ user: bot.user, message: bot.post(), emoji: clapper });
  await bot.jobsOnce(2);
});

test('a no goes to the person’s direct messages and never into the channel; the next try is a new one', async () => {
  const bot = await inServer();
  const { ViewChannel, ReadMessageHistory } = PermissionFlagsBits;
  bot.discord.setBotPermissions(bot.channel, ViewChannel | ReadMessageHistory);
  const message = bot.post();
  bot.discord.react({ user: bot.user, message, emoji: clapper });
  await eventually(() => bot.discord.direct(bot.user).length > 0 || new Error('not told'), patienceMs);
  expect(wordsOf(bot.discord.direct(bot.user))).toContain('Attach Files');
  expect(bot.discord.messages(bot.channel)).toHaveLength(1);
  expect(await bot.jobs()).toEqual([]);

  bot.discord.setBotPermissions(bot.channel, PermissionFlagsBits.Administrator | ((1n << 40n) - 1n));
  bot.discord.unreact({ user: bot.user, message, emoji: clapper });
  bot.discord.react({ user: bot.user, message, emoji: clapper });
  await bot.jobsOnce(1);
});

test('who takes no direct messages is left in peace', async () => {
  const bot = await inServer();
  bot.discord.blockDirect(bot.user);
  bot.discord.setBotPermissions(bot.channel, PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory);
  bot.discord.react({ user: bot.user, message: bot.post(), emoji: clapper });
  await eventually(
    () => bot.process.lines.some(({ event }) => event === 'discord.not-told') || new Error('not tried'),
    patienceMs,
  );
  expect(bot.discord.messages(bot.channel)).toHaveLength(1);
});

test('without the content intent the admins are told once, and the person how it goes without', async () => {
  const bot = await inServer({ hasContentIntent: false });
  for (let times = 0; times < 3; times += 1) {
    bot.discord.react({ user: bot.user, message: bot.post(), emoji: clapper });
  }
  await eventually(() => bot.discord.direct(bot.user).length > 0 || new Error('not told'), patienceMs);
  await eventually(
    () => bot.process.lines.some(({ event }) => event === 'discord.no-content-intent') || new Error('not logged'),
    patienceMs,
  );
  const notices = await bot.database
    .selectFrom('discord_notices')
    .selectAll()
    .where('place', 'like', `${bot.guild.id}%`)
    .execute();
  expect(notices.map(({ notice }) => notice).toSorted()).toEqual(['no-content-intent', 'use-the-menu']);
  expect(bot.discord.direct(bot.user)).toHaveLength(1);
  expect(wordsOf(bot.discord.direct(bot.user))).toContain('Animate');
  expect(bot.discord.messages(bot.channel)).toHaveLength(3);
  expect(await bot.jobs()).toEqual([]);
});
