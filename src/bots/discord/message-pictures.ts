/** The pictures of a message, in the order a person would name them. Pure. */
import { AttachmentFlags } from 'discord.js';
import { z } from 'zod';
import type { ShownPicture } from './interaction-calls.ts';

export const attachment = z.object({
  id: z.string(),
  url: z.string(),
  filename: z.string().default('picture'),
  content_type: z.string().nullish(),
  flags: z.number().nullish(),
});
export type Attachment = z.output<typeof attachment>;

const inEmbed = z.object({ url: z.string().nullish(), proxy_url: z.string().nullish() }).nullish();
const embed = z.object({ type: z.string().nullish(), image: inEmbed, thumbnail: inEmbed });
const content = z.object({ attachments: z.array(attachment).default([]), embeds: z.array(embed).default([]) });

/** A message as far as its pictures go. */
export const picturedMessage = content.extend({
  id: z.string(),
  channel_id: z.string(),
  message_snapshots: z.array(z.object({ message: content })).nullish(),
});

/** A select shows 25, and nobody posts more than ten files. */
const mostPictures = 25;
const named = /\.(?:jpe?g|png|webp|gif|avif|heic|heif)$/i;

/** Files first, then what links show, then what was forwarded; each once. */
export function picturesOf(message: z.output<typeof picturedMessage>): ShownPicture[] {
  const forwarded = (message.message_snapshots ?? []).map((snapshot) => snapshot.message);
  const found = [message, ...forwarded].flatMap((each) => [...filesOf(each), ...linkedOf(each)]);
  const once = new Map(found.map((picture) => [picture.url, picture]));
  return [...once.values()].slice(0, mostPictures);
}

/** @returns null when it is no picture, as far as Discord can tell */
function toPicture(file: Attachment): ShownPicture | null {
  const isPicture = file.content_type?.startsWith('image/') ?? named.test(file.filename);
  return isPicture ? toShown(file) : null;
}

/** Whatever it is: who sends the wrong file hears so from whoever looks into it. */
export function toShown({ id, url, filename, flags }: Attachment): ShownPicture {
  const isSpoiler = filename.startsWith('SPOILER_') || ((flags ?? 0) & AttachmentFlags.IsSpoiler) !== 0;
  return { id, url, name: filename, isSpoiler };
}

/** A signed address that Discord no longer serves (platforms/discord.md §4). */
export function isExpired({ url }: Pick<ShownPicture, 'url'>, now: Date): boolean {
  const until = URL.canParse(url) ? new URL(url).searchParams.get('ex') : null;
  if (until === null || !/^[0-9a-f]+$/i.test(until)) return false;
  return Number.parseInt(until, 16) * 1000 <= now.getTime() + 30_000;
}

function filesOf({ attachments }: z.output<typeof content>): ShownPicture[] {
  return attachments.map(toPicture).filter((picture) => picture !== null);
}

/** A link's own picture as Discord fetched it: the page itself is a stranger. A video's still is not what was meant. */
function linkedOf({ embeds }: z.output<typeof content>): ShownPicture[] {
  return embeds.flatMap(({ type, image, thumbnail }, index) => {
    if (type === 'video') return [];
    const url = image?.proxy_url ?? image?.url ?? thumbnail?.proxy_url ?? thumbnail?.url;
    return url ? [{ id: `embed-${index}`, url, name: nameIn(url), isSpoiler: false }] : [];
  });
}

function nameIn(url: string): string {
  const last = URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : undefined;
  return last || 'picture';
}
