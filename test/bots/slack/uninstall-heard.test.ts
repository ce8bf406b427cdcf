/** The whole way: installed by the pages, heard by Bolt, removed by Slack. */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSlack } from '../../../src/bots/slack/slack.ts';
import type { SlackTables } from '../../../src/bots/slack/slack-tables.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { createLog } from '../../../src/core/log.ts';
import { createSecret } from '../../../src/core/secret.ts';
import { eventually } from '../../support/eventually.ts';
import { startFakeSlack } from '../../support/fake-slack/fake-slack.ts';
import { createWorld } from '../../support/world.ts';
import { openSlackDatabase } from './install-world.ts';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openSlackDatabase();
});
afterAll(() => opened.close());

it('a workspace installs the app, removes it, and installs it again', async () => {
  await using slack = await startFakeSlack({ team: { name: 'Acme', isInstalled: false } });
  const { database } = opened;
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: 'info', write: (line) => void lines.push(JSON.parse(line)), secrets: [] });
  const server = serve({ fetch: (request, env) => bot.routes.fetch(request, env), hostname: '127.0.0.1', port: 0 });
  await new Promise((listening) => server.once('listening', listening));
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bot = createSlack({
    apiUrl: slack.apiUrl,
    connection: { by: 'socket', appToken: createSecret(slack.appToken) },
    workspaces: { are: 'many', clientId: slack.clientId, clientSecret: createSecret(slack.clientSecret) },
    publicUrl,
    secretKey: createSecret('the secret key of the operator'),
    reactionEmoji: '',
    database,
    urgent: opened.urgent,
    pathOf: ({ id }) => id,
    log,
    now: () => new Date(),
    newId: () => uuidv7(),
    isAlone: true,
    acknowledged: () => undefined,
    cancelJob: async () => undefined,
  });
  const installed = async () =>
    (await database.withTables<SlackTables>().selectFrom('slack_installations').select('id').execute()).length;

  async function install(): Promise<void> {
    const open = (address: string, cookie = '') => fetch(address, { redirect: 'manual', headers: { cookie } });
    const first = await open(`${publicUrl}/slack/install`);
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    const consent = await open(first.headers.get('location') ?? '');
    expect((await open(consent.headers.get('location') ?? '', cookie)).status).toBe(200);
  }

  try {
    await bot.bot.start(createWorld(opened).commands);
    await eventually(() => bot.bot.isReady() || new Error('not connected'));
    for (let times = 0; times < 2; times += 1) {
      await install();
      expect(await installed()).toBe(1);
      const ann = slack.team.person();
      const asked = ann.command(slack.team.channel(), 'help');
      await asked.acknowledged;
      await eventually(() => asked.answers().length > 0 || new Error('no answer'));
      await slack.team.uninstall();
      await eventually(async () => (await installed()) === 0 || new Error('still installed'));
    }
    expect(lines.filter(({ event }) => event === 'slack.uninstalled')).toHaveLength(2);
    expect(slack.problems).toEqual([]);
  } finally {
    await bot.bot.stop();
    await bot.close();
    await new Promise((closed) => server.close(closed));
  }
});
