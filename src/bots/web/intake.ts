/** What people do on the page, written down before it is acknowledged. The commands run afterwards. */

import { sql } from 'kysely';
import type { Command } from '../../commands/command.ts';
import type { KeptFile, Media } from '../../core/media/media.ts';
import { type Texts, textsFor } from '../../core/texts/texts.ts';
import type { MediaId } from '../../core/values.ts';
import { addCall, type WebCall } from './calls.ts';
import type { CheckedClick, CheckedForm, CheckedMessage } from './incoming.ts';
import { nonceOfSaid, type StoredMessage } from './message.ts';
import { findByNonce, findMessage, type NewMessage, touched } from './messages.ts';
import { writeSaid } from './said.ts';
import { type ParseArguments, understand } from './understand.ts';
import type { Visitor } from './visitors.ts';
import type { WebDatabase } from './web-tables.ts';

/** Who does it, and in which language. */
export interface Actor {
  readonly visitor: Visitor;
  readonly locale: string;
}

/** `call` is null when there is nothing to run: plain talk, or a repeat of what was taken before. */
export type Taken<Result> =
  | ({ readonly outcome: 'taken'; readonly call: WebCall | null } & Result)
  | { readonly outcome: 'refused'; readonly status: 404 | 409 | 422; readonly sentence: string };

export interface IntakeEdges {
  readonly database: WebDatabase;
  readonly media: Media;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly parseArguments: ParseArguments;
}

export interface Intake {
  /** The same client id again is the same message: it answers with the one that is there. */
  takeMessage(
    actor: Actor,
    said: CheckedMessage,
    commands: readonly Command[],
  ): Promise<Taken<{ readonly message: StoredMessage }>>;
  /** 🎬: one job for one person and one message, however often it is pressed. */
  takeReaction(actor: Actor, message: string): Promise<Taken<object>>;
  takeClick(actor: Actor, click: CheckedClick): Promise<Taken<object>>;
  /** The form is put away; a refusal by its command brings it back with what was typed. */
  takeForm(actor: Actor, filled: CheckedForm): Promise<Taken<object>>;
}

export function createIntake({ database, media, now, newId, parseArguments }: IntakeEdges): Intake {
  return {
    async takeMessage({ visitor, locale }, said, commands) {
      const texts = textsFor(locale);
      const nonce = nonceOfSaid(visitor.id, said.id);
      const thread = await findThread(database, visitor, said, texts);
      if (thread.outcome === 'refused') return thread;
      const pictures = await findPictures(media, said.pictures);
      if (pictures === null) return { outcome: 'refused', status: 422, sentence: texts.web.noFile };

      const understood = understand(said.text, pictures, commands, parseArguments, texts);
      const id = newId();
      const place = { channel: said.channel, thread: said.thread, request: id, visitor: visitor.id };
      const call: WebCall | null =
        understood.kind === 'call'
          ? { ...understood.call, origin: `message:${id}`, place, click: said.id, locale }
          : null;
      const message: NewMessage = {
        id,
        channel: said.channel,
        thread: said.thread,
        author: visitor.id,
        body: { kind: 'text', text: said.text, pictures },
        // Like a slash command elsewhere: only its answer decides whether the others see it.
        privateTo: understood.kind === 'chat' ? thread.privateTo : visitor.id,
        nonce,
        at: now(),
      };
      const answer = understood.kind === 'problem' ? answerTo(message, newId(), understood.problem) : null;
      const written = await writeSaid(database, { message, call, answer });
      switch (written.outcome) {
        case 'written':
          return { outcome: 'taken', call, message: toStored(message, visitor, written.version) };
        case 'no-channel':
          return { outcome: 'refused', status: 404, sentence: texts.web.noChannel(said.channel) };
        case 'repeated': {
          const earlier = await findByNonce(database, nonce);
          if (earlier === null) return { outcome: 'refused', status: 404, sentence: texts.web.noMessage };
          return { outcome: 'taken', call: null, message: earlier };
        }
      }
    },

    async takeReaction({ visitor, locale }, id) {
      const texts = textsFor(locale);
      const message = await findMessage(database, visitor.id, id);
      if (message === null) return { outcome: 'refused', status: 404, sentence: texts.web.noMessage };
      const [picture] = message.body.kind === 'text' ? message.body.pictures : [];
      if (picture === undefined) return { outcome: 'refused', status: 422, sentence: texts.web.noPicture };
      const call: WebCall = {
        origin: `reaction:${message.channel}:${id}:${visitor.id}`,
        command: 'create',
        values: {},
        pictures: { image: picture.id },
        place: placeOf(message, visitor),
        click: id,
        locale,
      };
      const isNew = await database.transaction().execute(async (tx) => {
        const isAdded = await addCall(tx, call, now());
        if (isAdded) {
          await tx
            .updateTable('web_messages')
            .set({ reactions: sql`reactions || ${JSON.stringify([visitor.id])}::jsonb`, ...touched(now()) })
            .where('id', '=', id)
            .execute();
        }
        return isAdded;
      });
      return { outcome: 'taken', call: isNew ? call : null };
    },

    async takeClick({ visitor, locale }, { id, message: messageId, action, job }) {
      const message = await findMessage(database, visitor.id, messageId);
      if (message === null) return { outcome: 'refused', status: 404, sentence: textsFor(locale).web.noMessage };
      const call: WebCall = {
        origin: `button:${messageId}:${action}:${visitor.id}:${id}`,
        command: action,
        values: { job },
        pictures: {},
        place: placeOf(message, visitor),
        click: id,
        locale,
      };
      const isNew = await addCall(database, call, now());
      return { outcome: 'taken', call: isNew ? call : null };
    },

    async takeForm({ visitor, locale }, { id, message: messageId, values }) {
      const origin = `form:${messageId}:${visitor.id}:${id}`;
      const message = await findMessage(database, visitor.id, messageId);
      if (message === null || message.body.kind !== 'form') {
        const repeated = await hasCall(database, origin);
        if (repeated) return { outcome: 'taken', call: null };
        return { outcome: 'refused', status: 404, sentence: textsFor(locale).web.noMessage };
      }
      const { body } = message;
      const call: WebCall = {
        origin,
        command: body.form.command,
        values: { ...values, ...body.form.values },
        pictures: {},
        place: placeOf(message, visitor),
        click: id,
        locale,
      };
      const filled = { ...body, form: { ...body.form, fields: body.form.fields.map((field) => fill(field, values)) } };
      const isNew = await database.transaction().execute(async (tx) => {
        const closed = await tx
          .updateTable('web_messages')
          .set({ body: JSON.stringify(filled), deleted: true, ...touched(now()) })
          .where('id', '=', messageId)
          .where('deleted', '=', false)
          .executeTakeFirst();
        return closed.numUpdatedRows > 0n && (await addCall(tx, call, now()));
      });
      return { outcome: 'taken', call: isNew ? call : null };
    },
  };
}

