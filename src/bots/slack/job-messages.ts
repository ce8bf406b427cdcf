/** What the ledger knows of a job's messages, which no single worker can know. */
import { isFinal, type JobId, type JobState } from '../../core/values.ts';
import type { MessageAddress } from './address.ts';
import { toMessageAddress } from './courier-messages.ts';
import type { SlackDatabase } from './slack-tables.ts';

export interface JobMessages {
  /** Null for a job that is not in the ledger. */
  readonly state: JobState | null;
  readonly isOver: boolean;
  readonly status: MessageAddress | null;
  /** Where the clip stands, once that was written down. */
  readonly clip: MessageAddress | null;
}

export async function readJobMessages(database: SlackDatabase, job: JobId): Promise<JobMessages> {
  const row = await database
    .selectFrom('jobs')
    .leftJoin('posts', 'posts.job_id', 'jobs.id')
    .select(['jobs.state', 'jobs.status_message', 'posts.message'])
    .where('jobs.id', '=', job)
    .executeTakeFirst();
  return {
    state: row?.state ?? null,
    isOver: row !== undefined && isFinal(row.state),
    status: toMessageAddress(row?.status_message),
    clip: toMessageAddress(row?.message),
  };
}

/** The clip's message was replaced by another: whoever links to it, links to that one. */
export async function moveClip(
  database: SlackDatabase,
  job: JobId,
  from: MessageAddress,
  to: MessageAddress,
): Promise<void> {
  const { clip } = await readJobMessages(database, job);
  if (clip?.channel !== from.channel || clip.ts !== from.ts) return;
  await database
    .updateTable('posts')
    .set({ message: JSON.stringify(to) })
    .where('job_id', '=', job)
    .execute();
}
