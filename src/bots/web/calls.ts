/** What people did that a command must answer, from its acknowledgement to its answer. */

import { sql } from 'kysely';
import type { JsonValue, MediaId } from '../../core/values.ts';
import type { WebAddress } from './address.ts';
import type { WebDatabase } from './web-tables.ts';

export interface WebCall {
  /** Unique for what was done once; the same when the page repeats it. */
  readonly origin: string;
  readonly command: string;
  readonly values: { readonly [name: string]: JsonValue };
  /** By option name. */
  readonly pictures: Readonly<Record<string, MediaId>>;
  readonly place: WebAddress;
  /** The page's own id for it. */
  readonly click: string;
  readonly locale: string;
}

/** @returns false when it was written down before, which is then all that is needed */
export async function addCall(database: WebDatabase, call: WebCall, at: Date): Promise<boolean> {
  const { place, values, pictures, ...rest } = call;
  const added = await database
    .insertInto('web_calls')
    .values({
      ...rest,
      ...place,
      values: JSON.stringify(values),
      pictures: JSON.stringify(pictures),
      written_at: at,
      claimed_at: at,
      handled_at: null,
    })
    .onConflict((same) => same.column('origin').doNothing())
    .returning('origin')
    .executeTakeFirst();
  return added !== undefined;
}

/**
 * Takes in hand the calls without an answer that nobody took after the given time, oldest first: of several processes
 * that ask, one gets each.
 */
export async function claimCalls(database: WebDatabase, until: Date, at: Date): Promise<WebCall[]> {
  const { rows } = await sql<Omit<WebCall, 'place'> & WebAddress & { written_at: Date }>`
    update web_calls set claimed_at = ${at}::timestamptz
    where origin in (
      select origin from web_calls where handled_at is null and claimed_at <= ${until}::timestamptz
      for update skip locked)
    returning *`.execute(database);
  return rows
    .toSorted((a, b) => a.written_at.getTime() - b.written_at.getTime())
    .map(({ origin, command, values, pictures, click, locale, channel, thread, request, visitor }) => ({
      origin,
      command,
      values,
      pictures,
      click,
      locale,
      place: { channel, thread, request, visitor },
    }));
}

/** Still in hand: nobody else takes these up. */
export async function holdCalls(database: WebDatabase, origins: readonly string[], at: Date): Promise<void> {
  await sql`update web_calls set claimed_at = ${at}::timestamptz
    where origin = any(${[...origins]}::text[]) and handled_at is null`.execute(database);
}

export async function closeCall(database: WebDatabase, origin: string, at: Date): Promise<void> {
  await database.updateTable('web_calls').set({ handled_at: at }).where('origin', '=', origin).execute();
}
