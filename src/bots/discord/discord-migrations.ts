/** Discord's own tables, each with the reason it exists. A migration that has landed is never edited. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { PlatformMigrations } from '../bot.ts';

const guilds: Migration = {
  async up(database) {
    /*
     * discord_interactions: one row for one interaction whose answer takes longer than the acknowledgement. `token`
     * speaks for it until `expires_at`, to any worker; rows are swept after that. `upload_limit` is the largest file
     * this token may attach, in bytes. `call` is what the person asked for, so that a process that died between
     * acknowledging and answering is followed by one that answers; `held_until` is the lease of whoever has it in hand.
     */
    await sql`
      create table discord_interactions (
        id text primary key,
        application text not null,
        token text not null,
        expires_at timestamptz not null,
        upload_limit bigint,
        call jsonb,
        received_at timestamptz not null,
        answered_at timestamptz,
        held_until timestamptz
      )`.execute(database);
    await sql`create index discord_interactions_open on discord_interactions (received_at)
      where answered_at is null`.execute(database);
    await sql`create index discord_interactions_old on discord_interactions (expires_at)`.execute(database);

    /*
     * discord_sessions: where each shard's gateway session stood, so that a restart resumes it: what happened
     * meanwhile is delivered then, and no identify is spent (Discord allows 1,000 a day).
     */
    await sql`
      create table discord_sessions (
        application text not null,
        shard integer not null,
        shards integer not null,
        session jsonb not null,
        updated_at timestamptz not null,
        primary key (application, shard)
      )`.execute(database);

    /* discord_notices: what the admins of a place have been told once and are not told again. */
    await sql`
      create table discord_notices (
        place text not null,
        notice text not null,
        told_at timestamptz not null,
        primary key (place, notice)
      )`.execute(database);
  },
};

export const discordMigrations: PlatformMigrations = { 'discord-0001-guilds': guilds };
