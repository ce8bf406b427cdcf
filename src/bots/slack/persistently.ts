/** For look-ups that somebody waits for: a connection that broke is a matter of a moment. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @param pausesMs one try more than there are pauses
 * @param isFinal what need not be tried again
 * @throws what the last try threw
 */
export async function persistently<Result>(
  pausesMs: readonly number[],
  act: () => Promise<Result>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<Result> {
  for (const pauseMs of pausesMs) {
    try {
      return await act();
    } catch (error) {
      if (isFinal(error)) throw error;
      await sleep(pauseMs);
    }
  }
  return act();
}
