/** docs/slack.md against the code: scopes, events, steps, commands of admins, settings, and the sentences it explains. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { drawManifest } from '../src/bots/slack/manifest.ts';
import { neededScopes } from '../src/bots/slack/needed-scopes.ts';
import { commandsOnSlack } from '../src/bots/slack/slack-commands.ts';
import { parseAdmin } from '../src/commands/admin/arguments.ts';
import { settingNames } from '../src/core/config.ts';
import { commandsToDraw } from '../src/doctor/our-commands.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** Everything that stands in the files of a folder. */
function readAll(path: string): string {
  return readdirSync(new URL(`../${path}`, import.meta.url), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'))
    .join('\n');
}

const page = read('docs/slack.md');
const readme = read('README.md');
const socket = drawManifest({ connection: 'socket', workspaces: 'one', publicUrl: '' });

/** The first column of the table between a mark and its end. */
function marked(name: string): string[] {
  const [, table = ''] = new RegExp(`<!-- ${name}:[^>]*-->([\\s\\S]*?)<!-- end -->`).exec(page) ?? [];
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) => cell);
}

test('it names exactly the scopes the code asks for, in its order', () => {
  expect(marked('scopes')).toEqual(neededScopes.map(({ scope }) => scope));
});

test('it names exactly the events the manifest asks for', () => {
  expect(marked('events')).toEqual(socket.settings.event_subscriptions.bot_events);
});

describe('from nothing to the first clip', () => {
  const [, way = ''] = /## From nothing to the first clip([\s\S]*?)\n## /.exec(page) ?? [];
  const steps = [...way.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number));

  test('are ten steps', () => expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));

  test('begin with the manifest, and end with a command that is in it', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect(way).toMatch(/^1\. .*`npm run --silent slack:manifest`/m);
    expect(Object.keys(scripts)).toContain('slack:manifest');
    const [command] = socket.features.slash_commands ?? [];
    expect(way.slice(way.indexOf('\n10. '))).toContain(`${command?.command} a paper boat`);
  });

  test('need the two tokens of Socket Mode and nothing else', () => {
    expect([...way.matchAll(/^ *([A-Z_]+)=/gm)].map(([, name]) => name)).toEqual([
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
    ]);
  });
});

test('the menu, the step and the addresses are called as in the manifest', () => {
  const publicUrl = 'https://clips.example.org';
  const many = drawManifest({ connection: 'http', workspaces: 'many', publicUrl });
  for (const { name } of many.features.shortcuts ?? []) expect(page).toContain(`**${name}**`);
  for (const { title } of Object.values(many.functions)) expect(page).toContain(`*${title}*`);
  expect(many.settings.event_subscriptions.request_url).toBe(`${publicUrl}/slack/events`);
  expect(page).toContain('`POST /slack/events`');
  expect(readme).toContain('`POST /slack/events`');
  expect(many.oauth_config.redirect_urls).toEqual([`${publicUrl}/slack/oauth_redirect`]);
  expect(readme).toContain('`GET /slack/install`, `GET /slack/oauth_redirect`');
  // The two switches that the page says depend on the way to connect.
  expect(many.settings.token_rotation_enabled).toBe(true);
  expect(socket.settings.socket_mode_enabled).toBe(true);
});

