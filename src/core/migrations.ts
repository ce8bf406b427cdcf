/** Core's tables, each with the reason it exists. A migration that has landed is never edited: a new one follows it. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const ledger: Migration = {
  async up(database) {
    /*
     * jobs: one row for one accepted request, from acceptance to its end.
     * `origin` is unique, so a repeated event is the same job. `wake_at` is when it wants to be moved next and null
     * when there is nothing left to do: the queue can be rebuilt from it. `claimed_until` is the lease of the worker
     * that moves it; `version` counts claims, so that a worker whose lease ran out cannot write; `nudges` counts
     * what happened from outside (cancel, call-back), so that a step that ran meanwhile looks again at once.
     * `benched` names providers not to be asked for this job, until when; `faults` counts faults in a row, for backoff.
     * `shown_at` is when the status message last changed, `shown` a fingerprint of what it says.
     */
    await sql`
      create table jobs (
        id uuid primary key,
        origin text not null unique,
        tenant text not null,
        person text not null,
        asker jsonb not null,
        request jsonb not null,
        platform text not null,
        address jsonb not null,
        state text not null check (state in
          ('opening', 'queued', 'submitting', 'rendering', 'delivering', 'done', 'failed', 'cancelled')),
        provider text not null,
        price bigint not null check (price >= 0),
        attempt uuid,
        benched jsonb not null default '{}',
        faults integer not null default 0,
        status_message jsonb,
        shown_at timestamptz,
        shown text,
        progress jsonb not null default '{}',
        failure jsonb,
        clip text,
        poster text,
        cancel_requested_at timestamptz,
        accepted_at timestamptz not null,
        state_since timestamptz not null,
        wake_at timestamptz,
        deadline_at timestamptz not null,
        ended_at timestamptz,
        version integer not null default 0,
        nudges integer not null default 0,
        claimed_until timestamptz
      ) with (fillfactor = 70)`.execute(database);
    await sql`create index jobs_due on jobs (wake_at) where wake_at is not null`.execute(database);
    await sql`create index jobs_of_person on jobs (tenant, person, accepted_at desc)`.execute(database);
    await sql`create index jobs_in_line on jobs (state, accepted_at) where ended_at is null`.execute(database);

    /*
     * attempts: one row for one paid call to one provider, written before the call leaves. `ticket` is the provider's
     * own JSON, never opened by core. A row still `submitting` when nobody moves the job is an unknown outcome.
     * `ready_at` minus `accepted_at` is the history that says when the next job of its kind is worth a look.
     */
    await sql`
      create table attempts (
        id uuid primary key,
        job_id uuid not null references jobs (id) on delete cascade,
        provider text not null,
        model text not null,
        seconds integer not null,
        resolution text not null,
        body jsonb not null,
        state text not null check (state in
          ('submitting', 'accepted', 'refused', 'unknown', 'succeeded', 'failed', 'cancelled')),
        ticket jsonb,
        submitted_at timestamptz not null,
        accepted_at timestamptz,
        ready_at timestamptz,
        ended_at timestamptz,
        charged text not null default 'unknown' check (charged in ('no', 'yes', 'unknown')),
        cost bigint,
        looks integer not null default 0,
        looked_at timestamptz,
        expects_call_back boolean not null default false,
        called_back_at timestamptz,
        call_back_ticket jsonb
      ) with (fillfactor = 70)`.execute(database);
    await sql`create index attempts_of_job on attempts (job_id)`.execute(database);
    await sql`create index attempts_history on attempts (provider, model, seconds, resolution, ready_at desc)
      where ready_at is not null`.execute(database);

    /*
     * posts: one row for one clip message, written before it is sent. `sending` after a crash means that the message
     * may be there: the courier looks for its nonce before anything is sent again.
     */
    await sql`
      create table posts (
        job_id uuid primary key references jobs (id) on delete cascade,
        nonce text not null,
        state text not null check (state in ('sending', 'posted')),
        message jsonb,
        written_at timestamptz not null
      )`.execute(database);

    /*
     * quota_entries: the account book, only ever added to. A job has one hold, then one settle or one release; the same
     * line twice is one line. `moves` are the counters the hold moved, so that giving back undoes just that.
     */
    await sql`
      create table quota_entries (
        job_id uuid not null references jobs (id) on delete cascade,
        kind text not null check (kind in ('hold', 'settle', 'release')),
        tenant text not null,
        person text not null,
        day text not null,
        clips integer not null,
        amount bigint not null,
        moves jsonb not null default '[]',
        written_at timestamptz not null,
        primary key (job_id, kind)
      )`.execute(database);
    await sql`create index quota_entries_of_person on quota_entries (tenant, person, day)`.execute(database);
    /* One ending for a hold: a second one, of either kind, is refused by the database itself. */
    await sql`create unique index quota_entries_one_ending on quota_entries (job_id) where kind <> 'hold'`.execute(
      database,
    );

    /*
     * quota_counters: the sums of the book that a limit is checked against, and the row that is locked while it is.
     * Scopes are person, role, channel and tenant; measures are clips, running clips and millionths of a dollar.
     */
    await sql`
      create table quota_counters (
        tenant text not null,
        scope text not null check (scope in ('person', 'role', 'channel', 'tenant')),
        subject text not null,
        measure text not null check (measure in ('clips', 'running', 'usd')),
        period text not null,
        used bigint not null default 0 check (used >= 0),
        primary key (tenant, scope, subject, measure, period)
      ) with (fillfactor = 50)`.execute(database);

    /*
     * limits: what an admin has set, over the defaults of the environment. `most` null: no limit. A person without a
     * row of their own falls under the tenant's row for everybody, whose subject is `*`.
     */
    await sql`
      create table limits (
        tenant text not null,
        scope text not null check (scope in ('person', 'role', 'channel', 'tenant')),
        subject text not null,
        measure text not null check (measure in ('clips', 'running', 'usd')),
        per text not null check (per in ('day', 'month', 'now')),
        most bigint check (most >= 0),
        set_by text not null,
        set_at timestamptz not null,
        primary key (tenant, scope, subject, measure, per)
      )`.execute(database);

    /* media: what is kept under DATA_DIR, by the hash of its bytes; `used_at` is what retention goes by. */
    await sql`
      create table media (
        id text primary key,
        kind text not null check (kind in ('picture', 'clip', 'poster')),
        type text not null,
        bytes bigint not null,
        width integer not null,
        height integer not null,
        seconds real,
        poster text,
        created_at timestamptz not null,
        used_at timestamptz not null
      )`.execute(database);
    await sql`create index media_by_use on media (used_at)`.execute(database);
  },
};

