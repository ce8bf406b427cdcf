/** The job's SQL. Claims and writes of many jobs share one statement each: a crowded worker needs no more round trips than an idle one. */
import { sql } from 'kysely';
import { createBatcher } from '../batch.ts';
import type { Database } from '../database.ts';
import type { AttemptId, JobId, JsonValue } from '../values.ts';
import type { Job } from './job.ts';
import { type JobRow, toAttemptRow, toChangedColumns, toJob } from './job-row.ts';

/** What a step decided. */
export interface Move {
  readonly before: Job;
  readonly after: Job;
  /** The line that ends the hold, in the same transaction as the state that ends the job. */
  readonly line: 'settle' | 'release' | null;
  /** True while the same worker goes on with the job at once. */
  readonly keepsClaim: boolean;
}

/** What became of a move: null when the claim was lost and nothing was written. */
export type Written = Pick<Job, 'wakeAt' | 'nudges' | 'cancelRequestedAt'> | null;

/**
 * Each verb is one statement: it happens whole or not at all, and many processes may use it at once. It rejects when the
 * database does not answer.
 */
export interface JobStore {
  /** Takes a job that is due for as long as the lease; null when it is not due, final or in other hands. */
  claim(id: JobId): Promise<Job | null>;
  /** One statement, hence one transaction: job, attempt, post, the ledger's line and its counters. */
  record(move: Move): Promise<Written>;
  /** Renews the lease of jobs whose step takes long. */
  renew(ids: readonly JobId[]): Promise<void>;
  find(id: JobId): Promise<Job | null>;
  findByOrigin(origin: string): Promise<Job | null>;
  /** The newest first. */
  listOf(tenant: string, person: string, most: number): Promise<Job[]>;
  /** After the status message was opened: from here the job moves by itself. False when it moved on already. */
  opened(id: JobId, message: JsonValue): Promise<boolean>;
  /** Asks for the end. Returns false when the job is final or was asked before. */
  requestCancel(id: JobId): Promise<boolean>;
  /** A call-back came: keeps its ticket and wants the job looked at now. Null when no such attempt is under way. */
  calledBack(attempt: AttemptId, provider: string, ticket: JsonValue | null): Promise<JobId | null>;
  /** What should have been moved by then and is in nobody's hands, the longest overdue first. */
  overdue(before: Date, most: number): Promise<{ id: JobId; wakeAt: Date }[]>;
  /** Everything that still wants to be moved, page by page in order of id, for arming the alarms at start. */
  unfinished(after: JobId | null, most: number): Promise<{ id: JobId; wakeAt: Date }[]>;
  /** Only at the start of the one process that owns an embedded database: nobody else has anything in hand. */
  dropClaims(): Promise<void>;
  /** Seconds from submit to ready of the last renders of this kind, shortest first. */
  history(attempt: Pick<Job, 'request'> & { provider: string; model: string }): Promise<number[]>;
  /** Median seconds from submit to ready of each provider's last renders of a kind; null where fewer than three are known. */
  medians(): Promise<MedianOf>;
  /** How many jobs are in each state that is not final. */
  countByState(): Promise<Record<string, number>>;
}

/** Null: not measured often enough. */
export type MedianOf = (
  provider: string,
  model: string,
  request: Pick<Job['request'], 'seconds' | 'resolution'>,
) => number | null;

interface JobStoreEdges {
  readonly database: Database;
  readonly now: () => Date;
}

/** How long a claim holds without being renewed: the longest a job waits after its worker was killed. */
export const leaseMs = 30_000;

/** An alarm may ring a little early; the job is moved all the same. */
const earlyMs = 250;

/** Rows in one statement: enough to carry a crowd, few enough to parse in a few milliseconds. */
const batchSize = 200;

/** A crowd of looks shares one reading of the history for this long. */
const historyFreshMs = 5_000;

/** Medians move slowly. */
const mediansFreshMs = 60_000;
const mediansReachMs = 7 * 86_400_000;
const leastMeasured = 3;

/** The last renders that say how long the next one takes. */
const historyLength = 100;

