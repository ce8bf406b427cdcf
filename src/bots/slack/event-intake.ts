/** What Slack tells of by itself: reactions, mentions, messages to the bot, opened Homes, steps of workflows, uninstalls. */
import type { App, Context } from '@slack/bolt';
import type { Log } from '../../core/log.ts';
import { rememberSettings } from '../remembered-settings.ts';
import { tenantOf } from './address.ts';
import type { HomeBoard } from './home.ts';
import { keyOf, readEnvelope, readHome, readMessage, readReaction, readRevoked, readStep } from './incoming.ts';
import { animateStep } from './manifest.ts';
import { callOfMessage, callOfReaction, callOfStep } from './open-calls.ts';
import { persistently } from './persistently.ts';
import type { Scribe } from './scribe.ts';
import type { SlackDatabase } from './slack-tables.ts';
import { hasMention } from './understand.ts';
import type { Uninstalls } from './uninstall.ts';
import { isWantedReaction } from './wanted-reaction.ts';

export interface EventIntakeEdges {
  readonly database: SlackDatabase;
  readonly scribe: Scribe;
  readonly home: HomeBoard;
  readonly uninstalls: Uninstalls;
  /** What animates where the admins chose nothing else. */
  readonly emoji: string;
  readonly log: Log;
  readonly now: () => Date;
}

/** Within the time an event has. */
const lookPausesMs = [200, 800];

/**
 * A listener that rejects has not taken its event, which then comes again (`hearing.ts`). What programs do is nobody's
 * wish: the bot's own events never come this far, those of others are left out here or when they are run.
 */
export function listenToEvents(app: App, edges: EventIntakeEdges): void {
  const { scribe, home, uninstalls, now } = edges;
  const settingsOf = rememberSettings(edges);

  // Nobody could be answered there.
  app.use(async ({ context, next }) => {
    if (context.isInstalled !== false) await next();
  });

  app.event('reaction_added', async ({ event, body, context }) => {
    const reaction = readReaction(event);
    const envelope = readEnvelope(body);
    if (reaction === null || envelope === null) return;
    const installation = keyOf(context);
    const { hasReactions, emoji } = await persistently(lookPausesMs, () => settingsOf(tenantOf(installation)));
    if (!hasReactions || !isWantedReaction(emoji ?? edges.emoji, reaction.reaction)) return;
    await scribe.heard(`event:${envelope.event_id}`, callOfReaction(reaction, installation, now()));
  });

  async function takeMessage(event: unknown, body: unknown, context: Context): Promise<void> {
    const message = readMessage(event);
    const envelope = readEnvelope(body);
    if (message === null || envelope === null || message.bot_id != null) return;
    if (message.subtype != null && message.subtype !== 'file_share') return;
    const botUser = context.botUserId ?? '';
    const isDirect = message.channel_type === 'im';
    // In a thread people may talk about a clip: there the bot is asked by its name.
    const isReply = message.thread_ts != null && message.thread_ts !== message.ts;
    if (isDirect && isReply && !hasMention(message.text ?? '', botUser)) return;
    await scribe.heard(`event:${envelope.event_id}`, callOfMessage(message, keyOf(context), botUser, now()));
  }

  app.event('app_mention', async ({ event, body, context }) => takeMessage(event, body, context));

  app.event('message', async ({ event, body, context }) => {
    // In channels it is the mention that counts, and comes as an event of its own.
    if ('channel_type' in event && event.channel_type === 'im') await takeMessage(event, body, context);
  });

  app.event('app_home_opened', async ({ event, context }) => {
    const opened = readHome(event);
    if (opened?.tab !== 'home') return;
    // Not waited for: it never rejects, and Slack need not bring it again.
    void home.opened(keyOf(context), opened.user);
  });

  app.function(animateStep, { autoAcknowledge: false }, async ({ event, body, context, ack }) => {
    const step = readStep(event);
    const envelope = readEnvelope(body);
    if (step !== null && envelope !== null) {
      await scribe.heard(`event:${envelope.event_id}`, callOfStep(step, keyOf(context), now()));
    }
    await ack();
  });

  for (const name of ['app_uninstalled', 'tokens_revoked'] as const) {
    app.event(name, async ({ event, body, context }) => {
      const revoked = readRevoked(event);
      if (revoked === null) return;
      const seconds = readEnvelope(body)?.event_time;
      await uninstalls.uninstalled({
        key: keyOf(context),
        event: revoked.type,
        at: seconds == null ? now() : new Date(seconds * 1000),
        bots: revoked.tokens?.bot ?? [],
      });
    });
  }
}
