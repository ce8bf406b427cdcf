/** What the tests of the whole program on a fake Slack share: its environment, and how its work is seen from the channel. */
import { startBot } from './bot-process.ts';
import { eventually } from './eventually.ts';
import type { FakeMessage, FakeSlack } from './fake-slack/fake-slack.ts';
import type { FakeChannel } from './fake-slack/teams.ts';

/** All that the program is told of Slack; without the app's token it is reached by HTTP. */
export function slackEnvironment(slack: FakeSlack, directory: string): Record<string, string> {
  return {
    DATA_DIR: directory,
    SLACK_BOT_TOKEN: slack.team.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    FETCH_ALLOW_PRIVATE: slack.host,
    SANDBOX_RENDER_SECONDS: '0',
    QUOTA_CONCURRENT: 'unlimited',
    QUOTA_CLIPS_PER_DAY: 'unlimited',
    LOG_LEVEL: 'debug',
  };
}

/** Ends a test that hangs; what it waits for are conditions. */
export const patienceMs = 120_000;

/** The program, once it hears people. */
export async function startOnSlack(env: Readonly<Record<string, string>>) {
  const bot = await startBot({ env });
  await eventually(async () => {
    const ready = await fetch(`${bot.url}/readyz`);
    return ready.ok || new Error(`${await ready.text()}\n${bot.output().slice(-3000)}\n${bot.errors()}`);
  }, patienceMs);
  return bot;
}

/** Messages of the bot's own that nobody took away. */
export function saidIn({ messages }: FakeChannel): readonly FakeMessage[] {
  return messages.filter(({ isDeleted, bot }) => !isDeleted && bot !== null);
}

export const isClip = ({ files }: FakeMessage): boolean => files.some(({ name }) => name.endsWith('.mp4'));

export function clipsIn(channel: FakeChannel): readonly FakeMessage[] {
  return saidIn(channel).filter(isClip);
}

export function clipsOnce(channel: FakeChannel, count: number): Promise<readonly FakeMessage[]> {
  return eventually(() => {
    const clips = clipsIn(channel);
    return clips.length >= count ? clips : new Error(`${clips.length} clips: ${textsIn(channel)}`);
  }, patienceMs);
}

export function textsIn(channel: FakeChannel): string {
  return saidIn(channel)
    .map(({ text }) => text)
    .join('\n');
}
