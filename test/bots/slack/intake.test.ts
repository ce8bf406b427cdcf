/** Every way in makes exactly one call, by socket and by HTTP, whatever comes twice and wherever it comes to. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slackMigrations } from '../../../src/bots/slack/slack-migrations.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { type Changes, createBotWorld, listenIn, patienceMs, pictureFile, ranOnce, said } from './bot-world.ts';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openMemoryDatabase(slackMigrations);
});
afterAll(() => opened.close());

async function inWorkspace(changes: Changes = {}, options: { readonly emoji?: string } = {}) {
  const bot = await createBotWorld(opened, options);
  const { commands, ran } = listenIn(bot.commands);
  const process = await bot.start({ commands, ...changes });
  const channel = bot.slack.team.channel();
  const ann = bot.slack.team.person({ name: 'ann' });
  const bob = bot.slack.team.person({ name: 'bob' });
  return { ...bot, commands, ran, process, channel, ann, bob };
}
type InWorkspace = Awaited<ReturnType<typeof inWorkspace>>;

/** What comes later has been run, so what came before it and was to be run would have been. */
async function nothingElse(bot: InWorkspace, count: number): Promise<void> {
  await bot.ann.command(bot.channel, 'quota').acknowledged;
  const ran = await ranOnce(bot.ran, count + 1);
  expect(ran.map(({ command }) => command).slice(count)).toEqual(['quota']);
  expect(bot.slack.problems).toEqual([]);
}

const modalOf = ({ ann }: Pick<InWorkspace, 'ann'>) =>
  eventually(() => ann.modal ?? new Error('no form is open'), patienceMs);

