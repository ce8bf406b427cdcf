/** The account book: holds here, settles and releases with the state that ends the job (`jobs/store.ts`). Lines are only ever added. */
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.ts';
import type { Asker, JobId, MicroUsd } from '../values.ts';
import {
  type CheckedMove,
  chiefOf,
  type DefaultLimits,
  dayOf,
  type LimitStanding,
  movesOf,
  type Over,
  resetsAt,
} from './limits.ts';

/** What became of a request at the limits. */
export type Hold =
  | { readonly outcome: 'held' }
  | { readonly outcome: 'over'; readonly limit: Over }
  /** The origin has a job already; nothing was counted again. */
  | { readonly outcome: 'duplicate' };

/** A jobs row as the table has it, keyed by column. */
export type NewJobRow = Readonly<Record<string, unknown>> & { readonly id: JobId };

/**
 * Checks every limit, writes the job, its hold and the counters, in one statement: under any concurrency exactly as
 * many are admitted as the limits allow, and a refusal writes nothing. The counters' rows are the locks, taken in one
 * order: by tenant, scope, subject, measure and period.
 */
export async function hold(
  database: Database,
  job: NewJobRow,
  asker: Asker,
  price: MicroUsd,
  at: Date,
  defaults: DefaultLimits,
): Promise<Hold> {
  const moves = movesOf(asker, price, at, defaults);
  for (;;) {
    const answer = await tryHold(database, job, asker, moves, at);
    if (answer !== 'counters-missing') return answer;
    await makeCounters(database, asker.tenant, moves);
  }
}

async function tryHold(
  database: Database,
  job: NewJobRow,
  asker: Asker,
  moves: readonly CheckedMove[],
  at: Date,
): Promise<Hold | 'counters-missing'> {
  interface Row {
    readonly job: JobId | null;
    readonly counters: number;
    readonly over: Omit<Over, 'resetsAt'>[] | null;
  }
  try {
    const { rows } = await sql<Row>`
      with want as materialized (
        ${wanted(moves)}
      ), allowed as (
        ${allowedTo(asker)}
      ), locked as (
        select q.scope, q.subject, q.measure, q.period, q.used from quota_counters q
        join want w using (scope, subject, measure, period) where q.tenant = ${asker.tenant}
        order by q.tenant, q.scope, q.subject, q.measure, q.period for update of q
      ), over as (
        select a.scope, a.measure, a.per, a.allowed as most, l.used, a."setFor", a.role
        from allowed a join locked l using (scope, subject, measure, period)
        where l.used + a.amount > a.allowed
      ), job as (
        insert into jobs select * from jsonb_populate_record(null::jobs, ${JSON.stringify(job)}::jsonb)
        where not exists (select from over) and (select count(*) from locked) = (select count(*) from want)
        returning id
      ), entry as (
        insert into quota_entries (job_id, kind, tenant, person, day, clips, amount, moves, written_at)
        select id, 'hold', ${asker.tenant}, ${asker.person}, ${dayOf(at)}, 1, ${job.price}::bigint,
          ${JSON.stringify(moves)}::jsonb, ${at}::timestamptz from job
      ), counted as (
        update quota_counters q set used = q.used + w.amount
        from want w join locked l using (scope, subject, measure, period), job
        where q.tenant = ${asker.tenant}
          and (q.scope, q.subject, q.measure, q.period) = (w.scope, w.subject, w.measure, w.period)
      )
      select (select id from job) as job, (select count(*) from locked) as counters,
        (select jsonb_agg(to_jsonb(over)) from over) as over`.execute(database);
    const row = rows[0];
    if (row === undefined || (row.counters < moves.length && row.over === null)) return 'counters-missing';
    const chief = chiefOf(row.over ?? []);
    if (chief !== undefined) return { outcome: 'over', limit: { ...chief, resetsAt: resetsAt(chief.per, at) } };
    return { outcome: 'held' };
  } catch (error) {
    if (isDuplicateOrigin(error)) return { outcome: 'duplicate' };
    throw error;
  }
}

/** The moves as rows, for `want`. */
function wanted(moves: readonly CheckedMove[]): RawBuilder<unknown> {
  return sql`select * from jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) as w
    (scope text, subject text, measure text, per text, period text, amount bigint, most bigint)`;
}