/** Claims that come together share one statement, and so do records: when it fails, it fails for all of them. */
export function createJobStore({ database, now }: JobStoreEdges): JobStore {
  const histories = new Map<string, { at: number; seconds: Promise<number[]> }>();

  let medians: { at: number; of: Promise<MedianOf> } | null = null;

  const selectJobs = sql`select j.*, row_to_json(a) as attempt_row, row_to_json(p) as post_row
    from jobs j left join attempts a on a.id = j.attempt left join posts p on p.job_id = j.id`;

  async function claimAll(ids: readonly JobId[]): Promise<(Job | null)[]> {
    const at = now();
    const { rows } = await sql<JobRow>`
      with seen as materialized (
        select id, xmin from jobs where id = any(${[...new Set(ids)]}::uuid[])
      ), due as (
        select jobs.id from jobs join seen on seen.id = jobs.id and seen.xmin = jobs.xmin
        where jobs.wake_at <= ${new Date(at.getTime() + earlyMs)}::timestamptz
          and (jobs.claimed_until is null or jobs.claimed_until <= ${at}::timestamptz)
        for update of jobs skip locked
      ), j as (
        update jobs set version = jobs.version + 1, claimed_until = ${new Date(at.getTime() + leaseMs)}::timestamptz
        from due where jobs.id = due.id returning jobs.*
      )
      select j.*, row_to_json(a) as attempt_row, row_to_json(p) as post_row
      from j left join attempts a on a.id = j.attempt left join posts p on p.job_id = j.id`.execute(database);
    const claimed = new Map(rows.map((row) => [row.id, toJob(row)]));
    return ids.map((id) => {
      const job = claimed.get(id) ?? null;
      claimed.delete(id); // rung twice in one turn: one caller gets it
      return job;
    });
  }

  async function recordAll(moves: readonly Move[]): Promise<Written[]> {
    const changes = JSON.stringify(
      moves.map(({ before, after, line, keepsClaim }) => ({
        id: before.id,
        claim: before.version,
        seen_nudges: before.nudges,
        ...toChangedColumns(after),
        attempt_id: after.attempt?.id ?? null,
        attempt: after.attempt === null || after.attempt === before.attempt ? null : toAttemptRow(after, after.attempt),
        post:
          after.post === null || after.post === before.post
            ? null
            : {
                job_id: after.id,
                nonce: after.post.nonce,
                state: after.post.state,
                message: after.post.message,
                written_at: after.post.writtenAt,
              },
        line,
        cost: after.attempt?.cost ?? null,
        keeps_claim: keepsClaim,
      })),
    );
    const { rows } = await sql<{ id: JobId; wake_at: Date | null; nudges: number; cancel_requested_at: Date | null }>`
      with change as materialized (
        select * from jsonb_to_recordset(${changes}::jsonb) as c (
          id uuid, claim integer, seen_nudges integer, state text, provider text, benched jsonb, faults integer,
          status_message jsonb, shown_at timestamptz, shown text, progress jsonb, failure jsonb, clip text, poster text,
          state_since timestamptz, wake_at timestamptz, ended_at timestamptz, attempt_id uuid, attempt jsonb,
          post jsonb, line text, cost bigint, keeps_claim boolean)
      ), moved as (
        update jobs j set
          state = c.state, provider = c.provider, benched = c.benched, faults = c.faults,
          status_message = c.status_message, shown_at = c.shown_at, shown = c.shown, progress = c.progress, failure = c.failure,
          clip = c.clip, poster = c.poster, state_since = c.state_since, ended_at = c.ended_at, attempt = c.attempt_id,
          wake_at = case when j.nudges <> c.seen_nudges and c.wake_at is not null then least(c.wake_at, ${now()}::timestamptz) else c.wake_at end,
          claimed_until = case when c.keeps_claim then j.claimed_until end,
          line = case when c.state = 'queued' then j.line end,
          turn_until = case when c.state = 'queued' then j.turn_until end
        from change c where j.id = c.id and j.version = c.claim
        returning j.id, j.wake_at, j.nudges, j.cancel_requested_at
      ), attempted as (
        insert into attempts (id, job_id, provider, model, seconds, resolution, body, state, ticket, submitted_at,
          accepted_at, ready_at, ended_at, charged, cost, looks, looked_at, expects_call_back)
        select r.id, r.job_id, r.provider, r.model, r.seconds, r.resolution, r.body, r.state, r.ticket, r.submitted_at,
          r.accepted_at, r.ready_at, r.ended_at, r.charged, r.cost, r.looks, r.looked_at, r.expects_call_back
        from change c join moved m on m.id = c.id, jsonb_populate_record(null::attempts, c.attempt) r
        where c.attempt is not null
        on conflict (id) do update set state = excluded.state, ticket = excluded.ticket,
          accepted_at = excluded.accepted_at, ready_at = excluded.ready_at, ended_at = excluded.ended_at,
          charged = excluded.charged, cost = excluded.cost, looks = excluded.looks, looked_at = excluded.looked_at,
          expects_call_back = excluded.expects_call_back
      ), posted as (
        insert into posts (job_id, nonce, state, message, written_at)
        select r.job_id, r.nonce, r.state, r.message, r.written_at
        from change c join moved m on m.id = c.id, jsonb_populate_record(null::posts, c.post) r
        where c.post is not null
        on conflict (job_id) do update set state = excluded.state, message = excluded.message
      ), entry as (
        insert into quota_entries (job_id, kind, tenant, person, day, clips, amount, written_at)
        select h.job_id, c.line, h.tenant, h.person, h.day, h.clips,
          case c.line when 'settle' then coalesce(c.cost, h.amount) else h.amount end, ${now()}::timestamptz
        from change c join moved m on m.id = c.id join quota_entries h on h.job_id = c.id and h.kind = 'hold'
        where c.line is not null
        on conflict do nothing
        returning job_id, kind, amount
      ), delta as (
        select h.tenant, x.scope, x.subject, x.measure, x.period, sum(case
          when e.kind = 'release' or x.measure = 'running' then -x.amount
          when x.measure = 'usd' then e.amount - h.amount
          else 0 end) as amount
        from entry e join quota_entries h on h.job_id = e.job_id and h.kind = 'hold',
          jsonb_to_recordset(h.moves) as x (scope text, subject text, measure text, period text, amount bigint)
        group by 1, 2, 3, 4, 5
      ), locked as (
        select q.* from quota_counters q join delta d using (tenant, scope, subject, measure, period)
        order by q.tenant, q.scope, q.subject, q.measure, q.period for update of q
      ), counted as (
        update quota_counters q set used = greatest(0, q.used + d.amount)
        from delta d join locked using (tenant, scope, subject, measure, period)
        where (q.tenant, q.scope, q.subject, q.measure, q.period) = (d.tenant, d.scope, d.subject, d.measure, d.period)
      )
      select * from moved`.execute(database);
    const written = new Map(rows.map((row) => [row.id, row]));
    return moves.map(({ before }) => {
      const row = written.get(before.id);
      if (row === undefined) return null;
      return { wakeAt: row.wake_at, nudges: row.nudges, cancelRequestedAt: row.cancel_requested_at };
    });
  }

  async function readHistory(provider: string, model: string, request: Job['request']): Promise<number[]> {
    const { rows } = await sql<{ seconds: number }>`
        select extract(epoch from ready_at - accepted_at)::float8 as seconds from attempts
        where provider = ${provider} and model = ${model} and seconds = ${request.seconds}
          and resolution = ${request.resolution} and ready_at is not null
        order by ready_at desc limit ${historyLength}`.execute(database);
    return rows.map(({ seconds }) => seconds).sort((a, b) => a - b);
  }

  async function readMedians(): Promise<MedianOf> {
    const { rows } = await sql<{ key: string; median: number }>`
      select provider || ' ' || model || ' ' || seconds || ' ' || resolution as key,
        percentile_cont(0.5) within group (order by extract(epoch from ready_at - accepted_at))::float8 as median
      from (
        select *, row_number() over (partition by provider, model, seconds, resolution order by ready_at desc) as age
        from attempts where ready_at is not null and ready_at > ${new Date(now().getTime() - mediansReachMs)}::timestamptz
      ) recent
      where age <= ${historyLength} group by 1 having count(*) >= ${leastMeasured}`.execute(database);
    const known = new Map(rows.map(({ key, median }) => [key, median]));
    return (provider, model, { seconds, resolution }) =>
      known.get(`${provider} ${model} ${seconds} ${resolution}`) ?? null;
  }

  async function selectOne(where: ReturnType<typeof sql>): Promise<Job | null> {
    const { rows } = await sql<JobRow>`${selectJobs} where ${where}`.execute(database);
    return rows[0] === undefined ? null : toJob(rows[0]);
  }

  return {
    claim: createBatcher(claimAll, batchSize),
    record: createBatcher(recordAll, batchSize),

    async renew(ids) {
      await sql`update jobs set claimed_until = ${new Date(now().getTime() + leaseMs)}::timestamptz
        where id in (select id from jobs where id = any(${[...ids]}::uuid[]) and claimed_until is not null
          for update skip locked)`.execute(database);
    },

    find: (id) => selectOne(sql`j.id = ${id}`),
    findByOrigin: (origin) => selectOne(sql`j.origin = ${origin}`),

    async listOf(tenant, person, most) {
      const { rows } = await sql<JobRow>`${selectJobs} where j.tenant = ${tenant} and j.person = ${person}
        order by j.accepted_at desc limit ${most}`.execute(database);
      return rows.map(toJob);
    },

    async opened(id, message) {
      const at = now();
      const { rows } = await sql`update jobs set state = 'queued', status_message = ${JSON.stringify(message)}::jsonb,
        shown_at = ${at}::timestamptz, state_since = ${at}::timestamptz, wake_at = ${at}::timestamptz
        where id = ${id} and state = 'opening' returning id`.execute(database);
      return rows.length > 0;
    },

    async requestCancel(id) {
      const at = now();
      const { rows } = await sql`update jobs set cancel_requested_at = ${at}::timestamptz, nudges = nudges + 1,
        wake_at = least(wake_at, ${at}::timestamptz)
        where id = ${id} and ended_at is null and cancel_requested_at is null returning id`.execute(database);
      return rows.length > 0;
    },

    async calledBack(attempt, provider, ticket) {
      const at = now();
      const { rows } = await sql<{ id: JobId }>`with back as (
          update attempts set called_back_at = ${at}::timestamptz,
            call_back_ticket = coalesce(${ticket === null ? null : JSON.stringify(ticket)}::jsonb, call_back_ticket)
          where id = ${attempt} and provider = ${provider} returning id, job_id)
        update jobs set nudges = jobs.nudges + 1, wake_at = least(jobs.wake_at, ${at}::timestamptz)
        from back where jobs.id = back.job_id and jobs.attempt = back.id and jobs.ended_at is null
        returning jobs.id`.execute(database);
      return rows[0]?.id ?? null;
    },

    async overdue(before, most) {
      const { rows } = await sql<{ id: JobId; wakeAt: Date }>`select id, wake_at as "wakeAt" from jobs
        where wake_at < ${before}::timestamptz and (claimed_until is null or claimed_until <= ${now()}::timestamptz)
        order by wake_at limit ${most}`.execute(database);
      return rows;
    },

    async unfinished(after, most) {
      const { rows } = await sql<{ id: JobId; wakeAt: Date }>`select id, wake_at as "wakeAt" from jobs
        where wake_at is not null and (${after}::uuid is null or id > ${after}::uuid)
        order by id limit ${most}`.execute(database);
      return rows;
    },

    async dropClaims() {
      await sql`update jobs set claimed_until = null,
          wake_at = case when state = 'opening' then least(wake_at, ${now()}::timestamptz) else wake_at end
        where claimed_until is not null or state = 'opening'`.execute(database);
    },

    history({ request, provider, model }) {
      const key = `${provider} ${model} ${request.seconds} ${request.resolution}`;
      const known = histories.get(key);
      if (known !== undefined && now().getTime() - known.at < historyFreshMs) return known.seconds;
      const seconds = readHistory(provider, model, request);
      histories.set(key, { at: now().getTime(), seconds });
      seconds.catch(() => histories.delete(key));
      return seconds;
    },

    medians() {
      const at = now().getTime();
      if (medians === null || at - medians.at >= mediansFreshMs) {
        const read = { at, of: readMedians() };
        medians = read;
        read.of.catch(() => {
          if (medians === read) medians = null;
        });
      }
      return medians.of;
    },

    async countByState() {
      const { rows } = await sql<{ state: string; jobs: number }>`
        select state, count(*) as jobs from jobs where ended_at is null group by state`.execute(database);
      return Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]));
    },
  };
}
