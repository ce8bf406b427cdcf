/** The HTTP side over a real socket, with pages, probes and a provider of its own. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OpenDatabase } from '../../src/core/database.ts';
import { createCallBackAddresses } from '../../src/core/jobs/call-back.ts';
import { createSecret } from '../../src/core/secret.ts';
import type { AttemptId } from '../../src/core/values.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { type Probe, startWebServer, type WebServer } from '../../src/web/server.ts';
import { openMemoryDatabase } from '../support/database.ts';
import { createScriptedProvider, createWorld, type World } from '../support/world.ts';

const adminToken = 'a token for operators';
const addresses = createCallBackAddresses('a key for tests only');
const metrics = createMetrics();
const probes: Record<string, Probe> = {};

let opened: OpenDatabase;
let world: World;
/** Without and with an operator's token; `open` listens on every address of this machine. */
let plain: WebServer;
let guarded: WebServer;
let open: WebServer;

const caller = createScriptedProvider('caller', {
  async readCallBack({ headers, rawBody }) {
    if (headers['x-kind'] === 'handshake') return { outcome: 'answer', json: { challenge: rawBody.length } };
    if (headers['x-kind'] === 'unreadable') throw new Error('their keys cannot be fetched');
    if (headers['x-signature'] !== 'right') return { outcome: 'forged', detail: 'wrong signature' };
    return { outcome: 'genuine', ticket: { id: 'ticket' } };
  },
});

beforeAll(async () => {
  opened = await openMemoryDatabase();
  world = createWorld(opened, { providers: [caller, createScriptedProvider('silent')] });
  const page = new Hono();
  page.get('/', (context) => context.text('the page'));
  page.post('/act', (context) => context.text('acted'));
  page.get('/broken', () => {
    throw new Error('words for the operator only');
  });
  const start = (host: string, token: string | null): Promise<WebServer> =>
    startWebServer(
      {
        host,
        port: 0,
        adminToken: token === null ? undefined : createSecret(token),
        secretKey: createSecret('a key for tests only'),
        trustsThisMachine: true,
        serves: 'everything',
      },
      { edges: world.edges, addresses, metrics, probes, pages: [page], routes: [] },
    );
  plain = await start('127.0.0.1', null);
  guarded = await start('127.0.0.1', adminToken);
  open = await start('0.0.0.0', adminToken);
});
afterAll(async () => {
  await Promise.all([plain, guarded, open].map((server) => server.stop()));
  await opened.close();
});
afterEach(() => {
  for (const name of Object.keys(probes)) delete probes[name];
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** Not `fetch`, which would not send every header as it is told. */
function ask(url: string, { method = 'GET', headers = {}, body }: Asking = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

describe('health', () => {
  test('alive is alive, whatever else is missing', async () => {
    probes.database = () => Promise.reject(new Error('gone'));
    const answer = await ask(`${plain.url}healthz`);
    expect(answer).toMatchObject({ status: 200, text: '{"alive":true}' });
  });

  test('ready when every part is, and otherwise 503 with the names of those that are not', async () => {
    probes.database = async () => {};
    probes.queue = async () => {};
    expect(await ask(`${plain.url}readyz`)).toMatchObject({ status: 200, text: '{"ready":true,"missing":{}}' });
    probes.queue = () => Promise.reject(new Error('the alarm clock is not connected'));
    probes.web = () => Promise.reject('not even an error');
    const answer = await ask(`${plain.url}readyz`);
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text)).toEqual({
      ready: false,
      missing: { queue: 'the alarm clock is not connected', web: 'does not answer' },
    });
  });

  test('of this process is asked from anywhere, as orchestrators do', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7', host: 'clips.example.org' };
    expect(await ask(`${guarded.url}healthz`, { headers })).toMatchObject({ status: 200 });
    expect(await ask(`${guarded.url}readyz`, { headers })).toMatchObject({ status: 200 });
  });
});

