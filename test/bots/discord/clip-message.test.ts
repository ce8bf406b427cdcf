import { describe, expect, test } from 'vitest';
import { describeFile, drawClip, fileName, isFileOf } from '../../../src/bots/discord/clip-message.ts';
import type { ClipPost } from '../../../src/core/delivery/delivery.ts';
import type { JobId } from '../../../src/core/values.ts';
import { clipPost, keptClip } from '../../contracts/courier-contract.ts';

const job = '0198c0de-0000-7000-8000-000000000001' as JobId;
const manner = { now: new Date('2026-11-21T12:00:00Z'), isSpoiler: false, askedIn: null, hasPrompt: true };
const inSevenDays = Date.parse('2026-11-28T12:00:00Z') / 1000;

function post(of: Partial<ClipPost> = {}): ClipPost {
  return { ...clipPost(job, keptClip('a', 1000), '/clip.mp4'), ...of };
}

describe('a clip message', () => {
  test('says whose clip it is and what was asked for, and pings nobody', () => {
    const drawn = drawClip(post({ caption: 'Here is your clip, *Ann*.', prompt: 'a boat for @everyone' }), manner);
    expect(drawn.content).toBe('Here is your clip, \\*Ann\\*.\n> a boat for \\@everyone');
    expect(drawn.allowed_mentions).toEqual({ parse: [] });
  });

  test('elsewhere it says where it was asked for', () => {
    const { content } = drawClip(post(), { ...manner, askedIn: '<#5>' });
    expect(content.split('\n').at(-1)).toBe('You asked for it in <#5>, where it could not be posted.');
  });

  test('a link comes with its last day, hidden where the picture was', () => {
    const linked = post({ as: { kind: 'link', url: 'https://bot.example/media/x?until=1' } });
    const shown = drawClip(linked, manner).content;
    expect(shown).toContain(`<t:${inSevenDays}:D>`);
    expect(shown.split('\n').at(-1)).toBe('https://bot.example/media/x?until=1');
    expect(drawClip(linked, { ...manner, isSpoiler: true }).content).toContain(
      '|| https://bot.example/media/x?until=1 ||',
    );
  });

  test('without a public address it says so instead of giving a link that opens nowhere', () => {
    const { content } = drawClip(post({ as: { kind: 'link', url: '/media/x' } }), manner);
    expect(content).toContain('no public address');
    expect(content).not.toContain('/media/x');
  });

  test('what a filter may not like is left out, in the file’s description too', () => {
    const { content } = drawClip(post({ prompt: 'a boat', caption: 'Here, bad name.' }), {
      ...manner,
      hasPrompt: false,
    });
    expect(content).toBe('');
    expect(describeFile('x.mp4', post(), false)).toEqual({ id: 0, filename: 'x.mp4' });
    expect(describeFile('x.mp4', post({ prompt: 'p'.repeat(2000) }), true).description).toHaveLength(1024);
  });

  test('its file is known again by its name, spoiler or not, and by no other nonce', () => {
    for (const isSpoiler of [true, false]) {
      const name = fileName('n-1', 'video/mp4', isSpoiler);
      expect(name.startsWith('SPOILER_')).toBe(isSpoiler);
      expect(name).toMatch(/^[\w.-]+\.mp4$/);
      expect(isFileOf('n-1', name)).toBe(true);
      expect(isFileOf('n-1x', name)).toBe(false);
    }
    expect(isFileOf('n-1', fileName('n-1', 'image/jpeg', false))).toBe(true);
  });
});
