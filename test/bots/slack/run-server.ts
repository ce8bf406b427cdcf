/** As much of Slack as a test writes down itself: methods that answer what they are told, for what no whole Slack is needed. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { InstallationKey } from '../../../src/bots/slack/address.ts';
import { createSlackApi, type SlackApi } from '../../../src/bots/slack/slack-clients.ts';
import type { Log, LogFields } from '../../../src/core/log.ts';
import { silentLog } from '../../../src/core/log.ts';

export const key: InstallationKey = { team: 'T1', enterprise: null, isEnterpriseInstall: false };

/** What a method, or an address, was asked with. Nested values are parsed. */
interface Asked {
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** `status`, `retryAfter` and `text` are the answer's own; anything else is its JSON, `ok` unless it says otherwise. */
type Answer = (body: Readonly<Record<string, unknown>>, times: number) => object;

export interface MethodServer {
  readonly api: SlackApi;
  readonly origin: string;
  readonly asked: readonly Asked[];
  /** How often a method was called. */
  count(method: string): number;
}

/** By method, or by path for what is none. */
export async function openMethods(answers: Readonly<Record<string, Answer | object>>): Promise<MethodServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const method = path.replace(/^\/api\//, '');
      const body = readBody(Buffer.concat(chunks).toString('utf8'), request.headers['content-type'] ?? '');
      const times = asked.filter((each) => each.method === method).length;
      asked.push({ method, body });
      const given = answers[method];
      const answer = typeof given === 'function' ? given(body, times) : given;
      const {
        status = 200,
        retryAfter,
        text,
        ...json
      } = {
        ...(answer ?? { ok: false, error: 'unknown_method' }),
      } as Record<string, unknown>;
      response.statusCode = Number(status);
      if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
      response.setHeader('content-type', text === undefined ? 'application/json' : 'text/plain');
      response.end(text === undefined ? JSON.stringify({ ok: true, ...json }) : String(text));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const identity = { token: 'xoxb-of-t1', bot: 'B1', botUser: 'UBOT', name: 'hailuo' };
  const api = createSlackApi({ tokens: { identify: async () => identity }, apiUrl: `${origin}/api/`, log: silentLog });
  return { api, origin, asked, count: (method) => asked.filter((each) => each.method === method).length };
}

function readBody(text: string, type: string): Record<string, unknown> {
  if (type.startsWith('application/json')) return JSON.parse(text);
  if (!type.startsWith('application/x-www-form-urlencoded')) return { raw: text };
  return Object.fromEntries(
    [...new URLSearchParams(text)].map(([name, value]) => [name, /^[[{]/.test(value) ? JSON.parse(value) : value]),
  );
}

/** A log that can be read. */
export function createNotes(): Log & {
  readonly notes: { level: string; event: string; fields: LogFields | undefined }[];
} {
  const notes: { level: string; event: string; fields: LogFields | undefined }[] = [];
  const at =
    (level: string) =>
    (event: string, fields?: LogFields): void =>
      void notes.push({ level, event, fields });
  return { notes, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
