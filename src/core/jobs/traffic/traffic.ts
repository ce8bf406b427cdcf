/**
 * Whether a provider may be called now, for all workers together: breakers, paces, and the line for its slots. What is
 * kept is in the database, so that ten workers count as one.
 */
import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import type { Failure } from '../../failure.ts';
import type { Log } from '../../log.ts';
import type { Standpoint } from '../../providers/choose.ts';
import type { Inspection, PacedCall, VideoProvider } from '../../providers/provider.ts';
import type { JobId } from '../../values.ts';
import type { Job } from '../job.ts';
import type { Queue } from '../queue.ts';
import { type Breaker, closedBreaker } from './breaker.ts';
import { createBreakers, type Side } from './breakers.ts';
import { createLine, type Line } from './line.ts';
import { createPaces } from './paces.ts';

/** What is known of a provider, at most a second old. */
export interface Standing {
  readonly submit: Breaker;
  readonly look: Breaker;
  /** Renders that may run at once, as far as we know; null: any number. */
  readonly slots: number | null;
  readonly running: number;
  /** Jobs in our line for it. */
  readonly waiting: number;
}

/** Whether one call may leave now. `until` is when asking again is worth it. */
export type Leave =
  | { readonly may: true; readonly isProbe: boolean }
  | { readonly may: false; readonly until: Date; readonly why: 'pace' | 'away' };

/** Rejects when the database does not answer. */
export interface Traffic {
  /** By provider id; one that was never heard of stands well. */
  standings(): Promise<ReadonlyMap<string, Standing>>;
  /** For one call, which must leave at once when it may: it is counted. */
  ask(provider: VideoProvider, call: PacedCall): Promise<Leave>;
  /** A call that was let go as a probe did not leave after all, or told nothing: the next one may be the probe. */
  giveBack(provider: VideoProvider, call: PacedCall): Promise<void>;
  /** What a call came to: `null` for an answer, whatever it said of the job. */
  heard(provider: VideoProvider, call: PacedCall, failure: Failure | null): Promise<void>;
  /** What an inspection found. */
  inspected(provider: VideoProvider, inspection: Inspection): Promise<void>;
  /** Puts the job in the provider's line. True: it has a turn and may submit now. */
  takeTurn(provider: VideoProvider, job: Pick<Job, 'id' | 'line' | 'turnUntil'>): Promise<boolean>;
  /** How many are before it in our line. */
  placeOf(provider: string, job: JobId): Promise<number>;
  /** A slot may be free: gives turns to those who wait, and rings them. */
  giveTurns(provider: string): Promise<void>;
  /** Gives what turns can be given to anybody: repairs what a worker that died has not. */
  sweep(): Promise<void>;
}

interface TrafficEdges {
  readonly database: Database;
  readonly providers: readonly VideoProvider[];
  readonly queue: Queue;
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Strikes secrets out of a provider's words, which operators read in more places than the log. */
  readonly hide: (text: string) => string;
}

/** Counts are read at most once in this time by a process; its own changes it sees at once. */
const freshMs = 1_000;

/** After a recovery nobody waits longer than this, and not all come at once. */
const spreadMs = 5_000;

/** How long before somebody else's probe is over. */
const probePatienceMs = 5_000;

interface Counts {
  readonly at: number;
  readonly breakers: ReadonlyMap<string, Breaker>;
  readonly slots: ReadonlyMap<string, number>;
  readonly running: Readonly<Record<string, number>>;
  readonly waiting: Readonly<Record<string, number>>;
}

