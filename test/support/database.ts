/** A fresh ledger for a test file, on PGlite in memory or on a real PostgreSQL. */
import type { Migration } from 'kysely/migration';
import { afterAll, beforeAll, describe } from 'vitest';
import { type OpenDatabase, openDatabase } from '../../src/core/database.ts';
import { silentLog } from '../../src/core/log.ts';
import { createTestDatabase, describeOn, type Services } from './services.ts';

/** About two seconds: once per test file. */
export function openMemoryDatabase(migrations: Readonly<Record<string, Migration>> = {}): Promise<OpenDatabase> {
  return openDatabase({ dataDirectory: null, migrations, log: silentLog });
}

/** The same suite on PGlite and on a real PostgreSQL; without one it is skipped by name, and fails by name in CI. */
export function forEachDatabase(
  { postgres }: Pick<Services, 'postgres'>,
  name: string,
  suite: (opened: () => OpenDatabase) => void,
): void {
  describe(`${name} on PGlite`, () => suite(openForSuite(() => openMemoryDatabase())));
  describeOn('PostgreSQL', postgres, `${name} on PostgreSQL`, () => suite(openForSuite(openPostgresOfItsOwn)));
}

/** An empty PostgreSQL database that is dropped when it is closed. */
export async function openPostgresOfItsOwn(): Promise<OpenDatabase> {
  const own = await createTestDatabase();
  const opened = await openDatabase({ url: own.url, dataDirectory: null, log: silentLog });
  const close = async (): Promise<void> => {
    await opened.close();
    await own.drop();
  };
  return { ...opened, close, [Symbol.asyncDispose]: close };
}

function openForSuite(open: () => Promise<OpenDatabase>): () => OpenDatabase {
  let opened: OpenDatabase | undefined;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  return () => {
    if (opened === undefined) throw new Error('The database opens before the first test, not before.');
    return opened;
  };
}
