/** Who renders a request, and who next after an uncharged no. Pure. */
import type { KeptFile } from '../media/media.ts';
import type { Obstacle } from '../problems.ts';
import type { VideoRequest } from '../request.ts';
import type { MicroUsd, Routing } from '../values.ts';
import type { Offer, VideoProvider } from './provider.ts';

/** An offer that can be taken: what a hold is priced by and an attempt is made of. */
export type Offered = Extract<Offer, { outcome: 'offered' }>;

/** How a provider stands towards one more submit. */
export type Standpoint =
  | { readonly is: 'free' }
  /** All its slots are taken: there is a line. */
  | { readonly is: 'full' }
  /** `byOperator`: it waits for a key or for money, and not for time. */
  | { readonly is: 'away'; readonly until: Date; readonly byOperator: boolean };

/** What is known besides the request. */
export interface Field {
  /** In the operator's order of preference. */
  readonly providers: readonly VideoProvider[];
  readonly routing: Routing;
  /** Provider id to ISO time or `never`: not to be asked for this job until then. */
  readonly benched: Readonly<Record<string, string>>;
  readonly now: Date;
  standpoint(provider: VideoProvider): Standpoint;
  /** Seconds; null: not measured yet. */
  median(provider: string, model: string, request: VideoRequest): number | null;
  /** Whether there is a way to hand it this picture. */
  canBeGiven(provider: VideoProvider, picture: KeptFile): boolean;
}

/** Who is next. */
export type Choice =
  /** All its slots may be taken: whoever goes there asks for a turn first. */
  | { readonly outcome: 'chosen'; readonly provider: VideoProvider; readonly offer: Offered }
  /** Everyone who could is benched or away; the one named would be the next. */
  | {
      readonly outcome: 'wait';
      readonly until: Date;
      readonly provider: VideoProvider;
      readonly offer: Offered;
      /** True when no one of them comes back by itself. */
      readonly byOperator: boolean;
    }
  /**
   * `obstacles`: of those who cannot render this request at all. `isProvisional`: one of them has not been able to find
   * out yet what it can.
   */
  | { readonly outcome: 'nobody'; readonly obstacles: readonly Obstacle[]; readonly isProvisional: boolean };

interface Candidate {
  readonly provider: VideoProvider;
  readonly offer: Offered;
  readonly standpoint: Standpoint;
}

/**
 * The first by the routing that can render the request, is not benched for this job, is not away and has a slot free;
 * where all are full, the first in whose line it can stand. An exact offer comes before one with a note.
 */
export function choose(request: VideoRequest, field: Field): Choice {
  const { providers, benched, now } = field;
  const asked = request.provider === undefined ? providers : providers.filter(({ id }) => id === request.provider);
  const obstacles: Obstacle[] = [];
  let isProvisional = false;
  const candidates: Candidate[] = [];
  for (const provider of asked) {
    const offer = offerOf(provider, request, field);
    if (offer.outcome === 'impossible') {
      obstacles.push(offer.obstacle);
      isProvisional ||= offer.isProvisional === true;
    } else if (benched[provider.id] !== 'never') {
      candidates.push({ provider, offer, standpoint: standpointOf(provider, field) });
    }
  }
  const ranked = rank(candidates, request, field);
  const next =
    ranked.find(({ standpoint }) => standpoint.is === 'free') ??
    ranked.find(({ standpoint }) => standpoint.is === 'full');
  if (next !== undefined) {
    return { outcome: 'chosen', provider: next.provider, offer: next.offer };
  }
  const [soonest] = ranked.toSorted((one, other) => untilOf(one, now) - untilOf(other, now));
  if (soonest === undefined) return { outcome: 'nobody', obstacles, isProvisional };
  return {
    outcome: 'wait',
    until: new Date(untilOf(soonest, now)),
    provider: soonest.provider,
    offer: soonest.offer,
    byOperator: ranked.every(({ standpoint }) => standpoint.is === 'away' && standpoint.byOperator),
  };
}

function offerOf(provider: VideoProvider, request: VideoRequest, { canBeGiven }: Field): Offer {
  const offer = provider.offer(request);
  if (offer.outcome === 'impossible') return offer;
  const pictures = [request.firstFrame, request.lastFrame].filter((picture) => picture !== undefined);
  const isStuck = pictures.some((picture) => !canBeGiven(provider, picture));
  if (!isStuck) return offer;
  return { outcome: 'impossible', obstacle: { kind: 'no-way-for-picture', provider: provider.title } };
}

/** What a job was told of a provider counts for that job like the provider's being away. */
function standpointOf(provider: VideoProvider, { benched, now, standpoint }: Field): Standpoint {
  const until = benched[provider.id];
  const general = standpoint(provider);
  if (until === undefined || new Date(until) <= now) return general;
  if (general.is === 'away' && general.until > new Date(until)) return general;
  return { is: 'away', until: new Date(until), byOperator: false };
}

function untilOf({ standpoint }: Candidate, now: Date): number {
  return standpoint.is === 'away' ? standpoint.until.getTime() : now.getTime();
}

/** Stable: equals stay in the operator's order. */
function rank(candidates: readonly Candidate[], request: VideoRequest, field: Field): Candidate[] {
  const hasNote = ({ offer }: Candidate): number => (offer.note === undefined ? 0 : 1);
  const cost = (candidate: Candidate): number => costOf(candidate, request, field);
  return candidates.toSorted((one, other) => hasNote(one) - hasNote(other) || compare(cost(one), cost(other)));
}

function costOf({ provider, offer }: Candidate, request: VideoRequest, { routing, median }: Field): number {
  switch (routing) {
    case 'order':
      return 0;
    case 'cheapest':
      // Nobody knows what it would cost: after all of whom it is known.
      return offer.price ?? Number.POSITIVE_INFINITY;
    case 'fastest':
      // Not measured yet: asked first, or it never would be.
      return median(provider.id, offer.model, request) ?? 0;
  }
}

/** Infinity equals itself. */
function compare(one: number, other: number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** What a hold reserves: the offer's price, or nothing where no price is known. */
export function priceOf(offer: Offered): MicroUsd {
  return offer.price ?? (0 as MicroUsd);
}
