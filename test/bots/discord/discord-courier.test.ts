/** What the courier's exam cannot ask: Discord's own limits, refusals and accidents, one by one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ChannelType, PermissionFlagsBits } from 'discord.js';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { usualPace } from '../../../src/bots/discord/usual-pace.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { Posted } from '../../../src/core/delivery/delivery.ts';
import type { Destination, JsonValue } from '../../../src/core/values.ts';
import { eventually } from '../../support/eventually.ts';
import type { Named } from '../../support/fake-discord/asking.ts';
import { usualPermissions } from '../../support/fake-discord/state.ts';
import { type CourierWorld, type CourierWorldOptions, openCourierWorld, openDiscordDatabase } from './courier-world.ts';

const mebibyte = 1_048_576;
const minute = 60_000;
const posting = { method: 'POST', route: '/channels/:channel/messages' } as const;
const editing = { method: 'PATCH', route: '/channels/:channel/messages/:message' } as const;
const responding = { method: 'PATCH', route: '/webhooks/:application/:token/messages/:message' } as const;

let opened: OpenDatabase;
let world: CourierWorld;
let channel: Named;

beforeAll(async () => {
  opened = await openDiscordDatabase();
  return opened.close;
});
beforeEach(() => start());
afterEach(async () => {
  expect(world.discord.problems).toEqual([]);
  await world.close();
});

async function start(options: CourierWorldOptions = {}): Promise<void> {
  world = await openCourierWorld(opened, options);
  channel = world.discord.addChannel();
}

/** With other options than usual; the usual world is closed first. */
async function restart(options: CourierWorldOptions): Promise<void> {
  await world.close();
  await start(options);
}

const own = (place: Named = channel) =>
  world.discord.messages(place).filter(({ author }) => author.id === world.discord.botUserId);
const clips = (place: Named = channel) => own(place).filter(({ attachments }) => attachments.length > 0);
const directClips = () => world.discord.direct(world.person).filter(({ attachments }) => attachments.length > 0);
const asked = (route: { readonly method: string; readonly route: string }) =>
  world.discord.requests.filter((request) => request.method === route.method && request.route === route.route);

function without(permission: bigint): void {
  world.discord.setBotPermissions(channel, usualPermissions & ~permission);
}

function messageOf(posted: Posted): JsonValue {
  if (posted.outcome !== 'posted') throw new Error(JSON.stringify(posted));
  return posted.message;
}

