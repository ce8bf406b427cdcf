/**
 * RunComfy's list of models, read as far as it can be understood: which of them are ours, and which fields they take
 * (providers/runcomfy.md §2, §3, §12). Pure. The keys of an entry are those RunComfy's own ComfyUI nodes read.
 */
import { z } from 'zod';
import { abilities } from '../../check-request.ts';
import type { ClipSeconds, ModelName, Resolution } from '../../request.ts';
import { type JsonValue, type MicroUsd, usd } from '../../values.ts';
import { optional } from '../wire.ts';
import { documented, type Endpoint, type PictureField } from './models.ts';

/** One page of `GET /v1/models`. */
export const cataloguePage = z.object({ models: z.array(z.unknown()), total: optional.number });

const property = z.object({
  // `float` beside JSON Schema's own words.
  type: optional.text,
  format: optional.text,
  enum: z.array(z.unknown()).nullish().catch(null),
  minimum: optional.number,
  maximum: optional.number,
});
type Property = z.output<typeof property>;

const inputSchema = z.object({
  properties: z.record(z.string(), property),
  required: z.array(z.string()).nullish(),
});
type InputSchema = z.output<typeof inputSchema>;

const entrySchema = z.object({
  model_id: z.string().regex(/^[\w./-]{1,100}$/),
  base_price_usd: optional.number,
  price_unit: optional.text,
  input_schema: z.unknown().optional(),
});
type Entry = z.output<typeof entrySchema>;

interface Catalogue {
  readonly endpoints: readonly Endpoint[];
  /** One line each, for the operator: what is on sale, and what was not understood. */
  readonly findings: readonly string[];
}

type Reading = { readonly endpoint: Endpoint } | { readonly problem: string };

/** @param entries as they came; whatever is not Hailuo is passed over */
export function readCatalogue(entries: readonly unknown[]): Catalogue {
  const endpoints: Endpoint[] = [];
  const findings: string[] = [];
  const listed = entries.flatMap((entry) => entrySchema.safeParse(entry).data ?? []);
  for (const entry of listed.filter(({ model_id }) => model_id.includes('hailuo'))) {
    const reading = readEntry(entry, endpoints);
    if ('problem' in reading) {
      findings.push(`Not offered: ${entry.model_id}, because ${reading.problem}.`);
      continue;
    }
    endpoints.push(reading.endpoint);
    findings.push(`On sale: ${entry.model_id}, ${priceInWords(entry)}.`);
  }
  if (!listed.some(({ model_id }) => model_id === documented.id)) {
    endpoints.push(documented);
    findings.push(`Not in the catalogue, and offered all the same: ${documented.id}.`);
  }
  return { endpoints, findings };
}

function readEntry(entry: Entry, before: readonly Endpoint[]): Reading {
  const named = readId(entry.model_id);
  if (!named) return { problem: 'its name is none that this bot knows' };
  if (before.some(({ model, source }) => model === named.model && source === named.source)) {
    return { problem: 'another one stands for the same model' };
  }
  if (entry.input_schema === undefined || entry.input_schema === null) {
    if (entry.model_id !== documented.id) return { problem: 'the catalogue does not show its fields' };
    const renders = documented.renders.map((render) => ({ ...render, ...priceOf(entry, render.seconds) }));
    return { endpoint: { ...documented, renders } };
  }
  const schema = inputSchema.safeParse(entry.input_schema);
  if (!schema.success) return { problem: 'its fields are told in a form that this bot does not know' };
  return readFields(entry, named, schema.data);
}

interface NamedModel {
  readonly model: ModelName;
  readonly source: Endpoint['source'];
}

/** Every word of the path has to be known: what another one means, nobody could say. */
function readId(id: string): NamedModel | null {
  const words = /^minimax\/hailuo-(2-3|02)(-fast|\/fast)?(\/pro|\/standard)?\/(text|image)-to-video$/.exec(id);
  if (!words) return null;
  const [, version, fast, tier, from] = words;
  const family = version === '02' ? '02' : '2.3';
  const source = from === 'text' ? 'text' : 'picture';
  if (tier === undefined && fast === undefined) return null;
  if (tier !== '/pro') return { model: fast ? `${family}-fast` : family, source };
  if (!fast) return { model: `${family}-pro`, source };
  return family === '2.3' ? { model: '2.3-fast-pro', source } : null;
}

