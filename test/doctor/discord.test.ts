/** What the doctor makes of a Discord that is set up well, and of each thing that can be set up badly. */
import { PermissionFlagsBits } from 'discord.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDiscordRest } from '../../src/bots/discord/discord-rest.ts';
import { drawCommands } from '../../src/bots/discord/draw/commands.ts';
import { registerCommands } from '../../src/bots/discord/register-commands.ts';
import { silentLog } from '../../src/core/log.ts';
import { createSecret } from '../../src/core/secret.ts';
import { judgeDiscord, lookAtDiscord } from '../../src/doctor/discord.ts';
import { commandsToDraw } from '../../src/doctor/our-commands.ts';
import { createQuote } from '../../src/doctor/quote.ts';
import type { Finding } from '../../src/doctor/report.ts';
import { type FakeDiscord, type FakeDiscordOptions, startFakeDiscord } from '../support/fake-discord/fake-discord.ts';

const commands = commandsToDraw([]);

async function openDiscord(options: FakeDiscordOptions = {}): Promise<FakeDiscord> {
  const discord = await startFakeDiscord(options);
  onTestFinished(() => discord.close());
  return discord;
}

interface Settings {
  readonly token?: string;
  readonly apiUrl?: string;
  readonly guildIds?: readonly string[];
}

async function examine(
  discord: FakeDiscord,
  { token = discord.token, ...settings }: Settings = {},
): Promise<Finding[]> {
  const config = { token: createSecret(token), apiUrl: discord.apiUrl, guildIds: [], ...settings };
  const seen = await lookAtDiscord({ discord: config }, commands);
  return seen === null ? [] : judgeDiscord(seen, createQuote([token]));
}

function register(discord: FakeDiscord, guilds: readonly string[] | 'everywhere' = 'everywhere'): Promise<void> {
  const rest = createDiscordRest({ token: discord.token, apiUrl: discord.apiUrl, log: silentLog });
  return registerCommands(rest, discord.applicationId, guilds, drawCommands(commands), silentLog);
}

/** The application as Discord describes it, with something changed in the portal. */
function portal(discord: FakeDiscord, change: Readonly<Record<string, unknown>>): void {
  const usual = {
    id: discord.applicationId,
    name: 'hailuo',
    flags: 1 << 19,
    bot_public: true,
    bot_require_code_grant: false,
    interactions_endpoint_url: null,
    integration_types_config: { 0: {}, 1: {} },
  };
  discord.order({ method: 'GET', route: '/applications/@me' }, { status: 200, body: { ...usual, ...change } });
}

test('all is well: every line is ok, with both links, and nothing was changed or spent', async () => {
  const discord = await openDiscord();
  discord.addGuild();
  await register(discord);
  const written = discord.registrations;
  const before = discord.requests.length;
  expect(await examine(discord)).toEqual(
    [
      'The token is good: bot hailuo of the application hailuo.',
      'Message Content Intent is on: 🎬 under a picture works.',
      'Servers: 1.',
      `Invite it to a server: https://discord.com/oauth2/authorize?client_id=${discord.applicationId}&scope=bot+applications.commands&permissions=309237763072`,
      `Install it on an account: https://discord.com/oauth2/authorize?client_id=${discord.applicationId}&scope=applications.commands&integration_type=1`,
      'Commands: registered everywhere, as this version has them.',
      'Gateway: 999 of 1000 session starts left today, 1 for each start of the bot.',
    ].map((text) => ({ mark: 'ok', text })),
  );
  expect(discord.registrations).toBe(written);
  expect(discord.requests.slice(before).map(({ method }) => method)).toEqual(Array(5).fill('GET'));
});

describe('what must be fixed first', () => {
  test('a token that Discord does not know', async () => {
    const discord = await openDiscord();
    const token = `${discord.token.slice(0, -4)}oops`;
    const findings = await examine(discord, { token });
    expect(findings).toMatchObject([{ mark: 'FIX', text: 'Discord does not accept DISCORD_TOKEN.' }]);
    expect(JSON.stringify(findings)).not.toContain(token);
  });

  test('a Discord that does not answer', async () => {
    const discord = await openDiscord();
    const closed = await startFakeDiscord();
    await closed.close();
    expect(await examine(discord, { apiUrl: closed.apiUrl })).toMatchObject([
      { mark: 'FIX', text: expect.stringContaining('ECONNREFUSED'), next: expect.stringContaining('DISCORD_API_URL') },
    ]);
  });

  test('something else at its address', async () => {
    const discord = await openDiscord();
    discord.order({ route: '/users/@me' }, { status: 200, body: { hello: 'world' } });
    expect(await examine(discord)).toMatchObject([
      { mark: 'FIX', text: expect.stringContaining('does not speak like Discord') },
    ]);
  });
});

