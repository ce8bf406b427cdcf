/** The doctor as operators call it: a program of its own, against whatever they may have set up. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { neededScopes } from '../src/bots/slack/needed-scopes.ts';
import { openDatabase } from '../src/core/database.ts';
import { silentLog } from '../src/core/log.ts';
import { platformMigrations } from '../src/platform-migrations.ts';
import { createFal, falErrors } from '../src/simulate/fal.ts';
import { type Simulation, startSimulation } from '../src/simulate/server.ts';
import { runBot, startBot, temporaryDirectory } from './support/bot-process.ts';
import { eventually } from './support/eventually.ts';
import { startFakeDiscord } from './support/fake-discord/fake-discord.ts';
import { startFakeSlack } from './support/fake-slack/fake-slack.ts';
import { createTestDatabase, describeOn, findServices } from './support/services.ts';

const doctor = fileURLToPath(new URL('../src/doctor.ts', import.meta.url));
const services = await findServices();

interface Visit {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  /** The lines of one section, next steps included. */
  section(title: string): readonly string[];
}

/** A bot makes its database first, and one visit follows another: more than a busy machine does in the usual time. */
const mostMs = 120_000;

/** Nothing of the test runner's environment reaches it, and no `.env` of the repository. */
function visit(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  directory = temporaryDirectory(),
): Promise<Visit> {
  const told = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, [doctor, ...args], { cwd: directory, env: told }, (error, output, errors) => {
      const sections = new Map(
        output.split('\n\n').map((part) => [part.split('\n')[0] ?? '', part.split('\n').slice(1)]),
      );
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, output, errors, section: (title) => sections.get(title) ?? [] });
    });
  });
}

/** As `--json` prints it. */
const report = z.strictObject({
  mustFix: z.number(),
  sections: z.array(
    z.strictObject({
      title: z.string(),
      findings: z.array(
        z.strictObject({ mark: z.enum(['ok', 'note', 'FIX']), text: z.string(), next: z.string().optional() }),
      ),
    }),
  ),
});

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  opened.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function simulateFal(): Promise<Simulation> {
  const simulation = await startSimulation(createFal({ clip: Buffer.from('\0\0\0\x18ftypmp42') }));
  opened.push(simulation);
  return simulation;
}

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const origin = await listen(() => {});
  const port = Number(new URL(origin).port);
  await opened.pop()?.close();
  return port;
}

describe('nothing configured', () => {
  test('is no fault: the sandbox renders, and nothing is left behind', async () => {
    const directory = temporaryDirectory();
    const { code, output, errors, section } = await visit({}, [], directory);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output.match(/^[A-Z][a-z ]+$/gm)).toEqual([
      'Configuration',
      'Database',
      'Queue',
      'Providers',
      'Public address',
      'The running bot',
    ]);
    expect(section('Providers')).toEqual([
      'ok    Sandbox: needs no key and costs nothing.',
      expect.stringMatching(/^note {2}Without a key: (?=.*\bFAL_KEY\b)(?=.*\bMINIMAX_API_KEY\b)/),
      expect.stringMatching(/^ {6}→ /),
    ]);
    expect(section('Database')[0]).toMatch(/^ok {4}Embedded database in .*: the first start will make it\.$/);
    expect(section('The running bot')[0]).toMatch(/^note {2}PORT is 0/);
    expect(output.trimEnd().split('\n').at(-1)).toBe('Nothing must be fixed.');
    expect(readdirSync(directory)).toEqual([]);
  });

  test('says the same as JSON', async () => {
    const { code, output } = await visit({}, ['--json']);
    expect(code).toBe(0);
    const read = report.parse(JSON.parse(output));
    expect(read.mustFix).toBe(0);
    expect(read.sections.find(({ title }) => title === 'Providers')?.findings[0]).toEqual({
      mark: 'ok',
      text: 'Sandbox: needs no key and costs nothing.',
    });
  });

  test('knows one option', async () => {
    expect(await visit({}, ['--yaml'])).toMatchObject({
      code: 1,
      output: '',
      errors: 'The doctor knows one option: --json\n',
    });
  });
});

