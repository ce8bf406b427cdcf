/** The simulated Runbase says what the sheet says, and our provider gets along with it. */
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Failure } from '../../src/core/failure.ts';
import { AnswerLostError, createHttp, NotSentError } from '../../src/core/http.ts';
import { CallRefusedError, type SubmitCall, type VideoProvider } from '../../src/core/providers/provider.ts';
import { runbase } from '../../src/core/providers/runbase.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../../src/core/request.ts';
import type { AttemptId, JsonValue, MediaId } from '../../src/core/values.ts';
import {
  createRunbase,
  type RunbaseOptions,
  runbaseErrors,
  type SimulatedRunbase,
} from '../../src/simulate/runbase.ts';
import { type Reply, type Simulation, startSimulation } from '../../src/simulate/server.ts';

const clip = Buffer.from('\0\0\0\x18ftypmp42 no more than a beginning');
const link = 'https://bot.example/media/first.png?signature=s';

let service: SimulatedRunbase;
let simulation: Simulation;
let provider: VideoProvider;
let logged: string[];
let clock: Date;

function connect(environment: Readonly<Record<string, string>> = simulation.environment): VideoProvider {
  return runbase.connect(environment, {
    http: createHttp(),
    now: () => clock,
    scratchDirectory: tmpdir(),
    log: (event) => logged.push(event),
  });
}

async function open(options: Partial<RunbaseOptions> = {}): Promise<void> {
  service = createRunbase({ clip, now: () => clock, ...options });
  simulation = await startSimulation(service);
  provider = connect();
}

beforeEach(async () => {
  logged = [];
  clock = new Date('2026-06-01T12:00:00.000Z');
  await open();
});
afterEach(() => simulation.close());

const passMs = (ms: number) => {
  clock = new Date(clock.getTime() + ms);
};

