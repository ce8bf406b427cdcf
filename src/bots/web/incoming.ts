/** What the page may send, checked at the edge. Every message here names a sentence of `texts/…/web.ts`. */
import { z } from 'zod';
import type { Texts } from '../../core/texts/texts.ts';
import type { MediaId } from '../../core/values.ts';

/** PostgreSQL text holds no NUL and JSON no lone surrogate. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

/** Only names that are there. */
const say = (sentence: keyof Texts['web']): string => sentence;

const storable = z.string().refine(isStorable, say('notText'));
const id = z.string().regex(/^[\w-]{1,64}$/);
const mediaId = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((hash) => hash as MediaId);

export const incomingName = z.strictObject({
  name: storable.trim().min(1, say('emptyName')).max(40, say('longName')),
});

export const incomingChannel = z.strictObject({
  name: z
    .string()
    .trim()
    .toLowerCase()
    .transform((name) => name.replace(/^#/, '').replaceAll(/\s+/g, '-'))
    .pipe(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$/u, say('channelName'))),
});

export const incomingMessage = z
  .strictObject({
    /** Made by the page once for each message, so that sending it again is harmless. */
    id,
    channel: storable.max(40),
    thread: id.nullable(),
    text: storable.trim().max(4000, say('longMessage')),
    pictures: z.array(mediaId).max(4, say('manyPictures')),
  })
  .refine(({ text, pictures }) => text !== '' || pictures.length > 0, say('emptyMessage'));
export type CheckedMessage = z.output<typeof incomingMessage>;

export const incomingReaction = z.strictObject({ message: id });

export const incomingClick = z.strictObject({
  id,
  message: id,
  action: z.enum(['cancel', 'again', 'remix', 'continue', 'retry']),
  job: id,
});
export type CheckedClick = z.output<typeof incomingClick>;

export const incomingForm = z.strictObject({
  id,
  message: id,
  values: z.record(z.string().max(40), z.union([storable.max(4000, say('longMessage')), z.boolean(), z.number()])),
});
export type CheckedForm = z.output<typeof incomingForm>;

export const historyQuery = z.object({ channel: z.string().max(40), before: id.optional() });
export const eventsQuery = z.object({ after: z.coerce.number().int().nonnegative().optional() });
