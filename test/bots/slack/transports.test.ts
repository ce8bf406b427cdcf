/** Connections come and go, keys are wrong, processes stop and die: what people did is acknowledged and not lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotInstalled, type Tokens } from '../../../src/bots/slack/slack-clients.ts';
import { slackMigrations } from '../../../src/bots/slack/slack-migrations.ts';
import type { Uninstalls } from '../../../src/bots/slack/uninstall.ts';
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

async function inWorkspace(changes: Changes = {}, answer?: () => Reply | Promise<Reply>) {
  const bot = await createBotWorld(opened);
  const { commands, ran } = listenIn(bot.commands, answer);
  const start = (more: Changes = {}) => bot.start({ commands, ...more });
  const process = await start(changes);
  const channel = bot.slack.team.channel();
  const ann = bot.slack.team.person({ name: 'ann' });
  const connectedOnce = (count: number) =>
    eventually(() => bot.slack.connections.length === count || new Error('not connected'), patienceMs);
  return { ...bot, start, commands, ran, process, channel, ann, connectedOnce };
}
type InWorkspace = Awaited<ReturnType<typeof inWorkspace>>;

const events = ({ process }: Pick<InWorkspace, 'process'>, name: string) =>
  process.lines.filter(({ event }) => event === name);

/** A command every few milliseconds, and in the middle of them something happens. */
async function burst(bot: InWorkspace, inTheMiddle: () => void, count = 40) {
  const pressed = [];
  for (let index = 0; index < count; index += 1) {
    pressed.push(bot.ann.command(bot.channel, `boat number ${index}`));
    if (index === count / 2) inTheMiddle();
    await sleep(5);
  }
  const acknowledged = await Promise.allSettled(pressed.map(({ acknowledged: each }) => each));
  const heard = acknowledged.filter(({ status }) => status === 'fulfilled').length;
  const ran = await ranOnce(bot.ran, heard);
  return {
    refused: acknowledged.flatMap((each) => (each.status === 'rejected' ? [String(each.reason.message)] : [])),
    prompts: new Set(ran.map(({ call }) => call.values.prompt)),
  };
}

