import {
  ChannelType,
  type Client,
  type ClientOptions,
  Events,
  GatewayIntentBits,
  type Interaction,
  MessageFlags,
  PermissionFlagsBits,
  type REST,
  Routes,
  type TextChannel,
} from 'discord.js';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type FakeDiscord,
  type FakeDiscordOptions,
  startFakeDiscord,
} from '../../support/fake-discord/fake-discord.ts';
import { answer, commands, startClient } from '../../support/fake-discord/rehearsal-bot.ts';
import { createFakeStage, createTwinStage, pictureName, type Stage } from '../../support/fake-discord/two-stages.ts';

const first = { message: 4, deferred: 5, deferredUpdate: 6, update: 7, choices: 8, form: 9 };

describe.each([
  ['the fake', createFakeStage],
  ["somebody else's double", createTwinStage],
] as const)('%s, with an unmodified discord.js', (_name, createStage) => {
  it('carries a command from typing to remix', async () => {
    const stage = await createStage();
    const client = await startClient(stage);
    const problems: unknown[] = [];
    client.on(
      Events.InteractionCreate,
      (interaction) => void answer(interaction).catch((error) => problems.push(error)),
    );
    await client.application.commands.set(commands);

    expect(await stage.complete('a boat')).toEqual({ type: first.choices, choices: ['a boat at dawn'] });
    expect((await stage.create('a boat')).type).toBe(first.deferred);
    const made = await said(stage, 'made a boat');
    expect((await stage.press(made, 'again')).type).toBe(first.deferredUpdate);
    await said(stage, 'once more');
    expect((await stage.press(made, 'remix')).type).toBe(first.form);
    expect((await stage.submit('form', 'prompt', 'a ship')).type).toBe(first.message);
    await said(stage, 'remixes a ship');
    expect((await stage.choose(made, 'model', '2.3-fast')).type).toBe(first.update);
    expect(await said(stage, 'now with 2.3-fast')).toBe(made);
    expect((await stage.animate(await stage.showPicture())).type).toBe(first.message);
    await said(stage, `animates ${pictureName}`);

    expect(problems).toEqual([]);
    await client.destroy();
    await stage.stop();
  });

  it('keeps messages, replies, reactions and threads', async () => {
    const stage = await createStage();
    const client = await startClient(stage);
    const channel = (await client.channels.fetch(stage.channel)) as TextChannel;

    const status = await channel.send('waiting');
    await status.edit('ready');
    await status.react('🎬');
    const reply = await status.reply('here it is');
    const thread = await status.startThread({ name: 'the clip' });
    await thread.send('inside');

    expect(reply.reference?.messageId).toBe(status.id);
    expect((await stage.messages()).map(({ content }) => content)).toEqual(['ready', 'here it is']);
    expect((await stage.messages(thread.id)).map(({ content }) => content)).toContain('inside');
    await status.delete();
    await expect(channel.messages.fetch({ message: status.id, force: true })).rejects.toMatchObject({ code: 10008 });
    await client.destroy();
    await stage.stop();
  });
});

interface Setting {
  readonly discord: FakeDiscord;
  readonly client: Client<true>;
  readonly rest: REST;
  readonly guild: { readonly id: string };
  readonly channel: { readonly id: string };
  readonly user: { readonly id: string };
}

const open: { close(): Promise<void> }[] = [];

async function set(options: FakeDiscordOptions = {}, clientOptions: Partial<ClientOptions> = {}): Promise<Setting> {
  const discord = await startFakeDiscord(options);
  const guild = discord.addGuild();
  const channel = discord.addChannel({ guild });
  const user = discord.addUser();
  discord.addMember(guild, user);
  const client = await startClient(discord, clientOptions);
  open.push({ close: () => client.destroy() }, discord);
  return { discord, client, rest: client.rest, guild, channel, user };
}

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** As `client.on`, with a promise that may be kept later. */
function onInteraction(client: Client, act: (interaction: Interaction) => Promise<void>): void {
  client.on(Events.InteractionCreate, (interaction) => void act(interaction));
}

const quiet = { allowed_mentions: { parse: [] } };
const clip = { name: 'clip.mp4', data: Buffer.from('a clip') };
const post = '/channels/:channel/messages';

