/** fal.ai: a queue over HTTP, signed call-backs, its own storage for pictures. Rules and section numbers: providers/fal.md. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AnswerLostError, type HttpAnswer } from '../http.ts';
import type { JsonValue } from '../values.ts';
import { type Complaint, failureOf, isNamed, isOfCall, readComplaint } from './fal/failures.ts';
import { offer } from './fal/models.ts';
import { createSignatureCheck } from './fal/signature.ts';
import type {
  CallBackReading,
  Cancellation,
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
import { isAt, isSuccess, optional, parseJson, trimmed } from './wire.ts';

const environment = z.object({
  FAL_KEY: z.string().min(1),
  FAL_QUEUE_URL: z.url().default('https://queue.fal.run'),
  FAL_REST_URL: z.url().default('https://rest.fal.ai'),
  /** Renders at once: 2 for a new account, up to 40 as credit is bought (§10). Whatever is more would wait in fal's line. */
  FAL_CONCURRENCY: z.coerce.number().int().min(1).default(2),
});
type Environment = z.output<typeof environment>;

/** Has no `lookUp`: fal cannot be asked by a key of ours (§11), so only a call-back finds a submit that got lost. */
export const fal: SealedProvider = defineProvider({
  id: 'fal',
  title: 'fal',
  keyName: 'FAL_KEY',
  environment,
  connect: connectFal,
});

const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'];

const ticketSchema = z.object({
  requestId: z.string(),
  statusUrl: z.string(),
  responseUrl: z.string(),
  cancelUrl: z.string(),
});
type Ticket = z.output<typeof ticketSchema>;

const accepted = z.object({
  request_id: z.string().min(1),
  response_url: optional.text,
  status_url: optional.text,
  cancel_url: optional.text,
  queue_position: optional.number,
});
const statusAnswer = z.object({
  status: z.string(),
  queue_position: optional.number,
  error: z.unknown().optional(),
  error_type: optional.text,
});
const result = z.object({ video: z.object({ url: z.string() }) });
const uploadTarget = z.object({ upload_url: z.string(), file_url: z.string() });
const callBackBody = z.object({ request_id: z.string().min(1) });

