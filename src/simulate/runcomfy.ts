/**
 * A strict RunComfy Model API on loopback: catalogue, queue and results, after providers/runcomfy.md. It checks an input
 * against the fields its own catalogue shows, so that whoever reads the catalogue wrongly is refused.
 */
import { randomUUID } from 'node:crypto';
import { createRenders, type SimulatedJob } from './renders.ts';
import type { ReceivedCall, Reply, Route, SimulatedErrors, SimulatedService, SimulationOptions } from './server.ts';

/** A field of a model, as the catalogue shows it: JSON Schema, but for the odd type `float`. */
export interface CatalogueField {
  readonly type: 'string' | 'boolean' | 'integer' | 'number' | 'float' | 'array';
  readonly format?: 'image_uri' | 'image_uris';
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

export interface CatalogueEntry {
  readonly model_id: string;
  readonly display_name: string;
  readonly kind: 'model';
  readonly categories: readonly string[];
  readonly base_price_usd: number;
  readonly price_unit: 'output' | 'second';
  readonly pricing_note?: string;
  readonly input_schema: {
    readonly type: 'object';
    readonly properties: Readonly<Record<string, CatalogueField>>;
    readonly required: readonly string[];
  };
}

export interface SimulatedRunComfy extends SimulatedService {
  /** What is on sale. May be changed between calls; at first the three ids that the sheet names. */
  readonly catalogue: CatalogueEntry[];
}

export function createRunComfy(options: SimulationOptions): SimulatedRunComfy {
  const key = options.key ?? 'simulated-runcomfy-token';
  const now = options.now ?? (() => new Date());
  const catalogue = firstCatalogue();
  const renders = createRenders(options);

  const authorized =
    (answer: Route['answer']): Route['answer'] =>
    (call) =>
      call.headers.authorization === `Bearer ${key}` ? answer(call) : badKey;
  const forJob = (answer: (job: SimulatedJob, call: ReceivedCall) => Reply): Route['answer'] =>
    authorized((call) => {
      const job = renders.find(call.groups.id);
      return job ? answer(job, call) : unknownJob;
    });

  async function submit({ groups, headers, json: input, origin }: ReceivedCall): Promise<Reply> {
    const entry = catalogue.find(({ model_id }) => model_id === groups.model);
    if (!entry) return unknownModel;
    const isJson = headers['content-type']?.startsWith('application/json') === true;
    const problems = isJson ? problemsIn(input, entry.input_schema) : [{ loc: ['body'], msg: 'not JSON' }];
    if (problems.length > 0) return json(422, { detail: problems });
    const job = await renders.accept({ id: randomUUID(), model: entry.model_id, input, callBackUrl: null }, origin);
    return json(200, {
      request_id: job.id,
      ...addressesOf(job, origin),
      cancel_url: `${addressOf(job, origin)}/cancel`,
    });
  }

  function wordFor(job: SimulatedJob): string {
    switch (renders.stageOf(job)) {
      case 'waiting':
        return 'in_queue';
      case 'rendering':
        return job.plan.statusWord ?? 'in_progress';
      case 'ended':
        if (job.isCancelled) return 'cancelled';
        return (job.plan.ending ?? 'clip') === 'clip' ? 'completed' : 'failed';
    }
  }

  function status(job: SimulatedJob, { origin }: ReceivedCall): Reply {
    const isWaiting = renders.stageOf(job) === 'waiting';
    return json(200, {
      request_id: job.id,
      status: wordFor(job),
      ...(isWaiting && { queue_position: renders.placeOf(job) }),
      ...addressesOf(job, origin),
    });
  }

  /** One that is not there yet answers with the current state. */
  function result(job: SimulatedJob, call: ReceivedCall): Reply {
    if (renders.stageOf(job) !== 'ended' || job.isCancelled) return status(job, call);
    const ending = job.plan.ending ?? 'clip';
    if (ending !== 'clip') return json(200, { request_id: job.id, status: 'failed', error: jobErrors[ending] });
    return json(200, {
      request_id: job.id,
      model_id: job.model,
      status: 'completed',
      output: { video: `${call.origin}/files/clips/${job.id}.mp4` },
      created_at: new Date(job.acceptedAt).toISOString(),
      finished_at: now().toISOString(),
      ...(call.query.get('include_cost') === 'true' && { cost: costOf(job) }),
    });
  }

  function costOf({ model, input }: SimulatedJob): number {
    const entry = catalogue.find(({ model_id }) => model_id === model);
    const { duration = 6 } = input as { readonly duration?: unknown };
    return (entry?.base_price_usd ?? 0) * (entry?.price_unit === 'second' ? Number(duration) : 1);
  }

  /** Whether it was stopped or not: the answer is a success. */
  function cancel(job: SimulatedJob): Reply {
    const outcome = renders.cancel(job, 'waiting') ? 'cancelled' : 'not_cancellable';
    return json(200, { request_id: job.id, status: wordFor(job), outcome });
  }

  function list({ query }: ReceivedCall): Reply {
    const wanted = query.get('search') ?? '';
    const found = catalogue.filter(({ model_id }) => model_id.includes(wanted));
    const offset = Number(query.get('offset') ?? 0);
    const models = found.slice(offset, offset + Number(query.get('limit') ?? 20));
    const isWhole = query.get('include_schema') === 'true';
    return json(200, { models: isWhole ? models : models.map(withoutSchema), total: found.length });
  }

  function model({ groups }: ReceivedCall): Reply {
    const entry = catalogue.find(({ model_id }) => model_id === groups.model);
    return entry ? json(200, entry) : unknownModel;
  }

  const request = '/v1/requests/(?<id>[A-Za-z0-9_-]{1,128})';
  return {
    id: 'runcomfy',
    renders,
    errors,
    catalogue,
    environment: (origin) => ({ RUNCOMFY_API_TOKEN: key, RUNCOMFY_API_URL: origin }),
    notFound: json(404, { message: 'Not Found' }),
    routes: [
      { operation: 'submit', method: 'POST', path: /^\/v1\/models\/(?<model>.+)$/, answer: authorized(submit) },
      { operation: 'status', method: 'GET', path: new RegExp(`^${request}/status$`), answer: forJob(status) },
      { operation: 'result', method: 'GET', path: new RegExp(`^${request}/result$`), answer: forJob(result) },
      { operation: 'cancel', method: 'POST', path: new RegExp(`^${request}/cancel$`), answer: forJob(cancel) },
      { operation: 'models', method: 'GET', path: /^\/v1\/models$/, answer: authorized(list) },
      { operation: 'model', method: 'GET', path: /^\/v1\/models\/(?<model>.+)$/, answer: authorized(model) },
      {
        operation: 'clip',
        method: 'GET',
        path: /^\/files\/clips\/(?<id>[^/]+)\.mp4$/,
        answer: ({ groups }) => renders.clip(groups.id),
      },
    ],
    close: () => renders.close(),
  };
}

function json(status: number, body: unknown): Reply {
  return { status, json: body };
}

/** §9. The bad key keeps its trap: the status alone would blame the input. */
const badKey = json(400, { error_code: 400004, error_message: 'UserAccountError' });
const unknownModel = json(400, { error_code: 400001, error_message: 'InvalidResourceIdentifier' });
const unknownJob = json(404, { error_code: 404001, error_message: 'ResourceNotFound' });

/** Neither a word for moderation is known nor one that would say that nothing was accepted after a fault (§11, §13). */
const errors: SimulatedErrors = {
  badInput: json(422, { detail: [{ loc: ['body', 'prompt'], msg: 'Field required' }] }),
  badKey,
  // Under HTTP 200, as it may come.
  noCredit: json(200, { error_code: 400002, error_message: 'InsufficientResources' }),
  rateLimited: { status: 429, headers: { 'retry-after': '7' }, json: { message: 'Too many requests' } },
};

/** Their shape is not documented (§5); the words are all there is. */
const jobErrors = {
  moderated: { message: 'The request was blocked by content moderation.' },
  failed: { message: 'The generation failed.' },
} as const;

function addressOf({ id }: SimulatedJob, origin: string): string {
  return `${origin}/v1/requests/${id}`;
}

function addressesOf(job: SimulatedJob, origin: string): { readonly status_url: string; readonly result_url: string } {
  const address = addressOf(job, origin);
  return { status_url: `${address}/status`, result_url: `${address}/result` };
}

function withoutSchema({ input_schema: _, ...entry }: CatalogueEntry): Omit<CatalogueEntry, 'input_schema'> {
  return entry;
}

interface Problem {
  readonly loc: readonly string[];
  readonly msg: string;
}

function problemsIn(input: unknown, { properties, required }: CatalogueEntry['input_schema']): Problem[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return [{ loc: ['body'], msg: 'Input should be an object' }];
  }
  const missing = required.filter((name) => !Object.hasOwn(input, name));
  return [
    ...missing.map((name) => ({ loc: ['body', name], msg: 'Field required' })),
    ...Object.entries(input).flatMap(([name, value]) => {
      const field = Object.hasOwn(properties, name) ? properties[name] : undefined;
      const msg = field ? problemWith(value, field) : 'Extra inputs are not permitted';
      return msg === null ? [] : [{ loc: ['body', name], msg }];
    }),
  ];
}

