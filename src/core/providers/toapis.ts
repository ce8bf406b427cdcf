/** ToAPIs: tasks at one endpoint, signed call-backs, an upload of its own. Rules and section numbers: providers/toapis.md. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AnswerLostError, type HttpAnswer } from '../http.ts';
import type { AttemptId, JsonValue } from '../values.ts';
import type {
  CallBack,
  CallBackReading,
  Inspection,
  Pace,
  PictureFile,
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
  failureOf,
  isAboutCallBack,
  isNamed,
  isNotFound,
  isUnclear,
  readComplaint,
  readTaskError,
} from './toapis/failures.ts';
import { accountFindings, keyFindings, readBalance, saleFinding } from './toapis/findings.ts';
import { offer } from './toapis/models.ts';
import { problemWithSignature } from './toapis/signature.ts';
import { isSuccess, optional, parseJson, trimmed } from './wire.ts';

/** Requests a minute for each kind of account (§10); it counts the user, over all of his keys. */
const groups = {
  default: { submit: 300, look: 3_000 },
  vip: { submit: 1_000, look: 10_000 },
  svip: { submit: 2_000, look: 30_000 },
} as const;

const environment = z.object({
  TOAPIS_API_KEY: z.string().min(1),
  TOAPIS_API_URL: z.url().default('https://toapis.com'),
  /**
   * Made in ToAPIs' console, where a default address has to stand as well: ours may differ from it in path and query
   * only, so its scheme, host and port are those of `PUBLIC_URL` (§7).
   */
  TOAPIS_WEBHOOK_SECRET: z.string().min(1).optional(),
  /** What kind of account it is, which decides how many requests it may make (§10). */
  TOAPIS_GROUP: z.enum(['default', 'vip', 'svip']).default('default'),
});
type Environment = z.output<typeof environment>;

/** Has no `cancel`: ToAPIs offers none (§6). */
export const toapis: SealedProvider = defineProvider({
  id: 'toapis',
  title: 'ToAPIs',
  keyName: 'TOAPIS_API_KEY',
  environment,
  connect: connectToAPIs,
});

/** GIF is taken by the upload, and by no Hailuo model (§3, §8). */
const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'];

/** Younger attempts may still be on their way: our own deadline for a submit is 30 s, a gateway's a minute. */
const settledAfterMs = 120_000;

const ticketSchema = z.object({ id: z.string().min(1) });
const bodySchema = z.looseObject({ metadata: z.record(z.string(), z.json()) });

/** The id goes by `id`, or `task_id` as ToAPIs' own sample reads it, or stands in a list as it once did (§4). */
const accepted = z.object({
  id: optional.text,
  task_id: optional.text,
  data: z
    .array(z.object({ task_id: optional.text }))
    .nullish()
    .catch(null),
  client_business_id: optional.text,
});
const taskSchema = z.object({
  status: z.string(),
  progress: optional.number,
  /** Unix seconds; anything that is none in this century is done without. */
  completed_at: z.number().positive().max(4_102_444_800).nullish().catch(null),
  result: z
    .object({ data: z.array(z.object({ url: optional.text })) })
    .nullish()
    .catch(null),
  error: z.unknown().optional(),
  client_business_id: optional.text,
});
type Task = z.output<typeof taskSchema>;
const uploaded = z.object({ data: z.object({ url: z.url() }) });
const eventSchema = z.object({
  type: z.string(),
  data: z.object({ task_id: z.string().min(1), client_business_id: optional.text }),
});

