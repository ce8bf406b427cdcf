import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { Agent, MockAgent } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { AnswerLostError, createHttp, type HttpCall, NotSentError, retryAfterMs } from '../../src/core/http.ts';
import type { JsonValue } from '../../src/core/values.ts';

const secrets = ['key-in-a-header', 'word-in-the-query', 'word-in-the-body'];
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server over bare sockets; the test's end cuts those still open. */
async function listen(connected: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    connected(socket);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
  return (server.address() as AddressInfo).port;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  return `http://127.0.0.1:${await listen((socket) => server.emit('connection', socket))}`;
}

/** Waits for a whole head and then does as it is told with the bare socket. */
async function serveRaw(answer: (socket: Socket, requestNumber: number) => void): Promise<string> {
  let requests = 0;
  const port = await listen((socket) =>
    socket.on('data', (chunk) => {
      if (chunk.includes('\r\n\r\n')) answer(socket, ++requests);
    }),
  );
  return `http://127.0.0.1:${port}`;
}

function secretCall(origin: string, extra: Partial<HttpCall> = {}): HttpCall {
  return {
    method: 'POST',
    url: `${origin}/v1/thing?token=word-in-the-query`,
    headers: { Authorization: 'Key key-in-a-header' },
    json: { prompt: 'word-in-the-body' },
    ...extra,
  };
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    () => expect.fail('this call should have failed'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  const shown = inspect(error, { depth: 12, showHidden: true }) + (error as Error).stack;
  for (const secret of secrets) expect(shown).not.toContain(secret);
  return error as Error;
}

describe('an answer', () => {
  test('comes with its status, lower-case headers, text and JSON; nothing is followed and nothing unpacked', async () => {
    const seen: string[] = [];
    const origin = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`);
        seen.push(`${request.headers['user-agent']} ${request.headers['accept-encoding']}`);
        response.writeHead(302, { Location: '/elsewhere', 'X-Two': ['a', 'b'] }).end('{"ok":true}');
      });
    });
    const answer = await createHttp({ userAgent: 'exam/1' })(secretCall(origin));
    expect(answer).toMatchObject({ status: 302, text: '{"ok":true}', json: { ok: true } });
    expect(answer.headers).toMatchObject({ location: '/elsewhere', 'x-two': 'a, b' });
    expect(seen).toEqual([
      'POST /v1/thing?token=word-in-the-query application/json {"prompt":"word-in-the-body"}',
      'exam/1 identity',
    ]);
  });

  test('that is not JSON has none', async () => {
    const origin = await serve((_request, response) => response.writeHead(502).end('<html>Bad gateway</html>'));
    const answer = await createHttp()({ method: 'GET', url: origin });
    expect(answer).toMatchObject({ status: 502, text: '<html>Bad gateway</html>', json: undefined });
  });

  test('to bytes and to a form: both arrive as they were', async () => {
    const bodies: { type: string | undefined; bytes: Buffer<ArrayBuffer> }[] = [];
    const origin = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push({ type: request.headers['content-type'], bytes: Buffer.concat(chunks) });
        response.end('{}');
      });
    });
    const http = createHttp();
    const bytes = new Uint8Array([0, 255, 1]);
    await http({ method: 'PUT', url: origin, body: bytes, headers: { 'Content-Type': 'image/png' } });
    const form = new FormData();
    form.set('file', new Blob([bytes], { type: 'image/png' }), 'picture.png');
    await http({ method: 'POST', url: origin, body: form });

    expect(bodies[0]).toEqual({ type: 'image/png', bytes: Buffer.from(bytes) });
    const received = await new Response(bodies[1]?.bytes, {
      headers: { 'content-type': bodies[1]?.type ?? '' },
    }).formData();
    const file = received.get('file');
    expect(file).toBeInstanceOf(File);
    expect(file).toMatchObject({ name: 'picture.png', type: 'image/png', size: 3 });
  });

  test('is told to the log without query, headers or bodies', async () => {
    const lines: Record<string, JsonValue>[] = [];
    const origin = await serve((_request, response) => response.end('{"private":1}'));
    await createHttp({ log: (event, fields) => lines.push({ event, ...fields }) })(secretCall(origin));
    expect(lines).toEqual([
      {
        event: 'http.call',
        method: 'POST',
        host: origin.slice('http://'.length),
        path: '/v1/thing',
        status: 200,
        ms: expect.any(Number),
      },
    ]);
  });
});

describe('nothing was sent', () => {
  test('when the port refuses', async () => {
    const port = await listen(() => undefined);
    await closing.pop()?.();
    const error = await failureOf(createHttp()(secretCall(`http://127.0.0.1:${port}`)));
    expect(error).toBeInstanceOf(NotSentError);
    expect(error.message).toBe(`POST 127.0.0.1:${port}/v1/thing: ECONNREFUSED`);
  });

  test('when the name does not resolve', async () => {
    const error = await failureOf(createHttp()(secretCall('https://nonexistent.invalid')));
    expect(error).toBeInstanceOf(NotSentError);
    expect(error.message).toMatch(/^POST nonexistent\.invalid\/v1\/thing: (ENOTFOUND|EAI_AGAIN)$/);
  });

  test('when TLS meets a plain port', async () => {
    const origin = await serve((_request, response) => response.end('{}'));
    expect(await failureOf(createHttp()(secretCall(origin.replace('http:', 'https:'))))).toBeInstanceOf(NotSentError);
  });

  test('when the connection is cut within the TLS handshake, though the code is that of any reset', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const error = await failureOf(createHttp()(secretCall(`https://127.0.0.1:${port}`)));
    expect(error).toBeInstanceOf(NotSentError);
    expect(error.message).toContain('ECONNRESET');
  });

  test.each([
    ['the connection takes too long', { connect: { timeout: 100 } }, undefined],
    ['the deadline passes while connecting', {}, 100],
  ])('when %s', async (_name, agentOptions, timeoutMs) => {
    const port = await listen(() => 'and never a word of TLS');
    const dispatcher = new Agent({ allowH2: false, ...agentOptions });
    const call = secretCall(`https://127.0.0.1:${port}`, timeoutMs === undefined ? {} : { timeoutMs });
    const startedAt = performance.now();
    expect(await failureOf(createHttp({ dispatcher })(call))).toBeInstanceOf(NotSentError);
    expect(performance.now() - startedAt).toBeLessThan(2500);
    await dispatcher.destroy();
  });

  test('when the address or a header is not one; neither is quoted', async () => {
    const http = createHttp();
    const noAddress = await failureOf(http(secretCall('no address')));
    expect(noAddress).toBeInstanceOf(NotSentError);
    const call = secretCall('http://127.0.0.1:9', { headers: { authorization: 'Key key-in-a-header\n' } });
    expect(await failureOf(http(call))).toBeInstanceOf(NotSentError);
  });
});

