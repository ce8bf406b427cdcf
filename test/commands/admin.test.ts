import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAdminCommands } from '../../src/commands/admin/all.ts';
import { parseArguments } from '../../src/commands/arguments.ts';
import type { Card, CommandCall, Reply } from '../../src/commands/command.ts';
import type { OpenDatabase } from '../../src/core/database.ts';
import { listLimits } from '../../src/core/quota/limit-rows.ts';
import { readAudit } from '../../src/core/settings/audit.ts';
import { readSettings } from '../../src/core/settings/store.ts';
import { textsFor } from '../../src/core/texts/texts.ts';
import type { Asker } from '../../src/core/values.ts';
import { openMemoryDatabase } from '../support/database.ts';
import { ann, createScriptedProvider, createWorld, type World, type WorldOptions } from '../support/world.ts';

const texts = textsFor('en');

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openMemoryDatabase();
});
afterAll(() => opened.close());

interface Place extends World {
  /** Ann, whom the world asks as. */
  readonly tenant: string;
  /** As an admin of the place. */
  admin(command: string, values?: Record<string, unknown>): Promise<Card>;
  /** As somebody else there. */
  as(asker: Partial<Asker>, command?: string, values?: Record<string, unknown>): Promise<Reply>;
}

async function openPlace(options: WorldOptions = {}): Promise<Place> {
  const world = createWorld(opened, options);
  const { asker } = await world.create();
  const { tenant } = asker;
  const as: Place['as'] = (who, command = 'create', values = { prompt: 'a paper boat' }) =>
    world.call(command, values, { asker: { ...ann, tenant, ...who } });
  return {
    ...world,
    tenant,
    as,
    async admin(command, values = {}) {
      return cardOf(await as({ person: 'root', name: 'Root', isAdmin: true }, command, values));
    },
  };
}

function cardOf(reply: Reply): Card {
  if (reply.kind !== 'card') throw new Error(`no card: ${reply.kind}`);
  expect(reply.audience).toBe('asker');
  return reply.card;
}

function said(reply: Reply): string {
  const { paragraphs, rows = [] } = cardOf(reply);
  return [...paragraphs, ...rows.map(({ label, value }) => `${label}: ${value}`)].join(' ');
}

function rowsOf({ rows = [] }: Card): string[] {
  return rows.map(({ label, value }) => `${label}: ${value}`);
}

