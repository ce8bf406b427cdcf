/** Draws and encodes one clip. Runs in the sandbox's child. */
import { FilePathTarget, Mp4OutputFormat, Output, Quality, VideoSample, VideoSampleSource } from 'mediabunny';
import sharp, { type Sharp } from 'sharp';
import { createPlanes, type Planes, planesFromRgb } from '../../planes.ts';
import type { Resolution } from '../../request.ts';
import { closestZoom, poseAt, readDirectives } from './camera.ts';
import { drawCaption, layCaption } from './caption.ts';
import { moodOf } from './mood.ts';
import { createParticles } from './particles.ts';
import { crossFade, type Ripple, sampleStill } from './sampler.ts';
import { drawScene, horizon } from './scene.ts';

/** All that a clip depends on: whoever has the same one can share the finished file. */
export interface RenderSpec {
  readonly prompt: string;
  readonly seconds: number;
  readonly resolution: Resolution;
  /** Paths of pictures. */
  readonly firstFrame?: string;
  readonly lastFrame?: string;
}

/** As the real model delivers. */
export const framesPerSecond = 24;

const heights: Readonly<Record<Resolution, number>> = { '512P': 512, '768P': 768, '1080P': 1080 };
/** Bits per second: sharp on a phone, and ten seconds stay within a chat's upload limit. */
const bitrates: Readonly<Record<Resolution, number>> = { '512P': 1_600_000, '768P': 3_000_000, '1080P': 6_000_000 };

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Fills one frame; `time` goes from 0, the first frame, to 1, the last. */
type Painter = (into: Planes, time: number) => void;

/** Writes a silent H.264 MP4. Throws when a picture cannot be read or encoded; what is at `toPath` is then no clip. */
export async function renderClip({
  spec,
  toPath,
}: {
  readonly spec: RenderSpec;
  readonly toPath: string;
}): Promise<void> {
  const size = await frameSize(spec);
  const paint = await createPainter(spec, size);
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: 'in-memory' }),
    target: new FilePathTarget(toPath),
  });
  const quality = new Quality({ bitrate: bitrates[spec.resolution] });
  const source = new VideoSampleSource({ codec: 'avc', quality, keyFrameInterval: 2 });
  output.addVideoTrack(source, { frameRate: framesPerSecond });
  await output.start();
  const frames = spec.seconds * framesPerSecond;
  for (let frame = 0; frame < frames; frame += 1) {
    const { bytes, planes } = createPlanes(size.width, size.height);
    paint(planes, frame / (frames - 1));
    using sample = new VideoSample(bytes, {
      format: 'I420',
      codedWidth: size.width,
      codedHeight: size.height,
      timestamp: frame / framesPerSecond,
      duration: 1 / framesPerSecond,
      colorSpace: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false },
    });
    await source.add(sample);
  }
  await output.finalize();
}

/** The resolution names the height; the width follows the picture, or the cinema when there is none. */
async function frameSize({ resolution, firstFrame, lastFrame }: RenderSpec): Promise<Size> {
  const height = heights[resolution];
  const picture = firstFrame ?? lastFrame;
  if (picture === undefined) return { width: even((height * 16) / 9), height };
  const { autoOrient } = await sharp(picture).metadata();
  return { width: even((height * autoOrient.width) / autoOrient.height), height };
}

function createPainter(spec: RenderSpec, size: Size): Promise<Painter> {
  const { firstFrame, lastFrame } = spec;
  if (firstFrame !== undefined && lastFrame !== undefined) return fadingPainter(spec, size, firstFrame, lastFrame);
  const picture = firstFrame ?? lastFrame;
  return picture === undefined ? scenePainter(spec, size) : picturePainter(spec, size, picture);
}

async function picturePainter({ prompt }: RenderSpec, size: Size, picture: string): Promise<Painter> {
  const directives = readDirectives(prompt);
  const still = await loadStill(picture, stillSize(size, closestZoom(directives)));
  return (into, time) => sampleStill(still, poseAt(directives, time, 'gentle'), into, null);
}

/** Begins with the first picture and ends with the last one; undirected, both are whole. */
async function fadingPainter({ prompt }: RenderSpec, size: Size, first: string, last: string): Promise<Painter> {
  const directives = readDirectives(prompt);
  const large = stillSize(size, directives.length > 0 ? closestZoom(directives) : 1);
  const [from, to] = await Promise.all([loadStill(first, large), loadStill(last, large)]);
  const other = createPlanes(size.width, size.height).planes;
  return (into, time) => {
    const pose = poseAt(directives, time, 'still');
    const part = smooth((time - 0.15) / 0.7);
    sampleStill(part < 1 ? from : to, pose, into, null);
    if (part <= 0 || part >= 1) return;
    sampleStill(to, pose, other, null);
    crossFade(into, other, part);
  };
}

async function scenePainter({ prompt, seconds }: RenderSpec, size: Size): Promise<Painter> {
  const directives = readDirectives(prompt);
  const mood = moodOf(prompt);
  const large = stillSize(size, closestZoom(directives));
  const svg = drawScene(prompt, mood, large.width, large.height);
  const still = await toPlanes(sharp(Buffer.from(svg)), large);
  const caption = await drawCaption(prompt, size.width, size.height);
  const drift = createParticles(prompt, mood);
  return (into, time) => {
    const pose = poseAt(directives, time, 'gentle');
    sampleStill(still, pose, into, mood.ground === 'water' ? waves(time * seconds) : null);
    drift(into, pose, time * seconds);
    if (caption !== null) layCaption(caption, into, time * seconds);
  };
}

/** Rows of water slide to and fro, more the nearer they are. */
function waves(second: number): Ripple {
  return (row) => {
    const depth = (row - horizon) / (1 - horizon);
    if (depth <= 0) return 0;
    const slow = Math.sin(26 * depth ** 0.6 - second * 2.1);
    return (slow + 0.5 * Math.sin(61 * depth ** 0.6 + second * 2.7)) * (0.0015 + 0.007 * depth);
  };
}

/** As sharp as the camera comes close, within reason. */
function stillSize({ width, height }: Size, zoom: number): Size {
  const factor = Math.min(zoom, 1.35);
  return { width: even(width * factor), height: even(height * factor) };
}

function loadStill(path: string, size: Size): Promise<Planes> {
  return toPlanes(sharp(path).autoOrient(), size);
}

async function toPlanes(picture: Sharp, { width, height }: Size): Promise<Planes> {
  const flat = picture.resize(width, height, { fit: 'cover' }).flatten({ background: '#ffffff' });
  const rgb = await flat.toColourspace('srgb').raw().toBuffer();
  return planesFromRgb(rgb, width, height);
}

function smooth(part: number): number {
  const inside = Math.min(1, Math.max(0, part));
  return inside * inside * (3 - 2 * inside);
}

function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}
