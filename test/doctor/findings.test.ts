/** What the doctor makes of what it saw. The program as a whole: test/doctor.test.ts. */
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, test } from 'vitest';
import { AnswerLostError, NotSentError } from '../../src/core/http.ts';
import { coreMigrations } from '../../src/core/migrations.ts';
import type { Inspection, VideoProvider } from '../../src/core/providers/provider.ts';
import { providers as known } from '../../src/core/providers/registry.ts';
import { createSecret } from '../../src/core/secret.ts';
import { judgeConfiguration } from '../../src/doctor/configuration.ts';
import { judgeDataDirectory } from '../../src/doctor/data-directory.ts';
import { type DatabaseSeen, judgeDatabase } from '../../src/doctor/database.ts';
import { judgeProviders, judgeUnused, lookAtProviders } from '../../src/doctor/providers.ts';
import { judgePublicAddress, type PublicAddressSeen } from '../../src/doctor/public-address.ts';
import { judgeQueue, type RedisSeen } from '../../src/doctor/queue.ts';
import { createQuote, passwordsIn, reasonOf } from '../../src/doctor/quote.ts';
import { countFixes, type Finding, fix, note, ok, renderText } from '../../src/doctor/report.ts';
import { judgeRunningBot, lookAtRunningBot, type ProviderView } from '../../src/doctor/running-bot.ts';
import { platformMigrations } from '../../src/platform-migrations.ts';

const quote = createQuote([]);
const lines = (findings: readonly Finding[]): string[] => findings.map(({ mark, text }) => `${mark} ${text}`);

describe('the report', () => {
  const sections = [{ title: 'Weather', findings: [ok('Sun.'), note('Wind.', 'Wait.'), fix('Rain.', 'Take a coat.')] }];

  test('is aligned, and says what to do below', () => {
    expect(renderText(sections, false)).toBe(
      'Weather\nok    Sun.\nnote  Wind.\n      → Wait.\nFIX   Rain.\n      → Take a coat.\n\nOne thing must be fixed.\n',
    );
    expect(countFixes(sections)).toBe(1);
    expect(renderText([], false)).toBe('Nothing must be fixed.\n');
  });

  test('is the same in colour', () => {
    const coloured = renderText(sections, true);
    expect(coloured).toContain('\u001b[32mok\u001b[39m    Sun.');
    expect(coloured).toContain('\u001b[31mFIX\u001b[39m   Rain.');
    expect(stripVTControlCharacters(coloured)).toBe(renderText(sections, false));
  });
});

describe('words from outside', () => {
  it.each([
    ['a secret', 'it said hunter22 twice: hunter22', 'it said [secret] twice: [secret]'],
    ['a secret at the cut', `${'x'.repeat(236)} hunter22`, `${'x'.repeat(236)} [s…`],
    ['steering', 'a\u001b[2Jb\r\nc\u202ed', 'a [2Jb c d'],
    ['a login in an address', 'at redis://bot:pw@host', 'at redis://bot:[secret]@host'],
  ])('%s', (_name, words, expected) => {
    expect(createQuote(['hunter22'])(words)).toBe(expected);
  });

  test('passwords are found in addresses', () => {
    expect(
      passwordsIn(['postgres://bot:p%40ss@db/x', undefined, 'redis+cluster://:word@a:1,b:2', 'redis://h']),
    ).toEqual(['p%40ss', 'p@ss', 'word', 'word']);
    expect(passwordsIn(['redis://:100%@h'])).toEqual(['100%', '100%']);
  });

  it.each([
    [new Error('no'), 'no'],
    [new AggregateError([new Error('refused here'), new Error('refused there')]), 'refused here'],
    [new TypeError(''), 'TypeError'],
    ['words', 'words'],
  ])('the reason of %s', (error, expected) => expect(reasonOf(error)).toBe(expected));
});

