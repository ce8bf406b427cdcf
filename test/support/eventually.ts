/** Waits for a condition, not for a time. */
import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 50;

/**
 * Looks until there is something other than an `Error`; a throw ends the waiting at once.
 * @throws the last `Error` when the time is over
 */
export async function eventually<Result>(
  look: () => Promise<Result | Error> | Result | Error,
  mostMs = 30_000,
): Promise<Result> {
  const until = Date.now() + mostMs;
  for (;;) {
    const seen = await look();
    if (!(seen instanceof Error)) return seen;
    if (Date.now() > until) throw seen;
    await sleep(everyMs);
  }
}