describe('the commands of admins', () => {
  it('have names of their own that every platform takes, and texts for each of their options', () => {
    const world = createWorld(opened);
    const names = world.commands.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const admins = world.commands.filter(({ isForAdmins }) => isForAdmins === true);
    expect(admins.map(({ name }) => name)).toEqual(createAdminCommands(world.edges).map(({ name }) => name));
    // platforms/discord.md §2
    expect(admins.length).toBeLessThanOrEqual(25);
    const words: Record<string, { readonly options: object }> = texts.admin.commands;
    for (const { name, description, options } of admins) {
      expect(name).toMatch(/^[a-z-]{1,32}$/);
      expect(description.length).toBeLessThanOrEqual(100);
      expect(options.map((option) => option.name)).toEqual(Object.keys(words[name]?.options ?? {}));
      for (const option of options) expect(option.description).toMatch(/^.{1,100}$/);
      // Required options come first.
      expect(options.findLastIndex(({ isRequired }) => isRequired)).toBeLessThan(
        options.filter(({ isRequired }) => isRequired).length,
      );
    }
  });

  it('draw what they are about', () => {
    const limit = createWorld(opened).commands.find(({ name }) => name === 'limit');
    expect(limit?.options.map(({ name, kind }) => `${name}:${kind}`)).toEqual([
      'person:person',
      'role:role',
      'channel:channel',
      'everybody:switch',
      'clips_per_day:text',
      'at_once:text',
      'usd_per_month:text',
    ]);
  });

  it.each(['limit', 'limits', 'block', 'audit', 'words', 'settings'])(
    '/hailuo %s is a prompt like any other, not the command',
    (name) => {
      const { commands } = createWorld(opened);
      expect(parseArguments(`${name} 5`, commands)).toMatchObject({ command: 'create' });
    },
  );

  it.each([
    ['as the platform mentions them', 'limit --person <@U0123ABC> --clips-per-day 5', { person: 'U0123ABC' }],
    ['with a name', 'limit --person <@U0123ABC|ada> --clips-per-day 5', { person: 'U0123ABC' }],
    ['a channel', 'limit --channel <#C0123ABC|general> --clips-per-day=5', { channel: 'C0123ABC' }],
    ['a group', 'limit --role <!subteam^S0123ABC|@painters> --clips-per-day 5', { role: 'S0123ABC' }],
    ['a role', 'limit --role <@&123456789012345678> --clips-per-day 5', { role: '123456789012345678' }],
    ['as a bare id', 'limit --person 123456789012345678 --clips-per-day 5', { person: '123456789012345678' }],
  ])('can be typed: %s', (_name, typed, about) => {
    const typable = createAdminCommands(createWorld(opened).edges).map((each) => ({ ...each, isListed: true }));
    expect(parseArguments(typed, typable)).toEqual({ command: 'limit', values: { ...about, clips_per_day: '5' } });
  });

  it('refuse whoever is no admin, whatever the platform let through, and log it', async () => {
    const place = await openPlace();
    for (const { name } of createAdminCommands(place.edges)) {
      const reply = await place.as({}, name, { person: 'eve', clips_per_day: '1', action: 'list' });
      expect(reply).toMatchObject({ tone: 'refusal', card: { paragraphs: [texts.admin.notAdmin] } });
      expect(place.lines).toContainEqual(
        expect.objectContaining({ event: 'admin.refused', command: name, person: 'ann' }),
      );
    }
    expect(await readAudit(opened.database, place.tenant, 1)).toEqual([]);
  });

  it('suggest nothing to whoever is no admin', async () => {
    const place = await openPlace();
    await place.admin('words', { action: 'add', word: 'secret' });
    const words = place.commands.find(({ name }) => name === 'words');
    const root = { ...ann, tenant: place.tenant, isAdmin: true };
    expect(await words?.suggest?.('word', 'se', root)).toEqual([{ label: 'secret', value: 'secret' }]);
    expect(await words?.suggest?.('word', 'se', { ...root, isAdmin: false })).toEqual([]);
  });

  it('say what they cannot read', async () => {
    const place = await openPlace();
    const refusals = [
      ['limit', { clips_per_day: 'many' }, 'clips_per_day is a number, unlimited or default.'],
      ['limit', { clips_per_day: '-1' }, 'clips_per_day is a number, unlimited or default.'],
      ['limit', { usd_per_month: '1.234' }, 'usd_per_month is a number, unlimited or default.'],
      ['limit', {}, texts.admin.limit.nothingSet],
      ['limit', { person: 'eve', role: 'painters', at_once: '1' }, texts.admin.limit.oneSubject],
      ['limit', { person: '<@1> hello', at_once: '1' }, 'person cannot be read.'],
      ['limit', { moon: 'full' }, 'moon cannot be read.'],
      ['channels', { action: 'add' }, 'Say which channel.'],
      ['roles', { action: 'steal' }, 'action is add, remove, list or all.'],
      ['words', { action: 'add', word: ' , ' }, 'Say which word.'],
      ['words', { action: 'add', word: 'a'.repeat(101) }, texts.admin.settings.wordTooLong(100)],
      ['reactions', { emoji: 'two words' }, texts.admin.settings.notAnEmoji],
    ] as const;
    for (const [command, values, sentence] of refusals) {
      expect(await place.admin(command, values)).toEqual({ paragraphs: [sentence] });
    }
    expect(await readAudit(opened.database, place.tenant, 1)).toEqual([]);
  });
});

