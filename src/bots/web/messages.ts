/** The timeline's SQL. Every write draws a new version; who wrote tells the hub with `announce`. */
import { sql } from 'kysely';
import type { MessageBody, StoredMessage } from './message.ts';
import type { WebDatabase } from './web-tables.ts';

export interface NewMessage {
  readonly id: string;
  readonly channel: string;
  readonly thread: string | null;
  readonly author: string | null;
  readonly body: MessageBody;
  readonly privateTo: string | null;
  readonly nonce: string | null;
  readonly at: Date;
}

/** @returns false when a message with this nonce is already there, which is then left as it is */
export async function addMessage(database: WebDatabase, message: NewMessage): Promise<boolean> {
  const added = await database
    .insertInto('web_messages')
    .values(toRow(message))
    .onConflict((same) => same.doNothing())
    .returning('id')
    .executeTakeFirst();
  return added !== undefined;
}

export function toRow({ id, channel, thread, author, body, privateTo, nonce, at }: NewMessage) {
  return {
    id,
    channel,
    thread,
    author,
    kind: body.kind,
    body: JSON.stringify(body),
    private_to: privateTo,
    nonce,
    created_at: at,
    updated_at: at,
  };
}

/** For the `set` of an update: what every change must move. */
export function touched(at: Date) {
  return { updated_at: at, version: nextVersion };
}

export const nextVersion = sql<number>`nextval('web_versions')`;

function selectMessages(database: WebDatabase) {
  return database
    .selectFrom('web_messages as message')
    .leftJoin('web_visitors as visitor', 'visitor.id', 'message.author')
    .select([
      'message.id',
      'message.channel',
      'message.thread',
      'message.author',
      'visitor.name as author_name',
      'message.body',
      'message.private_to',
      'message.nonce',
      'message.reactions',
      'message.created_at',
      'message.updated_at',
      'message.deleted',
      'message.version',
    ]);
}

/** The message, unless it was deleted or is private to somebody else. */
export async function findMessage(database: WebDatabase, visitor: string, id: string): Promise<StoredMessage | null> {
  const message = await selectMessages(database)
    .where('message.id', '=', id)
    .where('message.deleted', '=', false)
    .where((is) => is.or([is('message.private_to', 'is', null), is('message.private_to', '=', visitor)]))
    .executeTakeFirst();
  return message ?? null;
}

export async function findByNonce(database: WebDatabase, nonce: string): Promise<StoredMessage | null> {
  const message = await selectMessages(database)
    .where('message.nonce', '=', nonce)
    .where('message.deleted', '=', false)
    .executeTakeFirst();
  return message ?? null;
}

export function readMessages(database: WebDatabase, ids: readonly string[]): Promise<StoredMessage[]> {
  return selectMessages(database).where('message.id', 'in', ids).orderBy('message.version').execute();
}

export interface HistoryPage {
  /** Whole threads: the newest roots before the asked place, and every answer to them. */
  readonly messages: readonly StoredMessage[];
  readonly hasOlder: boolean;
}

const rootsPerPage = 50;

/** @param before the oldest root the page already has; null: from the newest on */
export async function readHistory(
  database: WebDatabase,
  visitor: string,
  channel: string,
  before: string | null,
): Promise<HistoryPage> {
  const visible = selectMessages(database)
    .where('message.deleted', '=', false)
    .where((is) => is.or([is('message.private_to', 'is', null), is('message.private_to', '=', visitor)]));
  const roots = await visible
    .where('message.channel', '=', channel)
    .where('message.thread', 'is', null)
    .$if(before !== null, (query) => query.where('message.id', '<', before ?? ''))
    .orderBy('message.id', 'desc')
    .limit(rootsPerPage + 1)
    .execute();
  const shown = roots.slice(0, rootsPerPage);
  if (shown.length === 0) return { messages: [], hasOlder: false };
  const replies = await visible
    .where(
      'message.thread',
      'in',
      shown.map(({ id }) => id),
    )
    .orderBy('message.id')
    .execute();
  return { messages: [...shown.reverse(), ...replies], hasOlder: roots.length > rootsPerPage };
}

/** Lets everybody see a request whose answer everybody sees. */
export async function reveal(database: WebDatabase, id: string, at: Date): Promise<void> {
  await database
    .updateTable('web_messages')
    .set({ private_to: null, ...touched(at) })
    .where('id', '=', id)
    .where('kind', '=', 'text')
    .where('private_to', 'is not', null)
    .execute();
}
