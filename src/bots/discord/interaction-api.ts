/** How an interaction is acknowledged and answered, by its token alone. Tokens are never logged (platforms/discord.md §1). */
import { DiscordAPIError, MessageFlags, type RawFile, type REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import { readRefusal } from './api-errors.ts';

/** An interaction that can be spoken for. */
export interface Speaker {
  readonly application: string;
  readonly token: string;
}

/**
 * - `here`: this process told Discord first; the person is promised an answer.
 * - `elsewhere`: another one did, or this one before it was restarted.
 * - `too-late`: Discord has told the person that nobody answered.
 */
export type Acknowledged = 'here' | 'elsewhere' | 'too-late';

/** A body as the drawing makes it, with files where there are any. */
export interface Outgoing {
  readonly body: { readonly flags?: number; readonly [field: string]: unknown };
  readonly files?: RawFile[];
}

export interface InteractionApi {
  /** Once more if the connection broke. @throws when Discord could not be told */
  acknowledge(interaction: { readonly id: string; readonly token: string }, body: object): Promise<Acknowledged>;
  /** @returns false when the token is dead, or there is no such message; then nobody can be answered */
  edit(speaker: Speaker, message: Outgoing): Promise<boolean>;
  /** Gone already is as good. */
  remove(speaker: Speaker): Promise<void>;
  /** Only the person sees it. @returns false when the token is dead */
  whisper(speaker: Speaker, message: Outgoing): Promise<boolean>;
}

/** Three seconds are allowed from when Discord sent it (platforms/discord.md §1). */
const acknowledgeMs = 1_300;

export function createInteractionApi(rest: REST): InteractionApi {
  async function acknowledgeOnce(id: string, token: string, body: object): Promise<Acknowledged> {
    try {
      const signal = AbortSignal.timeout(acknowledgeMs);
      await rest.post(Routes.interactionCallback(id, token), { body, auth: false, signal });
      return 'here';
    } catch (error) {
      const refusal = readRefusal(error);
      if (refusal?.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged) return 'elsewhere';
      if (refusal?.status === 404) return 'too-late';
      throw error;
    }
  }

  return {
    async acknowledge({ id, token }, body) {
      try {
        return await acknowledgeOnce(id, token, body);
      } catch (error) {
        if (readRefusal(error) !== null) throw error;
        const again = await acknowledgeOnce(id, token, body);
        // What arrived without an answer was our own.
        return again === 'elsewhere' ? 'here' : again;
      }
    },

    edit: ({ application, token }, { body, files = [] }) =>
      isAlive(rest.patch(Routes.webhookMessage(application, token, '@original'), { body, files, auth: false })),

    async remove({ application, token }) {
      await isAlive(rest.delete(Routes.webhookMessage(application, token, '@original'), { auth: false }));
    },

    whisper: ({ application, token }, { body, files = [] }) =>
      isAlive(
        rest.post(Routes.webhook(application, token), {
          body: { ...body, flags: (body.flags ?? 0) | MessageFlags.Ephemeral },
          files,
          auth: false,
        }),
      ),
  };
}

/** A route with a token in it says 404 when the token is dead, 401 when it never was one. */
async function isAlive(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (readRefusal(error)?.status === 404 || isTokenDead(error)) return false;
    throw error;
  }
}

/** The token of a response is no use any more, or never was (platforms/discord.md §10). */
function isTokenDead(error: unknown): boolean {
  return error instanceof DiscordAPIError && Number(error.code) === RESTJSONErrorCodes.InvalidWebhookToken;
}
