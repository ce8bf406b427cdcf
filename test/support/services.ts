/** Which real servers the tests can use, and fresh places on them. */
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, expect, test } from 'vitest';

export interface Services {
  /** The address of a server that answered, or null. */
  readonly postgres: string | null;
  readonly redis: string | null;
}

/** `TEST_DATABASE_URL` and `TEST_REDIS_URL`, or the usual local addresses; each must really answer. */
export async function findServices(): Promise<Services> {
  const [postgres, redis] = await Promise.all([
    answersAs(postgresUrl(), askPostgres),
    answersAs(process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379', askRedis),
  ]);
  return { postgres, redis };
}

/**
 * A suite that needs a server. Where none answered it is reported as skipped, by a name that says why; with `CI=true`
 * a test of that name fails instead, so that a build cannot pass by not looking.
 */
export function describeOn(
  service: 'PostgreSQL' | 'Redis',
  url: string | null,
  name: string,
  suite: (url: string) => void,
): void {
  if (url !== null) {
    describe(name, () => suite(url));
  } else if (process.env.CI === 'true') {
    test(`${service} must answer in CI (${name})`, () => expect.fail(`no ${service} answered`));
  } else {
    test.skip(`${name}: skipped, no ${service} answers`, () => {});
  }
}

export interface TestDatabase {
  readonly url: string;
  /** Also while others are still connected. */
  drop(): Promise<void>;
}

/** An empty database of its own, on the server that `findServices` found. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `hailuo_test_${randomBytes(8).toString('hex')}`;
  await onServer((client) => client.query(`create database ${name}`));
  const url = new URL(postgresUrl());
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      await onServer((client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

function postgresUrl(): string {
  return process.env.TEST_DATABASE_URL ?? 'postgres://root@127.0.0.1:5432/test';
}

async function onServer(act: (client: pg.Client) => Promise<unknown>, url = postgresUrl()): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}

async function answersAs(url: string, ask: (url: string) => Promise<void>): Promise<string | null> {
  try {
    await ask(url);
    return url;
  } catch {
    return null;
  }
}

async function askPostgres(url: string): Promise<void> {
  await onServer((client) => client.query('select 1'), url);
}

async function askRedis(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, connectTimeout: 3_000, retryStrategy: () => null });
  client.on('error', () => {}); // the failed connect says the same
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