describe('limits', () => {
  it('are set for whoever is named, and listed', async () => {
    const place = await openPlace();
    expect((await place.admin('limits')).paragraphs[0]).toBe(texts.admin.limit.noneSet);
    await place.admin('limit', { person: 'eve', clips_per_day: '5', at_once: '1', usd_per_month: '$2.50' });
    await place.admin('limit', { role: 'painters', clips_per_day: 'unlimited' });
    await place.admin('limit', { channel: 'general', at_once: '3' });
    await place.admin('limit', { everybody: true, clips_per_day: '0' });
    await place.admin('limit', { usd_per_month: '100' });
    const card = await place.admin('limits');
    expect(rowsOf(card)).toEqual([
      'This place: $100.00 a month',
      'Everybody: 0 clips a day',
      'Role painters: any number of clips a day',
      'Channel general: 3 at once',
      'eve: 5 clips a day · 1 at once · $2.50 a month',
    ]);
    expect(card.rows?.map(({ subject }) => subject)).toEqual([
      undefined,
      undefined,
      { kind: 'role', id: 'painters' },
      { kind: 'channel', id: 'general' },
      { kind: 'person', id: 'eve' },
    ]);
    expect(card.paragraphs).toEqual(['By default a person has 10 clips a day and 2 at once.']);
  });

  it('say what changed, and when nothing did', async () => {
    const place = await openPlace();
    expect(rowsOf(await place.admin('limit', { person: 'eve', clips_per_day: '5' }))).toEqual([
      'eve: Clips a day: default → 5 clips a day',
    ]);
    expect(await place.admin('limit', { person: 'eve', clips_per_day: '5' })).toEqual({
      paragraphs: [texts.admin.nothingChanged],
    });
    await place.admin('limit', { person: 'eve', clips_per_day: 'default' });
    expect(await listLimits(opened.database, place.tenant)).toEqual([]);
  });

  it.each([
    [{ person: 'eve', clips_per_day: '0' }, 'Clips are switched off for you here. An admin can change that.'],
    [{ person: 'eve', clips_per_day: '1' }, 'You have used your 1 clip of today. More in 12 h (00:00 UTC).'],
    [{ person: 'eve', at_once: '1' }, /^You already have 1 clip in the making/],
    [{ person: 'eve', usd_per_month: '0.30' }, /^This clip would go over your \$0\.30 of this month\. More in/],
    [
      { role: 'painters', clips_per_day: '1' },
      /^You have used your 1 clip of today\..* That is what your role allows\.$/,
    ],
    [{ channel: 'studio', clips_per_day: '1' }, /^This channel has used its 1 clip of today\. More in/],
    [{ channel: 'studio', at_once: '1' }, /^This channel has 1 clip in the making/],
    [{ channel: 'studio', usd_per_month: '0.30' }, /^This channel has spent its budget of the month\. More in/],
    [{ channel: 'studio', at_once: '0' }, 'Clips are switched off in this channel. An admin can change that.'],
    [{ clips_per_day: '2' }, /^This place has used its 2 clips of today\. More in/],
    [{ at_once: '2' }, /^This place has 2 clips in the making/],
    [{ usd_per_month: '0.60' }, /^This place has spent its budget of the month\. More in/],
    [{ at_once: '0' }, 'Clips are switched off here. An admin can change that.'],
  ])('%j stands in the way and says so', async (limit, sentence) => {
    const place = await openPlace();
    const eve = { person: 'eve', channel: 'studio', roles: ['painters'] };
    expect(await place.as(eve)).toMatchObject({ kind: 'started' });
    await place.admin('limit', limit);
    const reply = await place.as(eve);
    expect(reply).toMatchObject({ tone: 'refusal' });
    expect(said(reply)).toMatch(sentence);
    await place.admin('limit', { ...limit, clips_per_day: 'default', at_once: 'default', usd_per_month: 'default' });
    expect(await place.as(eve)).toMatchObject({ kind: 'started' });
  });

  it('show in /hailuo quota, with whose they are', async () => {
    const place = await openPlace();
    const ofAnn = async () => rowsOf(cardOf(await place.as({ roles: ['painters'] }, 'quota')));
    expect(await ofAnn()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Clips today: 1 of 10 · starts again in/), 'At once: 1 of 2']),
    );
    expect(await ofAnn()).toHaveLength(5);
    await place.admin('limit', { role: 'painters', clips_per_day: '7' });
    await place.admin('limit', { everybody: true, at_once: '4' });
    await place.admin('limit', { person: 'ann', usd_per_month: '5' });
    await place.admin('limit', { channel: 'general', at_once: '9' });
    await place.admin('limit', { clips_per_day: '99' });
    expect((await ofAnn()).slice(3)).toEqual([
      'At once, this channel: 1 of 9',
      expect.stringMatching(/^Clips today: 1 of 7 · from your role · starts again in .*UTC\)$/),
      'At once: 1 of 4 · set for everybody',
      expect.stringMatching(/^Money this month: \$0\.28 of \$5\.00 · set for you · starts again in/),
      expect.stringMatching(/^Clips today, this place: 1 of 99 · starts again in/),
    ]);
  });
});

