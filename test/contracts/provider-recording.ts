/**
 * A provider's recording, and the stage it is played on. A recording is a list of scenes: a situation, what is asked of
 * the provider, the calls it must make and their answers. A provider without HTTP is steered by its prompts instead:
 * its scenes have no exchanges, and the same stage proves that it stays off the network.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dispatcher, MockAgent } from 'undici';
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createHttp } from '../../src/core/http.ts';
import type {
  CallBackReading,
  Cancellation,
  Offer,
  Progress,
  SealedProvider,
  Submission,
  VideoProvider,
} from '../../src/core/providers/provider.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../../src/core/request.ts';
import { createStrangerGuard, type StrangerGuard } from '../../src/core/stranger-guard.ts';
import type { AttemptId, JsonValue, MediaId } from '../../src/core/values.ts';
import { reasonOf } from '../support/said.ts';

/** Every situation a provider can be in. A recording shows each, or says why it never comes. */
export const situations = [
  'offered-from-text',
  'offered-from-picture',
  'offered-first-and-last',
  'impossible',
  'accepted',
  'accepted-with-pictures',
  'accepted-with-call-back',
  'refused-moderation',
  'refused-bad-input',
  'refused-no-credit',
  'refused-bad-key',
  'refused-rate-limited',
  'refused-unavailable',
  'submit-unclear',
  'waiting',
  'rendering',
  'unknown-word',
  'ready',
  'failed',
  'failed-moderation',
  'was-cancelled',
  'gone',
  'clip-missing',
  'look-disturbed',
  'look-refused',
  'cancel-stopped',
  'cancel-asked',
  'cancel-too-late',
  'uploaded',
  'upload-disturbed',
  'upload-refused',
  'looked-up',
  'called-back',
  'call-back-forged',
  'call-back-answered',
  'inspected',
  'inspected-and-refused',
] as const;
export type Situation = (typeof situations)[number];

const exchangeSchema = z.strictObject({
  expect: z.strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
    /** Whole, query included. */
    url: z.url(),
    /** Compared exactly, each as far as it is named. */
    headers: z.record(z.string(), z.string()).optional(),
    /** True for a call that must not carry the key. */
    isAnonymous: z.boolean().optional(),
    /** The whole body, in one of its forms; none: no body. A form's files are given as `<type> <text>`. */
    json: z.json().optional(),
    text: z.string().optional(),
    form: z.record(z.string(), z.string()).optional(),
  }),
  answer: z.strictObject({
    status: z.int(),
    headers: z.record(z.string(), z.string()).optional(),
    json: z.json().optional(),
    text: z.string().optional(),
  }),
});
export type Exchange = z.output<typeof exchangeSchema>;

const requestSchema = z.strictObject({
  prompt: z.string().optional(),
  model: z.enum(modelNames).optional(),
  seconds: z.literal(clipSeconds).optional(),
  resolution: z.enum(resolutions).optional(),
  enhance: z.boolean().optional(),
  /** Addresses as `submit` is given them. */
  firstFrame: z.string().optional(),
  lastFrame: z.string().optional(),
});

const sceneSchema = z.strictObject({
  situation: z.enum(situations),
  /** What it shows, with the section of the sheet. */
  note: z.string(),
  /** Over the usual request. A scene after the submit is played on the first accepted scene's job. */
  request: requestSchema.optional(),
  callBackUrl: z.url().optional(),
  /** Let pass on the stage's clock between the submit and what follows. */
  afterSeconds: z.number().optional(),
  /** Cancelled by us before the look. */
  isCancelledFirst: z.boolean().optional(),
  picture: z.strictObject({ type: z.string(), text: z.string() }).optional(),
  callBack: z.strictObject({ headers: z.record(z.string(), z.string()), body: z.string() }).optional(),
  exchanges: z.array(exchangeSchema).default([]),
  /** Must be found in what the provider returned. */
  expected: z.json().optional(),
});
export type Scene = z.output<typeof sceneSchema>;