function problemWith(value: unknown, field: CatalogueField): string | null {
  if (!isOfType(value, field.type)) return `Input should be of type ${field.type}`;
  if (field.enum && !field.enum.includes(value)) return `Input should be one of ${field.enum.join(', ')}`;
  if (field.format === 'image_uri' && !isPicture(value)) return 'Input should be the address of a picture';
  if (field.format === 'image_uris' && !(value as readonly unknown[]).every(isPicture)) {
    return 'Input should be a list of addresses of pictures';
  }
  if (typeof value === 'number' && (value < (field.minimum ?? value) || value > (field.maximum ?? value))) {
    return 'Input is out of range';
  }
  return value === '' ? 'Input should not be empty' : null;
}

function isOfType(value: unknown, type: CatalogueField['type']): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'integer':
      return Number.isInteger(value);
    case 'number':
    case 'float':
      return typeof value === 'number';
    case 'array':
      return Array.isArray(value);
  }
}

/** §3 and §8: an address, or a PNG inside as RunComfy's own nodes send it. */
function isPicture(value: unknown): boolean {
  return typeof value === 'string' && /^(https?:\/\/[^\s]+|data:image\/png;base64,[A-Za-z0-9+/=]+)$/.test(value);
}

const prompt = { type: 'string', default: 'A chef flames a wok in a modern kitchen.' } as const;
const expansion = { type: 'boolean', default: true } as const;
const picture = { type: 'string', format: 'image_uri' } as const;

