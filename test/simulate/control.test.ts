/** The control address: what can be ordered, what is said to a wrong order, and that the orders are obeyed. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFal } from '../../src/simulate/fal.ts';
import { createMiniMax } from '../../src/simulate/minimax.ts';
import { createRunComfy } from '../../src/simulate/runcomfy.ts';
import { type SimulatedService, type Simulation, startSimulation } from '../../src/simulate/server.ts';
import { services } from '../../src/simulate/services.ts';

const clip = Buffer.from('\0\0\0\x18ftypmp42 no more than a beginning');
const textToVideo = '/fal-ai/minimax/hailuo-2.3/standard/text-to-video';

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

async function send(address: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await fetch(address, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, json: await answer.json().catch(() => null) };
}

describe('of fal', () => {
  let service: SimulatedService;
  let simulation: Simulation;

  beforeEach(async () => {
    service = createFal({ clip });
    simulation = await startSimulation(service);
  });
  afterEach(() => simulation.close());

  const control = (path: string, body?: unknown) => send(`${simulation.origin}/simulate${path}`, body);
  const submit = (webHook = '') =>
    send(
      `${simulation.origin}${textToVideo}${webHook && `?fal_webhook=${encodeURIComponent(webHook)}`}`,
      { prompt: 'rain' },
      { authorization: `Key ${simulation.environment.FAL_KEY}` },
    );
  const accepted = () => service.renders.jobs.length;

  describe('faults', () => {
    test('a lost answer: the job is there, as often as ordered', async () => {
      expect(await control('/faults', { operation: 'submit', fault: 'lose-answer', times: 2 })).toEqual({
        status: 200,
        json: { ordered: { operation: 'submit', fault: 'lose-answer', times: 2 } },
      });
      await expect(submit()).rejects.toThrow();
      await expect(submit()).rejects.toThrow();
      expect(accepted()).toBe(2);
      expect(await submit()).toMatchObject({ status: 200 });
    });

    test('a cut: nothing is there', async () => {
      await control('/faults', { operation: 'submit', fault: 'cut' });
      await expect(submit()).rejects.toThrow();
      expect(accepted()).toBe(0);
    });

    test("a refusal: in the service's own form, and nothing is there", async () => {
      await control('/faults', { operation: 'submit', fault: 'refuse', error: 'rateLimited' });
      await control('/faults', { operation: 'submit', fault: 'refuse', error: 'noCredit' });
      expect(await submit()).toMatchObject({ status: 429, json: { error_type: 'concurrent_requests_limit' } });
      expect(await submit()).toMatchObject({ status: 403, json: { detail: expect.stringContaining('Exhausted') } });
      expect(accepted()).toBe(0);
    });

    test('a gateway page: before the job was taken in, or after', async () => {
      await control('/faults', { operation: 'submit', fault: 'gateway-page' });
      expect(await submit()).toEqual({ status: 502, json: null });
      expect(accepted()).toBe(0);
      await control('/faults', { operation: 'submit', fault: 'gateway-page', afterwards: true });
      expect(await submit()).toEqual({ status: 502, json: null });
      expect(accepted()).toBe(1);
    });

    test('a wait: the answer is late, and whole', async () => {
      await control('/faults', { operation: 'submit', fault: 'wait', ms: 60 });
      const before = performance.now();
      expect(await submit()).toMatchObject({ status: 200 });
      expect(performance.now() - before).toBeGreaterThan(55);
    });

    const operations = '"status"|"result"|"cancel"|"upload"|"put"|"uploaded"|"clip"|"keys"|"submit"';
    test.each([
      [
        'an operation it has not',
        { operation: 'retrieve', fault: 'cut' },
        `operation: Invalid option: expected one of ${operations}`,
      ],
      [
        'an unknown fault',
        { operation: 'submit', fault: 'explode' },
        'fault: Invalid option: expected one of "cut"|"lose-answer"|"wait"|"refuse"|"gateway-page"',
      ],
      [
        'an unknown refusal',
        { operation: 'submit', fault: 'refuse', error: 'mood' },
        'error: Invalid option: expected one of "moderation"|"badInput"|"badKey"|"noCredit"|"rateLimited"|"unavailable"',
      ],
      [
        'a wait without a time',
        { operation: 'submit', fault: 'wait' },
        'ms: Invalid input: expected number, received undefined',
      ],
      ['a field too many', { operation: 'submit', fault: 'cut', ms: 4 }, 'body: Unrecognized key: "ms"'],
      ['never', { operation: 'submit', fault: 'cut', times: 0 }, 'times: Too small: expected number to be >=1'],
    ])('%s is told what would be right', async (_name, order, problem) => {
      const answer = await control('/faults', order);
      expect(answer).toMatchObject({ status: 400, json: { problems: [problem] } });
      expect(answer.json).toHaveProperty('examples');
      expect(await submit()).toMatchObject({ status: 200 });
    });

    test('what is not JSON is told so with examples, and every example is right', async () => {
      const { status, json } = await control('/faults', 'submit lose-answer');
      expect(status).toBe(400);
      const { examples } = json as { examples: readonly unknown[] };
      for (const example of examples) expect(await control('/faults', example)).toMatchObject({ status: 200 });
    });
  });

  describe('plans', () => {
    test('the next job takes it, and the one after goes well', async () => {
      expect(await control('/plans', { ending: 'moderated', renderMs: 0 })).toEqual({
        status: 200,
        json: { planned: { ending: 'moderated', renderMs: 0 } },
      });
      await submit();
      await submit();
      expect(service.renders.jobs.map(({ plan }) => plan)).toEqual([{ ending: 'moderated', renderMs: 0 }, {}]);
    });

    test('call-backs: duplicated, late, early and forged', async () => {
      const received: string[] = [];
      const listener = createServer((request, response) => {
        received.push(request.url ?? '');
        request.resume();
        response.writeHead(received.length === 1 ? 401 : 200).end();
      });
      await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
      const webHook = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`;
      await control('/plans', {
        callBacks: [{ signature: 'forged', when: 'early' }, {}, { signature: 'genuine', delayMs: 20 }],
      });
      await submit(webHook);
      expect(received).toHaveLength(1);
      await submit();
      await vi.waitFor(async () => {
        const { json } = await control('/jobs');
        expect(json).toMatchObject({ jobs: [{ callBackAnswers: [401, 200, 200] }, { callBackAnswers: [] }] });
      });
      await new Promise((closed) => listener.close(closed));
    });

    test.each([
      ['an ending', { ending: 'exploded' }, 'ending: Invalid option: expected one of "clip"|"moderated"|"failed"'],
      ['a field too many', { speed: 3 }, 'body: Unrecognized key: "speed"'],
      [
        'a call-back',
        { callBacks: [{ when: 'never' }] },
        'callBacks.0.when: Invalid option: expected one of "early"|"end"',
      ],
    ])('%s that does not exist is told what would be right', async (_name, wanted, problem) => {
      const answer = await control('/plans', wanted);
      expect(answer).toMatchObject({ status: 400, json: { problems: [problem] } });
      const [example] = (answer.json as { examples: readonly unknown[] }).examples;
      expect(await control('/plans', example)).toMatchObject({ status: 200 });
    });
  });

  test('jobs are listed as they were accepted', async () => {
    expect(await control('/jobs')).toEqual({ status: 200, json: { jobs: [] } });
    await submit();
    await control('/plans', { queueMs: 60_000 });
    await submit();
    const [first, second] = service.renders.jobs;
    const common = { model: textToVideo.slice(1), isCancelled: false, callBackAnswers: [] };
    expect(await control('/jobs')).toEqual({
      status: 200,
      json: {
        jobs: [
          { id: first?.id, stage: 'ended', ...common },
          { id: second?.id, stage: 'waiting', ...common },
        ],
      },
    });
  });

  test.each(['', '/job', '/faults'])('GET /simulate%s says what there is', async (path) => {
    expect(await control(path)).toEqual({
      status: 404,
      json: { service: 'fal', addresses: ['POST /simulate/faults', 'POST /simulate/plans', 'GET /simulate/jobs'] },
    });
  });

  test('the address is none of the calls it counts', async () => {
    await control('/jobs');
    await control('/plans', {});
    await submit();
    expect(simulation.calls.map(({ operation }) => operation)).toEqual(['submit']);
  });
});

test('a service is asked only for the refusals and the operations it has', async () => {
  const runComfy = await startSimulation(createRunComfy({ clip }));
  const moderation = { operation: 'submit', fault: 'refuse', error: 'moderation' };
  expect(await send(`${runComfy.origin}/simulate/faults`, moderation)).toMatchObject({
    status: 400,
    json: { problems: ['error: Invalid option: expected one of "badInput"|"badKey"|"noCredit"|"rateLimited"'] },
  });
  await runComfy.close();
  const miniMax = await startSimulation(createMiniMax({ clip }));
  const retrieve = { operation: 'retrieve', fault: 'cut' };
  expect(await send(`${miniMax.origin}/simulate/faults`, retrieve)).toMatchObject({ status: 200 });
  await miniMax.close();
});

test.each(services.map((create) => create({ clip })))(
  '$id has the address, and its examples fit it',
  async (service) => {
    const simulation = await startSimulation(service);
    const { json } = await send(`${simulation.origin}/simulate/faults`, {});
    const { examples } = json as { examples: readonly unknown[] };
    for (const example of examples) {
      expect(await send(`${simulation.origin}/simulate/faults`, example)).toMatchObject({ status: 200 });
    }
    await simulation.close();
  },
);
