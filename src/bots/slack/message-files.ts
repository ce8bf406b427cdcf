/** The pictures of a message, in the order a person would name them. Pure. */
import { z } from 'zod';

const text = z.string().nullish();

const file = z.object({
  id: z.string(),
  name: text,
  mimetype: text,
  filetype: text,
  mode: text,
  file_access: text,
});
type MessageFile = z.output<typeof file>;

/** How apps show pictures. What else a block may be is of no interest here. */
const blocks = z
  .array(z.object({ type: text, image_url: text, slack_file: z.object({ id: text }).nullish() }))
  .nullish()
  .catch(null);

/** A link that is shown with a picture, a message that was shared, or what an app posted. */
const attachment = z.object({ image_url: text, thumb_url: text, files: z.array(file).nullish(), blocks });

/** A message as far as its pictures and its thread go. */
export const slackMessage = z.object({
  ts: z.string(),
  /** Of a reply, and of a message that has some: the first message's. */
  thread_ts: text,
  files: z.array(file).nullish(),
  attachments: z.array(attachment).nullish().catch(null),
  blocks,
});
export type SlackMessage = z.output<typeof slackMessage>;

/** A file of Slack's is fetched with the token; an address is a stranger's, and is fetched as one. */
export type ShownPicture =
  | { readonly from: 'file'; readonly id: string }
  | { readonly from: 'url'; readonly url: string };

const named = /\.(?:jpe?g|png|webp|gif|avif|heic|heif)$/i;

/** Files first, then those of a message that was shared in it, then what apps and links show; each once. */
export function picturesOf({
  files,
  attachments,
  blocks: own,
}: Pick<SlackMessage, 'files' | 'attachments'> & Partial<Pick<SlackMessage, 'blocks'>>): ShownPicture[] {
  const shared = attachments ?? [];
  const drawn = [...(own ?? []), ...shared.flatMap((each) => each.blocks ?? [])].filter(({ type }) => type === 'image');
  const kept = [...(files ?? []), ...shared.flatMap((each) => each.files ?? [])].filter(mayBePicture);
  const links = shared
    .filter((each) => (each.files ?? []).length === 0 && (each.blocks ?? []).length === 0)
    .map(({ image_url, thumb_url }) => image_url ?? thumb_url);
  const ids = [...kept.map(({ id }) => id), ...drawn.map(({ slack_file }) => slack_file?.id)];
  const urls = [...drawn.map(({ image_url }) => image_url), ...links];
  return [
    ...unique(ids).map((id) => ({ from: 'file', id }) as const),
    ...unique(urls.filter((url) => url != null && /^https:/i.test(url))).map((url) => ({ from: 'url', url }) as const),
  ];
}

function unique(values: readonly (string | null | undefined)[]): string[] {
  return [...new Set(values.flatMap((value) => (value == null || value === '' ? [] : [value])))];
}

/**
 * Also one that Slack still works on, whose type is empty until then, and one of another company's that only `files.info`
 * describes (platforms/slack.md §4). One that was deleted is none.
 */
function mayBePicture({ name, mimetype, mode, file_access }: MessageFile): boolean {
  if (mode === 'tombstone') return false;
  if (mimetype) return mimetype.startsWith('image/');
  if (file_access === 'check_file_info' && !name) return true;
  return name ? named.test(name) || !name.includes('.') : true;
}
