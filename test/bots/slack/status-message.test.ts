import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DrawnMessage } from '../../../src/bots/slack/draw/blocks.ts';
import { drawStatus, lookOf, sayWith } from '../../../src/bots/slack/status-message.ts';
import type { StatusView } from '../../../src/core/delivery/delivery.ts';
import { textsFor } from '../../../src/core/texts/texts.ts';
import type { JobId, JobState } from '../../../src/core/values.ts';
import { statusView } from '../../contracts/courier-contract.ts';
import { blockProblems } from '../../support/fake-slack/block-limits.ts';

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

/** What stands in its paragraphs and under them, line by line. */
function lines({ blocks }: DrawnMessage): string[] {
  return blocks.flatMap((block) => {
    if (block.type === 'section') return (block.text?.text ?? '').split('\n');
    if (block.type === 'context')
      return [block.elements.map((element) => ('text' in element ? element.text : '')).join(' · ')];
    return [];
  });
}

function buttons({ blocks }: DrawnMessage): unknown[] {
  return blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
}

describe('a status message', () => {
  test('says who, what, where it stands and when it is expected, in the reader’s own time', () => {
    const drawn = drawStatus(rendering({ expected: { from: began + 40, to: began + 100 } }), at(35));
    expect(lines(drawn)).toEqual([
      '🎬 *Ann* · Hailuo 2.3 · 6 s · 768P',
      '> a paper boat',
      'fal is rendering it.',
      '▰▰▰▰▰▰▰▱▱▱▱▱▱▱',
      `rendering since <!date^${began}^{time}|08:00 UTC> · fal · ready between <!date^${began + 40}^{time}|08:00 UTC> and <!date^${began + 100}^{time}|08:01 UTC>`,
    ]);
    expect(drawn.text).toBe('🎬 Ann · Hailuo 2.3 · 6 s · 768P: fal is rendering it.');
  });

  test('in a line it says which number, and that it has not begun', () => {
    const drawn = drawStatus(rendering({ place: 3 }), at(0));
    expect(lines(drawn).at(-1)).toBe(`asked at <!date^${began - 5}^{time}|07:59 UTC> · fal · number 3 in line`);
  });

  test.each([
    [0, '▱▱▱▱▱▱▱▱▱▱▱▱▱▱ 0 %'],
    [0.52, '▰▰▰▰▰▰▰▱▱▱▱▱▱▱ 52 %'],
    [7, '▰▰▰▰▰▰▰▰▰▰▰▰▰▰ 100 %'],
    [-1, '▱▱▱▱▱▱▱▱▱▱▱▱▱▱ 0 %'],
  ])('a provider that tells %f has it drawn', (fraction, bar) => {
    expect(lines(drawStatus(rendering({ fraction }), at(1)))).toContain(bar);
  });

  test('an estimate never fills the bar, and there is none without one', () => {
    const view = rendering({ expected: { from: began + 40, to: began + 80 } });
    expect(lines(drawStatus(view, at(3600)))).toContain('▰▰▰▰▰▰▰▰▰▰▰▰▰▱');
    expect(lines(drawStatus(rendering(), at(30))).join('')).not.toMatch(/[▰▱]/);
  });

  test('an estimated bar moves without news', () => {
    const expected = { from: began + 40, to: began + 80 };
    expect(lookOf(drawStatus(rendering({ expected }), at(0)))).not.toBe(
      lookOf(drawStatus(rendering({ expected }), at(30))),
    );
  });

  test('done, it leads to the clip and bears the buttons that a file cannot', () => {
    const done = { ...rendering(), state: 'done', sentence: 'Ready after 40 s.' } as const;
    const drawn = drawStatus(done, at(60), 'https://acme.slack.com/archives/C1/p1?thread_ts=2&cid=C1');
    expect(lines(drawn)).toContain('<https://acme.slack.com/archives/C1/p1?thread_ts=2&amp;cid=C1|Open the clip>');
    expect(buttons(drawn)).toMatchObject(
      ['again', 'remix', 'continue'].map((action) => ({ action_id: `hailuo:${action}:${job}` })),
    );
    expect(lines(drawStatus(done, at(60))).join('')).not.toContain('Open the clip');
  });

  test('else its buttons are those it was given', () => {
    const drawn = drawStatus({ ...rendering(), buttons: [{ action: 'cancel', job, label: 'Stop it' }] }, at(0));
    expect(buttons(drawn)).toMatchObject([{ action_id: `hailuo:cancel:${job}`, text: { text: 'Stop it' } }]);
    expect(buttons(drawStatus(rendering(), at(0)))).toEqual([]);
  });

  test('speaks the language of whoever asked', () => {
    const words = textsFor('de').slack.courier;
    const when = `<!date^${began}^{time}|08:00 UTC>`;
    expect(lines(drawStatus(rendering({ locale: 'de' }), at(0))).at(-1)).toBe(
      `${sayWith(words.rendering, when)} · fal`,
    );
  });

  test('words of ours are escaped around those that Slack is to read', () => {
    expect(sayWith((from, to) => `${to} & <${from}>`, '<#C1>', '<#C2>')).toBe('<#C2> &amp; &lt;<#C1>&gt;');
  });

  test('whatever people write: within the limits, on its lines, nobody called', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('<!channel>', '<@U1>', '@here ', '`', '*', '_', '&', '<https://a.b|c>', '\n', '🎬', 'a'),
    });
    const long = (most: number) =>
      fc.oneof(nasty, fc.string({ unit: fc.constantFrom('<', '&', '*'), minLength: most, maxLength: most }));
    const states = fc.constantFrom<JobState>('queued', 'rendering', 'done', 'failed');
    fc.assert(
      fc.property(long(2000), long(100), long(600), long(100), states, (prompt, name, sentence, provider, state) => {
        const drawn = drawStatus(
          rendering({
            prompt,
            asker: { person: 'p', name },
            sentence,
            provider,
            summary: sentence,
            expected: { from: began + 40, to: began + 80 },
            place: 12,
            state,
          }),
          at(30),
          'https://acme.slack.com/archives/C1/p1',
        );
        expect(blockProblems('message', drawn.blocks)).toEqual([]);
        expect(drawn.text.length).toBeLessThanOrEqual(4000);
        const said = `${drawn.text}\n${lines(drawn).join('\n')}`;
        expect(said).not.toMatch(/<(?!!date\^|https:\/\/acme)/);
        expect(said).not.toMatch(/@here|<@/);
        expect(lines(drawn).length).toBeLessThanOrEqual(6);
      }),
    );
  });
});
