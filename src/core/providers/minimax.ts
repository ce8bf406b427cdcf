/** MiniMax itself: one endpoint, a verdict in every body, links that live an hour. Rules and section numbers: providers/minimax.md. */
import { z } from 'zod';
import { AnswerLostError, type HttpAnswer, type HttpCall } from '../http.ts';
import type { JsonValue } from '../values.ts';
import { describe, failureOf, isNamed, isRefusal, type Moment, readVerdict, type Verdict } from './minimax/failures.ts';
import { offerFrom } from './minimax/models.ts';
import type {
  CallBack,
  CallBackReading,
  Inspection,
  Progress,
  ProviderEdges,
  SealedProvider,
  Submission,
  SubmitCall,
  VideoProvider,
} from './provider.ts';
import { CallRefusedError, defineProvider } from './provider.ts';
import { isSuccess, optional, parseJson, trimmed } from './wire.ts';

const environment = z.object({
  MINIMAX_API_KEY: z.string().min(1),
  MINIMAX_API_URL: z.url().default('https://api.minimax.io'),
  /** The lower of the two figures that were published for an account without a package; packages have up to 50 (§10). */
  MINIMAX_CREATES_PER_MINUTE: z.coerce.number().int().min(1).default(5),
});
type Environment = z.output<typeof environment>;

/**
 * Has no `cancel` (§6), and no `lookUp`: there is neither a list of tasks nor a reference of ours (§11), so only a
 * call-back finds a submit that got lost.
 */
export const minimax: SealedProvider = defineProvider({
  id: 'minimax',
  title: 'MiniMax',
  keyName: 'MINIMAX_API_KEY',
  environment,
  connect: connectMiniMax,
});

const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'];

/** Two pictures of 14 MB, encoded, on a slow line: cut short, nobody would know whether it was paid. */
const submitTimeoutMs = 120_000;

const ticketSchema = z.object({ taskId: z.string() });

/** An id is a string; a number is taken only while it is small enough to be exact. Empty in refusals. */
const id = z
  .union([z.string().min(1), z.int().positive().transform(String)])
  .nullish()
  .catch(null);
const submitAnswer = z.object({ task_id: id });
const task = z.object({ status: z.string().min(1), file_id: id });
/** Its own `file_id` is left alone: a 64-bit integer that JSON.parse rounds (§5). */
const retrieved = z.object({ file: z.object({ download_url: z.string().min(1) }) });
const challengeBody = z.object({ challenge: z.string().min(1) });
const callBackBody = z.object({ task_id: z.string().min(1), status: optional.text });

