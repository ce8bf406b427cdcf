import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawCard } from '../../../src/bots/slack/draw/card.ts';
import { drawHome, type HomeParts, makeAction } from '../../../src/bots/slack/draw/home.ts';
import type { Card } from '../../../src/commands/command.ts';
import type { ButtonAction } from '../../../src/core/delivery/delivery.ts';
import type { JobId } from '../../../src/core/values.ts';
import { blockProblems, viewProblems } from '../../support/fake-slack/block-limits.ts';

const jobOf = (index: number) => `01977c1e-7a54-7cc2-9f1b-${String(index).padStart(12, '0')}` as JobId;

interface Drawn {
  readonly type: string;
  readonly text?: { readonly text: string };
  readonly fields?: readonly { readonly text: string }[];
  readonly accessory?: { readonly action_id?: string };
  readonly elements?: readonly { readonly action_id?: string; readonly text?: { readonly text: string } | string }[];
}

const draw = (card: Card, more: Partial<Parameters<typeof drawCard>[0]> = {}) =>
  drawCard({ card, tone: 'plain', ...more }, 'en-US');
const blocksOf = (card: Card, more: Partial<Parameters<typeof drawCard>[0]> = {}) =>
  draw(card, more).flatMap(({ blocks }) => blocks as readonly Drawn[]);
const wordsOf = (card: Card, more: Partial<Parameters<typeof drawCard>[0]> = {}) =>
  blocksOf(card, more).flatMap(({ text, fields = [] }) => [
    ...(text === undefined ? [] : [text.text]),
    ...fields.map((each) => each.text),
  ]);

const buttonsFor = (job: JobId, ...actions: readonly ButtonAction[]) =>
  actions.map((action) => ({ action, job, label: action }));

const jobs = (many: number): Card => ({
  title: 'Your clips',
  paragraphs: [],
  rows: Array.from({ length: many }, (_, index) => ({
    label: `${index} · a paper boat`,
    value: 'Done in 40 seconds.',
    buttons: buttonsFor(jobOf(index), 'again', 'remix', 'continue'),
    link: `https://bot.example/media/${index}?a=1&b=2`,
  })),
});

describe('an answer', () => {
  test('has its title, its words and its rows in order', () => {
    expect(
      draw({
        title: 'Your quota',
        paragraphs: ['8 of 10 left.'],
        rows: [
          { label: 'Delivered', value: '2' },
          { label: 'In the making', value: '0' },
        ],
      }),
    ).toEqual([
      {
        text: 'Your quota\n8 of 10 left.\nDelivered: 2\nIn the making: 0',
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: 'Your quota', emoji: true } },
          { type: 'section', text: { type: 'mrkdwn', text: '8 of 10 left.', verbatim: true } },
          {
            type: 'section',
            fields: [
              { type: 'mrkdwn', text: '*Delivered*\n2', verbatim: true },
              { type: 'mrkdwn', text: '*In the making*\n0', verbatim: true },
            ],
          },
        ],
      },
    ]);
  });

  test.each<[string, Card]>([
    ['its title', { title: 'No', paragraphs: ['Not now.'] }],
    ['its words', { paragraphs: ['Not now.', 'Later.'] }],
    ['its rows', { paragraphs: [], rows: [{ label: 'A', value: 'b' }] }],
    ['nothing', { paragraphs: [] }],
  ])('that refuses is marked at %s, once', (_name, card) => {
    const [message] = draw(card, { tone: 'refusal' });
    expect(message?.text.startsWith('⚠️')).toBe(true);
    expect(JSON.stringify(message?.blocks).split('⚠️')).toHaveLength(2);
    expect(JSON.stringify(message?.blocks[0])).toContain('⚠️');
    expect(JSON.stringify(draw(card))).not.toContain('⚠️');
  });

  test('keeps its lines, and what somebody wrote in them stays text', () => {
    const [text = ''] = wordsOf({ paragraphs: ['<!channel> & co\n\n*two* <@U1>'] });
    expect(text.split('\n')).toHaveLength(3);
    expect(text).toContain('&lt;!channel&gt; &amp; co');
    expect(text).not.toMatch(/[<>*]/);
  });

  test('goes on in further sections where one cannot hold a paragraph', () => {
    const list = Array.from({ length: 900 }, (_, index) => `word${index}`).join(', ');
    const seen = wordsOf({ paragraphs: [list] });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.join(' ')).toBe(list);
  });

  test.each([
    ['person', '<@W0123ABC>'],
    ['role', '<!subteam^W0123ABC>'],
    ['channel', '<#W0123ABC>'],
  ] as const)('about a %s shows them to the one who asked, and names them to all others', (kind, mention) => {
    const card: Card = { paragraphs: [], rows: [{ label: 'Ann', value: '2', subject: { kind, id: 'W0123ABC' } }] };
    expect(wordsOf(card)).toEqual([`*${mention}*\n2`]);
    expect(wordsOf(card, { audience: 'everyone' })).toEqual(['*Ann*\n2']);
    // What notifications and screen readers get has no mention in any case.
    expect(draw(card)[0]?.text).toBe('Ann: 2');
  });

  test('about an id that is none of Slack’s keeps its label', () => {
    const row = { label: 'Ann', value: '2', subject: { kind: 'person', id: 'U1> <!channel' } } as const;
    expect(wordsOf({ paragraphs: [], rows: [row] })).toEqual(['*Ann*\n2']);
  });

  test('has its buttons with their row: one beside it, several below', () => {
    const row = (index: number, ...actions: readonly ButtonAction[]) => ({
      label: `clip ${index}`,
      value: 'Done.',
      buttons: buttonsFor(jobOf(index), ...actions),
    });
    const drawn = blocksOf({ paragraphs: [], rows: [row(1, 'cancel'), row(2, 'again', 'remix'), row(1, 'cancel')] });
    expect(
      drawn.map(({ type, accessory, elements }) => [
        type,
        accessory?.action_id,
        elements?.map((each) => each.action_id),
      ]),
    ).toEqual([
      ['section', `hailuo:cancel:${jobOf(1)}`, undefined],
      ['section', undefined, undefined],
      ['actions', undefined, [`hailuo:again:${jobOf(2)}`, `hailuo:remix:${jobOf(2)}`]],
      // The same button a second time does nothing more.
      ['section', undefined, undefined],
    ]);
  });

  test('links to a clip where it can be opened from outside', () => {
    const row = (link: string): Card => ({ paragraphs: [], rows: [{ label: 'clip', value: 'Done.', link }] });
    expect(wordsOf(row('https://bot.example/media/1?a=1&b=2'))).toEqual([
      '*clip*\nDone.\n<https://bot.example/media/1?a=1&amp;b=2|Open the clip>',
    ]);
    expect(wordsOf(row('/media/1'))).toEqual(['*clip*\nDone.']);
  });

  test('keeps the link of a row whose words fill a section', () => {
    const [text = ''] = wordsOf({
      paragraphs: [],
      rows: [{ label: 'clip', value: '&'.repeat(2000), link: 'https://a.example' }],
    });
    expect(text.length).toBeLessThanOrEqual(3000);
    expect(text.endsWith('…\n<https://a.example|Open the clip>')).toBe(true);
  });
});

