/** A worker that dies between any two steps leaves a record from which the next one goes on: the clip stands once. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SlackPostsTable } from '../../../src/bots/slack/slack-tables.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { ClipPost } from '../../../src/core/delivery/delivery.ts';
import type { Destination, JobId, JsonValue } from '../../../src/core/values.ts';
import { eventually } from '../../support/eventually.ts';
import { type CourierWorld, messageOf, openCourierWorld, openSlackDatabase } from './courier-world.ts';

let opened: OpenDatabase;
let world: CourierWorld;
let job: JobId;

beforeAll(async () => {
  opened = await openSlackDatabase();
  return opened.close;
});
beforeEach(async () => {
  world = await openCourierWorld(opened);
  job = await world.newJob('delivering');
});
afterEach(async () => {
  expect(world.slack.problems).toEqual([]);
  await world.close();
});

const step = async (): Promise<SlackPostsTable['file_step'] | undefined> =>
  (await world.database.selectFrom('slack_posts').select('file_step').where('job_id', '=', job).executeTakeFirst())
    ?.file_step;

/** As core does after a worker died: another looks for the post before it posts. */
async function takeOver(destination: Destination, post: ClipPost): Promise<JsonValue> {
  const courier = world.newCourier();
  const found = await courier.find(destination, post);
  if (found !== null) return found;
  return { ...messageOf(await courier.post(destination, post)) };
}

/** Until somebody knows where it stands; each time by a worker that knows nothing. */
async function bring(destination: Destination, post: ClipPost): Promise<JsonValue> {
  for (let tries = 0; tries < 8; tries += 1) {
    const stands = await takeOver(destination, post).catch((error: unknown) => {
      if (tries === 7) throw error;
      return null;
    });
    if (stands !== null) return stands;
  }
  throw new Error('never brought');
}

const once = (post: ClipPost): void => {
  expect(world.clips(post)).toHaveLength(1);
};

describe('a worker dies', () => {
  /** It never hears of that call again: as far as the next one can see, it is dead. */
  async function dieIn(method: string, destination: Destination, post: ClipPost): Promise<() => void> {
    const release = world.slack.faults.hold(method);
    const dead = world.newCourier().post(destination, post);
    dead.catch(() => undefined);
    await eventually(async () => {
      const isThere = method === 'upload' ? (await step()) === 'promised' : world.slack.calls(method).length > 0;
      return isThere ? true : new Error(`${method} was not called`);
    });
    return release;
  }

  test.each([
    ['files.getUploadURLExternal', undefined],
    ['upload', 'promised'],
    ['files.completeUploadExternal', 'completing'],
    ['files.info', 'completing'],
  ] as const)('in %s', async (method, left) => {
    const destination = world.at(world.channel);
    const post = await world.clip(job);
    const release = await dieIn(method, destination, post);
    expect(await step()).toBe(left);
    const stands = await takeOver(destination, post);
    expect(stands).toEqual({ channel: world.channel.id, ts: world.clips(post)[0]?.ts });
    once(post);
    // Should it not have been dead after all, it finds that somebody else went on.
    release();
    await world.slack.settled();
    expect(await world.newCourier().find(destination, post)).toEqual(stands);
    once(post);
  });

  test('between the upload and the share', async () => {
    const destination = world.at(world.channel);
    const post = await world.clip(job);
    await dieIn('files.completeUploadExternal', destination, post);
    await world.database
      .updateTable('slack_posts')
      .set({ file_step: 'uploaded', file_channel: null })
      .where('job_id', '=', job)
      .execute();
    await takeOver(destination, post);
    once(post);
    expect(world.slack.calls('files.getUploadURLExternal')).toHaveLength(1);
  });

  test('between the share and telling anybody', async () => {
    const destination = world.at(world.channel);
    const post = await world.clip(job);
    const first = messageOf(await world.newCourier().post(destination, post));
    expect(await step()).toBe('shared');
    expect(await takeOver(destination, post)).toEqual(first);
    once(post);
  });

  test('before it could repair what was never shared', async () => {
    const destination = world.at(world.channel);
    const post = await world.clip(job);
    world.slack.faults.neverShare();
    await dieIn('chat.postMessage', destination, post);
    expect(await step()).toBe('repairing');
    await takeOver(destination, post);
    once(post);
  });

  test('before it could say a link', async () => {
    const destination = world.at(world.channel);
    const post = await world.clip(job, 2000, { as: { kind: 'link', url: 'https://bot.example/media/x' } });
    await dieIn('chat.postMessage', destination, post);
    await takeOver(destination, post);
    once(post);
  });

  test('and was only slow: what it uploads then is shown to nobody', async () => {
    const destination = world.at(world.channel);
    const post = await world.clip(job);
    const release = world.slack.faults.hold('upload');
    const slow = world.newCourier().post(destination, post);
    slow.catch(() => undefined);
    await eventually(async () => ((await step()) === 'promised' ? true : new Error('nothing is promised yet')));
    await takeOver(destination, post);
    release();
    await expect(slow).rejects.toThrow('another worker has this clip in hand');
    once(post);
    expect(world.slack.calls('files.completeUploadExternal')).toHaveLength(1);
  });
});

