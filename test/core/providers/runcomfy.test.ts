/** What RunComfy does beyond the exam: what a catalogue leads to, every error code, addresses, pictures. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/core/failure.ts';
import { AnswerLostError, type HttpAnswer, type HttpCall } from '../../../src/core/http.ts';
import {
  CallRefusedError,
  type Offer,
  type SubmitCall,
  type VideoProvider,
} from '../../../src/core/providers/provider.ts';
import { runcomfy } from '../../../src/core/providers/runcomfy.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../../../src/core/request.ts';
import type { AttemptId, JsonValue, MediaId } from '../../../src/core/values.ts';
import { reasonOf, said } from '../../support/said.ts';

type Answer = Partial<Pick<HttpAnswer, 'status' | 'headers' | 'json' | 'text'>>;

/** RunComfy, connected to a script of answers; keeps what was called. */
function connectWith(settings: Record<string, string>, ...answers: Answer[]) {
  const calls: HttpCall[] = [];
  const logged: string[] = [];
  const provider = runcomfy.connect(
    { RUNCOMFY_API_TOKEN: 'token-1', ...settings },
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

const connect = (...answers: Answer[]) => connectWith({ RUNCOMFY_API_URL: 'https://proxy.example' }, ...answers);

const picture = { id: 'a' as MediaId, kind: 'picture', type: 'image/png', bytes: 1, width: 800, height: 600 } as const;
const usual: VideoRequest = { prompt: 'rain', model: '2.3', seconds: 6, resolution: '768P', enhance: true };
const pro: VideoRequest = { ...usual, model: '2.3-pro', resolution: '1080P' };

const noJob: Answer = { status: 404, json: { error_code: 404001, message: 'ResourceNotFound' } };
const page = (...models: unknown[]): Answer => ({ json: { models, total: models.length } });

const prompt = { type: 'string' };
const image_url = { type: 'string', format: 'image_uri' };
const duration = { type: 'string', enum: ['6', '10'] };
const entry = (id: string, properties: unknown, required: unknown = ['prompt'], more: object = {}) => ({
  model_id: `minimax/${id}`,
  input_schema: { type: 'object', properties, required },
  ...more,
});

async function inspected(...models: unknown[]) {
  const stage = connect(noJob, page(...models));
  const inspection = await stage.provider.inspect?.();
  return { ...stage, findings: inspection?.findings.slice(1) ?? [] };
}

/** Every request that is answered, in one line each. */
function rangeOf(provider: VideoProvider): string[] {
  return modelNames.flatMap((model) =>
    [{}, { firstFrame: picture }, { firstFrame: picture, lastFrame: picture }].flatMap((pictures, index) =>
      resolutions.flatMap((resolution) =>
        clipSeconds.flatMap((seconds) => {
          const offer = provider.offer({ ...usual, model, seconds, resolution, ...pictures });
          if (offer.outcome === 'impossible') return [];
          const { input } = offer.body as { input: Record<string, JsonValue> };
          const { prompt: _, ...fields } = input;
          const source = ['text', 'picture', 'two pictures'][index];
          return [`${model} ${seconds}s ${resolution} from ${source}: ${JSON.stringify(fields)} ${offer.price ?? '-'}`];
        }),
      ),
    ),
  );
}

describe('before an inspection', () => {
  test('only the documented id is offered, without a price', () => {
    expect(rangeOf(connect().provider)).toEqual(['2.3-pro 6s 1080P from text: {"enable_prompt_expansion":true} -']);
  });

  test.each<[Partial<VideoRequest>, string]>([
    [{}, 'RunComfy does not render 2.3 from text; it does 2.3-pro from text.'],
    [{ ...pro, firstFrame: picture }, 'RunComfy does not render 2.3-pro from a picture; it does 2.3-pro from text.'],
    [{ ...pro, seconds: 10 }, 'From text, RunComfy renders 2.3-pro as 6 seconds in 1080P.'],
    [{ ...pro, lastFrame: picture }, 'RunComfy needs a picture to start from as well when there is one to end on.'],
  ])('%j is impossible', (part, reason) => {
    expect(said(connect().provider.offer({ ...usual, ...part }))).toEqual({
      outcome: 'impossible',
      reason,
      isProvisional: true,
    });
  });
});

describe('what the catalogue leads to (§2, §3, §12)', () => {
  test('every model of ours is found by the words of its id', async () => {
    const ids = [
      'hailuo-2-3/pro/text-to-video',
      'hailuo-2-3/pro/image-to-video',
      'hailuo-2-3/standard/text-to-video',
      'hailuo-2-3/standard/image-to-video',
      'hailuo-2-3-fast/standard/image-to-video',
      'hailuo-2-3-fast/pro/image-to-video',
      'hailuo-02/pro/text-to-video',
      'hailuo-02/standard/image-to-video',
      'hailuo-02/fast/image-to-video',
    ];
    const { provider, findings } = await inspected(
      ...ids.map((id) => {
        const isPro = id.includes('/pro/');
        const properties = { prompt, ...(id.includes('image') && { image_url }), ...(!isPro && { duration }) };
        return entry(id, properties, Object.keys(properties), { base_price_usd: 0.05, price_unit: 'second' });
      }),
    );
    expect(findings).toEqual(ids.map((id) => `On sale: minimax/${id}, $0.05 per second.`));
    expect(rangeOf(provider)).toEqual([
      '2.3-pro 6s 1080P from text: {} 300000',
      '2.3-pro 6s 1080P from picture: {} 300000',
      '2.3 6s 768P from text: {"duration":"6"} 300000',
      '2.3 10s 768P from text: {"duration":"10"} 500000',
      '2.3 6s 768P from picture: {"duration":"6"} 300000',
      '2.3 10s 768P from picture: {"duration":"10"} 500000',
      '2.3-fast 6s 768P from picture: {"duration":"6"} 300000',
      '2.3-fast 10s 768P from picture: {"duration":"10"} 500000',
      '2.3-fast-pro 6s 1080P from picture: {} 300000',
      '02-pro 6s 1080P from text: {} 300000',
      '02 6s 768P from picture: {"duration":"6"} 300000',
      '02 10s 768P from picture: {"duration":"10"} 500000',
      '02-fast 6s 512P from picture: {"duration":"6"} 300000',
      '02-fast 10s 512P from picture: {"duration":"10"} 500000',
    ]);
  });

  test.each<[name: string, field: unknown, lines: string[]]>([
    ['a list of strings', { type: 'string', enum: ['6', '10'] }, ['6s "6"', '10s "10"']],
    ['a list of integers', { type: 'integer', enum: [6, 10] }, ['6s 6', '10s 10']],
    ['a list without ten', { type: 'integer', enum: [5, 6] }, ['6s 6']],
    ['an integer', { type: 'integer' }, ['6s 6', '10s 10']],
    ['an integer with bounds', { type: 'integer', minimum: 1, maximum: 8 }, ['6s 6']],
    ['a float', { type: 'float', minimum: 7 }, ['10s 10']],
    ['a number', { type: 'number' }, ['6s 6', '10s 10']],
    ['any string', { type: 'string' }, []],
    ['something else', { type: 'array' }, []],
    ['a list of words', { type: 'string', enum: ['short', '', null] }, []],
    ['no field', undefined, []],
  ])('a length of the standard model: %s', async (_name, field, lines) => {
    const { provider } = await inspected(
      entry('hailuo-2-3/standard/text-to-video', { prompt, ...(field !== undefined && { duration: field }) }),
    );
    const offers = clipSeconds.map((seconds) => [seconds, provider.offer({ ...usual, seconds })] as const);
    const written = offers.flatMap(([seconds, offer]) =>
      offer.outcome === 'offered' ? [`${seconds}s ${JSON.stringify(inputOf(offer).duration)}`] : [],
    );
    expect(written).toEqual(lines);
  });

  test('resolutions are written as the catalogue writes them; one that is not there is not offered', async () => {
    const resolution = { type: 'string', enum: ['512p', '768p'] };
    const { provider } = await inspected(
      entry('hailuo-02/standard/image-to-video', { prompt, image_url, duration, resolution }),
      entry('hailuo-02/pro/image-to-video', { prompt, image_url, resolution }),
    );
    const from = { ...usual, model: '02', firstFrame: picture } as const;
    expect(inputOf(provider.offer({ ...from, resolution: '512P' }))).toMatchObject({ resolution: '512p' });
    expect(inputOf(provider.offer({ ...from, resolution: '768P' }))).toMatchObject({ resolution: '768p' });
    expect(provider.offer({ ...from, model: '02-pro', resolution: '1080P' }).outcome).toBe('impossible');
  });

  test.each<[name: string, field: object, expected: object]>([
    ['enable_prompt_expansion', { enable_prompt_expansion: { type: 'boolean' } }, { enable_prompt_expansion: false }],
    ['prompt_optimizer', { prompt_optimizer: { type: 'boolean' } }, { prompt_optimizer: false }],
    ['none', {}, {}],
    ['one of odd type', { enable_prompt_expansion: { type: 'string' } }, {}],
  ])('the field for prompt expansion: %s', async (_name, field, expected) => {
    const { provider } = await inspected(entry('hailuo-2-3/pro/text-to-video', { prompt, ...field }));
    expect(inputOf(provider.offer({ ...pro, enhance: false }))).toEqual({ prompt: 'rain', ...expected });
  });

  test.each<[name: string, price: object, expected: number | undefined]>([
    ['per output', { base_price_usd: 0.49, price_unit: 'output' }, 490_000],
    ['per second', { base_price_usd: 0.08, price_unit: 'second' }, 480_000],
    ['in another unit', { base_price_usd: 0.08, price_unit: 'frame' }, undefined],
    ['without a unit', { base_price_usd: 0.08 }, undefined],
    ['of odd shape', { base_price_usd: '0.08', price_unit: 'output' }, undefined],
    ['below nothing', { base_price_usd: -1, price_unit: 'output' }, undefined],
    ['nothing', { base_price_usd: 0, price_unit: 'output' }, 0],
  ])('a price %s', async (_name, price, expected) => {
    const { provider } = await inspected(entry('hailuo-2-3/pro/text-to-video', { prompt }, ['prompt'], price));
    const offer = provider.offer(pro);
    expect(offer.outcome === 'offered' ? offer.price : 'none').toBe(expected);
    // The documented id needs no schema.
    const bare = await inspected({ model_id: 'minimax/hailuo-2-3/pro/text-to-video', ...price });
    expect(bare.provider.offer(pro)).toMatchObject({ outcome: 'offered', ...(expected && { price: expected }) });
  });

  const i2v = 'hailuo-2-3/pro/image-to-video';
  test.each<[name: string, entry: unknown, finding: string]>([
    ['an unknown word', entry('hailuo-2-3/ultra/text-to-video', { prompt }), 'its name is none that this bot knows'],
    ['another mode', entry('hailuo-02/pro/first-last-frame', { prompt }), 'its name is none that this bot knows'],
    ['a version alone', entry('hailuo-02/text-to-video', { prompt }), 'its name is none that this bot knows'],
    ['02 fast pro', entry('hailuo-02-fast/pro/image-to-video', {}), 'its name is none that this bot knows'],
    ['no schema', { model_id: `minimax/${i2v}` }, 'the catalogue does not show its fields'],
    [
      'a schema of another form',
      { model_id: `minimax/${i2v}`, input_schema: ['prompt'] },
      'its fields are told in a form that this bot does not know',
    ],
    ['no prompt', entry(i2v, { text: prompt }), 'it takes no prompt'],
    ['no picture', entry(i2v, { prompt }), 'no field of it is known to take a picture'],
    [
      'a video in place of a picture',
      entry(i2v, { prompt, image_url: { type: 'string', format: 'video_uri' } }),
      'no field of it is known to take a picture',
    ],
    [
      'two pictures',
      entry(i2v, { prompt, image_url, image_2: image_url }),
      'it takes several pictures, for what is not told',
    ],
    [
      'an unknown field that is required',
      entry(i2v, { prompt, image_url, seed: { type: 'integer' } }, ['prompt', 'seed']),
      'it requires seed, which this bot does not know',
    ],
    [
      'a last frame that is required',
      entry(i2v, { prompt, image_url, end_image_url: image_url }, ['end_image_url']),
      'it requires end_image_url, which this bot does not know',
    ],
    [
      'no length of ours',
      entry(i2v, { prompt, image_url, duration: { type: 'integer', enum: [5] } }),
      'it is not told to make a length and resolution of this model',
    ],
  ])('not offered: %s', async (_name, model, because) => {
    const { provider, findings } = await inspected(model);
    expect(findings[0]).toMatch(/^Not offered: minimax\/hailuo-[^\n]+\.$/);
    expect(findings[0]).toContain(`, because ${because}.`);
    expect(rangeOf(provider)).toHaveLength(1);
  });

  test('the documented id is given up only when its fields turn out to be others', async () => {
    const id = 'hailuo-2-3/pro/text-to-video';
    expect((await inspected()).findings).toEqual([`Not in the catalogue, and offered all the same: minimax/${id}.`]);
    const other = await inspected(entry(id, { prompt, style: { type: 'string' } }, ['prompt', 'style']));
    expect(said(other.provider.offer(pro))).toEqual({
      outcome: 'impossible',
      reason:
        'RunComfy does not render 2.3-pro from text; at present it offers no Hailuo model that this bot understands.',
    });
  });

  test('of two that stand for one model the first is taken; strangers and odd entries are passed over', async () => {
    const { findings } = await inspected(
      entry('hailuo-2-3-fast/image-to-video', { prompt, image_url, duration }),
      entry('hailuo-2-3/fast/image-to-video', { prompt, image_url, duration }),
      entry('speech-02/text-to-audio', { prompt }),
      { model_id: 'minimax/hailuo\n2' },
      'nothing',
    );
    expect(findings).toEqual([
      'On sale: minimax/hailuo-2-3-fast/image-to-video, at a price that is not told.',
      'Not offered: minimax/hailuo-2-3/fast/image-to-video, because another one stands for the same model.',
      'Not in the catalogue, and offered all the same: minimax/hailuo-2-3/pro/text-to-video.',
    ]);
  });

  test('the whole range still fits into one sentence', async () => {
    const ids = ['2-3/pro', '2-3/standard', '2-3-fast/standard', '2-3-fast/pro', '02/pro', '02/standard', '02/fast'];
    const { provider } = await inspected(
      ...ids.flatMap((id) => [
        entry(`hailuo-${id}/text-to-video`, { prompt, duration }),
        entry(`hailuo-${id}/image-to-video`, { prompt, image_url, end_image_url: image_url, duration }),
      ]),
    );
    const reasons = modelNames.flatMap((model) =>
      [{}, { firstFrame: picture, lastFrame: picture }].flatMap((pictures) => {
        const offer = provider.offer({ ...usual, model, resolution: '512P', ...pictures });
        return offer.outcome === 'impossible' ? [reasonOf(offer)] : [];
      }),
    );
    expect(reasons.length).toBeGreaterThan(8);
    for (const reason of reasons) expect(reason).toMatch(/^[^\n]{10,200}\.$/);
    expect(reasons).toContain('RunComfy cannot end a 2.3 clip on a picture; 02-pro and 02 can.');
  });

  test('an inspection that comes to nothing leaves the range as it was', async () => {
    const models = page(entry('hailuo-2-3/standard/text-to-video', { prompt, duration }));
    const { provider } = connect(noJob, models, noJob, { status: 503, text: '' });
    await provider.inspect?.();
    await expect(provider.inspect?.()).rejects.toThrow('503');
    expect(provider.offer(usual).outcome).toBe('offered');
  });
});

function inputOf(offer: Offer): Record<string, JsonValue> {
  if (offer.outcome === 'impossible') return expect.fail(reasonOf(offer));
  return (offer.body as { input: Record<string, JsonValue> }).input;
}

describe('pictures (§3, §8)', () => {
  const taken: Answer = { json: { request_id: 'r1' } };
  const frames = { firstFrame: 'https://bot.example/1.png', lastFrame: 'https://bot.example/2.png' };

  test.each<[name: string, fields: Record<string, unknown>, expected: object]>([
    ['image_url', { image_url }, { image_url: frames.firstFrame }],
    ['without a format', { image: { type: 'string' } }, { image: frames.firstFrame }],
    ['first_frame', { first_frame_image: { type: 'string' } }, { first_frame_image: frames.firstFrame }],
    ['a list', { images: { type: 'array', format: 'image_uris' } }, { images: [frames.firstFrame] }],
  ])('a first frame: %s', async (_name, fields, expected) => {
    const { provider } = await inspected(entry('hailuo-2-3/pro/image-to-video', { prompt, ...fields }));
    const { body, model } = offeredBy(provider, { ...pro, firstFrame: picture });
    const { provider: other, calls } = connect(taken);
    await other.submit({ attempt: 'a' as AttemptId, model, body, firstFrame: frames.firstFrame });
    expect(calls[0]).toMatchObject({ url: 'https://proxy.example/v1/models/minimax/hailuo-2-3/pro/image-to-video' });
    expect(calls[0]?.json).toEqual({ prompt: 'rain', ...expected });
  });

  test('first and last, where the catalogue shows a field and the model knows how', async () => {
    const fields = { prompt, image_url, end_image_url: image_url, duration };
    const { provider } = await inspected(
      entry('hailuo-02/standard/image-to-video', fields),
      entry('hailuo-2-3/standard/image-to-video', fields),
    );
    const both = { ...usual, firstFrame: picture, lastFrame: picture } as const;
    expect(said(provider.offer(both))).toEqual({
      outcome: 'impossible',
      reason: 'RunComfy cannot end a 2.3 clip on a picture; 02 can.',
    });
    const { body, model } = offeredBy(provider, { ...both, model: '02' });
    // Another process, which has read no catalogue.
    const { provider: other, calls } = connect(taken, taken);
    await other.submit({ attempt: 'a' as AttemptId, model, body, ...frames });
    expect(calls[0]?.json).toEqual({
      prompt: 'rain',
      duration: '6',
      image_url: frames.firstFrame,
      end_image_url: frames.lastFrame,
    });
    const single = offeredBy(provider, { ...both, model: '02', lastFrame: undefined } as unknown as VideoRequest);
    await other.submit({ attempt: 'a' as AttemptId, ...single, firstFrame: frames.firstFrame });
    expect(calls[1]?.json).toEqual({ prompt: 'rain', duration: '6', image_url: frames.firstFrame });
  });

  test('by link; inside the request only when the operator says so', () => {
    const link = { route: 'link', maxBytes: 50_000_000, types: ['image/jpeg', 'image/png', 'image/webp'] };
    expect(connect().provider.pictures).toEqual([link]);
    expect(connectWith({ RUNCOMFY_DATA_URIS: 'true' }).provider.pictures).toEqual([
      link,
      { route: 'data-uri', maxBytes: 6_291_456, types: ['image/png'] },
    ]);
  });
});

function offeredBy(provider: VideoProvider, request: VideoRequest): { body: JsonValue; model: string } {
  const offer = provider.offer(request);
  return offer.outcome === 'offered' ? { body: offer.body, model: offer.model } : expect.fail(reasonOf(offer));
}

const submitCall: SubmitCall = {
  attempt: 'attempt' as AttemptId,
  model: 'minimax/hailuo-2-3/pro/text-to-video',
  body: { input: { prompt: 'rain', enable_prompt_expansion: true } },
};
const ticket: JsonValue = {
  requestId: 'r1',
  statusUrl: 'https://proxy.example/v1/requests/r1/status',
  resultUrl: 'https://proxy.example/v1/requests/r1/result',
  cancelUrl: 'https://proxy.example/v1/requests/r1/cancel',
};

async function refusedBy(answer: Answer): Promise<Failure | 'unclear'> {
  const submission = await connect(answer)
    .provider.submit(submitCall)
    .catch((error: unknown) => (error instanceof AnswerLostError ? ('unclear' as const) : expect.fail(String(error))));
  if (submission === 'unclear') return submission;
  return submission.outcome === 'refused' ? submission.failure : expect.fail('it was accepted');
}

async function lookedAt(answer: Answer): Promise<string> {
  try {
    const progress = await connect(answer).provider.poll(ticket);
    return progress.status === 'failed' ? `job: ${progress.failure.kind}` : progress.status;
  } catch (error) {
    return error instanceof CallRefusedError ? `call: ${error.failure.kind}` : 'disturbed';
  }
}

describe('errors (§9)', () => {
  const rows: [code: number, kind: string, look: string][] = [
    [400001, 'not-found', 'call: not-found'],
    [400002, 'no-credit', 'call: no-credit'],
    [400003, 'bad-input', 'call: bad-input'],
    [400004, 'bad-key', 'call: bad-key'],
    [401001, 'bad-key', 'call: bad-key'],
    [402001, 'no-credit', 'call: no-credit'],
    [403001, 'bad-key', 'call: bad-key'],
    [403003, 'bad-key', 'call: bad-key'],
    [404001, 'not-found', 'job: not-found'],
    [408001, 'rate-limited', 'call: rate-limited'],
    [409001, 'other', 'call: other'],
    [422001, 'bad-input', 'call: bad-input'],
    [429001, 'rate-limited', 'call: rate-limited'],
    [500001, 'unclear', 'call: unavailable'],
    [503001, 'unclear', 'call: unavailable'],
  ];
  test.each(rows)('code %i is %s at the submit and "%s" at a look, whatever the status', async (code, kind, look) => {
    for (const status of [200, 400, 402, 500]) {
      for (const error_code of [code, `${code}`]) {
        const answer = { status, json: { error_code, error_message: 'words' } };
        const failure = await refusedBy(answer);
        if (failure === 'unclear') expect(failure).toBe(kind);
        else
          expect(failure).toMatchObject({
            kind,
            charged: 'no',
            code: `${code}`,
            detail: `HTTP ${status} ${code} words`,
          });
        expect(await lookedAt(answer)).toBe(look);
      }
    }
  });

  test.each<[status: number, kind: string, look: string]>([
    [301, 'unclear', 'disturbed'],
    [400, 'bad-input', 'disturbed'],
    [401, 'bad-key', 'call: bad-key'],
    [402, 'no-credit', 'call: no-credit'],
    [403, 'bad-key', 'call: bad-key'],
    [404, 'not-found', 'job: not-found'],
    [405, 'other', 'disturbed'],
    [408, 'rate-limited', 'call: rate-limited'],
    [422, 'bad-input', 'disturbed'],
    [429, 'rate-limited', 'call: rate-limited'],
    [500, 'unclear', 'disturbed'],
    [502, 'unclear', 'disturbed'],
    [503, 'unclear', 'disturbed'],
    [504, 'unclear', 'disturbed'],
  ])('HTTP %i alone is %s at the submit and "%s" at a look', async (status, kind, look) => {
    const answer = { status, json: { message: 'words' } };
    const failure = await refusedBy(answer);
    expect(failure === 'unclear' ? failure : failure.kind).toBe(kind);
    expect(await lookedAt(answer)).toBe(look);
  });

  test('no code under any status makes a job of a submit, and only a named no is a refusal', async () => {
    const codes = fc.integer({ min: 100_000, max: 999_999 });
    await fc.assert(
      fc.asyncProperty(codes, fc.integer({ min: 200, max: 599 }), async (error_code, status) => {
        const failure = await refusedBy({ status, json: { request_id: 'r1', error_code } });
        const isNo = error_code >= 400_000 && error_code < 500_000;
        expect(failure !== 'unclear').toBe(isNo);
      }),
    );
  });

  test('waiting is worth it only for a limit', async () => {
    const waits = await Promise.all(
      [400001, 400002, 400004, 403001, 404001, 422001, 429001].map(async (error_code) => {
        const failure = await refusedBy({ json: { error_code } });
        return failure === 'unclear' ? failure : failure.retryAfterMs;
      }),
    );
    expect(waits).toEqual([undefined, undefined, undefined, undefined, undefined, undefined, 10_000]);
    const told = { status: 429, headers: { 'retry-after': 'Fri, 20 Nov 2026 12:00:05 GMT' } };
    expect(await refusedBy(told)).toMatchObject({ retryAfterMs: 5000 });
  });

  test('words for moderation count where the input may be meant, and nowhere else', async () => {
    const message = 'blocked by content moderation';
    expect(await refusedBy({ status: 400, json: { message } })).toMatchObject({ kind: 'moderation' });
    expect(await refusedBy({ json: { error_code: 400002, message } })).toMatchObject({ kind: 'no-credit' });
    expect(await refusedBy({ status: 401, json: { message } })).toMatchObject({ kind: 'bad-key' });
    expect(await refusedBy({ status: 503, json: { message } })).toBe('unclear');
  });

  test('an error outranks an id beside it, and one that is nought or empty is none', async () => {
    expect(await refusedBy({ json: { request_id: 'r1', error_code: 400002 } })).toMatchObject({ kind: 'no-credit' });
    for (const error_code of [0, '0', '', null]) {
      const submission = await connect({ json: { request_id: 'r1', error_code } }).provider.submit(submitCall);
      expect(submission.outcome).toBe('accepted');
    }
  });

  test('the detail stays short, on one line and without the key', async () => {
    const error_message = `token-1 is\nnot ${'x'.repeat(999)}`;
    const failure = await refusedBy({ status: 400, json: { error_code: 400004, error_message } });
    expect(failure).toMatchObject({ detail: expect.stringMatching(/^HTTP 400 400004 \(the key\) is not x{200,}$/) });
    expect((failure as Failure).detail.length).toBeLessThan(340);
  });

  test('every word may be missing or odd', async () => {
    expect(await refusedBy({ status: 422, json: { detail: { field: 'prompt' }, message: 7 } })).toMatchObject({
      detail: 'HTTP 422 {"field":"prompt"}',
    });
    expect(await refusedBy({ status: 422, json: [] })).toMatchObject({ detail: 'HTTP 422' });
    expect(await refusedBy({ status: 422, json: { error_code: { a: 1 } } })).toMatchObject({ kind: 'bad-input' });
  });
});

describe('addresses', () => {
  test('follow-ups stay at the base, and so does the key', async () => {
    const told = {
      request_id: 'r/1',
      status_url: 'https://evil.example/status',
      result_url: 'https://proxy.example/v1/requests/r/result?x=1',
    };
    const { provider, calls, logged } = connect(
      { json: told },
      { json: { status: 'completed' } },
      { json: { status: 'completed', output: { video: 'https://v.runcomfy.net/1.mp4' } } },
    );
    const submission = await provider.submit(submitCall);
    if (submission.outcome !== 'accepted') return expect.fail();
    await provider.poll(submission.ticket);
    expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://proxy.example/v1/models/minimax/hailuo-2-3/pro/text-to-video',
      'GET https://proxy.example/v1/requests/r%2F1/status',
      'GET https://proxy.example/v1/requests/r/result?x=1&include_cost=true',
    ]);
    expect(calls.every(({ headers }) => headers?.authorization === 'Bearer token-1')).toBe(true);
    expect(logged).toEqual(['foreign-address {"requestId":"r/1"}']);
  });

  test('the wallet, which lies elsewhere, is asked only where RunComfy itself is called', async () => {
    const empty = page();
    const own = connectWith({ RUNCOMFY_API_URL: 'https://model-api.runcomfy.net/' }, noJob, empty, {
      json: { balance_usd: 3 },
    });
    expect(await own.provider.inspect?.()).toMatchObject({ findings: expect.arrayContaining(['Balance: 3.00 USD']) });
    expect(own.calls.at(-1)?.url).toBe('https://api.runcomfy.net/prod/v2/balance');
    const proxied = connect(noJob, empty);
    await proxied.provider.inspect?.();
    expect(proxied.calls.every(({ url }) => url.startsWith('https://proxy.example/'))).toBe(true);
  });

  test('a wallet that cannot be read is no reason to doubt the rest', async () => {
    for (const json of [{ balance_usd: 'much' }, { error_code: 400004 }, {}]) {
      const { provider } = connectWith({}, noJob, page(), { json });
      const inspection = await provider.inspect?.();
      expect(inspection?.failure).toBeUndefined();
      expect(inspection?.findings).toContain('The balance could not be read.');
    }
    const { provider } = connectWith({}, noJob, page());
    await expect(provider.inspect?.()).resolves.toMatchObject({ findings: expect.any(Array) });
  });

  test('an inspection throws when there is no answer, or one about neither key nor wallet', async () => {
    await expect(connect({ status: 502, text: '<html>' }).provider.inspect?.()).rejects.toThrow('502');
    const busy = connect({ status: 429, text: '' }).provider.inspect?.();
    await expect(busy).rejects.toMatchObject({ failure: { kind: 'rate-limited' } });
    const unreadable = connect(noJob, { json: { entries: [] } }).provider.inspect?.();
    await expect(unreadable).rejects.toThrow('catalogue');
  });
});

describe('a cancel (§6)', () => {
  test.each<[answer: Answer, expected: string]>([
    [{ json: { outcome: 'canceled' } }, 'stopped'],
    [{ json: { outcome: 'NOT_CANCELLABLE' } }, 'too-late'],
    [{ status: 404, json: {} }, 'too-late'],
  ])('%j: %s', async (answer, expected) => {
    expect(await connect(answer).provider.cancel?.(ticket)).toBe(expected);
  });

  test('says why it was turned away, and throws for what says nothing', async () => {
    const badKey = connect({ json: { error_code: 400004 } }).provider.cancel?.(ticket);
    await expect(badKey).rejects.toMatchObject({ failure: { kind: 'bad-key', charged: 'no' } });
    await expect(connect({ json: { status: 'cancelled' } }).provider.cancel?.(ticket)).rejects.toThrow('a cancel');
    await expect(connect({ status: 500, text: '' }).provider.cancel?.(ticket)).rejects.toThrow('500');
  });
});
