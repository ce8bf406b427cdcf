/** What people's words, emoji and forms ask for, without any Slack around. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkForm } from '../../../src/bots/slack/check-form.ts';
import type { FilledForm } from '../../../src/bots/slack/draw/read-form.ts';
import { keyOf, readCommand, readMessage } from '../../../src/bots/slack/incoming.ts';
import { readStepPicture } from '../../../src/bots/slack/step-picture.ts';
import {
  hasMention,
  understandDirect,
  understandMention,
  understandSlash,
  withoutMention,
} from '../../../src/bots/slack/understand.ts';
import { isWantedReaction } from '../../../src/bots/slack/wanted-reaction.ts';
import type { Command } from '../../../src/commands/command.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { createWorld } from '../../support/world.ts';

let opened: OpenDatabase;
let commands: readonly Command[];
beforeAll(async () => {
  opened = await openMemoryDatabase();
  commands = createWorld(opened).commands;
});
afterAll(() => opened.close());

const call = (command: string, values: Record<string, unknown> = {}) => ({ kind: 'call', command, values });
const prompt = (words: string) => call('create', { prompt: words });
const help = call('help');

describe('after /hailuo', () => {
  it.each([
    ['', { kind: 'empty' }],
    ['   ', { kind: 'empty' }],
    ['create', { kind: 'empty' }],
    ['a paper boat', prompt('a paper boat')],
    ['a boat &amp; a &lt;3 for <@U1|ann> in <#C1|general>', prompt('a boat & a <3 for @ann in #general')],
    ['<!channel> sails', prompt('@channel sails')],
    [
      'a boat --image <https://a.example/b.png|a.example> --duration 10',
      call('create', { prompt: 'a boat', image: 'https://a.example/b.png', duration: 10 }),
    ],
    ['help', help],
    ['jobs', call('jobs')],
    ['help me paint the sky', prompt('help me paint the sky')],
    ['administrators dance', prompt('administrators dance')],
    ['a boat --speed 3', { kind: 'problem', problem: { kind: 'no-such-flag', flag: '--speed' } }],
    ['admin', call('settings')],
    ['Admin  channels add <#C2|clips>', call('channels', { action: 'add', channel: 'C2' })],
    ['admin block <@U7|bob smith> says &lt;rude&gt; things', call('block', { person: 'U7' })],
    ['admin dance', { kind: 'problem', problem: { kind: 'no-such-command' } }],
  ])('%s', (text, expected) => {
    expect(understandSlash(text, commands)).toMatchObject(expected);
  });

  it('what an admin says in plain words is plain, beside the ids', () => {
    const blocked = understandSlash('admin block <@U7> says &lt;rude&gt; things', commands);
    expect(JSON.stringify(blocked)).toContain('says <rude> things');
    expect(JSON.stringify(blocked)).toContain('"U7"');
  });
});

describe('a mention', () => {
  it.each([
    ['<@B1> a paper boat', 'a paper boat'],
    ['a paper boat <@B1|hailuo>', 'a paper boat'],
    ['hey <@B1>, animate <@U2>', 'hey  , animate <@U2>'],
    ['<@B1>', ''],
  ])('%s', (text, without) => {
    expect(withoutMention(text, 'B1')).toBe(without);
    expect(hasMention(text, 'B1')).toBe(true);
    expect(hasMention(text, 'B')).toBe(false);
  });

  it('nothing but the mention is the wish for what is shown there', () => {
    expect(understandMention('', commands)).toEqual({ kind: 'empty' });
    expect(understandMention('make it rain', commands)).toEqual(prompt('make it rain'));
    expect(understandMention('quota', commands)).toEqual(call('quota'));
  });
});

describe('a message to the bot alone', () => {
  it.each([
    ['hello', false, help],
    ['hello!', false, help],
    [':wave:', false, help],
    ['', false, help],
    ['help', false, help],
    ['quota', false, call('quota')],
    ['a paper boat', false, prompt('a paper boat')],
    ['dance', true, prompt('dance')],
    ['', true, { kind: 'empty' }],
    ['一只会冲浪的猫', false, prompt('一只会冲浪的猫')],
    ['サーフィンする猫', false, prompt('サーフィンする猫')],
  ])('%s (with a file: %s)', (text, hasFiles, expected) => {
    expect(understandDirect(text, hasFiles, commands)).toEqual(expected);
  });
});

describe('the emoji that animates', () => {
  it.each([
    ['', 'clapper', true],
    ['🎬', 'clapper', true],
    ['clapper', 'clapper', true],
    [':clapper:', 'clapper', true],
    [':Clapper:', 'clapper', true],
    ['', 'thumbsup', false],
    ['', 'clapper_board', false],
    ['party_parrot', 'party_parrot', true],
    [':wave:', 'wave::skin-tone-2', true],
    [':wave::skin-tone-3:', 'wave::skin-tone-5', true],
    ['wave', 'clapper', false],
  ])('chosen as %s, put there as %s: %s', (wanted, reaction, expected) => {
    expect(isWantedReaction(wanted, reaction)).toBe(expected);
  });
});

describe('the picture of a workflow’s step', () => {
  const rich = (...elements: object[]) => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements }],
  });
  it.each([
    ['F0AB12CD', { from: 'file', id: 'F0AB12CD' }],
    ['https://a.example/cat.png', { from: 'url', url: 'https://a.example/cat.png' }],
    ['<https://a.example/cat.png|cat>', { from: 'url', url: 'https://a.example/cat.png' }],
    ['https://acme.slack.com/files/U1/F0AB12CD/cat.png', { from: 'file', id: 'F0AB12CD' }],
    ['https://files.slack.com/files-pri/T1-F0AB12CD/cat.png', { from: 'file', id: 'F0AB12CD' }],
    [
      rich(
        { type: 'text', text: 'look: ' },
        { type: 'link', url: 'https://acme.slack.com/files/W1/F0AB12CD/cat.png', text: 'cat.png' },
      ),
      { from: 'file', id: 'F0AB12CD' },
    ],
    [rich({ type: 'text', text: ' F0AB12CD ' }), { from: 'file', id: 'F0AB12CD' }],
    [['F0AB12CD'], { from: 'file', id: 'F0AB12CD' }],
    ['  ', null],
    [undefined, null],
    [rich(), null],
    [7, null],
  ])('%j', (given, expected) => {
    expect(readStepPicture(given)).toEqual(expected);
  });
});

describe('a filled-in form', () => {
  const filled = (about: Partial<FilledForm>): FilledForm => ({
    id: 'shown:1',
    command: 'create',
    values: {},
    files: {},
    picture: null,
    channel: null,
    ...about,
  });
  const all = ['prompt', 'image', 'last_image', 'model', 'duration', 'resolution', 'camera', 'provider'];
  const blocks = (...names: string[]) => new Set(names.map((name) => `create:${name}`));

  it.each([
    ['nothing typed', {}, ['create:prompt']],
    ['a movement that does not exist', { values: { prompt: 'a boat [fly]' } }, ['create:prompt']],
    ['too long at 1080P', { values: { prompt: 'a boat', resolution: '1080P', duration: 10 } }, ['create:duration']],
    ['a last picture alone', { values: { prompt: 'a boat' }, files: { last_image: 'F1' } }, ['create:last_image']],
    ['a model that needs one', { values: { prompt: 'a boat', model: '2.3-fast' } }, ['create:model']],
  ])('%s is said where it is', (_what, about, expected) => {
    const errors = checkForm(filled(about), blocks(...all), commands, 'en');
    expect(Object.keys(errors ?? {})).toEqual(expected);
    expect(Object.values(errors ?? {}).every((words) => words.length > 10)).toBe(true);
  });

  it('what is fine, or can only be told later, is let through', () => {
    const fine = { values: { prompt: 'a boat', provider: 'nobody' } };
    expect(checkForm(filled(fine), blocks(...all), commands, 'en')).toBeNull();
    expect(checkForm(filled({ files: { image: 'F1' } }), blocks(...all), commands, 'en')).toBeNull();
    expect(checkForm(filled({ command: 'block' }), blocks(), commands, 'en')).toBeNull();
  });

  it('a form about a message’s picture needs no words and asks for no picture', () => {
    const asked = all.filter((name) => name !== 'image');
    expect(checkForm(filled({}), blocks(...asked), commands, 'en')).toBeNull();
    const tooLong = filled({ values: { resolution: '1080P', duration: 10 } });
    expect(Object.keys(checkForm(tooLong, blocks(...asked), commands, 'en') ?? {})).toEqual(['create:duration']);
  });

  it('an objection to what is not asked is none', () => {
    const wrong = filled({ values: { resolution: '1080P', duration: 10 } });
    expect(checkForm(wrong, blocks('camera'), commands, 'en')).toBeNull();
  });
});

describe('what Slack brings', () => {
  it('is made storable, and left alone when it is nothing we know', () => {
    const command = { text: 'a\u0000 boat \ud800', trigger_id: '1.2', user_id: 'U1', channel_id: 'C1' };
    expect(readCommand(command)?.text).toBe('a boat \ufffd');
    expect(readCommand({ text: 'a boat' })).toBeNull();
    expect(readMessage({ type: 'message', channel: 'C1', ts: '1.2', text: 'no person' })).toBeNull();
  });

  it('an installation is never named by an empty field', () => {
    expect(keyOf({ teamId: 'T1', enterpriseId: '' })).toEqual({
      team: 'T1',
      enterprise: null,
      isEnterpriseInstall: false,
    });
  });
});