/** Documented for one model; the others are names that services have for the same thing. */
const enhanceFields = ['enable_prompt_expansion', 'prompt_expansion', 'prompt_optimizer'];

function readFields(entry: Entry, { model, source }: NamedModel, schema: InputSchema): Reading {
  const { properties, required } = schema;
  if (properties.prompt?.type !== 'string') return { problem: 'it takes no prompt' };
  const pictures = source === 'picture' ? picturesIn(properties) : [];
  const [lastFrame, ...moreLast] = pictures.filter(({ name }) => /(^|_)(end|last|tail)(_|$)/.test(name));
  const [firstFrame, ...moreFirst] = pictures.filter(({ name }) => name !== lastFrame?.name);
  if (source === 'picture' && !firstFrame) return { problem: 'no field of it is known to take a picture' };
  if (moreFirst.length + moreLast.length > 0) return { problem: 'it takes several pictures, for what is not told' };

  const enhanceField = enhanceFields.find((name) => properties[name]?.type === 'boolean');
  const known = ['prompt', 'duration', 'resolution', enhanceField, firstFrame?.name];
  const unknown = required?.find((name) => !known.includes(name));
  if (unknown !== undefined) return { problem: `it requires ${plain(unknown)}, which this bot does not know` };

  const renders = rendersOf(entry, model, properties);
  if (renders.length === 0) return { problem: 'it is not told to make a length and resolution of this model' };
  return {
    endpoint: {
      id: entry.model_id,
      model,
      source,
      renders,
      ...(enhanceField !== undefined && { enhanceField }),
      ...(firstFrame && { firstFrame }),
      ...(lastFrame && abilities[model].takesLastImage && { lastFrame }),
    },
  };
}

function picturesIn(properties: InputSchema['properties']): PictureField[] {
  return Object.entries(properties).flatMap(([name, { type, format }]) => {
    const isPicture = format ? /^image_uris?$/.test(format) : /(^|_)(image|frame)(_|$)/.test(name);
    if (!isPicture || (type !== 'string' && type !== 'array')) return [];
    return [{ name, isList: type === 'array' }];
  });
}

function rendersOf(entry: Entry, model: ModelName, { duration, resolution }: InputSchema['properties']) {
  return abilities[model].resolutions.flatMap((height) =>
    abilities[model].seconds.flatMap((seconds) => {
      const length = lengthFields(duration, seconds, model);
      const size = sizeFields(resolution, height, model);
      return length && size
        ? [{ seconds, resolution: height, fields: { ...length, ...size }, ...priceOf(entry, seconds) }]
        : [];
    }),
  );
}

type Fields = Readonly<Record<string, JsonValue>>;

/** Null where it cannot be had, or nobody says how it is written. Without a field, only what the model always makes. */
function lengthFields(field: Property | undefined, seconds: ClipSeconds, model: ModelName): Fields | null {
  if (!field) return abilities[model].seconds.length === 1 ? {} : null;
  if (field.enum) {
    const written = field.enum.filter(isWritten).find((value) => Number(value) === seconds);
    return written === undefined ? null : { duration: written };
  }
  const isNumber = ['integer', 'number', 'float'].includes(field.type ?? '');
  const fits = seconds >= (field.minimum ?? 0) && seconds <= (field.maximum ?? Number.POSITIVE_INFINITY);
  return isNumber && fits ? { duration: seconds } : null;
}

function sizeFields(field: Property | undefined, resolution: Resolution, model: ModelName): Fields | null {
  if (!field) return resolution === abilities[model].resolutions[0] ? {} : null;
  const written = field.enum?.filter(isWritten).find((value) => `${value}`.toUpperCase() === resolution);
  return written === undefined ? null : { resolution: written };
}

function isWritten(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

/** The base price: what was really charged comes with the result. */
function priceOf({ base_price_usd: base, price_unit: unit }: Entry, seconds: number): { price?: MicroUsd } {
  if (typeof base !== 'number' || base < 0) return {};
  if (unit === 'output') return { price: usd(base) };
  return unit === 'second' ? { price: usd(base * seconds) } : {};
}

function priceInWords({ base_price_usd: base, price_unit: unit }: Entry): string {
  return typeof base === 'number' && base >= 0 && unit ? `$${base} per ${plain(unit)}` : 'at a price that is not told';
}

/** A stranger's word, fit for one line. */
function plain(word: string): string {
  return word.replace(/[^\w.-]/g, ' ').slice(0, 30);
}
