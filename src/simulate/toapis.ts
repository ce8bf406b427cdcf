/**
 * A strict ToAPIs on loopback: tasks, uploads, balances and signed call-backs, after providers/toapis.md. It knows the
 * models from the sheet and not from the bot's own table, so that the two check each other.
 */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createRenders, type OutgoingCallBack, type PlannedCallBack, type SimulatedJob } from './renders.ts';
import type { ReceivedCall, Reply, Route, SimulatedErrors, SimulatedService, SimulationOptions } from './server.ts';

export interface SimulatedToAPIs extends SimulatedService {
  readonly errors: Required<SimulatedErrors>;
  /**
   * What stands in the console: a default address, of which a request may change only path and query, `any` for one that
   * always fits, or null for none. Default `any`.
   */
  setWebHook(origin: string | null): void;
  /** From here on a new secret signs, and the one before it signs as well. The bot is not told. */
  rotateSecret(): void;
  /** From here on `client_business_id` is taken and forgotten, as the Hailuo pages never promise otherwise. */
  forgetReferences(): void;
}

/** Error answers in ToAPIs' own forms (§9). */
export const toapisErrors = {
  moderation: worded(422, 'content_policy_violation', 'The content violates the content policy'),
  badInput: worded(400, 'invalid_request', 'Invalid request parameters'),
  badKey: numbered(401, 'authentication_error', 'Authentication failed, please check your API key'),
  noCredit: worded(402, 'insufficient_quota', 'Insufficient balance'),
  rateLimited: {
    ...worded(429, 'rate_limit_exceeded', 'Too many requests'),
    headers: { 'retry-after': '7', 'x-ratelimit-limit': '300', 'x-ratelimit-category': 'async_submit' },
  },
  unavailable: worded(503, 'rate_limit_unavailable', 'The submit limiter is not available, please try again later'),
  webHookMissing: worded(400, 'webhook_not_configured', 'webhook_not_configured'),
  fault: worded(500, 'internal_error', 'Internal error'),
  unknownTask: numbered(404, 'not_found_error', 'Task not found'),
} as const satisfies Record<string, Reply>;

