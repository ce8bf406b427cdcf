/** The simulated ToAPIs says what the sheet says, and our provider gets along with it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { AnswerLostError, createHttp, NotSentError } from '../../src/core/http.ts';
import { CallRefusedError, type SubmitCall, type VideoProvider } from '../../src/core/providers/provider.ts';
import { toapis } from '../../src/core/providers/toapis.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../../src/core/request.ts';
import { createStrangerGuard } from '../../src/core/stranger-guard.ts';
import type { AttemptId, JsonValue, MediaId } from '../../src/core/values.ts';
import { type Simulation, startSimulation } from '../../src/simulate/server.ts';
import { createToAPIs, type SimulatedToAPIs, toapisErrors } from '../../src/simulate/toapis.ts';
import { reasonOf } from '../support/said.ts';

const clip = Buffer.from('\0\0\0\x18ftypmp42 no more than a beginning');
const clock = { aheadMs: 0 };
const now = () => new Date(Date.now() + clock.aheadMs);

let service: SimulatedToAPIs;
let simulation: Simulation;

beforeEach(async () => {
  clock.aheadMs = 0;
  service = createToAPIs({ clip, now });
  simulation = await startSimulation(service);
});
afterEach(() => simulation.close());

/** As much of an answer as the tests ask by name. */
const anything = z.looseObject({
  id: z.string().optional(),
  created_at: z.number().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});

