/** What MiniMax does beyond the exam: every price, every row of the error table at every moment, what an id may look like. */
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/core/failure.ts';
import { AnswerLostError, type HttpAnswer, type HttpCall } from '../../../src/core/http.ts';
import { minimax } from '../../../src/core/providers/minimax.ts';
import { CallRefusedError, type SubmitCall, type VideoProvider } from '../../../src/core/providers/provider.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../../../src/core/request.ts';
import type { AttemptId, MediaId } from '../../../src/core/values.ts';
import { reasonOf, said } from '../../support/said.ts';

type Answer = Partial<Pick<HttpAnswer, 'status' | 'headers' | 'json' | 'text'>>;

const key = 'sk-api-secret';

/** MiniMax, connected to a script of answers; keeps what was called. */
function connect(settings: Record<string, string>, ...answers: Answer[]) {
  const calls: HttpCall[] = [];
  const logged: string[] = [];
  const provider = minimax.connect(
    { MINIMAX_API_KEY: key, ...settings },
    {
      now: () => new Date('2026-11-20T12:00:00Z'),
      scratchDirectory: '/nowhere',
      log: (event, fields) => logged.push(`${event} ${JSON.stringify(fields)}`),
      async http(call) {
        calls.push(call);
        const answer = answers.shift() ?? expect.fail(`no answer left for ${call.method} ${call.url}`);
        return { status: 200, headers: {}, json: undefined, text: JSON.stringify(answer.json ?? ''), ...answer };
      },
    },
  );
  return { provider, calls, logged };
}

const submitCall: SubmitCall = {
  attempt: 'attempt' as AttemptId,
  model: 'MiniMax-Hailuo-2.3',
  body: { model: 'MiniMax-Hailuo-2.3', prompt: 'rain', duration: 6, resolution: '768P', prompt_optimizer: true },
};
const ticket = { taskId: '106916112212032' };
const picture = { id: 'a' as MediaId, kind: 'picture', type: 'image/png', bytes: 1, width: 800, height: 600 } as const;

const verdict = (code: number, message = 'words') => ({ base_resp: { status_code: code, status_msg: message } });
const refused = (code: number, message?: string): Answer => ({ json: { task_id: '', ...verdict(code, message) } });
const failedWith = (code: number): Answer => ({ json: { status: 'Fail', file_id: '', ...verdict(code) } });

async function refusalOf(provider: VideoProvider): Promise<Failure> {
  const submission = await provider.submit(submitCall);
  return submission.outcome === 'refused' ? submission.failure : expect.fail('it was accepted');
}

async function endOf(provider: VideoProvider): Promise<Failure> {
  const progress = await provider.poll(ticket);
  return progress.status === 'failed' ? progress.failure : expect.fail(progress.status);
}

async function lookRefusalOf(provider: VideoProvider): Promise<Failure> {
  const error = await provider.poll(ticket).catch((thrown: unknown) => thrown);
  return error instanceof CallRefusedError ? error.failure : expect.fail(String(error));
}

function requestOf(part: Partial<VideoRequest>): VideoRequest {
  return { prompt: 'rain', model: '2.3', seconds: 6, resolution: '768P', enhance: true, ...part };
}

/** Every combination that can be asked for. */
const everyRequest = modelNames.flatMap((model) =>
  [{}, { firstFrame: picture }, { firstFrame: picture, lastFrame: picture }, { lastFrame: picture }].flatMap((frames) =>
    resolutions.flatMap((resolution) =>
      clipSeconds.map((seconds) => requestOf({ model, seconds, resolution, ...frames })),
    ),
  ),
);

