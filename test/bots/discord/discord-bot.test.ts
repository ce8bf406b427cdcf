import { PermissionFlagsBits } from 'discord.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { discordMigrations } from '../../../src/bots/discord/discord-migrations.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { answered, createBotWorld, patienceMs, pictureFile, said, wordsOf } from './bot-world.ts';

const ephemeral = 64;
const promised = 5;

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openMemoryDatabase(discordMigrations);
});
afterAll(() => opened.close());

async function inServer(options: Parameters<typeof createBotWorld>[1] = {}) {
  const bot = await createBotWorld(opened, options);
  const guild = bot.discord.addGuild();
  const channel = bot.discord.addChannel();
  const user = bot.discord.addUser({ name: 'ada' });
  await bot.start();
  await eventually(() => bot.discord.commands().length > 0 || new Error('nothing is registered'));
  return { ...bot, guild, channel, user };
}
type InServer = Awaited<ReturnType<typeof inServer>>;

function create({ discord, channel, user }: Pick<InServer, 'discord' | 'channel' | 'user'>, options = {}) {
  return discord.slash({
    user,
    channel,
    command: 'hailuo',
    subcommand: 'create',
    options: { prompt: 'a paper boat', ...options },
  });
}

/** Presses the button of that action under the newest message that has one, once there is one. */
async function press(
  { discord, channel }: Pick<InServer, 'discord' | 'channel'>,
  user: InServer['user'],
  action: string,
) {
  const find = () => {
    for (const message of discord.messages(channel).toReversed()) {
      const customId = new RegExp(`hailuo:${action}:[0-9a-f-]{36}`).exec(JSON.stringify(message.components))?.[0];
      if (customId !== undefined) return { message, customId };
    }
    return new Error(`nothing to press for ${action}`);
  };
  return discord.press({ user, ...(await eventually(find, patienceMs)) });
}

test('a slash command becomes a job, and its answer becomes the status that everybody sees', async () => {
  const bot = await inServer();
  const act = create(bot);
  expect((await act.acknowledged).type).toBe(promised);
  const [job] = await bot.jobsOnce(1);
  expect(job).toMatchObject({
    origin: act.id,
    request: { prompt: 'a paper boat' },
    asker: {
      tenant: `discord:${bot.guild.id}`,
      person: bot.user.id,
      channel: bot.channel.id,
      name: 'ada',
      roles: [bot.guild.id],
      isAdmin: false,
    },
    destination: { platform: 'discord', address: { interaction: act.id, isMember: true, request: null } },
  });
  await said(act.response, 'a paper boat');
  expect((act.response()?.flags ?? 0) & ephemeral).toBe(0);
  expect(bot.discord.problems).toEqual([]);
});

test('a picture of an option is fetched from its own address, and one behind a spoiler keeps the clip behind one', async () => {
  const bot = await inServer();
  create(bot, { image: { ...pictureFile(), isSpoiler: true } });
  const [job] = await bot.jobsOnce(1);
  expect(bot.pictures).toHaveLength(1);
  expect(bot.pictures[0]).toMatchObject({ from: 'url', url: expect.stringContaining('SPOILER_boat.png') });
  expect(job?.destination.address).toMatchObject({ isSpoiler: true });
});

test('a refusal takes the public promise back and is told to the person alone', async () => {
  const bot = await inServer();
  const act = create(bot, { prompt: '   ' });
  await eventually(() => act.followUps().length > 0 || new Error('nothing said'), patienceMs);
  expect(act.response()).toBeNull();
  expect((act.followUps()[0]?.flags ?? 0) & ephemeral).toBe(ephemeral);
  expect(await bot.jobs()).toEqual([]);
  expect(bot.discord.problems).toEqual([]);
});

test('what is only asked is answered privately: jobs, quota, help, models, cancel', async () => {
  const bot = await inServer();
  const { discord, user, channel } = bot;
  for (const subcommand of ['jobs', 'quota', 'help', 'models', 'cancel']) {
    const act = discord.slash({ user, channel, command: 'hailuo', subcommand });
    await act.acknowledged;
    await answered(act);
    expect((act.response()?.flags ?? 0) & ephemeral, subcommand).toBe(ephemeral);
  }
  expect(discord.messages(channel)).toEqual([]);
  expect(discord.problems).toEqual([]);
});

