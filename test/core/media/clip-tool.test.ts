import { copyFile, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planFits } from '../../../src/core/media/clip-bitrate.ts';
import { createClipTool } from '../../../src/core/media/clip-tool.ts';
import { colorAt, makeClip, makePicture } from '../clip-fixtures.ts';

const directory = await mkdtemp(join(tmpdir(), 'clip-tool-'));
const tool = createClipTool();
const at = (name: string): string => join(directory, name);

beforeAll(async () => {
  await makeClip(at('plain.mp4'), { width: 320, height: 180, seconds: 3 });
  await makeClip(at('sound.mp4'), { width: 1280, height: 720, seconds: 4, hasAudio: true, noise: true, bitrate: 8e6 });
  await makeClip(at('turned.mp4'), { width: 320, height: 180, seconds: 1, rotation: 90 });
  await makeClip(at('turned-large.mp4'), {
    width: 1280,
    height: 720,
    seconds: 1,
    rotation: 90,
    noise: true,
    bitrate: 8e6,
  });
  await makeClip(at('web.webm'), { width: 320, height: 180, seconds: 2, container: 'webm' });
  await makeClip(at('slow-start.mp4'), { width: 320, height: 180, seconds: 2, fastStart: false });
});

afterAll(async () => {
  await tool.close();
  await rm(directory, { recursive: true });
});

describe('inspect', () => {
  it.each([
    ['plain.mp4', { width: 320, height: 180, type: 'video/mp4', hasAudio: false, codec: /^avc1\./, seconds: 3 }],
    ['sound.mp4', { width: 1280, height: 720, type: 'video/mp4', hasAudio: true, codec: /^avc1\./, seconds: 4 }],
    ['turned.mp4', { width: 180, height: 320, type: 'video/mp4', hasAudio: false, codec: /^avc1\./, seconds: 1 }],
    ['web.webm', { width: 320, height: 180, type: 'video/webm', hasAudio: false, codec: /^vp09\./, seconds: 2 }],
    ['slow-start.mp4', { width: 320, height: 180, type: 'video/mp4', hasAudio: false, codec: /^avc1\./, seconds: 2 }],
  ] as const)('tells what %s is', async (name, { codec, seconds, ...facts }) => {
    const seen = await tool.inspect(at(name));
    expect(seen).toMatchObject({ ...facts, codec: expect.stringMatching(codec) });
    expect('seconds' in seen && Math.abs(seen.seconds - seconds)).toBeLessThan(0.1);
  });

  it('goes by content, not by name', async () => {
    await copyFile(at('plain.mp4'), at('plain.txt'));
    expect(await tool.inspect(at('plain.txt'))).toMatchObject({ type: 'video/mp4' });
  });

  it('finds every kind of file that is not a clip unusable, and says why', async () => {
    await writeFile(at('text.mp4'), 'not a video '.repeat(500));
    await writeFile(at('empty.mp4'), '');
    await writeFile(at('list.mp4'), '#EXTM3U\n#EXTINF:6,\nplain.mp4\n#EXT-X-ENDLIST\n');
    await makePicture(at('picture.mp4'), 200, 200);
    await copyFile(at('slow-start.mp4'), at('headless.mp4'));
    await truncate(at('headless.mp4'), (await stat(at('slow-start.mp4'))).size * 0.6);
    await copyFile(at('plain.mp4'), at('cut.mp4'));
    await truncate(at('cut.mp4'), (await stat(at('plain.mp4'))).size * 0.6);
    for (const name of ['text.mp4', 'empty.mp4', 'list.mp4', 'picture.mp4', 'headless.mp4', 'cut.mp4', 'absent.mp4']) {
      expect(await tool.inspect(at(name)), name).toEqual({ unusable: expect.stringMatching(/\w{3}/) });
    }
  });

  it('survives a clip whose pictures are garbage', async () => {
    await copyFile(at('plain.mp4'), at('garbage.mp4'));
    const file = await open(at('garbage.mp4'), 'r+');
    const { size } = await file.stat();
    const start = (await readFile(at('plain.mp4'))).indexOf('mdat') + 8;
    await file.write(Buffer.alloc(size - start, 0x5a), 0, size - start, start);
    await file.close();
    expect(await tool.inspect(at('garbage.mp4'))).toHaveProperty('unusable');
    expect(await tool.inspect(at('plain.mp4'))).toMatchObject({ width: 320 });
  });

  it('finds a clip unusable that costs more time than there is', async () => {
    await using hasty = createClipTool({ timeoutMs: 1 });
    expect(await hasty.inspect(at('plain.mp4'))).toEqual({ unusable: expect.stringContaining('longer than 1 ms') });
  });
});

