/**
 * Our own line for a provider's slots: a job waits here, where it can be cancelled and sees its place, and not at the
 * provider. Turns go round the people: whoever has fewer renders running goes first, then whoever came first.
 */
import { sql } from 'kysely';
import { createBatcher } from '../../batch.ts';
import type { Database } from '../../database.ts';
import type { VideoProvider } from '../../providers/provider.ts';
import type { JobId } from '../../values.ts';
import type { Job } from '../job.ts';
import type { Queue } from '../queue.ts';

/** The line of one provider, shared by all workers. */
export interface Line {
  /** What may run at once: the operator's word, or what was learned. */
  slotsFrom(learned: number | undefined): number;
  /** Joins the line, or stays in it. True: it has a turn now. */
  takeTurn(job: Pick<Job, 'id' | 'line' | 'turnUntil'>): Promise<boolean>;
  giveTurns(): Promise<void>;
  placeOf(job: JobId): Promise<number>;
  /** Turned away as one too many: what ran beside it is what they bear. */
  learnRefusal(): Promise<void>;
  /** The service itself has said how many it renders at once for us. */
  learnWord(slots: number): Promise<void>;
  /** Taken at the edge of what we know: one more may be tried. */
  learnAcceptance(): Promise<void>;
}

interface LineEdges {
  readonly database: Database;
  readonly queue: Queue;
  readonly now: () => Date;
  readonly changed: () => void;
}

/** Where nobody says how many, this many are tried at first; each one accepted makes room for another. */
export const firstSlots = 4;

/** After a refusal, one more is tried only so often. */
const regrowMs = 60_000;

/** A turn that is not taken up by then goes to somebody else. */
const turnMs = 30_000;

/** A crowd asks for its places together. */
const placesFreshMs = 2_000;
const mostPlaces = 5_000;

/** Turns are given under the lock of the provider's row, for all who ask meanwhile together. */
export function createLine({ id: provider, slots: told }: Pick<VideoProvider, 'id' | 'slots'>, edges: LineEdges): Line {
  const { database, now } = edges;
  const first = told === 'learned' ? firstSlots : Number(told);
  let places: { at: number; order: Promise<ReadonlyMap<JobId, number>> } | null = null;

  /** Who waits, in the order in which they are to go. */
  const waiting = (at: Date) => sql`
    running as (
      select j.tenant, j.person, count(*) as renders from jobs j
      where j.id in (select job_id from attempts where provider = ${provider} and ended_at is null)
        or (j.line = ${provider} and j.turn_until > ${at}::timestamptz)
      group by 1, 2
    ), waiting as (
      select j.id, j.accepted_at,
        coalesce(r.renders, 0) + row_number() over (partition by j.tenant, j.person order by j.accepted_at, j.id) as round
      from jobs j left join running r using (tenant, person)
      where j.line = ${provider} and (j.turn_until is null or j.turn_until <= ${at}::timestamptz)
    )`;

  /** One round for all who asked meanwhile; null only wants turns to be given. */
  async function serve(asking: readonly (JobId | null)[]): Promise<boolean[]> {
    const at = now();
    const ids = asking.filter((id) => id !== null);
    const { given, holding } = await database.transaction().execute(async (within) => {
      await sql`insert into provider_lines (provider, slots) values (${provider}, ${first}) on conflict do nothing`.execute(
        within,
      );
      // The lock: counts are read after it is held, in statements of their own.
      const { rows: lines } = await sql<{ slots: number }>`
        select slots from provider_lines where provider = ${provider} for update`.execute(within);
      await sql`update jobs set line = ${provider}, turn_until = null
        where id = any(${ids}::uuid[]) and state = 'queued' and line is distinct from ${provider}`.execute(within);
      const { rows: used } = await sql<{ n: number }>`select
        (select count(*) from attempts where provider = ${provider} and ended_at is null)
        + (select count(*) from jobs where line = ${provider} and turn_until > ${at}::timestamptz) as n`.execute(
        within,
      );
      const free = slotsFrom(lines[0]?.slots) - Number(used[0]?.n ?? 0);
      const { rows: turns } =
        free <= 0
          ? { rows: [] }
          : await sql<{ id: JobId }>`with ${waiting(at)}
              update jobs set turn_until = ${new Date(at.getTime() + turnMs)}::timestamptz, nudges = nudges + 1,
                wake_at = least(wake_at, ${at}::timestamptz)
              where id in (select id from waiting order by round, accepted_at, id limit ${free})
              returning id`.execute(within);
      const { rows: held } = await sql<{ id: JobId }>`select id from jobs
        where id = any(${ids}::uuid[]) and line = ${provider} and turn_until > ${at}::timestamptz`.execute(within);
      return { given: turns.map(({ id }) => id), holding: new Set(held.map(({ id }) => id)) };
    });
    if (given.length > 0 || ids.length > 0) {
      places = null;
      edges.changed();
    }
    const mine = new Set(ids);
    for (const id of given) if (!mine.has(id)) await edges.queue.wake(id, at);
    return asking.map((id) => id !== null && holding.has(id));
  }
  const ask = createBatcher(serve, 200);

  function slotsFrom(learned: number | undefined): number {
    return told === 'learned' ? (learned ?? first) : first;
  }

  async function readPlaces(): Promise<ReadonlyMap<JobId, number>> {
    const { rows } = await sql<{ id: JobId }>`with ${waiting(now())}
      select id from waiting order by round, accepted_at, id limit ${mostPlaces}`.execute(database);
    return new Map(rows.map(({ id }, place) => [id, place]));
  }

  return {
    slotsFrom,
    async takeTurn(job) {
      if (job.line === provider && job.turnUntil !== null && job.turnUntil > now()) return true;
      return ask(job.id);
    },
    async giveTurns() {
      await ask(null);
    },
    async placeOf(job) {
      const at = now().getTime();
      if (places === null || at - places.at >= placesFreshMs) places = { at, order: readPlaces() };
      const order = await places.order;
      return order.get(job) ?? order.size;
    },
    async learnRefusal() {
      if (told !== 'learned') return;
      // The refused attempt itself is still written as running.
      await sql`update provider_lines set learned_at = ${now()}::timestamptz, slots = greatest(1, least(slots,
        (select count(*) from attempts where provider = ${provider} and ended_at is null) - 1))
        where provider = ${provider}`.execute(database);
      edges.changed();
    },
    async learnWord(slots) {
      if (told !== 'learned') return;
      const at = now();
      await sql`insert into provider_lines (provider, slots, learned_at) values (${provider}, ${slots}, ${at}::timestamptz)
        on conflict (provider) do update set slots = excluded.slots, learned_at = excluded.learned_at`.execute(
        database,
      );
      edges.changed();
      await ask(null);
    },
    async learnAcceptance() {
      if (told !== 'learned') return;
      const at = now();
      await sql`update provider_lines set slots = slots + 1,
          learned_at = case when learned_at is null then null else ${at}::timestamptz end
        where provider = ${provider} and slots < 10000
          and (learned_at is null or learned_at <= ${new Date(at.getTime() - regrowMs)}::timestamptz)`.execute(
        database,
      );
      edges.changed();
      await ask(null);
    },
  };
}
