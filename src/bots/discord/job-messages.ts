/** What the ledger knows of a job's messages, which no single worker can know. */
import { isFinal, type JobId, type JobState } from '../../core/values.ts';
import { type MessageAddress, toMessageAddress } from './discord-api.ts';
import type { DiscordDatabase } from './discord-tables.ts';

export interface JobMessages {
  /** Null for a job that is not in the ledger. */
  readonly state: JobState | null;
  readonly isOver: boolean;
  readonly status: MessageAddress | null;
  /** Where the clip stands, once that was written down. */
  readonly clip: MessageAddress | null;
}

export async function readJobMessages(database: DiscordDatabase, job: JobId): Promise<JobMessages> {
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

export function isSameMessage(one: MessageAddress | null, other: MessageAddress | null): boolean {
  return one !== null && one.message === other?.message;
}
