/**
 * A strict MiniMax on loopback: one endpoint, a verdict in every body, call-backs after a handshake, after
 * providers/minimax.md. It knows the models from the sheet and not from the bot's own table, so that the two check each
 * other. Where HTTP statuses are not documented it answers 200, the form that is easiest to take for success.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createRenders, type OutgoingCallBack, type PlannedCallBack, type SimulatedJob } from './renders.ts';
import type { ReceivedCall, Reply, Route, SimulatedService, SimulationOptions } from './server.ts';

export interface SimulatedMiniMax extends SimulatedService {
  /** One for each submit with a call-back address: whether the challenge came back in time. */
  readonly handshakes: readonly boolean[];
}

/** A verdict in MiniMax's own form (§9). */
export function miniMaxRefusal(code: number, message: string, status = 200): Reply {
  return { status, headers: traced(), json: { task_id: '', base_resp: { status_code: code, status_msg: message } } };
}

const linkLivesMs = 60 * 60 * 1000;
/** No answer within this, and the call-back is not enabled (§7). */
const handshakeMs = 3000;
/** Both from the sheet's examples; file ids start where JSON.parse begins to round. */
const firstTaskId = 106_916_112_212_032n;
const firstFileId = 9_007_199_254_740_993n;

export function createMiniMax(options: SimulationOptions): SimulatedMiniMax {
  const key = options.key ?? 'simulated-minimax-key';
  const now = options.now ?? (() => new Date());
  const handshakes: boolean[] = [];
  const renders = createRenders({ ...options, callBackFor });

  const authorized =
    (answer: Route['answer']): Route['answer'] =>
    (call) => {
      const { authorization } = call.headers;
      if (!authorization?.startsWith('Bearer ')) return notAuthenticated;
      return authorization === `Bearer ${key}` ? answer(call) : errors.badKey;
    };
  const fileIdOf = (job: SimulatedJob): string => `${firstFileId + 2n * BigInt(renders.jobs.indexOf(job))}`;

  async function submit(call: ReceivedCall): Promise<Reply> {
    const fields = checkFields(call.json);
    if (!fields.success) return invalid(fields.error.issues);
    const { model, callback_url: callBackUrl } = fields.data;
    const isEnabled = callBackUrl !== undefined && (await shakeHands(callBackUrl));
    const { id } = await renders.accept(
      {
        id: `${firstTaskId + BigInt(renders.jobs.length)}`,
        model,
        input: call.json,
        callBackUrl: isEnabled ? callBackUrl : null,
      },
      call.origin,
    );
    return succeed({ task_id: id });
  }

  async function shakeHands(callBackUrl: string): Promise<boolean> {
    const challenge = randomUUID();
    const isAnswered = await echoes(callBackUrl, challenge);
    handshakes.push(isAnswered);
    return isAnswered;
  }

  function status({ query }: ReceivedCall): Reply {
    const job = renders.find(query.get('task_id'));
    return job ? { status: 200, headers: traced(), json: stateOf(job) } : unknownTask;
  }

  function stateOf(job: SimulatedJob): Readonly<Record<string, unknown>> {
    switch (renders.stageOf(job)) {
      case 'waiting':
        return taskState(job, renders.placeOf(job) > 0 ? 'Queueing' : 'Preparing');
      case 'rendering':
        return taskState(job, job.plan.statusWord ?? 'Processing');
      case 'ended':
        return endOf(job);
    }
  }

  function endOf(job: SimulatedJob): Readonly<Record<string, unknown>> {
    switch (job.plan.ending ?? 'clip') {
      case 'moderated':
        return taskState(job, 'Fail', { status_code: 1027, status_msg: 'output video is sensitive' });
      case 'failed':
        return taskState(job, 'Fail', { status_code: 1024, status_msg: 'internal error' });
      case 'clip':
        return { ...taskState(job, 'Success'), file_id: fileIdOf(job), ...sizeOf(job) };
    }
  }

  function retrieve({ query, origin }: ReceivedCall): Reply {
    const job = renders.jobs.find((each) => fileIdOf(each) === query.get('file_id'));
    if (!job || stateOf(job).status !== 'Success') return unknownFile;
    const expires = now().getTime() + linkLivesMs;
    const file = {
      bytes: options.clip.length,
      created_at: 0,
      filename: 'output.mp4',
      purpose: 'video_generation',
      download_url: `${origin}/files/clips/${job.id}.mp4?expires=${expires}`,
    };
    // A 64-bit integer, written as it is: JSON.stringify knows none.
    const text = JSON.stringify({ file, base_resp: success }).replace(
      '{"file":{',
      `{"file":{"file_id":${fileIdOf(job)},`,
    );
    return { status: 200, headers: { 'content-type': 'application/json', ...traced() }, bytes: Buffer.from(text) };
  }

  function clip({ groups, query }: ReceivedCall): Reply {
    return Number(query.get('expires')) < now().getTime() ? { status: 404 } : renders.clip(groups.id);
  }

  /** Shaped like the query's answer, in lower-case words of its own (§7). Nothing is signed. */
  function callBackFor(job: SimulatedJob, signature: PlannedCallBack['signature']): OutgoingCallBack {
    const { task_id, status: word, file_id, base_resp } = { file_id: '', ...stateOf(job) } as Record<string, unknown>;
    const body = {
      task_id: signature === 'genuine' ? task_id : '999999999999999',
      status: callBackWords[`${word}`] ?? 'processing',
      file_id,
      base_resp,
    };
    return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  }

  return {
    id: 'minimax',
    renders,
    errors,
    handshakes,
    environment: (origin) => ({ MINIMAX_API_KEY: key, MINIMAX_API_URL: origin }),
    notFound: { status: 404, headers: { 'content-type': 'text/plain' }, bytes: Buffer.from('404 page not found') },
    routes: [
      { operation: 'submit', method: 'POST', path: /^\/v1\/video_generation$/, answer: authorized(submit) },
      { operation: 'status', method: 'GET', path: /^\/v1\/query\/video_generation$/, answer: authorized(status) },
      { operation: 'retrieve', method: 'GET', path: /^\/v1\/files\/retrieve$/, answer: authorized(retrieve) },
      { operation: 'clip', method: 'GET', path: /^\/files\/clips\/(?<id>[^/]+)\.mp4$/, answer: clip },
    ],
    close: () => renders.close(),
  };
}

