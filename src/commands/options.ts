/** A schema, drawn as options that any platform can show. */
import { z } from 'zod';

export interface OptionSpec {
  /** `last_image`; typed as `--last-image` or `--last_image`. */
  readonly name: string;
  /** `person`, `role` and `channel` are ids of the platform's own, picked there and typed elsewhere. */
  readonly kind: 'text' | 'choice' | 'switch' | 'picture' | 'number' | 'person' | 'role' | 'channel';
  readonly description: string;
  readonly isRequired: boolean;
  readonly choices?: readonly (string | number)[];
  readonly maxLength?: number;
  /** The command's `suggest` knows what could be typed here. */
  readonly hasSuggestions?: boolean;
  /** What is used when it is left out, where it is always the same. */
  readonly fallback?: string | number | boolean;
}

/** Draws every field of a strict object schema, in order. A field's kind is its `kind` in zod's metadata, else its type. */
export function drawOptions(schema: z.ZodObject): OptionSpec[] {
  return Object.entries(schema.shape).map(([name, field]) => drawOption(name, field as z.ZodType));
}

function drawOption(name: string, field: z.ZodType): OptionSpec {
  const drawn = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' });
  const choices = drawn.enum ?? (drawn.const === undefined ? undefined : [drawn.const]);
  return {
    name,
    kind: kindOf(drawn, choices !== undefined),
    description: drawn.description ?? '',
    isRequired: !field.safeParse(undefined).success,
    ...(choices && { choices: choices as (string | number)[] }),
    ...(typeof drawn.maxLength === 'number' && { maxLength: drawn.maxLength }),
    ...(drawn.hasSuggestions === true && { hasSuggestions: true }),
    ...(drawn.default !== undefined && { fallback: drawn.default as string | number | boolean }),
  };
}

/** What no type can tell: a picture, or an id of the platform's own. */
const named = ['picture', 'person', 'role', 'channel'] as const;

function kindOf(drawn: Record<string, unknown>, hasChoices: boolean): OptionSpec['kind'] {
  const known = named.find((kind) => kind === drawn.kind);
  if (known !== undefined) return known;
  if (hasChoices) return 'choice';
  if (drawn.type === 'number' || drawn.type === 'integer') return 'number';
  return drawn.type === 'boolean' ? 'switch' : 'text';
}

/** A platform may hand over options that were left empty. */
export function definedOnly(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
}
