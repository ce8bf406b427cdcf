/** What ToAPIs does beyond the exam: the whole error table, look-ups that must not pay twice, signatures, odd settings. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/core/failure.ts';
import { AnswerLostError, type HttpAnswer, type HttpCall } from '../../../src/core/http.ts';
import type { CallBack, SubmitCall, VideoProvider } from '../../../src/core/providers/provider.ts';
import { CallRefusedError } from '../../../src/core/providers/provider.ts';
import { toapis } from '../../../src/core/providers/toapis.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../../../src/core/request.ts';
import type { AttemptId, JsonValue, MediaId } from '../../../src/core/values.ts';
import { reasonOf } from '../../support/said.ts';

type Answer = Partial<Pick<HttpAnswer, 'status' | 'headers' | 'json' | 'text'>>;

const secret = '0f'.repeat(32);
const now = new Date('2026-11-20T12:00:00Z');

/** ToAPIs, connected to a script of answers; keeps what was called. */
function connectWith(settings: Readonly<Record<string, string>>, ...answers: Answer[]) {
  const calls: HttpCall[] = [];
  const logged: string[] = [];
  const provider = toapis.connect(
    { TOAPIS_API_KEY: 'sk-key', ...settings },
    {
      now: () => now,
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
const connect = (...answers: Answer[]) => connectWith({ TOAPIS_WEBHOOK_SECRET: secret }, ...answers);

const attempt = uuidv7({ msecs: now.getTime() - 600_000 }) as AttemptId;
const submitCall: SubmitCall = {
  attempt,
  model: 'MiniMax-Hailuo-2.3',
  body: {
    model: 'MiniMax-Hailuo-2.3',
    prompt: 'rain',
    duration: 6,
    resolution: '768P',
    metadata: { prompt_optimizer: true },
  },
};
const callBackUrl = 'https://bot.example/callbacks/toapis/1/secret';
const ticket: JsonValue = { id: 'vid_1' };
const task = (status: string, more: Record<string, unknown> = {}): Answer => ({
  json: { id: 'vid_1', status, ...more },
});
const worded = (status: number, code: string, message = 'words'): Answer => ({
  status,
  json: { error: { code, message } },
});
const numbered = (status: number, type: string, message = 'words'): Answer => ({
  status,
  json: { error: { code: status, message, type } },
});

async function refusalOf(provider: VideoProvider, call = submitCall): Promise<Failure> {
  const submission = await provider.submit(call);
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

describe('offers', () => {
  const { provider } = connect();
  const picture = {
    id: 'a' as MediaId,
    kind: 'picture',
    type: 'image/png',
    bytes: 1,
    width: 800,
    height: 600,
  } as const;
  const frames = [
    ['text', {}],
    ['picture', { firstFrame: picture }],
    ['both', { firstFrame: picture, lastFrame: picture }],
    ['last', { lastFrame: picture }],
  ] as const;

  test('what it renders: every model from every combination of pictures, at no known price', () => {
    const lines = modelNames.flatMap((model) =>
      frames.flatMap(([source, pictures]) =>
        resolutions.flatMap((resolution) =>
          clipSeconds.flatMap((seconds) => {
            const request: VideoRequest = { prompt: 'rain', model, seconds, resolution, enhance: true, ...pictures };
            const offer = provider.offer(request);
            if (offer.outcome === 'impossible') {
              expect(reasonOf(offer)).toMatch(/^[^\n]{10,200}\.$/);
              return [];
            }
            expect(offer).not.toHaveProperty('price');
            const { duration, resolution: sent } = offer.body as Record<string, unknown>;
            return [`${model} ${source}: ${offer.model} ${JSON.stringify(duration)} ${sent}`];
          }),
        ),
      ),
    );
    expect(lines).toEqual([
      '2.3-pro text: MiniMax-Hailuo-2.3 6 1080P',
      '2.3-pro picture: MiniMax-Hailuo-2.3 6 1080P',
      '2.3 text: MiniMax-Hailuo-2.3 6 768P',
      '2.3 text: MiniMax-Hailuo-2.3 10 768P',
      '2.3 picture: MiniMax-Hailuo-2.3 6 768P',
      '2.3 picture: MiniMax-Hailuo-2.3 10 768P',
      '2.3-fast picture: MiniMax-Hailuo-2.3-Fast 6 768P',
      '2.3-fast picture: MiniMax-Hailuo-2.3-Fast 10 768P',
      '2.3-fast-pro picture: MiniMax-Hailuo-2.3-Fast 6 1080P',
      '02-pro text: MiniMax-Hailuo-02 6 1080P',
      '02-pro picture: MiniMax-Hailuo-02 6 1080P',
      '02-pro both: MiniMax-Hailuo-02 6 1080P',
      '02 text: MiniMax-Hailuo-02 6 768P',
      '02 text: MiniMax-Hailuo-02 10 768P',
      '02 picture: MiniMax-Hailuo-02 6 512P',
      '02 picture: MiniMax-Hailuo-02 10 512P',
      '02 picture: MiniMax-Hailuo-02 6 768P',
      '02 picture: MiniMax-Hailuo-02 10 768P',
      '02 both: MiniMax-Hailuo-02 6 768P',
      '02 both: MiniMax-Hailuo-02 10 768P',
    ]);
  });
});

describe('errors (§9)', () => {
  const rows: [answer: Answer, kind: Failure['kind'], waitMs: number | undefined, code: string][] = [
    [worded(400, 'invalid_request'), 'bad-input', undefined, 'invalid_request'],
    [worded(400, 'webhook_not_configured'), 'other', undefined, 'webhook_not_configured'],
    [worded(401, 'unauthorized'), 'bad-key', undefined, 'unauthorized'],
    [numbered(401, 'authentication_error'), 'bad-key', undefined, 'authentication_error'],
    [worded(402, 'insufficient_quota'), 'no-credit', undefined, 'insufficient_quota'],
    [worded(422, 'content_policy_violation'), 'moderation', undefined, 'content_policy_violation'],
    [worded(429, 'rate_limit_exceeded'), 'rate-limited', 10_000, 'rate_limit_exceeded'],
    [numbered(429, 'rate_limit_error'), 'rate-limited', 10_000, 'rate_limit_error'],
    [worded(503, 'rate_limit_unavailable'), 'unavailable', 10_000, 'rate_limit_unavailable'],
  ];

  test.each(rows)('%j turns a submit and a look away alike', async (answer, kind, waitMs, code) => {
    const wanted = { kind, charged: 'no', code, detail: expect.stringContaining('words') };
    for (const failure of [await refusalOf(connect(answer).provider), await lookRefusalOf(connect(answer).provider)]) {
      expect(failure).toMatchObject(wanted);
      expect(failure.retryAfterMs).toBe(waitMs);
    }
  });

  test.each(rows)('%j as a task’s own error may have cost money, and is not waited for', async (answer, kind) => {
    const { error } = answer.json as { error: unknown };
    const failure = await endOf(connect(task('failed', { error })).provider);
    expect(failure).toMatchObject({ kind, charged: 'unknown' });
    expect(failure).not.toHaveProperty('retryAfterMs');
  });

  test.each([worded(404, 'task_not_found'), numbered(404, 'not_found_error')])('%j: a task is gone', async (answer) => {
    expect(await endOf(connect(answer).provider)).toMatchObject({ kind: 'not-found', charged: 'unknown' });
    expect(await refusalOf(connect(answer).provider)).toMatchObject({ kind: 'not-found', charged: 'no' });
  });

  test('500 internal_error: a submit is unclear, a look may be repeated', async () => {
    await expect(connect(worded(500, 'internal_error')).provider.submit(submitCall)).rejects.toThrow(AnswerLostError);
    expect(await lookRefusalOf(connect(worded(500, 'internal_error')).provider)).toMatchObject({ retryAfterMs: 5000 });
  });

  test.each<[string, Failure['kind']]>([
    ['Generation failed after retries', 'unavailable'],
    ['the prompt is against our policies', 'moderation'],
    ['flagged by moderation', 'moderation'],
    ['1027 output new_sensitive', 'moderation'],
    ['生成失败: 内容违反了内容政策', 'moderation'],
    ['图片违规', 'moderation'],
    ['model names are case-sensitive', 'unavailable'],
  ])('generation_failed, "%s": %s', async (message, kind) => {
    const failure = await endOf(connect(task('failed', { error: { code: 'generation_failed', message } })).provider);
    expect(failure.kind).toBe(kind);
  });

  test.each<[number, Failure['kind']]>([
    [400, 'bad-input'],
    [401, 'bad-key'],
    [402, 'no-credit'],
    [403, 'bad-key'],
    [404, 'not-found'],
    [413, 'bad-input'],
    [418, 'other'],
    [422, 'moderation'],
    [429, 'rate-limited'],
  ])('%i without a word, at a submit: %s', async (status, kind) => {
    expect(await refusalOf(connect({ status, text: '' }).provider)).toMatchObject({ kind, charged: 'no' });
  });

  test.each([200, 204, 302, 307, 408, 500, 502, 503, 504, 524])(
    '%i without a word leaves a submit open',
    async (status) => {
      await expect(connect({ status, text: '' }).provider.submit(submitCall)).rejects.toThrow(AnswerLostError);
    },
  );

  test('Retry-After rules, as a date too', async () => {
    const dated = {
      ...worded(429, 'rate_limit_exceeded'),
      headers: { 'retry-after': 'Fri, 20 Nov 2026 12:00:05 GMT' },
    };
    expect(await refusalOf(connect(dated).provider)).toMatchObject({ retryAfterMs: 5000 });
  });

  test('the detail stays short and quotes no key', async () => {
    const failure = await refusalOf(
      connect(worded(401, 'unauthorized', `bad sk-abc_DEF-123 ${'x'.repeat(999)}`)).provider,
    );
    expect(failure.detail.length).toBeLessThanOrEqual(300);
    expect(failure.detail).toMatch(/^401 unauthorized bad sk-… x+$/);
  });

  test('whatever comes, a submit ends as a ticket with an id, an uncharged refusal, or "lost"', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('rate_limit_exceeded', 'internal_error', 402, 'vid_1', ''));
    const shaped = fc.record(
      { id: value, task_id: value, data: value, message: value, error: fc.oneof(value, fc.record({ code: value })) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 200, max: 599 }), fc.oneof(value, shaped), async (status, json) => {
        const { provider } = connect({ status, json });
        const outcome = await provider.submit(submitCall).catch((error: unknown) => error);
        if (outcome instanceof AnswerLostError) return;
        if (status < 300 && (outcome as { outcome?: string }).outcome === 'accepted') {
          expect(outcome).toEqual({ outcome: 'accepted', ticket: { id: expect.stringMatching(/./s) } });
        } else expect(outcome).toMatchObject({ outcome: 'refused', failure: { charged: 'no' } });
      }),
    );
  });
});