describe('the status message', () => {
  test('of a slash command is the response itself, and stays it after the token has died', async () => {
    const destination = await world.commanded(channel);
    const job = world.newJob();
    const message = await world.courier.showStatus(destination, null, world.view(job, 'queued', 'Waiting.'));
    expect(message).toEqual({ channel: channel.id, message: own()[0]?.id });
    world.pass(20 * minute);
    await world.courier.showStatus(destination, message, world.view(job, 'rendering', 'Rendering.'));
    expect(own()).toHaveLength(1);
    expect(own()[0]?.content).toContain('Rendering.');
    expect(asked(responding)).toHaveLength(1);
  });

  test('of a reaction is a reply to the picture', async () => {
    const destination = world.reacted(channel);
    const job = world.newJob();
    await world.courier.showStatus(destination, null, world.view(job, 'queued', 'Waiting.'));
    expect(own()[0]?.message_reference?.message_id).toBe((destination.address as { request: string }).request);
    expect(JSON.stringify(own()[0]?.components)).toContain(`hailuo:cancel:${job}`);
  });

  test('is opened in the channel when the token died before it was', async () => {
    const destination = await world.commanded(channel);
    world.pass(16 * minute);
    await world.courier.showStatus(destination, null, world.view(world.newJob(), 'queued', 'Waiting.'));
    expect(asked(responding)).toHaveLength(0);
    expect(own().at(-1)?.content).toContain('Waiting.');
  });

  test.each([
    ['within the time a nonce holds', 0],
    ['and long after that', 10 * minute],
  ])('whose answer was lost is not opened twice, %s', async (_when, ms) => {
    const destination = world.reacted(channel);
    const view = world.view(world.newJob(), 'queued', 'Waiting.');
    world.discord.order(posting, 'lose-answer');
    await expect(world.courier.showStatus(destination, null, view)).rejects.toThrow('did not answer');
    world.pass(ms);
    const message = await world.courier.showStatus(destination, null, { ...view, sentence: 'Still waiting.' });
    expect(own()).toHaveLength(1);
    expect(own()[0]?.content).toContain('Still waiting.');
    expect(message).toEqual({ channel: channel.id, message: own()[0]?.id });
  });

  test('that was deleted before anybody learned its address is opened anew', async () => {
    const destination = world.reacted(channel);
    const view = world.view(world.newJob(), 'queued', 'Waiting.');
    world.discord.order(posting, 'lose-answer');
    await world.courier.showStatus(destination, null, view).catch(() => null);
    world.discord.deleteMessage({ id: own()[0]?.id ?? '' });
    expect(await world.courier.showStatus(destination, null, view)).toEqual({
      channel: channel.id,
      message: own()[0]?.id,
    });
  });

  test('without the right to read what came before, it is no reply', async () => {
    without(PermissionFlagsBits.ReadMessageHistory);
    await world.courier.showStatus(world.reacted(channel), null, world.view(world.newJob(), 'queued', 'Waiting.'));
    expect(own()[0]?.message_reference).toBeUndefined();
  });

  test.each([200000, 240000])('a filter (%i) has it shown without the prompt, edits too', async (code) => {
    const destination = world.reacted(channel);
    const view = world.view(world.newJob(), 'queued', 'Waiting.', { prompt: 'a rude boat' });
    world.discord.order(posting, { status: 400, body: { code, message: 'blocked' } });
    const message = await world.courier.showStatus(destination, null, view);
    expect(own()[0]?.content).toContain('Waiting.');
    expect(own()[0]?.content).not.toContain('boat');
    world.discord.order(editing, { status: 400, body: { code, message: 'blocked' } });
    await world.courier.showStatus(destination, message, { ...view, state: 'rendering', sentence: 'Rendering.' });
    expect(own()[0]?.content).toContain('Rendering.');
    expect(own()[0]?.content).not.toContain('boat');
  });

  test('in a channel that closed, it is edited by the token, and left in peace when that has died', async () => {
    const destination = await world.commanded(channel);
    const job = world.newJob();
    const message = await world.courier.showStatus(destination, null, world.view(job, 'queued', 'Waiting.'));
    without(PermissionFlagsBits.ViewChannel);
    for (const sentence of ['Rendering.', 'Still rendering.']) {
      await world.courier.showStatus(destination, message, world.view(job, 'rendering', sentence));
      expect(own()[0]?.content).toContain(sentence);
    }
    world.pass(16 * minute);
    await world.courier.showStatus(destination, message, world.view(job, 'failed', 'It failed.'));
    await world.courier.showStatus(destination, message, world.view(job, 'rendering', 'Late.'));
    const refusals = world.discord.requests.filter(({ status }) => status === 403).length;
    expect(refusals).toBe(2);
    expect(world.logged.map(({ event }) => event)).toContain('discord.status-refused');
  });

  test('where the bot is no member only the token speaks, and after it nobody', async () => {
    const foreign = world.discord.addGuild({ isForeign: true });
    channel = world.discord.addChannel({ guild: foreign });
    const destination = await world.commanded(channel, { guild: foreign.id, isMember: false });
    const job = world.newJob();
    const message = await world.courier.showStatus(destination, null, world.view(job, 'queued', 'Waiting.'));
    await world.courier.showStatus(destination, message, world.view(job, 'rendering', 'Rendering.'));
    expect(own()[0]?.content).toContain('Rendering.');
    world.pass(16 * minute);
    expect(await world.courier.showStatus(destination, message, world.view(job, 'failed', 'It failed.'))).toEqual(
      message,
    );
    expect(world.discord.requests.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
  });

  test('that bears no more edits now is left as it is, but not its last word', async () => {
    const destination = world.reacted(channel);
    const job = world.newJob();
    const message = await world.courier.showStatus(destination, null, world.view(job, 'queued', 'Waiting.'));
    const tooMany = { status: 429, body: { code: 30046, message: 'too many edits' } };
    world.discord.order(editing, tooMany);
    expect(await world.courier.showStatus(destination, message, world.view(job, 'rendering', 'Rendering.'))).toEqual(
      message,
    );
    world.discord.order(editing, tooMany);
    const last = world.view(job, 'failed', 'It failed.');
    await expect(world.courier.showStatus(destination, message, last)).rejects.toThrow();
    await world.courier.showStatus(destination, message, last);
    expect(own()[0]?.content).toContain('It failed.');
  });

  test('is not edited again at once, and its last word is', async () => {
    await restart({ pace: usualPace });
    const destination = world.reacted(channel);
    const job = world.newJob();
    const message = await world.courier.showStatus(destination, null, world.view(job, 'queued', 'Waiting.'));
    for (const sentence of ['One.', 'Two.', 'Three.']) {
      expect(await world.courier.showStatus(destination, message, world.view(job, 'rendering', sentence))).toEqual(
        message,
      );
    }
    expect(own()[0]?.content).toContain('One.');
    await world.courier.showStatus(destination, message, world.view(job, 'failed', 'It failed.'));
    expect(own()[0]?.content).toContain('It failed.');
    expect(asked(editing)).toHaveLength(2);
  });

  test('a bar that nobody tells about moves by itself until the job goes on', async () => {
    await restart({ pace: { laneMs: 0, earlyMs: 20, lateMs: 20, patienceMs: 1000 } });
    const destination = world.reacted(channel);
    const job = world.newJob();
    await world.record(job, 'rendering');
    const message = await world.courier.showStatus(destination, null, world.view(job, 'queued', 'Waiting.'));
    const since = Math.floor(Date.now() / 1000);
    const view = world.view(job, 'rendering', 'Rendering.', {
      renderingSince: since,
      expected: { from: since + 20, to: since + 60 },
    });
    await world.courier.showStatus(destination, message, view);
    const first = own()[0]?.content;
    world.pass(20_000);
    await eventually(() => (own()[0]?.content === first ? new Error('the bar stands still') : true));
    const second = own()[0]?.content;
    // Another worker took the job on: whatever it shows then is not painted over.
    await world.record(job, 'delivering');
    await sleep(200);
    world.pass(20_000);
    await sleep(100);
    expect(own()[0]?.content).toBe(second);
  });

  test('whatever a prompt says, nobody is pinged and nothing breaks', async () => {
    const nasty = `@everyone <@${world.person.id}> **x** \`\`\` https://evil.example [a](https://b.example) ${'*'.repeat(1900)}`;
    const destination = await world.commanded(channel);
    const job = world.newJob();
    const view = world.view(job, 'queued', 'Waiting.', { prompt: nasty });
    const message = await world.courier.showStatus(destination, null, view);
    await world.courier.showStatus(destination, message, { ...view, state: 'rendering' });
    await world.courier.post(
      destination,
      await world.clip(job, 100, { prompt: nasty, caption: nasty, status: message }),
    );
    expect(own()).toHaveLength(2);
    for (const { content, mention_everyone } of own()) {
      expect(mention_everyone).toBe(false);
      expect(content).not.toMatch(/(?<!\\)@|https:\//);
    }
  });
});

describe('a thread of its own', () => {
  const withThread = { hasOwnThread: true };

  async function open(of = withThread): Promise<{ destination: Destination; status: JsonValue; thread: Named }> {
    const destination = world.reacted(channel, of);
    const status = await world.courier.showStatus(destination, null, world.view(world.newJob(), 'queued', 'Waiting.'));
    return { destination, status, thread: { id: (status as { message: string }).message } };
  }

  test('hangs off the status message, and the clip goes into it', async () => {
    const { destination, status, thread } = await open();
    const posted = await world.courier.post(destination, await world.clip(world.newJob(), 100, { status }));
    expect(messageOf(posted)).toEqual({ channel: thread.id, message: clips(thread)[0]?.id });
    expect(clips()).toEqual([]);
  });

  test('that could not be started with the status is started with the clip', async () => {
    world.discord.order({ method: 'POST', route: '/channels/:channel/messages/:message/threads' }, 'cut');
    const { destination, status, thread } = await open();
    await world.courier.post(destination, await world.clip(world.newJob(), 100, { status }));
    expect(clips(thread)).toHaveLength(1);
  });

  test.each([
    ['a missing right', () => without(PermissionFlagsBits.CreatePublicThreads)],
    [
      'a channel inside a thread',
      () => {
        channel = world.discord.addChannel({ parent: channel });
      },
    ],
  ])('cannot be for %s: then all stays in the channel', async (_name, change) => {
    change();
    const { destination, status } = await open();
    await world.courier.post(destination, await world.clip(world.newJob(), 100, { status }));
    expect(clips()).toHaveLength(1);
  });

  test('has another name where a filter does not like the prompt', async () => {
    const starting = { method: 'POST', route: '/channels/:channel/messages/:message/threads' };
    world.discord.order(starting, { status: 400, body: { code: 200001, message: 'blocked' } });
    const { destination, status, thread } = await open();
    expect(asked(starting)).toHaveLength(2);
    await world.courier.post(destination, await world.clip(world.newJob(), 100, { status }));
    expect(clips(thread)).toHaveLength(1);
  });

  test('that was archived is woken; locked, the clip goes to the channel', async () => {
    const { destination, status, thread } = await open();
    world.discord.archiveThread(thread);
    await world.courier.post(destination, await world.clip(world.newJob(), 100, { status }));
    expect(clips(thread)).toHaveLength(1);
    world.discord.lockThread(thread);
    await world.courier.post(destination, await world.clip(world.newJob(), 100, { status }));
    expect(clips(thread)).toHaveLength(1);
    expect(clips()).toHaveLength(1);
  });

  test('is looked through for a clip whose answer was lost', async () => {
    const { destination, status, thread } = await open();
    const job = world.newJob();
    await world.record(job, 'delivering', { status });
    const clip = await world.clip(job, 100, { status });
    world.discord.order(posting, 'lose-answer');
    await expect(world.courier.post(destination, clip)).rejects.toThrow('did not answer');
    world.pass(10 * minute);
    expect(await world.courier.find(destination, clip)).toEqual({ channel: thread.id, message: clips(thread)[0]?.id });
  });
});

describe('the clip', () => {
  test('plays inline, answers the status message and can be gone on from', async () => {
    const destination = world.reacted(channel);
    const job = world.newJob();
    const status = await world.courier.showStatus(destination, null, world.view(job, 'queued', 'Waiting.'));
    await world.courier.post(destination, await world.clip(job, 100, { status, prompt: 'a boat' }));
    const [clip] = clips();
    expect(clip?.message_reference?.message_id).toBe((status as { message: string }).message);
    expect(clip?.attachments[0]).toMatchObject({ size: 100, description: 'a boat' });
    expect(clip?.attachments[0]?.filename).toMatch(/^hailuo-\w+\.mp4$/);
    expect(JSON.stringify(clip?.components)).toContain(`hailuo:continue:${job}`);
    expect(world.discord.fileOf({ id: clip?.id ?? '' })).toHaveLength(100);
  });

  test('of a hidden picture is hidden', async () => {
    const destination = world.reacted(channel, { isSpoiler: true });
    await world.courier.post(destination, await world.clip(world.newJob()));
    const as = { kind: 'link', url: 'https://bot.example/x' } as const;
    await world.courier.post(destination, await world.clip(world.newJob(), 100, { as, poster: await world.poster() }));
    expect(clips().map(({ attachments }) => attachments[0]?.filename.slice(0, 8))).toEqual(['SPOILER_', 'SPOILER_']);
  });

  test('that uploads slowly arrives once, however soon other answers are due', async () => {
    await restart({ answerMs: 150 });
    world.discord.order(posting, { bytesPerSecond: 200_000 });
    const clip = await world.clip(world.newJob(), 200_000);
    expect((await world.courier.post(world.reacted(channel), clip)).outcome).toBe('posted');
    expect(clips()).toHaveLength(1);
    expect(asked(posting)).toHaveLength(1);
    world.discord.order({ method: 'GET', route: '/guilds/:guild' }, { delayMs: 1000 });
    await expect(world.newCourier().uploadLimitBytes(world.reacted(channel))).rejects.toThrow('did not answer');
  });

  test.each(['cut-upload', 'lose-answer'] as const)(
    'whose upload ended in %s is there once in the end',
    async (fault) => {
      const destination = world.reacted(channel);
      for (const laterMs of [0, 10 * minute]) {
        const job = world.newJob();
        const clip = await world.clip(job, 300_000);
        const before = clips().length;
        world.discord.order(posting, fault);
        await expect(world.courier.post(destination, clip)).rejects.toThrow();
        world.pass(laterMs);
        const another = world.newCourier();
        const found = await another.find(destination, clip);
        expect(found === null).toBe(fault === 'cut-upload');
        if (found === null) await another.post(destination, clip);
        expect(clips()).toHaveLength(before + 1);
        expect(await another.find(destination, clip)).not.toBeNull();
      }
    },
  );

  test('is not taken for posted because somebody else has its file too', async () => {
    const destination = world.reacted(channel);
    const clip = await world.clip(world.newJob());
    await world.courier.post(destination, clip);
    const [posted] = clips();
    const name = posted?.attachments[0]?.filename ?? '';
    world.discord.deleteMessage({ id: posted?.id ?? '' });
    world.discord.say(world.person, channel, { attachments: [{ name, bytes: new Uint8Array(8) }] });
    expect(await world.courier.find(destination, clip)).toBeNull();
  });

  test.each([500, 502, 503])('that met a %i is neither there nor given up', async (status) => {
    world.discord.order(posting, { status, body: {} });
    const clip = await world.clip(world.newJob());
    await expect(world.courier.post(world.reacted(channel), clip)).rejects.toThrow();
    expect(asked(posting)).toHaveLength(1);
  });

  test('waits as long as Discord says when it comes too fast', async () => {
    world.discord.order(posting, { retryAfterMs: 100 });
    expect((await world.courier.post(world.reacted(channel), await world.clip(world.newJob()))).outcome).toBe('posted');
  });

  test('comes without what a filter does not like', async () => {
    world.discord.order(posting, { status: 400, body: { code: 200000, message: 'blocked' } });
    await world.courier.post(world.reacted(channel), await world.clip(world.newJob(), 100, { prompt: 'a rude boat' }));
    expect(clips()[0]).toMatchObject({ content: '' });
    expect(clips()[0]?.attachments[0]?.description).toBeUndefined();
  });

  test('is known as posted where somebody has deleted its status', async () => {
    const destination = world.reacted(channel);
    const status = await world.courier.showStatus(destination, null, world.view(world.newJob(), 'queued', 'Waiting.'));
    world.discord.deleteMessage({ id: (status as { message: string }).message });
    expect((await world.courier.post(destination, await world.clip(world.newJob(), 100, { status }))).outcome).toBe(
      'posted',
    );
  });
});

describe('how large a file may be', () => {
  const most = (mebibytes: number): number => Math.floor(mebibytes * mebibyte * 0.98);

  test.each([
    [0, 10],
    [1, 10],
    [2, 50],
    [3, 100],
  ] as const)('a server of tier %i takes %i MiB', async (premiumTier, mebibytes) => {
    const guild = world.discord.addGuild({ premiumTier });
    const destination = world.at(world.discord.addChannel({ guild }), { guild: guild.id });
    expect(await world.courier.uploadLimitBytes(destination)).toBe(most(mebibytes));
    await world.courier.uploadLimitBytes(destination);
    expect(asked({ method: 'GET', route: '/guilds/:guild' })).toHaveLength(1);
  });

  test('direct messages take 10 MiB, and so does a server that nobody can ask', async () => {
    expect(await world.courier.uploadLimitBytes(world.at(channel, { guild: null }))).toBe(most(10));
    world.discord.removeBot(world.guild);
    expect(await world.courier.uploadLimitBytes(world.at(channel))).toBe(most(10));
  });

  test('somebody’s Nitro counts while there is time to upload by it', async () => {
    await restart({ nitroBytes: 500 * mebibyte });
    const destination = await world.commanded(channel);
    expect(await world.courier.uploadLimitBytes(destination)).toBe(most(500));
    world.pass(12 * minute);
    expect(await world.courier.uploadLimitBytes(destination)).toBe(most(500));
    world.pass(2 * minute);
    expect(await world.courier.uploadLimitBytes(destination)).toBe(most(10));
  });

  test('what only the token takes is put on the response, and its status says no more', async () => {
    await restart({ nitroBytes: 50 * mebibyte });
    const destination = await world.commanded(channel);
    const job = world.newJob();
    const status = await world.courier.showStatus(destination, null, world.view(job, 'rendering', 'Rendering.'));
    // The fake's own limit for this interaction is the usual one, so the file is small and only said to be large.
    const clip = await world.clip(job, 1000, { status });
    const large = { ...clip, clip: { ...clip.clip, bytes: 20 * mebibyte } };
    const posted = messageOf(await world.courier.post(destination, large));
    expect(posted).toEqual(status);
    expect(messageOf(await world.courier.post(destination, large))).toEqual(status);
    expect(await world.courier.find(destination, clip)).toEqual(status);

    // What was about to be said when the clip came is not said over it, even before the ledger knows.
    await world.courier.showStatus(destination, status, world.view(job, 'delivering', 'On its way.'));
    await world.record(job, 'done', { status, clip: posted });
    for (const courier of [world.courier, world.newCourier()]) {
      expect(await courier.showStatus(destination, status, world.view(job, 'done', 'Done.'))).toEqual(status);
    }
    expect(own()).toHaveLength(1);
    expect(own()[0]?.content).toContain('Here is your clip.');
    expect(own()[0]?.attachments).toHaveLength(1);
    expect(JSON.stringify(own()[0]?.components)).toContain(`hailuo:again:${job}`);
  });

  test('what no way takes is too large, and nothing is sent', async () => {
    const clip = await world.clip(world.newJob());
    const large = { ...clip, clip: { ...clip.clip, bytes: 20 * mebibyte } };
    expect(await world.courier.post(world.reacted(channel), large)).toEqual({ outcome: 'too-large' });
    expect(asked(posting)).toEqual([]);
  });

  test.each([
    ['413', { status: 413, body: { code: 40005, message: 'too large' } }],
    ['50045', { status: 400, body: { code: 50045, message: 'too large' } }],
    ['400001', { status: 400, body: { code: 400001, message: 'limited' } }],
    ['413 from in between', { status: 413, body: 'too large', headers: { 'content-type': 'text/html' } }],
  ])('%s says so too, and the same bytes are not sent again elsewhere', async (_name, answer) => {
    world.discord.order(posting, answer);
    expect(await world.courier.post(world.reacted(channel), await world.clip(world.newJob()))).toEqual({
      outcome: 'too-large',
    });
    expect(asked(posting)).toHaveLength(1);
  });

  test('then a link comes with the poster, or without it where no upload is allowed', async () => {
    const as = { kind: 'link', url: 'https://bot.example/media/x' } as const;
    const linked = async () => world.clip(world.newJob(), 100, { as, poster: await world.poster() });
    await world.courier.post(world.reacted(channel), await linked());
    expect(clips()[0]?.content).toContain('https://bot.example/media/x');
    expect(clips()[0]?.attachments[0]?.filename).toMatch(/\.jpg$/);

    const clip = await linked();
    world.discord.order(posting, { status: 400, body: { code: 400001, message: 'limited' } });
    const posted = messageOf(await world.courier.post(world.reacted(channel), clip));
    expect(own().at(-1)?.attachments).toEqual([]);
    expect(await world.courier.find(world.at(channel), clip)).toEqual(posted);
  });
});

describe('the ladder', () => {
  const refusals = {
    'the channel is gone': () => world.discord.deleteChannel(channel),
    'the bot may not see it any more': () => without(PermissionFlagsBits.ViewChannel),
    'the bot may not write': () => without(PermissionFlagsBits.SendMessages),
    'the bot may not attach': () => without(PermissionFlagsBits.AttachFiles),
    'the bot was removed': () => world.discord.removeBot(world.guild),
  };
  // Somebody who shares another server with the bot can still be written to.
  const stillNear = () => world.discord.addMember(world.discord.addGuild(), world.person);

  const closings = Object.entries(refusals).filter(([name]) => name !== 'the channel is gone');

  test.each(closings)('%s: by the token while it lives', async (_name, happen) => {
    const destination = await world.commanded(channel);
    happen();
    expect((await world.courier.post(destination, await world.clip(world.newJob()))).outcome).toBe('posted');
    expect(clips()).toHaveLength(1);
    expect(directClips()).toEqual([]);
  });

  test.each(Object.entries(refusals))('%s: then directly, saying where it was asked for', async (_name, happen) => {
    stillNear();
    const destination = await world.commanded(channel);
    happen();
    world.pass(16 * minute);
    const clip = await world.clip(world.newJob());
    const posted = messageOf(await world.courier.post(destination, clip));
    expect(directClips()).toHaveLength(1);
    expect(directClips()[0]?.content).toContain(`<#${channel.id}>`);
    expect(await world.courier.find(destination, clip)).toEqual(posted);
  });

  test.each(Object.entries(refusals))(
    '%s, and direct messages are blocked: nobody can be reached',
    async (_name, happen) => {
      const destination = await world.commanded(channel);
      happen();
      world.pass(16 * minute);
      world.discord.blockDirect(world.person);
      const posted = await world.courier.post(destination, await world.clip(world.newJob()));
      expect(posted).toMatchObject({
        outcome: 'unreachable',
        detail: expect.stringMatching(/Discord 40[034], \d+: .*50007/),
      });
    },
  );

  test('somebody with whom the bot shares nothing cannot be reached', async () => {
    world.discord.removeBot(world.guild);
    const posted = await world.courier.post(world.at(channel), await world.clip(world.newJob()));
    expect(posted).toMatchObject({ outcome: 'unreachable', detail: expect.stringContaining('50278') });
  });

  test('an archived thread is woken; a locked one is left for the response or a direct message', async () => {
    stillNear();
    channel = world.discord.addChannel({ parent: channel });
    const destination = world.reacted(channel);
    world.discord.archiveThread(channel);
    await world.courier.post(destination, await world.clip(world.newJob()));
    expect(clips()).toHaveLength(1);
    world.discord.lockThread(channel);
    await world.courier.post(destination, await world.clip(world.newJob()));
    expect(clips()).toHaveLength(1);
    expect(directClips()).toHaveLength(1);
  });

  test('a forum takes no plain message', async () => {
    stillNear();
    channel = world.discord.addChannel({ type: ChannelType.GuildForum });
    await world.courier.post(world.at(channel), await world.clip(world.newJob()));
    expect(directClips()).toHaveLength(1);
  });

  test('where the bot is no member: the response while its token lives, then a direct message', async () => {
    const foreign = world.discord.addGuild({ isForeign: true });
    channel = world.discord.addChannel({ guild: foreign });
    const destination = await world.commanded(channel, { guild: foreign.id, isMember: false });
    await world.courier.post(destination, await world.clip(world.newJob()));
    expect(clips()).toHaveLength(1);
    world.pass(16 * minute);
    await world.courier.post(destination, await world.clip(world.newJob()));
    expect(directClips()).toHaveLength(1);
  });

  test('a token row is never used once its time is over, whatever Discord would say', async () => {
    const destination = await world.commanded(channel, { isMember: false });
    world.pass(15 * minute + 1);
    await world.courier.post(destination, await world.clip(world.newJob()));
    expect(asked(responding)).toEqual([]);
  });

  test('a body that Discord cannot read is told to whoever looks after the bot', async () => {
    world.discord.order(posting, { status: 400, body: { code: 50035, message: 'Invalid Form Body' } }, 2);
    const posted = await world.courier.post(world.reacted(channel), await world.clip(world.newJob()));
    expect(posted.outcome).toBe('unreachable');
    expect(world.logged.map(({ event }) => event)).toContain('discord.bad-form');
  });
});

describe('a token that Discord does not accept', () => {
  test('is told once, with what to do, and nothing is taken for posted or impossible', async () => {
    world.discord.order({ route: /./ }, { status: 401, body: { code: 0, message: '401: Unauthorized' } });
    const [destination, clip] = [world.reacted(channel), await world.clip(world.newJob())];
    for (let times = 0; times < 2; times += 1) {
      await expect(world.courier.post(destination, clip)).rejects.toThrow();
    }
    expect(world.logged.filter(({ event }) => event === 'discord.token-refused')).toHaveLength(1);
    expect(JSON.stringify(world.logged)).not.toContain(world.discord.token);
  });

  test('is tried again after a while, so that a passing fault of theirs passes here too', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      world.discord.order({ route: /./ }, { status: 401, body: { code: 0, message: '401: Unauthorized' } });
      const [destination, clip] = [world.reacted(channel), await world.clip(world.newJob())];
      await expect(world.courier.post(destination, clip)).rejects.toThrow();
      await expect(world.courier.post(destination, clip)).rejects.toThrow();
      await vi.advanceTimersByTimeAsync(60_000);
      expect((await world.courier.post(destination, clip)).outcome).toBe('posted');
    } finally {
      vi.useRealTimers();
    }
  });
});
