import type { Reporter, TestModule } from 'vitest/node';

/** Ends every run with one plain line that a person, a script and a build server read the same way. */
export function createClosingLine(): Reporter {
  return {
    onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
      const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
      for (const module of modules) {
        if (module.errors().length > 0) count.failed += 1;
        for (const test of module.children.allTests()) {
          const state = test.result().state;
          if (state !== 'pending') count[state] += 1;
        }
      }
      // After the default reporter's own summary, which is written in the same turn.
      setImmediate(() => {
        process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
      });
    },
  };
}
