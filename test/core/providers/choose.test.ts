import { describe, expect, it } from 'vitest';
import type { Obstacle, OfferNote } from '../../../src/core/problems.ts';
import { choose, type Field, type Standpoint } from '../../../src/core/providers/choose.ts';
import type { VideoProvider } from '../../../src/core/providers/provider.ts';
import type { VideoRequest } from '../../../src/core/request.ts';
import { type MicroUsd, usd } from '../../../src/core/values.ts';
import { sampleJob } from '../../support/sample-job.ts';

const now = new Date('2026-11-21T12:00:00Z');
const soon = new Date('2026-11-21T12:01:00Z');
const later = new Date('2026-11-21T12:05:00Z');
const { request } = sampleJob();
const picture = {
  id: 'p',
  kind: 'picture',
  type: 'image/png',
  bytes: 10,
  width: 640,
  height: 480,
} as unknown as NonNullable<VideoRequest['firstFrame']>;

const cannot = (provider: string): Obstacle => ({ kind: 'last-picture-alone', provider });
const mayDiffer: OfferNote = { kind: 'version-unsaid', provider: 'A', isPromptRewritingUnsaid: false };

interface Sketch {
  readonly id: string;
  readonly price?: MicroUsd;
  readonly note?: OfferNote;
  readonly cannot?: Obstacle;
  readonly mayYet?: true;
  readonly stands?: Standpoint;
  readonly median?: number;
  readonly takesNoPicture?: boolean;
}

function chosen(sketches: readonly Sketch[], more: Partial<Field> = {}, asked: Partial<VideoRequest> = {}) {
  const byId = new Map(sketches.map((sketch) => [sketch.id, sketch]));
  const providers = sketches.map(({ id, price, note, cannot, mayYet }): VideoProvider => {
    const offered = {
      outcome: 'offered',
      model: `${id}/1`,
      body: null,
      ...(price !== undefined && { price }),
      ...(note !== undefined && { note }),
    } as const;
    return {
      id,
      title: id.toUpperCase(),
      pictures: [],
      paces: [],
      slots: 'unlimited',
      offer: () =>
        cannot === undefined
          ? offered
          : { outcome: 'impossible', obstacle: cannot, ...(mayYet && { isProvisional: mayYet }) },
      submit: () => Promise.reject(new Error('nobody submits here')),
      poll: () => Promise.reject(new Error('nobody looks here')),
    };
  });
  const choice = choose(
    { ...request, ...asked },
    {
      providers,
      routing: 'order',
      benched: {},
      now,
      standpoint: ({ id }) => byId.get(id)?.stands ?? { is: 'free' },
      median: (id) => byId.get(id)?.median ?? null,
      canBeGiven: ({ id }) => byId.get(id)?.takesNoPicture !== true,
      ...more,
    },
  );
  if (choice.outcome === 'nobody') return choice;
  return { ...choice, provider: choice.provider.id };
}

const away = (until: Date, byOperator = false): Standpoint => ({ is: 'away', until, byOperator });
const full: Standpoint = { is: 'full' };

