import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog, type LogFields, type LogSettings } from '../../src/core/log.ts';

const secret = 'sk-live-"q\\uoted"/+ & =é';
const plainSecret = 'xoxb-123456789-abcdefghij';

function listen(settings: Partial<LogSettings> = {}) {
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    secrets: [secret, plainSecret],
    write: (line) => lines.push(line),
    ...settings,
  });
  return { log, lines };
}

/** What one event with these fields comes out as. */
function written(fields: LogFields, settings: Partial<LogSettings> = {}): string {
  const { log, lines } = listen(settings);
  log.info('test.happened', fields);
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('one line for one event', () => {
  it('is JSON with the time, the level, the event and the fields', () => {
    const line = written({ job: 'j1', looks: 3 }, { base: { role: 'worker' } });
    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      event: 'test.happened',
      role: 'worker',
      job: 'j1',
      looks: 3,
    });
  });

  it('however many lines, odd characters and secrets a value has', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (fields, note) => {
        const line = written({ fields, note: `${note}\n${secret}\r\n` });
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(() => JSON.parse(line)).not.toThrow();
      }),
    );
  });

  it('what JSON cannot hold does not break it', () => {
    const round: Record<string, unknown> = { name: 'round' };
    round.self = round;
    const line = written({ big: 12n, round, nothing: undefined, symbol: Symbol('s') });
    expect(JSON.parse(line)).toMatchObject({ event: 'test.happened', big: 12 });
  });

  it('levels below the chosen one are not written, and `silent` writes nothing', () => {
    for (const [level, expected] of [
      ['debug', ['debug', 'info', 'warn', 'error']],
      ['warn', ['warn', 'error']],
      ['silent', []],
    ] as const) {
      const { log, lines } = listen({ level });
      for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each]('test.happened');
      expect(lines.map((line) => JSON.parse(line).level)).toEqual(expected);
    }
  });
});

describe('secrets', () => {
  it.each([
    ['as they are', { value: plainSecret }],
    ['within something else', { header: `Authorization: Bearer ${plainSecret}.` }],
    ['with characters that JSON escapes', { value: secret }],
    ['as a JSON text inside a text', { body: JSON.stringify({ key: secret }) }],
    ['as a JSON text inside a JSON text', { body: JSON.stringify({ inner: JSON.stringify({ key: secret }) }) }],
    ['in an address', { url: `https://x.example/a?b=${encodeURIComponent(secret)}` }],
    ['in a path', { url: new URL(`https://x.example/${encodeURIComponent(secret)}/x`).href }],
    ['in a form', { body: new URLSearchParams({ key: secret }).toString() }],
    [
      'with lower-case percent signs',
      { url: encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()) },
    ],
    ['in a base64 header', { header: `Basic ${Buffer.from(secret).toString('base64')}` }],
    ['in a base64 header after a name', { header: Buffer.from(`bot:${plainSecret}`).toString('base64') }],
    ['in a base64 header after a longer name', { header: Buffer.from(`bots:${plainSecret}:x`).toString('base64url') }],
    ['in hexadecimal', { value: Buffer.from(plainSecret).toString('hex') }],
    ['as the name of a field', { [plainSecret]: 1 }],
    ['deep inside', { a: [{ b: { c: [plainSecret, { d: secret }] } }] }],
  ])('are struck out %s', (_name, fields) => {
    const line = written(fields);
    expect(line).toContain('[secret]');
    for (const one of [secret, plainSecret]) {
      for (const form of [one, encodeURIComponent(one), JSON.stringify(one).slice(1, -1)]) {
        expect(line).not.toContain(form);
      }
      expect(line).not.toContain(Buffer.from(one).toString('base64').slice(4, 20));
      expect(line).not.toContain(Buffer.from(one).toString('hex').slice(4, 20));
    }
    expect(line).not.toContain(plainSecret.slice(5, 20));
    expect(() => JSON.parse(line)).not.toThrow();
  });

  it('are struck out of the event and of every level', () => {
    const { log, lines } = listen();
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](`test.${plainSecret}`);
    expect(lines.join('')).not.toContain(plainSecret);
  });

  it('a longer one that contains a shorter one goes whole', () => {
    expect(written({ value: 'abcdef-ghijkl' }, { secrets: ['abcdef', 'abcdef-ghijkl'] })).not.toContain('ghijkl');
  });

  it('too short to be one, it is left: nothing else could be read any more', () => {
    expect(written({ value: 'a web page' }, { secrets: ['', 'a', 'page'] })).toContain('a web page');
  });

  it('whatever they are made of, they are not there', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 40 }), fc.string(), (value, around) => {
        fc.pre(!'[secret]info test.happened'.includes(value) && !around.includes(value));
        const line = written({ value, text: `${around}${value}`, error: new Error(value) }, { secrets: [value] });
        const read = JSON.parse(line);
        expect(read.value).toBe('[secret]');
        expect(read.error.message).toBe('[secret]');
      }),
    );
  });
});

