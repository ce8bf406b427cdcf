/** One process per embedded directory: two would corrupt it silently (research/storage.md §2.1). */
import { createHash } from 'node:crypto';
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Thrown when another process holds the directory; the message says which one and what to do. */
export class DirectoryHeldError extends Error {
  override readonly name = 'DirectoryHeldError';
}

/**
 * Holds the directory until the returned lock is disposed or this process dies, `kill -9` included.
 * It does not see another container that shares the volume.
 */
export async function lockDirectory(directory: string): Promise<AsyncDisposable> {
  const address = addressOf(realpathSync(directory));
  const server = createServer((caller) => {
    caller.on('error', () => {});
    caller.end(`process ${process.pid} (started ${startedAt()})`);
  });
  try {
    await listen(server, address);
  } catch (error) {
    const holder = await askHolder(address);
    if (holder === null && process.platform !== 'linux' && process.platform !== 'win32') {
      // A socket file outlives a killed process, an abstract socket and a named pipe do not.
      rmSync(address, { force: true });
      await listen(server, address);
    } else {
      throw new DirectoryHeldError(
        `The database in ${directory} is in use by ${holder ?? 'another process'}. ` +
          'Stop that one first, choose another DATA_DIR, or set DATABASE_URL to share one PostgreSQL.',
        { cause: error },
      );
    }
  }
  server.unref();
  return { [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

/** Who holds the directory, as the lock's own words say it; null when nobody does, or it is not there. Takes no lock. */
export async function findHolder(directory: string): Promise<string | null> {
  return existsSync(directory) ? askHolder(addressOf(realpathSync(directory))) : null;
}

function addressOf(path: string): string {
  const name = `hailuo-bot-${createHash('sha256').update(path).digest('hex').slice(0, 24)}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

function startedAt(): string {
  return new Date(Date.now() - process.uptime() * 1000).toISOString();
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function askHolder(address: string): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = '';
    const caller = connect(address);
    caller.setTimeout(2000, () => caller.destroy());
    caller.on('data', (chunk) => {
      answer += chunk.toString('utf8');
    });
    caller.on('error', () => {});
    caller.on('close', () => resolve(answer === '' ? null : answer));
  });
}
