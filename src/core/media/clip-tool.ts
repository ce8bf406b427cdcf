/** Everything that opens a clip, done in a child process: a codec that crashes or swells takes nothing with it. */
import { rm } from 'node:fs/promises';
import { createChildTool } from '../child-tool.ts';
import { ChildToolError } from '../child-tool-error.ts';
import type { FrameAt } from './clip-frame.ts';
import type { ClipFacts } from './clip-inspect.ts';
import type { ClipOperations } from './clip-worker.ts';

interface ClipToolOptions {
  /** For one operation, waiting in line not counted. Default 120 000. */
  readonly timeoutMs?: number;
  /** All memory of one child. Default 1536. */
  readonly maxRssMiB?: number;
  /** How many clips are opened at once. Default 1: a transcode takes half a gigabyte. */
  readonly concurrency?: number;
}

/** A clip that crashes or swells a codec costs its own operation only: the next one gets a fresh child. */
export interface ClipTool extends AsyncDisposable {
  /** Says what the file is by decoding its first and last frame; names are not believed. Rejects only when closed. */
  inspect(path: string): Promise<ClipFacts | { readonly unusable: string }>;
  /**
   * Writes one frame as people see it, rotation and pixel shape applied: the poster as JPEG, the first and the last
   * frame as PNG, because they become pictures to render from.
   */
  frame(path: string, at: FrameAt, toPath: string): Promise<{ readonly width: number; readonly height: number }>;
  /**
   * Writes an H.264 MP4 no larger than this that starts playing before it is whole; sound is kept. A file that fits
   * already is copied. False, and nothing written, when no sensible quality fits.
   */
  fit(path: string, maxBytes: number, toPath: string): Promise<boolean>;
  /** Ends what runs and resolves when no child is left. */
  close(): Promise<void>;
}

/** Starts nothing before it is used; a resting child ends by itself and never keeps this process alive. */
export function createClipTool(options: ClipToolOptions = {}): ClipTool {
  const child = createChildTool<ClipOperations>({ worker: new URL('./clip-worker.ts', import.meta.url), ...options });

  /** A killed child leaves half a file, which must not be taken for a whole one. */
  async function writing<Result>(toPath: string, work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      await rm(toPath, { force: true });
      throw error;
    }
  }

  return {
    async inspect(path) {
      try {
        return await child.run('inspect', { path });
      } catch (error) {
        if (error instanceof ChildToolError && error.kind !== 'closed') return { unusable: error.message };
        throw error;
      }
    },
    frame: (path, at, toPath) => writing(toPath, child.run('frame', { path, at, toPath })),
    fit: (path, maxBytes, toPath) => writing(toPath, child.run('fit', { path, maxBytes, toPath })),
    close: () => child.close(),
    [Symbol.asyncDispose]: () => child.close(),
  };
}
