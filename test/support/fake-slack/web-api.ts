/** The Web API: who calls, what goes wrong on order, and which method answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { accountMethods, openMethods } from './account-methods.ts';
import { chatMethods } from './chat-methods.ts';
import { conversationMethods } from './conversation-methods.ts';
import { fileMethods } from './file-methods.ts';
import type { Call, Method } from './method.ts';
import { createTiers } from './rate-limits.ts';
import { type Arguments, readAll, readArguments, toReadable } from './read-arguments.ts';
import { Mistake, Refusal } from './refusal.ts';
import type { Installation, SeenCall, State, Token } from './state.ts';
import { viewMethods } from './view-methods.ts';

const methods: Readonly<Record<string, Method>> = {
  ...accountMethods,
  ...openMethods,
  ...chatMethods,
  ...conversationMethods,
  ...fileMethods,
  ...viewMethods,
};

/** Answers `/api/<method>`. @param openSocket gives out an address for Socket Mode */
export function createWebApi(state: State, openSocket: () => string) {
  const tiers = createTiers(state);

  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const method = url.pathname.slice('/api/'.length);
    const body = await readAll(request);
    const fault = state.orders.take(method);
    if (body === null || fault?.kind === 'refuse') return void response.destroy();
    const args = await readArguments(request, url, body);
    const secret = bearerOf(request, args);
    const token = state.tokens.get(secret);
    const seen: SeenCall = {
      method,
      args: toReadable(args),
      token: secret,
      installation: token?.installation ?? null,
      atMs: state.clock.nowMs(),
      answer: null,
    };
    state.calls.push(seen);
    if (fault?.kind === 'hold') await fault.until;
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end('upstream connect error');
    const waitSeconds = fault?.kind === 'rate-limit' ? fault.seconds : tiers.take(method, token?.installation ?? '');
    if (waitSeconds !== null) return rateLimited(response, seen, waitSeconds);

    const answer =
      fault?.kind === 'fail'
        ? { ok: false, error: fault.error, ...fault.more }
        : await run(method, args, secret, token);
    seen.answer = answer.ok ? 'ok' : String(answer.error);
    if (fault?.kind === 'lose-answer') return void response.destroy();
    const scopes = token?.installation === undefined ? undefined : state.installations.get(token.installation ?? '');
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      ...(scopes === undefined ? {} : { 'x-oauth-scopes': scopes.scopes.join(',') }),
    });
    response.end(JSON.stringify(answer));
  };

  async function run(
    method: string,
    args: Arguments,
    secret: string,
    token: Token | undefined,
  ): Promise<{ readonly ok: boolean; readonly error?: unknown }> {
    try {
      return { ok: true, ...(await dispatch(method, args, secret, token)) };
    } catch (error) {
      if (error instanceof Mistake) state.problems.push(`${method}: ${error.code}: ${error.details.join('; ')}`);
      if (error instanceof Refusal) return { ok: false, error: error.code, ...error.more };
      state.problems.push(`${method}: the fake itself failed: ${error instanceof Error ? error.stack : String(error)}`);
      return { ok: false, error: 'fatal_error' };
    }
  }

  async function dispatch(method: string, args: Arguments, secret: string, token: Token | undefined): Promise<object> {
    const answer = methods[method];
    if (answer === undefined && method !== 'apps.connections.open')
      throw new Mistake('unknown_method', [`there is no ${method} here`]);
    if (method in openMethods && answer !== undefined) return answer(callOf(state, args, appToken, undefined));
    if (secret === '') throw new Refusal('not_authed');
    if (token === undefined) throw new Refusal('invalid_auth');
    checkLife(state, token);
    if (method === 'apps.connections.open') {
      if (token.kind !== 'app') throw new Refusal('not_allowed_token_type');
      return { url: openSocket() };
    }
    if (answer === undefined) throw new Refusal('unknown_method');
    const installation = token.installation === null ? undefined : state.installations.get(token.installation);
    if (installation === undefined) throw new Refusal('not_allowed_token_type');
    return answer(callOf(state, args, token, installation));
  }
}

const appToken: Token = { kind: 'app', installation: null, state: 'good', expiresAtMs: Number.POSITIVE_INFINITY };

function callOf(state: State, args: Arguments, token: Token, installation: Installation | undefined): Call {
  return {
    state,
    args,
    token,
    get installation() {
      if (installation === undefined) throw new Refusal('not_allowed_token_type');
      return installation;
    },
    demand(scope) {
      const provided = installation?.scopes ?? [];
      if (!provided.includes(scope))
        throw new Refusal('missing_scope', { needed: scope, provided: provided.join(',') });
    },
  };
}

/** @throws token_expired, token_revoked, account_inactive */
function checkLife(state: State, token: Token): void {
  if (token.state === 'revoked') throw new Refusal('token_revoked');
  if (token.state === 'inactive') throw new Refusal('account_inactive');
  if (token.state === 'expired' || token.expiresAtMs <= state.clock.nowMs()) throw new Refusal('token_expired');
}

/** In the header, or in the old way a field. */
function bearerOf(request: IncomingMessage, args: Arguments): string {
  const [, bearer] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  return bearer ?? (typeof args.token === 'string' ? args.token : '');
}

function rateLimited(response: ServerResponse, seen: SeenCall, seconds: number): void {
  seen.answer = 'ratelimited';
  response.writeHead(429, { 'retry-after': String(seconds), 'content-type': 'application/json' });
  response.end(JSON.stringify({ ok: false, error: 'ratelimited' }));
}
