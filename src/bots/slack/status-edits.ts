/** Changes a status message that is there, at a pace its workspace bears. */
import { WebAPIRateLimitedError } from '@slack/web-api';
import type { StatusView } from '../../core/delivery/delivery.ts';
import { isFinal } from '../../core/values.ts';
import { movesUntil } from '../status-parts.ts';
import { installationId, type MessageAddress, type SlackAddress } from './address.ts';
import { isForLater, isMessageGone, isOurMistake, readRefusal } from './api-errors.ts';
import type { CourierEdges } from './courier-edges.ts';
import { metadataOf } from './courier-messages.ts';
import { readJobMessages } from './job-messages.ts';
import { patiently } from './slack-clients.ts';
import { drawStatus, lookOf } from './status-message.ts';

/** `gone`: somebody deleted it. `closed`: nothing can be changed there, by this bot. */
export type Edited = 'edited' | 'gone' | 'closed';

/** A status, and where its clip can be opened. */
export interface Shown {
  readonly view: StatusView;
  readonly clip: string | null;
}

export interface StatusEdits {
  /** In its turn: what waits for it may be replaced by something newer, and counts as edited. */
  edit(place: SlackAddress, at: MessageAddress, shown: Shown): Promise<Edited>;
  /** At once. */
  editNow(place: SlackAddress, at: MessageAddress, shown: Shown): Promise<Edited>;
}

/** How long a job counts as young. */
const youthMs = 60_000;

const mostRemembered = 1000;

export function createStatusEdits({ api, database, now, log, pacer, pace, quiet }: CourierEdges): StatusEdits {
  /** What was said last of jobs that are over: core asks again when it could not wait for a turn. */
  const lastWords = new Map<string, string>();

  function rememberLast(message: string, look: string): void {
    lastWords.set(message, look);
    if (lastWords.size > mostRemembered) for (const oldest of lastWords.keys().take(1)) lastWords.delete(oldest);
  }

  /**
   * On a client of its own: a 429 here holds up no clip (platforms/slack.md §5). Progress that comes too early is
   * dropped, a last word waits.
   */
  async function editNow(place: SlackAddress, at: MessageAddress, { view, clip }: Shown): Promise<Edited> {
    const lane = installationId(place.installation);
    const isLast = isFinal(view.state);
    if (!isLast && quiet.has(lane)) return 'edited';
    try {
      const { edits } = await api.of(place.installation);
      const update = () =>
        edits.chat.update({
          ...at,
          ...drawStatus(view, now(), clip),
          metadata: metadataOf({ event: 'hailuo_status', job: view.job }),
        });
      await (isLast ? patiently(update) : update());
      return 'edited';
    } catch (error) {
      if (error instanceof WebAPIRateLimitedError) quiet.add(lane, error.retryAfter * 1000);
      // Progress can wait for the next look; a last word is said again by core until it goes through.
      if (isForLater(error) && !isLast) return 'edited';
      const refusal = readRefusal(error);
      if (refusal === null) throw error;
      if (isMessageGone(refusal)) return 'gone';
      const about = { job: view.job, channel: at.channel, detail: refusal.detail };
      if (isOurMistake(refusal)) log.error('slack.bad-form', about);
      else log.warn('slack.status-refused', about);
      return isOurMistake(refusal) ? 'edited' : 'closed';
    }
  }

  /** An edit may have waited for its turn, here or in another worker, while somebody else said more. */
  async function isLate({ job, state }: StatusView): Promise<boolean> {
    return !isFinal(state) && (await readJobMessages(database, job)).isOver;
  }

  /** The bar moves by itself only as long as the job stays where it is. */
  async function isPast({ job, state }: StatusView): Promise<boolean> {
    return (await readJobMessages(database, job)).state !== state;
  }

  return {
    editNow,

    async edit(place, at, { view, clip }) {
      const message = `${at.channel} ${at.ts}`;
      if (lastWords.get(message) === lookOf(drawStatus(view, now(), clip))) return 'edited';
      let edited: Edited = 'edited';
      let sent: string | null = null;
      const isYoung = now().getTime() - view.acceptedAt * 1000 < youthMs;
      await pacer.edit({
        lane: installationId(place.installation),
        message,
        gapMs: isYoung ? pace.earlyMs : pace.lateMs,
        isLast: isFinal(view.state),
        async send() {
          const isOutdated = sent === null ? await isLate(view) : await isPast(view);
          if (isOutdated) return { again: false };
          const look = lookOf(drawStatus(view, now(), clip));
          if (look !== sent) edited = await editNow(place, at, { view, clip });
          sent = look;
          if (edited === 'edited' && isFinal(view.state)) rememberLast(message, look);
          const until = movesUntil(view);
          return { again: edited === 'edited' && until !== null && now() < until };
        },
      });
      return edited;
    },
  };
}
