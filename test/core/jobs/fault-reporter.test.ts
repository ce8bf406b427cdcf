import { expect, test } from 'vitest';
import { createFaultReporter } from '../../../src/core/jobs/fault-reporter.ts';

function openReporter() {
  const messages: unknown[] = [];
  let nowMs = 0;
  const faults = createFaultReporter({
    now: () => new Date(nowMs),
    onError: ({ cause }) => messages.push(cause instanceof Error ? cause.message : cause),
  });
  return {
    faults,
    messages,
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

test('the same message is reported once a minute, others at once', () => {
  const { faults, messages, pass } = openReporter();
  for (let second = 0; second < 90; second += 1) {
    faults.connection(new Error('refused'));
    pass(1_000);
  }
  faults.connection(new Error('reset'));
  expect(messages).toEqual(['refused', 'refused', 'reset']);
});

test('messages that are never the same do not pile up unread', () => {
  const { faults, messages } = openReporter();
  for (let count = 0; count < 1_000; count += 1) faults.connection(`no lock for ${count}`);
  expect(messages).toHaveLength(1_000);
});

test('nothing is reported once silenced', () => {
  const { faults, messages } = openReporter();
  faults.silence();
  faults.connection(new Error('closed'));
  expect(messages).toEqual([]);
});
