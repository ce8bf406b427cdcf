/** The simulated RunComfy says what the sheet says, and our provider gets along with it. */
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AnswerLostError, createHttp, type Http, NotSentError } from '../../src/core/http.ts';
import { CallRefusedError, type SubmitCall, type VideoProvider } from '../../src/core/providers/provider.ts';
import { runcomfy } from '../../src/core/providers/runcomfy.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../../src/core/request.ts';
import { createStrangerGuard } from '../../src/core/stranger-guard.ts';
import type { AttemptId, MediaId } from '../../src/core/values.ts';
import { type CatalogueEntry, createRunComfy, type SimulatedRunComfy } from '../../src/simulate/runcomfy.ts';
import { type Simulation, startSimulation } from '../../src/simulate/server.ts';

const clip = Buffer.from('\0\0\0\x18ftypmp42 no more than a beginning');
const textToVideo = 'minimax/hailuo-2-3/pro/text-to-video';

let service: SimulatedRunComfy;
let simulation: Simulation;
let provider: VideoProvider;
let logged: string[];

beforeEach(async () => {
  service = createRunComfy({ clip });
  simulation = await startSimulation(service);
  logged = [];
  const { host } = new URL(simulation.origin);
  provider = connect(createHttp({ guard: createStrangerGuard({ allowPrivate: [host] }) }));
});
afterEach(() => simulation.close());

function connect(http: Http, key = simulation.environment.RUNCOMFY_API_TOKEN): VideoProvider {
  return runcomfy.connect(
    { ...simulation.environment, RUNCOMFY_API_TOKEN: key },
    { http, now: () => new Date(), scratchDirectory: tmpdir(), log: (event) => logged.push(event) },
  );
}

