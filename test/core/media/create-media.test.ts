import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { silentLog } from '../../../src/core/log.ts';
import { createMedia, type MediaEdges } from '../../../src/core/media/create-media.ts';
import { createDownload } from '../../../src/core/media/download.ts';
import type { Media } from '../../../src/core/media/media.ts';
import { createStrangerGuard } from '../../../src/core/stranger-guard.ts';
import type { MediaId } from '../../../src/core/values.ts';
import { openMemoryDatabase } from '../../support/database.ts';

let ledger: OpenDatabase;
let directory: string;
let server: Server;
let place: string;
let answer: RequestListener;
let clock: Date;
let frame: Buffer;
let calls: string[];

/** A clip is any file that begins with `clip`; fitting one cuts it. */
const clipTool: MediaEdges['clipTool'] = {
  async inspect(path) {
    calls.push('inspect');
    const text = await readFile(path, 'latin1');
    if (!text.startsWith('clip')) return { unusable: 'no video track' };
    return { width: 1366, height: 768, seconds: 6, type: 'video/mp4', hasAudio: false, codec: 'avc1.640020' };
  },
  async frame(path, at, toPath) {
    calls.push(`frame ${at}`);
    // Every clip has frames of its own.
    const red = (await readFile(path)).readUInt8(5);
    const image = sharp(frame).tint({ r: red, g: 9, b: 9 });
    await (at === 'poster' ? image.jpeg() : image.png()).toFile(toPath);
    return { width: 640, height: 480 };
  },
  async fit(path, maxBytes, toPath) {
    calls.push('fit');
    if (maxBytes < 10) return false;
    await writeFile(toPath, (await readFile(path)).subarray(0, maxBytes));
    return true;
  },
};

beforeAll(async () => {
  ledger = await openMemoryDatabase();
  frame = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#a52' } })
    .png()
    .toBuffer();
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'media-'));
  clock = new Date('2026-11-21T12:00:00Z');
  calls = [];
});
afterEach(async () => {
  // Whatever happened, nothing is left on its way in.
  const incoming = join(directory, 'media', 'incoming');
  if (existsSync(incoming)) expect(await readdir(incoming)).toEqual([]);
  await ledger.database.deleteFrom('media').execute();
  await rm(directory, { recursive: true });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise<void>((done) => server.close(() => done()));
  await ledger.close();
});

