/** The door: a checked request becomes a job with its hold, or a reason why not. */
import type { Obstacle } from '../problems.ts';
import { choose, type Offered, priceOf } from '../providers/choose.ts';
import { hold } from '../quota/ledger.ts';
import type { Over } from '../quota/limits.ts';
import type { VideoRequest } from '../request.ts';
import type { Asker, Destination, JobId } from '../values.ts';
import type { JobEdges } from './edges.ts';
import { fieldFor } from './field.ts';
import type { Job } from './job.ts';
import { toNewJobRow } from './job-row.ts';

type Admission =
  /** Written, in state `opening`: the caller opens the status message, then calls `launch`. */
  | { readonly outcome: 'admitted'; readonly job: Job }
  /** The same event came before; this is its job. */
  | { readonly outcome: 'duplicate'; readonly job: Job }
  | { readonly outcome: 'over-limit'; readonly limit: Over }
  /** Why nobody here can render it. */
  | { readonly outcome: 'nobody-can'; readonly obstacles: readonly Obstacle[] };

interface Application {
  readonly origin: string;
  readonly asker: Asker;
  readonly destination: Destination;
  readonly request: VideoRequest;
}

/** How long the bot that admitted a job has to open its status message, before a worker does it. */
const openingPatienceMs = 15_000;

/** Checks the limits and writes job and hold in one statement. Nothing is written unless it is admitted. */
export async function admit(application: Application, edges: JobEdges): Promise<Admission> {
  const at = edges.now();
  const choice = choose(application.request, await fieldFor({}, edges));
  if (choice.outcome === 'nobody') return { outcome: 'nobody-can', obstacles: choice.obstacles };
  // It would wait for somebody with a key or with money, who may not come before its deadline.
  if (choice.outcome === 'wait' && choice.byOperator) {
    return { outcome: 'nobody-can', obstacles: [{ kind: 'all-away' }] };
  }
  const job = newJob(application, choice.provider.id, choice.offer, at, edges);
  const held = await hold(
    edges.database,
    { ...toNewJobRow(job), id: job.id },
    job.asker,
    job.price,
    at,
    edges.settings.limits,
  );
  switch (held.outcome) {
    case 'held':
      edges.log.info('job.accepted', { job: job.id, provider: job.provider, platform: job.destination.platform });
      // Should this process die before the status message is open, a worker opens it.
      await edges.queue.wake(job.id, new Date(at.getTime() + openingPatienceMs));
      return { outcome: 'admitted', job };
    case 'over':
      return { outcome: 'over-limit', limit: held.limit };
    case 'duplicate': {
      const earlier = await edges.store.findByOrigin(application.origin);
      if (earlier === null) throw new Error(`the job of ${application.origin} is there and cannot be read`);
      return { outcome: 'duplicate', job: earlier };
    }
  }
}

/** From here the job moves by itself. */
export async function launch(job: Job, statusMessage: Job['statusMessage'], edges: JobEdges): Promise<void> {
  if (await edges.store.opened(job.id, statusMessage)) await edges.queue.wake(job.id, edges.now());
}

function newJob(application: Application, provider: string, offer: Offered, at: Date, edges: JobEdges): Job {
  return {
    ...application,
    id: edges.newId() as JobId,
    state: 'opening',
    provider,
    price: priceOf(offer),
    attempt: null,
    post: null,
    benched: {},
    faults: 0,
    statusMessage: null,
    shownAt: null,
    shown: null,
    progress: {},
    failure: null,
    clip: null,
    poster: null,
    cancelRequestedAt: null,
    acceptedAt: at,
    stateSince: at,
    wakeAt: new Date(at.getTime() + openingPatienceMs),
    deadlineAt: new Date(at.getTime() + edges.settings.deadlineMs),
    endedAt: null,
    version: 0,
    nudges: 0,
    line: null,
    turnUntil: null,
  };
}
