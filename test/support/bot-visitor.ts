/** A person at the chat page of a running process: what their browser would send and show. */
import { v7 as uuidv7 } from 'uuid';
import type { MessageView } from '../../src/bots/web/message.ts';
import type { ButtonAction } from '../../src/core/delivery/delivery.ts';
import { eventually } from './eventually.ts';

export type Standing = Extract<MessageView, { deleted: false }>;
type OfKind<Kind extends Standing['body']['kind']> = Standing & {
  readonly body: Extract<Standing['body'], { readonly kind: Kind }>;
};

export interface BotVisitor {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The same browser, on another process or after a restart. */
  moveTo(server: { readonly url: string }): void;
  /** Resolves with the message's id once the server has acknowledged it; the same `id` again is the same message. */
  say(text: string, more?: { readonly id?: string; readonly pictures?: readonly string[] }): Promise<string>;
  upload(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
  react(message: string): Promise<void>;
  click(message: Pick<Standing, 'id'>, action: ButtonAction, job: string): Promise<void>;
  /** All that this visitor sees in the first channel. */
  timeline(): Promise<readonly Standing[]>;
  /** Reads the timeline again and again until the predicate answers with something; says what stood there otherwise. */
  waitFor<Result>(
    predicate: (timeline: readonly Standing[]) => Result | undefined | false | null,
    mostMs?: number,
  ): Promise<Result>;
  /** The page's open connection; ends when the server or `leave` ends it. */
  listen(): Promise<Listening>;
}

export interface Listening {
  /** Every event so far. */
  readonly heard: readonly { readonly name: string; readonly data: string }[];
  readonly ended: Promise<void>;
  leave(): void;
}

export const channel = 'general';

export async function visit(url: string, name: string): Promise<BotVisitor> {
  const welcomed = await fetch(`${url}/api/visitors`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (welcomed.status !== 201) throw new Error(`${name} was not welcomed: ${await welcomed.text()}`);
  const { id } = (await welcomed.json()) as { id: string };
  const headers = { cookie: welcomed.headers.get('set-cookie')?.split(';')[0] ?? '', 'x-visitor': id };
  let base = url;

  async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(`${base}/api${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && !isBytes && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
    return JSON.parse(answer);
  }

  async function timeline(): Promise<readonly Standing[]> {
    const all: Standing[] = [];
    for (let before: string | undefined; ; ) {
      const path = `/messages?channel=${channel}${before === undefined ? '' : `&before=${before}`}`;
      const page = await call<{ messages: readonly Standing[]; hasOlder: boolean }>('GET', path);
      all.unshift(...page.messages);
      before = page.messages.find(({ thread }) => thread === null)?.id;
      if (!page.hasOlder || before === undefined) return all;
    }
  }

  return {
    id,
    headers,
    moveTo(server) {
      base = server.url;
    },
    async say(text, { id: own = uuidv7(), pictures = [] } = {}) {
      const said = await call<Standing>('POST', '/messages', { id: own, channel, thread: null, text, pictures });
      return said.id;
    },
    upload: async (bytes) => (await call<{ id: string }>('POST', '/files', bytes)).id,
    async react(message) {
      await call('POST', '/reactions', { message });
    },
    async click(message, action, job) {
      await call('POST', '/clicks', { id: uuidv7(), message: message.id, action, job });
    },
    timeline,
    waitFor: (predicate, mostMs) =>
      eventually(async () => {
        const standing = await timeline();
        const found = predicate(standing);
        if (found !== undefined && found !== false && found !== null) return found;
        return new Error(`not in the timeline yet:\n${standing.slice(-20).map(inWords).join('\n')}`);
      }, mostMs),
    listen: () => listen(`${base}/api/events`, headers),
  };
}

export function clipsOf(timeline: readonly Standing[], request?: string): OfKind<'clip'>[] {
  return timeline.filter(
    (message): message is OfKind<'clip'> =>
      message.body.kind === 'clip' && (request === undefined || message.thread === request),
  );
}

export function statusesOf(timeline: readonly Standing[], request?: string): OfKind<'status'>[] {
  return timeline.filter(
    (message): message is OfKind<'status'> =>
      message.body.kind === 'status' && (request === undefined || message.thread === request),
  );
}

export function cardsOf(timeline: readonly Standing[], request?: string): OfKind<'card'>[] {
  return timeline.filter(
    (message): message is OfKind<'card'> =>
      message.body.kind === 'card' && (request === undefined || message.thread === request),
  );
}

function inWords({ id, thread, body }: Standing): string {
  const about = body.kind === 'status' ? `${body.view.state}: ${body.view.sentence}` : '';
  return `${id} under ${thread}: ${body.kind} ${about}`;
}

async function listen(url: string, headers: Readonly<Record<string, string>>): Promise<Listening> {
  const leaving = new AbortController();
  const response = await fetch(url, { headers, signal: leaving.signal });
  if (response.body === null || !response.ok) throw new Error(`no events: ${response.status}`);
  const heard: { name: string; data: string }[] = [];
  const read = async (body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> => {
    let text = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const events = (text + chunk).split('\n\n');
      text = events.pop() ?? '';
      heard.push(...events.map(readEvent));
    }
  };
  // A server that goes away breaks the stream; that is one way for it to end.
  const ended = read(response.body).catch(() => undefined);
  return { heard, ended, leave: () => leaving.abort() };
}

function readEvent(text: string): { name: string; data: string } {
  const field = (name: string): string =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? '';
  return { name: field('event'), data: field('data') };
}
