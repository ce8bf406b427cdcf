/**
 * One message, by its channel and time. `conversations.history` alone would hand over another one in place of a reply in
 * a thread, so it is never asked (platforms/slack.md §3).
 */
import { WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import { z } from 'zod';
import { Postponed } from '../call-runner.ts';
import { type InstallationKey, installationId } from './address.ts';
import { isUninstalled, readRefusal } from './api-errors.ts';
import { briefly } from './briefly.ts';
import { picturesOf, type SlackMessage, slackMessage } from './message-files.ts';
import type { SlackApi } from './slack-clients.ts';

export interface Messages {
  /**
   * Null when it is gone, or may not be read.
   * @throws Postponed where Slack lets this app read one message in a minute; whatever else Slack cannot be asked for now
   */
  read(key: InstallationKey, channel: string, ts: string): Promise<SlackMessage | null>;
}

const replies = z.object({ messages: z.array(slackMessage).nullish() });
const reacted = z.object({ message: slackMessage.nullish() });

export function createMessages({ api, now }: { readonly api: SlackApi; readonly now: () => Date }): Messages {
  /** By installation: until when another question would only be refused. */
  const quietUntil = new Map<string, number>();

  async function byReplies(client: WebClient, id: string, channel: string, ts: string): Promise<SlackMessage | null> {
    const until = quietUntil.get(id) ?? 0;
    if (until > now().getTime()) throw new Postponed(new Date(until));
    const asked = { channel, ts, limit: 1, inclusive: true };
    try {
      const read = replies.parse(await briefly(() => client.conversations.replies(asked)));
      const [first] = read.messages ?? [];
      return first?.ts === ts ? first : null;
    } catch (error) {
      if (!(error instanceof WebAPIRateLimitedError)) throw error;
      const again = now().getTime() + error.retryAfter * 1000;
      quietUntil.set(id, again);
      throw new Postponed(new Date(again));
    }
  }

  /** Needs no more than the right to see reactions. Null where it does not help: nobody is certain what it carries. */
  async function byReactions(client: WebClient, channel: string, ts: string): Promise<SlackMessage | null> {
    try {
      const asked = { channel, timestamp: ts, full: true };
      const { message } = reacted.parse(await briefly(() => client.reactions.get(asked)));
      return message?.ts === ts ? message : null;
    } catch (error) {
      if (readRefusal(error) === null && !(error instanceof WebAPIRateLimitedError)) throw error;
      return null;
    }
  }

  return {
    async read(key, channel, ts) {
      const { api: client } = await api.of(key);
      try {
        const message = await byReplies(client, installationId(key), channel, ts);
        return message ?? (await byReactions(client, channel, ts));
      } catch (error) {
        const refusal = readRefusal(error);
        if (refusal !== null ? isUninstalled(refusal) : !(error instanceof Postponed)) throw error;
        const message = await byReactions(client, channel, ts);
        if (message !== null && picturesOf(message).length > 0) return message;
        // Without a picture it says nothing: the right way in may know of one.
        if (refusal === null || refusal.code === 'missing_scope') throw error;
        return message;
      }
    },
  };
}
