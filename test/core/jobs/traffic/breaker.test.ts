import { describe, expect, it } from 'vitest';
import {
  type Breaker,
  closedBreaker,
  closedFaults,
  type Heard,
  hear,
  heardIn,
} from '../../../../src/core/jobs/traffic/breaker.ts';
import { awayUntil, standpointFrom } from '../../../../src/core/jobs/traffic/traffic.ts';

const start = new Date('2026-11-21T12:00:00Z');
const at = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);
const down: Heard = { heard: 'fault', cause: 'unavailable', reason: 'connection refused' };
const answer: Heard = { heard: 'answer' };

function after(events: readonly (readonly [Heard, number])[]): Breaker {
  return events.reduce((breaker, [heard, seconds]) => hear(breaker, heard, at(seconds)), closedBreaker);
}

const faults = (count: number, seconds = 0): (readonly [Heard, number])[] =>
  Array.from({ length: count }, () => [down, seconds] as const);

describe('a breaker', () => {
  const opened = faults(closedFaults);
  const badKey: Heard = { heard: 'fault', cause: 'bad-key', reason: 'no such key' };
  const noCredit: Heard = { heard: 'fault', cause: 'no-credit', reason: 'empty' };

  it.each([
    ['stays closed below so many faults', faults(closedFaults - 1), { state: 'closed', faults: closedFaults - 1 }],
    ['forgets faults at an answer', [...faults(4), [answer, 1] as const], closedBreaker],
    ['opens at so many in a row', opened, { state: 'open', cause: 'unavailable', probeAt: at(15) }],
    ['opens at once for a bad key', [[badKey, 0] as const], { state: 'open', cause: 'bad-key', probeAt: at(300) }],
    ['opens at once for an empty account', [[noCredit, 0] as const], { state: 'open', cause: 'no-credit' }],
    ['ignores calls that were under way when it opened', [...opened, ...faults(40, 3)], { probeAt: at(15), opens: 1 }],
    ['waits twice as long after a probe that failed', [...opened, [down, 16] as const], { probeAt: at(46), opens: 2 }],
    [
      'never waits longer than five minutes',
      [...opened, ...Array.from({ length: 9 }, (_, i) => [down, 1000 * (i + 1)] as const)],
      { probeAt: at(9300) },
    ],
    ['keeps when it opened', [...opened, [down, 16] as const], { openedAt: at(0) }],
    ['closes at an answer', [...opened, [answer, 16] as const], closedBreaker],
    ['takes the graver cause at once', [...opened, [badKey, 3] as const], { cause: 'bad-key', probeAt: at(303) }],
    [
      'waits as long as it was told',
      [...opened.slice(1), [{ ...down, retryAfterMs: 90_000 }, 0] as const],
      { probeAt: at(90) },
    ],
    [
      'pauses at a plea to go slower',
      [[{ heard: 'limited', retryAfterMs: 7000 }, 0] as const],
      { state: 'closed', pausedUntil: at(7) },
    ],
    [
      'never shortens a pause',
      [[{ heard: 'limited', retryAfterMs: 7000 }, 0] as const, [{ heard: 'limited', retryAfterMs: 1000 }, 1] as const],
      { pausedUntil: at(7) },
    ],
    [
      'keeps its pause over an answer',
      [[{ heard: 'limited', retryAfterMs: 7000 }, 0] as const, [down, 1] as const, [answer, 2] as const],
      { faults: 0, pausedUntil: at(7) },
    ],
  ] as [string, (readonly [Heard, number])[], Partial<Breaker>][])('%s', (_what, events, expected) => {
    expect(after(events)).toMatchObject(expected);
  });

  it('bounds the words it keeps', () => {
    expect(hear(closedBreaker, { ...down, reason: 'x'.repeat(5000) }, start).reason).toHaveLength(300);
  });

  it.each([
    ['bad-key', 'fault'],
    ['no-credit', 'fault'],
    ['unavailable', 'fault'],
    ['rate-limited', 'limited'],
    ['moderation', 'answer'],
    ['bad-input', 'answer'],
    ['not-found', 'answer'],
    ['other', 'answer'],
  ] as const)('hears %s as %s', (kind, heard) => {
    expect(heardIn({ kind, charged: 'no', detail: 'x' }).heard).toBe(heard);
  });
});

describe('how a provider stands', () => {
  const standing = { submit: closedBreaker, look: closedBreaker, slots: 2, running: 0, waiting: 0 };
  const open = after(faults(closedFaults));

  it.each([
    ['well, when nothing was ever heard', undefined, 0, { is: 'free' }],
    ['free with a slot left', { ...standing, running: 1 }, 0, { is: 'free' }],
    ['full when all run', { ...standing, running: 2 }, 0, { is: 'full' }],
    ['full when somebody waits already', { ...standing, running: 1, waiting: 1 }, 0, { is: 'full' }],
    ['free without a limit', { ...standing, slots: null, running: 5000 }, 0, { is: 'free' }],
    ['away while open', { ...standing, submit: open }, 1, { is: 'away', until: at(15), byOperator: false }],
    ['free again for a probe', { ...standing, submit: open }, 15, { is: 'free' }],
    [
      'away while paused',
      { ...standing, submit: { ...closedBreaker, pausedUntil: at(9) } },
      8,
      { is: 'away', until: at(9) },
    ],
    ['well, when only its looks fail', { ...standing, look: open }, 1, { is: 'free' }],
  ] as const)('%s', (_what, given, seconds, expected) => {
    expect(standpointFrom(given, at(seconds))).toMatchObject(expected);
  });

  it('rests until the later of its two reasons', () => {
    expect(awayUntil({ ...open, pausedUntil: at(60) }, at(1))).toEqual(at(60));
  });
});
