/** Discord's own tables, as Kysely sees them; described where they are made (`discord-migrations.ts`). */
import type { Kysely } from 'kysely';
import type { CoreTables, Json } from '../../core/tables.ts';
import type { JsonValue } from '../../core/values.ts';

export type DiscordInteractionsTable = {
  id: string;
  application: string;
  token: string;
  expires_at: Date;
  upload_limit: number | null;
  call: Json<JsonValue> | null;
  received_at: Date;
  answered_at: Date | null;
  held_until: Date | null;
};

export type DiscordSessionsTable = {
  application: string;
  shard: number;
  shards: number;
  session: Json<JsonValue>;
  updated_at: Date;
};

export type DiscordNoticesTable = {
  place: string;
  notice: string;
  told_at: Date;
};

export type DiscordTables = {
  discord_interactions: DiscordInteractionsTable;
  discord_sessions: DiscordSessionsTable;
  discord_notices: DiscordNoticesTable;
};

/** The ledger with Discord's tables in sight; a transaction on it is one too. */
export type DiscordDatabase = Kysely<CoreTables & DiscordTables>;