test.each([
  [{ flags: 0 }, 'note', 'Message Content Intent is off'],
  [{ bot_public: false }, 'note', 'Public Bot is off'],
  [{ bot_require_code_grant: true }, 'FIX', 'Requires OAuth2 Code Grant is on'],
  [{ interactions_endpoint_url: 'https://elsewhere.example' }, 'FIX', 'to an Interactions Endpoint URL'],
  [{ integration_types_config: { 1: {} } }, 'FIX', 'Guild Install is off'],
  [{ integration_types_config: { 0: {} } }, 'note', 'User Install is off'],
  [{ integration_types_config: null }, 'note', 'User Install is off'],
] as const)('in the portal %j: %s, %s', async (change, mark, text) => {
  const discord = await openDiscord();
  discord.addGuild();
  await register(discord);
  portal(discord, change);
  expect((await examine(discord)).filter((finding) => finding.mark !== 'ok')).toEqual([
    { mark, text: expect.stringContaining(text), next: expect.stringContaining('In the portal, under ') },
  ]);
});

describe('its servers', () => {
  test('none yet: the invite link is the next step', async () => {
    const discord = await openDiscord();
    expect(await examine(discord)).toContainEqual({
      mark: 'note',
      text: 'The bot is in no server yet.',
      next: expect.stringContaining('permissions=309237763072'),
    });
  });

  test('those that give it less than it asks for are named, five at most', async () => {
    const discord = await openDiscord();
    const lacking = { permissions: String(PermissionFlagsBits.ViewChannel | PermissionFlagsBits.SendMessages) };
    const body = [
      { name: 'Whole', permissions: String(PermissionFlagsBits.Administrator) },
      ...Array.from({ length: 7 }, (_, index) => ({ name: `Server ${index}\u001b[31m`, ...lacking })),
    ];
    discord.order({ route: '/users/@me/guilds' }, { status: 200, body });
    const notes = (await examine(discord)).filter(({ text }) => text.includes('lack'));
    expect(notes).toHaveLength(6);
    expect(notes[0]?.text).toBe(
      'In Server 0 [31m its roles lack: Send Messages in Threads, Create Public Threads, Attach Files, Embed Links, Read Message History.',
    );
    expect(notes[5]?.text).toBe('And 2 more servers lack something.');
  });
});

describe('its commands', () => {
  const commandLines = (findings: readonly Finding[]) => findings.filter(({ text }) => text.startsWith('Commands:'));

  test('of another version', async () => {
    const discord = await openDiscord();
    await register(discord);
    const there = discord.commands().map((command) => ({ ...command, description: 'as it was' }));
    discord.order({ route: '/applications/:application/commands' }, { status: 200, body: there });
    expect(commandLines(await examine(discord))).toMatchObject([
      { mark: 'note', text: 'Commands: registered everywhere, and not as this version has them.' },
    ]);
  });

  test('in servers that are named, and in one where the bot is not', async () => {
    const discord = await openDiscord();
    const [one, other] = [discord.addGuild(), discord.addGuild()];
    const foreign = discord.addGuild({ isForeign: true });
    await register(discord, [one.id]);
    const guildIds = [one.id, other.id, foreign.id];
    expect(commandLines(await examine(discord, { guildIds }))).toMatchObject([
      { mark: 'ok', text: `Commands: registered in server ${one.id}, as this version has them.` },
      { mark: 'note', text: `Commands: not registered in server ${other.id} yet.` },
      { mark: 'FIX', text: `Commands: DISCORD_GUILD_IDS names ${foreign.id}, where the bot is not.` },
    ]);
  });
});

test.each([
  [1000, 'ok'],
  [99, 'note'],
  [3, 'FIX'],
] as const)('with %i session starts left it is %s', async (remaining, mark) => {
  const discord = await openDiscord();
  const body = { shards: 4, session_start_limit: { total: 1000, remaining, reset_after: 1, max_concurrency: 1 } };
  discord.order({ route: '/gateway/bot' }, { status: 200, body: { ...body, url: 'ws://127.0.0.1' } });
  const [line] = (await examine(discord)).filter(({ text }) => text.startsWith('Gateway:'));
  expect(line?.mark).toBe(mark);
});

test('switched off, nothing is asked', async () => {
  expect(await lookAtDiscord({ discord: undefined }, commands)).toBeNull();
});
