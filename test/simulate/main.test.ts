/** `npm run simulate` as a process, and the real bot that makes its clips through it. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { services } from '../../src/simulate/services.ts';
import { runBot, type SpawnedBot, spawnBot, startBot, temporaryDirectory } from '../support/bot-process.ts';
import { clipsOf, statusesOf } from '../support/bot-visitor.ts';
import { eventually } from '../support/eventually.ts';

const entry = fileURLToPath(new URL('../../src/simulate/main.ts', import.meta.url));
const ids = services.map((create) => create({ clip: new Uint8Array() }).id);
const atOnce = ['--port', '0', '--queue-seconds', '0', '--render-seconds', '0'];

/** One that it makes from words alone. */
const modelOf = (id: string): string => (id === 'runcomfy' ? '2.3-pro' : '02');

const simulate = (...args: string[]) => spawnBot({ env: {}, entry, args });
const simulateBriefly = (...args: string[]) => runBot({ env: {}, entry, args });

/** Its environment, once it has printed all of it. */
function environmentFrom(simulation: SpawnedBot): Promise<Readonly<Record<string, string>>> {
  return eventually(() =>
    simulation.output().includes('\n# ')
      ? readEnvironment(simulation.output())
      : new Error(`nothing printed yet\n${simulation.errors()}`),
  );
}

