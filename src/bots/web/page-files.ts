/** The page itself: a handful of static files, read once, nothing built and nothing from elsewhere. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Hono } from 'hono';

const directory = join(import.meta.dirname, 'page');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Only our own files run and only our own server is spoken to; nobody may frame the page. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

/** Serves `/` and `/page/…`. Files are named, never looked up by path. */
export function createPageFiles(): Hono {
  const files = readPage();
  const routes = new Hono();
  const serve = (name: string, known: string | undefined): Response => {
    const file = files.get(name);
    if (file === undefined) return new Response('Not found', { status: 404 });
    const headers = {
      'Content-Type': file.type,
      'Content-Security-Policy': contentSecurityPolicy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      // Asked for again at every visit, so that a new version is never mixed with an old one.
      'Cache-Control': 'no-cache',
      ETag: file.etag,
    };
    if (known === file.etag) return new Response(null, { status: 304, headers });
    return new Response(file.bytes, { headers });
  };
  routes.get('/', (c) => serve('index.html', c.req.header('if-none-match')));
  routes.get('/page/:name', (c) => serve(c.req.param('name'), c.req.header('if-none-match')));
  routes.get('/favicon.ico', (c) => c.redirect('/page/icon.svg', 308));
  return routes;
}

function readPage(): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const name of readdirSync(directory)) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const bytes = new Uint8Array(readFileSync(join(directory, name)));
    files.set(name, { bytes, type, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"` });
  }
  return files;
}
