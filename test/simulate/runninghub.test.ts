/** The simulated RunningHub says what its sheet says, and our provider gets along with it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { AnswerLostError, createHttp, NotSentError } from '../../src/core/http.ts';
import {
  CallRefusedError,
  type Offer,
  type SubmitCall,
  type VideoProvider,
} from '../../src/core/providers/provider.ts';
import { runninghub } from '../../src/core/providers/runninghub.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../../src/core/request.ts';
import { createStrangerGuard } from '../../src/core/stranger-guard.ts';
import type { AttemptId, JsonValue, MediaId } from '../../src/core/values.ts';
import { createRunningHub, runningHubErrors, type SimulatedRunningHub } from '../../src/simulate/runninghub.ts';
import { type Reply, type Simulation, startSimulation } from '../../src/simulate/server.ts';

const clip = Buffer.from('\0\0\0\x18ftypmp42 no more than a beginning');
const textToVideo = 'minimax/hailuo-2.3/t2v-standard';
const good = { prompt: 'rain', enablePromptExpansion: true, duration: '6' };
const png = 'data:image/png;base64,iVBORw0KGgo=';

let service: SimulatedRunningHub;
let simulation: Simulation;

beforeEach(async () => {
  service = createRunningHub({ clip, queueMs: 0, renderMs: 0 });
  simulation = await startSimulation(service);
});
afterEach(() => simulation.close());

/** What the tests look into; everything else of an answer stays beside it. */
const answerSchema = z.looseObject({
  taskId: z.string().optional(),
  errorCode: z.string().optional(),
  results: z.array(z.looseObject({ url: z.string() })).nullish(),
  data: z.looseObject({ download_url: z.string().optional() }).nullish(),
});

const apiKey = () => simulation.environment.RUNNINGHUB_API_KEY ?? '';

/** A call as anybody's client would make it. */
async function call(path: string, body: unknown, { method = 'POST', key = apiKey() } = {}) {
  const response = await fetch(`${simulation.origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(method !== 'GET' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: answerSchema.parse(await response.json()) };
}

async function submitted(model = textToVideo, body: unknown = good): Promise<string> {
  const { json } = await call(`/openapi/v2/${model}`, body);
  expect(json).toMatchObject({ errorCode: '' });
  return json.taskId ?? expect.fail();
}

async function sendForm(file: Blob, field = 'file', key = apiKey()) {
  const body = new FormData();
  body.set(field, file, 'picture');
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${simulation.origin}/openapi/v2/media/upload/binary`, {
    method: 'POST',
    headers,
    body,
  });
  return answerSchema.parse(await response.json());
}

