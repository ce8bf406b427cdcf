/** Files that become messages. */
import { writeMessage } from './messages.ts';
import type { Block, Channel, Message, State, StoredFile } from './state.ts';

/** Posts files as one message and writes down where they stand now. */
export function shareFiles(
  state: State,
  channel: Channel,
  said: {
    readonly user: string;
    readonly thread: string | null;
    readonly text: string;
    readonly blocks: readonly Block[];
  },
  files: readonly StoredFile[],
): Message {
  const message = writeMessage(state, channel, { ...said, files });
  for (const file of files) file.shares.push({ channel: channel.id, ts: message.ts, thread: message.thread });
  return message;
}
