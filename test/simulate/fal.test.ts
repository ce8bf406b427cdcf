/** The simulated fal satisfies fal's own client, and our provider gets along with the simulated fal. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiError, createFalClient, type FalClient, ValidationError } from '@fal-ai/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AnswerLostError, createHttp, NotSentError } from '../../src/core/http.ts';
import { fal } from '../../src/core/providers/fal.ts';
import type { SubmitCall, VideoProvider } from '../../src/core/providers/provider.ts';
import { clipSeconds, modelNames, resolutions } from '../../src/core/request.ts';
import type { AttemptId, MediaId } from '../../src/core/values.ts';
import { createFal, falErrors, type SimulatedFal } from '../../src/simulate/fal.ts';
import { type Simulation, startSimulation } from '../../src/simulate/server.ts';

const clip = Buffer.from('\0\0\0\x18ftypmp42 no more than a beginning');
const textToVideo = 'fal-ai/minimax/hailuo-2.3/standard/text-to-video';
const pictureToVideo = 'fal-ai/minimax/hailuo-02/standard/image-to-video';

let service: SimulatedFal;
let simulation: Simulation;

beforeEach(async () => {
  service = createFal({ clip, queueMs: 0, renderMs: 0 });
  simulation = await startSimulation(service);
});
afterEach(() => simulation.close());

/** fal's own client, its three hosts turned to the simulation. */
function officialClient(credentials = simulation.environment.FAL_KEY ?? ''): FalClient {
  return createFalClient({
    credentials,
    fetch: (input, init) =>
      fetch(String(input).replace(/^https:\/\/(queue\.fal\.run|rest\.fal\.ai)/, simulation.origin), init),
  });
}

describe("fal's own client", () => {
  test('submits, looks, and takes the result', async () => {
    const client = officialClient();
    service.renders.plan({ queueMs: 60_000 });
    const first = await client.queue.submit(textToVideo, { input: { prompt: 'rain', duration: '10' } });
    expect(first).toMatchObject({ status: 'IN_QUEUE', queue_position: 0 });
    service.renders.plan({ renderMs: 60_000 });
    const second = await client.queue.submit(textToVideo, { input: { prompt: 'a boat' } });
    const third = await client.queue.submit(textToVideo, { input: { prompt: 'a boat at sea' } });

    const look = (requestId: string) => client.queue.status(textToVideo, { requestId, logs: true });
    expect(await look(first.request_id)).toMatchObject({ status: 'IN_QUEUE', queue_position: 0 });
    expect(await look(second.request_id)).toMatchObject({ status: 'IN_PROGRESS', logs: [{ message: 'rendering' }] });
    expect(await look(third.request_id)).toMatchObject({ status: 'COMPLETED' });

    const { data } = await client.queue.result(textToVideo, { requestId: third.request_id });
    expect(data.video.url).toBe(`${simulation.origin}/files/clips/${third.request_id}.mp4`);
    const file = await fetch(data.video.url);
    expect(file.headers.get('content-type')).toBe('video/mp4');
    expect(Buffer.from(await file.arrayBuffer())).toEqual(clip);
  });

  test('subscribes to a job until its clip is there', async () => {
    const { data } = await officialClient().subscribe(textToVideo, { input: { prompt: 'rain' }, pollInterval: 5 });
    expect(data.video.url).toContain('/files/clips/');
  });

  test('uploads a picture and animates it', async () => {
    const client = officialClient();
    const picture = new Blob([new Uint8Array([137, 80, 78, 71])], { type: 'image/png' });
    const url = await client.storage.upload(picture);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(Buffer.from([137, 80, 78, 71]));
    await client.queue.submit(pictureToVideo, { input: { prompt: 'waves', image_url: url, resolution: '512P' } });
    expect(service.renders.jobs).toMatchObject([{ model: pictureToVideo, input: { image_url: url } }]);
  });

  test('cancels: a waiting job ends as cancelled, a finished one is too late, an unknown one is not found', async () => {
    const client = officialClient();
    service.renders.plan({ queueMs: 60_000 });
    const { request_id: requestId } = await client.queue.submit(textToVideo, { input: { prompt: 'rain' } });
    await client.queue.cancel(textToVideo, { requestId });
    expect(await client.queue.status(textToVideo, { requestId })).toMatchObject({
      status: 'COMPLETED',
      error_type: 'client_cancelled',
    });
    await expect(client.queue.cancel(textToVideo, { requestId })).rejects.toMatchObject({ status: 400 });
    await expect(client.queue.cancel(textToVideo, { requestId: 'nobody' })).rejects.toMatchObject({ status: 404 });
  });

  test('is refused with the errors it can read: a wrong type, a field too many, a wrong key, moderation', async () => {
    const client = officialClient();
    const wrongType = client.queue.submit(textToVideo, { input: JSON.parse('{"prompt":"rain","duration":6}') });
    await expect(wrongType).rejects.toBeInstanceOf(ValidationError);
    await expect(wrongType).rejects.toMatchObject({
      fieldErrors: [{ loc: ['body', 'duration'], type: 'literal_error' }],
    });
    const pro = 'fal-ai/minimax/hailuo-2.3/pro/text-to-video';
    const tooMany = client.queue.submit(pro, { input: JSON.parse('{"prompt":"rain","duration":"6"}') });
    await expect(tooMany).rejects.toMatchObject({ fieldErrors: [{ type: 'extra_forbidden' }] });
    await expect(officialClient('wrong').queue.submit(pro, { input: { prompt: 'rain' } })).rejects.toMatchObject({
      status: 401,
    });
    service.renders.plan({ ending: 'moderated' });
    const { request_id: requestId } = await client.queue.submit(pro, { input: { prompt: 'rain' } });
    const result = client.queue.result(pro, { requestId });
    await expect(result).rejects.toBeInstanceOf(ApiError);
    await expect(result).rejects.toMatchObject({ fieldErrors: [{ type: 'content_policy_violation' }] });
  });
});

