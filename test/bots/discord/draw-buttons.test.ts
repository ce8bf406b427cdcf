import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawButtons } from '../../../src/bots/discord/draw/buttons.ts';
import { customIdOf, readCustomId } from '../../../src/bots/discord/draw/custom-id.ts';
import { cut } from '../../../src/bots/discord/draw/cut.ts';
import type { Button, ButtonAction } from '../../../src/core/delivery/delivery.ts';
import type { JobId } from '../../../src/core/values.ts';
import { componentProblems, messageComponents } from '../../support/fake-discord/component-limits.ts';

const job = '01977c1e-7a54-7cc2-9f1b-3b2a4c1f0a11' as JobId;
const actions: readonly ButtonAction[] = ['cancel', 'again', 'remix', 'continue', 'retry'];
const button = (action: ButtonAction, label: string = action): Button => ({ action, job, label });

describe('a custom id', () => {
  test.each(actions)('of %s finds its way back', (action) => {
    const customId = customIdOf({ action, job });
    expect(customId.length).toBeLessThanOrEqual(100);
    expect(readCustomId(customId)).toEqual({ action, job });
  });

  test.each([
    ['of nobody', ''],
    ['of another bot', `other:cancel:${job}`],
    ['of a form', `hailuo-form:remix:job=${job}`],
    ['with an action there is not', `hailuo:delete:${job}`],
    ['with a job that is none', 'hailuo:cancel:1'],
    ['with more behind it', `hailuo:cancel:${job}:admin`],
    ['with words of a prototype', `hailuo:constructor:${job}`],
  ])('%s is none of ours', (_name, customId) => expect(readCustomId(customId)).toBeNull());

  test('whatever is sent is read or refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (customId) => {
        const read = readCustomId(customId);
        if (read !== null) expect(customIdOf(read).toLowerCase()).toBe(customId.toLowerCase());
      }),
    );
  });
});

describe('buttons', () => {
  test('stand in one row, and lead back into their command', () => {
    expect(drawButtons([button('again', 'Again'), button('remix', 'Remix')])).toEqual([
      {
        type: 1,
        components: [
          { type: 2, style: 2, custom_id: `hailuo:again:${job}`, label: 'Again' },
          { type: 2, style: 2, custom_id: `hailuo:remix:${job}`, label: 'Remix' },
        ],
      },
    ]);
  });

  test('none are no rows, which takes earlier ones away', () => expect(drawButtons([])).toEqual([]));

  test.each([
    ['https', 'https://bot.example/media/1?sig=2', true],
    ['http, as an intranet has it', 'http://bot.lan/media/1', true],
    ['a path, where there is no public address', '/media/1?sig=2', false],
    ['another scheme', 'javascript:alert(1)', false],
    ['longer than Discord takes', `https://bot.example/${'a'.repeat(500)}`, false],
  ])('a link with %s', (_name, url, isShown) => {
    const rows = drawButtons([button('again')], [{ label: 'Open the clip', url }]);
    expect(rows[0]?.components.slice(1)).toEqual(isShown ? [{ type: 2, style: 5, url, label: 'Open the clip' }] : []);
  });

  test('are within every limit, whatever they are', () => {
    const some = fc.record({
      action: fc.constantFrom(...actions),
      job: fc.uuid().map((id) => id as JobId),
      label: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 40 }), (buttons) => {
        const rows = drawButtons([...buttons, ...buttons]);
        expect(messageComponents.safeParse(rows).error).toBeUndefined();
        expect(componentProblems(rows, false)).toEqual([]);
      }),
    );
  });
});

test('a text is cut between characters, and says so', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, most) => {
      const kept = cut(text, most);
      expect(kept.length).toBeLessThanOrEqual(most);
      expect(kept.isWellFormed()).toBe(true);
      if (text.length > most) expect(text.startsWith(kept.slice(0, -1)) && kept.endsWith('…')).toBe(true);
      else expect(kept).toBe(text);
    }),
  );
});