describe('looking up a lost submit', () => {
  const unknown = numbered(404, 'not_found_error');
  const youngerBy = (ms: number) => uuidv7({ msecs: now.getTime() - ms }) as AttemptId;
  const lookUp = (provider: VideoProvider, id: AttemptId) => provider.lookUp?.(id) ?? expect.fail('it cannot look up');
  const repeated = task('queued', { client_business_id: uuidv7() });

  test('asks by the attempt id and takes the answer’s own', async () => {
    const { provider, calls } = connect(task('queued', { client_business_id: attempt }));
    expect(await lookUp(provider, attempt)).toEqual({ id: 'vid_1' });
    expect(calls).toMatchObject([{ method: 'GET', url: `https://toapis.com/v1/videos/generations/${attempt}` }]);
  });

  test('an old attempt that a service keeping references does not know never arrived', async () => {
    const { provider } = connect(repeated, unknown);
    await provider.poll(ticket);
    expect(await lookUp(provider, youngerBy(120_000))).toBeNull();
  });

  test('a young one may still be on its way', async () => {
    const { provider } = connect(repeated, unknown, unknown);
    await provider.poll(ticket);
    await expect(lookUp(provider, youngerBy(119_999))).rejects.toThrow(/under way/);
    await expect(lookUp(provider, 'no-uuid' as AttemptId)).rejects.toThrow(/under way/);
  });

  test('nothing is certain before a reference of ours was seen repeated', async () => {
    const { provider } = connect(task('queued'), task('queued', { client_business_id: 'tsk_of_theirs' }), unknown);
    await provider.poll(ticket);
    await provider.poll(ticket);
    await expect(lookUp(provider, attempt)).rejects.toThrow(/never seen to keep/);
  });

  test('a look-up that finds, and a call-back, show as well that references are kept', async () => {
    const found = connect(task('queued', { client_business_id: attempt }), unknown);
    await lookUp(found.provider, attempt);
    expect(await lookUp(found.provider, youngerBy(300_000))).toBeNull();
    const called = connect(unknown);
    const data = { task_id: 'tsk_1', client_business_id: attempt };
    await called.provider.readCallBack?.(signed({ type: 'generation.completed', data }));
    expect(await lookUp(called.provider, attempt)).toBeNull();
  });

  test.each<[string, Answer]>([
    ['a 404 of something in between', { status: 404, text: '<html>' }],
    ['a bad key', numbered(401, 'authentication_error')],
    ['too many calls', worded(429, 'rate_limit_exceeded')],
    ['a fault', worded(500, 'internal_error')],
    ['an answer without an id', { json: { status: 'queued' } }],
    ['somebody else’s task', task('queued', { client_business_id: 'somebody else' })],
  ])('%s says nothing', async (_name, answer) => {
    const { provider } = connect(repeated, answer);
    await provider.poll(ticket);
    await expect(lookUp(provider, attempt)).rejects.toThrow();
  });
});

