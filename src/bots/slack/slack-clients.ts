/** Slack's Web API, with each installation's own token, from any process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, LogLevel, WebAPIRateLimitedError, WebClient, type WebClientOptions } from '@slack/web-api';
import type { Log } from '../../core/log.ts';
import { type InstallationKey, installationId } from './address.ts';

/** The app is not installed there any more, or its token was taken back: nothing can be said until somebody installs it again. */
export class NotInstalled extends Error {
  override readonly name = 'NotInstalled';
}

/** A bot token that is good now. */
export interface BotIdentity {
  readonly token: string;
  /** `B…`: what its messages carry. */
  readonly bot: string;
  /** `U…`: what people mention. */
  readonly botUser: string;
  readonly name: string;
}

/** Knows every installation; `installations.ts` is the one of many workspaces, `one-workspace.ts` that of one token. */
export interface Tokens {
  /** Asked anew for every call: tokens rotate. @throws NotInstalled, or what made the look-up fail after its own retries */
  identify(key: InstallationKey): Promise<BotIdentity>;
}

export interface SlackClients {
  /** For everything that matters. Repeats nothing that Slack may have done; a 429 is thrown at once (`patiently` waits for it). */
  readonly api: WebClient;
  /** For progress alone: whatever it meets must not hold up a clip (platforms/slack.md §5). */
  readonly edits: WebClient;
  /** Uploads may take minutes. */
  readonly uploads: WebClient;
  readonly identity: BotIdentity;
}

export interface SlackApi {
  /** @throws NotInstalled */
  of(key: InstallationKey): Promise<SlackClients>;
}

const callMs = 30_000;
const uploadMs = 5 * 60_000;
const mostKept = 500;

/** @param apiUrl ends in a slash */
export function createSlackApi({
  tokens,
  apiUrl,
  log,
}: {
  readonly tokens: Tokens;
  readonly apiUrl: string;
  readonly log: Log;
}): SlackApi {
  const kept = new Map<string, SlackClients>();
  return {
    async of(key) {
      const identity = await tokens.identify(key);
      const id = installationId(key);
      const known = kept.get(id);
      if (known?.identity.token === identity.token) return known;
      const usual = clientOptions(apiUrl, log);
      const clients = {
        api: new WebClient(identity.token, usual),
        edits: new WebClient(identity.token, usual),
        uploads: new WebClient(identity.token, { ...usual, timeout: uploadMs }),
        identity,
      };
      kept.set(id, clients);
      if (kept.size > mostKept) for (const oldest of kept.keys().take(1)) kept.delete(oldest);
      return clients;
    },
  };
}

/**
 * What every client of this bot has in common. The library's own ten repetitions would post twice, and after a 429 it
 * would hold up every call of the client, not those of the one method that is meant (platforms/slack.md §5).
 */
export function clientOptions(apiUrl: string, log: Log): WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    timeout: callMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: toSlackLogger(log),
  };
}

const mostWaits = 3;
const longestWaitMs = 30_000;

/**
 * Waits where Slack says "later", which is a certain no for now, and calls again.
 * @throws whatever else the call threw; the 429 itself when Slack wants more than half a minute, or says so a fourth time
 */
export async function patiently<Result>(call: () => Promise<Result>): Promise<Result> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof WebAPIRateLimitedError) || waits === mostWaits) throw error;
      const waitMs = error.retryAfter * 1000;
      if (waitMs > longestWaitMs) throw error;
      await sleep(waitMs);
    }
  }
}

/** The libraries' own words, for operators who look closely: what matters is logged by whoever called. */
export function toSlackLogger(log: Log): Logger {
  const say = (...words: unknown[]): void => log.debug('slack.library', { detail: words.map(String).join(' ') });
  return {
    debug: () => undefined,
    info: say,
    warn: say,
    error: say,
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
