/** The ledger's place: whether it can be used, and what the bot would find there. Changes nothing. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import type { Config } from '../core/config.ts';
import { findHolder } from '../core/embedded/directory-lock.ts';
import { coreMigrations } from '../core/migrations.ts';
import { platformMigrations } from '../platform-migrations.ts';
import { type Quote, reasonOf } from './quote.ts';
import { type Finding, fix, note, ok } from './report.ts';

export type DatabaseSeen =
  | {
      readonly kind: 'embedded';
      readonly directory: string;
      readonly isMade: boolean;
      /** The process that has it open, in its own words. */
      readonly holder: string | null;
    }
  | ({ readonly kind: 'postgres' } & z.output<typeof serverRow> & {
        /** Names of the migrations that have run; null: the bot has never been here. */
        readonly migrations: readonly string[] | null;
      })
  | { readonly kind: 'unreached'; readonly reason: string; readonly code: string | null };

const timeLimitMs = 10_000;

const serverRow = z.object({
  version: z.string(),
  number: z.number(),
  isReadOnly: z.boolean(),
  mayMakeTables: z.boolean(),
  mayMakeSchemas: z.boolean(),
  hasMigrations: z.boolean(),
  hasQueue: z.boolean(),
});
const migrationRow = z.object({ name: z.string() });

export async function lookAtDatabase(config: Pick<Config, 'databaseUrl' | 'dataDirectory'>): Promise<DatabaseSeen> {
  if (config.databaseUrl !== undefined) return lookAtPostgres(config.databaseUrl);
  const directory = resolve(config.dataDirectory, 'database');
  const isMade = existsSync(resolve(directory, 'PG_VERSION'));
  return { kind: 'embedded', directory, isMade, holder: await findHolder(directory) };
}

async function lookAtPostgres(connectionString: string): Promise<DatabaseSeen> {
  try {
    const client = new pg.Client({
      connectionString,
      connectionTimeoutMillis: timeLimitMs,
      query_timeout: timeLimitMs,
      application_name: 'hailuo-bot doctor',
    });
    // One that breaks between two queries is told by the second.
    client.on('error', () => {});
    try {
      await client.connect();
      const { rows } = await client.query(`select current_setting('server_version') as version,
        current_setting('server_version_num')::int as number,
        pg_is_in_recovery() or current_setting('transaction_read_only')::bool as "isReadOnly",
        coalesce(has_schema_privilege(current_schema(), 'create'), false) as "mayMakeTables",
        has_database_privilege(current_database(), 'create') as "mayMakeSchemas",
        to_regclass('kysely_migration') is not null as "hasMigrations",
        to_regnamespace('bullmq') is not null as "hasQueue"`);
      const server = serverRow.parse(rows[0]);
      if (!server.hasMigrations) return { kind: 'postgres', ...server, migrations: null };
      const ran = await client.query('select name from kysely_migration order by name');
      return {
        kind: 'postgres',
        ...server,
        migrations: z
          .array(migrationRow)
          .parse(ran.rows)
          .map(({ name }) => name),
      };
    } finally {
      await client.end();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
    return { kind: 'unreached', reason: reasonOf(error), code };
  }
}

const ours: readonly string[] = Object.keys({ ...coreMigrations, ...platformMigrations });

/** The oldest that the tests run on. */
const leastTested = 150_000;

export function judgeDatabase(seen: DatabaseSeen, quote: Quote): Finding[] {
  switch (seen.kind) {
    case 'embedded':
      return [judgeEmbedded(seen, quote)];
    case 'unreached':
      return [fix(`PostgreSQL cannot be used: ${quote(seen.reason)}`, nextAfter(seen.code))];
    case 'postgres': {
      const isOld = seen.number < leastTested;
      return [
        isOld
          ? note(`PostgreSQL ${quote(seen.version)} answers; nothing before 15 is tested.`, 'Use a newer one.')
          : ok(`PostgreSQL ${quote(seen.version)} answers.`),
        ...judgeRights(seen),
        judgeMigrations(seen.migrations, quote),
      ];
    }
  }
}

function judgeEmbedded(
  { directory, isMade, holder }: Extract<DatabaseSeen, { kind: 'embedded' }>,
  quote: Quote,
): Finding {
  if (holder !== null) return ok(`Embedded database in ${directory}: ${quote(holder)} has it open.`);
  if (isMade) return ok(`Embedded database in ${directory}: there, and no process has it open.`);
  return ok(`Embedded database in ${directory}: the first start will make it.`);
}

function judgeRights(seen: Extract<DatabaseSeen, { kind: 'postgres' }>): Finding[] {
  if (seen.isReadOnly) return [fix('This server only reads.', 'Let DATABASE_URL name the primary, not a copy of it.')];
  const lacksTables = ours.some((name) => seen.migrations?.includes(name) !== true);
  if (seen.mayMakeTables || !lacksTables) return [];
  return [
    fix('The user of DATABASE_URL may make no tables there.', 'Let it: GRANT CREATE ON SCHEMA public TO <that user>.'),
  ];
}

function judgeMigrations(ran: readonly string[] | null, quote: Quote): Finding {
  if (ran === null) return note('It has no tables of the bot yet.', 'The first start makes them.');
  const foreign = ran.filter((name) => !ours.includes(name));
  if (foreign.length > 0) {
    return fix(
      `Its tables come from another version of the bot (${quote(foreign.join(', '))}).`,
      'Run that version or a newer one; there is no way back. Or set DATABASE_URL to another database.',
    );
  }
  const missing = ours.filter((name) => !ran.includes(name));
  if (missing.length === 0) return ok('Its tables are up to date.');
  return note(`Its tables lack ${missing.join(', ')}.`, 'The next start adds them; back up first.');
}

/** By what PostgreSQL or the system calls it. */
function nextAfter(code: string | null): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'Nothing listens there: start PostgreSQL, or correct host and port in DATABASE_URL.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The name of the host is not known here: correct it in DATABASE_URL.';
    case '28000':
    case '28P01':
      return 'Correct user and password in DATABASE_URL.';
    case '3D000':
      return 'Make that database (`createdb`), or correct its name in DATABASE_URL.';
    case '53300':
      return 'Every connection is taken: raise max_connections, or run fewer processes.';
    default:
      return 'Correct DATABASE_URL, or see why PostgreSQL does not take this connection.';
  }
}
