/** Tokens that die after some hours, renewed in time (platforms/slack.md §2). */
import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '../../core/log.ts';
import type { Secret } from '../../core/secret.ts';
import { readRefusal } from './api-errors.ts';
import type { InstallationRows, Installed, NextTokens } from './installation-rows.ts';
import { persistently } from './persistently.ts';
import { clientOptions, NotInstalled } from './slack-clients.ts';

export interface FreshTokens {
  /**
   * The same installation with a token that lives for a while. One that is only near its end is given out as it is, and
   * renewed meanwhile; it is given out as long as it lives when renewing fails.
   * @throws NotInstalled when it is dead and Slack gives no other; else what stood in the way
   */
  freshen(installed: Installed): Promise<Installed>;
  /** An installation is new: what went wrong with the one before means nothing. */
  forget(id: string): void;
  /** Resolves when nothing is being renewed any more. */
  settle(): Promise<void>;
}

interface FreshTokensEdges {
  readonly rows: InstallationRows;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Ends in a slash. */
  readonly apiUrl: string;
  readonly log: Log;
  readonly now: () => Date;
  /** Told when tokens were replaced, before anybody gets the new ones. */
  readonly replaced: () => void;
}

/** A token is renewed this long before it dies. */
const nearMs = 10 * 60_000;
/** What lives no longer than this is not given out while it is renewed: an upload would outlive it. */
const shortestMs = 60_000;
/** Well under the lease, so that nobody else asks while an answer may still come. */
const askMs = 10_000;
const leaseMs = 30_000;
/** How long the renewal by another process is waited for: longer where there is no old token to go on with. */
const othersPausesMs = Array.from({ length: 25 }, () => 200);
const mostPausesAlive = 5;

const answer = z.object({
  access_token: z.string(),
  refresh_token: z.string().nullish(),
  expires_in: z.number().nullish(),
});

/**
 * A refresh token works once, so of all processes one uses it: whoever has the row's lease. What it gets is written where
 * the old one stands unchanged, and nowhere else. No transaction is open meanwhile.
 */
export function createFreshTokens(edges: FreshTokensEdges): FreshTokens {
  const { rows, log, now } = edges;
  const renewing = new Map<string, Promise<Installed>>();
  /** What went wrong, and until when it is not tried again here. */
  const failed = new Map<string, { readonly untilMs: number; readonly error: unknown }>();

  const msLeft = ({ expiresAt }: Installed): number =>
    expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt.getTime() - now().getTime();

  function renewOnce(installed: Installed): Promise<Installed> {
    const underWay = renewing.get(installed.id);
    if (underWay !== undefined) return underWay;
    const renewal = renew(installed).finally(() => renewing.delete(installed.id));
    renewing.set(installed.id, renewal);
    return renewal;
  }

  async function renew(installed: Installed): Promise<Installed> {
    const { id } = installed;
    const earlier = failed.get(id);
    if (earlier !== undefined && earlier.untilMs > now().getTime()) return oldOne(installed, earlier.error);
    if (!(await rows.lease(installed, now(), leaseFrom(now())))) return waitForOthers(installed);
    try {
      const next = await ask(installed);
      const replaced = await rows.replaceTokens(installed, next, now());
      failed.delete(id);
      edges.replaced();
      // Gone or installed anew meanwhile: what is there now counts.
      return replaced ?? (await findNow(installed));
    } catch (error) {
      log.warn('slack.token-not-renewed', { installation: id, name: installed.identity.name, error });
      const newest = await findNow(installed);
      // Installed anew meanwhile, with other tokens: then these are refused, and nobody needs them.
      if (newest.version !== installed.version) {
        edges.replaced();
        return newest;
      }
      const isRefused = readRefusal(error) !== null;
      // Without a certain no the lease stays until it is over: an answer may be lost, and a second use be the wrong one.
      if (isRefused) await rows.release(installed);
      const reason = isRefused ? new NotInstalled(`Slack renews the token of ${id} no more`, { cause: error }) : error;
      failed.set(id, { untilMs: leaseFrom(now()).getTime(), error: reason });
      return oldOne(installed, reason);
    }
  }

  async function ask({ refreshToken }: Installed): Promise<NextTokens> {
    const client = new WebClient(undefined, { ...clientOptions(edges.apiUrl, log), timeout: askMs });
    const next = answer.parse(
      await client.oauth.v2.access({
        client_id: edges.clientId,
        client_secret: edges.clientSecret.reveal(),
        grant_type: 'refresh_token',
        refresh_token: refreshToken ?? '',
      }),
    );
    return {
      token: next.access_token,
      refreshToken: next.refresh_token ?? null,
      expiresAt: next.expires_in == null ? null : new Date(now().getTime() + next.expires_in * 1000),
    };
  }

  /** @throws `error`, when the old token is dead too */
  function oldOne(installed: Installed, error: unknown): Installed {
    if (msLeft(installed) > 0) return installed;
    throw error;
  }

  async function waitForOthers(installed: Installed): Promise<Installed> {
    if (msLeft(installed) > shortestMs) return installed;
    const look = async (): Promise<Installed> => {
      const found = await findNow(installed);
      if (found.version === installed.version) throw new Error(`another process renews the token of ${installed.id}`);
      edges.replaced();
      return found;
    };
    const pausesMs = msLeft(installed) > 0 ? othersPausesMs.slice(0, mostPausesAlive) : othersPausesMs;
    try {
      return await persistently(pausesMs, look, (error) => error instanceof NotInstalled);
    } catch (error) {
      if (error instanceof NotInstalled) throw error;
      return oldOne(installed, error);
    }
  }

  async function findNow({ id, key }: Installed): Promise<Installed> {
    const found = await rows.findOwn(key);
    if (found === null) throw new NotInstalled(`the app is not installed in ${id} any more`);
    return found;
  }

  return {
    async freshen(installed) {
      if (installed.refreshToken === null || msLeft(installed) > nearMs) return installed;
      const renewal = renewOnce(installed);
      if (msLeft(installed) <= shortestMs) return renewal;
      // Nobody waits for it: an event that is looked up wants its acknowledgement.
      renewal.catch((error: unknown) => log.warn('slack.token-not-renewed', { installation: installed.id, error }));
      return installed;
    },
    forget: (id) => failed.delete(id),
    async settle() {
      await Promise.allSettled(renewing.values());
    },
  };
}

function leaseFrom(at: Date): Date {
  return new Date(at.getTime() + leaseMs);
}
