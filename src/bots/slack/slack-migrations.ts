/** Slack's own tables, each with the reason it exists. A migration that has landed is never edited. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { PlatformMigrations } from '../bot.ts';

const workspaces: Migration = {
  async up(database) {
    /*
     * slack_events: what has been taken, by the id that a repetition carries too: `event_id`, or a trigger. Slack repeats
     * for up to a day (platforms/slack.md §2), so a row is swept after that. Written with the call, in one transaction.
     */
    await sql`create table slack_events (id text primary key, seen_at timestamptz not null)`.execute(database);
    await sql`create index slack_events_old on slack_events (seen_at)`.execute(database);

    /*
     * slack_calls: what people asked for, until it is answered; `held_until` is the lease of whoever has it in hand.
     * `response_url` speaks for it for half an hour, five times. A form that is open is a row too (its call says what it
     * is about), because a view carries little and comes back to any process. Swept once `expires_at` is past.
     */
    await sql`
      create table slack_calls (
        id text primary key,
        call jsonb not null,
        response_url text,
        expires_at timestamptz not null,
        received_at timestamptz not null,
        answered_at timestamptz,
        held_until timestamptz
      )`.execute(database);
    await sql`create index slack_calls_open on slack_calls (received_at) where answered_at is null`.execute(database);
    await sql`create index slack_calls_old on slack_calls (expires_at)`.execute(database);

    /*
     * slack_installations: one row for each workspace, or organisation, that installed the app by OAuth. `sealed` holds the
     * tokens, encrypted under a key derived from SECRET_KEY; `expires_at` is when the bot token dies where tokens rotate.
     * `refreshing_until` is the lease of whoever fetches the next ones, because a refresh token works once;
     * `installed_at` tells a word about an earlier installation from one about this.
     */
    await sql`
      create table slack_installations (
        id text primary key,
        team text,
        enterprise text,
        name text not null,
        app text not null,
        bot text not null,
        bot_user text not null,
        sealed text not null,
        expires_at timestamptz,
        scopes text[] not null,
        installed_by text,
        installed_at timestamptz not null,
        updated_at timestamptz not null,
        refreshing_until timestamptz
      )`.execute(database);

    /*
     * slack_posts: how far a job's messages have come, written before each step that cannot be asked about by an id of
     * ours: Slack has no idempotency key. `file` is the id Slack gave before anything was shared.
     */
    await sql`
      create table slack_posts (
        job_id uuid primary key references jobs (id) on delete cascade,
        status_tried_at timestamptz,
        file text,
        file_channel text,
        file_step text,
        tried_at timestamptz
      )`.execute(database);

    /*
     * slack_homes: who has opened the app's Home lately, so that it follows their quota and jobs, from any process.
     * `drawn` is a fingerprint of what stands there, `hash` Slack's own name for it (platforms/slack.md §7).
     */
    await sql`
      create table slack_homes (
        tenant text not null,
        person text not null,
        installation jsonb not null,
        opened_at timestamptz not null,
        drawn_at timestamptz not null,
        drawn text,
        hash text,
        primary key (tenant, person)
      )`.execute(database);
  },
};

export const slackMigrations: PlatformMigrations = { 'slack-0001-workspaces': workspaces };
