/** Runbase's errors, sorted: the body speaks before the status (providers/runbase.md §9). */
import { z } from 'zod';
import type { Failure, FailureKind, Hint } from '../../failure.ts';
import { type HttpAnswer, retryAfterMs } from '../../http.ts';
import { optional } from '../wire.ts';

/** An error as Runbase tells it, the key struck out: it may be quoted there. */
export interface Complaint {
  readonly status: number;
  readonly code?: string;
  readonly text: string;
  readonly headers: HttpAnswer['headers'];
}
type Words = Pick<Complaint, 'code' | 'text'>;

interface Row {
  readonly kind: FailureKind;
  /** How long to wait where the sheet says that a retry here is worth it. */
  readonly retryAfterMs?: number;
  readonly hint?: Hint;
}

/** "1 s, 2 s, 4 s…": the first step; the job's own backoff makes the others. */
const rateLimited: Row = { kind: 'rate-limited', retryAfterMs: 1_000 };

/** In lower case: the sheet spells some codes in capitals. */
const byCode: Readonly<Record<string, Row>> = {
  invalid_json: { kind: 'bad-input' },
  missing_model: { kind: 'bad-input' },
  missing_input: { kind: 'bad-input' },
  invalid_input: {
    kind: 'bad-input',
    hint: 'prompt-or-picture',
  },
  // Ours is a setting, so nobody who asks for a clip can do anything about it, and others may have the model.
  model_not_found: { kind: 'other' },
  missing_api_key: { kind: 'bad-key' },
  invalid_api_key: { kind: 'bad-key' },
  insufficient_balance: { kind: 'no-credit' },
  api_key_spend_limit_exceeded: { kind: 'no-credit' },
  ip_not_allowed: { kind: 'bad-key' },
  run_not_found: { kind: 'not-found' },
  rate_limited: rateLimited,
  // Comes under 429 too, but the quota of the key is used up: waiting does not help.
  usage_exceeded: { kind: 'no-credit' },
};

/** For bodies without a code that we know. */
const byStatus: Readonly<Record<number, Row>> = {
  401: { kind: 'bad-key' },
  402: { kind: 'no-credit' },
  403: { kind: 'bad-key' },
  429: rateLimited,
};

/** There is no code for moderation (§13), so only words can show it; 1026 and 1027 are MiniMax's own numbers for it. */
const moderationWords =
  /moderat(?:ion|ed|or)|content[ _-]?polic|(?<!case[ -])sensitive|nsfw|prohibited content|safety (?:system|filter|check)|flagged|\b102[67]\b/i;

const wordsSchema = z.union([
  z.string().transform((message) => ({ message, code: null })),
  z.object({ message: optional.text, code: optional.text }),
]);
const errorBody = z.object({ error: z.unknown().refine((error) => error !== null && error !== undefined) });

/** Reads an error answer; null when the body says nothing: a gateway's page, an empty answer. */
export function readComplaint({ status, headers, json }: HttpAnswer, key: string): Complaint | null {
  const body = errorBody.safeParse(json);
  return body.success ? { status, headers, ...readWords(body.data.error, key) } : null;
}

/** An answer of which only the status can be read, by Runbase or by something in between. */
export function bareComplaint({ status, headers, text }: HttpAnswer, key: string): Complaint {
  return { status, headers, text: withoutKey(text, key) };
}

/** The official shape of a failed run's `error` is unknown: a string, or what an error answer holds (§5). */
function readWords(error: unknown, key: string): Words {
  const words = wordsSchema.safeParse(error);
  if (!words.success) return { text: withoutKey(JSON.stringify(error) ?? '', key) };
  const { code, message } = words.data;
  return { text: withoutKey(message ?? '', key), ...(code && { code: withoutKey(code, key).slice(0, 80) }) };
}

/** True when Runbase names what went wrong, so that the answer is a "no" whatever its status. */
export function isNamed(complaint: Complaint): boolean {
  return namedRow(complaint) !== undefined;
}

/** True when Runbase says that it has no such run; another 404 tells of the address and not of the run. */
export function isUnknownRun({ status, code }: Complaint): boolean {
  return code === undefined ? status === 404 : code.toLowerCase() === 'run_not_found';
}

/** A call that was turned away: nothing was begun, and nothing was paid. */
export function refusalOf(complaint: Complaint, now: Date): Failure {
  const row = namedRow(complaint) ?? byStatus[complaint.status] ?? { kind: 'other' };
  const wait = row.retryAfterMs === undefined ? undefined : (retryAfterMs(complaint, now) ?? row.retryAfterMs);
  return {
    kind: row.kind,
    charged: 'no',
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(complaint.code !== undefined && { code: complaint.code }),
    detail: describe(complaint),
    ...(row.hint !== undefined && { hint: row.hint }),
  };
}

/** A run that failed: its price is given back in full (§11). Whose fault it was, only its words can show. */
export function runFailure(error: unknown, key: string): Failure {
  const words = readWords(error ?? '', key);
  return {
    kind: isModeration(words) ? 'moderation' : 'unavailable',
    charged: 'no',
    ...(words.code !== undefined && { code: words.code }),
    detail: describe(words) || 'the run failed without a word',
  };
}

function namedRow(complaint: Complaint): Row | undefined {
  const code = complaint.code?.toLowerCase() ?? '';
  const row = Object.hasOwn(byCode, code) ? byCode[code] : undefined;
  // `invalid_input` is the one code that could hold a refusal on content.
  const mayBeModeration = row === undefined || code === 'invalid_input';
  return mayBeModeration && isModeration(complaint) ? { kind: 'moderation' } : row;
}

function isModeration({ code = '', text }: Words): boolean {
  return moderationWords.test(code) || moderationWords.test(text);
}

function describe({ status, code, text }: Words & { readonly status?: number }): string {
  return [status, code, text.slice(0, 300)].filter(Boolean).join(' ');
}

function withoutKey(text: string, key: string): string {
  return text.replaceAll(key, '[key]');
}