describe('socket mode', () => {
  test('two connections share what comes', async () => {
    const bot = await inWorkspace();
    await bot.connectedOnce(2);
    const { refused, prompts } = await burst(bot, () => undefined, 6);
    expect({ refused, prompts: prompts.size }).toEqual({ refused: [], prompts: 6 });
    expect(bot.slack.connections.every(({ envelopes }) => envelopes > 0)).toBe(true);
  });

  test('one recycled in a burst of commands: none is lost, each is acknowledged', async () => {
    const bot = await inWorkspace();
    await bot.connectedOnce(2);
    const before = new Set(bot.slack.connections.map(({ id }) => id));
    const { refused, prompts } = await burst(bot, () => bot.slack.disconnect('refresh_requested', 0));
    expect({ refused, prompts: prompts.size }).toEqual({ refused: [], prompts: 40 });
    const fresh = await eventually(
      () => bot.slack.connections.find(({ id }) => !before.has(id)) ?? new Error('no new one'),
      patienceMs,
    );
    await bot.ann.command(bot.channel, 'a last boat').acknowledged;
    await bot.ann.command(bot.channel, 'the very last').acknowledged;
    expect(fresh.envelopes).toBeGreaterThan(0);
    expect(bot.slack.problems).toEqual([]);
  });

  test('both recycled at once: what Slack could bring is acknowledged and done, events among them', async () => {
    const bot = await inWorkspace();
    await bot.connectedOnce(2);
    const messages = [1, 2, 3].map(() => bot.ann.say(bot.channel, 'look', { files: [bot.ann.upload(pictureFile())] }));
    const { refused, prompts } = await burst(bot, () => {
      bot.slack.disconnect('warning');
      for (const message of messages) bot.ann.react(message, 'clapper');
    });
    // Slack repeats no command, and nobody was there for these.
    expect(new Set(refused)).toEqual(refused.length === 0 ? new Set() : new Set(['no_connection']));
    await bot.slack.settled();
    const ran = await ranOnce(bot.ran, 40 - refused.length + 3);
    expect(ran.filter(({ call }) => call.origin.startsWith('reaction:'))).toHaveLength(3);
    expect([...prompts].filter((prompt) => prompt !== undefined).length).toBeGreaterThan(0);
    expect(bot.slack.problems).toEqual([]);
  });

  test('what was sent before Slack announced that it hangs up is still acknowledged', async () => {
    const bot = await inWorkspace({ pace: { pausesMs: [600_000] } });
    await bot.connectedOnce(2);
    const pressed = [1, 2, 3, 4].map((number) => bot.ann.command(bot.channel, `boat number ${number}`));
    bot.slack.disconnect('warning');
    await Promise.all(pressed.map(({ acknowledged }) => acknowledged));
    await ranOnce(bot.ran, 4);
    expect(bot.slack.problems).toEqual([]);
  });

  test('a line that breaks comes back, and tells that it was away', async () => {
    const bot = await inWorkspace();
    await bot.connectedOnce(2);
    const before = new Set(bot.slack.connections.map(({ id }) => id));
    bot.slack.cut();
    await eventually(() => {
      const all = bot.slack.connections.map(({ id }) => id);
      return (all.length === 2 && all.every((id) => !before.has(id))) || new Error('not back');
    }, patienceMs);
    await bot.ann.command(bot.channel, 'a boat').acknowledged;
    await ranOnce(bot.ran, 1);
    expect(events(bot, 'slack.recycled')).toHaveLength(2);
  });

  test('a network that is away ends nothing: it is tried again until it is there', async () => {
    const bot = await createBotWorld(opened);
    bot.slack.faults.refuse('apps.connections.open', 5);
    const process = await bot.start();
    expect(process.isReady()).toBe(true);
    expect(process.lines.filter(({ event }) => event === 'slack.not-connected').length).toBeGreaterThanOrEqual(5);
    bot.slack.faults.refuse('apps.connections.open', 3);
    bot.slack.cut();
    await eventually(
      () => process.lines.filter(({ event }) => event === 'slack.not-connected').length >= 8 || new Error('no try'),
      patienceMs,
    );
    await eventually(() => process.isReady() || new Error('not back'), patienceMs);
  });

  test('where only one connection can be had, one is enough', async () => {
    const bot = await createBotWorld(opened);
    const { commands, ran } = listenIn(bot.commands);
    const process = await bot.start({ commands, pace: { staggerMs: 100, crowdedMs: 600_000 } });
    bot.slack.faults.fail('apps.connections.open', 'too_many_websockets', 100);
    await eventually(
      () => process.lines.some(({ event }) => event === 'slack.not-connected') || new Error('not tried'),
      patienceMs,
    );
    expect(bot.slack.connections).toHaveLength(1);
    await bot.slack.team.person().command(bot.slack.team.channel(), 'a boat').acknowledged;
    await ranOnce(ran, 1);
    expect(process.lines.filter(({ event }) => event === 'slack.not-connected')).toHaveLength(1);
  });

  test('told that there are too many, the bot stays with the connection it has', async () => {
    const bot = await inWorkspace({ pace: { crowdedMs: 600_000 } });
    await bot.connectedOnce(2);
    bot.slack.disconnect('too_many_websockets', 1);
    await eventually(() => events(bot, 'slack.recycled').length === 1 || new Error('not told'), patienceMs);
    bot.slack.cut(1);
    await bot.connectedOnce(1);
    await bot.ann.command(bot.channel, 'a boat').acknowledged;
    await ranOnce(bot.ran, 1);
    expect(bot.slack.calls('apps.connections.open')).toHaveLength(2);
  });

  test('a key that Slack does not know is said once, and tried again', async () => {
    const bot = await createBotWorld(opened);
    bot.slack.faults.fail('apps.connections.open', 'invalid_auth', 4);
    const process = await bot.start({ pace: { badTokenMs: 30 }, isReadyOnce: () => true });
    await eventually(() => process.isReady() || new Error('never connected'), patienceMs);
    const said = process.lines.filter(({ event }) => event === 'slack.bad-token');
    expect(said).toEqual([expect.objectContaining({ advice: expect.stringContaining('SLACK_APP_TOKEN') })]);
    expect(bot.slack.calls('apps.connections.open').length).toBeGreaterThanOrEqual(5);
  });

  test('a stop in the middle of connecting, and with nobody at the other end, is over soon', async () => {
    const bot = await createBotWorld(opened);
    const open = bot.slack.faults.hold('apps.connections.open');
    const process = await bot.start({ isReadyOnce: () => true });
    await eventually(() => bot.slack.calls('apps.connections.open').length > 0 || new Error('not asked'), patienceMs);
    await process.stop();
    open();
    await eventually(() => bot.slack.connections.length === 0 || new Error('a connection is left'), patienceMs);
    expect(process.isReady()).toBe(false);

    const other = await bot.start();
    await bot.slack.close();
    await other.stop();
    expect(other.isReady()).toBe(false);
  });
});