/** A fault at the submit has no word here that would rule out an accepted job (§11). */
const errors = {
  moderation: miniMaxRefusal(1026, 'input new_sensitive'),
  badInput: miniMaxRefusal(2013, 'invalid params'),
  badKey: miniMaxRefusal(2049, 'invalid api key'),
  noCredit: miniMaxRefusal(1008, 'insufficient balance'),
  rateLimited: miniMaxRefusal(1002, 'rate limit'),
};
const notAuthenticated = miniMaxRefusal(1004, 'login fail: carry the API key in the Authorization header');
// What a task or a file that is none comes to is not documented; of the codes, this one fits best.
const unknownTask = miniMaxRefusal(2013, 'invalid params, task_id');
const unknownFile = miniMaxRefusal(2013, 'invalid params, file_id');

const success = { status_code: 0, status_msg: 'success' };
const callBackWords: Readonly<Record<string, string>> = { Success: 'success', Fail: 'failed' };

function taskState(job: SimulatedJob, status: string, verdict = success) {
  return { task_id: job.id, status, file_id: '', base_resp: verdict };
}

function succeed(fields: Readonly<Record<string, unknown>>): Reply {
  return { status: 200, headers: traced(), json: { ...fields, base_resp: success } };
}

function traced(): Record<string, string> {
  return { 'trace-id': randomUUID().replaceAll('-', '') };
}

const heights: Readonly<Record<string, number>> = { '512P': 512, '768P': 768, '1080P': 1080 };

function sizeOf({ input }: SimulatedJob): { video_width: number; video_height: number } {
  const { resolution } = z.object({ resolution: z.string().default('768P') }).parse(input);
  const height = heights[resolution] ?? 768;
  return { video_width: Math.round((height * 16) / 9 / 2) * 2, video_height: height };
}

async function echoes(url: string, challenge: string): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ challenge }),
      redirect: 'manual',
      signal: AbortSignal.timeout(handshakeMs),
    });
    return answer.ok && z.object({ challenge: z.literal(challenge) }).safeParse(await answer.json()).success;
  } catch {
    return false;
  }
}

/** Counted as it comes, encoded: the harder of the two readings of "under 20 MB" (§8). */
const pictureLimitBytes = 20_000_000;
const picture = z
  .string()
  .max(pictureLimitBytes - 1)
  .regex(/^(?:https?:\/\/\S+|data:image\/(?:jpg|jpeg|png|webp);base64,[A-Za-z0-9+/]+={0,2})$/);

const common = {
  prompt: z.string().max(2000).optional(),
  duration: z.literal([6, 10]).optional(),
  resolution: z.enum(['768P', '1080P']).optional(),
  prompt_optimizer: z.boolean().optional(),
  callback_url: z.url().optional(),
};
const pretreatment = { fast_pretreatment: z.boolean().optional() };
const text = { ...common, ...pretreatment, prompt: z.string().min(1).max(2000) };
const fromPicture = { ...common, ...pretreatment, first_frame_image: picture };

/** The fields present decide the mode (§2); a field of another mode is refused, though MiniMax may let it pass. */
const fromText = z.strictObject({ ...text, model: z.enum(['MiniMax-Hailuo-2.3', 'MiniMax-Hailuo-02']) });
const fromFirst = z.discriminatedUnion('model', [
  z.strictObject({ ...fromPicture, model: z.enum(['MiniMax-Hailuo-2.3', 'MiniMax-Hailuo-2.3-Fast']) }),
  z.strictObject({
    ...fromPicture,
    model: z.literal('MiniMax-Hailuo-02'),
    resolution: z.enum(['512P', '768P', '1080P']).optional(),
  }),
]);
const fromLast = z.strictObject({
  ...common,
  model: z.literal('MiniMax-Hailuo-02'),
  first_frame_image: picture.optional(),
  last_frame_image: picture,
});

function checkFields(body: unknown) {
  const object = z.record(z.string(), z.unknown()).safeParse(body).data ?? {};
  const isMade = ({ duration, resolution }: { duration?: unknown; resolution?: unknown }) =>
    duration !== 10 || resolution !== '1080P';
  const problem = { path: ['duration'], message: '10 is not for 1080P' };
  if ('last_frame_image' in object) return fromLast.refine(isMade, problem).safeParse(body);
  if ('first_frame_image' in object) return fromFirst.refine(isMade, problem).safeParse(body);
  return fromText.refine(isMade, problem).safeParse(body);
}

function invalid(issues: readonly z.core.$ZodIssue[]): Reply {
  const words = issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  return miniMaxRefusal(2013, `invalid params, ${words}`);
}
