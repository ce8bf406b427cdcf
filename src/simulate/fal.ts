/**
 * A strict fal on loopback: queue, storage, signing keys and call-backs, after providers/fal.md. It knows the models
 * from the sheet and not from the bot's own table, so that the two check each other.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { z } from 'zod';
import { createRenders, type PlannedCallBack, type RenderPlan, type SimulatedJob } from './renders.ts';
import type { ReceivedCall, Reply, Route, SimulatedService, SimulationOptions } from './server.ts';

export interface SimulatedFal extends SimulatedService {
  /** As `renders.plan`: the next job fails, and its result replays this error. */
  planError(error: Reply): void;
  /** From here on another key signs; the old one is no longer published. */
  rotateKey(): void;
}

/** Error answers in fal's own forms, for `planError` and for orders. */
export const falErrors = {
  moderation: modelError(
    422,
    'content_policy_violation',
    'The content could not be processed: it was flagged.',
    'prompt',
  ),
  pictureTooSmall: modelError(422, 'image_too_small', 'Image dimensions are too small', 'image_url'),
  pictureUnreadable: modelError(422, 'image_load_error', 'Failed to load the image', 'image_url'),
  nothingMade: modelError(422, 'no_media_generated', 'The model produced no media'),
  fault: modelError(500, 'internal_server_error', 'Internal server error'),
  badKey: { status: 401, json: { detail: 'Authentication is required to access this application.' } },
  noCredit: {
    status: 403,
    json: { detail: 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.' },
  },
  busy: {
    status: 429,
    headers: { 'retry-after': '7', 'x-fal-error-type': 'concurrent_requests_limit' },
    json: { detail: 'Too many concurrent requests', error_type: 'concurrent_requests_limit' },
  },
  noRunner: {
    status: 503,
    headers: { 'x-fal-error-type': 'runner_scheduling_failure' },
    json: { detail: 'No runner could be scheduled', error_type: 'runner_scheduling_failure' },
  },
  gatewayPage: {
    status: 502,
    headers: { 'content-type': 'text/html' },
    bytes: Buffer.from('<html><body>Bad gateway</body></html>'),
  },
} as const satisfies Record<string, Reply>;

export function createFal(options: SimulationOptions): SimulatedFal {
  const key = options.key ?? 'simulated:fal-key';
  const now = options.now ?? (() => new Date());
  const storage = createStorage();
  const plannedErrors = new WeakMap<RenderPlan, Reply>();
  const renders = createRenders({ ...options, callBackFor });
  let signer = generateKeyPairSync('ed25519');

  const authorized =
    (answer: Route['answer']): Route['answer'] =>
    (call) =>
      call.headers.authorization === `Key ${key}` ? answer(call) : falErrors.badKey;
  const forJob = (answer: (job: SimulatedJob, call: ReceivedCall) => Reply): Route['answer'] =>
    authorized((call) => {
      const job = renders.find(call.groups.id);
      return job ? answer(job, call) : unknownJob;
    });

  async function submit(call: ReceivedCall): Promise<Reply> {
    const model = call.path.slice(1);
    const schema = inputs[model];
    if (!schema) return { status: 404, json: { detail: `Application '${model}' not found` } };
    const input = schema.safeParse(call.json);
    if (!input.success) return validationError(input.error, call.json);
    const callBackUrl = call.query.get('fal_webhook');
    const job = await renders.accept({ id: randomUUID(), model, input: call.json, callBackUrl }, call.origin);
    const address = `${call.origin}/fal-ai/minimax/requests/${job.id}`;
    return json(200, {
      status: 'IN_QUEUE',
      request_id: job.id,
      response_url: address,
      status_url: `${address}/status`,
      cancel_url: `${address}/cancel`,
      queue_position: renders.placeOf(job),
      gateway_request_id: job.id,
    });
  }

  function status(job: SimulatedJob, call: ReceivedCall): Reply {
    const logs = call.query.get('logs') === '1' ? [{ message: 'rendering', level: 'INFO', source: 'run' }] : null;
    const known = { request_id: job.id };
    switch (renders.stageOf(job)) {
      case 'waiting':
        return json(200, { status: 'IN_QUEUE', ...known, queue_position: renders.placeOf(job) });
      case 'rendering':
        return json(200, { status: job.plan.statusWord ?? 'IN_PROGRESS', ...known, logs });
      case 'ended':
        return json(200, {
          status: 'COMPLETED',
          ...known,
          logs,
          metrics: { inference_time: 1.5 },
          ...errorInStatus(job),
        });
    }
  }

  function errorInStatus(job: SimulatedJob): Record<string, string> {
    if (job.isCancelled) return { error: 'Request cancelled', error_type: 'client_cancelled' };
    const error = errorOf(job);
    return error ? { error: `Invalid status code: ${error.status}` } : {};
  }

  function result(job: SimulatedJob, { origin }: ReceivedCall): Reply {
    if (renders.stageOf(job) !== 'ended') return json(400, { detail: 'Request is still in progress' });
    return endingOf(job, origin);
  }

  /** What the result of a finished job says. */
  function endingOf(job: SimulatedJob, origin: string): Reply {
    if (job.isCancelled) return json(499, { detail: 'Request cancelled', error_type: 'client_cancelled' });
    const url = `${origin}/files/clips/${job.id}.mp4`;
    const video = { url, content_type: 'video/mp4', file_name: 'output.mp4', file_size: options.clip.length };
    return errorOf(job) ?? json(200, { video });
  }

  function errorOf({ plan }: SimulatedJob): Reply | null {
    switch (plan.ending ?? 'clip') {
      case 'clip':
        return null;
      case 'moderated':
        return falErrors.moderation;
      case 'failed':
        return plannedErrors.get(plan) ?? falErrors.fault;
    }
  }

  function cancel(job: SimulatedJob): Reply {
    if (renders.stageOf(job) === 'ended') return json(400, { status: 'ALREADY_COMPLETED' });
    renders.cancel(job, 'running');
    return json(202, { status: 'CANCELLATION_REQUESTED' });
  }

  function callBackFor(job: SimulatedJob, signature: PlannedCallBack['signature'], origin: string) {
    const ending = callBackBody(endingOf(job, origin));
    const body = JSON.stringify({ request_id: job.id, gateway_request_id: job.id, ...ending });
    const { privateKey } = signature === 'genuine' ? signer : generateKeyPairSync('ed25519');
    const headers = signCallBack({
      requestId: job.id,
      userId: 'simulated-user',
      body,
      now: now(),
      key: privateKey,
    });
    return { body, headers };
  }

  const requests = '/fal-ai/minimax/requests/(?<id>[^/]+)';
  return {
    id: 'fal',
    renders,
    errors: {
      moderation: falErrors.moderation,
      badInput: falErrors.pictureTooSmall,
      badKey: falErrors.badKey,
      noCredit: falErrors.noCredit,
      rateLimited: falErrors.busy,
      unavailable: falErrors.noRunner,
    },
    environment: (origin) => ({ FAL_KEY: key, FAL_QUEUE_URL: origin, FAL_REST_URL: origin }),
    notFound: { status: 404, json: { detail: 'Path not found' } },
    routes: [
      { operation: 'status', method: 'GET', path: new RegExp(`^${requests}/status$`), answer: forJob(status) },
      { operation: 'result', method: 'GET', path: new RegExp(`^${requests}$`), answer: forJob(result) },
      { operation: 'cancel', method: 'PUT', path: new RegExp(`^${requests}/cancel$`), answer: forJob(cancel) },
      {
        operation: 'upload',
        method: 'POST',
        path: /^\/storage\/upload\/initiate$/,
        answer: authorized(storage.initiate),
      },
      { operation: 'put', method: 'PUT', path: /^\/storage\/put\/(?<id>[^/]+)$/, answer: storage.put },
      {
        operation: 'uploaded',
        method: 'GET',
        path: /^\/files\/uploads\/(?<id>[^/]+)\/[^/]+$/,
        answer: storage.uploaded,
      },
      {
        operation: 'clip',
        method: 'GET',
        path: /^\/files\/clips\/(?<id>[^/]+)\.mp4$/,
        answer: ({ groups }) => renders.clip(groups.id),
      },
      {
        operation: 'keys',
        method: 'GET',
        path: /^\/\.well-known\/jwks\.json$/,
        answer: () => json(200, { keys: [signer.publicKey.export({ format: 'jwk' })] }),
      },
      { operation: 'submit', method: 'POST', path: /^\/fal-ai\/.+$/, answer: authorized(submit) },
    ],
    planError(error) {
      const plan: RenderPlan = { ending: 'failed' };
      plannedErrors.set(plan, error);
      renders.plan(plan);
    },
    rotateKey() {
      signer = generateKeyPairSync('ed25519');
    },
    close: renders.close,
  };
}

/** Pictures: an address to put at, which is the permission itself, and one to read at (§8). */
function createStorage(): Record<'initiate' | 'put' | 'uploaded', (call: ReceivedCall) => Reply> {
  const files = new Map<string, { readonly type: string; bytes: Uint8Array | null }>();
  return {
    initiate({ json: body, origin }) {
      const wanted = z.strictObject({ content_type: z.string(), file_name: z.string() }).safeParse(body);
      if (!wanted.success) return validationError(wanted.error, body);
      const id = randomUUID();
      files.set(id, { type: wanted.data.content_type, bytes: null });
      return json(200, {
        upload_url: `${origin}/storage/put/${id}?signature=${randomUUID()}`,
        file_url: `${origin}/files/uploads/${id}/${wanted.data.file_name}`,
      });
    },
    put({ groups, headers, query, body }) {
      const file = files.get(groups.id ?? '');
      if (!file || !query.has('signature')) return { status: 403 };
      if (headers.authorization !== undefined || headers['content-type'] !== file.type) return { status: 400 };
      file.bytes = body;
      return { status: 200 };
    },
    uploaded({ groups }) {
      const file = files.get(groups.id ?? '');
      return file?.bytes ? { status: 200, headers: { 'content-type': file.type }, bytes: file.bytes } : { status: 404 };
    },
  };
}

/** Headers as fal signs a call-back with (§7). */
export function signCallBack(call: {
  readonly requestId: string;
  readonly userId: string;
  readonly body: string;
  readonly now: Date;
  readonly key: KeyObject;
}): Record<string, string> {
  const timestamp = `${Math.floor(call.now.getTime() / 1000)}`;
  const bodyHash = createHash('sha256').update(call.body).digest('hex');
  const message = [call.requestId, call.userId, timestamp, bodyHash].join('\n');
  return {
    'content-type': 'application/json',
    'x-fal-webhook-request-id': call.requestId,
    'x-fal-webhook-user-id': call.userId,
    'x-fal-webhook-timestamp': timestamp,
    'x-fal-webhook-signature': sign(null, Buffer.from(message), call.key).toString('hex'),
  };
}

const unknownJob: Reply = { status: 404, json: { status: 'NOT_FOUND' } };

const picture = z.string().regex(/^(https?:\/\/|data:image\/)/);
const text = { prompt: z.string().min(1), prompt_optimizer: z.boolean().optional() };
const fromPicture = { ...text, image_url: picture };
const duration = { duration: z.enum(['6', '10']).optional() };
const lastPicture = { end_image_url: picture.optional() };

/** Fields of every endpoint (§2, §3). */
const inputs: Readonly<Record<string, z.ZodType>> = {
  'fal-ai/minimax/hailuo-2.3/pro/text-to-video': z.strictObject(text),
  'fal-ai/minimax/hailuo-2.3/standard/text-to-video': z.strictObject({ ...text, ...duration }),
  'fal-ai/minimax/hailuo-2.3/pro/image-to-video': z.strictObject(fromPicture),
  'fal-ai/minimax/hailuo-2.3/standard/image-to-video': z.strictObject({ ...fromPicture, ...duration }),
  'fal-ai/minimax/hailuo-2.3-fast/pro/image-to-video': z.strictObject(fromPicture),
  'fal-ai/minimax/hailuo-2.3-fast/standard/image-to-video': z.strictObject({ ...fromPicture, ...duration }),
  'fal-ai/minimax/hailuo-02/pro/text-to-video': z.strictObject(text),
  'fal-ai/minimax/hailuo-02/standard/text-to-video': z.strictObject({ ...text, ...duration }),
  'fal-ai/minimax/hailuo-02/pro/image-to-video': z.strictObject({ ...fromPicture, ...lastPicture }),
  'fal-ai/minimax/hailuo-02/standard/image-to-video': z.strictObject({
    ...fromPicture,
    ...lastPicture,
    ...duration,
    resolution: z.enum(['512P', '768P']).optional(),
  }),
  'fal-ai/minimax/hailuo-02-fast/image-to-video': z.strictObject({ ...fromPicture, ...duration }),
};

function json(status: number, body: unknown): Reply {
  return { status, json: body };
}

function modelError(status: number, type: string, msg: string, field?: string): Reply {
  return {
    status,
    headers: { 'x-fal-retryable': status >= 500 ? 'true' : 'false' },
    json: {
      detail: [{ loc: field ? ['body', field] : ['body'], msg, type, url: `https://docs.fal.ai/errors/#${type}` }],
    },
  };
}

const validationTypes: Readonly<Record<string, string>> = {
  unrecognized_keys: 'extra_forbidden',
  invalid_value: 'literal_error',
  invalid_format: 'value_error',
  too_small: 'string_too_short',
};

function validationError(error: z.ZodError, input: unknown): Reply {
  const detail = error.issues.map((issue) => {
    const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
    const type = validationTypes[issue.code] ?? (isMissing ? 'missing' : 'string_type');
    return { loc: ['body', ...issue.path], msg: issue.message, type, input };
  });
  return json(422, { detail });
}

function callBackBody({ status, json: payload }: Reply): Record<string, unknown> {
  if (status < 300) return { status: 'OK', payload };
  return { status: 'ERROR', error: `Invalid status code: ${status}`, payload };
}
