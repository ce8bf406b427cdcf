/** A logical database of a Redis to one test file alone: every process of a test shares one queue there, and no other test does. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';

export interface RedisDatabase extends AsyncDisposable {
  /** For `REDIS_URL`. */
  readonly url: string;
  /** Everything in it is lost, as when a Redis without a disk is restarted. */
  flush(): Promise<void>;
  countKeys(): Promise<number>;
}

const claimKey = 'hailuo-test-claim';
/** Longer than any test file runs: a claim outlives only a run that was killed. */
const claimSeconds = 600;

/** Never the last one: the bench is at home there. @throws when all are taken */
export async function claimRedisDatabase(serverUrl: string): Promise<RedisDatabase> {
  const claim = randomUUID();
  for (let index = 14; index > 0; index -= 1) {
    const url = new URL(serverUrl);
    url.pathname = `/${index}`;
    const client = new Redis(url.href);
    const isOurs = (await client.set(claimKey, claim, 'EX', claimSeconds, 'NX')) === 'OK';
    // Somebody else's data is not ours to flush.
    if (isOurs && (await client.dbsize()) === 1) return openClaimed(url.href, client, claim);
    if (isOurs) await client.del(claimKey);
    client.disconnect();
  }
  throw new Error('every logical database of the Redis is in use');
}

function openClaimed(url: string, client: Redis, claim: string): RedisDatabase {
  return {
    url,
    async flush() {
      await client.multi().flushdb().set(claimKey, claim, 'EX', claimSeconds).exec();
    },
    countKeys: async () => (await client.dbsize()) - 1,
    async [Symbol.asyncDispose]() {
      await client.flushdb();
      client.disconnect();
    },
  };
}