describe('it says what the sheet says', () => {
  test('a submit (§4)', async () => {
    const { status, json } = await call(`/openapi/v2/${textToVideo}`, good);
    expect({ status, json }).toEqual({
      status: 200,
      json: {
        taskId: expect.stringMatching(/^\d{19}$/),
        status: 'RUNNING',
        errorCode: '',
        errorMessage: '',
        results: null,
        clientId: expect.any(String),
        promptTips: expect.stringMatching(/^\{.*\}$/),
      },
    });
  });

  test('a finished task (§5)', async () => {
    const taskId = await submitted();
    const { json } = await call('/openapi/v2/query', { taskId });
    expect(json).toEqual({
      taskId,
      status: 'SUCCESS',
      errorCode: '',
      errorMessage: '',
      failedReason: {},
      usage: { consumeMoney: null, consumeCoins: null, taskCostTime: '0', thirdPartyConsumeMoney: '0.14' },
      results: [{ url: `${simulation.origin}/files/clips/${taskId}.mp4`, nodeId: '2', outputType: 'mp4', text: null }],
      clientId: '',
      promptTips: '',
    });
    const file = await fetch(json.results?.[0]?.url ?? '');
    expect(file.headers.get('content-type')).toBe('video/mp4');
    expect(Buffer.from(await file.arrayBuffer())).toEqual(clip);
  });

  test('every stage and every end (§5)', async () => {
    const plans = [
      [{ queueMs: 60_000 }, { status: 'QUEUED' }],
      [{ renderMs: 60_000 }, { status: 'RUNNING' }],
      [{ renderMs: 60_000, statusWord: 'POLISHING' }, { status: 'POLISHING' }],
      [{ ending: 'moderated' }, { status: 'FAILED', errorCode: '1501', results: null }],
      [{ ending: 'failed' }, { status: 'FAILED', errorCode: '1015', results: null }],
    ] as const;
    for (const [plan, seen] of plans) {
      service.renders.plan(plan);
      const taskId = await submitted();
      expect((await call('/openapi/v2/query', { taskId })).json).toMatchObject({ taskId, ...seen });
    }
    service.renders.plan({ renderMs: 60_000 });
    const taskId = await submitted();
    const job = service.renders.find(taskId) ?? expect.fail();
    service.renders.cancel(job, 'running');
    expect((await call('/openapi/v2/query', { taskId })).json).toMatchObject({ status: 'CANCEL' });
  });

  test('an upload, and the file behind it (§8)', async () => {
    const file = new Blob([new Uint8Array([137, 80, 78, 71])], { type: 'image/png' });
    const answer = await sendForm(file);
    expect(answer).toEqual({
      code: 0,
      message: 'success',
      data: {
        type: 'image',
        download_url: expect.stringMatching(/\.png$/),
        fileName: expect.stringMatching(/^openapi\/.+\.png$/),
        size: '4',
      },
    });
    const stored = await fetch(answer.data?.download_url ?? '');
    expect(stored.headers.get('content-type')).toBe('image/png');
    expect(await stored.bytes()).toEqual(new Uint8Array([137, 80, 78, 71]));
    expect((await fetch(`${simulation.origin}/files/uploads/other.png`)).status).toBe(404);
  });

  test('the queue and the account (§10)', async () => {
    service.renders.plan({ renderMs: 60_000 });
    await submitted();
    expect((await call('/openapi/v2/queue/status', null, { method: 'GET' })).json).toEqual({
      code: 0,
      msg: 'success',
      data: { apiKeyType: 'SHARED', concurrentLimit: '100', runningCount: '1', queuedCount: 0, totalCurrentTasks: 1 },
    });
    expect((await call('/uc/openapi/accountStatus', { apikey: apiKey() })).json).toEqual({
      code: 0,
      msg: 'success',
      data: { remainCoins: '0', remainMoney: '25.00', currency: 'USD', currentTaskCounts: '1', apiType: 'SHARED' },
    });
  });

  test('the twelve other endpoints of the registry, those among them that the bot does not use (§3)', async () => {
    const words = { prompt: 'rain', enablePromptExpansion: false };
    const one = { enablePromptExpansion: true, imageUrl: png };
    const two = { enablePromptExpansion: true, firstImageUrl: png };
    for (const [path, body] of [
      ['hailuo-2.3/image-to-video-pro', one],
      ['hailuo-2.3/i2v-standard', { ...one, duration: '10' }],
      ['hailuo-2.3/t2v-pro', words],
      ['hailuo-2.3-fast/image-to-video', { ...one, ...words, duration: '10' }],
      ['hailuo-2.3-fast-pro/image-to-video', { ...one, ...words, duration: '6' }],
      ['hailuo-02/t2v-pro', words],
      ['hailuo-02/t2v-standard', { ...words, duration: '10' }],
      ['hailuo-02/i2v-pro', { ...two, lastImageUrl: png }],
      ['hailuo-02/i2v-standard', { ...two, duration: '6' }],
      ['hailuo-02/pro', { ...words, duration: '6' }],
      ['hailuo-02/standard', { ...words, ...two, duration: '10' }],
      ['hailuo-02/fast', { ...one, duration: '6' }],
    ] as const) {
      await submitted(`minimax/${path}`, body);
    }
    expect(service.renders.jobs).toHaveLength(12);
  });
});

