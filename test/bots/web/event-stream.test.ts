import { expect, test } from 'vitest';
import { openEventStream } from '../../../src/bots/web/event-stream.ts';
import type { Hub, Listener } from '../../../src/bots/web/hub.ts';
import type { StoredMessage } from '../../../src/bots/web/message.ts';
import { eventually } from './web-world.ts';

function createFakeHub() {
  const listeners = new Set<Listener>();
  const hub: Hub = {
    announce() {},
    join(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {},
  };
  let cursor = 100;
  return {
    hub,
    listeners,
    tell(...messages: StoredMessage[]) {
      cursor += 1;
      for (const listener of listeners) listener.onChanges({ messages, channels: [], cursor });
    },
  };
}

function message(id: string, version: number, privateTo: string | null = null): StoredMessage {
  return {
    id,
    version,
    channel: 'general',
    thread: null,
    author: null,
    author_name: null,
    body: { kind: 'text', text: `${id} v${version}`, pictures: [] },
    private_to: privateTo,
    nonce: null,
    reactions: [],
    created_at: new Date(0),
    updated_at: new Date(0),
    deleted: false,
  };
}

function open(hub: Hub, missed: () => Promise<readonly StoredMessage[] | null> = async () => []) {
  return openEventStream({
    hub,
    visitor: 'ann',
    linkTo: (id) => `/media/${id}`,
    now: () => new Date(0),
    missed,
    cursor: 7,
    channels: async () => ['general'],
  });
}

async function readSome(reader: ReadableStreamDefaultReader<Uint8Array>, until: string): Promise<string> {
  let text = '';
  while (!text.includes(until)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  return text;
}

test('a page that reads slowly gets the latest of each message, once', async () => {
  const { hub, tell } = createFakeHub();
  const reader = open(hub).getReader();
  await readSome(reader, 'event: channel');
  for (let version = 1; version <= 300; version += 1) tell(message('busy', version));
  tell(message('last', 301));
  const text = await readSome(reader, 'last v301');
  expect(text.match(/busy v\d+/g)?.at(-1)).toBe('busy v300');
  expect(text.match(/busy v\d+/g)?.length).toBeLessThan(5);
  await reader.cancel();
});

test('a page that does not read at all is cut off and forgotten', async () => {
  const { hub, tell, listeners } = createFakeHub();
  open(hub);
  await eventually(() => expect(listeners.size).toBe(1));
  await new Promise((resolve) => setTimeout(resolve, 10));
  for (let count = 0; count < 600; count += 1) tell(message(`m${count}`, count));
  expect(listeners.size).toBe(0);
});

test('leaving ends it', async () => {
  const { hub, listeners } = createFakeHub();
  await open(hub).cancel();
  expect(listeners.size).toBe(0);
});

test('what happens while the backlog is read comes after it; what is private to others never comes', async () => {
  const { hub, tell } = createFakeHub();
  let answer = (_missed: readonly StoredMessage[]): void => {};
  const reader = open(hub, () => new Promise((resolve) => (answer = resolve))).getReader();
  await readSome(reader, 'event: channel');
  tell(message('new', 9), message('secret', 10, 'ben'), message('own', 11, 'ann'));
  answer([message('old', 8), message('hidden', 6, 'ben')]);
  const text = await readSome(reader, 'own v11');
  expect(text.match(/\w+ v\d+/g)).toEqual(['old v8', 'new v9', 'own v11']);
  expect(text).not.toMatch(/secret|hidden/);
  await reader.cancel();
});