test('what is typed into an option is completed', async () => {
  const { discord, user, channel } = await inServer();
  const act = discord.type({ user, channel, command: 'hailuo', subcommand: 'create', option: 'camera', typed: 'pan' });
  await act.acknowledged;
  expect(act.choices()?.length).toBeGreaterThan(0);
  expect(wordsOf(act.choices())).toContain('Pan');
});

test('suggestions that hang are no suggestions, in time', async () => {
  const bot = await createBotWorld(opened);
  const { discord } = bot;
  discord.addGuild();
  const channel = discord.addChannel();
  const user = discord.addUser();
  const commands = bot.commands.map((command) => ({ ...command, suggest: () => new Promise<never>(() => {}) }));
  await bot.start({ commands });
  await eventually(() => discord.commands().length > 0 || new Error('nothing is registered'));
  const act = discord.type({ user, channel, command: 'hailuo', subcommand: 'create', option: 'camera', typed: 'p' });
  await act.acknowledged;
  expect(act.choices()).toEqual([]);
});

test('the buttons of a job lead back into its commands', async () => {
  const bot = await inServer();
  create(bot);
  const [first] = await bot.jobsOnce(1);
  if (first === undefined) throw new Error('no job');
  const stopped = await press(bot, bot.user, 'cancel');
  await stopped.acknowledged;
  await said(stopped.response, /cancel/i);
  expect((stopped.response()?.flags ?? 0) & ephemeral).toBe(ephemeral);
  expect((await bot.finish(first.id)).state).toBe('cancelled');

  const message = bot.discord.messages(bot.channel).at(-1);
  const again = await press(bot, bot.user, 'retry');
  const [, second] = await bot.jobsOnce(2);
  expect(second).toMatchObject({
    origin: again.id,
    request: { prompt: 'a paper boat' },
    destination: { address: { interaction: again.id, request: message?.id } },
  });
  expect((again.response()?.flags ?? 0) & ephemeral).toBe(0);
  expect(bot.discord.problems).toEqual([]);
});

test('Remix opens a form with the words of the job in it, and makes a clip of what comes back', async () => {
  const bot = await inServer();
  create(bot);
  const [first] = await bot.jobsOnce(1);
  await bot.finish(first?.id ?? expect.fail('no job'));
  const opening = await press(bot, bot.user, 'remix');
  expect((await opening.acknowledged).type).toBe(9);
  expect(wordsOf(opening.modal())).toContain('a paper boat');
  const filled = bot.discord.submit({ user: bot.user, act: opening, fields: { prompt: 'a paper plane' } });
  expect((await filled.acknowledged).type).toBe(promised);
  const [, second] = await bot.jobsOnce(2);
  expect(second).toMatchObject({ origin: filled.id, request: { prompt: 'a paper plane' } });
  expect(bot.discord.problems).toEqual([]);
});

test('a Remix form opens in time with nothing in it while the database hangs', async () => {
  const bot = await inServer();
  create(bot);
  const [first] = await bot.jobsOnce(1);
  await bot.finish(first?.id ?? expect.fail('no job'));
  const gate = Promise.withResolvers<void>();
  const hanging = opened.database.transaction().execute(() => gate.promise);
  const opening = await press(bot, bot.user, 'remix');
  expect((await opening.acknowledged).type).toBe(9);
  expect(wordsOf(opening.modal())).not.toContain('a paper boat');
  gate.resolve();
  await hanging;
});

test('help shows an example that can be typed here', async () => {
  const { discord, user, channel } = await inServer();
  const act = discord.slash({ user, channel, command: 'hailuo', subcommand: 'help' });
  await said(act.response, '/hailuo create prompt:a paper boat');
});

