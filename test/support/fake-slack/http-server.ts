/** The HTTP side: the Web API, uploads, downloads, response URLs and the install page. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { maySee, signInPage } from './files.ts';
import { authorize, type Consent } from './oauth.ts';
import { readAll, readUpload } from './read-arguments.ts';
import { Mistake, Refusal } from './refusal.ts';
import { respond } from './response-urls.ts';
import type { State, StoredFile } from './state.ts';
import { createWebApi } from './web-api.ts';

export interface HttpSide {
  readonly server: Server;
  close(): Promise<void>;
}

export interface HttpEdges {
  readonly openSocket: () => string;
  readonly consent: () => Consent;
}

export function createHttpSide(state: State, { openSocket, consent }: HttpEdges): HttpSide {
  const webApi = createWebApi(state, openSocket);
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      state.problems.push(`${request.url}: the fake itself failed: ${String(error)}`);
      response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', state.origins.http);
    const [, first = '', , id = ''] = url.pathname.split('/');
    switch (first) {
      case 'api':
        return webApi(request, response, url);
      case 'upload':
        return takeUpload(state, request, response, id);
      case 'files-pri':
      case 'files-moved':
        return serveFile(state, request, response, url);
      case 'commands':
      case 'actions':
        return takeResponse(state, request, response, id);
      case 'oauth':
        return void response.writeHead(302, { location: authorize(state, url, consent()) }).end();
      case 'signin':
        return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(signInPage);
      default:
        state.problems.push(`${request.method} ${url.pathname}: nothing is there`);
        return void response.writeHead(404).end('Not Found');
    }
  }

  return {
    server,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

/** The second step of an upload; its address is all that it takes. */
async function takeUpload(state: State, request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
  const fault = state.orders.take('upload');
  const file = state.files.get(id);
  const half = Math.trunc((file?.promisedBytes ?? 0) / 2);
  const body = await readAll(request, fault?.kind === 'cut' ? half : undefined);
  if (body === null || fault?.kind === 'cut' || fault?.kind === 'refuse') return void response.destroy();
  if (fault?.kind === 'hold') await fault.until;
  if (fault?.kind === 'status') return void response.writeHead(fault.status).end('upstream connect error');
  if (fault?.kind === 'rate-limit')
    return void response.writeHead(429, { 'retry-after': String(fault.seconds) }).end('ratelimited');
  if (file === undefined || file.step === 'done') return void response.writeHead(404).end('unknown upload');
  const bytes = await readUpload(request, body);
  if (bytes.length !== file.promisedBytes)
    state.problems.push(`upload: ${bytes.length} bytes instead of the ${file.promisedBytes} that were promised`);
  file.bytes = bytes;
  file.step = 'uploaded';
  if (fault?.kind === 'lose-answer') return void response.destroy();
  response.writeHead(200, { 'content-type': 'text/plain' }).end(`OK - ${bytes.length}`);
}

/** A file, for whoever may see it; for all others a page on which to sign in, and 200. */
function serveFile(state: State, request: IncomingMessage, response: ServerResponse, url: URL): void {
  const [, place = '', key = ''] = url.pathname.split('/');
  const file = state.files.get(key.split('-').at(-1) ?? '');
  const fault = state.orders.take('download');
  if (fault?.kind === 'refuse') return void response.destroy();
  if (fault?.kind === 'status') return void response.writeHead(fault.status).end('upstream connect error');
  const isForbidden = file === undefined || !mayFetch(state, request, file);
  if (isForbidden || fault?.kind === 'sign-in') {
    if (fault?.kind === 'sign-in' && fault.how === 'redirect')
      return void response.writeHead(302, { location: `${state.origins.http}/signin?redir=${url.pathname}` }).end();
    return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(signInPage);
  }
  if (file.elsewhere !== null && place === 'files-pri') {
    const moved = file.elsewhere.startsWith('/') ? `${state.origins.http}/files-moved/${key}` : file.elsewhere;
    return void response.writeHead(302, { location: moved }).end();
  }
  response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length });
  if (fault?.kind === 'cut') {
    response.write(file.bytes.subarray(0, Math.trunc(file.bytes.length / 2)), () => response.destroy());
    return;
  }
  response.end(file.bytes);
}

function mayFetch(state: State, request: IncomingMessage, file: StoredFile): boolean {
  const [, bearer = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  const token = state.tokens.get(bearer);
  const installation = state.installations.get(token?.installation ?? '');
  if (token?.state !== 'good' || token.expiresAtMs <= state.clock.nowMs() || installation === undefined) return false;
  return installation.scopes.includes('files:read') && maySee(state, installation, file);
}

async function takeResponse(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  const fault = state.orders.take('response_url');
  const body = await readAll(request);
  if (body === null || fault?.kind === 'refuse') return void response.destroy();
  if (fault?.kind === 'hold') await fault.until;
  if (fault?.kind === 'status') return void response.writeHead(fault.status).end('upstream connect error');
  if (fault?.kind === 'rate-limit')
    return void response.writeHead(429, { 'retry-after': String(fault.seconds) }).end('ratelimited');
  try {
    respond(state, id, JSON.parse(body.toString()));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error instanceof Mistake) state.problems.push(`response_url: ${error.code}: ${error.details.join('; ')}`);
    // An address that is spent is not found (platforms/slack.md §1).
    const status = error.code === 'expired_url' || error.code === 'used_url' ? 404 : 400;
    return void response.writeHead(status).end(JSON.stringify({ ok: false, error: error.code }));
  }
  if (fault?.kind === 'lose-answer') return void response.destroy();
  response.writeHead(200).end('ok');
}
