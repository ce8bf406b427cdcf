/** Buttons and the forms behind them: what opens one lives for three seconds, whatever else is slow or away. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slackMigrations } from '../../../src/bots/slack/slack-migrations.ts';
import type { Reply } from '../../../src/commands/command.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { type Changes, createBotWorld, listenIn, patienceMs, pictureFile, ranOnce, said } from './bot-world.ts';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openMemoryDatabase(slackMigrations);
});
afterAll(() => opened.close());

async function inWorkspace(changes: Changes = {}) {
  const bot = await createBotWorld(opened);
  const process = await bot.start(changes);
  const channel = bot.slack.team.channel();
  const ann = bot.slack.team.person({ name: 'ann' });
  const bob = bot.slack.team.person({ name: 'bob' });
  return { ...bot, process, channel, ann, bob };
}
type InWorkspace = Awaited<ReturnType<typeof inWorkspace>>;

const modalOf = ({ ann }: Pick<InWorkspace, 'ann'>) =>
  eventually(() => ann.modal ?? new Error('no form is open'), patienceMs);

/** A card with the buttons of a job, as the bot would post it. */
async function postCard({ slack, channel }: InWorkspace, job: string, thread?: string) {
  const button = (action: string) => ({
    type: 'button',
    action_id: `hailuo:${action}:${job}`,
    text: { type: 'plain_text', text: action },
  });
  await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.team.botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      channel: channel.id,
      text: 'done',
      blocks: [{ type: 'actions', elements: [button('again'), button('remix')] }],
      ...(thread !== undefined && { thread_ts: thread }),
    }),
  });
  const card = channel.messages.at(-1);
  if (card === undefined) throw new Error('no card');
  return card;
}

async function withJob(bot: InWorkspace) {
  bot.ann.command(bot.channel, 'a paper boat');
  const [job] = await bot.jobsOnce(1);
  if (job === undefined) throw new Error('no job');
  return job;
}

test('a button makes one job, in the thread of its message', async () => {
  const bot = await inWorkspace();
  const job = await withJob(bot);
  const card = await postCard(bot, job.id);
  bot.slack.repeatNext();
  const pressed = bot.ann.press(card, 'again');
  await pressed.acknowledged;
  const [, again] = await bot.jobsOnce(2);
  expect(again).toMatchObject({
    origin: `button:${pressed.trigger}`,
    request: { prompt: 'a paper boat' },
    destination: { address: { channel: bot.channel.id, request: card.ts } },
  });
  expect(bot.slack.problems).toEqual([]);
});

test('Remix opens a form with the words in it, and makes a clip of the new ones', async () => {
  const bot = await inWorkspace();
  const job = await withJob(bot);
  const first = bot.bob.say(bot.channel, 'a thread');
  const card = await postCard(bot, job.id, first.ts);
  bot.slack.repeatNext();
  bot.ann.press(card, 'remix');
  const form = await modalOf(bot);
  expect(JSON.stringify(form.values)).toContain('a paper boat');
  await bot.ann.submit({ prompt: 'a paper plane' }).acknowledged;
  const [, remixed] = await bot.jobsOnce(2);
  expect(remixed).toMatchObject({
    request: { prompt: 'a paper plane' },
    destination: { address: { thread: first.ts, request: card.ts } },
  });
  expect(bot.slack.problems).toEqual([]);
});

test('Remix of somebody else’s clip is refused without a form', async () => {
  const bot = await inWorkspace();
  const card = await postCard(bot, (await withJob(bot)).id);
  const pressed = bot.bob.press(card, 'remix');
  await eventually(() => pressed.answers().length > 0 || new Error('no answer'), patienceMs);
  expect(bot.slack.calls('views.open')).toEqual([]);
});

test('words that are not found in time leave the field empty', async () => {
  const bot = await createBotWorld(opened);
  const slow = bot.commands.map((command) =>
    command.name === 'remix' ? { ...command, run: () => new Promise<never>(() => undefined) } : command,
  );
  const channel = bot.slack.team.channel();
  const ann = bot.slack.team.person();
  const process = await bot.start({ commands: slow });
  const here = { ...bot, process, channel, ann, bob: ann };
  const card = await postCard(here, '0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001');
  ann.press(card, 'remix');
  const form = await modalOf(here);
  expect(form.values['remix:prompt']).toEqual({ prompt: expect.objectContaining({ value: null }) });
  expect(bot.slack.problems).toEqual([]);
});

test('a refusal of a form opens it again, with what was typed', async () => {
  const bot = await createBotWorld(opened);
  const card = (tone: 'plain' | 'refusal', words: string): Reply => ({
    kind: 'card',
    audience: 'asker',
    tone,
    card: { paragraphs: [words] },
  });
  const { commands, ran } = listenIn(bot.commands, ({ call }) =>
    call.values.prompt === 'a rude word' ? card('refusal', 'not these words') : card('plain', 'these will do'),
  );
  const process = await bot.start({ commands });
  const channel = bot.slack.team.channel();
  const ann = bot.slack.team.person();
  const here = { ...bot, process, channel, ann, bob: ann };
  const message = ann.say(channel, 'my cat', { files: [ann.upload(pictureFile('cat.png'))] });
  ann.shortcut(message);
  await modalOf(here);
  await ann.submit({ prompt: 'a rude word', duration: '10' }).acknowledged;
  const refused = await eventually(() => ann.ephemerals.at(-1) ?? new Error('not refused'), patienceMs);
  const pressed = ann.press(refused, 'Change it');
  const again = await modalOf(here);
  expect(JSON.stringify(again.values)).toContain('a rude word');
  await ann.submit({ prompt: 'a kind word' }).acknowledged;
  const [, second] = await ranOnce(ran, 2);
  expect(second).toMatchObject({
    command: 'create',
    call: {
      values: { prompt: 'a kind word', duration: 10 },
      pictures: { image: { name: 'cat.png' } },
      destination: { address: { request: message.ts } },
    },
  });
  await said(pressed.answers, 'these will do');
  expect(bot.slack.problems).toEqual([]);
});