test('somebody else’s buttons and forged ids are answered privately, and change nothing', async () => {
  const bot = await inServer();
  create(bot);
  const [job] = await bot.jobsOnce(1);
  const stranger = bot.discord.addUser({ name: 'bob' });
  const act = await press(bot, stranger, 'cancel');
  await act.acknowledged;
  await said(act.response, 'Only the person who asked');
  expect((act.response()?.flags ?? 0) & ephemeral).toBe(ephemeral);
  expect((await bot.edges.store.find(job?.id ?? expect.fail('no job')))?.cancelRequestedAt).toBeNull();
});

test.each(['again', 'continue', 'remix'] as const)('somebody else’s %s is refused privately', async (action) => {
  const bot = await inServer();
  create(bot);
  const [job] = await bot.jobsOnce(1);
  await bot.finish(job?.id ?? expect.fail('no job'));
  const act = await press(bot, bot.discord.addUser({ name: 'bob' }), action);
  const heard = () => [...act.followUps(), act.response()].filter((message) => message !== null);
  await said(heard, 'Only the person who asked');
  expect((heard()[0]?.flags ?? 0) & ephemeral).toBe(ephemeral);
  expect(act.modal()).toBeNull();
  expect(await bot.jobsOnce(1)).toMatchObject([{ id: job?.id }]);
});

test('a button of nobody’s is answered privately', async () => {
  const bot = await inServer();
  const components = [{ type: 1, components: [{ type: 2, style: 1, label: 'old', custom_id: 'hailuo:launch:1' }] }];
  const response = await fetch(`${bot.discord.apiUrl}/v10/channels/${bot.channel.id}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${bot.discord.token}`, 'content-type': 'application/json', 'user-agent': 'test' },
    body: JSON.stringify({ content: 'old', components, allowed_mentions: { parse: [] } }),
  });
  expect(response.status).toBe(200);
  const [message] = bot.discord.messages(bot.channel);
  const act = bot.discord.press({ user: bot.user, message: message ?? expect.fail(), customId: 'hailuo:launch:1' });
  expect((await act.acknowledged).type).toBe(4);
  expect((act.response()?.flags ?? 0) & ephemeral).toBe(ephemeral);
});

test('Animate asks for words and takes the picture of the message, spoiler and all', async () => {
  const bot = await inServer();
  const { discord, user, channel } = bot;
  const message = discord.say(discord.addUser(), channel, {
    attachments: [
      { name: 'notes.txt', bytes: new Uint8Array([1]) },
      { ...pictureFile('cat.png'), isSpoiler: true },
    ],
  });
  const opening = discord.menu({ user, message, name: 'Animate' });
  expect((await opening.acknowledged).type).toBe(9);
  const filled = discord.submit({ user, act: opening, fields: { prompt: 'it winks' } });
  const [job] = await bot.jobsOnce(1);
  expect(job).toMatchObject({
    origin: filled.id,
    request: { prompt: 'it winks' },
    destination: { address: { request: message.id, interaction: filled.id, isSpoiler: true } },
  });
  expect(bot.pictures).toEqual([{ from: 'url', url: expect.stringContaining('cat.png') }]);
  expect(discord.problems).toEqual([]);
});

test('of several pictures the one that was chosen is animated; without words the usual ones are used', async () => {
  const bot = await inServer();
  const { discord, user, channel } = bot;
  const message = discord.say(user, channel, { attachments: [pictureFile('one.png'), pictureFile('two.png')] });
  const opening = discord.menu({ user, message, name: 'Animate' });
  await opening.acknowledged;
  discord.submit({ user, act: opening, fields: { picture: [message.attachments[1]?.id ?? ''] } });
  const [job] = await bot.jobsOnce(1);
  expect(job?.request.prompt).toContain('comes to life');
  expect(bot.pictures).toEqual([{ from: 'url', url: expect.stringContaining('two.png') }]);
});

