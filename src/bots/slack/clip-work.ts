/** What one call that brings or looks for a clip works with. */
import type { JobId } from '../../core/values.ts';
import type { MessageAddress } from './address.ts';
import type { ClipSpot } from './clip-spots.ts';
import { findMessage, type Mark } from './courier-messages.ts';
import type { SlackClients } from './slack-clients.ts';

export interface ClipWork {
  readonly job: JobId;
  /** What its messages carry, where they are no file's. */
  readonly mark: Mark;
  readonly clients: SlackClients;
  /** Wherever it can be, best first. */
  spots(): AsyncGenerator<ClipSpot>;
}

/** A message of ours that brings it. */
export async function lookFor({ clients, mark, spots }: ClipWork, since: Date): Promise<MessageAddress | null> {
  for await (const spot of spots()) {
    const found = await findMessage(clients, spot, mark, since);
    if (found !== null) return found;
  }
  return null;
}
