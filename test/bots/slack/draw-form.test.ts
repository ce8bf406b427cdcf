import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawCreateForm } from '../../../src/bots/slack/draw/create-form.ts';
import { blockIdOf, noChoice } from '../../../src/bots/slack/draw/field.ts';
import { drawForm } from '../../../src/bots/slack/draw/form.ts';
import { readForm } from '../../../src/bots/slack/draw/read-form.ts';
import type { Command, Form } from '../../../src/commands/command.ts';
import { describeOptions } from '../../../src/commands/words.ts';
import { checkRequest } from '../../../src/core/check-request.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { cameraDirectives, modelNames, promptLimit } from '../../../src/core/request.ts';
import { textsFor } from '../../../src/core/texts/texts.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { viewProblems } from '../../support/fake-slack/block-limits.ts';
import { createWorld } from '../../support/world.ts';

let opened: OpenDatabase;
let commands: readonly Command[];

beforeAll(async () => {
  opened = await openMemoryDatabase();
  commands = createWorld(opened).commands;
});
afterAll(() => opened.close());

const id = 'form:01977c1e-7a54-7cc2-9f1b-3b2a4c1f0a11';

const locales = ['en', 'de', 'es', 'fr', 'ja', 'zh'];

type Element = InputBlock['element'];
type CreateForm = Parameters<typeof drawCreateForm>[0];

const drawCreate = (parts: Partial<CreateForm> = {}): ModalView =>
  drawCreateForm({ id, commands, locale: 'en-US', kind: 'create', ...parts });

const inputsOf = ({ blocks }: ModalView): InputBlock[] =>
  blocks.flatMap((block) => ((block as KnownBlock).type === 'input' ? [block as InputBlock] : []));

function find(view: ModalView, name: string): InputBlock {
  const block = inputsOf(view).find(({ element }) => 'action_id' in element && element.action_id === name);
  if (block === undefined) throw new Error(`no question ${name}`);
  return block;
}

/** What a client sends for a question that nobody touches. */
function untouched(element: Element): object {
  switch (element.type) {
    case 'plain_text_input':
      return { type: element.type, value: element.initial_value ?? null };
    case 'static_select':
      return { type: element.type, selected_option: element.initial_option ?? null };
    case 'checkboxes':
      return { type: element.type, selected_options: element.initial_options ?? [] };
    case 'users_select':
      return { type: element.type, selected_user: element.initial_user ?? null };
    case 'conversations_select':
      return { type: element.type, selected_conversation: element.initial_conversation ?? null };
    case 'file_input':
      return { type: element.type, files: [] };
    default:
      throw new Error(`no form of ours has a ${element.type}`);
  }
}

/** As Slack sends a form back. @param filled answers by option name, in place of what stands there already */
function submit(view: ModalView, filled: Readonly<Record<string, object>> = {}) {
  const values = Object.fromEntries(
    inputsOf(view).map(({ block_id = '', element }) => {
      const name = 'action_id' in element ? String(element.action_id) : '';
      return [block_id, { [name]: { type: element.type, ...untouched(element), ...filled[name] } }];
    }),
  );
  return readForm({ ...view, id: 'V1', hash: '1.2', state: { values } }, commands);
}

const pick = (value: string) => ({ selected_option: { text: { type: 'plain_text', text: value }, value } });