describe('the configuration', () => {
  const seen = { names: ['FAL_KEY', 'PORT'], before: {}, environment: {}, envFile: { state: 'none' } } as const;
  const roles = ['bots', 'worker', 'web'] as const;

  test('one role of three', () => {
    expect(judgeConfiguration({ roles: ['worker'] }, seen)[0]).toEqual(
      note('Roles: worker.', 'Other processes must do bots and web.'),
    );
  });

  it.each([
    ['as the environment says', '3000', '3000', 0],
    ['other than the environment says', '3000', '4000', 1],
    ['empty in the environment', '3000', '', 1],
    ['not in the environment', '3000', undefined, 0],
    ['empty here', '', '4000', 0],
  ])('a name in .env, %s', (_name, written, before, notes) => {
    const envFile = { state: 'read', values: { PORT: written } } as const;
    const found = lines(judgeConfiguration({ roles }, { ...seen, before: { PORT: before }, envFile }));
    expect(found.filter((line) => line.includes('does not count'))).toHaveLength(notes);
  });

  it.each([
    ['FALKEY', 1],
    ['fal_key', 1],
    ['POSTGRES_PASSWORD', 0],
    ['c2VjcmV0', 0],
    ['FAL_KEY', 0],
  ])('%s in .env', (name, notes) => {
    const envFile = { state: 'read', values: { [name]: 'value' } } as const;
    const found = lines(judgeConfiguration({ roles }, { ...seen, envFile }));
    expect(found.filter((line) => line.includes('read by nobody'))).toHaveLength(notes);
  });
});

describe('the data directory', () => {
  it.each([
    ['ready', 50e9, ['ok Data directory /d: can be written to.', 'ok 50.0 GB free there.']],
    [
      'to-be-made',
      5e9,
      [
        'ok Data directory /d: the first start will make it.',
        'note 5.0 GB free there; kept clips and pictures may take 20.0 GB in all.',
      ],
    ],
    ['ready', 0.4e9, ['ok Data directory /d: can be written to.', 'FIX Only 0.4 GB free there.']],
    ['ready', null, ['ok Data directory /d: can be written to.']],
    ['not-writable', 50e9, ['FIX Data directory /d: cannot be written to.']],
    ['no-directory', 50e9, ['FIX Data directory /d: a file is in its way.']],
  ] as const)('%s with %s bytes', (state, freeBytes, expected) => {
    expect(lines(judgeDataDirectory({ path: '/d', state, freeBytes }, { mediaMaxBytes: 20e9 }))).toEqual(expected);
  });
});

const postgres = {
  kind: 'postgres',
  version: '17.2',
  number: 170_002,
  isReadOnly: false,
  mayMakeTables: true,
  mayMakeSchemas: true,
  hasMigrations: true,
  hasQueue: true,
  migrations: Object.keys({ ...coreMigrations, ...platformMigrations }),
} as const satisfies DatabaseSeen;
const embedded = { kind: 'embedded', directory: '/d/database', isMade: true, holder: null } as const;

describe('the database', () => {
  it.each([
    ['embedded', embedded, ['ok Embedded database in /d/database: there, and no process has it open.']],
    ['all is well', postgres, ['ok PostgreSQL 17.2 answers.', 'ok Its tables are up to date.']],
    [
      'an older version of the bot',
      { ...postgres, migrations: postgres.migrations.slice(0, -1) },
      ['ok PostgreSQL 17.2 answers.', `note Its tables lack ${postgres.migrations.at(-1)}.`],
    ],
    [
      'no right to make tables',
      { ...postgres, mayMakeTables: false, migrations: null },
      [
        'ok PostgreSQL 17.2 answers.',
        'FIX The user of DATABASE_URL may make no tables there.',
        'note It has no tables of the bot yet.',
      ],
    ],
    [
      'no right, and no need',
      { ...postgres, mayMakeTables: false },
      ['ok PostgreSQL 17.2 answers.', 'ok Its tables are up to date.'],
    ],
    [
      'a copy that only reads',
      { ...postgres, isReadOnly: true },
      ['ok PostgreSQL 17.2 answers.', 'FIX This server only reads.', 'ok Its tables are up to date.'],
    ],
    [
      'an old server',
      { ...postgres, version: '13.9', number: 130_009 },
      ['note PostgreSQL 13.9 answers; nothing before 15 is tested.', 'ok Its tables are up to date.'],
    ],
    [
      'no answer',
      { kind: 'unreached', reason: 'timeout expired', code: null },
      ['FIX PostgreSQL cannot be used: timeout expired'],
    ],
  ] as const)('%s', (_name, seen, expected) => expect(lines(judgeDatabase(seen, quote))).toEqual(expected));

  it.each([
    ['ECONNREFUSED', /start PostgreSQL/],
    ['ENOTFOUND', /name of the host/],
    ['28P01', /user and password/],
    ['3D000', /createdb/],
    ['53300', /max_connections/],
    ['XX000', /DATABASE_URL/],
  ])('what to do after %s', (code, expected) => {
    const [found] = judgeDatabase({ kind: 'unreached', reason: 'no', code }, quote);
    expect(found).toMatchObject({ mark: 'FIX', next: expect.stringMatching(expected) });
  });
});