describe('a wrong configuration', () => {
  const env = {
    PORT: 'the front door',
    SECRET_KEY: 'too-short',
    DATABASE_URL: 'mysql://root:hunter2@db/bot',
    FAL_KEY: 'fal-key-nobody-may-see',
    FAL_QUEUE_URL: 'not-an-address',
  };

  test('is told in the sentences the bot would end with, and not by value', async () => {
    const [bot, examined] = await Promise.all([runBot({ directory: temporaryDirectory(), env }), visit(env)]);
    const sentences = [...bot.errors.matchAll(/^- (.+)$/gm)].map(([, sentence]) => sentence);
    expect(sentences).toHaveLength(4);
    expect(examined.code).toBe(1);
    const lines = examined.section('Configuration');
    expect(lines.filter((line) => line.startsWith('FIX'))).toEqual(sentences.map((sentence) => `FIX   ${sentence}`));
    for (const value of Object.values(env)) expect(examined.output + examined.errors).not.toContain(value);
  });

  test('and as JSON', async () => {
    const { code, output } = await visit(env, ['--json']);
    expect(code).toBe(1);
    expect(report.parse(JSON.parse(output))).toMatchObject({ mustFix: 4, sections: [{ title: 'Configuration' }] });
  });

  test('.env counts as it does for the bot, and names that nobody reads are pointed out', async () => {
    const directory = temporaryDirectory();
    writeFileSync(
      join(directory, '.env'),
      'FAL_KYE=fal-key-0123456789\nPORT=1\nADMIN_TOKEN=admin-token-0123456789\nc2VjcmV0LWtleS1tYXRlcmlhbA==\n',
    );
    const { code, output, section } = await visit({}, [], directory);
    expect(code).toBe(0);
    expect(section('Configuration')).toEqual(
      expect.arrayContaining([
        'ok    Set: PORT, ADMIN_TOKEN.',
        'note  FAL_KYE in .env is read by nobody.',
        '      → If you meant FAL_KEY, rename it.',
        'note  PORT in .env does not count: the environment says something else.',
      ]),
    );
    expect(output).not.toMatch(/fal-key|admin-token|c2VjcmV0/);
    expect(readdirSync(directory)).toEqual(['.env']);
  });

  test('an .env that cannot be read counts for nothing', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, '.env'));
    const { code, section } = await visit({}, [], directory);
    expect(code).toBe(1);
    expect(section('Configuration')).toContain('FIX   .env cannot be read (EISDIR), so nothing in it counts.');
  });

  test('a data directory with a file in its way', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'data'), '');
    const { code, section } = await visit({}, [], directory);
    expect(code).toBe(1);
    expect(section('Configuration').join('\n')).toMatch(/^FIX {3}Data directory \S+: a file is in its way\.\n {6}→ /m);
  });
});

describe('a provider', () => {
  test('with a good key', async () => {
    const { environment } = await simulateFal();
    const { code, section } = await visit({ ...environment });
    expect(code).toBe(0);
    expect(section('Providers')[0]).toBe('ok    fal: The key is read.');
    expect(section('Providers').join('\n')).not.toMatch(/Sandbox|FAL_KEY/);
  });

  test('with a bad key', async () => {
    const { environment } = await simulateFal();
    const { code, output, section } = await visit({ ...environment, FAL_KEY: 'not:the-key-of-this-account' });
    expect(code).toBe(1);
    expect(section('Providers').slice(0, 2)).toEqual([
      expect.stringMatching(/^FIX {3}fal: does not accept the key\. .*Authentication is required/),
      expect.stringMatching(/^ {6}→ Copy the key from fal’s console into FAL_KEY/),
    ]);
    expect(output).not.toContain('the-key-of-this-account');
    expect(output).toContain('\n\nOne thing must be fixed.\n');
  });

  test('without credit', async () => {
    const simulation = await simulateFal();
    simulation.order('status', { fault: 'answer', reply: falErrors.noCredit });
    const { code, section } = await visit({ ...simulation.environment });
    expect(code).toBe(1);
    expect(section('Providers').slice(0, 2)).toEqual([
      expect.stringMatching(/^FIX {3}fal: the account is empty or locked\. .*Exhausted balance/),
      '      → Top up the account at fal.',
    ]);
  });

  test('that nobody answers for', async () => {
    const FAL_QUEUE_URL = `http://127.0.0.1:${await closedPort()}`;
    const { code, section } = await visit({ FAL_KEY: 'fal-key-0123456789', FAL_QUEUE_URL });
    expect(code).toBe(1);
    expect(section('Providers').slice(0, 2)).toEqual([
      expect.stringMatching(/^FIX {3}fal: no usable answer\. .*ECONNREFUSED$/),
      expect.stringMatching(/Is FAL_QUEUE_URL right\?$/),
    ]);
  });

  test('may throw back whatever it was told, in any form: no secret and no control character is printed', async () => {
    const secrets = {
      FAL_KEY: 'fal:key+with/signs=and-more-0123456789',
      ADMIN_TOKEN: 'admin-token-0123456789',
      SECRET_KEY: 'secret-key-0123456789abcdef',
    };
    const forms = Object.values(secrets).flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ]);
    const said = `\u001b[2J\u202e${forms.join(' ')}`;
    const url = await listen((_asked, answer) => {
      answer.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ detail: said }));
    });
    const password = 'database-password-0123456789';
    const env = {
      ...secrets,
      FAL_QUEUE_URL: url,
      PUBLIC_URL: url,
      PORT: new URL(url).port,
      DATABASE_URL: `postgres://bot:${password}@127.0.0.1:${await closedPort()}/bot`,
      REDIS_URL: `redis://:${password}@127.0.0.1:${await closedPort()}/0`,
    };
    for (const args of [[], ['--json']]) {
      const { code, output, errors } = await visit(env, args);
      expect(code).toBe(1);
      const written = output + errors;
      expect(written).toContain('[secret]');
      for (const form of [...forms, password]) expect(written).not.toContain(form);
      // Not even half of one, where the line was cut.
      expect(written).not.toMatch(/key\+with|admin-tok|secret-key-0|database-pass/);
      for (const steering of ['\u001b', '\u202e']) expect(written).not.toContain(steering);
    }
  });
});