describe('the form for a new clip', () => {
  test('asks for everything the command takes, in its order', () => {
    const view = drawCreate();
    expect(viewProblems(view)).toEqual([]);
    expect(view).toMatchObject({ callback_id: 'hailuo-form', private_metadata: id, title: { text: 'Make a clip' } });
    const asked = inputsOf(view).map(({ block_id, element, optional }) => [block_id, element.type, optional]);
    expect(asked).toEqual([
      ['create:prompt', 'plain_text_input', false],
      ['create:image', 'file_input', true],
      ['create:last_image', 'file_input', true],
      ['create:model', 'static_select', true],
      ['create:duration', 'static_select', true],
      ['create:resolution', 'static_select', true],
      ['create:camera', 'static_select', true],
      ['create:enhance', 'checkboxes', true],
      ['create:provider', 'plain_text_input', true],
    ]);
    expect(find(view, 'prompt').element).toMatchObject({ multiline: true, max_length: promptLimit });
    expect(find(view, 'image').element).toMatchObject({
      max_files: 1,
      filetypes: expect.arrayContaining(['jpg', 'webp']),
    });
    expect(find(view, 'enhance').element).toMatchObject({ initial_options: [{ value: 'true' }] });
  });

  test('offers what the model knows, and nothing chosen where a choice can be left out', () => {
    const valuesOf = (name: string) => {
      const { element } = find(drawCreate(), name);
      return element.type === 'static_select'
        ? [element.options?.map(({ value }) => value), element.initial_option?.value]
        : [];
    };
    expect(valuesOf('camera')).toEqual([[noChoice, ...cameraDirectives], noChoice]);
    expect(valuesOf('model')).toEqual([[noChoice, ...modelNames], noChoice]);
    expect(valuesOf('duration')).toEqual([['6', '10'], '6']);
  });

  test('says its choices in words where there are some', () => {
    const { element } = find(drawCreate(), 'duration');
    expect(element).toMatchObject({ options: [{ text: { text: '6 seconds' } }, { text: { text: '10 seconds' } }] });
  });

  test('draws a menu for what can be suggested', () => {
    const suggestions = { provider: [{ label: 'fal', value: 'fal' }] };
    const view = drawCreate({ suggestions, values: { provider: 'fal' } });
    expect(viewProblems(view)).toEqual([]);
    expect(find(view, 'provider').element).toMatchObject({ type: 'static_select', initial_option: { value: 'fal' } });
    expect(submit(view)?.values).toMatchObject({ provider: 'fal' });
    expect(submit(drawCreate({ suggestions }))?.values).not.toHaveProperty('provider');
  });

  test('comes back untouched with nothing but what is always there', () => {
    expect(submit(drawCreate())).toEqual({
      id,
      command: 'create',
      values: { duration: 6, enhance: true },
      files: {},
      picture: null,
      channel: null,
    });
  });

  test('comes back as the command wants it', () => {
    const filled = submit(drawCreate(), {
      prompt: { value: ' a boat &amp; a <storm>\n' },
      image: { files: [{ id: 'F1', name: 'boat.png' }] },
      last_image: { files: [{ id: 'F2' }] },
      model: pick('02'),
      duration: pick('10'),
      resolution: pick('768P'),
      camera: pick('Push in'),
      enhance: { selected_options: [] },
    });
    expect(filled).toMatchObject({
      values: {
        prompt: ' a boat & a <storm>\n',
        model: '02',
        duration: 10,
        resolution: '768P',
        camera: 'Push in',
        enhance: false,
      },
      files: { image: 'F1', last_image: 'F2' },
    });
    expect(checkRequest(filled?.values ?? {}, { image: true, lastImage: true }, [])).toMatchObject({
      outcome: 'fine',
      request: { prompt: '[Push in] a boat & a <storm>', model: '02', seconds: 10, enhance: false },
    });
  });

  test('is opened again with what was asked for before', () => {
    const values = {
      prompt: 'a boat',
      model: '2.3',
      duration: '10',
      camera: 'push IN',
      enhance: 'off',
      provider: 'fal',
    };
    expect(submit(drawCreate({ values }))?.values).toEqual({
      prompt: 'a boat',
      model: '2.3',
      duration: 10,
      camera: 'Push in',
      enhance: false,
      provider: 'fal',
    });
  });

  test('is opened again whatever was asked for before', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4000 }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const values = fc.dictionary(
      fc.constantFrom('prompt', 'model', 'duration', 'resolution', 'camera', 'enhance', 'provider'),
      anything,
    );
    fc.assert(
      fc.property(values, (given) => {
        const view = drawCreate({ values: given });
        expect(viewProblems(view)).toEqual([]);
        expect(submit(view)).toMatchObject({ command: 'create', id });
      }),
    );
  });

  test('asks where the clip goes where nobody can tell', () => {
    const view = drawCreate({ askChannel: true });
    expect(viewProblems(view)).toEqual([]);
    expect(find(view, 'channel')).toMatchObject({
      optional: false,
      element: { type: 'conversations_select', default_to_current_conversation: true, response_url_enabled: true },
    });
    expect(submit(view, { channel: { selected_conversation: 'C1' } })).toMatchObject({ channel: 'C1' });
  });

  test.each(locales)('fits in %s, with no word cut', (locale) => {
    for (const kind of ['create', 'animate'] as const) {
      const view = drawCreate({
        locale,
        kind,
        askChannel: true,
        pictures: [
          { id: 'F1', name: 'a' },
          { id: 'F2', name: 'b' },
        ],
      });
      expect(viewProblems(view)).toEqual([]);
      const cut = JSON.stringify(view).match(/[^"]*…[^"]*/g) ?? [];
      expect(cut).toEqual([]);
    }
  });
});

