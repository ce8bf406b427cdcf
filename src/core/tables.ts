/** The rows of the ledger as TypeScript sees them. What each table is for is written where it is created, in `migrations.ts`. */
import type { ColumnType, Generated } from 'kysely';
import type { Changed } from './settings/change.ts';
import type { TenantSettings } from './settings/settings.ts';
import type { Asker, AttemptId, JobId, JobState, JsonValue, MediaId, MicroUsd } from './values.ts';

/** Written as JSON text, read parsed: `pg` would turn a bare array into a PostgreSQL array. */
export type Json<Value> = ColumnType<Value, string, string>;

/**
 * - `submitting`: written down, and the call may be out; `unknown`: its answer never came.
 * - `accepted`: there is a ticket to look at; `succeeded`: a clip was reported.
 * - `refused`: a definite no to the submit, or it was never sent.
 * - `failed`: the render went wrong or was given up; `cancelled`: the person ended it.
 */
export type AttemptState = 'submitting' | 'accepted' | 'refused' | 'unknown' | 'succeeded' | 'failed' | 'cancelled';

/** One accepted request. `claimed_until` and `version` settle who may write it. */
export interface JobsTable {
  id: JobId;
  origin: string;
  tenant: string;
  person: string;
  asker: Json<Asker>;
  request: Json<JsonValue>;
  platform: string;
  address: Json<JsonValue>;
  state: JobState;
  provider: string;
  price: MicroUsd;
  attempt: AttemptId | null;
  benched: Json<JsonValue>;
  faults: number;
  status_message: Json<JsonValue> | null;
  shown_at: Date | null;
  shown: string | null;
  progress: Json<JsonValue>;
  failure: Json<JsonValue> | null;
  clip: MediaId | null;
  poster: MediaId | null;
  cancel_requested_at: Date | null;
  accepted_at: Date;
  state_since: Date;
  wake_at: Date | null;
  deadline_at: Date;
  ended_at: Date | null;
  version: Generated<number>;
  nudges: Generated<number>;
  claimed_until: Date | null;
  line: string | null;
  turn_until: Date | null;
}

/** One paid call, written before it leaves. `seconds` and `resolution` repeat the request for the history's index. */
export interface AttemptsTable {
  id: AttemptId;
  job_id: JobId;
  provider: string;
  model: string;
  seconds: number;
  resolution: string;
  body: Json<JsonValue>;
  state: AttemptState;
  ticket: Json<JsonValue> | null;
  submitted_at: Date;
  accepted_at: Date | null;
  ready_at: Date | null;
  ended_at: Date | null;
  charged: 'no' | 'yes' | 'unknown';
  cost: MicroUsd | null;
  looks: Generated<number>;
  looked_at: Date | null;
  expects_call_back: Generated<boolean>;
  called_back_at: Date | null;
  call_back_ticket: Json<JsonValue> | null;
}

/** One clip message, written before it is sent: found `sending` after a crash, it may be there or not. */
export interface PostsTable {
  job_id: JobId;
  nonce: string;
  state: 'sending' | 'posted';
  message: Json<JsonValue> | null;
  written_at: Date;
}

/** Which counter a line moves, and by how much. */
export interface CounterMove {
  readonly scope: 'person' | 'channel' | 'tenant';
  readonly subject: string;
  readonly measure: 'clips' | 'running' | 'usd';
  /** `2026-11-21`, `2026-11` or `now`. */
  readonly period: string;
  readonly amount: number;
}

interface QuotaEntriesTable {
  job_id: JobId;
  kind: 'hold' | 'settle' | 'release';
  tenant: string;
  person: string;
  day: string;
  clips: number;
  amount: MicroUsd;
  moves: Json<readonly CounterMove[]>;
  written_at: Date;
}

interface QuotaCountersTable {
  tenant: string;
  scope: CounterMove['scope'];
  subject: string;
  measure: CounterMove['measure'];
  period: string;
  used: Generated<number>;
}

/**
 * What an admin set, over the environment's defaults. `most` null: no limit; `subject` `*`: all persons without a row.
 * A role has rows and no counter: its row is an allowance for each of its members.
 */
export interface LimitsTable {
  tenant: string;
  scope: CounterMove['scope'] | 'role';
  subject: string;
  measure: CounterMove['measure'];
  per: 'day' | 'month' | 'now';
  most: number | null;
  set_by: string;
  set_at: Date;
}

interface SettingsTable {
  tenant: string;
  chosen: Json<Partial<TenantSettings>>;
}

interface BlocksTable {
  tenant: string;
  person: string;
  reason: string;
  blocked_by: string;
  blocked_at: Date;
}

interface AuditTable {
  id: Generated<number>;
  tenant: string;
  person: string;
  name: string;
  at: Date;
  what: Changed;
  subject_kind: LimitsTable['scope'] | null;
  subject: string | null;
  before: Json<JsonValue>;
  after: Json<JsonValue>;
}

/** One kept file, named by the hash of its bytes. Retention goes by `used_at`, which may be an hour behind. */
export interface MediaTable {
  id: MediaId;
  kind: 'picture' | 'clip' | 'poster';
  type: string;
  bytes: number;
  width: number;
  height: number;
  seconds: number | null;
  poster: MediaId | null;
  created_at: Date;
  used_at: Date;
}

/** What all workers know of one side of a provider. */
export interface ProviderBreakersTable {
  provider: string;
  side: 'submit' | 'look';
  state: 'closed' | 'open';
  faults: number;
  opens: number;
  cause: 'unavailable' | 'bad-key' | 'no-credit' | null;
  reason: string | null;
  opened_at: Date | null;
  probe_at: Date | null;
  probing_until: Date | null;
  paused_until: Date | null;
}

interface ProviderLinesTable {
  provider: string;
  slots: number;
  learned_at: Date | null;
}

interface ProviderPacesTable {
  provider: string;
  calls: string;
  due_at: Date;
  appointed_at: Date;
}

/** What core may query; a platform keeps its own tables beside these. */
export interface CoreTables {
  jobs: JobsTable;
  attempts: AttemptsTable;
  posts: PostsTable;
  quota_entries: QuotaEntriesTable;
  quota_counters: QuotaCountersTable;
  limits: LimitsTable;
  settings: SettingsTable;
  blocks: BlocksTable;
  audit: AuditTable;
  media: MediaTable;
  provider_breakers: ProviderBreakersTable;
  provider_lines: ProviderLinesTable;
  provider_paces: ProviderPacesTable;
}