describe('it is strict', () => {
  const pro = 'minimax/hailuo-2.3/image-to-video-pro';
  const fast = 'minimax/hailuo-2.3-fast-pro/image-to-video';
  test.each<[name: string, model: string, body: unknown]>([
    ['a length that is a number', textToVideo, { ...good, duration: 6 }],
    ['no length', textToVideo, { prompt: 'rain', enablePromptExpansion: true }],
    ['another length', textToVideo, { ...good, duration: '5' }],
    ['10 seconds of fast-pro', fast, { ...good, imageUrl: png, duration: '10' }],
    ['a length where there is none', 'minimax/hailuo-2.3/t2v-pro', good],
    ['expansion in words', textToVideo, { ...good, enablePromptExpansion: 'true' }],
    ['no word about expansion', textToVideo, { prompt: 'rain', duration: '6' }],
    ['no prompt', textToVideo, { enablePromptExpansion: true, duration: '6' }],
    ['a prompt too long', textToVideo, { ...good, prompt: 'x'.repeat(2001) }],
    ['a field of another service', textToVideo, { ...good, resolution: '768P' }],
    ['a picture where there is none', textToVideo, { ...good, imageUrl: png }],
    ['no picture', pro, { prompt: 'rain', enablePromptExpansion: true }],
    ['the other name for the picture', pro, { enablePromptExpansion: true, firstImageUrl: png }],
    ['a picture that is no address', pro, { enablePromptExpansion: true, imageUrl: 'openapi/x.png' }],
    ['a WebP', pro, { enablePromptExpansion: true, imageUrl: 'data:image/webp;base64,UklGRg==' }],
    [
      'a data URI over 5 MB',
      pro,
      { enablePromptExpansion: true, imageUrl: `data:image/png;base64,${Buffer.alloc(5_000_001).toString('base64')}` },
    ],
    ['a call-back to nowhere', textToVideo, { ...good, webhookUrl: 'nowhere' }],
    ['no JSON', textToVideo, 'prompt=rain'],
  ])('%s is refused under HTTP 200 with 1007', async (_name, model, body) => {
    const { status, json } = await call(`/openapi/v2/${model}`, body);
    expect({ status, json }).toMatchObject({ status: 200, json: { taskId: '', errorCode: '1007' } });
    expect(service.renders.jobs).toEqual([]);
  });

  test('other refusals have their own codes', async () => {
    const codeOf = async (...wanted: Parameters<typeof call>) => (await call(...wanted)).json.errorCode;
    const submitPath = `/openapi/v2/${textToVideo}`;
    expect(await codeOf(submitPath, good, { key: 'wrong' })).toBe('1002');
    expect(await codeOf('/openapi/v2/minimax/hailuo-2.3/i2v-pro', good)).toBe('1001');
    expect(await codeOf('/nowhere', good)).toBe('1001');
    expect(await codeOf('/openapi/v2/query', null, { method: 'GET' })).toBe('1009');
    expect(await codeOf('/openapi/v2/query', { taskId: '1' })).toBe('1004');
    expect(await codeOf('/openapi/v2/query', { taskId: 7 })).toBe('1007');
    const imageUrl = `${simulation.origin}/files/uploads/never.png`;
    expect(await codeOf(`/openapi/v2/${pro}`, { enablePromptExpansion: true, imageUrl })).toBe('1013');
    service.setAccount({ apiKeyType: 'NORMAL' });
    expect(await codeOf(submitPath, good)).toBe('1014');
    service.setAccount({ apiKeyType: 'SHARED', concurrentLimit: 1 });
    service.renders.plan({ renderMs: 60_000 });
    expect(await codeOf(submitPath, good)).toBe('');
    expect(await codeOf(submitPath, good)).toBe('1520');
    service.setAccount({ remainMoney: 0 });
    expect((await call(submitPath, good)).json).toEqual({ code: 812, msg: expect.any(String), data: null });
    expect(service.renders.jobs).toHaveLength(1);
  });

  test('an upload with another key, field or type is turned away, and so is an account call', async () => {
    const file = new Blob(['x'], { type: 'image/png' });
    expect(await sendForm(file, 'file', 'wrong')).toMatchObject({ errorCode: '1601' });
    expect(await sendForm(file, 'image')).toMatchObject({ code: 301 });
    expect(await sendForm(new Blob(['x'], { type: 'image/webp' }))).toMatchObject({ code: 808 });
    expect((await call('/openapi/v2/media/upload/binary', {})).json).toMatchObject({ code: 301 });
    expect((await call('/uc/openapi/accountStatus', { apikey: 'wrong' })).json).toMatchObject({ code: 802 });
    expect((await call('/uc/openapi/accountStatus', { apiKey: apiKey() })).json).toMatchObject({ code: 301 });
  });
});

