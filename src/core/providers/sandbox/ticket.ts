/** A render's whole story, told at its start: any process can tell from the clock alone how far it is. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { resolutions } from '../../request.ts';
import type { Progress } from '../provider.ts';
import { readSteering } from './steering.ts';

/** What `offer` stores and `submit` is handed back. */
export const sandboxBody = z.object({
  prompt: z.string(),
  seconds: z.number().positive().max(60),
  resolution: z.enum(resolutions),
});

/** Reads a ticket as the database gave it back; throws for one that the sandbox did not make. */
export const sandboxTicket = z.object({
  id: z.string(),
  /** Milliseconds since 1970. */
  submittedAt: z.number(),
  waitMs: z.number(),
  renderMs: z.number(),
  body: sandboxBody,
  /** Addresses made by `upload`. */
  firstFrame: z.string().exactOptional(),
  lastFrame: z.string().exactOptional(),
});

/** The whole request and its timetable, so that no process has to remember a render. */
export type SandboxTicket = z.output<typeof sandboxTicket>;

/** Part of the time is spent in line. */
const waitingShare = 0.25;
/** How many pretend to be in front at the start. */
export const linePlaces = 3;
const slowness = 5;

/**
 * How long this ticket waits and renders: the set time, up to a fifth more or less, always the same for one id.
 * @param renderSeconds what the operator set; 0 is at once
 */
export function planDelay(id: string, prompt: string, renderSeconds: number): { waitMs: number; renderMs: number } {
  const dice = createHash('sha256').update(id).digest().readUInt32BE() / 0xffff_ffff;
  const factor = (0.8 + 0.4 * dice) * (readSteering(prompt).has('slow') ? slowness : 1);
  const totalMs = Math.round(renderSeconds * 1000 * factor);
  const waitMs = Math.round(totalMs * waitingShare);
  return { waitMs, renderMs: totalMs - waitMs };
}

/** Pure: what a look at this moment sees, cancelling aside. */
export function progressOf(ticket: SandboxTicket, now: Date): Progress {
  const words = readSteering(ticket.body.prompt);
  const elapsedMs = now.getTime() - ticket.submittedAt;
  const renderedMs = elapsedMs - ticket.waitMs;
  if (renderedMs < 0) {
    const place = Math.max(1, Math.ceil(linePlaces * (1 - elapsedMs / ticket.waitMs)));
    return { status: 'waiting', place: Math.min(place, linePlaces) };
  }
  const fraction = ticket.renderMs > 0 ? renderedMs / ticket.renderMs : 1;
  if (words.has('stuck')) return { status: 'rendering', fraction: Math.min(fraction, 0.99) };
  if (words.has('fail') && fraction >= 0.5)
    return failed('unavailable', 'sandbox:fail', 'the sandbox failed on request');
  if (fraction < 1) return { status: 'rendering', fraction };
  if (words.has('moderate'))
    return failed('moderation', 'sandbox:moderate', 'the sandbox declined the clip on request');
  return { status: 'ready', endedAt: new Date(ticket.submittedAt + ticket.waitMs + ticket.renderMs) };
}

function failed(kind: 'unavailable' | 'moderation', code: string, detail: string): Progress {
  return { status: 'failed', failure: { kind, charged: 'no', code, detail } };
}
