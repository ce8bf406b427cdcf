/** A job's messages on Discord, as the ledger knows them. */
import type { JobId } from '../../core/values.ts';
import { type JobMessages, readJobMessages as readMessages } from '../job-messages.ts';
import { type MessageAddress, toMessageAddress } from './discord-api.ts';
import type { DiscordDatabase } from './discord-tables.ts';

export function readJobMessages(database: DiscordDatabase, job: JobId): Promise<JobMessages<MessageAddress>> {
  return readMessages(database, job, toMessageAddress);
}

export function isSameMessage(one: MessageAddress | null, other: MessageAddress | null): boolean {
  return one !== null && one.message === other?.message;
}
