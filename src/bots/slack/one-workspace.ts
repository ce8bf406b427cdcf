/** The one workspace of a bot token that the operator has set. */
import type { Log } from '../../core/log.ts';
import type { Secret } from '../../core/secret.ts';
import { persistently } from './persistently.ts';
import { type BotIdentity, NotInstalled, type Tokens } from './slack-clients.ts';
import type { Uninstalls } from './uninstall.ts';
import { whoIs } from './who-is.ts';

export interface OneWorkspaceEdges {
  readonly token: Secret;
  /** Ends in a slash. */
  readonly apiUrl: string;
  readonly log: Log;
}

export interface OneWorkspace extends Tokens, Uninstalls {
  /** Asks at once, so that the log speaks of a dead token before a person meets it. Returns at once. */
  begin(): void;
  /** Slack has said that it does not know the token, and nothing else since. */
  isRefused(): boolean;
}

const pausesMs = [200, 600];

/**
 * Asks Slack once whose token it is. A dead one is asked about again whenever it is wanted, and said once in the log. When
 * the app is removed nothing can be done from here but to say so, once: what is in the making ends when it has no place.
 */
export function createOneWorkspace({ token, apiUrl, log }: OneWorkspaceEdges): OneWorkspace {
  let asking: Promise<BotIdentity> | undefined;
  let isSaid = false;
  let isRefused = false;
  let isRemoved = false;

  async function ask(): Promise<BotIdentity> {
    const identity = await persistently(pausesMs, () => whoIs({ token: token.reveal(), apiUrl, log }));
    isRefused = identity === null;
    if (identity !== null) return identity;
    if (!isSaid) log.error('slack.bad-token', { advice: badToken });
    isSaid = true;
    throw new NotInstalled('the bot token is dead, or no bot’s');
  }

  function identify(): Promise<BotIdentity> {
    asking ??= ask().catch((error: unknown) => {
      asking = undefined;
      throw error;
    });
    return asking;
  }

  return {
    identify,
    isRefused: () => isRefused,
    begin() {
      // Where Slack is away, whoever wants the token asks again.
      identify().catch(() => undefined);
    },
    async uninstalled({ event, bots }) {
      if (event === 'tokens_revoked' && bots.length === 0) return;
      asking = undefined;
      // Slack says it twice: of the app, and of its token.
      if (!isRemoved) log.warn('slack.uninstalled', { advice: removed });
      isRemoved = true;
    },
  };
}

const badToken =
  'Slack does not take SLACK_BOT_TOKEN. Copy the Bot User OAuth Token, which begins with xoxb-, from OAuth & Permissions of the app, and start again.';
const removed =
  'The app was removed from the workspace, or its token taken back. Install it again under Install App, set SLACK_BOT_TOKEN to the new token and start again.';
