/**
 * The whole program on a Slack and a provider of our own: one status, one clip and one paid submit, whatever dies, is cut,
 * is lost or is never shared.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase } from '../src/core/database.ts';
import { silentLog } from '../src/core/log.ts';
import { platformMigrations } from '../src/platform-migrations.ts';
import { type Simulation, startSimulation } from '../src/simulate/server.ts';
import { createToAPIs, type SimulatedToAPIs } from '../src/simulate/toapis.ts';
import { type BotProcess, temporaryDirectory } from './support/bot-process.ts';
import { eventually } from './support/eventually.ts';
import { type FakeSlack, startFakeSlack } from './support/fake-slack/fake-slack.ts';
import type { FakePerson } from './support/fake-slack/people.ts';
import { readJobs, wrongCounters } from './support/ledger-check.ts';
import { clipsIn, isClip, patienceMs, saidIn, slackEnvironment, startOnSlack, textsIn } from './support/slack-stage.ts';

/** Ends a test that hangs; what it waits for are conditions. */
const timeout = 240_000;

const directory = temporaryDirectory();
const clip = readFileSync(fileURLToPath(new URL('../src/simulate/clip.mp4', import.meta.url)));

let slack: FakeSlack;
let service: SimulatedToAPIs;
let simulation: Simulation;
let ann: FakePerson;
let env: Record<string, string>;
let bot: BotProcess;

beforeAll(async () => {
  slack = await startFakeSlack();
  ann = slack.team.person({ name: 'ann' });
  // It can be asked for a submit whose answer was lost, so that nothing ends in doubt.
  service = createToAPIs({ clip, renderMs: 1_000 });
  simulation = await startSimulation(service);
  const usual = slackEnvironment(slack, directory);
  env = {
    ...usual,
    ...simulation.environment,
    FETCH_ALLOW_PRIVATE: `${usual.FETCH_ALLOW_PRIVATE},${new URL(simulation.origin).host}`,
  };
  bot = await startOnSlack(env);
}, timeout);

afterAll(async () => {
  await bot?.kill();
  await simulation?.close();
  await slack?.close();
});

const input = z.object({ prompt: z.string() });
const paidFor = (prompt: string): number =>
  service.renders.jobs.filter((job) => input.parse(job.input).prompt === prompt).length;

let asked = 0;

/** Each in a channel of its own. */
function ask(about: string) {
  asked += 1;
  const channel = slack.team.channel({ name: `harbour-${asked}` });
  const prompt = `a boat and ${about}`;
  const lines = bot.lines.length;
  ann.command(channel, prompt);
  return {
    channel,
    prompt,
    /** A line of the log since then. */
    said: (event: string) =>
      eventually(
        () => bot.lines.slice(lines).some((line) => line.event === event) || new Error(`no ${event}\n${bot.output()}`),
        patienceMs,
      ),
  };
}

/** Its job is over: its status says so, and one clip that was paid for once stands in its thread. */
async function seeTheEnd({ channel, prompt }: Pick<ReturnType<typeof ask>, 'channel' | 'prompt'>): Promise<void> {
  const [status, film] = await eventually(() => {
    const over = saidIn(channel).find((message) => !isClip(message) && message.text.includes('Done'));
    const [film] = clipsIn(channel);
    return over !== undefined && film !== undefined ? [over, film] : new Error(textsIn(channel));
  }, patienceMs);
  expect(saidIn(channel)).toHaveLength(2);
  expect(film?.thread).toBe(status?.ts);
  expect(paidFor(prompt)).toBe(1);
}

const called = (method: string, since: number) =>
  eventually(() => slack.calls(method).length > since || new Error(`${method} was never called`), patienceMs);

test('what is refused is said to the person alone, and costs nothing', { timeout }, async () => {
  const channel = slack.team.channel({ name: 'quiet' });
  const pressed = ann.command(channel, 'too much at once --duration 10 --resolution 1080P');
  await eventually(() => JSON.stringify(pressed.answers()).includes('1080P') || new Error('nothing was said'));
  expect(saidIn(channel)).toEqual([]);
});

