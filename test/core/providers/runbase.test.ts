/** What Runbase does beyond the exam: every request, every error row in every spelling, every odd shape. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { abilities } from '../../../src/core/check-request.ts';
import type { Failure } from '../../../src/core/failure.ts';
import { AnswerLostError, type HttpAnswer, type HttpCall } from '../../../src/core/http.ts';
import { CallRefusedError, type Progress, type SubmitCall } from '../../../src/core/providers/provider.ts';
import { runbase } from '../../../src/core/providers/runbase.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../../../src/core/request.ts';
import type { AttemptId, MediaId } from '../../../src/core/values.ts';
import { reasonOf, said } from '../../support/said.ts';

type Answer = Partial<Pick<HttpAnswer, 'status' | 'headers' | 'json' | 'text'>>;

const key = 'sk-runbase-secret';

/** Runbase, connected to a script of answers; keeps what was called. */
function connect(answers: readonly Answer[] = [], settings: Readonly<Record<string, string>> = {}) {
  const calls: HttpCall[] = [];
  const logged: string[] = [];
  const left = [...answers];
  const provider = runbase.connect(
    { RUNBASE_API_KEY: key, ...settings },
    {
      now: () => new Date('2026-11-20T12:00:00Z'),
      scratchDirectory: '/nowhere',
      log: (event, fields) => logged.push(`${event} ${JSON.stringify(fields)}`),
      async http(call) {
        calls.push(call);
        const answer = left.shift() ?? expect.fail(`no answer left for ${call.method} ${call.url}`);
        return { status: 200, headers: {}, json: undefined, text: JSON.stringify(answer.json ?? ''), ...answer };
      },
    },
  );
  return { provider, calls, logged };
}

const usual: VideoRequest = { prompt: 'rain', model: '2.3', seconds: 6, resolution: '768P', enhance: true };
const picture = { id: 'a' as MediaId, kind: 'picture', type: 'image/png', bytes: 1, width: 800, height: 600 } as const;
const submitCall: SubmitCall = {
  attempt: 'attempt' as AttemptId,
  model: 'hailuo/pro',
  body: { model: 'hailuo/pro', input: { prompt: 'rain' } },
};

function submit(answer: Answer) {
  return connect([answer]).provider.submit(submitCall);
}
async function refusalOf(answer: Answer): Promise<Failure> {
  const submission = await submit(answer);
  return submission.outcome === 'refused' ? submission.failure : expect.fail('it was accepted');
}
function look(answer: Answer): Promise<Progress> {
  return connect([answer]).provider.poll({ id: 'run_1' });
}
async function lookRefusalOf(answer: Answer): Promise<Failure> {
  const error = await look(answer).catch((thrown: unknown) => thrown);
  return error instanceof CallRefusedError ? error.failure : expect.fail(`${JSON.stringify(error)} is no refusal`);
}
const failedRun = (error: unknown): Answer => ({ json: { id: 'run_1', status: 'failed', costUsd: 40_000, error } });
async function endOf(error: unknown): Promise<Progress & { readonly status: 'failed' }> {
  const progress = await look(failedRun(error));
  return progress.status === 'failed' ? progress : expect.fail(progress.status);
}

