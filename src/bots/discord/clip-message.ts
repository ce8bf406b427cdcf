/** The message that brings a clip: a plain attachment, which plays inline (platforms/discord.md §3). Pure. */
import { createHash } from 'node:crypto';
import type { RESTAPIAttachment } from 'discord-api-types/v10';
import { linkDays } from '../../core/delivery/deliver.ts';
import type { ClipPost } from '../../core/delivery/delivery.ts';
import { textsFor } from '../../core/texts/texts.ts';
import { drawButtons } from './draw/buttons.ts';
import { dayOf, escapeLine, plainLine } from './markdown.ts';
import { type DrawnMessage, noMentions } from './status-message.ts';

const longest = { caption: 300, prompt: 300, description: 1024 } as const;

export interface ClipManner {
  readonly now: Date;
  /** The picture was hidden, so the clip is too. */
  readonly isSpoiler: boolean;
  /** In a direct message: where it was asked for, as a mention of that channel; null where it is posted there. */
  readonly askedIn: string | null;
  /** False where a server's filter stopped the message because of what the person wrote. */
  readonly hasPrompt: boolean;
}

/** The words and buttons; the files go with them (`describeFile`). */
export function drawClip(post: ClipPost, { now, isSpoiler, askedIn, hasPrompt }: ClipManner): DrawnMessage {
  const texts = textsFor(post.locale);
  const prompt = hasPrompt ? escapeLine(post.prompt, longest.prompt) : '';
  const lines = [
    hasPrompt ? escapeLine(post.caption, longest.caption) : '',
    prompt === '' ? '' : `> ${prompt}`,
    askedIn === null ? '' : texts.discord.askedElsewhere(askedIn),
    ...(post.as.kind === 'link' ? linkLines(post.as.url, isSpoiler, now, texts) : []),
  ];
  return {
    content: lines.filter((line) => line !== '').join('\n'),
    components: drawButtons(post.buttons),
    allowed_mentions: noMentions,
  };
}

function linkLines(url: string, isSpoiler: boolean, now: Date, texts: ReturnType<typeof textsFor>): string[] {
  if (!URL.canParse(url)) return [texts.discord.noLink];
  const until = new Date(now.getTime() + linkDays * 86_400_000);
  // A link that shows is unfolded into a player, and a hidden one into a hidden player.
  return [texts.clipLink(dayOf(until)), isSpoiler ? `|| ${url} ||` : url];
}

/** Under which name Discord shows a file and a look-back finds it: the same whenever this post is sent. */
export function fileName(nonce: string, type: string, isSpoiler: boolean): string {
  const ending = type.split('/')[1]?.replace('jpeg', 'jpg') ?? 'bin';
  return `${isSpoiler ? 'SPOILER_' : ''}${stemOf(nonce)}.${ending}`;
}

/** True for a file that a post with this nonce has brought. */
export function isFileOf(nonce: string, name: string): boolean {
  return name.replace(/^SPOILER_/, '').startsWith(`${stemOf(nonce)}.`);
}

/** The first file's line in the body: its description is what a screen reader reads out. */
export function describeFile(name: string, post: ClipPost, hasPrompt: boolean): RESTAPIAttachment {
  const description = hasPrompt ? plainLine(post.prompt, longest.description) : '';
  return { id: 0, filename: name, ...(description !== '' && { description }) };
}

function stemOf(nonce: string): string {
  return `hailuo-${createHash('sha256').update(nonce).digest('hex').slice(0, 12)}`;
}
