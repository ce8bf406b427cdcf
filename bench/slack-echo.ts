/** Bolt alone, as a process of its own: connects by Socket Mode, acknowledges every `/hailuo` and does nothing else. */
import { App, LogLevel } from '@slack/bolt';

const app = new App({
  token: process.env.SLACK_BOT_TOKEN ?? '',
  appToken: process.env.SLACK_APP_TOKEN ?? '',
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL ?? '' },
});
app.command('/hailuo', async ({ ack }) => ack());
await app.start();
console.log('connected');
