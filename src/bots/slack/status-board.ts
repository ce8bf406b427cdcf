/** A job's one status message: opened once, edited after that, opened anew when somebody deleted it. */
import { sql } from 'kysely';
import type { StatusView } from '../../core/delivery/delivery.ts';
import { isFinal, type JobId } from '../../core/values.ts';
import type { MessageAddress, SlackAddress } from './address.ts';
import { isOurMistake, isThreadGone, isUninstalled, type Refusal, readRefusal } from './api-errors.ts';
import type { CourierEdges } from './courier-edges.ts';
import {
  findMessage,
  type Mark,
  openDirect,
  type Spot,
  saidAt,
  sendMessage,
  spotsOf,
  whereInstalled,
} from './courier-messages.ts';
import { readJobMessages } from './job-messages.ts';
import { patiently, type SlackClients } from './slack-clients.ts';
import { createStatusEdits, type Shown } from './status-edits.ts';
import { drawStatus } from './status-message.ts';

export interface StatusBoard {
  /** As the courier's verb of that name; @returns null where nothing can be shown */
  show(place: SlackAddress, message: MessageAddress | null, view: StatusView): Promise<MessageAddress | null>;
}

/** Short enough that somebody who invites the bot sees it work. */
const quietMs = 120_000;

export function createStatusBoard(edges: CourierEdges): StatusBoard {
  const { api, database, now, log, quiet, inTurn } = edges;
  const { edit, editNow } = createStatusEdits(edges);

  /** A card without that link is better than none. */
  async function linkToClip(clients: SlackClients, { job, state }: StatusView): Promise<string | null> {
    if (state !== 'done') return null;
    const { clip } = await readJobMessages(database, job);
    if (clip === null) return null;
    try {
      const asked = { channel: clip.channel, message_ts: clip.ts };
      return (await patiently(() => clients.api.chat.getPermalink(asked))).permalink ?? null;
    } catch (error) {
      log.warn('slack.no-permalink', { job, error });
      return null;
    }
  }

  async function open(
    clients: SlackClients,
    spots: readonly Spot[],
    shown: Shown & { readonly place: SlackAddress },
    old: MessageAddress | null,
  ): Promise<MessageAddress | null> {
    const { place, view, clip } = shown;
    const mark = { event: 'hailuo_status', job: view.job } as const;
    const since = await noteTry(view.job, old);
    const earlier = since === null ? null : await findEarlier(clients, spots, mark, since, old);
    // It still says what was true when its answer was lost.
    if (earlier !== null && (await editNow(place, earlier, shown)) !== 'gone') return earlier;
    for (const spot of spots) {
      if (!isFinal(view.state) && quiet.has(spot.channel)) continue;
      try {
        return await sendMessage(clients, spot, drawStatus(view, now(), clip), { mark });
      } catch (error) {
        const refusal = readRefusal(error);
        if (refusal === null) throw error;
        refused(spot.channel, view.job, refusal);
        if (isUninstalled(refusal)) return null;
      }
    }
    return null;
  }

  async function findEarlier(
    clients: SlackClients,
    spots: readonly Spot[],
    mark: Mark,
    since: Date,
    old: MessageAddress | null,
  ): Promise<MessageAddress | null> {
    for (const spot of spots) {
      const found = await findMessage(clients, spot, mark, since, old?.ts);
      if (found !== null) return found;
    }
    return null;
  }

  function refused(channel: string, job: JobId, refusal: Refusal): void {
    if (isThreadGone(refusal)) return;
    quiet.add(channel, quietMs);
    const about = { job, channel, detail: refusal.detail };
    if (isOurMistake(refusal)) log.error('slack.bad-form', about);
    else log.warn('slack.status-refused', about);
  }

  /**
   * Written down before it is tried. @returns since when there may be a message of which nobody knows; null: there is none
   */
  async function noteTry(job: JobId, old: MessageAddress | null): Promise<Date | null> {
    const { rows } = await sql<{ readonly tried: Date | null }>`
      with before as (select status_tried_at from slack_posts where job_id = ${job}),
        noted as (
          insert into slack_posts (job_id, status_tried_at) values (${job}, ${now()}::timestamptz)
          on conflict (job_id) do update
            set status_tried_at = coalesce(slack_posts.status_tried_at, excluded.status_tried_at)
          returning job_id)
      select before.status_tried_at as tried from noted left join before on true`.execute(database);
    return old === null ? (rows[0]?.tried ?? null) : saidAt(old);
  }

  /** How it ended is said to the person alone where it cannot be said in the place: in the thread of a clip that went there. */
  async function directSpot(clients: SlackClients, place: SlackAddress, job: JobId): Promise<Spot[]> {
    if (place.isDirect) return [];
    try {
      const channel = await openDirect(clients, place);
      const { clip } = await readJobMessages(database, job);
      return [{ channel, thread: clip?.channel === channel ? clip.ts : null }];
    } catch (error) {
      const refusal = readRefusal(error);
      if (refusal === null) throw error;
      log.warn('slack.no-direct', { job, detail: refusal.detail });
      return [];
    }
  }

  async function openAnywhere(
    clients: SlackClients,
    shown: Shown & { readonly place: SlackAddress },
    old: MessageAddress | null,
    isClosed: boolean,
  ): Promise<MessageAddress | null> {
    const { place, view } = shown;
    const opened = isClosed ? null : await open(clients, spotsOf(place), shown, old);
    if (opened !== null || !isFinal(view.state)) return opened;
    return open(clients, await directSpot(clients, place, view.job), shown, old);
  }

  return {
    async show(place, message, view) {
      const clients = await whereInstalled(() => api.of(place.installation));
      if (clients === null) return message;
      const shown = { place, view, clip: await linkToClip(clients, view) };
      const edited = message === null ? 'gone' : await edit(place, message, shown);
      if (edited === 'edited' || (edited === 'closed' && !isFinal(view.state))) return message;
      const { isOver, status } = await readJobMessages(database, view.job);
      if (isOver && !isFinal(view.state)) return message ?? status;
      const opened = await inTurn(`status ${view.job}`, () =>
        openAnywhere(clients, shown, message, edited === 'closed'),
      );
      return opened ?? (edited === 'closed' ? message : null);
    },
  };
}
