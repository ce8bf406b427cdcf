/**
 * Pretends to be a provider, on loopback: what tests and `npm run simulate` put in a provider's place. A service is a
 * list of routes; this file listens, remembers every call and lets faults happen to order.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createControl } from './control.ts';
import { type Fault, meet, type Outcome } from './faults.ts';
import type { Renders, SimulationTimer } from './renders.ts';
import type { Reply } from './reply.ts';

export type { Reply };

export interface ReceivedCall {
  /** The route that took it; null when none did. */
  readonly operation: string | null;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** The body parsed, or undefined when it is not JSON. */
  readonly json: unknown;
  /** Where this simulation listens, for the addresses in its answers. */
  readonly origin: string;
  /** Named groups of the route's path. */
  readonly groups: Readonly<Record<string, string | undefined>>;
}

export interface Route {
  /** The name that faults are ordered by: `submit`, `status`. */
  readonly operation: string;
  readonly method: string;
  /** Matched against the whole path. */
  readonly path: RegExp;
  answer(call: ReceivedCall): Reply | Promise<Reply>;
}

/** Refusals of a submit, each in the service's own form; a service without a word for one leaves it out. */
export interface SimulatedErrors {
  readonly moderation?: Reply;
  readonly badInput?: Reply;
  readonly badKey?: Reply;
  readonly noCredit?: Reply;
  readonly rateLimited?: Reply;
  /** Named clearly enough that nothing can have been accepted. */
  readonly unavailable?: Reply;
}

/**
 * One provider's double: its file exports a function that makes one of these. Its operations are `submit`, `status`, and
 * whatever else it has; the clip's own route is `clip`.
 */
export interface SimulatedService {
  readonly id: string;
  /** What it has accepted, how the next jobs go, and who was called back. */
  readonly renders: Renders;
  readonly errors: SimulatedErrors;
  /** The environment that makes the bot use it instead of the real one. */
  environment(origin: string): Record<string, string>;
  readonly routes: readonly Route[];
  readonly notFound: Reply;
  /** Stops timers and call-backs under way. */
  close?(): void | Promise<void>;
}

/** What every simulated provider is made with. */
export interface SimulationOptions {
  /** The MP4 that every finished job yields. */
  readonly clip: Uint8Array;
  readonly key?: string;
  /** How long a job waits and renders, unless planned otherwise. Default 0. */
  readonly queueMs?: number;
  readonly renderMs?: number;
  readonly now?: () => Date;
  /** What call-backs are sent by, where `now` is not the real time. */
  readonly after?: SimulationTimer;
}

/** What whoever starts a simulation may add to it. */
export interface SimulationWatch {
  /** Asked about every call that no order is waiting for. */
  chance?(operation: string): Fault | undefined;
  /** Told of every call once it is over. */
  told?(call: ReceivedCall, outcome: Outcome): void;
}

export interface Simulation {
  readonly origin: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Every call so far, in order of arrival; those to `/simulate/…` are left out. */
  readonly calls: readonly ReceivedCall[];
  /** The next calls of this operation meet the fault; orders for the same operation are served one after another. */
  order(operation: string, fault: Fault, times?: number): void;
  close(): Promise<void>;
}

/**
 * Listens on loopback, for the service's own calls and, at `/simulate/…`, for orders.
 * @param port 0 for any free one
 * @throws when the port is taken
 */
export async function startSimulation(
  service: SimulatedService,
  port = 0,
  watch: SimulationWatch = {},
): Promise<Simulation> {
  const calls: ReceivedCall[] = [];
  const orders = new Map<string, Fault[]>();
  const control = createControl(service, order);
  let origin = '';

  function order(operation: string, fault: Fault, times = 1): void {
    const waiting = orders.get(operation) ?? [];
    orders.set(operation, [...waiting, ...Array.from({ length: times }, () => fault)]);
  }

  async function take(request: IncomingMessage): Promise<Outcome> {
    const body = await readBody(request);
    const url = new URL(request.url ?? '/', origin);
    const route = service.routes.find(({ method, path }) => method === request.method && path.test(url.pathname));
    const call: ReceivedCall = {
      operation: route?.operation ?? null,
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: headersOf(request),
      body,
      json: parse(body),
      origin,
      groups: route?.path.exec(url.pathname)?.groups ?? {},
    };
    const controlled = control(call);
    if (controlled) return controlled;
    calls.push(call);
    const outcome = route ? await meet(faultFor(route), async () => route.answer(call)) : service.notFound;
    watch.told?.(call, outcome);
    return outcome;
  }

  function faultFor({ operation }: Route): Fault | undefined {
    return orders.get(operation)?.shift() ?? watch.chance?.(operation);
  }

  const server = createServer((request, response) => {
    take(request).then(
      (outcome) => (typeof outcome === 'string' ? response.destroy() : send(response, outcome)),
      (error: unknown) => send(response, { status: 500, json: { simulationError: String(error) } }),
    );
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(port, '127.0.0.1', listening);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    environment: service.environment(origin),
    calls,
    order,
    async close() {
      await service.close?.();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, headers, json, bytes }: Reply): void {
  const body = bytes ?? Buffer.from(json === undefined ? '' : JSON.stringify(json));
  const type = bytes || json === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, 'content-length': body.byteLength, ...headers }).end(body);
}