function connectToAPIs(settings: Environment, { http, now, log }: ProviderEdges): VideoProvider {
  const secret = settings.TOAPIS_WEBHOOK_SECRET;
  const authorization = { authorization: `Bearer ${settings.TOAPIS_API_KEY}` };
  const baseUrl = trimmed(settings.TOAPIS_API_URL);
  const tasksUrl = `${baseUrl}/v1/videos/generations`;
  let isWebHookMissing = false;
  /** Seen to repeat a reference of ours. Before that, nobody knows whether it keeps them for Hailuo at all (§3). */
  let keepsReferences = false;

  const read = (path: string): Promise<HttpAnswer> =>
    http({ method: 'GET', url: `${baseUrl}${path}`, headers: authorization });
  const look = (id: string): Promise<HttpAnswer> => read(`/v1/videos/generations/${encodeURIComponent(id)}`);

  function noteReference({ client_business_id }: { readonly client_business_id?: string | null | undefined }): void {
    // One of its own making, filled in where none was kept, would prove nothing.
    if (client_business_id && !Number.isNaN(madeAt(client_business_id))) keepsReferences = true;
  }

  async function submit(call: SubmitCall): Promise<Submission> {
    const callBackUrl = secret !== undefined && !isWebHookMissing ? call.callBackUrl : undefined;
    const answer = await http({
      method: 'POST',
      url: tasksUrl,
      headers: authorization,
      json: toJson(call, callBackUrl),
    });
    const id = isSuccess(answer) ? taskIdIn(answer) : null;
    if (id !== null) return { outcome: 'accepted', ticket: { id }, ...(callBackUrl && { expectsCallBack: true }) };

    const complaint = readComplaint(answer);
    if (isUnclear(complaint, answer)) {
      throw new AnswerLostError(`ToAPIs answered ${answer.status} to a submit, without a task id or a clear refusal`);
    }
    const failure = failureOf(complaint ?? bareComplaint(answer), 'call', now());
    if (callBackUrl === undefined || !complaint || !isAboutCallBack(complaint)) return { outcome: 'refused', failure };

    // Not taken, and wanted again at once without an address. Until the next start nobody is called back.
    if (!isWebHookMissing) log('webhook-not-configured', { detail: failure.detail });
    isWebHookMissing = true;
    const { kind: _, hint: __, ...rest } = failure;
    return { outcome: 'refused', failure: { ...rest, kind: 'unavailable', retryAfterMs: 0 } };
  }

  async function poll(ticket: JsonValue): Promise<Progress> {
    const { id } = ticketSchema.parse(ticket);
    const answer = await look(id);
    const task = taskSchema.safeParse(answer.json);
    if (!isSuccess(answer) || !task.success) return lostSight(answer);
    noteReference(task.data);
    switch (task.data.status.toLowerCase()) {
      case 'queued':
      case 'submitted':
        return { status: 'waiting' };
      case 'in_progress':
        return { status: 'rendering', ...fractionIn(task.data) };
      case 'completed':
        return finish(task.data);
      case 'failed':
        return { status: 'failed', failure: failureOf(readTaskError(task.data.error, answer), 'render', now()) };
      default:
        log('unknown-status', { id, status: task.data.status.slice(0, 40) });
        return { status: 'rendering' };
    }
  }

  /** @throws unless it was ToAPIs itself that does not know the task */
  function lostSight(answer: HttpAnswer): Progress {
    const complaint = readComplaint(answer);
    if (!complaint || !isNotFound(complaint)) throw unusable(answer, 'a look at a task');
    return { status: 'failed', failure: failureOf(complaint, 'render', now()) };
  }

  /**
   * The attempt went out as `client_business_id`, and a look takes that in place of the id (§5). "Not found" is a
   * certain "never arrived" only where both hold: the attempt is old enough that no submit of it can still be under way,
   * and ToAPIs has shown that it keeps our references. Its Hailuo pages never say so, and one that drops them would
   * answer alike for a task that is being rendered and paid for.
   */
  async function lookUp(attempt: AttemptId): Promise<JsonValue | null> {
    const answer = await look(attempt);
    if (isSuccess(answer)) return foundIn(answer, attempt);
    if (!isNotFound(readComplaint(answer))) throw unusable(answer, 'a look-up');
    const ageMs = now().getTime() - madeAt(attempt);
    if (!(ageMs >= settledAfterMs)) throw new Error('ToAPIs does not know the submit yet; it may be under way');
    if (!keepsReferences) throw new Error('ToAPIs does not know the submit, and was never seen to keep a reference');
    return null;
  }

  function foundIn(answer: HttpAnswer, attempt: AttemptId): JsonValue {
    const id = taskIdIn(answer);
    if (id === null) throw unusable(answer, 'a look-up');
    const reply = accepted.parse(answer.json);
    const { client_business_id: reference } = reply;
    if (reference && reference !== attempt) throw new Error('ToAPIs answered a look-up with the task of somebody else');
    noteReference(reply);
    return { id };
  }

  async function upload({ path, type }: PictureFile): Promise<string> {
    const body = new FormData();
    body.set('file', new File([await readFile(path)], `picture.${type.slice('image/'.length)}`, { type }));
    const url = `${baseUrl}/v1/uploads/images`;
    const answer = await http({ method: 'POST', url, headers: authorization, body, timeoutMs: 120_000 });
    const reply = uploaded.safeParse(answer.json);
    if (!isSuccess(answer) || !reply.success) throw unusable(answer, 'an upload');
    return reply.data.data.url;
  }

  /** Why a call was not answered as it should be, where ToAPIs says so. */
  function unusable(answer: HttpAnswer, what: string): Error {
    const complaint = readComplaint(answer);
    const isRefusal = complaint !== null && answer.status < 500;
    const says = isRefusal || (complaint && isNamed(complaint)) || [401, 402, 403, 429].includes(answer.status);
    if (says) return new CallRefusedError(failureOf(complaint ?? bareComplaint(answer), 'call', now()));
    return new Error(`ToAPIs answered ${answer.status} to ${what}`);
  }

  /** Three free reads. Only the key's own balance can turn a submit away for sure; the others may be closed to a key. */
  async function inspect(): Promise<Inspection> {
    const answer = await read('/v1/balance');
    const key = readBalance(answer);
    if (key === null) {
      const fault = unusable(answer, 'a look at the balance');
      if (fault instanceof CallRefusedError) return { findings: [], failure: fault.failure };
      throw fault;
    }
    if (key.outcome === 'refused') return { findings: [], failure: key.failure };
    const account = readBalance(await read('/v1/user/balance'));
    const sale = await read('/v1/models?type=video');
    const empty = [key, account].some((balance) => balance?.outcome === 'told' && balance.isEmpty);
    return {
      findings: [keyFindings(key), ...accountFindings(account), saleFinding(sale)],
      ...(empty && { failure: { kind: 'no-credit', charged: 'no', detail: 'the balance is used up' } }),
    };
  }

  async function readCallBack(callBack: CallBack): Promise<CallBackReading> {
    const problem = problemWithSignature(callBack, secret ?? '', now());
    if (problem !== null) return { outcome: 'forged', detail: problem };
    const event = eventSchema.safeParse(parseJson(callBack.rawBody));
    if (!event.success) return { outcome: 'genuine' };
    if (event.data.type === 'endpoint.test') return { outcome: 'answer', json: { ok: true } };
    noteReference(event.data.data);
    return { outcome: 'genuine', ticket: { id: event.data.data.task_id } };
  }

  return {
    id: 'toapis',
    title: 'ToAPIs',
    paces: pacesOf(settings.TOAPIS_GROUP),
    slots: 'learned',
    pictures: [
      { route: 'upload', maxBytes: 10_000_000, types: pictureTypes },
      // "Under 20 MB". A data URI is refused (§3).
      { route: 'link', maxBytes: 19_999_999, types: pictureTypes },
    ],
    offer,
    submit,
    poll,
    lookUp,
    upload,
    inspect,
    ...(secret !== undefined && { readCallBack }),
  };
}

