/** fal's errors, sorted: the body speaks before the status (providers/fal.md §9). */
import { z } from 'zod';
import type { Failure, FailureKind, Hint } from '../../failure.ts';
import { type HttpAnswer, retryAfterMs } from '../../http.ts';

/** An error as fal tells it, from either of its two body shapes or from a status that carries one. */
export interface Complaint {
  /** The status where there was one: a look at a failed job can tell its error under HTTP 200. */
  readonly status?: number;
  readonly type?: string;
  readonly text: string;
  readonly headers: HttpAnswer['headers'];
}

interface Row {
  readonly kind: FailureKind;
  /** How long to wait where the sheet says that a retry here is worth it. */
  readonly retryAfterMs?: number;
  /** True where only fal's `X-Fal-Retryable` knows. */
  readonly headerDecides?: boolean;
  readonly hint?: Hint;
  /** At fal a fault of theirs is not billed; whatever a runner worked on may be. */
  readonly isTheirFault?: boolean;
}

const fault: Row = { kind: 'unavailable', retryAfterMs: 5_000, isTheirFault: true };
const badInput: Row = { kind: 'bad-input' };
const cancelled: Row = { kind: 'cancelled' };
const unreadablePicture: Row = {
  kind: 'bad-input',
  // Once, after handing the picture over again.
  retryAfterMs: 1_000,
  hint: 'picture-unreadable',
};

/** How long after "too many" without a `Retry-After`. */
const busyMs = 10_000;

const byType: Readonly<Record<string, Row>> = {
  content_policy_violation: { kind: 'moderation' },

  image_too_small: { ...badInput, hint: 'picture-too-small' },
  image_too_large: { ...badInput, hint: 'picture-too-large' },
  unsupported_image_format: { ...badInput, hint: 'picture-format' },
  file_too_large: { ...badInput, hint: 'picture-too-heavy' },
  sequence_too_long: { ...badInput, hint: 'prompt-too-long' },
  string_too_long: { ...badInput, hint: 'prompt-too-long' },
  one_of: badInput,
  missing: badInput,
  value_error: badInput,
  literal_error: badInput,
  string_type: badInput,
  bool_parsing: badInput,
  extra_forbidden: badInput,
  sequence_too_short: badInput,
  string_too_short: badInput,
  greater_than: badInput,
  greater_than_equal: badInput,
  less_than: badInput,
  less_than_equal: badInput,
  multiple_of: badInput,
  image_load_error: unreadablePicture,
  file_download_error: unreadablePicture,

  no_media_generated: { kind: 'unavailable', retryAfterMs: 5_000 },
  feature_not_supported: { kind: 'other' },
  downstream_service_error: { kind: 'unavailable', headerDecides: true },

  concurrent_requests_limit: { kind: 'rate-limited', retryAfterMs: busyMs, isTheirFault: true },
  client_disconnected: cancelled,
  client_cancelled: cancelled,

  internal_server_error: fault,
  internal_error: fault,
  runner_server_error: fault,
  downstream_service_unavailable: fault,
  runner_incomplete_response: fault,
  runner_scheduling_failure: fault,
  runner_connection_timeout: fault,
  runner_disconnected: fault,
  runner_connection_refused: fault,
  runner_connection_error: fault,
  request_timeout: fault,
  startup_timeout: fault,
  generation_timeout: fault,
};

/** For bodies without a type that we know; 402, 408 and 413 are not in the sheet and mean what HTTP says. */
const byStatus: Readonly<Record<number, Row>> = {
  401: { kind: 'bad-key' },
  402: { kind: 'no-credit' },
  403: { kind: 'bad-key' },
  404: { kind: 'not-found' },
  408: fault,
  413: { ...badInput, hint: 'picture-too-heavy' },
  429: { kind: 'rate-limited', retryAfterMs: busyMs, isTheirFault: true },
  499: cancelled,
};

