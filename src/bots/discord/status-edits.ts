/** Changes a status message that is there, at a pace its channel bears. */
import type { StatusView } from '../../core/delivery/delivery.ts';
import { isFinal } from '../../core/values.ts';
import { movesUntil } from '../status-parts.ts';
import type { DiscordAddress } from './address.ts';
import { isFiltered, isForLater, isMessageGone, readRefusal } from './api-errors.ts';
import type { CourierEdges } from './courier-edges.ts';
import type { MessageAddress } from './discord-api.ts';
import { givingIn } from './giving-in.ts';
import { isSameMessage, readJobMessages } from './job-messages.ts';
import { findResponseToken } from './response-token.ts';
import { type DrawnMessage, drawStatus } from './status-message.ts';

export interface StatusEdits {
  /** In its turn: what waits for it may be replaced by something newer. @returns false when the message was deleted */
  edit(place: DiscordAddress, at: MessageAddress, view: StatusView): Promise<boolean>;
  /** At once. @returns false when the message was deleted */
  editNow(place: DiscordAddress, at: MessageAddress, view: StatusView): Promise<boolean>;
}

/** How long a job counts as young. */
const youthMs = 60_000;

const mostRemembered = 1000;

/** Enough of a token's life for one edit. */
export const editMs = 10_000;

export function createStatusEdits(edges: CourierEdges): StatusEdits {
  const { database, now, pacer, pace, clipBearers, refused } = edges;

  /** What was said last of jobs that are over: core asks again when it could not wait for a turn. */
  const lastWords = new Map<string, string>();

  function rememberLast(message: string, content: string): void {
    lastWords.set(message, content);
    if (lastWords.size > mostRemembered) for (const oldest of lastWords.keys().take(1)) lastWords.delete(oldest);
  }

  async function editNow(place: DiscordAddress, at: MessageAddress, view: StatusView): Promise<boolean> {
    try {
      await givingIn(({ hasPrompt }) =>
        editByAnyRoute(edges, place, at, drawStatus(view, now(), hasPrompt), isFinal(view.state)),
      );
      return true;
    } catch (error) {
      // Progress can wait for the next look; a last word is said again by core until it goes through.
      if (isForLater(error) && !isFinal(view.state)) return true;
      const refusal = isForLater(error) ? null : readRefusal(error);
      if (refusal === null) throw error;
      if (isMessageGone(refusal)) return false;
      refused(at.channel, view.job, refusal);
      return true;
    }
  }

  /** An edit may have waited for its turn, here or in another worker, while somebody else said more. */
  async function isLate(at: MessageAddress, view: StatusView): Promise<boolean> {
    const { isOver, clip } = await readJobMessages(database, view.job);
    return (isOver && !isFinal(view.state)) || isSameMessage(clip, at);
  }

  /** The bar moves by itself only as long as the job stays where it is. */
  async function isPast(view: StatusView): Promise<boolean> {
    return (await readJobMessages(database, view.job)).state !== view.state;
  }

  return {
    editNow,

    async edit(place, at, view) {
      if (lastWords.get(at.message) === drawStatus(view, now()).content) return true;
      let isThere = true;
      let sent: string | null = null;
      const isYoung = now().getTime() - view.acceptedAt * 1000 < youthMs;
      await pacer.edit({
        lane: at.channel,
        message: at.message,
        gapMs: isYoung ? pace.earlyMs : pace.lateMs,
        isLast: isFinal(view.state),
        async send() {
          const isOutdated = sent === null ? await isLate(at, view) : await isPast(view);
          if (isOutdated || clipBearers.has(at.message)) return { again: false };
          const { content } = drawStatus(view, now());
          if (content !== sent) isThere = await editNow(place, at, view);
          sent = content;
          if (isThere && isFinal(view.state)) rememberLast(at.message, content);
          const until = movesUntil(view);
          return { again: isThere && until !== null && now() < until };
        },
      });
      return isThere;
    },
  };
}

/**
 * Through the channel; by the interaction's token where the channel is closed to the bot. Only a last word knocks at a
 * channel again that has just refused us.
 */
async function editByAnyRoute(
  { api, database, now, quiet }: CourierEdges,
  place: DiscordAddress,
  at: MessageAddress,
  drawn: DrawnMessage,
  isLast: boolean,
): Promise<void> {
  let closed: unknown = null;
  if (place.isMember && (isLast || !quiet.has(at.channel))) {
    try {
      return await api.edit(at, drawn);
    } catch (error) {
      const refusal = isForLater(error) ? null : readRefusal(error);
      if (refusal === null || isMessageGone(refusal) || isFiltered(refusal)) throw error;
      quiet.add(at.channel);
      closed = error;
    }
  }
  const token = await findResponseToken(database, place, now(), editMs);
  if (token !== null) await api.respond(token, drawn);
  else if (closed !== null) throw closed;
}