describe('an answer that was lost', () => {
  const uploads = { rest: { retries: 3, timeout: 1500 } };

  it.each([
    ['is slower than the client waits', { delayMs: 4000 }],
    ['breaks off after it was taken', 'lose-answer'],
    ['breaks in the middle of the file', 'cut-upload'],
    ['breaks before it was taken', 'cut'],
  ] as const)('%s: with a nonce there is one message', async (_name, fault) => {
    const { discord, client, channel } = await set({}, uploads);
    discord.order({ method: 'POST', route: post }, fault);
    const there = (await client.channels.fetch(channel.id)) as TextChannel;
    const files = [{ attachment: Buffer.alloc(500_000, 1), name: 'clip.mp4' }];
    const sent = await there.send({ files, nonce: 'job-1', enforceNonce: true });

    expect(discord.messages(channel).map(({ id }) => id)).toEqual([sent.id]);
    expect(discord.fileOf(sent).length).toBe(500_000);
    expect(discord.requests.filter(({ route }) => route === post).length).toBeGreaterThan(1);
  });

  it('is posted twice without a nonce', async () => {
    const { discord, client, channel } = await set({}, uploads);
    discord.order({ method: 'POST', route: post }, { delayMs: 4000 });
    await ((await client.channels.fetch(channel.id)) as TextChannel).send('hello');
    expect(discord.messages(channel)).toHaveLength(2);
  });

  it('is told apart by the nonce for some minutes, and not past a deletion', async () => {
    const { discord, rest, channel } = await set();
    const body = { content: 'hello', nonce: 'job-2', enforce_nonce: true, ...quiet };
    const send = () => rest.post(Routes.channelMessages(channel.id), { body }) as Promise<{ id: string }>;
    const sent = await send();
    expect((await send()).id).toBe(sent.id);
    discord.deleteMessage(sent);
    await expect(send()).rejects.toMatchObject({ code: 10008 });
    discord.pass(10 * 60_000);
    expect((await send()).id).not.toBe(sent.id);
  });

  it('is not taken at all while the body is still being read', async () => {
    const { discord, rest, channel } = await set({}, { rest: { retries: 0, timeout: 500 } });
    discord.order({ method: 'POST', route: post }, { bytesPerSecond: 1_000_000 });
    const files = [{ name: 'clip.mp4', data: Buffer.alloc(9_000_000) }];
    await expect(rest.post(Routes.channelMessages(channel.id), { files, body: {} })).rejects.toThrow();
    await expect.poll(() => discord.requests.at(-1)?.status).toBe(0);
    expect(discord.messages(channel)).toEqual([]);
  });
});