export function createToAPIs(options: SimulationOptions): SimulatedToAPIs {
  const key = options.key ?? 'sk-simulated-toapis-key';
  const now = options.now ?? (() => new Date());
  // The same in every process, so that an environment printed by one fits another.
  const firstSecret = createHmac('sha256', key).update('web hook').digest('hex');
  let secrets: readonly string[] = [firstSecret];
  let webHookOrigin: string | null = 'any';
  let keepsReferences = true;
  const pictures = new Map<string, { readonly type: string; readonly bytes: Uint8Array }>();
  const renders = createRenders({ ...options, callBackFor });

  const seconds = (ms: number): number => Math.floor(ms / 1000);
  const authorized =
    (answer: Route['answer']): Route['answer'] =>
    (call) =>
      call.headers.authorization === `Bearer ${key}` ? answer(call) : toapisErrors.badKey;

  async function submit(call: ReceivedCall): Promise<Reply> {
    const body = z.looseObject({ model: z.string() }).safeParse(call.json);
    const schema = body.success ? inputs[body.data.model] : undefined;
    if (!schema) return invalid('model is missing or unknown');
    const input = schema.safeParse(call.json);
    if (!input.success) return invalid(input.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
    const { callback_url: callBackUrl } = input.data.metadata ?? {};
    if (callBackUrl !== undefined && webHookOrigin === null) return toapisErrors.webHookMissing;
    if (callBackUrl !== undefined && webHookOrigin !== 'any' && new URL(callBackUrl).origin !== webHookOrigin) {
      return invalid('callback_url must have the scheme, host and port of the default address');
    }
    const job = await renders.accept(
      {
        id: `vid_${randomUUID().replaceAll('-', '').toUpperCase()}`,
        model: input.data.model,
        input: call.json,
        callBackUrl: callBackUrl ?? null,
      },
      call.origin,
    );
    return { status: 200, json: { ...head(job), status: 'queued', progress: 0, metadata: {} } };
  }

  const head = ({ id, model, acceptedAt }: SimulatedJob) => ({
    id,
    object: 'generation.task',
    model,
    created_at: seconds(acceptedAt),
  });

  function referenceOf({ input }: SimulatedJob): string | undefined {
    const { client_business_id: reference, metadata: extras } = input as Input;
    return keepsReferences ? (reference ?? extras?.client_business_id) : undefined;
  }

  function status({ groups, origin }: ReceivedCall): Reply {
    const id = decodeURIComponent(groups.id ?? '');
    const job = renders.find(id) ?? renders.jobs.find((candidate) => referenceOf(candidate) === id);
    if (!job) return toapisErrors.unknownTask;
    const reference = referenceOf(job);
    const task = { ...head(job), ...(reference !== undefined && { client_business_id: reference }) };
    switch (renders.stageOf(job)) {
      case 'waiting':
        return { status: 200, json: { ...task, status: 'queued', progress: 0 } };
      case 'rendering':
        return { status: 200, json: { ...task, status: job.plan.statusWord ?? 'in_progress', progress: 65 } };
      case 'ended':
        return { status: 200, json: { ...task, ...endingOf(job, origin) } };
    }
  }

  function endingOf(job: SimulatedJob, origin: string): Record<string, unknown> {
    const error = errorOf(job);
    if (error) return { status: 'failed', progress: 0, error };
    const completedAt = seconds(now().getTime());
    return {
      status: 'completed',
      progress: 100,
      completed_at: completedAt,
      expires_at: completedAt + 24 * 3600,
      result: resultOf(job, origin),
    };
  }

  function resultOf({ id }: SimulatedJob, origin: string) {
    return { type: 'video', data: [{ url: `${origin}/files/clips/${id}.mp4`, format: 'mp4' }] };
  }

  /** One event per task, whose id is the same each time it is sent (§7). Its words are not those of a status. */
  function callBackFor(job: SimulatedJob, signature: PlannedCallBack['signature'], origin: string): OutgoingCallBack {
    const error = errorOf(job);
    const at = seconds(now().getTime());
    const event = {
      id: `evt_${job.id.slice('vid_'.length)}`,
      type: error ? 'generation.failed' : 'generation.completed',
      api_version: 'v1',
      created_at: at,
      data: {
        task_id: job.id,
        client_business_id: referenceOf(job),
        task_type: 'video',
        model: job.model,
        status: error ? 'FAILURE' : 'SUCCESS',
        progress: '100%',
        result: error ? null : resultOf(job, origin),
        error,
        submitted_at: seconds(job.acceptedAt),
        finished_at: at,
      },
    };
    return signCallBack(event, signature === 'genuine' ? secrets : ['somebody else'], now());
  }

  async function upload({ body, headers, origin }: ReceivedCall): Promise<Reply> {
    const file = await fileIn(body, headers['content-type'] ?? '');
    if (file === null) return { status: 400, json: { success: false, message: 'No file was uploaded' } };
    if (!uploadTypes.has(file.type)) {
      return { status: 400, json: { success: false, message: 'Only JPEG, PNG, WebP and GIF images are supported' } };
    }
    if (file.size > 10 * 1024 * 1024) {
      return { status: 400, json: { success: false, message: 'The image is larger than 10 MB' } };
    }
    const id = `upload_${randomUUID()}`;
    pictures.set(id, { type: file.type, bytes: new Uint8Array(await file.arrayBuffer()) });
    const data = { id, url: `${origin}/files/uploads/${id}`, mime_type: file.type, size: file.size };
    return { status: 200, json: { success: true, message: '', data } };
  }

  function uploadedPicture({ groups }: ReceivedCall): Reply {
    const picture = pictures.get(groups.id ?? '');
    if (!picture) return { status: 404 };
    return { status: 200, headers: { 'content-type': picture.type }, bytes: picture.bytes };
  }

  const balance: Reply = {
    status: 200,
    json: {
      success: true,
      remain_balance: 10.5,
      used_balance: 2.3,
      remain_credits: 2100,
      used_credits: 460,
      credits_per_usd: 200,
      unlimited_quota: false,
    },
  };

  function modelList({ query }: ReceivedCall): Reply {
    const ids = ['video', 'all'].includes(query.get('type') ?? 'text') ? Object.keys(inputs) : ['gpt-5'];
    const data = ids.map((id) => ({ id, object: 'model', created: 1626777600, owned_by: 'minimax' }));
    return { status: 200, json: { success: true, object: 'list', data } };
  }

  return {
    id: 'toapis',
    renders,
    errors: toapisErrors,
    environment: (origin) => ({ TOAPIS_API_KEY: key, TOAPIS_API_URL: origin, TOAPIS_WEBHOOK_SECRET: firstSecret }),
    notFound: numbered(404, 'not_found_error', 'Invalid URL'),
    routes: [
      { operation: 'submit', method: 'POST', path: /^\/v1\/videos\/generations$/, answer: authorized(submit) },
      {
        operation: 'status',
        method: 'GET',
        path: /^\/v1\/videos\/generations\/(?<id>[^/]+)$/,
        answer: authorized(status),
      },
      { operation: 'upload', method: 'POST', path: /^\/v1\/uploads\/images$/, answer: authorized(upload) },
      { operation: 'uploaded', method: 'GET', path: /^\/files\/uploads\/(?<id>[^/]+)$/, answer: uploadedPicture },
      {
        operation: 'clip',
        method: 'GET',
        path: /^\/files\/clips\/(?<id>[^/]+)\.mp4$/,
        answer: ({ groups }) => renders.clip(groups.id),
      },
      { operation: 'balance', method: 'GET', path: /^\/v1\/balance$/, answer: authorized(() => balance) },
      { operation: 'account', method: 'GET', path: /^\/v1\/user\/balance$/, answer: authorized(() => balance) },
      { operation: 'models', method: 'GET', path: /^\/v1\/models$/, answer: authorized(modelList) },
    ],
    setWebHook(origin) {
      webHookOrigin = origin;
    },
    rotateSecret() {
      secrets = [randomBytes(32).toString('hex'), ...secrets.slice(0, 1)];
    },
    forgetReferences() {
      keepsReferences = false;
    },
    close: renders.close,
  };
}

/** A call-back as ToAPIs sends it, with a signature for every secret (§7). */
export function signCallBack(event: { readonly id: string }, secrets: readonly string[], at: Date): OutgoingCallBack {
  const body = JSON.stringify(event);
  const timestamp = `${Math.floor(at.getTime() / 1000)}`;
  const sign = (secret: string) =>
    createHmac('sha256', secret).update(`${event.id}.${timestamp}.${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'ToAPIs-Webhook/1.0',
      'x-toapis-webhook-id': event.id,
      'x-toapis-webhook-timestamp': timestamp,
      'x-toapis-webhook-signature': secrets.map((secret) => `v1=${sign(secret)}`).join(','),
    },
  };
}

/** Moderation has no code of its own here: only the words tell it (§9). */
function errorOf({ plan }: SimulatedJob): { readonly code: string; readonly message: string } | null {
  switch (plan.ending ?? 'clip') {
    case 'clip':
      return null;
    case 'moderated':
      return { code: 'generation_failed', message: 'Generation failed: the content violates the content policy' };
    case 'failed':
      return { code: 'generation_failed', message: 'Generation failed after retries' };
  }
}

const uploadTypes = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);

/** An address on the internet; a data URI is refused (§3). */
const publicUrl = z.string().regex(/^https?:\/\//, 'must be a public URL, not base64');
const metadata = {
  prompt_optimizer: z.boolean().optional(),
  fast_pretreatment: z.boolean().optional(),
  aigc_watermark: z.boolean().optional(),
  callback_url: publicUrl.optional(),
  client_business_id: z.string().optional(),
};
const prompt = z.string().min(1).max(2000);
const common = {
  prompt,
  duration: z.literal([6, 10]).optional(),
  resolution: z.enum(['768P', '1080P']).optional(),
  // What two pictures would mean is unknown.
  image_urls: z.array(publicUrl).length(1).optional(),
  metadata: z.strictObject(metadata).optional(),
  client_business_id: z.string().min(1).optional(),
};

interface Input {
  readonly model: string;
  readonly client_business_id?: string | undefined;
  readonly metadata?:
    | { readonly callback_url?: string | undefined; readonly client_business_id?: string | undefined }
    | undefined;
}

/** True where the length exists: 10 seconds are not made in 1080P. */
function hasFittingLength({
  duration,
  resolution,
}: {
  readonly duration?: unknown;
  readonly resolution?: unknown;
}): boolean {
  return !(duration === 10 && resolution === '1080P');
}
const noTenSecondsIn1080P = '1080P supports only a duration of 6';

/** The fields of every model (§2, §3). Stricter than the sheet: a field it does not list is refused. */
const inputs: Readonly<Record<string, z.ZodType<Input>>> = {
  'MiniMax-Hailuo-2.3': z
    .strictObject({ ...common, model: z.literal('MiniMax-Hailuo-2.3') })
    .refine(hasFittingLength, noTenSecondsIn1080P),
  'MiniMax-Hailuo-2.3-Fast': z
    .strictObject({
      ...common,
      model: z.literal('MiniMax-Hailuo-2.3-Fast'),
      image_urls: z.array(publicUrl, 'a picture is required').length(1),
    })
    .refine(hasFittingLength, noTenSecondsIn1080P),
  'MiniMax-Hailuo-02': z
    .strictObject({
      ...common,
      model: z.literal('MiniMax-Hailuo-02'),
      prompt: prompt.optional(),
      resolution: z.enum(['512P', '768P', '1080P']).optional(),
      metadata: z.strictObject({ ...metadata, last_frame_image: publicUrl.optional() }).optional(),
    })
    .refine(hasFittingLength, noTenSecondsIn1080P)
    .refine((input) => input.prompt || input.image_urls, 'prompt is required in text-to-video')
    .refine((input) => input.image_urls || input.resolution !== '512P', '512P is for image-to-video')
    .refine((input) => !input.metadata?.last_frame_image || input.image_urls, 'a last frame needs a first one')
    .refine((input) => !input.metadata?.last_frame_image || input.resolution !== '512P', 'no last frame with 512P'),
};

async function fileIn(body: Buffer, type: string): Promise<File | null> {
  if (!type.startsWith('multipart/form-data')) return null;
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    const file = form.get('file');
    return file instanceof File ? file : null;
  } catch {
    return null;
  }
}

function worded(status: number, code: string, message: string): Reply {
  return { status, json: { error: { code, message } } };
}

function numbered(status: number, type: string, message: string): Reply {
  return { status, json: { error: { code: status, message, type } } };
}

function invalid(problems: string | readonly string[]): Reply {
  return worded(400, 'invalid_request', [problems].flat().join('; '));
}
