/** The simulated MiniMax says what the sheet says, and our provider gets along with it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { AnswerLostError, createHttp, NotSentError } from '../../src/core/http.ts';
import { minimax } from '../../src/core/providers/minimax.ts';
import { CallRefusedError, type SubmitCall, type VideoProvider } from '../../src/core/providers/provider.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../../src/core/request.ts';
import { createStrangerGuard } from '../../src/core/stranger-guard.ts';
import type { AttemptId, MediaId } from '../../src/core/values.ts';
import { createMiniMax, miniMaxRefusal, type SimulatedMiniMax } from '../../src/simulate/minimax.ts';
import { type Reply, type Simulation, startSimulation } from '../../src/simulate/server.ts';

const clip = Buffer.from('\0\0\0\x18ftypmp42 no more than a beginning');
const dataUri = 'data:image/png;base64,iVBORw0KGgo=';
const link = 'https://bot.example/media/picture.webp?signature=1';
const gatewayPage: Reply = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  bytes: Buffer.from('<html>Bad gateway</html>'),
};

let service: SimulatedMiniMax;
let simulation: Simulation;
let clock: Date;

beforeEach(async () => {
  clock = new Date('2026-11-20T12:00:00Z');
  service = createMiniMax({ clip, now: () => clock });
  simulation = await startSimulation(service);
});
afterEach(() => simulation.close());

const pass = (ms: number) => {
  clock = new Date(clock.getTime() + ms);
};

/** One plain call, as a reader of the sheet would make it. */
async function ask(path: string, body?: unknown, authorization = `Bearer ${simulation.environment.MINIMAX_API_KEY}`) {
  const answer = await fetch(simulation.origin + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...(authorization !== '' && { authorization }), 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, traceId: answer.headers.get('trace-id'), text, json: JSON.parse(text) };
}
const create = (body: unknown) => ask('/v1/video_generation', body);
const success = { status_code: 0, status_msg: 'success' };

