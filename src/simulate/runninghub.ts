/**
 * A strict RunningHub on loopback: its model endpoints, upload, account calls and unsigned call-backs, after
 * providers/runninghub.md. It knows the models from the sheet and not from the bot's own table, so that the two check
 * each other. The sheet does not say what becomes of unknown fields; here they are refused, because a field that is
 * silently dropped is a mistake nobody sees.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createRenders, type SimulatedJob } from './renders.ts';
import type { ReceivedCall, Reply, Route, SimulatedErrors, SimulatedService, SimulationOptions } from './server.ts';

/** What the account calls tell, and what a submit is measured against (§1, §10). */
export interface RunningHubAccount {
  readonly apiKeyType: 'SHARED' | 'EXCLUSIVE' | 'NORMAL';
  readonly concurrentLimit: number;
  readonly remainMoney: number;
  readonly currency: 'USD' | 'CNY';
}

export interface SimulatedRunningHub extends SimulatedService {
  /** From here on the account is like this. */
  setAccount(change: Partial<RunningHubAccount>): void;
}

/** What one finished clip costs, in the account's money: the figure of §5. */
const clipMoney = '0.14';
const dataUriLimit = 5_000_000;
const uploadLimit = 30_000_000;

export const runningHubErrors = {
  moderation: modelError('1501', 'The content did not pass moderation.'),
  badInput: modelError('1007', 'Parameter check failed.'),
  badKey: modelError('1002', 'The API key is not valid.'),
  wrongKeyType: modelError('1014', 'Only Enterprise - Shared keys may call this API.'),
  noCredit: olderError(812, 'CORPAPIKEY_INSUFFICIENT_FUNDS'),
  rateLimited: modelError('1003', 'Too many requests.'),
  tooManyJobs: modelError('1520', 'Too many of your tasks are running.'),
  unavailable: modelError('1010', 'The service is not available now.'),
  unknownPath: modelError('1001', 'No such URL.'),
  wrongMethod: modelError('1009', 'This method is not supported.'),
  noTask: modelError('1004', 'The task was not found or has expired.'),
  failedTask: modelError('1015', 'The generation failed.'),
  gatewayPage: {
    status: 502,
    headers: { 'content-type': 'text/html' },
    bytes: Buffer.from('<html><body>Bad gateway</body></html>'),
  },
} as const satisfies Record<string, Reply>;

