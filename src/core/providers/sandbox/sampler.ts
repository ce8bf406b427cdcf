/** A moving frame over a still, fast enough for every frame of a clip. */
import type { Planes } from '../../planes.ts';
import type { Pose } from './camera.ts';

/** How far a row is pushed sideways, in parts of the still's width; `row` is its place in the still, 0 to 1. */
export type Ripple = (row: number) => number;

/** Fills `into` with what the camera sees. */
export function sampleStill(still: Planes, pose: Pose, into: Planes, ripple: Ripple | null): void {
  const half = { width: still.width / 2, height: still.height / 2 };
  const halfInto = { width: into.width / 2, height: into.height / 2 };
  samplePlane({ ...still, data: still.y }, pose, { ...into, data: into.y }, ripple);
  samplePlane({ ...half, data: still.u }, pose, { ...halfInto, data: into.u }, ripple);
  samplePlane({ ...half, data: still.v }, pose, { ...halfInto, data: into.v }, ripple);
}

/** `into` becomes so much of `other`: 0 nothing, 1 all. */
export function crossFade(into: Planes, other: Planes, part: number): void {
  const weight = Math.round(part * 256);
  for (const [to, from] of [
    [into.y, other.y],
    [into.u, other.u],
    [into.v, other.v],
  ] as const) {
    for (let index = 0; index < to.length; index += 1) {
      const below = to[index] ?? 0;
      to[index] = below + ((((from[index] ?? 0) - below) * weight) >> 8);
    }
  }
}

interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Fixed point with sixteen bits behind the point: bilinear, edges repeated. */
function samplePlane(from: Plane, pose: Pose, into: Plane, ripple: Ripple | null): void {
  const { data, width, height } = from;
  const stepX = width / pose.zoom / into.width;
  const stepY = height / pose.zoom / into.height;
  const left = (pose.x - 0.5 / pose.zoom) * width + stepX / 2 - 0.5;
  const top = (pose.y - 0.5 / pose.zoom) * height + stepY / 2 - 0.5;
  const step = Math.round(stepX * 65536);
  const lastX = (width - 1) * 65536 - 1;
  let to = 0;
  for (let row = 0; row < into.height; row += 1) {
    const y = Math.min(Math.max(top + row * stepY, 0), height - 1.001);
    const above = Math.floor(y);
    const weightY = Math.round((y - above) * 256);
    const upper = above * width;
    const lower = upper + width;
    let x = Math.round((left + (ripple === null ? 0 : ripple(y / height) * width)) * 65536);
    for (let column = 0; column < into.width; column += 1, x += step, to += 1) {
      const inside = x < 0 ? 0 : x > lastX ? lastX : x;
      const index = inside >> 16;
      const weightX = (inside >> 8) & 255;
      const a = data[upper + index] ?? 0;
      const b = data[upper + index + 1] ?? 0;
      const c = data[lower + index] ?? 0;
      const d = data[lower + index + 1] ?? 0;
      const high = (a << 8) + (b - a) * weightX;
      const low = (c << 8) + (d - c) * weightX;
      into.data[to] = ((high << 8) + (low - high) * weightY + 32768) >> 16;
    }
  }
}
