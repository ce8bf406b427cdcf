import { expect, test } from 'vitest';
import { createSlots } from '../../src/bots/slots.ts';

test('so many run at once, the others in the order they came, and a failure frees its place', async () => {
  const inSlot = createSlots(2);
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const begun: number[] = [];
  const running = gates.map(({ promise }, number) =>
    inSlot(() => {
      begun.push(number);
      return promise;
    }),
  );
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  const failed = expect(running[1]).rejects.toThrow('reset');
  gates[1]?.reject(new Error('reset'));
  await failed;
  expect(begun).toEqual([0, 1, 2]);
  gates[0]?.resolve();
  await running[0];
  expect(begun).toEqual([0, 1, 2, 3]);
  for (const gate of gates) gate.resolve();
  await Promise.all([running[2], running[3], running[4]]);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});
