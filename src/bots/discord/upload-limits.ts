/** How large a file a place takes, in bytes (platforms/discord.md §4). */
import type { DiscordAddress } from './address.ts';
import { readRefusal } from './api-errors.ts';
import type { DiscordApi } from './discord-api.ts';

const mebibyte = 1_048_576;

/** What everybody may upload anywhere, in direct messages too. */
export const directBytes = withHeadroom(10 * mebibyte);

/** By a server's boost tier; below these the usual limit holds. */
const boostedBytes: Readonly<Record<number, number>> = { 2: 50 * mebibyte, 3: 100 * mebibyte };

/** How long a tier is taken to last: a boost is bought rarely, and a limit that fell is seen by the refusal. */
const freshMs = 300_000;

const mostGuilds = 5000;

export type ChannelLimit = (place: DiscordAddress) => Promise<number>;

/** The limit of a bot's own message in the channel. @throws when Discord does not answer */
export function createChannelLimit(api: Pick<DiscordApi, 'premiumTier'>, now: () => Date): ChannelLimit {
  const tiers = new Map<string, { readonly tier: number; readonly at: number }>();
  return async ({ guild, isMember }) => {
    if (guild === null || !isMember) return directBytes;
    const known = tiers.get(guild);
    if (known !== undefined && now().getTime() - known.at < freshMs) return bytesAt(known.tier);
    const tier = await tierOf(guild, api);
    tiers.delete(guild);
    tiers.set(guild, { tier, at: now().getTime() });
    if (tiers.size > mostGuilds) for (const oldest of tiers.keys().take(1)) tiers.delete(oldest);
    return bytesAt(tier);
  };
}

async function tierOf(guild: string, api: Pick<DiscordApi, 'premiumTier'>): Promise<number> {
  try {
    return await api.premiumTier(guild);
  } catch (error) {
    if (readRefusal(error) === null) throw error;
    return 0;
  }
}

function bytesAt(tier: number): number {
  const boosted = boostedBytes[tier];
  return boosted === undefined ? directBytes : withHeadroom(boosted);
}

/** What is sent is a little more than the file. */
export function withHeadroom(bytes: number): number {
  return Math.floor(bytes * 0.98);
}
