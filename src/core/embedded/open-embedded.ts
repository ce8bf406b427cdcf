/** PGlite under `DATA_DIR`: a PostgreSQL with nothing to install, for one process at a time. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Kysely, PostgresDialect, sql } from 'kysely';
import type { Log } from '../log.ts';
import { lockDirectory } from './directory-lock.ts';
import { openPglitePool, type PglitePool } from './pglite-pool.ts';

/** The embedded database as Kysely takes it, with what has to be done around it. */
export interface EmbeddedDialect {
  readonly dialect: PostgresDialect;
  /** The same database, before everybody else. */
  readonly urgentDialect: PostgresDialect;
  /** Starts the scheduled VACUUM, which PGlite has no process of its own for. Returns how to stop it. */
  keepTidy(database: Pick<Kysely<object>, 'getExecutor'>): () => void;
  /** Frees the directory for another process; after the dialect is destroyed. */
  unlock(): Promise<void>;
}

const vacuumEveryMs = 3_600_000;
/** Not at once: whoever asks for something right after the start should not wait for it. */
const firstVacuumMs = 30_000;

/**
 * @param dataDirectory null: in memory, for tests
 * @throws DirectoryHeldError when another process has it open
 */
export async function openEmbedded(dataDirectory: string | null, log: Log): Promise<EmbeddedDialect> {
  if (dataDirectory === null) {
    const pool = await openPglitePool({ directory: null });
    return { ...dialectsOf(pool), keepTidy: () => () => {}, unlock: async () => {} };
  }
  const directory = join(dataDirectory, 'database');
  mkdirSync(directory, { recursive: true });
  const lock = await lockDirectory(directory);
  try {
    if (!existsSync(join(directory, 'PG_VERSION'))) {
      await makeDatabase(directory);
    }
    const pool = await openPglitePool({ directory });
    if (!pool.syncs) {
      log.error('database.unsynced', {
        advice: 'Commits do not reach the disk on this system; a power cut may lose some. Set DATABASE_URL.',
      });
    }
    return {
      ...dialectsOf(pool),
      keepTidy(database) {
        let isOver = false;
        const vacuum = async (): Promise<void> => {
          try {
            const { rows } = await sql<{ name: string }>`select oid::regclass::text as name from pg_class
              where relkind = 'r' and not relisshared`.execute(database);
            // Table by table: with one connection, everybody else waits for a statement to end.
            for (const { name } of rows) {
              if (isOver) return;
              await sql`vacuum (analyze) ${sql.raw(name)}`.execute(database);
            }
          } catch (error) {
            if (!isOver) log.warn('database.vacuum-failed', { error });
          }
        };
        const first = setTimeout(() => void vacuum(), firstVacuumMs);
        const timer = setInterval(() => void vacuum(), vacuumEveryMs);
        first.unref();
        timer.unref();
        return () => {
          isOver = true;
          clearTimeout(first);
          clearInterval(timer);
        };
      },
      unlock: async () => {
        await lock[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** Making one takes a few hundred megabytes that this process would never give back, so another one does it. */
async function makeDatabase(directory: string): Promise<void> {
  const maker = fileURLToPath(new URL('./make-database.ts', import.meta.url));
  await promisify(execFile)(process.execPath, [maker, directory], { env: {}, timeout: 120_000 });
}

function dialectsOf(pool: PglitePool): Pick<EmbeddedDialect, 'dialect' | 'urgentDialect'> {
  return { dialect: new PostgresDialect({ pool }), urgentDialect: new PostgresDialect({ pool: pool.urgent }) };
}