describe('the queue', () => {
  const redis = (facts: Partial<Extract<RedisSeen, { kind: 'redis' }>['facts']>): RedisSeen => ({
    kind: 'redis',
    facts: { redis_version: '7.4.1', maxmemory_policy: 'noeviction', ...facts },
  });
  const fine = 'ok maxmemory-policy is noeviction.';

  it.each([
    [
      'embedded',
      null,
      embedded,
      ['ok Timers in the one process; they are set again from the database at every start.'],
    ],
    ['PostgreSQL', null, postgres, ['ok BullMQ on the database.']],
    ['schemas', null, { ...postgres, hasQueue: false }, ['ok BullMQ on the database.']],
    [
      'no schema',
      null,
      { ...postgres, hasQueue: false, mayMakeSchemas: false },
      ['FIX BullMQ on the database: its user may not make the schema `bullmq`.'],
    ],
    ['Redis', redis({}), postgres, ['ok Redis 7.4.1 answers.', fine]],
    [
      'Valkey',
      redis({ redis_version: '7.2.4', valkey_version: '8.1.0' }),
      postgres,
      ['ok Valkey 8.1.0 answers.', fine],
    ],
    ['old', redis({ redis_version: '6.0.16' }), postgres, ['note Redis 6.0.16 answers; BullMQ recommends 6.2.', fine]],
    [
      'ancient',
      redis({ redis_version: '4.0.9' }),
      postgres,
      ['FIX Redis 4.0.9 answers, which is too old for BullMQ.', fine],
    ],
    [
      'evicting',
      redis({ maxmemory_policy: 'allkeys-lru' }),
      postgres,
      ['ok Redis 7.4.1 answers.', 'FIX maxmemory-policy is allkeys-lru: a full server would drop alarms.'],
    ],
    [
      'silent',
      { kind: 'redis', facts: { redis_version: '7.4.1' } },
      postgres,
      ['ok Redis 7.4.1 answers.', 'note It does not tell its maxmemory-policy.'],
    ],
  ] as const)('%s', (_name, seen, database, expected) =>
    expect(lines(judgeQueue(seen, database, quote))).toEqual(expected),
  );
});

function providerThat(inspect?: () => Promise<Inspection>, more: Partial<VideoProvider> = {}): VideoProvider {
  return {
    id: 'fal',
    title: 'fal',
    pictures: [{ route: 'data-uri', maxBytes: 1e6, types: ['image/png'] }],
    paces: [],
    slots: 'unlimited',
    offer: () => ({ outcome: 'impossible', obstacle: { kind: 'all-away' } }),
    submit: () => expect.fail('the doctor paid'),
    poll: () => expect.fail('the doctor looked at a job'),
    ...(inspect && { inspect }),
    ...more,
  };
}

