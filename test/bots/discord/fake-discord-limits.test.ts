import { describe, expect, it } from 'vitest';
import { checkCommands } from '../../support/fake-discord/command-limits.ts';
import { checkMessage, checkResponse, checkThread, mentionProblem } from '../../support/fake-discord/limits.ts';
import { invalidForm } from '../../support/fake-discord/refusal.ts';

const letters = (count: number) => 'x'.repeat(count);
const times = <Thing>(count: number, make: (index: number) => Thing) =>
  Array.from({ length: count }, (_, at) => make(at));
const button = (rest: object = {}) => ({ type: 2, style: 1, label: 'Again', custom_id: 'again', ...rest });
const row = (...components: object[]) => ({ type: 1, components });
const rows = (count: number) => times(count, (at) => row(button({ custom_id: `button-${at}` })));
const option = (index: number) => ({ label: 'Fast', value: `fast-${index}` });
const select = (count: number) => ({ type: 3, custom_id: 'model', options: times(count, option) });
const v2 = 1 << 15;
const textDisplay = { type: 10, content: 'hello' };
const mp4 = { type: 12, items: [{ media: { url: 'attachment://clip.mp4' } }] };

describe('a message', () => {
  it.each([
    ['text', { content: letters(2000) }, { content: letters(2001) }],
    ['nonce', { nonce: letters(25) }, { nonce: letters(26) }],
    ['number of embeds', { embeds: times(10, () => ({ title: 'x' })) }, { embeds: times(11, () => ({ title: 'x' })) }],
    ['title of an embed', { embeds: [{ title: letters(256) }] }, { embeds: [{ title: letters(257) }] }],
    ['text of an embed', { embeds: [{ description: letters(4096) }] }, { embeds: [{ description: letters(4097) }] }],
    [
      'fields',
      { embeds: [{ fields: times(25, () => field(1)) }] },
      { embeds: [{ fields: times(26, () => field(1)) }] },
    ],
    ['text of a field', { embeds: [{ fields: [field(1024)] }] }, { embeds: [{ fields: [field(1025)] }] }],
    ['empty field', { embeds: [{ fields: [field(1)] }] }, { embeds: [{ fields: [field(0)] }] }],
    ['embeds together', { embeds: embeds(2, 3000) }, { embeds: embeds(3, 2001) }],
    ['attachments', { attachments: files(10) }, { attachments: files(11) }],
    [
      'description of a file',
      { attachments: [{ id: '0', description: letters(1024) }] },
      { attachments: [{ id: '0', description: letters(1025) }] },
    ],
    ['rows', { components: rows(5) }, { components: rows(6) }],
    ['buttons in a row', { components: [row(...buttons(5))] }, { components: [row(...buttons(6))] }],
    [
      'label',
      { components: [row(button({ label: letters(80) }))] },
      { components: [row(button({ label: letters(81) }))] },
    ],
    [
      'custom id',
      { components: [row(button({ custom_id: letters(100) }))] },
      { components: [row(button({ custom_id: letters(101) }))] },
    ],
    ['custom ids', { components: [row(...buttons(2))] }, { components: [row(button(), button())] }],
    ['link', { components: [row(link(letters(512)))] }, { components: [row(link(letters(513)))] }],
    [
      'link or id',
      { components: [row(link('https://x'))] },
      { components: [row({ ...link('https://x'), custom_id: 'x' })] },
    ],
    ['words on a button', { components: [row(button())] }, { components: [row(button({ label: undefined }))] }],
    ['choices', { components: [row(select(25))] }, { components: [row(select(26))] }],
    ['one select in a row', { components: [row(select(1))] }, { components: [row(select(1), button())] }],
    ['V2 with its flag', { flags: v2, components: [textDisplay, mp4] }, { components: [textDisplay, mp4] }],
    [
      'V2 without old fields',
      { flags: v2, components: [textDisplay] },
      { flags: v2, content: 'x', components: [textDisplay] },
    ],
    [
      'all components',
      { flags: v2, components: times(40, () => textDisplay) },
      { flags: v2, components: times(41, () => textDisplay) },
    ],
  ])('%s', (_name, right, wrong) => {
    expect(checkMessage(right).violations).toEqual([]);
    expect(checkMessage(wrong).violations).not.toEqual([]);
  });

  it.each([
    ['a text without a word about mentions', { content: 'hello' }, /without allowed_mentions/],
    ['a text that may ping', { content: 'hello', allowed_mentions: { parse: ['users' as const] } }, /may ping/],
    ['a V2 text without a word about them', { components: [{ type: 10 as const, content: 'hello' }] }, /without/],
    ['a text that pings nobody', { content: 'hello', allowed_mentions: { parse: [] } }, null],
    ['a message without text', { content: '' }, null],
  ])('%s', (_name, body, problem) => {
    if (problem === null) expect(mentionProblem(body)).toBeNull();
    else expect(mentionProblem(body)).toMatch(problem);
  });
});

