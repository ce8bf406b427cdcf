/** Retention: kept files go when they are too old or too many, least recently used first. */
import { rm } from 'node:fs/promises';
import type { Database } from '../database.ts';
import type { Log } from '../log.ts';
import type { MediaId } from '../values.ts';
import {
  forgetFile,
  keptBytes,
  knownAmong,
  listUnusedSince,
  type SweepCandidate,
  touchEveryMs,
  whileUnknown,
} from './catalogue.ts';
import type { Store } from './store.ts';

/** Store and database of one installation: an old file without a row in this database is removed as a stray. */
export interface SweepEdges {
  readonly database: Database;
  readonly store: Store;
  readonly now: () => Date;
  readonly log: Log;
}

/** What the operator grants (`MEDIA_MAX_DAYS`, `MEDIA_MAX_GB`), and what neither limit touches. */
export interface Retention {
  /** Since the last use. */
  readonly maxAgeMs: number;
  /** Of all kept files together. */
  readonly maxBytes: number;
  /** What was used this recently stays, whatever the limits say: longer than a job may live. */
  readonly protectMs: number;
}

interface SweepReport {
  readonly files: number;
  readonly bytes: number;
  /** Files on disk that no row knew. */
  readonly strays: number;
}

const batch = 200;
/** A file this young without a row may be on its way in. */
const strayAgeMs = 24 * 60 * 60 * 1000;

/** May run in many processes at once and be stopped anywhere: the next run finishes the work. */
export async function sweepMedia(edges: SweepEdges, retention: Retention): Promise<SweepReport> {
  const before = (ms: number): Date => new Date(edges.now().getTime() - ms);
  const protectedSince = before(retention.protectMs + touchEveryMs);
  const tooOld = before(Math.max(retention.maxAgeMs, retention.protectMs + touchEveryMs));
  const swept = { files: 0, bytes: 0 };

  /** Stops at the first file that the limit lets stay. */
  async function sweepWhile(usedBefore: Date, isOver: (candidate: SweepCandidate) => boolean): Promise<void> {
    for (;;) {
      const candidates = await listUnusedSince(edges.database, usedBefore, batch);
      for (const candidate of candidates) {
        if (!isOver(candidate)) return;
        if (!(await removeFile(edges, candidate, usedBefore))) continue;
        swept.files += 1;
        swept.bytes += candidate.bytes;
      }
      if (candidates.length < batch) return;
    }
  }

  await sweepWhile(tooOld, () => true);
  let excess = (await keptBytes(edges.database)) - retention.maxBytes;
  await sweepWhile(protectedSince, ({ bytes }) => {
    if (excess <= 0) return false;
    excess -= bytes;
    return true;
  });
  const strays = await removeStrays(edges, before(strayAgeMs));
  if (swept.files + strays > 0) edges.log.info('media.swept', { ...swept, strays });
  return { ...swept, strays };
}

/** The file goes before the row is seen to be gone: whoever keeps the same bytes again waits, and puts it back after. */
async function removeFile({ database, store }: SweepEdges, file: SweepCandidate, usedBefore: Date): Promise<boolean> {
  return await database.transaction().execute(async (tx) => {
    if (!(await forgetFile(tx, file.id, usedBefore))) return false;
    await store.remove(file);
    return true;
  });
}

async function removeStrays({ database, store, now }: SweepEdges, modifiedBefore: Date): Promise<number> {
  const strays = new Map<MediaId, string>();
  let removed = 0;

  async function removeUnknown(): Promise<void> {
    const known = await knownAmong(database, [...strays.keys()]);
    for (const [id, path] of strays) {
      if (known.has(id)) continue;
      await database.transaction().execute((tx) =>
        whileUnknown(tx, id, now(), async () => {
          await rm(path, { force: true });
          removed += 1;
        }),
      );
    }
    strays.clear();
  }

  for await (const { path, id, modifiedAt } of store.files()) {
    if (modifiedAt >= modifiedBefore) continue;
    if (id === null) {
      await rm(path, { force: true });
      removed += 1;
    } else {
      strays.set(id, path);
      if (strays.size >= batch) await removeUnknown();
    }
  }
  await removeUnknown();
  return removed;
}