/** As reading it back would give it. */
function toStored({ privateTo, at, ...message }: NewMessage, { name }: Visitor, version: number): StoredMessage {
  return {
    ...message,
    author_name: name,
    private_to: privateTo,
    reactions: [],
    created_at: at,
    updated_at: at,
    deleted: false,
    version,
  };
}

/** What is wrong with a request, told to whoever made it. */
function answerTo(request: NewMessage, id: string, problem: string): NewMessage {
  return {
    ...request,
    id,
    thread: request.thread ?? request.id,
    author: null,
    body: { kind: 'card', tone: 'refusal', card: { paragraphs: [problem] } },
    privateTo: request.author,
    nonce: `reply:message:${request.id}`,
  };
}

type FoundThread =
  /** What is said under a private message is private too. */
  | { readonly outcome: 'found'; readonly privateTo: string | null }
  | { readonly outcome: 'refused'; readonly status: 404; readonly sentence: string };

async function findThread(
  database: WebDatabase,
  visitor: Visitor,
  { channel, thread }: CheckedMessage,
  texts: Texts,
): Promise<FoundThread> {
  if (thread === null) return { outcome: 'found', privateTo: null };
  const root = await findMessage(database, visitor.id, thread);
  if (root?.channel === channel && root.thread === null) return { outcome: 'found', privateTo: root.private_to };
  return { outcome: 'refused', status: 404, sentence: texts.web.noMessage };
}

/** @returns null when one is no longer kept, or never was a picture */
async function findPictures(media: Media, ids: readonly MediaId[]): Promise<KeptFile[] | null> {
  const found = await Promise.all(ids.map((id) => media.find(id)));
  const pictures = found.filter((file): file is KeptFile => file?.kind === 'picture');
  return pictures.length === ids.length ? pictures : null;
}

function placeOf({ channel, thread, id }: StoredMessage, visitor: Visitor): WebCall['place'] {
  return { channel, thread, request: id, visitor: visitor.id };
}

function fill<Field extends { readonly name: string; readonly value?: string }>(
  field: Field,
  values: CheckedForm['values'],
): Field {
  const typed = values[field.name];
  return typed === undefined ? field : { ...field, value: String(typed) };
}

async function hasCall(database: WebDatabase, origin: string): Promise<boolean> {
  const call = await database.selectFrom('web_calls').select('origin').where('origin', '=', origin).executeTakeFirst();
  return call !== undefined;
}