describe('offers (§2, §3, §12)', () => {
  test('what it renders, and for how much: every model in every mode', () => {
    const { provider } = connect({});
    const lines = everyRequest.flatMap((request) => {
      const offer = provider.offer(request);
      if (offer.outcome === 'impossible') return [];
      const body = offer.body as Record<string, unknown>;
      const frames = [request.firstFrame && 'first', request.lastFrame && 'last'].filter(Boolean).join('+') || 'text';
      expect(body).toEqual({
        model: offer.model,
        prompt: 'rain',
        duration: request.seconds,
        resolution: request.resolution,
        prompt_optimizer: true,
      });
      return [`${request.model} ${frames} ${body.duration} ${body.resolution} ${offer.model} ${offer.price}`];
    });
    expect(lines).toEqual([
      '2.3-pro text 6 1080P MiniMax-Hailuo-2.3 490000',
      '2.3-pro first 6 1080P MiniMax-Hailuo-2.3 490000',
      '2.3 text 6 768P MiniMax-Hailuo-2.3 280000',
      '2.3 text 10 768P MiniMax-Hailuo-2.3 560000',
      '2.3 first 6 768P MiniMax-Hailuo-2.3 280000',
      '2.3 first 10 768P MiniMax-Hailuo-2.3 560000',
      '2.3-fast first 6 768P MiniMax-Hailuo-2.3-Fast 190000',
      '2.3-fast first 10 768P MiniMax-Hailuo-2.3-Fast 320000',
      '2.3-fast-pro first 6 1080P MiniMax-Hailuo-2.3-Fast 330000',
      '02-pro text 6 1080P MiniMax-Hailuo-02 490000',
      '02-pro first 6 1080P MiniMax-Hailuo-02 490000',
      '02-pro first+last 6 1080P MiniMax-Hailuo-02 490000',
      '02 text 6 768P MiniMax-Hailuo-02 280000',
      '02 text 10 768P MiniMax-Hailuo-02 560000',
      '02 first 6 512P MiniMax-Hailuo-02 100000',
      '02 first 10 512P MiniMax-Hailuo-02 150000',
      '02 first 6 768P MiniMax-Hailuo-02 280000',
      '02 first 10 768P MiniMax-Hailuo-02 560000',
      '02 first+last 6 768P MiniMax-Hailuo-02 280000',
      '02 first+last 10 768P MiniMax-Hailuo-02 560000',
    ]);
  });

  test('every refusal is one sentence, and the mainland has the same models without a price', () => {
    const { provider } = connect({});
    const mainland = connect({ MINIMAX_API_URL: 'https://api.minimaxi.com/' }).provider;
    for (const request of everyRequest) {
      const offer = provider.offer(request);
      if (offer.outcome === 'impossible') expect(reasonOf(offer)).toMatch(/^[^\n]{10,200}\.$/);
      const { price: _, ...unpriced } = { price: undefined, ...offer };
      expect(mainland.offer(request)).toEqual(unpriced);
    }
  });

  test.each<[Partial<VideoRequest>, string]>([
    [
      { model: '02-fast', resolution: '512P', firstFrame: picture },
      'MiniMax does not sell 02-fast; from a picture it renders 2.3-fast or 02 in 512P.',
    ],
    [{ model: '2.3-fast' }, 'MiniMax renders 2.3-fast from a picture only; add one, or take 2.3 or 2.3-pro.'],
    [
      { model: '2.3-pro', seconds: 10, resolution: '1080P' },
      'From text, MiniMax renders 2.3-pro as 6 seconds in 1080P.',
    ],
    [{ model: '02', resolution: '512P' }, 'From text, MiniMax renders 02 as 6 seconds in 768P or 10 seconds in 768P.'],
    [
      { model: '02', resolution: '512P', firstFrame: picture, lastFrame: picture },
      'Between two pictures, MiniMax renders 02 as 6 seconds in 768P or 10 seconds in 768P.',
    ],
    [{ lastFrame: picture }, 'MiniMax cannot end a 2.3 clip on a picture; 02 and 02-pro can.'],
    [{ model: '02', lastFrame: picture }, 'MiniMax needs a picture to start from as well when there is one to end on.'],
  ])('%j is impossible', (part, reason) => {
    expect(said(connect({}).provider.offer(requestOf(part)))).toEqual({ outcome: 'impossible', reason });
  });

  test('a prompt goes out as it is, camera movements and all', () => {
    const prompt = '[Push in, Tilt up] a boat "in" the rain ☔';
    expect(connect({}).provider.offer(requestOf({ prompt, enhance: false }))).toMatchObject({
      body: { prompt, prompt_optimizer: false },
    });
  });
});

