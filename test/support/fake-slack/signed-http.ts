/** The other way of reaching the app: signed posts to its address (platforms/slack.md §2, §12). */
import { createHmac } from 'node:crypto';
import { deadlineMs, NotDelivered, type Outgoing, type Retry, type Transport } from './delivery.ts';
import type { State } from './state.ts';

/** `X-Slack-Signature` and its time. @param atMs when Slack says it was sent */
export function sign(signingSecret: string, body: string, atMs: number): Record<string, string> {
  const timestamp = String(Math.trunc(atMs / 1000));
  const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
}

/** The body and its type, as Slack sends each kind. */
export function encode({ kind, payload }: Outgoing): { readonly body: string; readonly type: string } {
  if (kind === 'events_api') return { body: JSON.stringify(payload), type: 'application/json' };
  const fields = kind === 'slash_commands' ? toFields(payload) : { payload: JSON.stringify(payload) };
  return { body: new URLSearchParams(fields).toString(), type: 'application/x-www-form-urlencoded' };
}

function toFields(payload: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]));
}

export function createHttpTransport(state: State, url: string): Transport {
  return {
    isOpen: () => true,
    onOpen: (act) => act(),
    async send(outgoing, retry) {
      const { body, type } = encode(outgoing);
      const sentAt = performance.now();
      const response = await post(url, body, {
        'content-type': type,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        // The computer's own clock: that is what the receiver compares it with.
        ...sign(state.signingSecret, body, Date.now()),
        ...(retry === null ? {} : retryHeaders(retry)),
      });
      const text = await response.text();
      const isFinal = response.headers.get('x-slack-no-retry') === '1';
      if (!response.ok) throw new NotDelivered('http_error', isFinal);
      return { ms: performance.now() - sentAt, body: readAnswer(text, response.headers.get('content-type')) };
    },
  };
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(deadlineMs) });
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    throw new NotDelivered(isLate ? 'http_timeout' : 'connection_failed');
  }
}

function retryHeaders({ attempt, reason }: Retry): Record<string, string> {
  return { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': reason };
}

function readAnswer(text: string, type: string | null): unknown {
  if (text === '') return null;
  return type?.includes('json') ? JSON.parse(text) : { text };
}
