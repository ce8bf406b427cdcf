/** How the program starts, and how it says that it cannot. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createSecret } from '../src/core/secret.ts';
import { greetingLines } from '../src/greeting.ts';
import { findSecretKey } from '../src/secret-key.ts';
import { runBot, startBot, temporaryDirectory } from './support/bot-process.ts';
import { cardsOf } from './support/bot-visitor.ts';

const program = fileURLToPath(new URL('../src/start.mjs', import.meta.url));

describe('one that cannot start', () => {
  test('says everything that is wrong with its configuration, by name, and ends with 1', async () => {
    const exit = await runBot({
      directory: temporaryDirectory(),
      env: {
        PORT: 'the front door',
        SECRET_KEY: 'too-short',
        DATABASE_URL: 'mysql://root:hunter2@db/bot',
        ROLES: 'worker,butler',
        FAL_KEY: 'fal-key-nobody-may-see',
        FAL_QUEUE_URL: 'not-an-address',
      },
    });
    expect(exit).toMatchObject({ code: 1, output: '' });
    const [title, ...problems] = exit.errors.trimEnd().split('\n');
    expect(title).toBe('The configuration has 5 problems:');
    expect(problems.map((problem) => problem.split(':')[0]?.slice(2)).toSorted()).toEqual([
      'DATABASE_URL',
      'FAL_QUEUE_URL',
      'PORT',
      'ROLES',
      'SECRET_KEY',
    ]);
    for (const value of ['front door', 'too-short', 'hunter2', 'mysql', 'butler', 'nobody-may-see', 'not-an-address']) {
      expect(exit.errors).not.toContain(value);
    }
    expect(exit.errors).not.toMatch(/\bat \S+:\d+/);
  });

  test('says first that it cannot read .env, which may be why', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, '.env'));
    const exit = await runBot({ directory, env: { DATABASE_URL: 'postgres://db/bot' } });
    expect(exit).toMatchObject({ code: 1, output: '' });
    expect(exit.errors).toMatch(/^\.env cannot be read \(EISDIR\), so nothing in it counts\.\n.*SECRET_KEY/s);
  });

  const oldNode = '/usr/bin/node';
  const version = spawnSync(oldNode, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  const major = Number(/^v(\d+)\./.exec(version)?.[1] ?? 99);
  const name = 'says on an older Node which one it needs';
  test.skipIf(major >= 24)(major < 24 ? name : `${name}: skipped, ${oldNode} is not older than 24`, async () => {
    const exit = await runBot({ node: oldNode, env: { DATA_DIR: temporaryDirectory() } });
    expect(exit).toMatchObject({
      code: 1,
      output: '',
      errors: `hailuo-bot needs Node 24 and this is ${version}. Start it with \`npm start\`, which uses the Node 24 that \`npm ci\` installed.\n`,
    });
  });
});

describe('the key of an installation', () => {
  const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

  test('is made once, for its owner’s eyes, and then kept', () => {
    const directory = temporaryDirectory();
    const key = findSecretKey(directory).reveal();
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(modeOf(join(directory, 'secret.key'))).toBe('600');
    expect(readdirSync(directory)).toEqual(['secret.key']);
    expect(findSecretKey(directory).reveal()).toBe(key);
    expect(findSecretKey(temporaryDirectory()).reveal()).not.toBe(key);
  });

  test('that a crash left empty is made anew: nobody may sign with nothing', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'secret.key'), '');
    const key = findSecretKey(directory).reveal();
    expect(key).toHaveLength(64);
    expect(findSecretKey(directory).reveal()).toBe(key);
    expect(modeOf(join(directory, 'secret.key'))).toBe('600');
  });

  test('that cannot be kept is told with what to do', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'secret.key'));
    expect(() => findSecretKey(directory)).toThrow(
      `No key can be kept in ${directory}: set SECRET_KEY or another DATA_DIR.`,
    );
  });
});

describe('the greeting', () => {
  const roles = ['bots', 'worker', 'web'] as const;
  const config = { publicUrl: '', redisUrl: undefined, roles, discord: undefined, slack: undefined };
  const sandbox = { id: 'sandbox', title: 'Sandbox' };

  test('says what is on, what is off and what to do next', () => {
    const lines = greetingLines({ config, url: 'http://127.0.0.1:3000/', database: 'embedded', providers: [sandbox] });
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('  On    chat page http://127.0.0.1:3000/ · Sandbox · embedded database');
    expect(lines[1]).toMatch(/^ {2}Off {3}real providers .+ · call-backs .+PUBLIC_URL/);
    expect(lines[2]).toMatch(/^ {2}Next {2}open http:\/\/127\.0\.0\.1:3000\/ and type \/hailuo .+FAL_KEY=/);
  });

  test('leaves out what is there', () => {
    const lines = greetingLines({
      config: { ...config, publicUrl: 'https://clips.example.org', redisUrl: 'redis://host' },
      url: 'http://127.0.0.1:3000/',
      database: 'postgres',
      providers: [{ id: 'fal', title: 'fal' }, sandbox],
    });
    expect(lines[0]).toContain(' · fal, Sandbox · PostgreSQL and Redis');
    expect(lines[1]).not.toMatch(/real providers|PUBLIC_URL/);
    expect(lines[2]).not.toContain('FAL_KEY');
  });

  test('names Discord where it is switched on, and only in a process that listens there', () => {
    const discord = { token: createSecret('discord token'), apiUrl: 'https://discord.com/api', guildIds: [] };
    const about = { url: null, database: 'postgres', providers: [sandbox] } as const;
    const [on, off] = greetingLines({ ...about, config: { ...config, discord } });
    expect(on).toContain(' · Discord · ');
    expect(off).not.toContain('DISCORD_TOKEN');
    expect(greetingLines({ ...about, config: { ...config, discord, roles: ['worker'] } })[0]).not.toContain('Discord');
    expect(greetingLines({ ...about, config })[1]).toContain('Discord (no DISCORD_TOKEN)');
  });

  test('names Slack where it is switched on, and only in a process that hears it', () => {
    const workspaces = { are: 'one', token: createSecret('slack bot token') } as const;
    const apiUrl = 'https://slack.com/api/';
    const socket = { by: 'socket', appToken: createSecret('slack app token') } as const;
    const http = { by: 'http', signingSecret: createSecret('slack signing secret') } as const;
    const about = { url: null, database: 'postgres', providers: [sandbox] } as const;
    const onIn = (connection: typeof socket | typeof http, role: (typeof roles)[number]) =>
      greetingLines({
        ...about,
        config: { ...config, roles: [role], slack: { apiUrl, connection, workspaces } },
      })[0].includes(' · Slack · ');
    expect(onIn(socket, 'bots')).toBe(true);
    expect(onIn(socket, 'web')).toBe(false);
    // Over HTTP it is the web role that Slack calls.
    expect(onIn(http, 'web')).toBe(true);
    expect(onIn(http, 'bots')).toBe(false);
    expect(greetingLines({ ...about, config })[1]).toContain('Slack (no SLACK_BOT_TOKEN)');
  });

  test('of a process without a page says what it does instead', () => {
    const lines = greetingLines({
      config: { ...config, roles: ['bots', 'worker'] },
      url: null,
      database: 'postgres',
      providers: [sandbox],
    });
    expect(lines[0]).toBe('  On    bots, worker · Sandbox · PostgreSQL');
    expect(lines[2]).not.toContain('/hailuo');
  });
});

describe('one that runs', () => {
  const secrets = {
    FAL_KEY: 'fal-key-0123456789',
    ADMIN_TOKEN: 'admin-token-0123456789',
    SECRET_KEY: 'secret-key-0123456789abcdef',
  };

  test('reads .env, keeps its directory and its port to itself, and no secret ever reaches the log', async () => {
    const directory = temporaryDirectory();
    const refusing = createServer((asked, answer) => {
      // A service that throws the key back at whoever asks.
      const said = JSON.stringify({ detail: `bad key ${asked.headers.authorization}` });
      answer.writeHead(401, { 'content-type': 'application/json' }).end(said);
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const refusingUrl = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    writeFileSync(
      join(directory, '.env'),
      [
        `DATA_DIR=${join(directory, 'data')}`,
        `FAL_KEY=${secrets.FAL_KEY}`,
        `ADMIN_TOKEN="${secrets.ADMIN_TOKEN}"`,
        `SECRET_KEY=${secrets.SECRET_KEY}`,
        `FAL_QUEUE_URL=${refusingUrl}`,
        'LOG_LEVEL=debug',
      ].join('\n'),
    );
    await using bot = await startBot({ directory, env: {} });
    expect(bot.lines[0]).toMatchObject({
      event: 'process.ready',
      roles: ['bots', 'worker', 'web'],
      database: 'embedded',
      providers: ['fal'],
      url: `${bot.url}/`,
    });
    expect(bot.output()).not.toContain('  On    ');
    // Set by the operator: none is made.
    expect(readdirSync(join(directory, 'data'))).not.toContain('secret.key');

    // The directory is taken, and the sentence says by whom.
    const second = await runBot({ directory, env: { LOG_LEVEL: 'info' } });
    expect(second.code).toBe(1);
    expect(second.errors).toMatch(
      new RegExp(`^The database in \\S+ is in use by process ${bot.pid} \\(started .+\\)\\. Stop that one first`),
    );
    expect(second.errors.trimEnd().split('\n')).toHaveLength(1);
    expect(second.output).toBe('');

    // Warnings from everywhere a secret passes.
    const ann = await bot.visitor('Ann');
    await bot.waitForLine('provider.alert', ({ cause }) => cause === 'bad-key');
    const request = await ann.say('/hailuo a boat nobody pays for');
    const cards = await ann.waitFor((timeline) => {
      const found = cardsOf(timeline, request);
      return found.length > 0 && found;
    });
    expect(JSON.stringify(cards)).toContain('Nobody can render this right now');
    const standing = await fetch(`${bot.url}/providers.json?`, {
      headers: { authorization: `Bearer ${secrets.ADMIN_TOKEN}` },
    });
    const shown = await standing.text();
    expect(JSON.parse(shown)).toMatchObject({
      providers: [{ id: 'fal', submit: { state: 'open', cause: 'bad-key' } }],
    });
    for (const secret of Object.values(secrets)) expect(shown).not.toContain(secret);
    await fetch(`${bot.url}/callbacks/fal/01900000-0000-7000-8000-000000000000/${secrets.SECRET_KEY}`, {
      method: 'POST',
      body: secrets.ADMIN_TOKEN,
    });
    await fetch(`${bot.url}/?token=${secrets.ADMIN_TOKEN}`, { redirect: 'manual' });
    await bot.waitForLine('call-back.forged');

    // The port is taken.
    const { port } = new URL(bot.url);
    const third = await runBot({ env: { DATA_DIR: temporaryDirectory(), PORT: port } });
    expect(third.code).toBe(1);
    expect(third.errors).toBe(
      `Port ${port} on 127.0.0.1 cannot be opened: another program uses it. Set PORT to another one.\n`,
    );
    expect(third.lines.map(({ event }) => event)).not.toContain('process.ready');

    expect(await bot.stop()).toEqual({ code: 0, signal: null });
    refusing.close();
    const written = bot.output() + bot.errors() + second.errors + third.output + third.errors;
    for (const secret of [...Object.values(secrets), 'slack-token-0123456789']) expect(written).not.toContain(secret);
    expect(written).toContain('[secret]');
  }, 120_000);

  const hasScript = spawnSync('script', ['--version']).status === 0;
  const name = 'greets a person at a terminal in three lines, and keeps its key for the next time';
  test.skipIf(!hasScript)(hasScript ? name : `${name}: skipped, there is no script(1)`, async () => {
    const directory = temporaryDirectory();
    const home = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
    // Gives the program a terminal, and stops it when it has greeted or is ready.
    const atTerminal = (until: string, environment: Record<string, string>): string => {
      const run = join(directory, 'run.sh');
      writeFileSync(
        run,
        `'${process.execPath}' '${program}' & bot=$!
        until grep -q '${until}' typescript 2>/dev/null; do kill -0 $bot 2>/dev/null || exit 1; sleep 0.1; done
        kill -TERM $bot; wait $bot\n`,
      );
      chmodSync(run, 0o700);
      const ended = spawnSync('script', ['--quiet', '--flush', '--return', '--command', `sh ${run}`, 'typescript'], {
        cwd: directory,
        env: { ...home, DATA_DIR: directory, PORT: '0', ...environment },
        timeout: 40_000,
        input: '',
      });
      const seen = readFileSync(join(directory, 'typescript'), 'utf8').replaceAll('\r', '');
      expect({ status: ended.status, seen }).toMatchObject({ status: 0 });
      writeFileSync(join(directory, 'typescript'), '');
      return seen;
    };
    const greeted = atTerminal('  Next  ', {});
    expect(greeted).toMatch(/\n\n {2}On {4}chat page http:\S+ .+\n {2}Off {3}.+\n {2}Next {2}.+\n\n/);
    expect(greeted).not.toContain('{"level"');
    const key = readFileSync(join(directory, 'secret.key'), 'utf8');

    const unattended = atTerminal('process.ready', { CI: '1' });
    expect(unattended).not.toMatch(/ {2}(?:On|Off|Next) /);
    expect(unattended).toContain('{"level":"info"');
    expect(readFileSync(join(directory, 'secret.key'), 'utf8')).toBe(key);
    expect(statSync(join(directory, 'secret.key')).mode & 0o777).toBe(0o600);
  });
});
