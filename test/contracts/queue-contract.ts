/** The exam of every alarm clock. Upper bounds are generous: a shared machine may stop for seconds. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AlarmClock, QueueEdges, QueueFault, Ring } from '../../src/core/jobs/queue.ts';
import type { JobId } from '../../src/core/values.ts';

export interface QueueExam {
  readonly name: string;
  /** Opens a clock on the alarms of that name. */
  open(alarms: string, edges: QueueEdges): Promise<AlarmClock>;
  /** What holds the alarms, to be broken. Absent: the clock holds them itself, and nobody else hears them. */
  readonly store?: {
    cut(): Promise<void>;
    freeze(): void;
    mend(): Promise<void>;
  };
}

const patience = { timeout: 15_000, interval: 10 };
const pastTime = new Date(0);

export function queueContract({ name, open, store }: QueueExam): void {
  describe(`the alarm clock ${name}`, () => {
    let alarms: string;
    let faults: QueueFault[];
    let clocks: AlarmClock[];

    beforeEach(() => {
      alarms = `hailuo-test-${randomUUID()}`;
      faults = [];
      clocks = [];
    });

    afterEach(async () => {
      await store?.mend();
      await Promise.all(clocks.map((clock) => clock.close()));
    });

    async function openClock(): Promise<AlarmClock> {
      const clock = await open(alarms, { now: () => new Date(), onError: (fault) => faults.push(fault) });
      clocks.push(clock);
      return clock;
    }

    async function openListening(ring: Ring, concurrency = 10): Promise<AlarmClock> {
      const clock = await openClock();
      await clock.listen(ring, { concurrency });
      return clock;
    }

    test('rings a past time at once', async () => {
      const { rung, ring } = createRecorder();
      const clock = await openListening(ring);
      await clock.wake(id(1), pastTime);
      await vi.waitFor(() => expect(rung).toEqual([id(1)]), patience);
    });

    test('rings alarms that were set before anybody listened', async () => {
      const { rung, ring } = createRecorder();
      const clock = await openClock();
      await clock.wake(id(1), pastTime);
      await clock.wake(id(2), inMs(200));
      await clock.listen(ring, { concurrency: 1 });
      await vi.waitFor(() => expect(rung).toEqual([id(1), id(2)]), patience);
    });

    test('does not ring before the time', async () => {
      const ringsMs: number[] = [];
      const clock = await openListening(async () => void ringsMs.push(Date.now()));
      const times = [inMs(900), inMs(300), inMs(600)];
      for (const [index, at] of times.entries()) await clock.wake(id(index), at);
      await vi.waitFor(() => expect(ringsMs).toHaveLength(3), patience);
      const dueMs = times.map((at) => at.getTime()).sort();
      for (const [index, ringMs] of ringsMs.entries()) expect(ringMs).toBeGreaterThanOrEqual(dueMs[index] ?? Infinity);
    });

    test('rings alarms of one time in the order they were set', async () => {
      const { rung, ring } = createRecorder();
      const clock = await openListening(ring, 1);
      const at = inMs(700);
      const ids = Array.from({ length: 20 }, (_, index) => id(index));
      for (const each of ids) await clock.wake(each, at);
      await vi.waitFor(() => expect(rung).toEqual(ids), patience);
    });

    test('an earlier alarm of the same job rings earlier', async () => {
      const { rung, ring } = createRecorder();
      const clock = await openListening(ring);
      await clock.wake(id(1), inMs(3_600_000));
      await clock.wake(id(1), inMs(100));
      await vi.waitFor(() => expect(rung).toEqual([id(1)]), patience);
    });

    test('the same alarm set again while it waits is one alarm, another time is another', async () => {
      const { rung, ring } = createRecorder();
      const clock = await openListening(ring);
      const at = inMs(500);
      for (let count = 0; count < 5; count += 1) await clock.wake(id(1), at);
      await clock.wake(id(1), new Date(at.getTime() + 1));
      await vi.waitFor(() => expect(rung.length).toBeGreaterThanOrEqual(2), patience);
      await sleep(300);
      expect(rung).toEqual([id(1), id(1)]);
    });

    test('an alarm that is set while the same one rings, rings again', async () => {
      let rings = 0;
      const clock = await openListening(async (rungId) => {
        rings += 1;
        if (rings < 3) await clock.wake(rungId, pastTime);
      });
      await clock.wake(id(1), pastTime);
      await vi.waitFor(() => expect(rings).toBe(3), patience);
    });

    test('never runs more rings than it was told', async () => {
      let running = 0;
      let mostRunning = 0;
      let ended = 0;
      const clock = await openListening(async () => {
        running += 1;
        mostRunning = Math.max(mostRunning, running);
        await sleep(30);
        running -= 1;
        ended += 1;
      }, 3);
      await Promise.all(Array.from({ length: 30 }, (_, index) => clock.wake(id(index), pastTime)));
      await vi.waitFor(() => expect(ended).toBe(30), patience);
      expect(mostRunning).toBe(3);
    });

    test('a ring that throws is reported, spent, and does not stop the clock', async () => {
      const { rung, ring } = createRecorder();
      const clock = await openListening(async (rungId) => {
        await ring(rungId);
        if (rungId === id(1)) throw new Error('this one fails');
      }, 1);
      await clock.wake(id(1), pastTime);
      await clock.wake(id(2), inMs(300));
      await vi.waitFor(() => expect(rung).toEqual([id(1), id(2)]), patience);
      expect(faults).toEqual([{ kind: 'ring-failed', id: id(1), cause: new Error('this one fails') }]);
    });

    test('stopListening waits for running rings and starts no other', async () => {
      const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
      const started: JobId[] = [];
      const clock = await openListening(async (rungId) => {
        started.push(rungId);
        await gate;
      }, 1);
      await clock.wake(id(1), pastTime);
      await clock.wake(id(2), pastTime);
      await vi.waitFor(() => expect(started).toEqual([id(1)]), patience);
      let hasStopped = false;
      const stopping = clock.stopListening().then(() => {
        hasStopped = true;
      });
      await sleep(200);
      expect(hasStopped).toBe(false);
      openGate();
      await stopping;
      await clock.wake(id(3), pastTime);
      await sleep(300);
      expect(started).toEqual([id(1)]);
      expect(faults).toEqual([]);
    });

    test('is listened to once', async () => {
      const clock = await openListening(async () => {});
      await expect(clock.listen(async () => {}, { concurrency: 1 })).rejects.toThrow('once');
      await clock.stopListening();
      await expect(clock.listen(async () => {}, { concurrency: 1 })).rejects.toThrow('once');
    });

    test('after closing, waking is ignored and the probe says so', async () => {
      const { rung, ring } = createRecorder();
      const clock = await openListening(ring);
      await clock.probe();
      await clock.close();
      await clock.close();
      await clock.wake(id(1), pastTime);
      await expect(clock.probe()).rejects.toThrow();
      await sleep(100);
      expect(rung).toEqual([]);
      expect(faults).toEqual([]);
    });

    test('an idle clock closes quickly', async () => {
      const clock = await openListening(async () => {});
      await clock.wake(id(1), inMs(3_600_000));
      const startedMs = performance.now();
      await clock.close();
      expect(performance.now() - startedMs).toBeLessThan(5_000);
    });

    test('two thousand alarms all ring', async () => {
      const rung = new Set<JobId>();
      const clock = await openListening(async (rungId) => void rung.add(rungId), 50);
      const at = inMs(300);
      await Promise.all(Array.from({ length: 2_000 }, (_, index) => clock.wake(id(index), index % 2 ? at : pastTime)));
      await vi.waitFor(() => expect(rung.size).toBe(2_000), { timeout: 25_000, interval: 50 });
    });

    test('a delay beyond 2^31 ms is kept', async () => {
      const { rung, ring } = createRecorder();
      const clock = await openListening(ring);
      await clock.wake(id(1), inMs(2 ** 31 + 1_000));
      await clock.wake(id(2), inMs(10 * 2 ** 31));
      await clock.wake(id(3), inMs(200));
      await vi.waitFor(() => expect(rung).toEqual([id(3)]), patience);
      await sleep(300);
      expect(rung).toEqual([id(3)]);
      expect(faults).toEqual([]);
    });

    if (store === undefined) return;

    describe('with others', () => {
      test('alarms set by a clock that never listens ring elsewhere', async () => {
        const { rung, ring } = createRecorder();
        const [web] = [await openClock(), await openListening(ring)];
        await web.wake(id(1), pastTime);
        await web.wake(id(2), inMs(300));
        await vi.waitFor(() => expect(rung).toEqual([id(1), id(2)]), patience);
      });

      test('alarms outlive the clock that set them', async () => {
        const { rung, ring } = createRecorder();
        const first = await openClock();
        await first.wake(id(1), inMs(200));
        await first.close();
        await openListening(ring);
        await vi.waitFor(() => expect(rung).toEqual([id(1)]), patience);
      });

      test('listeners share the load', async () => {
        const heard: [Set<JobId>, Set<JobId>] = [new Set(), new Set()];
        for (const ids of heard) {
          await openListening(async (rungId) => {
            ids.add(rungId);
            await sleep(20);
          }, 1);
        }
        const waker = await openClock();
        for (let index = 0; index < 60; index += 1) await waker.wake(id(index), pastTime);
        await vi.waitFor(() => expect(new Set([...heard[0], ...heard[1]]).size).toBe(60), patience);
        expect(heard[0].size).toBeGreaterThan(0);
        expect(heard[1].size).toBeGreaterThan(0);
      });

      test('an alarm fetched while stopping rings elsewhere', async () => {
        const { rung, ring } = createRecorder();
        const leaving = await openListening(ring, 5);
        const waker = await openClock();
        const ids = Array.from({ length: 50 }, (_, index) => id(index));
        const waking = Promise.all(ids.map((each) => waker.wake(each, pastTime)));
        await leaving.stopListening();
        await waking;
        await openListening(ring, 5);
        await vi.waitFor(() => expect(new Set(rung).size).toBe(50), patience);
      });
    });

    describe('in an outage', () => {
      test('waking resolves, is reported once, and rings when the store is back', async () => {
        const { rung, ring } = createRecorder();
        const clock = await openListening(ring);
        await clock.probe();
        await store.cut();
        await clock.wake(id(1), pastTime);
        await clock.wake(id(2), pastTime);
        await expect(clock.probe()).rejects.toThrow();
        expect(faults.filter(({ kind }) => kind === 'wake-postponed')).toMatchObject([{ id: id(1) }]);
        await store.mend();
        await vi.waitFor(() => expect(new Set(rung)).toEqual(new Set([id(1), id(2)])), {
          ...patience,
          timeout: 25_000,
        });
        await clock.probe();
      });

      test('a ring that spans the outage ends, and the clock goes on', async () => {
        const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
        const { rung, ring } = createRecorder();
        const clock = await openListening(async (rungId) => {
          if (rungId === id(1)) await gate;
          await ring(rungId);
        });
        await clock.wake(id(1), pastTime);
        await clock.wake(id(2), inMs(100));
        await vi.waitFor(() => expect(rung).toEqual([id(2)]), patience);
        await store.cut();
        openGate();
        await vi.waitFor(() => expect(rung).toEqual([id(2), id(1)]), patience);
        await store.mend();
        await clock.wake(id(3), pastTime);
        await vi.waitFor(() => expect(rung).toContain(id(3)), { ...patience, timeout: 25_000 });
      });

      test('closing does not wait for a dead store', async () => {
        const clock = await openListening(async () => {});
        await store.cut();
        await clock.wake(id(1), pastTime);
        const startedMs = performance.now();
        await clock.close();
        expect(performance.now() - startedMs).toBeLessThan(10_000);
      });

      test('waking and closing do not wait for a silent store', async () => {
        const clock = await openListening(async () => {});
        store.freeze();
        const startedMs = performance.now();
        await clock.wake(id(1), pastTime);
        await expect(clock.probe()).rejects.toThrow();
        await clock.close();
        expect(performance.now() - startedMs).toBeLessThan(20_000);
      });
    });
  });
}

function id(index: number): JobId {
  return `0198a0c4-0000-7000-8000-${String(index).padStart(12, '0')}` as JobId;
}

function inMs(delayMs: number): Date {
  return new Date(Date.now() + delayMs);
}

function createRecorder(): { readonly rung: JobId[]; readonly ring: Ring } {
  const rung: JobId[] = [];
  return {
    rung,
    async ring(id) {
      rung.push(id);
    },
  };
}
