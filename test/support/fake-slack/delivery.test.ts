/** How payloads reach the app: connections, acknowledgements, repetitions, signatures. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from '@slack/bolt';
import { SocketModeClient } from '@slack/socket-mode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeSlack, startFakeSlack } from './fake-slack.ts';
import { httpApp, quietLogger, socketApp } from './rehearsal-app.ts';

let slack: FakeSlack;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  slack = await startFakeSlack();
});

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close().catch(() => undefined);
  await slack.close();
});

async function started(app: App): Promise<App> {
  closing.push(() => app.stop());
  await app.start();
  return app;
}

describe('by Socket Mode', () => {
  it('gives every payload to one connection, in turn', async () => {
    const heard: string[] = [];
    for (const name of ['one', 'two']) {
      const app = socketApp(slack);
      app.command('/hailuo', async ({ ack, command }) => {
        heard.push(`${name}: ${command.text}`);
        await ack();
      });
      await started(app);
    }
    const ann = slack.team.person();
    const channel = slack.team.channel();
    for (const text of ['a', 'b']) await ann.command(channel, text).acknowledged;
    expect(heard).toEqual(['one: a', 'two: b']);
    expect(slack.connections.map(({ envelopes }) => envelopes)).toEqual([1, 1]);
  });

  it('delivers again with the same ids when told to', async () => {
    const heard: unknown[] = [];
    const app = socketApp(slack);
    app.event('app_mention', async ({ body, context }) => void heard.push([body.event_id, context.retryNum]));
    app.command('/hailuo', async ({ ack, command }) => {
      await ack();
      heard.push(command.trigger_id);
    });
    await started(app);
    const ann = slack.team.person();
    const channel = slack.team.channel();
    slack.repeatNext();
    ann.say(channel, '@hailuo hello');
    await slack.settled();
    slack.repeatNext();
    await ann.command(channel, 'x').acknowledged;
    await slack.settled();
    await expect.poll(() => heard.length).toBe(4);
    const [first, second, third, fourth] = heard;
    const [id] = first as [string, number];
    expect([first, second]).toEqual([
      [id, 0],
      [id, 1],
    ]);
    expect(third).toBe(fourth);
    expect(slack.problems).toEqual([]);
  });

  it('keeps an event for whoever connects next, and lets a command fail at once', async () => {
    const app = socketApp(slack);
    const heard: string[] = [];
    app.event('app_mention', async ({ event }) => void heard.push(event.text));
    await started(app);
    const ann = slack.team.person();
    const channel = slack.team.channel();
    slack.disconnect();
    ann.say(channel, '@hailuo in the gap');
    await expect(ann.command(channel, 'in the gap').acknowledged).rejects.toThrow('no_connection');
    await expect.poll(() => heard).toEqual([`<@${slack.team.botUser}> in the gap`]);
    expect(slack.connections).toHaveLength(1);
    expect(slack.problems).toEqual([]);
  });

  it('sends nothing more to a connection that was told to go', async () => {
    for (let count = 0; count < 2; count += 1) {
      const app = socketApp(slack);
      app.command('/hailuo', async ({ ack }) => ack());
      await started(app);
    }
    const ann = slack.team.person();
    const channel = slack.team.channel();
    const [leaving] = slack.connections;
    slack.disconnect('warning', 0);
    await Promise.all([1, 2, 3].map((each) => ann.command(channel, String(each)).acknowledged));
    expect(leaving?.envelopes).toBe(0);
    await expect.poll(() => slack.connections.map(({ id }) => id)).toEqual([2, 3]);
    // Each answers once more: socket-mode 3.1 must not be stopped while it reconnects (platforms/slack.md §2).
    await Promise.all([4, 5].map((each) => ann.command(channel, String(each)).acknowledged));
    expect(slack.connections.map(({ envelopes }) => envelopes)).toEqual([4, 1]);
  });

  it('repeats an event whose connection died before the acknowledgement', async () => {
    let isStuck = true;
    let isAsked = false;
    const tries: (string | undefined)[] = [];
    const app = socketApp(slack, {
      authorize: async () => {
        isAsked = true;
        if (isStuck) await new Promise(() => undefined);
        return { botToken: slack.team.botToken, botUserId: slack.team.botUser };
      },
    });
    app.event('app_mention', async ({ context }) => void tries.push(context.retryReason));
    await started(app);
    slack.team.person().say(slack.team.channel(), '@hailuo hello');
    await expect.poll(() => isAsked).toBe(true);
    isStuck = false;
    slack.cut();
    await expect.poll(() => tries).toEqual(['connection_closed']);
  });

  it('holds a late, a missing and a second acknowledgement against the app', async () => {
    const client = new SocketModeClient({
      appToken: slack.appToken,
      logger: quietLogger,
      clientOptions: { slackApiUrl: slack.apiUrl },
    });
    closing.push(() => client.disconnect());
    await client.start();
    const ann = slack.team.person();
    const channel = slack.team.channel();
    let late = async () => {};
    client.once('slash_commands', ({ ack }: { ack: () => Promise<void> }) => {
      late = ack;
    });
    await expect(ann.command(channel, '').acknowledged).rejects.toThrow('timeout');
    await late();
    client.once('slash_commands', async ({ ack }: { ack: () => Promise<void> }) => {
      await ack();
      await ack();
    });
    await ann.command(channel, '').acknowledged;
    await expect
      .poll(() => slack.problems)
      .toEqual([
        'slash_commands /hailuo: not acknowledged within 3000 ms',
        'slash_commands /hailuo: acknowledged again or late',
        'slash_commands /hailuo: acknowledged again or late',
      ]);
  });

  it('shows what comes with an acknowledgement to the one who asked', async () => {
    const app = socketApp(slack);
    app.command('/hailuo', async ({ ack }) => ack('this is help'));
    await started(app);
    const ann = slack.team.person();
    const channel = slack.team.channel();
    const pressed = ann.command(channel, 'help');
    expect((await pressed.acknowledged).body).toEqual({ text: 'this is help' });
    expect(channel.ephemerals(ann).map(({ text }) => text)).toEqual(['this is help']);
    expect(pressed.answers()).toEqual(channel.ephemerals(ann));
  });

  it('has no eleventh connection', async () => {
    const open = async () => {
      const answer = await fetch(`${slack.apiUrl}apps.connections.open`, {
        method: 'POST',
        headers: { authorization: `Bearer ${slack.appToken}` },
      });
      const { url } = (await answer.json()) as { url: string };
      const socket = new WebSocket(url);
      closing.push(async () => socket.close());
      return new Promise<string>((done) => {
        socket.onmessage = ({ data }) => done((JSON.parse(String(data)) as { type: string }).type);
      });
    };
    for (let count = 0; count < 10; count += 1) expect(await open()).toBe('hello');
    expect(await open()).toBe('disconnect');
    expect(slack.problems).toEqual(['more than 10 connections']);
  });
});

describe('by signed HTTP', () => {
  let server: Server;
  let url: string;
  let app: App;
  const retries: string[] = [];

  beforeEach(async () => {
    retries.length = 0;
    const made = httpApp(slack);
    app = made.app;
    server = createServer((request, response) => {
      retries.push(String(request.headers['x-slack-retry-num'] ?? '-'));
      made.receiver.requestListener(request, response);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
    slack.deliverBy({ http: url });
    closing.push(
      () =>
        new Promise<void>((done) => {
          server.closeAllConnections();
          server.close(() => done());
        }),
    );
  });

  it('brings commands, buttons, forms and events, each in its own encoding', async () => {
    const heard: string[] = [];
    app.command('/hailuo', async ({ ack, command }) => {
      heard.push(command.text);
      await ack({ text: 'taken', response_type: 'in_channel' });
    });
    app.shortcut('animate', async ({ ack, shortcut }) => {
      heard.push(shortcut.callback_id);
      await ack();
    });
    app.event('app_mention', async ({ event }) => void heard.push(event.text));
    const ann = slack.team.person();
    const channel = slack.team.channel();
    await ann.command(channel, 'ä & ö').acknowledged;
    expect(channel.messages.map(({ text }) => text)).toEqual(['taken']);
    const said = ann.say(channel, '@hailuo hi');
    await ann.shortcut(said).acknowledged;
    await slack.settled();
    await expect
      .poll(() => heard.toSorted())
      .toEqual([`<@${slack.team.botUser}> hi`, 'animate', 'ä &amp; ö'].toSorted());
    expect(slack.problems).toEqual([]);
  });

  it('is turned away with a forged or an old signature', async () => {
    const payload = { type: 'url_verification', challenge: 'say this' };
    const outgoing = { kind: 'events_api' as const, payload, acceptsPayload: false };
    const status = async (signature?: { secret?: string; atMs?: number }) =>
      (await slack.post(url, outgoing, signature)).status;
    expect(await (await slack.post(url, outgoing)).json()).toEqual({ challenge: 'say this' });
    expect(await status({ secret: 'somebody else' })).toBe(401);
    expect(await status({ atMs: Date.now() - 6 * 60_000 })).toBe(401);
  });

  it('repeats an event at once, after a minute and after five, then gives up', async () => {
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      retries.push(`${request.headers['x-slack-retry-num'] ?? '-'} ${request.headers['x-slack-retry-reason'] ?? '-'}`);
      response.writeHead(500).end();
    });
    slack.team.person().say(slack.team.channel(), '@hailuo hello');
    await expect.poll(() => retries).toEqual(['- -', '1 http_error']);
    await slack.settled();
    slack.clock.advance(60_000);
    await expect.poll(() => retries.length).toBe(3);
    await slack.settled();
    slack.clock.advance(300_000);
    await expect.poll(() => retries.at(-1)).toBe('3 http_error');
    await slack.settled();
    slack.clock.advance(3_600_000);
    await slack.settled();
    expect(retries).toHaveLength(4);
  });

  it('does not repeat where the app asks not to', async () => {
    server.removeAllListeners('request');
    server.on('request', (_request, response) => {
      retries.push('tried');
      response.writeHead(500, { 'x-slack-no-retry': '1' }).end();
    });
    slack.team.person().say(slack.team.channel(), '@hailuo hello');
    await expect.poll(() => retries).toEqual(['tried']);
    await slack.settled();
    slack.clock.advance(600_000);
    await slack.settled();
    expect(retries).toEqual(['tried']);
  });
});