function connectMiniMax(settings: Environment, edges: ProviderEdges): VideoProvider {
  const base = trimmed(settings.MINIMAX_API_URL);
  const key = settings.MINIMAX_API_KEY;
  const creates = settings.MINIMAX_CREATES_PER_MINUTE;
  const turnMs = Math.ceil(60_000 / creates);
  const isBilledInUsd = !isMainland(base);

  async function call(method: 'GET' | 'POST', path: string, rest: Pick<HttpCall, 'json' | 'timeoutMs'> = {}) {
    const headers = { authorization: `Bearer ${key}` };
    const answer = await edges.http({ method, url: base + path, headers, ...rest });
    return { answer, verdict: readVerdict(answer, key) };
  }
  const query = (taskId: string) => call('GET', `/v1/query/video_generation?task_id=${encodeURIComponent(taskId)}`);
  const failure = (verdict: Verdict, moment: Moment) => failureOf(verdict, moment, edges.now(), turnMs);

  async function submit({ body, firstFrame, lastFrame, callBackUrl }: SubmitCall): Promise<Submission> {
    const json = {
      ...z.record(z.string(), z.unknown()).parse(body),
      ...(firstFrame && { first_frame_image: firstFrame }),
      ...(lastFrame && { last_frame_image: lastFrame }),
      ...(callBackUrl && { callback_url: callBackUrl }),
    };
    const { answer, verdict } = await call('POST', '/v1/video_generation', { json, timeoutMs: submitTimeoutMs });
    const taskId = submitAnswer.safeParse(answer.json).data?.task_id;
    if (verdict.code === 0 && taskId) {
      return { outcome: 'accepted', ticket: { taskId }, ...(callBackUrl && { expectsCallBack: true }) };
    }
    // A refusal that names a task contradicts itself, and may be paid.
    if (isRefusal(verdict) && !taskId) return { outcome: 'refused', failure: failure(verdict, 'submit') };
    throw new AnswerLostError(`MiniMax left open whether it took the job: ${describe(verdict)}`);
  }

  async function poll(ticket: JsonValue): Promise<Progress> {
    const { taskId } = ticketSchema.parse(ticket);
    const { answer, verdict } = await query(taskId);
    const seen = task.safeParse(answer.json);
    // A code may tell of the look or of the job: of the job only beside a status. What a gateway answers may have a
    // status as well, but no `base_resp`.
    if (!seen.success || !isReadable(answer, verdict)) throw unusable(verdict, 'a look at a job');

    switch (seen.data.status.toLowerCase()) {
      case 'preparing':
      case 'queueing':
        return { status: 'waiting' };
      case 'processing':
        return { status: 'rendering' };
      case 'success':
        return seen.data.file_id ? retrieve(seen.data.file_id) : withoutClip('Success, without a file_id');
      case 'fail':
      case 'failed':
        return { status: 'failed', failure: failure(verdict, 'render') };
      default:
        // A code says more than a word that nobody knows.
        if (verdict.code) throw unusable(verdict, 'a look at a job');
        edges.log('unknown-status', { taskId, status: seen.data.status.slice(0, 40) });
        return { status: 'rendering' };
    }
  }

  /** Asked for anew by every look: the link lives an hour, the next one another hour. */
  async function retrieve(fileId: string): Promise<Progress> {
    const { answer, verdict } = await call('GET', `/v1/files/retrieve?file_id=${encodeURIComponent(fileId)}`);
    if (!isReadable(answer, verdict) || verdict.code) throw unusable(verdict, 'a request for a file');
    const reply = retrieved.safeParse(answer.json);
    if (reply.success) return { status: 'ready', videoUrl: reply.data.file.download_url };
    if (verdict.code === 0) return withoutClip('Success, and the file has no download_url');
    throw unusable(verdict, 'a request for a file');
  }

  /** Why a look was not answered as it should be, where MiniMax says so. */
  function unusable(verdict: Verdict, what: string): Error {
    if (isNamed(verdict)) return new CallRefusedError(failure(verdict, 'look'));
    return new Error(`MiniMax gave no usable answer to ${what}: ${describe(verdict)}`);
  }

  /**
   * A look at a task that never was: any complaint but one about the account shows that the key was read. No call
   * tells the balance.
   */
  async function inspect(): Promise<Inspection> {
    const { verdict } = await query('0');
    const found = failure(verdict, 'look');
    if (found.kind === 'bad-key' || found.kind === 'no-credit') return { findings: [], failure: found };
    if (verdict.code === undefined || found.kind === 'unavailable') throw unusable(verdict, 'a look at a job');
    return {
      findings: [
        'The key is read.',
        isBilledInUsd ? 'Clips are billed in USD.' : 'Clips are billed in CNY: their prices are not counted.',
        `At most ${creates} clips are begun in a minute: MINIMAX_CREATES_PER_MINUTE.`,
      ],
    };
  }

  return {
    id: 'minimax',
    title: 'MiniMax',
    paces: [{ of: ['submit'], most: creates, perMs: 60_000 }],
    slots: 'learned',
    pictures: [
      // Needs nobody to fetch from us. Whether "under 20 MB" counts the encoded text is unknown (§8): 14 MB fit either way.
      { route: 'data-uri', maxBytes: 14_000_000, types: pictureTypes },
      { route: 'link', maxBytes: 19_999_999, types: pictureTypes },
    ],
    offer: (request) => offerFrom(request, isBilledInUsd),
    submit,
    poll,
    inspect,
    readCallBack,
  };
}

/** The mainland's console bills in CNY (§1). */
function isMainland(base: string): boolean {
  const { hostname } = new URL(base);
  return hostname === 'minimaxi.com' || hostname.endsWith('.minimaxi.com');
}

/** Nothing is signed (§7): the address itself, which nobody can guess, is the proof. */
async function readCallBack({ rawBody }: CallBack): Promise<CallBackReading> {
  const body = parseJson(rawBody);
  const handshake = challengeBody.safeParse(body);
  if (handshake.success) return { outcome: 'answer', json: { challenge: handshake.data.challenge } };
  const told = callBackBody.safeParse(body);
  return { outcome: 'genuine', ...(told.success && { ticket: { taskId: told.data.task_id } }) };
}

function isReadable(answer: HttpAnswer, { code }: Verdict): boolean {
  return code !== undefined || isSuccess(answer);
}

function withoutClip(detail: string): Progress {
  return { status: 'failed', failure: { kind: 'clip-unusable', charged: 'yes', detail } };
}
