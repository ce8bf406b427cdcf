/** Runbase: one endpoint to start a run and one to look at it. Rules and section numbers: providers/runbase.md. */
import { z } from 'zod';
import { AnswerLostError, type HttpAnswer } from '../http.ts';
import type { JsonValue, MicroUsd } from '../values.ts';
import type {
  Inspection,
  Progress,
  ProviderEdges,
  SealedProvider,
  Submission,
  SubmitCall,
  VideoProvider,
} from './provider.ts';
import { CallRefusedError, defineProvider } from './provider.ts';
import {
  bareComplaint,
  type Complaint,
  isNamed,
  isUnknownRun,
  readComplaint,
  refusalOf,
  runFailure,
} from './runbase/failures.ts';
import { offerWith } from './runbase/models.ts';
import { isSuccess, optional, trimmed } from './wire.ts';

const environment = z.object({
  RUNBASE_API_KEY: z.string().min(1),
  RUNBASE_API_URL: z.url().default('https://runbase.net/api/v1'),
  /** The only Hailuo id the sheet could verify (§2); Runbase lists none. */
  RUNBASE_MODEL: z.string().min(1).default('hailuo/pro'),
});
type Environment = z.output<typeof environment>;

/** Has no `cancel`, `upload`, `lookUp` or call-backs: Runbase has two endpoints and no more (§6, §7, §8, §11). */
export const runbase: SealedProvider = defineProvider({
  id: 'runbase',
  title: 'Runbase',
  keyName: 'RUNBASE_API_KEY',
  environment,
  connect: connectRunbase,
});

const ticketSchema = z.object({ id: z.string() });
const bodySchema = z.object({ model: z.string(), input: z.record(z.string(), z.json()) });

/** Millionths of a dollar, as we count ourselves; a figure in other units would not be whole. */
const costUsd = z.int().nonnegative().nullish().catch(null);
const accepted = z.object({ id: z.string().min(1), costUsd });
const runSchema = z.object({
  status: z.string(),
  costUsd,
  output: z
    .object({ urls: z.array(z.unknown()).nullish().catch(null), url: z.unknown().optional() })
    .nullish()
    .catch(null),
  error: z.unknown().optional(),
  completedAt: optional.text,
});
type Run = z.output<typeof runSchema>;

function connectRunbase(settings: Environment, { http, now, log }: ProviderEdges): VideoProvider {
  const key = settings.RUNBASE_API_KEY;
  const authorization = { authorization: `Bearer ${key}` };
  const runsUrl = `${trimmed(settings.RUNBASE_API_URL)}/runs`;

  const read = (id: string) =>
    http({ method: 'GET', url: `${runsUrl}/${encodeURIComponent(id)}`, headers: authorization });

  async function submit({ body, firstFrame }: SubmitCall): Promise<Submission> {
    const { model, input } = bodySchema.parse(body);
    const answer = await http({
      method: 'POST',
      url: runsUrl,
      headers: authorization,
      json: { model, input: { ...input, ...(firstFrame && { image_urls: [firstFrame] }) } },
    });
    const reply = accepted.safeParse(answer.json);
    if (!isSuccess(answer) || !reply.success) {
      return { outcome: 'refused', failure: refusalOf(refusalIn(answer, key), now()) };
    }
    return { outcome: 'accepted', ticket: { id: reply.data.id }, ...chargedIn(reply.data) };
  }

  async function poll(ticket: JsonValue): Promise<Progress> {
    const { id } = ticketSchema.parse(ticket);
    const answer = await read(id);
    const run = runSchema.safeParse(answer.json);
    if (!isSuccess(answer) || !run.success) return goneIn(answer);

    switch (run.data.status.toLowerCase()) {
      case 'pending':
        return { status: 'waiting' };
      case 'processing':
      case 'running':
        return { status: 'rendering' };
      case 'succeeded':
        return readResult(run.data);
      case 'failed':
        return { status: 'failed', failure: runFailure(run.data.error, key) };
      default:
        log('unknown-status', { run: id, status: run.data.status.slice(0, 40) });
        return { status: 'rendering' };
    }
  }

  /**
   * A run of ours that Runbase does not find was paid for when it was made, and may go on under another key (§5).
   * @throws when the answer tells only of this look
   */
  function goneIn(answer: HttpAnswer): Progress {
    const complaint = readComplaint(answer, key);
    if (!complaint || !isUnknownRun(complaint)) throw unusable(answer);
    return { status: 'failed', failure: { ...refusalOf(complaint, now()), kind: 'not-found', charged: 'unknown' } };
  }

  function unusable(answer: HttpAnswer): Error {
    const complaint = readComplaint(answer, key);
    const says = (complaint && isNamed(complaint)) || [401, 402, 403, 429].includes(answer.status);
    if (says) return new CallRefusedError(refusalOf(complaint ?? bareComplaint(answer, key), now()));
    return new Error(`Runbase answered ${answer.status} to a look at a run`);
  }

  /** A look at a run that never was: there is no call that only tells of the account. */
  async function inspect(): Promise<Inspection> {
    const answer = await read('run_000000000000000000000000');
    const complaint = readComplaint(answer, key);
    if (complaint && isUnknownRun(complaint)) {
      return { findings: ['The key is read. Balance, models and prices are not told.'] };
    }
    const fault = unusable(answer);
    if (!(fault instanceof CallRefusedError)) throw fault;
    return { findings: [], failure: fault.failure };
  }

  return {
    id: 'runbase',
    title: 'Runbase',
    // For each key, creates and reads together (§10).
    paces: [{ of: ['submit', 'look'], most: 20, perMs: 10_000 }],
    slots: 'learned',
    // Runbase names neither types nor sizes (§3): what MiniMax itself reads (providers/README.md), by public link.
    pictures: [{ route: 'link', maxBytes: 20_000_000, types: ['image/jpeg', 'image/png', 'image/webp'] }],
    offer: (request) => offerWith(settings.RUNBASE_MODEL, request),
    submit,
    poll,
    inspect,
  };
}

/**
 * Throws when the answer leaves open whether a run was created: money is taken at that moment, and another create is
 * another run (§11). A gateway's 408 does not say how far the request got.
 */
function refusalIn(answer: HttpAnswer, key: string): Complaint {
  const complaint = readComplaint(answer, key);
  if (complaint && isNamed(complaint)) return complaint;
  if (isSuccess(answer) || answer.status === 408 || answer.status >= 500) {
    throw new AnswerLostError(`Runbase answered ${answer.status} to a submit, without a run or a reason`);
  }
  return complaint ?? bareComplaint(answer, key);
}

function readResult(run: Run): Progress {
  const videoUrl = [...(run.output?.urls ?? []), run.output?.url].find(isAddress);
  if (videoUrl !== undefined) return { status: 'ready', videoUrl, ...chargedIn(run), ...endedIn(run) };
  return {
    status: 'failed',
    failure: { kind: 'clip-unusable', charged: 'yes', detail: 'succeeded, and the run has no address of a clip' },
    ...chargedIn(run),
  };
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value);
}

function chargedIn({ costUsd: cost }: Pick<Run, 'costUsd'>): { charged?: MicroUsd } {
  return typeof cost === 'number' ? { charged: cost as MicroUsd } : {};
}

function endedIn({ completedAt }: Run): { endedAt?: Date } {
  const endedAt = new Date(completedAt ?? Number.NaN);
  return Number.isNaN(endedAt.getTime()) ? {} : { endedAt };
}
