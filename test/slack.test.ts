/** The whole program on a fake Slack: from a slash command to the clip, through stops, kills and wrong tokens. */
import { expect, onTestFinished, test } from 'vitest';
import { startBot, temporaryDirectory } from './support/bot-process.ts';
import { eventually } from './support/eventually.ts';
import { startFakeSlack } from './support/fake-slack/fake-slack.ts';
import {
  clipsIn,
  clipsOnce,
  isClip,
  patienceMs,
  saidIn,
  slackEnvironment,
  startOnSlack,
} from './support/slack-stage.ts';

async function openTown() {
  const slack = await startFakeSlack();
  onTestFinished(() => slack.close());
  const directory = temporaryDirectory();
  return {
    slack,
    ann: slack.team.person({ name: 'ann' }),
    channel: slack.team.channel({ name: 'general' }),
    env: slackEnvironment(slack, directory),
  };
}

test('a slash command becomes a clip in the thread of its status; a stop and a kill lose nothing', async () => {
  const { slack, ann, channel, env } = await openTown();
  const first = await startOnSlack(env);
  const pressed = ann.command(channel, 'a paper boat');
  expect((await pressed.acknowledged).ms).toBeLessThan(3_000);
  const [clip] = await clipsOnce(channel, 1);
  const [status] = saidIn(channel).filter((message) => !isClip(message));
  expect(clip?.thread).toBe(status?.ts);
  expect(status?.thread ?? null).toBeNull();
  await eventually(() => status?.text.includes('Done') || new Error(`the status says ${status?.text}`));
  for (const secret of [slack.team.botToken, slack.appToken]) expect(first.output()).not.toContain(secret);

  await ann.command(channel, 'a paper plane').acknowledged;
  await first.stop();
  expect(slack.connections).toHaveLength(0);
  const second = await startOnSlack(env);
  await clipsOnce(channel, 2);

  const before = saidIn(channel).length;
  await ann.command(channel, 'a paper train').acknowledged;
  await eventually(() => saidIn(channel).length > before || new Error('no status'));
  await second.kill('SIGKILL');
  const third = await startOnSlack(env);
  await clipsOnce(channel, 3);
  await third.stop();
  expect(clipsIn(channel)).toHaveLength(3);
  expect(saidIn(channel)).toHaveLength(6);
  expect(slack.problems).toEqual([]);
}, 240_000);

test.each([
  ['SLACK_BOT_TOKEN', 'xoxb-not-a-token-at-all'],
  ['SLACK_APP_TOKEN', 'xapp-not-a-token-at-all'],
])('a wrong %s is said in one sentence, and the page goes on', { timeout: 180_000 }, async (name, token) => {
  const { env } = await openTown();
  await using bot = await startBot({ env: { ...env, [name]: token } });
  const line = await eventually(
    () =>
      bot.lines.find(({ event, advice }) => event.startsWith('slack.') && String(advice).includes(name)) ??
      new Error(`nobody says what to do about ${name}\n${bot.output()}`),
    patienceMs,
  );
  expect(String(line.advice)).toMatch(/^[A-Z].*\.$/);
  expect((await fetch(`${bot.url}/`)).status).toBe(200);
  const ready = await fetch(`${bot.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain('slack');
  expect(bot.output()).not.toContain(token);
});

test('by HTTP with signatures, and no connection of its own', { timeout: 240_000 }, async () => {
  const { slack, ann, channel, env } = await openTown();
  const { SLACK_APP_TOKEN: _, ...withoutSocket } = env;
  await using bot = await startOnSlack({ ...withoutSocket, SLACK_SIGNING_SECRET: slack.signingSecret });
  const url = `${bot.url}/slack/events`;
  slack.deliverBy({ http: url });
  await ann.command(channel, 'a paper boat').acknowledged;
  const [clip] = await clipsOnce(channel, 1);
  expect(clip?.thread).toBe(saidIn(channel).find((message) => !isClip(message))?.ts);

  const forged = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000)),
      'x-slack-signature': `v0=${'0'.repeat(64)}`,
    },
    body: 'command=%2Fhailuo&text=a+stolen+boat',
  });
  expect(forged.status).toBe(401);
  expect(slack.connections).toHaveLength(0);
  expect(saidIn(channel)).toHaveLength(2);
  expect(bot.output()).not.toContain(slack.signingSecret);
  expect(slack.problems).toEqual([]);
});
