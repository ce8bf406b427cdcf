/** An unmodified Bolt, connected to the fake: what the fake's own tests drive it with. */
import { App, type AppOptions, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { FakeSlack } from './fake-slack.ts';
import type { FakeTeam } from './teams.ts';

function silent(): void {
  // What the library says is of no interest to a test that sees what it does.
}
const quiet = { debug: silent, info: silent, warn: silent, error: silent };
/** For the libraries. */
export const quietLogger = { ...quiet, setLevel: silent, setName: silent, getLevel: () => LogLevel.ERROR };
const logger = quietLogger;

function clientOptions(slack: FakeSlack) {
  return { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, logger };
}

/** By Socket Mode; `start` resolves when Slack has greeted it. @param options in place of the one workspace's token */
export function socketApp(slack: FakeSlack, options: Partial<AppOptions> = { token: slack.team.botToken }): App {
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logger,
    // The library waits as long before it asks for a new connection.
    clientPingTimeout: 1000,
    installerOptions: { clientOptions: clientOptions(slack) },
  });
  return new App({ receiver, logger, clientOptions: clientOptions(slack), ...options });
}

/** By signed HTTP, with a receiver of its own. */
export function httpApp(slack: FakeSlack): { readonly app: App; readonly receiver: HTTPReceiver } {
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logger });
  const app = new App({ receiver, logger, token: slack.team.botToken, clientOptions: clientOptions(slack) });
  return { app, receiver };
}

/** As the bot of a workspace. */
export function clientOf(slack: FakeSlack, team: FakeTeam = slack.team): WebClient {
  return new WebClient(team.botToken, { ...clientOptions(slack), rejectRateLimitedCalls: true });
}

/** Slack's word, of a call that must be refused. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { data } = error as { readonly data?: { readonly error?: string } };
    if (data?.error !== undefined) return data.error;
    throw error;
  }
  throw new Error('it was not refused');
}