describe('the form of Animate', () => {
  const pictures = [
    { id: 'F1', name: 'boat.png' },
    { id: 'F2', name: 'b'.repeat(200) },
  ];

  test('has its first picture, and needs no words', () => {
    const view = drawCreate({ kind: 'animate', pictures: pictures.slice(0, 1) });
    expect(viewProblems(view)).toEqual([]);
    const names = inputsOf(view).map(({ block_id }) => block_id);
    expect(names).not.toContain('create:image');
    expect(names).toContain('create:last_image');
    expect(names).not.toContain('hailuo:picture');
    expect(find(view, 'prompt')).toMatchObject({
      optional: true,
      element: { placeholder: { text: textsFor('en').animatePrompt } },
    });
    expect(submit(view)).toMatchObject({ command: 'create', picture: null, values: { duration: 6, enhance: true } });
  });

  test('lets people choose among several', () => {
    const view = drawCreate({ kind: 'animate', pictures });
    expect(viewProblems(view)).toEqual([]);
    expect(submit(view)).toMatchObject({ picture: 'F1' });
    expect(submit(view, { picture: pick('F2') })).toMatchObject({ picture: 'F2' });
    expect(submit(drawCreate({ kind: 'animate', pictures, values: { picture: 'F2' } }))).toMatchObject({
      picture: 'F2',
    });
  });

  test('is one that Slack takes with however many pictures', () => {
    const many = Array.from({ length: 130 }, (_, index) => ({ id: `F${index}`, name: `${index}` }));
    expect(viewProblems(drawCreate({ kind: 'animate', pictures: many }))).toEqual([]);
  });
});

describe('the form of Remix', () => {
  const remix: Form = {
    title: 'Remix this clip',
    command: 'remix',
    values: { job: '1' },
    fields: [
      {
        name: 'prompt',
        kind: 'text',
        description: 'What instead',
        isRequired: true,
        maxLength: promptLimit,
        value: 'a boat',
      },
    ],
    submitLabel: 'Remix',
  };

  test('has the words of the job, and brings others back although its command lists no prompt', () => {
    const view = drawForm(remix, { id, locale: 'en-US' });
    expect(viewProblems(view)).toEqual([]);
    expect(view).toMatchObject({ title: { text: 'Remix this clip' }, submit: { text: 'Remix' }, private_metadata: id });
    expect(submit(view)).toMatchObject({ command: 'remix', values: { prompt: 'a boat' } });
    expect(submit(view, { prompt: { value: 'a storm' } })?.values).toEqual({ prompt: 'a storm' });
  });

  test('is one that Slack takes, whatever stands in it', () => {
    const words = fc
      .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 900 }))
      .map(([part, times]) => part.repeat(times));
    fc.assert(
      fc.property(words, words, words, (value, description, title) => {
        const fields = remix.fields.map((field) => ({ ...field, value, description }));
        expect(
          viewProblems(drawForm({ ...remix, fields, title, submitLabel: title }, { id, locale: 'en-US' })),
        ).toEqual([]);
      }),
    );
  });

  test('that asks for nothing is a mistake of ours', () => {
    expect(() => drawForm({ ...remix, fields: [] }, { id, locale: 'en' })).toThrow(RangeError);
  });
});