test('a form that comes back after the address has died takes a fresh one from the message', async () => {
  const bot = await inServer();
  const { discord, user, channel } = bot;
  const message = discord.say(user, channel, { attachments: [pictureFile('cat.png')] });
  const opening = discord.menu({ user, message, name: 'Animate' });
  await opening.acknowledged;
  await eventually(async () => {
    const rows = await bot.database
      .selectFrom('discord_interactions')
      .select('id')
      .where('id', '=', opening.id)
      .execute();
    return rows.length > 0 || new Error('not written');
  });
  // The row itself is kept for as long as the address: here it outlives it.
  await bot.database
    .updateTable('discord_interactions')
    .set({ expires_at: new Date(bot.world.now().getTime() + 48 * 3_600_000) })
    .where('id', '=', opening.id)
    .execute();
  bot.world.pass(25 * 3_600_000);
  discord.submit({ user, act: opening, fields: { prompt: 'it winks' } });
  await bot.jobsOnce(1);
  const [taken] = bot.pictures;
  expect(taken).toMatchObject({ url: expect.stringContaining('cat.png') });
  expect(taken).not.toMatchObject({ url: message.attachments[0]?.url });
});

test('a message without a picture, and a form whose pictures are gone, are refused privately', async () => {
  const bot = await inServer();
  const { discord, user, channel } = bot;
  const bare = discord.menu({ user, message: discord.say(user, channel, { content: 'hello' }), name: 'Animate' });
  expect((await bare.acknowledged).type).toBe(4);
  await said(bare.response, 'no picture');

  const message = discord.say(user, channel, { attachments: [pictureFile()] });
  const opening = discord.menu({ user, message, name: 'Animate' });
  await opening.acknowledged;
  const stranger = discord.addUser();
  const act = discord.submit({ user: stranger, act: opening, fields: { prompt: 'mine now' } });
  await eventually(() => act.followUps().length > 0 || new Error('nothing said'), patienceMs);
  expect(await bot.jobs()).toEqual([]);
});

test('where the bot may not post, it says what is missing before anything is charged', async () => {
  const bot = await inServer();
  const { ViewChannel, SendMessages, EmbedLinks, ReadMessageHistory } = PermissionFlagsBits;
  bot.discord.setBotPermissions(bot.channel, ViewChannel | SendMessages | EmbedLinks | ReadMessageHistory);
  const act = create(bot);
  await said(act.followUps, 'Attach Files');
  expect(wordsOf(act.followUps())).not.toContain('Send Messages');

  const thread = bot.discord.addChannel({ parent: bot.channel, name: 'a thread' });
  const inThread = create({ ...bot, channel: thread });
  await said(inThread.followUps, 'Send Messages in Threads');
  expect(await bot.jobs()).toEqual([]);
});

test('in a thread the channel is the one it hangs off, with its age limit', async () => {
  const bot = await inServer();
  const channel = bot.discord.addChannel({ isAgeRestricted: true });
  const thread = bot.discord.addChannel({ parent: channel, name: 'a thread' });
  create({ ...bot, channel: thread });
  const [job] = await bot.jobsOnce(1);
  expect(job?.asker).toMatchObject({ channel: channel.id, isAgeRestricted: true });
  expect(job?.destination.address).toMatchObject({ channel: thread.id });
});

test('a clip that no place took comes with /hailuo jobs, as long as there is no address for a link', async () => {
  const bot = await inServer();
  const { discord, user, guild } = bot;
  const channel = discord.addChannel({ guild });
  create({ ...bot, channel });
  const [job] = await bot.jobsOnce(1);
  discord.deleteChannel(channel);
  discord.blockDirect(user);
  bot.world.pass(16 * 60_000);
  expect(await bot.finish(job?.id ?? expect.fail('no job'))).toMatchObject({ failure: { kind: 'undeliverable' } });

  const act = discord.slash({ user, channel: bot.channel, command: 'hailuo', subcommand: 'jobs' });
  const clip = await eventually(
    () => act.followUps().find(({ attachments }) => attachments.length > 0) ?? new Error('no clip'),
    patienceMs,
  );
  expect(clip.flags ?? 0).toBe(ephemeral);
  expect(clip.attachments[0]?.filename).toBe(`hailuo-${job?.id.slice(-6)}.mp4`);
  expect(Buffer.from(discord.fileOf(clip)).toString('latin1', 4, 8)).toBe('ftyp');
  expect(discord.problems).toEqual([]);
});

