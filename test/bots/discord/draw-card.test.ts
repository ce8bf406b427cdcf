import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawCard } from '../../../src/bots/discord/draw/card.ts';
import type { Card } from '../../../src/commands/command.ts';
import type { ButtonAction } from '../../../src/core/delivery/delivery.ts';
import type { JobId } from '../../../src/core/values.ts';
import { checkMessage, mentionProblem } from '../../support/fake-discord/limits.ts';

const flagOfV2 = 1 << 15;

const draw = (card: Card, tone: 'plain' | 'refusal' = 'plain') => drawCard({ card, tone }, 'en-US');

interface Drawn {
  readonly type: number;
  readonly content?: string;
  readonly custom_id?: string;
  readonly url?: string;
  readonly components?: readonly Drawn[];
}

/** Every component of a message, in the order people see them. */
function flatten(components: readonly Drawn[]): Drawn[] {
  return components.flatMap((each) => [each, ...flatten(each.components ?? [])]);
}

const seenIn = (card: Card): Drawn[] => draw(card).flatMap(({ body }) => flatten(body.components as readonly Drawn[]));
const wordsOf = (card: Card): string[] => seenIn(card).flatMap(({ content }) => content ?? []);

/** As `/hailuo jobs` shows ten finished clips. */
const tenJobs: Card = {
  title: 'Your clips',
  paragraphs: [],
  rows: Array.from({ length: 10 }, (_, index) => ({
    label: `${index} · a paper boat`,
    value: 'Done in 40 seconds.',
    buttons: (['again', 'remix', 'continue'] as const).map((action) => ({
      action,
      job: `01977c1e-7a54-7cc2-9f1b-00000000000${index}` as JobId,
      label: action,
    })),
    link: `https://bot.example/media/${index}`,
  })),
};

describe('an answer', () => {
  test('has its title, its words and its rows in order, and pings nobody', () => {
    const [message, ...more] = draw({
      title: 'Your quota',
      paragraphs: ['8 of 10 left.'],
      rows: [{ label: 'Delivered', value: '2' }],
    });
    expect(more).toEqual([]);
    expect(message).toEqual({
      body: {
        flags: flagOfV2,
        allowed_mentions: { parse: [] },
        components: [
          {
            type: 17,
            components: [
              { type: 10, content: '### Your quota' },
              { type: 10, content: '8 of 10 left.' },
              { type: 10, content: '**Delivered**\n2' },
            ],
          },
        ],
      },
      files: [],
    });
  });

  test('that refuses is marked', () => {
    const colours = (['plain', 'refusal'] as const).map((tone) => draw({ paragraphs: ['No.'] }, tone));
    expect(colours.map(([message]) => Object.keys(message?.body.components[0] ?? {}).includes('accent_color'))).toEqual(
      [false, true],
    );
  });

  test('keeps its lines, and what somebody wrote in them stays text', () => {
    expect(wordsOf({ paragraphs: ['# one\n- @everyone **two**'] })).toEqual([
      '\\# one\n\\- \\@everyone \\*\\*two\\*\\*',
    ]);
  });

  test.each([
    ['person', '<@123>'],
    ['role', '<@&123>'],
    ['channel', '<#123>'],
  ] as const)('about a %s shows them by their present name', (kind, mention) => {
    const row = { label: 'Ann', value: '2 clips', subject: { kind, id: '123' } };
    expect(wordsOf({ paragraphs: [], rows: [row] })).toEqual([`**${mention}**\n2 clips`]);
  });

  test('about an id that is none of Discord’s keeps its label', () => {
    const row = { label: 'Ann', value: '2', subject: { kind: 'person', id: '1> @everyone <@1' } } as const;
    expect(wordsOf({ paragraphs: [], rows: [row] })).toEqual(['**Ann**\n2']);
  });

  test('with a file shows it, once, under the name it refers to', () => {
    const messages = draw({ ...tenJobs, file: { name: 'usage (1).csv', type: 'text/csv', text: 'a,b\r\n' } });
    expect(messages.flatMap(({ files }) => files)).toEqual([
      { name: 'usage__1_.csv', contentType: 'text/csv', data: Buffer.from('a,b\r\n') },
    ]);
    const last = messages.at(-1)?.body.components[0] as Drawn;
    expect(last.components?.at(-1)).toEqual({ type: 13, file: { url: 'attachment://usage__1_.csv' } });
    expect(messages.at(-1)?.files).toHaveLength(1);
  });
});

describe('ten clips', () => {
  test('come in two messages, each button and link under its own clip', () => {
    const messages = draw(tenJobs);
    expect(messages).toHaveLength(2);
    const seen = seenIn(tenJobs);
    let at = '';
    const found = new Map<string, string[]>();
    for (const { content, custom_id, url } of seen) {
      at = content ?? at;
      const carried = custom_id ?? url;
      if (carried !== undefined) found.set(at, [...(found.get(at) ?? []), carried]);
    }
    for (const [index, row] of (tenJobs.rows ?? []).entries()) {
      const under = found.get([...found.keys()].find((words) => words.startsWith(`**${index} `)) ?? '');
      expect(under).toEqual([
        ...(row.buttons ?? []).map(({ action, job }) => `hailuo:${action}:${job}`),
        `https://bot.example/media/${index}`,
      ]);
    }
  });

  test('without a public address have no links', () => {
    const rows = (tenJobs.rows ?? []).map((row) => ({ ...row, link: '/media/1' }));
    expect(seenIn({ ...tenJobs, rows }).filter(({ url }) => url !== undefined)).toEqual([]);
  });
});

test('whatever a card says, every message of it is one that Discord takes', () => {
  const part = fc.string({ unit: 'grapheme', maxLength: 9 });
  const words = fc.tuple(part, fc.constantFrom(1, 1, 1, 700)).map(([said, times]) => said.repeat(times));
  const actions: readonly ButtonAction[] = ['cancel', 'again', 'remix', 'continue', 'retry'];
  const buttons = fc.array(
    fc.record({
      action: fc.constantFrom(...actions),
      job: fc.constantFrom(
        '01977c1e-7a54-7cc2-9f1b-3b2a4c1f0a11' as JobId,
        '01977c1e-7a54-7cc2-9f1b-3b2a4c1f0a12' as JobId,
      ),
      label: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 99 }),
    }),
    { maxLength: 9 },
  );
  const row = fc.record({ label: words, value: words, buttons, link: fc.webUrl() });
  const card = fc.record({
    title: words,
    paragraphs: fc.array(words, { maxLength: 6 }),
    rows: fc.array(row, { maxLength: 25 }),
  });
  fc.assert(
    fc.property(card, (any) => {
      const messages = draw(any);
      expect(messages.length).toBeGreaterThan(0);
      for (const { body } of messages) {
        const { violations, body: taken } = checkMessage(body);
        expect(violations).toEqual([]);
        expect(taken && mentionProblem(taken)).toBeNull();
        const characters = flatten(body.components as readonly Drawn[]).map(({ content }) => content?.length ?? 0);
        expect(characters.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(4000);
      }
    }),
    { numRuns: 60 },
  );
});

test('a card that says nothing is a message all the same', () => {
  const [message] = draw({ title: ' ', paragraphs: [''] });
  expect(checkMessage(message?.body).violations).toEqual([]);
});