describe('an interaction', () => {
  const callback = (act: { id: string; token: string }) => Routes.interactionCallback(act.id, act.token);
  const deferral = { body: { type: 5 }, auth: false };

  it('can be acknowledged once, and within three seconds', async () => {
    const { discord, rest, channel, user } = await set();
    const act = discord.slash({ user, channel, command: 'hailuo' });
    await rest.post(callback(act), deferral);
    await expect(rest.post(callback(act), deferral)).rejects.toMatchObject({ code: 40060, status: 400 });

    const late = discord.slash({ user, channel, command: 'hailuo' });
    discord.pass(3001);
    await expect(rest.post(callback(late), deferral)).rejects.toMatchObject({ code: 10062, status: 404 });
    await expect(late.acknowledged).rejects.toThrow('did not respond');
  });

  it('has a token for a quarter of an hour, and losing it costs the bot nothing else', async () => {
    const { discord, rest, channel, user } = await set();
    const act = discord.slash({ user, channel, command: 'hailuo' });
    const original = Routes.webhookMessage(discord.applicationId, act.token, '@original');
    const edit = () => rest.patch(original, { body: { content: 'still here', ...quiet }, auth: false });
    await expect(edit()).rejects.toMatchObject({ code: 10015 });
    await rest.post(callback(act), deferral);
    discord.pass(14 * 60_000);
    await edit();
    discord.pass(2 * 60_000);
    await expect(edit()).rejects.toMatchObject({ code: 50027, status: 401 });
    await rest.post(Routes.channelMessages(channel.id), { body: { content: 'by the bot', ...quiet } });
    expect(discord.messages(channel).map(({ content }) => content)).toEqual(['still here', 'by the bot']);
  });

  it('tells what it made when asked, and only its token reaches what is private', async () => {
    const { discord, client, rest, channel, user } = await set();
    onInteraction(client, async (interaction) => {
      if (!interaction.isRepliable()) return;
      const { resource } = await interaction.reply({
        content: 'psst',
        flags: MessageFlags.Ephemeral,
        withResponse: true,
      });
      await interaction.followUp({ content: `about ${resource?.message?.id}` });
    });
    const act = discord.slash({ user, channel, command: 'hailuo' });
    await act.acknowledged;
    const id = act.response()?.id ?? '';
    await expect.poll(() => discord.messages(channel).map(({ content }) => content)).toEqual([`about ${id}`]);
    await expect(rest.get(Routes.channelMessage(channel.id, id))).rejects.toMatchObject({ code: 10008 });
    expect(act.response()?.flags).toBe(MessageFlags.Ephemeral);
  });

  it('deferred for all, then refused to one: the first is taken away, the second is private', async () => {
    const { discord, rest, channel, user } = await set();
    const act = discord.slash({ user, channel, command: 'hailuo' });
    await rest.post(callback(act), deferral);
    expect(discord.messages(channel).map(({ flags }) => flags)).toEqual([MessageFlags.Loading]);
    await rest.delete(Routes.webhookMessage(discord.applicationId, act.token, '@original'), { auth: false });
    const body = { content: 'no', flags: MessageFlags.Ephemeral, ...quiet };
    await rest.post(Routes.webhook(discord.applicationId, act.token), { body, auth: false });
    expect(discord.messages(channel)).toEqual([]);
    expect(act.followUps().map(({ content }) => content)).toEqual(['no']);
  });

  it('notes a private word that would be put where all can read it', async () => {
    const { discord, rest, channel, user } = await set();
    const act = discord.slash({ user, channel, command: 'hailuo' });
    await rest.post(callback(act), deferral);
    const body = { content: 'no', flags: MessageFlags.Ephemeral, ...quiet };
    await rest.post(Routes.webhook(discord.applicationId, act.token), { body, auth: false });
    expect(discord.messages(channel).map(({ content }) => content)).toEqual(['no']);
    expect(discord.problems).toEqual([expect.stringContaining('meant for one')]);
  });

  it('can open a form with every kind of field', async () => {
    const { discord, client, rest, channel, user } = await set();
    const read: unknown[] = [];
    onInteraction(client, async (interaction) => {
      if (!interaction.isModalSubmit()) return;
      const { fields } = interaction;
      const files = [...(fields.getUploadedFiles('pictures')?.values() ?? [])].map(({ name }) => name);
      read.push(fields.getTextInputValue('prompt'), fields.getStringSelectValues('model'), files);
      await interaction.deferReply();
    });
    const labelled = (component: object) => ({ type: 18, label: 'Field', component });
    const components = [
      labelled({ type: 4, custom_id: 'prompt', style: 2, value: 'a boat', max_length: 20 }),
      labelled({ type: 3, custom_id: 'model', options: [{ label: 'Fast', value: 'fast', default: true }] }),
      labelled({ type: 19, custom_id: 'pictures', max_values: 2, file_types: ['image'] }),
    ];
    const act = discord.slash({ user, channel, command: 'hailuo' });
    const body = { type: 9, data: { custom_id: 'form', title: 'Remix', components } };
    await rest.post(callback(act), { body, auth: false });
    const fill = (name: string, fields = {}) =>
      discord.submit({ user, act, fields, files: { pictures: [{ name, bytes: Buffer.from('picture') }] } });
    expect(() => fill('boat.pdf')).toThrow('not offered');
    expect(() => fill('boat.png', { prompt: 'x'.repeat(21) })).toThrow('too long');
    expect(() => discord.submit({ user, act })).toThrow('needs a file');
    await fill('boat.png').acknowledged;
    expect(read).toEqual(['a boat', ['fast'], ['boat.png']]);
  });

  it('says where it is and whose app it is', async () => {
    const { discord, client, channel, user } = await set();
    const seen: unknown[] = [];
    client.on(Events.InteractionCreate, ({ context, authorizingIntegrationOwners: owners, guildId, channelId }) => {
      seen.push([context, owners.guildId, owners.userId, guildId, channelId]);
    });
    const group = discord.addChannel({ type: ChannelType.GroupDM });
    const dm = discord.directChannel(user);
    for (const where of [channel, dm, group]) discord.slash({ user, channel: where, command: 'hailuo' });
    const guild = client.guilds.cache.first()?.id;
    await expect
      .poll(() => seen)
      .toEqual([
        [0, guild, null, guild, channel.id],
        [1, '0', null, null, dm.id],
        [2, null, user.id, null, group.id],
      ]);
  });

  it('of an app on a person gets five messages more, and nothing by the channel', async () => {
    const { discord, rest, user } = await set();
    const channel = discord.addChannel({ guild: discord.addGuild({ isForeign: true }) });
    const act = discord.slash({ user, channel, command: 'hailuo', isUserInstalled: true });
    await rest.post(callback(act), { body: { type: 4, data: { content: 'hello', ...quiet } }, auth: false });
    const more = () =>
      rest.post(Routes.webhook(discord.applicationId, act.token), { body: { content: 'more', ...quiet }, auth: false });
    for (let count = 0; count < 5; count += 1) await more();
    await expect(more()).rejects.toMatchObject({ code: 40094 });
    const path = Routes.channelMessages(channel.id);
    await expect(rest.post(path, { body: { content: 'hello', ...quiet } })).rejects.toMatchObject({ code: 50001 });
  });

  it('brings files, and takes as many bytes as it says', async () => {
    const { discord, client, rest, channel, user } = await set({ attachmentLimitBytes: 1000 });
    const limits: number[] = [];
    onInteraction(client, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      limits.push(interaction.attachmentSizeLimit);
      await interaction.reply(interaction.options.getAttachment('image')?.url ?? '');
    });
    const image = { name: 'boat.png', bytes: Buffer.from('picture') };
    const act = discord.slash({ user, channel, command: 'hailuo', options: { image }, attachmentSizeLimit: 2000 });
    await act.acknowledged;
    expect(await (await fetch(act.response()?.content ?? '')).text()).toBe('picture');
    const patch = (size: number) =>
      rest.patch(Routes.webhookMessage(discord.applicationId, act.token), {
        files: [{ name: 'clip.mp4', data: Buffer.alloc(size) }],
        body: {},
        auth: false,
      });
    await patch(2000);
    await expect(patch(2001)).rejects.toMatchObject({ code: 40005, status: 413 });
    expect(limits).toEqual([2000]);
  });
});

