/** RunComfy's Model API: a queue over HTTP, polled; its catalogue says what is on sale. Section numbers: providers/runcomfy.md. */
import { z } from 'zod';
import type { Failure } from '../failure.ts';
import { AnswerLostError, type HttpAnswer } from '../http.ts';
import type { VideoRequest } from '../request.ts';
import { type JsonValue, type MicroUsd, usd } from '../values.ts';
import type {
  Cancellation,
  Inspection,
  PictureRoute,
  Progress,
  ProviderEdges,
  SealedProvider,
  Submission,
  SubmitCall,
  VideoProvider,
} from './provider.ts';
import { CallRefusedError, defineProvider } from './provider.ts';
import { cataloguePage, readCatalogue } from './runcomfy/catalogue.ts';
import { failureOf, isJobUnknown, isNamed, isRefusal, readComplaint, readJobError } from './runcomfy/failures.ts';
import { documented, type Endpoint, offerFrom, orderSchema, type PictureField } from './runcomfy/models.ts';
import { isAt, isSuccess, optional, trimmed } from './wire.ts';

const publicBase = 'https://model-api.runcomfy.net';

const environment = z.object({
  RUNCOMFY_API_TOKEN: z.string().min(1),
  RUNCOMFY_API_URL: z.url().default(publicBase),
  /** Whether Hailuo takes pictures inside the request as RunComfy's own nodes send them is not documented (§8). */
  RUNCOMFY_DATA_URIS: z.enum(['true', 'false']).default('false'),
});
type Environment = z.output<typeof environment>;

/** Has no `lookUp`, `upload` or `readCallBack`: none of the three is documented for the Model API (§7, §8, §11). */
export const runcomfy: SealedProvider = defineProvider({
  id: 'runcomfy',
  title: 'RunComfy',
  keyName: 'RUNCOMFY_API_TOKEN',
  environment,
  connect: connectRunComfy,
});

const ticketSchema = z.object({
  requestId: z.string(),
  statusUrl: z.string(),
  resultUrl: z.string(),
  cancelUrl: z.string(),
});
type Ticket = z.output<typeof ticketSchema>;

const accepted = z.object({
  request_id: z.string().min(1),
  status_url: optional.text,
  result_url: optional.text,
  cancel_url: optional.text,
});
/** Status and result alike: a result that is not there yet answers with the current state (§5). */
const stateSchema = z.object({
  status: z.string(),
  queue_position: optional.number,
  output: z
    .object({ video: optional.text, videos: z.array(z.unknown()).nullish().catch(null) })
    .nullish()
    .catch(null),
  error: z.unknown().optional(),
  cost: z.number().nonnegative().nullish().catch(null),
  finished_at: z.iso.datetime({ offset: true }).nullish().catch(null),
});
type State = z.output<typeof stateSchema>;
/** The job's state, or its end when RunComfy no longer knows it. */
type Look = { readonly state: State; readonly answer: HttpAnswer } | { readonly gone: Progress };

const cancelAnswer = z.object({ outcome: z.string() });
const balanceAnswer = z.object({ balance_usd: z.union([z.number(), z.string().min(1).transform(Number)]) });

type Stage = 'waiting' | 'rendering' | 'completed' | 'failed' | 'cancelled' | 'unknown';

/** What a status word means (§5). */
const stages: Readonly<Record<string, Stage>> = {
  in_queue: 'waiting',
  pending: 'waiting',
  waiting: 'waiting',
  in_progress: 'rendering',
  starting: 'rendering',
  processing: 'rendering',
  completed: 'completed',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
};

/** More pages than Hailuo can have: the catalogue is asked for one family. */
const mostPages = 4;