/** §9, line by line: what a submit, a look and a failed job come to. `lost`: the submit throws. */
const table: readonly [code: number, kind: Failure['kind'], wait: number | undefined, submit: 'refused' | 'lost'][] = [
  [1000, 'unavailable', 10_000, 'lost'],
  [1001, 'unavailable', 10_000, 'lost'],
  [1002, 'rate-limited', 12_000, 'refused'],
  [1004, 'bad-key', undefined, 'refused'],
  [1008, 'no-credit', undefined, 'refused'],
  [1013, 'unavailable', 10_000, 'lost'],
  [1024, 'unavailable', 10_000, 'lost'],
  [1026, 'moderation', undefined, 'refused'],
  [1027, 'moderation', undefined, 'refused'],
  [1028, 'no-credit', undefined, 'refused'],
  [1030, 'no-credit', undefined, 'refused'],
  [1033, 'unavailable', 10_000, 'lost'],
  [1039, 'rate-limited', 60_000, 'refused'],
  [1041, 'rate-limited', 10_000, 'refused'],
  [1042, 'bad-input', undefined, 'refused'],
  [1043, 'other', undefined, 'refused'],
  [1044, 'other', undefined, 'refused'],
  [20132, 'other', undefined, 'refused'],
  [2037, 'other', undefined, 'refused'],
  [2039, 'other', undefined, 'refused'],
  [2042, 'other', undefined, 'refused'],
  [2048, 'other', undefined, 'refused'],
  [2013, 'bad-input', undefined, 'refused'],
  [2038, 'bad-key', undefined, 'refused'],
  [2045, 'rate-limited', 60_000, 'refused'],
  [2049, 'bad-key', undefined, 'refused'],
  [2056, 'no-credit', undefined, 'refused'],
  [2061, 'bad-key', undefined, 'refused'],
  [2062, 'rate-limited', 12_000, 'refused'],
];

describe('errors (§9)', () => {
  test.each(table)('%i is %s', async (code, kind, wait, submit) => {
    const named = { kind, code: `${code}`, detail: expect.stringMatching(new RegExp(`^${code} words`)) };
    const shape = (failure: Failure) => ({ retryAfterMs: undefined, ...failure });

    for (const status of [200, 400, 500]) {
      const { provider } = connect({}, { ...refused(code), status });
      if (submit === 'lost') await expect(provider.submit(submitCall)).rejects.toBeInstanceOf(AnswerLostError);
      else expect(shape(await refusalOf(provider))).toMatchObject({ ...named, charged: 'no', retryAfterMs: wait });
    }
    expect(shape(await lookRefusalOf(connect({}, refused(code)).provider))).toMatchObject({
      ...named,
      charged: 'no',
      retryAfterMs: wait,
    });
    // Rendering anew would be a second paid task, so waiting is never offered for a job that failed.
    expect(shape(await endOf(connect({}, failedWith(code)).provider))).toMatchObject({
      ...named,
      charged: 'unknown',
      retryAfterMs: undefined,
    });
  });

  test.each<[status: number, kind: Failure['kind']]>([
    [301, 'other'],
    [400, 'other'],
    [401, 'bad-key'],
    [402, 'no-credit'],
    [403, 'bad-key'],
    [404, 'other'],
    [413, 'bad-input'],
    [422, 'other'],
    [429, 'rate-limited'],
  ])('HTTP %i without a verdict refuses a submit: %s', async (status, kind) => {
    const failure = await refusalOf(connect({}, { status, text: '<html> a  page </html>' }).provider);
    expect(failure).toMatchObject({
      kind,
      charged: 'no',
      detail: `HTTP ${status} <html> a page </html>${adviceFor(kind)}`,
    });
  });

  test.each([200, 204, 408, 500, 502, 503, 504, 529])(
    'HTTP %i without a verdict leaves a submit open',
    async (status) => {
      await expect(connect({}, { status, text: 'words' }).provider.submit(submitCall)).rejects.toBeInstanceOf(
        AnswerLostError,
      );
    },
  );

  test.each<[name: string, answer: Answer]>([
    ['a new code under 200', refused(7777)],
    ['a new code under 500', { ...refused(7777), status: 500 }],
    ['"ok" under 400, without a task', { ...refused(0), status: 400 }],
    ['a code that is no number', { json: { task_id: '', base_resp: { status_code: '1026', status_msg: 'x' } } }],
    ['a task id and no verdict', { json: { task_id: '1' } }],
    ['a task id and a refusal', { json: { task_id: '1', ...verdict(1026) } }],
    ['null', { json: null }],
    ['a list', { json: [] }],
  ])('a submit is left open by %s', async (_name, answer) => {
    await expect(connect({}, answer).provider.submit(submitCall)).rejects.toBeInstanceOf(AnswerLostError);
  });

  test('a new code under a 4xx is a refusal', async () => {
    expect(await refusalOf(connect({}, { ...refused(7777), status: 422 }).provider)).toMatchObject({
      kind: 'other',
      code: '7777',
    });
  });

  test.each<[name: string, settings: Record<string, string>, headers: HttpAnswer['headers'], wait: number]>([
    ['one turn of five in a minute', {}, {}, 12_000],
    ['one turn of twenty', { MINIMAX_CREATES_PER_MINUTE: '20' }, {}, 3000],
    ['one turn of seven, rounded up', { MINIMAX_CREATES_PER_MINUTE: '7' }, {}, 8572],
    ['Retry-After, should it come', {}, { 'retry-after': '42' }, 42_000],
    ['Retry-After as a date', {}, { 'retry-after': 'Fri, 20 Nov 2026 12:00:05 GMT' }, 5000],
  ])('too many: %s', async (_name, settings, headers, wait) => {
    const { provider } = connect(settings, { ...refused(1002), headers });
    expect(await refusalOf(provider)).toMatchObject({ kind: 'rate-limited', retryAfterMs: wait });
  });

  test('the detail has the Trace-Id, stays short, and never quotes the key', async () => {
    const headers = { 'trace-id': 'trace-7' };
    const long = connect({}, { ...refused(2049, `the key ${key}\nis invalid ${'x'.repeat(9999)}`), headers });
    const { detail } = await refusalOf(long.provider);
    expect(detail).toMatch(
      /^2049 the key \*\*\* is invalid x+ \(Trace-Id trace-7\) A key works in its own region only/,
    );
    expect(detail.length).toBeLessThanOrEqual(300);

    const open = connect({}, { ...refused(1000, `no ${key}`), headers }).provider.submit(submitCall);
    await expect(open).rejects.toThrow(/1000 no \*\*\* \(Trace-Id trace-7\)$/);
  });
});