describe('what the bot may not do', () => {
  const usual =
    PermissionFlagsBits.ViewChannel | PermissionFlagsBits.SendMessages | PermissionFlagsBits.ReadMessageHistory;
  const text = { body: { content: 'hello', ...quiet } };

  it.each([
    ['see the channel', ~PermissionFlagsBits.ViewChannel, text, 50001],
    ['send', ~PermissionFlagsBits.SendMessages, text, 50013],
    ['attach', ~PermissionFlagsBits.AttachFiles, { files: [clip], body: {} }, 50013],
    ['embed', ~PermissionFlagsBits.EmbedLinks, { body: { embeds: [{ title: 'hello' }] } }, 50013],
    [
      'reply',
      ~PermissionFlagsBits.ReadMessageHistory,
      { body: { ...text.body, message_reference: { message_id: '1'.repeat(19) } } },
      160002,
    ],
  ] as const)('%s', async (_name, bits, sent, code) => {
    const { discord, rest, channel } = await set();
    discord.setBotPermissions(
      channel,
      (usual | PermissionFlagsBits.AttachFiles | PermissionFlagsBits.EmbedLinks) & bits,
    );
    const options = { body: sent.body, files: 'files' in sent ? [...sent.files] : [] };
    await expect(rest.post(Routes.channelMessages(channel.id), options)).rejects.toMatchObject({ code });
    expect(discord.messages(channel)).toEqual([]);
  });

  it('the library computes the same rights', async () => {
    const { discord, client, channel } = await set();
    discord.setBotPermissions(channel, usual);
    const rights = () => {
      const there = client.channels.cache.get(channel.id) as TextChannel;
      return there.permissionsFor(client.user)?.bitfield;
    };
    await expect.poll(rights).toBe(usual);
  });

  it('threads have a right of their own, one thread for a message, and an archive', async () => {
    const { discord, rest, channel } = await set();
    const status = (await rest.post(Routes.channelMessages(channel.id), text)) as { id: string };
    const start = () => rest.post(Routes.threads(channel.id, status.id), { body: { name: 'the clip' } });
    expect(await start()).toMatchObject({ id: status.id, parent_id: channel.id });
    await expect(start()).rejects.toMatchObject({ code: 160004 });
    const send = () => rest.post(Routes.channelMessages(status.id), text) as Promise<{ id: string }>;
    const inside = await send();
    discord.archiveThread(status);
    const edit = () => rest.patch(Routes.channelMessage(status.id, inside.id), text);
    await expect(edit()).rejects.toMatchObject({ code: 50083 });
    await send();
    await edit();
    discord.lockThread(status);
    await expect(send()).rejects.toMatchObject({ code: 160005 });
    discord.setBotPermissions(channel, usual);
    await expect(send()).rejects.toMatchObject({ code: 50013 });
  });

  it('write to somebody who blocks it, whom it does not know, or where it no longer is', async () => {
    const { discord, rest, channel, guild, user } = await set();
    const write = (to: { id: string }) => rest.post(Routes.channelMessages(to.id), text);
    await write(discord.directChannel(user));
    expect(discord.direct(user).map(({ content }) => content)).toEqual(['hello']);
    await expect(write(discord.directChannel(discord.addUser()))).rejects.toMatchObject({ code: 50278 });
    discord.blockDirect(user);
    await expect(write(discord.directChannel(user))).rejects.toMatchObject({ code: 50007 });
    discord.removeBot(guild);
    await expect(write(channel)).rejects.toMatchObject({ code: 50001 });
    await expect(rest.get(Routes.guild(guild.id))).rejects.toMatchObject({ code: 10004 });
    discord.deleteChannel(channel);
    await expect(write(channel)).rejects.toMatchObject({ code: 10003 });
  });

  it('upload more than the place takes, or edit an old message too often', async () => {
    const { discord, rest, channel } = await set({ attachmentLimitBytes: 1000 });
    const boosted = discord.addChannel({ guild: discord.addGuild({ premiumTier: 2 }) });
    const upload = (to: { id: string }) =>
      rest.post(Routes.channelMessages(to.id), { files: [{ name: 'clip.mp4', data: Buffer.alloc(1001) }], body: {} });
    await expect(upload(channel)).rejects.toMatchObject({ code: 40005, status: 413 });
    await upload(boosted);

    const { id } = (await rest.post(Routes.channelMessages(channel.id), text)) as { id: string };
    discord.pass(61 * 60_000);
    const edit = async () => (await raw(discord, 'PATCH', Routes.channelMessage(channel.id, id), text.body)).code;
    expect([await edit(), await edit(), await edit(), await edit()]).toEqual([undefined, undefined, undefined, 30046]);
  });

  it.each([
    [
      'AutoMod',
      { status: 400, body: { code: 200000, message: 'Message was blocked by automatic moderation' } },
      200000,
    ],
    ['uploads limited', { status: 400, body: { code: 400001, message: 'Uploads are limited' } }, 400001],
  ])('%s, to order, once', async (_name, fault, code) => {
    const { discord, rest, channel } = await set();
    discord.order({ method: 'POST', route: post }, fault);
    await expect(rest.post(Routes.channelMessages(channel.id), text)).rejects.toMatchObject(
      code === undefined ? { status: 503 } : { code },
    );
    await rest.post(Routes.channelMessages(channel.id), text);
    expect(discord.messages(channel)).toHaveLength(1);
  });

  it('write faster than a channel takes it, when that is asked for', async () => {
    const { discord, channel } = await set({ hasRateLimits: true });
    const send = () => raw(discord, 'POST', Routes.channelMessages(channel.id), text.body);
    for (let count = 0; count < 6; count += 1) await send();
    const statuses = () => discord.requests.filter(({ route }) => route === post).map(({ status }) => status);
    expect(statuses()).toEqual([200, 200, 200, 200, 200, 429]);
    discord.pass(5000);
    await send();
    expect(statuses().at(-1)).toBe(200);
  });

  it('go faster than it is told', async () => {
    const { discord, rest, channel } = await set();
    discord.order({ method: 'POST', route: /messages$/ }, { retryAfterMs: 50 });
    await rest.post(Routes.channelMessages(channel.id), text);
    expect(discord.requests.filter(({ route }) => route === post).map(({ status }) => status)).toEqual([429, 200]);
  });
});