test('/metrics tells what happened and what is under way', async () => {
  const job = await world.create({ prompt: 'a paper boat' });
  metrics.stepped('rendering', 0.03);
  metrics.looked('caller');
  metrics.ended('done', 'caller', 'none', 12);
  metrics.delivered('caller', 0.5, 4);
  metrics.statement(0.002);
  const { status, headers, text } = await ask(`${plain.url}metrics`);
  expect(status).toBe(200);
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = text.split('\n');
  expect(lines).toContain('hailuo_jobs{state="queued"} 1');
  expect(lines).toContain('hailuo_jobs_ended_total{state="done",provider="caller",kind="none"} 1');
  expect(lines).toContain('hailuo_step_seconds_count{state="rendering"} 1');
  expect(lines).toContain('hailuo_provider_looks_total{provider="caller"} 1');
  expect(lines).toContain('hailuo_ready_to_posted_seconds_bucket{le="0.5",provider="caller"} 1');
  expect(lines).toContain('hailuo_looks_per_clip_sum{provider="caller"} 4');
  expect(text).toMatch(/^hailuo_statement_seconds_count \d+$/m);
  expect(text).toMatch(/^hailuo_process_resident_memory_bytes \d+$/m);
  // Who asked for what is nobody's business here.
  expect(text).not.toContain('paper boat');
  expect(text).not.toContain(job.id);
  await world.runUntilEnd(job.id);
  expect((await ask(`${plain.url}metrics`)).text).not.toContain('hailuo_jobs{');
});

describe('the page and the numbers', () => {
  test('open for a browser on this machine', async () => {
    for (const path of ['', 'metrics']) expect((await ask(plain.url + path)).status).toBe(200);
    const { port } = new URL(plain.url);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'localhost']) {
      expect(await ask(plain.url, { headers: { host } })).toMatchObject({ status: 200, text: 'the page' });
    }
  });

  test.each([
    ['x-forwarded-for', '127.0.0.1'],
    ['forwarded', 'for=127.0.0.1'],
    ['x-forwarded-host', 'clips.example.org'],
    ['x-real-ip', '203.0.113.7'],
    ['via', '1.1 proxy'],
    ['cf-connecting-ip', '203.0.113.7'],
  ])('stay shut for what came through a proxy: %s', async (name, value) => {
    for (const path of ['', 'metrics']) {
      expect(await ask(plain.url + path, { headers: { [name]: value } })).toMatchObject({
        status: 403,
        text: 'This page opens on the machine the bot runs on. Set ADMIN_TOKEN to open it from elsewhere.',
      });
    }
  });

  test.each(['rebound.example', '127.0.0.1.rebound.example', 'localhost.example:80', '127.0.0.2'])(
    'stay shut under a name that is not this machine’s: %j',
    async (host) => {
      expect(await ask(plain.url, { headers: { host } })).toMatchObject({ status: 403 });
    },
  );

  test('stay shut for another site that makes this browser write', async () => {
    const act = (origin?: string) =>
      ask(`${plain.url}act`, { method: 'POST', headers: origin === undefined ? {} : { origin } });
    expect(await act('https://evil.example')).toMatchObject({ status: 403 });
    expect(await act('null')).toMatchObject({ status: 403 });
    expect(await act(`http://localhost:1`)).toMatchObject({ status: 403 });
    expect(await act(plain.url.replace(/\/$/, ''))).toMatchObject({ status: 200, text: 'acted' });
    expect(await act()).toMatchObject({ status: 200 });
  });

  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

  test.runIf(outside !== undefined)('stay shut for another machine, whatever name it uses', async () => {
    const { port } = new URL(open.url);
    expect((await ask(`http://${outside}:${port}/`)).status).toBe(403);
    const answer = await ask(`http://${outside}:${port}/`, { headers: { host: `localhost:${port}` } });
    expect(answer).toMatchObject({
      status: 403,
      text: 'This page opens with the operator’s token: add ?token=… to the address once.',
    });
    const headers = { authorization: `Bearer ${adminToken}` };
    expect(await ask(`http://${outside}:${port}/`, { headers })).toMatchObject({ status: 200, text: 'the page' });
  });

  describe('from elsewhere, with an operator’s token', () => {
    const elsewhere = { 'x-forwarded-for': '203.0.113.7', host: 'clips.example.org' };

    test('as a header', async () => {
      const authorize = (authorization: string) => ask(guarded.url, { headers: { ...elsewhere, authorization } });
      expect(await authorize(`Bearer ${adminToken}`)).toMatchObject({ status: 200, text: 'the page' });
      expect(await authorize(`bearer  ${adminToken}`)).toMatchObject({ status: 200 });
      expect(await authorize(adminToken)).toMatchObject({ status: 403 });
    });

    test('once in the address, which becomes a cookie the token cannot be read from', async () => {
      const token = encodeURIComponent(adminToken);
      const welcome = await ask(`${guarded.url}?token=${token}`, { headers: elsewhere });
      expect(welcome).toMatchObject({ status: 302, headers: { location: '/' } });
      const [cookie = ''] = welcome.headers['set-cookie'] ?? [];
      expect(cookie).toMatch(/^hailuo_operator=[\w-]{43};.*HttpOnly; SameSite=Strict$/);
      expect(cookie).not.toContain('operators');
      const headers = { ...elsewhere, cookie: cookie.split(';')[0] ?? '' };
      expect(await ask(guarded.url, { headers })).toMatchObject({ status: 200, text: 'the page' });
      expect(await ask(`${guarded.url}metrics`, { headers })).toMatchObject({ status: 200 });
      // The same cookie at an installation with another token, or with none, is worth nothing.
      expect(await ask(plain.url, { headers })).toMatchObject({ status: 403 });
      const secure = { ...elsewhere, 'x-forwarded-proto': 'https' };
      const overTls = await ask(`${guarded.url}?token=${token}`, { headers: secure });
      expect(overTls.headers['set-cookie']?.[0]).toMatch(/; Secure;/);
    });

    test('and nothing else', async () => {
      const wrong = [
        ask(`${guarded.url}?token=another`, { headers: elsewhere }),
        ask(`${guarded.url}?token=`, { headers: elsewhere }),
        ask(guarded.url, { headers: { ...elsewhere, authorization: 'Bearer another' } }),
        ask(guarded.url, { headers: { ...elsewhere, authorization: 'Bearer' } }),
        ask(guarded.url, { headers: { ...elsewhere, cookie: `hailuo_operator=${encodeURIComponent(adminToken)}` } }),
        ask(guarded.url, { headers: { ...elsewhere, cookie: 'hailuo_operator=' } }),
        ask(`${plain.url}?token=${encodeURIComponent(adminToken)}`, { headers: elsewhere }),
      ];
      for (const answer of await Promise.all(wrong)) {
        expect(answer.status).toBe(403);
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
    });
  });
});

