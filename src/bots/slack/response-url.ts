/** The address that answers a command or a press: five times within half an hour, wherever it was asked (platforms/slack.md §1). */
import { z } from 'zod';
import type { Log } from '../../core/log.ts';
import type { DrawnMessage } from './draw/blocks.ts';

interface HowToRespond {
  /** `in_channel`: everybody there sees it, and the command that was typed. */
  readonly audience: 'ephemeral' | 'in_channel';
  /** Of what was pressed in a thread. */
  readonly thread: string | null;
}

/** @returns false when it does not speak any more, or says no: another way is tried. @throws when nobody knows whether it did */
export type Respond = (url: string, message: DrawnMessage, how: HowToRespond) => Promise<boolean>;

const mostUses = 5;
const mostKept = 2_000;
const answerMs = 15_000;

const said = z.object({ ok: z.boolean(), error: z.string().optional() });

export function createRespond({ log }: { readonly log: Log }): Respond {
  /** As this process used them; of what another did, Slack tells. */
  const uses = new Map<string, number>();

  return async (url, { text, blocks }, { audience, thread }) => {
    const used = uses.get(url) ?? 0;
    if (used >= mostUses) return false;
    uses.set(url, used + 1);
    if (uses.size > mostKept) for (const oldest of uses.keys().take(1)) uses.delete(oldest);
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({
        response_type: audience,
        // What was pressed stays as it is.
        replace_original: false,
        text,
        blocks,
        unfurl_links: false,
        unfurl_media: false,
        ...(thread !== null && { thread_ts: thread }),
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(answerMs),
    });
    const body = await response.text();
    if (response.status >= 500) throw new Error(`a response_url answered with HTTP ${response.status}`);
    const detail = response.ok ? errorIn(body) : `HTTP ${response.status}`;
    if (detail !== null) log.info('slack.response-url-refused', { detail, isOver: response.status === 404 });
    return detail === null;
  };
}

/** Usually the answer is `ok`; some refusals come as JSON under 200. */
function errorIn(body: string): string | null {
  if (!body.startsWith('{')) return null;
  const read = said.safeParse(parse(body));
  return read.success && !read.data.ok ? (read.data.error ?? 'not ok') : null;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