function connectFal(settings: Environment, edges: ProviderEdges): VideoProvider {
  const { http, now } = edges;
  const authorization = { authorization: `Key ${settings.FAL_KEY}` };
  const queueUrl = trimmed(settings.FAL_QUEUE_URL);
  const restUrl = trimmed(settings.FAL_REST_URL);
  const checkSignature = createSignatureCheck(edges, `${restUrl}/.well-known/jwks.json`);

  /** fal's own addresses where they lie at the queue we were told of; a key sent anywhere else would be given away. */
  function ticketFor(requestId: string, told: Partial<z.output<typeof accepted>> = {}): Ticket {
    const own = `${queueUrl}/${application}/requests/${encodeURIComponent(requestId)}`;
    const trusted = (url: string | null | undefined, fallback: string) => {
      if (!url) return fallback;
      if (URL.canParse(url) && new URL(url).origin === new URL(queueUrl).origin) return url;
      edges.log('foreign-address', { requestId });
      return fallback;
    };
    return {
      requestId,
      statusUrl: trusted(told.status_url, `${own}/status`),
      responseUrl: trusted(told.response_url, own),
      cancelUrl: trusted(told.cancel_url, `${own}/cancel`),
    };
  }

  async function submit(call: SubmitCall): Promise<Submission> {
    const url = new URL(`${queueUrl}/${call.model}`);
    if (call.callBackUrl) url.searchParams.set('fal_webhook', call.callBackUrl);
    const json = {
      ...z.record(z.string(), z.unknown()).parse(call.body),
      ...(call.firstFrame && { image_url: call.firstFrame }),
      ...(call.lastFrame && { end_image_url: call.lastFrame }),
    };
    const answer = await http({ method: 'POST', url: url.href, headers: authorization, json });
    if (!isSuccess(answer)) return { outcome: 'refused', failure: failureOf(refusalIn(answer), 'submit', now()) };

    const reply = accepted.safeParse(answer.json);
    if (!reply.success) throw new AnswerLostError(`fal answered ${answer.status} to a submit, without a request id`);
    return {
      outcome: 'accepted',
      ticket: ticketFor(reply.data.request_id, reply.data),
      ...placeIn(reply.data),
      ...(call.callBackUrl && { expectsCallBack: true }),
    };
  }

  async function poll(ticket: JsonValue): Promise<Progress> {
    const { requestId, statusUrl, responseUrl } = ticketSchema.parse(ticket);
    const url = new URL(statusUrl);
    url.searchParams.set('logs', '0');
    const answer = await http({ method: 'GET', url: url.href, headers: authorization });
    if (isGone(answer)) return { status: 'failed', failure: failureOf(gone(answer), 'render', now()) };
    const seen = statusAnswer.safeParse(answer.json);
    if (!isSuccess(answer) || !seen.success) throw unusable(answer, 'a look at a job');

    switch (seen.data.status.toUpperCase()) {
      case 'IN_QUEUE':
        return { status: 'waiting', ...placeIn(seen.data) };
      case 'IN_PROGRESS':
        return { status: 'rendering' };
      case 'COMPLETED':
        return finish(responseUrl, errorIn(seen.data, answer));
      default:
        edges.log('unknown-status', { requestId, status: seen.data.status.slice(0, 40) });
        return { status: 'rendering' };
    }
  }

  /** COMPLETED says neither well nor badly (§5). The result replays the model's own error, which knows more than the status. */
  async function finish(responseUrl: string, told: Complaint | null): Promise<Progress> {
    if (told && isNamed(told)) return { status: 'failed', failure: failureOf(told, 'render', now()) };
    const answer = await http({ method: 'GET', url: responseUrl, headers: authorization });
    if (answer.status === 202) return { status: 'rendering' };
    if (isSuccess(answer) && !told) return readResult(answer);

    const complaint = isSuccess(answer) ? told : (replayedIn(answer) ?? told);
    if (complaint && isTooEarly(complaint)) return { status: 'rendering' };
    if (!complaint) throw unusable(answer, 'a request for a result');
    return { status: 'failed', failure: failureOf(complaint, 'render', now()) };
  }

  async function cancel(ticket: JsonValue): Promise<Cancellation> {
    const { cancelUrl } = ticketSchema.parse(ticket);
    const answer = await http({ method: 'PUT', url: cancelUrl, headers: authorization });
    // By the status alone: fal's two descriptions of the body differ (§6).
    if (isSuccess(answer)) return 'asked';
    if (answer.status === 400 || answer.status === 404) return 'too-late';
    throw unusable(answer, 'a cancel');
  }

  async function upload({ path, type }: PictureFile): Promise<string> {
    const answer = await http({
      method: 'POST',
      url: `${restUrl}/storage/upload/initiate?storage_type=fal-cdn-v3`,
      headers: authorization,
      json: { content_type: type, file_name: `picture.${type.slice('image/'.length)}` },
    });
    const target = uploadTarget.safeParse(answer.json);
    if (!isSuccess(answer) || !target.success) throw unusable(answer, 'an upload');
    const { upload_url, file_url } = target.data;
    // The address itself is the permission; the key stays here.
    const stored = await http({
      method: 'PUT',
      url: upload_url,
      headers: { 'content-type': type },
      body: await readFile(path),
      timeoutMs: 120_000,
      isStranger: !isAt(upload_url, restUrl),
    });
    if (!isSuccess(stored)) throw new Error(`fal's storage answered ${stored.status} to an upload`);
    return file_url;
  }

  /** Why a call was not answered as it should be, where fal says so. */
  function unusable(answer: HttpAnswer, what: string): Error {
    const complaint = readComplaint(answer);
    const says = (complaint && isNamed(complaint)) || [401, 402, 403, 429].includes(answer.status);
    if (says) return new CallRefusedError(failureOf(complaint ?? gone(answer), 'submit', now()));
    return new Error(`fal answered ${answer.status} to ${what}`);
  }

  /** A look at a job that never was: 401 and 403 tell of the key, "not found" that it was read. */
  async function inspect(): Promise<Inspection> {
    const { statusUrl } = ticketFor('00000000-0000-0000-0000-000000000000');
    const answer = await http({ method: 'GET', url: statusUrl, headers: authorization });
    if (isGone(answer) || isSuccess(answer)) return { findings: ['The key is read.'], slots: settings.FAL_CONCURRENCY };
    const fault = unusable(answer, 'a look at a job');
    if (!(fault instanceof CallRefusedError)) throw fault;
    return { findings: [], failure: fault.failure };
  }

  return {
    id: 'fal',
    title: 'fal',
    paces: [],
    slots: settings.FAL_CONCURRENCY,
    inspect,
    pictures: [
      { route: 'upload', maxBytes: 20_000_000, types: pictureTypes },
      // "Small files" (§8), with no figure.
      { route: 'data-uri', maxBytes: 1_000_000, types: pictureTypes },
      { route: 'link', maxBytes: 20_000_000, types: pictureTypes },
    ],
    offer,
    submit,
    poll,
    cancel,
    upload,
    async readCallBack(callBack): Promise<CallBackReading> {
      const signature = await checkSignature(callBack);
      if (!signature.genuine) return { outcome: 'forged', detail: signature.detail };
      const body = callBackBody.safeParse(parseJson(callBack.rawBody));
      return { outcome: 'genuine', ...(body.success && { ticket: ticketFor(body.data.request_id) }) };
    },
  };
}

