/** The small words that every other file speaks: ids, money, people, places, states. */

type Brand<Base, Name extends string> = Base & { readonly brand: Name };

/** A UUIDv7: sorts by the time the job was accepted. */
export type JobId = Brand<string, 'JobId'>;
/** A UUIDv7: one paid call to one provider. */
export type AttemptId = Brand<string, 'AttemptId'>;
/** The lower-case hex SHA-256 of a kept file's bytes. */
export type MediaId = Brand<string, 'MediaId'>;
/** Millionths of a US dollar, a whole number: what every price and charge is counted in. */
export type MicroUsd = Brand<number, 'MicroUsd'>;

/** What comes back from a JSON column as it went in; a `Date` or an `undefined` inside would not. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** @param dollars a price as the fact sheets print it, for instance 0.49 */
export function usd(dollars: number): MicroUsd {
  return Math.round(dollars * 1_000_000) as MicroUsd;
}

/** Who asked, as quotas and permissions see them. Ids are the platform's own, unique within the tenant. */
export interface Asker {
  /** A server, a workspace, or `web:local`: `<platform>:<id>`. */
  readonly tenant: string;
  readonly person: string;
  readonly name: string;
  readonly channel: string;
  readonly roles: readonly string[];
  /** BCP 47, as the platform reports it. */
  readonly locale: string;
  readonly isAdmin: boolean;
  /** The platform lets only adults in there. */
  readonly isAgeRestricted?: boolean;
}

/** Where a job's messages go. The address belongs to the platform's courier: core stores it and never opens it. */
export interface Destination {
  readonly platform: string;
  readonly address: JsonValue;
}

/** In the order a job goes through them; the last three are final. */
const jobStates = [
  'opening',
  'queued',
  'submitting',
  'rendering',
  'delivering',
  'done',
  'failed',
  'cancelled',
] as const;

/** Switched over without a `default`, so that a new one fails to compile until every reader has an answer. */
export type JobState = (typeof jobStates)[number];

/** True for `done`, `failed` and `cancelled`: the hold is settled or released and nothing will be paid any more. */
export function isFinal(state: JobState): state is 'done' | 'failed' | 'cancelled' {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/** Who is asked first: by the operator's order, by price, or by how long renders of this kind took lately. */
export const routings = ['order', 'cheapest', 'fastest'] as const;
/** One of them. */
export type Routing = (typeof routings)[number];
