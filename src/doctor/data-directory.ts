/** Where clips, pictures and the embedded database lie. */
import { constants, existsSync } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Config } from '../core/config.ts';
import { type Finding, fix, note, ok } from './report.ts';

export interface DataDirectorySeen {
  readonly path: string;
  readonly state: 'ready' | 'to-be-made' | 'no-directory' | 'not-writable';
  /** null where the system does not tell. */
  readonly freeBytes: number | null;
}

/** Makes nothing: of a directory that is not there yet, the one it would be made in is looked at. */
export async function lookAtDataDirectory({
  dataDirectory,
}: Pick<Config, 'dataDirectory'>): Promise<DataDirectorySeen> {
  const path = resolve(dataDirectory);
  const there = nearest(path);
  const freeBytes = await statfs(there).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
  if (!(await stat(there)).isDirectory()) return { path, state: 'no-directory', freeBytes };
  const isWritable = await access(there, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) return { path, state: 'not-writable', freeBytes };
  return { path, state: there === path ? 'ready' : 'to-be-made', freeBytes };
}

/** Less than this, and a database and a handful of clips have no room. */
const leastFreeBytes = 1e9;

export function judgeDataDirectory(
  seen: DataDirectorySeen,
  { mediaMaxBytes }: Pick<Config, 'mediaMaxBytes'>,
): Finding[] {
  const { path, state, freeBytes } = seen;
  const another = 'Set DATA_DIR to a directory that this user may write to, or change who owns it.';
  switch (state) {
    case 'no-directory':
      return [fix(`Data directory ${path}: a file is in its way.`, another)];
    case 'not-writable':
      return [fix(`Data directory ${path}: cannot be written to.`, another)];
    case 'ready':
    case 'to-be-made':
      return [
        ok(`Data directory ${path}: ${state === 'ready' ? 'can be written to' : 'the first start will make it'}.`),
        ...(freeBytes === null ? [] : [judgeSpace(freeBytes, mediaMaxBytes)]),
      ];
  }
}

function judgeSpace(freeBytes: number, mediaMaxBytes: number): Finding {
  const free = `${inGigabytes(freeBytes)} free there`;
  if (freeBytes < leastFreeBytes) return fix(`Only ${free}.`, 'Make room, or move DATA_DIR to a larger disk.');
  if (freeBytes >= mediaMaxBytes) return ok(`${free}.`);
  return note(
    `${free}; kept clips and pictures may take ${inGigabytes(mediaMaxBytes)} in all.`,
    'Set MEDIA_MAX_GB lower, unless that much is there already.',
  );
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}