function connectRunComfy(settings: Environment, edges: ProviderEdges): VideoProvider {
  const { http, now } = edges;
  const key = settings.RUNCOMFY_API_TOKEN;
  const headers = { authorization: `Bearer ${key}` };
  const base = trimmed(settings.RUNCOMFY_API_URL);
  /** What is on sale: one documented id until the catalogue was read, then what it showed last. */
  let endpoints: readonly Endpoint[] = [documented];
  let hasCatalogue = false;

  const get = (url: string, maxBytes?: number) =>
    http({ method: 'GET', url, headers, ...(maxBytes !== undefined && { maxBytes }) });

  /** RunComfy's own addresses where they lie at the base we were told of; a key sent anywhere else would be given away. */
  function ticketFor(told: z.output<typeof accepted>): Ticket {
    const requestId = told.request_id;
    const own = `${base}/v1/requests/${encodeURIComponent(requestId)}`;
    const trusted = (url: string | null | undefined, fallback: string) => {
      if (!url) return fallback;
      if (isAt(url, base)) return url;
      edges.log('foreign-address', { requestId });
      return fallback;
    };
    return {
      requestId,
      statusUrl: trusted(told.status_url, `${own}/status`),
      resultUrl: trusted(told.result_url, `${own}/result`),
      cancelUrl: trusted(told.cancel_url, `${own}/cancel`),
    };
  }

  async function submit(call: SubmitCall): Promise<Submission> {
    const { input, firstFrame, lastFrame } = orderSchema.parse(call.body);
    const json = { ...input, ...placed(firstFrame, call.firstFrame), ...placed(lastFrame, call.lastFrame) };
    const answer = await http({ method: 'POST', url: `${base}/v1/models/${call.model}`, headers, json });
    const complaint = readComplaint(answer);
    if (complaint && isRefusal(complaint)) return { outcome: 'refused', failure: failureOf(complaint, key, now()) };

    const reply = accepted.safeParse(answer.json);
    if (complaint || !reply.success) {
      throw new AnswerLostError(`RunComfy answered ${answer.status} to a submit, and neither took nor refused it`);
    }
    return { outcome: 'accepted', ticket: ticketFor(reply.data) };
  }

  async function poll(ticket: JsonValue): Promise<Progress> {
    const { requestId, statusUrl, resultUrl } = ticketSchema.parse(ticket);
    const told = await look(statusUrl);
    if ('gone' in told) return told.gone;
    const stage = stageOf(told.state.status);
    if (stage === 'completed' || stage === 'failed') return finish(requestId, resultUrl);
    return progressOf(requestId, stage, told.state);
  }

  /** The result has the clip, the error and the cost; it may lag behind the status. */
  async function finish(requestId: string, resultUrl: string): Promise<Progress> {
    const url = new URL(resultUrl);
    url.searchParams.set('include_cost', 'true');
    const told = await look(url.href);
    if ('gone' in told) return told.gone;
    const { state, answer } = told;
    const stage = stageOf(state.status);
    if (stage === 'completed') return readClip(state);
    if (stage === 'failed') return ended(jobFailure(answer, state), state);
    return progressOf(requestId, stage, state);
  }

  function progressOf(requestId: string, stage: Exclude<Stage, 'completed' | 'failed'>, state: State): Progress {
    switch (stage) {
      case 'waiting':
        return { status: 'waiting', ...placeIn(state) };
      case 'rendering':
        return { status: 'rendering' };
      case 'cancelled':
        return ended({ kind: 'cancelled', charged: chargedBy(state), detail: state.status.slice(0, 40) }, state);
      case 'unknown':
        edges.log('unknown-status', { requestId, status: state.status.slice(0, 40) });
        return { status: 'rendering' };
    }
  }

  /** @throws for everything that tells only of this look: our key, our pace, a gateway */
  async function look(url: string): Promise<Look> {
    const answer = await get(url);
    const complaint = readComplaint(answer);
    const reply = stateSchema.safeParse(answer.json);
    const isTold = isSuccess(answer) && reply.success;
    // A failed job may carry its code where a refused call does.
    if (isTold && (!complaint || stageOf(reply.data.status) === 'failed')) {
      return { state: reply.data, answer };
    }
    if (!complaint || !isJobUnknown(complaint)) throw unusable(answer, 'a look at a job');
    const failure: Failure = { ...failureOf(complaint, key, now()), charged: 'unknown' };
    return { gone: { status: 'failed', failure } };
  }

  function jobFailure(answer: HttpAnswer, state: State): Failure {
    const complaint = readComplaint(answer) ?? readJobError(state.error, answer.headers);
    const { retryAfterMs: _, ...failure } = failureOf(complaint, key, now());
    return { ...failure, charged: chargedBy(state), detail: `failed: ${failure.detail}` };
  }

  /** Only what waits can be stopped (§6). Both outcomes come with a success. */
  async function cancel(ticket: JsonValue): Promise<Cancellation> {
    const { cancelUrl } = ticketSchema.parse(ticket);
    const answer = await http({ method: 'POST', url: cancelUrl, headers });
    const complaint = readComplaint(answer);
    if (complaint && isJobUnknown(complaint)) return 'too-late';
    const reply = cancelAnswer.safeParse(answer.json);
    if (complaint || !reply.success) throw unusable(answer, 'a cancel');
    const { outcome } = reply.data;
    if (stageOf(outcome) === 'cancelled') return 'stopped';
    return outcome.toLowerCase() === 'not_cancellable' ? 'too-late' : 'asked';
  }

  /** Why a call was not answered as it should be, where RunComfy says so. */
  function unusable(answer: HttpAnswer, what: string): Error {
    const complaint = readComplaint(answer);
    if (complaint && isNamed(complaint)) return new CallRefusedError(failureOf(complaint, key, now()));
    return new Error(`RunComfy answered ${answer.status} to ${what}`);
  }

  /** Whether the key is read, what is on sale, and what the wallet holds. What the catalogue shows is offered from here on. */
  async function inspect(): Promise<Inspection> {
    try {
      await checkKey();
      const catalogue = readCatalogue(await fetchCatalogue());
      endpoints = catalogue.endpoints;
      hasCatalogue = true;
      const balance = base === publicBase ? await readBalance() : { findings: [] };
      return { ...balance, findings: ['The key is read.', ...balance.findings, ...catalogue.findings] };
    } catch (error) {
      const isAccount = error instanceof CallRefusedError && ['bad-key', 'no-credit'].includes(error.failure.kind);
      if (!isAccount) throw error;
      return { findings: [], failure: error.failure };
    }
  }

  /** A look at a job that never was: the catalogue may be open to everyone, and would then say nothing about the key. */
  async function checkKey(): Promise<void> {
    const answer = await get(`${base}/v1/requests/00000000-0000-0000-0000-000000000000/status`);
    const complaint = readComplaint(answer);
    const isRead = !complaint || isJobUnknown(complaint) || ['400001', '403001'].includes(complaint.code ?? '');
    if (!isRead) throw unusable(answer, 'a look at a job');
  }

  async function fetchCatalogue(): Promise<readonly unknown[]> {
    const entries: unknown[] = [];
    for (let page = 0; page < mostPages; page++) {
      const query = `search=hailuo&include_schema=true&limit=20&offset=${entries.length}`;
      const answer = await get(`${base}/v1/models?${query}`, 4 * 1024 * 1024);
      const reply = cataloguePage.safeParse(answer.json);
      if (readComplaint(answer) || !reply.success) throw unusable(answer, 'a request for its catalogue');
      entries.push(...reply.data.models);
      if (reply.data.models.length === 0 || entries.length >= (reply.data.total ?? 0)) break;
    }
    return entries;
  }

  /** On another host, for which the operator has no name: asked only where RunComfy itself is called, and done without. */
  async function readBalance(): Promise<Inspection> {
    const unread = { findings: ['The balance could not be read.'] };
    const answer = await get('https://api.runcomfy.net/prod/v2/balance').catch(() => null);
    const reply = balanceAnswer.safeParse(answer?.json);
    if (!answer || readComplaint(answer) || !reply.success) return unread;
    const { balance_usd: balance } = reply.data;
    if (!Number.isFinite(balance)) return unread;
    const line = `Balance: ${balance.toFixed(2)} USD`;
    if (balance > 0) return { findings: [line] };
    return { findings: [line], failure: { kind: 'no-credit', charged: 'no', detail: line } };
  }

  return {
    id: 'runcomfy',
    title: 'RunComfy',
    // Neither a limit of requests nor of renders at once is published (§10).
    paces: [],
    slots: 'learned',
    pictures: picturesBy(settings),
    offer(request: VideoRequest) {
      const offer = offerFrom(endpoints, request);
      return offer.outcome === 'impossible' && !hasCatalogue ? { ...offer, isProvisional: true } : offer;
    },
    submit,
    poll,
    cancel,
    inspect,
  };
}

