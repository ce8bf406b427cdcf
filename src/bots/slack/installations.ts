/** The workspaces and organisations that installed the app by OAuth: their tokens, kept sealed, given out fresh. */
import type { InstallationStore } from '@slack/oauth';
import type { Log } from '../../core/log.ts';
import type { Secret } from '../../core/secret.ts';
import type { JobId } from '../../core/values.ts';
import { type InstallationKey, installationId } from './address.ts';
import { createFreshTokens } from './fresh-tokens.ts';
import { createInstallationRows, type Installed } from './installation-rows.ts';
import { fromOAuth, keyOfQuery, toOAuth } from './oauth-installation.ts';
import { persistently } from './persistently.ts';
import { createSealing } from './sealing.ts';
import { NotInstalled, type Tokens } from './slack-clients.ts';
import type { SlackDatabase } from './slack-tables.ts';
import { endAbandoned, type Uninstalls } from './uninstall.ts';
import { whoIs } from './who-is.ts';

export interface InstallationsEdges {
  readonly database: SlackDatabase;
  readonly secretKey: Secret;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Ends in a slash. */
  readonly apiUrl: string;
  readonly log: Log;
  readonly now: () => Date;
  /** Asks for the end of a job, as its Cancel button does; what is over stays as it is. */
  readonly cancelJob: (job: JobId) => Promise<void>;
}

export interface Installations extends Tokens, Uninstalls {
  /** For the pages of an installation. What it hands out has no refresh token: tokens are renewed here alone. */
  readonly store: InstallationStore;
  /** Its tokens are gone at once, then what it had under way ends. Nothing happens where there is none. */
  remove(key: InstallationKey): Promise<void>;
  /** Ends what a process that died left of installations that are gone; for the start. */
  sweep(): Promise<void>;
  /** Resolves when no token is being renewed any more. */
  settle(): Promise<void>;
}

/** Another process may have stored or removed one since. */
const keptMs = 3_000;
const mostKept = 1_000;
const askPausesMs = [200, 600];

export function createInstallations(edges: InstallationsEdges): Installations {
  const { database, log, now } = edges;
  const rows = createInstallationRows(database, createSealing(edges.secretKey.reveal()));
  const fresh = createFreshTokens({ ...edges, rows, replaced: forget });
  const kept = new Map<string, { readonly installed: Installed; readonly untilMs: number }>();
  let changes = 0;

  function forget(): void {
    changes += 1;
    kept.clear();
  }

  async function find(key: InstallationKey): Promise<Installed> {
    const id = installationId(key);
    const known = kept.get(id);
    if (known !== undefined && known.untilMs > now().getTime()) return known.installed;
    const seenChanges = changes;
    const installed = await rows.find(key);
    if (installed === null) throw new NotInstalled(`the app is not installed in ${id}`);
    // What was read while it changed is good for this once.
    if (seenChanges === changes) {
      if (kept.size >= mostKept) kept.clear();
      kept.set(id, { installed, untilMs: now().getTime() + keptMs });
    }
    return installed;
  }

  const findFresh = async (key: InstallationKey): Promise<Installed> => fresh.freshen(await find(key));

  async function remove(key: InstallationKey): Promise<void> {
    const name = await rows.remove(key);
    forget();
    if (name !== null) log.info('slack.uninstalled', { installation: installationId(key), name });
    await endAbandoned(edges, now());
  }

  /** Null: Slack did not say. */
  async function isAlive(key: InstallationKey): Promise<boolean | null> {
    try {
      const { token } = (await findFresh(key)).identity;
      return (await persistently(askPausesMs, () => whoIs({ ...edges, token }))) !== null;
    } catch (error) {
      return error instanceof NotInstalled ? false : null;
    }
  }

  return {
    identify: async (key) => (await findFresh(key)).identity,
    remove,
    sweep: () => endAbandoned(edges, now()),
    settle: fresh.settle,

    async uninstalled({ key, event, at, bots }) {
      const installed = await rows.findOwn(key);
      // Told again, or after a process died before it was done.
      if (installed === null) return endAbandoned(edges, now());
      if (event === 'tokens_revoked' && !bots.includes(installed.identity.botUser)) return;
      const isLater = at > installed.installedAt;
      if (event === 'app_uninstalled' && isLater) return remove(key);
      // It may be about an earlier installation, or a token that has been replaced. Slack knows.
      const isGood = await isAlive(key);
      if (isGood === true || (isGood === null && !isLater)) {
        log.info('slack.still-installed', { installation: installed.id, event });
        return;
      }
      await remove(key);
    },

    store: {
      async storeInstallation(installation) {
        const { key, ...more } = fromOAuth(installation);
        const id = installationId(key);
        await rows.put({ key, ...more }, now());
        fresh.forget(id);
        forget();
        log.info('slack.installed', { installation: id, name: more.identity.name });
      },
      fetchInstallation: async (query) => toOAuth(await findFresh(keyOfQuery(query))),
      deleteInstallation: (query) => remove(keyOfQuery(query)),
    },
  };
}
