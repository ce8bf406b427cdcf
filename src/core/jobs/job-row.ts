/** Between a job and its rows. The database hands JSON back parsed, and rows nested as JSON with their times as text. */
import type { Selectable } from 'kysely';
import type { Failure } from '../failure.ts';
import type { VideoRequest } from '../request.ts';
import type { AttemptsTable, JobsTable, PostsTable } from '../tables.ts';
import type { JsonValue } from '../values.ts';
import type { Attempt, Job, JobProgress, Post } from './job.ts';

/** A jobs row with its current attempt and post beside it, as `row_to_json` gives them. */
export interface JobRow extends Selectable<JobsTable> {
  readonly attempt_row: Selectable<AttemptsTable> | null;
  readonly post_row: Selectable<PostsTable> | null;
}

/** Times become dates whether they came as such or as text. Nothing is checked: only we write these rows. */
export function toJob(row: JobRow): Job {
  return {
    id: row.id,
    origin: row.origin,
    asker: row.asker,
    // Our own JSON, checked before it was written.
    request: row.request as unknown as VideoRequest,
    destination: { platform: row.platform, address: row.address },
    state: row.state,
    provider: row.provider,
    price: row.price,
    attempt: row.attempt_row === null ? null : toAttempt(row.attempt_row),
    post: row.post_row === null ? null : toPost(row.post_row),
    benched: row.benched as Record<string, string>,
    faults: row.faults,
    statusMessage: row.status_message,
    shownAt: toDate(row.shown_at),
    shown: row.shown,
    progress: row.progress as JobProgress,
    failure: row.failure as unknown as Failure | null,
    clip: row.clip,
    poster: row.poster,
    cancelRequestedAt: toDate(row.cancel_requested_at),
    acceptedAt: new Date(row.accepted_at),
    stateSince: new Date(row.state_since),
    wakeAt: toDate(row.wake_at),
    deadlineAt: new Date(row.deadline_at),
    endedAt: toDate(row.ended_at),
    version: row.version,
    nudges: row.nudges,
    line: row.line,
    turnUntil: toDate(row.turn_until),
  };
}

function toAttempt(row: Selectable<AttemptsTable>): Attempt {
  return {
    id: row.id,
    provider: row.provider,
    model: row.model,
    body: row.body,
    state: row.state,
    ticket: row.ticket,
    submittedAt: new Date(row.submitted_at),
    acceptedAt: toDate(row.accepted_at),
    readyAt: toDate(row.ready_at),
    endedAt: toDate(row.ended_at),
    charged: row.charged,
    cost: row.cost,
    looks: row.looks,
    lookedAt: toDate(row.looked_at),
    expectsCallBack: row.expects_call_back,
    calledBackAt: toDate(row.called_back_at),
    callBackTicket: row.call_back_ticket,
  };
}

function toPost(row: Selectable<PostsTable>): Post {
  return { nonce: row.nonce, state: row.state, message: row.message, writtenAt: new Date(row.written_at) };
}

function toDate(value: Date | null): Date | null {
  return value === null ? null : new Date(value);
}

/** The columns a step may change, named as in the table, for `jsonb_to_recordset`. */
export function toChangedColumns(job: Job) {
  return {
    state: job.state,
    provider: job.provider,
    benched: job.benched,
    faults: job.faults,
    status_message: job.statusMessage,
    shown_at: job.shownAt,
    shown: job.shown,
    progress: job.progress,
    failure: job.failure,
    clip: job.clip,
    poster: job.poster,
    state_since: job.stateSince,
    wake_at: job.wakeAt,
    ended_at: job.endedAt,
  };
}

/** A whole attempts row, for `jsonb_populate_record`. */
export function toAttemptRow(job: Job, attempt: Attempt) {
  return {
    id: attempt.id,
    job_id: job.id,
    provider: attempt.provider,
    model: attempt.model,
    seconds: job.request.seconds,
    resolution: job.request.resolution,
    body: attempt.body,
    state: attempt.state,
    ticket: attempt.ticket,
    submitted_at: attempt.submittedAt,
    accepted_at: attempt.acceptedAt,
    ready_at: attempt.readyAt,
    ended_at: attempt.endedAt,
    charged: attempt.charged,
    cost: attempt.cost,
    looks: attempt.looks,
    looked_at: attempt.lookedAt,
    expects_call_back: attempt.expectsCallBack,
  };
}

/** A whole jobs row as it is written at acceptance. */
export function toNewJobRow(job: Job): Record<string, JsonValue | Date | object | null> {
  return {
    id: job.id,
    origin: job.origin,
    tenant: job.asker.tenant,
    person: job.asker.person,
    asker: job.asker,
    request: job.request,
    platform: job.destination.platform,
    address: job.destination.address,
    price: job.price,
    attempt: null,
    cancel_requested_at: null,
    accepted_at: job.acceptedAt,
    deadline_at: job.deadlineAt,
    version: 0,
    nudges: 0,
    claimed_until: null,
    line: null,
    turn_until: null,
    ...toChangedColumns(job),
  };
}
