/** What can stand in a timeline, as it is stored and as one visitor gets to see it. */
import type { Card, Form, Reply } from '../../commands/command.ts';
import type { Button, StatusView } from '../../core/delivery/delivery.ts';
import type { KeptFile } from '../../core/media/media.ts';
import type { JobId, MediaId } from '../../core/values.ts';

export type Tone = Extract<Reply, { kind: 'card' }>['tone'];

/**
 * - `text`: what a person said, with the pictures they attached;
 * - `status`, `clip`: what a job shows;
 * - `card`: a command's answer;
 * - `form`: a form that waits to be filled in; `click` is the page's id of what opened it.
 */
export type MessageBody =
  | { readonly kind: 'text'; readonly text: string; readonly pictures: readonly KeptFile[] }
  | { readonly kind: 'status'; readonly view: StatusView }
  | { readonly kind: 'clip'; readonly post: StoredClip }
  | { readonly kind: 'card'; readonly tone: Tone; readonly card: Card }
  | { readonly kind: 'form'; readonly form: Form; readonly click: string };

/** A clip message keeps what it shows, never a link: links are signed anew at every reading. */
export interface StoredClip {
  readonly job: JobId;
  readonly asker: { readonly person: string; readonly name: string };
  readonly prompt: string;
  readonly caption: string;
  readonly clip: KeptFile;
  readonly poster: KeptFile | null;
  /** False when it is over the place's limit: the page shows the poster and a link. */
  readonly isInline: boolean;
  readonly buttons: readonly Button[];
}

/** A message with its author's present name. */
export interface StoredMessage {
  readonly id: string;
  readonly channel: string;
  readonly thread: string | null;
  readonly author: string | null;
  readonly author_name: string | null;
  readonly body: MessageBody;
  readonly private_to: string | null;
  readonly nonce: string | null;
  readonly reactions: readonly string[];
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly deleted: boolean;
  readonly version: number;
}

/** A kept file with a link that opens now. */
export type LinkedFile = Pick<KeptFile, 'id' | 'width' | 'height' | 'bytes'> & { readonly url: string };

export type BodyView =
  | { readonly kind: 'text'; readonly text: string; readonly pictures: readonly LinkedFile[] }
  | Extract<MessageBody, { kind: 'status' | 'card' | 'form' }>
  | {
      readonly kind: 'clip';
      readonly post: Omit<StoredClip, 'clip' | 'poster'> & {
        readonly clip: LinkedFile;
        readonly poster: LinkedFile | null;
      };
    };

/** What the page is sent. The same id with a higher version replaces what it has. */
export type MessageView =
  | { readonly id: string; readonly version: number; readonly channel: string; readonly deleted: true }
  | {
      readonly id: string;
      readonly version: number;
      readonly channel: string;
      readonly deleted: false;
      readonly thread: string | null;
      /** Null: the bot. */
      readonly author: { readonly id: string; readonly name: string } | null;
      readonly isPrivate: boolean;
      readonly reactions: { readonly count: number; readonly mine: boolean };
      /** The page's own id for it, told only to whoever sent it: the copy shown while sending gives way. */
      readonly sentAs: string | null;
      /** Milliseconds since the epoch. */
      readonly createdAt: number;
      readonly body: BodyView;
    };

export type LinkTo = (id: MediaId) => string;

/** True when this visitor may know the message at all. */
export function isVisibleTo(visitor: string, message: Pick<StoredMessage, 'private_to'>): boolean {
  return message.private_to === null || message.private_to === visitor;
}

export function viewFor(visitor: string, message: StoredMessage, linkTo: LinkTo): MessageView {
  const { id, version, channel } = message;
  // Not even what a deleted or foreign message said leaves the server.
  if (message.deleted || !isVisibleTo(visitor, message)) return { id, version, channel, deleted: true };
  return {
    id,
    version,
    channel,
    deleted: false,
    thread: message.thread,
    author: message.author === null ? null : { id: message.author, name: message.author_name ?? 'Somebody' },
    isPrivate: message.private_to !== null,
    reactions: { count: message.reactions.length, mine: message.reactions.includes(visitor) },
    sentAs: sentAs(visitor, message.nonce),
    createdAt: message.created_at.getTime(),
    body: viewBody(message.body, linkTo),
  };
}

/** What makes a person's message one message, however often the page sends it. */
export function nonceOfSaid(visitor: string, sentAs: string): string {
  return `said:${visitor}:${sentAs}`;
}

function sentAs(visitor: string, nonce: string | null): string | null {
  const own = nonceOfSaid(visitor, '');
  return nonce?.startsWith(own) ? nonce.slice(own.length) : null;
}

function viewBody(body: MessageBody, linkTo: LinkTo): BodyView {
  switch (body.kind) {
    case 'text':
      return { ...body, pictures: body.pictures.map((picture) => linked(picture, linkTo)) };
    case 'clip': {
      const { clip, poster, ...post } = body.post;
      return {
        kind: 'clip',
        post: { ...post, clip: linked(clip, linkTo), poster: poster && linked(poster, linkTo) },
      };
    }
    case 'status':
    case 'card':
    case 'form':
      return body;
  }
}

function linked({ id, width, height, bytes }: KeptFile, linkTo: LinkTo): LinkedFile {
  return { id, width, height, bytes, url: linkTo(id) };
}
