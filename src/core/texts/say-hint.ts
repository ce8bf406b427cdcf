/** A failure's hint in words, also one that was stored in words. */
import type { Hint } from '../failure.ts';

/**
 * @param hints one sentence each; `title` is the provider's name
 * @param hint jobs of an earlier version have an English sentence there: it is shown as it is
 */
export function sayHint(hints: Readonly<Record<Hint, (title: string) => string>>, hint: Hint, title: string): string {
  return Object.hasOwn(hints, hint) ? hints[hint](title) : hint;
}