/** §8. Which types are read is not told: these are the model's own (providers/minimax.md §3). */
function picturesBy({ RUNCOMFY_DATA_URIS }: Environment): PictureRoute[] {
  const link = { route: 'link', maxBytes: 50_000_000, types: ['image/jpeg', 'image/png', 'image/webp'] } as const;
  const inside = { route: 'data-uri', maxBytes: 6 * 1024 * 1024, types: ['image/png'] } as const;
  return RUNCOMFY_DATA_URIS === 'true' ? [link, inside] : [link];
}

function stageOf(word: string): Stage {
  const known = word.toLowerCase();
  return (Object.hasOwn(stages, known) ? stages[known] : undefined) ?? 'unknown';
}

function placed(field: PictureField | undefined, address: string | undefined): Record<string, JsonValue> {
  if (!field || !address) return {};
  return { [field.name]: field.isList ? [address] : address };
}

function readClip(state: State): Progress {
  const videoUrl = state.output?.video ?? state.output?.videos?.[0];
  if (typeof videoUrl !== 'string' || !URL.canParse(videoUrl)) {
    const detail = `${state.status.slice(0, 40)}, and the result has no video`;
    return { status: 'failed', failure: { kind: 'clip-unusable', charged: 'yes', detail }, ...costOf(state) };
  }
  return {
    status: 'ready',
    videoUrl,
    ...costOf(state),
    ...(state.finished_at && { endedAt: new Date(state.finished_at) }),
  };
}

function ended(failure: Failure, state: State): Progress {
  return { status: 'failed', failure, ...costOf(state) };
}

function costOf({ cost }: State): { charged?: MicroUsd } {
  return typeof cost === 'number' ? { charged: usd(cost) } : {};
}

/** Whether a job without a clip is paid for is not documented (§12): only the told cost knows. */
function chargedBy({ cost }: State): Failure['charged'] {
  if (typeof cost !== 'number') return 'unknown';
  return cost > 0 ? 'yes' : 'no';
}

function placeIn({ queue_position }: State): { place?: number } {
  return typeof queue_position === 'number' ? { place: queue_position } : {};
}
