import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeLine, plainLine } from '../../../src/bots/discord/markdown.ts';

/** As a client shows it: a backslash before a sign makes it a plain sign. */
const shown = (written: string): string => written.replace(/\\([^\p{L}\p{N}\s])/gu, '$1');

/** What Discord would make more of than letters, where no backslash takes that away. */
const alive = /(?<!\\)(?:[`*_~|<>@#[\]]|https?:\/|discord\.gg)/u;

describe('what a person wrote reads as they wrote it and does nothing', () => {
  test.each([
    ['@everyone look', '\\@everyone look'],
    ['<@123> <#4> <@&5>', '\\<\\@123\\> \\<\\#4\\> \\<\\@&5\\>'],
    ['**bold** ||hidden||', '\\*\\*bold\\*\\* \\|\\|hidden\\|\\|'],
    ['[click](https://evil.example)', '\\[click\\](https\\://evil\\.example)'],
    ['join discord.gg/abc', 'join discord\\.gg/abc'],
    ['- a list', '\\- a list'],
    ['Hailuo 2.3 · 6 s.', 'Hailuo 2.3 · 6 s.'],
  ])('%s', (written, escaped) => {
    expect(escapeLine(written, 100)).toBe(escaped);
  });

  test('code fences and lines become one plain line', () => {
    expect(escapeLine('```js\nalert(1)\n```', 100)).toBe('\\`\\`\\`js alert(1) \\`\\`\\`');
  });

  test('nothing turns the rest of the line around', () => {
    expect(escapeLine('safe \u202egnp.exe\u2066', 100)).toBe('safe gnp\\.exe');
  });

  test('whatever it is: one line, nothing alive, at most twice the limit, whole characters', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme', maxLength: 3000 }),
      fc.string({
        unit: fc.constantFrom('@everyone', '<@1>', '`', '\\', '*', 'https://a.b', 'discord.gg/x', '\n', '🎬'),
      }),
    );
    fc.assert(
      fc.property(nasty, fc.integer({ min: 1, max: 500 }), (text, most) => {
        const escaped = escapeLine(text, most);
        expect(escaped.length).toBeLessThanOrEqual(most * 2);
        expect(escaped).not.toMatch(/[\n\r]/);
        expect(escaped.isWellFormed()).toBe(true);
        expect(escaped.replaceAll('\\\\', '')).not.toMatch(alive);
        expect(shown(escaped)).toBe(plainLine(text, most));
      }),
    );
  });
});
