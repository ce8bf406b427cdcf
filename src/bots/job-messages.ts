/** What the ledger knows of a job's messages, which no single worker can know. */
import type { Database } from '../core/database.ts';
import { isFinal, type JobId, type JobState } from '../core/values.ts';

export interface JobMessages<Address> {
  /** Null for a job that is not in the ledger. */
  readonly state: JobState | null;
  readonly isOver: boolean;
  readonly status: Address | null;
  /** Where the clip stands, once that was written down. */
  readonly clip: Address | null;
}

/** @param toAddress a message as the platform stores it; null for what is none */
export async function readJobMessages<Address>(
  database: Database,
  job: JobId,
  toAddress: (stored: unknown) => Address | null,
): Promise<JobMessages<Address>> {
  const row = await database
    .selectFrom('jobs')
    .leftJoin('posts', 'posts.job_id', 'jobs.id')
    .select(['jobs.state', 'jobs.status_message', 'posts.message'])
    .where('jobs.id', '=', job)
    .executeTakeFirst();
  return {
    state: row?.state ?? null,
    isOver: row !== undefined && isFinal(row.state),
    status: toAddress(row?.status_message),
    clip: toAddress(row?.message),
  };
}
