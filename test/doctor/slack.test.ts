/** What the doctor makes of a Slack app that is set up well, and of each thing that can be set up badly. */
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTPReceiver } from '@slack/bolt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { neededScopes } from '../../src/bots/slack/needed-scopes.ts';
import { createSealing } from '../../src/bots/slack/sealing.ts';
import { toSlackLogger } from '../../src/bots/slack/slack-clients.ts';
import { slackMigrations } from '../../src/bots/slack/slack-migrations.ts';
import type { SlackDatabase } from '../../src/bots/slack/slack-tables.ts';
import type { SlackConfig } from '../../src/core/config.ts';
import { openDatabase } from '../../src/core/database.ts';
import { createHttp } from '../../src/core/http.ts';
import { silentLog } from '../../src/core/log.ts';
import { createSecret } from '../../src/core/secret.ts';
import { createQuote } from '../../src/doctor/quote.ts';
import type { Finding } from '../../src/doctor/report.ts';
import { judgeSlack, lookAtSlack } from '../../src/doctor/slack.ts';
import { createTestDatabase, describeOn, findServices } from '../support/services.ts';

const services = await findServices();
const signingSecret = 'signing-secret-0123456789';
const secretKey = createSecret('secret-key-0123456789abcdef');
const everyScope = neededScopes.map(({ scope }) => scope);

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Api {
  readonly url: string;
  readonly asked: { readonly method: string; readonly headers: IncomingHttpHeaders }[];
}

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Slack's Web API as far as the doctor asks it: one answer for each method, all well unless said otherwise. */
async function serveApi(answers: Readonly<Record<string, Answer>> = {}): Promise<Api> {
  const usual: Record<string, Answer> = {
    'auth.test': {
      headers: { 'x-oauth-scopes': everyScope.join(',') },
      body: { ok: true, team: 'Acme', user: 'hailuo', bot_id: 'B1', is_enterprise_install: false },
    },
    'apps.connections.open': { body: { ok: true, url: 'wss://127.0.0.1/link' } },
  };
  const asked: Api['asked'] = [];
  const url = await listen((request, response) => {
    const method = request.url?.split('/').at(-1) ?? '';
    asked.push({ method, headers: request.headers });
    request.resume();
    const {
      status = 200,
      headers = {},
      body = { ok: false, error: 'unknown_method' },
    } = {
      ...usual[method],
      ...answers[method],
    };
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  });
  return { url: `${url}/api/`, asked };
}

const refused = (error: string): Answer => ({ body: { ok: false, error } });

interface Settings {
  readonly apiUrl?: string;
  readonly publicUrl?: string;
  readonly databaseUrl?: string;
  readonly token?: string;
  readonly connection?: 'socket' | 'http';
  readonly workspaces?: 'one' | 'many';
  readonly isBotHere?: boolean;
}

async function examine(settings: Settings): Promise<Finding[]> {
  const { apiUrl = 'http://127.0.0.1:9/api/', publicUrl = '', databaseUrl, token = 'xoxb-token-0123456789' } = settings;
  const slack: SlackConfig = {
    apiUrl,
    connection:
      settings.connection === 'http'
        ? { by: 'http', signingSecret: createSecret(signingSecret) }
        : { by: 'socket', appToken: createSecret('xapp-token-0123456789') },
    workspaces:
      settings.workspaces === 'many'
        ? { are: 'many', clientId: '1.2', clientSecret: createSecret('client-secret-0123456789') }
        : { are: 'one', token: createSecret(token) },
  };
  const seen = await lookAtSlack({ slack, publicUrl, databaseUrl, secretKey }, createHttp(), new Date());
  if (seen === null) throw new Error('Slack is on here.');
  const quote = createQuote([token, 'xapp-token-0123456789', signingSecret]);
  return judgeSlack(seen, { publicUrl }, settings.isBotHere ?? false, quote);
}

const lines = (findings: readonly Finding[]): string[] => findings.map(({ mark, text }) => `${mark} ${text}`);

test('all is well: every line is ok, two calls with a token each, and no connection taken', async () => {
  const api = await serveApi();
  expect(lines(await examine({ apiUrl: api.url }))).toEqual([
    'ok The token is good: bot hailuo in the workspace Acme.',
    `ok Scopes: all ${everyScope.length} that are needed.`,
    'ok Socket Mode is on: Slack would open a connection.',
  ]);
  const called = api.asked.map(({ method, headers }) => `${method} ${headers.authorization}`);
  expect(called.toSorted()).toEqual([
    'apps.connections.open Bearer xapp-token-0123456789',
    'auth.test Bearer xoxb-token-0123456789',
  ]);
});

