/** The HTTP side of the process: health, numbers, call-backs, media, and whatever pages the platforms bring. */
import { type ServerType, serve } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { type CallBackAddresses, takeCallBack } from '../core/jobs/call-back.ts';
import type { JobEdges } from '../core/jobs/edges.ts';
import type { Secret } from '../core/secret.ts';
import { mediaRoute } from './media-route.ts';
import type { Metrics } from './metrics.ts';
import { operatorOnly } from './operator-only.ts';
import { toProviderViews } from './provider-views.ts';

/** Rejects, with words for the operator, while something is not ready. */
export type Probe = () => Promise<void>;

export interface WebSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly adminToken: Secret | undefined;
  readonly secretKey: Secret;
  /** False behind a public address: a proxy on this machine must not make strangers look local. */
  readonly trustsThisMachine: boolean;
  /** Every process tells how it is; call-backs, media and pages are for the one that has the `web` role. */
  readonly serves: 'everything' | 'health';
}

export interface WebParts {
  readonly edges: JobEdges;
  readonly addresses: CallBackAddresses;
  readonly metrics: Metrics;
  /** By name: what `/readyz` reports. */
  readonly probes: Readonly<Record<string, Probe>>;
  /** Pages for people on this machine or with the operator's token. */
  readonly pages: readonly Hono[];
  /** For strangers: they know themselves whom to trust. */
  readonly routes: readonly Hono[];
}

export interface WebServer {
  /** As a browser on this machine opens it. */
  readonly url: string;
  /** No further request is taken; resolves when those under way are answered, or after two seconds. */
  stop(): Promise<void>;
}

const callBackLimitBytes = 1_000_000;

/** @throws when the port cannot be had, with a sentence for the operator */
export async function startWebServer(settings: WebSettings, parts: WebParts): Promise<WebServer> {
  const app = createApp(settings, parts);
  const { server, port } = await listen(app, settings);
  const host = settings.host === '0.0.0.0' || settings.host === '::' ? 'localhost' : settings.host;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/`,
    stop: () => close(server),
  };
}

function createApp(settings: WebSettings, parts: WebParts): Hono {
  const { edges, metrics, probes } = parts;
  const app = new Hono();
  const operator = operatorOnly(settings.adminToken, settings.trustsThisMachine);

  app.get('/healthz', (context) => context.json({ alive: true }));

  app.get('/readyz', async (context) => {
    const results = await Promise.all(Object.entries(probes).map(([name, probe]) => tryProbe(name, probe)));
    const missing = Object.fromEntries(
      results.flatMap((result) => (result.problem === null ? [] : [[result.name, result.problem]])),
    );
    return context.json(
      { ready: Object.keys(missing).length === 0, missing },
      Object.keys(missing).length === 0 ? 200 : 503,
    );
  });

  app.get('/metrics', operator, async (context) => {
    const text = await metrics.render(await edges.store.countByState(), await edges.traffic.standings());
    return context.body(text, 200, { 'content-type': metrics.contentType });
  });

  app.get('/providers.json', operator, async (context) => {
    return context.json({ providers: toProviderViews(edges.providers, await edges.traffic.standings()) });
  });

  if (settings.serves === 'everything') addFront(app, operator, settings, parts);

  app.notFound((context) => context.json({ error: 'There is nothing here.' }, 404));
  app.onError((error, context) => {
    // A refusal in due form, such as a body over its limit.
    if (error instanceof HTTPException) return error.getResponse();
    edges.log.error('web.failed', { path: context.req.routePath, method: context.req.method, error });
    return context.json({ error: 'Something went wrong on our side; it has been logged.' }, 500);
  });
  return app;
}

function addFront(
  app: Hono,
  operator: MiddlewareHandler,
  { secretKey }: WebSettings,
  { edges, addresses, pages, routes }: WebParts,
): void {
  app.post('/callbacks/:provider/:attempt/:secret', bodyLimit({ maxSize: callBackLimitBytes }), async (context) => {
    const headers = Object.fromEntries(context.req.raw.headers.entries());
    const rawBody = new Uint8Array(await context.req.arrayBuffer());
    const answer = await takeCallBack(context.req.param(), { headers, rawBody }, addresses, edges);
    return context.json(answer.json, answer.status);
  });

  app.route('/', mediaRoute({ media: edges.media, secretKey: secretKey.reveal(), now: edges.now }));

  for (const route of routes) app.route('/', route);

  for (const page of pages) {
    const guarded = new Hono();
    guarded.use(operator);
    guarded.route('/', page);
    app.route('/', guarded);
  }
}

async function tryProbe(name: string, probe: Probe): Promise<{ name: string; problem: string | null }> {
  try {
    await probe();
    return { name, problem: null };
  } catch (error) {
    return { name, problem: error instanceof Error ? error.message : 'does not answer' };
  }
}

function listen(app: Hono, { host, port }: WebSettings): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve, reject) => {
    // Without its own `Response` for the whole process: forms for the providers are packed with the platform's.
    const how = { fetch: app.fetch, hostname: host, port, overrideGlobalObjects: false };
    const server = serve(how, (info) => resolve({ server, port: info.port }));
    server.once('error', (error: Error & { code?: string }) => {
      const why = error.code === 'EADDRINUSE' ? 'another program uses it' : error.message;
      reject(new Error(`Port ${port} on ${host} cannot be opened: ${why}. Set PORT to another one.`, { cause: error }));
    });
  });
}

async function close(server: ServerType): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const patience = setTimeout(() => {
    // Event streams and half-open uploads end when their sockets do.
    if ('closeAllConnections' in server) server.closeAllConnections();
  }, 2000);
  await closed;
  clearTimeout(patience);
}
