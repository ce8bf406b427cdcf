/** How the program stops: in good order, in time, and without losing what it acknowledged. */
import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { silentLog } from '../src/core/log.ts';
import { createStopSignal, stopWithin } from '../src/stop.ts';
import { startBot, temporaryDirectory } from './support/bot-process.ts';
import { cardsOf, clipsOf, statusesOf } from './support/bot-visitor.ts';
import { eventually } from './support/eventually.ts';

const patienceMs = 10_000;

describe('a stop signal', () => {
  function hear() {
    const exit = vi.fn();
    const from = Object.assign(new EventEmitter(), { exit });
    // As much of a process as is asked for.
    const heard = createStopSignal(from as unknown as NodeJS.Process);
    return { from, exit, heard };
  }

  test('sent twice by one key press is one', async () => {
    const { from, exit, heard } = hear();
    from.emit('SIGINT', 'SIGINT');
    from.emit('SIGINT', 'SIGINT'); // npm passes on what the terminal has sent to both
    expect(await heard).toBe('SIGINT');
    expect(exit).not.toHaveBeenCalled();
  });

  test('sent again later ends at once', async () => {
    const { from, exit, heard } = hear();
    const now = vi.spyOn(performance, 'now');
    now.mockReturnValue(1_000);
    from.emit('SIGTERM', 'SIGTERM');
    now.mockReturnValue(1_600);
    from.emit('SIGINT', 'SIGINT');
    now.mockRestore();
    expect(await heard).toBe('SIGTERM');
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  });

  test('is obeyed for so long, whatever closing does', async () => {
    const said: string[] = [];
    const note = (event: string): void => void said.push(event);
    const log = { ...silentLog, info: note, warn: note, error: note };
    await stopWithin(1_000, async () => {}, log);
    await stopWithin(5, () => new Promise(() => {}), log);
    await stopWithin(1_000, () => Promise.reject(new Error('it does not close')), log);
    expect(said).toEqual(['process.stopped', 'process.stopped-late', 'process.stop-failed']);
  });
});