test('switched off, nothing is asked', async () => {
  const seen = await lookAtSlack(
    { slack: undefined, publicUrl: '', databaseUrl: undefined, secretKey: undefined },
    () => Promise.reject(new Error('nothing is to be called')),
    new Date(),
  );
  expect(seen).toBeNull();
});

describe('the bot token', () => {
  test.each([
    ['invalid_auth', 'Slack does not accept SLACK_BOT_TOKEN.'],
    ['token_revoked', 'Slack does not accept SLACK_BOT_TOKEN.'],
    ['account_inactive', 'Slack does not accept SLACK_BOT_TOKEN.'],
    ['not_allowed_token_type', 'SLACK_BOT_TOKEN is not the token of a bot.'],
    ['internal_error', 'Slack gives no usable answer: it says internal_error'],
  ])('%s', async (error, text) => {
    const { url } = await serveApi({ 'auth.test': refused(error) });
    expect((await examine({ apiUrl: url }))[0]).toEqual({ mark: 'FIX', text, next: expect.any(String) });
  });

  test('of a person, or of the app itself', async () => {
    const { url } = await serveApi({ 'auth.test': { body: { ok: true, team: 'Acme', user: 'ann' } } });
    expect(lines(await examine({ apiUrl: url }))[0]).toBe('FIX SLACK_BOT_TOKEN is not the token of a bot.');
  });

  test('of a whole organisation', async () => {
    const body = { ok: true, team: 'Acme\u001b[31m Group', user: 'hailuo', bot_id: 'B1', is_enterprise_install: true };
    const { url } = await serveApi({ 'auth.test': { body } });
    expect(lines(await examine({ apiUrl: url }))[0]).toBe(
      'ok The token is good: bot hailuo in the organisation Acme [31m Group.',
    );
  });
});