/**
 * The ids of §2. The fields of the first are documented (§3); those from a picture are not, and look here as RunComfy's
 * other models do. Prices are made up: none is published (§12).
 */
function firstCatalogue(): CatalogueEntry[] {
  const entry = (mode: string, price: Pick<CatalogueEntry, 'base_price_usd' | 'price_unit'>) => ({
    model_id: `minimax/hailuo-2-3/${mode}`,
    display_name: `Hailuo 2.3 ${mode}`,
    kind: 'model' as const,
    categories: [mode.endsWith('text-to-video') ? 'text-to-video' : 'image-to-video'],
    ...price,
  });
  return [
    {
      ...entry('pro/text-to-video', { base_price_usd: 0.5, price_unit: 'output' }),
      input_schema: {
        type: 'object',
        properties: { prompt, enable_prompt_expansion: expansion },
        required: ['prompt'],
      },
    },
    {
      ...entry('pro/image-to-video', { base_price_usd: 0.5, price_unit: 'output' }),
      input_schema: {
        type: 'object',
        properties: { prompt, image_url: picture, enable_prompt_expansion: expansion },
        required: ['prompt', 'image_url'],
      },
    },
    {
      ...entry('standard/image-to-video', { base_price_usd: 0.05, price_unit: 'second' }),
      input_schema: {
        type: 'object',
        properties: {
          prompt,
          image_url: picture,
          duration: { type: 'string', enum: ['6', '10'], default: '6' },
          enable_prompt_expansion: expansion,
        },
        required: ['prompt', 'image_url'],
      },
    },
  ];
}
