/** Stopping in good order, and in time. */
import type { Log } from './core/log.ts';

/**
 * One Ctrl-C can arrive twice within a millisecond: from the terminal, and from npm, which passes on what it got itself.
 * Nobody presses it twice this fast.
 */
const samePressMs = 500;

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function createStopSignal(from: Pick<NodeJS.Process, 'on' | 'exit'>): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    const hear = (signal: NodeJS.Signals): void => {
      if (firstAt !== null && performance.now() - firstAt > samePressMs) from.exit(1);
      firstAt ??= performance.now();
      resolve(signal);
    };
    from.on('SIGTERM', hear);
    from.on('SIGINT', hear);
  });
}

/** Closes everything, or gives up after the patience: what was in hand is taken up again by its lease. */
export async function stopWithin(patienceMs: number, close: () => Promise<void>, log: Log): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), patienceMs);
  });
  try {
    const outcome = await Promise.race([close().then(() => 'closed' as const), patience]);
    if (outcome === 'late') log.warn('process.stopped-late', { advice: 'Work in hand goes on at the next start.' });
    else log.info('process.stopped');
  } catch (error) {
    log.error('process.stop-failed', { error });
  } finally {
    clearTimeout(timer);
  }
}