describe('Discord', () => {
  test('is asked with the token, and the links to invite it stand there', async () => {
    const discord = await startFakeDiscord();
    try {
      const { code, output, section } = await visit({ DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl });
      expect(code).toBe(0);
      const lines = section('Discord').join('\n');
      expect(lines).toContain('ok    The token is good: bot hailuo of the application hailuo.');
      expect(lines).toContain(`client_id=${discord.applicationId}&scope=bot+applications.commands&permissions=`);
      expect(lines).toContain('note  Commands: not registered everywhere yet.');
      expect(output).not.toContain(discord.token);
    } finally {
      await discord.close();
    }
  });
});

describe('Slack', () => {
  test('is asked with both tokens, and no connection is taken', async () => {
    await using slack = await startFakeSlack({ team: { scopes: neededScopes.map(({ scope }) => scope) } });
    const { code, output, section } = await visit({
      SLACK_BOT_TOKEN: slack.team.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
    });
    expect(section('Slack')).toEqual([
      expect.stringMatching(/^ok {4}The token is good: bot \S+ in the workspace \S.*\.$/),
      expect.stringMatching(/^ok {4}Scopes: all \d+ that are needed\.$/),
      'ok    Socket Mode is on: Slack would open a connection.',
    ]);
    expect(code).toBe(0);
    expect(slack.connections).toEqual([]);
    for (const token of [slack.team.botToken, slack.appToken]) expect(output).not.toContain(token);
    expect(slack.problems).toEqual([]);
  });

  test('with less than it needs', async () => {
    await using slack = await startFakeSlack({ team: { scopes: ['commands', 'chat:write'] } });
    const { code, section } = await visit({
      SLACK_BOT_TOKEN: slack.team.botToken,
      SLACK_APP_TOKEN: 'xapp-of-somebody-else',
      SLACK_API_URL: slack.apiUrl,
    });
    expect(code).toBe(1);
    const lines = section('Slack').join('\n');
    expect(lines).toMatch(/^FIX {3}The app was installed without: .*\bfiles:read\b.*\n {6}→ .*slack:manifest/m);
    expect(lines).not.toContain('chat:write,');
    expect(lines).toContain('FIX   Slack does not accept SLACK_APP_TOKEN.');
  });
});

