/** What RunningHub does beyond the exam: every offer, every error row at a submit and at a look, money of both sites. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { abilities } from '../../../src/core/check-request.ts';
import type { Failure, FailureKind } from '../../../src/core/failure.ts';
import { AnswerLostError, type HttpAnswer, type HttpCall } from '../../../src/core/http.ts';
import {
  CallRefusedError,
  type Offer,
  type Progress,
  type SubmitCall,
  type VideoProvider,
} from '../../../src/core/providers/provider.ts';
import { runninghub } from '../../../src/core/providers/runninghub.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../../../src/core/request.ts';
import type { AttemptId, MediaId } from '../../../src/core/values.ts';
import { said } from '../../support/said.ts';

type Answer = Partial<Pick<HttpAnswer, 'status' | 'headers' | 'json' | 'text'>>;

const key = '0123456789abcdef0123456789abcdef';
const taskId = '2013508786110730241';
const china = 'https://www.runninghub.cn/openapi/v2';

/** RunningHub, connected to a script of answers; keeps what was called. */
function connect(settings: Record<string, unknown>, ...answers: Answer[]) {
  const calls: HttpCall[] = [];
  const logged: string[] = [];
  const provider = runninghub.connect(
    { RUNNINGHUB_API_KEY: key, ...settings },
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
  model: 'minimax/hailuo-2.3/t2v-pro',
  body: { prompt: 'rain', enablePromptExpansion: true },
};

/** What came of a submit: the failure, or `unsure` for a throw that says "we do not know". */
async function refusalOf(answer: Answer): Promise<Failure | 'unsure'> {
  const { provider, calls } = connect({}, answer);
  try {
    const submission = await provider.submit(submitCall);
    return submission.outcome === 'refused' ? submission.failure : expect.fail('it was accepted');
  } catch (error) {
    expect(error).toBeInstanceOf(AnswerLostError);
    return 'unsure';
  } finally {
    expect(calls).toHaveLength(1);
  }
}

const look = (answer: Answer, settings = {}): Promise<Progress> => connect(settings, answer).provider.poll({ taskId });

async function lookRefusal(answer: Answer): Promise<Failure> {
  const error = await look(answer).then(
    (progress) => expect.fail(JSON.stringify(progress)),
    (thrown: unknown) => thrown,
  );
  return error instanceof CallRefusedError ? error.failure : expect.fail(String(error));
}

async function endOf(answer: Answer): Promise<Failure> {
  const progress = await look(answer);
  return progress.status === 'failed' ? progress.failure : expect.fail(progress.status);
}

const picture = { id: 'a' as MediaId, kind: 'picture', type: 'image/png', bytes: 1, width: 800, height: 600 } as const;
const usual: VideoRequest = { prompt: 'rain', model: '2.3', seconds: 6, resolution: '768P', enhance: true };

function everyRequest(): VideoRequest[] {
  return modelNames.flatMap((model) =>
    [{}, { firstFrame: picture }, { firstFrame: picture, lastFrame: picture }].flatMap((pictures) =>
      resolutions.flatMap((resolution) =>
        clipSeconds.map((seconds) => ({ ...usual, model, seconds, resolution, ...pictures })),
      ),
    ),
  );
}

function lineFor(request: VideoRequest, offer: Offer): string[] {
  if (offer.outcome === 'impossible') return [];
  const { duration } = offer.body as { duration?: unknown };
  const frames = `${request.firstFrame ? 'first' : ''}${request.lastFrame ? '+last' : ''}` || 'text';
  const wire = `${offer.model.slice('minimax/hailuo-'.length)} ${JSON.stringify(duration) ?? '-'}`;
  return [`${request.model} ${frames} ${request.seconds}s ${request.resolution}: ${wire} ${offer.price ?? 'unknown'}`];
}

describe('offers (§2, §3, §12)', () => {
  const { provider } = connect({ RUNNINGHUB_API_URL: china, RUNNINGHUB_CNY_PER_USD: '7.5' });

  test('what it renders, and for how much: every model, from text, from a picture, between two', () => {
    expect(everyRequest().flatMap((request) => lineFor(request, provider.offer(request)))).toEqual([
      '2.3-pro text 6s 1080P: 2.3/t2v-pro - 350667',
      '2.3-pro first 6s 1080P: 2.3/image-to-video-pro - 350667',
      '2.3 text 6s 768P: 2.3/t2v-standard "6" 200000',
      '2.3 text 10s 768P: 2.3/t2v-standard "10" 400000',
      '2.3 first 6s 768P: 2.3/i2v-standard "6" 200000',
      '2.3 first 10s 768P: 2.3/i2v-standard "10" 400000',
      '2.3-fast first 6s 768P: 2.3-fast/image-to-video "6" 134667',
      '2.3-fast first 10s 768P: 2.3-fast/image-to-video "10" 225333',
      '2.3-fast-pro first 6s 1080P: 2.3-fast-pro/image-to-video "6" 230667',
      '02-pro text 6s 1080P: 02/t2v-pro - 350667',
      '02-pro first 6s 1080P: 02/i2v-pro - 350667',
      '02-pro first+last 6s 1080P: 02/i2v-pro - 350667',
      '02 text 6s 768P: 02/t2v-standard "6" 200000',
      '02 text 10s 768P: 02/t2v-standard "10" 400000',
      '02 first 6s 768P: 02/i2v-standard "6" 200000',
      '02 first 10s 768P: 02/i2v-standard "10" 400000',
      '02 first+last 6s 768P: 02/i2v-standard "6" 200000',
      '02 first+last 10s 768P: 02/i2v-standard "10" 400000',
      '02-fast first 6s 512P: 02/fast "6" 60000',
      '02-fast first 10s 512P: 02/fast "10" 100000',
    ]);
  });

  test('all that a person may ask for is offered, but 512P of 02', () => {
    const missing = everyRequest().filter((request) => {
      const ability = abilities[request.model];
      const isAllowed =
        ability.resolutions.includes(request.resolution) &&
        ability.seconds.includes(request.seconds) &&
        (request.firstFrame !== undefined || !ability.needsImage) &&
        (request.lastFrame === undefined || ability.takesLastImage);
      return isAllowed && provider.offer(request).outcome === 'impossible';
    });
    expect(new Set(missing.map(({ model, resolution }) => `${model} ${resolution}`))).toEqual(new Set(['02 512P']));
  });

  test('the wish for a better prompt is always sent, and as a boolean', () => {
    for (const request of everyRequest()) {
      for (const enhance of [true, false]) {
        const offer = provider.offer({ ...request, enhance });
        if (offer.outcome === 'offered') expect(offer.body).toMatchObject({ enablePromptExpansion: enhance });
      }
    }
  });

  test.each<[name: string, settings: Record<string, unknown>, price: number | undefined]>([
    ['the international site: its prices are not known', {}, undefined],
    ['the international site with a rate: they still are not', { RUNNINGHUB_CNY_PER_USD: '7' }, undefined],
    ['the Chinese site without a rate', { RUNNINGHUB_API_URL: china }, undefined],
    ['the Chinese site with a rate', { RUNNINGHUB_API_URL: china, RUNNINGHUB_CNY_PER_USD: 6 }, 250_000],
    ['an address of one’s own', { RUNNINGHUB_API_URL: 'https://proxy.example/rh' }, undefined],
    [
      'an address of one’s own with a rate',
      { RUNNINGHUB_API_URL: 'https://runninghub.ai.example', RUNNINGHUB_CNY_PER_USD: 6 },
      250_000,
    ],
  ])('a price: %s', (_name, settings, price) => {
    const offer = connect(settings).provider.offer(usual);
    expect(offer).toMatchObject({ outcome: 'offered' });
    expect('price' in offer ? offer.price : undefined).toBe(price);
  });

  test.each(['0', '-7', 'seven'])('a rate of %s is refused', (rate) => {
    expect(() => connect({ RUNNINGHUB_CNY_PER_USD: rate })).toThrow();
  });

  test('WebP is turned down before anything is uploaded, as the first picture or the last', () => {
    const webp = { ...picture, type: 'image/webp' };
    const jpeg = { ...picture, type: 'image/jpeg' };
    const refusal = { outcome: 'impossible', reason: expect.stringContaining('JPEG and PNG') };
    expect(said(provider.offer({ ...usual, firstFrame: webp }))).toEqual(refusal);
    expect(said(provider.offer({ ...usual, model: '02', firstFrame: jpeg, lastFrame: webp }))).toEqual(refusal);
    expect(provider.offer({ ...usual, model: '02', firstFrame: jpeg, lastFrame: picture }).outcome).toBe('offered');
    for (const { types } of provider.pictures) expect(types).toEqual(['image/jpeg', 'image/png']);
  });

  test('pictures go by upload, by link, and by data URI where nothing else is left', () => {
    expect(provider.pictures.map(({ route, maxBytes }) => [route, maxBytes])).toEqual([
      ['upload', 10_000_000],
      ['link', 10_000_000],
      ['data-uri', 5_000_000],
    ]);
  });

  test('what may differ from what was asked for is said', () => {
    const notes = everyRequest().flatMap((request) => {
      const offer = provider.offer(request);
      const { note } = { note: undefined, ...said(offer) };
      return note === undefined ? [] : [`${request.model}: ${note}`];
    });
    expect([...new Set(notes)]).toEqual([
      expect.stringMatching(/^2\.3-pro: .*5 seconds/),
      expect.stringMatching(/^02-fast: .*512P/),
    ]);
  });
});

const errorOf = (code: string, errorMessage = 'words') => ({
  json: { taskId: '', status: '', errorCode: code, errorMessage, results: null },
});
const olderErrorOf = (code: number, msg = 'words') => ({ json: { code, msg, data: null } });
const failedOf = (code: string, errorMessage = 'words') => ({
  json: { taskId, status: 'FAILED', errorCode: code, errorMessage, results: null },
});

/** §9, both tables: at a submit, at a look that names no task, and as the end of a task. */
const rows: readonly [
  code: number,
  submit: FailureKind | 'unsure',
  bareLook: FailureKind | 'refused' | 'waiting' | 'rendering',
  end: FailureKind,
  waitMs: number | undefined,
][] = [
  [1000, 'unsure', 'refused', 'unavailable', 5000],
  [1001, 'other', 'refused', 'other', undefined],
  [1002, 'bad-key', 'refused', 'bad-key', undefined],
  [1003, 'rate-limited', 'refused', 'rate-limited', 10_000],
  [1004, 'not-found', 'not-found', 'not-found', undefined],
  [1005, 'unsure', 'refused', 'unavailable', 5000],
  [1006, 'unavailable', 'unavailable', 'unavailable', 5000],
  [1007, 'bad-input', 'bad-input', 'bad-input', undefined],
  [1008, 'bad-input', 'bad-input', 'bad-input', undefined],
  [1009, 'other', 'refused', 'other', undefined],
  [1010, 'unavailable', 'refused', 'unavailable', 30_000],
  [1011, 'unavailable', 'unavailable', 'unavailable', 30_000],
  [1012, 'unavailable', 'unavailable', 'unavailable', 30_000],
  [1013, 'unavailable', 'unavailable', 'unavailable', 1000],
  [1014, 'bad-key', 'refused', 'bad-key', undefined],
  [1015, 'unavailable', 'unavailable', 'unavailable', 5000],
  [1101, 'other', 'other', 'other', undefined],
  [1501, 'moderation', 'moderation', 'moderation', undefined],
  [1504, 'unsure', 'unavailable', 'unavailable', undefined],
  [1505, 'moderation', 'moderation', 'moderation', undefined],
  [1516, 'unsure', 'other', 'other', undefined],
  [1517, 'unsure', 'other', 'other', undefined],
  [1519, 'unsure', 'other', 'other', undefined],
  [1520, 'rate-limited', 'refused', 'rate-limited', 30_000],
  [1601, 'bad-key', 'refused', 'bad-key', undefined],
  [301, 'other', 'refused', 'other', undefined],
  [380, 'other', 'other', 'other', undefined],
  [412, 'other', 'refused', 'other', undefined],
  [414, 'no-credit', 'refused', 'no-credit', undefined],
  [415, 'rate-limited', 'refused', 'rate-limited', 30_000],
  [416, 'no-credit', 'refused', 'no-credit', undefined],
  [421, 'rate-limited', 'refused', 'rate-limited', 30_000],
  [423, 'not-found', 'not-found', 'not-found', undefined],
  [433, 'other', 'other', 'other', undefined],
  [435, 'other', 'other', 'other', undefined],
  [436, 'other', 'other', 'other', undefined],
  [500, 'unsure', 'refused', 'unavailable', 5000],
  [801, 'bad-key', 'refused', 'bad-key', undefined],
  [802, 'bad-key', 'refused', 'bad-key', undefined],
  [803, 'other', 'other', 'other', undefined],
  [804, 'unsure', 'rendering', 'other', undefined],
  [805, 'unavailable', 'unavailable', 'unavailable', undefined],
  [806, 'bad-key', 'refused', 'bad-key', undefined],
  [807, 'not-found', 'not-found', 'not-found', undefined],
  [808, 'unavailable', 'unavailable', 'unavailable', 1000],
  [809, 'bad-input', 'bad-input', 'bad-input', undefined],
  [810, 'other', 'other', 'other', undefined],
  [811, 'bad-key', 'refused', 'bad-key', undefined],
  [812, 'no-credit', 'refused', 'no-credit', undefined],
  [813, 'unsure', 'waiting', 'other', undefined],
  [814, 'rate-limited', 'refused', 'rate-limited', 30_000],
  [901, 'other', 'other', 'other', undefined],
];

describe('errors (§9)', () => {
  test.each(rows)('%i', async (code, submit, bareLook, end, waitMs) => {
    const told = code >= 1000 ? errorOf(`${code}`) : olderErrorOf(code);
    const shape = (failure: Failure | 'unsure') =>
      failure === 'unsure' ? failure : { retryAfterMs: undefined, ...failure };

    const refused = shape(await refusalOf(told));
    if (submit === 'unsure') expect(refused).toBe('unsure');
    else expect(refused).toMatchObject({ kind: submit, charged: 'no', code: `${code}`, retryAfterMs: waitMs });

    if (bareLook === 'refused') {
      expect(await lookRefusal(told)).toMatchObject({ kind: end, charged: 'no', code: `${code}` });
    } else if (bareLook === 'waiting' || bareLook === 'rendering') {
      expect(await look(told)).toEqual({ status: bareLook });
    } else {
      expect(await endOf(told)).toMatchObject({ kind: bareLook, charged: 'unknown' });
    }

    const ended = shape(await endOf(failedOf(`${code}`)));
    expect(ended).toMatchObject({ kind: end, charged: 'unknown', code: `${code}`, retryAfterMs: waitMs });
  });

  test('the recording shows every row as well', () => {
    const recorded = readFileSync(new URL('../../fixtures/providers/runninghub.json', import.meta.url), 'utf8');
    const missing = rows.filter(([code]) => !new RegExp(`"(errorCode|code)": "?${code}"?`).test(recorded));
    expect(missing.map(([code]) => code)).toEqual([]);
  });

  test.each([
    [1008, 'picture-too-heavy'],
    [809, 'picture-too-heavy'],
    [1505, 'real-people'],
    [1013, 'picture-unreadable'],
    [1007, undefined],
    [1014, undefined],
  ])('%i tells the person what to change, or nothing', async (code, hint) => {
    const failure = await refusalOf(errorOf(`${code}`));
    expect(failure === 'unsure' ? failure : failure.hint).toEqual(hint);
  });

  test.each<[name: string, answer: Answer, expected: Partial<Failure> | 'unsure']>([
    ['a code that came as a number', { json: { errorCode: 1501, errorMessage: 'No' } }, { kind: 'moderation' }],
    ['errorCode before code', { json: { errorCode: '1501', code: 500, msg: 'x' } }, { kind: 'moderation' }],
    ['an empty errorCode leaves the word to code', { json: { errorCode: '', code: 812 } }, { kind: 'no-credit' }],
    ['code 0 is no error, and no task either', { json: { code: 0, msg: 'success' } }, 'unsure'],
    ['nor is 200', { json: { code: 200, msg: 'success', data: {} } }, 'unsure'],
    ['"success" is no complaint', { json: { errorCode: '0', errorMessage: 'success' } }, 'unsure'],
    ['words alone', { json: { errorMessage: 'Nobody knows' } }, 'unsure'],
    ['clear words alone', { json: { errorMessage: 'Sensitive content' } }, { kind: 'moderation' }],
    ['clear words in Chinese', { json: { errorCode: '1007', errorMessage: '内容审核未通过' } }, { kind: 'moderation' }],
    ['no money in Chinese', { json: { errorCode: '1012', errorMessage: '余额不足' } }, { kind: 'no-credit' }],
    [
      'words that only look clear',
      { json: { errorCode: '1007', errorMessage: 'duration is case-sensitive' } },
      { kind: 'bad-input' },
    ],
    ['words do not outrank a precise code', errorOf('1003', 'sensitive'), { kind: 'rate-limited' }],
    ['words do not make an open question a no', errorOf('1000', 'Insufficient balance'), 'unsure'],
    ['an unknown code', errorOf('1999'), 'unsure'],
    ['an unknown code under 400', { status: 400, ...errorOf('1999') }, { kind: 'other', code: '1999' }],
    ['an unknown code under 429', { status: 429, ...errorOf('1999') }, { kind: 'rate-limited' }],
    ['an unknown code under 500', { status: 500, ...errorOf('1999') }, 'unsure'],
    ['a name out of every object', errorOf('constructor'), 'unsure'],
    ['a plain 400', { status: 400, text: '' }, { kind: 'other' }],
    ['a plain 403', { status: 403, text: '' }, { kind: 'bad-key' }],
    ['a plain 404', { status: 404, text: '' }, { kind: 'other' }],
    ['a plain 504', { status: 504, text: '' }, 'unsure'],
    ['a redirect', { status: 307, headers: { location: 'https://x' } }, { kind: 'other' }],
    ['the body before the status', { status: 500, ...errorOf('1002') }, { kind: 'bad-key' }],
    ['a list', { json: [] }, 'unsure'],
    ['null', { json: null }, 'unsure'],
  ])('at the submit: %s', async (_name, answer, expected) => {
    const failure = await refusalOf(answer);
    if (expected === 'unsure') expect(failure).toBe('unsure');
    else expect(failure).toMatchObject({ ...expected, charged: 'no' });
  });

  test.each<[name: string, answer: Answer, wait: number | undefined]>([
    ['Retry-After rules', { ...errorOf('1003'), headers: { 'retry-after': '42' } }, 42_000],
    ['as a date too', { ...errorOf('1520'), headers: { 'retry-after': 'Fri, 20 Nov 2026 12:00:05 GMT' } }, 5000],
    ['but gives no hope where there is none', { ...errorOf('1501'), headers: { 'retry-after': '42' } }, undefined],
  ])('waiting: %s', async (_name, answer, wait) => {
    const failure = await refusalOf(answer);
    expect(failure === 'unsure' ? failure : failure.retryAfterMs).toBe(wait);
  });

  test('the detail is short, on one line, and never has the key, wherever it is cut', async () => {
    for (const before of [0, 200, 270, 280, 290]) {
      const failure = await refusalOf(errorOf('1002', `${'x'.repeat(before)}${key}\n${'y'.repeat(999)}`));
      if (failure === 'unsure') return expect.fail();
      expect(failure.detail).toMatch(/^HTTP 200 1002 .{1,286}$/);
      expect(failure.detail).not.toContain(key.slice(0, 8));
    }
  });

  test('why a task failed is kept, with the reason beside it', async () => {
    const json = { ...failedOf('1015', 'Failed').json, failedReason: { exception_message: 'node 2' } };
    expect(await endOf({ json })).toMatchObject({ detail: 'HTTP 200 1015 Failed {"exception_message":"node 2"}' });
  });

  test('at a look, nameless faults are surprises and not refusals', async () => {
    for (const answer of [{ status: 502, text: '<html>' }, { status: 404, json: {} }, { json: 'RUNNING' }]) {
      const error = await look(answer).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(CallRefusedError);
    }
  });
});

describe('task ids (§4, §5)', () => {
  test.each<[name: string, json: unknown]>([
    ['a number', { taskId: 2013508786110730200, status: 'RUNNING' }],
    ['a number beside a refusal', { taskId: 2013508786110730200, errorCode: '1501', errorMessage: 'No' }],
    ['nothing', { taskId: null, status: 'RUNNING' }],
    ['something else', { taskId: {}, status: 'RUNNING' }],
  ])('%s in place of a string leaves open what became of the submit', async (_name, json) => {
    expect(await refusalOf({ json })).toBe('unsure');
  });

  test('travel as they came: 19 digits, never a number', async () => {
    const { provider, calls } = connect(
      {},
      { json: { taskId, errorCode: '' } },
      { json: { taskId, status: 'RUNNING' } },
    );
    const submission = await provider.submit(submitCall);
    if (submission.outcome !== 'accepted') return expect.fail();
    await provider.poll(JSON.parse(JSON.stringify(submission.ticket)));
    expect(calls[1]).toMatchObject({ method: 'POST', json: { taskId } });
  });
});

describe('money (§1, §5)', () => {
  const done = (thirdPartyConsumeMoney: unknown) => ({
    json: {
      taskId,
      status: 'SUCCESS',
      results: [{ url: 'https://x.example/2.mp4' }],
      usage: { thirdPartyConsumeMoney },
    },
  });
  const chargedOf = (progress: Progress) => ('charged' in progress ? progress.charged : undefined);

  test.each<[settings: Record<string, unknown>, told: unknown, charged: number | undefined]>([
    [{}, '0.14', 140_000],
    [{}, 0.14, 140_000],
    [{}, '0', 0],
    [{}, null, undefined],
    [{}, '', undefined],
    [{}, 'free', undefined],
    [{}, '-1', undefined],
    [{}, '1e9', undefined],
    [{ RUNNINGHUB_CNY_PER_USD: 7 }, '0.14', 140_000],
    [{ RUNNINGHUB_API_URL: china }, '1.50', undefined],
    [{ RUNNINGHUB_API_URL: china, RUNNINGHUB_CNY_PER_USD: 7.5 }, '1.50', 200_000],
    [{ RUNNINGHUB_API_URL: 'https://proxy.example/v2' }, '1.50', undefined],
    [{ RUNNINGHUB_API_URL: 'https://runninghub.ai/openapi/v2' }, '1.50', 1_500_000],
    [{ RUNNINGHUB_API_URL: 'https://evilrunninghub.ai/openapi/v2' }, '1.50', undefined],
  ])('at %j, %j is %j', async (settings, told, charged) => {
    expect(chargedOf(await look(done(told), settings))).toBe(charged);
  });

  test('a failed task that cost something is charged, even where the amount means nothing to us', async () => {
    const json = { ...failedOf('1015').json, usage: { thirdPartyConsumeMoney: '1.50' } };
    const progress = await look({ json }, { RUNNINGHUB_API_URL: china });
    expect(progress).toMatchObject({ status: 'failed', failure: { charged: 'yes' } });
    expect(chargedOf(progress)).toBeUndefined();
  });
});

describe('addresses', () => {
  test("an operator's own base is called as it stands, and the account at its root", async () => {
    const { provider, calls } = connect(
      { RUNNINGHUB_API_URL: 'http://127.0.0.1:9/openapi/v2//' },
      { json: { data: { concurrentLimit: '2' } } },
      { json: { data: {} } },
    );
    expect(await provider.inspect?.()).toMatchObject({ slots: 2 });
    expect(calls).toEqual([
      {
        method: 'GET',
        url: 'http://127.0.0.1:9/openapi/v2/queue/status',
        headers: { authorization: `Bearer ${key}` },
      },
      { method: 'POST', url: 'http://127.0.0.1:9/uc/openapi/accountStatus', json: { apikey: key } },
    ]);
  });

  test.each([
    ['0', undefined],
    ['2.5', undefined],
    ['many', undefined],
    [7, 7],
  ])('a limit of %j makes %j slots', async (concurrentLimit, slots) => {
    const { provider } = connect({}, { json: { data: { concurrentLimit } } }, { json: { data: {} } });
    expect((await provider.inspect?.())?.slots).toBe(slots);
  });

  test('an inspection without an answer throws', async () => {
    await expect(connect({}, { status: 502, text: '<html>' }).provider.inspect?.()).rejects.toThrow(/unreadably/);
  });
});

describe('call-backs (§7)', () => {
  const read = (provider: VideoProvider, body: string) =>
    provider.readCallBack?.({ headers: {}, rawBody: Buffer.from(body) }) ?? expect.fail();

  test.each([
    ['{"taskId":"1"}', 'genuine'],
    [`{"eventData":"{\\"taskId\\":\\"${taskId}\\"}"}`, 'genuine'],
    [`{"taskId":"${taskId}","eventData":"${'{'.repeat(50)}"}`, 'genuine'],
    [`{"taskId":${taskId}}`, 'forged'],
    ['{"taskId":""}', 'forged'],
    ['{"taskId":" 1"}', 'forged'],
    ['{"taskId":"1e5"}', 'forged'],
    [`{"taskId":"${'1'.repeat(33)}"}`, 'forged'],
    ['{"taskId":["1"]}', 'forged'],
    ['{}', 'forged'],
    ['null', 'forged'],
    ['', 'forged'],
  ])('%s is %s, and nobody is called', async (body, outcome) => {
    const { provider, calls } = connect({});
    expect(await read(provider, body)).toMatchObject({ outcome });
    expect(calls).toEqual([]);
  });
});
