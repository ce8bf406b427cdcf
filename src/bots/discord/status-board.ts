/** A job's one public status message: opened once, edited after that, opened anew when somebody deleted it. */
import type { StatusView } from '../../core/delivery/delivery.ts';
import { isFinal } from '../../core/values.ts';
import type { DiscordAddress } from './address.ts';
import { isMessageGone, readRefusal } from './api-errors.ts';
import type { CourierEdges } from './courier-edges.ts';
import { addressOf, customIdsOf, type MessageAddress, nonceFor, type ShownMessage } from './discord-api.ts';
import { readCustomId } from './draw/custom-id.ts';
import { givingIn } from './giving-in.ts';
import { readJobMessages } from './job-messages.ts';
import { ensureThread } from './own-thread.ts';
import { findResponseToken } from './response-token.ts';
import { createStatusEdits, editMs } from './status-edits.ts';
import { drawStatus } from './status-message.ts';

export interface StatusBoard {
  /** As the courier's verb of that name; @returns null where nothing can be shown */
  show(place: DiscordAddress, message: MessageAddress | null, view: StatusView): Promise<MessageAddress | null>;
}

/** Within this time a nonce certainly finds an earlier message; later the channel is looked through for it. */
const nonceHoldsMs = 60_000;

export function createStatusBoard(edges: CourierEdges): StatusBoard {
  const { api, database, now, log, quiet, refused } = edges;
  const { edit, editNow } = createStatusEdits(edges);

  async function open(
    place: DiscordAddress,
    view: StatusView,
    deleted: MessageAddress | null,
  ): Promise<MessageAddress | null> {
    // A response that was deleted does not come back, and an edit of it would only be refused.
    const opened =
      (deleted === null ? await openAsResponse(place, view) : null) ?? (await openInChannel(place, view, deleted));
    if (opened !== null && place.hasOwnThread && place.guild !== null && !isFinal(view.state)) {
      await startThread(opened, view);
    }
    return opened;
  }

  async function openAsResponse(place: DiscordAddress, view: StatusView): Promise<MessageAddress | null> {
    const token = await findResponseToken(database, place, now(), editMs);
    if (token === null) return null;
    try {
      return addressOf(await givingIn(({ hasPrompt }) => api.respond(token, drawStatus(view, now(), hasPrompt))));
    } catch (error) {
      if (readRefusal(error) === null) throw error;
      return null;
    }
  }

  async function openInChannel(
    place: DiscordAddress,
    view: StatusView,
    deleted: MessageAddress | null,
  ): Promise<MessageAddress | null> {
    if (!place.isMember || quiet.has(place.channel)) return null;
    try {
      const earlier = deleted === null ? await findEarlier(place, view) : null;
      const opened = earlier ?? (await send(place, view, deleted));
      const address = addressOf(opened);
      // A nonce brings an earlier message back as it was; so does the look-back.
      if (!isUpToDate(opened, view)) await editNow(place, address, view);
      return address;
    } catch (error) {
      const refusal = readRefusal(error);
      if (refusal === null) throw error;
      refused(place.channel, view.job, refusal);
      return null;
    }
  }

  function isUpToDate({ content }: ShownMessage, view: StatusView): boolean {
    return [true, false].some((hasPrompt) => drawStatus(view, now(), hasPrompt).content === content);
  }

  async function findEarlier({ channel }: DiscordAddress, view: StatusView): Promise<ShownMessage | null> {
    if (now().getTime() - view.acceptedAt * 1000 < nonceHoldsMs) return null;
    const own = await api.ownMessages(channel);
    return own.find((message) => isStatusOf(view, message)) ?? null;
  }

  async function send(place: DiscordAddress, view: StatusView, deleted: MessageAddress | null): Promise<ShownMessage> {
    const replyTo = place.request === null ? null : { channel: place.channel, message: place.request };
    const sendAs = (...words: readonly string[]): Promise<ShownMessage> =>
      givingIn(
        ({ hasPrompt, replyTo }) =>
          api.send(place.channel, {
            ...drawStatus(view, now(), hasPrompt),
            nonce: nonceFor('status', view.job, deleted?.message ?? '', ...words),
            replyTo,
          }),
        { replyTo },
      );
    try {
      return await sendAs();
    } catch (error) {
      // Somebody deleted a message whose address we never learned: its nonce is used up (platforms/discord.md §5).
      const refusal = readRefusal(error);
      if (refusal === null || !isMessageGone(refusal)) throw error;
      return sendAs('anew');
    }
  }

  /** Where there can be none (a direct message, a thread, a missing right), the status simply stands in the channel. */
  async function startThread(status: MessageAddress, view: StatusView): Promise<void> {
    await ensureThread(api, status, view).catch((error: unknown) => {
      log.warn('discord.no-thread', { job: view.job, detail: readRefusal(error)?.detail ?? 'no answer' });
    });
  }

  return {
    async show(place, message, view) {
      if (message !== null && (await edit(place, message, view))) return message;
      const { isOver, status } = await readJobMessages(database, view.job);
      if (isOver && !isFinal(view.state)) return message ?? status;
      return open(place, view, message);
    },
  };
}

/** Clip messages have buttons of the same job too, but none to end or repeat a run that is over. */
function isStatusOf({ job }: StatusView, message: ShownMessage): boolean {
  return customIdsOf(message)
    .flatMap((id) => readCustomId(id) ?? [])
    .some((button) => button.job === job && (button.action === 'cancel' || button.action === 'retry'));
}
