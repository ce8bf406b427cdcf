import { randomBytes } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { mendPicture } from '../../../src/core/media/image.ts';
import { pictureRules, planSize } from '../../../src/core/media/picture-rules.ts';
import { recogniseFile } from '../../../src/core/media/recognise-file.ts';
import { textsFor } from '../../../src/core/texts/texts.ts';

/** Red on the left half, blue on the right: tells how a picture was turned. */
function halves(width = 640, height = 480) {
  const left = { create: { width: Math.floor(width / 2), height, channels: 3, background: '#f00' } } as const;
  return sharp({ create: { width, height, channels: 3, background: '#00f' } }).composite([
    { input: left, left: 0, top: 0 },
  ]);
}

let jpeg: Buffer;
let png: Buffer;
let webp: Buffer;
let gif: Buffer;
let avif: Buffer;
let noise: Buffer;

beforeAll(async () => {
  const base = await halves().removeAlpha().png().toBuffer();
  jpeg = await sharp(base).jpeg({ quality: 95 }).toBuffer();
  png = base;
  webp = await sharp(base).webp().toBuffer();
  gif = await sharp(base).gif().toBuffer();
  avif = await sharp(base).avif({ effort: 0 }).toBuffer();
  noise = await sharp(randomBytes(400 * 400 * 3), { raw: { width: 400, height: 400, channels: 3 } })
    .png()
    .toBuffer();
});

async function mended(bytes: Uint8Array) {
  const mending = await mendPicture(bytes);
  if (mending.outcome === 'refused') throw new Error(`${mending.problem.kind} (${mending.detail})`);
  const seen = await sharp(mending.bytes).metadata();
  expect({ width: mending.width, height: mending.height }).toEqual({ width: seen.width, height: seen.height });
  expect(mending.type).toBe(`image/${seen.format}`);
  return { ...mending, seen };
}

async function refusal(bytes: Uint8Array): Promise<string> {
  const mending = await mendPicture(bytes);
  expect(mending.outcome).toBe('refused');
  const reason = mending.outcome === 'refused' ? textsFor('en').problems.picture(mending.problem) : '';
  expect(reason).toMatch(/^[A-Z].*[a-z]+.*[.]$/);
  return reason;
}

async function colourAt(bytes: Uint8Array, x: number, y: number): Promise<'red' | 'blue' | 'white' | 'other'> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const [red = 0, green = 0, blue = 0] = data.subarray((y * info.width + x) * info.channels);
  if (red > 200 && green > 200 && blue > 200) return 'white';
  if (red > 200 && blue < 60) return 'red';
  return blue > 200 && red < 60 ? 'blue' : 'other';
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A PNG that claims to be this large and holds the given data, compressed. */
function pngOf(width: number, height: number, data: Buffer): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    png.subarray(0, 8),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(data, { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** After the first `after` bytes of a JPEG: a block with this marker. */
function withJpegBlock(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

/** An empty archive with one stored file, as `zip` writes it. */
function zip(): Buffer {
  const name = Buffer.from('a.txt');
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26), name]);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), Buffer.alloc(42), name]);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

describe('a picture in order', () => {
  it.each([
    ['JPEG', () => jpeg, 'image/jpeg'],
    ['PNG', () => png, 'image/png'],
    ['WebP', () => webp, 'image/webp'],
  ] as const)('%s stays as it is, to the byte', async (_name, bytes, type) => {
    const kept = await mended(bytes());
    expect(Buffer.from(kept.bytes).equals(bytes())).toBe(true);
    expect(kept.type).toBe(type);
  });

  it('may be progressive, or grey', async () => {
    const progressive = await sharp(png).jpeg({ progressive: true }).toBuffer();
    expect((await mended(progressive)).bytes.length).toBe(progressive.length);
    const grey = await sharp(png).greyscale().png().toBuffer();
    expect((await mended(grey)).bytes.length).toBe(grey.length);
  });
});