describe('many rows', () => {
  test('go on in further messages, each clip with its buttons', () => {
    const messages = draw(jobs(40));
    expect(messages.length).toBeGreaterThan(1);
    const rows = messages.flatMap(({ blocks }) => blocks as readonly Drawn[]).filter(({ type }) => type !== 'header');
    expect(rows.map(({ type }) => type)).toEqual(Array.from({ length: 40 }, () => ['section', 'actions']).flat());
    for (const { blocks } of messages) {
      expect(blocks.at(-1)?.type).toBe('actions');
      expect(blockProblems('message', blocks)).toEqual([]);
    }
  });

  test('of short facts share sections of ten', () => {
    const rows = Array.from({ length: 23 }, (_, index) => ({ label: `fact ${index}`, value: 'yes' }));
    const drawn = blocksOf({ paragraphs: [], rows });
    expect(drawn.map(({ fields }) => fields?.length)).toEqual([10, 10, 3]);
    expect(wordsOf({ paragraphs: [], rows })).toEqual(rows.map(({ label }) => `*${label}*\nyes`));
  });
});

const text = fc
  .tuple(
    fc.string({
      unit: fc.oneof(
        fc.constantFrom('&', '<', '>', '\n', '*', '@', ' '),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      ),
      maxLength: 10,
    }),
    fc.integer({ min: 1, max: 700 }),
  )
  .map(([part, times]) => part.repeat(times));

const row = fc.record(
  {
    label: text,
    value: text,
    subject: fc.record({
      kind: fc.constantFrom('person', 'role', 'channel'),
      id: fc.oneof(fc.constantFrom('U1', 'W0123ABC', '*'), text),
    }),
    buttons: fc.array(
      fc.record({
        action: fc.constantFrom('cancel', 'again', 'remix', 'continue', 'retry'),
        job: fc.integer({ min: 0, max: 3 }).map(jobOf),
        label: text,
      }),
      { maxLength: 30 },
    ),
    link: fc.oneof(fc.webUrl({ withQueryParameters: true }), text),
  },
  { requiredKeys: ['label', 'value'] },
);

const anyCard: fc.Arbitrary<Card> = fc.record(
  { title: text, paragraphs: fc.array(text, { maxLength: 6 }), rows: fc.array(row, { maxLength: 60 }) },
  { requiredKeys: ['paragraphs'] },
);

