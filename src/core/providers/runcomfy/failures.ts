/** RunComfy's errors, sorted: the body speaks before the status, which may be 200 all the same (providers/runcomfy.md §9). */
import { z } from 'zod';
import type { Failure, FailureKind } from '../../failure.ts';
import { type HttpAnswer, retryAfterMs } from '../../http.ts';
import { isSuccess, optional } from '../wire.ts';

/** An error as RunComfy tells it: of a call, or of a job that failed. */
export interface Complaint {
  /** Absent for a job's own error, which comes with a look that went well. */
  readonly status?: number;
  /** Six digits where it is one of the documented kind. */
  readonly code?: string;
  readonly text: string;
  readonly headers: HttpAnswer['headers'];
  /** False for a page of something in between. */
  readonly isJson: boolean;
}

interface Row {
  readonly kind: FailureKind;
  /** How long to wait where the sheet says that a retry here is worth it. */
  readonly retryAfterMs?: number;
}

/** Those whose first three digits would mislead: an empty wallet and a bad key are no fault of the input. */
const byCode: Readonly<Record<string, Row>> = {
  // A wrong model id; of a job it would say 404001.
  400001: { kind: 'not-found' },
  400002: { kind: 'no-credit' },
  400004: { kind: 'bad-key' },
};

/** By the first three digits of a code, else by the HTTP status. */
const byClass: Readonly<Record<number, Row>> = {
  400: { kind: 'bad-input' },
  401: { kind: 'bad-key' },
  402: { kind: 'no-credit' },
  403: { kind: 'bad-key' },
  404: { kind: 'not-found' },
  408: { kind: 'rate-limited', retryAfterMs: 10_000 },
  422: { kind: 'bad-input' },
  429: { kind: 'rate-limited', retryAfterMs: 10_000 },
};
const fault: Row = { kind: 'unavailable', retryAfterMs: 5_000 };

/** No code for moderation is known (§13): only words tell, RunComfy's or those of MiniMax behind it. */
const moderationWords = /sensitive|moderat|content policy|nsfw|\b102[67]\b/i;

const code = z
  .union([z.string().trim().min(1), z.number().transform(String)])
  .nullish()
  .catch(null);
const fieldProblem = z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() });
const errorBody = z.object({
  error_code: code,
  error_message: optional.text,
  message: optional.text,
  detail: z.unknown().optional(),
});

/**
 * What an answer complains of, whatever its status.
 * @returns null for a success that names no error code
 */
export function readComplaint({ status, headers, json }: HttpAnswer): Complaint | null {
  const body = errorBody.safeParse(json);
  if (!body.success) return isSuccess({ status }) ? null : { status, text: '', headers, isJson: false };
  const { error_code } = body.data;
  if (isSuccess({ status }) && !isSet(error_code)) return null;
  return { status, text: wordsOf(body.data), headers, isJson: true, ...(isSet(error_code) && { code: error_code }) };
}

/** The `error` of a failed job: of no documented shape (§5), so that what cannot be read is quoted as it came. */
export function readJobError(error: unknown, headers: HttpAnswer['headers']): Complaint {
  const body = errorBody.safeParse(error);
  const told = body.success ? wordsOf(body.data) : '';
  const raw = typeof error === 'string' ? error : (JSON.stringify(error ?? null) ?? '');
  const known = body.success && isSet(body.data.error_code) ? { code: body.data.error_code } : {};
  return { text: told || raw, headers, isJson: true, ...known };
}

/** A nought is no error: some services send one with every answer. */
function isSet(value: string | null | undefined): value is string {
  return value !== undefined && value !== null && !/^0*$/.test(value);
}

function wordsOf({ error_message, message, detail }: z.output<typeof errorBody>): string {
  const problems = z.array(fieldProblem).safeParse(detail);
  // Without the rest of such an entry, which quotes what was sent.
  const details = problems.success
    ? problems.data.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ')
    : toText(detail);
  return [error_message ?? message, details].filter(Boolean).join(' ');
}

function toText(detail: unknown): string {
  if (detail === undefined || detail === null) return '';
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}

/** What decides: the code's first three digits, or the status where no code of six digits came. */
function classOf({ code, status }: Complaint): number {
  return code !== undefined && /^\d{6}$/.test(code) ? Number(code.slice(0, 3)) : (status ?? 0);
}

/** True when nothing can have been accepted; a fault on their side leaves that open (§11). */
export function isRefusal(complaint: Complaint): boolean {
  const decides = classOf(complaint);
  return decides >= 400 && decides < 500;
}

/** True for words about the job that was asked for, so that the key was read. */
export function isJobUnknown(complaint: Complaint): boolean {
  return classOf(complaint) === 404 && complaint.isJson;
}

/** True when the answer says by itself why a call was turned away, and is not merely silence or a gateway's page. */
export function isNamed(complaint: Complaint): boolean {
  return /^\d{6}$/.test(complaint.code ?? '') || [401, 402, 403, 408, 429].includes(complaint.status ?? 0);
}

/** Of a call: whatever was turned away cost nothing. */
export function failureOf(complaint: Complaint, key: string, now: Date): Failure {
  const row = rowFor(complaint);
  const wait = row.retryAfterMs === undefined ? undefined : (retryAfterMs(complaint, now) ?? row.retryAfterMs);
  return {
    kind: row.kind,
    charged: 'no',
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(complaint.code !== undefined && { code: complaint.code.slice(0, 80) }),
    detail: describe(complaint, key),
  };
}

function rowFor(complaint: Complaint): Row {
  const known = Object.hasOwn(byCode, complaint.code ?? '') ? byCode[complaint.code ?? ''] : undefined;
  if (known) return known;
  const decides = classOf(complaint);
  const row = decides >= 500 ? fault : (byClass[decides] ?? { kind: 'other' });
  const mayBeModeration = row.kind === 'bad-input' || row.kind === 'other';
  return mayBeModeration && moderationWords.test(complaint.text) ? { kind: 'moderation' } : row;
}

/** RunComfy's own words, without the key should they quote it. */
function describe({ status, code, text }: Complaint, key: string): string {
  const words = text.replaceAll(key, '(the key)').replace(/\s+/g, ' ').slice(0, 300);
  return [status !== undefined && `HTTP ${status}`, code?.slice(0, 80), words].filter(Boolean).join(' ');
}
