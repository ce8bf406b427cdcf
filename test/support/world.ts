/**
 * A whole installation without an outside: a real ledger, a clock that is set by hand, a queue that rings when told,
 * a provider that plays a script, a courier that listens.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { expect, onTestFinished } from 'vitest';
import { createCommands } from '../../src/commands/all.ts';
import type { Command, CommandCall, Reply } from '../../src/commands/command.ts';
import type { OpenDatabase } from '../../src/core/database.ts';
import type { ClipPost, Courier, Posted, StatusView } from '../../src/core/delivery/delivery.ts';
import { type JobEdges, noMeasures } from '../../src/core/jobs/edges.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import type { Queue } from '../../src/core/jobs/queue.ts';
import { step } from '../../src/core/jobs/step.ts';
import { createJobStore } from '../../src/core/jobs/store.ts';
import { sweep } from '../../src/core/jobs/sweep.ts';
import { createTraffic } from '../../src/core/jobs/traffic/traffic.ts';
import { createLog } from '../../src/core/log.ts';
import type { ClipIntake, Intake, KeptFile, Media } from '../../src/core/media/media.ts';
import type { Progress, Submission, SubmitCall, VideoProvider } from '../../src/core/providers/provider.ts';
import { type Asker, isFinal, type JobId, type JsonValue, type MediaId, usd } from '../../src/core/values.ts';
import { createHandClock, type HandClock } from './hand-clock.ts';

export interface World {
  readonly edges: JobEdges;
  readonly provider: ScriptedProvider;
  readonly courier: ListeningCourier;
  readonly queue: HandQueue;
  readonly commands: readonly Command[];
  /** Lines the log wrote, parsed. */
  readonly lines: readonly Record<string, unknown>[];
  now(): Date;
  /** Moves the clock without ringing anything. */
  pass(ms: number): void;
  /** Calls a command as the given person; each call is a new event unless `origin` is given. */
  call(command: string, values?: Record<string, unknown>, about?: Partial<CommandCall>): Promise<Reply>;
  /** `/hailuo create`, and the job it made. */
  create(values?: Record<string, unknown>, about?: Partial<CommandCall>): Promise<Job>;
  job(id: JobId): Promise<Job>;
  /** Rings whatever is due, then passes to the next alarm, until the job has ended and has been told, or the time is over. */
  runUntilEnd(id: JobId, mostMs?: number): Promise<Job>;
  /** Rings everything due now, including what that makes due. */
  settle(): Promise<void>;
  /** Held and spent clips, counted from the book. */
  book(): Promise<Record<'hold' | 'settle' | 'release', number>>;
}

export interface HandQueue extends Queue {
  readonly alarms: Map<JobId, Date>;
  /** Forgets everything, as a lost Redis would. */
  lose(): void;
}

/** What the provider does next; each call takes the first of its kind, and the last one stays. */
export interface ScriptedProvider extends VideoProvider {
  readonly submits: SubmitCall[];
  readonly polls: JsonValue[];
  readonly cancels: JsonValue[];
  onSubmit(...answers: (Submission | Error)[]): void;
  onPoll(...answers: (Progress | Error)[]): void;
}

export interface ListeningCourier extends Courier {
  readonly statuses: StatusView[];
  readonly posts: ClipPost[];
  /** What stands in the channel, by nonce: what a person would see. */
  readonly clips: Map<string, ClipPost>;
  /** `lost`: it arrives, and the answer does not. */
  onPost(...answers: (Posted | 'lost' | Error)[]): void;
  failStatus(times: number): void;
}

export const ann: Asker = {
  tenant: 'test:home',
  person: 'ann',
  name: 'Ann',
  channel: 'general',
  roles: [],
  locale: 'en',
  isAdmin: false,
};

export const readyProgress: Progress = { status: 'ready', videoUrl: 'https://clips.example/clip.mp4' };

