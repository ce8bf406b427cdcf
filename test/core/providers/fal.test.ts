/** What fal does beyond the exam: every price, every error row, every way to forge a call-back. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/core/failure.ts';
import type { HttpAnswer, HttpCall } from '../../../src/core/http.ts';
import { models } from '../../../src/core/providers/fal/models.ts';
import { fal } from '../../../src/core/providers/fal.ts';
import type { CallBack, SubmitCall, VideoProvider } from '../../../src/core/providers/provider.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../../../src/core/request.ts';
import type { AttemptId, JsonValue, MediaId } from '../../../src/core/values.ts';
import { signCallBack } from '../../../src/simulate/fal.ts';
import { said } from '../../support/said.ts';

type Answer = Partial<Pick<HttpAnswer, 'status' | 'headers' | 'json' | 'text'>>;

/** fal, connected to a script of answers; keeps what was called. */
function connect(...answers: Answer[]) {
  const calls: HttpCall[] = [];
  const logged: string[] = [];
  const clock = { now: new Date('2026-11-20T12:00:00Z') };
  const provider = fal.connect(
    { FAL_KEY: 'id:secret' },
    {
      now: () => clock.now,
      scratchDirectory: '/nowhere',
      log: (event, fields) => logged.push(`${event} ${JSON.stringify(fields)}`),
      async http(call) {
        calls.push(call);
        const answer = answers.shift() ?? expect.fail(`no answer left for ${call.method} ${call.url}`);
        return { status: 200, headers: {}, json: undefined, text: JSON.stringify(answer.json ?? ''), ...answer };
      },
    },
  );
  return { provider, calls, logged, clock };
}

const submitCall: SubmitCall = {
  attempt: 'attempt' as AttemptId,
  model: 'fal-ai/minimax/hailuo-2.3/pro/text-to-video',
  body: { prompt: 'rain', prompt_optimizer: true },
};
const ticket: JsonValue = {
  requestId: 'r1',
  statusUrl: 'https://queue.fal.run/fal-ai/minimax/requests/r1/status',
  responseUrl: 'https://queue.fal.run/fal-ai/minimax/requests/r1',
  cancelUrl: 'https://queue.fal.run/fal-ai/minimax/requests/r1/cancel',
};

async function refusalOf(provider: VideoProvider): Promise<Failure> {
  const submission = await provider.submit(submitCall);
  return submission.outcome === 'refused' ? submission.failure : expect.fail('it was accepted');
}

