/**
 * Brings the clip: three steps, each written down before it is taken, and then a look whether Slack did what it said.
 * Called again, it goes on where anybody left it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClipPost, Posted } from '../../core/delivery/delivery.ts';
import type { JobId } from '../../core/values.ts';
import { createSlots } from '../slots.ts';
import type { MessageAddress, SlackAddress } from './address.ts';
import { isTooLarge, type Refusal, readRefusal, refusesFiles } from './api-errors.ts';
import { completeFile, type FileState, isUnknownFile, promiseFile, readFileState, uploadFile } from './clip-file.ts';
import { describe, drawComment, drawLink, fileName, isFileOf, titleOf } from './clip-message.ts';
import { type ClipRecord, moveClipRecord, nothingYet, readClipRecord } from './clip-record.ts';
import { createClipRepair } from './clip-repair.ts';
import { climb, clipSpots, orNothing } from './clip-spots.ts';
import { type ClipWork, lookFor } from './clip-work.ts';
import type { CourierEdges } from './courier-edges.ts';
import { type Mark, saidAt, sendMessage, toMessageAddress, whereInstalled } from './courier-messages.ts';
import { moveClip, readJobMessages } from './job-messages.ts';

export interface ClipLadder {
  post(place: SlackAddress, post: ClipPost): Promise<Posted>;
  find(place: SlackAddress, clip: Pick<ClipPost, 'job' | 'nonce'>): Promise<MessageAddress | null>;
  /** Once it is delivered: where the ledger says it stands, it does. */
  settle(place: SlackAddress, job: JobId): Promise<void>;
  stop(): Promise<void>;
}

/** Each reads from the disk while it goes out: a few fill the line. */
const uploadsAtOnce = 4;

/** No clip takes so many steps, unless Slack says one thing and does another. */
const mostSteps = 10;