describe('its scopes', () => {
  test('those that are missing are named, with how to add them', async () => {
    const [first, second, ...rest] = everyScope;
    const { url } = await serveApi({ 'auth.test': { headers: { 'x-oauth-scopes': rest.join(', ') } } });
    expect((await examine({ apiUrl: url }))[1]).toEqual({
      mark: 'FIX',
      text: `The app was installed without: ${first}, ${second}.`,
      next: expect.stringContaining('npm run slack:manifest'),
    });
  });

  test('more than are needed are a note', async () => {
    const headers = { 'x-oauth-scopes': [...everyScope, 'admin', 'chat:write.public'].join(',') };
    const { url } = await serveApi({ 'auth.test': { headers } });
    expect(lines(await examine({ apiUrl: url }))).toContain(
      'note The app may do more than this bot does: admin, chat:write.public.',
    );
  });

  test('none granted: all of them are missing', async () => {
    const { url } = await serveApi({ 'auth.test': { headers: { 'x-oauth-scopes': '' } } });
    const found = lines(await examine({ apiUrl: url }));
    expect(found[1]).toBe(`FIX The app was installed without: ${everyScope.join(', ')}.`);
    expect(found.join()).not.toContain('may do more');
  });

  test('that nobody tells are a note', async () => {
    const body = { ok: true, team: 'Acme', user: 'hailuo', bot_id: 'B1' };
    const url = await listen((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    expect(lines(await examine({ apiUrl: `${url}/api/` }))[1]).toBe(
      'note Slack does not say which scopes the token has.',
    );
  });
});

describe('the app token', () => {
  test.each([
    ['invalid_auth', 'Slack does not accept SLACK_APP_TOKEN.', 'connections:write'],
    [
      'not_allowed_token_type',
      'SLACK_APP_TOKEN is not an app-level token: one starts with xapp-.',
      'connections:write',
    ],
    ['missing_scope', 'SLACK_APP_TOKEN lacks the scope connections:write.', 'App-Level Tokens'],
    ['socket_mode_off', 'Slack opens no connection: it says socket_mode_off.', 'under Socket Mode, switch it on'],
    ['fatal_error', 'Slack gives no usable answer: it says fatal_error', 'SLACK_API_URL'],
  ])('%s', async (error, text, next) => {
    const { url } = await serveApi({ 'apps.connections.open': refused(error) });
    expect((await examine({ apiUrl: url })).at(-1)).toEqual({
      mark: 'FIX',
      text,
      next: expect.stringContaining(next),
    });
  });

  test('when Slack has been asked too often', async () => {
    const { url } = await serveApi({
      'apps.connections.open': { status: 429, headers: { 'retry-after': '30' }, body: { ok: false } },
    });
    expect(lines(await examine({ apiUrl: url })).at(-1)).toBe(
      'FIX Slack gives no usable answer: too many calls; again in 30 s',
    );
  });
});

describe('no Slack', () => {
  test.each([
    ['a page', { body: '<!doctype html><title>Welcome</title>' }, 'what answered does not speak like Slack'],
    ['another service', { body: { hello: 'world' } }, 'what answered does not speak like Slack'],
    ['a proxy that finds nobody', { status: 502, body: 'Bad gateway' }, 'statusCode = 502'],
  ])('%s at its address', async (_name, answer, text) => {
    const { url } = await serveApi({ 'auth.test': answer, 'apps.connections.open': answer });
    const fault = { mark: 'FIX', text: expect.stringContaining(text), next: expect.stringContaining('SLACK_API_URL') };
    expect(await examine({ apiUrl: url })).toEqual([fault, fault]);
  });

  test('nobody at its address', async () => {
    const [finding] = await examine({ apiUrl: 'http://127.0.0.1:9/api/' });
    expect(finding).toMatchObject({
      mark: 'FIX',
      text: expect.stringMatching(/^Slack gives no usable answer: .+/),
      next: expect.stringContaining('SLACK_API_URL'),
    });
  });

  test('a token that no header can carry is not printed', async () => {
    const { url } = await serveApi();
    const token = 'xoxb-tökén-0123456789\u2028';
    expect(JSON.stringify(await examine({ apiUrl: url, token }))).not.toContain('0123456789');
  });
});

describe('the address that Slack calls', () => {
  const eventsLine = async (settings: Settings): Promise<Finding | undefined> => {
    const { url } = await serveApi();
    return (await examine({ apiUrl: url, connection: 'http', ...settings })).at(-1);
  };

  test.each([
    [
      'the same secret',
      signingSecret,
      { mark: 'ok', text: expect.stringContaining('PUBLIC_URL/slack/events answers') },
    ],
    ['another secret', 'another-secret', { mark: 'FIX', next: expect.stringContaining('clocks') }],
  ])('is asked as Slack asks, and Bolt itself judges: %s', async (_name, secret, expected) => {
    const receiver = new HTTPReceiver({ signingSecret: secret, logger: toSlackLogger(silentLog) });
    const paths: unknown[] = [];
    const publicUrl = await listen((request, response) => {
      paths.push(`${request.method} ${request.url}`);
      receiver.requestListener(request, response);
    });
    expect(await eventsLine({ publicUrl })).toMatchObject(expected);
    expect(paths).toEqual(['POST /slack/events']);
  });

  test.each([
    [404, {}, false, 'FIX PUBLIC_URL/slack/events does not answer as Slack wants it: 404.'],
    [
      200,
      { challenge: 'of somebody else' },
      true,
      'FIX PUBLIC_URL/slack/events does not answer as Slack wants it: 200.',
    ],
    [502, {}, true, 'FIX PUBLIC_URL/slack/events does not answer as Slack wants it: 502.'],
    [502, {}, false, 'note PUBLIC_URL/slack/events reaches a proxy that finds no bot (502).'],
  ])('%i', async (status, body, isBotHere, expected) => {
    const publicUrl = await listen((request, response) => {
      request.resume();
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const finding = await eventsLine({ publicUrl, isBotHere });
    expect(finding === undefined ? [] : lines([finding])).toEqual([expected]);
  });

  test('leads nowhere', async () => {
    expect(await eventsLine({ publicUrl: 'http://127.0.0.1:9' })).toMatchObject({
      mark: 'FIX',
      text: expect.stringMatching(/^PUBLIC_URL\/slack\/events does not answer: ./),
    });
  });

  test('is not known', async () => {
    expect(await eventsLine({})).toMatchObject({
      mark: 'FIX',
      text: expect.stringContaining('No PUBLIC_URL'),
      next: expect.stringContaining('SLACK_APP_TOKEN'),
    });
  });
});

describe('many workspaces', () => {
  test('on the embedded database: the address is there, the list belongs to the bot', async () => {
    const api = await serveApi();
    const publicUrl = 'https://clips.example.org';
    expect(lines(await examine({ apiUrl: api.url, workspaces: 'many', publicUrl }))).toEqual([
      'note Who installed the app stands in the embedded database, which only the bot opens.',
      'ok Install it: https://clips.example.org/slack/install',
      'ok Socket Mode is on: Slack would open a connection.',
    ]);
    expect(api.asked.map(({ method }) => method)).toEqual(['apps.connections.open']);
  });

  test('a database that does not answer, and a page that nobody can use', async () => {
    const { url } = await serveApi();
    const databaseUrl = 'postgres://bot:password-0123456789@127.0.0.1:9/bot';
    const found = lines(
      await examine({ apiUrl: url, workspaces: 'many', publicUrl: 'http://clips.example.org', databaseUrl }),
    );
    expect(found).toEqual([
      expect.stringMatching(/^note Who installed the app cannot be seen: ./),
      'ok Install it: http://clips.example.org/slack/install',
      expect.stringMatching(/^note PUBLIC_URL is not https/),
      expect.stringContaining('Socket Mode is on'),
    ]);
    expect(found.join()).not.toContain('password');
  });
});

describeOn('PostgreSQL', services.postgres, 'many workspaces on PostgreSQL', () => {
  async function openLedger(migrations: typeof slackMigrations) {
    const own = await createTestDatabase();
    const opened = await openDatabase({ url: own.url, dataDirectory: null, migrations, log: silentLog });
    onTestFinished(async () => {
      await opened.close();
      await own.drop();
    });
    return { url: own.url, database: opened.database as unknown as SlackDatabase };
  }

  const { seal } = createSealing(secretKey.reveal());
  const token = { token: 'xoxb-token-of-a-workspace', refreshToken: null };

  const installed = (id: string, name: string, scopes: readonly string[]) => ({
    id,
    team: id.startsWith('E') ? null : id,
    enterprise: id === 'T0' ? 'E9' : id.startsWith('E') ? id : null,
    name,
    app: 'A1',
    bot: 'B1',
    bot_user: 'U1',
    sealed: seal(id, token),
    expires_at: null,
    scopes: [...scopes],
    installed_by: null,
    installed_at: new Date(),
    updated_at: new Date(),
  });

  async function listed(databaseUrl: string): Promise<string[]> {
    const api = await serveApi();
    const publicUrl = 'https://clips.example.org';
    return lines(await examine({ apiUrl: api.url, workspaces: 'many', publicUrl, databaseUrl }));
  }

  test('a ledger that Slack has never been in', async () => {
    const { url } = await openLedger({});
    expect((await listed(url))[0]).toBe('note Nobody has installed the app yet.');
  });

  test('those that lack a scope are named, five at most, and no token', async () => {
    const { url, database } = await openLedger(slackMigrations);
    expect((await listed(url))[0]).toBe('note Nobody has installed the app yet.');
    const few = everyScope.slice(1);
    await database
      .insertInto('slack_installations')
      .values([
        installed('T0', 'Whole', everyScope),
        installed('E1', 'Group', everyScope),
        ...Array.from({ length: 7 }, (_, index) => installed(`T${index + 2}`, `Team ${index}\u001b[31m`, few)),
      ])
      .execute();
    const found = await listed(url);
    expect(found[0]).toBe('ok Installed in 8 workspaces and 1 organisation.');
    expect(found.slice(1, 6)).toEqual(
      [0, 1, 2, 3, 4].map((index) => `note In Team ${index} [31m the app was installed without: ${everyScope[0]}.`),
    );
    expect(found[6]).toBe('note And 2 more lack some scope.');
    expect(found.join()).not.toMatch(/xoxb|v1\./);
  });

  test('tokens that were sealed under another key are counted', async () => {
    const { url, database } = await openLedger(slackMigrations);
    const { seal: otherwise } = createSealing('another-key-0123456789');
    await database
      .insertInto('slack_installations')
      .values([
        installed('T1', 'One', everyScope),
        { ...installed('T2', 'Two', everyScope), sealed: otherwise('T2', token) },
      ])
      .execute();
    const found = await listed(url);
    expect(found.slice(0, 2)).toEqual([
      'ok Installed in 2 workspaces and 0 organisations.',
      'FIX 1 of 2 tokens were sealed under another SECRET_KEY, so nothing can be said there.',
    ]);
    expect(found.join()).not.toContain('xoxb');
  });
});
