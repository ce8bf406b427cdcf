/** What is told once and not again. */
import type { DiscordDatabase } from './discord-tables.ts';

/** @returns false when it was told before, by whichever process */
export async function isFirstTime(
  database: DiscordDatabase,
  place: string,
  notice: string,
  at: Date,
): Promise<boolean> {
  const told = await database
    .insertInto('discord_notices')
    .values({ place, notice, told_at: at })
    .onConflict((same) => same.columns(['place', 'notice']).doNothing())
    .returning('notice')
    .executeTakeFirst();
  return told !== undefined;
}