describe('killed', () => {
  async function dieAndComeBack(): Promise<void> {
    await bot.kill('SIGKILL');
    bot = await startOnSlack(env);
  }

  test.each(['job.accepted', 'job.rendering', 'job.delivering'])('at %s', { timeout }, async (moment) => {
    const request = ask(`a death at ${moment}`);
    await request.said(moment);
    await dieAndComeBack();
    await seeTheEnd(request);
  });

  test('at job.submitting, while the paid call is under way', { timeout }, async () => {
    simulation.order('submit', { fault: 'wait', ms: 1_000 });
    const before = simulation.calls.length;
    const request = ask('a death at job.submitting');
    await request.said('job.submitting');
    const isUnderWay = () => simulation.calls.slice(before).some(({ operation }) => operation === 'submit');
    await eventually(() => isUnderWay() || new Error('nothing was submitted'), patienceMs);
    await bot.kill('SIGKILL');
    await eventually(() => paidFor(request.prompt) === 1 || new Error('it was not taken'), patienceMs);
    bot = await startOnSlack(env);
    await seeTheEnd(request);
  });

  test('in the middle of an upload', { timeout }, async () => {
    const before = slack.calls('files.getUploadURLExternal').length;
    const goOn = slack.faults.hold('upload');
    const request = ask('a death in the middle of an upload');
    await called('files.getUploadURLExternal', before);
    await sleep(1_000);
    await bot.kill('SIGKILL');
    goOn();
    bot = await startOnSlack(env);
    await seeTheEnd(request);
  });

  test('between the upload and its completion', { timeout }, async () => {
    const before = slack.calls('files.completeUploadExternal').length;
    slack.faults.rateLimit('files.completeUploadExternal', 1, 20);
    const request = ask('a death before it is shared');
    await called('files.completeUploadExternal', before);
    await dieAndComeBack();
    await seeTheEnd(request);
  });

  test('while it is being shared, and that is done all the same', { timeout }, async () => {
    const before = slack.calls('files.completeUploadExternal').length;
    const goOn = slack.faults.hold('files.completeUploadExternal');
    const request = ask('a death in the middle of the completion');
    await called('files.completeUploadExternal', before);
    await bot.kill('SIGKILL');
    goOn();
    bot = await startOnSlack(env);
    await seeTheEnd(request);
  });

  test('between the completion and the share', { timeout }, async () => {
    const before = slack.calls('files.completeUploadExternal').length;
    slack.faults.shareAfter(4_000);
    const request = ask('a death while it is being shared');
    await called('files.completeUploadExternal', before);
    await dieAndComeBack();
    await seeTheEnd(request);
    slack.faults.shareAfter(10);
  });
});

describe('Slack', () => {
  test('says ok and never shares it', { timeout }, async () => {
    slack.faults.neverShare(1);
    const request = ask('an ok that is none');
    await seeTheEnd(request);
  });

  test.each(['files.completeUploadExternal', 'chat.postMessage'])(
    'loses the answer of %s',
    { timeout },
    async (method) => {
      slack.faults.loseAnswer(method, 1);
      await seeTheEnd(ask(`a lost answer of ${method}`));
    },
  );

  test('cuts an upload', { timeout }, async () => {
    slack.faults.cutUpload(1);
    await seeTheEnd(ask('a cut upload'));
  });

  test('will hear of no edit for a minute, and the clip does not wait for that', { timeout }, async () => {
    const before = slack.calls('chat.update').length;
    slack.faults.rateLimit('chat.update', 1_000, 60);
    const { channel, said } = ask('a Slack that wants no edits');
    await eventually(() => clipsIn(channel).length > 0 || new Error('no clip'), patienceMs);
    await said('job.done');
    const edits = slack.calls('chat.update').slice(before);
    expect(edits.length).toBeGreaterThan(0);
    expect(edits.filter(({ answer }) => answer === 'ok')).toEqual([]);
  });
});

test('in the end every job is done and settled once, Slack never saw a call it would not take, nor the log a token', {
  timeout,
}, async () => {
  await bot.stop();
  expect(slack.problems).toEqual([]);
  for (const secret of [slack.team.botToken, slack.appToken]) expect(bot.output()).not.toContain(secret);
  await using opened = await openDatabase({ dataDirectory: directory, migrations: platformMigrations, log: silentLog });
  const jobs = await readJobs(opened.database);
  expect(jobs).toHaveLength(asked);
  for (const job of jobs)
    expect(job).toMatchObject({ state: 'done', paidAttempts: 1, holds: 1, settles: 1, releases: 0 });
  expect(await wrongCounters(opened.database)).toEqual([]);
});
