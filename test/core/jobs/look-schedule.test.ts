import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateReadyAt, expectedSeconds, secondsToNextLook } from '../../../src/core/jobs/look-schedule.ts';

/** The same numbers in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Watched {
  readonly looks: number;
  /** Seconds from ready to seen. */
  readonly lag: number;
}

/** Looks as the schedule says until a look finds the clip. */
function watch(renderSeconds: number, history: readonly number[], expectsCallBack = false): Watched {
  let elapsed = secondsToNextLook({ elapsedSeconds: 0, looks: 0, history, expectsCallBack });
  let looks = 1;
  while (elapsed < renderSeconds) {
    elapsed += secondsToNextLook({ elapsedSeconds: elapsed, looks, history, expectsCallBack });
    looks += 1;
  }
  return { looks, lag: elapsed - renderSeconds };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

describe('without a history', () => {
  it('five seconds, then a quarter more each time, up to fifteen', () => {
    const gaps = Array.from({ length: 8 }, (_, looks) =>
      secondsToNextLook({ elapsedSeconds: looks * 10, looks, history: [], expectsCallBack: false }),
    );
    expect(gaps.map((gap) => Number(gap.toFixed(2)))).toEqual([5, 6.25, 7.81, 9.77, 12.21, 15, 15, 15]);
  });

  it('four renders are not a history yet, five are', () => {
    const first = { elapsedSeconds: 0, looks: 0, expectsCallBack: false };
    expect(secondsToNextLook({ ...first, history: [60, 60, 60, 60] })).toBe(5);
    expect(secondsToNextLook({ ...first, history: [60, 60, 60, 60, 60] })).toBeCloseTo(60, -1);
    expect(expectedSeconds([60, 60, 60, 60])).toBeNull();
  });
});

describe('with a history of 60 s renders of ±30 % spread', () => {
  const random = createRandom(7);
  const render = (): number => 60 * (0.7 + 0.6 * random());
  const watched: Watched[] = [];
  let history: number[] = [];
  for (let each = 0; each < 2000; each += 1) {
    const seconds = render();
    if (each >= 100)
      watched.push(
        watch(
          seconds,
          history.toSorted((a, b) => a - b),
        ),
      );
    history = [seconds, ...history].slice(0, 100);
  }
  const lag = median(watched.map((each) => each.lag));
  const looks = mean(watched.map((each) => each.looks));

  it(`finds a clip soon after it is ready (median lag ${lag.toFixed(2)} s) with few looks (${looks.toFixed(2)} each)`, () => {
    expect(lag).toBeLessThan(2);
    expect(looks).toBeLessThanOrEqual(10);
  });

  it('is never long behind, even for a straggler', () => {
    expect(Math.max(...watched.map((each) => each.lag))).toBeLessThan(15);
  });

  it('the history that looking itself writes down stays true', () => {
    let estimates: number[] = [];
    const at = (seconds: number): Date => new Date(seconds * 1000);
    for (let each = 0; each < 1000; each += 1) {
      const seconds = render();
      const known = estimates.toSorted((a, b) => a - b);
      let last = 0;
      let elapsed = secondsToNextLook({ elapsedSeconds: 0, looks: 0, history: known, expectsCallBack: false });
      for (let count = 1; elapsed < seconds; count += 1) {
        last = elapsed;
        elapsed += secondsToNextLook({ elapsedSeconds: elapsed, looks: count, history: known, expectsCallBack: false });
      }
      const ready = estimateReadyAt(at(0), last === 0 ? null : at(last), at(elapsed));
      estimates = [ready.getTime() / 1000, ...estimates].slice(0, 100);
    }
    expect(median(estimates)).toBeGreaterThan(50);
    expect(median(estimates)).toBeLessThan(70);
  });
});

describe('a call-back that is expected', () => {
  it.each([[[]], [[50, 55, 60, 65, 70]]])('makes every gap four times wider (history %j)', (history) => {
    for (const [elapsedSeconds, looks] of [
      [0, 0],
      [30, 2],
      [61, 5],
      [200, 12],
    ] as const) {
      const plain = secondsToNextLook({ elapsedSeconds, looks, history, expectsCallBack: false });
      const patient = secondsToNextLook({ elapsedSeconds, looks, history, expectsCallBack: true });
      expect(patient).toBeCloseTo(plain * 4);
    }
  });
});

describe('when it is expected', () => {
  it('between the tenth and the ninetieth of a hundred', () => {
    const expected = expectedSeconds(Array.from({ length: 101 }, (_, each) => each));
    expect(expected).toEqual({ from: 10, to: 90 });
  });
});

describe('when it was ready', () => {
  const accepted = new Date(0);
  const now = new Date(60_000);

  it.each([
    ['half-way back to the last look', new Date(56_000), 58_000],
    ['no further back than a tenth of the render', new Date(20_000), 54_000],
    ['nor for the first look of all', null, 54_000],
    ['right now after a look of right now', now, 60_000],
  ])('%s', (_name, lastLook, expected) => {
    expect(estimateReadyAt(accepted, lastLook, now).getTime()).toBe(expected);
  });
});

describe('for every render', () => {
  const seconds = fc.double({ min: 0, max: 3600, noNaN: true });
  const looking = fc.record({
    elapsedSeconds: fc.double({ min: 0, max: 100_000, noNaN: true }),
    looks: fc.nat(10_000),
    history: fc.array(seconds, { maxLength: 40 }).map((all) => all.toSorted((a, b) => a - b)),
    expectsCallBack: fc.boolean(),
  });

  it('the next look is a moment in the future', () => {
    fc.assert(
      fc.property(looking, (each) => {
        const gap = secondsToNextLook(each);
        expect(Number.isFinite(gap)).toBe(true);
        expect(gap).toBeGreaterThan(0.04);
      }),
      { numRuns: 3000 },
    );
  });

  it('looking ends, and does not drown the provider', () => {
    const history = fc.array(seconds, { minLength: 5, maxLength: 40 }).map((all) => all.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(history, fc.double({ min: 0.1, max: 1800, noNaN: true }), (known, render) => {
        const { looks } = watch(render, known);
        expect(looks).toBeLessThan(60 + render / 0.5);
      }),
    );
  });

  it('what is expected begins before it ends', () => {
    fc.assert(
      fc.property(looking, ({ history }) => {
        const expected = expectedSeconds(history);
        if (expected !== null) expect(expected.from).toBeLessThanOrEqual(expected.to);
      }),
    );
  });
});
