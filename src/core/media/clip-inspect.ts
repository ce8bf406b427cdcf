/** What a clip is, by its content. Runs in the clip tool's child. */
import { decodeFrame, openClip } from './clip-source.ts';

/** Found in the file itself: its name and the type somebody claimed are not asked. */
export interface ClipFacts {
  /** Pixels as shown. */
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  /** `video/mp4`, `video/webm`, `video/quicktime` or `video/x-matroska`. */
  readonly type: string;
  readonly hasAudio: boolean;
  /** As RFC 6381 writes it: `avc1.640020`. */
  readonly codec: string;
}

/** Never throws for a bad file: the reason is the answer. */
export async function inspectClip({
  path,
}: {
  readonly path: string;
}): Promise<ClipFacts | { readonly unusable: string }> {
  try {
    using clip = await openClip(path);
    const { input, video, seconds } = clip;
    // The last frame too: headers at the front of a file that was cut off still promise the whole.
    for (const second of [0, seconds]) (await decodeFrame(video, second)).close();
    return {
      width: await video.getDisplayWidth(),
      height: await video.getDisplayHeight(),
      seconds,
      type: (await input.getFormat()).mimeType,
      hasAudio: (await input.getPrimaryAudioTrack()) !== null,
      codec: (await video.getCodecParameterString()) ?? 'unknown',
    };
  } catch (error) {
    return { unusable: error instanceof Error ? error.message : String(error) };
  }
}