test('so does a form without a picture, and Remix', async () => {
  const bot = await createBotWorld(opened);
  const refused: Reply = { kind: 'card', audience: 'asker', tone: 'refusal', card: { paragraphs: ['no'] } };
  const { commands, ran } = listenIn(bot.commands, ({ command, call }) =>
    command === 'remix' && call.values.prompt === undefined ? new Promise<never>(() => undefined) : refused,
  );
  const process = await bot.start({ commands });
  const channel = bot.slack.team.channel();
  const ann = bot.slack.team.person();
  const here = { ...bot, process, channel, ann, bob: ann };
  const change = async (count: number) => {
    const said = await eventually(
      () => (ann.ephemerals.length >= count ? ann.ephemerals.at(-1) : null) ?? new Error('not refused'),
      patienceMs,
    );
    ann.press(said, 'Change it');
    return JSON.stringify((await modalOf(here)).values);
  };

  ann.command(channel, '');
  await modalOf(here);
  await ann.submit({ prompt: 'a paper boat', camera: 'Push in', duration: '10' }).acknowledged;
  const again = await change(1);
  expect(again).toContain('a paper boat');
  expect(again).toContain('Push in');
  ann.close();

  const job = '0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001';
  ann.press(await postCard(here, job), 'remix');
  await modalOf(here);
  await ann.submit({ prompt: 'a paper plane' }).acknowledged;
  expect(await change(2)).toContain('a paper plane');
  await ann.submit({ prompt: 'a paper train' }).acknowledged;
  await eventually(() => ran.at(-1)?.call.values.prompt === 'a paper train' || new Error('not run'), patienceMs);
  expect(ran.at(-1)).toMatchObject({ command: 'remix', call: { values: { job } } });
  expect(bot.slack.problems).toEqual([]);
});

test('a trigger that is spent is told to the person, who presses again', async () => {
  const bot = await inWorkspace();
  const hold = bot.slack.faults.hold('users.info');
  const pressed = bot.ann.command(bot.channel, '');
  await pressed.acknowledged;
  bot.slack.clock.advance(4_000);
  hold();
  await said(pressed.answers, 'too little time');
  expect(bot.ann.modal).toBeNull();
  bot.ann.command(bot.channel, '');
  await modalOf(bot);
});

test('a form opens though its row is written late, and what was lost with the answer is not opened twice', async () => {
  const bot = await inWorkspace();
  bot.slack.faults.loseAnswer('views.open');
  const pressed = bot.ann.command(bot.channel, '');
  await modalOf(bot);
  await eventually(() => bot.slack.calls('views.open').length === 2 || new Error('not tried again'), patienceMs);
  await bot.ann.submit({ prompt: 'a paper boat' }).acknowledged;
  await bot.jobsOnce(1);
  expect(pressed.answers()).toEqual([]);
});

test('a form that Slack will not have is our mistake, and the person is told that it is', async () => {
  const bot = await inWorkspace();
  bot.slack.faults.fail('views.open', 'invalid_blocks');
  const pressed = bot.ann.command(bot.channel, '');
  await said(pressed.answers, 'went wrong on our side');
});

test('a form about nothing that is known is too old', async () => {
  const bot = await inWorkspace();
  bot.ann.command(bot.channel, '');
  await modalOf(bot);
  await eventually(async () => {
    const { numDeletedRows } = await bot.database
      .deleteFrom('slack_calls')
      .where('id', 'like', 'shown:%')
      .executeTakeFirst();
    return numDeletedRows > 0n || new Error('not written yet');
  }, patienceMs);
  await bot.ann.submit({ prompt: 'a paper boat' }).acknowledged;
  const direct = bot.slack.team.direct(bot.ann);
  await said(() => direct.messages, 'too old');
  expect(await bot.jobs()).toEqual([]);
});

test('a control that this version does not know is told so, and a link is not', async () => {
  const bot = await inWorkspace();
  const element = (action_id: string, more: object = {}) => ({
    type: 'button',
    action_id,
    text: { type: 'plain_text', text: action_id },
    ...more,
  });
  await fetch(`${bot.slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bot.slack.team.botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      channel: bot.channel.id,
      text: 'old',
      blocks: [
        { type: 'actions', elements: [element('hailuo-gone:1'), element('link', { url: 'https://a.example/' })] },
      ],
    }),
  });
  const [card] = bot.channel.messages;
  if (card === undefined) throw new Error('no card');
  const link = bot.ann.press(card, 'link');
  await link.acknowledged;
  const gone = bot.ann.press(card, 'hailuo-gone:1');
  await said(gone.answers, 'does not know that any more');
  expect(link.answers()).toEqual([]);
  expect(bot.slack.problems).toEqual([]);
});
