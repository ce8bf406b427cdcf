import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, type ProviderSlice, readConfig, settingNames } from '../../src/core/config.ts';
import { providers } from '../../src/core/providers/registry.ts';

const acme: ProviderSlice = {
  id: 'acme',
  keyName: 'ACME_KEY',
  environment: z.object({ ACME_KEY: z.string(), ACME_URL: z.url().default('https://acme.example') }),
};
const other: ProviderSlice = { id: 'other', keyName: 'OTHER_KEY', environment: z.object({ OTHER_KEY: z.string() }) };
const free: ProviderSlice = { id: 'free', environment: z.object({ FREE_SECONDS: z.coerce.number().default(12) }) };
const known = [acme, other, free];

type Environment = Readonly<Record<string, string>>;

function read(environment: Environment = {}) {
  return readConfig(environment, known);
}

function problemsOf(environment: Environment): readonly string[] {
  try {
    read(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('an empty environment is a whole configuration', () => {
  expect(read()).toEqual({
    databaseUrl: undefined,
    redisUrl: undefined,
    dataDirectory: './data',
    roles: ['bots', 'worker', 'web'],
    host: '127.0.0.1',
    port: 3000,
    publicUrl: '',
    secretKey: undefined,
    providers: [{ id: 'free', settings: { FREE_SECONDS: 12 } }],
    routing: 'order',
    discord: undefined,
    slack: undefined,
    reactionEmoji: '',
    limits: { clipsPerDay: 10, concurrent: 2, usdPerMonth: null },
    deadlineMs: 1_800_000,
    unknownHoldMs: 600_000,
    fetchAllowPrivate: [],
    mediaMaxAgeMs: 30 * 86_400_000,
    mediaMaxBytes: 20e9,
    adminToken: undefined,
    logLevel: 'info',
    logFormat: undefined,
    secrets: [],
  });
});

test('an empty value counts as unset, as a compose file leaves it', () => {
  expect(read({ PORT: '', DATABASE_URL: ' ', ACME_KEY: '', PROVIDERS: '', ROLES: '' })).toEqual(read());
});

test('every name is read', () => {
  const config = read({
    DATABASE_URL: 'postgres://root:word@db:5432/bot',
    REDIS_URL: 'redis+sentinel://a:26379,b/main/0',
    DATA_DIR: '/data',
    ROLES: 'worker, web',
    HOST: '0.0.0.0',
    PORT: '8080',
    PUBLIC_URL: 'https://clips.example.org/bot//',
    SECRET_KEY: 'sixteen letters, at the least',
    QUOTA_CLIPS_PER_DAY: 'Unlimited',
    QUOTA_CONCURRENT: '0',
    ROUTING: 'cheapest',
    QUOTA_USD_PER_MONTH: '12.5',
    JOB_DEADLINE_SECONDS: '60',
    UNKNOWN_HOLD_SECONDS: '0',
    FETCH_ALLOW_PRIVATE: 'localhost:80,10.0.0.1:8080',
    MEDIA_MAX_DAYS: '2',
    MEDIA_MAX_GB: '1',
    ADMIN_TOKEN: 'twelve letters',
    LOG_LEVEL: 'warn',
    LOG_FORMAT: 'pretty',
    DISCORD_TOKEN: 'discord token',
    DISCORD_API_URL: 'http://127.0.0.1:8080/api/',
    DISCORD_GUILD_IDS: '12345678901234567, 12345678901234568',
    REACTION_EMOJI: ' 🎥 ',
    SLACK_CLIENT_ID: '1.2',
    SLACK_CLIENT_SECRET: 'slack client secret',
    SLACK_APP_TOKEN: 'slack app token',
    SLACK_API_URL: 'http://127.0.0.1:8081/api',
    OTHER_KEY: 'the other key',
  });
  expect(config).toMatchObject({
    databaseUrl: 'postgres://root:word@db:5432/bot',
    redisUrl: 'redis+sentinel://a:26379,b/main/0',
    dataDirectory: '/data',
    roles: ['worker', 'web'],
    host: '0.0.0.0',
    port: 8080,
    publicUrl: 'https://clips.example.org/bot',
    routing: 'cheapest',
    limits: { clipsPerDay: null, concurrent: 0, usdPerMonth: 12_500_000 },
    deadlineMs: 60_000,
    unknownHoldMs: 0,
    fetchAllowPrivate: ['localhost:80', '10.0.0.1:8080'],
    mediaMaxAgeMs: 2 * 86_400_000,
    mediaMaxBytes: 1e9,
    logLevel: 'warn',
    logFormat: 'pretty',
    providers: [{ id: 'other', settings: { OTHER_KEY: 'the other key' } }],
    discord: { apiUrl: 'http://127.0.0.1:8080/api', guildIds: ['12345678901234567', '12345678901234568'] },
    reactionEmoji: '🎥',
    slack: {
      apiUrl: 'http://127.0.0.1:8081/api/',
      connection: { by: 'socket' },
      workspaces: { are: 'many', clientId: '1.2' },
    },
  });
  expect(config.secretKey?.reveal()).toBe('sixteen letters, at the least');
  expect(config.discord?.token.reveal()).toBe('discord token');
  expect(config.adminToken?.reveal()).toBe('twelve letters');
});

describe('what is wrong', () => {
  test.each([
    ['DATABASE_URL', 'mysql://host/name'],
    ['DATABASE_URL', 'not an address'],
    ['DISCORD_API_URL', 'my own api'],
    ['DISCORD_GUILD_IDS', 'my server'],
    ['SLACK_API_URL', 'my own slack'],
    ['REDIS_URL', 'http://host'],
    ['ROLES', 'worker,cook'],
    ['ROLES', ','],
    ['PORT', 'many'],
    ['PORT', '65536'],
    ['PORT', '1.5'],
    ['PUBLIC_URL', 'clips.example.org'],
    ['PUBLIC_URL', 'ftp://clips.example.org'],
    ['SECRET_KEY', 'fifteen letters'],
    ['QUOTA_CLIPS_PER_DAY', '-1'],
    ['QUOTA_CLIPS_PER_DAY', '1.5'],
    ['QUOTA_CONCURRENT', 'lots'],
    ['QUOTA_USD_PER_MONTH', 'ten dollars'],
    ['JOB_DEADLINE_SECONDS', '5'],
    ['UNKNOWN_HOLD_SECONDS', '-5'],
    ['FETCH_ALLOW_PRIVATE', 'http://localhost:80'],
    ['FETCH_ALLOW_PRIVATE', 'localhost'],
    ['MEDIA_MAX_DAYS', '0'],
    ['MEDIA_MAX_GB', 'none'],
    ['ADMIN_TOKEN', 'short token'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['PROVIDERS', 'nobody-knows-me'],
    ['FREE_SECONDS', 'a while'],
  ])('%s=%s is told by name, and not repeated', (name, value) => {
    const problems = problemsOf({
      [name]: value,
      ...(name === 'DATABASE_URL' && { SECRET_KEY: 'sixteen letters, at the least' }),
      ...(name === 'REDIS_URL' && { DATABASE_URL: 'postgres://h/n', SECRET_KEY: 'sixteen letters, at the least' }),
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: .+\\.$`));
    expect(problems[0]).not.toContain(value === ',' ? ',,' : value);
  });

  test('is told together, also what only goes wrong together', () => {
    const environment = {
      DATABASE_URL: 'postgres://root@db/bot',
      PORT: 'many',
      LOG_LEVEL: 'loud',
      PROVIDERS: 'acme,other,unheard-of',
      ACME_KEY: 'a key of acme',
      ACME_URL: 'no address',
    };
    const names = problemsOf(environment).map((problem) => problem.split(':')[0]);
    expect(names.toSorted()).toEqual(['ACME_URL', 'LOG_LEVEL', 'PORT', 'PROVIDERS', 'PROVIDERS', 'SECRET_KEY']);
    expect(() => read(environment)).toThrow(/^The configuration has 6 problems:\n- /);
    expect(() => read({ PORT: 'many' })).toThrow('The configuration has a problem:\n- PORT: must be a port number.');
  });

  test('an embedded database belongs to one process, however its roles are written', () => {
    const alone = /belongs to one process/;
    expect(problemsOf({ REDIS_URL: 'redis://host' })).toEqual([expect.stringMatching(alone)]);
    expect(problemsOf({ ROLES: 'worker' })).toEqual([expect.stringMatching(alone)]);
    expect(problemsOf({ ROLES: 'web,web,web' })).toEqual([expect.stringMatching(alone)]);
    expect(problemsOf({ ROLES: 'web,bots,worker' })).toEqual([]);
  });
});

describe('Slack', () => {
  const slack = (environment: Environment) => read(environment).slack;
  const bot = { SLACK_BOT_TOKEN: 'slack bot token' };
  const app = { SLACK_APP_TOKEN: 'slack app token' };
  const signing = { SLACK_SIGNING_SECRET: 'slack signing secret' };
  const client = { SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'slack client secret' };
  const reached = { PUBLIC_URL: 'https://clips.example.org' };

  test.each([
    ['one workspace by Socket Mode', { ...bot, ...app }, 'socket', 'one'],
    ['one workspace by HTTP', { ...bot, ...signing }, 'http', 'one'],
    ['the socket where both would do', { ...bot, ...app, ...signing }, 'socket', 'one'],
    ['many workspaces by HTTP', { ...client, ...signing, ...reached }, 'http', 'many'],
    ['many workspaces by Socket Mode', { ...client, ...app, ...reached }, 'socket', 'many'],
  ] as const)('is %s', (_name, environment, by, are) => {
    expect(slack(environment)).toMatchObject({
      apiUrl: 'https://slack.com/api/',
      connection: { by },
      workspaces: { are },
    });
  });

  test('is off where nothing of it is set; an address alone switches nothing on', () => {
    expect(slack({})).toBeUndefined();
    expect(slack({ SLACK_API_URL: 'http://127.0.0.1:4001/api', SLACK_BOT_TOKEN: '  ' })).toBeUndefined();
  });

  test.each([['http://127.0.0.1:4001/api'], ['http://127.0.0.1:4001/api/'], ['http://127.0.0.1:4001/api///']])(
    '%s ends in one slash, as its library wants it',
    (SLACK_API_URL) => {
      expect(slack({ ...bot, ...app, SLACK_API_URL })?.apiUrl).toBe('http://127.0.0.1:4001/api/');
    },
  );

  test.each([
    ['a bot token without a connection', bot, ['SLACK_APP_TOKEN: is missing.']],
    ['an app token without a workspace', app, ['SLACK_BOT_TOKEN: is missing.']],
    ['a signing secret without a workspace', signing, ['SLACK_BOT_TOKEN: is missing.']],
    ['one workspace and many', { ...bot, ...app, ...client, ...reached }, ['SLACK_BOT_TOKEN: is for one workspace,']],
    [
      'half of a client',
      { ...app, ...reached, SLACK_CLIENT_ID: '1.2' },
      ['SLACK_CLIENT_ID, SLACK_CLIENT_SECRET: need'],
    ],
    ['many workspaces with nowhere to come back to', { ...app, ...client }, ['SLACK_CLIENT_ID: needs PUBLIC_URL']],
    ['many workspaces without a connection', { ...client, ...reached }, ['SLACK_APP_TOKEN: is missing.']],
    [
      'everything at once',
      { ...bot, SLACK_CLIENT_SECRET: 'slack client secret' },
      [
        'SLACK_BOT_TOKEN: is for one',
        'SLACK_CLIENT_ID, SLACK_CLIENT_SECRET: need',
        'SLACK_CLIENT_ID: needs PUBLIC_URL',
        'SLACK_APP_TOKEN: is missing.',
      ],
    ],
  ])('%s is told by name, and not repeated', (_name, environment, beginnings) => {
    const problems = problemsOf(environment);
    expect(problems).toEqual(beginnings.map((beginning) => expect.stringContaining(beginning)));
    for (const value of Object.values(environment)) expect(problems.join(' ')).not.toContain(value);
  });

  test('keeps its secrets out of the log', () => {
    const { secrets } = read({ ...client, ...app, ...signing, ...reached });
    expect(secrets.toSorted()).toEqual(['slack app token', 'slack client secret', 'slack signing secret']);
  });
});

describe('providers', () => {
  test('are those with a key, in the table’s order; the free one when there is none', () => {
    const ids = (environment: Environment) => read(environment).providers.map(({ id }) => id);
    expect(ids({})).toEqual(['free']);
    expect(ids({ OTHER_KEY: 'key of other' })).toEqual(['other']);
    expect(ids({ OTHER_KEY: 'key of other', ACME_KEY: 'key of acme' })).toEqual(['acme', 'other']);
    expect(ids({ OTHER_KEY: 'key of other', ACME_KEY: 'key of acme', PROVIDERS: 'other, free' })).toEqual([
      'other',
      'free',
    ]);
    expect(ids({ PROVIDERS: 'free,free' })).toEqual(['free']);
    expect(ids({ PROVIDERS: ' , ' })).toEqual(['free']);
  });

  test('that are named need their key', () => {
    expect(problemsOf({ PROVIDERS: 'acme' })).toEqual(['PROVIDERS: `acme` is named, so ACME_KEY must be set too.']);
  });

  test('of this version all read their own slice', () => {
    const environment = Object.fromEntries(
      providers.flatMap(({ keyName }) => (keyName ? [[keyName, 'some key']] : [])),
    );
    const withKey = providers.filter(({ keyName }) => keyName !== undefined).map(({ id }) => id);
    expect(readConfig(environment, providers).providers.map(({ id }) => id)).toEqual(withKey);
    expect(readConfig({}, providers).providers.map(({ id }) => id)).toEqual(['sandbox']);
  });
});

test('whatever is called like a secret is struck out of the log, known here or not', () => {
  const { secrets } = read({
    ACME_KEY: 'acme key value',
    SOMEBODYS_PASSWORD: 'password value',
    TOAPIS_WEBHOOK_SECRET: 'webhook value',
    ADMIN_TOKEN: 'admin token value',
    LOG_LEVEL: 'info',
  });
  expect(secrets.toSorted()).toEqual(['acme key value', 'admin token value', 'password value', 'webhook value']);
});

test('every name that is read is told once, those of providers too', () => {
  const names = settingNames([...known, acme]);
  expect(names).toEqual(expect.arrayContaining(['DATABASE_URL', 'LOG_FORMAT', 'ACME_KEY', 'ACME_URL', 'FREE_SECONDS']));
  expect(new Set(names).size).toBe(names.length);
});
