/** What the courier's exam cannot ask: Slack's own limits, refusals and accidents, one by one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { usualPace } from '../../../src/bots/slack/slack-pace.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { JobId, JsonValue } from '../../../src/core/values.ts';
import { eventually } from '../../support/eventually.ts';
import {
  type CourierWorld,
  type CourierWorldOptions,
  messageOf,
  openCourierWorld,
  openSlackDatabase,
  sentenceOf,
} from './courier-world.ts';

let opened: OpenDatabase;
let world: CourierWorld;
let job: JobId;

beforeAll(async () => {
  opened = await openSlackDatabase();
  return opened.close;
});
beforeEach(() => start());
afterEach(async () => {
  expect(world.slack.problems).toEqual([]);
  await world.close();
});

async function start(options: CourierWorldOptions = {}): Promise<void> {
  world = await openCourierWorld(opened, options);
  job = await world.newJob();
}

/** With other options than usual; the usual world is closed first. */
async function restart(options: CourierWorldOptions): Promise<void> {
  await world.close();
  await start(options);
}

const calls = (method: string) => world.slack.calls(method);
function only<Item>(items: readonly Item[]): Item {
  expect(items).toHaveLength(1);
  return items[0] as Item;
}
const direct = () => world.team.direct(world.person);

/** As core does: what the ledger knows comes first. */
async function show(
  destination = world.at(world.channel),
  message: JsonValue | null = null,
  state: Parameters<CourierWorld['view']>[1] = 'queued',
  sentence = 'Waiting.',
): Promise<JsonValue> {
  await world.record(job, state);
  const shown = await world.courier.showStatus(destination, message, world.view(job, state, sentence));
  await world.record(job, state, { status: shown });
  return shown;
}

