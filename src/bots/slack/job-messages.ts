/** A job's messages on Slack, as the ledger knows them. */
import type { JobId } from '../../core/values.ts';
import { type JobMessages, readJobMessages as readMessages } from '../job-messages.ts';
import type { MessageAddress } from './address.ts';
import { toMessageAddress } from './courier-messages.ts';
import type { SlackDatabase } from './slack-tables.ts';

export function readJobMessages(database: SlackDatabase, job: JobId): Promise<JobMessages<MessageAddress>> {
  return readMessages(database, job, toMessageAddress);
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
