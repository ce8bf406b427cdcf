/** The delivery ladder: the file as it is, a smaller copy, a link to our own copy. */
import type { KeptFile, Media } from '../media/media.ts';
import type { Destination } from '../values.ts';
import type { ClipPost, Courier, Posted } from './delivery.ts';

interface DeliverEdges {
  readonly media: Media;
  /** How a link of ours begins for the world: `https://…`; empty without `PUBLIC_URL`, where only pages of ours can use it. */
  readonly publicUrl: string;
  readonly now: () => Date;
}

/** How long a posted link opens. */
export const linkDays = 7;

/**
 * Posts the clip once. Finding what an earlier call posted is the caller's business, before it calls this.
 * @throws when nobody knows whether it was posted
 */
export async function deliver(
  courier: Courier,
  destination: Destination,
  clip: KeptFile,
  post: Omit<ClipPost, 'as' | 'clip'>,
  edges: DeliverEdges,
): Promise<Posted> {
  const asFiles = await postAsFile(courier, destination, clip, post, edges);
  if (asFiles !== null) return asFiles;
  const until = new Date(edges.now().getTime() + linkDays * 86_400_000);
  const url = edges.publicUrl + edges.media.link(clip.id, until);
  const posted = await courier.post(destination, { ...post, clip, as: { kind: 'link', url } });
  return posted.outcome === 'too-large' || posted.outcome === 'no-files'
    ? { outcome: 'unreachable', detail: 'even a link was refused' }
    : posted;
}

/** Null where neither the clip nor a smaller copy can be posted as a file. */
async function postAsFile(
  courier: Courier,
  destination: Destination,
  clip: KeptFile,
  post: Omit<ClipPost, 'as' | 'clip'>,
  edges: DeliverEdges,
): Promise<Posted | null> {
  const limit = await courier.uploadLimitBytes(destination);
  if (limit === null || clip.bytes <= limit) {
    const posted = await courier.post(destination, { ...post, clip, as: asFile(clip, edges) });
    if (posted.outcome === 'no-files') return null;
    if (posted.outcome !== 'too-large') return posted;
  }
  const smaller = await edges.media.fit(clip.id, limit ?? Math.floor(clip.bytes / 2));
  if (smaller === null) return null;
  const posted = await courier.post(destination, { ...post, clip: smaller, as: asFile(smaller, edges) });
  return posted.outcome === 'too-large' || posted.outcome === 'no-files' ? null : posted;
}

function asFile(clip: KeptFile, { media }: DeliverEdges): Extract<ClipPost['as'], { kind: 'file' }> {
  return { kind: 'file', path: media.pathOf(clip), name: `hailuo-${clip.id.slice(0, 8)}.mp4` };
}