/** A locked account is told in words only; so may be a refusal that MiniMax made and fal passes on. */
const noCreditWords = /user is locked|exhausted balance/i;
const moderationWords = /sensitive|moderation|content policy|\b102[67]\b/i;

const optionalText = z.string().nullish().catch(null);
const modelError = z.object({ type: optionalText, msg: optionalText, loc: z.array(z.unknown()).nullish().catch(null) });
const errorBody = z.object({
  detail: z
    .union([z.string(), z.array(modelError)])
    .nullish()
    .catch(null),
  error: optionalText,
  error_type: optionalText,
});

/** Reads an error answer; null when the body says nothing: a gateway's page, an empty answer. */
export function readComplaint({ status, headers, json }: HttpAnswer): Complaint | null {
  const body = errorBody.safeParse(json);
  const type = headers['x-fal-error-type'];
  if (!body.success) return type === undefined ? null : { status, type, text: '', headers };
  const { detail, error, error_type } = body.data;
  if (Array.isArray(detail)) {
    // The first that we know: fal lists several when several fields are wrong.
    const chosen = detail.find((entry) => entry.type && Object.hasOwn(byType, entry.type)) ?? detail[0];
    const text = detail.map(({ loc, msg }) => [loc?.join('.'), msg].filter(Boolean).join(': ')).join('; ');
    return { status, text, headers, ...typed(chosen?.type ?? error_type ?? type) };
  }
  const text = detail ?? error ?? '';
  if (text === '' && !error_type && type === undefined) return null;
  return { status, text, headers, ...typed(error_type ?? type) };
}

function typed(type: string | null | undefined): { type?: string } {
  return type ? { type } : {};
}

/** True when fal names what went wrong on its side, so that a 5xx is a "no" and not merely silence. */
export function isNamed({ type }: Complaint): boolean {
  return type !== undefined && Object.hasOwn(byType, type);
}

/** True when it tells of the call that met it, and not of the job that was asked about. */
export function isOfCall(complaint: Complaint): boolean {
  return ['rate-limited', 'bad-key', 'no-credit'].includes(rowFor(complaint).kind);
}

/** @param moment a refused submit costs nothing; after a render, everything but fal's own faults may be billed */
export function failureOf(complaint: Complaint, moment: 'submit' | 'render', now: Date): Failure {
  const row = rowFor(complaint);
  const wait = waitFor(row, complaint, now);
  return {
    kind: row.kind,
    charged: moment === 'submit' || row.isTheirFault ? 'no' : 'unknown',
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(complaint.type !== undefined && { code: complaint.type.slice(0, 80) }),
    detail: describe(complaint),
    ...(row.hint !== undefined && { hint: row.hint }),
  };
}

function rowFor({ status, type, text }: Complaint): Row {
  if (noCreditWords.test(text)) return { kind: 'no-credit' };
  if (type === 'downstream_service_error' && moderationWords.test(text)) return { kind: 'moderation' };
  if (type !== undefined && Object.hasOwn(byType, type)) return byType[type] ?? { kind: 'other' };
  if (status !== undefined && status >= 500) return fault;
  return byStatus[status ?? 0] ?? { kind: 'other' };
}

function waitFor(row: Row, { headers }: Complaint, now: Date): number | undefined {
  const told = (headers['x-fal-retryable'] ?? headers['x-fal-needs-retry'])?.toLowerCase();
  // Our own deadline was hit, not theirs: asking again would hit it again.
  const isOurTimeout = headers['x-fal-request-timeout-type'] === 'user';
  const isWorthIt = row.headerDecides ? told === 'true' : row.retryAfterMs !== undefined && told !== 'false';
  if (!isWorthIt || isOurTimeout) return undefined;
  return retryAfterMs({ headers }, now) ?? row.retryAfterMs ?? fault.retryAfterMs;
}

function describe({ status, type, text, headers }: Complaint): string {
  const requestId = headers['x-fal-request-id'];
  const words = [status, type, text.slice(0, 500), requestId && `(x-fal-request-id ${requestId})`];
  return words.filter(Boolean).join(' ');
}
