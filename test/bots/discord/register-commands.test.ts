import { REST } from 'discord.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { drawCommands } from '../../../src/bots/discord/draw/commands.ts';
import { registerCommands } from '../../../src/bots/discord/register-commands.ts';
import type { Command } from '../../../src/commands/command.ts';
import { drawOptions, type OptionSpec } from '../../../src/commands/options.ts';
import { createLog } from '../../../src/core/log.ts';
import { requestOptions } from '../../../src/core/request.ts';
import { type Texts, textsFor } from '../../../src/core/texts/texts.ts';
import { type FakeDiscord, startFakeDiscord } from '../../support/fake-discord/fake-discord.ts';

const texts = textsFor('en');

let discord: FakeDiscord;
let rest: REST;
let lines: Record<string, unknown>[];

beforeEach(async () => {
  discord = await startFakeDiscord();
  rest = new REST({ api: discord.apiUrl, retries: 0 }).setToken(discord.token);
  lines = [];
});
afterEach(async () => {
  expect(discord.problems).toEqual([]);
  await discord.close();
});

function command(name: string, about: Partial<Command> = {}): Command {
  return {
    name,
    description: `What ${name} does`,
    options: [],
    isListed: true,
    run: async () => ({ kind: 'card', audience: 'asker', tone: 'plain', card: { paragraphs: [] } }),
    ...about,
  };
}

const picked = (kind: 'person' | 'role' | 'channel'): OptionSpec => ({
  name: kind,
  kind,
  description: `Which ${kind}`,
  isRequired: false,
});
const create = command('create', { options: drawOptions(requestOptions) });
const limit = command('limit', { isForAdmins: true, options: [picked('person'), picked('role'), picked('channel')] });
const german: Texts = { ...texts, discord: { ...texts.discord, animateMenu: 'Animieren' } };
const body = drawCommands([create, limit], (locale) => (locale === 'de' ? german : texts));

async function register(guilds: readonly string[] | 'everywhere', wanted = body) {
  lines = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(JSON.parse(line)), secrets: [] });
  await registerCommands(rest, discord.applicationId, guilds, wanted, log);
  return Object.fromEntries(lines.map(({ scope, outcome }) => [scope, outcome ?? 'failed']));
}

const names = (guild?: { readonly id: string }) => discord.commands(guild).map(({ name }) => name);

describe('everywhere', () => {
  test('commands are written once, and not again at the next start', async () => {
    expect(await register('everywhere')).toEqual({ everywhere: 'written' });
    expect(names()).toEqual(['hailuo', 'hailuo-admin', 'Animate']);
    expect(await register('everywhere')).toEqual({ everywhere: 'unchanged' });
    expect(discord.registrations).toBe(1);
  });

  const described = (about: Partial<Command>) => drawCommands([{ ...create, ...about }, limit]);
  const option = (name: string, about: Partial<OptionSpec>) =>
    described({ options: create.options.map((each) => (each.name === name ? { ...each, ...about } : each)) });

  test.each([
    ['a command is new', drawCommands([create, command('jobs'), limit])],
    ['one is gone', drawCommands([create])],
    ['a description is another', option('model', { description: 'Another' })],
    ['a limit is another', option('prompt', { maxLength: 1999 })],
    ['a choice is new', option('resolution', { choices: ['512P', '768P', '1080P', '4K'] })],
    ['an option is required now', option('model', { isRequired: true })],
    ['suggestions are gone', option('prompt', { hasSuggestions: false })],
    ['the order is another', described({ options: create.options.toReversed() })],
    ['a language is new', drawCommands([create, limit], (locale) => (/de|fr/.test(locale) ? german : texts))],
    ['admins see it everywhere', body.map((each) => ({ ...each, contexts: [0, 1] }))],
    ['anybody may', body.map((each) => ({ ...each, default_member_permissions: '0' }))],
  ])('when %s they are written again, and are the same commands still', async (_name, changed) => {
    await register('everywhere');
    const before = discord.commands().find(({ name }) => name === 'hailuo')?.id;
    expect(await register('everywhere', changed)).toEqual({ everywhere: 'written' });
    expect(discord.commands().find(({ name }) => name === 'hailuo')?.id).toBe(before);
    expect(await register('everywhere', changed)).toEqual({ everywhere: 'unchanged' });
  });

  test('the order in which Discord lists them means nothing', async () => {
    await register('everywhere');
    expect(await register('everywhere', body.toReversed())).toEqual({ everywhere: 'unchanged' });
  });

  test('what opens an app’s activity stays: Discord refuses a list that forgets it', async () => {
    const entryPoint = { id: '1300000000000000001', type: 4, name: 'launch', description: 'Launch', handler: 2 };
    discord.order({ method: 'GET', route: '/commands' }, { status: 200, body: [entryPoint] });
    discord.order({ method: 'PUT', route: '/commands' }, { status: 200, body: [] });
    const sent: unknown[] = [];
    rest.on('response', ({ method, data }) => {
      if (method === 'PUT') sent.push(data.body);
    });
    expect(await register('everywhere')).toEqual({ everywhere: 'written' });
    expect(sent).toMatchObject([[{ name: 'hailuo' }, { name: 'hailuo-admin' }, { name: 'Animate' }, entryPoint]]);
  });

  test('a Discord that is out of order keeps nobody from starting', async () => {
    discord.order({ method: 'PUT', route: '/commands' }, { status: 503, body: {} });
    expect(await register('everywhere')).toEqual({ everywhere: 'failed' });
    expect(lines).toMatchObject([{ level: 'error', event: 'discord.commands-failed', scope: 'everywhere' }]);
  });
});

describe('in guilds', () => {
  test('each has the commands, and nobody sees one twice', async () => {
    const [one, two] = [discord.addGuild(), discord.addGuild()];
    const guilds = [one.id, two.id];
    await register('everywhere');
    expect(await register(guilds)).toEqual({ [one.id]: 'written', [two.id]: 'written', everywhere: 'removed' });
    for (const guild of [one, two]) expect(names(guild)).toEqual(['hailuo', 'hailuo-admin', 'Animate']);
    expect(names()).toEqual([]);
    const writes = discord.registrations;
    expect(await register(guilds)).toEqual({ [one.id]: 'unchanged', [two.id]: 'unchanged', everywhere: 'unchanged' });
    expect(discord.registrations).toBe(writes);
  });

  test('who goes from a few guilds to everywhere leaves nothing behind in them', async () => {
    const guild = discord.addGuild();
    await register([guild.id]);
    expect(await register('everywhere')).toEqual({ everywhere: 'written', [guild.id]: 'removed' });
    expect([names(guild), names()]).toEqual([[], ['hailuo', 'hailuo-admin', 'Animate']]);
  });

  test('of a bot in many guilds none is looked at', async () => {
    for (let count = 0; count < 21; count += 1) discord.addGuild();
    expect(await register('everywhere')).toEqual({ everywhere: 'written' });
  });

  test('global commands of other names are let be', async () => {
    const guild = discord.addGuild();
    await register('everywhere', [...body, { name: 'weather', description: 'Another program’s' }]);
    await register([guild.id]);
    expect(names()).toEqual(['weather']);
  });

  test('one the bot is not in is told in the log, and the others get theirs', async () => {
    const [foreign, own] = [discord.addGuild({ isForeign: true }), discord.addGuild()];
    expect(await register([foreign.id, own.id])).toMatchObject({ [foreign.id]: 'failed', [own.id]: 'written' });
    expect(names(own)).toContain('hailuo');
  });
});
