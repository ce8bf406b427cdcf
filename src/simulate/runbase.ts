/**
 * A strict Runbase on loopback, after providers/runbase.md: two endpoints, one model. It knows the rules from the sheet
 * and not from the bot's own tables, so that the two check each other.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { createRenders, type SimulatedJob } from './renders.ts';
import type { ReceivedCall, Reply, Route, SimulatedService, SimulationOptions } from './server.ts';

export interface RunbaseOptions extends SimulationOptions {
  /** Turns away what is over 20 calls in 10 s, creates and reads together (§10). Default: it bears any number. */
  readonly keepsLimit?: boolean;
}

export interface SimulatedRunbase extends SimulatedService {
  /** Calls that were turned away for coming too fast. */
  readonly turnedAway: () => number;
}

/** Every error answer of §9, for orders. */
export const runbaseErrors = {
  invalidJson: refusal(400, 'invalid_json', 'Request body is not valid JSON'),
  missingModel: refusal(400, 'missing_model', 'model is required'),
  missingInput: refusal(400, 'missing_input', 'input is required'),
  invalidInput: refusal(400, 'invalid_input', 'Input does not match the schema of the model'),
  modelNotFound: refusal(400, 'model_not_found', 'Model not found'),
  missingApiKey: refusal(401, 'missing_api_key', 'Missing API key'),
  invalidApiKey: refusal(401, 'invalid_api_key', 'Invalid API key'),
  insufficientBalance: refusal(402, 'insufficient_balance', 'Insufficient balance'),
  spendLimitExceeded: refusal(403, 'api_key_spend_limit_exceeded', 'This API key has reached its spend limit'),
  ipNotAllowed: refusal(403, 'ip_not_allowed', 'This IP address is not allowed for this API key'),
  runNotFound: refusal(404, 'run_not_found', 'Run not found. It must belong to your account; check the API key.'),
  rateLimited: refusal(429, 'RATE_LIMITED', 'Too many requests'),
  usageExceeded: refusal(429, 'USAGE_EXCEEDED', 'The usage quota of this API key is used up'),
  /** Without a code: it leaves open whether a run was created. */
  fault: { status: 500, json: { error: { message: 'Internal server error' } } },
} as const satisfies Record<string, Reply>;

/** $0.04 a run, as in the sheet's example. */
const costUsd = 40_000;

const limit = { most: 20, perMs: 10_000 };

