/** RunningHub: every call a POST, every error under HTTP 200, call-backs without a signature. Facts and §: providers/runninghub.md. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Failure } from '../failure.ts';
import { AnswerLostError, type HttpAnswer } from '../http.ts';
import type { JsonValue } from '../values.ts';
import type {
  CallBack,
  CallBackReading,
  Inspection,
  PictureFile,
  Progress,
  ProviderEdges,
  SealedProvider,
  Submission,
  SubmitCall,
  VideoProvider,
} from './provider.ts';
import { CallRefusedError, defineProvider } from './provider.ts';
import { readBalance, readQueue } from './runninghub/account.ts';
import {
  type Complaint,
  failureOf,
  isNamed,
  isOfCall,
  isUnsure,
  readComplaint,
  readState,
} from './runninghub/failures.ts';
import { offer, pictureFields, pictureTypes } from './runninghub/models.ts';
import { createMoney, readAmount } from './runninghub/money.ts';
import { optional, parseJson, trimmed } from './wire.ts';

const environment = z.object({
  RUNNINGHUB_API_KEY: z.string().min(1),
  /** The Chinese site, with accounts of its own, is `https://www.runninghub.cn/openapi/v2` (§1). */
  RUNNINGHUB_API_URL: z.url().default('https://www.runninghub.ai/openapi/v2'),
  /** Prices are published in yuan only (§12). Without a rate no price and no charge of the Chinese site is told. */
  RUNNINGHUB_CNY_PER_USD: z.coerce.number().positive().optional(),
});
type Environment = z.output<typeof environment>;

/**
 * Has no `cancel`: it is documented for workflows alone (§6). Has no `lookUp`: a task cannot be asked for by a key of
 * ours (§11), so only a call-back finds a submit that got lost.
 */
export const runninghub: SealedProvider = defineProvider({
  id: 'runninghub',
  title: 'RunningHub',
  keyName: 'RUNNINGHUB_API_KEY',
  environment,
  connect: connectRunningHub,
});

const ticketSchema = z.object({ taskId: z.string().min(1) });

/** A number is no id: by now it is rounded. But it says that there is one. */
const anyId = z.union([z.string(), z.number()]).nullish().catch(null);
const accepted = z.object({ taskId: anyId, task_id: anyId });
const resultEntry = z.object({ url: optional.text, outputUrl: optional.text });
const taskAnswer = z.object({
  taskId: optional.text,
  status: optional.text,
  results: z.array(resultEntry.catch({})).nullish().catch(null),
  usage: z.object({ thirdPartyConsumeMoney: z.unknown().optional() }).nullish().catch(null),
});
type TaskAnswer = z.output<typeof taskAnswer>;

const uploaded = z.object({ data: z.object({ download_url: z.url() }) });
const callBackBody = z.object({ taskId: z.unknown().optional(), eventData: z.unknown().optional() });

