/** What a button carries: enough to find its way back after any restart, and nothing that is trusted. */
import { z } from 'zod';
import type { Button, ButtonAction } from '../../../core/delivery/delivery.ts';
import type { JobId } from '../../../core/values.ts';

const actions = ['cancel', 'again', 'remix', 'continue', 'retry'] as const satisfies readonly ButtonAction[];

const pressed = z.tuple([
  z.literal('hailuo'),
  z.enum(actions),
  z
    .uuid()
    .toLowerCase()
    .transform((id) => id as JobId),
]);

/** `hailuo:<action>:<job id>`, 52 characters at most of the 100 there are (platforms/discord.md §3). */
export function customIdOf({ action, job }: Pick<Button, 'action' | 'job'>): string {
  return `hailuo:${action}:${job}`;
}

/**
 * Null when it is no button of ours. Anybody can send any custom id, so the job is whichever they like:
 * the command that is called checks whose it is.
 */
export function readCustomId(customId: string): Pick<Button, 'action' | 'job'> | null {
  const read = pressed.safeParse(customId.split(':'));
  return read.success ? { action: read.data[1], job: read.data[2] } : null;
}