describe('the service', () => {
  const text = { model: 'MiniMax-Hailuo-2.3', prompt: 'rain' };
  const first = 'https://example.com/first.jpg';
  const last = { metadata: { last_frame_image: 'https://example.com/last.jpg' } };

  async function call(method: string, path: string, body?: unknown, key = simulation.environment.TOAPIS_API_KEY) {
    const response = await fetch(simulation.origin + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: anything.parse(await response.json()) };
  }
  const submit = (body: unknown) => call('POST', '/v1/videos/generations', body);

  test('answers a submit and every look as §4 and §5 print it', async () => {
    service.renders.plan({ queueMs: 1000, renderMs: 1000 });
    const { json: accepted } = await submit({ ...text, client_business_id: 'order-1' });
    expect(accepted).toEqual({
      id: expect.stringMatching(/^vid_/),
      object: 'generation.task',
      model: 'MiniMax-Hailuo-2.3',
      status: 'queued',
      progress: 0,
      created_at: expect.any(Number),
      metadata: {},
    });
    const look = async (id = '') => (await call('GET', `/v1/videos/generations/${id}`)).json;
    expect(await look(accepted.id)).toMatchObject({ status: 'queued', progress: 0, client_business_id: 'order-1' });
    clock.aheadMs = 1500;
    expect(await look(accepted.id)).toMatchObject({ status: 'in_progress', progress: 65 });
    clock.aheadMs = 2500;
    expect(await look('order-1')).toEqual({
      id: accepted.id,
      client_business_id: 'order-1',
      object: 'generation.task',
      model: 'MiniMax-Hailuo-2.3',
      status: 'completed',
      progress: 100,
      created_at: accepted.created_at,
      completed_at: expect.any(Number),
      expires_at: expect.any(Number),
      result: {
        type: 'video',
        data: [{ url: `${simulation.origin}/files/clips/${accepted.id}.mp4`, format: 'mp4' }],
      },
    });
  });

  test('a failed task is told under HTTP 200, and moderation has no code of its own', async () => {
    for (const ending of ['failed', 'moderated'] as const) {
      service.renders.plan({ ending });
      const { json: accepted } = await submit(text);
      const { status, json } = await call('GET', `/v1/videos/generations/${accepted.id}`);
      expect(status).toBe(200);
      expect(json).toMatchObject({ status: 'failed', progress: 0, error: { code: 'generation_failed' } });
      expect(/policy/.test(json.error?.message ?? '')).toBe(ending === 'moderated');
    }
  });

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['an unknown model', { ...text, model: 'MiniMax-Hailuo-9' }],
    ['a model in another case', { ...text, model: 'minimax-hailuo-2.3' }],
    ['no prompt', { model: text.model }],
    ['a prompt of 2001 characters', { ...text, prompt: 'x'.repeat(2001) }],
    ['the length as a string', { ...text, duration: '6' }],
    ['another length', { ...text, duration: 5 }],
    ['a resolution in lower case', { ...text, resolution: '768p' }],
    ['512P on 2.3', { ...text, resolution: '512P' }],
    ['10 seconds in 1080P', { ...text, duration: 10, resolution: '1080P' }],
    ['a data URI', { ...text, image_urls: ['data:image/png;base64,AA=='] }],
    ['one picture, not in a list', { ...text, image_urls: first }],
    ['two pictures', { ...text, image_urls: [first, first] }],
    ['the optimiser at the top', { ...text, prompt_optimizer: true }],
    ['the optimiser as a string', { ...text, metadata: { prompt_optimizer: 'true' } }],
    ['the call-back at the top', { ...text, callback_url: 'https://bot.example/' }],
    ['a last frame on 2.3', { ...text, image_urls: [first], ...last }],
    ['2.3-Fast without a picture', { ...text, model: 'MiniMax-Hailuo-2.3-Fast' }],
    ['02 without a prompt or a picture', { model: 'MiniMax-Hailuo-02' }],
    ['02 in 512P from text', { ...text, model: 'MiniMax-Hailuo-02', resolution: '512P' }],
    ['a last frame in 512P', { model: 'MiniMax-Hailuo-02', resolution: '512P', image_urls: [first], ...last }],
    ['a last frame alone', { ...text, model: 'MiniMax-Hailuo-02', ...last }],
  ])('refuses %s', async (_name, body) => {
    const { status, json } = await submit(body);
    expect({ status, json }).toEqual({
      status: 400,
      json: { error: { code: 'invalid_request', message: expect.stringMatching(/./) } },
    });
    expect(service.renders.jobs).toEqual([]);
  });

  test('takes the examples of the page, and 02 from a picture without words', async () => {
    const optimised = { metadata: { prompt_optimizer: true, fast_pretreatment: true } };
    for (const body of [
      { ...text, duration: 6, resolution: '1080P' },
      { ...text, duration: 10, resolution: '768P', ...optimised },
      { model: 'MiniMax-Hailuo-2.3-Fast', prompt: 'a walk', image_urls: [first], duration: 6, resolution: '768P' },
      { model: 'MiniMax-Hailuo-02', image_urls: [first], ...last },
    ]) {
      expect(await submit(body)).toMatchObject({ status: 200 });
    }
  });

  test('knows its own key, its own tasks and its own paths', async () => {
    expect(await call('GET', '/v1/balance', undefined, 'sk-other')).toEqual({
      status: 401,
      json: { error: { code: 401, message: expect.any(String), type: 'authentication_error' } },
    });
    for (const path of ['/v1/videos/generations/vid_none', '/v1/nothing']) {
      expect(await call('GET', path)).toMatchObject({
        status: 404,
        json: { error: { code: 404, type: 'not_found_error' } },
      });
    }
  });

  test('refuses an upload in its own shape', async () => {
    const form = new FormData();
    form.set('file', new File(['x'], 'picture.tiff', { type: 'image/tiff' }));
    for (const body of [form, 'no form']) {
      const headers = { authorization: `Bearer ${simulation.environment.TOAPIS_API_KEY}` };
      const response = await fetch(`${simulation.origin}/v1/uploads/images`, { method: 'POST', headers, body });
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({ success: false, message: expect.any(String) });
    }
  });
});

