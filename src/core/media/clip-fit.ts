/** Makes a clip small enough for a place. Runs in the clip tool's child. */
import { copyFile, rm, stat } from 'node:fs/promises';
import { Conversion, FilePathTarget, type InputVideoTrack, Mp4OutputFormat, Output, Quality } from 'mediabunny';
import { type ClipSize, planFits } from './clip-bitrate.ts';
import { type ClipSource, openClip } from './clip-source.ts';

/** False when no sensible quality fits; the target is then absent. Throws when the clip cannot be read. */
export async function fitClip({
  path,
  maxBytes,
  toPath,
}: {
  readonly path: string;
  readonly maxBytes: number;
  readonly toPath: string;
}): Promise<boolean> {
  using clip = await openClip(path);
  const { size: bytes } = await stat(path);
  if (bytes <= maxBytes && (await playsEverywhere(clip))) {
    await copyFile(path, toPath);
    return true;
  }
  for (const plan of planFits({ ...(await measure(clip)), bytes, maxBytes })) {
    const written = await encode(path, plan, toPath);
    if (written <= maxBytes) return true;
    // Encoders miss by up to a sixth; told how far it went, the second try lands.
    const scaled = plan.videoBitrate * 0.93 * (maxBytes / written);
    if ((await encode(path, { ...plan, videoBitrate: Math.floor(scaled) }, toPath)) <= maxBytes) return true;
  }
  await rm(toPath, { force: true });
  return false;
}

async function playsEverywhere({ input, video }: ClipSource): Promise<boolean> {
  return (await input.getFormat()).mimeType === 'video/mp4' && (await video.getCodec()) === 'avc';
}

async function measure({ input, video, seconds }: ClipSource): Promise<ClipSize> {
  return {
    width: await video.getDisplayWidth(),
    height: await video.getDisplayHeight(),
    seconds,
    framesPerSecond: await averageRate(video),
    hasAudio: (await input.getPrimaryAudioTrack()) !== null,
  };
}

async function averageRate(video: InputVideoTrack): Promise<number> {
  const { averagePacketRate } = await video.computePacketStats(120);
  return averagePacketRate;
}

interface Encoding {
  readonly width: number;
  readonly height: number;
  readonly videoBitrate: number;
  readonly audioBitrate: number;
}

/** Resolves to the size of what was written. */
async function encode(path: string, plan: Encoding, toPath: string): Promise<number> {
  using clip = await openClip(path);
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: 'in-memory' }),
    target: new FilePathTarget(toPath),
  });
  const conversion = await Conversion.init({
    input: clip.input,
    output,
    tracks: 'primary',
    copy: false,
    tags: {},
    showWarnings: false,
    video: {
      codec: 'avc',
      width: plan.width,
      height: plan.height,
      fit: 'fill',
      quality: new Quality({ bitrate: plan.videoBitrate }),
    },
    audio: { codec: 'aac', quality: new Quality({ bitrate: plan.audioBitrate }) },
  });
  if (!conversion.isValid) throw new Error('The clip cannot be re-encoded.');
  await conversion.execute();
  return (await stat(toPath)).size;
}