describe('whatever goes wrong once', () => {
  const ways = ['loseAnswer', 'refuse', 'status'] as const;
  const steps = ['files.getUploadURLExternal', 'upload', 'files.completeUploadExternal', 'files.info'];

  interface Situation {
    readonly name: string;
    /** What can go wrong in it. */
    readonly methods: readonly string[];
    arrange(): Destination;
    /** As it is handed over. */
    readonly as?: ClipPost['as'];
  }
  const inThread = () => world.at(world.channel, { thread: world.person.say(world.channel, 'look').ts });
  const link = { kind: 'link', url: 'https://bot.example/media/x' } as const;
  const situations: readonly Situation[] = [
    { name: 'in a channel', methods: steps, arrange: () => world.at(world.channel) },
    { name: 'in a thread', methods: steps, arrange: inThread },
    {
      name: 'in direct messages',
      methods: steps,
      arrange: () => world.at(world.team.direct(world.person), { isDirect: true }),
    },
    {
      name: 'for somebody whose channel was archived',
      methods: [...steps, 'conversations.open'],
      arrange() {
        world.channel.archive();
        return world.at(world.channel);
      },
    },
    {
      name: 'where the file is never shared',
      methods: [...steps, 'chat.postMessage', 'conversations.replies', 'conversations.history', 'conversations.open'],
      arrange() {
        world.slack.faults.neverShare(9);
        return inThread();
      },
    },
    { name: 'as a link', methods: ['chat.postMessage'], arrange: () => world.at(world.channel), as: link },
    {
      name: 'as a link that arrived unheard',
      methods: ['conversations.replies', 'conversations.history'],
      arrange() {
        const destination = inThread();
        world.slack.faults.loseAnswer('chat.postMessage');
        return destination;
      },
      as: link,
    },
  ];

  describe.each(situations)('$name', ({ arrange, as, methods }) => {
    test.each(ways.flatMap((way) => methods.map((method) => ({ way, method }))))(
      '$method: $way, the clip stands once',
      async ({ way, method }) => {
        const destination = arrange();
        const post = await world.clip(job, 2000, as === undefined ? {} : { as });
        if (way === 'status') world.slack.faults.status(method, 503);
        else world.slack.faults[way](method);
        const stands = await bring(destination, post);
        once(post);
        expect(stands).toMatchObject({ ts: world.clips(post)[0]?.ts });
        expect(await bring(destination, post)).toEqual(stands);
        once(post);
      },
    );
  });

  test.each(ways)('to the repair of a file that is shared late (%s), it stands once in the end', async (way) => {
    const destination = world.at(world.channel);
    const post = await world.clip(job);
    world.slack.faults.shareAfter(60_000);
    for (const method of ['chat.postMessage', 'chat.delete', 'conversations.history']) {
      if (way === 'status') world.slack.faults.status(method, 503);
      else world.slack.faults[way](method);
    }
    await bring(destination, post);
    world.slack.clock.advance(60_001);
    await eventually(async () => {
      const stands = await world
        .newCourier()
        .find(destination, post)
        .catch(() => null);
      return stands === null ? new Error('nobody knows where it stands') : stands;
    });
    once(post);
  });
});