async function raw(discord: FakeDiscord, method: string, path: string, body: unknown): Promise<{ code?: number }> {
  const response = await fetch(`${discord.apiUrl}/v10${path}`, {
    method,
    body: JSON.stringify(body),
    headers: {
      authorization: `Bot ${discord.token}`,
      'content-type': 'application/json',
      'user-agent': 'DiscordBot (test)',
    },
  });
  return (await response.json()) as { code?: number };
}

describe('a body that breaks a limit', () => {
  it('is refused with the tree, and kept as a problem', async () => {
    const { discord, rest, channel } = await set();
    const body = { content: 'x'.repeat(2001), ...quiet };
    await expect(rest.post(Routes.channelMessages(channel.id), { body })).rejects.toMatchObject({
      code: 50035,
      rawError: { errors: { content: { _errors: [{ code: 'BASE_TYPE_BAD_LENGTH' }] } } },
    });
    expect(discord.problems).toEqual([expect.stringContaining('content')]);
    expect(discord.requests.at(-1)).toMatchObject({ status: 400, json: body });
  });

  it('is taken when only our own rule is broken, and kept all the same', async () => {
    const { discord, rest, channel } = await set();
    await rest.post(Routes.channelMessages(channel.id), { body: { content: '@everyone' } });
    expect(discord.messages(channel)).toHaveLength(1);
    expect(discord.problems).toEqual([expect.stringContaining('allowed_mentions')]);
  });

  it('and a route that is not there is noticed', async () => {
    const { discord, rest } = await set();
    await expect(rest.get('/nowhere')).rejects.toMatchObject({ status: 404 });
    expect(discord.problems).toEqual([expect.stringContaining('/nowhere')]);
  });
});

