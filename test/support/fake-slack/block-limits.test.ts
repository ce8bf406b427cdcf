/** The limits of platforms/slack.md §6: the most that fits is taken, one more is not. */
import { describe, expect, it } from 'vitest';
import { blockProblems, viewProblems } from './block-limits.ts';

const of = (length: number) => 'x'.repeat(length);
const plain = (length: number) => ({ type: 'plain_text', text: of(length) });
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: of(length) });
const many = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);
const button = (more: object) => ({ type: 'button', text: plain(1), ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const option = (text: number, value: number) => ({ text: plain(text), value: of(value) });
const select = (options: object[], more: object = {}) => actions({ type: 'static_select', options, ...more });
const input = (element: object, more: object = {}) => ({ type: 'input', label: plain(1), element, ...more });
const text = { type: 'plain_text_input' };
const confirm = (title: number, words: number, label: number) =>
  actions(button({ confirm: { title: plain(title), text: plain(words), confirm: plain(label), deny: plain(label) } }));

describe('blocks of a message', () => {
  it.each<[string, object[], object[]]>([
    ['50 blocks', many(50, { type: 'divider' }), many(51, { type: 'divider' })],
    ['25 elements of actions', [actions(...many(25, button({})))], [actions(...many(26, button({})))]],
    ['a button of 75', [actions(button({ text: plain(75) }))], [actions(button({ text: plain(76) }))]],
    ['a value of 2000', [actions(button({ value: of(2000) }))], [actions(button({ value: of(2001) }))]],
    ['an address of 3000', [actions(button({ url: of(3000) }))], [actions(button({ url: of(3001) }))]],
    ['an action of 255', [actions(button({ action_id: of(255) }))], [actions(button({ action_id: of(256) }))]],
    ['a section of 3000', [{ type: 'section', text: mrkdwn(3000) }], [{ type: 'section', text: mrkdwn(3001) }]],
    ['a text at all', [{ type: 'section', text: mrkdwn(1) }], [{ type: 'section', text: mrkdwn(0) }]],
    [
      '10 fields',
      [{ type: 'section', fields: many(10, plain(2000)) }],
      [{ type: 'section', fields: many(11, plain(1)) }],
    ],
    ['a field of 2000', [{ type: 'section', fields: [plain(2000)] }], [{ type: 'section', fields: [plain(2001)] }]],
    [
      '10 in a context',
      [{ type: 'context', elements: many(10, plain(1)) }],
      [{ type: 'context', elements: many(11, plain(1)) }],
    ],
    ['a header of 150', [{ type: 'header', text: plain(150) }], [{ type: 'header', text: plain(151) }]],
    ['a header of plain text', [{ type: 'header', text: plain(1) }], [{ type: 'header', text: mrkdwn(1) }]],
    ['100 options', [select(many(100, option(75, 75)))], [select(many(101, option(1, 1)))]],
    ['an option of 75', [select([option(75, 1)])], [select([option(76, 1)])]],
    ['its value of 75', [select([option(1, 75)])], [select([option(1, 76)])]],
    ['a question of 100, 300 and 30', [confirm(100, 300, 30)], [confirm(101, 300, 30)]],
    ['its words of 300', [confirm(1, 300, 1)], [confirm(1, 301, 1)]],
    ['its buttons of 30', [confirm(1, 1, 30)], [confirm(1, 1, 31)]],
    [
      'markdown of 12000 in all',
      [{ type: 'markdown', text: of(12_000) }],
      many(2, { type: 'markdown', text: of(6001) }),
    ],
    [
      'an image’s words of 2000',
      [{ type: 'image', alt_text: of(2000), image_url: 'https://x' }],
      [{ type: 'image', alt_text: of(2001), image_url: 'https://x' }],
    ],
    [
      'an image with an address',
      [{ type: 'image', alt_text: 'x', slack_file: { id: 'F1' } }],
      [{ type: 'image', alt_text: 'x' }],
    ],
    ['ids used once', [{ type: 'divider', block_id: 'a' }], many(2, { type: 'divider', block_id: 'a' })],
    [
      'actions used once in a block',
      [actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' }))],
      [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
    ],
    [
      'a choice that is offered',
      [select([option(1, 1)], { initial_option: option(1, 1) })],
      [select([option(1, 1)], { initial_option: option(2, 1) })],
    ],
    ['known fields', [{ type: 'divider' }], [{ type: 'divider', colour: 'red' }]],
    ['known blocks', [{ type: 'alert', text: plain(1) }], [{ type: 'fireworks' }]],
    ['no video of ours', [{ type: 'divider' }], [{ type: 'video', video_url: 'https://x' }]],
    ['no file to choose', [input(text)], [input({ type: 'file_input' })]],
  ])('%s', (_name, fits, breaks) => {
    expect(blockProblems('message', fits)).toEqual([]);
    expect(blockProblems('message', breaks)).not.toEqual([]);
  });
});

describe('modals', () => {
  const modal = (more: object) => ({ type: 'modal', title: plain(1), blocks: [{ type: 'divider' }], ...more });
  const submit = plain(24);

  it.each<[string, object, object]>([
    ['a title of 24', modal({ title: plain(24) }), modal({ title: plain(25) })],
    ['a submit of 24', modal({ submit }), modal({ submit: plain(25) })],
    ['a close of 24', modal({ close: plain(24) }), modal({ close: plain(25) })],
    ['metadata of 3000', modal({ private_metadata: of(3000) }), modal({ private_metadata: of(3001) })],
    [
      '100 blocks',
      modal({ blocks: many(100, { type: 'divider' }) }),
      modal({ blocks: many(101, { type: 'divider' }) }),
    ],
    ['a submit with an input', modal({ blocks: [input(text)], submit }), modal({ blocks: [input(text)] })],
    [
      'an input of 3000',
      modal({ blocks: [input({ ...text, max_length: 3000 })], submit }),
      modal({ blocks: [input({ ...text, max_length: 3001 })], submit }),
    ],
    [
      'what stands in it from the start',
      modal({ blocks: [input({ ...text, max_length: 5, initial_value: of(5) })], submit }),
      modal({ blocks: [input({ ...text, max_length: 5, initial_value: of(6) })], submit }),
    ],
    [
      'a hint of 2000',
      modal({ blocks: [input(text, { hint: plain(2000) })], submit }),
      modal({ blocks: [input(text, { hint: plain(2001) })], submit }),
    ],
    [
      '10 files',
      modal({ blocks: [input({ type: 'file_input', max_files: 10 })], submit }),
      modal({ blocks: [input({ type: 'file_input', max_files: 11 })], submit }),
    ],
    [
      'one place to begin',
      modal({ blocks: [input({ ...text, focus_on_load: true })], submit }),
      modal({ blocks: many(2, input({ ...text, focus_on_load: true })), submit }),
    ],
    ['no alert', modal({}), modal({ blocks: [{ type: 'alert', text: plain(1) }] })],
  ])('%s', (_name, fits, breaks) => {
    expect(viewProblems(fits)).toEqual([]);
    expect(viewProblems(breaks)).not.toEqual([]);
  });

  it('250 kB in all', () => {
    const section = { type: 'section', text: mrkdwn(2900) };
    expect(viewProblems(modal({ blocks: many(80, section) }))).toEqual([]);
    expect(viewProblems(modal({ blocks: many(90, section) }))).toEqual(['view_too_large']);
  });

  it('say where it is wrong', () => {
    expect(blockProblems('message', [{ type: 'divider' }, actions(button({ text: plain(76) }))])).toEqual([
      'Too big: expected string to have <=75 characters [json-pointer:/blocks/1/elements/0/text/text]',
    ]);
  });
});

it('a Home takes neither files nor a submit', () => {
  expect(viewProblems({ type: 'home', blocks: many(100, { type: 'divider' }) })).toEqual([]);
  expect(viewProblems({ type: 'home', blocks: [input({ type: 'file_input' })] })).not.toEqual([]);
  expect(viewProblems({ type: 'home', blocks: [], submit: plain(1) })).not.toEqual([]);
});