describe('a picture that is mended', () => {
  it.each([
    ['GIF', () => gif],
    ['AVIF', () => avif],
  ] as const)('%s becomes a JPEG', async (_name, bytes) => {
    const { type, bytes: result } = await mended(bytes());
    expect(type).toBe('image/jpeg');
    expect(await colourAt(result, 100, 200)).toBe('red');
    expect(await colourAt(result, 500, 200)).toBe('blue');
  });

  it('is turned upright, and forgets where it was taken', async () => {
    const sideways = await sharp(png)
      .withExif({ IFD0: { Make: 'Camera' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const upright = await mended(sideways);
    expect([upright.width, upright.height]).toEqual([480, 640]);
    expect(upright.seen.exif).toBeUndefined();
    expect(upright.seen.orientation).toBeUndefined();
    expect(await colourAt(upright.bytes, 240, 100)).toBe('red');
    expect(await colourAt(upright.bytes, 240, 540)).toBe('blue');
  });

  it('loses its comments, profile and time', async () => {
    const commented = withJpegBlock(0xfe, Buffer.from('taken at home'));
    expect(Buffer.from((await mended(commented)).bytes).includes('taken at home')).toBe(false);
    const profiled = await sharp(png).withIccProfile('p3').png().toBuffer();
    expect((await mended(profiled)).seen.icc).toBeUndefined();
  });

  it('CMYK becomes RGB', async () => {
    const { seen, bytes } = await mended(await sharp(png).toColourspace('cmyk').jpeg().toBuffer());
    expect(seen).toMatchObject({ space: 'srgb', channels: 3 });
    expect(await colourAt(bytes, 100, 200)).not.toBe('white');
  });

  it('sixteen bits become eight', async () => {
    const { seen } = await mended(await sharp(png).toColourspace('rgb16').png().toBuffer());
    expect(seen).toMatchObject({ depth: 'uchar', format: 'jpeg' });
  });

  it('transparency becomes white', async () => {
    const clear = await sharp({ create: { width: 400, height: 400, channels: 4, background: '#f000' } })
      .png()
      .toBuffer();
    const { seen, bytes } = await mended(clear);
    expect(seen.hasAlpha).toBe(false);
    expect(await colourAt(bytes, 200, 200)).toBe('white');
  });

  it.each(['gif', 'webp'] as const)('an animated %s becomes its first frame', async (format) => {
    const frames = await Promise.all(
      ['#f00', '#00f'].map((background) =>
        sharp({ create: { width: 400, height: 400, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const animated = await sharp(frames, { join: { animated: true } })
      .toFormat(format)
      .toBuffer();
    expect((await sharp(animated).metadata()).pages).toBe(2);
    const { bytes, width, height, seen } = await mended(animated);
    expect([width, height, seen.pages ?? 1]).toEqual([400, 400, 1]);
    expect(await colourAt(bytes, 200, 200)).toBe('red');
  });

  it('a small one is enlarged, a huge one made smaller', async () => {
    const small = await mended(await halves(128, 96).png().toBuffer());
    expect([small.width, small.height]).toEqual([426, 320]);
    const huge = await mended(await halves(5000, 2000).jpeg().toBuffer());
    expect([huge.width, huge.height]).toEqual([4096, 1639]);
  });

  it('a heavy one is made lighter', async () => {
    const side = 2200;
    const heavy = await sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } })
      .png({ compressionLevel: 0 })
      .toBuffer();
    expect(heavy.length).toBeGreaterThan(pictureRules.maxBytes);
    expect((await mended(heavy)).bytes.length).toBeLessThan(pictureRules.maxBytes);
  });

  it.each([
    ['padding', () => Buffer.alloc(512)],
    ['the second picture of an HDR photo', () => jpeg],
    [
      'the film of a motion photo',
      () => Buffer.concat([Buffer.from('\0\0\0\x14ftypmp42\0\0\0\0mp42', 'latin1'), randomBytes(99)]),
    ],
    ['a line of JSON from a phone', () => Buffer.from('{"sdkVersion":"1.0","model":"X"}')],
  ] as const)('is freed of %s after its end', async (_name, trailer) => {
    const trailed = Buffer.concat([jpeg, trailer()]);
    expect(Buffer.from((await mended(trailed)).bytes).includes(trailer())).toBe(false);
  });
});

describe('what is no picture', () => {
  it.each([
    ['nothing', Buffer.alloc(0), 'empty'],
    ['text', Buffer.from('I am a picture, honest.png'), 'a text file'],
    ['UTF-16 text', Buffer.from('\ufeffhello', 'utf16le'), 'a text file'],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'an SVG drawing'],
    ['SVG after an XML head', Buffer.from('<?xml version="1.0"?>\n<!-- c -->\n<svg width="1"/>'), 'an SVG drawing'],
    ['HTML', Buffer.from('<!DOCTYPE html><svg></svg>'), 'a web page'],
    ['PDF', Buffer.from('%PDF-1.7\n'), 'a PDF document'],
    ['ZIP', zip(), 'a ZIP archive'],
    ['TIFF', Buffer.from('II*\0\x08\0\0\0', 'latin1'), 'a TIFF picture'],
    ['BMP', Buffer.from('BM\0\0\0\0', 'latin1'), 'a BMP picture'],
    ['MP4', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0', 'latin1'), 'an MP4 video'],
    ['MOV', Buffer.from('\0\0\0\x14ftypqt  \0\0\0\0', 'latin1'), 'a QuickTime video'],
    ['WebM', Buffer.from('\x1a\x45\xdf\xa3', 'latin1'), 'a WebM'],
    ['a program', Buffer.from('MZ\x90\0', 'latin1'), 'a Windows program'],
    ['binary rubbish', Buffer.from([1, 2, 3, 4]), 'no known kind'],
  ])('%s is refused by name', async (_name, bytes, words) => expect(await refusal(bytes)).toContain(words));

  it('HEIC is tried, and refused in its own words where it cannot be read', async () => {
    const heic = Buffer.concat([
      Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
      Buffer.from('\0\0\0\x08mdat'),
    ]);
    expect(await refusal(heic)).toContain('send it as JPEG');
  });

  it('knows AVIF that leads with a general brand', () => {
    const bytes = Buffer.from('\0\0\0\x1cftypmif1\0\0\0\0mif1avif', 'latin1');
    expect(recogniseFile(bytes)).toEqual({ kind: 'picture', format: 'avif' });
  });

  it('a file over the limit is not even looked at', async () => {
    expect(await refusal(Buffer.alloc(pictureRules.maxInputBytes + 1))).toContain('50 MB');
  });
});

describe('a damaged picture', () => {
  const whole = { jpeg: () => jpeg, png: () => png, webp: () => webp, gif: () => gif, avif: () => avif };
  for (const [name, bytes] of Object.entries(whole)) {
    it.each([0.1, 0.5, 0.9, 0.999])(`${name} cut at %d is refused`, async (share) => {
      const part = bytes().subarray(0, Math.floor(bytes().length * share));
      expect(await refusal(part)).toContain('damaged or cut off');
    });
  }

  it('is refused when its blocks are whole and its pixels are not', async () => {
    const missing = pngOf(400, 400, Buffer.alloc(401 * 200));
    expect(await refusal(missing)).toContain('damaged');
  });

  it('is refused when a bit has flipped in a PNG', async () => {
    const flipped = Buffer.from(noise);
    flipped.writeUInt8(flipped.readUInt8(flipped.length >> 1) ^ 1, flipped.length >> 1);
    expect(await refusal(flipped)).toContain('damaged');
  });
});

describe('a bomb', () => {
  it('that only claims to be huge is refused by its size', async () => {
    expect(await refusal(pngOf(50_000, 50_000, Buffer.alloc(1000)))).toContain('50000 × 50000');
  });

  it('that is huge is refused without being opened', async () => {
    const side = 20_000;
    const bomb = pngOf(side, side, Buffer.alloc((side + 1) * side));
    expect(bomb.length).toBeLessThan(1_000_000);
    const before = process.memoryUsage().rss;
    const startedAt = performance.now();
    expect(await refusal(bomb)).toContain('too large to open');
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});

describe('a polyglot', () => {
  const page = Buffer.from('<html><script>alert(1)</script></html>');
  it.each([
    ['PNG + ZIP', () => Buffer.concat([png, zip()]), 'a ZIP archive'],
    ['JPEG + ZIP in a comment', () => withJpegBlock(0xfe, zip()), 'a ZIP archive'],
    [
      'PNG + ZIP inside its last block',
      () => Buffer.concat([png.subarray(0, -12), pngChunk('teXt', zip()), png.subarray(-12)]),
      'a ZIP archive',
    ],
    ['PNG + PDF', () => Buffer.concat([png, Buffer.from('\n%PDF-1.4\n%%EOF')]), 'a PDF document'],
    ['JPEG + HTML', () => Buffer.concat([jpeg, page]), 'a web page'],
    ['JPEG with HTML in a comment', () => withJpegBlock(0xfe, page), 'a web page'],
    [
      'JPEG with PHP in its EXIF',
      () => withJpegBlock(0xe1, Buffer.from('Exif\0\0<?php system($_GET[0]);')),
      'a script',
    ],
    [
      'PNG with HTML in a text block',
      () => Buffer.concat([png.subarray(0, 33), pngChunk('tEXt', page), png.subarray(33)]),
      'a web page',
    ],
    ['WebP + RAR', () => Buffer.concat([webp, Buffer.from('Rar!\x1a\x07\x00', 'latin1')]), 'a RAR archive'],
    ['JPEG + program', () => Buffer.concat([jpeg, Buffer.from('MZ\x90\0\x03\0', 'latin1')]), 'a Windows program'],
    ['GIF + script', () => Buffer.concat([gif, Buffer.from('*/=1;alert(1)')]), 'a script'],
    [
      'GIF whose width begins a comment',
      () => Buffer.concat([Buffer.from('GIF89a/*'), gif.subarray(8), Buffer.from('*/=1;alert(1)')]),
      'a script',
    ],
  ] as const)('%s', async (_name, make, what) => {
    expect(await refusal(make())).toContain(`with ${what} hidden inside`);
  });
});

describe('planSize', () => {
  it.each([
    [301, 301, { outcome: 'fits' }],
    [300, 300, { outcome: 'resize', width: 320, height: 320 }],
    [64, 160, { outcome: 'resize', width: 320, height: 800 }],
    [4096, 4096, { outcome: 'fits' }],
    [4097, 4000, { outcome: 'resize', width: 4096, height: 4000 }],
    [10_000, 4000, { outcome: 'resize', width: 4096, height: 1639 }],
    [1000, 400, { outcome: 'fits' }],
    [1001, 400, { outcome: 'refused', problem: { kind: 'too-wide', width: 1001, height: 400, most: 2.5 } }],
    [400, 1001, { outcome: 'refused', problem: { kind: 'too-tall', width: 400, height: 1001, most: 2.5 } }],
    [63, 63, { outcome: 'refused', problem: { kind: 'too-small', leastSide: 64 } }],
    [10_001, 10_000, { outcome: 'refused', problem: { kind: 'too-many-pixels', mostSide: 4096 } }],
  ])('%d × %d', (width, height, expected) => expect(planSize({ width, height })).toMatchObject(expected));

  it('answers with a size that needs no other plan', () => {
    const side = fc.integer({ min: 1, max: 12_000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const plan = planSize({ width, height });
        if (plan.outcome !== 'refused') expect(planSize(plan).outcome).toBe('fits');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('whatever comes', () => {
  const beginnings = () => [Buffer.alloc(0), ...[jpeg, png, webp, gif, avif].map((bytes) => bytes.subarray(0, 64))];

  it('nothing is thrown, and rubbish is refused in a sentence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5), fc.uint8Array({ maxLength: 400 }), async (which, rest) => {
        await refusal(Buffer.concat([beginnings()[which] ?? Buffer.alloc(0), rest]));
      }),
      { numRuns: 300 },
    );
  });

  it('nothing is thrown for a picture with bytes changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(3),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
        async (which, changes) => {
          const bytes = Buffer.from([jpeg, png, webp, gif][which] ?? jpeg);
          for (const [at, value] of changes) bytes.writeUInt8(value, at % bytes.length);
          const mending = await mendPicture(bytes);
          expect(['mended', 'refused']).toContain(mending.outcome);
        },
      ),
      { numRuns: 100 },
    );
  });
});
