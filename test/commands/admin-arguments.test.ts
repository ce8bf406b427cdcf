import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAdmin } from '../../src/commands/admin/arguments.ts';
import type { Parsed } from '../../src/commands/arguments.ts';
import type { Card, Command } from '../../src/commands/command.ts';
import type { OpenDatabase } from '../../src/core/database.ts';
import { textsFor } from '../../src/core/texts/texts.ts';
import { openMemoryDatabase } from '../support/database.ts';
import { ann, createWorld } from '../support/world.ts';

const texts = textsFor('en');

let opened: OpenDatabase;
let commands: readonly Command[];
beforeAll(async () => {
  opened = await openMemoryDatabase();
  ({ commands } = createWorld(opened));
});
afterAll(() => opened.close());

function parse(text: string): Parsed {
  return parseAdmin(text, commands);
}

describe('what is typed after /hailuo admin', () => {
  it.each([
    ['nothing', '', 'settings', {}],
    ['spaces', '   ', 'settings', {}],
    ['in capitals', 'Settings', 'settings', {}],
    ['help', 'help', 'help', { about: 'admin' }],
    ['help for one of them', 'help limit', 'help', { about: 'admin' }],
    ['flags', 'limit --person <@U1> --clips-per-day=5', 'limit', { person: 'U1', clips_per_day: '5' }],
    ['a person without its flag', 'limit <@U1> --at-once 2', 'limit', { person: 'U1', at_once: '2' }],
    ['a person with a name', 'block <@U1|ann> spam', 'block', { person: 'U1', reason: 'spam' }],
    ['a name with spaces', 'block --person <@U1|Ann of Home> spam', 'block', { person: 'U1', reason: 'spam' }],
    ['a person of an enterprise', 'unblock <@W0AB>', 'unblock', { person: 'W0AB' }],
    ['a reason of several words', 'block <@U1> too many boats', 'block', { person: 'U1', reason: 'too many boats' }],
    ['a reason before the person', 'block spam <@U1>', 'block', { person: 'U1', reason: 'spam' }],
    ['a reason that names another', 'block <@U1> sent by <@U2>', 'block', { person: 'U1', reason: 'sent by <@U2>' }],
    ['a channel', 'channels add <#C1|general>', 'channels', { action: 'add', channel: 'C1' }],
    ['a channel first', 'channels <#C1> remove', 'channels', { action: 'remove', channel: 'C1' }],
    ['a group', 'roles add <!subteam^S1|@painters>', 'roles', { action: 'add', role: 'S1' }],
    ['a group of a limit', 'limit <!subteam^S1|@painters> --at-once 1', 'limit', { role: 'S1', at_once: '1' }],
    ['a role', 'roles add <@&123456789012345678>', 'roles', { action: 'add', role: '123456789012345678' }],
    ['a listed admin', 'admins add <@U1|ann>', 'admins', { action: 'add', person: 'U1' }],
    ['everybody', 'limit everybody --clips-per-day 3', 'limit', { everybody: true, clips_per_day: '3' }],
    ['the whole place', 'limit --usd-per-month 100', 'limit', { usd_per_month: '100' }],
    ['on', 'threads on', 'threads', { enabled: true }],
    ['off', 'reactions OFF', 'reactions', { enabled: false }],
    ['an emoji', 'reactions :clapper:', 'reactions', { emoji: ':clapper:' }],
    ['both', 'reactions on :clapper:', 'reactions', { enabled: true, emoji: ':clapper:' }],
    ['a choice', 'model 2.3-FAST', 'model', { model: '2.3-fast' }],
    ['a period', 'usage last-month', 'usage', { period: 'last-month' }],
    ['words', 'words add gun, red light', 'words', { action: 'add', word: 'gun, red light' }],
    ['words of a list', 'words add mature blood', 'words', { action: 'add', list: 'mature', word: 'blood' }],
    ['a word that is a choice, in quotes', 'words add "mature"', 'words', { action: 'add', word: 'mature' }],
    ['a word that is a choice, later', 'words add very mature', 'words', { action: 'add', word: 'very mature' }],
    ['a list to be shown', 'words', 'words', { action: 'list' }],
    ['channels to be shown', 'channels', 'channels', { action: 'list' }],
  ])('%s', (_name, text, command, values) => expect(parse(text)).toEqual({ command, values }));

  it.each(['create a boat', 'quota', 'paint', '"limits"', 'again'])('%s is none of their commands', (text) => {
    const names = commands.filter(({ isForAdmins }) => isForAdmins).map(({ name }) => name);
    expect(names).toContain('admins');
    expect(parse(text)).toEqual({ problem: { kind: 'no-such-command', commands: [...names, 'help'] } });
  });

  it.each([
    ['limit --moon full', 'no-such-flag'],
    ['limit --person', 'no-value'],
    ['threads --enabled=perhaps', 'not-on-or-off'],
    ['channels add nowhere', 'takes-no-text'],
    ['audit everything', 'takes-no-text'],
  ])('%s cannot be read: %s', (text, kind) => expect(parse(text)).toMatchObject({ problem: { kind } }));

  it('a command that misses what it is about says so', async () => {
    const world = createWorld(opened);
    const admin = { asker: { ...ann, isAdmin: true } };
    for (const [typed, sentence] of [
      ['block spam', 'Say which person.'],
      ['threads', 'Say which enabled.'],
      ['channels <#C1>', 'action is add, remove, list or all.'],
      ['channels add', 'Say which channel.'],
    ]) {
      const parsed = parse(typed ?? '');
      if ('problem' in parsed) throw new Error(`not read: ${typed}`);
      expect(await world.call(parsed.command, parsed.values, admin)).toMatchObject({
        tone: 'refusal',
        card: { paragraphs: [sentence] },
      });
    }
  });
});

describe('/hailuo admin help', () => {
  it('explains each command, in the language of the admin', async () => {
    const world = createWorld(opened);
    const reply = await world.call('help', { about: 'admin' }, { asker: { ...ann, isAdmin: true } });
    if (reply.kind !== 'card') throw new Error('no card');
    const { title, rows = [] }: Card = reply.card;
    expect(title).toBe('For admins');
    expect(rows.map(({ label }) => label)).toEqual(
      commands.filter(({ isForAdmins }) => isForAdmins).map(({ name }) => `/hailuo admin ${name}`),
    );
    expect(rows).toContainEqual({
      label: '/hailuo admin channels',
      value: 'Choose where clips may be asked for · add | remove | list | all · --channel',
    });
    const german = await world.call('help', { about: 'admin' }, { asker: { ...ann, isAdmin: true, locale: 'de' } });
    expect(german).toMatchObject({ card: { title: 'Für Admins' } });
  });

  it('is for admins only', async () => {
    expect(await createWorld(opened).call('help', { about: 'admin' })).toMatchObject({
      tone: 'refusal',
      card: { paragraphs: [texts.admin.notAdmin] },
    });
  });
});