/** What Slack would make of escaped text beyond letters: everything between angle brackets. */
const marked = (written: string): string[] => [...written.matchAll(/<([^<>]*)>/g)].map(([, inside = '']) => inside);

describe('whatever a card says', () => {
  test('its messages are ones that Slack takes, and call nobody', () => {
    fc.assert(
      fc.property(
        anyCard,
        fc.constantFrom('plain', 'refusal'),
        fc.constantFrom('asker', 'everyone'),
        (card, tone, audience) => {
          for (const { blocks, text: fallback } of draw(card, { tone, audience })) {
            expect(blockProblems('message', blocks)).toEqual([]);
            expect(blocks.length).toBeGreaterThan(0);
            expect(fallback.length).toBeGreaterThan(0);
            expect(marked(fallback)).toEqual([]);
            const said = (blocks as readonly Drawn[]).flatMap(({ type, text: words, fields = [] }) =>
              type === 'header' ? [] : [words?.text ?? '', ...fields.map((each) => each.text)],
            );
            const calls = said.flatMap(marked).filter((inside) => !/^https?:/.test(inside));
            const allowed = audience === 'everyone' ? /^$/ : /^(@|#|!subteam\^)(U1|W0123ABC|[A-Z0-9]{2,40})$/;
            expect(calls.filter((each) => !allowed.test(each))).toEqual([]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

const quiet: HomeParts = {
  quota: { title: 'Your clips', paragraphs: ['8 of 10 left.'] },
  running: null,
  recent: null,
  settings: null,
  notice: null,
  forms: [],
};

describe('the Home', () => {
  const seenOn = (parts: Partial<HomeParts>) => drawHome({ ...quiet, ...parts }, 'en-US');

  test('of somebody who made nothing yet says what they can do', () => {
    const view = seenOn({});
    expect(viewProblems(view)).toEqual([]);
    const said = JSON.stringify(view);
    expect(said).toContain('8 of 10 left.');
    expect(said).toContain('Nothing is being made for you now.');
    expect(said).toContain('You have no clips yet.');
    expect(said).toContain(makeAction);
    expect(said).not.toContain('Settings of this workspace');
    expect(said.split('Your clips')).toHaveLength(2);
  });

  test('of an admin has settings with their buttons, and a notice stands before all clips', () => {
    const forms = Array.from({ length: 30 }, (_, index) => ({ id: `hailuo-admin:${index}`, label: `Form ${index}` }));
    const view = seenOn({ settings: { title: 'Settings', paragraphs: ['Model: any'] }, forms, notice: 'Saved <it>.' });
    expect(viewProblems(view)).toEqual([]);
    const said = JSON.stringify(view);
    expect(said.indexOf('Saved &lt;it&gt;.')).toBeGreaterThan(0);
    expect(said.indexOf('Saved')).toBeLessThan(said.indexOf('8 of 10'));
    for (const { id } of forms) expect(said).toContain(`"${id}"`);
    expect(said.indexOf('Model: any')).toBeLessThan(said.indexOf('hailuo-admin:0'));
  });

  test('with too much for one view leaves out the oldest clips, and never the settings', () => {
    const view = seenOn({
      recent: jobs(90),
      settings: { paragraphs: ['Model: any'] },
      forms: [{ id: 'hailuo-admin:model', label: 'Model' }],
    });
    expect(viewProblems(view)).toEqual([]);
    const said = JSON.stringify(view);
    expect(said).toContain('0 · a paper boat');
    expect(said).not.toContain('89 · a paper boat');
    const shown = [...said.matchAll(/(\d+) · a paper boat/g)].map(([, index]) => Number(index));
    expect(shown).toEqual(shown.map((_, index) => index));
    expect(said).toContain('hailuo-admin:model');
  });

  test('in a script of many bytes ends before it is too large for Slack', () => {
    const long = Array.from({ length: 60 }, (_, index) => ({ label: `${index}`, value: '雨'.repeat(2000) }));
    const view = seenOn({ recent: { paragraphs: [], rows: long }, settings: { paragraphs: ['Model: any'] } });
    expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThanOrEqual(250_000);
    expect(view.blocks.length).toBeLessThan(60);
    expect(JSON.stringify(view)).toContain('Model: any');
  });

  test('is one that Slack takes, whatever there is to show', () => {
    const parts = fc.record({
      quota: anyCard,
      running: fc.option(anyCard),
      recent: fc.option(anyCard),
      settings: fc.option(anyCard),
      notice: fc.option(text),
      forms: fc.array(fc.record({ id: fc.constantFrom('hailuo-admin:a', 'hailuo-admin:b'), label: text }), {
        maxLength: 40,
      }),
    });
    fc.assert(
      fc.property(parts, (given) => {
        const view = drawHome(given, 'en-US');
        expect(viewProblems(view)).toEqual([]);
        expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThanOrEqual(250_000);
      }),
      { numRuns: 40 },
    );
  });
});