const traffic: Migration = {
  async up(database) {
    /*
     * `line` is the provider whose line a queued job waits in, `turn_until` until when it may go: a turn that nobody
     * takes up lapses, and the next one gets it.
     */
    await sql`alter table jobs add column line text, add column turn_until timestamptz`.execute(database);
    await sql`create index jobs_waiting on jobs (line, accepted_at) where line is not null`.execute(database);
    await sql`create index attempts_running on attempts (provider) where ended_at is null`.execute(database);

    /*
     * provider_breakers: one row for each side of a provider that has ever failed, shared by all workers: paid calls
     * and looks fail apart. `probing_until` is the lease of the one call that may try an open side; `paused_until` is
     * what a refusal asked us to wait.
     */
    await sql`
      create table provider_breakers (
        provider text not null,
        side text not null check (side in ('submit', 'look')),
        state text not null check (state in ('closed', 'open')),
        faults integer not null,
        opens integer not null,
        cause text check (cause in ('unavailable', 'bad-key', 'no-credit')),
        reason text,
        opened_at timestamptz,
        probe_at timestamptz,
        probing_until timestamptz,
        paused_until timestamptz,
        primary key (provider, side)
      ) with (fillfactor = 50)`.execute(database);

    /*
     * provider_lines: one row for a provider whose renders are counted; the lock under which turns are given.
     * `slots` is how many may run at once as far as we know, `learned_at` when that was last changed after a refusal.
     */
    await sql`
      create table provider_lines (
        provider text primary key,
        slots integer not null check (slots >= 1),
        learned_at timestamptz
      ) with (fillfactor = 50)`.execute(database);

    /*
     * provider_paces: how far the calls of one kind have been given out, for services that count them. `due_at` is when
     * the next call would be exactly on pace; `appointed_at` the last time somebody was told to come back.
     */
    await sql`
      create table provider_paces (
        provider text not null,
        calls text not null,
        due_at timestamptz not null,
        appointed_at timestamptz not null,
        primary key (provider, calls)
      ) with (fillfactor = 50)`.execute(database);
  },
};

const administration: Migration = {
  async up(database) {
    /* settings: what the admins of a tenant have chosen beside its limits; `chosen` has only what they ever touched. */
    await sql`
      create table settings (
        tenant text primary key,
        chosen jsonb not null
      )`.execute(database);

    /* blocks: who may ask for nothing in a tenant, why, and who said so. */
    await sql`
      create table blocks (
        tenant text not null,
        person text not null,
        reason text not null,
        blocked_by text not null,
        blocked_at timestamptz not null,
        primary key (tenant, person)
      )`.execute(database);

    /*
     * audit: who changed what, when, from what to what. Only ever added to, and the database itself sees to that; it
     * hangs on no job, so that it outlives them all. The name is kept because a person may have left since.
     */
    await sql`
      create table audit (
        id bigint generated always as identity primary key,
        tenant text not null,
        person text not null,
        name text not null,
        at timestamptz not null,
        what text not null,
        subject_kind text check (subject_kind in ('person', 'role', 'channel', 'tenant')),
        subject text,
        before jsonb not null,
        after jsonb not null
      )`.execute(database);
    await sql`create index audit_of_tenant on audit (tenant, id desc)`.execute(database);
    await sql`create function refuse_to_change() returns trigger language plpgsql as
      $$ begin raise exception '% is only ever added to', tg_table_name; end $$`.execute(database);
    await sql`create trigger audit_is_only_added_to before update or delete on audit
      for each row execute function refuse_to_change()`.execute(database);

    /* For reports over everybody of a tenant. */
    await sql`create index quota_entries_of_tenant on quota_entries (tenant, day)`.execute(database);
  },
};

/** Run in the order of their names, which the database remembers: one that has landed keeps its name. */
export const coreMigrations: Readonly<Record<string, Migration>> = {
  'core-0001-ledger': ledger,
  'core-0002-traffic': traffic,
  'core-0003-administration': administration,
};
