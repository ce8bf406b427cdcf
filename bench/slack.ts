/** From a slash command sent to its acknowledgement, through the real program, Socket Mode and a Slack on loopback. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFakeSlack } from '../test/support/fake-slack/fake-slack.ts';
import type { FakeChannel } from '../test/support/fake-slack/teams.ts';
import { startProgram } from './page.ts';
import { quantile } from './rig.ts';
import { type Row, round } from './row.ts';

interface Load {
  readonly commands: number;
  readonly seconds: number;
}

/**
 * Twenty people in five channels; every command becomes a job, is rendered by the sandbox and delivered. The same load on
 * Bolt alone, which acknowledges and does nothing, says how much of it is ours.
 */
export async function measureSlack(commands: number, seconds: number): Promise<Row> {
  const bare = await measureEcho({ commands, seconds });
  const directory = mkdtempSync(join(tmpdir(), 'hailuo-bench-'));
  const town = await openTown();
  const { slack, channels, ask } = town;
  const program = await startProgram('src/start.mjs', {
    DATA_DIR: directory,
    SLACK_BOT_TOKEN: slack.team.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    FETCH_ALLOW_PRIVATE: slack.host,
    SANDBOX_RENDER_SECONDS: '0',
    QUOTA_CLIPS_PER_DAY: 'unlimited',
    QUOTA_CONCURRENT: 'unlimited',
    JOB_DEADLINE_SECONDS: '3600',
  });
  // The clip is drawn once, so that the crowd's clips are copies of it.
  await ask(0);
  await clipsIn(channels, 1);
  const begun = performance.now();
  const times = await askEvenly(ask, { commands, seconds });
  const delivered = await clipsIn(channels, commands + 1);
  const wholeSeconds = (performance.now() - begun) / 1000;
  await program.stop();
  const refused = slack.problems.length;
  for (const problem of slack.problems.slice(0, 5)) console.error(problem);
  await slack.close();
  rmSync(directory, { recursive: true, force: true });
  const p99 = quantile(times, 0.99);
  return {
    row: `Slack: sent to acknowledged, ${commands} commands in ${seconds} s, all delivered`,
    figures: {
      'p50 ms': round(quantile(times, 0.5)),
      'p99 ms': round(p99),
      'worst ms': round(Math.max(...times)),
      'bare Bolt p50 ms': round(quantile(bare, 0.5)),
      'bare Bolt p99 ms': round(quantile(bare, 0.99)),
      'p99 of bare': round(p99 / quantile(bare, 0.99)),
      'clips delivered': delivered - 1,
      'seconds until the last': round(wholeSeconds),
      'calls refused': refused,
    },
    must: { 'p99 ms': { atMost: 500 }, 'clips delivered': { atLeast: commands }, 'calls refused': { atMost: 0 } },
  };
}

type Channels = readonly FakeChannel[];

async function openTown() {
  const slack = await startFakeSlack();
  const channels: Channels = Array.from({ length: 5 }, (_, index) => slack.team.channel({ name: `channel-${index}` }));
  const people = Array.from({ length: 20 }, (_, index) => slack.team.person({ name: `person-${index}` }));
  return {
    slack,
    channels,
    /** @returns how long the acknowledgement took, in milliseconds */
    async ask(index: number): Promise<number> {
      const person = people[index % people.length];
      const channel = channels[index % channels.length];
      if (person === undefined || channel === undefined) throw new Error('the town is empty');
      const { ms } = await person.command(channel, 'a paper boat in a storm [Push in]').acknowledged;
      return ms;
    },
  };
}

/** At an even pace, whatever the answers do. */
async function askEvenly(ask: (index: number) => Promise<number>, { commands, seconds }: Load): Promise<number[]> {
  const begun = performance.now();
  const acknowledged: Promise<number>[] = [];
  for (let index = 0; index < commands; index += 1) {
    await sleep(Math.max(0, begun + (index * seconds * 1000) / commands - performance.now()));
    acknowledged.push(ask(index));
  }
  return Promise.all(acknowledged);
}

async function measureEcho(load: Load): Promise<number[]> {
  const { slack, ask } = await openTown();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'slack-echo.ts')], {
    env: {
      PATH: process.env.PATH ?? '',
      SLACK_BOT_TOKEN: slack.team.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`bare Bolt ended with ${code}`))),
  ]);
  await ask(0);
  const times = await askEvenly(ask, load);
  child.kill('SIGKILL');
  await slack.close();
  return times;
}

async function clipsIn(channels: Channels, wanted: number): Promise<number> {
  const until = performance.now() + 300_000;
  for (;;) {
    const clips = channels
      .flatMap(({ messages }) => messages)
      .filter(({ files }) => files.some(({ name }) => name.endsWith('.mp4'))).length;
    if (clips >= wanted || performance.now() > until) return clips;
    await sleep(250);
  }
}
