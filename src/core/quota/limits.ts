/** Which counters a request moves, what they are checked against, and when they start again. Pure. */
import type { CounterMove, LimitsTable } from '../tables.ts';
import type { Asker, MicroUsd } from '../values.ts';

/** What holds until an admin sets something else; null: no limit, 0: none allowed. */
export interface DefaultLimits {
  /** For each person. */
  readonly clipsPerDay: number | null;
  /** For each person. */
  readonly concurrent: number | null;
  /** For a whole tenant. */
  readonly usdPerMonth: MicroUsd | null;
}

/** One counter that a request moves, and what it may reach. */
export interface CheckedMove extends CounterMove {
  readonly per: LimitsTable['per'];
  /** The default; a row in `limits` outranks it. Null: no limit. */
  readonly most: number | null;
}

/** Each measure has one span of time: clips a day, clips at once, money a month. */
export const perOf = { clips: 'day', running: 'now', usd: 'month' } as const;

/** Days and months are UTC: the same everywhere, whoever asks. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** The moment a limit of this kind starts again; null for what frees itself when a clip ends. */
export function resetsAt(per: CheckedMove['per'], at: Date): Date | null {
  switch (per) {
    case 'day':
      return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 1));
    case 'month':
      return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1));
    case 'now':
      return null;
  }
}

/** Whose counters they are. */
type Payer = Pick<Asker, 'tenant' | 'person' | 'channel'>;

/**
 * The counters of one clip: clips a day, clips at once and money a month, of the channel, the person and the tenant.
 * All are counted whether limited or not, so that a limit set later knows what was used before it. They come in the
 * order in which the database locks them.
 * @param price what the hold reserves, in millionths of a dollar
 */
export function movesOf(payer: Payer, price: MicroUsd, at: Date, defaults: DefaultLimits): CheckedMove[] {
  const { clipsPerDay, concurrent, usdPerMonth } = defaults;
  return [
    ...countersOf('channel', payer.channel, price, at, {}),
    ...countersOf('person', payer.person, price, at, { clips: clipsPerDay, running: concurrent }),
    ...countersOf('tenant', payer.tenant, price, at, { usd: usdPerMonth }),
  ];
}

function countersOf(
  scope: CheckedMove['scope'],
  subject: string,
  price: MicroUsd,
  at: Date,
  most: Partial<Record<CheckedMove['measure'], number | null>>,
): CheckedMove[] {
  const day = dayOf(at);
  const counters = [
    { measure: 'clips', period: day, amount: 1 },
    { measure: 'running', period: 'now', amount: 1 },
    { measure: 'usd', period: day.slice(0, 7), amount: price },
  ] as const;
  return counters.map((counter) => ({
    scope,
    subject,
    ...counter,
    per: perOf[counter.measure],
    most: most[counter.measure] ?? null,
  }));
}

/** What a limit allows, what is used of it, and who says so. */
export interface LimitStanding {
  readonly scope: CheckedMove['scope'];
  readonly measure: CheckedMove['measure'];
  readonly per: CheckedMove['per'];
  /** Null: no limit. */
  readonly most: number | null;
  readonly used: number;
  /** `own`: a row for just this person, channel or tenant; `default`: no row at all, the operator's word. */
  readonly setFor: 'own' | 'role' | 'everybody' | 'default';
  /** The role whose row it is, of those the person has. */
  readonly role: string | null;
  /** Null: when one of the running clips ends. */
  readonly resetsAt: Date | null;
}

/** A limit that stood in the way. */
export interface Over extends LimitStanding {
  readonly most: number;
}

/** Of several, the one to speak of: what is switched off, else what frees itself last. */
export function chiefOf<Limit extends Pick<Over, 'most' | 'per'>>(over: readonly Limit[]): Limit | undefined {
  const patience = ['now', 'day', 'month'];
  const weight = ({ most, per }: Limit): number => (most === 0 ? patience.length : patience.indexOf(per));
  return over.toSorted((one, other) => weight(other) - weight(one))[0];
}
