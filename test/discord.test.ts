/** The whole program on a fake Discord: from a slash command to the clip, through stops, kills and a wrong token. */
import { expect, onTestFinished, test } from 'vitest';
import { startBot, temporaryDirectory } from './support/bot-process.ts';
import { eventually } from './support/eventually.ts';
import { type FakeDiscord, startFakeDiscord } from './support/fake-discord/fake-discord.ts';

async function fakeWithServer() {
  const discord = await startFakeDiscord();
  onTestFinished(() => discord.close());
  discord.addGuild();
  return { discord, channel: discord.addChannel(), user: discord.addUser() };
}

function environment(discord: FakeDiscord, directory: string) {
  return {
    DATA_DIR: directory,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    FETCH_ALLOW_PRIVATE: discord.mediaHost,
    SANDBOX_RENDER_SECONDS: '0',
    LOG_LEVEL: 'debug',
  };
}

type Scene = Awaited<ReturnType<typeof fakeWithServer>>;

const create = ({ discord, user, channel }: Scene, prompt: string) =>
  discord.slash({ user, channel, command: 'hailuo', subcommand: 'create', options: { prompt } });

const clips = ({ discord, channel }: Scene) =>
  discord.messages(channel).filter(({ attachments }) => attachments.some(({ filename }) => filename.endsWith('.mp4')));

const clipsOnce = (scene: Scene, count: number) =>
  eventually(() => (clips(scene).length >= count ? clips(scene) : new Error(`${clips(scene).length} clips`)), 60_000);

test('a slash command becomes a clip in the channel; a stop and a kill lose nothing and begin no new session', async () => {
  const scene = await fakeWithServer();
  const { discord } = scene;
  const env = environment(discord, temporaryDirectory());
  const first = await startBot({ env });
  await first.waitForLine('discord.connected');
  await first.waitForLine('discord.commands', ({ outcome }) => outcome === 'written');
  const act = create(scene, 'a paper boat');
  expect((await act.acknowledged).type).toBe(5);
  await clipsOnce(scene, 1);
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  expect(first.output()).not.toContain(act.token);
  expect(first.output()).not.toContain(discord.token);
  await first.stop();

  const second = await startBot({ env });
  await second.waitForLine('discord.resumed');
  await second.waitForLine('discord.commands', ({ outcome }) => outcome === 'unchanged');
  const killed = create(scene, 'a paper plane');
  await killed.acknowledged;
  await second.kill('SIGKILL');

  const third = await startBot({ env });
  await third.waitForLine('discord.resumed');
  await clipsOnce(scene, 2);
  expect(discord.gateway).toMatchObject({ identifies: 1, resumes: 2 });
  expect(discord.registrations).toBe(1);
  await third.stop();
  expect(clips(scene)).toHaveLength(2);
  expect(discord.problems).toEqual([]);
}, 180_000);

test('a token that Discord does not know is said in one sentence, and the page goes on', async () => {
  const { discord } = await fakeWithServer();
  const env = { ...environment(discord, temporaryDirectory()), DISCORD_TOKEN: 'not-the-token-at-all' };
  await using bot = await startBot({ env });
  const line = await bot.waitForLine('discord.refused');
  expect(line.advice).toContain('DISCORD_TOKEN');
  expect((await fetch(`${bot.url}/`)).status).toBe(200);
  const ready = await fetch(`${bot.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain('discord');
  expect(bot.output()).not.toContain('not-the-token-at-all');
}, 60_000);