describe('addresses', () => {
  it.each([
    ['a signed link of ours', 'https://x.example/media/ab?expires=1&signature=c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
    ['a cloud’s signed link', 'https://x.example/a.mp4?X-Amz-Date=1&X-Amz-Signature=0a1b2c3d&x=1', '0a1b2c3d'],
    ['a link of Discord', 'https://cdn.example/a.png?ex=1&is=2&hm=deadbeef', 'deadbeef'],
    ['a token in a query', 'https://x.example/?token=tok-12345', 'tok-12345'],
    ['a key in a query', 'https://x.example/?a=1&key=key-12345', 'key-12345'],
    ['an api key in a query', 'https://x.example/?api_key=key-12345', 'key-12345'],
    ['an access token in a query', 'https://x.example/?access_token=tok-12345', 'tok-12345'],
    ['a call-back', '/callbacks/fal/0198a0c4-0000-7000-8000-000000000001/c2VjcmV0LXBhcnQ', 'c2VjcmV0LXBhcnQ'],
    ['PostgreSQL', 'postgres://bot:hunter2@db.example:5432/hailuo', 'hunter2'],
    ['PostgreSQL with an odd password', 'postgres://bot:hun@ter2@db.example/hailuo', 'ter2'],
    ['PostgreSQL with the password in the query', 'postgres://db.example/hailuo?password=hunter2', 'hunter2'],
    ['Redis without a name', 'rediss://:hunter2@redis.example:6380', 'hunter2'],
    ['a proxy', 'http://user:hunter2@proxy.example', 'hunter2'],
  ])('%s keeps its secret part to itself', (_name, url, hidden) => {
    for (const fields of [{ url }, { text: `could not reach ${url}, gave up` }, { error: new Error(`GET ${url}`) }]) {
      const line = written(fields);
      expect(line).not.toContain(hidden);
      expect(line).toContain('[secret]');
      expect(() => JSON.parse(line)).not.toThrow();
    }
  });

  it('the rest of an address stays readable', () => {
    const line = written({ url: 'postgres://bot:hunter2@db.example:5432/hailuo', link: 'https://x.example/a?b=c#d' });
    expect(line).toContain('postgres://bot:[secret]@db.example:5432/hailuo');
    expect(line).toContain('https://x.example/a?b=c#d');
  });
});

describe('errors', () => {
  it('say their name, message, code and causes, and no more', () => {
    const cause = Object.assign(new TypeError('socket hung up'), { code: 'ECONNRESET', socket: { bytes: 1 } });
    const error = Object.assign(new Error('could not submit', { cause }), { parameters: ['a prompt'] });
    expect(JSON.parse(written({ error })).error).toEqual({
      name: 'Error',
      message: 'could not submit',
      cause: { name: 'TypeError', message: 'socket hung up', code: 'ECONNRESET' },
    });
  });

  it('give no secret away, however deep in their causes', () => {
    const error = new Error('outer', { cause: new Error('middle', { cause: new Error(`key ${plainSecret}`) }) });
    expect(written({ error })).not.toContain(plainSecret);
    expect(written({ error })).toContain('middle');
  });

  it('of many addresses say what each of them said', () => {
    const error = new AggregateError([
      new Error('connect ECONNREFUSED ::1'),
      new Error('connect ECONNREFUSED 127.0.0.1'),
    ]);
    expect(written({ error })).toContain('ECONNREFUSED 127.0.0.1');
  });

  it('that are their own cause are written all the same', () => {
    const error: Error & { cause?: unknown } = new Error('round');
    error.cause = error;
    expect(written({ error })).toContain('round');
  });

  it('that were thrown as something else are written as text', () => {
    expect(JSON.parse(written({ error: 'just a text' })).error).toBe('just a text');
    expect(JSON.parse(written({ error: null })).error).toBe('null');
    expect(written({ error: Object.create(null) })).toContain('test.happened');
  });
});
