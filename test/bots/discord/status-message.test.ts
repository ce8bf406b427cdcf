import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawStatus } from '../../../src/bots/discord/status-message.ts';
import { movesUntil } from '../../../src/bots/status-parts.ts';
import type { StatusView } from '../../../src/core/delivery/delivery.ts';
import { textsFor } from '../../../src/core/texts/texts.ts';
import type { JobId } from '../../../src/core/values.ts';
import { statusView } from '../../contracts/courier-contract.ts';

const job = '0198c0de-0000-7000-8000-000000000001' as JobId;
const began = 1_800_000_000;
const at = (second: number): Date => new Date((began + second) * 1000);

function rendering(of: Partial<StatusView> = {}): StatusView {
  return {
    ...statusView(job, 'rendering', 'fal is rendering it.'),
    prompt: 'a paper boat',
    summary: 'Hailuo 2.3 · 6 s · 768P',
    provider: 'fal',
    acceptedAt: began - 5,
    renderingSince: began,
    ...of,
  };
}

const lines = (view: StatusView, now = at(30)): string[] => drawStatus(view, now).content.split('\n');

describe('a status message', () => {
  test('says who, what, where it stands and when it is expected, in times that tick at the reader', () => {
    expect(lines(rendering({ expected: { from: began + 40, to: began + 80 } }))).toEqual([
      '🎬 **Ann** · Hailuo 2.3 · 6 s · 768P',
      '> a paper boat',
      'fal is rendering it.',
      '▰▰▰▰▰▰▰▱▱▱▱▱▱▱',
      `-# fal · rendering began <t:${began}:R> · ready <t:${began + 40}:R> at the earliest, <t:${began + 80}:R> at the latest`,
    ]);
  });

  test('in a line it says which number', () => {
    const [, , sentence, facts] = lines({ ...statusView(job, 'queued', 'Waiting in line at fal.'), place: 3 });
    expect([sentence, facts]).toEqual(['Waiting in line at fal.', '-# number 3 in line · asked <t:1800000000:R>']);
  });

  test.each([
    [0, '▱▱▱▱▱▱▱▱▱▱▱▱▱▱ 0 %'],
    [0.52, '▰▰▰▰▰▰▰▱▱▱▱▱▱▱ 52 %'],
    [1, '▰▰▰▰▰▰▰▰▰▰▰▰▰▰ 100 %'],
    [7, '▰▰▰▰▰▰▰▰▰▰▰▰▰▰ 100 %'],
    [-1, '▱▱▱▱▱▱▱▱▱▱▱▱▱▱ 0 %'],
  ])('a provider that tells %f has it drawn', (fraction, bar) => {
    expect(lines(rendering({ fraction }))).toContain(bar);
  });

  test('an estimate never fills the bar, and nobody knows without one', () => {
    const view = rendering({ expected: { from: began + 40, to: began + 80 } });
    expect(lines(view, at(3600))).toContain('▰▰▰▰▰▰▰▰▰▰▰▰▰▱');
    expect(lines(view, at(-10))).toContain('▱▱▱▱▱▱▱▱▱▱▱▱▱▱');
    expect(drawStatus(rendering(), at(30)).content).not.toMatch(/[▰▱]/);
  });

  test('only an estimated bar moves without news, and only until the clip is due', () => {
    const expected = { from: began + 40, to: began + 80 };
    expect(movesUntil(rendering({ expected }))).toEqual(at(80));
    expect(movesUntil(rendering({ expected, fraction: 0.1 }))).toBeNull();
    expect(movesUntil(rendering())).toBeNull();
    expect(movesUntil({ ...rendering({ expected }), state: 'delivering' })).toBeNull();
  });

  test('its buttons lead back to the job', () => {
    const view = { ...rendering(), buttons: [{ action: 'cancel', job, label: 'Cancel' }] } as const;
    const [row] = drawStatus(view, at(0)).components;
    expect(row).toMatchObject({ components: [{ custom_id: `hailuo:cancel:${job}`, label: 'Cancel' }] });
    expect(drawStatus(rendering(), at(0)).components).toEqual([]);
  });

  test('speaks the language of whoever asked', () => {
    const view = rendering({ locale: 'de' });
    const words = textsFor('de').discord.status;
    expect(lines(view).at(-1)).toBe(`-# fal · ${words.rendering(`<t:${began}:R>`)}`);
  });

  test('without the prompt it is the same message', () => {
    expect(drawStatus(rendering(), at(0), false).content).not.toContain('boat');
  });

  test('whatever people write: within the limit, on its lines, nobody pinged', () => {
    const text = fc.string({
      unit: fc.constantFrom('@everyone ', '<@123>', '`', '*', '[a](https://b.c)', '\n', '🎬', 'a'),
    });
    const long = (most: number) =>
      fc.oneof(text, fc.string({ unit: fc.constantFrom('*', '`', '\\'), minLength: most, maxLength: most }));
    fc.assert(
      fc.property(long(2000), long(100), long(600), long(100), (prompt, name, sentence, provider) => {
        const expected = { from: began + 40, to: began + 80 };
        const view = rendering({
          prompt,
          asker: { person: 'p', name },
          sentence,
          provider,
          summary: sentence,
          expected,
          place: 12,
        });
        const { content, allowed_mentions } = drawStatus(view, at(30));
        expect(content.length).toBeLessThanOrEqual(2000);
        expect(content).not.toMatch(/(?<!\\)[@[]|(?<!\\)<(?!t:)/);
        expect(content.split('\n').length).toBeLessThanOrEqual(5);
        expect(allowed_mentions).toEqual({ parse: [] });
      }),
    );
  });
});