describe('the answer is lost', () => {
  test.each<[name: string, answer: (socket: Socket) => void, extra: Partial<HttpCall>]>([
    ['a reset before any byte', (socket) => socket.resetAndDestroy(), {}],
    ['a close before any byte', (socket) => socket.end(), {}],
    [
      'a reset after the headers',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n');
        setTimeout(() => socket.resetAndDestroy(), 50);
      },
      {},
    ],
    [
      'a reset within the body',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n');
        setTimeout(() => socket.resetAndDestroy(), 50);
      },
      {},
    ],
    [
      'a content-length that promises more than comes',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"a":1}'),
      {},
    ],
    ['not HTTP at all', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'), {}],
    ['silence', () => undefined, { timeoutMs: 150 }],
    [
      'a slow drip, each drop in time and the whole too late',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n');
        const drip = setInterval(() => (socket.writable ? socket.write('x') : clearInterval(drip)), 20);
        socket.on('close', () => clearInterval(drip));
      },
      { timeoutMs: 300 },
    ],
    [
      'a body that admits to be too large',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{'),
      { maxBytes: 100 },
    ],
    [
      'a body that turns out too large',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n${'x'.repeat(1024)}\r\n`),
      { maxBytes: 100 },
    ],
  ])('after %s', async (_name, answer, extra) => {
    const origin = await serveRaw((socket) => answer(socket));
    const error = await failureOf(createHttp()(secretCall(origin, extra)));
    expect(error).toBeInstanceOf(AnswerLostError);
    expect(error.message).toMatch(/^POST 127\.0\.0\.1:\d+\/v1\/thing: /);
  });

  test('when a kept-alive connection breaks before the first byte of the second answer: it may have arrived', async () => {
    let requests = 0;
    const origin = await serveRaw((socket, requestNumber) => {
      requests = requestNumber;
      if (requestNumber === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
      else socket.resetAndDestroy();
    });
    const http = createHttp();
    await http(secretCall(origin));
    expect(await failureOf(http(secretCall(origin)))).toBeInstanceOf(AnswerLostError);
    expect(requests).toBe(2);
  });

  test('and what a recording answers goes the same way', async () => {
    const dispatcher = new MockAgent();
    dispatcher.disableNetConnect();
    dispatcher.get('https://queue.example').intercept({ path: '/a', method: 'GET' }).reply(200, { a: 1 });
    const http = createHttp({ dispatcher });
    expect(await http({ method: 'GET', url: 'https://queue.example/a' })).toMatchObject({ json: { a: 1 } });
    await expect(http({ method: 'GET', url: 'https://queue.example/b' })).rejects.toThrow(NotSentError);
  });
});

test.each([
  ['120', 120_000],
  ['0', 0],
  ['Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
  ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After: %s', (value, expected) => {
  const now = new Date('2026-11-20T12:00:00Z');
  expect(retryAfterMs({ headers: { 'retry-after': value } }, now)).toBe(expected);
});
