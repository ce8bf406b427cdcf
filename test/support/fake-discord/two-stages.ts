/** The fake and `discord-digital-twin`, somebody else's double, behind the same verbs: what both can do must look alike. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApplicationCommandType,
  ChannelType,
  InteractionType,
  ApplicationCommandOptionType as OptionType,
} from 'discord-api-types/v10';
import { DigitalDiscord } from 'discord-digital-twin';
import { z } from 'zod';
import type { Act } from './asking.ts';
import { startFakeDiscord } from './fake-discord.ts';

/** What came of one thing a person did. */
export interface Outcome {
  /** Of the first answer, by Discord's number. */
  readonly type: number;
  /** What was offered while typing; empty for anything else. */
  readonly choices: readonly string[];
}

/** One double with a bot's channel, a person and verbs for what they do. */
export interface Stage {
  readonly apiUrl: string;
  readonly token: string;
  readonly channel: string;
  /** `/hailuo create prompt:…` */
  create(prompt: string): Promise<Outcome>;
  /** Stops typing in `prompt`. */
  complete(typed: string): Promise<Outcome>;
  press(message: string, customId: string): Promise<Outcome>;
  choose(message: string, customId: string, value: string): Promise<Outcome>;
  /** Fills in the form that the last act opened: one text. */
  submit(form: string, field: string, value: string): Promise<Outcome>;
  /** A person's message with a picture. @returns its id */
  showPicture(): Promise<string>;
  /** The menu entry Animate on it. */
  animate(message: string): Promise<Outcome>;
  /** In this channel, or in a thread of it; the oldest first. */
  messages(channel?: string): Promise<readonly { readonly id: string; readonly content: string }[]>;
  stop(): Promise<void>;
}

/** The file of `showPicture`. */
export const pictureName = 'boat.png';

/** On our own fake. */
export async function createFakeStage(): Promise<Stage> {
  const discord = await startFakeDiscord();
  discord.addGuild();
  const channel = discord.addChannel();
  const user = discord.addUser();
  const typing = { user, channel, command: 'hailuo', subcommand: 'create' };
  let last: Act | null = null;
  const watch = async (act: Act): Promise<Outcome> => {
    last = act;
    const { type } = await act.acknowledged;
    return { type, choices: act.choices()?.map(({ name }) => name) ?? [] };
  };
  return {
    apiUrl: discord.apiUrl,
    token: discord.token,
    channel: channel.id,
    create: (prompt) => watch(discord.slash({ ...typing, options: { prompt } })),
    complete: (typed) => watch(discord.type({ ...typing, option: 'prompt', typed })),
    press: (id, customId) => watch(discord.press({ user, message: { id }, customId })),
    choose: (id, customId, value) => watch(discord.choose({ user, message: { id }, customId, values: [value] })),
    async submit(_form, field, value) {
      if (last === null) throw new Error('no form is open');
      return watch(discord.submit({ user, act: last, fields: { [field]: value } }));
    },
    async showPicture() {
      return discord.say(user, channel, { attachments: [{ name: pictureName, bytes: Buffer.from('picture') }] }).id;
    },
    animate: (id) => watch(discord.menu({ user, message: { id }, name: 'Animate' })),
    async messages(id = channel.id) {
      return discord.messages({ id });
    },
    stop: () => discord.close(),
  };
}

const offered = z.object({ choices: z.array(z.object({ name: z.string() })).default([]) });

/** On `discord-digital-twin`, with a database of its own. */
export async function createTwinStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'twin-'));
  const twin = new DigitalDiscord({
    channels: [{ name: 'general', type: ChannelType.GuildText }],
    users: [{ username: 'ada' }],
    // Its own default is one database for all of the process.
    dbUrl: `file:${join(folder, 'twin.db')}`,
  });
  await twin.start();
  const channel = (await twin.prisma.channel.findFirst({ where: { type: ChannelType.GuildText } }))?.id ?? '';
  const userId = (await twin.getFirstNonBotUserId()) ?? '';
  const here = { channelId: channel, userId, guildId: twin.guildId };
  const { ApplicationCommand, ApplicationCommandAutocomplete } = InteractionType;
  const watch = async (act: Promise<{ id: string }>): Promise<Outcome> => {
    const { id } = await act;
    const { type } = await twin.channel(channel).waitForInteractionAck({ interactionId: id, timeout: 10_000 });
    const answer = await twin.channel(channel).getInteractionResponse(id);
    const { choices } = offered.catch({ choices: [] }).parse(JSON.parse(answer?.data ?? '{}'));
    return { type, choices: choices.map(({ name }) => name) };
  };
  const typed = (value: string, rest: object) => [
    {
      name: 'create',
      type: OptionType.Subcommand,
      options: [{ name: 'prompt', type: OptionType.String, value, ...rest }],
    },
  ];
  return {
    apiUrl: twin.restUrl,
    token: twin.botToken,
    channel,
    create: (prompt) => watch(twin.simulateSlashCommand({ ...here, name: 'hailuo', options: typed(prompt, {}) })),
    complete: (text) =>
      watch(
        twin.simulateInteraction({
          ...here,
          type: ApplicationCommandAutocomplete,
          data: { id: '1'.repeat(19), name: 'hailuo', type: 1, options: typed(text, { focused: true }) },
        }),
      ),
    press: (messageId, customId) => watch(twin.simulateButtonClick({ ...here, messageId, customId })),
    choose: (messageId, customId, value) =>
      watch(twin.simulateSelectMenu({ ...here, messageId, customId, values: [value] })),
    submit: (customId, field, value) =>
      watch(twin.simulateModalSubmit({ ...here, customId, fields: [{ customId: field, value }] })),
    async showPicture() {
      const attachments = [
        {
          id: '2'.repeat(19),
          filename: pictureName,
          size: 7,
          url: 'https://cdn.discordapp.com/boat.png',
          proxy_url: '',
        },
      ];
      return (await twin.simulateUserMessage({ ...here, content: 'look', attachments })).id;
    },
    async animate(target) {
      const message = (await twin.channel(channel).getMessages()).find(({ id }) => id === target);
      const data = {
        id: '3'.repeat(19),
        name: 'Animate',
        type: ApplicationCommandType.Message,
        target_id: target,
        resolved: { messages: { [target]: message } },
      };
      return watch(twin.simulateInteraction({ ...here, type: ApplicationCommand, data }));
    },
    messages: (id = channel) => twin.channel(id).getMessages(),
    async stop() {
      await twin.stop();
      await rm(folder, { recursive: true });
    },
  };
}