describe('who renders', () => {
  it.each([
    [
      'the first in the operator’s order',
      [
        { id: 'a', price: usd(9) },
        { id: 'b', price: usd(1) },
      ],
      {},
      'a',
    ],
    [
      'the cheapest',
      [
        { id: 'a', price: usd(9) },
        { id: 'b', price: usd(1) },
      ],
      { routing: 'cheapest' },
      'b',
    ],
    ['one with a price before one without', [{ id: 'a' }, { id: 'b', price: usd(1) }], { routing: 'cheapest' }, 'b'],
    ['the first of two without a price', [{ id: 'a' }, { id: 'b' }], { routing: 'cheapest' }, 'a'],
    [
      'the fastest',
      [
        { id: 'a', median: 90 },
        { id: 'b', median: 60 },
      ],
      { routing: 'fastest' },
      'b',
    ],
    ['one not measured yet, so that it is', [{ id: 'a', median: 90 }, { id: 'b' }], { routing: 'fastest' }, 'b'],
    ['one that can', [{ id: 'a', cannot: cannot('a') }, { id: 'b' }], {}, 'b'],
    ['one with a slot free before a full one', [{ id: 'a', stands: full }, { id: 'b' }], {}, 'b'],
    [
      'the cheapest of those with a slot free',
      [
        { id: 'a', price: usd(1), stands: full },
        { id: 'b', price: usd(3) },
        { id: 'c', price: usd(2) },
      ],
      { routing: 'cheapest' },
      'c',
    ],
    [
      'the first in line where all are full',
      [
        { id: 'a', stands: full },
        { id: 'b', stands: full },
      ],
      {},
      'a',
    ],
    [
      'a full one before one that is away',
      [
        { id: 'a', stands: away(soon) },
        { id: 'b', stands: full },
      ],
      {},
      'b',
    ],
    [
      'an exact offer before one with a note',
      [
        { id: 'a', note: mayDiffer },
        { id: 'b', price: usd(9) },
      ],
      { routing: 'cheapest' },
      'b',
    ],
    [
      'the one with a note where there is no other',
      [
        { id: 'a', note: mayDiffer },
        { id: 'b', stands: away(soon) },
      ],
      {},
      'a',
    ],
    ['one that is not benched', [{ id: 'a' }, { id: 'b' }], { benched: { a: 'never' } }, 'b'],
    ['one whose bench is over', [{ id: 'a' }, { id: 'b' }], { benched: { a: now.toISOString() } }, 'a'],
  ] as [string, Sketch[], Partial<Field>, string][])('%s', (_what, sketches, more, expected) => {
    expect(chosen(sketches, more)).toMatchObject({ outcome: 'chosen', provider: expected });
  });

  it('only the one that was asked for', () => {
    expect(chosen([{ id: 'a' }, { id: 'b' }], {}, { provider: 'b' })).toMatchObject({ provider: 'b' });
    expect(chosen([{ id: 'a' }, { id: 'b', cannot: cannot('b') }], {}, { provider: 'b' })).toEqual({
      outcome: 'nobody',
      obstacles: [cannot('b')],
      isProvisional: false,
    });
  });

  it('nobody who cannot be given the picture', () => {
    const sketches = [{ id: 'a', takesNoPicture: true }, { id: 'b' }];
    expect(chosen(sketches, {}, { firstFrame: picture })).toMatchObject({ provider: 'b' });
    expect(chosen(sketches, {})).toMatchObject({ provider: 'a' });
    expect(chosen(sketches.slice(0, 1), {}, { firstFrame: picture })).toMatchObject({
      outcome: 'nobody',
      obstacles: [{ kind: 'no-way-for-picture', provider: 'A' }],
    });
  });
});

describe('who has to wait', () => {
  it.each([
    [
      'until the first comes back',
      [
        { id: 'a', stands: away(later) },
        { id: 'b', stands: away(soon) },
      ],
      {},
      { until: soon, provider: 'b', byOperator: false },
    ],
    [
      'as long as this job was told, if that is longer',
      [{ id: 'a', stands: away(soon) }],
      { benched: { a: later.toISOString() } },
      { until: later },
    ],
    [
      'as long as everybody was told, if that is longer',
      [{ id: 'a', stands: away(later) }],
      { benched: { a: soon.toISOString() } },
      { until: later },
    ],
    [
      'for the operator, when nobody comes back by itself',
      [{ id: 'a', stands: away(later, true) }],
      {},
      { byOperator: true },
    ],
    [
      'for time, when one of them does',
      [
        { id: 'a', stands: away(soon, true) },
        { id: 'b', stands: away(later) },
      ],
      {},
      { byOperator: false },
    ],
  ] as [string, Sketch[], Partial<Field>, object][])('%s', (_what, sketches, more, expected) => {
    expect(chosen(sketches, more)).toMatchObject({ outcome: 'wait', ...expected });
  });

  it('is told why when nobody can', () => {
    expect(
      chosen([
        { id: 'a', cannot: cannot('a') },
        { id: 'b', cannot: cannot('b') },
      ]),
    ).toEqual({
      outcome: 'nobody',
      obstacles: [cannot('a'), cannot('b')],
      isProvisional: false,
    });
    expect(
      chosen([
        { id: 'a', cannot: cannot('a') },
        { id: 'b', cannot: cannot('b'), mayYet: true },
      ]),
    ).toMatchObject({
      outcome: 'nobody',
      isProvisional: true,
    });
    expect(chosen([{ id: 'a' }], { benched: { a: 'never' } })).toEqual({
      outcome: 'nobody',
      obstacles: [],
      isProvisional: false,
    });
  });
});
