/** docs/discord.md against the code: permissions, commands of admins, settings, and the sentences it explains. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { neededPermissions } from '../src/bots/discord/needed-permissions.ts';
import { settingNames } from '../src/core/config.ts';
import { commandsToDraw } from '../src/doctor/our-commands.ts';

const page = readFileSync(new URL('../docs/discord.md', import.meta.url), 'utf8');
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [, permissions = ''] = /<!-- permissions:[^>]*-->([\s\S]*?)<!-- end -->/.exec(page) ?? [];

test('it names exactly the permissions the code asks for', () => {
  const named = [...permissions.matchAll(/^\| ([A-Z][^|]*?) \|/gm)].map(([, name]) => name);
  expect(named).toEqual(neededPermissions.map(({ name }) => name));
});

test('it says of each whether a request is refused without it', () => {
  for (const { name, clipsNeedIt } of neededPermissions) {
    const row = permissions.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? '';
    const isRefused = /requests (?:in threads )?are refused/.test(row.split('|').at(-2) ?? '');
    expect([name, isRefused]).toEqual([name, clipsNeedIt !== 'nowhere']);
  }
});

describe('commands', () => {
  const admin = commandsToDraw([]).filter(({ isForAdmins }) => isForAdmins === true);
  const examples = [...page.matchAll(/`\/hailuo-admin ([\w-]+)([^`]*)`/g)].map(([, name = '', rest = '']) => ({
    name,
    options: [...rest.matchAll(/(?:^| )(\w+):/g)].map(([, option]) => option),
  }));

  test('every command of admins is there, and no other', () => {
    expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(admin.map(({ name }) => name)));
  });

  test.each(examples.filter(({ options }) => options.length > 0))('$name has $options', ({ name, options }) => {
    const known = admin.find((command) => command.name === name)?.options.map((option) => option.name);
    expect(known).toEqual(expect.arrayContaining(options));
  });

  test('every command of people is there', () => {
    for (const { name } of commandsToDraw([]).filter(({ isListed }) => isListed)) {
      expect(page).toContain(`/hailuo ${name}`);
    }
  });
});

test('every setting of Discord is in the page and in the README', () => {
  const names = settingNames([]).filter((name) => name.startsWith('DISCORD_') || name === 'REACTION_EMOJI');
  expect(names).toHaveLength(4);
  for (const name of names) {
    expect(page).toContain(`| \`${name}\` |`);
    expect(readme).toContain(`| \`${name}\` |`);
  }
});

test('every sentence it explains is one that people can read', () => {
  const folder = new URL('../src/core/texts/en/', import.meta.url);
  const texts = readdirSync(folder)
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  const [, table = ''] = /\| sentence \| what it is \|([\s\S]*?)\n\n/.exec(page) ?? [];
  const sentences = [...table.matchAll(/^\| (\*.*?\*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/\*([^*]+)\*/g)].map(([, sentence = '']) => sentence.replace(/ …$/, '')),
  );
  expect(sentences.length).toBeGreaterThan(15);
  for (const sentence of sentences) expect(texts).toContain(sentence);
});

test('every event it names is one that is logged', () => {
  const folder = new URL('../src/bots/discord/', import.meta.url);
  const code = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'))
    .join('\n');
  // Of a runner that all platforms share.
  const shared = readFileSync(new URL('../src/bots/call-runner.ts', import.meta.url), 'utf8');
  const logged = code + shared.replaceAll(/`\$\{platform\}(\.[a-z-]+)`/g, "'discord$1'");
  const events = new Set([...page.matchAll(/`(discord\.[a-z-]+)`/g)].map(([, event = '']) => event));
  expect(events.size).toBeGreaterThan(8);
  for (const event of events) expect(logged).toContain(`'${event}'`);
});
