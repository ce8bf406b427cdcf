import { expect, test } from 'vitest';
import { parseRedisUrl } from '../../../src/core/jobs/redis-client.ts';

const local = { host: '127.0.0.1', port: 6379 };

test.each([
  ['redis://127.0.0.1:6379', { kind: 'server', url: 'redis://127.0.0.1:6379' }],
  ['rediss://user:p%40ss@host:6380/2', { kind: 'server', url: 'rediss://user:p%40ss@host:6380/2' }],
  ['redis+cluster://127.0.0.1', { kind: 'cluster', nodes: [local], login: {}, tls: false }],
  [
    'rediss+cluster://:p%40ss@one:7000,[::1]:7001',
    {
      kind: 'cluster',
      nodes: [
        { host: 'one', port: 7000 },
        { host: '::1', port: 7001 },
      ],
      login: { password: 'p@ss' },
      tls: true,
    },
  ],
  [
    'redis+sentinel://bot:secret@one,two:5000/mymaster/3',
    {
      kind: 'sentinel',
      sentinels: [
        { host: 'one', port: 26379 },
        { host: 'two', port: 5000 },
      ],
      master: 'mymaster',
      database: 3,
      login: { username: 'bot', password: 'secret' },
      tls: false,
    },
  ],
])('%s', (url, target) => {
  expect(parseRedisUrl(url)).toEqual(target);
});

test.each([
  '',
  'redis',
  'http://127.0.0.1:6379',
  'redis://',
  'redis://one:6379,two:6379',
  'redis+cluster://',
  'redis+cluster://one/0',
  'redis+cluster://one:port',
  'redis+cluster://one,,two',
  'redis+cluster://%zz:x@one',
  'redis+sentinel://one:26379',
  'redis+sentinel://one:26379/mymaster/x',
])('not an address: %s', (url) => {
  expect(parseRedisUrl(url)).toBeNull();
});
