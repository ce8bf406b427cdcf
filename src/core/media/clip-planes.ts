/** Planes out of a decoded frame, and smaller ones. Runs in the clip tool's child. */
import type { VideoSample } from 'mediabunny';
import sharp from 'sharp';
import { createPlanes, type Planes } from '../planes.ts';

/** Null for the rare formats that are not 8-bit I420. */
export async function planesOf(sample: VideoSample): Promise<Planes | null> {
  if (sample.format !== 'I420') return null;
  const { width, height } = sample.visibleRect;
  const bytes = new Uint8Array(sample.allocationSize());
  const layout = await sample.copyTo(bytes);
  const { planes } = createPlanes(width, height);
  for (const [index, plane] of [planes.y, planes.u, planes.v].entries()) {
    const { offset, stride } = layout[index] ?? { offset: 0, stride: 0 };
    const rowWidth = index === 0 ? width : Math.ceil(width / 2);
    for (let to = 0, from = offset; to < plane.length; to += rowWidth, from += stride) {
      plane.set(bytes.subarray(from, from + rowWidth), to);
    }
  }
  return planes;
}

/** The three planes as an encoder takes them, scaled; both target sides are even. */
export async function shrinkPlanes(planes: Planes, width: number, height: number): Promise<Uint8Array> {
  const half = [Math.ceil(planes.width / 2), Math.ceil(planes.height / 2)] as const;
  const scaled = await Promise.all([
    scale(planes.y, [planes.width, planes.height], [width, height]),
    scale(planes.u, half, [width / 2, height / 2]),
    scale(planes.v, half, [width / 2, height / 2]),
  ]);
  return Buffer.concat(scaled);
}

type Size = readonly [width: number, height: number];

function scale(plane: Uint8Array, [width, height]: Size, [toWidth, toHeight]: Size): Promise<Buffer> {
  return sharp(plane, { raw: { width, height, channels: 1 } })
    .resize(toWidth, toHeight, { fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
}
