/** What must hold in every ledger at rest, whatever happened on the way there. */
import { sql } from 'kysely';
import type { Database } from '../../src/core/database.ts';

export interface JobAtRest {
  readonly id: string;
  readonly origin: string;
  readonly prompt: string;
  readonly state: string;
  readonly wakes: boolean;
  /** Attempts that were, or may have been, paid for: one that a look-up proved never to have begun is not among them. */
  readonly paidAttempts: number;
  readonly holds: number;
  readonly settles: number;
  readonly releases: number;
}

export async function readJobs(database: Database): Promise<readonly JobAtRest[]> {
  const { rows } = await sql<JobAtRest>`
    select id, origin, request ->> 'prompt' as prompt, state, wake_at is not null as wakes,
      (select count(*)::int from attempts a where a.job_id = j.id and a.charged <> 'no') as "paidAttempts",
      (select count(*)::int from quota_entries q where q.job_id = j.id and q.kind = 'hold') as holds,
      (select count(*)::int from quota_entries q where q.job_id = j.id and q.kind = 'settle') as settles,
      (select count(*)::int from quota_entries q where q.job_id = j.id and q.kind = 'release') as releases
    from jobs j order by id`.execute(database);
  return rows;
}

/** Counters beside what the book says they should be; empty when the book and its sums agree. */
export async function wrongCounters(database: Database): Promise<readonly unknown[]> {
  const { rows } = await sql`
    with moved as (
      select h.tenant, m.scope, m.subject, m.measure, m.period, m.amount, h.amount as held, e.kind as ending, e.amount as paid
      from quota_entries h
      cross join jsonb_to_recordset(h.moves) as m (scope text, subject text, measure text, period text, amount bigint)
      left join quota_entries e on e.job_id = h.job_id and e.kind <> 'hold'
      where h.kind = 'hold'
    ), should as (
      select tenant, scope, subject, measure, period, sum(case
        when ending = 'release' or (measure = 'running' and ending is not null) then 0
        when ending = 'settle' and measure = 'usd' then paid
        else amount end) as used
      from moved group by 1, 2, 3, 4, 5
    )
    select c.*, s.used as should from quota_counters c
    full join should s using (tenant, scope, subject, measure, period)
    where coalesce(c.used, 0) <> coalesce(s.used, 0)`.execute(database);
  return rows;
}
