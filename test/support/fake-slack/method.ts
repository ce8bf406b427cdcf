/** What every method of the Web API has in common. */
import { z } from 'zod';
import type { Arguments } from './read-arguments.ts';
import { Mistake } from './refusal.ts';
import type { Installation, State, Token } from './state.ts';

/** Who calls, and with what. */
export interface Call {
  readonly state: State;
  readonly args: Arguments;
  readonly token: Token;
  /** @throws not_allowed_token_type for a token that is no installation's */
  readonly installation: Installation;
  /** @throws missing_scope, with what is needed and what there is */
  demand(scope: string): void;
}

/** Answers a call, or throws a `Refusal`. */
export type Method = (call: Call) => object | Promise<object>;

/** @throws invalid_arguments in Slack's manner */
export function read<Schema extends z.ZodType>({ args }: Call, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(({ path, message }) => `${message} [json-pointer:/${path.join('/')}]`);
  throw new Mistake('invalid_arguments', details);
}

export const id = z.string().min(1);