test.concurrent('a busy process stops within its time, and what it acknowledged goes on at the next start', async () => {
  const env = {
    DATA_DIR: temporaryDirectory(),
    SANDBOX_RENDER_SECONDS: '4',
    QUOTA_CONCURRENT: 'unlimited',
    QUOTA_CLIPS_PER_DAY: 'unlimited',
  };
  await using bot = await startBot({ env });
  const ann = await bot.visitor('Ann');
  const requests = await Promise.all([1, 2, 3].map(() => ann.say('/hailuo a boat that does not sink')));
  for (const request of requests) {
    await ann.waitFor((timeline) => statusesOf(timeline, request).some(({ body }) => body.view.state === 'rendering'));
  }
  const listening = await ann.listen();
  await eventually(() => listening.heard.length > 0 || new Error('nothing heard'));
  const half = connect(Number(new URL(bot.url).port), '127.0.0.1');
  half.on('error', () => {});
  half.resume();
  const headers = Object.entries(ann.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const start = `POST /api/messages HTTP/1.1\r\nhost: localhost\r\n${headers.join('')}`;
  half.write(`${start}content-type: application/json\r\ncontent-length: 400\r\n\r\n{"id":"half`);

  // People go on talking while it stops: some are heard, and only those are told so.
  const talk = async (): Promise<string[]> => {
    const acknowledged: string[] = [];
    for (;;) {
      try {
        acknowledged.push(await ann.say('/hailuo quota'));
        // As fast as the server hears them, they could be more than the next start answers while the test waits.
        await sleep(20);
      } catch {
        return acknowledged;
      }
    }
  };
  const talking = [talk(), talk(), talk()];
  await ann.waitFor((timeline) => cardsOf(timeline).length > 0);
  const started = performance.now();
  expect(await bot.stop()).toEqual({ code: 0, signal: null });
  expect(performance.now() - started).toBeLessThan(patienceMs);
  await listening.ended;
  const events = bot.lines.map(({ event }) => event);
  expect(events.slice(events.indexOf('process.stopping'))).toContain('process.stopped');
  expect(bot.lines.filter(({ level }) => level === 'error')).toEqual([]);
  const acknowledged = (await Promise.all(talking)).flat();

  await using next = await startBot({ env });
  ann.moveTo(next);
  await ann.waitFor((timeline) => requests.every((request) => clipsOf(timeline, request).length === 1));
  expect(acknowledged.length).toBeGreaterThan(0);
  await ann.waitFor((timeline) => acknowledged.every((id) => cardsOf(timeline, id).length === 1));
  expect(await next.stop()).toEqual({ code: 0, signal: null });
}, 180_000);

describe.concurrent('with a step that hangs', () => {
  let provider: Server;
  let submits = 0;
  const directory = temporaryDirectory();
  const env = (): Record<string, string> => ({
    DATA_DIR: directory,
    FAL_KEY: 'a key that pays for nothing',
    FAL_QUEUE_URL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
    UNKNOWN_HOLD_SECONDS: '1',
  });

  beforeAll(async () => {
    // Takes every request and never answers.
    provider = createServer((asked) => {
      if (asked.method === 'POST') submits += 1;
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    provider.closeAllConnections();
    provider.close();
  });

  async function hang(bot: Awaited<ReturnType<typeof startBot>>, name: string) {
    const before = submits;
    const visitor = await bot.visitor(name);
    const request = await visitor.say('/hailuo a boat that never comes');
    await eventually(() => submits > before || new Error('not submitted'));
    return { visitor, request };
  }

  test('a second signal ends it at once; otherwise it ends by itself in time; the next start goes on', async () => {
    await using impatient = await startBot({ env: env() });
    const ann = await hang(impatient, 'Ann');
    const asked = performance.now();
    impatient.signal('SIGTERM');
    await impatient.waitForLine('process.stopping');
    const again = setInterval(() => impatient.signal('SIGTERM'), 100);
    const exit = await impatient.exited;
    clearInterval(again);
    expect(exit).toEqual({ code: 1, signal: null });
    expect(performance.now() - asked).toBeLessThan(5_000);

    await using patient = await startBot({ env: env() });
    ann.visitor.moveTo(patient);
    const failed = await ann.visitor.waitFor((timeline) =>
      statusesOf(timeline, ann.request).find(({ body }) => body.view.state === 'failed'),
    );
    expect(failed.body.view.sentence).not.toContain('undefined');
    expect(submits).toBe(1);
    const ben = await hang(patient, 'Ben');
    const started = performance.now();
    expect(await patient.stop()).toEqual({ code: 0, signal: null });
    const tookMs = performance.now() - started;
    expect(tookMs).toBeLessThan(patienceMs);
    expect(patient.lines.at(-1)).toMatchObject({ event: 'process.stopped-late' });

    await using last = await startBot({ env: env() });
    ben.visitor.moveTo(last);
    await ben.visitor.waitFor((timeline) =>
      statusesOf(timeline, ben.request).some(({ body }) => body.view.state === 'failed'),
    );
    // Once for each person: an answer that never came is never asked for again.
    expect(submits).toBe(2);
    const asks = await ben.visitor.say('/hailuo quota');
    const [card] = await ben.visitor.waitFor((timeline) => {
      const cards = cardsOf(timeline, asks);
      return cards.length > 0 && cards;
    });
    expect(JSON.stringify(card?.body.card)).toMatch(/10/);
    expect(await last.stop()).toEqual({ code: 0, signal: null });
  }, 90_000);
});

test('killed in the very moment of a submit, the sandbox renders it all the same', async () => {
  const env = { DATA_DIR: temporaryDirectory(), SANDBOX_RENDER_SECONDS: '0', QUOTA_CONCURRENT: 'unlimited' };
  await using bot = await startBot({ env });
  const ann = await bot.visitor('Ann');
  const request = await ann.say('/hailuo a boat that was nearly lost');
  await bot.waitForLine('job.submitting');
  await bot.kill('SIGKILL');
  await using next = await startBot({ env });
  ann.moveTo(next);
  await ann.waitFor((timeline) => clipsOf(timeline, request).length === 1, 60_000);
}, 120_000);
