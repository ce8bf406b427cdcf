/** The ledger: PostgreSQL where `DATABASE_URL` names one, the same SQL on PGlite under `DATA_DIR` otherwise. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { openEmbedded } from './embedded/open-embedded.ts';
import type { Log } from './log.ts';
import { coreMigrations } from './migrations.ts';
import type { CoreTables } from './tables.ts';

/** Core's tables, through Kysely. */
export type Database = Kysely<CoreTables>;

/** A database that is ready: its tables are up to date. */
export interface OpenDatabase extends AsyncDisposable {
  readonly database: Database;
  /**
   * The same tables for the few statements that an acknowledgement waits for: they overtake the crowd. Never use it
   * inside a transaction of the other.
   */
  readonly urgent: Database;
  /** `embedded`: this process alone has it, so whatever was claimed before it opened is claimed by nobody. */
  readonly kind: 'embedded' | 'postgres';
  /** Throws when the database does not answer. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** Which database, and who watches it. */
export interface DatabaseSettings {
  /** `postgres://…`; absent: embedded. */
  readonly url?: string;
  /** Where the embedded database lives; null: in memory, for tests. */
  readonly dataDirectory: string | null;
  /** Connections to PostgreSQL. Default 10: more only queue up on the same row locks (research/storage.md §4). */
  readonly poolSize?: number;
  /** The tables of the platforms, beside core's own. */
  readonly migrations?: Readonly<Record<string, Migration>>;
  readonly log: Log;
  /** Sees every statement, for `/metrics` and the bench. */
  readonly onStatement?: (sql: string, durationMs: number) => void;
}

/**
 * Opens the database and brings its tables up to date, under a lock so that many processes may start at once.
 * @throws when it cannot be opened, with a sentence for the operator
 */
export async function openDatabase(settings: DatabaseSettings): Promise<OpenDatabase> {
  const opened =
    settings.url === undefined ? await openEmbeddedKind(settings) : openPostgresKind(settings, settings.url);
  try {
    await migrate(opened.database, { ...coreMigrations, ...settings.migrations });
  } catch (error) {
    await opened.close();
    throw error;
  }
  opened.start();
  return opened;
}

interface Opened extends OpenDatabase {
  start(): void;
}

async function openEmbeddedKind(settings: DatabaseSettings): Promise<Opened> {
  const embedded = await openEmbedded(settings.dataDirectory, settings.log);
  const database = new Kysely<CoreTables>({ dialect: embedded.dialect, ...watching(settings) });
  const urgent = new Kysely<CoreTables>({ dialect: embedded.urgentDialect, ...watching(settings) });
  let stopTidying = (): void => {};
  const close = once(async () => {
    stopTidying();
    await urgent.destroy();
    await database.destroy();
    await embedded.unlock();
  });
  return {
    database,
    urgent,
    kind: 'embedded',
    probe: () => probe(database),
    start: () => {
      stopTidying = embedded.keepTidy(database);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function openPostgresKind(settings: DatabaseSettings, url: string): Opened {
  const connect = (max: number): Database => {
    const pool = new pg.Pool({
      connectionString: url,
      max,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      application_name: 'hailuo-bot',
      types: { getTypeParser: readNumbers as typeof pg.types.getTypeParser },
    });
    // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
    pool.on('error', (error) => settings.log.warn('database.connection-lost', { error }));
    return new Kysely<CoreTables>({ dialect: new PostgresDialect({ pool }), ...watching(settings) });
  };
  const database = connect(settings.poolSize ?? 10);
  const urgent = connect(2);
  const close = once(async () => {
    await urgent.destroy();
    await database.destroy();
  });
  return {
    database,
    urgent,
    kind: 'postgres',
    probe: () => probe(database),
    start: () => {},
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Sums and micro-dollars are whole numbers far below 2^53, and PGlite reads them as numbers too. */
function readNumbers(type: number, format?: 'text' | 'binary'): unknown {
  if (type === pg.types.builtins.INT8) return Number;
  return format === 'binary' ? pg.types.getTypeParser(type, 'binary') : pg.types.getTypeParser(type);
}

function watching({ onStatement }: DatabaseSettings) {
  if (onStatement === undefined) return {};
  return {
    log: (event: { readonly query: { readonly sql: string }; readonly queryDurationMillis: number }) =>
      onStatement(event.query.sql, event.queryDurationMillis),
  };
}

async function probe(database: Database): Promise<void> {
  await sql`select 1`.execute(database);
}

async function migrate(database: Database, migrations: Readonly<Record<string, Migration>>): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => ({ ...migrations }) },
    // Core and each platform number their own: one may be behind the other.
    allowUnorderedMigrations: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw new Error(`The database could not be brought up to date: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= close();
    return closing;
  };
}
