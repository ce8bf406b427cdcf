/** What ends when a workspace takes the app away: what was asked there and has no answer, and what is in the making. */
import { type RawBuilder, sql } from 'kysely';
import type { JobId } from '../../core/values.ts';
import { type InstallationKey, platformName } from './address.ts';
import type { SlackDatabase } from './slack-tables.ts';

/** Slack says that a bot has nothing more to say somewhere. */
export interface Uninstall {
  readonly key: InstallationKey;
  readonly event: 'app_uninstalled' | 'tokens_revoked';
  /** Slack's `event_time`, which is in whole seconds: the event may be up to a day old. */
  readonly at: Date;
  /** The bot users whose tokens were taken back; empty for `app_uninstalled`, which means all of them. */
  readonly bots: readonly string[];
}

export interface Uninstalls {
  /** A repetition, a late one too, changes nothing. @throws when it could not be done: it may be told again */
  uninstalled(uninstall: Uninstall): Promise<void>;
}

/** As `Tokens.identify` finds them: a workspace speaks with its own token, or else with its organisation's. */
const isAbandoned = (installation: RawBuilder<unknown>): RawBuilder<boolean> => sql<boolean>`not exists (
  select from slack_installations installed
  where installed.id = ${installation} ->> 'enterprise'
    or (installed.id = ${installation} ->> 'team' and not (${installation} ->> 'isEnterpriseInstall')::boolean))`;

interface Edges {
  readonly database: SlackDatabase;
  /** Asks for the end of a job, as its Cancel button does; what is over stays as it is. */
  readonly cancelJob: (job: JobId) => Promise<void>;
}

/**
 * Whatever belongs to an installation that is gone: calls are closed, Homes forgotten, jobs asked to cancel. Safe to repeat,
 * and finds what a process that died half-way left. Only where installations are kept in the database.
 */
export async function endAbandoned({ database, cancelJob }: Edges, at: Date): Promise<void> {
  await sql`update slack_calls set answered_at = ${at}::timestamptz, held_until = null
    where answered_at is null
      and ${isAbandoned(sql`coalesce(call -> 'installation', call -> 'place' -> 'installation')`)}`.execute(database);
  await sql`delete from slack_homes where ${isAbandoned(sql`installation`)}`.execute(database);
  const { rows } = await sql<{ readonly id: JobId }>`select id from jobs
    where ended_at is null and cancel_requested_at is null and platform = ${platformName}
      and ${isAbandoned(sql`(address -> 'installation')`)}`.execute(database);
  for (const { id } of rows) await cancelJob(id);
}