test('in direct messages with the bot everything works, and belongs to the person', async () => {
  const bot = await inServer();
  const channel = bot.discord.directChannel(bot.user);
  create({ ...bot, channel });
  const [job] = await bot.jobsOnce(1);
  expect(job).toMatchObject({
    asker: { tenant: `discord:user:${bot.user.id}`, isAdmin: false },
    destination: { address: { guild: null, isMember: true } },
  });
  const act = bot.discord.slash({ user: bot.user, channel, command: 'hailuo', subcommand: 'jobs' });
  await said(act.response, 'a paper boat');
});

test('where the bot is no member it works too, and says how long it may speak', async () => {
  const bot = await inServer();
  const guild = bot.discord.addGuild({ isForeign: true });
  const channel = bot.discord.addChannel({ guild });
  const act = bot.discord.slash({
    user: bot.user,
    channel,
    command: 'hailuo',
    subcommand: 'create',
    options: { prompt: 'a paper boat' },
    isUserInstalled: true,
  });
  const [job] = await bot.jobsOnce(1);
  expect(job).toMatchObject({
    asker: { tenant: `discord:user:${bot.user.id}`, roles: [], isAdmin: false },
    destination: { address: { isMember: false, channel: channel.id } },
  });
  await said(act.followUps, '15 minutes');
  expect((act.followUps()[0]?.flags ?? 0) & ephemeral).toBe(ephemeral);
});

test('who may manage the server is an admin there, and nobody else is', async () => {
  const bot = await inServer();
  const admin = bot.discord.addUser({ name: 'root' });
  bot.discord.addMember(bot.guild, admin, { roles: [], permissions: PermissionFlagsBits.ManageGuild });
  create({ ...bot, user: admin });
  const [job] = await bot.jobsOnce(1);
  expect(job?.asker.isAdmin).toBe(true);
});

test('what admins ask is answered to them alone, with a table to keep', async () => {
  const bot = await inServer();
  const { discord, channel } = bot;
  const user = discord.addUser({ name: 'root' });
  discord.addMember(bot.guild, user, { roles: [], permissions: PermissionFlagsBits.ManageGuild });
  create(bot);
  await bot.jobsOnce(1);
  const act = discord.slash({ user, channel, command: 'hailuo-admin', subcommand: 'usage' });
  const { attachments } = await answered(act);
  expect(attachments.map(({ filename }) => filename)).toEqual([expect.stringMatching(/csv$/)]);
  expect((act.response()?.flags ?? 0) & ephemeral).toBe(ephemeral);
  expect(discord.problems).toEqual([]);
});

test('a server whose admins want a thread for each job gets one', async () => {
  const bot = await inServer();
  await opened.database
    .insertInto('settings')
    .values({ tenant: `discord:${bot.guild.id}`, chosen: JSON.stringify({ place: 'thread' }) })
    .execute();
  create(bot);
  const [job] = await bot.jobsOnce(1);
  expect(job?.destination.address).toMatchObject({ hasOwnThread: true });
});

test('a crowd at once is acknowledged, all of it, and everybody gets their job', async () => {
  const bot = await inServer();
  const people = Array.from({ length: 60 }, (_, index) => bot.discord.addUser({ name: `person-${index}` }));
  const acts = people.map((user) => create({ ...bot, user }));
  const kinds = await Promise.all(acts.map(async (act) => (await act.acknowledged).type));
  expect(new Set(kinds)).toEqual(new Set([promised]));
  const jobs = await bot.jobsOnce(people.length);
  expect(new Set(jobs.map(({ asker }) => asker.person))).toEqual(new Set(people.map(({ id }) => id)));
  expect(bot.discord.problems).toEqual([]);
});

test('the commands are registered in the servers that are named, or everywhere', async () => {
  const bot = await createBotWorld(opened);
  const guild = bot.discord.addGuild();
  await bot.start({ guildIds: [guild.id] });
  await eventually(() => bot.discord.commands(guild).length > 0 || new Error('nothing is registered'));
  expect(bot.discord.commands(guild).map(({ name }) => name)).toContain('hailuo');
  expect(bot.discord.commands()).toEqual([]);
});
