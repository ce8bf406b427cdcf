/** Kept files on disk, named by the hash of their bytes: `<DATA_DIR>/media/ab/<sha256>.<extension>`. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { MediaId } from '../values.ts';
import type { KeptFile } from './media.ts';

type FileName = Pick<KeptFile, 'id' | 'type'>;

/** Nobody writes under a file's final name: it is there whole or not at all. */
export interface Store {
  pathOf(file: FileName): string;
  /** A path nobody has, on the same disk; what is left there is swept after a day. */
  newPath(): Promise<string>;
  /** Once resolved, the bytes written there outlive a power cut. Slow for a clip: not for inside a transaction. */
  flush(path: string): Promise<void>;
  /** Moves a finished, flushed file to its place for good; the same bytes again change nothing. */
  adopt(path: string, file: FileName): Promise<void>;
  /** A file that is gone already is as good as removed. */
  remove(file: FileName): Promise<void>;
  has(file: FileName): Promise<boolean>;
  /** Everything that lies in the store, known to the database or not. */
  files(): AsyncGenerator<StoredFile>;
}

/** A file as the disk has it; whether the database knows it is not said. */
export interface StoredFile {
  readonly path: string;
  /** Null: a file on its way in, or one that is not ours. */
  readonly id: MediaId | null;
  readonly modifiedAt: Date;
}

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
};

/** @param type a content type found in the bytes */
export function extensionOf(type: string): string {
  return extensions[type] ?? 'bin';
}

/** Paths follow from id and type alone, so that processes that share the directory agree. Made on first use. */
export function createStore(dataDirectory: string): Store {
  const root = join(dataDirectory, 'media');
  const incoming = join(root, 'incoming');
  const pathOf = ({ id, type }: FileName): string => join(root, id.slice(0, 2), `${id}.${extensionOf(type)}`);

  return {
    pathOf,

    async newPath() {
      await mkdir(incoming, { recursive: true });
      return join(incoming, randomUUID());
    },

    flush,

    async adopt(path, file) {
      const place = pathOf(file);
      await mkdir(dirname(place), { recursive: true });
      await rename(path, place);
      await flush(dirname(place));
    },

    remove: (file) => rm(pathOf(file), { force: true }),

    has: async (file) => (await modifiedAt(pathOf(file))) !== null,

    async *files() {
      for (const directory of await namesIn(root)) {
        for (const name of await namesIn(join(root, directory))) {
          const path = join(root, directory, name);
          const at = await modifiedAt(path);
          if (at !== null) yield { path, id: idIn(name), modifiedAt: at };
        }
      }
    },
  };
}

/** What a finished file is called: the SHA-256 of its bytes. */
export async function measureFile(path: string): Promise<{ readonly id: MediaId; readonly bytes: number }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { id: hash.digest('hex') as MediaId, bytes: (await stat(path)).size };
}

/** Of a directory: makes its names outlive a power cut. Windows knows no such thing. */
async function flush(path: string): Promise<void> {
  const isDirectory = (await stat(path)).isDirectory();
  if (isDirectory && process.platform === 'win32') return;
  await using handle = await open(path, isDirectory ? 'r' : 'r+');
  await handle.sync();
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function modifiedAt(path: string): Promise<Date | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.mtime : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Other processes sweep too: what was listed a moment ago may be gone. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function idIn(name: string): MediaId | null {
  const found = /^([0-9a-f]{64})\.\w+$/.exec(name)?.[1];
  return found === undefined ? null : (found as MediaId);
}
