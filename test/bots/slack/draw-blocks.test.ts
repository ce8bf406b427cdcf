import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  actions,
  button,
  context,
  fields,
  header,
  input,
  limits,
  link,
  message,
  modal,
  option,
  paginate,
  section,
  sections,
  sectionsOf,
} from '../../../src/bots/slack/draw/blocks.ts';
import { drawButtons, readButton } from '../../../src/bots/slack/draw/buttons.ts';
import { cutMrkdwn, splitMrkdwn } from '../../../src/bots/slack/draw/cut.ts';
import { escapeLine, escapeText } from '../../../src/bots/slack/mrkdwn.ts';
import type { ButtonAction } from '../../../src/core/delivery/delivery.ts';
import type { JobId } from '../../../src/core/values.ts';
import { blockProblems, viewProblems } from '../../support/fake-slack/block-limits.ts';

const job = '01977c1e-7a54-7cc2-9f1b-3b2a4c1f0a11' as JobId;

/** Anything people write, short or far too long, with what Slack gives a meaning to. */
const words = fc
  .tuple(
    fc.string({
      unit: fc.oneof(
        fc.constantFrom('&', '<', '>', '*', '_', '`', '@', ' ', '\n', '|'),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      ),
      minLength: 0,
      maxLength: 12,
    }),
    fc.integer({ min: 1, max: 600 }),
  )
  .map(([part, times]) => part.repeat(times));

const isWhole = (text: string): boolean =>
  text.isWellFormed() && !/&(?!(?:amp|lt|gt);)/.test(text) && !/<(?![^<>]*>)/.test(text);

describe('escaped text that is too long', () => {
  test.each([
    ['an escape', 'ab&amp;cd', 6, 'ab…'],
    ['an escape that fits', 'ab&amp;cd', 8, 'ab&amp;…'],
    ['a mention', 'hi <@U1> there', 7, 'hi …'],
    ['a character of two units', 'ab🎬cd', 4, 'ab…'],
    ['nothing', 'abc', 3, 'abc'],
  ])('is never cut within %s', (_name, text, most, kept) => expect(cutMrkdwn(text, most)).toBe(kept));

  test('is cut to its limit, and stays text wherever that falls', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 80 }), (text, most) => {
        const kept = cutMrkdwn(`${escapeText(text.toWellFormed())} <@U1> <https://a.b/c d|x y>`, most);
        expect(kept.length).toBeLessThanOrEqual(most);
        expect(isWhole(kept)).toBe(true);
      }),
    );
  });

  test('is split between lines before words, and between words before letters', () => {
    expect(splitMrkdwn('one two\nthree', 11)).toEqual(['one two', 'three']);
    expect(splitMrkdwn('one two three', 11)).toEqual(['one two', 'three']);
    expect(splitMrkdwn('onetwothree', 6)).toEqual(['onetwo', 'three']);
    expect(splitMrkdwn('ab <https://a.example|open it>', 28)).toEqual(['ab', '<https://a.example|open it>']);
    expect(splitMrkdwn(' \n ', 5)).toEqual([]);
  });

  test('is split into pieces that have all of it, each within its limit', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 90 }), (text, most) => {
        const escaped = escapeText(text.toWellFormed());
        const pieces = splitMrkdwn(escaped, most);
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(most);
          expect(isWhole(piece)).toBe(true);
        }
        const bare = (written: string): string => written.replace(/\s+/g, '');
        expect(bare(pieces.join(''))).toBe(bare(escaped));
      }),
    );
  });
});

