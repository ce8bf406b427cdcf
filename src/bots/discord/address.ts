/** A place on Discord, as it is stored with a job. Ids are snowflakes, as text. */
import { z } from 'zod';
import type { Destination } from '../../core/values.ts';

export const platformName = 'discord';

/** As it stands in the ledger. */
export const discordAddress = z.strictObject({
  /** Null in direct messages. */
  guild: z.string().nullable(),
  /** The channel, thread or direct message where the request was made. */
  channel: z.string(),
  /** For the direct message at the end of the ladder. */
  person: z.string(),
  /** The message that was asked about (a reaction, the Animate menu, a button); null for a slash command. */
  request: z.string().nullable(),
  /** The id of the interaction whose response is the status message; its token is in `discord_interactions`. Null for a reaction. */
  interaction: z.string().nullable(),
  /** False where the app is installed on the person alone: there only the interaction's token speaks, for 15 minutes. */
  isMember: z.boolean(),
  /** The picture was hidden behind a spoiler, so the clip is too. */
  isSpoiler: z.boolean(),
  /** The admin wants a thread of its own for each job. */
  hasOwnThread: z.boolean(),
});
export type DiscordAddress = z.output<typeof discordAddress>;

export function toDestination(place: DiscordAddress): Destination {
  return { platform: platformName, address: place };
}

/** @throws when the destination is not one of ours: that is a bug, not a fact of the world */
export function toAddress(destination: Destination): DiscordAddress {
  return discordAddress.parse(destination.address);
}