describe('what the bot may not read', () => {
  const picture = { name: 'boat.png', bytes: Buffer.from('picture') };

  it('other people, without the content intent, but for mentions, direct messages and menus', async () => {
    const { discord, client, rest, channel, user } = await set({ hasContentIntent: false });
    const said = { content: 'look', attachments: [picture] };
    const read = (where: { id: string }, { id }: { id: string }) => rest.get(Routes.channelMessage(where.id, id));
    const plain = discord.say(user, channel, said);
    expect(await read(channel, plain)).toMatchObject({ content: '', attachments: [] });
    const named = discord.say(user, channel, { ...said, mentions: [{ id: discord.botUserId }] });
    expect(await read(channel, named)).toMatchObject({ content: 'look', attachments: [{ filename: 'boat.png' }] });
    const dm = discord.directChannel(user);
    expect(await read(dm, discord.say(user, dm, said))).toMatchObject({ content: 'look' });

    const names: (string | undefined)[] = [];
    client.on(Events.InteractionCreate, (interaction) => {
      if (interaction.isMessageContextMenuCommand()) names.push(interaction.targetMessage.attachments.first()?.name);
    });
    discord.menu({ user, message: plain, name: 'Animate' });
    await expect.poll(() => names).toEqual(['boat.png']);
  });

  it('and a client that asks for it all the same is turned away', async () => {
    const discord = await startFakeDiscord({ hasContentIntent: false });
    open.push(discord);
    const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.MessageContent];
    await expect(startClient(discord, { intents })).rejects.toThrow(/intents/);
  });

  it('a file through an old link', async () => {
    const { discord, rest, channel, user } = await set();
    const { id, attachments } = discord.say(user, channel, { attachments: [{ ...picture, isSpoiler: true }] });
    const [old] = attachments;
    expect(old?.filename).toBe('SPOILER_boat.png');
    expect(await (await fetch(old?.url ?? '')).text()).toBe('picture');
    discord.pass(25 * 60 * 60_000);
    expect((await fetch(old?.url ?? '')).status).toBe(404);
    const fresh = (await rest.get(Routes.channelMessage(channel.id, id))) as { attachments: { url: string }[] };
    expect((await fetch(fresh.attachments[0]?.url ?? '')).status).toBe(200);
  });
});