function adviceFor(kind: Failure['kind']): string {
  const advice = ' A key works in its own region only: see MINIMAX_API_KEY and MINIMAX_API_URL.';
  return kind === 'bad-key' ? advice : '';
}

describe('ids', () => {
  test.each<[told: unknown, asked: string | null]>([
    ['176844028768320', '176844028768320'],
    ['9223372036854775807', '9223372036854775807'],
    ['a/b?c=d', 'a%2Fb%3Fc%3Dd'],
    [176844028768320, '176844028768320'],
    // Rounded already by whoever parsed it.
    [2 ** 63, null],
    ['', null],
    [0, null],
    [null, null],
    [undefined, null],
  ])('a file id of %j is asked for as %s', async (told, asked) => {
    const link = { json: { file: { file_id: 1, download_url: 'https://cdn.example/a.mp4' }, ...verdict(0) } };
    const { provider, calls } = connect({}, { json: { status: 'Success', file_id: told, ...verdict(0) } }, link);
    const progress = await provider.poll(ticket);
    if (asked === null) {
      expect(progress).toMatchObject({ status: 'failed', failure: { kind: 'clip-unusable', charged: 'yes' } });
      return;
    }
    expect(progress).toEqual({ status: 'ready', videoUrl: 'https://cdn.example/a.mp4' });
    expect(calls.map(({ url }) => url)).toEqual([
      'https://api.minimax.io/v1/query/video_generation?task_id=106916112212032',
      `https://api.minimax.io/v1/files/retrieve?file_id=${asked}`,
    ]);
  });

  test('a task id goes back as it came', async () => {
    const { provider, calls } = connect(
      { MINIMAX_API_URL: 'https://api.minimaxi.com///' },
      { json: { task_id: '18446744073709551615/&', ...verdict(0) } },
      { json: { status: 'QUEUEING', ...verdict(0) } },
    );
    const submission = await provider.submit(submitCall);
    expect(submission).toEqual({ outcome: 'accepted', ticket: { taskId: '18446744073709551615/&' } });
    expect(await provider.poll({ taskId: '18446744073709551615/&' })).toEqual({ status: 'waiting' });
    expect(calls.map(({ url }) => url)).toEqual([
      'https://api.minimaxi.com/v1/video_generation',
      'https://api.minimaxi.com/v1/query/video_generation?task_id=18446744073709551615%2F%26',
    ]);
  });
});

