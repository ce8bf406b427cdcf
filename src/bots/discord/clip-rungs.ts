/** The ways a clip can reach the person who asked, best first: the job's own thread, the channel, the response, a direct message. */
import type { ClipPost } from '../../core/delivery/delivery.ts';
import type { DiscordAddress } from './address.ts';
import { isChannelGone, readRefusal } from './api-errors.ts';
import type { CourierEdges } from './courier-edges.ts';
import { type MessageAddress, type OutgoingMessage, type ShownMessage, toMessageAddress } from './discord-api.ts';
import { givingIn, type Leavable } from './giving-in.ts';
import { ensureThread, threadOf } from './own-thread.ts';
import { findResponseToken, type ResponseToken } from './response-token.ts';
import { createChannelLimit, directBytes, withHeadroom } from './upload-limits.ts';

export interface Rung {
  /** The largest file it takes, in bytes. */
  readonly limitBytes: number;
  /** Where it was asked for, as a mention of that channel, when this is somewhere else. */
  readonly askedIn: string | null;
  /** @throws what Discord said to the least that may be left of the message */
  carry(message: (parts: Leavable) => OutgoingMessage): Promise<ShownMessage>;
}

type Draw = Parameters<Rung['carry']>[0];

export interface ClipRungs {
  /** Those that are open now. */
  rungsOf(place: DiscordAddress, post: ClipPost): Promise<Rung[]>;
  /** What the most generous of them takes where it was asked for. */
  limitBytes(place: DiscordAddress): Promise<number>;
}

/** What must be left of a token for an upload through it. */
const uploadMs = 120_000;

const mostRemembered = 1000;

export function createClipRungs({ api, database, now, clipBearers }: CourierEdges): ClipRungs {
  const channelLimit = createChannelLimit(api, now);

  const tokenOf = (place: DiscordAddress): Promise<ResponseToken | null> =>
    findResponseToken(database, place, now(), uploadMs);

  async function inChannel(place: DiscordAddress, post: ClipPost): Promise<Rung[]> {
    const limitBytes = await channelLimit(place);
    const status = toMessageAddress(post.status);
    const request = place.request === null ? null : { channel: place.channel, message: place.request };
    // A reply reaches no further than its channel.
    const replyTo = status?.channel === place.channel ? status : request;
    const channel = { limitBytes, askedIn: null, carry: (draw: Draw) => send(place.channel, draw, post, replyTo) };
    const thread = threadOf(place, status);
    if (status === null || thread === null) return [channel];
    return [{ limitBytes, askedIn: null, carry: (draw) => sendToThread(thread, status, draw, post) }, channel];
  }

  function send(
    channel: string,
    draw: Draw,
    { nonce, as }: ClipPost,
    replyTo: MessageAddress | null = null,
  ): Promise<ShownMessage> {
    const hasPoster = as.kind === 'link';
    return givingIn((parts) => api.send(channel, { ...draw(parts), nonce, replyTo: parts.replyTo }), {
      replyTo,
      hasPoster,
    });
  }

  /** It was to be started with the status; where that failed, this is another chance. */
  async function sendToThread(
    thread: string,
    status: MessageAddress,
    draw: Draw,
    post: ClipPost,
  ): Promise<ShownMessage> {
    try {
      return await send(thread, draw, post);
    } catch (error) {
      const refusal = readRefusal(error);
      if (refusal === null || !isChannelGone(refusal)) throw error;
      await ensureThread(api, status, post);
      return send(thread, draw, post);
    }
  }

  /** The status message becomes the clip's: repeated, it is still one message. */
  function asResponse(token: ResponseToken, { as }: ClipPost): Rung {
    return {
      limitBytes: limitOf(token),
      askedIn: null,
      async carry(draw) {
        const shown = await givingIn((parts) => api.respond(token, draw(parts)), {
          hasPoster: as.kind === 'link',
        });
        clipBearers.add(shown.id);
        if (clipBearers.size > mostRemembered) {
          for (const oldest of clipBearers.values().take(1)) clipBearers.delete(oldest);
        }
        return shown;
      },
    };
  }

  /** Never another channel: whoever asked may see it, also what came from an age-restricted place, and nobody else. */
  function directly(place: DiscordAddress, post: ClipPost): Rung {
    return {
      limitBytes: directBytes,
      askedIn: place.guild === null ? null : `<#${place.channel}>`,
      carry: async (draw) => send(await api.directChannel(place.person), draw, post),
    };
  }

  return {
    async rungsOf(place, post) {
      const token = await tokenOf(place);
      return [
        ...(place.isMember ? await inChannel(place, post) : []),
        ...(token === null ? [] : [asResponse(token, post)]),
        ...(isDirect(place) ? [] : [directly(place, post)]),
      ];
    },

    async limitBytes(place) {
      const token = await tokenOf(place);
      return Math.max(await channelLimit(place), token === null ? 0 : limitOf(token));
    },
  };
}

/** A conversation with the bot itself: its channel is the direct message already. */
export function isDirect({ guild, isMember }: DiscordAddress): boolean {
  return guild === null && isMember;
}

function limitOf({ uploadLimitBytes }: ResponseToken): number {
  return uploadLimitBytes === null ? directBytes : withHeadroom(uploadLimitBytes);
}
