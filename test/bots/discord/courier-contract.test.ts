/** Discord's courier sits the exam of all couriers, in each kind of place a clip can be asked for. */
import { writeFile } from 'node:fs/promises';
import { beforeAll } from 'vitest';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { Destination, JobId } from '../../../src/core/values.ts';
import type { CourierPlace } from '../../contracts/courier-contract.ts';
import { courierContract } from '../../contracts/courier-contract.ts';
import { type CourierWorld, openCourierWorld, openDiscordDatabase } from './courier-world.ts';

type Asks = (world: CourierWorld) => Promise<Destination>;

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openDiscordDatabase();
  return opened.close;
});

async function openPlace(ask: Asks): Promise<CourierPlace> {
  const world = await openCourierWorld(opened);
  const { discord, courier } = world;
  const channels = new Map<JobId, string>();

  function noteChannel(job: JobId, { address }: Destination): void {
    channels.set(job, (address as { channel: string }).channel);
  }
  const messagesOf = (job: JobId) =>
    discord.messages({ id: channels.get(job) ?? '' }).filter(({ author }) => author.id === discord.botUserId);

  return {
    courier: {
      ...courier,
      async showStatus(destination, message, view) {
        noteChannel(view.job, destination);
        await world.record(view.job, view.state);
        return courier.showStatus(destination, message, view);
      },
      async post(destination, clip) {
        noteChannel(clip.job, destination);
        return courier.post(destination, clip);
      },
    },
    destination: () => ask(world),
    async goneDestination() {
      const channel = discord.addChannel();
      discord.deleteChannel(channel);
      const person = discord.addUser({ name: 'bob' });
      discord.blockDirect(person);
      return world.at(channel, { person: person.id });
    },
    statuses: async (job) =>
      messagesOf(job)
        .filter(({ attachments }) => attachments.length === 0)
        .flatMap(({ content }) => content.split('\n').slice(2, 3)),
    clips: async (job) => messagesOf(job).filter(({ attachments }) => attachments.length > 0).length,
    async deleteMessage(message) {
      discord.deleteMessage({ id: (message as { message: string }).message });
    },
    smallClip: async () => pick(await world.clip(world.newJob())),
    async largeClip() {
      const made = await world.clip(world.newJob());
      const bytes = 10 * 1024 * 1024 + 1;
      if (made.as.kind === 'file') await writeFile(made.as.path, Buffer.alloc(bytes));
      return pick({ ...made, clip: { ...made.clip, bytes } });
    },
    loseNextAnswer: () => discord.order({ method: 'POST', route: '/channels/:channel/messages' }, 'lose-answer'),
    async close() {
      if (discord.problems.length > 0) throw new Error(discord.problems.join('\n'));
      await world.close();
    },
  };
}

function pick({ clip, as }: Awaited<ReturnType<CourierWorld['clip']>>) {
  return { clip, path: as.kind === 'file' ? as.path : '' };
}

const places: Readonly<Record<string, Asks>> = {
  'under a reaction': async (world) => world.reacted(world.discord.addChannel()),
  'for a slash command': (world) => world.commanded(world.discord.addChannel()),
  'in a thread': async (world) => {
    const parent = world.discord.addChannel();
    return world.reacted(world.discord.addChannel({ parent }));
  },
  'in direct messages': async (world) => {
    const person = world.discord.addUser({ name: 'cy' });
    const channel = world.discord.directChannel(person);
    world.discord.say(person, channel, { content: 'hello' });
    return world.at(channel, { guild: null, person: person.id });
  },
};

for (const [name, ask] of Object.entries(places))
  courierContract({ name: `Discord ${name}`, open: () => openPlace(ask) });
