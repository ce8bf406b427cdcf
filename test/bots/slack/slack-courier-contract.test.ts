/** Slack's courier sits the exam of all couriers, in each kind of place a clip can be asked for. */
import { beforeAll } from 'vitest';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { Destination, JobId } from '../../../src/core/values.ts';
import type { CourierPlace } from '../../contracts/courier-contract.ts';
import { courierContract } from '../../contracts/courier-contract.ts';
import type { FakeChannel } from '../../support/fake-slack/teams.ts';
import { type CourierWorld, openCourierWorld, openSlackDatabase } from './courier-world.ts';

type Asks = (world: CourierWorld) => { readonly channel: FakeChannel; readonly destination: Destination };

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openSlackDatabase();
  return opened.close;
});

async function openPlace(ask: Asks): Promise<CourierPlace> {
  await opened.database.deleteFrom('jobs').execute();
  const world = await openCourierWorld(opened);
  const { slack, courier, team } = world;
  const nonces = new Map<JobId, string>();
  const channels: FakeChannel[] = [];

  return {
    courier: {
      ...courier,
      async showStatus(destination, message, view) {
        await world.record(view.job, view.state);
        return courier.showStatus(destination, message, view);
      },
      async post(destination, clip) {
        await world.record(clip.job, 'delivering');
        nonces.set(clip.job, clip.nonce);
        return courier.post(destination, clip);
      },
    },
    async destination() {
      const { channel, destination } = ask(world);
      channels.push(channel);
      return destination;
    },
    async goneDestination() {
      const person = team.person({ name: 'bob' });
      person.known.isUnreachable = true;
      return world.at({ id: 'C0NOWHERE' }, { person: person.id });
    },
    statuses: async (job) => world.statuses(job, channels),
    clips: async (job) => world.clips({ job, nonce: nonces.get(job) ?? '' }, channels).length,
    async deleteMessage(message) {
      const { ts } = message as { ts: string };
      const found = channels.flatMap(({ messages }) => messages).find((each) => each.ts === ts);
      if (found === undefined) throw new Error('there is no such message');
      found.isDeleted = true;
    },
    async smallClip() {
      const { clip, as } = await world.clip(await world.newJob());
      return { clip, path: as.kind === 'file' ? as.path : '' };
    },
    largeClip: async () => null,
    loseNextAnswer: () => slack.faults.loseAnswer('files.completeUploadExternal'),
    async close() {
      if (slack.problems.length > 0) throw new Error(slack.problems.join('\n'));
      await world.close();
    },
  };
}

const places: Readonly<Record<string, Asks>> = {
  'for a slash command': (world) => {
    const channel = world.team.channel();
    return { channel, destination: world.at(channel) };
  },
  'under a picture': (world) => {
    const channel = world.team.channel({ isPrivate: true });
    const picture = world.person.say(channel, 'look');
    return { channel, destination: world.at(channel, { request: picture.ts }) };
  },
  'in a thread': (world) => {
    const channel = world.team.channel();
    const first = world.person.say(channel, 'first');
    const picture = world.person.say(channel, 'look', { thread: first });
    return { channel, destination: world.at(channel, { thread: first.ts, request: picture.ts }) };
  },
  'in direct messages': (world) => {
    const person = world.team.person();
    const channel = world.team.direct(person);
    return { channel, destination: world.at(channel, { isDirect: true, person: person.id }) };
  },
};

for (const [name, ask] of Object.entries(places))
  courierContract({ name: `Slack ${name}`, open: () => openPlace(ask) });
