/** The chat page's own tables, each with the reason it exists. A migration that has landed is never edited. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { PlatformMigrations } from '../bot.ts';

const chat: Migration = {
  async up(database) {
    /* One number for every write to a message or a channel, so that a page can ask for all that came after one. */
    await sql`create sequence web_versions`.execute(database);

    /*
     * web_visitors: one row for one name that somebody goes by. `browser` is the SHA-256 of the token in that browser's
     * cookie: whoever has the cookie may speak as any of its visitors, and reading this table lets nobody in.
     */
    await sql`
      create table web_visitors (
        id text primary key,
        browser text not null,
        name text not null,
        created_at timestamptz not null
      )`.execute(database);
    await sql`create index web_visitors_of_browser on web_visitors (browser, created_at)`.execute(database);

    /* web_channels: the places to talk in. The first one is there from the start and was created by nobody. */
    await sql`
      create table web_channels (
        name text primary key,
        created_by text,
        created_at timestamptz not null,
        version bigint not null default nextval('web_versions')
      )`.execute(database);
    await sql`insert into web_channels (name, created_at) values ('general', now())`.execute(database);
    await sql`create index web_channels_changed on web_channels (version)`.execute(database);

    /*
     * web_messages: one row for whatever stands in a timeline, said by a visitor or (author null) by the bot.
     * `thread` is the id of the message it answers; ids are UUIDv7, so they sort by time. `private_to`: nobody else
     * ever gets it. `nonce` makes writing it twice one message, until that one is deleted. `version` is drawn anew at
     * every write; `updated_at` says which versions are old enough that none below them can still be uncommitted.
     */
    await sql`
      create table web_messages (
        id text primary key,
        channel text not null,
        thread text,
        author text,
        kind text not null check (kind in ('text', 'status', 'clip', 'card', 'form')),
        body jsonb not null,
        private_to text,
        nonce text,
        reactions jsonb not null default '[]',
        created_at timestamptz not null,
        updated_at timestamptz not null,
        deleted boolean not null default false,
        version bigint not null default nextval('web_versions')
      ) with (fillfactor = 70)`.execute(database);
    await sql`create unique index web_messages_nonce on web_messages (nonce)
      where nonce is not null and not deleted`.execute(database);
    await sql`create index web_messages_roots on web_messages (channel, id desc) where thread is null`.execute(
      database,
    );
    await sql`create index web_messages_replies on web_messages (thread, id) where thread is not null`.execute(
      database,
    );
    await sql`create index web_messages_changed on web_messages (version)`.execute(database);

    /*
     * web_calls: one row for what one person did once and a command must answer: a `/hailuo` message, a 🎬, a click,
     * a form. Written before it is acknowledged; `handled_at` null after a crash means that the command runs again,
     * with the same origin. `claimed_at` is when a process last took it in hand. `click` is the page's own id for it, so
     * that the tab that did it can tell its answer.
     */
    await sql`
      create table web_calls (
        origin text primary key,
        visitor text not null,
        command text not null,
        "values" jsonb not null,
        pictures jsonb not null,
        channel text not null,
        thread text,
        request text not null,
        click text not null,
        locale text not null,
        written_at timestamptz not null,
        claimed_at timestamptz not null,
        handled_at timestamptz
      )`.execute(database);
    await sql`create index web_calls_open on web_calls (claimed_at) where handled_at is null`.execute(database);
  },
};

export const webMigrations: PlatformMigrations = { 'web-0001-chat': chat };