/** One in each process; they agree through the database. */
export function createTraffic(edges: TrafficEdges): Traffic {
  const { database, providers, now } = edges;
  const breakers = createBreakers({ ...edges, changed: forget });
  const paces = createPaces(database, now);
  const lines = new Map<string, Line>(
    providers.flatMap((provider) =>
      provider.slots === 'unlimited' ? [] : [[provider.id, createLine(provider, { ...edges, changed: forget })]],
    ),
  );
  let latest: { at: number; counts: Promise<Counts> } | null = null;

  function forget(): void {
    latest = null;
  }

  function counts(): Promise<Counts> {
    const at = now().getTime();
    if (latest !== null && at - latest.at < freshMs) return latest.counts;
    const read = { at, counts: readCounts(at) };
    latest = read;
    read.counts.catch(() => {
      if (latest === read) latest = null;
    });
    return read.counts;
  }

  async function readCounts(at: number): Promise<Counts> {
    interface Row {
      readonly breakers: Parameters<typeof breakers.toMap>[0] | null;
      readonly slots: Record<string, number> | null;
      readonly running: Record<string, number> | null;
      readonly waiting: Record<string, number> | null;
    }
    const time = new Date(at);
    const { rows } = await sql<Row>`select
      (select json_agg(b) from provider_breakers b) as breakers,
      (select json_object_agg(provider, slots) from provider_lines) as slots,
      (select json_object_agg(provider, n) from (select provider, count(*) as n from (
          select provider from attempts where ended_at is null
          union all select line from jobs where line is not null and turn_until > ${time}::timestamptz
        ) r group by 1) c) as running,
      (select json_object_agg(line, n) from (select line, count(*) as n from jobs
        where line is not null and (turn_until is null or turn_until <= ${time}::timestamptz) group by 1) c) as waiting`.execute(
      database,
    );
    const [row] = rows;
    return {
      at,
      breakers: breakers.toMap(row?.breakers ?? []),
      slots: new Map(Object.entries(row?.slots ?? {})),
      running: row?.running ?? {},
      waiting: row?.waiting ?? {},
    };
  }

  function standingIn(known: Counts, provider: VideoProvider): Standing {
    return {
      submit: known.breakers.get(`${provider.id} submit`) ?? closedBreaker,
      look: known.breakers.get(`${provider.id} look`) ?? closedBreaker,
      slots: lines.get(provider.id)?.slotsFrom(known.slots.get(provider.id)) ?? null,
      running: known.running[provider.id] ?? 0,
      waiting: known.waiting[provider.id] ?? 0,
    };
  }

  async function ask(provider: VideoProvider, call: PacedCall): Promise<Leave> {
    const side = sideOf(call);
    const breaker = standingIn(await counts(), provider)[side];
    const at = now();
    const restsUntil = awayUntil(breaker, at);
    if (restsUntil !== null) return { may: false, until: later(restsUntil, spreadMs), why: 'away' };
    const isProbe = breaker.state === 'open';
    if (isProbe && !(await breakers.leaseProbe(provider.id, side))) {
      return { may: false, until: later(at, probePatienceMs, probePatienceMs), why: 'away' };
    }
    const due = await paces.take(provider, call);
    if (due === null) return { may: true, isProbe };
    // Not the other way round: asking would use the pace up for calls that the breaker holds back.
    if (isProbe) await breakers.returnProbe(provider.id, side);
    return { may: false, until: due, why: 'pace' };
  }

  function later(from: Date, spread: number, least = 0): Date {
    return new Date(from.getTime() + least + Math.round(edges.random() * spread));
  }

  return {
    async standings() {
      const known = await counts();
      return new Map(providers.map((provider) => [provider.id, standingIn(known, provider)]));
    },
    ask,
    giveBack: (provider, call) => breakers.returnProbe(provider.id, sideOf(call)),
    async heard(provider, call, failure) {
      const known = await counts();
      const side = sideOf(call);
      await breakers.hear(provider, side, standingIn(known, provider)[side], failure);
      if (call !== 'submit') return;
      if (failure?.kind === 'rate-limited') await lines.get(provider.id)?.learnRefusal();
      const { slots, running } = standingIn(known, provider);
      if (failure === null && slots !== null && running >= slots - 1) await lines.get(provider.id)?.learnAcceptance();
    },
    async inspected(provider, { failure, slots }) {
      const known = await counts();
      // Good news alone does not close a breaker: only a call of the kind that failed does.
      if (failure !== undefined) await breakers.hear(provider, 'submit', standingIn(known, provider).submit, failure);
      if (slots !== undefined) await lines.get(provider.id)?.learnWord(slots);
    },
    takeTurn: async (provider, job) => (await lines.get(provider.id)?.takeTurn(job)) ?? true,
    placeOf: async (provider, job) => (await lines.get(provider)?.placeOf(job)) ?? 0,
    async giveTurns(provider) {
      await lines.get(provider)?.giveTurns();
    },
    async sweep() {
      const { waiting } = await counts();
      for (const [id, line] of lines) if ((waiting[id] ?? 0) > 0) await line.giveTurns();
    },
  };
}

/** How a provider stands towards one more submit. */
export function standpointFrom(standing: Standing | undefined, at: Date): Standpoint {
  if (standing === undefined) return { is: 'free' };
  const { submit, slots, running, waiting } = standing;
  const until = awayUntil(submit, at);
  if (until !== null)
    return { is: 'away', until, byOperator: submit.state === 'open' && submit.cause !== 'unavailable' };
  return slots !== null && running + waiting >= slots ? { is: 'full' } : { is: 'free' };
}

/** Until when no call may leave; null: one may, be it as a probe. */
export function awayUntil(breaker: Breaker, at: Date): Date | null {
  const { state, probeAt, pausedUntil } = breaker;
  const rests = [state === 'open' ? probeAt : null, pausedUntil].filter((until) => until !== null && until > at);
  return rests.reduce(
    (latest, until) => (latest === null || (until !== null && until > latest) ? until : latest),
    null,
  );
}

function sideOf(call: PacedCall): Side {
  return call === 'look' ? 'look' : 'submit';
}
