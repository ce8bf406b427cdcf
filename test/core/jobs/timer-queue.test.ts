import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTimerQueue } from '../../../src/core/jobs/timer-queue.ts';
import type { JobId } from '../../../src/core/values.ts';

const start = new Date('2026-01-01T00:00:00Z');
const dayMs = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ now: start });
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function openClock(now = () => new Date()) {
  return createTimerQueue({ now, onError: ({ kind }) => expect.unreachable(kind) });
}

test('ten thousand alarms wait on one timer, and closing takes it down', async () => {
  await using clock = openClock();
  const rung: JobId[] = [];
  await clock.listen(async (id) => void rung.push(id), { concurrency: 10 });
  for (let index = 0; index < 10_000; index += 1) {
    await clock.wake(`job-${index}` as JobId, new Date(start.getTime() + 1_000 + ((index * 7_919) % 10_000)));
  }
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(999);
  expect(rung).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(rung.length).toBeGreaterThan(4_900);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(rung).toHaveLength(10_000);
});

test('an alarm months away rings on its day', async () => {
  await using clock = openClock();
  const rungAt: Date[] = [];
  await clock.listen(async () => void rungAt.push(new Date()), { concurrency: 1 });
  const at = new Date(start.getTime() + 60 * dayMs);
  await clock.wake('job' as JobId, at);
  await vi.advanceTimersByTimeAsync(61 * dayMs);
  expect(rungAt).toEqual([at]);
});

test('a clock that was set forward is noticed within a minute', async () => {
  let now = start;
  await using clock = openClock(() => now);
  const rung: JobId[] = [];
  await clock.listen(async (id) => void rung.push(id), { concurrency: 1 });
  await clock.wake('job' as JobId, new Date(start.getTime() + dayMs));
  now = new Date(start.getTime() + dayMs);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(rung).toEqual(['job']);
});

test('a clock that was set back rings nothing early', async () => {
  let now = start;
  await using clock = openClock(() => now);
  const rung: JobId[] = [];
  await clock.listen(async (id) => void rung.push(id), { concurrency: 1 });
  await clock.wake('job' as JobId, new Date(start.getTime() + 1_000));
  now = new Date(start.getTime() - 10_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(rung).toEqual([]);
});

test('nothing ticks before anybody listens', async () => {
  await using clock = openClock();
  await clock.wake('job' as JobId, start);
  expect(vi.getTimerCount()).toBe(0);
});