describe('Slack over HTTP', () => {
  test(
    'is asked at the address of the bot that runs, as Slack would ask it',
    async () => {
      await using slack = await startFakeSlack();
      const port = String(await closedPort());
      const env = {
        DATA_DIR: temporaryDirectory(),
        ADMIN_TOKEN: 'admin-token-0123456789',
        PORT: port,
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        SLACK_API_URL: slack.apiUrl,
        SLACK_SIGNING_SECRET: slack.signingSecret,
      };
      const one = { ...env, SLACK_BOT_TOKEN: slack.team.botToken };
      await using bot = await startBot({ env: one });
      expect((await visit(one)).section('Slack').at(-1)).toBe(
        'ok    PUBLIC_URL/slack/events answers what this SLACK_SIGNING_SECRET signs.',
      );
      const other = await visit({ ...one, SLACK_SIGNING_SECRET: 'signing-secret-of-another-app' });
      expect(other.code).toBe(1);
      expect(other.section('Slack').at(-2)).toBe(
        'FIX   The bot at PUBLIC_URL refuses what this SLACK_SIGNING_SECRET signs.',
      );
      expect(other.output).not.toContain('signing-secret-of-another-app');

      const many = await visit({ ...env, SLACK_CLIENT_ID: slack.clientId, SLACK_CLIENT_SECRET: slack.clientSecret });
      expect(many.section('Slack')).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^note {2}Who installed the app stands in the embedded database/),
          `ok    Install it: ${bot.url}/slack/install`,
        ]),
      );
      expect(many.output).not.toContain(slack.clientSecret);
      expect(slack.problems).toEqual([]);
    },
    mostMs,
  );
});

describe('the public address', () => {
  test('that leads nowhere', async () => {
    const { code, section } = await visit({ PUBLIC_URL: `http://127.0.0.1:${await closedPort()}` });
    expect(code).toBe(1);
    expect(section('Public address')[0]).toMatch(/^FIX {3}PUBLIC_URL does not answer: GET \S+ ECONNREFUSED$/);
  });

  test('that leads to somebody else', async () => {
    const url = await listen((_asked, answer) => void answer.end('It works!'));
    const { code, section } = await visit({ PUBLIC_URL: url });
    expect(code).toBe(1);
    expect(section('Public address')[0]).toBe('FIX   PUBLIC_URL does not reach a bot: /healthz answers 200.');
  });
});

describe('a running bot', () => {
  test(
    'is found by its directory and its port, and says how its providers stand',
    async () => {
      const data = temporaryDirectory();
      const simulation = await simulateFal();
      const env = { DATA_DIR: data, ADMIN_TOKEN: 'admin-token-0123456789' };
      await using bot = await startBot({ env: { ...env, ...simulation.environment } });
      const here = { ...env, PORT: new URL(bot.url).port };

      const well = await visit({ ...here, ...simulation.environment });
      expect(well).toMatchObject({ code: 0, errors: '' });
      expect(well.section('Database')).toEqual([
        expect.stringMatching(
          new RegExp(`^ok {4}Embedded database in \\S+: process ${bot.pid} \\(started .+\\) has it open`),
        ),
      ]);
      expect(well.section('The running bot')).toEqual([
        `ok    The bot at ${bot.url} is ready.`,
        expect.stringMatching(/^ok {4}fal: calls flow, 0 of 2 running, 0 waiting\.$/),
      ]);

      const known = await visit({ ...here, ...simulation.environment, PUBLIC_URL: bot.url });
      expect(known.section('Public address').join('\n')).toMatch(
        /^ok {4}PUBLIC_URL reaches a bot\.\nnote {2}PUBLIC_URL is not https/,
      );

      const unused = await visit({ ...here, PROVIDERS: 'sandbox' });
      expect(unused.code).toBe(1);
      expect(unused.section('The running bot')).toContain('FIX   It does not use Sandbox, which is set here.');

      const elsewhere = await visit({ ...env, ...simulation.environment, PORT: String(await closedPort()) });
      expect(elsewhere.code).toBe(0);
      expect(elsewhere.section('The running bot')[0]).toMatch(
        new RegExp(`^note {2}No bot answers at \\S+, yet process ${bot.pid} `),
      );
      expect(await bot.stop()).toEqual({ code: 0, signal: null });
    },
    mostMs,
  );

  test(
    'shows which provider it no longer asks',
    async () => {
      const simulation = await simulateFal();
      const env = { DATA_DIR: temporaryDirectory(), ...simulation.environment, FAL_KEY: 'not:the-key-of-this-account' };
      await using bot = await startBot({ env });
      await eventually(async () => {
        const answer = await fetch(`${bot.url}/providers.json`);
        return (await answer.text()).includes('bad-key') || new Error('the bot does not know yet');
      });
      const { code, output, section } = await visit({ ...env, PORT: new URL(bot.url).port });
      expect(code).toBe(1);
      expect(section('The running bot').join('\n')).toMatch(
        /^FIX {3}fal: no paid calls for now \(bad-key: .*Authentication.*\)\. Next try: .*\n {6}→ Set a good key/m,
      );
      expect(output).not.toContain('the-key-of-this-account');
    },
    mostMs,
  );

  test('is not what has the port', async () => {
    const url = await listen((_asked, answer) => void answer.end('It works!'));
    const { code, section } = await visit({ PORT: new URL(url).port });
    expect(code).toBe(1);
    expect(section('The running bot')[0]).toBe(
      `FIX   Another program has ${url} (/readyz answers 200), so the bot cannot start there.`,
    );
  });
});

