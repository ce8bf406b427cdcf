/** Opens a clip for reading. Runs in the clip tool's child. */
import {
  FilePathSource,
  Input,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  QTFF,
  type VideoSample,
  VideoSampleSink,
  WEBM,
} from 'mediabunny';

/** Single files only: a playlist would make the reader follow addresses that a stranger wrote. */
const formats = [MP4, QTFF, WEBM, MATROSKA];

/** A clip that can be decoded here. Its length is above 0; disposing of it closes the file. */
export interface ClipSource extends Disposable {
  readonly input: Input;
  readonly video: InputVideoTrack;
  readonly seconds: number;
}

/** Throws, in one sentence, when the file is not a video that can be decoded here. */
export async function openClip(path: string): Promise<ClipSource> {
  const input = new Input({ formats, source: new FilePathSource(path) });
  try {
    if (!(await input.canRead())) throw new Error('The file is not an MP4, MOV, WebM or Matroska video.');
    const video = await input.getPrimaryVideoTrack();
    if (video === null) throw new Error('The file has no video in it.');
    if (!(await video.canDecode())) throw new Error(`The video codec ${await video.getCodec()} cannot be decoded.`);
    const seconds = await input.computeDuration();
    if (!(seconds > 0)) throw new Error('The video has no length.');
    return { input, video, seconds, [Symbol.dispose]: () => input.dispose() };
  } catch (error) {
    input.dispose();
    throw error;
  }
}

/**
 * The frame shown at this second; the first one for anything before, the last one for anything after.
 * Throws when it cannot be decoded, as in a file that was cut off. The caller closes it.
 */
export async function decodeFrame(video: InputVideoTrack, second: number): Promise<VideoSample> {
  const first = await video.getFirstTimestamp();
  const end = await video.computeDuration();
  const sample = await new VideoSampleSink(video).getSample(Math.min(Math.max(second, first), end));
  if (sample === null) throw new Error('The video is cut off: a frame that it promises is not there.');
  return sample;
}