describe.each(['socket', 'http'] as const)('by %s', (connection) => {
  test('a slash command', async () => {
    const bot = await inWorkspace({ connection });
    bot.slack.repeatNext();
    const pressed = bot.ann.command(bot.channel, 'a paper boat & a <3 --duration 10');
    expect((await pressed.acknowledged).body).toBeNull();
    const [first] = await ranOnce(bot.ran, 1);
    expect(first).toMatchObject({
      command: 'create',
      call: {
        origin: `command:${pressed.trigger}`,
        asker: { tenant: `slack:${bot.slack.team.id}`, person: bot.ann.id, channel: bot.channel.id },
        values: { prompt: 'a paper boat & a <3', duration: 10 },
        destination: { address: { channel: bot.channel.id, thread: null, request: null } },
      },
    });
    await said(pressed.answers, 'create was run');
    await nothingElse(bot, 1);
  });

  test('words that are no command are told so, in the person’s language', async () => {
    const bot = await inWorkspace({ connection });
    bot.ann.known.locale = 'de-DE';
    const pressed = bot.ann.command(bot.channel, 'a boat --speed 3');
    await said(pressed.answers, '--speed');
    expect(JSON.stringify(pressed.answers())).not.toContain('There is no');
    await nothingElse(bot, 0);
  });

  test('the bare command opens the form, and the form makes the clip', async () => {
    const bot = await inWorkspace({ connection });
    const pressed = bot.ann.command(bot.channel, '');
    await modalOf(bot);
    const boat = bot.ann.upload(pictureFile());
    bot.slack.repeatNext();
    const sent = bot.ann.submit({ prompt: 'a paper boat', image: [boat], duration: '10' });
    expect((await sent.acknowledged).body).toBeNull();
    const [first] = await ranOnce(bot.ran, 1);
    expect(first).toMatchObject({
      command: 'create',
      call: {
        values: { prompt: 'a paper boat', duration: 10 },
        pictures: { image: { from: 'upload' } },
        destination: { address: { channel: bot.channel.id, thread: null, request: null } },
      },
    });
    // By the address that came with the command.
    await said(pressed.answers, 'create was run');
    expect(bot.ann.modal).toBeNull();
    await nothingElse(bot, 1);
  });

  test('what is wrong with a form is said in it, and it stays open', async () => {
    const bot = await inWorkspace({ connection });
    bot.ann.command(bot.channel, 'create');
    await modalOf(bot);
    await bot.ann.submit({ prompt: 'a paper boat', duration: '10', resolution: '1080P' }).acknowledged;
    const form = await modalOf(bot);
    expect(Object.keys(form.errors)).toEqual(['create:duration']);
    await bot.ann.submit({ duration: '6' }).acknowledged;
    const [first] = await ranOnce(bot.ran, 1);
    expect(first?.call.values).toMatchObject({ duration: 6, resolution: '1080P' });
    await nothingElse(bot, 1);
  });

  test('Animate in a message’s menu', async () => {
    const bot = await inWorkspace({ connection });
    const files = [bot.bob.upload(pictureFile('cat.png')), bot.bob.upload(pictureFile('dog.png'))];
    const first = bot.bob.say(bot.channel, 'a thread');
    const message = bot.bob.say(bot.channel, 'two of them', { files, thread: first });
    bot.slack.repeatNext();
    await bot.ann.shortcut(message).acknowledged;
    const form = await modalOf(bot);
    expect(form.words).toContain('dog.png');
    bot.ann.submit({ picture: files[1]?.id ?? '' });
    const [ran] = await ranOnce(bot.ran, 1);
    expect(ran).toMatchObject({
      command: 'create',
      call: {
        pictures: { image: { from: 'upload', name: 'dog.png' } },
        destination: { address: { thread: first.ts, request: message.ts } },
      },
    });
    expect(bot.slack.calls('files.info').map(({ args }) => args.file)).toEqual([files[1]?.id]);
    await nothingElse(bot, 1);
  });

  test('Animate where there is no picture', async () => {
    const bot = await inWorkspace({ connection });
    const pressed = bot.ann.shortcut(bot.bob.say(bot.channel, 'words only'));
    await said(pressed.answers, 'no picture');
    expect(bot.ann.modal).toBeNull();
    await nothingElse(bot, 0);
  });

  test('the emoji under a picture', async () => {
    const bot = await inWorkspace({ connection });
    const message = bot.bob.say(bot.channel, 'look', { files: [bot.bob.upload(pictureFile())] });
    bot.slack.repeatNext();
    bot.ann.react(message, 'clapper');
    const [ran] = await ranOnce(bot.ran, 1);
    expect(ran).toMatchObject({
      command: 'create',
      call: { origin: `reaction:${bot.channel.id}:${message.ts}:${bot.ann.id}` },
    });
    bot.ann.react(message, 'thumbsup');
    await bot.slack.settled();
    await nothingElse(bot, 1);
  });

  test('a mention in a channel and in a thread', async () => {
    const bot = await inWorkspace({ connection });
    bot.slack.repeatNext();
    const asked = bot.ann.say(bot.channel, '@hailuo a paper boat');
    const [ran] = await ranOnce(bot.ran, 1);
    expect(ran).toMatchObject({
      command: 'create',
      call: {
        origin: `message:${bot.channel.id}:${asked.ts}`,
        values: { prompt: 'a paper boat' },
        destination: { address: { thread: null, request: asked.ts } },
      },
    });
    const picture = bot.bob.say(bot.channel, 'my cat', { files: [bot.bob.upload(pictureFile('cat.png'))] });
    bot.ann.say(bot.channel, 'make it dance @hailuo', { thread: picture });
    const [, inThread] = await ranOnce(bot.ran, 2);
    expect(inThread?.call).toMatchObject({
      values: { prompt: 'make it dance' },
      pictures: { image: { name: 'cat.png' } },
      destination: { address: { thread: picture.ts } },
    });
    await bot.slack.settled();
    await nothingElse(bot, 2);
  });

  test('messages to the bot alone, but for edits, removals and talk in threads', async () => {
    const bot = await inWorkspace({ connection });
    const direct = bot.slack.team.direct(bot.ann);
    bot.slack.repeatNext();
    const asked = bot.ann.say(direct, 'a paper boat', { files: [bot.ann.upload(pictureFile())] });
    const [ran] = await ranOnce(bot.ran, 1);
    expect(ran).toMatchObject({ command: 'create', call: { origin: `message:${direct.id}:${asked.ts}` } });
    bot.ann.edit(asked, 'a paper plane');
    bot.ann.say(direct, 'that is nice', { thread: asked });
    bot.ann.remove(asked);
    await bot.slack.settled();
    bot.ann.say(direct, 'once more @hailuo', { thread: asked });
    const [, inThread] = await ranOnce(bot.ran, 2);
    expect(inThread?.call.values).toEqual({ prompt: 'once more' });
    bot.ann.say(direct, 'hello');
    const [, , greeted] = await ranOnce(bot.ran, 3);
    expect(greeted?.command).toBe('help');
    await bot.slack.settled();
    await nothingElse(bot, 3);
  });

  test('a step of a workflow', async () => {
    const bot = await inWorkspace({ connection });
    const cat = bot.bob.upload(pictureFile('cat.png'));
    bot.slack.repeatNext();
    const step = bot.slack.team.runStep({ prompt: 'it dances', picture: cat, channel: bot.channel, person: bot.ann });
    expect((await step.acknowledged)?.body ?? null).toBeNull();
    const [ran] = await ranOnce(bot.ran, 1);
    expect(ran).toMatchObject({
      command: 'create',
      call: {
        origin: `step:${step.execution}`,
        asker: { person: bot.ann.id },
        values: { prompt: 'it dances' },
        pictures: { image: { name: 'cat.png' } },
        destination: { address: { channel: bot.channel.id, execution: step.execution } },
      },
    });
    await bot.slack.settled();
    await nothingElse(bot, 1);
  });

  test('Home, and what is pressed there', async () => {
    const bot = await inWorkspace({ connection });
    bot.ann.known.isAdmin = true;
    const home = await bot.ann.openHome();
    expect(home.words).toContain('Make a clip');
    bot.ann.pressOnHome('Make a clip');
    await modalOf(bot);
    bot.ann.submit({ prompt: 'a paper boat', channel: bot.channel });
    const made = await eventually(() => {
      const found = bot.ran.find(({ command }) => command === 'create');
      return found ?? new Error('nothing was made');
    }, patienceMs);
    expect(made.call).toMatchObject({ destination: { address: { channel: bot.channel.id } } });

    bot.ann.pressOnHome('Block somebody');
    await modalOf(bot);
    bot.ann.submit({ person: bot.bob, reason: 'spam' });
    const blocked = await eventually(() => {
      const found = bot.ran.find(({ command }) => command === 'block');
      return found ?? new Error('nobody was blocked');
    }, patienceMs);
    expect(blocked.call).toMatchObject({ values: { person: bot.bob.id }, asker: { isAdmin: true } });
    expect(bot.slack.problems).toEqual([]);
  });
});

