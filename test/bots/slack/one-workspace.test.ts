import { WebClient } from '@slack/web-api';
import { expect, it } from 'vitest';
import { createOneWorkspace } from '../../../src/bots/slack/one-workspace.ts';
import { NotInstalled } from '../../../src/bots/slack/slack-clients.ts';
import { createLog } from '../../../src/core/log.ts';
import { createSecret } from '../../../src/core/secret.ts';
import { startFakeSlack } from '../../support/fake-slack/fake-slack.ts';

async function openOne(token?: string) {
  const slack = await startFakeSlack({ team: { name: 'Acme' } });
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: 'debug', write: (line) => void lines.push(JSON.parse(line)), secrets: [] });
  const used = token ?? slack.team.botToken;
  const workspace = createOneWorkspace({ token: createSecret(used), apiUrl: slack.apiUrl, log });
  const key = { team: slack.team.id, enterprise: null, isEnterpriseInstall: false };
  return {
    slack,
    lines,
    workspace,
    key,
    identify: () => workspace.identify(key),
    said: (event: string) => lines.filter((line) => line.event === event),
    async [Symbol.asyncDispose]() {
      expect(JSON.stringify(lines)).not.toContain(used);
      await slack.close();
    },
  };
}

it('Slack is asked once whose token it is', async () => {
  await using one = await openOne();
  const { team } = one.slack;
  const all = await Promise.all([one.identify(), one.identify(), one.identify()]);
  for (const identity of [...all, await one.identify()]) {
    expect(identity).toEqual({ token: team.botToken, bot: team.bot, botUser: team.botUser, name: 'Acme' });
  }
  expect(one.slack.calls('auth.test')).toHaveLength(1);
});

it('a Slack that is away for a moment is asked again', async () => {
  await using one = await openOne();
  one.slack.faults.refuse('auth.test');
  one.slack.faults.status('auth.test', 503);
  expect((await one.identify()).name).toBe('Acme');
});

it('a Slack that stays away is asked again the next time, and the token is not taken for a dead one', async () => {
  await using one = await openOne();
  one.slack.faults.status('auth.test', 503, 3);
  const asked = one.identify();
  await expect(asked).rejects.toThrow();
  await expect(asked).rejects.not.toThrow(NotInstalled);
  expect(one.said('slack.bad-token')).toEqual([]);
  expect((await one.identify()).name).toBe('Acme');
});

it.each([
  ['unknown', () => 'xoxb-nobody-knows-it'],
  ['that of the app', (appToken: string) => appToken],
])('a token that is %s is said once, with what to do', async (_name, choose) => {
  await using slack = await startFakeSlack();
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: 'debug', write: (line) => void lines.push(JSON.parse(line)), secrets: [] });
  const token = createSecret(choose(slack.appToken));
  const workspace = createOneWorkspace({ token, apiUrl: slack.apiUrl, log });
  const key = { team: slack.team.id, enterprise: null, isEnterpriseInstall: false };
  for (let times = 0; times < 3; times += 1) await expect(workspace.identify(key)).rejects.toThrow(NotInstalled);
  expect(lines.filter(({ event }) => event === 'slack.bad-token')).toMatchObject([
    { level: 'error', advice: expect.stringContaining('SLACK_BOT_TOKEN') },
  ]);
  expect(JSON.stringify(lines)).not.toContain(token.reveal());
});

it('when the app is removed the operator is told what to do, and the token is asked about anew', async () => {
  await using one = await openOne();
  await one.identify();
  const at = new Date();
  await one.workspace.uninstalled({ key: one.key, event: 'tokens_revoked', at, bots: [] });
  expect(one.said('slack.uninstalled')).toEqual([]);
  const { botUser } = one.slack.team;
  await new WebClient(one.slack.team.botToken, { slackApiUrl: one.slack.apiUrl }).auth.revoke();
  await one.workspace.uninstalled({ key: one.key, event: 'tokens_revoked', at, bots: [botUser] });
  await one.workspace.uninstalled({ key: one.key, event: 'app_uninstalled', at, bots: [] });
  expect(one.said('slack.uninstalled')).toMatchObject([
    { level: 'warn', advice: expect.stringContaining('SLACK_BOT_TOKEN') },
  ]);
  await expect(one.identify()).rejects.toThrow(NotInstalled);
});
