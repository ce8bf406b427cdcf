/** What a person said, with the call it makes or the answer it needs: all of it or nothing, in the one statement an acknowledgement waits for. */
import { sql } from 'kysely';
import type { WebCall } from './calls.ts';
import { type NewMessage, toRow } from './messages.ts';
import type { WebDatabase } from './web-tables.ts';

export interface Said {
  readonly message: NewMessage;
  /** The command it asks for. */
  readonly call: WebCall | null;
  /** What is wrong with it. */
  readonly answer: NewMessage | null;
}

export type Written =
  | { readonly outcome: 'written'; readonly version: number }
  /** A message with this nonce is there already; nothing was written. */
  | { readonly outcome: 'repeated' }
  | { readonly outcome: 'no-channel' };

const messageColumns = sql.raw('id, channel, thread, author, kind, body, private_to, nonce, created_at, updated_at');
const callColumns = sql.raw(
  'origin, visitor, command, "values", pictures, channel, thread, request, click, locale, written_at, claimed_at',
);

export async function writeSaid(database: WebDatabase, { message, call, answer }: Said): Promise<Written> {
  const { rows } = await sql<{ version: number | null; known: boolean }>`
    with place as (
      select name from web_channels where name = ${message.channel}
    ), said as (
      insert into web_messages (${messageColumns})
      select ${messageColumns} from jsonb_populate_record(null::web_messages, ${toJson(message)}::jsonb)
      where exists (select from place)
      on conflict do nothing returning version
    ), called as (
      insert into web_calls (${callColumns})
      select ${callColumns} from jsonb_populate_record(null::web_calls, ${callToJson(call, message.at)}::jsonb)
      where ${call !== null}::boolean and exists (select from said)
      on conflict do nothing
    ), answered as (
      insert into web_messages (${messageColumns})
      select ${messageColumns} from jsonb_populate_record(null::web_messages, ${toJson(answer)}::jsonb)
      where ${answer !== null}::boolean and exists (select from said)
      on conflict do nothing
    )
    select (select version from said) as version, exists (select from place) as known`.execute(database);
  const row = rows[0];
  if (row?.version != null) return { outcome: 'written', version: row.version };
  return { outcome: row?.known === true ? 'repeated' : 'no-channel' };
}

function toJson(message: NewMessage | null): string {
  return JSON.stringify(message === null ? {} : { ...toRow(message), body: message.body });
}

function callToJson(call: WebCall | null, at: Date): string {
  if (call === null) return '{}';
  const { place, ...rest } = call;
  return JSON.stringify({ ...rest, ...place, written_at: at, claimed_at: at });
}
