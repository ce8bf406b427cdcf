/** What of a message may be left out so that the rest of it arrives (platforms/discord.md §10). */
import { isFiltered, isTooLarge, needsHistory, readRefusal } from './api-errors.ts';
import type { MessageAddress } from './discord-api.ts';

export interface Leavable {
  /** What the person wrote: a server's filter may not like it. */
  readonly hasPrompt: boolean;
  /** Replying takes the right to read what came before. */
  readonly replyTo: MessageAddress | null;
  /** A picture for show, never the clip itself. */
  readonly hasPoster: boolean;
}

/**
 * Sends, and sends once more without each part that Discord objects to.
 * @throws what the last sending threw
 */
export async function givingIn<Result>(
  send: (parts: Leavable) => Promise<Result>,
  parts: Partial<Leavable> = {},
): Promise<Result> {
  let left: Leavable = { hasPrompt: true, replyTo: null, hasPoster: false, ...parts };
  for (;;) {
    try {
      return await send(left);
    } catch (error) {
      const less = without(left, error);
      if (less === null) throw error;
      left = less;
    }
  }
}

function without(parts: Leavable, error: unknown): Leavable | null {
  const refusal = readRefusal(error);
  if (refusal === null) return null;
  if (needsHistory(refusal) && parts.replyTo !== null) return { ...parts, replyTo: null };
  if (isFiltered(refusal) && parts.hasPrompt) return { ...parts, hasPrompt: false };
  if (isTooLarge(refusal) && parts.hasPoster) return { ...parts, hasPoster: false };
  return null;
}
