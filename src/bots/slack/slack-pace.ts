/** How often Slack's messages are edited. */
import type { Pace } from '../edit-pacer.ts';

/** At most 40 edits a minute in one workspace, of the 50 it bears (platforms/slack.md §5). */
export const usualPace: Pace = { laneMs: 1500, earlyMs: 5000, lateMs: 10_000, patienceMs: 3000 };
