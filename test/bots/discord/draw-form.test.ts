import { ComponentType, Locale } from 'discord-api-types/v10';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawAnimateForm, drawForm, readForm } from '../../../src/bots/discord/draw/form.ts';
import type { Form } from '../../../src/commands/command.ts';
import { checkResponse } from '../../support/fake-discord/limits.ts';

const job = '01977c1e-7a54-7cc2-9f1b-3b2a4c1f0a11';

type Field = Form['fields'][number];

function remix(prompt: Partial<Field> = {}, about: Partial<Form> = {}): Form {
  return {
    title: 'Remix this clip',
    command: 'remix',
    values: { job },
    fields: [{ name: 'prompt', kind: 'text', description: 'What should happen instead', isRequired: true, ...prompt }],
    submitLabel: 'Remix',
    ...about,
  };
}

const violationsOf = (modal: object) => checkResponse({ type: 9, data: modal }).violations;

const file = { id: '900000000000000001', url: 'https://cdn.discordapp.com/a.png', filename: 'a.png' };

/** As Discord sends a modal back. */
function submit(custom_id: string, ...components: readonly object[]) {
  const labels = components.map((component, id) => ({ type: ComponentType.Label, id, component }));
  return readForm({ custom_id, components: labels, resolved: { attachments: { [file.id]: file } } });
}

describe('a form', () => {
  test('is a modal with what is there already filled in', () => {
    expect(drawForm(remix({ value: 'a paper boat', maxLength: 2000 }))).toEqual({
      custom_id: `hailuo-form:remix:job=${job}`,
      title: 'Remix this clip',
      components: [
        {
          type: 18,
          label: 'What should happen instead',
          component: {
            type: 4,
            custom_id: 'prompt',
            style: 2,
            required: true,
            max_length: 2000,
            value: 'a paper boat',
          },
        },
      ],
    });
  });

  test.each<[string, Partial<Field>, object]>([
    ['a short text', { kind: 'text', maxLength: 80 }, { type: 4, style: 1, max_length: 80 }],
    ['a long text', { kind: 'text' }, { type: 4, style: 2, max_length: 4000 }],
    ['a number', { kind: 'number', maxLength: 9, value: '7' }, { type: 4, style: 1, value: '7' }],
    [
      'a choice',
      { kind: 'choice', choices: [6, 10], fallback: 10 },
      {
        type: 3,
        options: [
          { value: '6', default: false },
          { value: '10', default: true },
        ],
      },
    ],
    ['a switch', { kind: 'switch', fallback: true }, { type: 23, default: true }],
    [
      'a picture',
      { kind: 'picture', isRequired: false },
      { type: 19, file_types: ['image'], min_values: 0, max_values: 1 },
    ],
    ['a person', { kind: 'person' }, { type: 5, min_values: 1 }],
    ['a role', { kind: 'role', isRequired: false }, { type: 6, min_values: 0, required: false }],
    ['a channel', { kind: 'channel' }, { type: 8 }],
  ])('with %s', (_name, field, component) => {
    const modal = drawForm(remix(field));
    expect(modal.components).toMatchObject([{ type: 18, component }]);
    expect(violationsOf(modal)).toEqual([]);
  });

  test('with a long label says all of it below', () => {
    const description = 'Only the movement changes; the picture stays as it was';
    expect(drawForm(remix({ description })).components).toMatchObject([
      { label: `${description.slice(0, 44)}…`, description },
    ]);
  });

  test('that could not come back is a mistake of ours', () => {
    expect(() => drawForm(remix({}, { values: { job, more: 'x'.repeat(60) } }))).toThrow(RangeError);
    expect(() => drawForm(remix({}, { fields: [] }))).toThrow(RangeError);
  });

  test('whatever stands in it is one that Discord takes', () => {
    const words = fc
      .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 900 }))
      .map(([part, times]) => part.repeat(times));
    fc.assert(
      fc.property(words, words, words, (value, description, title) => {
        expect(violationsOf(drawForm(remix({ value, description }, { title })))).toEqual([]);
      }),
    );
  });
});

