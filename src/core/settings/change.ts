/** What admins change, as data: one choice before and after. */
import type { JsonValue } from '../values.ts';
import type { TenantSettings } from './settings.ts';

/** What can be changed: a limit by its measure, whether somebody is blocked, or one of the settings. */
export type Changed = 'clips' | 'running' | 'usd' | 'block' | keyof TenantSettings;

/** Whom a change is about, by the platform's own id. A person `*`: everybody without a limit that is nearer to them. */
export interface Subject {
  readonly kind: 'person' | 'role' | 'channel' | 'tenant';
  readonly id: string;
}

/** A number of clips or of millionths of a dollar, no limit, or nothing set: what stands behind it holds. */
export type LimitChoice = number | 'unlimited' | 'default';

/** One thing, before and after. A limit is a `LimitChoice`; a block is its reason, or null. */
export interface Change {
  readonly what: Changed;
  /** Null: the settings, which are the tenant's. */
  readonly subject: Subject | null;
  readonly before: JsonValue;
  readonly after: JsonValue;
}