export const recordingSchema = z.strictObject({
  source: z.string(),
  environment: z.record(z.string(), z.string()),
  /** The exact header of every call that is not anonymous. */
  authorization: z.string().optional(),
  now: z.iso.datetime(),
  /** Situations that never come, each with the reason. */
  never: z.partialRecord(z.enum(situations), z.string()),
  scenes: z.array(sceneSchema),
});
export type Recording = z.output<typeof recordingSchema>;

/** How an exchange ends in place of its recorded answer. */
export type Disturbance = 'not-sent' | 'lost' | 'cut' | 'gateway-page';

export interface Stage {
  readonly provider: VideoProvider;
  readonly logged: readonly { readonly event: string; readonly fields: Readonly<Record<string, JsonValue>> }[];
  /** The next calls must be these, in this order; the last may be disturbed. */
  expectCalls(exchanges: readonly Exchange[], disturbance?: Disturbance): void;
  passSeconds(seconds: number): void;
  /** Fails on any call that differed, was not recorded, or never came. */
  assertPlayed(): void;
}

export function openStage(definition: SealedProvider, recording: Recording): Stage {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const awaited: { readonly exchange: Exchange; readonly disturbance?: Disturbance }[] = [];
  const problems: string[] = [];
  const logged: { event: string; fields: Readonly<Record<string, JsonValue>> }[] = [];
  const scratchDirectory = join(tmpdir(), `provider-exam-${randomUUID()}`);
  let time = Date.parse(recording.now);
  onTestFinished(async () => {
    await agent.close();
    await rm(scratchDirectory, { recursive: true, force: true });
  });

  agent
    .get(/./)
    .intercept({ path: () => true, method: () => true })
    .reply(async (sent) => {
      const next = awaited.shift();
      const line = `${sent.method} ${sent.origin}${sent.path}`;
      if (!next) {
        problems.push(`not recorded: ${line}`);
        return { statusCode: 500, data: 'not recorded' };
      }
      try {
        await compare(sent as SentCall, next.exchange, recording.authorization);
      } catch (error) {
        problems.push(`${line} differs from its recording: ${error instanceof Error ? error.message : error}`);
      }
      return answerFor(next.exchange, next.disturbance);
    })
    .persist();

  const provider = definition.connect(recording.environment, {
    http: createHttp({ dispatcher: agent, guard: guardOver(agent) }),
    now: () => new Date(time),
    scratchDirectory,
    log: (event, fields) => void logged.push({ event, fields }),
  });
  return {
    provider,
    logged,
    expectCalls(exchanges, disturbance) {
      exchanges.forEach((exchange, index) => {
        const isLast = index === exchanges.length - 1;
        awaited.push({ exchange, ...(isLast && disturbance && { disturbance }) });
      });
    },
    passSeconds(seconds) {
      time += seconds * 1000;
    },
    assertPlayed() {
      const missing = awaited.map(({ exchange }) => `never called: ${exchange.expect.method} ${exchange.expect.url}`);
      if (problems.length + missing.length > 0) expect.fail([...problems, ...missing].join('\n'));
    },
  };
}