describe('the providers', () => {
  const examine = async (provider: VideoProvider, publicUrl = '', environment = {}) =>
    judgeProviders(await lookAtProviders([provider], known, environment), { publicUrl }, quote);
  const failing = (kind: 'bad-key' | 'no-credit' | 'rate-limited' | 'other') =>
    providerThat(async () => ({ findings: ['Balance: 0.'], failure: { kind, charged: 'no', detail: 'their words' } }));

  it.each([
    ['no-credit', /^FIX fal: the account is empty or locked\. their words/],
    ['bad-key', /^FIX fal: does not accept the key\. their words/],
    ['rate-limited', /^FIX fal: takes no job right now\. their words/],
    ['other', /^FIX fal: would take no job\. their words/],
  ] as const)('a failure: %s', async (kind, expected) => {
    expect(lines(await examine(failing(kind)))).toEqual(['note fal: Balance: 0.', expect.stringMatching(expected)]);
  });

  test('findings are lines, and not endlessly many', async () => {
    const many = Array.from({ length: 20 }, (_, index) => `finding ${index}`);
    expect(lines(await examine(providerThat(async () => ({ findings: ['One.', 'Two.'] }))))).toEqual([
      'ok fal: One.',
      'ok fal: Two.',
    ]);
    expect(lines(await examine(providerThat(async () => ({ findings: many })))).at(-1)).toBe(
      'ok fal: and 8 more findings.',
    );
    expect(lines(await examine(providerThat(async () => ({ findings: [] }))))).toEqual(['ok fal: answers.']);
  });

  test('no answer puts the addresses in doubt that the operator set', async () => {
    const away = providerThat(() => Promise.reject(new NotSentError('GET 127.0.0.1:9/x: ECONNREFUSED')));
    const [plain] = await examine(away);
    expect(plain).toMatchObject({ mark: 'FIX', text: 'fal: no usable answer. GET 127.0.0.1:9/x: ECONNREFUSED' });
    const [told] = await examine(away, '', { FAL_REST_URL: 'http://127.0.0.1:9' });
    expect(told).toMatchObject({ next: expect.stringMatching(/Is FAL_REST_URL right\?$/) });
    expect(plain).not.toMatchObject({ next: expect.stringContaining('FAL_REST_URL') });
  });

  test('one that cannot be asked', async () => {
    expect(lines(await examine(providerThat()))).toEqual([
      'note fal: FAL_KEY is set. Whether it is good cannot be asked for nothing; the first clip shows it.',
    ]);
  });

  it.each([
    ['only links, no address', [{ route: 'link', maxBytes: 1e6, types: ['image/png'] }], '', 'FIX'],
    ['only links', [{ route: 'link', maxBytes: 1e6, types: ['image/png'] }], 'https://bot.example.org', null],
    ['another way too', [{ route: 'data-uri', maxBytes: 1e6, types: ['image/png'] }], '', null],
    ['none at all', [], 'https://bot.example.org', 'note'],
  ] as const)('pictures: %s', async (_name, pictures, publicUrl, mark) => {
    const provider = providerThat(async () => ({ findings: ['Fine.'] }), { pictures });
    const found = (await examine(provider, publicUrl)).slice(1);
    expect(found.map((finding) => finding.mark)).toEqual(mark === null ? [] : [mark]);
    if (mark === 'FIX') {
      expect(found[0]?.text).toBe('fal: takes no picture without PUBLIC_URL: picture requests go to others.');
    }
  });

  test('those that are not in use', () => {
    const found = lines(judgeUnused([{ id: 'fal' }], known, { MINIMAX_API_KEY: 'set', FAL_KEY: 'set' }));
    expect(found[0]).toBe('note MINIMAX_API_KEY is set, but PROVIDERS leaves its provider out.');
    expect(found[1]).toMatch(/^note Without a key: (?!.*(?:MINIMAX_API_KEY|FAL_KEY)).*TOAPIS_API_KEY/);
    expect(judgeUnused(known, known, {})).toEqual([]);
  });
});

describe('the public address', () => {
  const told = { publicUrl: 'https://bot.example.org', adminToken: createSecret('token-0123456789') };
  const other = (status: number, location?: string): PublicAddressSeen => ({
    kind: 'other',
    status,
    ...(location !== undefined && { location }),
  });

  it.each([
    ['a bot', { kind: 'bot' }, true, 'ok PUBLIC_URL reaches a bot.'],
    ['no bot behind the proxy', other(502), false, 'note PUBLIC_URL reaches a proxy that finds no bot (502).'],
    ['the proxy misses the bot', other(502), true, 'FIX PUBLIC_URL does not reach a bot: /healthz answers 502.'],
    [
      'a redirect',
      other(301, 'https://a.example.org/?token=x1'),
      true,
      'FIX PUBLIC_URL leads on to https://a.example.org/?token=[secret].',
    ],
    ['somebody else', other(200), false, 'FIX PUBLIC_URL does not reach a bot: /healthz answers 200.'],
    ['nobody', { kind: 'unreached', reason: 'ENOTFOUND' }, true, 'FIX PUBLIC_URL does not answer: ENOTFOUND'],
  ] as const)('%s', (_name, seen, isBotHere, expected) => {
    expect(lines(judgePublicAddress(seen, told, isBotHere, quote))).toEqual([expected]);
  });

  test('in the open, and without a token', () => {
    const open = { publicUrl: 'http://bot.example.org', adminToken: undefined };
    expect(lines(judgePublicAddress({ kind: 'bot' }, open, true, quote)).slice(1)).toEqual([
      'note PUBLIC_URL is not https: links and call-backs can be read on the way.',
      'note PUBLIC_URL without ADMIN_TOKEN: the chat page and /metrics open for nobody.',
    ]);
  });
});

