/** ToAPIs' errors, sorted: the body speaks before the status (providers/toapis.md §9). */
import { z } from 'zod';
import type { Failure, FailureKind } from '../../failure.ts';
import { type HttpAnswer, retryAfterMs } from '../../http.ts';
import { isSuccess, optional } from '../wire.ts';

/** An error as ToAPIs tells it, in whichever of its shapes. */
export interface Complaint {
  /** The status where there was one that tells something: a failed task comes under HTTP 200. */
  readonly status?: number;
  /** A word, or a number that repeats a status. */
  readonly code?: string | number;
  readonly type?: string;
  readonly text: string;
  readonly headers: HttpAnswer['headers'];
}

interface Row {
  readonly kind: FailureKind;
  /** How long to wait where the sheet says that a retry here is worth it, and no `Retry-After` says better. */
  readonly retryAfterMs?: number;
  /** Moderation hides under this name too, and only its words show it. */
  readonly mayBeModeration?: boolean;
  /** At a submit: says nothing about whether the task was taken. */
  readonly isUnclear?: boolean;
}

const badInput: Row = { kind: 'bad-input', mayBeModeration: true };
const badKey: Row = { kind: 'bad-key' };
const notFound: Row = { kind: 'not-found' };
const rateLimited: Row = { kind: 'rate-limited', retryAfterMs: 10_000 };
const fault: Row = { kind: 'unavailable', retryAfterMs: 5_000, isUnclear: true };

/** By `code`, or by `type` where the code is a number. */
const byName: Readonly<Record<string, Row>> = {
  invalid_request: badInput,
  webhook_not_configured: { kind: 'other' },
  unauthorized: badKey,
  authentication_error: badKey,
  insufficient_quota: { kind: 'no-credit' },
  task_not_found: notFound,
  not_found_error: notFound,
  content_policy_violation: { kind: 'moderation' },
  rate_limit_exceeded: rateLimited,
  rate_limit_error: rateLimited,
  rate_limit_unavailable: { kind: 'unavailable', retryAfterMs: 10_000 },
  internal_error: fault,
  // A task's own error. Told at a submit, it would be a task that was taken.
  generation_failed: { kind: 'unavailable', mayBeModeration: true, isUnclear: true },
};

/** For bodies without a name that we know. 403 and 413 are not in the sheet and mean what HTTP says. */
const byStatus: Readonly<Record<number, Row>> = {
  400: badInput,
  401: badKey,
  402: { kind: 'no-credit' },
  403: badKey,
  404: notFound,
  413: { kind: 'bad-input' },
  422: { kind: 'moderation' },
  429: rateLimited,
};

/** ToAPIs speaks the account's language, so its own "the content is against the content policy" may come in Chinese. */
const moderationWords =
  /polic(y|ies)|moderat|(?<!case[- ])sensitive|prohibited|nsfw|\b102[67]\b|政策|违规|違規|敏感|审核|審核/i;
const pictureWords = /image|picture|aspect|图片|圖片/i;

const errorObject = z.object({
  code: z.union([z.string(), z.number()]).nullish().catch(null),
  type: optional.text,
  message: optional.text,
});
const errorBody = z.object({
  error: z.union([z.string(), errorObject]).nullish().catch(null),
  /** The shape of an upload and of the balance: `{"success":false,"message":"…"}`. */
  message: optional.text,
});

/** Reads an error answer; null when the body says nothing: a gateway's page, an empty answer. */
export function readComplaint({ status, headers, json }: HttpAnswer): Complaint | null {
  const body = errorBody.safeParse(json);
  if (!body.success) return null;
  const told = body.data.error ?? body.data.message;
  return told ? { ...toComplaint(told), ...(status >= 300 && { status }), headers } : null;
}

/** A failed task's own `error`, which may be missing. */
export function readTaskError(error: unknown, { headers }: HttpAnswer): Complaint {
  const told = errorBody.shape.error.parse(error);
  return told ? { ...toComplaint(told), headers } : { text: 'failed, without a reason', headers };
}

/** What an answer without readable words still says by its status. */
export function bareComplaint({ status, headers }: HttpAnswer): Complaint {
  return { status, headers, text: '' };
}

function toComplaint(told: string | z.output<typeof errorObject>): Omit<Complaint, 'headers'> {
  if (typeof told === 'string') return { text: told };
  const { code, type, message } = told;
  return { text: message ?? '', ...(code != null && { code }), ...(type && { type }) };
}

/** True when ToAPIs says by a name or a number of its own what went wrong. */
export function isNamed(complaint: Complaint): boolean {
  return namedRow(complaint) !== undefined;
}

/** An unknown task, said by ToAPIs itself and not by something in between. */
export function isNotFound(complaint: Complaint | null): boolean {
  return complaint !== null && namedRow(complaint)?.kind === 'not-found';
}

/** True when a submit so answered may have been taken: only a refusal with a name, or any other 4xx, is a "no". */
export function isUnclear(complaint: Complaint | null, answer: HttpAnswer): boolean {
  const row = complaint ? namedRow(complaint) : undefined;
  if (row) return row.isUnclear === true;
  return isSuccess(answer) || answer.status < 400 || answer.status === 408 || answer.status >= 500;
}

/** A call-back address was refused. One on another host than the console's has no code of its own in the sheet (§7). */
export function isAboutCallBack(complaint: Complaint): boolean {
  if (complaint.code === 'webhook_not_configured') return true;
  return complaint.status === 400 && /callback|webhook/i.test(complaint.text);
}

/** @param moment a call that was turned away cost nothing; that a failed task is refunded is only implied (§11) */
export function failureOf(complaint: Complaint, moment: 'call' | 'render', now: Date): Failure {
  const row = rowFor(complaint);
  const wait = moment === 'call' && row.retryAfterMs !== undefined;
  const code = typeof complaint.code === 'string' ? complaint.code : (complaint.type ?? complaint.code?.toString());
  return {
    kind: row.kind,
    charged: moment === 'call' ? 'no' : 'unknown',
    ...(wait && { retryAfterMs: retryAfterMs(complaint, now) ?? row.retryAfterMs }),
    ...(code !== undefined && { code: code.slice(0, 80) }),
    detail: describe(complaint),
    ...(row.kind === 'bad-input' && pictureWords.test(complaint.text) && { hint: 'picture-rules' as const }),
  };
}

function rowFor(complaint: Complaint): Row {
  const row = namedRow(complaint) ?? rowForStatus(complaint.status ?? 0);
  return row.mayBeModeration && moderationWords.test(complaint.text) ? { kind: 'moderation' } : row;
}

function namedRow({ code, type }: Complaint): Row | undefined {
  const name = [code, type].find((word) => typeof word === 'string' && Object.hasOwn(byName, word));
  if (name !== undefined) return byName[name];
  return typeof code === 'number' ? byStatus[code] : undefined;
}

function rowForStatus(status: number): Row {
  return byStatus[status] ?? (status >= 500 ? fault : { kind: 'other', mayBeModeration: true });
}

/** Their words may quote a key. */
function describe({ status, code, type, text }: Complaint): string {
  const words = [status, code, type, text.replace(/\bsk-[\w-]+/g, 'sk-…').slice(0, 240)];
  return words.filter(Boolean).join(' ').slice(0, 300);
}
