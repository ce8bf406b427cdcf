/**
 * The thread that owns PGlite, so that its work never stands before an acknowledgement. Four things are not PGlite's
 * defaults (research/storage.md §2.3): real fsync and a capped WAL are set here; the directory lock and the scheduled
 * VACUUM belong to `open-embedded.ts`.
 */
import { fsyncSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import { z } from 'zod';

/** What the thread is started with. */
export interface ThreadSettings {
  /** null: in memory, for tests. */
  readonly directory: string | null;
}

/** What the thread is asked; answered in order, each by its `id`. */
export type ThreadCall =
  | { readonly id: number; readonly does: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly id: number; readonly does: 'close' };

/** What of an error can leave the thread. */
export interface ThreadError {
  readonly message: string;
  readonly code?: string;
  readonly detail?: string;
  readonly constraint?: string;
}

/** What the thread says. */
export type ThreadAnswer =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly affected: number }
  | { readonly id: number; readonly error: ThreadError }
  /** Once, after opening. `syncs`: false when a commit did not reach the disk. */
  | { readonly opened: true; readonly syncs: boolean };

const parsers = { [types.INT8]: Number };

async function open(settings: ThreadSettings): Promise<{ database: PGlite; syncs: boolean }> {
  if (settings.directory === null) return { database: await PGlite.create({ parsers }), syncs: true };
  const database = await PGlite.create(settings.directory, {
    parsers,
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
      ...['wal_sync_method=fsync', 'max_wal_size=64MB', 'min_wal_size=32MB', 'shared_buffers=32MB'].flatMap(
        (setting) => ['-c', setting],
      ),
    ],
  });
  return { database, syncs: await hookFsync(database) };
}

/**
 * Relies on Emscripten's internals, so PGlite is pinned to an exact version and the hook checks itself.
 * @returns whether a committed write was seen to reach the disk
 */
async function hookFsync(database: PGlite): Promise<boolean> {
  let count = 0;
  const files = dig(database, 'Module', 'FS');
  const lookUp = dig(files, 'lookupPath');
  if (typeof lookUp !== 'function') return false;
  const operations = dig(Reflect.apply(lookUp, files, [PGlite.paths.PGDATA]), 'node', 'stream_ops');
  if (typeof operations !== 'object' || operations === null) return false;
  Reflect.set(operations, 'fsync', (stream: { nfd: number }) => {
    count += 1;
    fsyncSync(stream.nfd);
    return 0;
  });
  await database.exec('create table if not exists fsync_check (at timestamptz); truncate fsync_check');
  return count > 0;
}

function dig(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

function toThreadError(error: unknown): ThreadError {
  const parsed = z
    .object({
      message: z.string(),
      code: z.string().optional(),
      detail: z.string().optional(),
      constraint: z.string().optional(),
    })
    .safeParse(error);
  return parsed.success ? (parsed.data as ThreadError) : { message: String(error) };
}

async function serve(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('pglite-thread.ts runs in a worker thread only.');
  const { database, syncs } = await open(workerData as ThreadSettings);
  port.on('message', async (call: ThreadCall) => {
    try {
      if (call.does === 'close') {
        await database.close();
        port.postMessage({ id: call.id, rows: [], affected: 0 } satisfies ThreadAnswer);
        port.close();
        return;
      }
      const result = await database.query(call.sql, [...call.parameters]);
      port.postMessage({
        id: call.id,
        rows: result.rows,
        affected: result.affectedRows ?? result.rows.length,
      } satisfies ThreadAnswer);
    } catch (error) {
      port.postMessage({ id: call.id, error: toThreadError(error) } satisfies ThreadAnswer);
    }
  });
  port.postMessage({ opened: true, syncs } satisfies ThreadAnswer);
}

await serve();
