import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../src/core/jobs/backoff.ts';

describe('full jitter', () => {
  it.each([
    [1, 0.999, 1998],
    [2, 0.999, 3996],
    [3, 0.5, 4000],
    [5, 0.5, 16_000],
    [6, 0.5, 30_000],
    [50, 0.5, 30_000],
    [1, 0, 250],
    [9, 0, 250],
  ])('after %i faults, with %d drawn, waits %i ms', (faults, random, expected) => {
    expect(backoffMs(faults, random)).toBe(expected);
  });

  it('waits half of the doubled base on average', () => {
    const draws = Array.from({ length: 1000 }, (_, each) => backoffMs(4, each / 1000));
    expect(draws.reduce((sum, each) => sum + each, 0) / draws.length).toBeCloseTo(8000, -2);
  });

  it('can be told where to begin, where to stop and what is least', () => {
    expect(backoffMs(1, 0.5, { baseMs: 100, leastMs: 0 })).toBe(50);
    expect(backoffMs(10, 0.5, { mostMs: 5000 })).toBe(2500);
    expect(backoffMs(1, 0, { leastMs: 7000 })).toBe(7000);
  });

  it('is always a whole number of milliseconds within its limits', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), random, (faults, drawn) => {
        const wait = backoffMs(faults, drawn);
        expect(Number.isInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(250);
        expect(wait).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});
