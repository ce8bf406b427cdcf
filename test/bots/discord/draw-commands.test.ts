import { Locale } from 'discord-api-types/v10';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawCommands } from '../../../src/bots/discord/draw/commands.ts';
import type { Command } from '../../../src/commands/command.ts';
import type { OptionSpec } from '../../../src/commands/options.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { type Texts, textsFor } from '../../../src/core/texts/texts.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { checkCommands } from '../../support/fake-discord/command-limits.ts';
import { createWorld } from '../../support/world.ts';

const texts = textsFor('en');

let opened: OpenDatabase;
let commands: readonly Command[];

beforeAll(async () => {
  opened = await openMemoryDatabase();
  commands = createWorld(opened).commands;
});
afterAll(() => opened.close());

/** What a drawn command, subcommand, option or choice has, as far as these tests look. */
interface Drawn {
  readonly name: string;
  readonly type?: number;
  readonly description?: string;
  readonly required?: boolean;
  readonly value?: string | number;
  readonly name_localizations?: Readonly<Record<string, string>>;
  readonly description_localizations?: Readonly<Record<string, string>>;
  readonly options?: readonly Drawn[];
  readonly choices?: readonly Drawn[];
}

const draw = (some: readonly Command[], speak?: (locale: string) => Texts) =>
  drawCommands(some, speak) as readonly Drawn[];

