import { type BullmqEdges, openPostgresQueue, openRedisQueue } from './bullmq-queue.ts';
import type { AlarmClock } from './queue.ts';
import { createTimerQueue } from './timer-queue.ts';

interface QueueOptions extends BullmqEdges {
  readonly redisUrl?: string | undefined;
  readonly databaseUrl?: string | undefined;
}

/**
 * Redis when there is one, PostgreSQL when there is only that, timers in this process when there is neither.
 * Redis may be away at that moment and is waited for in the background.
 * @throws when PostgreSQL does not answer or refuses the queue's tables, or when `redisUrl` cannot be read
 */
export async function openQueue({ redisUrl, databaseUrl, ...edges }: QueueOptions): Promise<AlarmClock> {
  if (redisUrl !== undefined) return openRedisQueue(redisUrl, edges);
  if (databaseUrl !== undefined) return openPostgresQueue(databaseUrl, edges);
  return createTimerQueue(edges);
}