/**
 * The rows of `want` with what each may reach. A row for just this person, channel or tenant comes first; then, for a
 * person, the most generous of their roles' rows; then everybody's; then the default.
 */
function allowedTo(asker: LimitedAsker): RawBuilder<unknown> {
  const subjects = [
    { scope: 'channel', subject: asker.channel, rank: 0, set_for: 'own' },
    { scope: 'person', subject: asker.person, rank: 0, set_for: 'own' },
    { scope: 'tenant', subject: asker.tenant, rank: 0, set_for: 'own' },
    ...[...new Set(asker.roles)].map((subject) => ({ scope: 'role', subject, rank: 1, set_for: 'role' })),
    { scope: 'person', subject: '*', rank: 2, set_for: 'everybody' },
  ];
  return sql`
    select w.*, case when l.set_for is null then w.most else l.most end as allowed,
      coalesce(l.set_for, 'default') as "setFor", l.role
    from want w left join lateral (
      select r.most, s.set_for, case when s.set_for = 'role' then s.subject end as role
      from jsonb_to_recordset(${JSON.stringify(subjects)}::jsonb) as s
        (scope text, subject text, rank integer, set_for text)
      join limits r on r.tenant = ${asker.tenant}
        and (r.scope, r.subject, r.measure, r.per) = (s.scope, s.subject, w.measure, w.per)
      where s.scope = w.scope or (w.scope = 'person' and s.scope = 'role')
      order by s.rank, r.most desc nulls first, s.subject limit 1
    ) l on true`;
}

/**
 * The rows must be there before they can be locked; made once a day for each person. Two requests that make the same
 * ones meet there in the order of `moves`, which is everybody's.
 */
async function makeCounters(database: Database, tenant: string, moves: readonly CheckedMove[]): Promise<void> {
  await database
    .insertInto('quota_counters')
    .values(moves.map(({ scope, subject, measure, period }) => ({ tenant, scope, subject, measure, period })))
    .onConflict((same) => same.doNothing())
    .execute();
}

function isDuplicateOrigin(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === '23505' &&
    'constraint' in error &&
    error.constraint === 'jobs_origin_key'
  );
}

type LimitedAsker = Pick<Asker, 'tenant' | 'person' | 'roles' | 'channel'>;

/** Where a person stands, and the channel and the tenant they ask in. */
export interface QuotaStanding {
  /** Today, in clips. */
  readonly today: { readonly held: number; readonly spent: number; readonly givenBack: number };
  /** What today's delivered clips cost, in millionths of a dollar. */
  readonly spentToday: MicroUsd;
  /** Each counter that a clip would move, limited or not. */
  readonly limits: readonly LimitStanding[];
}

/** What the person held, spent and got back today, and what each limit leaves. */
export async function readStanding(
  database: Database,
  asker: LimitedAsker,
  at: Date,
  defaults: DefaultLimits,
): Promise<QuotaStanding> {
  const { rows: sums } = await sql<{ kind: 'hold' | 'settle' | 'release'; clips: number; amount: number }>`
    select kind, sum(clips)::bigint as clips, sum(amount)::bigint as amount from quota_entries
    where tenant = ${asker.tenant} and person = ${asker.person} and day = ${dayOf(at)} group by kind`.execute(database);
  const { rows: limits } = await sql<Omit<LimitStanding, 'resetsAt'>>`
    with want as materialized (
      ${wanted(movesOf(asker, 0 as MicroUsd, at, defaults))}
    ), allowed as (
      ${allowedTo(asker)}
    )
    select a.scope, a.measure, a.per, a.allowed as most, coalesce(q.used, 0) as used, a."setFor", a.role
    from allowed a left join quota_counters q on q.tenant = ${asker.tenant}
      and (q.scope, q.subject, q.measure, q.period) = (a.scope, a.subject, a.measure, a.period)`.execute(database);
  const clips = (kind: string): number => sums.find((row) => row.kind === kind)?.clips ?? 0;
  return {
    today: {
      held: clips('hold') - clips('settle') - clips('release'),
      spent: clips('settle'),
      givenBack: clips('release'),
    },
    spentToday: (sums.find((row) => row.kind === 'settle')?.amount ?? 0) as MicroUsd,
    limits: limits.map((limit) => ({ ...limit, resetsAt: resetsAt(limit.per, at) })),
  };
}
