/** Whose events come in: Bolt asks before it lets one through. */
import type { Authorize } from '@slack/bolt';
import { within } from '../../core/jobs/within.ts';
import type { Log } from '../../core/log.ts';
import { keyOf } from './incoming.ts';
import { persistently } from './persistently.ts';
import { NotInstalled, type Tokens } from './slack-clients.ts';

/** Of the three seconds there are (platforms/slack.md §1); the rest is for writing the event down. */
const patienceMs = 2_000;
const pausesMs = [100, 300, 600];

/**
 * What people wait for is let through at once: it is acknowledged before anything is looked up, and answered with a
 * token that is found then. An event has to be known for our own or not, so its look-up is tried again until the time
 * is over; after that it is not acknowledged, and Slack repeats it. Without an installation it is told so, and nothing
 * is heard of it (`isInstalled`).
 */
export function createAuthorize({ tokens, log }: { readonly tokens: Tokens; readonly log: Log }): Authorize<boolean> {
  return async (source, body) => {
    if (body === undefined || !('event' in body)) return {};
    const key = keyOf({
      ...(source.teamId !== undefined && { teamId: source.teamId }),
      ...(source.enterpriseId !== undefined && { enterpriseId: source.enterpriseId }),
      isEnterpriseInstall: source.isEnterpriseInstall,
    });
    try {
      const { bot, botUser } = await within(
        patienceMs,
        persistently(pausesMs, () => tokens.identify(key), isFinal),
      );
      // Without the token: nothing is asked of Slack by Bolt's own clients, which it would keep for ever.
      return { botId: bot, botUserId: botUser };
    } catch (error) {
      if (!isFinal(error)) throw error;
      log.info('slack.not-installed', { ...key });
      return { isInstalled: false };
    }
  };
}

function isFinal(error: unknown): boolean {
  return error instanceof NotInstalled;
}
