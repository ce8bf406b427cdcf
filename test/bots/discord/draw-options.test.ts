import { ApplicationCommandOptionType as Type } from 'discord-api-types/v10';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readOptions, readTyped } from '../../../src/bots/discord/draw/read-options.ts';
import { drawSuggestions } from '../../../src/bots/discord/draw/suggestions.ts';
import type { Command } from '../../../src/commands/command.ts';
import type { OptionSpec } from '../../../src/commands/options.ts';
import { checkResponse } from '../../support/fake-discord/limits.ts';

const option = (name: string, kind: OptionSpec['kind'], more: Partial<OptionSpec> = {}): OptionSpec => ({
  name,
  kind,
  description: name,
  isRequired: false,
  ...more,
});

function command(name: string, about: Partial<Command>): Command {
  return {
    name,
    description: name,
    options: [],
    isListed: true,
    run: async () => ({ kind: 'card', audience: 'asker', tone: 'plain', card: { paragraphs: [] } }),
    ...about,
  };
}

const commands: readonly Command[] = [
  command('create', {
    options: [
      option('prompt', 'text', { hasSuggestions: true }),
      option('image', 'picture'),
      option('duration', 'choice', { choices: [6, 10] }),
      option('enhance', 'switch'),
      option('camera', 'choice', { choices: ['Push in', 'Pull out'], hasSuggestions: true }),
    ],
  }),
  command('limit', { isListed: false, isForAdmins: true, options: [option('person', 'person')] }),
  command('remix', { isListed: false, options: [option('job', 'text')] }),
];

const file = { id: '9', url: 'https://cdn.discordapp.com/a/SPOILER_a.png', filename: 'SPOILER_a.png' };

/** As Discord sends a subcommand. */
function given(root: string, subcommand: string, ...options: readonly object[]) {
  return {
    name: root,
    options: [{ name: subcommand, type: Type.Subcommand, options: options as { name: string; type: number }[] }],
    resolved: { attachments: { [file.id]: file } },
  };
}

describe('a slash command', () => {
  test('is a call with its values and its files', () => {
    const data = given(
      'hailuo',
      'create',
      { name: 'prompt', type: Type.String, value: 'a boat' },
      { name: 'duration', type: Type.Number, value: 10 },
      { name: 'enhance', type: Type.Boolean, value: false },
      { name: 'image', type: Type.Attachment, value: file.id },
    );
    expect(readOptions(data, commands)).toEqual({
      command: 'create',
      values: { prompt: 'a boat', duration: 10, enhance: false },
      pictures: { image: { id: '9', url: file.url, name: file.filename, isSpoiler: true } },
    });
  });

  test.each([
    ['push IN ', 'Push in'],
    ['Pushin', 'Pushin'],
  ])('takes a choice that was typed as %s for %s', (value, expected) => {
    const data = given('hailuo', 'create', { name: 'camera', type: Type.String, value });
    expect(readOptions(data, commands)?.values).toEqual({ camera: expected });
  });

  test('of an admin is one under its own name alone', () => {
    const person = { name: 'person', type: Type.User, value: '123' };
    expect(readOptions(given('hailuo-admin', 'limit', person), commands)).toMatchObject({
      command: 'limit',
      values: { person: '123' },
    });
    expect(readOptions(given('hailuo', 'limit', person), commands)).toBeNull();
    expect(readOptions(given('hailuo-admin', 'create'), commands)).toBeNull();
  });

  test('leaves out what the command does not know, and files that are not there', () => {
    const data = given(
      'hailuo',
      'create',
      { name: 'speed', type: Type.String, value: 'fast' },
      { name: 'image', type: Type.Attachment, value: '10' },
      { name: 'prompt', type: Type.String },
    );
    expect(readOptions(data, commands)).toEqual({ command: 'create', values: {}, pictures: {} });
  });

  test.each([
    ['another root', given('other', 'create')],
    ['no subcommand', { name: 'hailuo', options: [], resolved: undefined }],
    ['a subcommand there is not', given('hailuo', 'dance')],
    ['one that only buttons call', given('hailuo', 'remix')],
  ])('with %s is none of ours', (_name, data) => expect(readOptions(data, commands)).toBeNull());
});

describe('while a person types', () => {
  const prompt = { name: 'prompt', type: Type.String, value: 'a boat [pu' };

  test('the option with the caret is what is asked about', () => {
    const data = given(
      'hailuo',
      'create',
      { name: 'enhance', type: Type.Boolean, value: true },
      { ...prompt, focused: true },
    );
    expect(readTyped(data, commands)).toEqual({ command: 'create', option: 'prompt', typed: 'a boat [pu' });
  });

  test.each([
    ['in no option', given('hailuo', 'create', prompt)],
    ['in one without suggestions', given('hailuo', 'create', { name: 'duration', type: 10, value: 1, focused: true })],
    ['in one there is not', given('hailuo', 'create', { name: 'speed', type: 3, value: 'f', focused: true })],
    ['in a command there is not', given('hailuo', 'dance', { ...prompt, focused: true })],
  ])('%s nothing is asked', (_name, data) => expect(readTyped(data, commands)).toBeNull());
});

describe('suggestions', () => {
  test('are shown in their order, each once', () => {
    const suggestions = [
      { label: 'Push in', value: 'Push in' },
      { label: 'Pull out', value: 'Pull out' },
      { label: 'Push in, again', value: 'Push in' },
    ];
    expect(drawSuggestions(suggestions)).toEqual([
      { name: 'Push in', value: 'Push in' },
      { name: 'Pull out', value: 'Pull out' },
    ]);
  });

  test('that are too long to be taken back are left out, their labels are cut', () => {
    const label = 'l'.repeat(120);
    expect(
      drawSuggestions([
        { label, value: 'v'.repeat(100) },
        { label, value: 'v'.repeat(101) },
        { label, value: '' },
      ]),
    ).toEqual([{ name: `${'l'.repeat(99)}…`, value: 'v'.repeat(100) }]);
  });

  test('are within the limits, whatever they are', () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 110 });
    fc.assert(
      fc.property(fc.array(fc.record({ label: words, value: words }), { maxLength: 60 }), (suggestions) => {
        const choices = drawSuggestions(suggestions);
        expect(checkResponse({ type: 8, data: { choices } }).violations).toEqual([]);
      }),
    );
  });
});
