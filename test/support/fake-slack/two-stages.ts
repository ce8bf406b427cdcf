/** The fake and `emulate`, somebody else's double of Slack's Web API, behind the same verbs: what both can do must look alike. */
import { WebClient } from '@slack/web-api';
import { createEmulator } from 'emulate';
import { z } from 'zod';
import { startFakeSlack } from './fake-slack.ts';
import { quietLogger } from './rehearsal-app.ts';
import { usualScopes } from './teams.ts';

/** One double with a bot, a channel it is in, one it is not in, and a person. */
export interface Stage {
  readonly apiUrl: string;
  readonly token: string;
  readonly botUser: string;
  readonly person: string;
  readonly channel: string;
  /** Where the bot is not. */
  readonly outside: string;
  /** A token that may write and nothing else. */
  readonly narrowToken: string;
  /** What a person's press gives out. */
  trigger(): Promise<string>;
  stop(): Promise<void>;
}

const narrow = ['chat:write'];

/** Without the library's own repetitions. */
export function connect(apiUrl: string, token: string): WebClient {
  return new WebClient(token, { slackApiUrl: apiUrl, retryConfig: { retries: 0 }, logger: quietLogger });
}

/** On our own fake. */
export async function createFakeStage(): Promise<Stage> {
  const slack = await startFakeSlack();
  const ann = slack.team.person({ name: 'ann' });
  const general = slack.team.channel({ name: 'general' });
  ann.say(general, 'hello');
  const other = slack.addTeam({ scopes: narrow });
  return {
    apiUrl: slack.apiUrl,
    token: slack.team.botToken,
    botUser: slack.team.botUser,
    person: ann.id,
    channel: general.id,
    outside: slack.team.channel({ hasBot: false }).id,
    narrowToken: other.botToken,
    // Nobody is connected, so nobody acknowledges; the trigger is as good as any.
    trigger: async () => ann.command(general, '').trigger,
    stop: () => slack.close(),
  };
}

const named = z.object({ channels: z.array(z.object({ id: z.string(), name: z.string() })) });
const minted = z.object({ trigger_id: z.string() });

/** On `emulate`, with a workspace of the same kind. */
export async function createEmulateStage(port: number): Promise<Stage> {
  const token = 'xoxb-emulated';
  const botUser = 'U000000BOT';
  const emulator = await createEmulator({
    service: 'slack',
    port,
    seed: {
      slack: {
        strict_scopes: true,
        users: [{ name: 'ann' }],
        channels: [{ name: 'somewhere' }, { name: 'outside', is_private: false }],
        oauth_apps: [
          {
            client_id: 'c',
            client_secret: 's',
            name: 'hailuo',
            redirect_uris: ['http://127.0.0.1/'],
            app_id: 'A000000BOT',
            bot_id: 'B000000BOT',
            bot_user_id: botUser,
            bot_name: 'hailuo',
            scopes: usualScopes,
          },
        ],
        tokens: [
          {
            token,
            user_id: botUser,
            bot_id: 'B000000BOT',
            bot_user_id: botUser,
            app_id: 'A000000BOT',
            scopes: [...usualScopes, 'channels:join'],
          },
          { token: 'xoxb-narrow', user_id: botUser, app_id: 'A000000BOT', scopes: narrow },
        ],
      },
    },
  });
  const apiUrl = `${emulator.url}/api/`;
  const api = connect(apiUrl, token);
  const { channels } = named.parse(await api.conversations.list());
  const idOf = (name: string) => channels.find((each) => each.name === name)?.id ?? '';
  await api.conversations.join({ channel: idOf('somewhere') });
  const members = await api.conversations.members({ channel: idOf('outside') });
  const person = (members.members ?? []).find((each) => each !== botUser && each !== 'U000000001') ?? '';
  return {
    apiUrl,
    token,
    botUser,
    person,
    channel: idOf('somewhere'),
    outside: idOf('outside'),
    narrowToken: 'xoxb-narrow',
    async trigger() {
      return minted.parse(await api.apiCall('views.generateTriggerId', { user_id: person })).trigger_id;
    },
    stop: () => emulator.close(),
  };
}
