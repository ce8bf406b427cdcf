/** What people did that must be answered, from its acknowledgement to its answer; and what a form was opened for. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { WrittenCalls } from '../call-runner.ts';
import { discordAddress } from './address.ts';
import type { DiscordDatabase } from './discord-tables.ts';

const picture = z.object({
  id: z.string(),
  /** On Discord's own servers, signed: good for about a day, or until the interaction's file is thrown away. */
  url: z.string(),
  name: z.string(),
  isSpoiler: z.boolean(),
});
/** A picture as it stands in a message, a form or an option. */
export type ShownPicture = z.output<typeof picture>;

const asked = z.object({
  kind: z.literal('command'),
  command: z.string(),
  values: z.record(z.string(), z.json()),
  pictures: z.record(z.string(), picture),
  /** The row of the form it came from, where its pictures are, and which was chosen; null: the first. */
  form: z.object({ id: z.string(), picture: z.string().nullable() }).nullable(),
  asker: z.object({
    tenant: z.string(),
    person: z.string(),
    name: z.string(),
    channel: z.string(),
    roles: z.array(z.string()),
    locale: z.string(),
    isAdmin: z.boolean(),
    /** Null in a thread, which does not say: its channel is asked when the command runs. */
    isAgeRestricted: z.boolean().nullable(),
  }),
  /** Whether the job gets a thread of its own is asked when the command runs. */
  place: discordAddress.omit({ hasOwnThread: true }),
  /** How it was acknowledged: everybody sees the answer, and a refusal takes it back. */
  isPublic: z.boolean(),
  /** What this bot may not do there and would have to. */
  missing: z.array(z.string()),
});
/** A command somebody called by a slash command, a button or a form. */
export type AskedCall = z.output<typeof asked>;

const reacted = z.object({
  kind: z.literal('reaction'),
  guild: z.string().nullable(),
  channel: z.string(),
  message: z.string(),
  person: z.string(),
  name: z.string().nullable(),
  roles: z.array(z.string()),
});
/** A person put the emoji under a message. It has no token, so nothing about it can be said privately there. */
export type ReactedCall = z.output<typeof reacted>;

const shown = z.object({
  kind: z.literal('pictures'),
  /** Who may send the form. */
  person: z.string(),
  channel: z.string(),
  message: z.string(),
  pictures: z.array(picture),
});
/** Not a call yet: the pictures a form was opened for, until it comes back filled in. */
export type ShownForm = z.output<typeof shown>;

const call = z.discriminatedUnion('kind', [asked, reacted, shown]);

export interface OpenCall {
  /** The interaction's id, or `reaction:<channel>:<message>:<person>`: the origin of the job it makes. */
  readonly id: string;
  readonly application: string;
  /** Empty for a reaction. */
  readonly token: string;
  /** When the token dies, and with it the promise of an answer. */
  readonly expiresAt: Date;
  readonly receivedAt: Date;
  /** The largest file this token may attach, in bytes. */
  readonly uploadLimit: number | null;
  readonly call: AskedCall | ReactedCall | ShownForm;
}

/**
 * @param heldUntil whoever asks for calls without an answer gets it from then on; null: it wants none
 * @returns false when it was written down before
 */
