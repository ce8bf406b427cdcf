/** Looking things up while somebody's turn is held. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebAPIRateLimitedError } from '@slack/web-api';

const mostWaits = 2;
const longestSeconds = 3;

/**
 * Waits where Slack says "in a moment", and calls again; a longer wait is thrown, so that others have their turn
 * meanwhile (`Postponed`). Only for what may be asked twice.
 * @throws whatever else the call threw
 */
export async function briefly<Result>(call: () => Promise<Result>): Promise<Result> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await call();
    } catch (error) {
      const isShort = error instanceof WebAPIRateLimitedError && error.retryAfter <= longestSeconds;
      if (!isShort || waits === mostWaits) throw error;
      await sleep(error.retryAfter * 1000);
    }
  }
}