describe('http', () => {
  async function byHttp() {
    const bot = await inWorkspace({ connection: 'http' });
    const { url } = bot.process;
    if (url === null) throw new Error('no server');
    return { ...bot, url };
  }
  const event = (type: string) => ({
    kind: 'events_api' as const,
    payload: { type, challenge: 'c0ffee' },
    acceptsPayload: false,
  });

  test('whoever signs is heard, nobody else is', async () => {
    const bot = await byHttp();
    const proof = await bot.slack.post(bot.url, event('url_verification'));
    expect([proof.status, await proof.json()]).toEqual([200, { challenge: 'c0ffee' }]);
    const forged = await bot.slack.post(bot.url, event('url_verification'), { secret: 'another' });
    expect(forged.status).toBe(401);
    const old = await bot.slack.post(bot.url, event('url_verification'), { atMs: Date.now() - 6 * 60_000 });
    expect(old.status).toBe(401);
    const bare = await fetch(bot.url, { method: 'POST', body: '{"type":"url_verification"}' });
    expect(bare.status).toBe(401);
    const heavy = await fetch(bot.url, { method: 'POST', body: 'x'.repeat(1_000_001) });
    expect(heavy.status).toBe(413);
    expect((await fetch(bot.url)).status).toBe(404);
    expect(bot.ran).toEqual([]);
  });

  test('who is stopping sends Slack elsewhere', async () => {
    const bot = await byHttp();
    await bot.process.stop();
    expect((await bot.slack.post(bot.url, event('url_verification'))).status).toBe(503);
  });
});

describe('whose token it is', () => {
  const failing = (times: number, error: () => Error) => (tokens: Tokens & Uninstalls) => {
    let left = times;
    return {
      ...tokens,
      async identify(key: Parameters<Tokens['identify']>[0]) {
        left -= 1;
        if (left >= 0) throw error();
        return tokens.identify(key);
      },
    };
  };
  const react = (bot: InWorkspace) => {
    const message = bot.ann.say(bot.channel, 'look', { files: [bot.ann.upload(pictureFile())] });
    bot.ann.react(message, 'clapper');
  };

  test('a look-up that fails twice is tried again within the event’s time', async () => {
    const bot = await inWorkspace({ around: failing(2, () => new Error('the database is away')) });
    react(bot);
    await ranOnce(bot.ran, 1);
    await bot.slack.settled();
    expect(bot.slack.problems).toEqual([]);
  });

  test('one that fails for longer leaves the event with Slack, which brings it again', async () => {
    const bot = await inWorkspace({ connection: 'http', around: failing(4, () => new Error('the database is away')) });
    react(bot);
    await ranOnce(bot.ran, 1);
    expect(events(bot, 'slack.not-taken').length).toBeGreaterThanOrEqual(1);
    await bot.slack.settled();
    expect(bot.ran).toHaveLength(1);
  });

  test('where the app is not installed events are taken and forgotten', async () => {
    const bot = await inWorkspace({ around: failing(1000, () => new NotInstalled('gone')) });
    react(bot);
    await bot.slack.settled();
    expect(events(bot, 'slack.not-installed').length).toBeGreaterThanOrEqual(1);
    expect(bot.ran).toEqual([]);
    expect(bot.slack.problems).toEqual([]);
  });

  test('nobody waits for it: a command is acknowledged first', async () => {
    const gate = Promise.withResolvers<void>();
    const bot = await inWorkspace({
      around: (tokens) => ({ ...tokens, identify: (key) => gate.promise.then(() => tokens.identify(key)) }),
    });
    await bot.ann.command(bot.channel, 'a boat').acknowledged;
    expect(bot.process.acknowledged).toHaveLength(1);
    expect(bot.ran).toEqual([]);
    gate.resolve();
    await ranOnce(bot.ran, 1);
    expect(bot.slack.problems).toEqual([]);
  });
});