describe('our provider', () => {
  let provider: VideoProvider;
  let logged: string[];
  const firstFrame = {
    id: 'a' as MediaId,
    kind: 'picture',
    type: 'image/png',
    bytes: 1,
    width: 800,
    height: 600,
  } as const;

  beforeEach(() => {
    logged = [];
    provider = fal.connect(simulation.environment, {
      http: createHttp(),
      now: () => new Date(),
      scratchDirectory: tmpdir(),
      log: (event) => logged.push(event),
    });
  });

  const call = (extra: Partial<SubmitCall> = {}): SubmitCall => ({
    attempt: 'attempt-1' as AttemptId,
    model: textToVideo,
    body: { prompt: 'rain', prompt_optimizer: true, duration: '6' },
    ...extra,
  });
  async function ticketOf(extra: Partial<SubmitCall> = {}) {
    const submission = await provider.submit(call(extra));
    return submission.outcome === 'accepted' ? submission.ticket : expect.fail(submission.failure.detail);
  }

  test('walks a clip from picture to link', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'fal-'));
    const path = join(directory, 'picture.webp');
    await writeFile(path, Buffer.from('RIFF'));
    const firstFrame = await provider.upload?.({ path, type: 'image/webp', bytes: 4 });
    await rm(directory, { recursive: true });
    const ticket = await ticketOf({
      model: pictureToVideo,
      body: { prompt: 'waves', prompt_optimizer: false, duration: '6', resolution: '768P' },
      firstFrame: firstFrame ?? expect.fail('no upload'),
      lastFrame: 'data:image/png;base64,AA==',
    });
    const ready = await provider.poll(ticket);
    expect(ready).toEqual({ status: 'ready', videoUrl: expect.stringContaining(`${simulation.origin}/files/clips/`) });
    expect(simulation.calls.map(({ operation }) => operation)).toEqual(['upload', 'put', 'submit', 'status', 'result']);
    expect(service.renders.jobs[0]?.input).toMatchObject({
      image_url: firstFrame,
      end_image_url: 'data:image/png;base64,AA==',
    });
  });

  test('sees every stage, an unknown word among them', async () => {
    service.renders.plan({ queueMs: 60_000 });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'waiting', place: 0 });
    service.renders.plan({ queueMs: 60_000 });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'waiting', place: 1 });
    service.renders.plan({ renderMs: 60_000 });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'rendering' });
    service.renders.plan({ renderMs: 60_000, statusWord: 'POLISHING' });
    expect(await provider.poll(await ticketOf())).toEqual({ status: 'rendering' });
    expect(logged).toEqual(['unknown-status']);
  });

  test('a lost answer is a job all the same: it throws, and the job is there', async () => {
    simulation.order('submit', { fault: 'lose-answer' });
    await expect(provider.submit(call())).rejects.toBeInstanceOf(AnswerLostError);
    expect(service.renders.jobs).toHaveLength(1);
    simulation.order('submit', { fault: 'answer', reply: falErrors.gatewayPage, afterwards: true });
    await expect(provider.submit(call())).rejects.toBeInstanceOf(AnswerLostError);
    expect(service.renders.jobs).toHaveLength(2);
  });

  test.each([
    ['no credit', falErrors.noCredit, { kind: 'no-credit' }],
    ['a busy queue', falErrors.busy, { kind: 'rate-limited', retryAfterMs: 7000 }],
    ['no runner', falErrors.noRunner, { kind: 'unavailable' }],
    ['moderation', falErrors.moderation, { kind: 'moderation' }],
  ])('%s at the submit is a free refusal', async (_name, reply, failure) => {
    simulation.order('submit', { fault: 'answer', reply });
    expect(await provider.submit(call())).toMatchObject({ outcome: 'refused', failure: { ...failure, charged: 'no' } });
    expect(service.renders.jobs).toHaveLength(0);
  });

  test.each([
    ['moderation', falErrors.moderation, { kind: 'moderation', charged: 'unknown' }],
    ['a fault', falErrors.fault, { kind: 'unavailable', charged: 'no' }],
    ['a small picture', falErrors.pictureTooSmall, { kind: 'bad-input', hint: 'picture-too-small' }],
  ])('%s at the result fails the job', async (_name, error, failure) => {
    service.planError(error);
    expect(await provider.poll(await ticketOf())).toMatchObject({ status: 'failed', failure });
  });

  test('cancels a running job, and one that will not be cancelled', async () => {
    service.renders.plan({ renderMs: 60_000 });
    const ticket = await ticketOf();
    expect(await provider.cancel?.(ticket)).toBe('asked');
    expect(await provider.poll(ticket)).toMatchObject({ status: 'failed', failure: { kind: 'cancelled' } });
    expect(await provider.cancel?.(ticket)).toBe('too-late');
    service.renders.plan({ renderMs: 60_000, ignoresCancel: true });
    const stubborn = await ticketOf();
    expect(await provider.cancel?.(stubborn)).toBe('asked');
    expect(await provider.poll(stubborn)).toEqual({ status: 'rendering' });
  });

  test('tells genuine call-backs from forged ones', async () => {
    const readings: string[] = [];
    const receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        const reading = await provider.readCallBack?.({ headers, rawBody: Buffer.concat(chunks) });
        readings.push(reading?.outcome ?? 'none');
        response.writeHead(reading?.outcome === 'genuine' ? 200 : 403).end();
      });
    });
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    const callBackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/callbacks/fal/1/secret?a=b&c=d`;

    service.renders.plan({ callBacks: [{ signature: 'genuine' }, { signature: 'genuine', delayMs: 40 }] });
    await ticketOf({ callBackUrl });
    expect(service.renders.jobs[0]?.callBackUrl).toBe(callBackUrl);
    await vi.waitFor(() => expect(readings).toEqual(['genuine', 'genuine']));
    service.renders.plan({ callBacks: [{ signature: 'forged' }] });
    await ticketOf({ callBackUrl });
    await vi.waitFor(() => expect(service.renders.callBackAnswers).toEqual([200, 200, 403]));
    await new Promise((closed) => receiver.close(closed));
  });

  test('an early call-back comes before the submit is answered, and a new key is found', async () => {
    const order: string[] = [];
    const receiver = createServer(async (request, response) => {
      const rawBody = Buffer.concat(await request.toArray());
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      order.push((await provider.readCallBack?.({ headers, rawBody }))?.outcome ?? 'none');
      response.end();
    });
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    const callBackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;

    service.rotateKey();
    service.renders.plan({ renderMs: 60_000, callBacks: [{ signature: 'genuine', when: 'early' }] });
    const ticket = await ticketOf({ callBackUrl });
    order.push('answered');
    expect(order).toEqual(['genuine', 'answered']);
    expect(await provider.poll(ticket)).toEqual({ status: 'rendering' });
    await new Promise((closed) => receiver.close(closed));
  });

  test('everything that it offers is taken', async () => {
    const offers = modelNames.flatMap((model) =>
      resolutions.flatMap((resolution) =>
        clipSeconds.flatMap((seconds) =>
          [{}, { firstFrame }, { firstFrame, lastFrame: firstFrame }].map((frames) => ({
            frames,
            offer: provider.offer({ prompt: 'rain', model, seconds, resolution, enhance: true, ...frames }),
          })),
        ),
      ),
    );
    for (const { frames, offer } of offers) {
      if (offer.outcome === 'impossible') continue;
      const addresses = Object.fromEntries(Object.keys(frames).map((name) => [name, 'https://bot.example/a.png']));
      await ticketOf({ model: offer.model, body: offer.body, ...addresses });
    }
    expect(new Set(service.renders.jobs.map(({ model }) => model)).size).toBe(11);
  });

  test.each([
    ['moderation', 'moderation'],
    ['badInput', 'bad-input'],
    ['badKey', 'bad-key'],
    ['noCredit', 'no-credit'],
    ['rateLimited', 'rate-limited'],
    ['unavailable', 'unavailable'],
  ] as const)('its "%s" is a refusal for %s', async (name, kind) => {
    simulation.order('submit', { fault: 'answer', reply: service.errors[name] ?? expect.fail('it has none') });
    expect(await provider.submit(call())).toMatchObject({ outcome: 'refused', failure: { kind, charged: 'no' } });
  });

  test.each([
    ['moderated', { kind: 'moderation' }],
    ['failed', { kind: 'unavailable', charged: 'no' }],
  ] as const)('a job planned to be %s ends so', async (ending, failure) => {
    service.renders.plan({ ending });
    expect(await provider.poll(await ticketOf())).toMatchObject({ status: 'failed', failure });
  });

  test('a slow answer is waited for, up to the deadline', async () => {
    const url = `${simulation.origin}/.well-known/jwks.json`;
    simulation.order('keys', { fault: 'wait', ms: 60 }, 2);
    const http = createHttp();
    expect(await http({ method: 'GET', url })).toMatchObject({ status: 200 });
    await expect(http({ method: 'GET', url, timeoutMs: 20 })).rejects.toBeInstanceOf(AnswerLostError);
  });

  test('an expired link is a 404, and a closed simulation refuses', async () => {
    service.renders.plan({ isLinkExpired: true });
    const ready = await provider.poll(await ticketOf());
    const url = ready.status === 'ready' ? ready.videoUrl : undefined;
    expect((await fetch(url ?? '')).status).toBe(404);
    simulation.order('submit', { fault: 'cut' });
    await expect(provider.submit(call())).rejects.toBeInstanceOf(AnswerLostError);
    await simulation.close();
    await expect(provider.submit(call())).rejects.toBeInstanceOf(NotSentError);
    simulation = await startSimulation(service);
  });
});
