/** The emoji under a picture. The event has neither the message nor its thread, so both are read first (platforms/slack.md §3). */
import type { Command, Reply } from '../../commands/command.ts';
import type { OpenCall, ReactedCall } from './calls.ts';
import { picturesOf, type SlackMessage } from './message-files.ts';
import type { Person } from './people.ts';
import { type RunEdges, runAsking } from './run-asked.ts';

export type Reacted = OpenCall & { readonly call: ReactedCall };

/**
 * @returns null where there is no picture to be seen: mostly somebody just likes a message, and hears nothing
 * @throws when it is not known what happened: the same once more is safe, because its origin makes it one job
 */
export async function runReacted(
  edges: RunEdges,
  commands: readonly Command[],
  { id, call }: Reacted,
  { message, who }: { readonly message: SlackMessage; readonly who: Person },
): Promise<Reply | null> {
  const [picture] = picturesOf(message);
  if (picture === undefined) return null;
  return runAsking(edges, commands, {
    id,
    installation: call.place.installation,
    person: call.person,
    who,
    place: { channel: call.place.channel, thread: message.thread_ts ?? null, request: call.message },
    command: 'create',
    values: {},
    pictures: { image: picture },
    execution: null,
  });
}