describe('looks (§5)', () => {
  test.each([
    ['Preparing', 'waiting'],
    ['PREPARING', 'waiting'],
    ['Queueing', 'waiting'],
    ['Processing', 'rendering'],
    ['processing', 'rendering'],
  ])('%s is %s, whatever code stands beside it', async (word, status) => {
    for (const code of [0, 1002]) {
      const { provider, logged } = connect({}, { json: { status: word, ...verdict(code) } });
      expect(await provider.poll(ticket)).toEqual({ status });
      expect(logged).toEqual([]);
    }
  });

  test('an unknown word is logged once, and not at length', async () => {
    const { provider, logged } = connect({}, { json: { status: 'x'.repeat(500), ...verdict(0) } });
    expect(await provider.poll(ticket)).toEqual({ status: 'rendering' });
    expect(logged).toEqual([`unknown-status {"taskId":"106916112212032","status":"${'x'.repeat(40)}"}`]);
  });

  test('every look at a finished job asks for a new link', async () => {
    const done = { json: { status: 'Success', file_id: '7', ...verdict(0) } };
    const link = (url: string) => ({ json: { file: { download_url: url }, ...verdict(0) } });
    const { provider } = connect({}, done, link('https://cdn.example/1'), done, link('https://cdn.example/2'));
    expect(await provider.poll(ticket)).toMatchObject({ videoUrl: 'https://cdn.example/1' });
    expect(await provider.poll(ticket)).toMatchObject({ videoUrl: 'https://cdn.example/2' });
  });

  test.each<[name: string, answer: Answer]>([
    ['an internal error', refused(1024)],
    ['a bad key', refused(1004)],
    ['a gateway', { status: 502, text: '<html>' }],
    ['a link without a word of success, under 500', { status: 500, json: { file: { download_url: 'https://x' } } }],
    ['nothing', { text: '' }],
  ])('%s in place of the file says nothing of the job', async (_name, answer) => {
    const { provider } = connect({}, { json: { status: 'Success', file_id: '7', ...verdict(0) } }, answer);
    await expect(provider.poll(ticket)).rejects.toThrow();
  });
});

describe('call-backs (§7)', () => {
  const read = (body: string | Uint8Array) =>
    connect({}).provider.readCallBack?.({ headers: {}, rawBody: Buffer.from(body) }) ?? expect.fail();

  test.each<[body: string, reading: unknown]>([
    ['{"challenge":"abc"}', { outcome: 'answer', json: { challenge: 'abc' } }],
    ['{"challenge":"abc","more":1}', { outcome: 'answer', json: { challenge: 'abc' } }],
    ['{"task_id":"7","status":"processing"}', { outcome: 'genuine', ticket: { taskId: '7' } }],
    ['{"task_id":"7"}', { outcome: 'genuine', ticket: { taskId: '7' } }],
    ['{"task_id":"","status":"success"}', { outcome: 'genuine' }],
    ['{"task_id":7,"status":"success"}', { outcome: 'genuine' }],
    ['{"challenge":7}', { outcome: 'genuine' }],
    ['not JSON', { outcome: 'genuine' }],
    ['null', { outcome: 'genuine' }],
  ])('%s', async (body, reading) => {
    expect(await read(body)).toEqual(reading);
  });
});

describe('as it is connected', () => {
  test('with the limits of the sheet', () => {
    const { provider } = connect({});
    expect(provider.slots).toBe('learned');
    expect(provider.paces).toEqual([{ of: ['submit'], most: 5, perMs: 60_000 }]);
    expect(connect({ MINIMAX_CREATES_PER_MINUTE: '50' }).provider.paces).toEqual([
      { of: ['submit'], most: 50, perMs: 60_000 },
    ]);
    expect(provider.pictures.map(({ route }) => route)).toEqual(['data-uri', 'link']);
    for (const { types } of provider.pictures) expect(types).toEqual(['image/jpeg', 'image/png', 'image/webp']);
  });

  test('the largest picture that goes as a data URI is under 20 MB when encoded', () => {
    const route = connect({}).provider.pictures.find((each) => each.route === 'data-uri') ?? expect.fail();
    expect('data:image/jpeg;base64,'.length + 4 * Math.ceil(route.maxBytes / 3)).toBeLessThan(20_000_000);
  });

  test.each(['0', '-1', '2.5', 'many'])('%s creates in a minute are refused', (text) => {
    expect(() => connect({ MINIMAX_CREATES_PER_MINUTE: text })).toThrow();
  });

  test('an inspection names the currency, and throws when there is no answer', async () => {
    const mainland = connect({ MINIMAX_API_URL: 'https://api.minimaxi.com' }, refused(2013)).provider;
    expect((await mainland.inspect?.())?.findings).toContain('Clips are billed in CNY: their prices are not counted.');
    await expect(connect({}, { status: 502, text: '' }).provider.inspect?.()).rejects.toThrow();
    await expect(connect({}, refused(1000)).provider.inspect?.()).rejects.toBeInstanceOf(CallRefusedError);
  });
});