export function createRunningHub(options: SimulationOptions): SimulatedRunningHub {
  const key = options.key ?? 'simulated0runninghub0key00000032';
  const files = new Map<string, { readonly type: string; readonly bytes: Uint8Array }>();
  let account: RunningHubAccount = { apiKeyType: 'SHARED', concurrentLimit: 100, remainMoney: 25, currency: 'USD' };
  let callBacks = 0;

  const renders = createRenders({
    ...options,
    callBackFor(job, signature, origin) {
      const told = signature === 'genuine' ? job : { ...job, id: noTaskId };
      const event = { event: 'TASK_END', taskId: told.id, eventData: eventData(told, origin) };
      return { body: JSON.stringify(event), headers: { 'content-type': 'application/json' } };
    },
  });

  const authorized =
    (answer: Route['answer'], refusal: Reply = runningHubErrors.badKey): Route['answer'] =>
    (call) =>
      call.headers.authorization === `Bearer ${key}` ? answer(call) : refusal;

  async function submit(call: ReceivedCall): Promise<Reply> {
    const path = call.groups.path ?? '';
    const schema = inputs[path];
    if (!schema) return runningHubErrors.unknownPath;
    if (account.apiKeyType !== 'SHARED') return runningHubErrors.wrongKeyType;
    const input = schema.safeParse(call.json);
    if (!input.success) return invalid(input.error);
    const fault = pictureFault(input.data, call.origin);
    if (fault) return fault;
    if (account.remainMoney <= 0) return runningHubErrors.noCredit;
    if (countOf('waiting') + countOf('rendering') >= account.concurrentLimit) return runningHubErrors.tooManyJobs;

    const id = newTaskId();
    const callBackUrl = input.data.webhookUrl ?? null;
    await renders.accept({ id, model: path, input: call.json, callBackUrl }, call.origin);
    return json(submitted(id));
  }

  /** An address of our own upload must lead to a file; one of another host is taken on trust. */
  function pictureFault(input: Input, origin: string): Reply | null {
    const addresses = [input.imageUrl, input.firstImageUrl, input.lastImageUrl].filter((url) => url !== undefined);
    const isMissing = (url: string) =>
      url.startsWith(`${origin}/files/uploads/`) && !files.has(url.split('/').at(-1) ?? '');
    return addresses.some(isMissing) ? modelError('1013', 'The file could not be processed.') : null;
  }

  function query({ json: body, origin }: ReceivedCall): Reply {
    const wanted = z.strictObject({ taskId: z.string().min(1) }).safeParse(body);
    if (!wanted.success) return invalid(wanted.error);
    const job = renders.find(wanted.data.taskId);
    return job ? json(look(job, origin)) : runningHubErrors.noTask;
  }

  function look(job: SimulatedJob, origin: string): ReturnType<typeof task> {
    switch (renders.stageOf(job)) {
      case 'waiting':
        return task(job.id, 'QUEUED');
      case 'rendering':
        return task(job.id, job.plan.statusWord ?? 'RUNNING');
      case 'ended':
        return ending(job, origin);
    }
  }

  function ending(job: SimulatedJob, origin: string): ReturnType<typeof task> {
    if (job.isCancelled) return task(job.id, 'CANCEL');
    switch (job.plan.ending ?? 'clip') {
      case 'clip':
        return {
          ...task(job.id, 'SUCCESS', clipMoney),
          results: [{ url: clipUrl(job, origin), nodeId: '2', outputType: 'mp4', text: null }],
        };
      case 'moderated':
        return { ...task(job.id, 'FAILED'), ...complaintOf(runningHubErrors.moderation) };
      case 'failed':
        return { ...task(job.id, 'FAILED'), ...complaintOf(runningHubErrors.failedTask) };
    }
  }

  /** Which of the two forms Hailuo sends is not known (§7), so they take turns: an object first, then a string. */
  function eventData(job: SimulatedJob, origin: string): unknown {
    callBacks += 1;
    // The rounded number of §5: whoever believes it looks for a task that is none.
    if (callBacks % 2 === 1) return { ...look(job, origin), taskUsageList: [{ taskId: Number(job.id) }] };
    const isGood = (job.plan.ending ?? 'clip') === 'clip' && !job.isCancelled;
    if (!isGood) return JSON.stringify({ code: 805, msg: 'APIKEY_TASK_STATUS_ERROR', data: null });
    const file = { fileUrl: clipUrl(job, origin), fileType: 'mp4', taskCostTime: '0', nodeId: '2' };
    return JSON.stringify({ code: 0, msg: 'success', data: [file] });
  }

  async function upload({ headers, body, origin }: ReceivedCall): Promise<Reply> {
    const file = await readFile(headers['content-type'] ?? '', body);
    if (!file) return olderError(301, 'PARAMS_INVALID');
    const ending = endings[file.type];
    if (ending === undefined) return olderError(808, 'APIKEY_UPLOAD_FAILED');
    if (file.bytes.byteLength > uploadLimit) return olderError(809, 'APIKEY_FILE_SIZE_EXCEEDED');
    const name = `${randomUUID()}.${ending}`;
    files.set(name, file);
    const download_url = `${origin}/files/uploads/${name}`;
    const data = { type: 'image', download_url, fileName: `openapi/${name}`, size: `${file.bytes.byteLength}` };
    return json({ code: 0, message: 'success', data });
  }

  function uploadedFile({ groups }: ReceivedCall): Reply {
    const file = files.get(groups.name ?? '');
    return file ? { status: 200, headers: { 'content-type': file.type }, bytes: file.bytes } : { status: 404 };
  }

  const countOf = (stage: 'waiting' | 'rendering'): number =>
    renders.jobs.filter((job) => renders.stageOf(job) === stage).length;

  /** Counts may be strings (§10); some of them are. */
  function queueStatus(): Reply {
    const [runningCount, queuedCount] = [countOf('rendering'), countOf('waiting')];
    const { apiKeyType, concurrentLimit } = account;
    const counts = { runningCount: `${runningCount}`, queuedCount, totalCurrentTasks: runningCount + queuedCount };
    return json({ code: 0, msg: 'success', data: { apiKeyType, concurrentLimit: `${concurrentLimit}`, ...counts } });
  }

  function accountStatus({ json: body }: ReceivedCall): Reply {
    const wanted = z.strictObject({ apikey: z.string() }).safeParse(body);
    if (!wanted.success) return olderError(301, 'PARAMS_INVALID');
    if (wanted.data.apikey !== key) return olderError(802, 'APIKEY_UNAUTHORIZED');
    const data = {
      remainCoins: '0',
      remainMoney: account.remainMoney.toFixed(2),
      currency: account.currency,
      currentTaskCounts: `${countOf('waiting') + countOf('rendering')}`,
      apiType: account.apiKeyType,
    };
    return json({ code: 0, msg: 'success', data });
  }

  const badUploadKey = modelError('1601', 'The API key check failed.');
  const v2 = '/openapi/v2';
  const post = (operation: string, path: string, answer: Route['answer']): Route => ({
    operation,
    method: 'POST',
    path: new RegExp(`^${path}$`),
    answer,
  });
  const get = (operation: string, path: string, answer: Route['answer']): Route => ({
    ...post(operation, path, answer),
    method: 'GET',
  });
  const paths = '(?:query|media/upload/binary|queue/status|minimax/.+)';
  return {
    id: 'runninghub',
    renders,
    errors,
    setAccount(change) {
      account = { ...account, ...change };
    },
    environment: (origin) => ({ RUNNINGHUB_API_KEY: key, RUNNINGHUB_API_URL: `${origin}${v2}` }),
    notFound: runningHubErrors.unknownPath,
    routes: [
      post('status', `${v2}/query`, authorized(query)),
      post('upload', `${v2}/media/upload/binary`, authorized(upload, badUploadKey)),
      post('submit', `${v2}/(?<path>minimax/.+)`, authorized(submit)),
      get('queue', `${v2}/queue/status`, authorized(queueStatus)),
      post('account', '/uc/openapi/accountStatus', accountStatus),
      get('uploaded', '/files/uploads/(?<name>[^/]+)', uploadedFile),
      get('clip', '/files/clips/(?<id>[^/]+)\\.mp4', ({ groups }) => renders.clip(groups.id)),
      ...['GET', 'POST', 'PUT', 'DELETE'].map((method) => ({
        ...post('wrong-method', `${v2}/${paths}`, () => runningHubErrors.wrongMethod),
        method,
      })),
    ],
    close: () => renders.close(),
  };
}

