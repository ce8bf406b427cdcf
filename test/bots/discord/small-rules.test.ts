/** The pure rules of the intake, as tables. */
import { PermissionFlagsBits as Bits } from 'discord.js';
import { describe, expect, it, test } from 'vitest';
import { isWantedEmoji } from '../../../src/bots/discord/emoji.ts';
import { isExpired, picturedMessage, picturesOf } from '../../../src/bots/discord/message-pictures.ts';
import { mayManage, missingPermissions } from '../../../src/bots/discord/permissions.ts';
import { createTurns } from '../../../src/bots/turns.ts';

describe('what is missing before a clip can be posted', () => {
  const all = Bits.ViewChannel | Bits.SendMessages | Bits.AttachFiles | Bits.EmbedLinks | Bits.ReadMessageHistory;
  it.each([
    ['everything is there', all, false, []],
    ['an administrator may do anything', Bits.Administrator, true, []],
    ['no files', all & ~Bits.AttachFiles, false, ['Attach Files']],
    ['a thread asks for a right of its own', all, true, ['Send Messages in Threads']],
    ['which is all it takes there', (all & ~Bits.SendMessages) | Bits.SendMessagesInThreads, true, []],
    ['no history', all & ~Bits.ReadMessageHistory, false, ['Read Message History']],
  ] as const)('%s', (_name, held, isThread, missing) => {
    expect(missingPermissions(String(held), isThread)).toEqual(missing);
  });

  it('what is no number grants nothing', () => {
    expect(missingPermissions('all', false)).toHaveLength(5);
    expect(mayManage('all')).toBe(false);
  });

  it('an admin is who may manage the server', () => {
    expect([Bits.ManageGuild, Bits.Administrator, Bits.ManageChannels].map(mayManage)).toEqual([true, true, false]);
  });
});

describe('the emoji that animates', () => {
  it.each([
    ['', { name: '🎬' }, true],
    ['', { name: '🎬\uFE0F' }, true],
    ['🎬\uFE0F', { name: '🎬' }, true],
    ['clapper', { name: '🎬' }, true],
    ['', { name: '🎥' }, false],
    ['🎥', { name: '🎥' }, true],
    ['🎥', { name: '🎬' }, false],
    ['<:film:123456789012345678>', { id: '123456789012345678', name: 'film' }, true],
    ['<a:film:123456789012345678>', { id: '123456789012345678', name: 'renamed' }, true],
    ['<:film:123456789012345678>', { id: '999999999999999999', name: 'film' }, false],
    ['123456789012345678', { id: '123456789012345678', name: 'film' }, true],
    [':film:', { id: '123456789012345678', name: 'film' }, true],
    ['', { id: null, name: null }, false],
  ])('%s and %o: %s', (wanted, emoji, expected) => {
    expect(isWantedEmoji(wanted, emoji)).toBe(expected);
  });
});

describe('the pictures of a message', () => {
  const file = (id: string, filename: string, extra = {}) => ({
    id,
    filename,
    url: `https://cdn.example/${filename}`,
    ...extra,
  });
  const message = (parts: object) => picturedMessage.parse({ id: '1', channel_id: '2', ...parts });

  it('files come first, then what links show, then what was forwarded; each once, and no others', () => {
    const forwarded = { attachments: [file('4', 'sent-on.webp', { content_type: 'image/webp' })] };
    const found = picturesOf(
      message({
        embeds: [
          { type: 'rich', image: { url: 'https://a.example/page.png', proxy_url: 'https://proxy.example/page.png' } },
          { type: 'video', thumbnail: { url: 'https://a.example/still.jpg' } },
          { type: 'image', thumbnail: { url: 'https://a.example/cat.png' } },
        ],
        attachments: [
          file('1', 'clip.mp4', { content_type: 'video/mp4' }),
          file('2', 'boat.png', { content_type: 'image/png' }),
          file('3', 'no-type.JPG'),
        ],
        message_snapshots: [{ message: forwarded }, { message: forwarded }],
      }),
    );
    expect(found.map(({ name }) => name)).toEqual(['boat.png', 'no-type.JPG', 'page.png', 'cat.png', 'sent-on.webp']);
    expect(found[2]?.url).toBe('https://proxy.example/page.png');
  });

  it('a spoiler is known by its name and by its flag', () => {
    const found = picturesOf(
      message({ attachments: [file('1', 'SPOILER_a.png'), file('2', 'b.png', { flags: 8 }), file('3', 'c.png')] }),
    );
    expect(found.map(({ isSpoiler }) => isSpoiler)).toEqual([true, true, false]);
  });

  it('an address says itself until when it is served', () => {
    const now = new Date('2026-11-21T12:00:00Z');
    const at = (ms: number) =>
      `https://cdn.example/a.png?ex=${Math.trunc((now.getTime() + ms) / 1000).toString(16)}&hm=1`;
    expect(
      [at(-1000), at(3_600_000), 'https://cdn.example/a.png', 'https://cdn.example/a.png?ex=soon'].map((url) =>
        isExpired({ url }, now),
      ),
    ).toEqual([true, false, false, false]);
  });
});

test('a crowd waits for its turn, and no one person takes every place', async () => {
  const inTurn = createTurns({ most: 3, mostForOne: 2 });
  const running: string[] = [];
  const gates: (() => void)[] = [];
  const work = (name: string) => () =>
    new Promise<void>((done) => {
      running.push(name);
      gates.push(done);
    });
  const all = ['ann 1', 'ann 2', 'ann 3', 'ben 1', 'cat 1'].map((name) => inTurn(name.split(' ')[0] ?? '', work(name)));
  expect(running).toEqual(['ann 1', 'ann 2', 'ben 1']);
  gates[2]?.();
  await all[3];
  expect(running).toEqual(['ann 1', 'ann 2', 'ben 1', 'cat 1']);
  gates[0]?.();
  await all[0];
  expect(running.at(-1)).toBe('ann 3');
  for (const gate of gates) gate();
  await Promise.all(all);
});
