/** Finished clips of the sandbox: rendered once for one specification, by whoever needs it first. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { createChildTool } from '../../child-tool.ts';
import type { RenderSpec } from './render-clip.ts';
import type { RenderOperations } from './render-worker.ts';
import { keepNewest } from './scratch.ts';

interface Renders {
  /**
   * The path of the finished MP4. Callers of one specification share one render, and a finished one is reused,
   * by other processes too. A render that was swept is made again.
   */
  clip(spec: RenderSpec): Promise<string>;
}

/** Some three megabytes each. */
const keptClips = 40;

/** The render process is started on first use, ends when idle, and never keeps this process alive. */
export function createRenders(directory: string): Renders {
  const child = createChildTool<RenderOperations>({
    worker: new URL('./render-worker.ts', import.meta.url),
    holdsProcess: false,
  });
  const underWay = new Map<string, Promise<string>>();

  async function render(spec: RenderSpec, path: string): Promise<string> {
    if (await isThere(path)) return path;
    await mkdir(directory, { recursive: true });
    const draft = `${path}.${randomUUID()}.part`;
    try {
      await child.run('render', { spec, toPath: draft });
      // Whole or not at all: another process may be looking for the same clip.
      await rename(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
    await keepNewest(directory, keptClips);
    return path;
  }

  return {
    clip(spec) {
      const path = join(directory, `${hashOf(spec)}.mp4`);
      const sooner = underWay.get(path);
      if (sooner !== undefined) return sooner;
      const rendering = render(spec, path).finally(() => underWay.delete(path));
      underWay.set(path, rendering);
      return rendering;
    },
  };
}

/** Pictures are named by their content, so their paths will do. */
function hashOf({ prompt, seconds, resolution, firstFrame, lastFrame }: RenderSpec): string {
  const parts = [prompt, seconds, resolution, firstFrame ?? null, lastFrame ?? null];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Marks it as used, so that it is not swept while somebody copies it. */
async function isThere(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    () => false,
  );
}
