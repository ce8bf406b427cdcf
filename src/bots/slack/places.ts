/** What a call does not say about the place it came from: asked of Slack, before anything is charged (platforms/slack.md §3). */
import { z } from 'zod';
import { type InstallationKey, installationId } from './address.ts';
import { isOutside, readRefusal } from './api-errors.ts';
import { briefly } from './briefly.ts';
import type { SlackApi } from './slack-clients.ts';

export type Place =
  | {
      readonly outcome: 'open';
      /** One person's conversation with the bot. */
      readonly isDirect: boolean;
    }
  /** `outside`: the bot is no member, or cannot see that there is such a place. */
  | { readonly outcome: 'closed'; readonly why: 'outside' | 'archived' };

export interface Places {
  /**
   * Whether clips can be posted there. A yes is remembered for a minute, a no is not: somebody may be inviting the bot.
   * @throws when Slack cannot be asked now, or does not allow it (`missing_scope`)
   */
  look(key: InstallationKey, channel: string): Promise<Place>;
}

const openMs = 60_000;
const mostKept = 5_000;

const flag = z.boolean().nullish();
const answer = z.object({
  channel: z.object({ is_member: flag, is_archived: flag, is_im: flag, is_mpim: flag }),
});

export function createPlaces({ api, now }: { readonly api: SlackApi; readonly now: () => Date }): Places {
  const kept = new Map<string, { readonly place: Place; readonly at: number }>();

  async function ask(key: InstallationKey, channel: string): Promise<Place> {
    const { api: client } = await api.of(key);
    try {
      return toPlace(answer.parse(await briefly(() => client.conversations.info({ channel }))).channel);
    } catch (error) {
      const refusal = readRefusal(error);
      if (refusal === null || !isOutside(refusal)) throw error;
      return { outcome: 'closed', why: 'outside' };
    }
  }

  return {
    async look(key, channel) {
      const name = `${installationId(key)} ${channel}`;
      const known = kept.get(name);
      if (known !== undefined && now().getTime() - known.at < openMs) return known.place;
      kept.delete(name);
      const place = await ask(key, channel);
      if (place.outcome === 'open') kept.set(name, { place, at: now().getTime() });
      if (kept.size > mostKept) for (const oldest of kept.keys().take(1)) kept.delete(oldest);
      return place;
    },
  };
}

/** A direct conversation says nothing of members: whoever sees it is in it. */
function toPlace({ is_member, is_archived, is_im, is_mpim }: z.output<typeof answer>['channel']): Place {
  if (is_archived === true) return { outcome: 'closed', why: 'archived' };
  const isDirect = is_im === true;
  const isIn = isDirect || (is_mpim === true ? is_member !== false : is_member === true);
  return isIn ? { outcome: 'open', isDirect } : { outcome: 'closed', why: 'outside' };
}
