/** The HTTP side: reads requests, orders them to go wrong when asked to, and answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Fault, type Order, type Reply, type RequestPattern, replyOf, takeOrder } from './faults.ts';
import { findLinked } from './files.ts';
import { toViolations } from './limits.ts';
import type { Uploads } from './messages.ts';
import type { RateLimits } from './rate-limits.ts';
import { parseBody, readAll } from './read-body.ts';
import { invalidForm, Refusal, refusal } from './refusal.ts';
import type { State } from './state.ts';

/** One request as it was answered. `status` 0: the connection was cut. */
export interface SeenRequest {
  readonly method: string;
  /** The pattern, as `/channels/:channel/messages`; the path where none fits. */
  readonly route: string;
  readonly path: string;
  readonly status: number;
  /** By the fake's clock. */
  readonly at: Date;
  /** Of the body. */
  readonly bytes: number;
  /** What was sent, or the `payload_json` of it; null when nothing was read. */
  readonly json: unknown;
}

/** A request as the routes get it. */
export interface Call {
  /** By the names in the route's pattern. */
  readonly ids: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly json: unknown;
  readonly uploads: Uploads;
}

/** One operation of the API. */
export interface Route {
  readonly method: string;
  readonly pattern: string;
  /** True where the token in the path is the credential. */
  readonly isOpen: boolean;
  /** @returns what is answered as JSON with 200; undefined: 204 */
  answer(call: Call): unknown;
}

/** As `route('GET /users/@me', …)`; a name after a colon is handed over in `ids`. */
export function route(line: string, answer: (call: Call) => unknown, isOpen = false): Route {
  const [method = '', pattern = ''] = line.split(' ');
  return { method, pattern, isOpen, answer };
}

/** The HTTP server of one fake. */
interface HttpSide {
  readonly server: Server;
  readonly requests: readonly SeenRequest[];
  order(pattern: RequestPattern, fault: Fault, times: number): void;
  close(): Promise<void>;
}

/** Not yet listening; @param limits null: no rate limits but the ordered ones */
export function createHttpSide(state: State, routes: readonly Route[], limits: RateLimits | null): HttpSide {
  const orders: Order[] = [];
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    // A reset, as from a network: the library tries again after one, and not after a quiet end.
    const cut = () => void socket.resetAndDestroy();
    const url = new URL(request.url ?? '/', state.origins.http);
    if (url.pathname.startsWith('/attachments/')) return serveFile(state, url, request, response);
    const method = request.method ?? 'GET';
    const path = url.pathname.replace(/^\/api(?:\/v\d+)?/, '');
    const found = findRoute(routes, method, path);
    const seen = {
      method,
      route: found?.route.pattern ?? path,
      path,
      at: new Date(state.nowMs()),
      bytes: 0,
      status: 0,
      json: null as unknown,
    };
    requests.push(seen);
    const fault = takeOrder(orders, seen);
    const body = await readAll(request, fault);
    if (body === null) return cut();
    seen.bytes = body.length;
    if (fault === 'cut') return cut();

    const pace = limits?.take(method, found) ?? null;
    const reply = replyOf(fault) ?? pace?.refusal ?? (await answer(request, found, url, body, seen));
    seen.status = reply.status;
    if (fault !== null && typeof fault === 'object' && 'delayMs' in fault) await sleep(fault.delayMs);
    if (fault === 'lose-answer') return cut();
    const text = reply.body === undefined ? '' : JSON.stringify(reply.body);
    const type = text === '' ? {} : { 'content-type': 'application/json' };
    response.writeHead(reply.status, { ...type, ...pace?.headers, ...reply.headers }).end(text);
  }

  async function answer(
    request: IncomingMessage,
    found: FoundRoute | null,
    url: URL,
    body: Buffer,
    seen: { json: unknown },
  ): Promise<Reply> {
    try {
      if (found === null) {
        state.problems.push(`${request.method} ${url.pathname}: no such route`);
        return { status: 404, body: { code: 0, message: '404: Not Found' } };
      }
      if (!request.headers['user-agent']) throw refusal(40333);
      if (!url.pathname.startsWith('/api/v10/')) state.problems.push(`${url.pathname}: not version 10`);
      if (!found.route.isOpen && request.headers.authorization !== `Bot ${state.token}`) throw refusal(0);
      if (body.length > state.limits.requestBytes) throw refusal(40005);
      const sent = await parseBody(request, body);
      seen.json = sent.json;
      const answered = found.route.answer({ ids: found.ids, query: url.searchParams, ...sent });
      return answered === undefined ? { status: 204 } : { status: 200, body: answered };
    } catch (error) {
      if (error instanceof Refusal) return error;
      if (error instanceof z.ZodError) return invalidForm(error.issues.flatMap((issue) => toViolations(issue)));
      state.problems.push(`${request.method} ${url.pathname}: the fake itself failed: ${String(error)}`);
      return { status: 500, body: { code: 0, message: String(error) } };
    }
  }

  return {
    server,
    requests,
    order(pattern, fault, times) {
      orders.push({ pattern, fault, left: times });
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

/** A route and the ids in the path that led to it. */
export interface FoundRoute {
  readonly route: Route;
  readonly ids: Readonly<Record<string, string>>;
}

function findRoute(routes: readonly Route[], method: string, path: string): FoundRoute | null {
  for (const route of routes) {
    if (route.method !== method) continue;
    const matched = new RegExp(`^${route.pattern.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`).exec(path);
    if (matched === null) continue;
    const ids = Object.entries(matched.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    return { route, ids: Object.fromEntries(ids) };
  }
  return null;
}

function serveFile(state: State, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const file = findLinked(state, url);
  if (file === null) return void response.writeHead(404).end('This content is no longer available.');
  response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}