describe('the simulated service', () => {
  test("gives the sheet's own answers, step by step", async () => {
    service.renders.plan({ queueMs: 1000, renderMs: 1000 });
    const accepted = await create({
      model: 'MiniMax-Hailuo-02',
      prompt: 'a boat',
      first_frame_image: 'https://bot.example/first.png',
      last_frame_image: 'https://bot.example/last.png',
      duration: 6,
      resolution: '1080P',
    });
    expect(accepted.status).toBe(200);
    expect(accepted.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(accepted.json).toEqual({ task_id: '106916112212032', base_resp: success });

    const look = async () => (await ask('/v1/query/video_generation?task_id=106916112212032')).json;
    const state = (status: string) => ({ task_id: '106916112212032', status, file_id: '', base_resp: success });
    expect(await look()).toEqual(state('Preparing'));
    pass(1000);
    expect(await look()).toEqual(state('Processing'));
    pass(1000);
    const done = await look();
    expect(done).toEqual({
      ...state('Success'),
      file_id: '9007199254740993',
      video_width: 1920,
      video_height: 1080,
    });

    const { json: file, text } = await ask(`/v1/files/retrieve?file_id=${done.file_id}`);
    expect(text).toContain('"file_id":9007199254740993,');
    expect(file).toEqual({
      file: {
        // Rounded on its way through JSON.parse: this is why nobody should read it.
        file_id: 9007199254740992,
        bytes: clip.length,
        created_at: 0,
        filename: 'output.mp4',
        purpose: 'video_generation',
        download_url: expect.stringContaining(`${simulation.origin}/files/clips/106916112212032.mp4`),
      },
      base_resp: success,
    });
    const mp4 = await fetch(file.file.download_url);
    expect(mp4.headers.get('content-type')).toBe('video/mp4');
    expect(Buffer.from(await mp4.arrayBuffer())).toEqual(clip);
  });

  test('a job behind others is Queueing', async () => {
    for (const _ of [1, 2]) {
      service.renders.plan({ queueMs: 60_000 });
      await create({ model: 'MiniMax-Hailuo-2.3', prompt: 'a boat' });
    }
    expect((await ask('/v1/query/video_generation?task_id=106916112212033')).json).toMatchObject({
      status: 'Queueing',
    });
  });

  test.each<[ending: 'moderated' | 'failed', code: number]>([
    ['moderated', 1027],
    ['failed', 1024],
  ])('a %s job is Fail with %i, and has no file', async (ending, code) => {
    service.renders.plan({ ending });
    const { task_id } = (await create({ model: 'MiniMax-Hailuo-2.3', prompt: 'a boat' })).json;
    expect((await ask(`/v1/query/video_generation?task_id=${task_id}`)).json).toMatchObject({
      status: 'Fail',
      file_id: '',
      base_resp: { status_code: code },
    });
    expect((await ask('/v1/files/retrieve?file_id=9007199254740993')).json.base_resp.status_code).toBe(2013);
  });

  test('a link lives an hour, and the next one another hour', async () => {
    await create({ model: 'MiniMax-Hailuo-2.3', prompt: 'a boat' });
    const askForLink = async (): Promise<string> =>
      (await ask('/v1/files/retrieve?file_id=9007199254740993')).json.file.download_url;
    const first = await askForLink();
    pass(60 * 60 * 1000 + 1);
    expect((await fetch(first)).status).toBe(404);
    expect((await fetch(await askForLink())).status).toBe(200);
  });

  const t2v = { model: 'MiniMax-Hailuo-2.3', prompt: 'a boat' };
  const i2v = { model: 'MiniMax-Hailuo-2.3-Fast', first_frame_image: dataUri };
  const fl2v = { model: 'MiniMax-Hailuo-02', first_frame_image: dataUri, last_frame_image: link };

  test.each<[name: string, body: unknown]>([
    ['text alone', t2v],
    ['a picture without a prompt', i2v],
    ['two pictures', fl2v],
    ['a last picture alone, which the documents do not rule out', { ...fl2v, first_frame_image: undefined }],
    ['512P from a picture', { model: 'MiniMax-Hailuo-02', first_frame_image: link, resolution: '512P', duration: 10 }],
    ['every optional field', { ...t2v, duration: 10, prompt_optimizer: false, fast_pretreatment: true }],
    ['2000 characters', { ...t2v, prompt: 'x'.repeat(2000) }],
  ])('takes %s', async (_name, body) => {
    expect((await create(body)).json).toMatchObject({ base_resp: success });
  });

  test.each<[name: string, body: unknown]>([
    ['nothing', {}],
    ['a list', []],
    ['no prompt', { model: 'MiniMax-Hailuo-2.3' }],
    ['an empty prompt', { ...t2v, prompt: '' }],
    ['2001 characters', { ...t2v, prompt: 'x'.repeat(2001) }],
    ['an unknown model', { ...t2v, model: 'MiniMax-Hailuo-2.3-Pro' }],
    ['2.3-Fast from text', { ...t2v, model: 'MiniMax-Hailuo-2.3-Fast' }],
    ['a length as text', { ...t2v, duration: '6' }],
    ['a length of 8', { ...t2v, duration: 8 }],
    ['a small p', { ...t2v, resolution: '768p' }],
    ['512P from text', { ...t2v, model: 'MiniMax-Hailuo-02', resolution: '512P' }],
    ['512P of 2.3', { ...i2v, resolution: '512P' }],
    ['512P between two pictures', { ...fl2v, resolution: '512P' }],
    ['ten seconds in 1080P', { ...t2v, duration: 10, resolution: '1080P' }],
    ['ten seconds in 1080P from a picture', { ...i2v, duration: 10, resolution: '1080P' }],
    ['ten seconds in 1080P between two', { ...fl2v, duration: 10, resolution: '1080P' }],
    ['a last picture for 2.3', { ...fl2v, model: 'MiniMax-Hailuo-2.3' }],
    ['the optimiser as text', { ...t2v, prompt_optimizer: 'true' }],
    ['pretreatment between two pictures', { ...fl2v, fast_pretreatment: true }],
    ['the watermark of the mainland', { ...t2v, aigc_watermark: false }],
    ['a field of another service', { ...t2v, image_url: link }],
    ['a GIF', { ...i2v, first_frame_image: 'data:image/gif;base64,AAAA' }],
    ['a picture by a local path', { ...i2v, first_frame_image: '/tmp/a.png' }],
    ['a picture of 20 MB', { ...i2v, first_frame_image: `data:image/png;base64,${'A'.repeat(20_000_000)}` }],
    ['no address to call back', { ...t2v, callback_url: 'bot.example' }],
  ])('refuses %s, under HTTP 200', async (_name, body) => {
    expect(await create(body)).toMatchObject({
      status: 200,
      json: { task_id: '', base_resp: { status_code: 2013, status_msg: expect.stringMatching(/^invalid params/) } },
    });
    expect(service.renders.jobs).toEqual([]);
  });

  test.each([
    ['', 1004],
    ['Key simulated-minimax-key', 1004],
    ['Bearer wrong', 2049],
  ])('refuses the authorization "%s" with %i, everywhere', async (authorization, code) => {
    const answers = await Promise.all([
      ask('/v1/video_generation', t2v, authorization),
      ask('/v1/query/video_generation?task_id=1', undefined, authorization),
      ask('/v1/files/retrieve?file_id=1', undefined, authorization),
    ]);
    for (const { status, json } of answers) expect([status, json.base_resp.status_code]).toEqual([200, code]);
    expect(service.renders.jobs).toEqual([]);
  });
});

describe('our provider', () => {
  let provider: VideoProvider;
  let logged: string[];

  const connect = (environment: Readonly<Record<string, string>> = {}) =>
    minimax.connect(
      { ...simulation.environment, ...environment },
      {
        http: createHttp({ guard: createStrangerGuard({ allowPrivate: [new URL(simulation.origin).host] }) }),
        now: () => clock,
        scratchDirectory: tmpdir(),
        log: (event) => logged.push(event),
      },
    );
  beforeEach(() => {
    logged = [];
    provider = connect();
  });

  const picture = {
    id: 'a' as MediaId,
    kind: 'picture',
    type: 'image/png',
    bytes: 1,
    width: 800,
    height: 600,
  } as const;

  function callFor(part: Partial<VideoRequest> = {}, extra: Partial<SubmitCall> = {}): SubmitCall | null {
    const request: VideoRequest = {
      prompt: 'rain',
      model: '2.3',
      seconds: 6,
      resolution: '768P',
      enhance: true,
      ...part,
    };
    const offer = provider.offer(request);
    if (offer.outcome === 'impossible') return null;
    return {
      attempt: 'attempt' as AttemptId,
      model: offer.model,
      body: offer.body,
      ...(request.firstFrame && { firstFrame: dataUri }),
      ...(request.lastFrame && { lastFrame: link }),
      ...extra,
    };
  }
  const usualCall = (extra: Partial<SubmitCall> = {}) => callFor({}, extra) ?? expect.fail('not offered');
  async function ticketOf(extra: Partial<SubmitCall> = {}) {
    const submission = await provider.submit(usualCall(extra));
    return submission.outcome === 'accepted' ? submission.ticket : expect.fail(submission.failure.detail);
  }

  test('everything it offers is taken', async () => {
    const requests = modelNames.flatMap((model) =>
      resolutions.flatMap((resolution) =>
        clipSeconds.flatMap((seconds) =>
          [{}, { firstFrame: picture }, { firstFrame: picture, lastFrame: picture }].map((frames) => ({
            model,
            resolution,
            seconds,
            enhance: seconds === 6,
            ...frames,
          })),
        ),
      ),
    );
    const calls = requests.flatMap((request) => callFor(request) ?? []);
    for (const call of calls) expect(await provider.submit(call)).toMatchObject({ outcome: 'accepted' });
    expect(service.renders.jobs).toHaveLength(20);
  });

  test('walks a clip from picture to link', async () => {
    const call = callFor({ model: '02', firstFrame: picture, lastFrame: picture }) ?? expect.fail('not offered');
    const submission = await provider.submit(call);
    if (submission.outcome !== 'accepted') return expect.fail(submission.failure.detail);
    expect(submission).toEqual({ outcome: 'accepted', ticket: { taskId: '106916112212032' } });
    expect(service.renders.jobs[0]).toMatchObject({
      model: 'MiniMax-Hailuo-02',
      input: { first_frame_image: dataUri, last_frame_image: link, prompt_optimizer: true },
    });
    const ready = await provider.poll(submission.ticket);
    const url = ready.status === 'ready' ? ready.videoUrl : undefined;
    const mp4 = await createHttp({
      guard: createStrangerGuard({ allowPrivate: [new URL(simulation.origin).host] }),
    })({ method: 'GET', url: url ?? '', isStranger: true });
    expect(mp4).toMatchObject({ status: 200, text: clip.toString() });
    expect(simulation.calls.map(({ operation }) => operation)).toEqual(['submit', 'status', 'retrieve', 'clip']);
  });

  test('sees every stage, an unknown word among them', async () => {
    service.renders.plan({ queueMs: 1000, renderMs: 1000 });
    const ticket = await ticketOf();
    expect(await provider.poll(ticket)).toEqual({ status: 'waiting' });
    pass(1000);
    expect(await provider.poll(ticket)).toEqual({ status: 'rendering' });
    pass(1000);
    expect(await provider.poll(ticket)).toMatchObject({ status: 'ready' });
    service.renders.plan({ renderMs: 60_000, statusWord: 'Polishing' });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'rendering' });
    expect(logged).toEqual(['unknown-status']);
  });

  test.each([
    ['moderated', { kind: 'moderation', code: '1027', charged: 'unknown' }],
    ['failed', { kind: 'unavailable', code: '1024', charged: 'unknown' }],
  ] as const)('a %s job fails', async (ending, failure) => {
    service.renders.plan({ ending });
    expect(await provider.poll(await ticketOf())).toMatchObject({ status: 'failed', failure });
  });

  test('an expired link is a 404; a later look renews one that only grew old', async () => {
    service.renders.plan({ isLinkExpired: true });
    const urlOf = async (ticket: Awaited<ReturnType<typeof ticketOf>>) => {
      const progress = await provider.poll(ticket);
      return progress.status === 'ready' ? (progress.videoUrl ?? '') : expect.fail(progress.status);
    };
    expect((await fetch(await urlOf(await ticketOf()))).status).toBe(404);
    const ticket = await ticketOf();
    const old = await urlOf(ticket);
    pass(60 * 60 * 1000 + 1);
    expect((await fetch(old)).status).toBe(404);
    expect((await fetch(await urlOf(ticket))).status).toBe(200);
  });

  test.each([
    ['moderation', { kind: 'moderation' }],
    ['badInput', { kind: 'bad-input' }],
    ['badKey', { kind: 'bad-key' }],
    ['noCredit', { kind: 'no-credit' }],
    ['rateLimited', { kind: 'rate-limited', retryAfterMs: 12_000 }],
  ] as const)('%s at the submit is a free refusal, with its Trace-Id', async (name, failure) => {
    const reply = service.errors[name] ?? expect.fail('it has no word for it');
    simulation.order('submit', { fault: 'answer', reply });
    expect(await provider.submit(usualCall())).toMatchObject({
      outcome: 'refused',
      failure: { ...failure, charged: 'no', detail: expect.stringContaining(reply.headers?.['trace-id'] ?? '?') },
    });
    expect(service.renders.jobs).toEqual([]);
  });

  test('a wrong type, should one slip in, is refused in words that say where', async () => {
    const body = { model: 'MiniMax-Hailuo-2.3', prompt: 'rain', duration: '6', resolution: '768P' };
    expect(await provider.submit({ ...usualCall(), body })).toMatchObject({
      outcome: 'refused',
      failure: { kind: 'bad-input', code: '2013', detail: expect.stringContaining('duration') },
    });
  });

  test.each<[name: string, reply: Reply]>([
    ['a gateway page', gatewayPage],
    ['an internal error', miniMaxRefusal(1024, 'internal error')],
    ['a timeout', miniMaxRefusal(1001, 'timeout', 504)],
    ['a bare 500', { status: 500 }],
  ])('%s over a job that was taken all the same throws, and is not repeated', async (_name, reply) => {
    simulation.order('submit', { fault: 'answer', reply, afterwards: true });
    await expect(provider.submit(usualCall())).rejects.toBeInstanceOf(AnswerLostError);
    expect(service.renders.jobs).toHaveLength(1);
  });

  test('a lost answer is a job all the same; a cut line may not be; a closed door is not', async () => {
    simulation.order('submit', { fault: 'lose-answer' });
    await expect(provider.submit(usualCall())).rejects.toBeInstanceOf(AnswerLostError);
    expect(service.renders.jobs).toHaveLength(1);
    simulation.order('submit', { fault: 'cut' });
    await expect(provider.submit(usualCall())).rejects.toBeInstanceOf(AnswerLostError);
    expect(service.renders.jobs).toHaveLength(1);
    await simulation.close();
    await expect(provider.submit(usualCall())).rejects.toBeInstanceOf(NotSentError);
    simulation = await startSimulation(service);
  });

  test.each(['status', 'retrieve'])(
    'a disturbed %s says nothing of the job, and the next look finds it',
    async (step) => {
      const ticket = await ticketOf();
      simulation.order(step, { fault: 'cut' });
      await expect(provider.poll(ticket)).rejects.toBeInstanceOf(AnswerLostError);
      simulation.order(step, { fault: 'answer', reply: gatewayPage });
      await expect(provider.poll(ticket)).rejects.not.toBeInstanceOf(CallRefusedError);
      simulation.order(step, { fault: 'answer', reply: service.errors.rateLimited ?? gatewayPage });
      await expect(provider.poll(ticket)).rejects.toMatchObject({ failure: { kind: 'rate-limited', charged: 'no' } });
      simulation.order(step, { fault: 'wait', ms: 40 });
      expect(await provider.poll(ticket)).toMatchObject({ status: 'ready' });
    },
  );

  test('another account, or a task that never was: the look is turned away', async () => {
    const ticket = await ticketOf();
    await expect(connect({ MINIMAX_API_KEY: 'wrong' }).poll(ticket)).rejects.toMatchObject({
      failure: { kind: 'bad-key', code: '2049' },
    });
    await expect(provider.poll({ taskId: '1' })).rejects.toMatchObject({ failure: { code: '2013' } });
  });

  test('an inspection costs nothing and tells a good key from a bad one', async () => {
    expect(await provider.inspect?.()).toMatchObject({
      findings: ['The key is read.', expect.any(String), expect.any(String)],
    });
    expect(await connect({ MINIMAX_API_KEY: 'wrong' }).inspect?.()).toMatchObject({
      findings: [],
      failure: { kind: 'bad-key' },
    });
    expect(simulation.calls.map(({ operation }) => operation)).toEqual(['status', 'status']);
  });

  describe('is called back', () => {
    const task = { taskId: '106916112212032' };

    /** Answers as our web server would, and keeps what came. */
    async function receive(answerChallenge = true) {
      const readings: unknown[] = [];
      const receiver = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', async () => {
          const reading = await provider.readCallBack?.({ headers: {}, rawBody: Buffer.concat(chunks) });
          if (reading?.outcome !== 'answer') readings.push(reading);
          const isAnswered = reading?.outcome === 'answer' && answerChallenge;
          response.end(JSON.stringify(isAnswered ? reading.json : { ok: true }));
        });
      });
      await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
      onTestFinished(() => new Promise<void>((closed) => receiver.close(() => closed())));
      const { port } = receiver.address() as AddressInfo;
      return { readings, callBackUrl: `http://127.0.0.1:${port}/callbacks/minimax/1/secret` };
    }

    test('after the handshake, once and again', async () => {
      const { readings, callBackUrl } = await receive();
      service.renders.plan({ callBacks: [{ signature: 'genuine' }, { signature: 'genuine', delayMs: 20 }] });
      expect(await provider.submit(usualCall({ callBackUrl }))).toMatchObject({
        ticket: task,
        expectsCallBack: true,
      });
      expect(service.handshakes).toEqual([true]);
      expect(service.renders.jobs[0]?.callBackUrl).toBe(callBackUrl);
      const reading = { outcome: 'genuine', ticket: task };
      await vi.waitFor(() => expect(readings).toEqual([reading, reading]));
      await vi.waitFor(() => expect(service.renders.callBackAnswers).toEqual([200, 200]));
    });

    test('early, before the submit is answered, even when that answer is lost', async () => {
      const { readings, callBackUrl } = await receive();
      service.renders.plan({ renderMs: 60_000, callBacks: [{ signature: 'genuine', when: 'early' }] });
      simulation.order('submit', { fault: 'lose-answer' });
      await expect(provider.submit(usualCall({ callBackUrl }))).rejects.toBeInstanceOf(AnswerLostError);
      expect(readings).toEqual([{ outcome: 'genuine', ticket: task }]);
    });

    test('about a job that is none: only the look tells', async () => {
      const { readings, callBackUrl } = await receive();
      service.renders.plan({ callBacks: [{ signature: 'forged' }] });
      await ticketOf({ callBackUrl });
      await vi.waitFor(() => expect(readings).toEqual([{ outcome: 'genuine', ticket: { taskId: '999999999999999' } }]));
      await expect(provider.poll({ taskId: '999999999999999' })).rejects.toBeInstanceOf(CallRefusedError);
    });

    test('never, when the challenge does not come back or nobody listens', async () => {
      const { readings, callBackUrl } = await receive(false);
      await ticketOf({ callBackUrl });
      await ticketOf({ callBackUrl: 'http://127.0.0.1:1/callbacks/minimax/1/secret' });
      expect(service.handshakes).toEqual([false, false]);
      expect(service.renders.jobs.map((job) => job.callBackUrl)).toEqual([null, null]);
      await new Promise((done) => setTimeout(done, 20));
      expect(readings).toEqual([]);
    });

    test.each([
      [{ renderMs: 60_000, callBacks: [{ signature: 'genuine', when: 'early' }] }, 'processing', ''],
      [{}, 'success', '9007199254740993'],
      [{ ending: 'moderated' }, 'failed', ''],
    ] as const)('%j is told as %s', async (plan, status, fileId) => {
      const bodies: unknown[] = [];
      const { callBackUrl } = await receive();
      const { readCallBack } = provider;
      provider = {
        ...provider,
        readCallBack: async (callBack) => {
          bodies.push(JSON.parse(Buffer.from(callBack.rawBody).toString()));
          return readCallBack?.(callBack) ?? expect.fail();
        },
      };
      service.renders.plan(plan);
      await ticketOf({ callBackUrl });
      await vi.waitFor(() => expect(bodies).toHaveLength(2));
      expect(bodies).toEqual([
        { challenge: expect.any(String) },
        {
          task_id: task.taskId,
          status,
          file_id: fileId,
          base_resp: expect.objectContaining({ status_code: expect.any(Number) }),
        },
      ]);
    });
  });
});
