/** A picture as video codecs keep it: brightness at full size, two colours at half. BT.709 unless said otherwise. */

/** 8-bit I420, limited range, rows without padding; colour rows are half as wide and half as many, rounded up. */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

/** How numbers become colours; absent values mean what players assume. */
export interface PlaneColors {
  readonly matrix?: string | null | undefined;
  readonly fullRange?: boolean | null | undefined;
}

/** Black, in one piece of memory: `bytes` is what an encoder takes, `planes` are views on it. */
export function createPlanes(width: number, height: number): { readonly bytes: Uint8Array; readonly planes: Planes } {
  const whole = width * height;
  const quarter = Math.ceil(width / 2) * Math.ceil(height / 2);
  const bytes = new Uint8Array(whole + 2 * quarter);
  bytes.fill(16, 0, whole).fill(128, whole);
  return {
    bytes,
    planes: {
      width,
      height,
      y: bytes.subarray(0, whole),
      u: bytes.subarray(whole, whole + quarter),
      v: bytes.subarray(whole + quarter),
    },
  };
}

/** @param rgb three bytes a pixel; both sides even */
export function planesFromRgb(rgb: Uint8Array, width: number, height: number): Planes {
  const { planes } = createPlanes(width, height);
  const { y, u, v } = planes;
  const at = (index: number): number => rgb[index] ?? 0;
  for (let index = 0, from = 0; index < y.length; index += 1, from += 3) {
    y[index] = 16.5 + 0.18259 * at(from) + 0.61423 * at(from + 1) + 0.06201 * at(from + 2);
  }
  const half = width / 2;
  for (let row = 0; row < height / 2; row += 1) {
    for (let column = 0; column < half; column += 1) {
      const from = (row * 2 * width + column * 2) * 3;
      const below = from + width * 3;
      const red = (at(from) + at(from + 3) + at(below) + at(below + 3)) / 4;
      const green = (at(from + 1) + at(from + 4) + at(below + 1) + at(below + 4)) / 4;
      const blue = (at(from + 2) + at(from + 5) + at(below + 2) + at(below + 5)) / 4;
      u[row * half + column] = 128.5 - 0.10064 * red - 0.33857 * green + 0.43922 * blue;
      v[row * half + column] = 128.5 + 0.43922 * red - 0.39894 * green - 0.04027 * blue;
    }
  }
  return planes;
}

/** Three bytes a pixel. The codec library's own conversion reads every clip as BT.601, which turns reds brown. */
export function rgbFromPlanes(planes: Planes, colors: PlaneColors): Uint8Array {
  const { width, height, y, u, v } = planes;
  const { matrix = null, fullRange = false } = colors;
  const isWide = matrix === 'bt709' || (matrix === null && height >= 720);
  const [redV, greenU, greenV, blueU] = isWide ? [1.5748, 0.1873, 0.4681, 1.8556] : [1.402, 0.3441, 0.7141, 1.772];
  const lift = fullRange ? 0 : 16;
  const gain = fullRange ? 1 : 255 / 219;
  const colorGain = fullRange ? 1 : 255 / 224;
  const rgb = new Uint8ClampedArray(width * height * 3);
  const half = Math.ceil(width / 2);
  for (let row = 0, to = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1, to += 3) {
      const color = (row >> 1) * half + (column >> 1);
      const light = ((y[row * width + column] ?? 0) - lift) * gain;
      const blueness = ((u[color] ?? 0) - 128) * colorGain;
      const redness = ((v[color] ?? 0) - 128) * colorGain;
      rgb[to] = light + redV * redness;
      rgb[to + 1] = light - greenU * blueness - greenV * redness;
      rgb[to + 2] = light + blueU * blueness;
    }
  }
  return new Uint8Array(rgb.buffer);
}
