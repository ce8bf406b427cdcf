/** Slack's own tables, as Kysely sees them; described where they are made (`slack-migrations.ts`). */
import type { Kysely } from 'kysely';
import type { CoreTables, Json } from '../../core/tables.ts';
import type { JobId, JsonValue } from '../../core/values.ts';

export type SlackEventsTable = {
  id: string;
  seen_at: Date;
};

export type SlackCallsTable = {
  id: string;
  call: Json<JsonValue>;
  response_url: string | null;
  expires_at: Date;
  received_at: Date;
  answered_at: Date | null;
  held_until: Date | null;
};

export type SlackInstallationsTable = {
  id: string;
  team: string | null;
  enterprise: string | null;
  name: string;
  app: string;
  bot: string;
  bot_user: string;
  sealed: string;
  expires_at: Date | null;
  scopes: string[];
  installed_by: string | null;
  installed_at: Date;
  updated_at: Date;
  refreshing_until: Date | null;
};

export type SlackPostsTable = {
  job_id: JobId;
  status_tried_at: Date | null;
  file: string | null;
  file_channel: string | null;
  file_step: 'promised' | 'uploaded' | 'completing' | 'shared' | 'repairing' | null;
  tried_at: Date | null;
};

export type SlackHomesTable = {
  tenant: string;
  person: string;
  installation: Json<JsonValue>;
  opened_at: Date;
  drawn_at: Date;
  drawn: string | null;
  hash: string | null;
};

export type SlackTables = {
  slack_events: SlackEventsTable;
  slack_calls: SlackCallsTable;
  slack_installations: SlackInstallationsTable;
  slack_posts: SlackPostsTable;
  slack_homes: SlackHomesTable;
};

/** The ledger with Slack's tables in sight; a transaction on it is one too. */
export type SlackDatabase = Kysely<CoreTables & SlackTables>;
