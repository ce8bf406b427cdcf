/** What core may rely on, whatever the platform. A courier's own test opens a place for it and says how to look into it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClipPost, Courier, StatusView } from '../../src/core/delivery/delivery.ts';
import type { KeptFile } from '../../src/core/media/media.ts';
import type { Destination, JobId, JobState, JsonValue, MediaId } from '../../src/core/values.ts';

/** One place on a platform, as the people in it see it. */
export interface CourierPlace {
  readonly courier: Courier;
  /** A fresh place to speak in, where somebody has just asked for a clip. */
  destination(): Promise<Destination>;
  /** A place that is gone: its channel, its thread or the right to write there. */
  goneDestination(): Promise<Destination>;
  /** The status messages of this job that people can see now, by their sentences. */
  statuses(job: JobId): Promise<readonly string[]>;
  /** How many messages with this job's clip people can see. */
  clips(job: JobId): Promise<number>;
  deleteMessage(message: JsonValue): Promise<void>;
  /** A clip in a file that this place takes. */
  smallClip(): Promise<{ readonly clip: KeptFile; readonly path: string }>;
  /** A clip over the limit; null where there is no limit. */
  largeClip(): Promise<{ readonly clip: KeptFile; readonly path: string } | null>;
  /**
   * Makes the next post arrive although its answer is lost: `post` throws then. Null where a post is one transaction,
   * which either happened or did not.
   */
  readonly loseNextAnswer: (() => void) | null;
  close(): Promise<void>;
}