describe('the gateway', () => {
  it('tells after a resume what happened meanwhile', async () => {
    const { discord, client, channel, user } = await set();
    const seen: string[] = [];
    client.on(Events.MessageReactionAdd, ({ emoji }) => void seen.push(emoji.name ?? ''));
    const message = discord.say(user, channel, { content: 'look' });
    discord.gateway.drop();
    discord.react({ user, message, emoji: '🎬' });
    await expect.poll(() => seen).toEqual(['🎬']);
    expect(discord.gateway).toMatchObject({ identifies: 1, resumes: 1 });
  });

  it('says nothing of a channel the bot may not see', async () => {
    const { discord, client, channel, user } = await set();
    const seen: string[] = [];
    client.on(Events.MessageReactionAdd, ({ emoji }) => void seen.push(emoji.name ?? ''));
    const hidden = discord.addChannel({ botPermissions: 0n });
    for (const [where, emoji] of [
      [hidden, '🙈'],
      [channel, '🎬'],
    ] as const) {
      discord.react({ user, message: discord.say(user, where, { content: 'look' }), emoji });
    }
    await expect.poll(() => seen).toContain('🎬');
    expect(seen).not.toContain('🙈');
  });

  it('may tell things twice, and may want a new session', async () => {
    const { discord, client, channel, user } = await set();
    const seen: string[] = [];
    client.on(Events.InteractionCreate, ({ id }) => void seen.push(id));
    discord.gateway.duplicateNext();
    const act = discord.slash({ user, channel, command: 'hailuo' });
    await expect.poll(() => seen).toEqual([act.id, act.id]);
    discord.gateway.invalidate();
    await expect.poll(() => discord.gateway.identifies).toBe(2);
  });

  it('spreads guilds over the shards it recommends, and keeps to the intents', async () => {
    const discord = await startFakeDiscord({ shards: 2 });
    const guilds = [1, 2, 3, 4].map(() => discord.addGuild());
    const client = await startClient(discord, { shards: 'auto' });
    open.push({ close: () => client.destroy() }, discord);
    expect(discord.gateway.shards).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(guilds.map(({ id }) => client.guilds.cache.get(id)?.shardId)).toEqual(
      guilds.map(({ id }) => Number((BigInt(id) >> 22n) % 2n)),
    );
    const seen: string[] = [];
    client.on(Events.Raw, ({ t }: { t: string | null }) => void seen.push(t ?? ''));
    const [guild] = guilds;
    const channel = discord.addChannel(guild ? { guild } : {});
    const message = discord.say(discord.addUser(), channel, { content: 'unheard' });
    discord.react({ user: discord.addUser(), message, emoji: '🎬' });
    await expect.poll(() => seen).toContain('MESSAGE_REACTION_ADD');
    expect(seen).not.toContain('MESSAGE_CREATE');
  }, 60_000);
});

describe('registered commands', () => {
  it('come back fuller than they were sent, and with their languages only when asked', async () => {
    const { discord, client, rest } = await set();
    const german = { ...commands[0], description_localizations: { de: 'Macht Clips' } };
    const path = Routes.applicationCommands(discord.applicationId);
    const [first] = (await rest.put(path, { body: [german, commands[1]] })) as { id: string }[];
    expect(await rest.get(path)).toMatchObject([{ integration_types: [0], contexts: null }, { description: '' }]);
    expect((await rest.get(path)) as unknown[]).not.toHaveProperty('0.description_localizations');
    const [whole] = [...(await client.application.commands.fetch({ withLocalizations: true })).values()];
    expect(whole?.descriptionLocalizations).toEqual({ de: 'Macht Clips' });
    const [again] = (await rest.put(path, { body: [german] })) as { id: string }[];
    expect(again?.id).toBe(first?.id);
    expect(discord.commands()).toHaveLength(1);
    expect(discord.registrations).toBe(2);
  });

  it('decide what people can send', async () => {
    const { discord, client, channel, user } = await set();
    await client.application.commands.set([
      ...commands,
      { name: 'admin', description: 'Rules', defaultMemberPermissions: '32' },
    ]);
    const typing = { user, channel, command: 'hailuo', subcommand: 'create' };
    expect(() => discord.slash(typing)).toThrow('prompt must be filled in');
    expect(() => discord.slash({ ...typing, options: { prompt: 'a boat', size: 1 } })).toThrow('no option size');
    expect(() => discord.slash({ ...typing, command: 'other' })).toThrow('finds a command');
    expect(() => discord.slash({ user, channel, command: 'admin' })).toThrow('hidden');
  });
});

/** Waits for a message with these words. @returns its id */
async function said(stage: Stage, content: string): Promise<string> {
  await expect.poll(async () => (await stage.messages()).map((each) => each.content)).toContain(content);
  return (await stage.messages()).find((each) => each.content === content)?.id ?? '';
}
