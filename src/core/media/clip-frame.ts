/** One frame of a clip as a picture. Runs in the clip tool's child. */
import type { VideoSample } from 'mediabunny';
import sharp, { type Sharp } from 'sharp';
import { rgbFromPlanes } from '../planes.ts';
import { planesOf } from './clip-planes.ts';
import { decodeFrame, openClip } from './clip-source.ts';

/** `poster` is one second in, or half-way through a clip shorter than two; the others are the first and last frame. */
export type FrameAt = 'poster' | 'first' | 'last';

/** Early enough to show what the clip is about, late enough to be past a fade from black. */
const posterSecond = 1;

/**
 * The frame as people see it, turned upright and in square pixels: the poster as JPEG, the others as PNG. Returns its
 * size in pixels. Throws when the clip cannot be read.
 */
export async function takeFrame({
  path,
  at,
  toPath,
}: {
  readonly path: string;
  readonly at: FrameAt;
  readonly toPath: string;
}): Promise<{ readonly width: number; readonly height: number }> {
  using clip = await openClip(path);
  using sample = await decodeFrame(clip.video, secondOf(at, clip.seconds));
  const upright = await uprightPicture(sample, sample);
  const picture = at === 'poster' ? upright.jpeg({ quality: 84, mozjpeg: true }) : upright.png();
  const { width, height } = await picture.toFile(toPath);
  return { width, height };
}

function secondOf(at: FrameAt, seconds: number): number {
  switch (at) {
    case 'poster':
      return seconds >= 2 * posterSecond ? posterSecond : seconds / 2;
    case 'first':
      return 0;
    case 'last':
      return seconds;
  }
}

/** @param turn how the stored frame is turned, clockwise, and then mirrored, to be seen as meant */
export async function uprightPicture(
  sample: VideoSample,
  turn: { readonly rotation: number; readonly flip: boolean },
): Promise<Sharp> {
  const { width, height } = sample.visibleRect;
  const stored = await storedPicture(sample, width, height);
  const square = await stored
    .resize(sample.squarePixelWidth, sample.squarePixelHeight, { fit: 'fill' })
    .png(fast)
    .toBuffer();
  // One step each: within one pipeline the order of turning, mirroring and scaling is the library's own.
  const turned = await sharp(square).rotate(turn.rotation).png(fast).toBuffer();
  return sharp(turned).flop(turn.flip);
}

const fast = { compressionLevel: 0 } as const;

async function storedPicture(sample: VideoSample, width: number, height: number): Promise<Sharp> {
  const planes = await planesOf(sample);
  if (planes !== null) {
    return sharp(rgbFromPlanes(planes, sample.colorSpace), { raw: { width, height, channels: 3 } });
  }
  const { left, top } = sample.visibleRect;
  const asRgba = { format: 'RGBA', rect: { x: left, y: top, width, height } };
  const rgba = new Uint8Array(sample.allocationSize(asRgba));
  await sample.copyTo(rgba, asRgba);
  return sharp(rgba, { raw: { width, height, channels: 4 } }).removeAlpha();
}