describe('a call-back', () => {
  async function rendering(): Promise<{ readonly id: AttemptId }> {
    caller.onPoll({ status: 'rendering' });
    const job = await world.create({ prompt: 'a boat that calls back' });
    await world.settle();
    const { attempt } = await world.job(job.id);
    if (attempt === null) throw new Error('not submitted');
    return { id: attempt.id };
  }
  const call = (path: string, more: Asking = {}) =>
    ask(plain.url.replace(/\/$/, '') + path, { method: 'POST', body: '{}', ...more });
  const signed = { 'x-signature': 'right' };

  test('wakes its job, from wherever it comes, and settles nothing', async () => {
    const { id } = await rendering();
    const path = addresses.pathOf('caller', id);
    world.queue.alarms.clear();
    const headers = { ...signed, 'x-forwarded-for': '203.0.113.7', host: 'clips.example.org' };
    expect(await call(path, { headers })).toMatchObject({ status: 200, text: '{"ok":true}' });
    expect(world.queue.alarms.size).toBe(1);
    const [[job] = []] = world.queue.alarms;
    if (job === undefined) throw new Error('nobody was woken');
    expect(await world.job(job)).toMatchObject({ state: 'rendering', nudges: 1 });
    caller.onPoll({ status: 'ready', videoUrl: 'https://clips.example/clip.mp4' });
    expect(await world.runUntilEnd(job)).toMatchObject({ state: 'done' });
    // Late ones are harmless.
    expect(await call(path, { headers: signed })).toMatchObject({ status: 200 });
  });

  test('with an address that is not ours is refused, and logged without the secret', async () => {
    const { id } = await rendering();
    const [job] = [...world.queue.alarms.keys()];
    const other = '01900000-0000-7000-8000-000000000000' as AttemptId;
    const before = world.lines.length;
    const forged = [
      addresses.pathOf('caller', id).slice(0, -1),
      `/callbacks/caller/${id}/guessed`,
      addresses.pathOf('caller', id).replace(id, other),
      addresses.pathOf('silent', id),
      addresses.pathOf('nobody', id),
      `/callbacks/caller/not-an-attempt/x`,
    ];
    for (const path of forged) {
      expect(await call(path, { headers: signed })).toMatchObject({
        status: 404,
        text: '{"error":"no such call-back"}',
      });
    }
    const logged = world.lines.slice(before);
    expect(logged.map(({ event }) => event)).toEqual(forged.map(() => 'call-back.forged'));
    expect(JSON.stringify(logged)).not.toContain(addresses.pathOf('caller', id).split('/').at(-1));
    expect(await call(addresses.pathOf('caller', id))).toMatchObject({ status: 401 });
    if (job === undefined) throw new Error('no job');
    expect(await world.job(job)).toMatchObject({ nudges: 0 });
    caller.onPoll({ status: 'ready', videoUrl: 'https://clips.example/clip.mp4' });
    await world.runUntilEnd(job);
  });

  test('that is a handshake is answered; one that cannot be checked now is asked to come again', async () => {
    const path = addresses.pathOf('caller', '01900000-0000-7000-8000-000000000000' as AttemptId);
    const handshake = await call(path, { headers: { 'x-kind': 'handshake' } });
    expect(handshake).toMatchObject({ status: 200, text: '{"challenge":2}' });
    expect(await call(path, { headers: { 'x-kind': 'unreadable' } })).toMatchObject({ status: 503 });
  });

  test('that is too large is not read to its end, whether it says so or not', async () => {
    const path = addresses.pathOf('caller', '01900000-0000-7000-8000-000000000000' as AttemptId);
    const body = new Uint8Array(1_000_001);
    expect(await call(path, { headers: signed, body })).toMatchObject({ status: 413 });
    const chunked = { ...signed, 'transfer-encoding': 'chunked' };
    expect(await call(path, { headers: chunked, body })).toMatchObject({ status: 413 });
    expect(await call(path, { headers: signed, body: body.subarray(1) })).toMatchObject({ status: 200 });
  });

  test('is sent, not fetched', async () => {
    const path = addresses.pathOf('caller', '01900000-0000-7000-8000-000000000000' as AttemptId);
    expect(await ask(plain.url.replace(/\/$/, '') + path)).toMatchObject({ status: 404 });
  });
});

