/** RunningHub's errors, sorted. They come under HTTP 200, so the body speaks before the status (providers/runninghub.md §9). */
import { z } from 'zod';
import type { Failure, FailureKind, Hint } from '../../failure.ts';
import { type HttpAnswer, retryAfterMs } from '../../http.ts';
import { isSuccess, optional } from '../wire.ts';

/** An error as it was told, by the body or by the status alone. */
export interface Complaint {
  readonly status: number;
  readonly code?: string;
  readonly text: string;
  readonly headers: HttpAnswer['headers'];
}

interface Row {
  readonly kind: FailureKind;
  /** How long to wait where the sheet says that a retry here is worth it. */
  readonly retryAfterMs?: number;
  readonly hint?: Hint;
  /** Said to a submit, it leaves open whether the task was taken. */
  readonly isUnsure?: boolean;
  /** It tells of the call that met it, and not of the task that was asked about. */
  readonly isOfCall?: boolean;
  /** Words beside it may tell more than the code. */
  readonly isVague?: boolean;
}

/** The sheet names no figures but "30–120 s" for a full house (415). */
const briefMs = 5_000;
const busyMs = 10_000;
const fullMs = 30_000;

const ofCall = { isOfCall: true } as const;
const badKey: Row = { kind: 'bad-key', ...ofCall };
const full: Row = { kind: 'rate-limited', retryAfterMs: fullMs, ...ofCall };
/** A mistake of this program: nothing a person could change, so another provider may try. */
const ourMistake: Row = { kind: 'other', ...ofCall };
const noCredit: Row = { kind: 'no-credit', ...ofCall };
const gone: Row = { kind: 'not-found' };
const nameless: Row = { kind: 'other', isVague: true };
/** Unknown faults; a query may be repeated, a submit may have been taken. */
const unsureFault: Row = { kind: 'unavailable', retryAfterMs: briefMs, isUnsure: true, isOfCall: true, isVague: true };
const workflowOnly: Row = { kind: 'other' };
const fileTooLarge: Row = { kind: 'bad-input', hint: 'picture-too-heavy' };

/** Both families in one table: their numbers never meet, and the gateway mixes them. */
const byCode: Readonly<Record<string, Row>> = {
  // `errorCode` of the model endpoints.
  1000: unsureFault,
  1001: ourMistake,
  1002: badKey,
  1003: { kind: 'rate-limited', retryAfterMs: busyMs, ...ofCall },
  1004: gone,
  1005: unsureFault,
  1006: { kind: 'unavailable', retryAfterMs: briefMs },
  1007: { kind: 'bad-input', isVague: true },
  1008: fileTooLarge,
  1009: ourMistake,
  1010: { kind: 'unavailable', retryAfterMs: fullMs, isOfCall: true, isVague: true },
  1011: { kind: 'unavailable', retryAfterMs: fullMs },
  1012: { kind: 'unavailable', retryAfterMs: fullMs, isVague: true },
  // Once, after handing the picture over again; elsewhere it may be read at the first try.
  1013: {
    kind: 'unavailable',
    retryAfterMs: 1_000,
    hint: 'picture-unreadable',
  },
  1014: badKey,
  1015: { kind: 'unavailable', retryAfterMs: briefMs, isVague: true },
  1101: workflowOnly,
  1501: { kind: 'moderation' },
  1504: { kind: 'unavailable', isUnsure: true },
  1505: { kind: 'moderation', hint: 'real-people' },
  1516: { kind: 'other', isUnsure: true },
  1517: { kind: 'other', isUnsure: true },
  1519: { kind: 'other', isUnsure: true },
  1520: full,
  1601: badKey,

  // `code` of the older family.
  301: ourMistake,
  380: workflowOnly,
  412: ourMistake,
  414: noCredit,
  415: full,
  416: noCredit,
  421: full,
  423: gone,
  433: workflowOnly,
  435: workflowOnly,
  436: workflowOnly,
  500: unsureFault,
  801: badKey,
  802: badKey,
  803: workflowOnly,
  // States, and no errors: whoever is told so by a submit has a task and not its id.
  804: { kind: 'other', isUnsure: true },
  805: { kind: 'unavailable', isVague: true },
  806: badKey,
  807: gone,
  808: { kind: 'unavailable', retryAfterMs: 1_000 },
  809: fileTooLarge,
  810: workflowOnly,
  811: badKey,
  812: noCredit,
  813: { kind: 'other', isUnsure: true },
  814: full,
  901: workflowOnly,
};

