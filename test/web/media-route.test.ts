import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signLink } from '../../src/core/media/links.ts';
import type { KeptFile } from '../../src/core/media/media.ts';
import type { MediaId } from '../../src/core/values.ts';
import { mediaRoute } from '../../src/web/media-route.ts';

const secretKey = 'k'.repeat(32);
const now = new Date('2026-11-21T12:00:00Z');
const inAnHour = new Date('2026-11-21T13:00:00Z');
const content = Buffer.from(Array.from({ length: 5_000_000 }, (_, index) => index % 251));
const id = createHash('sha256').update(content).digest('hex') as MediaId;
const clip: KeptFile = { id, kind: 'clip', type: 'video/mp4', bytes: content.length, width: 1, height: 1, seconds: 6 };
const swept = 'aa'.repeat(32) as MediaId;
const vanished = 'bb'.repeat(32) as MediaId;
const etag = `"${id}"`;

let directory: string;
const app = mediaRoute({
  media: {
    find: async (wanted) => (wanted === swept ? null : { ...clip, id: wanted }),
    pathOf: (file) => join(directory, file.id),
  },
  secretKey,
  now: () => now,
});

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'media-route-'));
  await writeFile(join(directory, id), content);
});
afterAll(() => rm(directory, { recursive: true }));

const link = signLink(secretKey, id, inAnHour);
const ask = (headers: Record<string, string> = {}, method = 'GET') => app.request(link, { method, headers });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

describe('a good link', () => {
  it('opens the whole file', async () => {
    const response = await ask();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': '5000000',
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=3600, immutable',
      'content-disposition': `inline; filename="hailuo-${id.slice(0, 8)}.mp4"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("sandbox; default-src 'none'"),
      etag,
    });
    expect((await bytesOf(response)).equals(content)).toBe(true);
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=1000000-2999999', 1_000_000, 3_000_000],
    ['bytes=4999999-', 4_999_999, 5_000_000],
    ['bytes=-10', 4_999_990, 5_000_000],
  ])('opens %s', async (range, from, to) => {
    const response = await ask({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/5000000`);
    expect(response.headers.get('content-length')).toBe(String(to - from));
    expect((await bytesOf(response)).equals(content.subarray(from, to))).toBe(true);
  });

  it('says how long the file is when a range lies beyond it', async () => {
    const response = await ask({ range: 'bytes=5000000-' });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */5000000');
  });

  it.each([
    ['several ranges', { range: 'bytes=0-1,5-6' }, 200],
    ['a range of an older file', { range: 'bytes=0-1', 'if-range': '"other"' }, 200],
    ['a range if unchanged since a date', { range: 'bytes=0-1', 'if-range': 'Sat, 21 Nov 2026 12:00:00 GMT' }, 200],
    ['a range of a weakly known file', { range: 'bytes=0-1', 'if-range': `W/${etag}` }, 200],
    ['a range of this file', { range: 'bytes=0-1', 'if-range': etag }, 206],
    ['what it has already', { 'if-none-match': etag }, 304],
    ['what it has among others', { 'if-none-match': `"other", W/${etag}`, range: 'bytes=0-1' }, 304],
    ['anything new', { 'if-none-match': '*' }, 304],
    ['what it does not have', { 'if-none-match': '"other"' }, 200],
  ])('answers a client that asks for %s', async (_name, headers, status) => {
    const response = await ask(headers as Record<string, string>);
    expect(response.status).toBe(status);
    expect(response.headers.get('etag')).toBe(etag);
    await response.body?.cancel();
  });

  it('answers HEAD without the bytes, ranges left aside', async () => {
    const response = await ask({ range: 'bytes=0-1' }, 'HEAD');
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '5000000']);
    expect((await bytesOf(response)).length).toBe(0);
  });
});

describe('any other link', () => {
  it.each([
    ['forged', link.replace(/signature=./, 'signature=!'), 403, 'This link is not one of ours.\n'],
    ['unsigned', `/media/${id}`, 403, 'This link is not one of ours.\n'],
    ['unsigned, to nothing', '/media/..%2f..%2fetc%2fpasswd', 403, 'This link is not one of ours.\n'],
    ['expired', signLink(secretKey, id, now), 403, 'This link has expired; ask for a new one in the chat.\n'],
    ['to a swept file', signLink(secretKey, swept, inAnHour), 404, 'This file is no longer kept.\n'],
    ['to a file that just went', signLink(secretKey, vanished, inAnHour), 404, 'This file is no longer kept.\n'],
  ])('is refused: %s', async (_name, path, status, text) => {
    const response = await app.request(path);
    expect([response.status, await response.text()]).toEqual([status, text]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

describe('over a real connection', () => {
  async function openHandles(): Promise<number> {
    const links = await readdir('/proc/self/fd').then((fds) =>
      Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''))),
    );
    return links.filter((target) => target.startsWith(directory)).length;
  }

  it('HEAD keeps its length, and a client that hangs up leaves no handle open', async () => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    await new Promise<void>((ready) => (server.listening ? ready() : server.once('listening', ready)));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const head = await fetch(origin + link, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('5000000');
    await new Promise<void>((done) => {
      get(origin + link, (response) => {
        response.once('data', () => response.destroy());
        response.once('close', done);
      });
    });
    if (process.platform === 'linux') await expect.poll(openHandles).toBe(0);
    await new Promise<void>((done) => server.close(() => done()));
  });
});
