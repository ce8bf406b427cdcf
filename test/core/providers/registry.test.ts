import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { providers } from '../../../src/core/providers/registry.ts';
import { providerContract } from '../../contracts/provider-contract.ts';

test('ids are unique, and no two providers read the same setting', () => {
  const ids = providers.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const names = providers.flatMap(({ environment }) => Object.keys(environment.shape));
  expect(new Set(names).size).toBe(names.length);
});

for (const provider of providers) {
  const recording = readRecording(provider.id);
  if (recording === null) {
    test(`${provider.id} has a recording`, () => {
      expect.fail(`record test/fixtures/providers/${provider.id}.json: without it nobody knows that this works`);
    });
  } else providerContract(provider, recording);
}

function readRecording(id: string): unknown {
  try {
    return JSON.parse(readFileSync(new URL(`../../fixtures/providers/${id}.json`, import.meta.url), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
