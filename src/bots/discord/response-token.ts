/** The right to speak for an interaction, as the process that took it in wrote it down. */
import type { DiscordAddress } from './address.ts';
import type { DiscordDatabase } from './discord-tables.ts';

export interface ResponseToken {
  readonly application: string;
  readonly token: string;
  /** The largest file it may attach, in bytes; null where Discord did not say. */
  readonly uploadLimitBytes: number | null;
}

/**
 * Null where there was no interaction, or less than `leastMs` of its 15 minutes is left
 * (platforms/discord.md §1): an upload needs more of it than an edit.
 */
export async function findResponseToken(
  database: DiscordDatabase,
  { interaction }: DiscordAddress,
  now: Date,
  leastMs: number,
): Promise<ResponseToken | null> {
  if (interaction === null) return null;
  const row = await database
    .selectFrom('discord_interactions')
    .select(['application', 'token', 'upload_limit'])
    .where('id', '=', interaction)
    .where('expires_at', '>', new Date(now.getTime() + leastMs))
    .executeTakeFirst();
  if (row === undefined) return null;
  // A bigint comes as text from one driver and as a number from the other.
  const uploadLimitBytes = row.upload_limit === null ? null : Number(row.upload_limit);
  return { application: row.application, token: row.token, uploadLimitBytes };
}
