/** MiniMax's errors, sorted: `base_resp` speaks before the HTTP status (providers/minimax.md §9). */
import { z } from 'zod';
import type { Failure, FailureKind, Hint } from '../../failure.ts';
import { type HttpAnswer, retryAfterMs } from '../../http.ts';
import { optional } from '../wire.ts';

/** What an answer says of itself. */
export interface Verdict {
  /** `base_resp.status_code`, 0 for "ok"; absent when the body carries none and only HTTP has spoken. */
  readonly code?: number;
  readonly status: number;
  readonly text: string;
  readonly headers: HttpAnswer['headers'];
}

/** What was answered: a paid call, a look that failed, or a look at a job that had failed. */
export type Moment = 'submit' | 'look' | 'render';

interface Row {
  readonly kind: FailureKind;
  /** Absent: waiting does not help. `turn`: until the account may create once more. */
  readonly wait?: number | 'turn';
  /** At the submit this is no refusal: the job may have been taken all the same. */
  readonly isUnclear?: boolean;
  readonly hint?: Hint;
  /** For the operator, behind MiniMax's own words. */
  readonly advice?: string;
}

/**
 * §9 would repeat these, and §11 forbids it for a create: a fault on their side, or beyond it, is no clear "no". Looks
 * may be repeated, after the ten seconds that MiniMax asks for between two of them (§5).
 */
const fault: Row = { kind: 'unavailable', wait: 10_000, isUnclear: true };
const badKey: Row = {
  kind: 'bad-key',
  advice: 'A key works in its own region only: see MINIMAX_API_KEY and MINIMAX_API_URL.',
};
const notEntitled: Row = { kind: 'bad-key', advice: 'The account or its plan does not include this.' };
/** Also 2056, which waits for the next window of five hours: longer than any job does. */
const noCredit: Row = { kind: 'no-credit' };
/** Not moderation, whatever MiniMax's own command line tool prints for 1002 and 1039. */
const tooMany: Row = { kind: 'rate-limited', wait: 'turn' };
const voice: Row = { kind: 'other' };

const byCode: Readonly<Record<number, Row>> = {
  1000: fault,
  1001: fault,
  1013: fault,
  1024: fault,
  1033: fault,

  1002: tooMany,
  2062: tooMany,
  // Both are counted by the minute.
  1039: { kind: 'rate-limited', wait: 60_000 },
  2045: { kind: 'rate-limited', wait: 60_000 },
  // Of renders at once: any look may find one ended.
  1041: { kind: 'rate-limited', wait: 10_000 },

  1004: badKey,
  2049: badKey,
  2038: notEntitled,
  2061: notEntitled,

  1008: noCredit,
  1028: noCredit,
  1030: noCredit,
  2056: noCredit,

  1026: { kind: 'moderation' },
  1027: { kind: 'moderation' },

  1042: { kind: 'bad-input', hint: 'prompt-odd-characters' },
  2013: { kind: 'bad-input' },

  1043: voice,
  1044: voice,
  2037: voice,
  2039: voice,
  2042: voice,
  2048: voice,
  20132: voice,
};

/** For bodies without a code. None of these is in the sheet; they mean what HTTP says. */
const byStatus: Readonly<Record<number, Row>> = {
  401: badKey,
  402: noCredit,
  403: badKey,
  408: fault,
  413: { kind: 'bad-input', hint: 'picture-too-heavy' },
  429: tooMany,
};

const envelope = z.object({ base_resp: z.object({ status_code: z.number(), status_msg: optional.text }) });

/**
 * Reads any answer.
 * @param key struck out of the words, should they quote it
 */
export function readVerdict({ status, headers, text, json }: HttpAnswer, key: string): Verdict {
  const body = envelope.safeParse(json);
  const words = (body.success ? (body.data.base_resp.status_msg ?? '') : text).slice(0, 4000);
  return {
    status,
    headers,
    text: words.replaceAll(key, '***').replace(/\s+/g, ' ').trim().slice(0, 120),
    ...(body.success && { code: body.data.base_resp.status_code }),
  };
}

/**
 * True when a submit was turned away beyond doubt, so that it may be tried again or elsewhere (§11). A code that nobody
 * knows is a refusal only under a 4xx.
 */
export function isRefusal({ code, status }: Verdict): boolean {
  if (code === 0) return false;
  const row = code === undefined ? byStatus[status] : byCode[code];
  if (row) return row.isUnclear !== true;
  return code === undefined ? status >= 300 && status < 500 : status >= 400 && status < 500;
}

/** True when the answer itself says why the call was not served. */
export function isNamed({ code, status }: Verdict): boolean {
  return code === undefined ? [401, 402, 403, 429].includes(status) : code !== 0;
}

/**
 * @param moment after a render, nothing is said of what a failed job costs outside of packages (§12)
 * @param turnMs how long until the account may create once more
 */
export function failureOf(verdict: Verdict, moment: Moment, now: Date, turnMs: number): Failure {
  const row = rowFor(verdict, moment);
  const wait = moment === 'render' ? undefined : waitFor(row, verdict, now, turnMs);
  return {
    kind: row.kind,
    charged: moment === 'render' ? 'unknown' : 'no',
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(verdict.code !== undefined && { code: `${verdict.code}` }),
    detail: describe(verdict, row.advice),
    ...(row.hint !== undefined && { hint: row.hint }),
  };
}

function rowFor({ code, status }: Verdict, moment: Moment): Row {
  if (moment === 'render' && !code) return fault;
  const row = code === undefined ? byStatus[status] : byCode[code];
  return row ?? (code === undefined && status >= 500 ? fault : { kind: 'other' });
}

function waitFor({ wait }: Row, { headers }: Verdict, now: Date, turnMs: number): number | undefined {
  if (wait === undefined) return undefined;
  return retryAfterMs({ headers }, now) ?? (wait === 'turn' ? turnMs : wait);
}

/** At most 300 characters. The Trace-Id is what MiniMax's support asks for (§1). */
export function describe({ code, status, text, headers }: Verdict, advice?: string): string {
  const traceId = headers['trace-id']?.slice(0, 60);
  return [code ?? `HTTP ${status}`, text, traceId && `(Trace-Id ${traceId})`, advice]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}