describe('asking to be called back', () => {
  const sentTo = ({ json }: HttpCall | { json?: unknown }) => (json as { metadata: Record<string, unknown> }).metadata;

  test('only with a secret; without one, call-backs are not read either', async () => {
    const { provider, calls } = connectWith({}, task('queued'));
    const submission = await provider.submit({ ...submitCall, callBackUrl });
    expect(submission).toEqual({ outcome: 'accepted', ticket: { id: 'vid_1' } });
    expect(sentTo(calls[0] ?? {})).toEqual({ prompt_optimizer: true });
    expect(provider.readCallBack).toBeUndefined();
  });

  test('a console without a web hook is remembered and told once; later submits go out without an address', async () => {
    const missing = worded(400, 'webhook_not_configured');
    const { provider, calls, logged } = connect(missing, missing, task('queued'));
    const call = { ...submitCall, callBackUrl };
    const refusals = await Promise.all([refusalOf(provider, call), refusalOf(provider, call)]);
    for (const refusal of refusals)
      expect(refusal).toMatchObject({ kind: 'unavailable', charged: 'no', retryAfterMs: 0 });
    expect(await provider.submit(call)).toEqual({ outcome: 'accepted', ticket: { id: 'vid_1' } });
    expect(calls.map((each) => sentTo(each).callback_url)).toEqual([callBackUrl, callBackUrl, undefined]);
    expect(logged).toEqual([expect.stringMatching(/^webhook-not-configured /)]);
  });
});