describe('our provider', () => {
  let provider: VideoProvider;
  let logged: string[];

  beforeEach(() => {
    logged = [];
    provider = connect(simulation.environment);
  });

  function connect(settings: Readonly<Record<string, unknown>>): VideoProvider {
    const guard = createStrangerGuard({ allowPrivate: [new URL(simulation.origin).host] });
    return runninghub.connect(settings, {
      http: createHttp({ guard }),
      now: () => new Date(),
      scratchDirectory: tmpdir(),
      log: (event) => logged.push(event),
    });
  }

  const submitCall = (extra: Partial<SubmitCall> = {}): SubmitCall => ({
    attempt: 'attempt-1' as AttemptId,
    model: textToVideo,
    body: good,
    ...extra,
  });
  async function ticketOf(extra: Partial<SubmitCall> = {}): Promise<JsonValue> {
    const submission = await provider.submit(submitCall(extra));
    return submission.outcome === 'accepted' ? submission.ticket : expect.fail(submission.failure.detail);
  }

  const picture = {
    id: 'a' as MediaId,
    kind: 'picture',
    type: 'image/png',
    bytes: 1,
    width: 800,
    height: 600,
  } as const;
  function offers(): (Extract<Offer, { outcome: 'offered' }> & { request: VideoRequest })[] {
    return modelNames.flatMap((model) =>
      [{}, { firstFrame: picture }, { firstFrame: picture, lastFrame: picture }].flatMap((pictures) =>
        resolutions.flatMap((resolution) =>
          clipSeconds.flatMap((seconds) => {
            const request = { prompt: 'rain', model, seconds, resolution, enhance: false, ...pictures };
            const offer = provider.offer(request);
            return offer.outcome === 'offered' ? [{ ...offer, request }] : [];
          }),
        ),
      ),
    );
  }

  test('whatever it offers is taken, in every mode and length, with and without a call-back', async () => {
    const all = offers();
    expect(all).toHaveLength(20);
    for (const { model, body, request } of all) {
      const ticket = await ticketOf({
        model,
        body,
        ...(request.firstFrame && { firstFrame: png }),
        ...(request.lastFrame && { lastFrame: `${simulation.origin}/media/last.jpg` }),
        ...(request.seconds === 6 && { callBackUrl: 'http://127.0.0.1:9/callbacks/runninghub/1/secret' }),
      });
      expect(await provider.poll(ticket)).toMatchObject({ status: 'ready' });
    }
    expect(service.renders.jobs).toHaveLength(20);
  });

  test('walks a clip from picture to link', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'runninghub-'));
    const upload = async (type: string, bytes: string) => {
      const path = join(directory, 'picture');
      await writeFile(path, bytes);
      return (await provider.upload?.({ path, type, bytes: bytes.length })) ?? expect.fail();
    };
    const firstFrame = await upload('image/png', 'first');
    const lastFrame = await upload('image/jpeg', 'last');
    await expect(upload('image/webp', 'RIFF')).rejects.toBeInstanceOf(CallRefusedError);
    await rm(directory, { recursive: true });
    expect(await (await fetch(lastFrame)).text()).toBe('last');

    const ticket = await ticketOf({ model: 'minimax/hailuo-02/i2v-standard', body: good, firstFrame, lastFrame });
    const ready = await provider.poll(ticket);
    expect(ready).toEqual({ status: 'ready', videoUrl: expect.stringContaining(`${simulation.origin}/files/clips/`) });
    expect(service.renders.jobs[0]?.input).toEqual({ ...good, firstImageUrl: firstFrame, lastImageUrl: lastFrame });
    expect(simulation.calls.map(({ operation }) => operation)).toEqual([
      'upload',
      'upload',
      'upload',
      'uploaded',
      'submit',
      'status',
    ]);
  });

  test('reads the cost in dollars where a rate says how', async () => {
    const ticket = await ticketOf();
    const priced = connect({ ...simulation.environment, RUNNINGHUB_CNY_PER_USD: '7' });
    expect(await priced.poll(ticket)).toMatchObject({ status: 'ready', charged: 20_000 });
  });

  test('sees every stage and every end', async () => {
    const plans = [
      [{ queueMs: 60_000 }, { status: 'waiting' }],
      [{ renderMs: 60_000 }, { status: 'rendering' }],
      [{ renderMs: 60_000, statusWord: 'POLISHING' }, { status: 'rendering' }],
      [{ renderMs: 60_000, statusWord: 'create' }, { status: 'waiting' }],
      [{ ending: 'moderated' }, { status: 'failed', failure: { kind: 'moderation', charged: 'unknown' } }],
      [{ ending: 'failed' }, { status: 'failed', failure: { kind: 'unavailable', charged: 'unknown' } }],
    ] as const;
    for (const [plan, seen] of plans) {
      service.renders.plan(plan);
      expect(await provider.poll(await ticketOf())).toMatchObject(seen);
    }
    expect(logged).toEqual(['unknown-status']);
    expect(await provider.poll({ taskId: '1' })).toMatchObject({ status: 'failed', failure: { kind: 'not-found' } });
  });

  test('a render stopped in the console is cancelled', async () => {
    service.renders.plan({ renderMs: 60_000 });
    const ticket = await ticketOf();
    service.renders.cancel(service.renders.jobs[0] ?? expect.fail(), 'running');
    expect(await provider.poll(ticket)).toMatchObject({ status: 'failed', failure: { kind: 'cancelled' } });
  });

  test('a lost answer is a job all the same: it throws, and the job is there', async () => {
    const losses = [
      { fault: 'lose-answer' },
      { fault: 'answer', reply: runningHubErrors.gatewayPage, afterwards: true },
      {
        fault: 'answer',
        reply: { status: 200, json: { errorCode: '1000', errorMessage: 'unknown' } },
        afterwards: true,
      },
    ] as const;
    for (const [index, fault] of losses.entries()) {
      simulation.order('submit', fault);
      await expect(provider.submit(submitCall())).rejects.toBeInstanceOf(AnswerLostError);
      expect(service.renders.jobs).toHaveLength(index + 1);
    }
    simulation.order('submit', { fault: 'cut' });
    await expect(provider.submit(submitCall())).rejects.toBeInstanceOf(AnswerLostError);
    expect(service.renders.jobs).toHaveLength(losses.length);
  });

  test.each([
    ['moderation', 'moderation'],
    ['badInput', 'bad-input'],
    ['badKey', 'bad-key'],
    ['noCredit', 'no-credit'],
    ['rateLimited', 'rate-limited'],
    ['unavailable', 'unavailable'],
  ] as const)('%s at the submit is a free refusal', async (error, kind) => {
    simulation.order('submit', { fault: 'answer', reply: service.errors[error] ?? expect.fail() });
    expect(await provider.submit(submitCall())).toMatchObject({ outcome: 'refused', failure: { kind, charged: 'no' } });
    expect(service.renders.jobs).toHaveLength(0);
  });

  test.each<[name: string, reply: Reply, kind: string]>([
    ['429', { status: 429, headers: { 'retry-after': '7' } }, 'rate-limited'],
    ['1003', runningHubErrors.rateLimited, 'rate-limited'],
    ['1002', runningHubErrors.badKey, 'bad-key'],
    ['1010', runningHubErrors.unavailable, 'unavailable'],
  ])('%s at a look tells of the look, and the next one sees the clip', async (_name, reply, kind) => {
    const ticket = await ticketOf();
    simulation.order('status', { fault: 'answer', reply });
    await expect(provider.poll(ticket)).rejects.toMatchObject({ name: 'CallRefusedError', failure: { kind } });
    expect(await provider.poll(ticket)).toMatchObject({ status: 'ready' });
  });

  test.each<[name: string, reply: Reply]>([
    ['a gateway page', runningHubErrors.gatewayPage],
    ['half a body', { status: 200, bytes: Buffer.from('{"taskId":"20') }],
    ['an empty body', { status: 200 }],
  ])('%s at a look says nothing of the job', async (_name, reply) => {
    const ticket = await ticketOf();
    simulation.order('status', { fault: 'answer', reply });
    await expect(provider.poll(ticket)).rejects.toThrow();
    expect(await provider.poll(ticket)).toMatchObject({ status: 'ready' });
  });

  test('inspects the account: what it may, what it has, and why a submit would be turned away', async () => {
    service.setAccount({ concurrentLimit: 3 });
    expect(await provider.inspect?.()).toEqual({
      findings: ['Key type: SHARED.', 'Renders at once: 3; running 0, waiting 0.', 'Balance: 25 USD.'],
      slots: 3,
    });
    service.setAccount({ remainMoney: 0 });
    expect(await provider.inspect?.()).toMatchObject({ failure: { kind: 'no-credit' } });
    service.setAccount({ apiKeyType: 'NORMAL' });
    expect(await provider.inspect?.()).toMatchObject({ failure: { kind: 'bad-key', code: '1014' } });
    const stranger = connect({ ...simulation.environment, RUNNINGHUB_API_KEY: 'of-the-other-site' });
    expect(await stranger.inspect?.()).toMatchObject({ findings: [], failure: { kind: 'bad-key', code: '1002' } });
    expect(service.renders.jobs).toEqual([]);
  });

  test('a slow answer is waited for', async () => {
    simulation.order('submit', { fault: 'wait', ms: 60 });
    expect(await provider.submit(submitCall())).toMatchObject({ outcome: 'accepted' });
  });

  test('an expired link is a 404, and a closed simulation refuses', async () => {
    service.renders.plan({ isLinkExpired: true });
    const ready = await provider.poll(await ticketOf());
    const url = ready.status === 'ready' ? ready.videoUrl : undefined;
    expect((await fetch(url ?? '')).status).toBe(404);
    await simulation.close();
    // A kept connection that breaks may have carried the submit; a new one is refused before anything is sent.
    provider = connect(simulation.environment);
    await expect(provider.submit(submitCall())).rejects.toBeInstanceOf(NotSentError);
    simulation = await startSimulation(service);
  });

  describe('is called back', () => {
    let bodies: Buffer[];
    let receiver: ReturnType<typeof createServer>;
    let callBackUrl: string;

    beforeEach(async () => {
      bodies = [];
      receiver = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        bodies.push(Buffer.concat(chunks));
        response.writeHead(200).end();
      });
      await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
      callBackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/callbacks/runninghub/1/secret?a=b&c=d`;
    });
    afterEach(() => new Promise((closed) => receiver.close(closed)));

    const came = (count: number) => vi.waitFor(() => expect(service.renders.callBackAnswers).toHaveLength(count));
    const readings = () =>
      Promise.all(bodies.map((rawBody) => provider.readCallBack?.({ headers: {}, rawBody }) ?? expect.fail()));

    test('in both forms, once and once more, and late', async () => {
      service.renders.plan({ callBacks: [{ signature: 'genuine' }, { signature: 'genuine', delayMs: 40 }] });
      const submission = await provider.submit(submitCall({ callBackUrl }));
      expect(submission).toMatchObject({ outcome: 'accepted', expectsCallBack: true });
      expect(service.renders.jobs[0]?.callBackUrl).toBe(callBackUrl);
      await came(2);
      expect(bodies.map((body) => typeof JSON.parse(`${body}`).eventData)).toEqual(['object', 'string']);
      const ticket = submission.outcome === 'accepted' ? submission.ticket : null;
      expect(await readings()).toEqual([
        { outcome: 'genuine', ticket },
        { outcome: 'genuine', ticket },
      ]);
    });

    test('before the submit is answered, so that a lost one is found', async () => {
      service.renders.plan({ callBacks: [{ signature: 'genuine', when: 'early' }] });
      simulation.order('submit', { fault: 'lose-answer' });
      await expect(provider.submit(submitCall({ callBackUrl }))).rejects.toBeInstanceOf(AnswerLostError);
      await came(1);
      const [reading] = await readings();
      const ticket = reading?.outcome === 'genuine' && reading.ticket ? reading.ticket : expect.fail();
      expect(await provider.poll(ticket)).toMatchObject({ status: 'ready' });
    });

    test('about a failure too, in either form', async () => {
      for (const ending of ['failed', 'moderated'] as const) {
        service.renders.plan({ ending });
        await ticketOf({ callBackUrl });
      }
      await came(2);
      expect((await readings()).map(({ outcome }) => outcome)).toEqual(['genuine', 'genuine']);
    });

    test('about a task that is none: nothing is signed here, so the look finds out', async () => {
      service.renders.plan({ callBacks: [{ signature: 'forged' }] });
      await ticketOf({ callBackUrl });
      await came(1);
      const [reading] = await readings();
      const ticket = reading?.outcome === 'genuine' && reading.ticket ? reading.ticket : expect.fail();
      expect(ticket).not.toEqual({ taskId: service.renders.jobs[0]?.id });
      expect(await provider.poll(ticket)).toMatchObject({ status: 'failed', failure: { kind: 'not-found' } });
    });
  });
});
