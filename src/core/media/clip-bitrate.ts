/** How much quality fits into how many bytes; pure. */

/** What there is to fit. Sides are in pixels as shown, the rate is an average. */
export interface ClipSize {
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly framesPerSecond: number;
  readonly hasAudio: boolean;
}

interface FitPlan {
  readonly width: number;
  readonly height: number;
  /** Bits per second; the audio's is used only where there is sound. */
  readonly videoBitrate: number;
  readonly audioBitrate: number;
}

/** Lengths of the short side that are tried, after the clip's own. */
const shortSides = [720, 540, 480, 360] as const;

/** Below this many bits for a pixel of a frame, H.264 falls apart into blocks. */
const leastBitsPerPixel = 0.03;

/** Best first: the plans whose bitrate is enough for their size. Empty when not even the smallest is. */
export function planFits(clip: ClipSize & { readonly bytes: number; readonly maxBytes: number }): FitPlan[] {
  const budget = (clip.maxBytes * 0.95 * 8) / clip.seconds;
  const audioBitrate = audioShare(budget);
  // More bits than the clip came with buy nothing.
  const ownBitrate = (clip.bytes * 8) / clip.seconds;
  const videoBitrate = Math.floor(Math.min((budget - (clip.hasAudio ? audioBitrate : 0)) * 0.93, ownBitrate));
  const shortSide = Math.min(clip.width, clip.height);
  return [shortSide, ...shortSides.filter((side) => side < shortSide)]
    .map((side) => ({ ...scaled(clip, side / shortSide), videoBitrate, audioBitrate }))
    .filter(({ width, height }) => videoBitrate >= leastBitsPerPixel * width * height * clip.framesPerSecond);
}

function audioShare(budget: number): number {
  if (budget > 1_500_000) return 128_000;
  return budget > 600_000 ? 96_000 : 64_000;
}

function scaled({ width, height }: ClipSize, factor: number): { readonly width: number; readonly height: number } {
  return { width: even(width * factor), height: even(height * factor) };
}

function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}