/** As ToAPIs signs, written out again from the sheet. */
function signed(
  event: object,
  { at = now, secrets = [secret], id = 'evt_1' } = {},
): CallBack & {
  headers: Record<string, string>;
} {
  const body = JSON.stringify({ id, ...event });
  const timestamp = `${Math.floor(at.getTime() / 1000)}`;
  const sign = (key: string) => createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('hex');
  const headers = {
    'x-toapis-webhook-id': id,
    'x-toapis-webhook-timestamp': timestamp,
    'x-toapis-webhook-signature': secrets.map((key) => `v1=${sign(key)}`).join(','),
  };
  return { headers, rawBody: Buffer.from(body) };
}

describe('call-backs (§7)', () => {
  const { provider } = connect();
  const read = (callBack: CallBack) => provider.readCallBack?.(callBack) ?? expect.fail();
  const completed = { type: 'generation.completed', data: { task_id: 'tsk_1' } };
  const secondsAway = (seconds: number) => new Date(now.getTime() + seconds * 1000);

  test.each([[['old', secret]], [[secret, 'old']]])('either of two signatures will do: %j', async (secrets) => {
    expect(await read(signed(completed, { secrets }))).toEqual({ outcome: 'genuine', ticket: { id: 'tsk_1' } });
  });

  test('spaces between signatures and capital hex are theirs to choose', async () => {
    const good = signed(completed, { secrets: ['old', secret] });
    const signature = good.headers['x-toapis-webhook-signature']?.replace(',', ' , ') ?? '';
    const loud = signature.replace(/[0-9a-f]{64}/g, (hex) => hex.toUpperCase());
    for (const value of [signature, loud]) {
      const reading = await read({ ...good, headers: { ...good.headers, 'x-toapis-webhook-signature': value } });
      expect(reading.outcome).toBe('genuine');
    }
  });

  test.each([-300, 300])('%i seconds off is near enough', async (seconds) => {
    expect(await read(signed(completed, { at: secondsAway(seconds) }))).toMatchObject({ outcome: 'genuine' });
  });

  test.each([-301, 301])('%i seconds off is forged', async (seconds) => {
    expect(await read(signed(completed, { at: secondsAway(seconds) }))).toMatchObject({ outcome: 'forged' });
  });

  test.each<[name: string, change: Record<string, string> | { body: string }]>([
    ['another id', { 'x-toapis-webhook-id': 'evt_2' }],
    ['another time', { 'x-toapis-webhook-timestamp': `${now.getTime() / 1000 + 1}` }],
    ['a time that is none', { 'x-toapis-webhook-timestamp': 'NaN' }],
    ['another body', { body: '{}' }],
    ['no version', { 'x-toapis-webhook-signature': 'ab'.repeat(32) }],
    ['another version', { 'x-toapis-webhook-signature': `v2=${'ab'.repeat(32)}` }],
    ['half a signature', { 'x-toapis-webhook-signature': 'v1=abcd' }],
    ['hex garbage', { 'x-toapis-webhook-signature': `v1=${'zz'.repeat(32)}` }],
    ['an empty signature', { 'x-toapis-webhook-signature': '' }],
  ])('%s is forged', async (_name, change) => {
    const good = signed(completed);
    const forged =
      'body' in change
        ? { ...good, rawBody: Buffer.from(change.body ?? '') }
        : { ...good, headers: { ...good.headers, ...change } };
    expect(await read(forged)).toMatchObject({ outcome: 'forged' });
  });

  test('the console’s test event is answered and wakes nobody', async () => {
    const event = { type: 'endpoint.test', data: { task_id: 'endpoint_test' } };
    expect(await read(signed(event))).toEqual({ outcome: 'answer', json: { ok: true } });
  });
});

describe('settings', () => {
  test.each([
    ['default', 50, 500],
    ['vip', 166, 1666],
    ['svip', 333, 5000],
  ])('%s keeps its row of §10 within ten seconds and within a minute', (group, submit, look) => {
    const { provider } = connectWith({ TOAPIS_GROUP: group });
    expect(provider.paces).toEqual([
      { of: ['submit'], most: submit, perMs: 10_000 },
      { of: ['look'], most: look, perMs: 10_000 },
    ]);
  });

  test('another base address is called as it stands, and never a data URI made', async () => {
    const { provider, calls } = connectWith({ TOAPIS_API_URL: 'https://toapis.cn/' }, task('queued'));
    await provider.submit(submitCall);
    expect(calls[0]?.url).toBe('https://toapis.cn/v1/videos/generations');
    expect(provider.pictures.map(({ route, maxBytes }) => `${route} ${maxBytes}`)).toEqual([
      'upload 10000000',
      'link 19999999',
    ]);
  });

  test('an id with odd letters stays one part of the path', async () => {
    const { provider, calls } = connect(task('queued'));
    await provider.poll({ id: '../balance?x' });
    expect(calls[0]?.url).toBe('https://toapis.com/v1/videos/generations/..%2Fbalance%3Fx');
  });
});