/** Called as anybody could: no file of the bot's is between. */
async function raw(method: string, path: string, body?: string, authorization?: string | null) {
  const answer = await fetch(`${simulation.environment.RUNBASE_API_URL}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(authorization !== null && {
        authorization: authorization ?? `Bearer ${simulation.environment.RUNBASE_API_KEY}`,
      }),
    },
    ...(body !== undefined && { body }),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}
const create = (body: unknown) => raw('POST', '/runs', JSON.stringify(body));

describe('the sheet', () => {
  const runId = expect.stringMatching(/^run_[0-9a-f]+$/);
  const example = { model: 'hailuo/pro', input: { prompt: '…', image_urls: ['https://a.example/b.png'] } };

  test('§4 a create is answered like its example', async () => {
    const { status, json } = await create(example);
    expect(status).toBe(201);
    expect(json).toEqual({ id: runId, model: 'hailuo/pro', status: 'pending', costUsd: 40_000 });
    expect(service.renders.jobs).toMatchObject([{ model: 'hailuo/pro', input: example, callBackUrl: null }]);
  });

  test('§5 a run goes from pending by processing to an answer like its example', async () => {
    service.renders.plan({ queueMs: 1000, renderMs: 3200 });
    const { json } = await create(example);
    const look = () => raw('GET', `/runs/${json.id}`);
    const known = { id: json.id, model: 'hailuo/pro', costUsd: 40_000, createdAt: '2026-06-01T12:00:00.000Z' };
    expect(await look()).toEqual({ status: 200, json: { ...known, status: 'pending' } });
    passMs(1000);
    expect(await look()).toEqual({ status: 200, json: { ...known, status: 'processing' } });
    passMs(3200);
    const url = `${simulation.origin}/files/clips/${json.id}.mp4`;
    const ended = { status: 'succeeded', output: { urls: [url] }, completedAt: '2026-06-01T12:00:04.200Z' };
    expect(await look()).toEqual({ status: 200, json: { ...known, ...ended } });
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(clip);
  });

  test.each(['moderated', 'failed'] as const)('§5 a run that is %s says why', async (ending) => {
    service.renders.plan({ ending });
    const { json } = await create(example);
    expect((await raw('GET', `/runs/${json.id}`)).json).toMatchObject({ status: 'failed', error: expect.any(String) });
  });

  test.each<[name: string, body: string, expected: string]>([
    ['no JSON', '{', 'invalid_json'],
    ['a list', '[]', 'invalid_json'],
    ['no model', '{"input":{"prompt":"x"}}', 'missing_model'],
    ['the bare input', '{"prompt":"x"}', 'missing_model'],
    ['no input', '{"model":"hailuo/pro"}', 'missing_input'],
    ['another model', '{"model":"hailuo/hailuo-02","input":{"prompt":"x"}}', 'model_not_found'],
    ['a model that is a number', '{"model":2.3,"input":{"prompt":"x"}}', 'model_not_found'],
    ['no prompt', '{"model":"hailuo/pro","input":{}}', 'invalid_input'],
    ['an empty prompt', '{"model":"hailuo/pro","input":{"prompt":""}}', 'invalid_input'],
    ['a prompt that is a number', '{"model":"hailuo/pro","input":{"prompt":7}}', 'invalid_input'],
    ['a length', '{"model":"hailuo/pro","input":{"prompt":"x","duration":6}}', 'invalid_input'],
    ['a size', '{"model":"hailuo/pro","input":{"prompt":"x","resolution":"768P"}}', 'invalid_input'],
    ['a field beside the wrapper', '{"model":"hailuo/pro","input":{"prompt":"x"},"seed":1}', 'invalid_input'],
    [
      'one picture, bare',
      '{"model":"hailuo/pro","input":{"prompt":"x","image_urls":"https://a.b/c"}}',
      'invalid_input',
    ],
    ['no pictures', '{"model":"hailuo/pro","input":{"prompt":"x","image_urls":[]}}', 'invalid_input'],
    [
      'two pictures',
      '{"model":"hailuo/pro","input":{"prompt":"x","image_urls":["https://a.b/c","https://a.b/d"]}}',
      'invalid_input',
    ],
    [
      'a data URI',
      '{"model":"hailuo/pro","input":{"prompt":"x","image_urls":["data:image/png;base64,AA=="]}}',
      'invalid_input',
    ],
  ])('§9 %s is refused', async (_name, body, code) => {
    const { status, json } = await raw('POST', '/runs', body);
    expect(status).toBe(400);
    expect(json).toEqual({ error: { message: expect.stringMatching(/./), code } });
    expect(service.renders.jobs).toEqual([]);
  });

  test.each([
    [null, 'missing_api_key'],
    ['Bearer sk-another', 'invalid_api_key'],
    ['Key sk-simulated-runbase-key', 'invalid_api_key'],
  ])('§9 with the authorization %j nothing is read or made', async (authorization, code) => {
    const refused = { status: 401, json: { error: { message: expect.any(String), code } } };
    expect(await raw('POST', '/runs', JSON.stringify(example), authorization)).toEqual(refused);
    expect(await raw('GET', '/runs/run_1', undefined, authorization)).toEqual(refused);
    expect(service.renders.jobs).toEqual([]);
  });

  test('§9 a run that is none, and an address that is none', async () => {
    expect(await raw('GET', '/runs/run_1')).toMatchObject({ status: 404, json: { error: { code: 'run_not_found' } } });
    expect((await fetch(`${simulation.origin}/runs/run_1`)).status).toBe(404);
    expect((await fetch(`${simulation.origin}/files/clips/run_1.mp4`)).status).toBe(404);
  });

  test('what it refuses in its own words is what the orders hold', () => {
    expect(service.errors).toEqual({
      badInput: { status: 400, json: { error: { message: expect.any(String), code: 'invalid_input' } } },
      badKey: { status: 401, json: { error: { message: expect.any(String), code: 'invalid_api_key' } } },
      noCredit: { status: 402, json: { error: { message: expect.any(String), code: 'insufficient_balance' } } },
      rateLimited: { status: 429, json: { error: { message: expect.any(String), code: 'RATE_LIMITED' } } },
    });
  });
});

const submitCall = (extra: Partial<SubmitCall> = {}): SubmitCall => ({
  attempt: 'attempt-1' as AttemptId,
  model: 'hailuo/pro',
  body: { model: 'hailuo/pro', input: { prompt: 'rain' } },
  ...extra,
});
async function ticketOf(extra: Partial<SubmitCall> = {}): Promise<JsonValue> {
  const submission = await provider.submit(submitCall(extra));
  return submission.outcome === 'accepted' ? submission.ticket : expect.fail(submission.failure.detail);
}
async function lookRefusalOf(ticket: JsonValue): Promise<Failure> {
  const error = await provider.poll(ticket).catch((thrown: unknown) => thrown);
  return error instanceof CallRefusedError ? error.failure : expect.fail(`${JSON.stringify(error)} is no refusal`);
}

describe('our provider', () => {
  const picture = {
    id: 'a' as MediaId,
    kind: 'picture',
    type: 'image/png',
    bytes: 1,
    width: 800,
    height: 600,
  } as const;

  test('everything that it offers is taken, from text and from a picture', async () => {
    const offers = modelNames.flatMap((model) =>
      resolutions.flatMap((resolution) =>
        clipSeconds.flatMap((seconds) =>
          [true, false].map((enhance) => {
            const request: VideoRequest = { prompt: 'rain', model, seconds, resolution, enhance };
            return provider.offer({ ...request, firstFrame: picture });
          }),
        ),
      ),
    );
    const offered = offers.flatMap((offer) => (offer.outcome === 'offered' ? [offer] : []));
    expect(offered).toHaveLength(4 * 2 * 2);
    for (const { model, body } of offered) {
      await ticketOf({ model, body });
      await ticketOf({ model, body, firstFrame: link });
    }
    expect(service.renders.jobs).toHaveLength(offered.length * 2);
  });

  test('walks a clip from picture to link', async () => {
    service.renders.plan({ queueMs: 1000, renderMs: 3200 });
    const submission = await provider.submit(submitCall({ firstFrame: link }));
    expect(submission).toMatchObject({ outcome: 'accepted', charged: 40_000 });
    if (submission.outcome !== 'accepted') return;
    expect(await provider.poll(submission.ticket)).toEqual({ status: 'waiting' });
    passMs(1000);
    expect(await provider.poll(submission.ticket)).toEqual({ status: 'rendering' });
    passMs(5000);
    expect(await provider.poll(submission.ticket)).toEqual({
      status: 'ready',
      videoUrl: `${simulation.origin}/files/clips/${service.renders.jobs[0]?.id}.mp4`,
      charged: 40_000,
      endedAt: new Date('2026-06-01T12:00:04.200Z'),
    });
    expect(service.renders.jobs[0]?.input).toMatchObject({ input: { image_urls: [link] } });
    expect(logged).toEqual([]);
  });

  test.each([
    ['running', []],
    ['POLISHING', ['unknown-status']],
  ])('takes "%s" for rendering', async (statusWord, expected) => {
    service.renders.plan({ renderMs: 60_000, statusWord });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'rendering' });
    expect(logged).toEqual(expected);
  });

  test.each([
    ['moderated', 'moderation'],
    ['failed', 'unavailable'],
  ] as const)('a run that is %s costs nothing', async (ending, kind) => {
    service.renders.plan({ ending });
    const progress = await provider.poll(await ticketOf());
    expect(progress).toMatchObject({ status: 'failed', failure: { kind, charged: 'no' } });
    expect(progress).not.toHaveProperty('charged');
  });

  test.each<[name: string, fault: Parameters<Simulation['order']>[1], runs: number]>([
    ['a lost answer', { fault: 'lose-answer' }, 1],
    ['a cut connection', { fault: 'cut' }, 0],
    ['a 500 for a run that was made', { fault: 'answer', reply: runbaseErrors.fault, afterwards: true }, 1],
    ['a 500 for a run that was not', { fault: 'answer', reply: runbaseErrors.fault }, 0],
  ])('%s leaves open whether there is a run, and nothing is sent twice', async (_name, fault, runs) => {
    simulation.order('submit', fault);
    await expect(provider.submit(submitCall())).rejects.toBeInstanceOf(AnswerLostError);
    expect(service.renders.jobs).toHaveLength(runs);
    expect(simulation.calls).toHaveLength(1);
  });

  test.each<[name: keyof typeof runbaseErrors, expected: Partial<Failure>]>([
    ['invalidJson', { kind: 'bad-input' }],
    ['missingModel', { kind: 'bad-input' }],
    ['missingInput', { kind: 'bad-input' }],
    ['invalidInput', { kind: 'bad-input' }],
    ['modelNotFound', { kind: 'other' }],
    ['missingApiKey', { kind: 'bad-key' }],
    ['invalidApiKey', { kind: 'bad-key' }],
    ['insufficientBalance', { kind: 'no-credit' }],
    ['spendLimitExceeded', { kind: 'no-credit' }],
    ['ipNotAllowed', { kind: 'bad-key' }],
    ['rateLimited', { kind: 'rate-limited', retryAfterMs: 1000 }],
    ['usageExceeded', { kind: 'no-credit' }],
  ])('%s refuses a submit for nothing, and a look without a word on the run', async (name, expected) => {
    const ticket = await ticketOf();
    const reply: Reply = runbaseErrors[name];
    simulation.order('submit', { fault: 'answer', reply });
    const submission = await provider.submit(submitCall());
    expect(submission).toMatchObject({ outcome: 'refused', failure: { ...expected, charged: 'no' } });
    if (submission.outcome === 'refused' && expected.retryAfterMs === undefined) {
      expect(submission.failure).not.toHaveProperty('retryAfterMs');
    }
    simulation.order('status', { fault: 'answer', reply });
    expect(await lookRefusalOf(ticket)).toMatchObject({ ...expected, charged: 'no' });
    expect(await provider.poll(ticket)).toMatchObject({ status: 'ready' });
    expect(service.renders.jobs).toHaveLength(1);
  });

  test.each<[name: string, fault: Parameters<Simulation['order']>[1]]>([
    ['a fault', { fault: 'answer', reply: runbaseErrors.fault }],
    ['a page in between', { fault: 'answer', reply: { status: 502, bytes: Buffer.from('<html>') } }],
    ['a cut connection', { fault: 'cut' }],
  ])('%s at a look says nothing about the run', async (_name, fault) => {
    const ticket = await ticketOf();
    simulation.order('status', fault);
    await expect(provider.poll(ticket)).rejects.not.toBeInstanceOf(CallRefusedError);
    expect(await provider.poll(ticket)).toMatchObject({ status: 'ready' });
  });

  test('a run that nobody knows is gone, and may have been paid for', async () => {
    expect(await provider.poll({ id: 'run_1' })).toMatchObject({
      status: 'failed',
      failure: { kind: 'not-found', charged: 'unknown', code: 'run_not_found' },
    });
  });

  test('a base without its prefix is no run that is gone, and no submit that was paid', async () => {
    const ticket = await ticketOf();
    const astray = connect({ ...simulation.environment, RUNBASE_API_URL: simulation.origin });
    await expect(astray.poll(ticket)).rejects.toThrow('Runbase answered 404');
    expect(await astray.submit(submitCall())).toMatchObject({ outcome: 'refused', failure: { charged: 'no' } });
    expect(service.renders.jobs).toHaveLength(1);
  });

  test('finds out whether the key is good without making a run', async () => {
    expect(await provider.inspect?.()).toEqual({ findings: [expect.stringContaining('The key is read.')] });
    const stranger = connect({ ...simulation.environment, RUNBASE_API_KEY: 'sk-another' });
    expect(await stranger.inspect?.()).toMatchObject({ failure: { kind: 'bad-key', code: 'invalid_api_key' } });
    expect(service.renders.jobs).toEqual([]);
  });

  test('an expired link is a 404, a slow answer is waited for, and a closed service refuses', async () => {
    service.renders.plan({ isLinkExpired: true });
    const ticket = await ticketOf();
    simulation.order('status', { fault: 'wait', ms: 60 });
    const ready = await provider.poll(ticket);
    expect((await fetch((ready.status === 'ready' && ready.videoUrl) || '')).status).toBe(404);
    await simulation.close();
    await expect(connect().submit(submitCall())).rejects.toBeInstanceOf(NotSentError);
    simulation = await startSimulation(service);
  });
});

describe('the limit of 20 in 10 s (§10)', () => {
  beforeEach(async () => {
    await simulation.close();
    await open({ keepsLimit: true });
  });

  test('counts creates and reads together, and forgets each after 10 s', async () => {
    const ticket = await ticketOf();
    passMs(4000);
    for (let calls = 1; calls < 20; calls += 1) await provider.poll(ticket);
    expect(await lookRefusalOf(ticket)).toMatchObject({ kind: 'rate-limited', retryAfterMs: 1000 });
    const submission = await provider.submit(submitCall());
    expect(submission).toMatchObject({ outcome: 'refused', failure: { kind: 'rate-limited', retryAfterMs: 1000 } });
    expect(service.turnedAway()).toBe(2);

    passMs(5999);
    expect(await lookRefusalOf(ticket)).toMatchObject({ kind: 'rate-limited' });
    passMs(1);
    expect(await provider.poll(ticket)).toMatchObject({ status: 'ready' });
    expect(await lookRefusalOf(ticket)).toMatchObject({ kind: 'rate-limited' });
    expect(service.renders.jobs).toHaveLength(1);
  });

  test('is met by whoever keeps the pace that our provider names', async () => {
    const { most, perMs } = provider.paces[0] ?? expect.fail('no pace');
    const ticket = await ticketOf();
    for (let calls = 1; calls < most * 3; calls += 1) {
      if (calls % most === 0) passMs(perMs);
      await provider.poll(ticket);
    }
    expect(service.turnedAway()).toBe(0);
  });

  test('does not hold for a stranger, nor for the clip', async () => {
    await Promise.all(Array.from({ length: 30 }, () => raw('GET', '/runs/run_1', undefined, 'Bearer sk-another')));
    const { json } = await create({ model: 'hailuo/pro', input: { prompt: 'rain' } });
    for (let calls = 0; calls < 30; calls += 1) {
      expect((await fetch(`${simulation.origin}/files/clips/${json.id}.mp4`)).status).toBe(200);
    }
    expect(await provider.poll({ id: String(json.id) })).toMatchObject({ status: 'ready' });
  });

  test('is not kept unless told to', async () => {
    await simulation.close();
    await open();
    const ticket = await ticketOf();
    for (let calls = 0; calls < 40; calls += 1) await provider.poll(ticket);
    expect(service.turnedAway()).toBe(0);
  });
});
