import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { silentLog } from '../../../src/core/log.ts';
import { recordFile } from '../../../src/core/media/catalogue.ts';
import type { KeptFile } from '../../../src/core/media/media.ts';
import { createStore, type Store, type StoredFile } from '../../../src/core/media/store.ts';
import { type Retention, sweepMedia } from '../../../src/core/media/sweep-media.ts';
import type { MediaId } from '../../../src/core/values.ts';
import { openMemoryDatabase } from '../../support/database.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const now = new Date('2026-11-21T12:00:00Z');
const ago = (ms: number): Date => new Date(now.getTime() - ms);
const generous: Retention = { maxAgeMs: 365 * day, maxBytes: 1_000_000, protectMs: hour };

let ledger: OpenDatabase;
let directory: string;
let store: Store;

beforeAll(async () => {
  ledger = await openMemoryDatabase();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sweep-'));
  store = createStore(directory);
});
afterEach(async () => {
  await ledger.database.deleteFrom('media').execute();
  await rm(directory, { recursive: true });
});
afterAll(() => ledger.close());

function fileNamed(letters: string, bytes = 100): KeptFile {
  const id = letters.padEnd(64, '0') as MediaId;
  return { id, kind: 'clip', type: 'video/mp4', bytes, width: 1, height: 1, seconds: 6 };
}

async function put(file: KeptFile, usedAt: Date | null, modifiedAt = ago(400 * day)): Promise<void> {
  const path = await store.newPath();
  await writeFile(path, 'x');
  await utimes(path, modifiedAt, modifiedAt);
  await store.adopt(path, file);
  if (usedAt !== null) await recordFile(ledger.database, file, null, usedAt);
}

const sweep = (retention: Partial<Retention> = {}) =>
  sweepMedia({ database: ledger.database, store, now: () => now, log: silentLog }, { ...generous, ...retention });

async function filesIn(): Promise<StoredFile[]> {
  const found: StoredFile[] = [];
  for await (const file of store.files()) found.push(file);
  return found;
}

async function left(): Promise<string[]> {
  const rows = await ledger.database.selectFrom('media').select('id').orderBy('id').execute();
  const files = await filesIn();
  const names = rows.map(({ id }) => id.replace(/0+$/, ''));
  expect(files.flatMap(({ id }) => (id === null ? [] : [id.replace(/0+$/, '')])).sort()).toEqual(names);
  return names;
}

describe('sweepMedia', () => {
  it('has nothing to do where nothing is', async () => {
    expect(await sweep()).toEqual({ files: 0, bytes: 0, strays: 0 });
  });

  it('removes what was not used for too long', async () => {
    await put(fileNamed('a'), ago(10 * day));
    await put(fileNamed('b'), ago(8 * day));
    await put(fileNamed('c'), ago(6 * day));
    expect(await sweep({ maxAgeMs: 7 * day })).toEqual({ files: 2, bytes: 200, strays: 0 });
    expect(await left()).toEqual(['c']);
    expect(await sweep({ maxAgeMs: 7 * day })).toEqual({ files: 0, bytes: 0, strays: 0 });
  });

  it('removes the least recently used until the rest fits', async () => {
    await put(fileNamed('a', 100), ago(3 * day));
    await put(fileNamed('b', 100), ago(5 * day));
    await put(fileNamed('c', 100), ago(4 * day));
    await put(fileNamed('d', 100), ago(2 * day));
    expect(await sweep({ maxBytes: 250 })).toMatchObject({ files: 2, bytes: 200 });
    expect(await left()).toEqual(['a', 'd']);
  });

  it('leaves alone what was used lately, whatever the limits say', async () => {
    await put(fileNamed('a'), ago(30 * 60_000));
    // A use may be written down up to an hour late.
    await put(fileNamed('b'), ago(1.9 * hour));
    await put(fileNamed('c'), ago(2.1 * hour));
    expect(await sweep({ maxAgeMs: 0, maxBytes: 0 })).toMatchObject({ files: 1 });
    expect(await left()).toEqual(['a', 'b']);
  });

  it('removes the row of a file that is gone already', async () => {
    await put(fileNamed('a'), ago(10 * day));
    await store.remove(fileNamed('a'));
    expect(await sweep({ maxAgeMs: day })).toMatchObject({ files: 1 });
    expect(await left()).toEqual([]);
  });

  it('works through more than one batch', async () => {
    for (let index = 0; index < 450; index += 1) {
      const file = fileNamed(`${index}`.padStart(4, 'e'));
      await recordFile(ledger.database, file, null, ago(10 * day));
    }
    expect(await sweep({ maxAgeMs: day })).toMatchObject({ files: 450 });
  });

  it('may run twice at once: everything is removed once', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await put(fileNamed(name), ago(10 * day));
    await put(fileNamed('ee'), null);
    const reports = await Promise.all([sweep({ maxAgeMs: day }), sweep({ maxAgeMs: day })]);
    expect(reports.reduce((sum, { files }) => sum + files, 0)).toBe(4);
    expect(await left()).toEqual([]);
  });

  it('removes strays older than a day: files without a row, and what was left on its way in', async () => {
    await put(fileNamed('aa'), null);
    await put(fileNamed('bb'), null, ago(hour));
    await put(fileNamed('cc'), ago(hour));
    const [old, young] = [await store.newPath(), await store.newPath()];
    await writeFile(old, 'x');
    await utimes(old, ago(2 * day), ago(2 * day));
    await writeFile(young, 'x');
    await utimes(young, ago(hour), ago(hour));
    expect(await sweep()).toEqual({ files: 0, bytes: 0, strays: 2 });
    const paths = (await filesIn()).map(({ path }) => path).sort();
    expect(paths).toEqual([store.pathOf(fileNamed('bb')), store.pathOf(fileNamed('cc')), young].sort());
    expect(await ledger.database.selectFrom('media').select('id').execute()).toEqual([{ id: fileNamed('cc').id }]);
  });

  it('keeps a file that is used again between looking and removing', async () => {
    await put(fileNamed('a'), ago(10 * day));
    const touching: Store = {
      ...store,
      async remove() {
        throw new Error('must not be removed');
      },
    };
    const database = ledger.database.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        // After the list was read and before the first delete: the other process.
        if (result.rows.length === 1) await recordFile(ledger.database, fileNamed('a'), null, now);
        return result;
      },
    });
    const report = await sweepMedia(
      { database, store: touching, now: () => now, log: silentLog },
      { ...generous, maxAgeMs: day },
    );
    expect(report).toMatchObject({ files: 0 });
    expect(await left()).toEqual(['a']);
  });
});