describe('blocks', () => {
  it('keep a person from all that makes jobs, before anything is taken in', async () => {
    const place = await openPlace();
    const eve = { person: 'eve' };
    const made = await place.as(eve);
    if (made.kind !== 'started') throw new Error('she may ask');
    await place.runUntilEnd(made.job);
    await place.admin('block', { person: 'eve', reason: 'spam' });

    const taken: unknown[] = [];
    const media = { ...place.edges.media, takeIn: async (picture: unknown) => Promise.reject(taken.push(picture)) };
    const create = createWorld(opened, { media }).commands.find(({ name }) => name === 'create');
    const call: CommandCall = {
      origin: 'event:block',
      asker: { ...ann, tenant: place.tenant, ...eve },
      destination: { platform: 'test', address: {} },
      values: { prompt: 'a boat', image: 'https://pictures.example/boat.png' },
      pictures: {},
    };
    const sentence = 'You may not ask for clips here: spam. An admin can change that.';
    expect(said((await create?.run(call)) ?? made)).toBe(sentence);
    expect(taken).toEqual([]);
    for (const button of ['again', 'retry', 'remix', 'continue']) {
      expect(said(await place.as(eve, button, { job: made.job }))).toBe(sentence);
    }
    expect(await place.as(eve, 'jobs')).toMatchObject({ tone: 'plain' });
    expect(await place.as({ person: 'bob' })).toMatchObject({ kind: 'started' });
  });

  it('are listed, and taken back', async () => {
    const place = await openPlace();
    expect((await place.admin('blocks')).paragraphs).toEqual([texts.admin.block.nobody]);
    await place.admin('block', { person: 'eve' });
    place.pass(120_000);
    expect(await place.admin('blocks')).toMatchObject({
      rows: [{ label: 'eve', subject: { kind: 'person', id: 'eve' }, value: 'Since 2 min ago.' }],
    });
    expect(said(await place.as({ person: 'eve' }))).toBe('You may not ask for clips here. An admin can change that.');
    await place.admin('unblock', { person: 'eve' });
    expect(await place.as({ person: 'eve' })).toMatchObject({ kind: 'started' });
    expect((await place.admin('unblock', { person: 'eve' })).paragraphs).toEqual([texts.admin.nothingChanged]);
  });
});

