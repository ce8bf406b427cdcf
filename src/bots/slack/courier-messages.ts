/** Messages of ours in Slack, sent and looked for again. */
import { z } from 'zod';
import type { JobId } from '../../core/values.ts';
import { type MessageAddress, messageAddress, type SlackAddress } from './address.ts';
import { isUninstalled, readRefusal } from './api-errors.ts';
import type { DrawnMessage } from './draw/blocks.ts';
import { patiently, type SlackClients } from './slack-clients.ts';

/** A place in a conversation where something can be said. */
export interface Spot {
  readonly channel: string;
  /** By its first message; null: in the conversation itself. */
  readonly thread: string | null;
}

/** What a message carries so that it is found again: Slack has no idempotency key (platforms/slack.md §5). */
export interface Mark {
  readonly event: 'hailuo_status' | 'hailuo_clip';
  readonly job: JobId;
  /** Of a clip's message. */
  readonly nonce?: string;
}

export interface SendOptions {
  readonly mark: Mark;
  /** Lets Slack show what a link leads to: only for a link to a file of ours, in a message without others. */
  readonly unfolds?: boolean;
}

/**
 * Says it there. A 429 is waited out.
 * @throws Slack's refusal, or whatever leaves open whether it was said
 */
export async function sendMessage(
  { api }: SlackClients,
  { channel, thread }: Spot,
  { text, blocks }: DrawnMessage,
  { mark, unfolds = false }: SendOptions,
): Promise<MessageAddress> {
  const answer = await patiently(() =>
    api.chat.postMessage({
      channel,
      ...(thread !== null && { thread_ts: thread }),
      text,
      ...(blocks.length > 0 && { blocks }),
      metadata: metadataOf(mark),
      unfurl_links: unfolds,
      unfurl_media: unfolds,
    }),
  );
  return messageAddress.parse(answer);
}

/** The same goes with every edit, so that none takes it away. */
export function metadataOf({ event, job, nonce }: Mark): {
  event_type: string;
  event_payload: Record<string, string>;
} {
  return { event_type: event, event_payload: { job, ...(nonce !== undefined && { nonce }) } };
}

/** When it was said, by its own id: `1700000000.123456`. */
export function saidAt({ ts }: Pick<MessageAddress, 'ts'>): Date {
  const [seconds = '0', fraction = ''] = ts.split('.');
  return new Date(Number(seconds) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0')));
}

const read = z.object({
  ts: z.string(),
  user: z.string().nullish(),
  bot_id: z.string().nullish(),
  metadata: z
    .object({ event_type: z.string().nullish(), event_payload: z.record(z.string(), z.unknown()).nullish() })
    .nullish(),
});
type Read = z.output<typeof read>;

const page = z.object({
  messages: z.array(read).nullish(),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

const pageSize = 200;
/** A conversation in which more was said since a job began is not read to its end. */
const mostPages = 25;
/** Slack's clock is not ours. */
const skewMs = 120_000;

/**
 * Our message with that mark, said in the spot since then; null also where nothing can be seen.
 * @param except the `ts` of one that is not meant
 * @throws when nobody can tell whether there is one
 */
export async function findMessage(
  clients: SlackClients,
  spot: Spot,
  mark: Mark,
  since: Date,
  except?: string,
): Promise<MessageAddress | null> {
  const isWanted = ({ ts, user, bot_id: bot, metadata }: Read): boolean => {
    // Anybody's app can write such a mark.
    const isOurs = bot === clients.identity.bot || user === clients.identity.botUser;
    return (
      isOurs && ts !== except && metadata?.event_type === mark.event && isMarked(metadata.event_payload ?? {}, mark)
    );
  };
  try {
    return await readThrough(clients, spot, isWanted, String(Math.floor((since.getTime() - skewMs) / 1000)));
  } catch (error) {
    if (readRefusal(error) === null) throw error;
    return null;
  }
}

async function readThrough(
  { api }: SlackClients,
  { channel, thread }: Spot,
  isWanted: (message: Read) => boolean,
  oldest: string,
): Promise<MessageAddress | null> {
  let cursor = '';
  for (let pages = 0; pages < mostPages; pages += 1) {
    const asked = {
      channel,
      oldest,
      limit: pageSize,
      include_all_metadata: true,
      ...(cursor !== '' && { cursor }),
    };
    const answer = await patiently<unknown>(() =>
      thread === null ? api.conversations.history(asked) : api.conversations.replies({ ...asked, ts: thread }),
    );
    const { messages, response_metadata: more } = page.parse(answer);
    const found = messages?.find(isWanted);
    if (found !== undefined) return { channel, ts: found.ts };
    cursor = more?.next_cursor ?? '';
    if (cursor === '') return null;
  }
  return null;
}

function isMarked(payload: Readonly<Record<string, unknown>>, { job, nonce }: Mark): boolean {
  return payload.job === job && (nonce === undefined || payload.nonce === nonce);
}

/** The conversation of this person with the bot itself. @throws Slack's refusal, or whatever leaves it open */
export async function openDirect({ api }: SlackClients, { person }: Pick<SlackAddress, 'person'>): Promise<string> {
  const answer = await patiently(() => api.conversations.open({ users: person }));
  return z.object({ channel: z.object({ id: z.string() }) }).parse(answer).channel.id;
}

/** Where everything about a job is said, best first: the thread it was asked in, then the conversation itself. */
export function spotsOf({ channel, thread, request }: SlackAddress, ownThread: string | null = null): Spot[] {
  const inside = thread ?? request ?? ownThread;
  return [...(inside === null ? [] : [{ channel, thread: inside }]), { channel, thread: null }];
}

/** Null for what is not ours, or was never written down. */
export function toMessageAddress(message: unknown): MessageAddress | null {
  const parsed = messageAddress.safeParse(message);
  return parsed.success ? parsed.data : null;
}

/** Null: the app is not installed there any more. */
export async function whereInstalled(find: () => Promise<SlackClients>): Promise<SlackClients | null> {
  try {
    return await find();
  } catch (error) {
    const refusal = readRefusal(error);
    if (refusal === null || !isUninstalled(refusal)) throw error;
    return null;
  }
}
