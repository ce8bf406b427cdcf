/** Small files by which the processes that run the sandbox tell each other what the clock alone does not. */
import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Notes kept under a key of any form; the oldest go when there are too many. */
export interface Notes {
  read(key: string): Promise<string | null>;
  write(key: string, text: string): Promise<void>;
  forget(key: string): Promise<void>;
}

const keptNotes = 2000;
const keptPictures = 500;

/** For all processes that share the directory, which is made on first use. What cannot be read counts as not written. */
export function createNotes(directory: string): Notes {
  const pathOf = (key: string): string => join(directory, createHash('sha256').update(key).digest('hex').slice(0, 32));
  return {
    read: (key) => readFile(pathOf(key), 'utf8').catch(() => null),
    async write(key, text) {
      await mkdir(directory, { recursive: true });
      await writeFile(pathOf(key), text);
      await keepNewest(directory, keptNotes);
    },
    forget: (key) => rm(pathOf(key), { force: true }),
  };
}

const addressPrefix = 'sandbox-picture:';

/** Pictures under addresses that only the sandbox reads. */
export interface Pictures {
  /** Same bytes, same address. */
  keep(path: string): Promise<string>;
  /** Throws for an address that `keep` did not make. */
  pathOf(address: string): string;
}

/** The oldest pictures go when there are too many, so an address may outlive its file. */
export function createPictures(directory: string): Pictures {
  return {
    async keep(path) {
      const hash = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      const kept = join(directory, hash);
      await mkdir(directory, { recursive: true });
      const draft = `${kept}.${randomUUID()}.part`;
      await copyFile(path, draft);
      await rename(draft, kept);
      const now = new Date();
      await utimes(kept, now, now);
      await keepNewest(directory, keptPictures);
      return addressPrefix + hash;
    },
    pathOf(address) {
      const hash = address.startsWith(addressPrefix) ? address.slice(addressPrefix.length) : '';
      if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error('not a picture of the sandbox');
      return join(directory, hash);
    },
  };
}

/** A scratch directory has no owner who tidies up; a file that is gone while we look is gone. */
export async function keepNewest(directory: string, count: number): Promise<void> {
  const names = await readdir(directory);
  if (names.length <= count) return;
  const aged = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      return { path, mtimeMs };
    }),
  );
  aged.sort((one, other) => other.mtimeMs - one.mtimeMs);
  await Promise.all(aged.slice(count).map(({ path }) => rm(path, { force: true })));
}