describe('our provider', () => {
  let provider: VideoProvider;
  let logged: string[];

  beforeEach(() => {
    logged = [];
    provider = connect();
  });

  function connect(extra: Readonly<Record<string, string>> = {}): VideoProvider {
    const guard = createStrangerGuard({ allowPrivate: [new URL(simulation.origin).host] });
    return toapis.connect(
      { ...simulation.environment, ...extra },
      { http: createHttp({ guard }), now, scratchDirectory: tmpdir(), log: (event) => logged.push(event) },
    );
  }

  const request: VideoRequest = { prompt: 'rain', model: '2.3', seconds: 6, resolution: '768P', enhance: true };

  function callFor(part: Partial<SubmitCall> = {}, wanted: Partial<VideoRequest> = {}): SubmitCall {
    const offer = provider.offer({ ...request, ...wanted });
    if (offer.outcome === 'impossible') return expect.fail(reasonOf(offer));
    return { attempt: uuidv7() as AttemptId, model: offer.model, body: offer.body, ...part };
  }
  async function ticketOf(part: Partial<SubmitCall> = {}): Promise<JsonValue> {
    const submission = await provider.submit(callFor(part));
    return submission.outcome === 'accepted' ? submission.ticket : expect.fail(submission.failure.detail);
  }
  const lookUp = (attempt: AttemptId) => provider.lookUp?.(attempt) ?? expect.fail('it cannot look up');

  async function uploadOf(type: string, bytes: Uint8Array): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'toapis-'));
    try {
      const path = join(directory, 'picture');
      await writeFile(path, bytes);
      return (await provider.upload?.({ path, type, bytes: bytes.length })) ?? expect.fail('no upload');
    } finally {
      await rm(directory, { recursive: true });
    }
  }

  test('whatever it offers is taken', async () => {
    const picture = { id: 'a' as MediaId, kind: 'picture', type: 'image/png', bytes: 1, width: 9, height: 9 } as const;
    const address = 'https://example.com/picture.png';
    const requests = modelNames.flatMap((model) =>
      resolutions.flatMap((resolution) =>
        clipSeconds.flatMap((seconds) =>
          [{}, { firstFrame: picture }, { firstFrame: picture, lastFrame: picture }].map((pictures) => ({
            ...request,
            ...pictures,
            model,
            resolution,
            seconds,
          })),
        ),
      ),
    );
    for (const wanted of requests) {
      if (provider.offer(wanted).outcome === 'impossible') continue;
      const { firstFrame, lastFrame } = wanted as Partial<VideoRequest>;
      const frames = { ...(firstFrame && { firstFrame: address }), ...(lastFrame && { lastFrame: address }) };
      expect(await provider.submit(callFor(frames, wanted))).toMatchObject({ outcome: 'accepted' });
    }
    expect(service.renders.jobs).toHaveLength(20);
  });

  test('walks a clip from picture to link', async () => {
    const firstFrame = await uploadOf('image/webp', Buffer.from('RIFF'));
    expect(Buffer.from(await (await fetch(firstFrame)).arrayBuffer())).toEqual(Buffer.from('RIFF'));
    const ready = await provider.poll(await ticketOf({ firstFrame }));
    expect(ready).toMatchObject({ status: 'ready', endedAt: expect.any(Date) });
    const url = ready.status === 'ready' ? (ready.videoUrl ?? '') : '';
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(clip);
    expect(simulation.calls.map(({ operation }) => operation)).toEqual([
      'upload',
      'uploaded',
      'submit',
      'status',
      'clip',
    ]);
    expect(service.renders.jobs[0]?.input).toMatchObject({ image_urls: [firstFrame] });
  });

  test('says why a picture was turned away', async () => {
    const refused = await uploadOf('image/tiff', Buffer.from('II')).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CallRefusedError);
    expect(refused).toMatchObject({ failure: { kind: 'bad-input', charged: 'no' } });
    await expect(uploadOf('image/png', Buffer.alloc(10 * 1024 * 1024 + 1))).rejects.toThrow(/larger than 10 MB/);
  });

  test('sees every stage, an unknown word among them', async () => {
    service.renders.plan({ queueMs: 60_000 });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'waiting' });
    service.renders.plan({ renderMs: 60_000 });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'rendering', fraction: 0.65 });
    service.renders.plan({ renderMs: 60_000, statusWord: 'polishing' });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'rendering' });
    expect(logged).toEqual(['unknown-status']);
  });

  test.each([
    ['moderated', { kind: 'moderation', charged: 'unknown' }],
    ['failed', { kind: 'unavailable', charged: 'unknown' }],
  ] as const)('a task that ends %s', async (ending, failure) => {
    service.renders.plan({ ending });
    expect(await provider.poll(await ticketOf())).toMatchObject({ status: 'failed', failure });
  });

  test.each([
    ['moderation', 'moderation'],
    ['badInput', 'bad-input'],
    ['badKey', 'bad-key'],
    ['noCredit', 'no-credit'],
    ['rateLimited', 'rate-limited'],
    ['unavailable', 'unavailable'],
  ] as const)('%s at the submit is a free refusal', async (error, kind) => {
    simulation.order('submit', { fault: 'answer', reply: service.errors[error] });
    expect(await provider.submit(callFor())).toMatchObject({ outcome: 'refused', failure: { kind, charged: 'no' } });
    expect(service.renders.jobs).toEqual([]);
  });

  test('looks that are turned away or lost say nothing about the task', async () => {
    const ticket = await ticketOf();
    simulation.order('status', { fault: 'answer', reply: toapisErrors.rateLimited });
    await expect(provider.poll(ticket)).rejects.toMatchObject({
      failure: { kind: 'rate-limited', retryAfterMs: 7000 },
    });
    simulation.order('status', { fault: 'answer', reply: { status: 502, bytes: Buffer.from('<html>') } });
    await expect(provider.poll(ticket)).rejects.toThrow(/502/);
    simulation.order('status', { fault: 'wait', ms: 30 });
    expect(await provider.poll(ticket)).toMatchObject({ status: 'ready' });
    expect(await provider.poll({ id: 'vid_none' })).toMatchObject({ failure: { kind: 'not-found' } });
  });

  test('a lost answer is found again by the attempt', async () => {
    const attempt = uuidv7() as AttemptId;
    simulation.order('submit', { fault: 'lose-answer' });
    await expect(provider.submit(callFor({ attempt }))).rejects.toBeInstanceOf(AnswerLostError);
    expect(await lookUp(attempt)).toEqual({ id: service.renders.jobs[0]?.id });

    const next = uuidv7() as AttemptId;
    simulation.order('submit', { fault: 'answer', reply: toapisErrors.fault, afterwards: true });
    await expect(provider.submit(callFor({ attempt: next }))).rejects.toBeInstanceOf(AnswerLostError);
    expect(await lookUp(next)).toEqual({ id: service.renders.jobs[1]?.id });
  });

  test('a submit that never arrived is certain only when it is old, and references were seen kept', async () => {
    const attempt = uuidv7() as AttemptId;
    simulation.order('submit', { fault: 'cut' });
    await expect(provider.submit(callFor({ attempt }))).rejects.toBeInstanceOf(AnswerLostError);
    await expect(lookUp(attempt)).rejects.toThrow(/under way/);
    clock.aheadMs = 121_000;
    await expect(lookUp(attempt)).rejects.toThrow(/never seen to keep/);
    await provider.poll(await ticketOf());
    expect(await lookUp(attempt)).toBeNull();
  });

  test('where references are forgotten, a paid task is never taken for one that did not arrive', async () => {
    service.forgetReferences();
    const attempt = uuidv7() as AttemptId;
    simulation.order('submit', { fault: 'lose-answer' });
    await expect(provider.submit(callFor({ attempt }))).rejects.toBeInstanceOf(AnswerLostError);
    await provider.poll(await ticketOf());
    clock.aheadMs = 600_000;
    await expect(lookUp(attempt)).rejects.toThrow(/never seen to keep/);
  });

  describe('called back', () => {
    let callBackUrl: string;
    let readings: string[];
    let closeReceiver: () => Promise<unknown>;

    beforeEach(async () => {
      readings = [];
      const receiver = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, `${value}`]));
        const reading = await provider.readCallBack?.({ headers, rawBody: Buffer.concat(chunks) });
        readings.push(reading?.outcome ?? 'none');
        if (reading?.outcome === 'genuine') expect(reading.ticket).toEqual({ id: service.renders.jobs.at(-1)?.id });
        response.writeHead(reading?.outcome === 'genuine' ? 200 : 401).end();
      });
      await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
      callBackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/callbacks/toapis/1/secret`;
      closeReceiver = () => new Promise((closed) => receiver.close(closed));
    });
    afterEach(() => closeReceiver());

    test('twice, late, and by a forger', async () => {
      service.renders.plan({ callBacks: [{ signature: 'genuine' }, { signature: 'genuine', delayMs: 40 }] });
      await ticketOf({ callBackUrl });
      expect(service.renders.jobs[0]?.callBackUrl).toBe(callBackUrl);
      await vi.waitFor(() => expect(readings).toEqual(['genuine', 'genuine']));
      service.renders.plan({ callBacks: [{ signature: 'forged' }] });
      await ticketOf({ callBackUrl });
      await vi.waitFor(() => expect(service.renders.callBackAnswers).toEqual([200, 200, 401]));
    });

    test('before the submit is answered, and about a failure', async () => {
      service.renders.plan({ ending: 'failed', callBacks: [{ signature: 'genuine', when: 'early' }] });
      await ticketOf({ callBackUrl });
      expect(readings).toEqual(['genuine']);
    });

    test('with the old secret and the new one after a rotation, and with a stranger’s after a second', async () => {
      service.rotateSecret();
      await ticketOf({ callBackUrl });
      await vi.waitFor(() => expect(readings).toEqual(['genuine']));
      service.rotateSecret();
      await ticketOf({ callBackUrl });
      await vi.waitFor(() => expect(readings).toEqual(['genuine', 'forged']));
    });

    test.each([
      ['no web hook in the console', null],
      ['a web hook on another host', 'https://other.example'],
    ])('%s: the next submit goes out without an address', async (_name, origin) => {
      service.setWebHook(origin);
      const turnedAway = await provider.submit(callFor({ callBackUrl }));
      expect(turnedAway).toMatchObject({ outcome: 'refused', failure: { kind: 'unavailable', retryAfterMs: 0 } });
      const taken = await provider.submit(callFor({ callBackUrl }));
      expect(taken).toMatchObject({ outcome: 'accepted' });
      expect(taken).not.toHaveProperty('expectsCallBack');
      expect(logged).toEqual(['webhook-not-configured']);
    });
  });

  test('finds out about key, account and models for nothing', async () => {
    expect(await provider.inspect?.()).toEqual({
      findings: [
        'Key: 2100 credits (10.50 USD) left, 460 used.',
        'Account: 2100 credits (10.50 USD) left, 460 used.',
        'On sale: MiniMax-Hailuo-2.3, MiniMax-Hailuo-2.3-Fast, MiniMax-Hailuo-02.',
      ],
    });
    expect(await connect({ TOAPIS_API_KEY: 'sk-other' }).inspect?.()).toMatchObject({ failure: { kind: 'bad-key' } });
    expect(service.renders.jobs).toEqual([]);
  });

  test('an expired link is a 404, and a closed simulation refuses', async () => {
    service.renders.plan({ isLinkExpired: true });
    const ready = await provider.poll(await ticketOf());
    const url = ready.status === 'ready' ? ready.videoUrl : undefined;
    expect((await fetch(url ?? '')).status).toBe(404);
    await simulation.close();
    // A connection of its own: one that was kept alive would be written to before its end is noticed.
    provider = connect();
    await expect(provider.submit(callFor())).rejects.toBeInstanceOf(NotSentError);
    simulation = await startSimulation(service);
  });
});