function open(more: Partial<MediaEdges> = {}): Media {
  return createMedia({
    database: ledger.database,
    dataDirectory: directory,
    secretKey: 'secret',
    download: createDownload(createStrangerGuard({ allowPrivate: [place] })),
    clipTool,
    now: () => clock,
    log: silentLog,
    ...more,
  });
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const writing = (text: string) => ({ write: (path: string) => writeFile(path, text) });

async function kept(media: Media, text: string) {
  const intake = await media.keepClip(writing(text));
  if (intake.outcome === 'refused') throw new Error(intake.failure.detail);
  return intake;
}

describe('takeIn', () => {
  it('keeps an upload under its hash, once', async () => {
    const media = open();
    const first = await media.takeIn({ from: 'upload', bytes: frame, name: 'whatever.exe' });
    expect(first).toEqual({
      outcome: 'kept',
      picture: { id: sha256(frame), kind: 'picture', type: 'image/png', bytes: frame.length, width: 640, height: 480 },
    });
    expect(await media.takeIn({ from: 'upload', bytes: frame })).toEqual(first);
    if (first.outcome === 'kept') expect((await readFile(media.pathOf(first.picture))).equals(frame)).toBe(true);
  });

  it('fetches a link with its token', async () => {
    answer = (request, response) =>
      request.headers.authorization === 'Bearer t' ? response.end(frame) : response.writeHead(403).end();
    const url = `http://${place}/picture.png`;
    const headers = { authorization: 'Bearer t' };
    expect(await open().takeIn({ from: 'url', url, headers })).toMatchObject({ outcome: 'kept' });
    expect(await open().takeIn({ from: 'url', url })).toMatchObject({
      outcome: 'refused',
      problem: { kind: 'not-handed-out', status: 403 },
    });
  });

  it.each([
    ['http://example.com/a.png', 'not-https'],
    ['https://169.254.169.254/a.png', 'not-public'],
    ['https://10.0.0.1/a.png?token=SECRET', 'not-public'],
    ['nonsense', 'not-an-address'],
  ])('refuses %s with the reason', async (url, kind) => {
    const intake = await open().takeIn({ from: 'url', url });
    expect(intake).toMatchObject({ outcome: 'refused', problem: { kind } });
    expect(JSON.stringify(intake)).not.toContain('SECRET');
  });

  it('refuses what is no picture, wherever it comes from', async () => {
    answer = (_request, response) => response.setHeader('content-type', 'image/png').end('I am text');
    const expected = { outcome: 'refused', problem: { kind: 'not-a-picture', what: 'text file' } };
    expect(await open().takeIn({ from: 'url', url: `http://${place}/a.png` })).toMatchObject(expected);
    expect(await open().takeIn({ from: 'upload', bytes: Buffer.from('I am text'), name: 'a.png' })).toMatchObject(
      expected,
    );
  });
});

describe('keepClip', () => {
  it('fetches, checks and keeps a clip with its poster', async () => {
    answer = (_request, response) => response.end('clip one');
    const media = open();
    const intake = await media.keepClip({ url: `http://${place}/x.mp4` });
    expect(intake).toMatchObject({
      outcome: 'kept',
      clip: { id: sha256('clip one'), kind: 'clip', type: 'video/mp4', bytes: 8, width: 1366, height: 768, seconds: 6 },
      poster: { kind: 'poster', type: 'image/jpeg', width: 640, height: 480 },
    });
    if (intake.outcome !== 'kept') return;
    expect(await readFile(media.pathOf(intake.clip), 'utf8')).toBe('clip one');
    expect(sha256(await readFile(media.pathOf(intake.poster)))).toBe(intake.poster.id);
    expect(await media.find(intake.clip.id)).toEqual(intake.clip);
    expect(await media.find(intake.poster.id)).toEqual(intake.poster);
  });

  it('reuses the same clip and its poster without opening it again', async () => {
    const media = open();
    const first = await kept(media, 'clip one');
    calls = [];
    expect(await kept(media, 'clip one')).toEqual(first);
    expect(calls).toEqual([]);
  });

  it('keeps it again when the file, or its poster, is gone', async () => {
    const media = open();
    const first = await kept(media, 'clip one');
    await rm(media.pathOf(first.clip));
    expect(await kept(media, 'clip one')).toEqual(first);
    await rm(media.pathOf(first.poster));
    expect(await kept(media, 'clip one')).toEqual(first);
    expect(await media.find(first.poster.id)).not.toBeNull();
  });

  it('may run twice at once', async () => {
    const media = open();
    const [one, two] = await Promise.all([kept(media, 'clip one'), kept(media, 'clip one')]);
    expect(one).toEqual(two);
  });

  it.each([
    ['a page instead of a clip', 200, '<html>', 'clip-unusable', undefined],
    ['a link that is gone', 404, '', 'clip-unusable', undefined],
    ['a link that is forbidden', 403, '', 'clip-unusable', undefined],
    ['a server in trouble', 503, '', 'unavailable', expect.any(Number)],
    ['a server that is busy', 429, '', 'unavailable', expect.any(Number)],
  ])('%s', async (_name, status, body, kind, retryAfterMs) => {
    answer = (_request, response) => response.writeHead(status).end(body);
    const intake = await open().keepClip({ url: `http://${place}/x.mp4?token=SECRET` });
    expect(intake).toMatchObject({ outcome: 'refused', failure: { kind, charged: 'yes' } });
    expect(intake.outcome === 'refused' && intake.failure.retryAfterMs).toEqual(retryAfterMs);
    expect(JSON.stringify(intake)).not.toContain('SECRET');
  });

  it.each([
    ['is reset', (_request, response) => response.destroy(), 'unavailable'],
    [
      'is cut short',
      (_request, response) => response.writeHead(200, { 'content-length': 99 }).end('clip'),
      'unavailable',
    ],
    ['never answers', () => {}, 'unavailable'],
    ['is too large', (_request, response) => response.end('clip'.repeat(99)), 'clip-unusable'],
    [
      'leads inside',
      (_request, response) => response.writeHead(302, { location: 'https://10.0.0.1/' }).end(),
      'clip-unusable',
    ],
  ] as const satisfies readonly (readonly [string, RequestListener, string])[])(
    'a fetch that %s',
    async (_name, listener, kind) => {
      answer = listener;
      const media = open({ limits: { pictureMs: 300, clipMs: 300, clipBytes: 100 } });
      expect(await media.keepClip({ url: `http://${place}/x.mp4` })).toMatchObject({ failure: { kind } });
    },
  );

  it.each([
    ['throws', () => Promise.reject(new Error('the provider hung up')), 'unavailable'],
    ['writes nothing', async () => {}, 'unavailable'],
    ['writes too much', (path: string) => writeFile(path, 'clip'.repeat(99)), 'clip-unusable'],
    ['writes no clip', (path: string) => writeFile(path, 'text'), 'clip-unusable'],
  ] as const)('a provider that %s', async (_name, write, kind) => {
    const media = open({ limits: { pictureMs: 300, clipMs: 300, clipBytes: 100 } });
    expect(await media.keepClip({ write })).toMatchObject({ outcome: 'refused', failure: { kind } });
  });
});

describe('lastFrame', () => {
  it('is kept as a picture', async () => {
    const media = open();
    const { clip } = await kept(media, 'clip one');
    const picture = await media.lastFrame(clip.id);
    expect(picture).toMatchObject({ kind: 'picture', type: 'image/png', width: 640, height: 480 });
    expect(await media.find(picture.id)).toEqual(picture);
    expect(calls).toContain('frame last');
  });

  it('says so when the clip is gone', async () => {
    await expect(open().lastFrame('00'.repeat(32) as MediaId)).rejects.toThrow('no longer kept');
  });
});

describe('fit', () => {
  it('is the clip itself when that fits', async () => {
    const media = open();
    const { clip } = await kept(media, 'clip one');
    expect(await media.fit(clip.id, 8)).toEqual(clip);
    expect(calls).not.toContain('fit');
  });

  it('is made once for one limit, also when asked for twice at once', async () => {
    const media = open();
    const { clip } = await kept(media, `clip one ${'x'.repeat(100)}`);
    const [one, two] = await Promise.all([media.fit(clip.id, 50), media.fit(clip.id, 50)]);
    expect(one).toMatchObject({ kind: 'clip', type: 'video/mp4', bytes: 50, seconds: 6 });
    expect(two).toEqual(one);
    expect(await media.fit(clip.id, 50)).toEqual(one);
    expect(calls.filter((call) => call === 'fit')).toHaveLength(1);
  });

  it('is made again when it was swept', async () => {
    const media = open();
    const { clip } = await kept(media, `clip one ${'x'.repeat(100)}`);
    const one = await media.fit(clip.id, 50);
    if (one !== null) await rm(media.pathOf(one));
    expect(await media.fit(clip.id, 50)).toEqual(one);
    expect(one !== null && existsSync(media.pathOf(one))).toBe(true);
  });

  it('is null when no sensible quality fits, or the result is not what was asked for', async () => {
    const fit: MediaEdges['clipTool']['fit'] = async (from, maxBytes, to) => {
      if (maxBytes > 9) await copyFile(from, to);
      return maxBytes > 9;
    };
    const media = open({ clipTool: { ...clipTool, fit } });
    const { clip } = await kept(media, `clip one ${'x'.repeat(100)}`);
    expect(await media.fit(clip.id, 9)).toBeNull();
    expect(await media.fit(clip.id, 50)).toBeNull();
  });

  it('tries again after a failure', async () => {
    let tries = 0;
    const fit: MediaEdges['clipTool']['fit'] = async (...words) => {
      tries += 1;
      if (tries === 1) throw new Error('killed');
      return await clipTool.fit(...words);
    };
    const media = open({ clipTool: { ...clipTool, fit } });
    const { clip } = await kept(media, `clip one ${'x'.repeat(100)}`);
    await expect(media.fit(clip.id, 50)).rejects.toThrow('killed');
    expect(await media.fit(clip.id, 50)).toMatchObject({ bytes: 50 });
  });
});

describe('find', () => {
  it('knows nothing about what was never kept, or whose file is gone', async () => {
    const media = open();
    expect(await media.find('00'.repeat(32) as MediaId)).toBeNull();
    const { clip } = await kept(media, 'clip one');
    await rm(media.pathOf(clip));
    expect(await media.find(clip.id)).toBeNull();
  });

  it('marks clip and poster as used, at most once an hour', async () => {
    const media = open();
    const { clip, poster } = await kept(media, 'clip one');
    const usedAt = async (id: MediaId) =>
      (await ledger.database.selectFrom('media').select('used_at').where('id', '=', id).executeTakeFirstOrThrow())
        .used_at;
    clock = new Date('2026-11-21T12:59:00Z');
    await media.find(clip.id);
    expect(await usedAt(clip.id)).toEqual(new Date('2026-11-21T12:00:00Z'));
    clock = new Date('2026-11-21T13:01:00Z');
    await media.find(clip.id);
    expect([await usedAt(clip.id), await usedAt(poster.id)]).toEqual([clock, clock]);
  });
});

it('links are relative and signed', async () => {
  expect(open().link('ab'.repeat(32) as MediaId, new Date('2026-11-22T00:00:00Z'))).toMatch(
    /^\/media\/(ab){32}\?expires=1795305600&signature=/,
  );
});
