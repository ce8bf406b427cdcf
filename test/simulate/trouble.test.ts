/** Random faults: how many, which, and the same again for the same seed. */
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/simulate/faults.ts';
import { createRunbase } from '../../src/simulate/runbase.ts';
import { startSimulation } from '../../src/simulate/server.ts';
import { createTrouble } from '../../src/simulate/trouble.ts';

const rateLimited = { status: 429 };
const calls = Array.from({ length: 1000 }, () => 'status');
const fates = (options: Partial<Parameters<typeof createTrouble>[0]>, operations: readonly string[] = calls) =>
  operations.map(createTrouble({ seed: '7', share: 0.3, service: 'fal', rateLimited, ...options }));

describe('trouble', () => {
  test.each([0, 0.3, 1])('comes to a share of %d of the calls', (share) => {
    const met = fates({ share }).filter((fault) => fault !== undefined);
    expect(met.length / calls.length).toBeCloseTo(share, 1);
  });

  test('is of every kind', () => {
    const kinds = Map.groupBy(fates({ share: 1 }), (fault) =>
      fault?.fault === 'answer' ? fault.reply.status : fault?.fault,
    );
    expect([...kinds.keys()].map(String).toSorted()).toEqual(['429', '502', 'cut', 'lose-answer', 'wait']);
    for (const { length } of kinds.values()) expect(length).toBeGreaterThan(150);
    expect(fates({ share: 1, rateLimited: undefined }).some((fault) => fault?.fault === 'answer')).toBe(true);
  });

  test('is the same for the same seed, whoever else calls meanwhile, and another for another seed', () => {
    const mixed = calls.flatMap((operation) => [operation, 'submit']);
    expect(fates({}, mixed).filter((_fault, index) => index % 2 === 0)).toEqual(fates({}));
    expect(fates({ seed: '8' })).not.toEqual(fates({}));
    expect(fates({ service: 'minimax' })).not.toEqual(fates({}));
  });
});

test('an order comes before chance, and whoever listens is told what became of each call', async () => {
  const told: [string | null, Outcome][] = [];
  const simulation = await startSimulation(createRunbase({ clip: new Uint8Array() }), 0, {
    chance: () => ({ fault: 'cut' }),
    told: ({ operation }, outcome) => told.push([operation, outcome]),
  });
  simulation.order('status', { fault: 'answer', reply: rateLimited });
  expect(await fetch(`${simulation.origin}/api/v1/runs/1`)).toMatchObject(rateLimited);
  await expect(fetch(`${simulation.origin}/api/v1/runs/1`)).rejects.toThrow();
  await expect(fetch(`${simulation.origin}/nowhere`)).resolves.toMatchObject({ status: 404 });
  expect(told).toEqual([
    ['status', rateLimited],
    ['status', 'cut'],
    [null, expect.objectContaining({ status: 404 })],
  ]);
  await simulation.close();
});

test('a port that is taken is an error, not a crash', async () => {
  const first = await startSimulation(createRunbase({ clip: new Uint8Array() }));
  const second = startSimulation(createRunbase({ clip: new Uint8Array() }), Number(new URL(first.origin).port));
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await first.close();
});