/** A sixth of the minute in ten seconds, which is the burst as well, and never more than the minute allows. */
function pacesOf(group: Environment['TOAPIS_GROUP']): Pace[] {
  const { submit, look } = groups[group];
  return [
    { of: ['submit'], most: Math.floor(submit / 6), perMs: 10_000 },
    { of: ['look'], most: Math.floor(look / 6), perMs: 10_000 },
  ];
}

function toJson(
  { attempt, body, firstFrame, lastFrame }: SubmitCall,
  callBackUrl: string | undefined,
): Record<string, unknown> {
  const { metadata, ...rest } = bodySchema.parse(body);
  return {
    ...rest,
    ...(firstFrame && { image_urls: [firstFrame] }),
    metadata: {
      ...metadata,
      ...(lastFrame && { last_frame_image: lastFrame }),
      ...(callBackUrl && { callback_url: callBackUrl }),
    },
    client_business_id: attempt,
  };
}

function taskIdIn({ json }: HttpAnswer): string | null {
  const reply = accepted.safeParse(json);
  if (!reply.success) return null;
  const { id, task_id, data } = reply.data;
  return id || task_id || data?.[0]?.task_id || null;
}

/** The first 48 bits of a UUIDv7 are the milliseconds of its making; NaN for anything else. */
function madeAt(id: string): number {
  const hex = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(id);
  return hex ? Number.parseInt(`${hex[1]}${hex[2]}`, 16) : Number.NaN;
}

/** Zero tells nothing: MiniMax reports no progress, and how true ToAPIs' is nobody knows (§5). */
function fractionIn({ progress }: Task): { fraction?: number } {
  return typeof progress === 'number' && progress > 0 ? { fraction: Math.min(progress, 100) / 100 } : {};
}

function finish({ result, completed_at }: Task): Progress {
  const videoUrl = result?.data.find(({ url }) => url)?.url;
  if (!videoUrl) {
    const detail = 'completed, and the result has no data[0].url';
    return { status: 'failed', failure: { kind: 'clip-unusable', charged: 'yes', detail } };
  }
  return { status: 'ready', videoUrl, ...(completed_at && { endedAt: new Date(completed_at * 1000) }) };
}
