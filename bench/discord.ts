/** From a slash command sent to its acknowledgement, through the real program and a Discord on loopback. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FakeDiscord, startFakeDiscord } from '../test/support/fake-discord/fake-discord.ts';
import { startProgram } from './page.ts';
import { quantile } from './rig.ts';
import { type Row, round } from './row.ts';

/** Twenty people in five channels; every command becomes a job, is rendered by the sandbox and delivered. */
export async function measureDiscord(commands: number, seconds: number): Promise<Row> {
  const directory = mkdtempSync(join(tmpdir(), 'hailuo-bench-'));
  const discord = await startFakeDiscord();
  const guild = discord.addGuild();
  const channels = Array.from({ length: 5 }, (_, index) => discord.addChannel({ guild, name: `channel-${index}` }));
  const people = Array.from({ length: 20 }, (_, index) => discord.addUser({ name: `person-${index}` }));
  const program = await startProgram('src/start.mjs', {
    DATA_DIR: directory,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    FETCH_ALLOW_PRIVATE: discord.mediaHost,
    SANDBOX_RENDER_SECONDS: '0',
    QUOTA_CLIPS_PER_DAY: 'unlimited',
    QUOTA_CONCURRENT: 'unlimited',
    JOB_DEADLINE_SECONDS: '3600',
  });
  const ask = (index: number) =>
    discord.slash({
      user: people[index % people.length] ?? { id: '' },
      channel: channels[index % channels.length] ?? { id: '' },
      command: 'hailuo',
      subcommand: 'create',
      options: { prompt: 'a paper boat in a storm [Push in]' },
    });
  await whenRegistered(discord);
  // The clip is drawn once, so that the crowd's clips are copies of it.
  await ask(0).acknowledged;
  await clipsOf(discord, channels, 1);
  const begun = performance.now();
  const acknowledged: Promise<{ readonly afterMs: number }>[] = [];
  for (let index = 0; index < commands; index += 1) {
    await sleep(Math.max(0, begun + (index * seconds * 1000) / commands - performance.now()));
    acknowledged.push(ask(index).acknowledged);
  }
  const times = (await Promise.all(acknowledged)).map(({ afterMs }) => afterMs);
  const delivered = await clipsOf(discord, channels, commands + 1);
  const wholeSeconds = (performance.now() - begun) / 1000;
  await program.stop();
  await discord.close();
  rmSync(directory, { recursive: true, force: true });
  return {
    row: `Discord: sent to acknowledged, ${commands} commands in ${seconds} s, all delivered`,
    figures: {
      'p50 ms': round(quantile(times, 0.5)),
      'p99 ms': round(quantile(times, 0.99)),
      'worst ms': round(Math.max(...times)),
      'clips delivered': delivered - 1,
      'seconds until the last': round(wholeSeconds),
      'bodies refused': discord.problems.length,
    },
    must: { 'p99 ms': { atMost: 500 }, 'clips delivered': { atLeast: commands }, 'bodies refused': { atMost: 0 } },
  };
}

async function whenRegistered(discord: FakeDiscord): Promise<void> {
  while (discord.commands().length === 0 || discord.gateway.identifies === 0) await sleep(50);
  await sleep(1000);
}

async function clipsOf(discord: FakeDiscord, channels: readonly { readonly id: string }[], wanted: number) {
  const until = performance.now() + 300_000;
  for (;;) {
    const clips = channels
      .flatMap((channel) => discord.messages(channel))
      .filter(({ attachments }) => attachments.some(({ filename }) => filename.endsWith('.mp4'))).length;
    if (clips >= wanted || performance.now() > until) return clips;
    await sleep(250);
  }
}