function connectRunningHub(settings: Environment, { http, now, log }: ProviderEdges): VideoProvider {
  const key = settings.RUNNINGHUB_API_KEY;
  const base = trimmed(settings.RUNNINGHUB_API_URL);
  const money = createMoney(base, settings.RUNNINGHUB_CNY_PER_USD);
  const authorization = { authorization: `Bearer ${key}` };

  const post = (path: string, json: unknown) =>
    http({ method: 'POST', url: `${base}/${path}`, headers: authorization, json });

  /** Their words may quote the key back to us. */
  function complaintIn(answer: HttpAnswer): Complaint | null {
    const complaint = readComplaint(answer);
    return complaint && { ...complaint, text: complaint.text.replaceAll(key, '…') };
  }

  async function submit(call: SubmitCall): Promise<Submission> {
    const answer = await post(call.model, {
      ...z.record(z.string(), z.unknown()).parse(call.body),
      ...pictureFields(call.model, call.firstFrame, call.lastFrame),
      ...(call.callBackUrl && { webhookUrl: call.callBackUrl }),
    });
    const ids = accepted.safeParse(answer.json).data;
    const taskId = ids?.taskId || ids?.task_id;
    // The task exists, whatever is said beside it (§4).
    if (typeof taskId === 'string') {
      return { outcome: 'accepted', ticket: { taskId }, ...(call.callBackUrl && { expectsCallBack: true }) };
    }
    const complaint = complaintIn(answer);
    if (typeof taskId === 'number' || complaint === null || isUnsure(complaint)) {
      const code = complaint?.code === undefined ? '' : ` and code ${complaint.code.slice(0, 80)}`;
      throw new AnswerLostError(`RunningHub answered ${answer.status}${code} to a submit, without a task id`);
    }
    return { outcome: 'refused', failure: failureOf(complaint, 'no', now()) };
  }

  async function poll(ticket: JsonValue): Promise<Progress> {
    const { taskId } = ticketSchema.parse(ticket);
    const answer = await post('query', { taskId });
    const task = taskAnswer.safeParse(answer.json).data ?? {};
    const complaint = complaintIn(answer);
    switch (task.status?.toUpperCase()) {
      case 'SUCCESS':
        return finish(task, complaint);
      case 'FAILED':
        // A look that was turned away may wear the same word; then it does not name the task.
        if (complaint && isOfCall(complaint) && task.taskId !== taskId) throw unusable(answer, 'a look at a task');
        return failed(task, complaint ?? unexplained(answer, 'FAILED'));
      case 'CANCEL':
        return withMoney(task, {
          ...failureOf(complaint ?? unexplained(answer, 'CANCEL'), 'unknown', now()),
          kind: 'cancelled',
        });
    }
    if (complaint) return endBy(task, complaint, answer);
    if (!task.status) throw unusable(answer, 'a look at a task');
    return underWay(task.status, taskId);
  }

  function underWay(status: string, taskId: string): Progress {
    switch (status.toUpperCase()) {
      case 'CREATE':
      case 'QUEUED':
        return { status: 'waiting' };
      case 'RUNNING':
        return { status: 'rendering' };
      default:
        log('unknown-status', { taskId, status: status.slice(0, 40) });
        return { status: 'rendering' };
    }
  }

  /** RunningHub's own client ends the task with any error that a query brings, whatever the status (§5). */
  function endBy(task: TaskAnswer, complaint: Complaint, answer: HttpAnswer): Progress {
    const state = readState(complaint);
    if (state) return { status: state };
    if (isOfCall(complaint)) throw unusable(answer, 'a look at a task');
    return failed(task, complaint);
  }

  /** A clip that is there was paid for, and is taken whatever is said beside it. */
  function finish(task: TaskAnswer, complaint: Complaint | null): Progress {
    const links = (task.results ?? []).map(({ url, outputUrl }) => url || outputUrl || '');
    const videoUrl = links.find((link) => URL.canParse(link));
    const charged = money.fromSite(task.usage?.thirdPartyConsumeMoney);
    if (videoUrl !== undefined) return { status: 'ready', videoUrl, ...(charged !== undefined && { charged }) };
    if (complaint) return failed(task, complaint);
    const detail = 'SUCCESS, and no result has a url';
    return withMoney(task, { kind: 'clip-unusable', charged: 'yes', detail });
  }

  function failed(task: TaskAnswer, complaint: Complaint): Progress {
    return withMoney(task, failureOf(complaint, 'unknown', now()));
  }

  /** What a failed task cost, where it is told. A zero is no promise of a refund: it stands in fields not yet filled. */
  function withMoney({ usage }: TaskAnswer, failure: Failure): Progress {
    const amount = readAmount(usage?.thirdPartyConsumeMoney);
    if (!amount) return { status: 'failed', failure };
    const charged = money.fromSite(amount);
    return { status: 'failed', failure: { ...failure, charged: 'yes' }, ...(charged !== undefined && { charged }) };
  }

  async function upload({ path, type }: PictureFile): Promise<string> {
    const form = new FormData();
    form.set('file', new Blob([await readFile(path)], { type }), type === 'image/png' ? 'picture.png' : 'picture.jpg');
    const answer = await http({
      method: 'POST',
      url: `${base}/media/upload/binary`,
      headers: authorization,
      body: form,
      timeoutMs: 120_000,
    });
    const file = uploaded.safeParse(answer.json);
    if (complaintIn(answer) || !file.success) throw unusable(answer, 'an upload');
    return file.data.data.download_url;
  }

  /** Why a call was not answered as it should be, where RunningHub says so. */
  function unusable(answer: HttpAnswer, what: string): Error {
    const complaint = complaintIn(answer);
    if (complaint && isNamed(complaint)) return new CallRefusedError(failureOf(complaint, 'no', now()));
    return new Error(`RunningHub answered ${answer.status} to ${what}, and nothing that can be read`);
  }

  /** Both calls are free. The second lies at the host's root, and has the key in its body instead of its header (§10). */
  async function inspect(): Promise<Inspection> {
    const queueAnswer = await http({ method: 'GET', url: `${base}/queue/status`, headers: authorization });
    const refusal = complaintIn(queueAnswer);
    if (refusal && isNamed(refusal)) return { findings: [], failure: failureOf(refusal, 'no', now()) };
    const queue = readQueue(queueAnswer);
    const accountUrl = new URL('/uc/openapi/accountStatus', base).href;
    const accountAnswer = await http({ method: 'POST', url: accountUrl, json: { apikey: key } });
    const balance = readBalance(accountAnswer, complaintIn(accountAnswer), now());
    return { ...balance, ...queue, findings: [...queue.findings, ...balance.findings] };
  }

  return {
    id: 'runninghub',
    title: 'RunningHub',
    // A cap per minute exists; its number is not known (§10).
    paces: [],
    slots: 'learned',
    pictures: [
      // 10 MB is the least of the endpoints' own limits (§3), and the list is one for all of them.
      { route: 'upload', maxBytes: 10_000_000, types: pictureTypes },
      { route: 'link', maxBytes: 10_000_000, types: pictureTypes },
      // What RunningHub's own client dares; for video it always uploads (§8).
      { route: 'data-uri', maxBytes: 5_000_000, types: pictureTypes },
    ],
    offer: (request) => offer(request, money),
    submit,
    poll,
    upload,
    inspect,
    readCallBack: async (callBack) => readCallBack(callBack),
  };
}

/** Nobody signs these: whoever knows the address can send one. It only wakes a look, which asks RunningHub itself (§7). */
function readCallBack({ rawBody }: CallBack): CallBackReading {
  const body = callBackBody.safeParse(parseJson(rawBody));
  if (!body.success) return { outcome: 'forged', detail: 'the body is no JSON object' };
  const { taskId, eventData } = body.data;
  // Its two forms: a task as a query answers it, or JSON in a string.
  const event = typeof eventData === 'string' ? parseJson(Buffer.from(eventData)) : eventData;
  const named = [taskId, callBackBody.safeParse(event).data?.taskId].filter(isTaskId);
  if (named[0] === undefined) return { outcome: 'forged', detail: 'it names no task by a string of digits' };
  if (named.some((id) => id !== named[0])) return { outcome: 'forged', detail: 'it names two tasks' };
  return { outcome: 'genuine', ticket: { taskId: named[0] } };
}

/** A number is none: 19 digits do not fit into one, so it is rounded already (§5). */
function isTaskId(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,32}$/.test(value);
}

/** For an ending that nobody explained. */
function unexplained({ status, headers }: HttpAnswer, word: string): Complaint {
  return { status, headers, text: `${word}, and no word why` };
}
