/** Getting a kept picture to where a provider can read it, by the best way both sides have. Costs nothing. */
import { readFile } from 'node:fs/promises';
import type { Failure } from '../failure.ts';
import type { KeptFile } from '../media/media.ts';
import type { PictureRoute, VideoProvider } from './provider.ts';

interface PictureEdges {
  pathOf(file: KeptFile): string;
  /** A link of ours that the world can open; absent without `PUBLIC_URL`. */
  readonly publicLink?: (file: KeptFile) => string;
}

type Placed =
  | { readonly outcome: 'placed'; readonly address: string }
  | { readonly outcome: 'refused'; readonly failure: Failure };

/** @throws what the provider's `upload` throws: nothing was paid, it may be repeated */
export async function placePicture(provider: VideoProvider, picture: KeptFile, edges: PictureEdges): Promise<Placed> {
  const route = provider.pictures.find((candidate) => fits(candidate, picture, provider, edges));
  if (route === undefined) {
    const detail = `${provider.id} can be given no ${picture.type} of ${picture.bytes} bytes in this configuration`;
    return {
      outcome: 'refused',
      failure: { kind: 'other', charged: 'no', detail, hint: 'picture-not-taken' },
    };
  }
  const path = edges.pathOf(picture);
  switch (route.route) {
    case 'upload':
      return { outcome: 'placed', address: (await provider.upload?.({ path, ...picture })) ?? '' };
    case 'data-uri':
      return {
        outcome: 'placed',
        address: `data:${picture.type};base64,${(await readFile(path)).toString('base64')}`,
      };
    case 'link':
      return { outcome: 'placed', address: edges.publicLink?.(picture) ?? '' };
  }
}

/** Whether there is any way at all, known without touching the file. */
export function canPlace(provider: VideoProvider, picture: KeptFile, hasPublicLinks: boolean): boolean {
  const edges = { pathOf: () => '', ...(hasPublicLinks && { publicLink: () => '' }) };
  return provider.pictures.some((route) => fits(route, picture, provider, edges));
}

/** Those that can be given no picture at all in this configuration. */
export function withoutPictures(providers: readonly VideoProvider[], hasPublicLinks: boolean): VideoProvider[] {
  return providers.filter(({ pictures }) => pictures.every(({ route }) => route === 'link' && !hasPublicLinks));
}

function fits(route: PictureRoute, picture: KeptFile, provider: VideoProvider, edges: PictureEdges): boolean {
  if (picture.bytes > route.maxBytes || !route.types.includes(picture.type)) return false;
  if (route.route === 'upload') return provider.upload !== undefined;
  return route.route !== 'link' || edges.publicLink !== undefined;
}
