/** The chat page's rows as TypeScript sees them. What each table is for is written where it is created, in `web-migrations.ts`. */
import type { ColumnType, Generated, Kysely } from 'kysely';
import type { CoreTables, Json } from '../../core/tables.ts';
import type { JsonValue, MediaId } from '../../core/values.ts';
import type { MessageBody } from './message.ts';

// Types and not interfaces: only those may be handed to Kysely's `withTables`.

export type WebVisitorsTable = {
  id: string;
  browser: string;
  name: string;
  created_at: Date;
};

export type WebChannelsTable = {
  name: string;
  created_by: string | null;
  created_at: Date;
  version: Generated<number>;
};

export type WebMessagesTable = {
  id: string;
  channel: string;
  thread: string | null;
  author: string | null;
  kind: MessageBody['kind'];
  body: Json<MessageBody>;
  private_to: string | null;
  nonce: string | null;
  reactions: ColumnType<readonly string[], string | undefined, string>;
  created_at: Date;
  updated_at: Date;
  deleted: Generated<boolean>;
  version: Generated<number>;
};

export type WebCallsTable = {
  origin: string;
  visitor: string;
  command: string;
  values: Json<{ readonly [name: string]: JsonValue }>;
  pictures: Json<Readonly<Record<string, MediaId>>>;
  channel: string;
  thread: string | null;
  request: string;
  click: string;
  locale: string;
  written_at: Date;
  claimed_at: Date;
  handled_at: Date | null;
};

export type WebTables = {
  web_visitors: WebVisitorsTable;
  web_channels: WebChannelsTable;
  web_messages: WebMessagesTable;
  web_calls: WebCallsTable;
};

/** The ledger with the chat page's tables in sight; a transaction on it is one too. */
export type WebDatabase = Kysely<CoreTables & WebTables>;
