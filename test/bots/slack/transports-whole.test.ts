/** Slack as `main` opens it: by socket for one workspace, by HTTP for whoever installs it. */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createSlack, type Slack, type SlackEdges } from '../../../src/bots/slack/slack.ts';
import { slackMigrations } from '../../../src/bots/slack/slack-migrations.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { createLog } from '../../../src/core/log.ts';
import { createSecret } from '../../../src/core/secret.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { createBotWorld, patienceMs } from './bot-world.ts';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openMemoryDatabase(slackMigrations);
});
afterAll(() => opened.close());

type World = Awaited<ReturnType<typeof createBotWorld>>;

async function open(
  bot: World,
  config: Pick<SlackEdges, 'connection' | 'workspaces'> & { readonly publicUrl?: string },
): Promise<Slack> {
  const slack = createSlack({
    apiUrl: bot.slack.apiUrl,
    publicUrl: '',
    secretKey: createSecret('0'.repeat(64)),
    reactionEmoji: '',
    database: opened.database,
    urgent: opened.urgent,
    pathOf: bot.edges.media.pathOf,
    log: createLog({ level: 'silent', write: () => undefined, secrets: [] }),
    now: bot.world.now,
    newId: () => crypto.randomUUID(),
    isAlone: true,
    acknowledged: () => undefined,
    cancelJob: async () => undefined,
    ...config,
  });
  onTestFinished(async () => {
    await slack.bot.stop();
    await slack.close();
  });
  return slack;
}

test('by socket, for one workspace', async () => {
  const bot = await createBotWorld(opened);
  const { botToken } = bot.slack.team;
  const slack = await open(bot, {
    connection: { by: 'socket', appToken: createSecret(bot.slack.appToken) },
    workspaces: { are: 'one', token: createSecret(botToken) },
  });
  expect([slack.platform, slack.hearsIn, slack.bot.isReady()]).toEqual(['slack', 'bots', false]);
  expect(bot.slack.calls()).toEqual([]);
  await slack.bot.start(bot.commands);
  await eventually(() => slack.bot.isReady() || new Error('not ready'), patienceMs);
  const ann = bot.slack.team.person();
  ann.command(bot.slack.team.channel(), 'a paper boat');
  const [job] = await bot.jobsOnce(1);
  expect(job?.request.prompt).toBe('a paper boat');
  expect((await slack.routes.request('/slack/events', { method: 'POST' })).status).toBe(404);
  expect((await slack.routes.request('/slack/install')).status).toBe(404);
  await slack.bot.stop();
  expect(slack.bot.isReady()).toBe(false);
});

test('by HTTP, for whoever installs it', async () => {
  const bot = await createBotWorld(opened);
  const app = new Hono();
  const { promise: listening, resolve } = Promise.withResolvers<number>();
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0, overrideGlobalObjects: false }, (info) =>
    resolve((info as AddressInfo).port),
  );
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
  const publicUrl = `http://127.0.0.1:${await listening}`;
  const slack = await open(bot, {
    connection: { by: 'http', signingSecret: createSecret(bot.slack.signingSecret) },
    workspaces: {
      are: 'many',
      clientId: bot.slack.clientId,
      clientSecret: createSecret(bot.slack.clientSecret),
    },
    publicUrl,
  });
  app.route('/', slack.routes);
  expect(slack.hearsIn).toBe('web');
  await slack.bot.start(bot.commands);
  expect(slack.bot.isReady()).toBe(true);
  bot.slack.deliverBy({ http: `${publicUrl}/slack/events` });

  const team = bot.slack.addTeam({ isInstalled: false });
  bot.slack.nextConsent(team);
  const left = await fetch(`${publicUrl}/slack/install`, { redirect: 'manual' });
  const cookie = (left.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const consent = await fetch(left.headers.get('location') ?? '', { redirect: 'manual' });
  const back = await fetch(consent.headers.get('location') ?? '', { headers: { cookie } });
  expect(back.status).toBe(200);

  const ann = team.person();
  const channel = team.channel();
  await ann.command(channel, 'a paper boat').acknowledged;
  const [job] = await bot.jobsOnce(1);
  expect(job).toMatchObject({
    asker: { tenant: `slack:${team.id}`, person: ann.id },
    destination: { address: { installation: { team: team.id } } },
  });
  expect(bot.slack.problems).toEqual([]);
});