async function endOf(provider: VideoProvider): Promise<Failure> {
  const progress = await provider.poll(ticket);
  return progress.status === 'failed' ? progress.failure : expect.fail(progress.status);
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

  test('what it renders, and for how much: every model, from text and from a picture', () => {
    const lines = modelNames.flatMap((model) =>
      [undefined, picture].flatMap((firstFrame) =>
        resolutions.flatMap((resolution) =>
          clipSeconds.flatMap((seconds) => {
            const request: VideoRequest = {
              prompt: 'rain',
              model,
              seconds,
              resolution,
              enhance: true,
              ...(firstFrame && { firstFrame }),
            };
            const offer = provider.offer(request);
            if (offer.outcome === 'impossible') return [];
            const body = offer.body as Record<string, unknown>;
            const fields = [body.duration, body.resolution].map((value) => JSON.stringify(value) ?? '-').join(' ');
            return [
              `${model} ${seconds}s ${resolution} ${offer.model.slice(15)} ${fields} ${offer.price ?? 'unknown'}`,
            ];
          }),
        ),
      ),
    );
    expect(lines).toEqual([
      '2.3-pro 6s 1080P hailuo-2.3/pro/text-to-video - - 490000',
      '2.3-pro 6s 1080P hailuo-2.3/pro/image-to-video - - 490000',
      '2.3 6s 768P hailuo-2.3/standard/text-to-video "6" - 280000',
      '2.3 10s 768P hailuo-2.3/standard/text-to-video "10" - 560000',
      '2.3 6s 768P hailuo-2.3/standard/image-to-video "6" - 280000',
      '2.3 10s 768P hailuo-2.3/standard/image-to-video "10" - 560000',
      '2.3-fast 6s 768P hailuo-2.3-fast/standard/image-to-video "6" - 190000',
      '2.3-fast 10s 768P hailuo-2.3-fast/standard/image-to-video "10" - 320000',
      '2.3-fast-pro 6s 1080P hailuo-2.3-fast/pro/image-to-video - - 330000',
      '02-pro 6s 1080P hailuo-02/pro/text-to-video - - unknown',
      '02-pro 6s 1080P hailuo-02/pro/image-to-video - - 480000',
      '02 6s 768P hailuo-02/standard/text-to-video "6" - unknown',
      '02 10s 768P hailuo-02/standard/text-to-video "10" - unknown',
      '02 6s 512P hailuo-02/standard/image-to-video "6" "512P" 102000',
      '02 10s 512P hailuo-02/standard/image-to-video "10" "512P" 170000',
      '02 6s 768P hailuo-02/standard/image-to-video "6" "768P" 270000',
      '02 10s 768P hailuo-02/standard/image-to-video "10" "768P" 450000',
      '02-fast 6s 512P hailuo-02-fast/image-to-video "6" - 102000',
      '02-fast 10s 512P hailuo-02-fast/image-to-video "10" - 170000',
    ]);
  });

  test('a last frame only where an endpoint takes one', () => {
    const able = Object.values(models).flatMap(({ fromPicture }) =>
      fromPicture?.takesLastFrame ? [fromPicture.id] : [],
    );
    expect(able).toEqual([
      'fal-ai/minimax/hailuo-02/pro/image-to-video',
      'fal-ai/minimax/hailuo-02/standard/image-to-video',
    ]);
  });

  test.each<[Partial<VideoRequest>, string]>([
    [{ model: '2.3', resolution: '1080P' }, 'From text, fal renders 2.3 as 6 seconds in 768P or 10 seconds in 768P.'],
    [{ model: '2.3-pro', seconds: 10, resolution: '1080P' }, 'From text, fal renders 2.3-pro as 6 seconds in 1080P.'],
    [{ model: '02', resolution: '512P' }, 'From text, fal renders 02 as 6 seconds in 768P or 10 seconds in 768P.'],
    [
      { model: '02-fast', resolution: '512P' },
      'fal renders 02-fast from a picture only; add one, or take 2.3 or 2.3-pro.',
    ],
    [{ model: '2.3', lastFrame: picture }, 'fal cannot end a 2.3 clip on a picture; 02 and 02-pro can.'],
    [{ model: '02', lastFrame: picture }, 'fal needs a picture to start from as well when there is one to end on.'],
  ])('%j is impossible', (part, reason) => {
    const request: VideoRequest = {
      prompt: 'rain',
      model: '2.3',
      seconds: 6,
      resolution: '768P',
      enhance: true,
      ...part,
    };
    expect(said(provider.offer(request))).toEqual({ outcome: 'impossible', reason });
  });
});

const modelBody = (type: string, msg = 'words') => ({
  detail: [{ loc: ['body', 'image_url'], msg, type, input: 'the prompt' }],
});
const infraBody = (error_type: string) => ({ detail: 'words', error_type });