describe('settings', () => {
  it('channels: the first one shuts the others out, and the refusal names it', async () => {
    const place = await openPlace();
    await place.admin('channels', { action: 'add', channel: 'studio' });
    expect(await place.as({ person: 'eve', channel: 'studio' })).toMatchObject({ kind: 'started' });
    expect(await place.as({ channel: 'general' })).toMatchObject({
      tone: 'refusal',
      card: {
        paragraphs: ['Clips cannot be asked for in this channel.', 'They can be asked for in these:'],
        rows: [{ subject: { kind: 'channel', id: 'studio' } }],
      },
    });
    // Whoever manages the place is bound by it too.
    expect(await place.as({ channel: 'general', isAdmin: true })).toMatchObject({ tone: 'refusal' });
    await place.admin('channels', { action: 'remove', channel: 'studio' });
    expect(said(await place.as({ channel: 'studio' }))).toBe(texts.admin.settings.noChannel);
    await place.admin('channels', { action: 'all' });
    expect(await place.as({ person: 'bob' })).toMatchObject({ kind: 'started' });
  });

  it('channels: taking one away from everywhere changes nothing', async () => {
    const place = await openPlace();
    const card = await place.admin('channels', { action: 'remove', channel: 'general' });
    expect(card.paragraphs).toEqual([texts.admin.settings.anyChannel]);
    expect(await place.as({ person: 'eve' })).toMatchObject({ kind: 'started' });
  });

  it('roles: one of them is enough, and admins always may', async () => {
    const place = await openPlace();
    await place.admin('roles', { action: 'add', role: 'painters' });
    const card = await place.admin('roles', { action: 'add', role: 'friends' });
    expect(rowsOf(card)).toEqual(['Role friends: May ask for clips.', 'Role painters: May ask for clips.']);
    expect(said(await place.as({ roles: ['guests'] }))).toBe(texts.admin.refused.role);
    expect(await place.as({ person: 'eve', roles: ['guests', 'friends'] })).toMatchObject({ kind: 'started' });
    expect(await place.as({ person: 'root', isAdmin: true })).toMatchObject({ kind: 'started' });
  });

  it('words: blocked everywhere, mature in age-restricted channels only', async () => {
    const place = await openPlace();
    await place.admin('words', { action: 'add', word: 'Gun, red light' });
    expect(await place.admin('words', { action: 'add', list: 'mature', word: 'Blood' })).toMatchObject({
      title: 'Mature words',
      paragraphs: ['blood'],
    });
    const ask = (prompt: string, who: Partial<Asker> = { person: 'eve' }) => place.as(who, 'create', { prompt });
    expect(said(await ask('a G.Ü.N on a table'))).toBe(texts.admin.refused.blockedWord('gun'));
    expect(said(await ask('red, light', { isAgeRestricted: true }))).toBe(texts.admin.refused.blockedWord('red light'));
    expect(said(await ask('blood!'))).toBe(texts.admin.refused.matureWord('blood'));
    expect(await ask('blood!', { person: 'eve', isAgeRestricted: true })).toMatchObject({ kind: 'started' });
    await place.admin('words', { action: 'remove', word: 'GUN' });
    expect(await ask('a gun on a table')).toMatchObject({ kind: 'started' });
  });

  it('words: also those of a remix', async () => {
    const place = await openPlace();
    const made = await place.as({ person: 'eve' });
    if (made.kind !== 'started') throw new Error('she may ask');
    await place.runUntilEnd(made.job);
    await place.admin('words', { action: 'add', word: 'gun' });
    const remix = await place.as({ person: 'eve' }, 'remix', { job: made.job, prompt: 'with a gun' });
    expect(said(remix)).toBe(texts.admin.refused.blockedWord('gun'));
  });

  it.each([
    ['is what renders without a wish', '02', {}, '02'],
    ['gives way to a wish', '02', { model: '2.3' }, '2.3'],
    ['gives way where it cannot do what is asked', '2.3-fast', {}, '2.3'],
    ['also a resolution', '02-pro', { resolution: '768P' }, '2.3'],
    ['renders a picture where it needs one', '2.3-fast', { image: 'https://pictures.example/boat.png' }, '2.3-fast'],
  ] as const)('the model %s', async (_name, model, values, expected) => {
    const place = await openPlace();
    await place.admin('model', { model });
    const reply = await place.as({ person: 'eve' }, 'create', { prompt: 'a paper boat', ...values });
    if (reply.kind !== 'started') throw new Error(said(reply));
    expect((await place.job(reply.job)).request.model).toBe(expected);
  });

  it('the model gives way where nobody here sells it', async () => {
    const { offer } = createScriptedProvider();
    const provider = createScriptedProvider('scripted', {
      offer: (request) =>
        request.model === '02' ? { outcome: 'impossible', obstacle: { kind: 'all-away' } } : offer(request),
    });
    const place = await openPlace({ providers: [provider] });
    await place.admin('model', { model: '02' });
    const reply = await place.as({ person: 'eve' });
    if (reply.kind !== 'started') throw new Error(said(reply));
    expect((await place.job(reply.job)).request.model).toBe('2.3');
    expect(await place.as({ person: 'bob' }, 'create', { prompt: 'a boat', model: '02' })).toMatchObject({
      tone: 'refusal',
    });
  });

  it('reactions, emoji, threads and model are kept, shown and taken back', async () => {
    const place = await openPlace();
    await place.admin('reactions', { enabled: false, emoji: '🎥' });
    await place.admin('threads', { enabled: true });
    await place.admin('model', { model: '02' });
    expect(await readSettings(opened.database, place.tenant)).toMatchObject({
      hasReactions: false,
      emoji: '🎥',
      place: 'thread',
      model: '02',
    });
    expect(rowsOf(await place.admin('settings'))).toEqual([
      'Channels: everywhere',
      'Roles: everybody',
      'Listed admins: none',
      'Reactions: off',
      'Emoji: 🎥',
      'Place of clips: a thread for each clip',
      'Model: 02',
      'Blocked words: none',
      'Mature words: none',
    ]);
    await place.admin('reactions', { emoji: 'default' });
    await place.admin('model', { model: 'any' });
    expect(await readSettings(opened.database, place.tenant)).toMatchObject({ emoji: null, model: null });
  });

  it.each(['🎬', '🧑‍🎨', 'clapper', ':clapper:', '<:boat:123456789012345678>', '<a:boat:123456789012345678>'])(
    '%s is an emoji',
    async (emoji) => {
      const place = await openPlace();
      await place.admin('reactions', { emoji });
      expect(await readSettings(opened.database, place.tenant)).toMatchObject({ emoji });
    },
  );
});

