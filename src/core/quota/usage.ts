/** What a tenant's people made and spent, from the account book. */
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { JobId, JobState, MicroUsd } from '../values.ts';
import { dayOf } from './limits.ts';

/** Spans an admin can ask for, in UTC: weeks begin on Monday. */
export const usagePeriods = ['day', 'week', 'month', 'last-month'] as const;
/** One of them. */
export type UsagePeriod = (typeof usagePeriods)[number];

/** First and last day, both within it. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** Up to and including today, but for the month that is over. */
export function daysOf(period: UsagePeriod, at: Date): Days {
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const day = (...of: [number, number, number]): string => dayOf(new Date(Date.UTC(...of)));
  const to = dayOf(at);
  switch (period) {
    case 'day':
      return { from: to, to };
    case 'week':
      return { from: day(year, month, date - ((at.getUTCDay() + 6) % 7)), to };
    case 'month':
      return { from: day(year, month, 1), to };
    case 'last-month':
      return { from: day(year, month - 1, 1), to: day(year, month, 0) };
  }
}

/** Clips by what became of them, and their money in millionths of a dollar. */
export interface UsageSums {
  readonly held: number;
  readonly spent: number;
  readonly givenBack: number;
  /** Reserved for clips in the making. */
  readonly usdHeld: MicroUsd;
  /** What delivered clips cost. */
  readonly usdSpent: MicroUsd;
}

/** What one person made; the name is the last they had. */
export interface PersonUsage extends UsageSums {
  readonly person: string;
  readonly name: string;
}

/** One clip that was asked for. */
export interface JobUsage {
  readonly job: JobId;
  readonly acceptedAt: Date;
  readonly person: string;
  readonly name: string;
  readonly channel: string;
  readonly model: string;
  readonly seconds: number;
  readonly resolution: string;
  readonly provider: string;
  readonly state: JobState;
  readonly quota: 'held' | 'spent' | 'given back';
  /** What is reserved, or was spent; nothing once it is given back. */
  readonly usd: MicroUsd;
}

/** Clips count on the day they were asked for. */
export interface Usage {
  readonly sums: UsageSums & { readonly people: number };
  /** The biggest spenders first, then the busiest; no more than asked for. */
  readonly people: readonly PersonUsage[];
  /** The newest first; no more than asked for. */
  readonly jobs: readonly JobUsage[];
}

/** @param most how many people and how many jobs; the sums are over all */
export async function readUsage(
  database: Database,
  tenant: string,
  { from, to }: Days,
  most: { readonly people: number; readonly jobs: number },
): Promise<Usage> {
  const clips = sql`
    select h.job_id, h.person, h.clips, coalesce(e.kind, 'hold') as kind,
      case when e.kind = 'release' then 0 else coalesce(e.amount, h.amount) end as amount
    from quota_entries h left join quota_entries e on e.job_id = h.job_id and e.kind <> 'hold'
    where h.tenant = ${tenant} and h.kind = 'hold' and h.day between ${from} and ${to}`;
  const sums = sql`
    coalesce(sum(clips) filter (where kind = 'hold'), 0)::bigint as held,
    coalesce(sum(clips) filter (where kind = 'settle'), 0)::bigint as spent,
    coalesce(sum(clips) filter (where kind = 'release'), 0)::bigint as "givenBack",
    coalesce(sum(amount) filter (where kind = 'hold'), 0)::bigint as "usdHeld",
    coalesce(sum(amount) filter (where kind = 'settle'), 0)::bigint as "usdSpent"`;
  const total = await sql<UsageSums & { people: number }>`
    select ${sums}, count(distinct person)::bigint as people from (${clips}) c`.execute(database);
  const people = await sql<PersonUsage>`
    select p.*, coalesce((select j.asker ->> 'name' from jobs j where j.tenant = ${tenant} and j.person = p.person
      order by j.accepted_at desc limit 1), p.person) as name
    from (select person, ${sums} from (${clips}) c group by person
      order by "usdSpent" desc, count(*) desc, person limit ${most.people}) p
    order by p."usdSpent" desc, p.held + p.spent + p."givenBack" desc, p.person`.execute(database);
  const jobs = await sql<JobUsage>`
    select j.id as job, j.accepted_at as "acceptedAt", j.person, j.asker ->> 'name' as name,
      j.asker ->> 'channel' as channel, j.request ->> 'model' as model, (j.request ->> 'seconds')::integer as seconds,
      j.request ->> 'resolution' as resolution, j.provider, j.state,
      case c.kind when 'settle' then 'spent' when 'release' then 'given back' else 'held' end as quota, c.amount as usd
    from (${clips}) c join jobs j on j.id = c.job_id
    order by j.id desc limit ${most.jobs}`.execute(database);
  const [all] = total.rows;
  if (all === undefined) throw new Error('a sum is always one row');
  return { sums: all, people: people.rows, jobs: jobs.rows };
}