const errors: SimulatedErrors = {
  moderation: runningHubErrors.moderation,
  badInput: runningHubErrors.badInput,
  badKey: runningHubErrors.badKey,
  noCredit: runningHubErrors.noCredit,
  rateLimited: runningHubErrors.rateLimited,
  unavailable: runningHubErrors.unavailable,
};

/** 19 digits, too many for a number (§4). */
const newTaskId = (): string => `2013${randomInt(100_000_000_000_000, 200_000_000_000_000)}`;
const noTaskId = '1999999999999999999';

const endings: Readonly<Record<string, string | undefined>> = { 'image/jpeg': 'jpg', 'image/png': 'png' };

/** JPG and PNG only (§3); of a plain address the type cannot be seen. */
const picture = z
  .string()
  .refine(
    (value) => /^https?:\/\/./.test(value) || (/^data:image\/(jpeg|png);base64,/.test(value) && fitsDataUri(value)),
    'must be a URL or a data URI of a JPG or PNG',
  );

function fitsDataUri(value: string): boolean {
  return Buffer.byteLength(value.slice(value.indexOf(',') + 1), 'base64') <= dataUriLimit;
}

const requiredPrompt = { prompt: z.string().min(1).max(2000) };
const optionalPrompt = { prompt: z.string().max(2000).optional() };
const common = { enablePromptExpansion: z.boolean(), webhookUrl: z.url().optional() };
const onePicture = { imageUrl: picture };
const twoPictures = { firstImageUrl: picture, lastImageUrl: picture.optional() };
const maybePictures = { firstImageUrl: picture.optional(), lastImageUrl: picture.optional() };
const sixOrTen = { duration: z.enum(['6', '10']) };
const sixOnly = { duration: z.literal('6') };