const field = (count: number) => ({ name: 'x', value: letters(count) });
const embeds = (count: number, characters: number) => times(count, () => ({ description: letters(characters) }));
const files = (count: number) => times(count, (at) => ({ id: String(at) }));
const buttons = (count: number) => times(count, (at) => button({ custom_id: `button-${at}` }));
const link = (url: string) => ({ type: 2, style: 5, label: 'Download', url });

describe('a form', () => {
  const input = { type: 4, custom_id: 'prompt', style: 2 };
  const label = (rest: object = {}) => ({ type: 18, label: 'Prompt', component: input, ...rest });
  const form = (rest: object = {}) => ({
    type: 9,
    data: { custom_id: 'form', title: 'Remix', components: [label()], ...rest },
  });
  const labels = (count: number) => times(count, (at) => label({ component: { ...input, custom_id: `prompt-${at}` } }));

  it.each([
    ['title', form({ title: letters(45) }), form({ title: letters(46) })],
    [
      'label',
      form({ components: [label({ label: letters(45) })] }),
      form({ components: [label({ label: letters(46) })] }),
    ],
    [
      'description',
      form({ components: [label({ description: letters(100) })] }),
      form({ components: [label({ description: letters(101) })] }),
    ],
    ['fields', form({ components: labels(5) }), form({ components: labels(6) })],
    ['custom ids', form({ components: labels(2) }), form({ components: [label(), label()] })],
    [
      'text to start with',
      form({ components: [label({ component: { ...input, value: letters(4000) } })] }),
      form({ components: [label({ component: { ...input, value: letters(4001) } })] }),
    ],
    ['a label around each', form(), form({ components: [row(input)] })],
  ])('%s', (_name, right, wrong) => {
    expect(checkResponse(right).violations).toEqual([]);
    expect(checkResponse(wrong).violations).not.toEqual([]);
  });
});

describe('other answers', () => {
  const choices = (count: number, name = 'a') => ({
    type: 8,
    data: { choices: times(count, () => ({ name, value: 'a' })) },
  });

  it.each([
    ['25 suggestions', choices(25), choices(26)],
    ['their names', choices(1, letters(100)), choices(1, letters(101))],
    ['a message inside', { type: 4, data: { content: 'x' } }, { type: 4, data: { content: letters(2001) } }],
    ['a known type', { type: 5 }, { type: 12 }],
  ])('%s', (_name, right, wrong) => {
    expect(checkResponse(right).violations).toEqual([]);
    expect(checkResponse(wrong).violations).not.toEqual([]);
  });

  it.each([
    ['name of a thread', { name: letters(100) }, { name: letters(101) }],
    ['its archive', { name: 'x', auto_archive_duration: 1440 }, { name: 'x', auto_archive_duration: 30 }],
  ])('%s', (_name, right, wrong) => {
    expect(checkThread(right).violations).toEqual([]);
    expect(checkThread(wrong).violations).not.toEqual([]);
  });
});

