/**
 * A file that Slack took, said "ok" to and never showed is brought by a message with its link; should the share come after
 * all, that message goes again, so that the clip stands once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClipPost, Posted } from '../../core/delivery/delivery.ts';
import type { MessageAddress } from './address.ts';
import { readFileState } from './clip-file.ts';
import { drawRepair } from './clip-message.ts';
import { type ClipRecord, moveClipRecord, readClipRecord } from './clip-record.ts';
import { climb, orNothing } from './clip-spots.ts';
import { type ClipWork, lookFor } from './clip-work.ts';
import type { CourierEdges } from './courier-edges.ts';
import { saidAt, sendMessage } from './courier-messages.ts';
import { moveClip } from './job-messages.ts';
import { patiently } from './slack-clients.ts';

export interface ClipRepair {
  /** @throws when nobody knows whether the message was said */
  bring(work: ClipWork, post: ClipPost, record: ClipRecord): Promise<Posted>;
  /** Where the clip stands now, our message or the late share. */
  find(work: ClipWork, record: ClipRecord): Promise<MessageAddress | null>;
  /** Nobody watches for late shares any more. */
  stop(): Promise<void>;
}

export function createClipRepair({ database, log, inTurn, waits, stopping }: CourierEdges): ClipRepair {
  const watching = new Set<Promise<void>>();

  async function find(work: ClipWork, record: ClipRecord): Promise<MessageAddress | null> {
    const ours = record.triedAt === null ? null : await lookFor(work, record.triedAt);
    const state = await readFileState(work.clients, record.file ?? '');
    // Our message shares the file too: Slack counts its link.
    const late = state?.shares.find(({ channel, ts }) => channel !== ours?.channel || ts !== ours.ts);
    if (late === undefined) return ours;
    if (ours !== null) await takeBack(work, ours);
    await moveClipRecord(database, work.job, record, {
      ...record,
      step: 'shared',
      channel: late.channel,
      triedAt: saidAt(late),
    });
    if (ours !== null) await moveClip(database, work.job, ours, late);
    return late;
  }

  async function takeBack({ clients }: ClipWork, message: MessageAddress): Promise<void> {
    await orNothing(() => patiently(() => clients.api.chat.delete({ ...message })));
  }

  /** For as long as this process lives; the last status looks once more. */
  function watch(work: ClipWork): void {
    const watcher = lookAgain(work)
      .catch((error: unknown) => {
        if (!stopping.aborted) log.warn('slack.late-share-unknown', { job: work.job, error });
      })
      .finally(() => watching.delete(watcher));
    watching.add(watcher);
  }

  async function lookAgain(work: ClipWork): Promise<void> {
    for (const waitMs of waits.lateMs) {
      await sleep(waitMs, undefined, { signal: stopping, ref: false });
      const isOver = await inTurn(`clip ${work.job}`, async () => {
        const record = await readClipRecord(database, work.job);
        if (record.step === 'repairing') await find(work, record);
        return record.step !== 'repairing';
      });
      if (isOver) return;
    }
  }

  return {
    find,

    async bring(work, post, record) {
      const earlier = await find(work, record);
      if (earlier !== null) return { outcome: 'posted', message: { ...earlier } };
      const permalink = (await readFileState(work.clients, record.file ?? ''))?.permalink ?? null;
      if (permalink === null) return { outcome: 'unreachable', detail: 'Slack has no link to the file it took' };
      const climbed = await climb(
        work.spots(),
        (spot) =>
          sendMessage(work.clients, spot, drawRepair(post, permalink, spot.askedIn), {
            mark: work.mark,
            unfolds: true,
          }),
        { job: work.job, log },
      );
      if ('refusals' in climbed) {
        return { outcome: 'unreachable', detail: climbed.refusals.map(({ detail }) => detail).join('; ') };
      }
      watch(work);
      return { outcome: 'posted', message: { ...climbed.said } };
    },

    async stop() {
      await Promise.all(watching);
    },
  };
}
