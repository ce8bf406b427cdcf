/**
 * The renders of a pretended service: what was accepted, how far it is, how it ends, and who is called back. Each service
 * keeps its jobs in one of these and says the same things in its own words.
 */
import type { Reply } from './reply.ts';

/** How the next accepted job goes; whatever is left out goes well. */
export interface RenderPlan {
  /** Default `clip`. */
  readonly ending?: 'clip' | 'moderated' | 'failed';
  /** In milliseconds; over the service's own. */
  readonly queueMs?: number;
  readonly renderMs?: number;
  /** Said while it renders, in place of the service's own word. */
  readonly statusWord?: string;
  /** The clip's link answers 404. */
  readonly isLinkExpired?: boolean;
  /** What is sent to the address given with the submit. Default: one genuine call at the end. */
  readonly callBacks?: readonly PlannedCallBack[];
  /** A cancel is heard and not obeyed. */
  readonly ignoresCancel?: boolean;
}

export interface PlannedCallBack {
  /** `forged` where the service signs: with another key; where it does not: about a job that is none. */
  readonly signature: 'genuine' | 'forged';
  /** `early`: before the submit is answered. Default: at the end. */
  readonly when?: 'early' | 'end';
  /** After that moment. */
  readonly delayMs?: number;
}

/** One accepted job. A real service would charge for it. */
export interface SimulatedJob {
  readonly id: string;
  /** What it was asked for: the endpoint or model. */
  readonly model: string;
  /** The body as it came. */
  readonly input: unknown;
  readonly callBackUrl: string | null;
  readonly plan: RenderPlan;
  readonly acceptedAt: number;
  isCancelled: boolean;
  /** HTTP statuses that its call-backs were answered with; 0 for none. */
  readonly callBackAnswers: number[];
}

export type Stage = 'waiting' | 'rendering' | 'ended';

/** A call-back ready to be sent, in the service's own form. */
export interface OutgoingCallBack {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface RendersOptions {
  readonly queueMs?: number;
  readonly renderMs?: number;
  readonly now?: () => Date;
  readonly after?: SimulationTimer;
  readonly clip: Uint8Array;
  /** Absent: this service calls nobody back. */
  callBackFor?(job: SimulatedJob, signature: PlannedCallBack['signature'], origin: string): OutgoingCallBack;
}

/** Acts once, after a while; @returns what takes it back */
export type SimulationTimer = (ms: number, act: () => Promise<void>) => () => void;

/** Jobs, their plans and their call-backs. */
export interface Renders {
  /** In order of acceptance. */
  readonly jobs: readonly SimulatedJob[];
  /** As each job's own, of all of them in order of arrival. */
  readonly callBackAnswers: readonly number[];
  /** Plans are used up one per accepted job, in order. */
  plan(plan: RenderPlan): void;
  /** Takes a job in. Await it before answering: an early call-back is sent first. */
  accept(job: Pick<SimulatedJob, 'id' | 'model' | 'input' | 'callBackUrl'>, origin: string): Promise<SimulatedJob>;
  find(id: string | null | undefined): SimulatedJob | undefined;
  stageOf(job: SimulatedJob): Stage;
  /** How many wait before it. */
  placeOf(job: SimulatedJob): number;
  /** False when it goes on: already rendering and not stoppable, planned to ignore it, or ended. */
  cancel(job: SimulatedJob, stops: 'waiting' | 'running'): boolean;
  /** The MP4, or 404 for a link that has expired or was never given. */
  clip(id: string | undefined): Reply;
  close(): void;
}

export function createRenders(options: RendersOptions): Renders {
  const now = options.now ?? (() => new Date());
  const jobs: SimulatedJob[] = [];
  const plans: RenderPlan[] = [];
  const callBackAnswers: number[] = [];
  const after = options.after ?? afterRealTime;
  const underWay = new Set<() => void>();

  const queueMsOf = ({ plan }: SimulatedJob): number => plan.queueMs ?? options.queueMs ?? 0;
  const renderMsOf = ({ plan }: SimulatedJob): number => plan.renderMs ?? options.renderMs ?? 0;

  function stageOf(job: SimulatedJob): Stage {
    const elapsedMs = now().getTime() - job.acceptedAt;
    if (job.isCancelled) return 'ended';
    if (elapsedMs < queueMsOf(job)) return 'waiting';
    return elapsedMs < queueMsOf(job) + renderMsOf(job) ? 'rendering' : 'ended';
  }

  const find = (id: string | null | undefined): SimulatedJob | undefined => jobs.find((job) => job.id === id);

  async function callBack(job: SimulatedJob, planned: PlannedCallBack, origin: string): Promise<void> {
    if (job.callBackUrl === null || options.callBackFor === undefined) return;
    const status = await post(job.callBackUrl, options.callBackFor(job, planned.signature, origin));
    job.callBackAnswers.push(status);
    callBackAnswers.push(status);
  }

  function callBackLater(job: SimulatedJob, planned: PlannedCallBack, origin: string, afterMs: number): void {
    const takeBack = after(afterMs, () => {
      underWay.delete(takeBack);
      return callBack(job, planned, origin);
    });
    underWay.add(takeBack);
  }

  return {
    jobs,
    callBackAnswers,
    plan: (plan) => void plans.push(plan),
    async accept(wanted, origin) {
      const job: SimulatedJob = {
        ...wanted,
        plan: plans.shift() ?? {},
        acceptedAt: now().getTime(),
        isCancelled: false,
        callBackAnswers: [],
      };
      jobs.push(job);
      for (const planned of job.plan.callBacks ?? [{ signature: 'genuine' as const }]) {
        const { when = 'end', delayMs = 0 } = planned;
        if (when === 'end') callBackLater(job, planned, origin, queueMsOf(job) + renderMsOf(job) + delayMs);
        else if (delayMs > 0) callBackLater(job, planned, origin, delayMs);
        else await callBack(job, planned, origin);
      }
      return job;
    },
    find,
    stageOf,
    placeOf: (job) => jobs.slice(0, jobs.indexOf(job)).filter((earlier) => stageOf(earlier) === 'waiting').length,
    cancel(job, stops) {
      const stage = stageOf(job);
      if (stage === 'ended' || job.plan.ignoresCancel || (stage === 'rendering' && stops === 'waiting')) return false;
      job.isCancelled = true;
      return true;
    },
    clip(id) {
      const job = find(id);
      const { ending = 'clip', isLinkExpired = false } = job?.plan ?? {};
      const wasGiven = job !== undefined && ending === 'clip' && !job.isCancelled && stageOf(job) === 'ended';
      if (!wasGiven || isLinkExpired) return { status: 404 };
      return { status: 200, headers: { 'content-type': 'video/mp4' }, bytes: options.clip };
    },
    close() {
      for (const takeBack of underWay) takeBack();
    },
  };
}

function afterRealTime(ms: number, act: () => Promise<void>): () => void {
  const timer = setTimeout(() => void act(), ms);
  return () => clearTimeout(timer);
}

/** @returns the status of the answer; 0 when none came */
async function post(url: string, { body, headers }: OutgoingCallBack): Promise<number> {
  try {
    const answer = await fetch(url, { method: 'POST', body, headers, redirect: 'manual' });
    return answer.status;
  } catch {
    return 0;
  }
}