interface SentCall {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

async function compare(sent: SentCall, { expect: wanted }: Exchange, authorization: string | undefined): Promise<void> {
  expect(`${sent.method} ${sent.origin}${sent.path}`).toBe(`${wanted.method} ${wanted.url}`);
  expect(sent.headers.authorization).toBe(wanted.isAnonymous ? undefined : authorization);
  for (const [name, value] of Object.entries(wanted.headers ?? {}))
    expect({ [name]: sent.headers[name] }).toEqual({ [name]: value });

  const bytes = Buffer.from(sent.body ?? '');
  if (wanted.json !== undefined) expect(JSON.parse(bytes.toString())).toEqual(wanted.json);
  else if (wanted.form) expect(await readForm(bytes, sent.headers['content-type'] ?? '')).toEqual(wanted.form);
  else expect(bytes.toString()).toBe(wanted.text ?? '');
}

async function readForm(bytes: Buffer<ArrayBuffer>, type: string): Promise<Record<string, string>> {
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
  const fields: Record<string, string> = {};
  for (const [name, value] of form)
    fields[name] = typeof value === 'string' ? value : `${value.type} ${await value.text()}`;
  return fields;
}

function answerFor({ answer }: Exchange, disturbance: Disturbance | undefined) {
  const recorded = answer.json === undefined ? (answer.text ?? '') : JSON.stringify(answer.json);
  switch (disturbance) {
    case undefined:
      return { statusCode: answer.status, data: recorded, responseOptions: { headers: answer.headers ?? {} } };
    case 'not-sent':
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    case 'lost':
      // The one loss a mocked connection can suffer after its request has left: more than anyone will read.
      return {
        statusCode: answer.status,
        data: '{',
        responseOptions: { headers: { 'content-length': '999999999999' } },
      };
    case 'cut':
      return { statusCode: 200, data: recorded.slice(0, recorded.length / 2) };
    case 'gateway-page':
      return { statusCode: 502, data: '<html><body>Bad gateway</body></html>' };
  }
}

/** What a scene led to. */
export type Outcome =
  | { readonly verb: 'offer'; readonly returned: Offer }
  | { readonly verb: 'submit'; readonly returned: Submission }
  | { readonly verb: 'poll'; readonly returned: Progress }
  | { readonly verb: 'cancel'; readonly returned: Cancellation }
  | { readonly verb: 'upload'; readonly returned: string }
  | { readonly verb: 'lookUp'; readonly returned: JsonValue | null }
  | { readonly verb: 'readCallBack'; readonly returned: CallBackReading }
  | { readonly verb: 'threw'; readonly error: unknown };

const attempt = '01936f2e-7c00-7000-8000-000000000001' as AttemptId;

function keptPicture(): NonNullable<VideoRequest['firstFrame']> {
  return { id: 'ab'.repeat(32) as MediaId, kind: 'picture', type: 'image/png', bytes: 1000, width: 1280, height: 720 };
}

export function requestOf(scene: Pick<Scene, 'request'>): VideoRequest {
  const { firstFrame, lastFrame, ...choices } = scene.request ?? {};
  const usual = {
    prompt: 'A paper boat on a rainy street',
    model: '2.3',
    seconds: 6,
    resolution: '768P',
    enhance: true,
  };
  return {
    ...usual,
    ...choices,
    ...(firstFrame && { firstFrame: keptPicture() }),
    ...(lastFrame && { lastFrame: keptPicture() }),
  } as VideoRequest;
}

/** Offers and submits a scene's request; its exchanges are awaited already. */
export async function submitScene({ provider }: Stage, scene: Scene): Promise<Submission> {
  const offer = provider.offer(requestOf(scene));
  if (offer.outcome === 'impossible') return expect.fail(`${scene.note}: ${reasonOf(offer)}`);
  return provider.submit({
    attempt,
    model: offer.model,
    body: JSON.parse(JSON.stringify(offer.body)),
    ...(scene.request?.firstFrame && { firstFrame: scene.request.firstFrame }),
    ...(scene.request?.lastFrame && { lastFrame: scene.request.lastFrame }),
    ...(scene.callBackUrl && { callBackUrl: scene.callBackUrl }),
  });
}

/** The ticket of the recording's first accepted job, as the database would hand it back. */
export async function ticketFor(stage: Stage, recording: Recording, scene: Scene): Promise<JsonValue> {
  const first =
    recording.scenes.find(({ situation }) => situation === 'accepted') ?? expect.fail('nothing is accepted');
  stage.expectCalls(first.exchanges);
  const submission = await submitScene(stage, { ...first, request: { ...first.request, ...scene.request } });
  if (submission.outcome === 'refused') return expect.fail(submission.failure.detail);
  stage.passSeconds(scene.afterSeconds ?? 0);
  return JSON.parse(JSON.stringify(submission.ticket));
}

/** The real guard's judgement, with every name on the open internet; what it lets pass goes to the stage. */
function guardOver(stage: Dispatcher): StrangerGuard {
  const real = createStrangerGuard({ allowPrivate: [], resolve: async () => ['93.184.216.34'] });
  return {
    async open(url, deadline) {
      const way = await real.open(url, deadline);
      await way.close();
      return { dispatcher: stage, close: async () => {} };
    },
  };
}
