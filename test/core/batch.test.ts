import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBatcher } from '../../src/core/batch.ts';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

it('carries what one turn asked for in one run, in order', async () => {
  const runs: (readonly number[])[] = [];
  const double = createBatcher(async (items: readonly number[]) => {
    runs.push(items);
    return items.map((item) => item * 2);
  }, 10);
  expect(await Promise.all([double(1), double(2), double(3)])).toEqual([2, 4, 6]);
  expect(runs).toEqual([[1, 2, 3]]);
});

it('what arrives meanwhile goes into the next run; never two runs at once', async () => {
  let running = 0;
  let most = 0;
  const runs: (readonly number[])[] = [];
  const call = createBatcher(async (items: readonly number[]) => {
    running += 1;
    most = Math.max(most, running);
    runs.push(items);
    await nextTurn();
    running -= 1;
    return items;
  }, 10);
  const first = call(1);
  await Promise.resolve();
  const later = [call(2), call(3)];
  await Promise.all([first, ...later]);
  expect(runs).toEqual([[1], [2, 3]]);
  expect(most).toBe(1);
});

it('takes no more than it may into one run', async () => {
  const sizes: number[] = [];
  const call = createBatcher(async (items: readonly number[]) => {
    sizes.push(items.length);
    return items;
  }, 4);
  await Promise.all(Array.from({ length: 10 }, (_, item) => call(item)));
  expect(sizes).toEqual([4, 4, 2]);
});

it('a run that fails, at once or later, fails its own callers only', async () => {
  const call = createBatcher((items: readonly string[]): Promise<readonly string[]> => {
    if (items.includes('throws')) throw new Error('at once');
    return items.includes('rejects') ? Promise.reject(new Error('later')) : Promise.resolve(items);
  }, 1);
  const settled = await Promise.allSettled([call('a'), call('throws'), call('b'), call('rejects'), call('c')]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await call('d')).toBe('d');
});

it('a run that loses a result fails its callers instead of mixing them up', async () => {
  const call = createBatcher(async (items: readonly number[]) => items.slice(1), 10);
  const settled = await Promise.allSettled([call(1), call(2)]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

it('everybody gets the answer to their own question, however they come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.integer(), { maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (scheduler, items, most) => {
        const call = createBatcher(
          (batch: readonly number[]) => scheduler.schedule(Promise.resolve(batch.map((item) => `${item}`))),
          most,
        );
        const answers = Promise.all(items.map((item) => scheduler.schedule(Promise.resolve()).then(() => call(item))));
        await scheduler.waitFor(answers);
        expect(await answers).toEqual(items.map((item) => `${item}`));
      },
    ),
    { numRuns: 50 },
  );
});
