import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, dayOf, escapeLine, escapeText, plainLine, timeOf, toPlain } from '../../../src/bots/slack/mrkdwn.ts';

describe('towards Slack', () => {
  it('escapes the three signs that mean something, and nothing else', () => {
    expect(escapeText('a & b <!channel> *c* &amp;')).toBe('a &amp; b &lt;!channel&gt; *c* &amp;amp;');
  });

  it.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['<@U1> <#C1|x>', '&lt;@\u2060U1&gt; &lt;#\u2060C1|x&gt;'],
    ['@here look', '@\u2060here look'],
    ['*bold* _slanted_ ~gone~ `code`', '∗bold∗ ˍslantedˍ ∼gone∼ ˋcodeˋ'],
    ['a snake_case name, 2*3 and a~b', 'a snake_case name, 2*3 and a~b'],
    ['> quoted', '› quoted'],
    ['one\n\ttwo', 'one two'],
    ['turned \u202earound', 'turned around'],
  ])('%j becomes harmless', (written, shown) => {
    expect(escapeLine(written, 100)).toBe(shown);
  });

  it('cuts before it escapes, and never through a character', () => {
    expect(escapeLine('<<<<<', 3)).toBe('&lt;&lt;…');
    expect(cut('ab🎬cd', 4)).toBe('ab…');
    expect(plainLine('  a   b  ', 10)).toBe('a b');
  });

  it('whatever was written, nothing in it can call, format, link or quote', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('<', '>', '!', '@', '#', '*', '_', '~', '`', '&', 'a', ' ', '|', '\n'),
    });
    fc.assert(
      fc.property(nasty, fc.integer({ min: 1, max: 40 }), (written, most) => {
        const shown = escapeLine(written, most);
        expect(shown).not.toMatch(/[<>\n`]|^&gt;|[@#]\w|&(?!(amp|lt|gt);)|(^|\s)[*_~]/);
        expect(shown.length).toBeLessThanOrEqual(most * 5);
      }),
    );
  });

  it('shows times in the reader’s own zone', () => {
    expect(timeOf(1_800_000_000.9)).toBe('<!date^1800000000^{time}|08:00 UTC>');
    expect(dayOf(new Date('2026-11-21T23:00:00Z'))).toBe('<!date^1795302000^{date_long}|2026-11-21>');
  });
});

describe('from Slack', () => {
  it.each([
    ['<@U1|ann> waves', '@ann waves'],
    ['<@U1>', '@U1'],
    ['in <#C1|general>', 'in #general'],
    ['in <#C1|>', 'in #C1'],
    ['<https://example.com/a?b=1&amp;c=2|this>', 'https://example.com/a?b=1&c=2'],
    ['<http://example.com|example.com>', 'example.com'],
    ['<mailto:a@example.com|a@example.com>', 'a@example.com'],
    ['<!here> <!channel|channel>', '@here @channel'],
    ['<!subteam^S1|@painters> <!subteam^S1>', '@painters @S1'],
    ['<!date^1^{date}|yesterday>', 'yesterday'],
    ['1 &lt; 2 &amp;&amp; 3 &gt; 2', '1 < 2 && 3 > 2'],
    ['&amp;lt;', '&lt;'],
  ])('%j was written as %j', (told, written) => {
    expect(toPlain(told)).toBe(written);
  });

  it('gives back what was escaped', () => {
    fc.assert(
      fc.property(fc.string(), (written) => {
        expect(toPlain(escapeText(written))).toBe(written);
      }),
    );
  });
});