function find(drawn: readonly Drawn[], ...path: readonly string[]): Drawn {
  const [name, ...rest] = path;
  const found = drawn.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} is not among ${drawn.map((each) => each.name)}`);
  return rest.length === 0 ? found : find(found.options ?? [], ...rest);
}

function command(about: Partial<Command>): Command {
  return {
    name: 'try',
    description: 'Tries it',
    options: [],
    isListed: true,
    run: async () => ({ kind: 'card', audience: 'asker', tone: 'plain', card: { paragraphs: [] } }),
    ...about,
  };
}

function withOption(spec: Partial<OptionSpec>): readonly Command[] {
  return [command({ options: [{ name: 'it', kind: 'text', description: 'That', isRequired: false, ...spec }] })];
}

describe('what people are offered', () => {
  test('each listed command under one name, those of admins under another, and the menu', () => {
    const drawn = draw(commands);
    expect(drawn.map(({ name, type }) => [name, type])).toEqual([
      ['hailuo', 1],
      ['hailuo-admin', 1],
      ['Animate', 3],
    ]);
    const offered = (root: string) => find(drawn, root).options?.map(({ name }) => name);
    expect(offered('hailuo')).toEqual(['create', 'jobs', 'cancel', 'quota', 'models', 'help']);
    expect(offered('hailuo-admin')).toEqual(commands.filter(({ isForAdmins }) => isForAdmins).map(({ name }) => name));
    expect(offered('hailuo-admin')).toContain('limit');
  });

  test('everywhere, but what admins do only in servers and to those who manage them', () => {
    const everywhere = { contexts: [0, 1, 2], integration_types: [0, 1] };
    expect(draw(commands)).toMatchObject([
      everywhere,
      { contexts: [0], integration_types: [0], default_member_permissions: '32' },
      everywhere,
    ]);
    expect(find(draw(commands), 'hailuo')).not.toHaveProperty('default_member_permissions');
  });

  test('create takes words, files and choices', () => {
    const option = (name: string) => find(draw(commands), 'hailuo', 'create', name);
    expect(option('prompt')).toMatchObject({ type: 3, required: true, max_length: 2000 });
    // A list that opens over the prompt with every letter would only be in the way.
    expect(option('prompt')).not.toHaveProperty('autocomplete');
    for (const name of ['image', 'last_image']) {
      expect(option(name)).toMatchObject({ type: 11, required: false, file_types: ['image'] });
    }
    expect(option('model').choices).toContainEqual({ name: '2.3-pro', value: '2.3-pro', name_localizations: {} });
    expect(option('duration').choices).toMatchObject([
      { name: '6 seconds', value: 6 },
      { name: '10 seconds', value: 10 },
    ]);
    expect(option('camera')).toMatchObject({ type: 3, autocomplete: true });
    expect(option('camera')).not.toHaveProperty('choices');
    expect(option('enhance')).toMatchObject({ type: 5 });
    expect(find(draw(commands), 'hailuo', 'cancel', 'job')).toMatchObject({ type: 3, autocomplete: true });
  });
});

describe('an option', () => {
  test.each<[string, Partial<OptionSpec>, object]>([
    ['text', { kind: 'text' }, { type: 3 }],
    ['text with a limit', { kind: 'text', maxLength: 40 }, { type: 3, max_length: 40 }],
    ['text with suggestions', { kind: 'text', hasSuggestions: true }, { type: 3, autocomplete: true }],
    [
      'words to choose',
      { kind: 'choice', choices: ['a', 'b'] },
      { type: 3, choices: [{ value: 'a' }, { value: 'b' }] },
    ],
    ['numbers to choose', { kind: 'choice', choices: [1, 2.5] }, { type: 10, choices: [{ value: 1 }, { value: 2.5 }] }],
    ['both to choose', { kind: 'choice', choices: ['a', 1] }, { type: 3, choices: [{ value: 'a' }, { value: '1' }] }],
    ['more than fit', { kind: 'choice', choices: Array.from({ length: 26 }, String) }, { type: 3, autocomplete: true }],
    ['a switch', { kind: 'switch' }, { type: 5 }],
    ['a picture', { kind: 'picture' }, { type: 11, file_types: ['image'] }],
    ['a number', { kind: 'number' }, { type: 10 }],
    ['a person', { kind: 'person' }, { type: 6 }],
    ['a role', { kind: 'role' }, { type: 8 }],
    ['a channel, never a thread', { kind: 'channel' }, { type: 7, channel_types: [0, 2, 5, 13, 15, 16] }],
  ])('%s', (_name, spec, expected) => {
    expect(find(draw(withOption(spec)), 'hailuo', 'try', 'it')).toMatchObject(expected);
    expect(checkCommands(drawCommands(withOption(spec))).violations).toEqual([]);
  });

  test('that is required stands before the others', () => {
    const options = ['a', 'b', 'c'].map(
      (name): OptionSpec => ({
        name,
        kind: 'text',
        description: name,
        isRequired: name === 'b',
      }),
    );
    const drawn = find(draw([command({ options })]), 'hailuo', 'try').options;
    expect(drawn?.map(({ name, required }) => [name, required])).toEqual([
      ['b', true],
      ['a', false],
      ['c', false],
    ]);
  });
});

describe('in another language', () => {
  const { commands: english, discord } = texts;
  const german: Texts = {
    ...texts,
    commands: {
      ...english,
      jobs: { ...english.jobs, name: 'clips' },
      create: {
        ...english.create,
        description: 'Einen Clip machen',
        options: {
          ...english.create.options,
          prompt: { name: 'beschreibung', description: 'Was im Clip geschieht' },
          duration: { ...english.create.options.duration, choices: { 6: '6 Sekunden', 10: '10 Sekunden' } },
        },
      },
    },
    discord: { ...discord, animateMenu: 'Animieren' },
  };
  const speak = (locale: string): Texts => (locale === 'de' ? german : texts);

  test('names, descriptions and choices are shown in it, and stay what they are', () => {
    const drawn = draw(commands, speak);
    expect(find(drawn, 'Animate').name_localizations).toEqual({ de: 'Animieren' });
    expect(find(drawn, 'hailuo', 'jobs').name_localizations).toEqual({ de: 'clips' });
    const create = find(drawn, 'hailuo', 'create');
    expect(create.description_localizations).toEqual({ de: 'Einen Clip machen' });
    expect(find([create], 'create', 'prompt')).toMatchObject({
      name_localizations: { de: 'beschreibung' },
      description_localizations: { de: 'Was im Clip geschieht' },
    });
    expect(find([create], 'create', 'duration').choices).toMatchObject([
      { name: '6 seconds', name_localizations: { de: '6 Sekunden' }, value: 6 },
      { name: '10 seconds', name_localizations: { de: '10 Sekunden' }, value: 10 },
    ]);
  });

  test('what is said alike is left to Discord’s own falling back', () => {
    const create = find(draw(commands, speak), 'hailuo', 'create');
    expect(create.name_localizations).toEqual({});
    expect(find([create], 'create', 'image').description_localizations).toEqual({});
  });

  test('what no text has words for goes by its own', () => {
    expect(find(draw([command({})], speak), 'hailuo', 'try')).toMatchObject({
      description: 'Tries it',
      name_localizations: {},
      description_localizations: {},
    });
  });
});

describe('within Discord’s limits', () => {
  test('in every language there is', () => expect(checkCommands(drawCommands(commands)).violations).toEqual([]));

  test.each(Object.values(Locale))('each name once as it is shown in %s', (locale) => {
    const shown = ({ name, name_localizations }: Drawn): string => name_localizations?.[locale] ?? name;
    const twice = (list: readonly Drawn[]): string[] => {
      const names = list.map(shown);
      const here = names.filter((name, index) => names.indexOf(name) !== index);
      return [...here, ...list.flatMap(({ options, choices }) => [...twice(options ?? []), ...twice(choices ?? [])])];
    };
    expect(twice(draw(commands))).toEqual([]);
  });
});
