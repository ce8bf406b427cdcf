/** Whose workspace something was asked in: organisations, other companies' people, and an app that is taken away. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toAddress } from '../../../src/bots/slack/address.ts';
import { slackMigrations } from '../../../src/bots/slack/slack-migrations.ts';
import type { Uninstall } from '../../../src/bots/slack/uninstall.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import type { FakeSlackOptions } from '../../support/fake-slack/fake-slack.ts';
import { type Changes, createBotWorld, listenIn, patienceMs, pictureFile, ranOnce } from './bot-world.ts';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openMemoryDatabase(slackMigrations);
});
afterAll(() => opened.close());

async function inWorkspace(options: FakeSlackOptions = {}, changes: Changes = {}) {
  const bot = await createBotWorld(opened, options);
  const { commands, ran } = listenIn(bot.commands);
  const process = await bot.start({ commands, ...changes });
  const channel = bot.slack.team.channel({ isShared: true });
  const ann = bot.slack.team.person({ name: 'ann' });
  return { ...bot, ran, process, channel, ann };
}
type InWorkspace = Awaited<ReturnType<typeof inWorkspace>>;

/** One of each kind of payload, and whose app was asked by them. */
async function askEveryWay(bot: InWorkspace) {
  const { ann, channel } = bot;
  ann.command(channel, 'a boat');
  const message = ann.say(channel, 'look', { files: [ann.upload(pictureFile())] });
  ann.react(message, 'clapper');
  ann.say(channel, '@hailuo a plane');
  ann.shortcut(message);
  await eventually(() => ann.modal ?? new Error('no form'), patienceMs);
  ann.submit({});
  const ran = await ranOnce(bot.ran, 4);
  const installations = ran.map(({ call }) => toAddress(call.destination).installation);
  return { tenants: new Set(ran.map(({ call }) => call.asker.tenant)), installations };
}

test('a workspace of its own', async () => {
  const bot = await inWorkspace();
  const { tenants, installations } = await askEveryWay(bot);
  expect(tenants).toEqual(new Set([`slack:${bot.slack.team.id}`]));
  expect(installations).toHaveLength(4);
  for (const installation of installations) {
    expect(installation).toEqual({ team: bot.slack.team.id, enterprise: null, isEnterpriseInstall: false });
  }
  expect(bot.slack.problems).toEqual([]);
});

test('a workspace of an organisation: its people are the organisation’s', async () => {
  const bot = await inWorkspace({ team: { enterprise: 'E0ACME' } });
  const { tenants, installations } = await askEveryWay(bot);
  expect(tenants).toEqual(new Set(['slack:E0ACME']));
  for (const installation of installations) {
    expect(installation).toEqual({ team: bot.slack.team.id, enterprise: 'E0ACME', isEnterpriseInstall: false });
  }
});

test('an app that a whole organisation has', async () => {
  const bot = await inWorkspace({ team: { enterprise: 'E0GRID', isEnterpriseInstall: true } });
  const { tenants, installations } = await askEveryWay(bot);
  expect(tenants).toEqual(new Set(['slack:E0GRID']));
  for (const installation of installations) {
    expect(installation).toMatchObject({ enterprise: 'E0GRID', isEnterpriseInstall: true });
  }
});

test('somebody of another company in a shared channel asks this workspace’s app', async () => {
  const bot = await inWorkspace();
  const stranger = bot.slack.team.person({ isStranger: true });
  stranger.say(bot.channel, '@hailuo a boat');
  const message = stranger.say(bot.channel, 'look', { files: [stranger.upload(pictureFile())] });
  stranger.react(message, 'clapper');
  const ran = await ranOnce(bot.ran, 2);
  expect(ran.map(({ call }) => call.asker)).toEqual([
    expect.objectContaining({ tenant: `slack:${bot.slack.team.id}`, person: stranger.id, isAdmin: false }),
    expect.objectContaining({ tenant: `slack:${bot.slack.team.id}`, person: stranger.id, isAdmin: false }),
  ]);
});

test('an app that is taken away is told to whoever keeps its tokens, until it is done', async () => {
  const told: Uninstall[] = [];
  const bot = await inWorkspace(
    {},
    {
      connection: 'http',
      around: (tokens) => ({
        ...tokens,
        async uninstalled(uninstall) {
          told.push(uninstall);
          if (told.length === 1) throw new Error('the database is away');
        },
      }),
    },
  );
  const key = { team: bot.slack.team.id, enterprise: null, isEnterpriseInstall: false };
  const botUser = bot.slack.team.botUser;
  await bot.slack.team.uninstall();
  await bot.slack.settled();
  expect(told).toEqual([
    expect.objectContaining({ key, event: 'tokens_revoked', bots: [botUser] }),
    expect.objectContaining({ key, event: 'tokens_revoked', bots: [botUser] }),
    expect.objectContaining({ key, event: 'app_uninstalled', bots: [] }),
  ]);
  expect(told.every(({ at }) => Math.abs(at.getTime() - Date.now()) < 3_600_000)).toBe(true);
});
