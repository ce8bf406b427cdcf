/** What people asked for on Slack, written down between acknowledging and answering. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { WrittenCalls } from '../call-runner.ts';
import { type InstallationKey, installationKey } from './address.ts';
import type { SlackDatabase } from './slack-tables.ts';

/** Where something was asked. Whether it is one with the bot alone is known where Slack says so; else it is looked up. */
const place = z.object({
  installation: installationKey,
  channel: z.string(),
  /** The thread it was asked in, by its first message; null: in the channel itself. */
  thread: z.string().nullable(),
  /** The message it is about; null for a slash command. */
  request: z.string().nullable(),
});
export type CallPlace = z.output<typeof place>;

/** Files by id, in the order a person would name them. They are fetched when the call runs, with the token of that time. */
const files = z.array(z.string());

const asked = z.object({
  kind: z.literal('command'),
  /** What the person used: a slash command and what it opened can be answered by `response_url`; Home has no channel at all. */
  from: z.enum(['command', 'button', 'form', 'home', 'mention', 'direct', 'step']),
  command: z.string(),
  values: z.record(z.string(), z.json()),
  /** File ids by the name of a picture option. */
  pictures: z.record(z.string(), z.string()),
  person: z.string(),
  /** Whose app it was asked of: on Home there is no place that says it. */
  installation: installationKey,
  /** Null on Home, until the person's direct conversation is opened. */
  place: place.nullable(),
  /** The step of a workflow that waits. */
  execution: z.string().nullable(),
});
/** A command, by whichever way in. */
export type AskedCall = z.output<typeof asked>;

const reacted = z.object({ kind: z.literal('reaction'), person: z.string(), place, message: z.string() });
/** A person put the emoji under a message. The event has neither its files nor its thread (platforms/slack.md §3). */
export type ReactedCall = z.output<typeof reacted>;

const said = z.object({
  kind: z.literal('said'),
  person: z.string(),
  place,
  /** The message's own `ts`. */
  message: z.string(),
  /** As Slack escapes it, without the mention of the bot. */
  text: z.string(),
  files,
  isDirect: z.boolean(),
});
/** A mention of the bot, or a message to it. What it means is looked up when it runs: its thread may have the picture. */
export type SaidCall = z.output<typeof said>;

const form = z.object({
  kind: z.literal('form'),
  person: z.string(),
  /** Whose app it was asked of: on Home there is no place that says it. */
  installation: installationKey,
  place: place.nullable(),
  command: z.string(),
  /** Sent along with what is filled in. */
  values: z.record(z.string(), z.json()),
  /** The pictures of the message it was opened on; the first unless another is chosen. */
  files,
});
/** Not a call yet: what a form that is open is about, until it comes back filled in. */
export type OpenForm = z.output<typeof form>;

const call = z.discriminatedUnion('kind', [asked, reacted, said, form]);

export interface OpenCall {
  /**
   * The origin of the job it makes: `command:<trigger>`, `button:<trigger>`, `form:<view>`, `message:<channel>:<ts>`,
   * `reaction:<channel>:<ts>:<person>`, `step:<execution>`.
   */
  readonly id: string;
  readonly call: AskedCall | ReactedCall | SaidCall | OpenForm;
  readonly responseUrl: string | null;
  readonly receivedAt: Date;
  /** From then on nobody waits for the answer. */
  readonly expiresAt: Date;
}

/**
 * @param event what a repetition carries too: `event_id`, or the trigger. Seen before: nothing is written.
 * @param heldUntil whoever asks for calls without an answer gets it from then on; null: it wants none (an open form)
 * @returns false when it was taken before
 */
export async function addCall(
  database: SlackDatabase,
  event: string,
  open: OpenCall,
  heldUntil: Date | null,
): Promise<boolean> {
  return database.transaction().execute(async (tx) => {
    const seen = await tx
      .insertInto('slack_events')
      .values({ id: event, seen_at: open.receivedAt })
      .onConflict((same) => same.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (seen === undefined) return false;
    const added = await tx
      .insertInto('slack_calls')
      .values({
        id: open.id,
        call: JSON.stringify(open.call),
        response_url: open.responseUrl,
        expires_at: open.expiresAt,
        received_at: open.receivedAt,
        answered_at: heldUntil === null ? open.receivedAt : null,
        held_until: heldUntil,
      })
      .onConflict((same) => same.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    return added !== undefined;
  });
}

/** The row of that id, whatever became of it; null when it was swept, or never was. */
export async function findCall(database: SlackDatabase, id: string): Promise<OpenCall | null> {
  const row = await database.selectFrom('slack_calls').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toCall(row);
}

/** As if it had never been asked: the same again, as a new event, is a new try. */
export async function forgetCall(database: SlackDatabase, id: string): Promise<void> {
  await database.deleteFrom('slack_calls').where('id', '=', id).execute();
}

/** As whoever runs them sees them. */
export function writtenCalls(database: SlackDatabase): WrittenCalls<OpenCall> {
  return {
    async claim({ heldUntil, isAlone, at }) {
      const { rows } = await sql<Row>`
        update slack_calls set held_until = ${heldUntil}::timestamptz
        where id in (
          select id from slack_calls
          where answered_at is null
            and (${isAlone}::boolean or held_until is null or held_until <= ${at}::timestamptz)
          for update skip locked)
        returning *`.execute(database);
      return rows
        .toSorted((a, b) => a.received_at.getTime() - b.received_at.getTime())
        .map(toCall)
        .filter((open) => open !== null);
    },
    async hold(ids, heldUntil) {
      await sql`update slack_calls set held_until = ${heldUntil}::timestamptz
        where id = any(${[...ids]}::text[]) and answered_at is null`.execute(database);
    },
    async close(id, at) {
      await database
        .updateTable('slack_calls')
        .set({ answered_at: at, held_until: null })
        .where('id', '=', id)
        .execute();
    },
    async sweep(at) {
      const dayAgo = new Date(at.getTime() - dayMs);
      await database.deleteFrom('slack_events').where('seen_at', '<=', dayAgo).execute();
      await database
        .deleteFrom('slack_calls')
        .where('expires_at', '<=', at)
        .where(({ or, eb }) => or([eb('answered_at', 'is not', null), eb('expires_at', '<=', dayAgo)]))
        .execute();
    },
  };
}

/** Whose token speaks for it. */
export function installationOf({ call }: Pick<OpenCall, 'call'>): InstallationKey {
  return call.kind === 'command' || call.kind === 'form' ? call.installation : call.place.installation;
}

/** Whose turn it takes. */
export function personOf({ call }: OpenCall): string {
  return call.person;
}

/** Slack repeats what it could not deliver for up to a day (platforms/slack.md §2). */
const dayMs = 24 * 3_600_000;

interface Row {
  readonly id: string;
  readonly call: unknown;
  readonly response_url: string | null;
  readonly received_at: Date;
  readonly expires_at: Date;
}

/** Null for one that a later version wrote. */
function toCall(row: Row): OpenCall | null {
  const read = call.safeParse(row.call);
  if (!read.success) return null;
  return {
    id: row.id,
    call: read.data,
    responseUrl: row.response_url,
    receivedAt: row.received_at,
    expiresAt: row.expires_at,
  };
}