describe('frame', () => {
  it('writes the poster as a JPEG that is not black, in the right colours', async () => {
    expect(await tool.frame(at('plain.mp4'), 'poster', at('poster.jpg'))).toEqual({ width: 320, height: 180 });
    expect((await sharp(at('poster.jpg')).metadata()).format).toBe('jpeg');
    const [red, green, blue] = await colorAt(at('poster.jpg'), 0.2, 0.5);
    expect(red).toBeGreaterThan(130);
    expect(Math.max(green, blue)).toBeLessThan(60);
  });

  it('writes the very first and the very last frame as PNG', async () => {
    await tool.frame(at('plain.mp4'), 'first', at('first.png'));
    await tool.frame(at('plain.mp4'), 'last', at('last.png'));
    expect((await sharp(at('last.png')).metadata()).format).toBe('png');
    const [first] = await colorAt(at('first.png'), 0.2, 0.5);
    const [last] = await colorAt(at('last.png'), 0.2, 0.5);
    // 40 steps of brightness, from 16..235 to 0..255.
    expect(last - first).toBeGreaterThan(38);
    expect(last - first).toBeLessThan(55);
  });

  it('turns a clip that was filmed upright', async () => {
    expect(await tool.frame(at('turned.mp4'), 'last', at('turned.png'))).toEqual({ width: 180, height: 320 });
    const [redAbove] = await colorAt(at('turned.png'), 0.5, 0.2);
    const [redBelow] = await colorAt(at('turned.png'), 0.5, 0.8);
    expect(redAbove).toBeGreaterThan(redBelow + 80);
  });

  it('rejects a file that is no clip and leaves nothing behind', async () => {
    await writeFile(at('words.mp4'), 'words');
    await expect(tool.frame(at('words.mp4'), 'poster', at('none.jpg'))).rejects.toMatchObject({ kind: 'failed' });
    await expect(stat(at('none.jpg'))).rejects.toThrow();
  });
});

describe('fit', () => {
  it.each([2_000_000, 1_000_000, 400_000])('stays under %i bytes, still a clip with its sound', async (maxBytes) => {
    expect(await tool.fit(at('sound.mp4'), maxBytes, at('fitted.mp4'))).toBe(true);
    expect((await stat(at('fitted.mp4'))).size).toBeLessThanOrEqual(maxBytes);
    const seen = await tool.inspect(at('fitted.mp4'));
    expect(seen).toMatchObject({ type: 'video/mp4', hasAudio: true, codec: expect.stringMatching(/^avc1\./) });
    expect('seconds' in seen && Math.abs(seen.seconds - 4)).toBeLessThan(0.2);
    const head = (await readFile(at('fitted.mp4'))).subarray(0, 200).toString('latin1');
    expect(head).toContain('moov');
  });

  it('makes the picture smaller when the bits are few, in the same shape', async () => {
    await tool.fit(at('sound.mp4'), 400_000, at('small.mp4'));
    const seen = await tool.inspect(at('small.mp4'));
    expect(seen).toHaveProperty('width');
    if (!('width' in seen)) return;
    expect(seen.height).toBeLessThan(720);
    expect(seen.width / seen.height).toBeCloseTo(16 / 9, 1);
  });

  it('copies a clip that fits already', async () => {
    expect(await tool.fit(at('plain.mp4'), 50_000_000, at('same.mp4'))).toBe(true);
    expect(await readFile(at('same.mp4'))).toEqual(await readFile(at('plain.mp4')));
  });

  it('makes an MP4 out of a WebM', async () => {
    expect(await tool.fit(at('web.webm'), 1_000_000, at('converted.mp4'))).toBe(true);
    expect(await tool.inspect(at('converted.mp4'))).toMatchObject({ type: 'video/mp4', width: 320, height: 180 });
  });

  it.each([400_000, 70_000])('keeps a clip upright that was filmed so, in %i bytes', async (maxBytes) => {
    expect(await tool.fit(at('turned-large.mp4'), maxBytes, at('upright.mp4'))).toBe(true);
    const { width, height } = await tool.frame(at('upright.mp4'), 'last', at('upright.png'));
    expect(height / width).toBeCloseTo(16 / 9, 1);
    const { data, info } = await sharp(at('upright.png'))
      .resize(1, 2, { fit: 'fill' })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 1, height: 2 });
    const [redAbove = 0, , blueAbove = 0, redBelow = 0, , blueBelow = 0] = data;
    expect(redAbove).toBeGreaterThan(blueAbove);
    expect(redBelow).toBeLessThan(blueBelow);
  });

  it('says no when nothing sensible fits, and writes nothing', async () => {
    expect(await tool.fit(at('sound.mp4'), 20_000, at('no.mp4'))).toBe(false);
    expect(await readdir(directory)).not.toContain('no.mp4');
  });
});

describe('the plans', () => {
  const clip = { width: 1920, height: 1080, seconds: 6, framesPerSecond: 24, hasAudio: true, bytes: 20_000_000 };

  it.each([
    ['Discord without a boost', 10 * 1024 * 1024, 1080],
    ['half of that', 2 * 1024 * 1024, 1080],
    ['one megabyte', 1_000_000, 720],
    ['a quarter', 250_000, 360],
  ])('%s: %i bytes begin at %i lines', (_name, maxBytes, height) => {
    const [plan] = planFits({ ...clip, maxBytes });
    expect(plan).toMatchObject({ height });
    const bits = ((plan?.videoBitrate ?? 0) + (plan?.audioBitrate ?? 0)) * clip.seconds;
    expect(bits / 8).toBeLessThan(maxBytes);
  });

  it('never spends more bits than the clip has', () => {
    const [plan] = planFits({ ...clip, bytes: 3_000_000, maxBytes: 2_900_000 });
    expect(plan?.videoBitrate).toBeLessThanOrEqual((3_000_000 * 8) / 6);
  });

  it('has none for a hopeless limit', () => {
    expect(planFits({ ...clip, maxBytes: 50_000 })).toEqual([]);
  });
});

it('rejects everything once closed', async () => {
  const closed = createClipTool();
  await closed.close();
  await expect(closed.inspect(at('plain.mp4'))).rejects.toMatchObject({ kind: 'closed' });
});