export function createScriptedProvider(id = 'scripted', extras: Partial<VideoProvider> = {}): ScriptedProvider {
  let submissions: (Submission | Error)[] = [{ outcome: 'accepted', ticket: { id: 'ticket' } }];
  let progresses: (Progress | Error)[] = [readyProgress];
  const next = <Answer>(answers: Answer[]): Answer => {
    const [first] = answers;
    if (first === undefined) throw new Error('the script is over');
    if (answers.length > 1) answers.shift();
    return first;
  };
  const provider: ScriptedProvider = {
    id,
    title: `Provider ${id}`,
    pictures: [{ route: 'upload', maxBytes: 20e6, types: ['image/jpeg', 'image/png', 'image/webp'] }],
    paces: [],
    slots: 'unlimited',
    submits: [],
    polls: [],
    cancels: [],
    offer: (request) => ({
      outcome: 'offered',
      model: request.model,
      body: { prompt: request.prompt },
      price: usd(0.28),
    }),
    async submit(call) {
      provider.submits.push(call);
      const answer = next(submissions);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    async poll(ticket) {
      provider.polls.push(ticket);
      const answer = next(progresses);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    upload: async ({ path }) => `uploaded:${path}`,
    onSubmit: (...answers) => {
      submissions = answers;
    },
    onPoll: (...answers) => {
      progresses = answers;
    },
    ...extras,
  };
  return provider;
}

function createListeningCourier(): ListeningCourier {
  let posted: (Posted | 'lost' | Error)[] = [];
  let statusFailures = 0;
  let messages = 0;
  const courier: ListeningCourier = {
    platform: 'test',
    editIntervalMs: 5000,
    statuses: [],
    posts: [],
    clips: new Map(),
    async showStatus(_destination, message, view) {
      if (statusFailures > 0) {
        statusFailures -= 1;
        throw new Error('the platform is away');
      }
      courier.statuses.push(view);
      messages += 1;
      return message ?? `status-${messages}`;
    },
    uploadLimitBytes: async () => null,
    async post(_destination, clip) {
      courier.posts.push(clip);
      const answer = posted.shift() ?? { outcome: 'posted', message: `clip-${courier.posts.length}` };
      if (answer instanceof Error) throw answer;
      if (answer === 'lost') {
        courier.clips.set(clip.nonce, clip);
        throw new Error('the answer never came');
      }
      if (answer.outcome === 'posted') courier.clips.set(clip.nonce, clip);
      return answer;
    },
    find: async (_destination, { nonce }) => (courier.clips.has(nonce) ? `found-${nonce}` : null),
    onPost: (...answers) => {
      posted = answers;
    },
    failStatus: (times) => {
      statusFailures = times;
    },
  };
  return courier;
}

/** Keeps nothing: every clip is the same one, every picture is fine. */
export function createFakeMedia(clips: (ClipIntake | Error)[] = []): Media {
  const file = (kind: KeptFile['kind'], name: string): KeptFile => ({
    id: createHash('sha256').update(name).digest('hex') as MediaId,
    kind,
    type: kind === 'clip' ? 'video/mp4' : 'image/jpeg',
    bytes: 5_000_000,
    width: 1366,
    height: 768,
    ...(kind === 'clip' && { seconds: 6 }),
  });
  const known = new Map(
    [file('clip', 'clip'), file('poster', 'poster'), file('picture', 'picture')].map((kept) => [kept.id, kept]),
  );
  return {
    takeIn: async (picture): Promise<Intake> =>
      picture.from === 'url' && picture.url.endsWith('.txt')
        ? { outcome: 'refused', problem: { kind: 'not-a-picture', what: 'text file' }, detail: 'text' }
        : { outcome: 'kept', picture: file('picture', 'picture') },
    async keepClip() {
      const answer = clips.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? { outcome: 'kept', clip: file('clip', 'clip'), poster: file('poster', 'poster') };
    },
    lastFrame: async () => file('picture', 'picture'),
    fit: async (_clip, maxBytes) => (maxBytes < 100_000 ? null : { ...file('clip', 'small'), bytes: maxBytes }),
    find: async (id) => known.get(id) ?? null,
    pathOf: ({ id }) => `/media/${id}`,
    link: (id, expiresAt) => `/media/${id}?expires=${expiresAt.getTime()}`,
  };
}

export interface WorldOptions {
  readonly providers?: readonly ScriptedProvider[];
  /** Real ones, in place of the scripted. */
  readonly services?: readonly VideoProvider[];
  readonly callBackUrl?: JobEdges['callBackUrl'];
  /** One that others are told the time by as well. */
  readonly clock?: HandClock;
  /** Default: always the middle. */
  readonly random?: () => number;
  readonly media?: Media;
  readonly settings?: Partial<JobEdges['settings']>;
}

function earlier(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}

async function forgetTraffic({ database }: OpenDatabase): Promise<void> {
  await sql`delete from provider_breakers`.execute(database);
  await sql`delete from provider_lines`.execute(database);
  await sql`delete from provider_paces`.execute(database);
}

/** @param opened shared by a test file; each world uses a tenant of its own */
export function createWorld(opened: OpenDatabase, options: WorldOptions = {}): World {
  const clock = options.clock ?? createHandClock();
  let ids = 0;
  const worldId = Math.random().toString(16).slice(2, 10).padStart(8, '0');
  const asker: Asker = { ...ann, tenant: `test:${worldId}` };
  const { now } = clock;
  const lines: Record<string, unknown>[] = [];
  const alarms = new Map<JobId, Date>();
  const queue: HandQueue = {
    alarms,
    async wake(id, at) {
      const earlier = alarms.get(id);
      if (earlier === undefined || at < earlier) alarms.set(id, at);
    },
    lose: () => alarms.clear(),
  };
  const scripted = options.providers ?? [createScriptedProvider()];
  const provider = scripted[0];
  if (provider === undefined) throw new Error('a world needs a provider');
  const providers: readonly VideoProvider[] = options.services ?? scripted;
  const courier = createListeningCourier();
  const log = createLog({ level: 'debug', write: (line) => lines.push(JSON.parse(line)), secrets: [] });
  const random = options.random ?? (() => 0.5);
  const traffic = createTraffic({
    database: opened.database,
    providers,
    queue,
    now,
    random,
    log,
    hide: (text) => text,
  });
  // The next world's providers have the same names, and none of this one's troubles.
  if (expect.getState().currentTestName !== undefined) onTestFinished(() => forgetTraffic(opened));
  const edges: JobEdges = {
    database: opened.database,
    store: createJobStore({ database: opened.database, now }),
    queue,
    providers,
    traffic,
    media: options.media ?? createFakeMedia(),
    courierFor: ({ platform }) => (platform === 'test' ? courier : undefined),
    callBackUrl: options.callBackUrl ?? (() => undefined),
    settings: {
      deadlineMs: 1_800_000,
      unknownHoldMs: 600_000,
      limits: { clipsPerDay: 10, concurrent: 2, usdPerMonth: null },
      routing: 'order',
      publicUrl: '',
      ...options.settings,
    },
    now,
    newId: () => {
      ids += 1;
      const ms = now().getTime().toString(16).padStart(12, '0');
      return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-${worldId}${ids.toString(16).padStart(4, '0')}`;
    },
    random,
    log,
    measure: noMeasures,
  };
  const commands = createCommands(edges);

  async function settle(): Promise<void> {
    await clock.ring();
    for (let rounds = 0; rounds < 200; rounds += 1) {
      const due = [...alarms].filter(([, at]) => at <= now());
      if (due.length === 0) return;
      for (const [id] of due) {
        alarms.delete(id);
        await step(id, edges);
      }
    }
    throw new Error('the alarms never come to rest');
  }

  async function readJob(id: JobId): Promise<Job> {
    const job = await edges.store.find(id);
    if (job === null) throw new Error(`there is no job ${id}`);
    return job;
  }

  const world: World = {
    edges,
    provider,
    courier,
    queue,
    commands,
    lines,
    now,
    pass: clock.pass,
    async call(name, values = {}, about = {}) {
      const command = commands.find((candidate) => candidate.name === name);
      if (command === undefined) throw new Error(`there is no command ${name}`);
      return command.run({
        origin: `event:${edges.newId()}`,
        asker,
        destination: { platform: 'test', address: { channel: 'general' } },
        values,
        pictures: {},
        ...about,
      });
    },
    async create(values = { prompt: 'a paper boat' }, about = {}) {
      const reply = await world.call('create', values, about);
      if (reply.kind !== 'started') throw new Error(`not started: ${JSON.stringify(reply)}`);
      return readJob(reply.job);
    },
    job: readJob,
    settle,
    async runUntilEnd(id, mostMs = 4_000_000) {
      const end = now().getTime() + mostMs;
      for (;;) {
        await settle();
        const job = await readJob(id);
        if (isFinal(job.state) && job.wakeAt === null) return job;
        const next = earlier(alarms.get(id), clock.next());
        // Nothing set an alarm: the sweep finds it, as it does in a running worker.
        clock.pass(next === undefined ? 10_000 : Math.max(0, next.getTime() - now().getTime()));
        if (next === undefined) await sweep(edges);
        if (now().getTime() > end) return job;
      }
    },
    async book() {
      const rows = await opened.database
        .selectFrom('quota_entries')
        .select(['kind', ({ fn }) => fn.sum<number>('clips').as('clips')])
        .where('tenant', '=', asker.tenant)
        .groupBy('kind')
        .execute();
      const count = (kind: string): number => Number(rows.find((row) => row.kind === kind)?.clips ?? 0);
      return { hold: count('hold'), settle: count('settle'), release: count('release') };
    },
  };
  return world;
}