describe('offers (§2, §3)', () => {
  const everything = modelNames.flatMap((model) =>
    [undefined, picture].flatMap((firstFrame) =>
      [undefined, picture].flatMap((lastFrame) =>
        resolutions.flatMap((resolution) =>
          clipSeconds.map(
            (seconds): VideoRequest => ({
              ...usual,
              model,
              seconds,
              resolution,
              ...(firstFrame && { firstFrame }),
              ...(lastFrame && { lastFrame }),
            }),
          ),
        ),
      ),
    ),
  );

  test('of all that a person may ask for, six seconds of four models, each alike', () => {
    const { provider } = connect();
    const offered = everything
      .filter(({ model, resolution }) => abilities[model].resolutions.includes(resolution))
      .filter((request) => provider.offer(request).outcome === 'offered')
      .map(({ model, seconds, resolution, firstFrame, lastFrame }) =>
        [model, seconds, resolution, firstFrame && 'first', lastFrame && 'last'].filter(Boolean).join(' '),
      );
    expect(offered).toEqual([
      '2.3-pro 6 1080P',
      '2.3-pro 6 1080P first',
      '2.3 6 768P',
      '2.3 6 768P first',
      '02-pro 6 1080P',
      '02-pro 6 1080P first',
      '02 6 768P',
      '02 6 768P first',
    ]);
  });

  test('each says that the clip may differ, names no price, and sends nothing but the prompt', () => {
    const { provider } = connect();
    for (const request of everything) {
      const offer = provider.offer(request);
      if (offer.outcome === 'impossible') continue;
      expect(said(offer)).toEqual({
        outcome: 'offered',
        model: 'hailuo/pro',
        body: { model: 'hailuo/pro', input: { prompt: 'rain' } },
        note: expect.stringMatching(/^Runbase does not say [^\n.]+; the clip may differ from what was asked for\.$/),
      });
    }
  });

  test('the operator may set another model, which is then sent', async () => {
    const { provider, calls } = connect([{ json: { id: 'run_1' } }], { RUNBASE_MODEL: 'hailuo/next' });
    const offer = provider.offer(usual);
    if (offer.outcome !== 'offered') return expect.fail(reasonOf(offer));
    expect(offer.model).toBe('hailuo/next');
    await provider.submit({ ...submitCall, model: offer.model, body: offer.body });
    expect(calls[0]?.json).toEqual({ model: 'hailuo/next', input: { prompt: 'rain' } });
  });

  test('by public link only, and at the pace of the sheet', () => {
    const { provider } = connect();
    expect(provider.pictures.map(({ route }) => route)).toEqual(['link']);
    expect(provider.paces).toEqual([{ of: ['submit', 'look'], most: 20, perMs: 10_000 }]);
    expect(provider).toMatchObject({ slots: 'learned' });
    expect(['upload', 'cancel', 'lookUp', 'readCallBack', 'fetchClip'].filter((verb) => verb in provider)).toEqual([]);
  });
});

describe('errors (§9)', () => {
  const rows: readonly [status: number, code: string, expected: Partial<Failure>][] = [
    [400, 'invalid_json', { kind: 'bad-input' }],
    [400, 'missing_model', { kind: 'bad-input' }],
    [400, 'missing_input', { kind: 'bad-input' }],
    [400, 'invalid_input', { kind: 'bad-input', hint: 'prompt-or-picture' }],
    [400, 'model_not_found', { kind: 'other' }],
    [401, 'missing_api_key', { kind: 'bad-key' }],
    [401, 'invalid_api_key', { kind: 'bad-key' }],
    [402, 'insufficient_balance', { kind: 'no-credit' }],
    [403, 'api_key_spend_limit_exceeded', { kind: 'no-credit' }],
    [403, 'ip_not_allowed', { kind: 'bad-key' }],
    [429, 'RATE_LIMITED', { kind: 'rate-limited', retryAfterMs: 1000 }],
    [429, 'USAGE_EXCEEDED', { kind: 'no-credit' }],
  ];
  const spellings = rows.flatMap(([status, code, expected]) =>
    [code, code.toLowerCase(), code.toUpperCase()].map((spelt) => [status, spelt, expected] as const),
  );
  const shapeOf = (code: string, expected: Partial<Failure>) => ({
    charged: 'no',
    code,
    detail: expect.stringContaining(`${code} words`),
    ...expected,
  });

  test.each(spellings)('%i %s at the submit', async (status, code, expected) => {
    const answer = { status, json: { error: { message: 'words', code } } };
    expect(await refusalOf(answer)).toEqual(shapeOf(code, expected));
  });

  test.each(spellings)('%i %s at a look tells of the look', async (status, code, expected) => {
    const answer = { status, json: { error: { message: 'words', code } } };
    expect(await lookRefusalOf(answer)).toEqual(shapeOf(code, expected));
  });

  test.each(rows)('%i %s is read from the body, whatever the status', async (_status, code, expected) => {
    for (const status of [200, 400, 418, 500, 503]) {
      expect(await refusalOf({ status, json: { error: { message: 'words', code } } })).toMatchObject(expected);
    }
  });

  test.each<[name: string, answer: Answer, expected: Partial<Failure>]>([
    ['400 of an unknown code', { status: 400, json: { error: { code: 'new', message: 'x' } } }, { kind: 'other' }],
    ['404 of an address that is none', { status: 404, text: '<html>' }, { kind: 'other' }],
    ['404 for a run', { status: 404, json: { error: { code: 'run_not_found' } } }, { kind: 'not-found' }],
    ['402 bare', { status: 402, text: '' }, { kind: 'no-credit' }],
    ['an error that is a string', { status: 401, json: { error: 'No.' } }, { kind: 'bad-key', detail: '401 No.' }],
    ['an error of an odd shape', { status: 403, json: { error: [1] } }, { kind: 'bad-key', detail: '403 [1]' }],
    ['a code of an odd shape', { status: 429, json: { error: { code: 7, message: 'x' } } }, { kind: 'rate-limited' }],
    ['a redirect', { status: 308, headers: { location: 'https://x' }, text: '' }, { kind: 'other' }],
    ['words that are long', { status: 400, text: 'x'.repeat(9999) }, { detail: `400 ${'x'.repeat(300)}` }],
    ['the name of a method', { status: 400, json: { error: { code: 'constructor' } } }, { kind: 'other' }],
  ])('%s at the submit', async (_name, answer, expected) => {
    expect(await refusalOf(answer)).toMatchObject({ ...expected, charged: 'no' });
  });

  test.each([0, 3])('Retry-After of %i s counts where waiting helps, and nowhere else', async (seconds) => {
    const headers = { 'retry-after': `${seconds}` };
    const said = (code: string) => ({ status: 429, headers, json: { error: { code, message: 'words' } } });
    expect((await refusalOf(said('RATE_LIMITED'))).retryAfterMs).toBe(seconds * 1000);
    expect(await refusalOf(said('USAGE_EXCEEDED'))).not.toHaveProperty('retryAfterMs');
    expect(await refusalOf(said('insufficient_balance'))).not.toHaveProperty('retryAfterMs');
  });

  test('the key is struck out wherever it is quoted, at the cut too', async () => {
    const quoted = `${'x'.repeat(290)} ${key}`;
    const failures = [
      await refusalOf({ status: 401, json: { error: { code: 'invalid_api_key', message: `Not ${key}` } } }),
      await refusalOf({ status: 401, json: { error: quoted } }),
      await refusalOf({ status: 400, json: { error: { code: key, message: '' } } }),
      await refusalOf({ status: 403, text: quoted }),
      await lookRefusalOf({ status: 401, json: { error: { odd: key } } }),
      (await endOf({ message: quoted })).failure,
    ];
    expect(JSON.stringify(failures)).not.toContain(key.slice(0, 8));
  });
});

