/** The `.env` beside the program: for the bot, and for the doctor that says what it would find. */
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

export type EnvFile =
  | { readonly state: 'none' }
  | { readonly state: 'unreadable'; readonly reason: string }
  | { readonly state: 'read'; readonly values: Readonly<Record<string, string | undefined>> };

/** Only looks: nothing of it gets into the environment. A file that is there and cannot be read is told apart from none. */
export function readEnvFile(path = '.env'): EnvFile {
  try {
    return existsSync(path) ? { state: 'read', values: parseEnv(readFileSync(path, 'utf8')) } : { state: 'none' };
  } catch (error) {
    return { state: 'unreadable', reason: error instanceof Error && 'code' in error ? String(error.code) : 'no file' };
  }
}

/** One sentence for the operator, who would wonder why no setting has an effect. */
export function explainUnreadable({ reason }: Extract<EnvFile, { state: 'unreadable' }>): string {
  return `.env cannot be read (${reason}), so nothing in it counts.`;
}
