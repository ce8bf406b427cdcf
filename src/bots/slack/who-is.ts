/** Whose bot a token is, asked of Slack itself. */
import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '../../core/log.ts';
import { isUninstalled, readRefusal } from './api-errors.ts';
import { type BotIdentity, clientOptions } from './slack-clients.ts';

const answer = z.object({
  bot_id: z.string().nullish(),
  user_id: z.string(),
  team: z.string().nullish(),
});

interface Asked {
  readonly token: string;
  /** Ends in a slash. */
  readonly apiUrl: string;
  readonly log: Log;
}

/** Somebody waits for it. */
const answerMs = 10_000;

/**
 * Null: the token is dead, or no bot's.
 * @throws when Slack did not say
 */
export async function whoIs({ token, apiUrl, log }: Asked): Promise<BotIdentity | null> {
  try {
    const {
      bot_id: bot,
      user_id: botUser,
      team,
    } = answer.parse(await new WebClient(token, { ...clientOptions(apiUrl, log), timeout: answerMs }).auth.test());
    return bot == null ? null : { token, bot, botUser, name: team ?? botUser };
  } catch (error) {
    const refusal = readRefusal(error);
    if (refusal !== null && (isUninstalled(refusal) || refusal.code === 'not_allowed_token_type')) return null;
    throw error;
  }
}
