/** The media table: what is kept, and when it was last of use. */
import type { Kysely, Selectable } from 'kysely';
import type { CoreTables, MediaTable } from '../tables.ts';
import type { MediaId } from '../values.ts';
import type { KeptFile } from './media.ts';

/** The database or a transaction on it: the caller decides what is atomic. */
type Tables = Kysely<CoreTables>;

/** `used_at` may be this much behind: a clip that is watched is not written about at every byte range. */
export const touchEveryMs = 60 * 60 * 1000;

/** The same file again counts as a use. */
export async function recordFile(tx: Tables, file: KeptFile, poster: MediaId | null, now: Date): Promise<void> {
  const { id, kind, type, bytes, width, height, seconds = null } = file;
  await tx
    .insertInto('media')
    .values({ id, kind, type, bytes, width, height, seconds, poster, created_at: now, used_at: now })
    .onConflict((same) =>
      same.column('id').doUpdateSet((row) => ({
        used_at: row.ref('excluded.used_at'),
        poster: row.fn.coalesce('excluded.poster', 'media.poster'),
      })),
    )
    .execute();
}

/** The file with its poster, and marks both as used. */
export async function findFile(
  database: Tables,
  id: MediaId,
  now: Date,
): Promise<{ readonly file: KeptFile; readonly poster: MediaId | null } | null> {
  const row = await database.selectFrom('media').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  const staleAt = new Date(now.getTime() - touchEveryMs);
  if (row.used_at < staleAt) {
    const ids = row.poster === null ? [id] : [id, row.poster];
    await database
      .updateTable('media')
      .set({ used_at: now })
      .where('id', 'in', ids)
      .where('used_at', '<', now)
      .execute();
  }
  return { file: toKeptFile(row), poster: row.poster };
}

/** Enough of a file to find it on disk and to count what its removal frees. */
export type SweepCandidate = Pick<KeptFile, 'id' | 'type' | 'bytes'>;

/** Least recently used first. */
export async function listUnusedSince(database: Tables, usedBefore: Date, limit: number): Promise<SweepCandidate[]> {
  return await database
    .selectFrom('media')
    .select(['id', 'type', 'bytes'])
    .where('used_at', '<', usedBefore)
    .orderBy('used_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Of all recorded files together. Files on disk without a row are not in it. */
export async function keptBytes(database: Tables): Promise<number> {
  const total = await database
    .selectFrom('media')
    .select(({ fn }) => fn.sum<number | string | null>('bytes').as('bytes'))
    .executeTakeFirstOrThrow();
  return Number(total.bytes ?? 0);
}

/** False when it was used meanwhile, or when another process was faster. Until the commit, nobody can record the file anew. */
export async function forgetFile(tx: Tables, id: MediaId, usedBefore: Date): Promise<boolean> {
  const gone = await tx.deleteFrom('media').where('id', '=', id).where('used_at', '<', usedBefore).executeTakeFirst();
  return gone.numDeletedRows > 0n;
}

/** Those of the ids that are recorded, asked for in one statement. */
export async function knownAmong(database: Tables, ids: readonly MediaId[]): Promise<ReadonlySet<MediaId>> {
  if (ids.length === 0) return new Set();
  const rows = await database.selectFrom('media').select('id').where('id', 'in', ids).execute();
  return new Set(rows.map(({ id }) => id));
}

/**
 * Runs the work only if nothing is recorded under this id, and keeps it so until the transaction ends: a row put
 * there and taken away again makes whoever wants to record the file wait.
 */
export async function whileUnknown(tx: Tables, id: MediaId, now: Date, work: () => Promise<void>): Promise<void> {
  const placeholder = {
    kind: 'picture',
    type: '',
    bytes: 0,
    width: 0,
    height: 0,
    seconds: null,
    poster: null,
  } as const;
  const placed = await tx
    .insertInto('media')
    .values({ id, ...placeholder, created_at: now, used_at: now })
    .onConflict((same) => same.column('id').doNothing())
    .executeTakeFirst();
  if (placed.numInsertedOrUpdatedRows !== 1n) return;
  await work();
  await tx.deleteFrom('media').where('id', '=', id).execute();
}

function toKeptFile(row: Selectable<MediaTable>): KeptFile {
  const { id, kind, type, bytes, width, height, seconds } = row;
  return { id, kind, type, bytes: Number(bytes), width, height, ...(seconds === null ? {} : { seconds }) };
}
