/** Retention, run now and then for as long as a worker lives. */
import { type Retention, type SweepEdges, sweepMedia } from './sweep-media.ts';

const everyMs = 15 * 60_000;

/** The first round runs a while after the start, when there are better things to do. Disposing waits for a running round. */
export function startRetention(edges: SweepEdges, retention: Retention): AsyncDisposable {
  let running: Promise<void> = Promise.resolve();
  const round = async (): Promise<void> => {
    try {
      await sweepMedia(edges, retention);
    } catch (error) {
      edges.log.warn('media.sweep-failed', { error });
    }
  };
  const timer = setInterval(() => {
    running = running.then(round);
  }, everyMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
    },
  };
}
