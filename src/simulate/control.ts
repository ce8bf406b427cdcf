/**
 * Orders to a simulation that runs, at `/simulate/…` on its own port: which calls go wrong, how the next jobs go, and
 * what was accepted so far. docs/simulate.md shows them with curl.
 */
import { z } from 'zod';
import { type Fault, gatewayPage } from './faults.ts';
import type { PlannedCallBack, RenderPlan, Renders } from './renders.ts';
import type { Reply } from './reply.ts';

interface ControlledService {
  readonly id: string;
  readonly renders: Pick<Renders, 'plan' | 'jobs' | 'stageOf'>;
  /** Refusals in the service's own form; those without a word for one leave it out. */
  readonly errors: Partial<Record<(typeof errorNames)[number], Reply>>;
  readonly routes: readonly { readonly operation: string }[];
}

/** Answers one call, or null when it is for the service. */
export type Control = (call: {
  readonly method: string;
  readonly path: string;
  readonly json: unknown;
}) => Reply | null;

const errorNames = ['moderation', 'badInput', 'badKey', 'noCredit', 'rateLimited', 'unavailable'] as const;

const milliseconds = z.number().int().min(0).max(3_600_000);

const callBack = z.strictObject({
  signature: z.enum(['genuine', 'forged']).default('genuine'),
  when: z.enum(['early', 'end']).exactOptional(),
  delayMs: milliseconds.exactOptional(),
}) satisfies z.ZodType<PlannedCallBack>;

const plan = z.strictObject({
  ending: z.enum(['clip', 'moderated', 'failed']).exactOptional(),
  queueMs: milliseconds.exactOptional(),
  renderMs: milliseconds.exactOptional(),
  statusWord: z.string().exactOptional(),
  isLinkExpired: z.boolean().exactOptional(),
  callBacks: z.array(callBack).exactOptional(),
  ignoresCancel: z.boolean().exactOptional(),
}) satisfies z.ZodType<RenderPlan>;

const examplePlan = {
  ending: 'failed',
  queueMs: 2000,
  renderMs: 6000,
  statusWord: 'a word of tomorrow',
  isLinkExpired: true,
  ignoresCancel: true,
  callBacks: [{}, { signature: 'forged', when: 'early', delayMs: 500 }],
};

/** @param order as the simulation's own */
export function createControl(
  service: ControlledService,
  order: (operation: string, fault: Fault, times: number) => void,
): Control {
  const operations = [...new Set(service.routes.map(({ operation }) => operation))];
  const known = errorNames.filter((name) => service.errors[name] !== undefined);
  const target = { operation: z.enum(operations), times: z.number().int().min(1).max(1000).default(1) };
  const fault = z.discriminatedUnion(
    'fault',
    [
      z.strictObject({ ...target, fault: z.enum(['cut', 'lose-answer']) }),
      z.strictObject({ ...target, fault: z.literal('wait'), ms: milliseconds }),
      z.strictObject({ ...target, fault: z.literal('refuse'), error: z.enum(known) }),
      z.strictObject({ ...target, fault: z.literal('gateway-page'), afterwards: z.boolean().default(false) }),
    ],
    'Invalid option: expected one of "cut"|"lose-answer"|"wait"|"refuse"|"gateway-page"',
  );
  const exampleFaults = [
    { operation: 'submit', fault: 'lose-answer', times: 2 },
    { operation: 'submit', fault: 'cut' },
    { operation: 'submit', fault: 'refuse', error: known[0] },
    { operation: 'submit', fault: 'gateway-page', afterwards: true },
    { operation: 'status', fault: 'wait', ms: 3000 },
  ];

  function orderFault(json: unknown): Reply {
    const wanted = fault.safeParse(json);
    if (!wanted.success) return wrong(wanted.error, exampleFaults);
    order(wanted.data.operation, toFault(wanted.data), wanted.data.times);
    return { status: 200, json: { ordered: wanted.data } };
  }

  function toFault(wanted: z.output<typeof fault>): Fault {
    switch (wanted.fault) {
      case 'cut':
      case 'lose-answer':
        return { fault: wanted.fault };
      case 'wait':
        return { fault: 'wait', ms: wanted.ms };
      case 'refuse':
        return { fault: 'answer', reply: service.errors[wanted.error] ?? gatewayPage };
      case 'gateway-page':
        return { fault: 'answer', reply: gatewayPage, afterwards: wanted.afterwards };
    }
  }

  function planJob(json: unknown): Reply {
    const wanted = plan.safeParse(json);
    if (!wanted.success) return wrong(wanted.error, [examplePlan]);
    service.renders.plan(wanted.data);
    return { status: 200, json: { planned: wanted.data } };
  }

  function listJobs(): Reply {
    const { jobs, stageOf } = service.renders;
    const shown = jobs.map((job) => {
      const { id, model, isCancelled, callBackAnswers } = job;
      return { id, model, stage: stageOf(job), isCancelled, callBackAnswers };
    });
    return { status: 200, json: { jobs: shown } };
  }

  const addresses: Readonly<Record<string, (json: unknown) => Reply>> = {
    'POST /simulate/faults': orderFault,
    'POST /simulate/plans': planJob,
    'GET /simulate/jobs': listJobs,
  };
  return ({ method, path, json }) => {
    if (path !== '/simulate' && !path.startsWith('/simulate/')) return null;
    const answer = addresses[`${method} ${path}`];
    return answer?.(json) ?? { status: 404, json: { service: service.id, addresses: Object.keys(addresses) } };
  };
}

function wrong(error: z.ZodError, examples: readonly unknown[]): Reply {
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  return { status: 400, json: { problems, examples } };
}