export async function addCall(database: DiscordDatabase, open: OpenCall, heldUntil: Date | null): Promise<boolean> {
  const added = await database
    .insertInto('discord_interactions')
    .values({
      id: open.id,
      application: open.application,
      token: open.token,
      expires_at: open.expiresAt,
      upload_limit: open.uploadLimit,
      call: JSON.stringify(open.call),
      received_at: open.receivedAt,
      answered_at: heldUntil === null ? open.receivedAt : null,
      held_until: heldUntil,
    })
    .onConflict((same) => same.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return added !== undefined;
}

/**
 * For whoever promised the answer: written down, or taken over as it was written before.
 * @returns null when it has been answered
 */
export async function takeCall(database: DiscordDatabase, open: OpenCall, heldUntil: Date): Promise<OpenCall | null> {
  if (await addCall(database, open, heldUntil)) return open;
  const taken = await database
    .updateTable('discord_interactions')
    .set({ held_until: heldUntil })
    .where('id', '=', open.id)
    .where('answered_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return taken === undefined ? null : toCall(taken);
}

/** The row of that id, whatever became of it; null when it was swept, or never was. */
export async function findCall(database: DiscordDatabase, id: string): Promise<OpenCall | null> {
  const row = await database.selectFrom('discord_interactions').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toCall(row);
}

/** Takes in hand the calls without an answer that nobody holds: of several processes that ask, one gets each. Oldest first. */
async function claimCalls(
  database: DiscordDatabase,
  { heldUntil, isAlone, at }: { readonly heldUntil: Date; readonly isAlone: boolean; readonly at: Date },
): Promise<OpenCall[]> {
  const { rows } = await sql<Row>`
    update discord_interactions set held_until = ${heldUntil}::timestamptz
    where id in (
      select id from discord_interactions
      where answered_at is null and call is not null
        and (${isAlone}::boolean or held_until is null or held_until <= ${at}::timestamptz)
      for update skip locked)
    returning *`.execute(database);
  return rows
    .toSorted((a, b) => a.received_at.getTime() - b.received_at.getTime())
    .map(toCall)
    .filter((open) => open !== null);
}

/** Still in hand. */
async function holdCalls(database: DiscordDatabase, ids: readonly string[], heldUntil: Date): Promise<void> {
  await sql`update discord_interactions set held_until = ${heldUntil}::timestamptz
    where id = any(${[...ids]}::text[]) and answered_at is null`.execute(database);
}

/** Answered, or past answering. The token stays for the courier, until it dies. */
async function closeCall(database: DiscordDatabase, id: string, at: Date): Promise<void> {
  await database
    .updateTable('discord_interactions')
    .set({ answered_at: at, held_until: null })
    .where('id', '=', id)
    .execute();
}

/** As whoever runs them sees them. */
export function writtenCalls(database: DiscordDatabase): WrittenCalls<OpenCall> {
  return {
    claim: (how) => claimCalls(database, how),
    hold: (ids, heldUntil) => holdCalls(database, ids, heldUntil),
    close: (id, at) => closeCall(database, id, at),
    sweep: (at) => sweepCalls(database, at),
  };
}

/** Whose turn it takes. */
export function personOf({ call }: OpenCall): string {
  switch (call.kind) {
    case 'command':
      return call.asker.person;
    case 'reaction':
    case 'pictures':
      return call.person;
  }
}

/** As if it had never been asked: the same again is a new try. */
export async function forgetCall(database: DiscordDatabase, id: string): Promise<void> {
  await database.deleteFrom('discord_interactions').where('id', '=', id).execute();
}

/** Long enough that whoever closes what was never answered has seen it; what nobody can read goes then too. */
const unansweredMs = 24 * 3_600_000;

/** Throws away what no longer speaks for anything. */
async function sweepCalls(database: DiscordDatabase, at: Date): Promise<void> {
  await database
    .deleteFrom('discord_interactions')
    .where('expires_at', '<=', at)
    .where(({ or, eb }) =>
      or([eb('answered_at', 'is not', null), eb('expires_at', '<=', new Date(at.getTime() - unansweredMs))]),
    )
    .execute();
}

interface Row {
  readonly id: string;
  readonly application: string;
  readonly token: string;
  readonly expires_at: Date;
  readonly received_at: Date;
  readonly upload_limit: number | null;
  readonly call: unknown;
}

/** Null for a row without a call, and for one that a later version wrote. */
function toCall(row: Row): OpenCall | null {
  const read = call.safeParse(row.call);
  if (!read.success) return null;
  return {
    id: row.id,
    application: row.application,
    token: row.token,
    expiresAt: row.expires_at,
    receivedAt: row.received_at,
    uploadLimit: row.upload_limit === null ? null : Number(row.upload_limit),
    call: read.data,
  };
}
