import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHeap } from '../../../src/core/jobs/heap.ts';

test('gives back whatever was put in, smallest first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = createHeap<number>((one, other) => one < other);
      for (const number of numbers) heap.push(number);
      expect(heap.size).toBe(numbers.length);
      const taken = [];
      while (heap.size > 0) {
        const next = heap.peek();
        expect(heap.pop()).toBe(next);
        taken.push(next);
      }
      expect(taken).toEqual(numbers.toSorted((one, other) => one - other));
    }),
  );
});

test('an empty heap has nothing', () => {
  const heap = createHeap<number>((one, other) => one < other);
  heap.push(1);
  heap.clear();
  expect([heap.size, heap.peek(), heap.pop()]).toEqual([0, undefined, undefined]);
});
