/** Real pictures and clips for tests, small and quick to make. */
import '@napi-rs/webcodecs/polyfill';
import {
  AudioSample,
  AudioSampleSource,
  FilePathTarget,
  Mp4OutputFormat,
  Output,
  Quality,
  type Rotation,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
} from 'mediabunny';
import sharp from 'sharp';
import { createPlanes } from '../../src/core/planes.ts';

export interface ClipRecipe {
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly container?: 'mp4' | 'webm';
  readonly fastStart?: boolean;
  readonly hasAudio?: boolean;
  readonly rotation?: Rotation;
  readonly bitrate?: number;
  /** Hard to compress. */
  readonly noise?: boolean;
}

const rate = 24;

/** Left half red, right half blue, twice as bright at the end as at the start when there is no noise. */
export async function makeClip(path: string, recipe: ClipRecipe): Promise<void> {
  const { width, height, seconds, container = 'mp4', bitrate = 1_000_000 } = recipe;
  const format =
    container === 'mp4'
      ? new Mp4OutputFormat({ fastStart: recipe.fastStart === false ? false : 'in-memory' })
      : new WebMOutputFormat();
  const output = new Output({ format, target: new FilePathTarget(path) });
  const video = new VideoSampleSource({
    codec: container === 'mp4' ? 'avc' : 'vp9',
    quality: new Quality({ bitrate }),
  });
  output.addVideoTrack(video, { frameRate: rate, rotation: recipe.rotation ?? 0 });
  const audio = new AudioSampleSource({ codec: 'aac', quality: new Quality({ bitrate: 96_000 }) });
  if (recipe.hasAudio) output.addAudioTrack(audio);
  await output.start();
  for (let frame = 0; frame < seconds * rate; frame += 1) {
    const { bytes, planes } = createPlanes(width, height);
    const half = width / 2;
    planes.y.fill(40 + Math.round((40 * frame) / (seconds * rate - 1)));
    for (let index = 0; index < planes.u.length; index += 1) {
      const isLeft = index % half < half / 2;
      planes.u[index] = isLeft ? 100 : 200;
      planes.v[index] = isLeft ? 200 : 110;
    }
    if (recipe.noise)
      for (let index = 0; index < planes.y.length; index += 1) planes.y[index] = 16 + Math.random() * 219;
    using sample = new VideoSample(bytes, {
      format: 'I420',
      codedWidth: width,
      codedHeight: height,
      timestamp: frame / rate,
      duration: 1 / rate,
      colorSpace: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false },
    });
    await video.add(sample);
  }
  if (recipe.hasAudio) await hum(audio, seconds);
  await output.finalize();
}

async function hum(audio: AudioSampleSource, seconds: number): Promise<void> {
  const sampleRate = 48_000;
  const data = Float32Array.from({ length: sampleRate * seconds }, (_, index) => 0.3 * Math.sin(index / 20));
  using sample = new AudioSample({ data, format: 'f32', numberOfChannels: 1, sampleRate, timestamp: 0 });
  await audio.add(sample);
}

/** A grey wall with a red square in the middle whose side is a fifth of the height. */
export async function makePicture(path: string, width: number, height: number, mark = '#e02020'): Promise<void> {
  const side = height / 5;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#808890"/><rect x="${(width - side) / 2}" y="${(height - side) / 2}" width="${side}" height="${side}" fill="${mark}"/></svg>`;
  await sharp(Buffer.from(svg)).flatten().png().toFile(path);
}

/** Where the red is, in parts of the picture, and how much of the picture it covers. */
export async function findRed(
  path: string,
): Promise<{ readonly x: number; readonly y: number; readonly share: number }> {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  for (let index = 0; index < info.width * info.height; index += 1) {
    const [red = 0, green = 0] = data.subarray(index * 3, index * 3 + 2);
    if (red < 150 || green > 90) continue;
    count += 1;
    sumX += index % info.width;
    sumY += Math.floor(index / info.width);
  }
  return { x: sumX / count / info.width, y: sumY / count / info.height, share: count / info.width / info.height };
}

/** The colour at a place given in parts of the picture. */
export async function colorAt(path: string, x: number, y: number): Promise<readonly [number, number, number]> {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
}