interface Input {
  readonly imageUrl?: string | undefined;
  readonly firstImageUrl?: string | undefined;
  readonly lastImageUrl?: string | undefined;
  readonly webhookUrl?: string | undefined;
}

/** The thirteen rows of §3, in its order. */
const inputs: Readonly<Record<string, z.ZodType<Input>>> = {
  'minimax/hailuo-2.3/image-to-video-pro': z.strictObject({ ...optionalPrompt, ...common, ...onePicture }),
  'minimax/hailuo-2.3/i2v-standard': z.strictObject({ ...optionalPrompt, ...common, ...onePicture, ...sixOrTen }),
  'minimax/hailuo-2.3/t2v-pro': z.strictObject({ ...requiredPrompt, ...common }),
  'minimax/hailuo-2.3/t2v-standard': z.strictObject({ ...requiredPrompt, ...common, ...sixOrTen }),
  'minimax/hailuo-2.3-fast/image-to-video': z.strictObject({
    ...requiredPrompt,
    ...common,
    ...onePicture,
    ...sixOrTen,
  }),
  'minimax/hailuo-2.3-fast-pro/image-to-video': z.strictObject({
    ...requiredPrompt,
    ...common,
    ...onePicture,
    ...sixOnly,
  }),
  'minimax/hailuo-02/t2v-pro': z.strictObject({ ...requiredPrompt, ...common }),
  'minimax/hailuo-02/t2v-standard': z.strictObject({ ...requiredPrompt, ...common, ...sixOrTen }),
  'minimax/hailuo-02/i2v-pro': z.strictObject({ ...optionalPrompt, ...common, ...twoPictures }),
  'minimax/hailuo-02/i2v-standard': z.strictObject({ ...optionalPrompt, ...common, ...twoPictures, ...sixOrTen }),
  'minimax/hailuo-02/pro': z.strictObject({ ...requiredPrompt, ...common, ...maybePictures, ...sixOnly }),
  'minimax/hailuo-02/standard': z.strictObject({ ...requiredPrompt, ...common, ...maybePictures, ...sixOrTen }),
  'minimax/hailuo-02/fast': z.strictObject({ ...optionalPrompt, ...common, ...onePicture, ...sixOrTen }),
};

/** What a submit answers (§4). */
function submitted(taskId: string) {
  const promptTips = '{"result": true, "error": null}';
  return { taskId, status: 'RUNNING', errorCode: '', errorMessage: '', results: null, clientId: '', promptTips };
}

/** What a query answers (§5). */
function task(taskId: string, status: string, money: string | null = null) {
  return {
    taskId,
    status,
    errorCode: '',
    errorMessage: '',
    failedReason: {},
    usage: { consumeMoney: null, consumeCoins: null, taskCostTime: '0', thirdPartyConsumeMoney: money },
    results: null as readonly unknown[] | null,
    clientId: '',
    promptTips: '',
  };
}

/** Errors of the model endpoints come under HTTP 200 (§4). */
function modelError(errorCode: string, errorMessage: string) {
  return {
    status: 200,
    json: { taskId: '', status: '', errorCode, errorMessage, results: null, clientId: '', promptTips: '' },
  } as const;
}

function complaintOf({ json }: ReturnType<typeof modelError>): { errorCode: string; errorMessage: string } {
  return { errorCode: json.errorCode, errorMessage: json.errorMessage };
}

/** The older family, and the upload (§8, §9). */
function olderError(code: number, msg: string) {
  return { status: 200, json: { code, msg, data: null } } as const;
}

function invalid(error: z.ZodError): Reply {
  const words = error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
  return modelError('1007', `Parameter check failed. ${words}`);
}

function clipUrl({ id }: SimulatedJob, origin: string): string {
  return `${origin}/files/clips/${id}.mp4`;
}

/** The multipart field `file` (§8); null when the form is none, or has something else. */
async function readFile(type: string, body: Buffer): Promise<{ type: string; bytes: Uint8Array } | null> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    const file = form.get('file');
    if (!(file instanceof File) || [...form.keys()].length !== 1) return null;
    return { type: file.type, bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch {
    return null;
  }
}

function json(body: unknown): Reply {
  return { status: 200, json: body };
}
