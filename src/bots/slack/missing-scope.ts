/** What this app was not allowed when it was installed: told to whoever asked, and once to the operator. */
import type { Log } from '../../core/log.ts';
import { type InstallationKey, installationId } from './address.ts';
import { readRefusal } from './api-errors.ts';

/** Slack did not say so itself, but nothing else explains it. */
export class MissingScope extends Error {
  override readonly name = 'MissingScope';
  readonly scope: string;
  constructor(scope: string) {
    super(`the app was installed without ${scope}`);
    this.scope = scope;
  }
}

/** The scope as Slack names it, several with commas between; null: that is not why. */
export function scopeMissingIn(error: unknown): string | null {
  if (error instanceof MissingScope) return error.scope;
  const refusal = readRefusal(error);
  if (refusal?.code !== 'missing_scope') return null;
  return refusal.needed ?? 'missing_scope';
}

/** Logs each scope once for each installation, as long as the process lives. */
export type ScopeAlarm = (key: InstallationKey, scope: string) => void;

export function createScopeAlarm(log: Log): ScopeAlarm {
  const told = new Set<string>();
  return (key, scope) => {
    const installation = installationId(key);
    const name = `${installation} ${scope}`;
    if (told.has(name)) return;
    told.add(name);
    log.warn('slack.missing-scope', {
      installation,
      scope,
      advice: `Add ${scope} to the app's bot scopes, then install the app again: npm run slack:manifest prints them all.`,
    });
  };
}
