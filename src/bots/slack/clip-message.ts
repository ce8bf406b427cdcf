/** The words that bring a clip. Pure. */
import { createHash } from 'node:crypto';
import type { ClipPost } from '../../core/delivery/delivery.ts';
import { textsFor } from '../../core/texts/texts.ts';
import { type DrawnMessage, link, message, section } from './draw/blocks.ts';
import { escapeLine, escapeText, plainLine } from './mrkdwn.ts';
import { sayWith } from './status-message.ts';

const longest = { caption: 300, prompt: 300, title: 100, description: 1000 } as const;

/** With the file, as its comment. @param askedIn the channel it was asked for in, where this is another one */
export function drawComment(post: ClipPost, askedIn: string | null): string {
  const texts = textsFor(post.locale).slack.courier;
  const prompt = escapeLine(post.prompt, longest.prompt);
  return [
    escapeLine(post.caption, longest.caption),
    prompt === '' ? '' : `> ${prompt}`,
    askedIn === null ? '' : sayWith(texts.askedElsewhere, `<#${askedIn}>`),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** Instead of a file. A relative address is one that nobody outside can open. */
export function drawLink(post: ClipPost, url: string, askedIn: string | null): DrawnMessage {
  const texts = textsFor(post.locale).slack.courier;
  const opened = link(url, escapeText(texts.openClip));
  const more = opened === null ? texts.noLink : texts.linkOnly;
  return message(escapeLine(post.caption, longest.caption), [
    section(drawComment(post, askedIn)),
    section([...(opened === null ? [] : [opened]), escapeText(more)].join('\n')),
  ]);
}

/**
 * For a file that Slack took and never showed: its own link in plain text, out of which Slack makes a player. What the
 * person wrote is left out, as a link in it would be unfolded too.
 */
export function drawRepair(post: ClipPost, permalink: string, askedIn: string | null): DrawnMessage {
  const texts = textsFor(post.locale).slack.courier;
  const opened = link(permalink, escapeText(texts.openClip)) ?? escapeText(permalink);
  return { text: [drawComment({ ...post, prompt: '' }, askedIn), opened].join('\n'), blocks: [] };
}

/** Under which name Slack keeps the file: the same whenever this post is sent. */
export function fileName(nonce: string, type: string): string {
  return `${stemOf(nonce)}.${type.split('/')[1] ?? 'bin'}`;
}

/** True for a file that a post with this nonce has brought. */
export function isFileOf(nonce: string, name: string): boolean {
  return name.startsWith(`${stemOf(nonce)}.`);
}

/** What stands above the player. */
export function titleOf({ prompt }: Pick<ClipPost, 'prompt'>): string {
  return plainLine(prompt, longest.title) || 'Hailuo';
}

/** What a screen reader reads out. */
export function describe({ prompt }: Pick<ClipPost, 'prompt'>): string {
  return plainLine(prompt, longest.description);
}

function stemOf(nonce: string): string {
  return `hailuo-${createHash('sha256').update(nonce).digest('hex').slice(0, 12)}`;
}
