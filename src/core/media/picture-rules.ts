/** What a picture must be like before a renderer takes it. Pure. */
import type { PictureProblem } from '../picture-problem.ts';

/**
 * MiniMax asks for a short side over 300 pixels and an aspect from 2:5 to 5:2 (providers/minimax.md §3). Its 20 MB are
 * halved: that is what the upload routes of ToAPIs and RunningHub take (providers/toapis.md, runninghub.md).
 */
export const pictureRules = {
  /** As it arrives. */
  maxInputBytes: 50_000_000,
  /** Counted before anything is decoded: a bomb is small on the wire. */
  maxInputPixels: 100_000_000,
  minInputSide: 64,
  maxBytes: 10_000_000,
  minSide: 301,
  /** What a smaller picture is scaled up to. */
  enlargedSide: 320,
  /** Renders have at most 1080 lines, so nothing is lost. */
  maxSide: 4096,
  maxAspect: 2.5,
} as const;

/** Heavier than what is taken in. */
export const tooHeavy: PictureProblem = { kind: 'too-heavy', mostBytes: pictureRules.maxInputBytes };

/** In pixels, as people see the picture: after rotation by EXIF. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

type SizePlan =
  | ({ readonly outcome: 'fits' | 'resize' } & Size)
  | { readonly outcome: 'refused'; readonly problem: PictureProblem };

/** @param size as people see it, after rotation by EXIF */
export function planSize({ width, height }: Size): SizePlan {
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  if (width * height > pictureRules.maxInputPixels) {
    return refuse({ kind: 'too-many-pixels', width, height, mostSide: pictureRules.maxSide });
  }
  if (short < pictureRules.minInputSide) {
    return refuse({ kind: 'too-small', width, height, leastSide: pictureRules.minInputSide });
  }
  if (long > short * pictureRules.maxAspect) {
    return refuse({ kind: width > height ? 'too-wide' : 'too-tall', width, height, most: pictureRules.maxAspect });
  }
  if (short < pictureRules.minSide) return scaled({ width, height }, pictureRules.enlargedSide / short);
  if (long > pictureRules.maxSide) return scaled({ width, height }, pictureRules.maxSide / long);
  return { outcome: 'fits', width, height };
}

/** The long side is rounded down and the short side up, so that 5:2 exactly does not become a little more. */
function scaled({ width, height }: Size, factor: number): SizePlan {
  const long = (side: number): number => Math.floor(side * factor + 1e-6);
  const short = (side: number): number => Math.ceil(side * factor - 1e-6);
  return width > height
    ? { outcome: 'resize', width: long(width), height: short(height) }
    : { outcome: 'resize', width: short(width), height: long(height) };
}

function refuse(problem: PictureProblem): SizePlan {
  return { outcome: 'refused', problem };
}