describe('the ledger', () => {
  /** Its next transactions fail. */
  function failingLedger(times: number): { readonly urgent: NonNullable<Changes['urgent']>; tries(): number } {
    let tries = 0;
    const { urgent } = opened;
    const broken = new Proxy(urgent, {
      get(target, name) {
        if (name === 'withTables') return () => broken;
        const value = Reflect.get(target, name, target) as unknown;
        if (name !== 'transaction') return typeof value === 'function' ? value.bind(target) : value;
        tries += 1;
        if (tries <= times) throw new Error('the database is away');
        return () => target.transaction();
      },
    });
    return { urgent: broken, tries: () => tries };
  }

  test('what cannot be written at once is written a little later', async () => {
    const { urgent } = failingLedger(2);
    const bot = await inWorkspace({ urgent });
    await bot.ann.command(bot.channel, 'a boat').acknowledged;
    await ranOnce(bot.ran, 1);
    expect(bot.slack.problems).toEqual([]);
  });

  test('what cannot be written at all is taken back in words', async () => {
    const { urgent } = failingLedger(1000);
    const bot = await inWorkspace({ urgent });
    const pressed = bot.ann.command(bot.channel, 'a boat');
    await said(pressed.answers, 'went wrong on our side');
    expect(bot.ran).toEqual([]);
  });

  test('an event that cannot be written is not acknowledged, and comes again', async () => {
    const { urgent, tries } = failingLedger(4);
    const bot = await inWorkspace({ connection: 'http', urgent });
    const message = bot.ann.say(bot.channel, 'look', { files: [bot.ann.upload(pictureFile())] });
    bot.ann.react(message, 'clapper');
    await ranOnce(bot.ran, 1);
    expect(tries()).toBeGreaterThanOrEqual(5);
    expect(bot.ran).toHaveLength(1);
  });
});

describe('an end', () => {
  test('what was taken is answered before the process stops; what comes then is somebody else’s', async () => {
    const hold = Promise.withResolvers<Reply>();
    const bot = await inWorkspace({}, () => hold.promise);
    const pressed = bot.ann.command(bot.channel, 'a boat');
    await ranOnce(bot.ran, 1);
    let isStopped = false;
    const stopping = bot.process.stop().then(() => {
      isStopped = true;
    });
    await eventually(() => bot.slack.connections.length === 0 || new Error('still connected'), patienceMs);
    expect(isStopped).toBe(false);
    await expect(bot.ann.command(bot.channel, 'a late boat').acknowledged).rejects.toThrow('no_connection');
    hold.resolve({ kind: 'card', audience: 'asker', tone: 'plain', card: { paragraphs: ['here it is'] } });
    await stopping;
    expect(JSON.stringify(pressed.answers())).toContain('here it is');
    expect(bot.ran).toHaveLength(1);
  });

  test('what a process took to its grave is answered by the next one, once', async () => {
    const bot = await createBotWorld(opened);
    const grave = Promise.withResolvers<Reply>();
    const dying = listenIn(bot.commands, () => grave.promise);
    const channel = bot.slack.team.channel();
    const ann = bot.slack.team.person();
    // Its death is that nothing it does ever ends.
    await bot.start({ commands: dying.commands });
    const pressed = ann.command(channel, 'a boat');
    const message = ann.say(channel, 'look', { files: [ann.upload(pictureFile())] });
    ann.react(message, 'clapper');
    await ranOnce(dying.ran, 2);
    const { commands, ran } = listenIn(bot.commands);
    await bot.start({ commands, isAlone: true });
    const [one, other] = await ranOnce(ran, 2);
    expect([one?.call.origin, other?.call.origin].toSorted()).toEqual(
      [`command:${pressed.trigger}`, `reaction:${channel.id}:${message.ts}:${ann.id}`].toSorted(),
    );
    await said(pressed.answers, 'create was run');
    expect(ran).toHaveLength(2);
    grave.resolve({ kind: 'card', audience: 'asker', tone: 'plain', card: { paragraphs: ['from the grave'] } });
  });
});