describe('a run that failed (§5, §9, §11)', () => {
  test.each([
    'The request was rejected by the content policy',
    'Blocked: CONTENT_POLICY_VIOLATION',
    'Flagged by our moderation system',
    'Your input was moderated',
    'The prompt contains sensitive content',
    'status 1026: input new_sensitive',
    'output new_sensitive, 1027',
    'NSFW content detected',
    'Prohibited content',
    'Blocked by the safety filter',
    { code: 'moderation_blocked', message: '' },
    { message: 'sensitive' },
    { code: null, message: 'flagged' },
  ])('%j shows moderation', async (error) => {
    expect((await endOf(error)).failure).toMatchObject({ kind: 'moderation', charged: 'no' });
  });

  test.each([
    'Generation failed at the AI provider',
    'The field is case-sensitive',
    'Timed out under moderate load',
    'job 10261 was lost',
    { code: 'invalid_input', message: 'the provider did not take it' },
    { code: 'RATE_LIMITED', message: 'upstream' },
    null,
    undefined,
    '',
    {},
    42,
    [],
  ])('%j does not', async (error) => {
    const { failure, charged } = await endOf(error);
    expect(failure).toMatchObject({ kind: 'unavailable', charged: 'no', detail: expect.stringMatching(/./) });
    expect(failure).not.toHaveProperty('retryAfterMs');
    expect(charged).toBeUndefined();
  });
});