export function courierContract({ name, open }: { name: string; open: () => Promise<CourierPlace> }): void {
  describe(`${name} is a courier`, () => {
    let place: CourierPlace;
    let jobs = 0;

    beforeAll(async () => {
      place = await open();
    });
    afterAll(() => place.close());

    function newJob(): JobId {
      jobs += 1;
      return `0198c0de-0000-7000-8000-${String(jobs).padStart(12, '0')}` as JobId;
    }

    async function say(
      destination: Destination,
      message: JsonValue | null,
      job: JobId,
      state: JobState,
      sentence: string,
    ): Promise<JsonValue> {
      return place.courier.showStatus(destination, message, statusView(job, state, sentence));
    }

    async function clipOf(job: JobId, of: 'smallClip' | 'largeClip' = 'smallClip'): Promise<ClipPost | null> {
      const made = await place[of]();
      return made && clipPost(job, made.clip, made.path);
    }

    test('opens one status message and edits that one', async () => {
      const [destination, job] = [await place.destination(), newJob()];
      const message = await say(destination, null, job, 'queued', 'Waiting.');
      expect(await place.statuses(job)).toEqual(['Waiting.']);
      expect(await say(destination, message, job, 'rendering', 'Rendering.')).toEqual(message);
      expect(await place.statuses(job)).toEqual(['Rendering.']);
    });

    test('opens no second one when the address of the first was never written down', async () => {
      const [destination, job] = [await place.destination(), newJob()];
      await say(destination, null, job, 'queued', 'Waiting.');
      await say(destination, null, job, 'queued', 'Still waiting.');
      expect(await place.statuses(job)).toEqual(['Still waiting.']);
    });

    test('opens another when somebody deleted it', async () => {
      const [destination, job] = [await place.destination(), newJob()];
      const message = await say(destination, null, job, 'queued', 'Waiting.');
      await place.deleteMessage(message);
      const another = await say(destination, message, job, 'rendering', 'Rendering.');
      expect(another).not.toEqual(message);
      expect(await place.statuses(job)).toEqual(['Rendering.']);
    });

    test.each(['done', 'failed', 'cancelled'] as const)('%s is the last word, whoever is late', async (last) => {
      const [destination, job] = [await place.destination(), newJob()];
      const message = await say(destination, null, job, 'rendering', 'Rendering.');
      await say(destination, message, job, last, 'It is over.');
      await say(destination, message, job, 'rendering', 'Rendering, says somebody slow.');
      await say(destination, null, job, 'delivering', 'Delivering, says somebody slower.');
      expect(await place.statuses(job)).toEqual(['It is over.']);
    });

    test('posts a clip once, however often it is told to', async () => {
      const [destination, job] = [await place.destination(), newJob()];
      const clip = await clipOf(job);
      if (clip === null) return;
      expect(await place.courier.find(destination, clip)).toBeNull();
      const first = await place.courier.post(destination, clip);
      expect(first.outcome).toBe('posted');
      expect(await place.courier.post(destination, clip)).toEqual(first);
      expect(await place.clips(job)).toBe(1);
    });

    test('posts once even when two workers do it in the same moment', async () => {
      const [destination, job] = [await place.destination(), newJob()];
      const clip = await clipOf(job);
      if (clip === null) return;
      const posted = await Promise.all([1, 2, 3].map(() => place.courier.post(destination, clip)));
      expect(new Set(posted.map((post) => JSON.stringify(post))).size).toBe(1);
      expect(await place.clips(job)).toBe(1);
    });

    test('finds its post again when the answer was lost', async () => {
      const [destination, job] = [await place.destination(), newJob()];
      const clip = await clipOf(job);
      if (clip === null) return;
      place.loseNextAnswer?.();
      const posted = await place.courier.post(destination, clip).catch(() => null);
      const found = await place.courier.find(destination, { job, nonce: clip.nonce });
      expect(found).not.toBeNull();
      if (posted?.outcome === 'posted') expect(found).toEqual(posted.message);
      expect(await place.courier.find(destination, { job, nonce: `${clip.nonce}x` })).toBeNull();
    });

    test('says so when a file is too large, and takes the link', async () => {
      const [destination, job] = [await place.destination(), newJob()];
      const limit = await place.courier.uploadLimitBytes(destination);
      const clip = await clipOf(job, 'largeClip');
      if (clip === null) {
        expect(limit).toBeNull();
        return;
      }
      expect(clip.clip.bytes).toBeGreaterThan(limit ?? 0);
      expect(await place.courier.post(destination, clip)).toEqual({ outcome: 'too-large' });
      expect(await place.clips(job)).toBe(0);
      const link = await place.courier.post(destination, { ...clip, as: { kind: 'link', url: '/media/somewhere' } });
      expect(link.outcome).toBe('posted');
    });

    test('a place that is gone is an answer, not an accident', async () => {
      const [destination, job] = [await place.goneDestination(), newJob()];
      const clip = await clipOf(job);
      if (clip === null) return;
      expect(await say(destination, null, job, 'queued', 'Waiting.')).toBeNull();
      expect((await place.courier.post(destination, clip)).outcome).toBe('unreachable');
      expect(await place.courier.find(destination, clip)).toBeNull();
    });
  });
}

export function statusView(job: JobId, state: JobState, sentence: string): StatusView {
  return {
    job,
    state,
    asker: { person: 'p1', name: 'Ann' },
    locale: 'en',
    prompt: 'a paper boat <@everyone>',
    summary: '2.3 · 6 s · 768P',
    sentence,
    provider: null,
    acceptedAt: 1_800_000_000,
    renderingSince: null,
    expected: null,
    place: null,
    fraction: null,
    buttons: [],
  };
}

export function clipPost(job: JobId, clip: KeptFile, path: string): ClipPost {
  return {
    job,
    // At most 25 characters, and as many as that.
    nonce: `${job.slice(-12)}-0123456789ab`,
    asker: { person: 'p1', name: 'Ann' },
    locale: 'en',
    prompt: 'a paper boat',
    caption: 'Here is your clip.',
    clip,
    poster: null,
    as: { kind: 'file', path, name: 'clip.mp4' },
    buttons: [],
    status: null,
  };
}

export function keptClip(letter: string, bytes: number): KeptFile {
  return {
    id: letter.repeat(64) as MediaId,
    kind: 'clip',
    type: 'video/mp4',
    bytes,
    width: 768,
    height: 432,
    seconds: 6,
  };
}
