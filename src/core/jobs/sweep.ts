/** Rings again whatever the queue lost: the ledger knows what wants to be moved. */
import type { JobId } from '../values.ts';
import type { JobEdges } from './edges.ts';

/** Rings later than this are taken for lost. */
const lostAfterMs = 10_000;

const most = 500;

/** Sets the alarm of every unfinished job again. At start, before anything else rings. */
export async function rearm({ store, queue }: Pick<JobEdges, 'store' | 'queue'>): Promise<number> {
  let count = 0;
  let last: JobId | null = null;
  for (;;) {
    const page: { id: JobId; wakeAt: Date }[] = await store.unfinished(last, most);
    for (const { id, wakeAt } of page) await queue.wake(id, wakeAt);
    count += page.length;
    last = page.at(-1)?.id ?? null;
    if (page.length < most) return count;
  }
}

/** One round: rings what is overdue and in nobody's hands, which includes the jobs of a worker that died. */
export async function sweep({
  store,
  queue,
  traffic,
  now,
  log,
}: Pick<JobEdges, 'store' | 'queue' | 'traffic' | 'now' | 'log'>): Promise<number> {
  const overdue = await store.overdue(new Date(now().getTime() - lostAfterMs), most);
  for (const { id } of overdue) await queue.wake(id, now());
  await traffic.sweep();
  if (overdue.length > 0) log.info('queue.swept', { rung: overdue.length });
  return overdue.length;
}
