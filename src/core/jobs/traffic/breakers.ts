/** The breakers' rows: read with the rest of the counts, changed one at a time under their lock. */
import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import type { Failure } from '../../failure.ts';
import type { Log } from '../../log.ts';
import type { VideoProvider } from '../../providers/provider.ts';
import { type Breaker, closedBreaker, hear, heardIn } from './breaker.ts';

/** Paid calls and uploads, or looks: one may fail while the other works. */
export type Side = 'submit' | 'look';

/** A row as JSON gives it: times as text. */
interface BreakerRow {
  readonly provider: string;
  readonly side: Side;
  readonly state: Breaker['state'];
  readonly faults: number;
  readonly opens: number;
  readonly cause: Breaker['cause'];
  readonly reason: string | null;
  readonly opened_at: string | Date | null;
  readonly probe_at: string | Date | null;
  readonly paused_until: string | Date | null;
}

/** Both sides of every provider. */
export interface Breakers {
  /** Keyed by `<provider> <side>`. */
  toMap(rows: readonly BreakerRow[]): ReadonlyMap<string, Breaker>;
  /** Writes only what changes something; `known` is the breaker as it was last read. */
  hear(provider: VideoProvider, side: Side, known: Breaker, failure: Failure | null): Promise<void>;
  /** True for the one caller who may try an open side. */
  leaseProbe(provider: string, side: Side): Promise<boolean>;
  /** The probe did not leave after all: the next one who asks may try. */
  returnProbe(provider: string, side: Side): Promise<void>;
}

/** What hearing of one call made of a breaker, and when. */
interface Turn {
  readonly before: Breaker;
  readonly after: Breaker;
  readonly at: Date;
}

interface BreakersEdges {
  readonly database: Database;
  readonly now: () => Date;
  readonly log: Log;
  readonly hide: (text: string) => string;
  readonly changed: () => void;
}

/** Longer than any call to a provider takes; a probe whose worker died is followed by another after it. */
const probeLeaseMs = 150_000;

/** Rows are made on the first fault: a provider that never fails has none. */
export function createBreakers({ database, now, log, hide, changed }: BreakersEdges): Breakers {
  const lockRow = (provider: string, side: Side, on: Database) =>
    sql<BreakerRow>`select * from provider_breakers where provider = ${provider} and side = ${side} for update`.execute(
      on,
    );

  async function change(provider: VideoProvider, side: Side, failure: Failure | null): Promise<void> {
    const heard =
      failure === null ? ({ heard: 'answer' } as const) : heardIn({ ...failure, detail: hide(failure.detail) });
    const turn = await database.transaction().execute(async (within) => {
      await sql`insert into provider_breakers (provider, side, state, faults, opens)
        values (${provider.id}, ${side}, 'closed', 0, 0) on conflict do nothing`.execute(within);
      const { rows } = await lockRow(provider.id, side, within);
      const before = rows[0] === undefined ? closedBreaker : toBreaker(rows[0]);
      const at = now();
      const after = hear(before, heard, at);
      if (after === before) return null;
      await sql`update provider_breakers set state = ${after.state}, faults = ${after.faults}, opens = ${after.opens},
        cause = ${after.cause}, reason = ${after.reason}, opened_at = ${after.openedAt}::timestamptz,
        probe_at = ${after.probeAt}::timestamptz, paused_until = ${after.pausedUntil}::timestamptz, probing_until = null
        where provider = ${provider.id} and side = ${side}`.execute(within);
      return { before, after, at };
    });
    if (turn === null) return;
    changed();
    tell(provider, side, turn, log);
  }

  return {
    toMap: (rows) => new Map(rows.map((row) => [`${row.provider} ${row.side}`, toBreaker(row)])),
    async hear(provider, side, known, failure) {
      const isQuiet = known.state === 'closed' && known.faults === 0;
      const tellsNothing = failure === null || heardIn(failure).heard === 'answer';
      if (!(isQuiet && tellsNothing)) await change(provider, side, failure);
    },
    async leaseProbe(provider, side) {
      const at = now();
      const { rows } = await sql`update provider_breakers
        set probing_until = ${new Date(at.getTime() + probeLeaseMs)}::timestamptz
        where provider = ${provider} and side = ${side} and state = 'open' and probe_at <= ${at}::timestamptz
          and (probing_until is null or probing_until <= ${at}::timestamptz)
        returning provider`.execute(database);
      return rows.length > 0;
    },
    async returnProbe(provider, side) {
      await sql`update provider_breakers set probing_until = null
        where provider = ${provider} and side = ${side} and state = 'open'`.execute(database);
    },
  };
}

/** For whoever runs the bot: once when it opens, once when it is over. */
function tell({ id, title }: VideoProvider, side: Side, { before, after, at }: Turn, log: Log): void {
  const about = { provider: id, side };
  if (before.state === 'open' && after.state === 'closed') {
    log.info('provider.recovered', { ...about, afterMs: before.openedAt && at.getTime() - before.openedAt.getTime() });
    return;
  }
  const isNews = after.state === 'open' && (before.state === 'closed' || before.cause !== after.cause);
  if (!isNews) return;
  const details = { ...about, cause: after.cause, reason: after.reason, nextTry: after.probeAt?.toISOString() ?? null };
  if (after.cause === 'unavailable') log.warn('provider.away', details);
  else log.error('provider.alert', { ...details, advice: adviceFor(after.cause, title) });
}

function adviceFor(cause: Breaker['cause'], title: string): string {
  return cause === 'no-credit'
    ? `The account at ${title} is empty: top it up. Other providers render meanwhile, where there are any.`
    : `${title} does not accept its key: set a good one. Other providers render meanwhile, where there are any.`;
}

function toBreaker(row: BreakerRow): Breaker {
  return {
    state: row.state,
    faults: row.faults,
    opens: row.opens,
    cause: row.cause,
    reason: row.reason,
    openedAt: toDate(row.opened_at),
    probeAt: toDate(row.probe_at),
    pausedUntil: toDate(row.paused_until),
  };
}

function toDate(value: string | Date | null): Date | null {
  return value === null ? null : new Date(value);
}
