/** Which reactions ask for a clip. A server sees thousands of others: those cost one look into what is remembered. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../core/log.ts';
import { type CallRunner, leaseFrom } from '../call-runner.ts';
import { rememberSettings } from '../remembered-settings.ts';
import type { DiscordDatabase } from './discord-tables.ts';
import { isWantedEmoji } from './emoji.ts';
import { type Reaction, readReaction } from './incoming.ts';
import { addCall, type OpenCall, type ReactedCall } from './interaction-calls.ts';
import { tenantOf } from './reactions.ts';
import type { Self } from './resuming.ts';

export interface ReactionIntakeEdges {
  readonly database: DiscordDatabase;
  readonly runner: Pick<CallRunner<OpenCall>, 'run'>;
  readonly log: Log;
  readonly now: () => Date;
  readonly self: () => Self | null;
  /** What animates where the admins chose nothing else. */
  readonly emoji: string;
}

export interface ReactionIntake {
  /** Returns at once. The same person under the same message is one call, in whichever process. */
  take(payload: unknown): void;
  /** Takes nothing more; resolves when what was taken is written down. */
  close(): Promise<void>;
}

/** A reaction that nobody got to for so long is stale. */
const worthMs = 15 * 60_000;
const writeDelaysMs = [200, 1_000, 5_000];

export function createReactionIntake(edges: ReactionIntakeEdges): ReactionIntake {
  const { database, log, now, self } = edges;
  const settingsOf = rememberSettings(edges);
  const underWay = new Set<Promise<void>>();
  let isClosed = false;

  async function takeUp(reaction: Reaction): Promise<void> {
    const call = toCall(reaction);
    const { hasReactions, emoji } = await settingsOf(tenantOf(call));
    if (!hasReactions || !isWantedEmoji(emoji ?? edges.emoji, reaction.emoji)) return;
    const receivedAt = now();
    const open: OpenCall = {
      id: `reaction:${call.channel}:${call.message}:${call.person}`,
      application: self()?.application ?? '',
      token: '',
      receivedAt,
      expiresAt: new Date(receivedAt.getTime() + worthMs),
      uploadLimit: null,
      call,
    };
    if (await addCall(database, open, leaseFrom(receivedAt))) edges.runner.run(open);
  }

  async function persist(reaction: Reaction): Promise<void> {
    for (const delayMs of [...writeDelaysMs, null]) {
      try {
        return await takeUp(reaction);
      } catch (error) {
        log.error('discord.reaction-not-taken', { channel: reaction.channel_id, error });
        if (delayMs !== null) await sleep(delayMs);
      }
    }
  }

  return {
    take(payload) {
      const reaction = readReaction(payload);
      if (isClosed || reaction === null || isBot(reaction, self())) return;
      const taking = persist(reaction).finally(() => underWay.delete(taking));
      underWay.add(taking);
    },
    async close() {
      isClosed = true;
      await Promise.all(underWay);
    },
  };
}

function isBot({ member, user_id }: Reaction, self: Self | null): boolean {
  return member?.user.bot === true || user_id === self?.user.id;
}

function toCall({ guild_id, channel_id, message_id, user_id, member }: Reaction): ReactedCall {
  return {
    kind: 'reaction',
    guild: guild_id ?? null,
    channel: channel_id,
    message: message_id,
    person: user_id,
    name: member?.nick ?? member?.user.global_name ?? member?.user.username ?? null,
    // The role that everybody has carries the server's own id and is in nobody's list.
    roles: guild_id == null ? [] : [guild_id, ...(member?.roles ?? [])],
  };
}
