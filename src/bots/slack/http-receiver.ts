/** Slack by HTTP: Bolt checks and reads what is posted to our own server, and never opens a port of its own. */
import { once } from 'node:events';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { HTTPReceiver } from '@slack/bolt';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Log } from '../../core/log.ts';
import type { Secret } from '../../core/secret.ts';
import { toSlackLogger } from './slack-clients.ts';
import type { Transport } from './transport.ts';

export interface HttpTransport extends Transport {
  /** `POST /slack/events`: events, commands and everything people press (platforms/slack.md §2). */
  readonly routes: Hono;
}

export const eventsPath = '/slack/events';

/** A form with everything in it has 250 kB (platforms/slack.md §6), and a message with its files less. */
const bodyLimitBytes = 1_000_000;

export function createHttpReceiver({
  signingSecret,
  log,
}: {
  readonly signingSecret: Secret;
  readonly log: Log;
}): HttpTransport {
  const receiver = new HTTPReceiver({
    signingSecret: signingSecret.reveal(),
    endpoints: [eventsPath],
    logger: toSlackLogger(log),
  });
  let isListening = false;

  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.post(eventsPath, bodyLimit({ maxSize: bodyLimitBytes }), async (context) => {
    // Slack repeats an event, to whoever listens then.
    if (!isListening) return context.text('', 503);
    const { incoming, outgoing } = context.env;
    const rawBody = Buffer.from(await context.req.arrayBuffer());
    const answered = once(outgoing, 'close');
    receiver.requestListener(Object.assign(incoming, { rawBody }), outgoing);
    await answered;
    return RESPONSE_ALREADY_SENT;
  });

  return {
    receiver,
    // What is bound to the request is Node's own, and that is what this server runs on.
    routes: new Hono().route('/', routes),
    isReady: () => isListening,
    start() {
      isListening = true;
    },
    async stop() {
      isListening = false;
    },
  };
}
