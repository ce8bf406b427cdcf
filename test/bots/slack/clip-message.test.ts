import { describe, expect, test } from 'vitest';
import {
  describe as describeClip,
  drawComment,
  drawLink,
  drawRepair,
  fileName,
  isFileOf,
  titleOf,
} from '../../../src/bots/slack/clip-message.ts';
import type { ClipPost } from '../../../src/core/delivery/delivery.ts';
import type { JobId } from '../../../src/core/values.ts';
import { clipPost, keptClip } from '../../contracts/courier-contract.ts';
import { blockProblems } from '../../support/fake-slack/block-limits.ts';

const job = '0198c0de-0000-7000-8000-000000000001' as JobId;

function post(of: Partial<ClipPost> = {}): ClipPost {
  return { ...clipPost(job, keptClip('a', 1000), '/clip.mp4'), ...of };
}

describe('the words that bring a clip', () => {
  test('say whose clip it is and what was asked for, and call nobody', () => {
    const comment = drawComment(post({ caption: 'Here is your clip, *Ann*.', prompt: 'a boat for <!channel>' }), null);
    expect(comment).toBe('Here is your clip, ∗Ann∗.\n> a boat for &lt;!channel&gt;');
  });

  test('elsewhere say where it was asked for', () => {
    expect(drawComment(post(), 'C5').split('\n').at(-1)).toBe(
      'You asked for it in <#C5>, where it could not be posted.',
    );
  });

  test('go without a prompt that is empty', () => {
    expect(drawComment(post({ prompt: ' \n ' }), null)).toBe('Here is your clip.');
    expect(titleOf({ prompt: ' ' })).toBe('Hailuo');
  });

  test('a link can be opened, and says why it is one', () => {
    const { text, blocks } = drawLink(post(), 'https://bot.example/media/x?until=1&sig=2', null);
    expect(JSON.stringify(blocks)).toContain('<https://bot.example/media/x?until=1&amp;sig=2|Open the clip>');
    expect(JSON.stringify(blocks)).toContain('so this is a link. It opens for seven days.');
    expect(text).toBe('Here is your clip.');
    expect(blockProblems('message', blocks)).toEqual([]);
  });

  test('without a public address there is no link that opens nowhere', () => {
    const drawn = JSON.stringify(drawLink(post(), '/media/x', null));
    expect(drawn).toContain('no public address');
    expect(drawn).not.toContain('/media/x');
  });

  test('a repair is plain text with one link, and none of the person’s own', () => {
    const permalink = 'https://acme.slack.com/files/U1/F1/hailuo.mp4';
    const { text, blocks } = drawRepair(post({ prompt: 'see https://elsewhere.example' }), permalink, 'C5');
    expect(blocks).toEqual([]);
    expect(text.split('\n')).toEqual([
      'Here is your clip.',
      'You asked for it in <#C5>, where it could not be posted.',
      `<${permalink}|Open the clip>`,
    ]);
  });

  test('its file is known again by its name, and by no other nonce', () => {
    const name = fileName('n-1', 'video/mp4');
    expect(name).toMatch(/^hailuo-[0-9a-f]{12}\.mp4$/);
    expect([isFileOf('n-1', name), isFileOf('n-1x', name)]).toEqual([true, false]);
  });

  test('a screen reader gets the prompt, as much of it as Slack takes', () => {
    expect(describeClip({ prompt: 'p'.repeat(2000) })).toHaveLength(1000);
  });
});