describe('a clip from an age-restricted channel', () => {
  it.each(['again', 'retry', 'remix', 'continue'])('does not go on elsewhere by %s', async (button) => {
    const place = await openPlace();
    const made = await place.as({ person: 'eve', isAgeRestricted: true });
    if (made.kind !== 'started') throw new Error('she may ask');
    await place.runUntilEnd(made.job);
    const elsewhere = await place.as({ person: 'eve' }, button, { job: made.job });
    expect(elsewhere).toMatchObject({ tone: 'refusal', card: { paragraphs: [texts.admin.refused.ageRestricted] } });
    const there = await place.as({ person: 'eve', isAgeRestricted: true }, button, { job: made.job });
    expect(there.kind).toBe(button === 'remix' ? 'form' : 'started');
  });
});

describe('the audit', () => {
  it('shows who changed what, the newest first', async () => {
    const place = await openPlace();
    expect((await place.admin('audit')).paragraphs).toEqual([texts.admin.audit.nothing]);
    await place.admin('limit', { role: 'painters', usd_per_month: '10' });
    await place.admin('limit', { role: 'painters', usd_per_month: 'unlimited' });
    await place.admin('block', { person: 'eve', reason: 'spam' });
    await place.admin('channels', { action: 'add', channel: 'studio' });
    await place.admin('words', { action: 'add', word: 'gun' });
    place.pass(180_000);
    expect(rowsOf(await place.admin('audit'))).toEqual([
      'Settings: Blocked words: none → gun (Root, 3 min ago)',
      'Settings: Channels: everywhere → studio (Root, 3 min ago)',
      'eve: Blocked: no → spam (Root, 3 min ago)',
      'Role painters: Money a month: $10.00 a month → no limit (Root, 3 min ago)',
      'Role painters: Money a month: default → $10.00 a month (Root, 3 min ago)',
    ]);
  });
});

describe('the usage', () => {
  it('is a card of the biggest spenders and a file of every clip', async () => {
    const place = await openPlace();
    const ended = await place.as({ person: 'eve', name: '=HYPERLINK("https://evil.example")' });
    if (ended.kind !== 'started') throw new Error('she may ask');
    await place.runUntilEnd(ended.job);
    await place.as({ person: 'bob', name: 'Bob, "the boat"' });
    const card = await place.admin('usage', { period: 'day' });
    expect(card.title).toMatch(/^Today, \d{4}-\d\d-\d\d$/);
    expect(card.paragraphs[0]).toMatch(/^3 people: \d clips? delivered, \d in the making, 0 given back\.$/);
    expect(card.rows?.map(({ subject }) => subject?.id).sort()).toEqual(['ann', 'bob', 'eve']);
    expect(card.file?.type).toBe('text/csv');
    const lines = card.file?.text.slice(1).split('\r\n') ?? [];
    expect(lines).toHaveLength(5);
    expect(lines[0]).toBe('job,accepted_at,person,name,channel,model,seconds,resolution,provider,state,quota,usd');
    expect(card.file?.text).toContain(`,eve,"'=HYPERLINK(""https://evil.example"")",general,`);
    expect(card.file?.text).toContain(',bob,"Bob, ""the boat""",general,');
    expect(card.file?.text).toContain(`${ended.job},`);
    expect(card.file?.text).toMatch(/,done,spent,0\.28\r\n/);
  });

  it('of a time in which nobody asked says so', async () => {
    const place = await openPlace();
    expect((await place.admin('usage', { period: 'last-month' })).paragraphs).toEqual([texts.admin.usage.nothing]);
  });
});
