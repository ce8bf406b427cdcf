/** How often Discord's messages are edited. */
import type { Pace } from '../edit-pacer.ts';

/** What a channel and a message of Discord bear (platforms/discord.md §7). */
export const usualPace: Pace = { laneMs: 1000, earlyMs: 5000, lateMs: 10_000, patienceMs: 3000 };