test('two processes on one ledger make one call of what comes to both', async () => {
  const bot = await inWorkspace();
  await bot.start({ commands: bot.commands });
  await eventually(() => bot.slack.connections.length >= 4 || new Error('not all are connected'), patienceMs);
  const message = bot.bob.say(bot.channel, 'look', { files: [bot.bob.upload(pictureFile())] });
  bot.slack.repeatNext(4);
  const commands = ['a boat', 'a plane', 'a train'].map((words) => bot.ann.command(bot.channel, words));
  bot.ann.react(message, 'clapper');
  await Promise.all(commands.map(({ acknowledged }) => acknowledged));
  const ran = await ranOnce(bot.ran, 4);
  await bot.slack.settled();
  expect(ran.map(({ call }) => call.values.prompt ?? 'picture').toSorted()).toEqual([
    'a boat',
    'a plane',
    'a train',
    'picture',
  ]);
  expect(new Set(bot.slack.connections.map(({ envelopes }) => envelopes > 0))).toEqual(new Set([true]));
  await nothingElse(bot, 4);
});

test('a form that two processes open is open once, and nobody is told that it is not', async () => {
  const bot = await inWorkspace();
  await bot.start({ commands: bot.commands });
  bot.slack.repeatNext();
  const pressed = bot.ann.command(bot.channel, '');
  await modalOf(bot);
  await eventually(() => bot.slack.calls('views.open').length === 2 || new Error('not tried twice'), patienceMs);
  await bot.ann.submit({ prompt: 'a paper boat' }).acknowledged;
  await ranOnce(bot.ran, 1);
  await said(pressed.answers, 'create was run');
  expect(pressed.answers()).toHaveLength(1);
  await nothingElse(bot, 1);
});

describe('which reactions count', () => {
  const choose = (tenant: string, chosen: object) =>
    opened.database
      .insertInto('settings')
      .values({ tenant, chosen: JSON.stringify(chosen) })
      .execute();

  test('the operator’s, until the admins choose another; none when they switch it off', async () => {
    const bot = await inWorkspace({}, { emoji: ':movie_camera:' });
    const post = () => bot.bob.say(bot.channel, 'look', { files: [bot.bob.upload(pictureFile())] });
    bot.ann.react(post(), 'clapper');
    bot.ann.react(post(), 'movie_camera');
    await ranOnce(bot.ran, 1);
    await choose(`slack:${bot.slack.team.id}`, { emoji: ':wave:' });
    bot.world.pass(5_000);
    bot.ann.react(post(), 'movie_camera');
    const waved = post();
    bot.ann.react(waved, 'wave::skin-tone-3');
    const [, second] = await ranOnce(bot.ran, 2);
    expect(second?.call.origin).toContain(waved.ts);
    await opened.database.deleteFrom('settings').where('tenant', '=', `slack:${bot.slack.team.id}`).execute();
    await choose(`slack:${bot.slack.team.id}`, { hasReactions: false });
    bot.world.pass(5_000);
    bot.ann.react(post(), 'movie_camera');
    await bot.slack.settled();
    await nothingElse(bot, 2);
  });

  test('nobody’s but people’s', async () => {
    const bot = await inWorkspace();
    const robot = bot.slack.team.person({ isBot: true });
    const message = bot.bob.say(bot.channel, 'look', { files: [bot.bob.upload(pictureFile())] });
    robot.react(message, 'clapper');
    bot.slack.sendEvent(bot.slack.team, {
      type: 'reaction_added',
      user: bot.slack.team.botUser,
      reaction: 'clapper',
      item: { type: 'message', channel: bot.channel.id, ts: message.ts },
    });
    await bot.slack.settled();
    await nothingElse(bot, 0);
  });
});