describe('answers of any shape', () => {
  const anyJson = fc.option(fc.jsonValue(), { nil: undefined });
  const anyError = fc.record(
    { error: fc.oneof(fc.jsonValue(), fc.record({ code: fc.jsonValue(), message: fc.jsonValue() })) },
    { requiredKeys: [] },
  );

  test('a submit is accepted with an id, refused for nothing, or not known: never anything else', async () => {
    const answers = fc.record({ status: fc.integer({ min: 200, max: 599 }), json: fc.oneof(anyJson, anyError) });
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        const submission = await submit(answer).catch((error: unknown) => error);
        if (submission instanceof AnswerLostError) return;
        expect(submission).toMatchObject({ outcome: 'refused', failure: { charged: 'no' } });
      }),
    );
  });

  test('a 2xx with an id is a run, whatever stands beside it', async () => {
    const beside = fc.record(
      { status: fc.jsonValue(), costUsd: fc.jsonValue(), error: fc.jsonValue() },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(beside, fc.integer({ min: 200, max: 299 }), async (more, status) => {
        const submission = await submit({ status, json: { id: 'run_1', ...more } });
        expect(submission).toMatchObject({ outcome: 'accepted', ticket: { id: 'run_1' } });
        if ('charged' in submission) expect(submission.charged).toBeTypeOf('number');
      }),
    );
  });

  test('an id beside an error under 4xx is no run', async () => {
    const json = { id: 'req_1', error: { code: 'insufficient_balance', message: 'words' } };
    expect(await refusalOf({ status: 402, json })).toMatchObject({ kind: 'no-credit' });
  });

  test('a look never ends a run that is neither done, failed nor unknown', async () => {
    const words = fc.string().filter((word) => !/^(succeeded|failed)$/i.test(word));
    await fc.assert(
      fc.asyncProperty(words, anyJson, anyJson, async (status, output, error) => {
        const { status: seen } = await look({ json: { id: 'run_1', status, output, error } });
        expect(['waiting', 'rendering']).toContain(seen);
      }),
    );
  });

  test('a run that succeeded has a clip, or was paid for without one', async () => {
    await fc.assert(
      fc.asyncProperty(anyJson, anyJson, async (output, completedAt) => {
        const progress = await look({ json: { status: 'succeeded', output, completedAt, costUsd: 40_000 } });
        if (progress.status === 'failed') expect(progress.failure).toMatchObject({ charged: 'yes' });
        else expect(progress.status).toBe('ready');
        expect(progress).toMatchObject({ charged: 40_000 });
      }),
    );
  });

  test.each([0.04, -1, '40000', null, Number.MAX_VALUE])('a cost of %j is done without', async (costUsd) => {
    const submission = await submit({ json: { id: 'run_1', costUsd } });
    expect(submission).toEqual({ outcome: 'accepted', ticket: { id: 'run_1' } });
  });

  test('an unknown word is logged once a look, and not at length', async () => {
    const answer = { json: { status: 'x'.repeat(99) } };
    const { provider, logged } = connect([answer, answer]);
    await provider.poll({ id: 'run_1' });
    expect(logged).toEqual([`unknown-status {"run":"run_1","status":"${'x'.repeat(40)}"}`]);
    await provider.poll({ id: 'run_1' });
    expect(logged).toHaveLength(2);
  });
});

describe('addresses', () => {
  test("an operator's own base is called as it stands, and an id cannot leave its place", async () => {
    const answers = [{ json: { id: '../keys?x=1' } }, { json: { status: 'pending' } }];
    const { provider, calls } = connect(answers, { RUNBASE_API_URL: 'http://127.0.0.1:9/api/v1//' });
    const submission = await provider.submit({ ...submitCall, firstFrame: 'https://bot.example/a.png' });
    if (submission.outcome !== 'accepted') return expect.fail(submission.failure.detail);
    await provider.poll(submission.ticket);
    expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST http://127.0.0.1:9/api/v1/runs',
      'GET http://127.0.0.1:9/api/v1/runs/..%2Fkeys%3Fx%3D1',
    ]);
    expect(calls[0]?.json).toEqual({
      model: 'hailuo/pro',
      input: { prompt: 'rain', image_urls: ['https://bot.example/a.png'] },
    });
    for (const { headers } of calls) expect(headers).toEqual({ authorization: `Bearer ${key}` });
  });

  test.each([
    ['a web page', { status: 200, text: '<html>' }],
    ['a page that is not there', { status: 404, text: '<html>' }],
    ['a fault', { status: 500, json: { error: { message: 'words' } } }],
  ])('an inspection that meets %s found out nothing', async (_name, answer) => {
    const error = await connect([answer])
      .provider.inspect?.()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(CallRefusedError);
  });
});
