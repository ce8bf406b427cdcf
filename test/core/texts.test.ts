import { describe, expect, it } from 'vitest';
import { type Failure, failureKinds } from '../../src/core/failure.ts';
import { textsFor } from '../../src/core/texts/texts.ts';

const title = 'RunComfy';
const texts = textsFor('en');

function failure(kind: Failure['kind'], more: Partial<Failure> = {}): Failure {
  return { kind, charged: 'no', code: 'E-4711', detail: 'HTTP 422 {"internal":"trace"}', ...more };
}

describe.each(failureKinds)('the sentence for %s', (kind) => {
  const said = texts.failed(failure(kind), title);

  it('is plain: what, what it cost, what next; no more', () => {
    const sentences = said.match(/[^.!?]+[.!?](?=\s|$)/g) ?? [];
    expect(sentences.join('')).toBe(said);
    expect(sentences.length).toBeLessThanOrEqual(3);
    expect(said.length).toBeLessThan(200);
    expect(said).toMatch(/^[A-Z]/);
    expect(said).not.toMatch(/undefined|null|\s\s|\n/);
  });

  it('shows nobody a code or the words of the provider', () => {
    expect(said).not.toContain('4711');
    expect(said).not.toContain('422');
    expect(said).not.toContain('trace');
    expect(said).not.toContain(kind.includes('-') ? kind : '{');
  });
});

it('a hint of ours is passed on as a sentence', () => {
  expect(texts.failed(failure('bad-input', { hint: 'picture-too-small' }), title)).toBe(
    'RunComfy could not use this request: The picture is too small. Nothing was taken from your quota. Change it and try again.',
  );
});

it('a hint of an earlier version, stored as a sentence, is passed on as it is', () => {
  const stored = JSON.parse(
    JSON.stringify(failure('bad-input', { hint: 'picture-format' })).replace('picture-format', 'Too small.'),
  );
  expect(texts.failed(stored, title)).toContain('this request: Too small. Nothing');
  expect(textsFor('de').failed(stored, title)).toContain(': Too small. Von deinem');
});

it.each([undefined, 'stopped', 'asked', 'too-late', 'not-offered', 'not-sent'] as const)(
  'a cancellation that ended as %s says so and that nothing was taken',
  (how) => {
    expect(texts.cancelled(how, title)).toMatch(/^Cancelled\. .*Nothing was taken from your quota\.$/);
  },
);

it.each([
  ['today’s clips', texts.overClipsPerDay(10, 'in 5 h'), 'You have used your 10 clips of today. More in 5 h.'],
  ['one clip', texts.overClipsPerDay(1, 'in 5 h'), 'You have used your 1 clip of today. More in 5 h.'],
  ['none', texts.overClipsPerDay(0, ''), 'Clips are switched off for you here. An admin can change that.'],
  ['none at once', texts.overConcurrent(0), 'Clips are switched off for you here. An admin can change that.'],
  [
    'the budget',
    texts.admin.over.budget('tenant', 'in 12 days'),
    'This place has spent its budget of the month. More in 12 days.',
  ],
  ['nobody', texts.nobodyCan([]), 'No provider is switched on here. Whoever runs this bot can change that.'],
])('over the limit: %s', (_name, said, expected) => expect(said).toBe(expected));

describe('when', () => {
  const now = new Date('2026-11-21T18:48:00Z');

  it.each([
    ['2026-11-22T00:00:00Z', 'in 5 h 12 min (00:00 UTC)'],
    ['2026-11-21T19:48:00Z', 'in 1 h (19:48 UTC)'],
    ['2026-11-21T18:49:00Z', 'in 1 min (18:49 UTC)'],
    ['2026-12-01T00:00:00Z', 'in 9 days (00:00 UTC)'],
    ['2026-11-21T18:48:20Z', 'in a moment'],
    ['2026-11-21T18:48:00Z', 'just now'],
    ['2026-11-21T18:47:40Z', 'just now'],
    ['2026-11-21T18:45:00Z', '3 min ago'],
    ['2026-11-21T16:48:00Z', '2 h ago'],
    ['2026-11-20T17:47:00Z', '25 h 1 min ago'],
    ['2026-11-18T18:48:00Z', '3 days ago'],
  ])('%s is %s', (at, words) => expect(texts.when(new Date(at), now)).toBe(words));
});