describe('what comes back from a form', () => {
  test('calls its command with what it carried and what was filled in', () => {
    const { custom_id } = drawForm(remix());
    expect(submit(custom_id, { type: ComponentType.TextInput, custom_id: 'prompt', value: 'a storm' })).toEqual({
      command: 'remix',
      values: { job, prompt: 'a storm' },
      pictures: {},
    });
  });

  test('is read whatever it was asked with', () => {
    const given = submit(
      'hailuo-form:create:',
      { type: ComponentType.TextInput, custom_id: 'prompt', value: 'a = b & c' },
      { type: ComponentType.StringSelect, custom_id: 'duration', values: ['10'] },
      { type: ComponentType.Checkbox, custom_id: 'enhance', value: false },
      { type: ComponentType.FileUpload, custom_id: 'image', values: [file.id] },
      { type: ComponentType.UserSelect, custom_id: 'person', values: ['123'] },
    );
    expect(given).toEqual({
      command: 'create',
      values: { prompt: 'a = b & c', duration: '10', enhance: false, person: '123' },
      pictures: { image: { id: file.id, url: file.url, name: 'a.png', isSpoiler: false } },
    });
  });

  test('leaves out what was left empty, or is not there', () => {
    const given = submit(
      'hailuo-form:create:',
      { type: ComponentType.TextInput, custom_id: 'prompt', value: '' },
      { type: ComponentType.StringSelect, custom_id: 'duration', values: [] },
      { type: ComponentType.FileUpload, custom_id: 'image', values: [] },
      { type: ComponentType.FileUpload, custom_id: 'last_image', values: ['12'] },
    );
    expect(given).toEqual({ command: 'create', values: {}, pictures: {} });
  });

  test.each([
    ['nothing', ''],
    ['a button', `hailuo:remix:${job}`],
    ['another bot', 'other-form:remix:job=1'],
    ['no command', 'hailuo-form::job=1'],
    ['no words', 'hailuo-form'],
    ['a name there cannot be', 'hailuo-form:__proto__:job=1'],
  ])('from %s is none of ours', (_name, customId) => expect(submit(customId)).toBeNull());

  test('with names of a prototype changes nothing but itself', () => {
    const given = submit('hailuo-form:remix:__proto__=1&job=2&Constructor=3', {
      type: ComponentType.TextInput,
      custom_id: '__proto__',
      value: 'x',
    });
    expect(given?.values).toEqual({ job: '2' });
    expect(Object.getPrototypeOf(given?.values)).toBe(Object.prototype);
  });

  test('whatever a form carries comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ':', '&', '=', '+', '%', ' ', 'ü', '雨', '🎬'), maxLength: 6 }),
        (value) => {
          const { custom_id } = drawForm(remix({}, { values: { job: value } }));
          expect(submit(custom_id)?.values).toEqual({ job: value });
        },
      ),
    );
  });
});

describe('the form of the Animate menu', () => {
  const opened = '1300000000000000001';
  const pictures = [
    { id: '1', name: 'boat.png' },
    { id: 'embed-0', name: 'b'.repeat(200) },
  ];

  test('asks for words alone where there is one picture, and says what happens without', () => {
    const modal = drawAnimateForm(opened, pictures.slice(0, 1), 'en-US');
    expect(modal.custom_id).toBe(`hailuo-form:animate:opened=${opened}`);
    expect(modal.components).toMatchObject([{ component: { type: 4, custom_id: 'prompt', required: false } }]);
    expect(violationsOf(modal)).toEqual([]);
  });

  test('lets people choose among several', () => {
    const modal = drawAnimateForm(opened, pictures, 'en-US');
    expect(modal.components[1]).toMatchObject({
      component: {
        type: 3,
        custom_id: 'picture',
        options: [
          { value: '1', label: '1 · boat.png', default: true },
          { value: 'embed-0', default: false },
        ],
      },
    });
    expect(violationsOf(modal)).toEqual([]);
  });

  test.each(Object.values(Locale))('is said in full in %s', (locale) => {
    expect(JSON.stringify(drawAnimateForm(opened, pictures.slice(0, 1), locale))).not.toContain('…');
  });

  test('comes back with the click it was opened by', () => {
    const { custom_id } = drawAnimateForm(opened, pictures, 'en-US');
    const given = submit(
      custom_id,
      { type: ComponentType.TextInput, custom_id: 'prompt', value: 'it sails' },
      { type: ComponentType.StringSelect, custom_id: 'picture', values: ['embed-0'] },
    );
    expect(given).toEqual({
      command: 'animate',
      values: { opened, prompt: 'it sails', picture: 'embed-0' },
      pictures: {},
    });
  });
});
