/**
 * How far a job's clip has come, written down before each step. Nobody holds a lock: whoever takes a step must find the
 * record as they left it, so of two workers one goes on.
 */
import { sql } from 'kysely';
import type { JobId } from '../../core/values.ts';
import type { SlackDatabase, SlackPostsTable } from './slack-tables.ts';

/**
 * - `promised`: Slack gave an id, the bytes may be on their way: nobody can see it yet;
 * - `uploaded`: Slack has the bytes;
 * - `completing`: it may have been shared in `channel`;
 * - `shared`: it was;
 * - `repairing`: it never was, so a message of ours brings it.
 *
 * Without a file, `triedAt` is since when a message with a link may be there.
 */
export interface ClipRecord {
  readonly step: SlackPostsTable['file_step'];
  /** Slack's id of the file. */
  readonly file: string | null;
  readonly channel: string | null;
  readonly triedAt: Date | null;
}

export const nothingYet: ClipRecord = { step: null, file: null, channel: null, triedAt: null };

export async function readClipRecord(database: SlackDatabase, job: JobId): Promise<ClipRecord> {
  const row = await database
    .selectFrom('slack_posts')
    .select(['file_step as step', 'file', 'file_channel as channel', 'tried_at as triedAt'])
    .where('job_id', '=', job)
    .executeTakeFirst();
  return row ?? nothingYet;
}

/** @throws when the record is not as it was read: somebody else has this clip in hand */
export async function moveClipRecord(
  database: SlackDatabase,
  job: JobId,
  from: ClipRecord,
  to: ClipRecord,
): Promise<ClipRecord> {
  const { rows } = await sql`
    insert into slack_posts (job_id, file, file_channel, file_step, tried_at)
    values (${job}, ${to.file}, ${to.channel}, ${to.step}, ${to.triedAt}::timestamptz)
    on conflict (job_id) do update set file = excluded.file, file_channel = excluded.file_channel,
      file_step = excluded.file_step, tried_at = excluded.tried_at
    where slack_posts.file is not distinct from ${from.file}
      and slack_posts.file_channel is not distinct from ${from.channel}
      and slack_posts.file_step is not distinct from ${from.step}
      and slack_posts.tried_at is not distinct from ${from.triedAt}::timestamptz
    returning job_id`.execute(database);
  if (rows.length === 0) throw new Error('another worker has this clip in hand');
  return to;
}
