/** What people read in English where the program speaks in data. */
import type { Offer } from '../../src/core/providers/provider.ts';
import { textsFor } from '../../src/core/texts/texts.ts';

const { problems } = textsFor('en');

/** An offer with its note, or its refusal with its reason, in words. */
export function said(offer: Offer) {
  if (offer.outcome === 'impossible') {
    const { obstacle, ...rest } = offer;
    return { ...rest, reason: problems.obstacle(obstacle) };
  }
  const { note, ...rest } = offer;
  return { ...rest, ...(note !== undefined && { note: problems.note(note) }) };
}

/** Why it cannot be had, in words. */
export function reasonOf(offer: Extract<Offer, { outcome: 'impossible' }>): string {
  return problems.obstacle(offer.obstacle);
}