describe('errors (§9)', () => {
  test.each<[status: number, type: string, body: (type: string) => unknown, expected: Partial<Failure>]>([
    [422, 'content_policy_violation', modelBody, { kind: 'moderation' }],
    [422, 'image_too_small', modelBody, { kind: 'bad-input', hint: 'picture-too-small' }],
    [422, 'image_too_large', modelBody, { kind: 'bad-input', hint: 'picture-too-large' }],
    [422, 'unsupported_image_format', modelBody, { kind: 'bad-input', hint: 'picture-format' }],
    [422, 'file_too_large', modelBody, { kind: 'bad-input', hint: 'picture-too-heavy' }],
    [422, 'sequence_too_long', modelBody, { kind: 'bad-input', hint: 'prompt-too-long' }],
    [422, 'one_of', modelBody, { kind: 'bad-input' }],
    [422, 'missing', modelBody, { kind: 'bad-input' }],
    [422, 'image_load_error', modelBody, { kind: 'bad-input', retryAfterMs: 1000 }],
    [422, 'file_download_error', modelBody, { kind: 'bad-input', retryAfterMs: 1000 }],
    [422, 'no_media_generated', modelBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [422, 'feature_not_supported', modelBody, { kind: 'other' }],
    [422, 'never_heard_of', modelBody, { kind: 'other' }],
    [400, 'downstream_service_error', modelBody, { kind: 'unavailable' }],
    [429, 'concurrent_requests_limit', infraBody, { kind: 'rate-limited', retryAfterMs: 10_000 }],
    [499, 'client_disconnected', infraBody, { kind: 'cancelled' }],
    [499, 'client_cancelled', infraBody, { kind: 'cancelled' }],
    [500, 'internal_server_error', modelBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [500, 'internal_error', infraBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [500, 'runner_server_error', infraBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [500, 'downstream_service_unavailable', modelBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [502, 'runner_incomplete_response', infraBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [503, 'runner_scheduling_failure', infraBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [503, 'runner_connection_timeout', infraBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [503, 'runner_disconnected', infraBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [503, 'runner_connection_refused', infraBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [503, 'runner_connection_error', infraBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [504, 'request_timeout', infraBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [504, 'startup_timeout', infraBody, { kind: 'unavailable', retryAfterMs: 5000 }],
    [504, 'generation_timeout', modelBody, { kind: 'unavailable', retryAfterMs: 5000 }],
  ])('%i %s', async (status, type, body, expected) => {
    const answer = { status, json: body(type) };
    const wanted = { retryAfterMs: undefined, hint: expect.toSatisfy(() => true), code: type, ...expected };
    const shape = (failure: Failure) => ({ retryAfterMs: undefined, hint: undefined, ...failure });

    const refused = shape(await refusalOf(connect(answer).provider));
    expect(refused).toMatchObject({ ...wanted, charged: 'no' });
    expect(refused.detail).toContain('words');
    expect(refused.detail).not.toContain('the prompt');

    if (expected.kind === 'rate-limited') return; // it tells of a look, never of a job: the recording has that scene
    const isFree = expected.kind === 'unavailable' && status >= 500;
    const ended = shape(await endOf(connect({ json: { status: 'COMPLETED' } }, answer).provider));
    expect(ended).toMatchObject({ ...wanted, charged: isFree ? 'no' : 'unknown' });
  });

  test.each<[name: string, answer: Answer, expected: Partial<Failure>]>([
    ['401', { status: 401, json: { detail: 'No' } }, { kind: 'bad-key' }],
    [
      '403 locked',
      { status: 403, json: { detail: 'User is locked. Reason: Exhausted balance.' } },
      { kind: 'no-credit' },
    ],
    ['403', { status: 403, json: { detail: 'No access' } }, { kind: 'bad-key' }],
    ['404 for the model', { status: 404, json: { detail: 'Application not found' } }, { kind: 'not-found' }],
    ['413', { status: 413, text: '' }, { kind: 'bad-input' }],
    ['418 without a word', { status: 418, text: '' }, { kind: 'other' }],
    ['a redirect', { status: 307, headers: { location: 'https://x' } }, { kind: 'other' }],
  ])('%s at the submit', async (_name, answer, expected) => {
    expect(await refusalOf(connect(answer).provider)).toMatchObject({ ...expected, charged: 'no' });
  });

  test.each<[name: string, answer: Answer, expected: number | undefined]>([
    ['Retry-After rules', { status: 429, headers: { 'retry-after': '42' } }, 42_000],
    ['as a date too', { status: 429, headers: { 'retry-after': 'Fri, 20 Nov 2026 12:00:05 GMT' } }, 5000],
    [
      'X-Fal-Retryable: false takes the hope away',
      { status: 500, headers: { 'x-fal-retryable': 'false' }, json: modelBody('internal_server_error') },
      undefined,
    ],
    [
      'and true gives it where only it knows',
      { status: 400, headers: { 'x-fal-retryable': 'true' }, json: modelBody('downstream_service_error') },
      5000,
    ],
    [
      'under its older name too',
      { status: 400, headers: { 'x-fal-needs-retry': 'true' }, json: modelBody('downstream_service_error') },
      5000,
    ],
    [
      'but not for moderation',
      { status: 422, headers: { 'x-fal-retryable': 'true' }, json: modelBody('content_policy_violation') },
      undefined,
    ],
    [
      'nor when our own deadline was hit',
      { status: 504, headers: { 'x-fal-request-timeout-type': 'user' }, json: infraBody('request_timeout') },
      undefined,
    ],
  ])('waiting: %s', async (_name, answer, expected) => {
    expect((await refusalOf(connect(answer).provider)).retryAfterMs).toBe(expected);
  });

  test('of several complaints, the one we know is taken', async () => {
    const detail = [
      { type: 'new_kind', msg: 'a' },
      { type: 'content_policy_violation', msg: 'b' },
    ];
    expect(await refusalOf(connect({ status: 422, json: { detail } }).provider)).toMatchObject({ kind: 'moderation' });
  });

  test('the detail names the request for fal, and stays short', async () => {
    const headers = { 'x-fal-request-id': 'req-7' };
    const failure = await refusalOf(connect({ status: 422, headers, json: { detail: 'x'.repeat(9999) } }).provider);
    expect(failure.detail).toMatch(/^422 x{500} \(x-fal-request-id req-7\)$/);
  });
});

describe('addresses', () => {
  test('follow-ups go to the first two segments only, and the key stays at the queue', async () => {
    const told = {
      request_id: 'r/1',
      status_url: 'https://evil.example/status',
      response_url: 'https://queue.fal.run/fal-ai/minimax/requests/r/1/response',
    };
    const { provider, calls, logged } = connect({ json: told }, { json: { status: 'IN_PROGRESS' } });
    const submission = await provider.submit(submitCall);
    if (submission.outcome !== 'accepted') return expect.fail();
    expect(submission.ticket).toEqual({
      requestId: 'r/1',
      statusUrl: 'https://queue.fal.run/fal-ai/minimax/requests/r%2F1/status',
      responseUrl: 'https://queue.fal.run/fal-ai/minimax/requests/r/1/response',
      cancelUrl: 'https://queue.fal.run/fal-ai/minimax/requests/r%2F1/cancel',
    });
    await provider.poll(submission.ticket);
    expect(calls.map(({ url }) => new URL(url).origin)).toEqual(['https://queue.fal.run', 'https://queue.fal.run']);
    expect(logged).toEqual(['foreign-address {"requestId":"r/1"}']);
  });

  test("an operator's own base address is called as it stands", async () => {
    const calls: string[] = [];
    const provider = fal.connect(
      { FAL_KEY: 'k', FAL_QUEUE_URL: 'http://127.0.0.1:9/' },
      {
        now: () => new Date(),
        scratchDirectory: '/nowhere',
        log: () => undefined,
        http: async ({ url }) => {
          calls.push(url);
          return {
            status: 200,
            headers: {},
            text: '',
            json: { request_id: 'r', status_url: 'http://127.0.0.1:9/r/status' },
          };
        },
      },
    );
    const submission = await provider.submit(submitCall);
    expect(calls).toEqual(['http://127.0.0.1:9/fal-ai/minimax/hailuo-2.3/pro/text-to-video']);
    expect(submission).toMatchObject({ ticket: { statusUrl: 'http://127.0.0.1:9/r/status' } });
  });
});

describe('call-backs (§7)', () => {
  const mine = generateKeyPairSync('ed25519');
  const next = generateKeyPairSync('ed25519');
  const body = JSON.stringify({ request_id: 'r1', status: 'OK', payload: {} });
  const jwks = (...keys: KeyObject[]): Answer => ({ json: { keys: keys.map((key) => key.export({ format: 'jwk' })) } });

  function signed(at: Date, key = mine.privateKey): CallBack & { headers: Record<string, string> } {
    return { headers: signCallBack({ requestId: 'r1', userId: 'u1', body, now: at, key }), rawBody: Buffer.from(body) };
  }
  const read = (provider: VideoProvider, callBack: CallBack) => provider.readCallBack?.(callBack) ?? expect.fail();
  const secondsFrom = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1000);

  test('a good one yields the ticket, and its keys are asked for once a day, without ours', async () => {
    const { provider, calls, clock } = connect(jwks(next.publicKey, mine.publicKey), jwks(mine.publicKey));
    expect(await read(provider, signed(clock.now))).toEqual({ outcome: 'genuine', ticket });
    clock.now = secondsFrom(clock.now, 24 * 3600 - 1);
    expect(await read(provider, signed(clock.now))).toMatchObject({ outcome: 'genuine' });
    expect(calls).toEqual([{ method: 'GET', url: 'https://rest.fal.ai/.well-known/jwks.json' }]);
    clock.now = secondsFrom(clock.now, 1);
    expect(await read(provider, signed(clock.now))).toMatchObject({ outcome: 'genuine' });
    expect(calls).toHaveLength(2);
  });

  test.each([-300, 300])('%i seconds off is near enough', async (seconds) => {
    const { provider, clock } = connect(jwks(mine.publicKey));
    expect(await read(provider, signed(secondsFrom(clock.now, seconds)))).toMatchObject({ outcome: 'genuine' });
  });

  test.each([-301, 301])('%i seconds off is forged', async (seconds) => {
    const { provider, clock, calls } = connect();
    expect(await read(provider, signed(secondsFrom(clock.now, seconds)))).toMatchObject({ outcome: 'forged' });
    expect(calls).toEqual([]);
  });

  test.each<
    [name: string, forge: (good: CallBack & { headers: Record<string, string> }) => CallBack, asksForKeys: boolean]
  >([
    ['another body', (good) => ({ ...good, rawBody: Buffer.from(`${body} `) }), true],
    [
      'another request id',
      ({ headers, rawBody }) => ({ rawBody, headers: { ...headers, 'x-fal-webhook-request-id': 'r2' } }),
      true,
    ],
    [
      'another user',
      ({ headers, rawBody }) => ({ rawBody, headers: { ...headers, 'x-fal-webhook-user-id': 'u2' } }),
      true,
    ],
    [
      'hex garbage',
      ({ headers, rawBody }) => ({ rawBody, headers: { ...headers, 'x-fal-webhook-signature': 'zz'.repeat(64) } }),
      false,
    ],
    [
      'half a signature',
      ({ headers, rawBody }) => ({ rawBody, headers: { ...headers, 'x-fal-webhook-signature': 'ab' } }),
      false,
    ],
    [
      'a timestamp that is none',
      ({ headers, rawBody }) => ({ rawBody, headers: { ...headers, 'x-fal-webhook-timestamp': 'NaN' } }),
      false,
    ],
    ['no headers', ({ rawBody }) => ({ rawBody, headers: {} }), false],
  ])('%s is forged', async (_name, forge, asksForKeys) => {
    const { provider, clock, calls } = connect(jwks(mine.publicKey));
    expect(await read(provider, forge(signed(clock.now)))).toMatchObject({ outcome: 'forged' });
    expect(calls).toHaveLength(asksForKeys ? 1 : 0);
  });

  test('an unknown key makes us ask again, at most once a minute, and new keys are found so', async () => {
    const { provider, calls, clock } = connect(jwks(mine.publicKey), jwks(mine.publicKey, next.publicKey));
    expect(await read(provider, signed(clock.now, next.privateKey))).toMatchObject({ outcome: 'forged' });
    clock.now = secondsFrom(clock.now, 59);
    expect(await read(provider, signed(clock.now, next.privateKey))).toMatchObject({ outcome: 'forged' });
    expect(calls).toHaveLength(1);
    clock.now = secondsFrom(clock.now, 1);
    expect(await read(provider, signed(clock.now, next.privateKey))).toMatchObject({ outcome: 'genuine' });
    expect(calls).toHaveLength(2);
  });

  test('many at once ask once', async () => {
    const { provider, calls, clock } = connect(jwks(mine.publicKey));
    const readings = await Promise.all([1, 2, 3].map(() => read(provider, signed(clock.now))));
    expect(readings.map(({ outcome }) => outcome)).toEqual(['genuine', 'genuine', 'genuine']);
    expect(calls).toHaveLength(1);
  });

  test('keys of other kinds are passed over; no keys at all is an error, not a forgery', async () => {
    const odd: Answer = {
      json: { keys: [{ kty: 'RSA', n: 'x' }, { x: 'too-short' }, mine.publicKey.export({ format: 'jwk' })] },
    };
    const { provider, clock } = connect(odd);
    expect(await read(provider, signed(clock.now))).toMatchObject({ outcome: 'genuine' });
    const failing = connect({ status: 503, text: '' }, jwks(mine.publicKey));
    await expect(read(failing.provider, signed(failing.clock.now))).rejects.toThrow(/signing keys/);
    // While fal's keys are away, forged call-backs do not turn into a flood of requests.
    await expect(read(failing.provider, signed(failing.clock.now))).rejects.toThrow(/a moment ago/);
    expect(failing.calls).toHaveLength(1);
    failing.clock.now = secondsFrom(failing.clock.now, 60);
    expect(await read(failing.provider, signed(failing.clock.now))).toMatchObject({ outcome: 'genuine' });
  });
});