function readEnvironment(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(/^export ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}

const linesOf = (simulation: SpawnedBot, service: string): string[] =>
  simulation
    .output()
    .split('\n')
    .filter((line) => line.startsWith(`${service} `));

describe('the bot', () => {
  test('makes a clip through every one of them, and an answer that is lost is not paid for twice', async () => {
    await using simulation = simulate(...atOnce);
    const environment = await environmentFrom(simulation);
    // As an operator does it: the printed lines are the `.env`.
    const directory = temporaryDirectory();
    const printed = simulation.output().replace(/^# [\s\S]*/m, '');
    writeFileSync(join(directory, '.env'), printed);
    const settings = { QUOTA_CONCURRENT: 'unlimited', UNKNOWN_HOLD_SECONDS: '0' };
    await using bot = await startBot({ directory, env: { DATA_DIR: directory, ...settings } });
    expect(bot.lines[0]).toMatchObject({ event: 'process.ready', providers: ids });

    const ann = await bot.visitor('Ann');
    const requests = await Promise.all(
      ids.map((id) => ann.say(`/hailuo a boat --model ${modelOf(id)} --provider ${id}`)),
    );
    for (const request of requests) await ann.waitFor((timeline) => clipsOf(timeline, request)[0]);
    for (const id of ids) {
      expect(
        linesOf(simulation, id).filter((line) => / {2}200 {2}GET \/files\/clips\/\S+\.mp4$/.test(line)),
      ).toHaveLength(1);
    }

    const fal = environment.FAL_QUEUE_URL ?? '';
    const ordered = await fetch(`${fal}/simulate/faults`, {
      method: 'POST',
      body: JSON.stringify({ operation: 'submit', fault: 'lose-answer' }),
    });
    expect(ordered.status).toBe(200);
    const lost = await ann.say('/hailuo a boat nobody hears of --provider fal');
    await ann.waitFor((timeline) => statusesOf(timeline, lost).find(({ body }) => body.view.state === 'failed'));
    expect(await fetch(`${fal}/simulate/jobs`).then((answer) => answer.json())).toMatchObject({
      jobs: [{ stage: 'ended' }, { stage: 'ended' }],
    });
    expect(linesOf(simulation, 'fal').filter((line) => line.includes('  POST /fal-ai/'))).toEqual([
      expect.stringContaining('  200  POST'),
      expect.stringContaining('  answer-lost  POST'),
    ]);

    const keys = Object.entries(environment).filter(([name]) => /_(KEY|TOKEN|SECRET)$/.test(name));
    expect(keys).toHaveLength(7);
    const said = simulation.output().slice(printed.length);
    for (const [, key] of keys) expect(said).not.toContain(key);
    expect(simulation.errors()).toBe('');
  }, 60_000);
});

describe('the program', () => {
  test('prints the environment alone, the same that one on those ports has', async () => {
    const port = await freePorts(ids.length);
    const alone = await simulateBriefly('--print-env', '--port', `${port}`);
    expect(alone).toMatchObject({ code: 0, errors: '' });
    expect(alone.output).toMatch(/^(export [A-Z_]+=[\w:/.,-]+\n)+$/);
    expect(readEnvironment(alone.output)).toMatchObject({
      FAL_QUEUE_URL: `http://127.0.0.1:${port}`,
      MINIMAX_API_URL: `http://127.0.0.1:${port + 5}`,
      FETCH_ALLOW_PRIVATE: ids.map((_id, index) => `127.0.0.1:${port + index}`).join(','),
    });

    await using simulation = simulate('--port', `${port}`);
    expect(await environmentFrom(simulation)).toEqual(readEnvironment(alone.output));
    const second = await simulateBriefly('--port', `${port}`, '--services', 'minimax');
    expect(second).toMatchObject({
      code: 1,
      output: '',
      errors: `Port ${port + 5}, for minimax, is taken by another program: choose another --port.\n`,
    });
  });

  test('runs only those that are wanted, in trouble if that is wanted', async () => {
    await using simulation = simulate(...atOnce, '--services', 'minimax,fal', '--trouble', '1', '--seed', '10');
    const { FAL_QUEUE_URL: fal, ...others } = await environmentFrom(simulation);
    expect(Object.keys(others)).toEqual([
      'FAL_KEY',
      'FAL_REST_URL',
      'MINIMAX_API_KEY',
      'MINIMAX_API_URL',
      'FETCH_ALLOW_PRIVATE',
    ]);
    expect(simulation.output()).toContain('# in trouble: a share of 1, with --seed 10\n');
    for (let call = 0; call < 4; call += 1) await fetch(`${fal}/.well-known/jwks.json`).catch(() => 'broken');
    const outcomes = linesOf(simulation, 'fal').map((line) => line.split(/ +/)[1]);
    expect(outcomes).toEqual(['429', 'cut', '502', 'answer-lost']);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('ends on %s within a second, whatever it has in hand', async (signal) => {
    await using simulation = simulate(...atOnce, '--services', 'fal');
    const { FAL_QUEUE_URL: fal } = await environmentFrom(simulation);
    await fetch(`${fal}/simulate/faults`, {
      method: 'POST',
      body: JSON.stringify({ operation: 'keys', fault: 'wait', ms: 60_000 }),
    });
    const waiting = fetch(`${fal}/.well-known/jwks.json`).catch(() => 'cut');
    const before = performance.now();
    expect(await simulation.kill(signal)).toEqual({ code: 0, signal: null });
    expect(performance.now() - before).toBeLessThan(1000);
    expect(await waiting).toBe('cut');
  });

  test.each([
    ['an unknown option', ['--bogus'], "Unknown option '--bogus'; --help lists what there is."],
    ['a word', ['fal'], "Unexpected argument 'fal'; --help lists what there is."],
    ['no value', ['--port'], "Option '--port <value>' argument missing; --help lists what there is."],
    ['a port too high', ['--port', '65531'], '--port must be a number from 0 to 65530.'],
    ['half a port', ['--port', '41.5'], '--port must be a whole number.'],
    ['no number', ['--render-seconds', 'six'], '--render-seconds must be a number from 0 to 3600.'],
    ['too much trouble', ['--trouble', '2'], '--trouble must be a number from 0 to 1.'],
    ['a stranger', ['--services', 'fal,sora'], `--services can only name ${ids.join(', ')}.`],
    ['an unknowable port', ['--print-env', '--port', '0'], '--print-env needs a --port, and 0 is any free one.'],
  ])('tells of %s in one sentence', async (_name, args, sentence) => {
    expect(await simulateBriefly(...args)).toMatchObject({ code: 1, output: '', errors: `${sentence}\n` });
  });

  test('explains itself', async () => {
    const { code, output } = await simulateBriefly('--help');
    expect(code).toBe(0);
    for (const option of [
      'port',
      'services',
      'queue-seconds',
      'render-seconds',
      'trouble',
      'seed',
      'print-env',
      'help',
    ]) {
      expect(output).toContain(`\n  --${option} `);
    }
  });
});

/** The first of so many ports in a row that were free a moment ago. */
function freePorts(count: number): Promise<number> {
  return eventually(async () => {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const servers = Array.from({ length: count }, () => createServer());
    const opened = await Promise.allSettled(
      servers.map((server, index) => once(server.listen(first + index, '127.0.0.1'), 'listening')),
    );
    for (const server of servers) server.close();
    return opened.every(({ status }) => status === 'fulfilled') ? first : new Error('no free ports in a row');
  });
}
