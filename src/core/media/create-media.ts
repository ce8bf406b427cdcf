/** The real `Media`: files in the store, their facts in the database, strangers behind the guard. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { Database } from '../database.ts';
import type { Log } from '../log.ts';
import type { MediaId } from '../values.ts';
import { findFile, recordFile } from './catalogue.ts';
import { failedFetch, unavailableClip, unusableClip } from './clip-failure.ts';
import type { ClipTool } from './clip-tool.ts';
import type { Download } from './download.ts';
import { type Mending, mendPicture } from './image.ts';
import { signLink } from './links.ts';
import type { ClipIntake, KeptFile, Media } from './media.ts';
import { createStore, measureFile } from './store.ts';
import { preparePicture } from './take-in.ts';

interface MediaLimits {
  readonly pictureMs: number;
  readonly clipBytes: number;
  readonly clipMs: number;
}

const defaultMediaLimits: MediaLimits = { pictureMs: 30_000, clipBytes: 500_000_000, clipMs: 300_000 };

/** What kept files need from outside. `secretKey` signs links: with another one, those already posted open nothing. */
export interface MediaEdges {
  readonly database: Database;
  readonly dataDirectory: string;
  readonly secretKey: string | Uint8Array;
  readonly download: Download;
  readonly clipTool: Pick<ClipTool, 'inspect' | 'frame' | 'fit'>;
  readonly now: () => Date;
  readonly log: Log;
  readonly limits?: MediaLimits;
}

type ClipSource = Parameters<Media['keepClip']>[0];
type Arrival =
  | Extract<ClipIntake, { outcome: 'refused' }>
  | { readonly outcome: 'arrived'; readonly id: MediaId; readonly bytes: number };

