/** What can be asked of Runbase: nearly nothing but a prompt and a picture (providers/runbase.md §2, §3). */
import type { Obstacle, OfferNote } from '../../problems.ts';
import type { ModelName, VideoRequest } from '../../request.ts';
import type { Offer } from '../provider.ts';

/** As people read it. */
const provider = 'Runbase';

/** Runbase names no version, so any may be asked for; nothing hints at a fast one. */
const askable: readonly ModelName[] = ['2.3', '2.3-pro', '02', '02-pro'];

/**
 * Pure. Offers what the model makes when it is told neither length nor size, and notes that nobody knows which Hailuo
 * answers; all else is refused here. No price: Runbase tells it only with the accepted run (§12).
 * @param model the id the operator set, or the only one the sheet knows
 */
export function offerWith(model: string, request: VideoRequest): Offer {
  const obstacle = obstacleTo(request);
  if (obstacle !== null) return { outcome: 'impossible', obstacle };
  return {
    outcome: 'offered',
    model,
    // Whole: a field that is not in the schema may be refused (§3).
    body: { model, input: { prompt: request.prompt } },
    note: noteFor(request),
  };
}

function obstacleTo({ model, seconds, resolution, lastFrame }: VideoRequest): Obstacle | null {
  if (!askable.includes(model)) return { kind: 'not-known-to-sell', provider, model, others: askable };
  if (lastFrame) return { kind: 'not-known-to-end', provider };
  if (seconds !== 6) return { kind: 'other-lengths', provider, seconds, can: [6] };
  if (resolution === '512P') return { kind: 'other-resolutions', provider, resolution, can: ['768P', '1080P'] };
  return null;
}

function noteFor({ enhance }: VideoRequest): OfferNote {
  return { kind: 'version-unsaid', provider, isPromptRewritingUnsaid: !enhance };
}