describe('a PostgreSQL that does not answer', () => {
  test('must be fixed', async () => {
    const DATABASE_URL = `postgres://bot@127.0.0.1:${await closedPort()}/bot`;
    const { code, section } = await visit({ DATABASE_URL, SECRET_KEY: 'secret-key-0123456789abcdef' });
    expect(code).toBe(1);
    expect(section('Database')).toEqual([
      expect.stringMatching(/^FIX {3}PostgreSQL cannot be used: .*ECONNREFUSED/),
      expect.stringMatching(/^ {6}→ Nothing listens there/),
    ]);
  });
});

describeOn('PostgreSQL', services.postgres, 'PostgreSQL', () => {
  test('is looked at and left as it is', async () => {
    const database = await createTestDatabase();
    opened.push({ close: () => database.drop() });
    const env = { DATABASE_URL: database.url, SECRET_KEY: 'secret-key-0123456789abcdef' };

    const empty = await visit(env);
    expect(empty.code).toBe(0);
    expect(empty.section('Database')).toEqual([
      expect.stringMatching(/^ok {4}PostgreSQL \d+\S*.* answers\.$/),
      'note  It has no tables of the bot yet.',
      '      → The first start makes them.',
    ]);
    expect(empty.section('Queue')).toEqual(['ok    BullMQ on the database.']);
    const client = new pg.Client(database.url);
    await client.connect();
    const { rows } = await client.query(
      `select 1 from pg_class where relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
        and relkind = 'r'`,
    );
    expect(rows).toEqual([]);

    const made = await openDatabase({
      url: database.url,
      dataDirectory: null,
      migrations: platformMigrations,
      log: silentLog,
    });
    await made.close();
    expect((await visit(env)).section('Database').at(-1)).toBe('ok    Its tables are up to date.');

    await client.query(`insert into kysely_migration values ('core-9999-future', now()::text)`);
    const newer = await visit(env);
    expect(newer.code).toBe(1);
    expect(newer.section('Database').join('\n')).toContain('another version of the bot (core-9999-future)');
    await client.end();

    const url = new URL(database.url);
    url.pathname = '/hailuo_test_that_is_not_there';
    const absent = await visit({ ...env, DATABASE_URL: url.href });
    expect(absent.section('Database').at(-1)).toMatch(/Make that database/);
  });
});

describeOn('Redis', services.redis, 'Redis', (REDIS_URL) => {
  const rest = { DATABASE_URL: 'postgres://bot@127.0.0.1:1/bot', SECRET_KEY: 'secret-key-0123456789abcdef' };

  test('answers, and tells what it does when it is full', async () => {
    const client = new Redis(REDIS_URL);
    const told = /^maxmemory_policy:(\S+)/m.exec(await client.info('memory'))?.[1];
    client.disconnect();
    const { section } = await visit({ ...rest, REDIS_URL });
    expect(section('Queue')).toEqual(
      told === 'noeviction'
        ? [expect.stringMatching(/^ok {4}(?:Redis|Valkey) \d\S* answers\.$/), 'ok    maxmemory-policy is noeviction.']
        : expect.arrayContaining([expect.stringMatching(new RegExp(`^FIX {3}maxmemory-policy is ${told}`))]),
    );
  });

  test('that is not there must be fixed', async () => {
    const { code, section } = await visit({ ...rest, REDIS_URL: `redis://127.0.0.1:${await closedPort()}` });
    expect(code).toBe(1);
    expect(section('Queue')[0]).toMatch(/^FIX {3}Redis does not answer as it should: .*ECONNREFUSED/);
  });
});