describe('commands', () => {
  const commands = commandsOnSlack(commandsToDraw([]));
  const admin = commands.filter(({ isForAdmins }) => isForAdmins === true);
  const examples = [...page.matchAll(/`\/hailuo admin ([^`]+)`/g)].map(([, typed = '']) => typed);

  test('every command of admins is there', () => {
    const named = new Set(examples.map((typed) => typed.split(' ')[0]));
    expect(named).toEqual(new Set([...admin.map(({ name }) => name), 'help']));
  });

  test.each(examples)('/hailuo admin %s is understood', (typed) => {
    // As Slack sends names that were picked.
    const sent = typed
      .replace('@artists', '<!subteam^S1|@artists>')
      .replace(/(?<!\|)@(\w+)/g, '<@U1|$1>')
      .replace(/#(\w+)/g, '<#C1|$1>');
    const parsed = parseAdmin(sent, commands);
    expect(parsed).toMatchObject({ command: typed.split(' ')[0] });
  });

  test('flags it mentions are options of that command', () => {
    const flags = [...page.matchAll(/`--(clips-per-day|at-once|usd-per-month)`/g)].map(([, flag = '']) => flag);
    expect(new Set(flags).size).toBe(3);
    const options = admin.find(({ name }) => name === 'limit')?.options.map(({ name }) => name.replaceAll('_', '-'));
    expect(options).toEqual(expect.arrayContaining(flags));
  });

  test('every command of people is there', () => {
    for (const { name, isListed } of commands) {
      if (isListed && name !== 'create') expect(page).toContain(`\`/hailuo ${name}\``);
    }
  });
});

test('every setting of Slack is in the page, in the README and in .env.example', () => {
  const names = settingNames([]).filter((name) => name.startsWith('SLACK_') || name === 'REACTION_EMOJI');
  expect(names).toHaveLength(7);
  const example = read('.env.example');
  for (const name of names) {
    expect(page).toContain(`| \`${name}\` |`);
    expect(readme).toMatch(new RegExp(`^\\|.*\`${name}\`.*\\|`, 'm'));
    expect(example).toMatch(new RegExp(`^#?${name}=`, 'm'));
  }
});

test('every sentence it explains is one that people can read', () => {
  const texts = readAll('src/core/texts/en/');
  const [, table = ''] = /\| sentence \| what it is \|([\s\S]*?)\n\n/.exec(page) ?? [];
  const sentences = [...table.matchAll(/^\| (\*.*?\*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/\*([^*]+)\*/g)].map(([, sentence = '']) => sentence.replace(/ …$/, '')),
  );
  expect(sentences.length).toBeGreaterThan(15);
  for (const sentence of sentences) expect(texts).toContain(sentence);
});

describe('the log', () => {
  const code = readAll('src/bots/slack/');
  // Of a runner that all platforms share.
  const shared = readFileSync(new URL('../src/bots/call-runner.ts', import.meta.url), 'utf8');
  const logged = new Set([
    ...[...code.matchAll(/'(slack\.[a-z]+(?:-[a-z]+)*)'/g)].map(([, event = '']) => event),
    ...[...shared.matchAll(/`\$\{platform\}(\.[a-z-]+)`/g)].map(([, event = '']) => `slack${event}`),
  ]);
  const namedIn = (text: string) => new Set([...text.matchAll(/`(slack\.[a-z-]+)`/g)].map(([, event = '']) => event));

  test('every event the page names is one that is logged', () => {
    const named = namedIn(page);
    expect(named.size).toBeGreaterThan(5);
    expect([...named].filter((event) => !logged.has(event))).toEqual([]);
  });

  test('operations.md has every event that is logged, and no other', () => {
    expect(namedIn(read('docs/operations.md'))).toEqual(logged);
  });
});

test('every error of Slack it names is one the code knows', () => {
  const [, table = ''] = /\| error \| what it is \|([\s\S]*?)(?:\n\n|$)/.exec(page) ?? [];
  const errors = [...table.matchAll(/`([a-z_]+)`/g)].map(([, error = '']) => error);
  expect(errors.length).toBeGreaterThan(5);
  const code = readAll('src/bots/slack/');
  for (const error of errors) expect(code).toContain(`'${error}'`);
});

test('every place it leads to is there', () => {
  const headings = new Set(
    [...page.matchAll(/^#{1,3} (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
  const leads = [...page.matchAll(/\]\(#([\w-]+)\)/g)].map(([, lead]) => lead);
  expect(leads.length).toBeGreaterThan(10);
  for (const lead of leads) expect(headings).toContain(lead);
});