describe('the running bot', () => {
  const url = 'http://127.0.0.1:3000';
  const side = { state: 'closed', cause: null, reason: null, nextTry: null };
  const view: ProviderView = { id: 'fal', title: 'fal', submit: side, look: side, slots: null, running: 1, waiting: 2 };
  const bot = { kind: 'bot', url, missing: {}, providers: { kind: 'told', views: [view] } } as const;
  const told = { providers: [{ id: 'fal', title: 'fal' }], holder: null };
  const open = {
    state: 'open',
    cause: 'no-credit',
    reason: 'the account is empty',
    nextTry: '2026-11-21T12:00:00.000Z',
  };
  const ready = `ok The bot at ${url} is ready.`;

  it.each([
    ['ready', bot, [ready, 'ok fal: calls flow, 1 running, 2 waiting.']],
    [
      'not ready',
      { ...bot, missing: { queue: 'no answer' } },
      [`FIX The bot at ${url} is not ready: queue: no answer`, 'ok fal: calls flow, 1 running, 2 waiting.'],
    ],
    [
      'open for paid calls',
      { ...bot, providers: { kind: 'told', views: [{ ...view, submit: open, slots: 4 }] } },
      [
        ready,
        'FIX fal: no paid calls for now (no-credit: the account is empty). Next try: 2026-11-21T12:00:00.000Z.',
        'note fal: 1 of 4 running, 2 waiting.',
      ],
    ],
    [
      'open for looks, without a reason',
      { ...bot, providers: { kind: 'told', views: [{ ...view, look: { state: 'open' } }] } },
      [ready, 'FIX fal: no looks for now (it does not say why).', 'note fal: 1 running, 2 waiting.'],
    ],
    [
      'asked to wait',
      { ...bot, providers: { kind: 'told', views: [{ ...view, submit: { ...side, nextTry: open.nextTry } }] } },
      [ready, 'note fal: asked us to wait until 2026-11-21T12:00:00.000Z; 1 running, 2 waiting.'],
    ],
    [
      'started before the key was set',
      { ...bot, providers: { kind: 'told', views: [] } },
      [ready, 'FIX It does not use fal, which is set here.'],
    ],
    [
      'refusing',
      { ...bot, providers: { kind: 'refused' } },
      [ready, 'note It does not tell us how its providers stand.'],
    ],
    ['too old', { ...bot, providers: { kind: 'untold' } }, [ready, 'note It does not tell how its providers stand.']],
    [
      'hanging',
      { kind: 'silent', url, reason: 'deadline passed' },
      [`FIX What has ${url} does not answer: deadline passed`],
    ],
    ['absent', { kind: 'nobody', url }, [`note No bot answers at ${url}.`]],
  ] as const)('%s', (_name, seen, expected) => expect(lines(judgeRunningBot(seen, told, quote))).toEqual(expected));

  const answerOf = (status: number, json: unknown) => ({ status, headers: {}, text: '', json });
  const here = { host: '::', port: 3000, adminToken: createSecret('token-0123456789') };

  test('is shown the token only once it has answered as a bot', async () => {
    const calls: string[] = [];
    const asked = await lookAtRunningBot(here, async (call) => {
      calls.push(`${call.url} ${call.headers?.authorization ?? 'no token'}`);
      return call.url.endsWith('/readyz')
        ? answerOf(200, { ready: true, missing: {} })
        : answerOf(404, { error: 'no' });
    });
    expect(asked).toEqual({ kind: 'bot', url: 'http://localhost:3000', missing: {}, providers: { kind: 'untold' } });
    expect(calls).toEqual([
      'http://localhost:3000/readyz no token',
      'http://localhost:3000/providers.json Bearer token-0123456789',
    ]);
    calls.length = 0;
    const stranger = await lookAtRunningBot(here, async (call) => {
      calls.push(call.url);
      return answerOf(200, { hello: 'world' });
    });
    expect(stranger).toMatchObject({ kind: 'stranger', detail: '/readyz answers 200' });
    expect(calls).toHaveLength(1);
  });

  test('may hang', async () => {
    const seen = await lookAtRunningBot(here, () => Promise.reject(new AnswerLostError('deadline passed')));
    expect(seen).toEqual({ kind: 'silent', url: 'http://localhost:3000', reason: 'deadline passed' });
  });

  it.each([
    ['IPv6', '::1', 'http://[::1]:3000'],
    ['everywhere', '0.0.0.0', 'http://localhost:3000'],
  ])('nobody at %s', async (_name, host, expected) => {
    const seen = await lookAtRunningBot({ ...here, host }, () => Promise.reject(new NotSentError('ECONNREFUSED')));
    expect(seen).toEqual({ kind: 'nobody', url: expected });
  });
});