/** As somebody who knows only the sheet. */
async function call(method: string, path: string, body?: unknown, key = simulation.environment.RUNCOMFY_API_TOKEN) {
  const answer = await fetch(`${simulation.origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}
const submitRaw = (body: unknown, model = textToVideo) => call('POST', `/v1/models/${model}`, body);

describe('the double, by the sheet', () => {
  test('§4 a submit is answered with an id and three addresses', async () => {
    const { status, json } = await submitRaw({ prompt: 'rain' });
    const address = `${simulation.origin}/v1/requests/${json.request_id}`;
    expect({ status, json }).toEqual({
      status: 200,
      json: {
        request_id: expect.stringMatching(/^[A-Za-z0-9_-]{1,128}$/),
        status_url: `${address}/status`,
        result_url: `${address}/result`,
        cancel_url: `${address}/cancel`,
      },
    });
  });

  test('§5 status and result; a result that is not there answers with the state', async () => {
    service.renders.plan({ queueMs: 60_000 });
    const { json: waiting } = await submitRaw({ prompt: 'rain' });
    const state = {
      request_id: waiting.request_id,
      status: 'in_queue',
      queue_position: 0,
      status_url: waiting.status_url,
      result_url: waiting.result_url,
    };
    expect((await call('GET', `/v1/requests/${waiting.request_id}/status`)).json).toEqual(state);
    expect((await call('GET', `/v1/requests/${waiting.request_id}/result`)).json).toEqual(state);

    const { json: done } = await submitRaw({ prompt: 'rain' });
    const result = {
      request_id: done.request_id,
      model_id: textToVideo,
      status: 'completed',
      output: { video: `${simulation.origin}/files/clips/${done.request_id}.mp4` },
      created_at: expect.any(String),
      finished_at: expect.any(String),
    };
    expect((await call('GET', `/v1/requests/${done.request_id}/result`)).json).toEqual(result);
    expect((await call('GET', `/v1/requests/${done.request_id}/result?include_cost=true`)).json).toEqual({
      ...result,
      cost: 0.5,
    });

    service.renders.plan({ ending: 'failed' });
    const { json: broken } = await submitRaw({ prompt: 'rain' });
    expect((await call('GET', `/v1/requests/${broken.request_id}/result`)).json).toEqual({
      request_id: broken.request_id,
      status: 'failed',
      error: { message: expect.any(String) },
    });
  });

  test('§6 a cancel succeeds either way, and its outcome tells', async () => {
    service.renders.plan({ queueMs: 60_000 });
    const { json: waiting } = await submitRaw({ prompt: 'rain' });
    const path = `/v1/requests/${waiting.request_id}/cancel`;
    const stopped = { request_id: waiting.request_id, status: 'cancelled', outcome: 'cancelled' };
    expect(await call('POST', path)).toEqual({ status: 200, json: stopped });
    expect(await call('POST', path)).toEqual({ status: 200, json: { ...stopped, outcome: 'not_cancellable' } });
  });

  test('§2 the catalogue, searched, in pages, with and without fields; one entry', async () => {
    const { json } = await call('GET', '/v1/models?search=hailuo&limit=2&offset=1&include_schema=true');
    expect(json).toMatchObject({ total: 3, models: [{ price_unit: 'output' }, { input_schema: { type: 'object' } }] });
    const { json: bare } = await call('GET', '/v1/models?search=pro');
    expect(bare).toMatchObject({ total: 2 });
    expect(JSON.stringify(bare)).not.toContain('input_schema');
    expect((await call('GET', `/v1/models/${textToVideo}`)).json).toMatchObject({ model_id: textToVideo });
    expect((await call('GET', '/v1/models/minimax/none')).json).toMatchObject({ error_code: 400001 });
  });

  const standard = 'minimax/hailuo-2-3/standard/image-to-video';
  const image_url = 'https://bot.example/1.png';
  test.each<[name: string, model: string, body: unknown, field: string[]]>([
    ['no prompt', textToVideo, {}, ['body', 'prompt']],
    ['an empty prompt', textToVideo, { prompt: '' }, ['body', 'prompt']],
    ['a prompt that is no text', textToVideo, { prompt: 7 }, ['body', 'prompt']],
    [
      'a switch that is a word',
      textToVideo,
      { prompt: 'x', enable_prompt_expansion: 'true' },
      ['body', 'enable_prompt_expansion'],
    ],
    ['§3 a length on pro', textToVideo, { prompt: 'x', duration: 6 }, ['body', 'duration']],
    ['§3 a wrapped body', textToVideo, { input: { prompt: 'x' } }, ['body', 'prompt']],
    ['no object', textToVideo, ['x'], ['body']],
    ['a length as a number', standard, { prompt: 'x', image_url, duration: 6 }, ['body', 'duration']],
    ['a length of five', standard, { prompt: 'x', image_url, duration: '5' }, ['body', 'duration']],
    ['no picture', standard, { prompt: 'x' }, ['body', 'image_url']],
    ['a picture that is no address', standard, { prompt: 'x', image_url: 'picture.png' }, ['body', 'image_url']],
  ])('§9 refuses %s', async (_name, model, body, loc) => {
    const { status, json } = await submitRaw(body, model);
    expect(status).toBe(422);
    expect((json.detail as { loc: string[] }[])[0]?.loc).toEqual(loc);
    expect(service.renders.jobs).toHaveLength(0);
  });

  test('§9 refuses a wrong model, a wrong key and an unknown request by their codes', async () => {
    expect((await submitRaw({ prompt: 'x' }, 'minimax/hailuo-2.3/pro/text-to-video')).json.error_code).toBe(400001);
    expect((await call('GET', '/v1/models', undefined, 'other')).json.error_code).toBe(400004);
    expect(await call('GET', '/v1/requests/nobody/status')).toMatchObject({
      status: 404,
      json: { error_code: 404001 },
    });
    expect((await call('GET', '/v2/anything')).status).toBe(404);
  });
});

const submitCall = (extra: Partial<SubmitCall> = {}): SubmitCall => ({
  attempt: 'attempt-1' as AttemptId,
  model: textToVideo,
  body: { input: { prompt: 'rain', enable_prompt_expansion: true } },
  ...extra,
});

async function ticketOf(extra: Partial<SubmitCall> = {}) {
  const submission = await provider.submit(submitCall(extra));
  return submission.outcome === 'accepted' ? submission.ticket : expect.fail(submission.failure.detail);
}

const more: CatalogueEntry[] = [
  'hailuo-02/standard',
  'hailuo-02/pro',
  'hailuo-2-3-fast/standard',
  'hailuo-2-3-fast/pro',
].map((name) => ({
  model_id: `minimax/${name}/image-to-video`,
  display_name: name,
  kind: 'model',
  categories: ['image-to-video'],
  base_price_usd: 0.04,
  price_unit: 'second',
  input_schema: {
    type: 'object',
    properties: {
      prompt: { type: 'string' },
      first_frame_images: { type: 'array', format: 'image_uris' },
      ...(name.includes('02') && {
        last_frame_image: { type: 'string', format: 'image_uri' },
        resolution: { type: 'string', enum: name.endsWith('pro') ? ['1080p'] : ['512p', '768p'] },
      }),
      ...(name.endsWith('standard') && { duration: { type: 'float', minimum: 6, maximum: 10 } }),
    },
    required: name.endsWith('pro') ? ['prompt', 'first_frame_images'] : ['prompt', 'first_frame_images', 'duration'],
  },
}));

describe('our provider', () => {
  test('everything it offers is accepted: before an inspection, after one, and after the range has grown', async () => {
    expect(await submitAll()).toBe(1);
    await provider.inspect?.();
    expect(await submitAll()).toBe(4);
    service.catalogue.push(...more);
    await provider.inspect?.();
    // 02 in two sizes and lengths, its pro, 2.3-fast in two lengths, its pro; 02 and its pro once more with two pictures.
    expect(await submitAll()).toBe(4 + (4 + 1 + 2 + 1) + (4 + 1));
  });

  async function submitAll(): Promise<number> {
    const picture = {
      id: 'a' as MediaId,
      kind: 'picture',
      type: 'image/png',
      bytes: 1,
      width: 800,
      height: 600,
    } as const;
    const before = service.renders.jobs.length;
    for (const model of modelNames)
      for (const pictures of [{}, { firstFrame: picture }, { firstFrame: picture, lastFrame: picture }])
        for (const resolution of resolutions)
          for (const seconds of clipSeconds) {
            const request: VideoRequest = { prompt: 'rain', model, seconds, resolution, enhance: false, ...pictures };
            const offer = provider.offer(request);
            if (offer.outcome === 'impossible') continue;
            const ticket = await ticketOf({
              model: offer.model,
              body: offer.body,
              ...('firstFrame' in pictures && { firstFrame: 'https://bot.example/1.png' }),
              ...('lastFrame' in pictures && { lastFrame: 'https://bot.example/2.png' }),
            });
            const ready = await provider.poll(ticket);
            expect(ready.status).toBe('ready');
            // What was charged is what the catalogue promised, once it was read.
            if (offer.price !== undefined) expect(ready).toMatchObject({ charged: offer.price });
          }
    return service.renders.jobs.length - before;
  }

  test('walks a clip from the submit to the file', async () => {
    const ready = await provider.poll(await ticketOf());
    const url = ready.status === 'ready' ? ready.videoUrl : undefined;
    expect(ready).toMatchObject({ charged: 500_000, endedAt: expect.any(Date) });
    const http = createHttp({ guard: createStrangerGuard({ allowPrivate: [new URL(simulation.origin).host] }) });
    expect(await http({ method: 'GET', url: url ?? '', isStranger: true })).toMatchObject({
      status: 200,
      text: clip.toString(),
    });
    expect(simulation.calls.map(({ operation }) => operation)).toEqual(['submit', 'status', 'result', 'clip']);
  });

  test('inspects: a good key, a range, and a bad key', async () => {
    expect(await provider.inspect?.()).toEqual({
      findings: [
        'The key is read.',
        'On sale: minimax/hailuo-2-3/pro/text-to-video, $0.5 per output.',
        'On sale: minimax/hailuo-2-3/pro/image-to-video, $0.5 per output.',
        'On sale: minimax/hailuo-2-3/standard/image-to-video, $0.05 per second.',
      ],
    });
    const stranger = connect(createHttp(), 'another-key');
    expect(await stranger.inspect?.()).toMatchObject({ failure: { kind: 'bad-key', code: '400004' } });
    expect(await stranger.submit(submitCall())).toMatchObject({ outcome: 'refused', failure: { kind: 'bad-key' } });
  });

  test('sees every stage, an unknown word among them', async () => {
    service.renders.plan({ queueMs: 60_000 });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'waiting', place: 0 });
    service.renders.plan({ queueMs: 60_000 });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'waiting', place: 1 });
    service.renders.plan({ renderMs: 60_000 });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'rendering' });
    service.renders.plan({ renderMs: 60_000, statusWord: 'polishing' });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'rendering' });
    expect(logged).toEqual(['unknown-status']);
  });

  test.each([
    ['moderated', { kind: 'moderation', charged: 'unknown' }],
    ['failed', { kind: 'other', charged: 'unknown' }],
  ] as const)('a job that ends %s', async (ending, failure) => {
    service.renders.plan({ ending });
    expect(await provider.poll(await ticketOf())).toMatchObject({ status: 'failed', failure });
  });

  test('cancels what waits; what renders goes on, and what will not be cancelled too', async () => {
    service.renders.plan({ queueMs: 60_000 });
    const waiting = await ticketOf();
    expect(await provider.cancel?.(waiting)).toBe('stopped');
    expect(await provider.poll(waiting)).toMatchObject({ status: 'failed', failure: { kind: 'cancelled' } });
    service.renders.plan({ renderMs: 60_000 });
    const running = await ticketOf();
    expect(await provider.cancel?.(running)).toBe('too-late');
    expect(await provider.poll(running)).toEqual({ status: 'rendering' });
    service.renders.plan({ queueMs: 60_000, ignoresCancel: true });
    const stubborn = await ticketOf();
    expect(await provider.cancel?.(stubborn)).toBe('too-late');
    expect(await provider.poll(stubborn)).toMatchObject({ status: 'waiting' });
  });

  test.each([
    ['bad input', 'badInput', { kind: 'bad-input' }],
    ['a bad key', 'badKey', { kind: 'bad-key', code: '400004' }],
    ['no credit, under HTTP 200', 'noCredit', { kind: 'no-credit', code: '400002' }],
    ['a limit', 'rateLimited', { kind: 'rate-limited', retryAfterMs: 7000 }],
  ] as const)('%s at the submit is a free refusal', async (_name, error, failure) => {
    const reply = service.errors[error] ?? expect.fail('it has no such error');
    simulation.order('submit', { fault: 'answer', reply });
    expect(await provider.submit(submitCall())).toMatchObject({
      outcome: 'refused',
      failure: { ...failure, charged: 'no' },
    });
    expect(service.renders.jobs).toHaveLength(0);
  });

  test('a lost answer is a job all the same: it throws, and the job is there', async () => {
    simulation.order('submit', { fault: 'lose-answer' });
    await expect(provider.submit(submitCall())).rejects.toBeInstanceOf(AnswerLostError);
    expect(service.renders.jobs).toHaveLength(1);
    for (const json of [{ message: 'Bad gateway' }, { error_code: 500001, message: 'InternalServerError' }]) {
      simulation.order('submit', { fault: 'answer', reply: { status: 502, json }, afterwards: true });
      await expect(provider.submit(submitCall())).rejects.toBeInstanceOf(AnswerLostError);
    }
    expect(service.renders.jobs).toHaveLength(3);
    expect(simulation.calls).toHaveLength(3);
  });

  test('a disturbed look says nothing about the job; the next one finds the clip', async () => {
    const ticket = await ticketOf();
    simulation.order('status', { fault: 'cut' });
    await expect(provider.poll(ticket)).rejects.toBeInstanceOf(AnswerLostError);
    simulation.order('status', { fault: 'answer', reply: service.errors.rateLimited ?? { status: 429 } });
    await expect(provider.poll(ticket)).rejects.toBeInstanceOf(CallRefusedError);
    simulation.order('result', { fault: 'answer', reply: { status: 503 } });
    await expect(provider.poll(ticket)).rejects.toThrow('503');
    simulation.order('status', { fault: 'wait', ms: 30 });
    expect(await provider.poll(ticket)).toMatchObject({ status: 'ready' });
  });

  test('a job that nobody knows any more is gone, and cannot be cancelled', async () => {
    const ticket = await ticketOf();
    await simulation.close();
    const port = Number(new URL(simulation.origin).port);
    simulation = await startSimulation(createRunComfy({ clip }), port);
    expect(await provider.poll(ticket)).toMatchObject({ status: 'failed', failure: { kind: 'not-found' } });
    expect(await provider.cancel?.(ticket)).toBe('too-late');
  });

  test('nobody is called back, whatever was planned', async () => {
    service.renders.plan({ callBacks: [{ signature: 'genuine', when: 'early' }, { signature: 'forged' }] });
    const submission = await provider.submit(submitCall({ callBackUrl: `${simulation.origin}/callbacks` }));
    expect(submission).not.toHaveProperty('expectsCallBack');
    expect(service.renders.jobs[0]?.callBackUrl).toBeNull();
    expect(service.renders.callBackAnswers).toEqual([]);
  });

  test('an expired link is a 404, and a closed simulation refuses', async () => {
    service.renders.plan({ isLinkExpired: true });
    const ready = await provider.poll(await ticketOf());
    const url = ready.status === 'ready' ? ready.videoUrl : undefined;
    expect((await fetch(url ?? '')).status).toBe(404);
    await simulation.close();
    await expect(connect(createHttp()).submit(submitCall())).rejects.toBeInstanceOf(NotSentError);
    simulation = await startSimulation(service);
  });
});
