/** Speaks in the chat page by writing rows, so that a worker without the `web` role can deliver too. */
import { sql } from 'kysely';
import type { Database } from '../../core/database.ts';
import type { ClipPost, Courier, StatusView } from '../../core/delivery/delivery.ts';
import { isFinal, type JsonValue } from '../../core/values.ts';
import { platformName, rootOf, toAddress, type WebAddress } from './address.ts';
import { addMessage, type NewMessage, nextVersion, reveal, toRow, touched } from './messages.ts';
import type { WebDatabase, WebTables } from './web-tables.ts';

export interface WebCourierEdges {
  readonly database: Database;
  readonly now: () => Date;
  /** A UUIDv7: the timeline is sorted by it. */
  readonly newId: () => string;
  /** Called after every write; pages connected to another process find the row by themselves. */
  readonly announce: () => void;
  /** Default null: a page can show whatever is kept. */
  readonly uploadLimitBytes?: number | null;
}

const finalStates = sql`('done', 'failed', 'cancelled')`;

/**
 * A request starts a thread: its status and its clip stand under the message that asked.
 * In a place that is gone, `showStatus` returns null and `post` says `unreachable`; neither throws.
 */
export function createWebCourier({
  database: ledger,
  now,
  newId,
  announce,
  uploadLimitBytes = null,
}: WebCourierEdges): Courier {
  const database = ledger.withTables<WebTables>();

  async function openStatus(place: WebAddress, view: StatusView): Promise<string | null> {
    if (!(await isThere(database, place))) return null;
    await reveal(database, place.request, now());
    await reveal(database, rootOf(place), now());
    const nonce = `status:${view.job}`;
    const opened = await database
      .insertInto('web_messages')
      .values(toRow(answerTo(place, { id: newId(), body: { kind: 'status', view }, nonce, at: now() })))
      .onConflict((same) =>
        same
          .column('nonce')
          .where(sql<boolean>`nonce is not null and not deleted`)
          .doUpdateSet({
            body: (row) => row.ref('excluded.body'),
            updated_at: now(),
            version: nextVersion,
          })
          .where(mayReplace(view)),
      )
      .returning('id')
      .executeTakeFirst();
    return opened?.id ?? (await idOf(database, nonce));
  }

  return {
    platform: platformName,
    editIntervalMs: 1000,

    async showStatus(destination, message, view) {
      const shown = typeof message === 'string' ? await editStatus(database, message, view, now()) : null;
      const id = shown ?? (await openStatus(toAddress(destination), view));
      announce();
      return id;
    },

    async uploadLimitBytes() {
      return uploadLimitBytes;
    },

    async post(destination, clip) {
      const place = toAddress(destination);
      if (uploadLimitBytes !== null && clip.as.kind === 'file' && clip.clip.bytes > uploadLimitBytes) {
        return { outcome: 'too-large' };
      }
      const nonce = nonceOf(clip);
      const earlier = await idOf(database, nonce);
      if (earlier !== null) return { outcome: 'posted', message: earlier };
      if (!(await isThere(database, place))) {
        return { outcome: 'unreachable', detail: `channel ${place.channel}: the message that asked is gone` };
      }
      const message = answerTo(place, { id: newId(), body: { kind: 'clip', post: stored(clip) }, nonce, at: now() });
      const isNew = await addMessage(database, message);
      announce();
      return { outcome: 'posted', message: isNew ? message.id : await idOf(database, nonce) };
    },

    async find(_destination, clip) {
      return idOf(database, nonceOf(clip));
    },
  };
}

function nonceOf(clip: Pick<ClipPost, 'nonce'>): string {
  return `clip:${clip.nonce}`;
}

function answerTo(place: WebAddress, message: Pick<NewMessage, 'id' | 'body' | 'nonce' | 'at'>): NewMessage {
  return { ...message, channel: place.channel, thread: rootOf(place), author: null, privateTo: null };
}

function stored({ job, asker, prompt, caption, clip, poster, as, buttons }: ClipPost) {
  return { job, asker, prompt, caption, clip, poster, isInline: as.kind === 'file', buttons };
}

/** A last word stands: a slower worker's older view never replaces it. The same view twice is one write. */
function mayReplace(view: StatusView) {
  const isLast = isFinal(view.state);
  return sql<boolean>`(web_messages.body -> 'view') is distinct from ${JSON.stringify(view)}::jsonb
    and (${isLast}::boolean or web_messages.body -> 'view' ->> 'state' not in ${finalStates})`;
}

/** @returns null when the message was deleted and another has to be opened */
async function editStatus(database: WebDatabase, message: string, view: StatusView, at: Date): Promise<JsonValue> {
  const edited = await database
    .updateTable('web_messages')
    .set({ body: JSON.stringify({ kind: 'status', view }), ...touched(at) })
    .where('id', '=', message)
    .where('deleted', '=', false)
    .where(mayReplace(view))
    .returning('id')
    .executeTakeFirst();
  if (edited !== undefined) return edited.id;
  const kept = await database
    .selectFrom('web_messages')
    .select('id')
    .where('id', '=', message)
    .where('deleted', '=', false)
    .executeTakeFirst();
  return kept?.id ?? null;
}

async function idOf(database: WebDatabase, nonce: string): Promise<string | null> {
  const message = await database
    .selectFrom('web_messages')
    .select('id')
    .where('nonce', '=', nonce)
    .where('deleted', '=', false)
    .executeTakeFirst();
  return message?.id ?? null;
}

async function isThere(database: WebDatabase, place: WebAddress): Promise<boolean> {
  const root = await database
    .selectFrom('web_messages as root')
    .innerJoin('web_channels as channel', 'channel.name', 'root.channel')
    .select('root.id')
    .where('root.id', '=', rootOf(place))
    .where('root.channel', '=', place.channel)
    .where('root.deleted', '=', false)
    .executeTakeFirst();
  return root !== undefined;
}
