import { defineConfig } from 'vitest/config';
import { createClosingLine } from './test/support/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A condition is waited for, not a time: on a busy machine it comes later and is no less true.
    expect: { poll: { timeout: 15_000 } },
    reporters: ['default', createClosingLine()],
  },
});