describe('whatever they are given', () => {
  test('blocks of a message are ones that Slack takes', () => {
    fc.assert(
      fc.property(words, words, fc.array(words, { maxLength: 30 }), (one, other, more) => {
        const text = escapeText(one.toWellFormed());
        const [first = '', ...rest] = more.map((each) => escapeText(each.toWellFormed()));
        const pressed = more.map((label, index) => button({ actionId: `press:${index % 28}`, label }));
        const row = actions(pressed);
        const drawn = message(text, [
          header(other),
          section(text, button({ actionId: 'beside', label: other })),
          ...sections(text),
          fields([first, ...rest]),
          ...sectionsOf(more.map((each) => escapeLine(each, 2000))),
          context([first, ...rest]),
          ...(row === null ? [] : [row]),
        ]);
        expect(blockProblems('message', drawn.blocks)).toEqual([]);
        expect(drawn.text.length).toBeGreaterThan(0);
        expect(drawn.text.length).toBeLessThanOrEqual(limits.fallback);
        expect(isWhole(drawn.text)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('modals and their questions are too', () => {
    fc.assert(
      fc.property(words, words, fc.array(fc.tuple(words, words), { maxLength: 120 }), (title, label, choices) => {
        const options = choices.flatMap(([name, value]) => option(name, value, label) ?? []).slice(0, limits.options);
        const view = modal({
          callbackId: 'it',
          title,
          submit: label,
          close: title,
          metadata: 'x'.repeat(3000),
          blocks: [
            input({
              id: 'of-many',
              label,
              hint: title,
              isRequired: true,
              element: {
                type: 'static_select',
                action_id: 'of-many',
                options: options.length > 0 ? options : [{ text: { type: 'plain_text', text: 'x' }, value: 'x' }],
              },
            }),
          ],
        });
        expect(viewProblems(view)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('many blocks are cut to what a message and a view hold', () => {
    const blocks = Array.from({ length: 130 }, () => section('x'));
    expect(message('x', blocks).blocks).toHaveLength(50);
    expect(modal({ callbackId: 'it', title: 't', submit: 's', close: 'c', metadata: '', blocks }).blocks).toHaveLength(
      100,
    );
  });

  test('a message always has something to show', () => {
    expect(message(' ', [])).toMatchObject({ text: '…', blocks: [{ type: 'section' }] });
  });
});

describe('what would mean something else if it were cut', () => {
  test.each([
    ['an action', () => button({ actionId: 'x'.repeat(256), label: 'x' })],
    ['no action', () => button({ actionId: '', label: 'x' })],
    [
      'a form’s row',
      () => modal({ callbackId: 'it', title: 't', submit: 's', close: 'c', metadata: 'x'.repeat(3001), blocks: [] }),
    ],
  ])('is refused: %s', (_name, draw) => expect(draw).toThrow(RangeError));

  test('a choice is left out', () => {
    expect(option('A', 'x'.repeat(75))).not.toBeNull();
    expect(option('A', 'x'.repeat(76))).toBeNull();
    expect(option('A', '')).toBeNull();
    expect(option(' ', 'value')?.text.text).toBe('value');
  });
});

describe('messages of many blocks', () => {
  const group = (blocks: number, text: string, length = 1) => ({
    blocks: Array.from({ length: blocks }, () => section('x'.repeat(length))),
    text,
  });

  test('hold as many groups as fit, in order, each with its words', () => {
    const drawn = paginate([group(30, 'a'), group(20, 'b'), group(1, 'c')]);
    expect(drawn.map(({ text, blocks }) => [text, blocks.length])).toEqual([
      ['a\nb', 50],
      ['c', 1],
    ]);
  });

  test('end before Slack finds them too long', () => {
    const drawn = paginate([group(2, 'a', 2950), group(1, 'b', 2950), group(1, 'c', 2950)]);
    expect(drawn.map(({ text }) => text)).toEqual(['a', 'b\nc']);
  });

  test('there is one at least', () => expect(paginate([])).toMatchObject([{ text: '…' }]));
});

describe('a link', () => {
  test.each([
    ['a page', 'https://bot.example/media/1?sig=a&b=1', '<https://bot.example/media/1?sig=a&amp;b=1|Open>'],
    ['signs of its own', 'https://bot.example/a|b>c<d', '<https://bot.example/a%7Cb%3Ec%3Cd|Open>'],
    ['no public address', '/media/1', null],
    ['another kind', 'javascript:alert(1)', null],
    ['nothing to open', 'https://', null],
    ['far too much', `https://bot.example/${'x'.repeat(3000)}`, null],
  ])('to %s', (_name, url, drawn) => expect(link(url, 'Open')).toBe(drawn));
});

describe('buttons of a job', () => {
  const buttonOf = (action: ButtonAction, label = action as string) => ({ action, job, label });

  test('say what they do, and one of the same stands once', () => {
    expect(drawButtons([buttonOf('cancel', 'Cancel'), buttonOf('again'), buttonOf('cancel', 'Stop')])).toEqual({
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: `hailuo:cancel:${job}`,
          text: { type: 'plain_text', text: 'Cancel', emoji: true },
          style: 'danger',
        },
        { type: 'button', action_id: `hailuo:again:${job}`, text: { type: 'plain_text', text: 'again', emoji: true } },
      ],
    });
    expect(drawButtons([])).toBeNull();
  });

  test.each(['cancel', 'again', 'remix', 'continue', 'retry'] as const)('%s is read when it is pressed', (action) => {
    const [drawn] = drawButtons([buttonOf(action)])?.elements ?? [];
    expect(readButton(String(drawn?.action_id))).toEqual({ action, job });
  });

  test.each([
    ['nothing', ''],
    ['another app', 'press:cancel:1'],
    ['another action', `hailuo:delete:${job}`],
    ['no job', 'hailuo:cancel:1'],
    ['more than a job', `hailuo:cancel:${job}:x`],
  ])('%s is none of them', (_name, actionId) => expect(readButton(actionId)).toBeNull());
});
