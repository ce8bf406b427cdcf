/** The whole program on a Discord of our own: one status and one film, whatever dies, is cut or takes too long. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type APIMessage, MessageFlags } from 'discord-api-types/v10';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BotProcess, startBot, temporaryDirectory } from './support/bot-process.ts';
import { eventually } from './support/eventually.ts';
import type { Act, Named } from './support/fake-discord/asking.ts';
import { type FakeDiscord, startFakeDiscord } from './support/fake-discord/fake-discord.ts';

const minuteMs = 60_000;
/** Ends a test that hangs; what it waits for are conditions. */
const timeout = 240_000;
const patienceMs = 120_000;

let discord: FakeDiscord;
let bot: BotProcess;
let guild: Named;
let ann: Named;
let env: Record<string, string>;

beforeAll(async () => {
  discord = await startFakeDiscord();
  guild = discord.addGuild({ name: 'The harbour' });
  ann = discord.addUser({ name: 'ann' });
  env = {
    DATA_DIR: temporaryDirectory(),
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    FETCH_ALLOW_PRIVATE: discord.mediaHost,
    SANDBOX_RENDER_SECONDS: '1',
    QUOTA_CONCURRENT: 'unlimited',
    QUOTA_CLIPS_PER_DAY: 'unlimited',
  };
  bot = await start();
}, timeout);

afterAll(async () => {
  await bot.kill();
  await discord.close();
});

async function start(): Promise<BotProcess> {
  const started = await startBot({ env });
  await started.waitForLine('discord.connected', undefined, patienceMs);
  return started;
}

function create(channel: Named, prompt: string, options: Record<string, string | number> = {}): Act {
  const call = { command: 'hailuo', subcommand: 'create', options: { prompt, ...options } };
  return discord.slash({ user: ann, channel, ...call });
}

const hasClip = ({ attachments }: APIMessage) => attachments.some(({ filename }) => filename.endsWith('.mp4'));

/** Its job is over: its status says so, and one film stands beside it and answers it. */
async function seeTheEnd(channel: Named): Promise<void> {
  const [status, clip] = await eventually(() => {
    const messages = discord.messages(channel);
    const clips = messages.filter(hasClip);
    const over = messages.filter((message) => !hasClip(message) && message.content.startsWith('✅'));
    const isThere = clips[0] !== undefined && over[0] !== undefined;
    return isThere ? [over[0], clips[0]] : new Error(messages.map(({ content }) => content).join('\n'));
  }, patienceMs);
  expect(discord.messages(channel).filter(hasClip)).toHaveLength(1);
  expect(clip?.message_reference?.message_id).toBe(status?.id);
  expect(Buffer.from(discord.fileOf(clip ?? { id: '' })).toString('latin1', 4, 8)).toBe('ftyp');
}

test('what is refused is said to the person alone', async () => {
  const channel = discord.addChannel({ guild });
  const act = create(channel, 'too much at once', { duration: 10, resolution: '1080P' });
  const [said] = await eventually(() => (act.followUps().length > 0 ? act.followUps() : new Error('nothing was said')));
  expect(Number(said?.flags) & MessageFlags.Ephemeral).toBe(MessageFlags.Ephemeral);
  expect(JSON.stringify(said)).toContain('1080P');
  expect(discord.messages(channel)).toEqual([]);
});

test('a render of twenty minutes outlives its token', { timeout }, async () => {
  const channel = discord.addChannel({ guild });
  create(channel, 'a long voyage @everyone');
  await eventually(() => Boolean(discord.messages(channel)[0]?.content) || new Error('no status'));
  discord.pass(20 * minuteMs);
  await seeTheEnd(channel);
  expect(discord.messages(channel)).toHaveLength(2);
});

test.each(['cut-upload', 'lose-answer'] as const)(
  'an upload that meets with %s is one film',
  {
    timeout,
  },
  async (fault) => {
    const channel = discord.addChannel({ guild });
    discord.order({ method: 'POST', route: `/channels/${channel.id}/messages` }, fault);
    create(channel, `a boat and ${fault}`);
    await seeTheEnd(channel);
    expect(discord.messages(channel)).toHaveLength(2);
  },
);

describe('killed', () => {
  async function saidSince(lines: number, event: string): Promise<void> {
    await eventually(() => bot.lines.slice(lines).some((line) => line.event === event) || new Error(`no ${event}`));
  }

  async function dieAndComeBack(): Promise<void> {
    await bot.kill('SIGKILL');
    bot = await start();
  }

  test.each(['job.accepted', 'job.submitting', 'job.rendering', 'job.delivering'])(
    'at %s',
    {
      timeout,
    },
    async (moment) => {
      const channel = discord.addChannel({ guild });
      const before = bot.lines.length;
      create(channel, `a boat that comes back after ${moment}`);
      await saidSince(before, moment);
      await dieAndComeBack();
      await seeTheEnd(channel);
      expect(discord.messages(channel)).toHaveLength(2);
    },
  );

  test('in the middle of an upload', { timeout }, async () => {
    const channel = discord.addChannel({ guild });
    const route = `/channels/${channel.id}/messages`;
    discord.order({ method: 'POST', route }, { bytesPerSecond: 400_000 });
    const before = bot.lines.length;
    create(channel, 'a boat on a slow river');
    await saidSince(before, 'job.delivering');
    await sleep(1_000);
    await dieAndComeBack();
    await seeTheEnd(channel);
    expect(discord.messages(channel)).toHaveLength(2);
  });
});

test('after all this Discord never saw a body it would not take, nor the log a token', () => {
  expect(discord.problems).toEqual([]);
  expect(bot.output()).not.toContain(discord.token);
});
