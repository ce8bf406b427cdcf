/** The thread of its own that an admin can want for each job (platforms/discord.md §8). */
import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { DiscordAddress } from './address.ts';
import { readRefusal } from './api-errors.ts';
import type { DiscordApi, MessageAddress } from './discord-api.ts';
import { givingIn } from './giving-in.ts';
import { plainLine } from './markdown.ts';

const longestName = 100;

/**
 * Starts the thread of a status message, named after the prompt. That it exists already is as good.
 * @throws where there can be none (a direct message, a thread, a missing right), or nobody knows
 */
export async function ensureThread(
  api: Pick<DiscordApi, 'startThread'>,
  status: MessageAddress,
  { prompt }: { readonly prompt: string },
): Promise<void> {
  try {
    await givingIn(({ hasPrompt }) =>
      api.startThread(status, (hasPrompt && plainLine(prompt, longestName)) || 'Hailuo'),
    );
  } catch (error) {
    if (readRefusal(error)?.code !== RESTJSONErrorCodes.ThreadAlreadyCreatedForMessage) throw error;
  }
}

/** The thread's id is its message's; null where the job has none. */
export function threadOf(place: DiscordAddress, status: MessageAddress | null): string | null {
  const hasOne = place.hasOwnThread && place.guild !== null && status?.channel === place.channel;
  return hasOne ? status.message : null;
}