/** For answers that name no code we know; only what HTTP itself means. */
const byStatus: Readonly<Record<number, Row>> = {
  401: badKey,
  402: noCredit,
  403: badKey,
  413: fileTooLarge,
  429: { kind: 'rate-limited', retryAfterMs: busyMs, ...ofCall },
};

/** The second-hand table may be wrong about a code (§9): clear words win over a vague one. */
const moderationWords = /moderation|(?<!case[- ])sensitive|content policy|审核|敏感|违规/i;
const noCreditWords = /insufficient (balance|funds)|not enough (balance|money|coins)|余额不足/i;

const told = z.union([z.string(), z.number()]).nullish().catch(null);
const errorBody = z.object({
  errorCode: told,
  errorMessage: optional.text,
  code: told,
  msg: optional.text,
  message: optional.text,
  failedReason: z.record(z.string(), z.unknown()).nullish().catch(null),
});

/** @returns null when the answer is a success that complains of nothing */
export function readComplaint(answer: Pick<HttpAnswer, 'status' | 'headers' | 'json'>): Complaint | null {
  const body = errorBody.safeParse(answer.json).data ?? {};
  const code = named(body.errorCode) ?? named(body.code);
  const errorMessage = isWelcome(body.errorMessage) ? '' : (body.errorMessage ?? '');
  if (isSuccess(answer) && code === undefined && errorMessage === '') return null;
  const reason = Object.keys(body.failedReason ?? {}).length > 0 ? JSON.stringify(body.failedReason) : '';
  const words = [errorMessage || body.msg || body.message, reason].filter(Boolean).join(' ');
  return { status: answer.status, text: words, headers: answer.headers, ...(code !== undefined && { code }) };
}

/** Success is 0 or nothing; 200 was met as well (§8). */
function named(code: string | number | null | undefined): string | undefined {
  const text = `${code ?? ''}`.trim();
  return ['', '0', '200'].includes(text) ? undefined : text;
}

function isWelcome(message: string | null | undefined): boolean {
  return /^(success|ok)?$/i.test(message?.trim() ?? '');
}

/**
 * True when a submit may have been taken all the same: a code that says so or that nobody knows, a fault without a name.
 * A refusal by HTTP itself is none.
 */
export function isUnsure(complaint: Complaint): boolean {
  const row = rowFor(complaint);
  if (row !== nameless) return row.isUnsure === true;
  const { status } = complaint;
  return isSuccess(complaint) || status >= 500 || status === 408;
}

/** True when it says nothing of the task that was asked about: a key, a pace, a fault at the desk. */
export function isOfCall(complaint: Complaint): boolean {
  const { kind, isOfCall } = rowFor(complaint);
  const isFault = kind === 'unavailable' || kind === 'other';
  return isOfCall === true || (isFault && !isSuccess(complaint));
}

/** 804 and 813 are no errors (§9): the task is there, and this is how far it is. */
export function readState({ code }: Complaint): 'waiting' | 'rendering' | null {
  if (code === '813') return 'waiting';
  return code === '804' ? 'rendering' : null;
}

/** True when somebody said what is wrong: a code of the sheet, clear words, or a status that HTTP gives a meaning. */
export function isNamed(complaint: Complaint): boolean {
  return complaint.code !== undefined || rowFor(complaint) !== nameless;
}

/** @param charged a refused call costs nothing; whether a failed task is refunded nobody says (§11) */
export function failureOf(complaint: Complaint, charged: Failure['charged'], now: Date): Failure {
  const row = rowFor(complaint);
  const wait = row.retryAfterMs === undefined ? undefined : (retryAfterMs(complaint, now) ?? row.retryAfterMs);
  return {
    kind: row.kind,
    charged,
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(complaint.code !== undefined && { code: complaint.code.slice(0, 80) }),
    detail: describe(complaint),
    ...(row.hint !== undefined && { hint: row.hint }),
  };
}

function rowFor({ status, code, text }: Complaint): Row {
  const row = (code !== undefined && Object.hasOwn(byCode, code) && byCode[code]) || (byStatus[status] ?? nameless);
  if (row.isVague !== true) return row;
  // A code that leaves open whether the task was taken leaves it open whatever the words are.
  const isUnsure = row.isUnsure === true;
  if (moderationWords.test(text)) return { kind: 'moderation', isUnsure };
  if (noCreditWords.test(text)) return { ...noCredit, isUnsure };
  return row;
}

function describe({ status, code, text }: Complaint): string {
  return [`HTTP ${status}`, code?.slice(0, 80), text].filter(Boolean).join(' ').replaceAll(/\s+/g, ' ').slice(0, 300);
}