export function createClipLadder(edges: CourierEdges): ClipLadder {
  const { api, database, now, log, inTurn, waits, stopping } = edges;
  const repair = createClipRepair(edges);
  const inSlot = createSlots(uploadsAtOnce);

  async function climbTo(work: ClipWork, post: ClipPost): Promise<Posted> {
    let record = await readClipRecord(database, work.job);
    /** Slack has said "ok" to this call. */
    let isTaken = false;
    for (let steps = 0; steps < mostSteps; steps += 1) {
      switch (record.step) {
        case null:
        case 'promised': {
          if (post.as.kind === 'link') return sayLink(work, post, post.as.url, record);
          const uploaded = await inSlot(() => upload(work, post, record));
          if ('outcome' in uploaded) return uploaded;
          record = uploaded;
          break;
        }
        case 'uploaded': {
          if (post.as.kind === 'link') return sayLink(work, post, post.as.url, record);
          const completed = await complete(work, post, record);
          if ('outcome' in completed) return completed;
          ({ record, isTaken } = completed);
          break;
        }
        case 'completing': {
          const { share, state } = await awaitShare(work, record);
          if (share !== null) record = await noteShare(work, record, share);
          else record = await afterSilence(work, record, state, isTaken);
          break;
        }
        case 'shared':
          return shared(await shareOf(work, record));
        case 'repairing':
          return repair.bring(work, post, record);
      }
    }
    throw new Error('Slack takes this file again and again, and does not show it');
  }

  /** Never seen by anybody, whatever becomes of it: what another call has begun is begun anew. */
  async function upload(work: ClipWork, post: ClipPost, record: ClipRecord): Promise<ClipRecord | Posted> {
    if (post.as.kind !== 'file') throw new Error('there is no file to upload');
    const file = {
      path: post.as.path,
      type: post.clip.type,
      name: fileName(post.nonce, post.clip.type),
      description: describe(post),
    };
    try {
      const promised = await promiseFile(work.clients, file);
      const next = { ...nothingYet, step: 'promised', file: promised.file, triedAt: now() } as const;
      const noted = await moveClipRecord(database, work.job, record, next);
      await uploadFile(work.clients, promised, file);
      return await moveClipRecord(database, work.job, noted, { ...noted, step: 'uploaded' });
    } catch (error) {
      const refusal = readRefusal(error);
      if (refusal === null) throw error;
      return toOutcome([refusal]);
    }
  }

  /** Where the answer is lost, whether it was done is seen by the file. */
  async function complete(
    work: ClipWork,
    post: ClipPost,
    record: ClipRecord,
  ): Promise<{ readonly record: ClipRecord; readonly isTaken: boolean } | Posted> {
    const file = { id: record.file ?? '', title: titleOf(post) };
    let noted = record;
    const climbed = await climb(
      work.spots(),
      async (spot) => {
        const next = { ...noted, step: 'completing', channel: spot.channel, triedAt: now() } as const;
        noted = await moveClipRecord(database, work.job, noted, next);
        try {
          await completeFile(work.clients, file, spot, drawComment(post, spot.askedIn));
          return true;
        } catch (error) {
          if (readRefusal(error) !== null) throw error;
          log.warn('slack.share-unknown', { job: work.job, error });
          return false;
        }
      },
      { job: work.job, log },
    );
    if ('said' in climbed) return { record: noted, isTaken: climbed.said };
    if (climbed.refusals.some(({ code }) => isUnknownFile(code))) {
      // Either an earlier call has completed it, or what was uploaded is lost.
      const isThere = (await readFileState(work.clients, file.id)) !== null;
      const next = isThere ? ({ ...noted, step: 'repairing', triedAt: now() } as const) : nothingYet;
      return { record: await moveClipRecord(database, work.job, noted, next), isTaken: false };
    }
    await moveClipRecord(database, work.job, noted, nothingYet);
    return toOutcome(climbed.refusals);
  }

  /** Looks until it is there, or was given time enough. @throws when Slack told nothing in all that time, or will not tell */
  async function awaitShare(
    work: ClipWork,
    record: ClipRecord,
  ): Promise<{ readonly share: MessageAddress | null; readonly state: FileState | null }> {
    let last: { readonly state: FileState | null } | { readonly error: unknown } = { state: null };
    for (const waitMs of [0, ...waits.shareMs]) {
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: stopping });
      try {
        const state = await readFileState(work.clients, record.file ?? '');
        const [share] = state?.shares ?? [];
        if (share !== undefined) return { share, state };
        last = { state };
      } catch (error) {
        if (readRefusal(error) !== null) throw error;
        last = { error };
      }
    }
    if ('error' in last) throw last.error;
    return { share: null, state: last.state };
  }

  async function afterSilence(
    { job }: ClipWork,
    record: ClipRecord,
    state: FileState | null,
    isTaken: boolean,
  ): Promise<ClipRecord> {
    // Only what certainly was not completed is completed again: it would be shown twice.
    const wasCompleted = isTaken || state?.isReady === true;
    if (!wasCompleted) return moveClipRecord(database, job, record, { ...record, step: 'uploaded' });
    if (state === null) throw new Error('Slack has taken a file and does not know it');
    log.warn('slack.never-shared', { job, file: record.file, channel: record.channel });
    return moveClipRecord(database, job, record, { ...record, step: 'repairing', triedAt: now() });
  }

  /** Where and when tells this share from any other of the same file. */
  function noteShare({ job }: ClipWork, record: ClipRecord, share: MessageAddress): Promise<ClipRecord> {
    return moveClipRecord(database, job, record, {
      ...record,
      step: 'shared',
      channel: share.channel,
      triedAt: saidAt(share),
    });
  }

  async function shareOf(
    { clients, mark }: ClipWork,
    { file, channel, triedAt }: ClipRecord,
  ): Promise<MessageAddress | null> {
    const state = await readFileState(clients, file ?? '');
    if (state === null || !bears(state, mark)) return null;
    return (
      state.shares.find((share) => share.channel === channel && saidAt(share).getTime() === triedAt?.getTime()) ?? null
    );
  }

  async function sayLink(work: ClipWork, post: ClipPost, url: string, record: ClipRecord): Promise<Posted> {
    const { mark } = work;
    const tried = record.step === null ? record.triedAt : null;
    const earlier = tried === null ? null : await lookFor(work, tried);
    if (earlier !== null) return { outcome: 'posted', message: { ...earlier } };
    await moveClipRecord(database, work.job, record, { ...nothingYet, triedAt: tried ?? now() });
    const climbed = await climb(
      work.spots(),
      (spot) => sendMessage(work.clients, spot, drawLink(post, url, spot.askedIn), { mark }),
      { job: work.job, log },
    );
    return 'said' in climbed ? { outcome: 'posted', message: { ...climbed.said } } : toOutcome(climbed.refusals);
  }

  async function findEarlier(work: ClipWork): Promise<MessageAddress | null> {
    const record = await readClipRecord(database, work.job);
    switch (record.step) {
      case null:
        return record.triedAt === null ? null : lookFor(work, record.triedAt);
      case 'promised':
      case 'uploaded':
        return null;
      case 'completing': {
        const state = await readFileState(work.clients, record.file ?? '');
        if (state === null || !bears(state, work.mark)) return null;
        const [share] = state.shares;
        if (share === undefined) return null;
        await noteShare(work, record, share);
        return share;
      }
      case 'shared':
        return shareOf(work, record);
      case 'repairing':
        return repair.find(work, record);
    }
  }

  async function withWork<Result>(
    place: SlackAddress,
    mark: Mark,
    status: MessageAddress | null,
    act: (work: ClipWork) => Promise<Result>,
  ): Promise<Result | null> {
    const clients = await whereInstalled(() => api.of(place.installation));
    if (clients === null) return null;
    const work = { job: mark.job, mark, clients, spots: () => clipSpots(clients, place, status) };
    return inTurn(`clip ${mark.job}`, () => act(work));
  }

  return {
    async post(place, post) {
      const posted = await withWork(place, markOf(post), toMessageAddress(post.status), (work) => climbTo(work, post));
      return posted ?? { outcome: 'unreachable', detail: 'the app is not installed there' };
    },

    async find(place, clip) {
      const { status } = await readJobMessages(database, clip.job);
      return withWork(place, markOf(clip), status, (work) => orNothing(() => findEarlier(work)));
    },

    async settle(place, job) {
      const { clip, status } = await readJobMessages(database, job);
      const { step, triedAt } = await readClipRecord(database, job);
      const isElsewhere = clip !== null && step === 'shared' && saidAt(clip).getTime() !== triedAt?.getTime();
      if (clip === null || (step !== 'repairing' && !isElsewhere)) return;
      const mark = { event: 'hailuo_clip', job } as const;
      const stands = await withWork(place, mark, status, (work) => orNothing(() => findEarlier(work)));
      if (stands !== null) await moveClip(database, job, clip, stands);
    },

    stop: () => repair.stop(),
  };
}

function markOf({ job, nonce }: Pick<ClipPost, 'job' | 'nonce'>): Mark {
  return { event: 'hailuo_clip', job, nonce };
}

/** Whether it came by a post with this nonce; a name that Slack does not tell speaks against nothing. */
function bears({ name }: FileState, { nonce }: Mark): boolean {
  return nonce === undefined || name === null || isFileOf(nonce, name);
}

function shared(message: MessageAddress | null): Posted {
  return message === null
    ? { outcome: 'unreachable', detail: 'the clip was there and was taken away' }
    : { outcome: 'posted', message: { ...message } };
}

function toOutcome(refusals: readonly Refusal[]): Posted {
  const detail = refusals.map((refusal) => refusal.detail).join('; ');
  if (refusals.some(isTooLarge)) return { outcome: 'too-large' };
  if (refusals.some(refusesFiles)) return { outcome: 'no-files', detail };
  return { outcome: 'unreachable', detail: detail || 'no way to the person is left' };
}