describe('forms of admins', () => {
  const formOf = (name: string, given: Readonly<Record<string, string>> = {}, locale = 'en'): ModalView => {
    const command = commands.find((each) => each.name === name);
    if (command === undefined) throw new Error(`no command ${name}`);
    const fields = describeOptions(textsFor(locale), command).map((spec) => ({
      ...spec,
      ...(given[spec.name] !== undefined && { value: given[spec.name] ?? '' }),
    }));
    return drawForm({ title: name, command: name, values: {}, fields, submitLabel: 'Change' }, { id, locale });
  };

  test.each(locales)('are all ones that Slack takes, in %s', (locale) => {
    const withOptions = commands.filter(({ isForAdmins, options }) => isForAdmins === true && options.length > 0);
    expect(withOptions.length).toBeGreaterThan(5);
    for (const { name } of withOptions) expect(viewProblems(formOf(name, {}, locale))).toEqual([]);
  });

  test('pick people and channels where Slack has menus for them', () => {
    const view = formOf('limit');
    expect(find(view, 'person').element.type).toBe('users_select');
    expect(find(view, 'channel').element.type).toBe('conversations_select');
    expect(find(view, 'role')).toMatchObject({
      element: { type: 'plain_text_input', multiline: false },
      hint: { type: 'plain_text' },
    });
    const filled = submit(view, {
      person: { selected_user: 'W1' },
      channel: { selected_conversation: 'C1' },
      role: { value: '<!subteam^S0123|@makers>' },
      clips_per_day: { value: '5' },
    });
    expect(filled).toMatchObject({
      command: 'limit',
      values: { person: 'W1', channel: 'C1', role: 'S0123', clips_per_day: '5' },
    });
  });

  test('tell a no from nothing said where that is a difference', () => {
    const left = submit(formOf('limit'));
    expect(left?.values).toEqual({});
    const reactions = formOf('reactions');
    expect(submit(reactions)?.values).toEqual({});
    expect(submit(reactions, { enabled: pick('false') })?.values).toEqual({ enabled: false });
    expect(submit(reactions, { enabled: pick('true') })?.values).toEqual({ enabled: true });
    expect(submit(formOf('reactions', { enabled: 'false' }))?.values).toEqual({ enabled: false });
    // Where a command has to know, an empty box is a no; Slack would not let it be sent if it were required.
    expect(find(formOf('threads'), 'enabled').optional).toBe(true);
    expect(submit(formOf('threads'))?.values).toEqual({ enabled: false });
    expect(submit(formOf('threads', { enabled: 'true' }))?.values).toEqual({ enabled: true });
  });

  test('say the choices in words', () => {
    expect(find(formOf('words'), 'action').element).toMatchObject({
      options: [{ value: 'add', text: { text: 'Add' } }, {}, {}],
    });
    expect(submit(formOf('model', { model: '02' }))?.values).toEqual({ model: '02' });
  });
});

describe('a number', () => {
  const field = { name: 'most', kind: 'number', description: 'How many', isRequired: true } as const;
  const counting: Command = {
    name: 'counting',
    description: '',
    options: [field],
    isListed: false,
    run: () => Promise.reject(new Error('nobody runs it')),
  };
  const read = (value: string) =>
    readForm(
      {
        callback_id: 'hailuo-form',
        private_metadata: id,
        state: { values: { [blockIdOf('counting', 'most')]: { most: { value } } } },
      },
      [counting],
    )?.values;

  test('comes back as one', () => expect(read('12')).toEqual({ most: 12 }));
  test('that is none stays as it was typed', () => expect(read('a dozen')).toEqual({ most: 'a dozen' }));
});

describe('what comes back', () => {
  const view = (more: object = {}, values: object = {}) => ({
    callback_id: 'hailuo-form',
    private_metadata: id,
    state: { values },
    ...more,
  });

  test.each([
    ['nothing', null],
    ['words', 'hailuo-form'],
    ['another form', view({ callback_id: 'other' })],
    ['a form of nothing', view({ private_metadata: '' })],
    ['no answers', { ...view(), state: null }],
  ])('is none of ours: %s', (_name, given) => expect(readForm(given, commands)).toBeNull());

  test('is read past questions and answers that nobody knows', () => {
    const read = readForm(
      view(
        {},
        {
          'create:prompt': { prompt: { type: 'plain_text_input', value: 'a boat' } },
          'create:__proto__': { x: { value: 'x' } },
          'nobody:prompt': { prompt: { value: 'x' } },
          'limit:person': { person: { selected_user: 'U1' } },
          elsewhere: { x: { value: 'x' } },
          'create:model': { model: 7 },
          'create:camera': {},
        },
      ),
      commands,
    );
    expect(read).toEqual({
      id,
      command: 'create',
      values: { prompt: 'a boat' },
      files: {},
      picture: null,
      channel: null,
    });
    expect(Object.getPrototypeOf(read?.values)).toBe(Object.prototype);
  });

  test('may be from a form that asked for nothing of ours', () => {
    expect(readForm(view(), commands)).toMatchObject({ command: null, values: {} });
  });

  test('leaves out what is blank', () => {
    const read = readForm(
      view({}, { 'create:prompt': { prompt: { value: ' \n' } }, 'create:image': { image: { files: null } } }),
      commands,
    );
    expect(read).toMatchObject({ values: {}, files: {} });
  });
});
