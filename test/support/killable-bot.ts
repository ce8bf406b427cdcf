/**
 * A bot that dies at a named line. The ledger, the queue, the worker and the commands are the real ones; the provider
 * and the courier keep a book in a file of their own, as a service outside would: what was sent to them stays sent,
 * whoever dies. Run as a process, with a `KillableOrder` as its one argument.
 */
import { appendFileSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { createCommands } from '../../src/commands/all.ts';
import { openDatabase } from '../../src/core/database.ts';
import type { ClipPost, Courier } from '../../src/core/delivery/delivery.ts';
import { type JobEdges, noMeasures } from '../../src/core/jobs/edges.ts';
import { openQueue } from '../../src/core/jobs/open-queue.ts';
import { createJobStore, type JobStore } from '../../src/core/jobs/store.ts';
import { createTraffic } from '../../src/core/jobs/traffic/traffic.ts';
import { startWorker } from '../../src/core/jobs/worker.ts';
import { createLog } from '../../src/core/log.ts';
import type { VideoProvider } from '../../src/core/providers/provider.ts';
import { usd } from '../../src/core/values.ts';
import { eventually } from './eventually.ts';
import { ann, createFakeMedia, readyProgress } from './world.ts';

/** In the order a job comes by. A job's prompt is the line it is to die at. */
export const deaths = [
  'opening: accepted, the status message not yet there',
  'opening: the status message is there, its address not yet written',
  'queued: written, nobody asked yet',
  'queued: a provider chosen, not yet written',
  'submitting: written, the paid call not yet left',
  'submitting: the paid call arrived, its answer lost',
  'submitting: the paid call arrived, and nobody can ever tell',
  'submitting: the answer is here, not yet written',
  'rendering: written',
  'rendering: the clip is ready, not yet written',
  'delivering: written',
  'delivering: the clip kept, the post not yet written',
  'delivering: the post written, not yet sent',
  'delivering: the post sent, its answer lost',
  'delivering: the answer is here, not yet written',
  'done: written, the person not yet told',
  'done: the person told, that not yet written',
] as const;
export type Death = (typeof deaths)[number];

export interface KillableOrder {
  readonly directory: string;
  /** Ends whatever is unfinished, makes a job with this prompt and dies with it; null: ends by itself when all is done. */
  readonly death: Death | null;
}

/** What the world outside knows. */
export interface Book {
  readonly submits: readonly { readonly attempt: string; readonly prompt: string }[];
  readonly clips: readonly { readonly nonce: string; readonly prompt: string }[];
  readonly statuses: readonly { readonly prompt: string; readonly state: string; readonly id: string }[];
}

type Page = keyof Book;

export function readBook(directory: string): Book {
  return {
    submits: readPage(directory, 'submits'),
    clips: readPage(directory, 'clips'),
    statuses: readPage(directory, 'statuses'),
  };
}

function readPage<Name extends Page>(directory: string, page: Name): Book[Name][number][] {
  const path = join(directory, `${page}.jsonl`);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

function createBook(directory: string) {
  return {
    read: () => readBook(directory),
    /** On the disk when it returns. */
    write<Name extends Page>(page: Name, entry: Book[Name][number]): void {
      const file = openSync(join(directory, `${page}.jsonl`), 'a');
      writeSync(file, `${JSON.stringify(entry)}\n`);
      fsyncSync(file);
    },
  };
}

function createReaper(directory: string, wanted: Death | null) {
  return (prompt: string, death: Death): void => {
    if (prompt !== death || death !== wanted) return;
    appendFileSync(join(directory, 'deaths.jsonl'), `${JSON.stringify(death)}\n`);
    process.kill(process.pid, 'SIGKILL');
  };
}

type Reaper = ReturnType<typeof createReaper>;
type OpenBook = ReturnType<typeof createBook>;

function createBookedProvider(book: OpenBook, dieAt: Reaper): VideoProvider {
  return {
    id: 'booked',
    title: 'Booked',
    paces: [],
    slots: 'unlimited',
    pictures: [],
    offer: ({ prompt }) => ({ outcome: 'offered', model: 'booked/1', body: { prompt }, price: usd(0.28) }),
    async submit({ attempt, body }) {
      const prompt = String((body as { prompt: string }).prompt);
      dieAt(prompt, 'submitting: written, the paid call not yet left');
      book.write('submits', { attempt, prompt });
      dieAt(prompt, 'submitting: the paid call arrived, its answer lost');
      dieAt(prompt, 'submitting: the paid call arrived, and nobody can ever tell');
      return { outcome: 'accepted', ticket: { prompt } };
    },
    async lookUp(attempt) {
      const found = book.read().submits.find((submit) => submit.attempt === attempt);
      if (found?.prompt === 'submitting: the paid call arrived, and nobody can ever tell') {
        throw new Error('nobody can tell');
      }
      return found === undefined ? null : { prompt: found.prompt };
    },
    async poll() {
      return readyProgress;
    },
  };
}

function createBookedCourier(book: OpenBook, dieAt: Reaper): Courier {
  const findClip = (nonce: string) => book.read().clips.find((clip) => clip.nonce === nonce);
  return {
    platform: 'test',
    editIntervalMs: 1000,
    async showStatus(_destination, _message, { prompt, state, job }) {
      if (state === 'opening') dieAt(prompt, 'opening: accepted, the status message not yet there');
      // As the real ones do: one status message for a job, whoever opens it.
      book.write('statuses', { prompt, state, id: `status-of-${job}` });
      if (state === 'opening') dieAt(prompt, 'opening: the status message is there, its address not yet written');
      if (state === 'done') dieAt(prompt, 'done: the person told, that not yet written');
      return `status-of-${job}`;
    },
    uploadLimitBytes: async () => null,
    async post(_destination, { nonce, prompt }: ClipPost) {
      dieAt(prompt, 'delivering: the post written, not yet sent');
      book.write('clips', { nonce, prompt });
      dieAt(prompt, 'delivering: the post sent, its answer lost');
      return { outcome: 'posted', message: nonce };
    },
    find: async (_destination, { nonce }) => findClip(nonce)?.nonce ?? null,
  };
}

/** Dies before or after a line is written, whichever the line is. */
function createMortalStore(store: JobStore, dieAt: Reaper): JobStore {
  return {
    ...store,
    // Looked at again and again: nobody waits for a render here.
    history: async () => Array.from({ length: 10 }, () => 0.05),
    async opened(id, message) {
      const isOpened = await store.opened(id, message);
      const job = await store.find(id);
      if (job !== null) dieAt(job.request.prompt, 'queued: written, nobody asked yet');
      return isOpened;
    },
    async record(move) {
      const { before, after } = move;
      const { prompt } = after.request;
      const isNew = before.state !== after.state;
      const isPostNew = before.post === null && after.post !== null;
      if (isNew && after.state === 'submitting') dieAt(prompt, 'queued: a provider chosen, not yet written');
      if (isNew && after.state === 'rendering') dieAt(prompt, 'submitting: the answer is here, not yet written');
      if (isNew && after.state === 'delivering') dieAt(prompt, 'rendering: the clip is ready, not yet written');
      if (isPostNew) dieAt(prompt, 'delivering: the clip kept, the post not yet written');
      if (isNew && after.state === 'done') dieAt(prompt, 'delivering: the answer is here, not yet written');
      const written = await store.record(move);
      if (isNew && after.state === 'rendering') dieAt(prompt, 'rendering: written');
      if (isNew && after.state === 'delivering') dieAt(prompt, 'delivering: written');
      if (isNew && after.state === 'done') dieAt(prompt, 'done: written, the person not yet told');
      return written;
    },
  };
}

async function run({ directory, death }: KillableOrder): Promise<void> {
  const dieAt = createReaper(directory, death);
  const book = createBook(directory);
  const now = (): Date => new Date();
  const log = createLog({ level: 'info', write: (line) => process.stdout.write(line), secrets: [] });
  const opened = await openDatabase({ dataDirectory: directory, log });
  const clock = await openQueue({ now, onError: (fault) => log.warn('queue.fault', { ...fault }) });
  const store = createMortalStore(createJobStore({ database: opened.database, now }), dieAt);
  const provider = createBookedProvider(book, dieAt);
  const courier = createBookedCourier(book, dieAt);
  const edges: JobEdges = {
    database: opened.database,
    store,
    queue: clock,
    providers: [provider],
    traffic: createTraffic({
      database: opened.database,
      providers: [provider],
      queue: clock,
      now,
      random: Math.random,
      log,
      hide: (text) => text,
    }),
    media: createFakeMedia(),
    courierFor: () => courier,
    callBackUrl: () => undefined,
    settings: {
      deadlineMs: 600_000,
      unknownHoldMs: 1_500,
      limits: { clipsPerDay: null, concurrent: null, usdPerMonth: null },
      routing: 'order',
      publicUrl: '',
    },
    now,
    newId: uuidv7,
    random: Math.random,
    log,
    measure: noMeasures,
  };
  await store.dropClaims();
  const worker = await startWorker(clock, edges, { concurrency: 4, sweepEveryMs: 200 });
  log.info('process.ready', { url: null });
  if (death !== null) {
    const create = createCommands(edges).find(({ name }) => name === 'create');
    await create?.run({
      origin: `event:${death}`,
      asker: ann,
      destination: { platform: 'test', address: {} },
      values: { prompt: death },
      pictures: {},
    });
  }
  await eventually(async () => {
    const left = await store.unfinished(null, 100);
    return death === null && left.length === 0 ? true : new Error(`${left.length} jobs are not through`);
  }, 60_000);
  await worker.stop();
  await clock.close();
  await opened.close();
  process.exit(0);
}

const [, entry = '', order] = process.argv;
if (entry.endsWith('killable-bot.ts') && order !== undefined) await run(JSON.parse(order));