/** Processes that share database and data directory may all have one: no row is seen without its whole file. */
export function createMedia(edges: MediaEdges): Media {
  const { database, clipTool, now, download, log } = edges;
  const limits = edges.limits ?? defaultMediaLimits;
  const store = createStore(edges.dataDirectory);
  const fitted = createMemo<KeptFile | null>(500);

  /** Row and file appear together: a sweep waits for the row, and a row without its file is never seen. */
  async function keep(
    files: readonly { readonly path: string; readonly file: KeptFile; readonly poster?: MediaId | null }[],
  ) {
    await Promise.all(files.map(({ path }) => store.flush(path)));
    await database.transaction().execute(async (tx) => {
      // In the order of their ids, so that two that keep the same files never wait for each other.
      for (const { path, file, poster = null } of files.toSorted((a, b) => (a.file.id < b.file.id ? -1 : 1))) {
        await recordFile(tx, file, poster, now());
        await store.adopt(path, file);
      }
    });
  }

  async function look(id: MediaId) {
    const found = await findFile(database, id, now());
    return found !== null && (await store.has(found.file)) ? found : null;
  }

  async function lookForClip(id: MediaId): Promise<{ readonly clip: KeptFile; readonly poster: KeptFile } | null> {
    const clip = await look(id);
    const poster = clip?.poster == null ? null : await look(clip.poster);
    return clip === null || poster === null ? null : { clip: clip.file, poster: poster.file };
  }

  /** A fresh path for the work, and nothing left there afterwards. */
  async function withPath<Result>(work: (path: string) => Promise<Result>): Promise<Result> {
    const path = await store.newPath();
    try {
      return await work(path);
    } finally {
      await rm(path, { force: true });
    }
  }

  function keepPicture({ bytes, type, width, height }: Extract<Mending, { outcome: 'mended' }>): Promise<KeptFile> {
    return withPath(async (path) => {
      await writeFile(path, bytes);
      const file: KeptFile = { ...(await measureFile(path)), kind: 'picture', type, width, height };
      await keep([{ path, file }]);
      return file;
    });
  }

  async function receiveClip(source: ClipSource, path: string): Promise<Arrival> {
    if ('url' in source) {
      const order = { url: source.url, maxBytes: limits.clipBytes, timeoutMs: limits.clipMs };
      const fetched = await download.toFile(order, path);
      if (fetched.outcome === 'refused') return { outcome: 'refused', failure: failedFetch(fetched) };
      return { outcome: 'arrived', id: fetched.sha256 as MediaId, bytes: fetched.bytes };
    }
    try {
      await source.write(path);
      const { size } = await stat(path);
      if (size > limits.clipBytes) {
        return {
          outcome: 'refused',
          failure: unusableClip(`a clip of ${size} bytes, the limit is ${limits.clipBytes}`),
        };
      }
    } catch (error) {
      const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return { outcome: 'refused', failure: unavailableClip(`clip not written: ${detail}`) };
    }
    return { outcome: 'arrived', ...(await measureFile(path)) };
  }

  async function keepNewClip(
    path: string,
    { id, bytes }: { readonly id: MediaId; readonly bytes: number },
  ): Promise<ClipIntake> {
    const facts = await clipTool.inspect(path);
    if ('unusable' in facts)
      return { outcome: 'refused', failure: unusableClip(`not a usable video: ${facts.unusable}`) };
    const { type, width, height, seconds } = facts;
    const clip: KeptFile = { id, kind: 'clip', type, bytes, width, height, seconds };
    return await withPath(async (posterPath) => {
      const size = await clipTool.frame(path, 'poster', posterPath);
      const poster: KeptFile = { ...(await measureFile(posterPath)), kind: 'poster', type: 'image/jpeg', ...size };
      await keep([
        { path: posterPath, file: poster },
        { path, file: clip, poster: poster.id },
      ]);
      return { outcome: 'kept', clip, poster };
    });
  }

  async function fitClip(clip: KeptFile, poster: MediaId | null, maxBytes: number): Promise<KeptFile | null> {
    return await withPath(async (path) => {
      if (!(await clipTool.fit(store.pathOf(clip), maxBytes, path))) return null;
      const measured = await measureFile(path);
      const facts = await clipTool.inspect(path);
      if ('unusable' in facts || measured.bytes > maxBytes) {
        log.warn('clip.fitted-badly', { clip: clip.id, maxBytes, bytes: measured.bytes });
        return null;
      }
      const { type, width, height, seconds } = facts;
      const file: KeptFile = { ...measured, kind: 'clip', type, width, height, seconds };
      await keep([{ path, file, poster }]);
      return file;
    });
  }

  return {
    async takeIn(picture) {
      const mending = await preparePicture(picture, { download, log, pictureMs: limits.pictureMs });
      if (mending.outcome === 'refused') return mending;
      return { outcome: 'kept', picture: await keepPicture(mending) };
    },

    keepClip: (source) =>
      withPath(async (path) => {
        const arrival = await receiveClip(source, path);
        if (arrival.outcome === 'refused') return arrival;
        const known = await lookForClip(arrival.id);
        return known === null ? await keepNewClip(path, arrival) : { outcome: 'kept', ...known };
      }),

    async lastFrame(id) {
      const found = await look(id);
      if (found === null) throw new Error(`Clip ${id} is no longer kept`);
      const mending = await withPath(async (path) => {
        await clipTool.frame(store.pathOf(found.file), 'last', path);
        return await mendPicture(await readFile(path));
      });
      if (mending.outcome === 'refused') throw new Error(`The last frame cannot be used: ${mending.detail}`);
      return await keepPicture(mending);
    },

    async fit(id, maxBytes) {
      const found = await look(id);
      if (found === null) throw new Error(`Clip ${id} is no longer kept`);
      const { file, poster } = found;
      if (file.bytes <= maxBytes) return file;
      const key = `${id} ${maxBytes}`;
      const before = await fitted.get(key, () => fitClip(file, poster, maxBytes));
      if (before === null || (await look(before.id)) !== null) return before;
      fitted.forget(key);
      return await fitted.get(key, () => fitClip(file, poster, maxBytes));
    },

    find: async (id) => (await look(id))?.file ?? null,
    pathOf: (file) => store.pathOf(file),
    link: (id, expiresAt) => signLink(edges.secretKey, id, expiresAt),
  };
}

/** Remembers the last answers; who asks while one is being worked out waits for the same one. Failures are forgotten. */
function createMemo<Value>(size: number) {
  const answers = new Map<string, Promise<Value>>();
  return {
    forget: (key: string): boolean => answers.delete(key),
    async get(key: string, work: () => Promise<Value>): Promise<Value> {
      const answer = answers.get(key) ?? work();
      answers.delete(key);
      answers.set(key, answer);
      for (const oldest of answers.keys()) {
        if (answers.size <= size) break;
        answers.delete(oldest);
      }
      try {
        return await answer;
      } catch (error) {
        if (answers.get(key) === answer) answers.delete(key);
        throw error;
      }
    },
  };
}
