/** The alarm clock: Redis when there is one, else the database, else timers. */
import { z } from 'zod';
import type { Config } from '../core/config.ts';
import { openRedisClient } from '../core/jobs/redis-client.ts';
import { within } from '../core/jobs/within.ts';
import type { DatabaseSeen } from './database.ts';
import { type Quote, reasonOf } from './quote.ts';
import { type Finding, fix, note, ok } from './report.ts';

export type RedisSeen =
  | { readonly kind: 'redis'; readonly facts: RedisFacts }
  | { readonly kind: 'unreached'; readonly reason: string };

/** `INFO`, as far as it matters here. */
export type RedisFacts = z.output<typeof redisFacts>;

const redisFacts = z.object({
  redis_version: z.string(),
  valkey_version: z.string().optional(),
  maxmemory_policy: z.string().optional(),
});

const timeLimitMs = 10_000;
const patienceMs = 1_500;

/** @returns null without `REDIS_URL` */
export async function lookAtRedis({ redisUrl }: Pick<Config, 'redisUrl'>): Promise<RedisSeen | null> {
  if (redisUrl === undefined) return null;
  // A client that is refused tries again for ever. What it is told says more than a time limit, and sooner; but with
  // several nodes or sentinels one may refuse before another answers.
  const { promise: refused, reject } = Promise.withResolvers<never>();
  try {
    const client = openRedisClient(redisUrl);
    client.on('error', (error: unknown) => setTimeout(() => reject(error), patienceMs).unref());
    try {
      return { kind: 'redis', facts: parseInfo(await within(timeLimitMs, Promise.race([client.info(), refused]))) };
    } finally {
      client.disconnect();
    }
  } catch (error) {
    return { kind: 'unreached', reason: reasonOf(error) };
  }
}

function parseInfo(text: string): RedisFacts {
  const entries = text.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = /^([a-z_]+):(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value]];
  });
  return redisFacts.parse(Object.fromEntries(entries));
}

/** What BullMQ insists on, and what it recommends. */
const leastVersion = 5;
const wantedVersion = 6.2;

export function judgeQueue(redis: RedisSeen | null, database: DatabaseSeen, quote: Quote): Finding[] {
  if (redis === null) return [judgeWithoutRedis(database)];
  if (redis.kind === 'unreached') {
    return [
      fix(
        `Redis does not answer as it should: ${quote(redis.reason)}`,
        'Start it, or correct host, port and password in REDIS_URL. Without REDIS_URL the queue lives in PostgreSQL.',
      ),
    ];
  }
  const { redis_version, valkey_version, maxmemory_policy } = redis.facts;
  const server = quote(valkey_version === undefined ? `Redis ${redis_version}` : `Valkey ${valkey_version}`);
  return [judgeVersion(Number.parseFloat(redis_version), server), judgePolicy(maxmemory_policy, quote)];
}

function judgeWithoutRedis(database: DatabaseSeen): Finding {
  if (database.kind === 'embedded')
    return ok('Timers in the one process; they are set again from the database at every start.');
  if (database.kind === 'postgres' && !database.hasQueue && !database.mayMakeSchemas) {
    return fix(
      'BullMQ on the database: its user may not make the schema `bullmq`.',
      'Make it for that user: CREATE SCHEMA bullmq AUTHORIZATION <that user>. Or set REDIS_URL.',
    );
  }
  return ok('BullMQ on the database.');
}

function judgeVersion(version: number, server: string): Finding {
  if (version < leastVersion) return fix(`${server} answers, which is too old for BullMQ.`, 'Use Redis 6.2 or newer.');
  if (version < wantedVersion) return note(`${server} answers; BullMQ recommends 6.2.`, 'Use a newer one.');
  return ok(`${server} answers.`);
}

function judgePolicy(policy: string | undefined, quote: Quote): Finding {
  if (policy === 'noeviction') return ok('maxmemory-policy is noeviction.');
  if (policy === undefined) {
    return note('It does not tell its maxmemory-policy.', 'See to it that it is noeviction: BullMQ asks for it.');
  }
  return fix(
    `maxmemory-policy is ${quote(policy)}: a full server would drop alarms.`,
    'CONFIG SET maxmemory-policy noeviction, and the same in its configuration file.',
  );
}
