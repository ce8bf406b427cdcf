/** A limit that stood in the way, as one person reads it. */
import type { Over } from '../core/quota/limits.ts';
import type { Texts } from '../core/texts/texts.ts';

/** Names whose limit it is, what it allows and when it starts again. */
export function sayOver(over: Over, now: Date, texts: Texts): string {
  const { scope, setFor } = over;
  const from = over.resetsAt === null ? '' : texts.when(over.resetsAt, now);
  if (scope !== 'person') return sayPot(scope, over, from, texts);
  const said = sayOwn(over, from, texts);
  return setFor === 'role' ? texts.inARow([said, texts.admin.over.byRole]) : said;
}

function sayOwn({ measure, most }: Over, from: string, texts: Texts): string {
  if (most === 0) return texts.overClipsPerDay(0, from);
  switch (measure) {
    case 'clips':
      return texts.overClipsPerDay(most, from);
    case 'running':
      return texts.overConcurrent(most);
    case 'usd':
      return texts.admin.over.ownBudget(most, from);
  }
}

/** A channel or a tenant, which all share. */
function sayPot(
  scope: 'channel' | 'tenant',
  { measure, most }: Over,
  from: string,
  { admin: { over } }: Texts,
): string {
  if (most === 0) return over.off(scope);
  switch (measure) {
    case 'clips':
      return over.clips(scope, most, from);
    case 'running':
      return over.running(scope, most);
    case 'usd':
      return over.budget(scope, from);
  }
}
