/** What the status of a job shows alike wherever it stands. Pure. */
import type { StatusView } from '../core/delivery/delivery.ts';
import type { JobState } from '../core/values.ts';

/** Before everything else, so that a channel can be skimmed. */
export const signs: Record<JobState, string> = {
  opening: '⏳',
  queued: '⏳',
  submitting: '🎬',
  rendering: '🎬',
  delivering: '📨',
  done: '✅',
  failed: '⚠️',
  cancelled: '🚫',
};

/** Until when a status without news still looks different from one minute to the next; null: it does not. */
export function movesUntil({ state, fraction, expected }: StatusView): Date | null {
  return state === 'rendering' && fraction === null && expected !== null ? new Date(expected.to * 1000) : null;
}

const barCells = 14;

/** An estimate never fills the bar: only the clip does. */
const mostEstimated = 0.95;

/** What the provider tells, with its figure; else how far the usual time has run, without one. */
export function drawBar({ state, fraction, renderingSince, expected }: StatusView, now: Date): string | null {
  if (state !== 'rendering') return null;
  if (fraction !== null) {
    const share = Math.min(1, Math.max(0, fraction));
    return `${cells(share)} ${Math.round(share * 100)} %`;
  }
  if (renderingSince === null || expected === null) return null;
  const usual = (expected.from + expected.to) / 2 - renderingSince;
  const share = usual <= 0 ? mostEstimated : (now.getTime() / 1000 - renderingSince) / usual;
  return cells(Math.min(mostEstimated, Math.max(0, share)));
}

function cells(share: number): string {
  const full = Math.floor(share * barCells);
  return '▰'.repeat(full) + '▱'.repeat(barCells - full);
}