test('an unknown route says so', async () => {
  expect(await ask(`${plain.url}nothing/here`)).toMatchObject({
    status: 404,
    text: '{"error":"There is nothing here."}',
  });
});

test('what breaks is logged with its reason and answered without it', async () => {
  const answer = await ask(`${plain.url}broken`);
  expect(answer).toMatchObject({
    status: 500,
    text: '{"error":"Something went wrong on our side; it has been logged."}',
  });
  expect(world.lines.at(-1)).toMatchObject({
    event: 'web.failed',
    level: 'error',
    error: { message: 'words for the operator only' },
  });
});

test('a port that is taken is told with what to do', async () => {
  const port = Number(new URL(plain.url).port);
  const secretKey = createSecret('a key for tests only');
  await expect(
    startWebServer(
      { host: '127.0.0.1', port, adminToken: undefined, secretKey, trustsThisMachine: true, serves: 'everything' },
      { edges: world.edges, addresses, metrics, probes, pages: [], routes: [] },
    ),
  ).rejects.toThrow(`Port ${port} on 127.0.0.1 cannot be opened: another program uses it. Set PORT to another one.`);
});

test('behind a public address nobody is local, and without the web role there is nothing but health', async () => {
  const secretKey = createSecret('a key for tests only');
  const settings = { host: '127.0.0.1', port: 0, adminToken: undefined, secretKey } as const;
  const parts = { edges: world.edges, addresses, metrics, probes, pages: [], routes: [] };
  const proxied = await startWebServer({ ...settings, trustsThisMachine: false, serves: 'everything' }, parts);
  const worker = await startWebServer({ ...settings, trustsThisMachine: true, serves: 'health' }, parts);
  try {
    const refused = await fetch(new URL('metrics', proxied.url));
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('set ADMIN_TOKEN')]);
    expect((await fetch(new URL('healthz', worker.url))).status).toBe(200);
    expect((await fetch(new URL('metrics', worker.url))).status).toBe(200);
    expect((await fetch(new URL('callbacks/fal/a/b', worker.url), { method: 'POST' })).status).toBe(404);
    expect((await fetch(new URL('media/0?signature=0', worker.url))).status).toBe(404);
  } finally {
    await Promise.all([proxied.stop(), worker.stop()]);
  }
});

test('stopping waits for what is under way, and not for what never ends', async () => {
  const secretKey = createSecret('a key for tests only');
  const release = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const page = new Hono();
  page.get('/slow', async (context) => {
    asked.resolve();
    await release.promise;
    return context.text('answered');
  });
  page.post('/half', async (context) => context.text(await context.req.text()));
  const server = await startWebServer(
    { host: '127.0.0.1', port: 0, adminToken: undefined, secretKey, trustsThisMachine: true, serves: 'everything' },
    { edges: world.edges, addresses, metrics, probes, pages: [page], routes: [] },
  );
  const half = connect(Number(new URL(server.url).port), '127.0.0.1');
  const halfClosed = new Promise((resolve) => half.once('close', resolve));
  half.on('error', () => {});
  half.resume();
  half.write('POST /half HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nhalf');
  const slow = ask(`${server.url}slow`);
  await asked.promise;
  const stopped = server.stop();
  release.resolve();
  expect(await slow).toMatchObject({ status: 200, text: 'answered' });
  await stopped;
  await halfClosed;
  await expect(ask(server.url)).rejects.toThrow(/ECONNREFUSED/);
});
