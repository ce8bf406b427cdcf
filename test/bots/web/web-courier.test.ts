import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import { toDestination } from '../../../src/bots/web/address.ts';
import { addMessage } from '../../../src/bots/web/messages.ts';
import { createWebCourier } from '../../../src/bots/web/web-courier.ts';
import { webMigrations } from '../../../src/bots/web/web-migrations.ts';
import type { WebTables } from '../../../src/bots/web/web-tables.ts';
import type { Courier } from '../../../src/core/delivery/delivery.ts';
import type { Destination, JobId } from '../../../src/core/values.ts';
import {
  type CourierPlace,
  clipPost,
  courierContract,
  keptClip,
  statusView,
} from '../../contracts/courier-contract.ts';
import { openMemoryDatabase } from '../../support/database.ts';

const limit = 10_000;

async function openPlace(uploadLimitBytes: number | null = limit) {
  const opened = await openMemoryDatabase(webMigrations);
  const database = opened.database.withTables<WebTables>();
  const now = (): Date => new Date();
  let announced = 0;
  const announce = (): void => {
    announced += 1;
  };
  const courier = createWebCourier({
    database: opened.database,
    now,
    newId: () => uuidv7(),
    announce,
    uploadLimitBytes,
  });

  async function ask(privateTo: string | null = null, thread: string | null = null): Promise<Destination> {
    const request = uuidv7();
    await addMessage(database, {
      id: request,
      channel: 'general',
      thread,
      author: 'p1',
      body: { kind: 'text', text: '/hailuo a paper boat', pictures: [] },
      privateTo,
      nonce: null,
      at: now(),
    });
    return toDestination({ channel: 'general', thread, request, visitor: 'p1' });
  }

  const all = () => database.selectFrom('web_messages').selectAll().where('deleted', '=', false).execute();
  const place: CourierPlace = {
    courier,
    destination: () => ask(),
    goneDestination: async () => toDestination({ channel: 'general', thread: null, request: uuidv7(), visitor: 'p1' }),
    statuses: async (job) =>
      (await all()).flatMap(({ body }) =>
        body.kind === 'status' && body.view.job === job ? [body.view.sentence] : [],
      ),
    clips: async (job) => (await all()).filter(({ body }) => body.kind === 'clip' && body.post.job === job).length,
    async deleteMessage(message) {
      await database.updateTable('web_messages').set({ deleted: true }).where('id', '=', String(message)).execute();
    },
    smallClip: async () => ({ clip: keptClip('a', limit), path: '/small.mp4' }),
    largeClip: async () => (uploadLimitBytes === null ? null : { clip: keptClip('b', limit + 1), path: '/large.mp4' }),
    loseNextAnswer: null,
    close: opened.close,
  };
  return { ...place, ask, all, announced: () => announced };
}

courierContract({ name: 'the chat page', open: openPlace });

describe('on the chat page', () => {
  let place: Awaited<ReturnType<typeof openPlace>>;
  let courier: Courier;
  const job = (number: number): JobId => `job-${number}` as JobId;

  beforeAll(async () => {
    place = await openPlace(null);
    courier = place.courier;
    return place.close;
  });

  test('a request and its answers are a thread, and a job makes its request visible to all', async () => {
    const destination = await place.ask('p1');
    const status = await courier.showStatus(destination, null, statusView(job(1), 'queued', 'Waiting.'));
    const posted = await courier.post(destination, clipPost(job(1), keptClip('c', 5), '/c.mp4'));
    const { request } = destination.address as { request: string };
    const found = await place.all();
    expect(found.find(({ id }) => id === request)).toMatchObject({ private_to: null, thread: null });
    for (const id of [status, posted.outcome === 'posted' && posted.message]) {
      expect(found.find((message) => message.id === id)).toMatchObject({ thread: request, author: null });
    }
  });

  test('a request made in a thread is answered in that thread', async () => {
    const root = (await place.ask()).address as { request: string };
    const destination = await place.ask('p1', root.request);
    const status = await courier.showStatus(destination, null, statusView(job(2), 'queued', 'Waiting.'));
    expect((await place.all()).find(({ id }) => id === status)).toMatchObject({ thread: root.request });
  });

  test('the same view twice is one change', async () => {
    const destination = await place.ask();
    const view = statusView(job(3), 'queued', 'Waiting.');
    const message = await courier.showStatus(destination, null, view);
    const version = async () => (await place.all()).find(({ id }) => id === message)?.version;
    const first = await version();
    await courier.showStatus(destination, message, view);
    expect(await version()).toBe(first);
    await courier.showStatus(destination, message, { ...view, fraction: 0.5 });
    expect(await version()).not.toBe(first);
  });

  test('every write is announced', async () => {
    const before = place.announced();
    const destination = await place.ask();
    await courier.showStatus(destination, null, statusView(job(4), 'queued', 'Waiting.'));
    await courier.post(destination, clipPost(job(4), keptClip('d', 5), '/d.mp4'));
    expect(place.announced()).toBe(before + 2);
  });

  test('no limit means no limit', async () => {
    const destination = await place.ask();
    expect(await courier.uploadLimitBytes(destination)).toBeNull();
    const huge = clipPost(job(5), keptClip('e', 10_000_000_000), '/e.mp4');
    expect((await courier.post(destination, huge)).outcome).toBe('posted');
  });
});