describe('commands', () => {
  const text = (rest: object = {}) => ({ type: 3, name: 'prompt', description: 'What happens', ...rest });
  const chat = (rest: object = {}) => ({ name: 'hailuo', description: 'Makes clips', ...rest });
  const texts = (count: number) => times(count, (at) => text({ name: `text-${at}` }));
  const choice = { name: 'x', value: 'x' };
  const subcommand = { type: 1, name: 'create', description: 'x' };

  it.each([
    ['name', [chat({ name: letters(32) })], [chat({ name: letters(33) })]],
    ['lower case', [chat({ name: 'größe' })], [chat({ name: 'Hailuo' })]],
    ['spaces only in menus', [{ type: 3, name: 'Animate this' }], [chat({ name: 'two words' })]],
    ['menus without description', [{ type: 3, name: 'Animate' }], [{ type: 3, name: 'Animate', description: 'x' }]],
    ['description', [chat({ description: letters(100) })], [chat({ description: letters(101) })]],
    ['a description', [chat()], [chat({ description: undefined })]],
    [
      'languages',
      [chat({ name_localizations: { de: 'hailuo', 'zh-CN': '海螺' } })],
      [chat({ name_localizations: { zh: '海螺' } })],
    ],
    [
      'their length',
      [chat({ description_localizations: { de: letters(100) } })],
      [chat({ description_localizations: { de: letters(101) } })],
    ],
    ['options', [chat({ options: texts(25) })], [chat({ options: texts(26) })]],
    [
      'required first',
      [chat({ options: [text({ required: true }), text({ name: 'b' })] })],
      [chat({ options: [text(), text({ name: 'b', required: true })] })],
    ],
    ['each name once', [chat({ options: [text(), text({ name: 'b' })] })], [chat({ options: [text(), text()] })]],
    ['subcommands alone', [chat({ options: [subcommand] })], [chat({ options: [subcommand, text()] })]],
    [
      'choices',
      [chat({ options: [text({ choices: times(25, () => choice) })] })],
      [chat({ options: [text({ choices: times(26, () => choice) })] })],
    ],
    [
      'choices or completion',
      [chat({ options: [text({ autocomplete: true })] })],
      [chat({ options: [text({ autocomplete: true, choices: [choice] })] })],
    ],
    [
      'longest text',
      [chat({ options: [text({ max_length: 6000 })] })],
      [chat({ options: [text({ max_length: 6001 })] })],
    ],
    [
      'file types',
      [chat({ options: [text({ type: 11, file_types: ['image', '.heic'] })] })],
      [chat({ options: [text({ type: 11, file_types: ['png'] })] })],
    ],
    [
      'other conversations need the person',
      [chat({ contexts: [2], integration_types: [1] })],
      [chat({ contexts: [2], integration_types: [0] })],
    ],
    ['each command once', [chat(), { type: 3, name: 'hailuo' }], [chat(), chat()]],
    ['menus', times(15, (at) => ({ type: 3, name: `m${at}` })), times(16, (at) => ({ type: 3, name: `m${at}` }))],
    ['characters of all', [chat({ options: large(7) })], [chat({ options: large(9) })]],
  ])('%s', (_name, right, wrong) => {
    expect(checkCommands(right).violations).toEqual([]);
    expect(checkCommands(wrong).violations).not.toEqual([]);
  });

  // Counted in the longest language: 9 characters of a name and 900 in nine choices' values.
  function large(count: number) {
    const choices = times(9, (at) => ({ name: `${at}`, value: letters(100) }));
    return times(count, (at) =>
      text({ name: `option-${at}`, description: 'x', description_localizations: { de: letters(60) }, choices }),
    );
  }
});

it('is told with the path to what is wrong', () => {
  const { violations } = checkMessage({ embeds: [{ title: letters(257) }] });
  expect(invalidForm(violations).body).toMatchObject({
    code: 50035,
    errors: { embeds: { 0: { title: { _errors: [{ code: 'BASE_TYPE_BAD_LENGTH' }] } } } },
  });
});