export function createRunbase(options: RunbaseOptions): SimulatedRunbase {
  const key = options.key ?? 'sk-simulated-runbase-key';
  const now = options.now ?? (() => new Date());
  const renders = createRenders(options);
  const allowance = createAllowance(now);

  const authorized =
    (answer: Route['answer']): Route['answer'] =>
    (call) => {
      const { authorization } = call.headers;
      if (authorization === undefined) return runbaseErrors.missingApiKey;
      if (authorization !== `Bearer ${key}`) return runbaseErrors.invalidApiKey;
      return options.keepsLimit && !allowance.take() ? runbaseErrors.rateLimited : answer(call);
    };

  async function submit(call: ReceivedCall): Promise<Reply> {
    const asked = readCreate(call.json);
    if ('status' in asked) return asked;
    const id = `run_${randomBytes(12).toString('hex')}`;
    const { model } = asked;
    await renders.accept({ id, model, input: call.json, callBackUrl: null }, call.origin);
    // The sheet asks to take any 2xx (§4): not the one that everybody expects.
    return { status: 201, json: { id, model, status: 'pending', costUsd } };
  }

  function status({ groups, origin }: ReceivedCall): Reply {
    const job = renders.find(groups.id);
    if (!job) return runbaseErrors.runNotFound;
    const { id, model } = job;
    const createdAt = new Date(job.acceptedAt).toISOString();
    return { status: 200, json: { id, model, costUsd, createdAt, ...stateOf(job, origin) } };
  }

  function stateOf(job: SimulatedJob, origin: string): Record<string, unknown> {
    const { plan } = job;
    switch (renders.stageOf(job)) {
      case 'waiting':
        return { status: 'pending' };
      case 'rendering':
        return { status: plan.statusWord ?? 'processing' };
      case 'ended':
        return { ...endingOf(job, origin), completedAt: new Date(endOf(job)).toISOString() };
    }
  }

  function endOf({ acceptedAt, plan }: SimulatedJob): number {
    return acceptedAt + (plan.queueMs ?? options.queueMs ?? 0) + (plan.renderMs ?? options.renderMs ?? 0);
  }

  return {
    id: 'runbase',
    renders,
    turnedAway: allowance.refused,
    errors: {
      // No moderation and no "unavailable": it has no code for the one, and its 500 says nothing for certain (§9).
      badInput: runbaseErrors.invalidInput,
      badKey: runbaseErrors.invalidApiKey,
      noCredit: runbaseErrors.insufficientBalance,
      rateLimited: runbaseErrors.rateLimited,
    },
    environment: (origin) => ({ RUNBASE_API_KEY: key, RUNBASE_API_URL: `${origin}/api/v1` }),
    notFound: {
      status: 404,
      headers: { 'content-type': 'text/html' },
      bytes: Buffer.from('<html><body>This page could not be found.</body></html>'),
    },
    routes: [
      { operation: 'submit', method: 'POST', path: /^\/api\/v1\/runs$/, answer: authorized(submit) },
      { operation: 'status', method: 'GET', path: /^\/api\/v1\/runs\/(?<id>[^/]+)$/, answer: authorized(status) },
      {
        operation: 'clip',
        method: 'GET',
        path: /^\/files\/clips\/(?<id>[^/]+)\.mp4$/,
        answer: ({ groups }) => renders.clip(groups.id),
      },
    ],
    close: renders.close,
  };
}

/** What was let through in the last stretch. A call turned away does not count: the sheet does not say. */
function createAllowance(now: () => Date): { take(): boolean; refused(): number } {
  let taken: number[] = [];
  let refused = 0;
  return {
    take() {
      const at = now().getTime();
      taken = taken.filter((earlier) => at - earlier < limit.perMs);
      const isFree = taken.length < limit.most;
      if (isFree) taken.push(at);
      else refused += 1;
      return isFree;
    },
    refused: () => refused,
  };
}

function endingOf({ id, plan }: SimulatedJob, origin: string): Record<string, unknown> {
  switch (plan.ending ?? 'clip') {
    case 'clip':
      return { status: 'succeeded', output: { urls: [`${origin}/files/clips/${id}.mp4`] } };
    case 'moderated':
      return { status: 'failed', error: 'The request was refused under the content policy.' };
    case 'failed':
      return { status: 'failed', error: 'Generation failed at the AI provider.' };
  }
}

/**
 * The schema of §3, and nothing beside it. One picture at a public address: what a second one, or a data URI, would do
 * is unknown, so neither is to be sent.
 */
const inputSchema = z.strictObject({
  prompt: z.string().min(1),
  image_urls: z
    .array(z.url({ protocol: /^https?$/ }))
    .length(1)
    .optional(),
});
const createSchema = z.strictObject({ model: z.literal('hailuo/pro'), input: inputSchema });

function readCreate(json: unknown): z.output<typeof createSchema> | Reply {
  const body = z.looseObject({}).safeParse(json);
  if (!body.success) return runbaseErrors.invalidJson;
  if (body.data.model === undefined) return runbaseErrors.missingModel;
  if (body.data.input === undefined) return runbaseErrors.missingInput;
  const asked = createSchema.safeParse(json);
  if (asked.success) return asked.data;
  if (asked.error.issues.some(({ path }) => path[0] === 'model')) return runbaseErrors.modelNotFound;
  const words = asked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return refusal(400, 'invalid_input', words.join('; '));
}

function refusal(status: number, code: string, message: string) {
  return { status, json: { error: { message, code } } };
}
