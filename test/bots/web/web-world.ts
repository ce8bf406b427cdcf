/** The chat page over real HTTP: a ledger that outlives its servers, commands that do as they are told, several browsers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { v7 as uuidv7 } from 'uuid';
import type { MessageView } from '../../../src/bots/web/message.ts';
import { createWebBot, type WebBot } from '../../../src/bots/web/web-bot.ts';
import { webMigrations } from '../../../src/bots/web/web-migrations.ts';
import { parseArguments } from '../../../src/commands/arguments.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { silentLog } from '../../../src/core/log.ts';
import { mediaRoute } from '../../../src/web/media-route.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { createFakeCore, type FakeCore } from './fake-core.ts';
import { createFakeMedia, type FakeMedia } from './fake-media.ts';

const secretKey = 'a key for tests only';
const now = (): Date => new Date();

export interface WebWorld extends AsyncDisposable {
  readonly opened: OpenDatabase;
  readonly media: FakeMedia;
  readonly core: FakeCore;
  readonly directory: string;
  url(): string;
  start(): Promise<WebBot>;
  /** Orderly, as on a stop signal. */
  stop(): Promise<void>;
  /** Its connections are cut and its bot forgets everything; what it had under way is lost with it. */
  crash(): Promise<void>;
  visit(name: string): Promise<Visit>;
}

/** One browser with one visitor. */
export interface Visit {
  readonly id: string;
  readonly name: string;
  readonly cookie: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  say(text: string, more?: { id?: string; thread?: string; channel?: string; pictures?: string[] }): Promise<Answer>;
  upload(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
  messages(channel?: string): Promise<Standing[]>;
  listen(after?: number, headers?: Record<string, string>): Listening;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says, each test knows what it expects
  readonly body: any;
}

export type Standing = Extract<MessageView, { deleted: false }>;

export interface Heard {
  readonly name: string;
  readonly id: number;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly data: any;
}

export interface Listening extends AsyncDisposable {
  readonly heard: readonly Heard[];
  /** Resolves with the first event, old or new, that fits. */
  next(fits: (event: Heard) => boolean): Promise<Heard>;
  readonly ended: Promise<void>;
}

export async function openWebWorld(): Promise<WebWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'hailuo-web-'));
  const opened = await openMemoryDatabase(webMigrations);
  const media = createFakeMedia(directory, secretKey);
  const core = createFakeCore(now);
  let port = 0;
  let running: { readonly bot: WebBot; readonly server: ServerType } | null = null;

  async function closeServer(): Promise<void> {
    const server = running?.server;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    if ('closeAllConnections' in server) server.closeAllConnections();
    await closed;
  }

  const world: WebWorld = {
    opened,
    media,
    core,
    directory,
    url: () => `http://127.0.0.1:${port}`,
    async start() {
      const bot = createWebBot({
        database: opened.database,
        urgent: opened.urgent,
        media,
        log: silentLog,
        now,
        newId: () => uuidv7(),
        parseArguments,
        isAlone: true,
        pollMs: 100,
      });
      const app = new Hono();
      app.route('/', mediaRoute({ media, secretKey, now }));
      app.route('/', bot.routes);
      core.use(bot.platform.courier);
      const server = await listen(app, port);
      port = server.port;
      running = { bot, server: server.server };
      await bot.platform.bot.start(core.commands);
      return bot;
    },
    async stop() {
      await running?.bot.platform.bot.stop();
      await closeServer();
      running = null;
    },
    async crash() {
      await closeServer();
      const crashed = running;
      running = null;
      await crashed?.bot.platform.bot.stop();
    },
    visit: (name) => visit(world, name),
    async [Symbol.asyncDispose]() {
      await world.stop();
      await opened.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return world;
}

function listen(app: Hono, port: number): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, (info) =>
      resolve({ server, port: info.port }),
    );
    server.once('error', reject);
  });
}

async function visit(world: WebWorld, name: string): Promise<Visit> {
  const welcomed = await fetch(`${world.url()}/api/visitors`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  const { id } = (await welcomed.json()) as { id: string };
  const cookie = welcomed.headers.get('set-cookie')?.split(';')[0] ?? '';
  const own = { Cookie: cookie, 'X-Visitor': id };

  const call: Visit['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${world.url()}/api${path}`, {
      method,
      headers: { ...own, ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    id,
    name,
    cookie,
    call,
    say: (text, more = {}) =>
      call('POST', '/messages', { id: uuidv7(), channel: 'general', thread: null, text, pictures: [], ...more }),
    async upload(bytes) {
      const response = await fetch(`${world.url()}/api/files`, { method: 'POST', headers: own, body: bytes });
      return ((await response.json()) as { id: string }).id;
    },
    messages: async (channel = 'general') => (await call('GET', `/messages?channel=${channel}`)).body.messages,
    listen: (after, headers = {}) => listenTo(`${world.url()}/api/events`, { ...own, ...headers }, after),
  };
}

function listenTo(address: string, headers: Record<string, string>, after: number | undefined): Listening {
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  const leaving = new AbortController();

  async function read(): Promise<void> {
    const response = await fetch(after === undefined ? address : `${address}?after=${after}`, {
      headers,
      signal: leaving.signal,
    });
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      heard.push(...events.map(parseEvent));
      for (const look of waiting) look();
    }
  }

  const ended = read().catch(() => undefined);
  return {
    heard,
    ended,
    next: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          const event = heard.find(fits);
          if (event === undefined) return;
          waiting.delete(look);
          resolve(event);
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await ended;
    },
  };
}

function parseEvent(text: string): Heard {
  const fields = Object.fromEntries(
    text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  return { name: fields.event ?? '', id: Number(fields.id), data: JSON.parse(fields.data ?? 'null') };
}

/** Looks until it holds; fails with the last reason after five seconds. */
export async function eventually<Result>(look: () => Promise<Result> | Result): Promise<Result> {
  const until = Date.now() + 5000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}