/** Follow-up addresses keep only the first two segments of an endpoint id: the same for every Hailuo model (§5). */
const application = 'fal-ai/minimax';

/** Throws when the answer leaves open whether the job was taken: a fault that nobody put a name to (§11). */
function refusalIn(answer: HttpAnswer): Complaint {
  const complaint = readComplaint(answer);
  if (answer.status >= 500 && !(complaint && isNamed(complaint))) {
    throw new AnswerLostError(`fal answered ${answer.status} to a submit, without saying what went wrong`);
  }
  return complaint ?? { status: answer.status, text: answer.text, headers: answer.headers };
}

/** The job's own error; null for answers that only tell of this look: our key, our money, our pace, a gateway. */
function replayedIn(answer: HttpAnswer): Complaint | null {
  const complaint = readComplaint(answer);
  if (isGone(answer)) return complaint ?? gone(answer);
  // Named or not: whoever is turned away here has a job that goes on, and may have a clip.
  if (!complaint || isOfCall(complaint)) return null;
  return complaint;
}

/** `{"status":"NOT_FOUND"}`, or any other words of fal's own; not a page of something in between. */
function isGone({ status, json }: HttpAnswer): boolean {
  return status === 404 && json !== undefined;
}

function gone({ status, headers, text }: HttpAnswer): Complaint {
  return { status, headers, text };
}

/** What a result asked for too early answers is not documented, and the status may run ahead of it: this, or a 202. */
function isTooEarly({ status, text }: Complaint): boolean {
  return status === 400 && /in progress|in queue|not completed/i.test(text);
}

function errorIn({ error, error_type }: z.output<typeof statusAnswer>, { headers }: HttpAnswer): Complaint | null {
  if (!error && !error_type) return null;
  const text = typeof error === 'string' ? error : JSON.stringify(error ?? '');
  return { text, headers, ...(error_type && { type: error_type }) };
}

function readResult(answer: HttpAnswer): Progress {
  if (answer.json === undefined) throw new Error('fal answered a request for a result with something unreadable');
  const reply = result.safeParse(answer.json);
  if (reply.success) return { status: 'ready', videoUrl: reply.data.video.url };
  return {
    status: 'failed',
    failure: { kind: 'clip-unusable', charged: 'yes', detail: 'COMPLETED, and the result has no video.url' },
  };
}

function placeIn({ queue_position }: { readonly queue_position?: number | null | undefined }): { place?: number } {
  return typeof queue_position === 'number' ? { place: queue_position } : {};
}
