/** `GET /media/<id>?expires=…&signature=…`: kept pictures and clips, for whoever holds a link that is still good. */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type Context, Hono } from 'hono';
import { verifyLink } from '../core/media/links.ts';
import type { KeptFile, Media } from '../core/media/media.ts';
import { extensionOf } from '../core/media/store.ts';
import type { MediaId } from '../core/values.ts';
import { parseByteRange } from './byte-range.ts';

export interface MediaRouteEdges {
  readonly media: Pick<Media, 'find' | 'pathOf'>;
  /** The one the links were signed with. */
  readonly secretKey: string | Uint8Array;
  readonly now: () => Date;
}

/** Range requests as RFC 9110 §14, validators as §13. A forged link learns nothing about what is kept. */
export function mediaRoute(edges: MediaRouteEdges): Hono {
  const app = new Hono();
  app.get('/media/:id', async (context) => {
    const { expires, signature } = context.req.query();
    const now = edges.now();
    const check = verifyLink(edges.secretKey, { id: context.req.param('id'), expires, signature }, now);
    switch (check.outcome) {
      case 'forged':
        return refuse(context, 403, 'This link is not one of ours.');
      case 'expired':
        return refuse(context, 403, 'This link has expired; ask for a new one in the chat.');
      case 'valid': {
        // Signed links are made for ids only, so this one is.
        const file = await edges.media.find(context.req.param('id') as MediaId);
        if (file === null) return refuse(context, 404, 'This file is no longer kept.');
        const freshSeconds = Math.floor((check.expiresAt.getTime() - now.getTime()) / 1000);
        return await serve(context, file, edges.media.pathOf(file), freshSeconds);
      }
    }
  });
  return app;
}

async function serve(context: Context, file: KeptFile, path: string, freshSeconds: number): Promise<Response> {
  const etag = `"${file.id}"`;
  const headers = new Headers({
    ...guardHeaders,
    'accept-ranges': 'bytes',
    etag,
    'cache-control': `private, max-age=${freshSeconds}, immutable`,
  });
  if (matches(context.req.header('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  const handle = await open(path).catch(() => null);
  if (handle === null) return refuse(context, 404, 'This file is no longer kept.');

  const { size } = await handle.stat();
  const isWanted = context.req.method === 'GET' && isCurrent(context.req.header('if-range'), etag);
  const range = parseByteRange(isWanted ? context.req.header('range') : undefined, size);
  if (range.kind === 'unsatisfiable') {
    await handle.close();
    headers.set('content-range', `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const { first, last } = range.kind === 'part' ? range : { first: 0, last: size - 1 };
  headers.set('content-type', file.type);
  headers.set('content-disposition', `inline; filename="hailuo-${file.id.slice(0, 8)}.${extensionOf(file.type)}"`);
  headers.set('content-length', String(last - first + 1));
  if (range.kind === 'part') headers.set('content-range', `bytes ${first}-${last}/${size}`);
  const status = range.kind === 'part' ? 206 : 200;
  if (context.req.method === 'HEAD') {
    await handle.close();
    return new Response(null, { status, headers });
  }
  // The handle is the stream's from here on: it closes with it, also when the client goes away.
  const stream = handle.createReadStream({ start: first, end: last, highWaterMark: 256 * 1024 });
  return new Response(Readable.toWeb(stream) as ReadableStream, { status, headers });
}

/** Whatever the bytes are, a browser shows them as a picture or a film and runs nothing in them. */
const guardHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
} as const;

function refuse(context: Context, status: 403 | 404, sentence: string): Response {
  return context.text(`${sentence}\n`, status, { ...guardHeaders, 'cache-control': 'no-store' });
}

/** `If-None-Match` compares weakly. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}

/** `If-Range` compares strongly; a date never fits, as none is sent. */
function isCurrent(ifRange: string | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange.trim() === etag;
}
