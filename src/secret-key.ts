/** The key that signs links and call-back addresses, when the operator set none. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecret, type Secret } from './core/secret.ts';

/** As for `SECRET_KEY`: what is shorter could be guessed. */
const leastLength = 16;

/** Made once, readable by its owner alone, so that links survive a restart. */
export function findSecretKey(dataDirectory: string): Secret {
  const path = join(dataDirectory, 'secret.key');
  try {
    const kept = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
    if (kept.length >= leastLength) return createSecret(kept);
    // Whole or not at all: a process that dies in the middle must not leave an empty key, which anybody could sign with.
    const draft = `${path}.${process.pid}`;
    const made = randomBytes(32).toString('hex');
    writeFileSync(draft, made, { mode: 0o600, flush: true });
    renameSync(draft, path);
    return createSecret(made);
  } catch (error) {
    throw new Error(`No key can be kept in ${dataDirectory}: set SECRET_KEY or another DATA_DIR.`, { cause: error });
  }
}
