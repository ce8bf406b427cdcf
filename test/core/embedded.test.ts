import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Database, type OpenDatabase, openDatabase } from '../../src/core/database.ts';
import { findHolder } from '../../src/core/embedded/directory-lock.ts';
import { openPglitePool } from '../../src/core/embedded/pglite-pool.ts';
import { silentLog } from '../../src/core/log.ts';
import { forEachDatabase } from '../support/database.ts';
import { sampleTime } from '../support/sample-job.ts';
import { findServices } from '../support/services.ts';

const services = await findServices();
const childFile = fileURLToPath(new URL('../support/embedded-child.ts', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'hailuo-embedded-'));
const children = new Set<ChildProcess>();

afterEach(async () => {
  await Promise.all([...children].map(kill));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Child {
  readonly process: ChildProcess;
  /** Whole lines so far. */
  lines(): string[];
}

/** Resolves once the child has the database open. */
async function startChild(does: 'hold' | 'insert'): Promise<Child> {
  const child = spawn(process.execPath, [childFile, directory, does], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let printed = '';
  let complaints = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const lines = (): string[] => printed.split('\n').slice(0, -1);
  while (lines()[0] !== 'open') {
    if (child.exitCode !== null) throw new Error(`the child ended: ${complaints}`);
    await sleep(10);
  }
  return { process: child, lines };
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function openHere(): Promise<OpenDatabase> {
  return openDatabase({ dataDirectory: directory, log: silentLog });
}

describe('one process at a time', () => {
  it('a second one is refused with a sentence that names the first, and welcome once that was killed', async () => {
    const { process: holder } = await startChild('hold');
    const refusal = openHere();
    await expect(refusal).rejects.toThrow(`is in use by process ${holder.pid} (started 20`);
    await expect(refusal).rejects.toThrow('Stop that one first, choose another DATA_DIR, or set DATABASE_URL');
    await kill(holder);
    const opened = await openHere();
    await opened.probe();
    await opened.close();
  });

  it('who holds it can be asked without taking it', async () => {
    const database = join(directory, 'database');
    const { process: holder } = await startChild('hold');
    expect(await findHolder(database)).toMatch(new RegExp(`^process ${holder.pid} \\(started 20`));
    await kill(holder);
    expect(await findHolder(database)).toBeNull();
    expect(await findHolder(join(directory, 'not-there'))).toBeNull();
  });

  it('the same process cannot open it twice either, and can once it has closed it', async () => {
    const first = await openHere();
    await expect(openHere()).rejects.toThrow(`process ${process.pid}`);
    await first.probe();
    await first.close();
    const second = await openHere();
    await second.close();
  });

  it('two directories are two databases', async () => {
    const other = mkdtempSync(join(tmpdir(), 'hailuo-embedded-'));
    const first = await openHere();
    const second = await openDatabase({ dataDirectory: other, log: silentLog });
    await Promise.all([first.probe(), second.probe()]);
    await Promise.all([first.close(), second.close()]);
    rmSync(other, { recursive: true });
  });
});

describe('killed in the middle of writing', () => {
  it.each([1, 2, 3])('everything it acknowledged is there (round %i)', async (round) => {
    const child = await startChild('insert');
    while (child.lines().length < 10) await sleep(10);
    await sleep(Math.random() * 300 * round);
    await kill(child.process);
    const acknowledged = child.lines().slice(1).map(Number);
    expect(acknowledged.length).toBeGreaterThan(5);
    const opened = await openHere();
    const { rows } = await sql<{ id: number }>`select id from acknowledged`.execute(opened.database);
    await opened.close();
    const found = new Set(rows.map(({ id }) => id));
    expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
  });
});

describe('the pool of one connection', () => {
  it('really writes to the disk', async () => {
    const pool = await openPglitePool({ directory: mkdtempSync(join(directory, 'pool-')) });
    expect(pool.syncs).toBe(true);
    const client = await pool.connect();
    const settings = await client.query<{ setting: string }>(
      `select setting from pg_settings where name in ('fsync', 'max_wal_size', 'synchronous_commit') order by name`,
      [],
    );
    expect(settings.rows.map(({ setting }) => setting)).toEqual(['on', '64', 'on']);
    client.release();
    await pool.end();
  });

  it('lets those before it finish when it is closed, and refuses whoever comes later', async () => {
    const pool = await openPglitePool({ directory: null });
    const client = await pool.connect();
    const ended = pool.end();
    const late = pool.connect();
    expect((await client.query<{ one: number }>('select 1 as one', [])).rows).toEqual([{ one: 1 }]);
    client.release();
    await ended;
    for (const come of [() => late, () => pool.connect()]) {
      const one = await come();
      await expect(one.query('select 1', [])).rejects.toThrow('closed');
      one.release();
    }
  });

  it('the hourly tidying works, table by table', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
    const statements: string[] = [];
    const opened = await openDatabase({
      dataDirectory: directory,
      log: { ...silentLog, warn: (event) => statements.push(event) },
      onStatement: (statement) => statements.push(statement),
    });
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    await vi.waitFor(() => expect(statements).toContain('vacuum (analyze) quota_counters'), { timeout: 20_000 });
    await opened.probe();
    await opened.close();
    expect(statements.filter((statement) => statement.startsWith('database.'))).toEqual([]);
  });
});

describe('transactions and plain queries, 2,000 at once', () => {
  let opened: OpenDatabase;

  beforeAll(async () => {
    opened = await openHere();
  });

  afterAll(() => opened.close());

  it('never mix', async () => {
    const { database } = opened;
    await sql`create table if not exists mixed (worker integer, step integer)`.execute(database);
    await sql`truncate mixed`.execute(database);
    let failed = 0;
    await Promise.all(
      Array.from({ length: 2000 }, async (_, worker) => {
        if (worker % 2 === 1) {
          await sql`insert into mixed values (${worker}, 0)`.execute(database);
          return;
        }
        try {
          await database.transaction().execute(async (transaction) => {
            await sql`insert into mixed values (${worker}, 1)`.execute(transaction);
            await sql`insert into mixed values (${worker}, 2)`.execute(transaction);
            if (worker % 4 === 0) throw new Error('taken back');
          });
        } catch {
          failed += 1;
        }
      }),
    );
    expect(failed).toBe(500);
    const { rows } = await sql<{ kind: number; rows: number; workers: number }>`
      select worker % 4 as kind, count(*) as rows, count(distinct worker) as workers from mixed group by 1 order by 1`.execute(
      database,
    );
    // Every plain row stands; of the transactions, both rows of each that was not taken back.
    expect(rows).toEqual([
      { kind: 1, rows: 500, workers: 500 },
      { kind: 2, rows: 1000, workers: 500 },
      { kind: 3, rows: 500, workers: 500 },
    ]);
  }, 60_000);

  it('answer the right asker', async () => {
    const answers = await Promise.all(
      Array.from({ length: 500 }, async (_, each) => {
        const { rows } = await sql<{ value: number }>`select ${each}::integer as value`.execute(opened.database);
        return rows[0]?.value;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 500 }, (_, each) => each));
  });
});

forEachDatabase(services, 'one dialect', (opened) => {
  async function one<Row>(query: ReturnType<typeof sql<Row>>, database: Database = opened().database): Promise<Row> {
    const { rows } = await query.execute(database);
    const row = rows[0];
    if (row === undefined) throw new Error('one row was expected');
    return row;
  }

  it('whole numbers are numbers, also sums and counts', async () => {
    expect(
      await one(sql`select 9007199254740991::bigint as big, -1::bigint as minus, count(*) as count,
        sum(1)::bigint as sum, 7::integer as small, 0.5::float8 as half, null::bigint as none`),
    ).toEqual({ big: Number.MAX_SAFE_INTEGER, minus: -1, count: 1, sum: 1, small: 7, half: 0.5, none: null });
  });

  it('times are the same moment, to the millisecond, whatever zone they are written in', async () => {
    const row = await one<Record<string, Date>>(sql`select ${sampleTime}::timestamptz as given,
      '2026-11-21T10:00:00.123+01:00'::timestamptz as zoned, '1999-12-31T23:59:59Z'::timestamptz as old`);
    expect(row).toEqual({
      given: sampleTime,
      zoned: new Date('2026-11-21T09:00:00.123Z'),
      old: new Date('1999-12-31T23:59:59Z'),
    });
    expect(Object.values(row).every((value) => value instanceof Date)).toBe(true);
  });

  it('JSON comes back as it went in, arrays and nulls and odd characters too', async () => {
    for (const value of [[], [1, [null]], {}, { a: { b: ['"', '\\', '🎬', '\u2028'] } }, 'text', 7, true, null]) {
      const row = await one<{ value: unknown; text: string }>(
        sql`select ${JSON.stringify(value)}::jsonb as value, (${JSON.stringify(value)}::jsonb)::text as text`,
      );
      expect(row.value).toEqual(value);
      expect(JSON.parse(row.text)).toEqual(value);
    }
  });

  it('a row within JSON has its numbers as numbers and its times as text that a date reads', async () => {
    const { row } = await one<{ row: { big: number; at: string } }>(
      sql`select row_to_json(r) as row from (select 5::bigint as big, ${sampleTime}::timestamptz as at) r`,
    );
    expect(row.big).toBe(5);
    expect(new Date(row.at)).toEqual(sampleTime);
  });

  it('ids, texts, booleans, nothing', async () => {
    const id = '0198a0c4-0000-7000-8000-000000000001';
    expect(await one(sql`select ${id}::uuid as id, ''::text as empty, true as yes, null as nothing`)).toEqual({
      id,
      empty: '',
      yes: true,
      nothing: null,
    });
    expect(await one(sql`select ${id} = any(${[id]}::uuid[]) as found, ${[1, 2]}::integer[] as list`)).toEqual({
      found: true,
      list: [1, 2],
    });
  });

  it('counts what a statement changed', async () => {
    const { database } = opened();
    const values = { scope: 'person' as const, subject: 'ada', measure: 'clips' as const, period: 'now' };
    const insert = () =>
      database
        .insertInto('quota_counters')
        .values([
          { tenant: 'a', ...values },
          { tenant: 'b', ...values },
        ])
        .onConflict((same) => same.doNothing())
        .executeTakeFirst();
    expect((await insert()).numInsertedOrUpdatedRows).toBe(2n);
    expect((await insert()).numInsertedOrUpdatedRows).toBe(0n);
    const updated = await database.updateTable('quota_counters').set({ used: 1 }).executeTakeFirst();
    expect(updated.numUpdatedRows).toBe(2n);
    const deleted = await database.deleteFrom('quota_counters').where('tenant', '=', 'a').executeTakeFirst();
    expect(deleted.numDeletedRows).toBe(1n);
  });

  it.each([
    ['a value that is there already', '23505', 'quota_counters_pkey', 1, 'tenant'],
    ['a value that a check forbids', '23514', 'quota_counters_used_check', -1, 'other'],
  ])('an error says which rule was broken: %s', async (_name, code, constraint, used, tenant) => {
    const { database } = opened();
    const values = { tenant, scope: 'person', subject: 'ada', measure: 'clips', period: 'now', used } as const;
    await database.deleteFrom('quota_counters').execute();
    if (used > 0) await database.insertInto('quota_counters').values(values).execute();
    const error: unknown = await database
      .insertInto('quota_counters')
      .values(values)
      .execute()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code, constraint });
    await opened().probe();
  });

  it('a statement that cannot be read is an error with its code, and harms nothing', async () => {
    await expect(sql`selekt 1`.execute(opened().database)).rejects.toMatchObject({ code: '42601' });
    await expect(sql`select * from nothing`.execute(opened().database)).rejects.toMatchObject({ code: '42P01' });
    await opened().probe();
  });

  it('a transaction that failed leaves nothing behind, and the next one works', async () => {
    const { database } = opened();
    await database.deleteFrom('quota_counters').execute();
    const values = { tenant: 't', scope: 'person', subject: 'ada', measure: 'clips', period: 'now' } as const;
    const failing = database.transaction().execute(async (transaction) => {
      await transaction.insertInto('quota_counters').values(values).execute();
      await transaction.insertInto('quota_counters').values(values).execute();
    });
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    expect(await database.selectFrom('quota_counters').selectAll().execute()).toEqual([]);
    await database.transaction().execute((trx) => trx.insertInto('quota_counters').values(values).execute());
    expect(await database.selectFrom('quota_counters').select('used').execute()).toEqual([{ used: 0 }]);
  });
});
