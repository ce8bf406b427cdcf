/** Teaches the clip library to scale and turn frames, for which it would need a browser's canvas. */
import { registerVideoSampleTransformer, VideoSample, type VideoSampleTransformationDescription } from 'mediabunny';
import { planesFromRgb } from '../planes.ts';
import { uprightPicture } from './clip-frame.ts';
import { planesOf, shrinkPlanes } from './clip-planes.ts';

/** Called once in the child, before any clip is re-encoded. Cropping is never asked for, and left undone. */
export function registerTransform(): void {
  registerVideoSampleTransformer(async (sample, wanted) => {
    const { timestamp, duration } = sample;
    const planes = isOnlyScaled(wanted) ? await planesOf(sample) : null;
    const format = { format: 'I420', codedWidth: wanted.width, codedHeight: wanted.height } as const;
    if (planes !== null) {
      const bytes = await shrinkPlanes(planes, wanted.width, wanted.height);
      return new VideoSample(bytes, { ...format, timestamp, duration, colorSpace: sample.colorSpace.toJSON() });
    }
    const bytes = await upright(sample, wanted);
    return new VideoSample(bytes, { ...format, timestamp, duration, colorSpace: bt709 });
  });
}

const bt709 = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false } as const;

function isOnlyScaled({ rotation, flip }: VideoSampleTransformationDescription): boolean {
  return rotation === 0 && !flip;
}

async function upright(sample: VideoSample, wanted: VideoSampleTransformationDescription): Promise<Uint8Array> {
  const picture = await uprightPicture(sample, wanted);
  const rgb = await picture.resize(wanted.width, wanted.height, { fit: 'fill' }).raw().toBuffer();
  const { y, u, v } = planesFromRgb(rgb, wanted.width, wanted.height);
  return Buffer.concat([y, u, v]);
}