describe('the status message', () => {
  test('of a command stands in the channel, and where something was asked about, in its thread', async () => {
    expect(await show()).toEqual({ channel: world.channel.id, ts: only(world.own()).ts });
    expect(only(world.own()).thread).toBeNull();
    job = await world.newJob();
    const picture = world.person.say(world.channel, 'look');
    await show(world.at(world.channel, { request: picture.ts }));
    job = await world.newJob();
    const reply = world.person.say(world.channel, 'and here', { thread: picture });
    await show(world.at(world.channel, { request: reply.ts, thread: picture.ts }));
    expect(world.channel.thread(picture).filter(({ user }) => user === world.team.botUser)).toHaveLength(2);
  });

  test('wakes nobody and unfolds no link, and its button leads back to the job', async () => {
    await world.courier.showStatus(
      world.at(world.channel),
      null,
      world.view(job, 'queued', 'Waiting.', { prompt: 'for <!channel> and https://example.com' }),
    );
    expect(only(calls('chat.postMessage')).args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' });
    expect(JSON.stringify(only(world.own()).blocks)).toContain(`hailuo:cancel:${job}`);
  });

  test.each([
    ['in the channel', () => world.at(world.channel)],
    ['in a thread', () => world.at(world.channel, { thread: world.person.say(world.channel, 'look').ts })],
    ['in direct messages', () => world.at(direct(), { isDirect: true })],
  ])('%s whose answer was lost is not said twice', async (_where, place) => {
    const destination = place();
    world.slack.faults.loseAnswer('chat.postMessage');
    await expect(show(destination)).rejects.toThrow();
    const view = world.view(job, 'queued', 'Still waiting.');
    const message = await world.newCourier().showStatus(destination, null, view);
    expect(world.statuses(job)).toEqual(['Still waiting.']);
    expect(only(calls('chat.postMessage')).answer).toBe('ok');
    expect(message).toMatchObject({ ts: only([...world.own(), ...world.own(direct())]).ts });
  });

  test('that never left is said by the next try', async () => {
    world.slack.faults.refuse('chat.postMessage');
    await expect(show()).rejects.toThrow();
    await show();
    expect(world.statuses(job)).toEqual(['Waiting.']);
  });

  test('that was deleted before anybody learned its address is said anew', async () => {
    world.slack.faults.loseAnswer('chat.postMessage');
    await show().catch(() => null);
    only(world.own()).isDeleted = true;
    expect(await show()).toMatchObject({ ts: only(world.own()).ts });
  });

  test('that was deleted is opened once more, also where that answer is lost', async () => {
    const first = await show();
    only(world.own()).isDeleted = true;
    world.slack.faults.loseAnswer('chat.postMessage');
    await expect(show(undefined, first)).rejects.toThrow();
    const second = await show(undefined, first, 'rendering', 'Rendering.');
    expect(second).toMatchObject({ ts: only(world.own()).ts });
    expect(world.statuses(job)).toEqual(['Rendering.']);
  });

  test('is looked for through all that was said since, page by page', async () => {
    world.slack.faults.loseAnswer('chat.postMessage');
    await show().catch(() => null);
    for (let count = 0; count < 450; count += 1) world.person.say(world.channel, `message ${count}`);
    await show();
    expect(world.own()).toHaveLength(1);
    expect(calls('conversations.history')).toHaveLength(3);
  });

  test('is not what another app has marked like it', async () => {
    world.slack.faults.loseAnswer('chat.postMessage');
    await show().catch(() => null);
    const ours = only(world.own());
    ours.isDeleted = true;
    world.channel.known.messages.push({ ...ours, user: 'U0OTHER', bot: 'B0OTHER', isDeleted: false, ts: '1.000001' });
    await show();
    expect(world.own()).toHaveLength(1);
    expect(world.own()).not.toContain(ours);
  });

  test('goes into the channel where its thread is gone', async () => {
    const picture = world.person.say(world.channel, 'look');
    world.person.remove(picture);
    await show(world.at(world.channel, { request: picture.ts }));
    expect(only(world.own()).thread).toBeNull();
  });

  test('is always changed with its words, blocks and mark', async () => {
    const message = await show();
    await show(undefined, message, 'rendering', 'Rendering.');
    const { args } = only(calls('chat.update'));
    expect(args).toMatchObject({ text: expect.stringContaining('Rendering.'), blocks: expect.any(Array) });
    expect(args).toMatchObject({ metadata: { event_type: 'hailuo_status', event_payload: { job } } });
  });

  test.each([
    ['from which the bot was removed', () => world.channel.kick()],
    ['that was archived', () => world.channel.archive()],
    [
      'where only some may speak',
      () => world.slack.faults.fail('chat.postMessage', 'restricted_action_non_threadable_channel', 9),
    ],
  ])('in a channel %s there is none, and it is left alone for a while', async (_which, close) => {
    close();
    expect(await show()).toBeNull();
    const knocked = calls('chat.postMessage').length;
    expect(await show()).toBeNull();
    expect(calls('chat.postMessage')).toHaveLength(knocked);
    expect(world.logged.map(({ event }) => event)).toContain('slack.status-refused');
  });

  test('is there as soon as somebody has invited the bot, and a while has passed', async () => {
    world.channel.kick();
    expect(await show()).toBeNull();
    world.channel.invite();
    world.pass(121_000);
    expect(await show()).not.toBeNull();
    expect(world.statuses(job)).toEqual(['Waiting.']);
  });

  test('of a channel that closed meanwhile says its last word to the person alone, once', async () => {
    const message = await show();
    world.channel.archive();
    expect(await show(undefined, message, 'rendering', 'Rendering.')).toEqual(message);
    const last = await show(undefined, message, 'failed', 'It failed.');
    expect(last).toEqual({ channel: direct().id, ts: only(world.own(direct())).ts });
    expect(await show(undefined, last, 'failed', 'It failed.')).toEqual(last);
    expect(sentenceOf(only(world.own(direct())))).toBe('It failed.');
  });

  test('whose last word to the person was lost is found there', async () => {
    world.channel.kick();
    expect(await show()).toBeNull();
    const release = world.slack.faults.hold('conversations.open');
    const asking = show(undefined, null, 'failed', 'It failed.').catch(() => null);
    await eventually(() => (calls('conversations.open').length > 0 ? true : new Error('not yet')));
    world.slack.faults.loseAnswer('chat.postMessage');
    release();
    expect(await asking).toBeNull();
    await show(undefined, null, 'failed', 'It failed.');
    expect(world.own(direct())).toHaveLength(1);
  });

  test('cannot be shown where the app is no more', async () => {
    world.uninstall();
    expect(await show()).toBeNull();
    expect(world.slack.calls()).toEqual([]);
    const post = await world.clip(job);
    expect(await world.courier.post(world.at(world.channel), post)).toMatchObject({ outcome: 'unreachable' });
    expect(await world.courier.find(world.at(world.channel), post)).toBeNull();
  });

  test.each(['token_revoked', 'account_inactive', 'invalid_auth'])('nor with a dead token: %s', async (error) => {
    world.slack.faults.fail('chat.postMessage', error, 9);
    expect(await show()).toBeNull();
    expect(calls('chat.postMessage')).toHaveLength(1);
  });

  test('whose words Slack cannot read is told to whoever looks after the bot', async () => {
    world.slack.faults.fail('chat.postMessage', 'invalid_blocks');
    expect(await show()).toBeNull();
    expect(world.logged.map(({ event }) => event)).toContain('slack.bad-form');
  });
});

describe('edits that come too fast', () => {
  test('are dropped until Slack takes some again, and hold up no clip', async () => {
    const message = await show();
    world.slack.faults.rateLimit('chat.update', 1, 60);
    expect(await show(undefined, message, 'rendering', 'Rendering.')).toEqual(message);
    expect(await show(undefined, message, 'delivering', 'Delivering.')).toEqual(message);
    expect(calls('chat.update')).toHaveLength(1);
    const post = await world.clip(job, 2000, { status: message });
    expect(await world.courier.post(world.at(world.channel), post)).toMatchObject({ outcome: 'posted' });
    world.pass(61_000);
    await show(undefined, message, 'delivering', 'Delivering.');
    expect(world.statuses(job)).toEqual(['Delivering.']);
  });

  test('wait for it when they are the last word', async () => {
    const message = await show();
    world.slack.faults.rateLimit('chat.update', 2, 0);
    await show(undefined, message, 'failed', 'It failed.');
    expect(world.statuses(job)).toEqual(['It failed.']);
    expect(calls('chat.update').map(({ answer }) => answer)).toEqual(['ratelimited', 'ratelimited', 'ok']);
  });

  test('are paced by what a workspace bears', () => {
    expect(60_000 / usualPace.laneMs).toBeLessThanOrEqual(40);
    expect(usualPace).toMatchObject({ earlyMs: 5000, lateMs: 10_000 });
  });

  test('are not made at once, but the last word is', async () => {
    await restart({ pace: usualPace });
    const message = await show();
    for (const sentence of ['One.', 'Two.', 'Three.']) {
      expect(await show(undefined, message, 'rendering', sentence)).toEqual(message);
    }
    expect(world.statuses(job)).toEqual(['One.']);
    await show(undefined, message, 'failed', 'It failed.');
    expect(world.statuses(job)).toEqual(['It failed.']);
    expect(calls('chat.update')).toHaveLength(2);
  });

  test('move a bar that nobody tells about, until the job goes on', async () => {
    await restart({ pace: { laneMs: 0, earlyMs: 20, lateMs: 20, patienceMs: 1000 } });
    const message = await show();
    await world.record(job, 'rendering');
    const since = Math.floor(Date.now() / 1000);
    const expected = { from: since + 20, to: since + 60 };
    const view = world.view(job, 'rendering', 'Rendering.', { renderingSince: since, expected });
    await world.courier.showStatus(world.at(world.channel), message, view);
    const shown = () => JSON.stringify(only(world.own()).blocks);
    const first = shown();
    world.pass(20_000);
    await eventually(() => (shown() === first ? new Error('the bar stands still') : true));
    const second = shown();
    // Another worker took the job on: whatever it shows then is not painted over.
    await world.record(job, 'delivering');
    await sleep(200);
    world.pass(20_000);
    await sleep(100);
    expect(shown()).toBe(second);
  });

  test('share one lane in all channels of a workspace, and the last word goes first', async () => {
    await restart({ pace: { laneMs: 300, earlyMs: 0, lateMs: 0, patienceMs: 10_000 } });
    const other = world.team.channel();
    const jobs = [job, await world.newJob(), await world.newJob()] as const;
    const places = [world.at(world.channel), world.at(other), world.at(other)] as const;
    const messages: JsonValue[] = [];
    for (const [index, each] of jobs.entries()) {
      messages.push(await world.courier.showStatus(places[index] ?? places[0], null, world.view(each, 'queued', 'W')));
    }
    const edit = (index: 0 | 1 | 2, state: 'rendering' | 'failed') =>
      world.courier.showStatus(places[index], messages[index] ?? null, world.view(jobs[index], state, state));
    await edit(0, 'rendering');
    await edit(1, 'rendering');
    await world.record(jobs[2], 'failed');
    await edit(2, 'failed');
    const edited = () => calls('chat.update').map(({ args }) => args.ts);
    await eventually(() => (edited().length === 3 ? true : new Error('not all edited')));
    expect(edited()).toEqual([0, 2, 1].map((index) => (messages[index] as { ts: string }).ts));
  });
});

describe('the card of a finished job', () => {
  test('leads to the clip and bears its buttons', async () => {
    const message = await show();
    const post = await world.clip(job, 2000, { status: message });
    const clip = messageOf(await world.courier.post(world.at(world.channel), post));
    await world.record(job, 'done', { clip: { ...clip } });
    await show(undefined, message, 'done', 'Ready after 40 s.');
    const [card] = world.own().filter(({ ts }) => ts === (message as { ts: string }).ts);
    const shown = JSON.stringify(card?.blocks);
    const shared = only(world.clips(post));
    expect(shown).toContain(`<${world.slack.linkTo(shared).replaceAll('&', '&amp;')}|Open the clip>`);
    for (const action of ['again', 'remix', 'continue']) expect(shown).toContain(`hailuo:${action}:${job}`);
    expect(shown).not.toContain('hailuo:cancel');
  });

  test('does without the link where Slack does not tell it', async () => {
    const message = await show();
    await world.record(job, 'done', { clip: { channel: world.channel.id, ts: '1.000000' } });
    await show(undefined, message, 'done', 'Ready.');
    expect(world.statuses(job)).toEqual(['Ready.']);
    expect(world.logged.map(({ event }) => event)).toContain('slack.no-permalink');
  });

  test('follows a clip that could only go to the person, into its thread', async () => {
    world.channel.kick();
    const post = await world.clip(job);
    const clip = messageOf(await world.courier.post(world.at(world.channel), post));
    expect(clip.channel).toBe(direct().id);
    await world.record(job, 'done', { clip: { ...clip } });
    await show(undefined, null, 'done', 'Ready.');
    const [card] = direct().thread(clip.ts);
    expect(card === undefined ? '' : sentenceOf(card)).toBe('Ready.');
  });
});

describe('the clip', () => {
  test('goes into the thread of its status, with its words, title and description', async () => {
    const message = await show();
    const post = await world.clip(job, 70_000, { status: message, prompt: 'a boat & <@U1>' });
    const clip = messageOf(await world.courier.post(world.at(world.channel), post));
    const said = only(world.clips(post));
    expect(clip).toEqual({ channel: world.channel.id, ts: said.ts });
    expect(said.thread).toBe((message as { ts: string }).ts);
    expect(said.text).toBe('Here is your clip.\n> a boat &amp; &lt;@\u2060U1&gt;');
    expect(said.files[0]).toMatchObject({ title: 'a boat & <@U1>', altText: 'a boat & <@U1>', type: 'video/mp4' });
    expect(Buffer.alloc(70_000, 7).equals(said.files[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
  });

  test.each([
    ['in the thread it was asked in', { isThreaded: true }],
    ['under what it was asked about', { isThreaded: false }],
  ])('goes %s', async (_where, { isThreaded }) => {
    const first = world.person.say(world.channel, 'first');
    const picture = isThreaded ? world.person.say(world.channel, 'look', { thread: first }) : first;
    const of = { request: picture.ts, thread: isThreaded ? first.ts : null };
    const message = await show(world.at(world.channel, of));
    const post = await world.clip(job, 2000, { status: message });
    await world.courier.post(world.at(world.channel, of), post);
    expect(only(world.clips(post)).thread).toBe(first.ts);
  });

  test('goes into the channel where its thread is gone', async () => {
    const picture = world.person.say(world.channel, 'look');
    world.person.remove(picture);
    const post = await world.clip(job);
    await world.courier.post(world.at(world.channel, { request: picture.ts }), post);
    expect(only(world.clips(post)).thread).toBeNull();
  });

  test.each([
    ['from which the bot was removed', () => world.channel.kick()],
    ['that was archived', () => world.channel.archive()],
    ['where only some may speak', () => world.slack.faults.fail('files.completeUploadExternal', 'restricted_action')],
  ])('of a channel %s goes to the person, and says where it was asked for', async (_which, close) => {
    close();
    const post = await world.clip(job);
    const posted = messageOf(await world.courier.post(world.at(world.channel), post));
    const said = only(world.clips(post));
    expect(posted).toEqual({ channel: direct().id, ts: said.ts });
    expect(said.text.split('\n').at(-1)).toBe(
      `You asked for it in <#${world.channel.id}>, where it could not be posted.`,
    );
  });

  test('of somebody whom nothing reaches is unreachable, and leaves nothing behind', async () => {
    world.channel.kick();
    const person = world.team.person();
    person.known.isUnreachable = true;
    const post = await world.clip(job);
    const destination = world.at(world.channel, { person: person.id });
    expect(await world.courier.post(destination, post)).toMatchObject({ outcome: 'unreachable' });
    expect(await world.courier.find(destination, post)).toBeNull();
  });

  test('waits where Slack says "later", at every step', async () => {
    for (const method of ['files.getUploadURLExternal', 'files.completeUploadExternal', 'files.info']) {
      world.slack.faults.rateLimit(method, 1, 0);
    }
    const post = await world.clip(job);
    expect(await world.courier.post(world.at(world.channel), post)).toMatchObject({ outcome: 'posted' });
    expect(world.clips(post)).toHaveLength(1);
  });

  test('that somebody has deleted is not brought again', async () => {
    const post = await world.clip(job);
    await world.courier.post(world.at(world.channel), post);
    const [file] = only(world.clips(post)).files;
    if (file !== undefined) file.mode = 'tombstone';
    expect(await world.courier.find(world.at(world.channel), post)).toBeNull();
    expect(await world.courier.post(world.at(world.channel), post)).toMatchObject({ outcome: 'unreachable' });
    expect(calls('files.completeUploadExternal')).toHaveLength(1);
  });
});

describe('a file that Slack takes and does not show', () => {
  test('is brought by a message with its link', async () => {
    world.slack.faults.neverShare();
    const message = await show();
    const post = await world.clip(job, 2000, { status: message, prompt: 'see https://example.com' });
    const clip = messageOf(await world.courier.post(world.at(world.channel), post));
    const said = only(world.clips(post));
    expect(clip).toEqual({ channel: world.channel.id, ts: said.ts });
    expect(said.thread).toBe((message as { ts: string }).ts);
    expect(said.files).toHaveLength(1);
    expect(said.text).not.toContain('example.com');
    expect(calls('files.completeUploadExternal')).toHaveLength(1);
    expect(world.logged.map(({ event }) => event)).toContain('slack.never-shared');
    expect(await world.newCourier().find(world.at(world.channel), post)).toEqual(clip);
    expect(await world.newCourier().post(world.at(world.channel), post)).toEqual({ outcome: 'posted', message: clip });
    expect(world.clips(post)).toHaveLength(1);
  });

  test('but does show late, stands once: our message goes, and the ledger follows', async () => {
    const message = await show();
    world.slack.faults.shareAfter(60_000);
    const post = await world.clip(job, 2000, { status: message });
    const repair = messageOf(await world.courier.post(world.at(world.channel), post));
    await world.record(job, 'done', { clip: { ...repair } });
    world.pass(60_001);
    expect(world.clips(post)).toHaveLength(2);
    await show(undefined, message, 'done', 'Ready.');
    const said = only(world.clips(post));
    expect(said.ts).not.toBe(repair.ts);
    const card = world.own().find(({ ts }) => ts === (message as { ts: string }).ts);
    expect(JSON.stringify(card?.blocks)).toContain(said.ts.replace('.', ''));
    const row = await world.database.selectFrom('posts').select('message').where('job_id', '=', job).executeTakeFirst();
    expect(row?.message).toEqual({ channel: world.channel.id, ts: said.ts });
    expect(await world.courier.find(world.at(world.channel), post)).toEqual(row?.message);
  });

  test('is watched by whoever repaired it', async () => {
    await restart({ waits: { shareMs: [5, 20, 60], lateMs: [10, 30, 100, 300, 1000] } });
    world.slack.faults.shareAfter(60_000);
    const post = await world.clip(job);
    const repair = messageOf(await world.courier.post(world.at(world.channel), post));
    world.slack.clock.advance(60_001);
    await eventually(() => (world.clips(post).length === 1 ? true : new Error('it stands twice')));
    expect(only(world.clips(post)).ts).not.toBe(repair.ts);
  });

  test('is not taken for late because our own message shares it', async () => {
    world.slack.faults.neverShare();
    const post = await world.clip(job);
    const clip = await world.courier.post(world.at(world.channel), post);
    await world.record(job, 'done', { clip: { ...messageOf(clip) } });
    await show(undefined, null, 'done', 'Ready.');
    expect(calls('chat.delete')).toEqual([]);
    expect(only(world.clips(post)).ts).toBe(messageOf(clip).ts);
  });

  test('goes with the message to the person where the channel has closed meanwhile', async () => {
    world.slack.faults.neverShare();
    const release = world.slack.faults.hold('files.info');
    const post = await world.clip(job);
    const posting = world.courier.post(world.at(world.channel), post);
    await eventually(() => (calls('files.info').length > 0 ? true : new Error('not yet')));
    world.channel.kick();
    release();
    expect(messageOf(await posting).channel).toBe(direct().id);
    expect(only(world.clips(post)).text).toContain(`<#${world.channel.id}>`);
  });
});

describe('where no file is taken', () => {
  const url = 'https://bot.example/media/x?until=1&signature=2';

  test.each([
    'file_uploads_disabled',
    'file_uploads_except_images_disabled',
    'file_type_not_allowed',
    'storage_limit_reached',
  ])('%s is told, and a link goes instead', async (error) => {
    world.slack.faults.fail('files.getUploadURLExternal', error);
    const message = await show();
    const post = await world.clip(job, 2000, { status: message });
    expect(await world.courier.post(world.at(world.channel), post)).toMatchObject({ outcome: 'no-files' });
    const posted = await world.courier.post(world.at(world.channel), { ...post, as: { kind: 'link', url } });
    const said = only(world.clips(post));
    expect(messageOf(posted)).toEqual({ channel: world.channel.id, ts: said.ts });
    expect(said.thread).toBe((message as { ts: string }).ts);
    expect(JSON.stringify(said.blocks)).toContain(url.replace('&', '&amp;'));
    expect(await world.newCourier().find(world.at(world.channel), post)).toEqual(messageOf(posted));
  });

  test('a missing scope is a place that takes none', async () => {
    world.team.grant(world.team.scopes.filter((scope) => scope !== 'files:write'));
    const posted = await world.courier.post(world.at(world.channel), await world.clip(job));
    expect(posted).toEqual({ outcome: 'no-files', detail: 'missing_scope, needs files:write' });
  });

  test('it may be told as late as when it is shared', async () => {
    world.slack.faults.fail('files.completeUploadExternal', 'file_uploads_disabled');
    const post = await world.clip(job);
    expect(await world.courier.post(world.at(world.channel), post)).toMatchObject({ outcome: 'no-files' });
    const posted = await world.courier.post(world.at(world.channel), { ...post, as: { kind: 'link', url } });
    expect(posted.outcome).toBe('posted');
    expect(only(world.clips(post)).files).toEqual([]);
  });

  test.each(['files.getUploadURLExternal', 'files.completeUploadExternal'])(
    'too large at %s is told, and a smaller one goes',
    async (method) => {
      world.slack.faults.fail(method, 'file_upload_size_restricted');
      const post = await world.clip(job, 5000);
      expect(await world.courier.post(world.at(world.channel), post)).toEqual({ outcome: 'too-large' });
      expect(world.clips(post)).toEqual([]);
      const smaller = await world.clip(job, 2000);
      await world.courier.post(world.at(world.channel), smaller);
      expect(only(world.clips(post)).files[0]?.bytes).toHaveLength(2000);
    },
  );

  test('and no address of ours is public, it is said and nothing is linked', async () => {
    const post = await world.clip(job, 2000, { as: { kind: 'link', url: '/media/x' } });
    await world.courier.post(world.at(world.channel), post);
    const said = JSON.stringify(only(world.clips(post)).blocks);
    expect(said).toContain('no public address');
    expect(said).not.toContain('/media/x');
  });

  test('a link, too, goes to the person where the channel is closed', async () => {
    world.channel.archive();
    const post = await world.clip(job, 2000, { as: { kind: 'link', url } });
    const posted = await world.courier.post(world.at(world.channel), post);
    expect(messageOf(posted).channel).toBe(direct().id);
    expect(await world.newCourier().find(world.at(world.channel), post)).toEqual(messageOf(posted));
    expect(await world.newCourier().post(world.at(world.channel), post)).toEqual(posted);
    expect(world.clips(post)).toHaveLength(1);
  });
});

describe('a step of a workflow', () => {
  test('gets the link to the clip, once', async () => {
    const { execution, outcome } = world.team.runStep({ prompt: 'a boat' });
    const destination = world.at(world.channel, { execution });
    const message = await show(destination);
    const post = await world.clip(job, 2000, { status: message });
    const clip = messageOf(await world.courier.post(destination, post));
    await show(destination, message, 'delivering', 'Delivering.');
    expect(calls('functions.completeSuccess')).toEqual([]);
    await world.record(job, 'done', { clip: { ...clip } });
    await show(destination, message, 'done', 'Ready.');
    await show(destination, message, 'done', 'Ready.');
    const permalink = world.slack.linkTo(only(world.clips(post)));
    expect(await outcome).toEqual({ type: 'success', outputs: { permalink } });
    expect(calls('functions.completeSuccess')).toHaveLength(1);
    // Another worker does not know that it was told.
    const view = world.view(job, 'done', 'Ready.');
    expect(await world.newCourier().showStatus(destination, message, view)).toEqual(message);
  });

  test.each(['failed', 'cancelled'] as const)('hears why there is none: %s', async (state) => {
    const { execution, outcome } = world.team.runStep({ prompt: 'a boat' });
    const destination = world.at(world.channel, { execution });
    await show(destination, await show(destination), state, 'It was refused.');
    expect(await outcome).toEqual({ type: 'error', error: 'No clip was made. It was refused.' });
  });

  test('hears it also where no status can be shown', async () => {
    const { execution, outcome } = world.team.runStep({ prompt: 'a boat' });
    world.channel.kick();
    world.person.known.isUnreachable = true;
    expect(await show(world.at(world.channel, { execution }), null, 'failed', 'It failed.')).toBeNull();
    expect(await outcome).toMatchObject({ type: 'error' });
  });

  test('whose answer was lost is asked again, and that it is over already is as good', async () => {
    const { execution, outcome } = world.team.runStep({ prompt: 'a boat' });
    const destination = world.at(world.channel, { execution });
    const message = await show(destination);
    world.slack.faults.loseAnswer('functions.completeError');
    await expect(show(destination, message, 'failed', 'It failed.')).rejects.toThrow();
    expect(await show(destination, message, 'failed', 'It failed.')).toEqual(message);
    expect(await outcome).toMatchObject({ type: 'error' });
  });
});
