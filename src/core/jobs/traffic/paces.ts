/**
 * Keeping to what a service bears, over all workers. A call that comes too early is told when to come back, each one a
 * step after the other, so that a crowd comes back one by one.
 */
import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import type { Pace, PacedCall, VideoProvider } from '../../providers/provider.ts';

/** The paces of all providers. */
export interface Paces {
  /** Counts the call. Null: it may leave now; otherwise when to come back, and nothing is counted. */
  take(provider: Pick<VideoProvider, 'id' | 'paces'>, call: PacedCall): Promise<Date | null>;
}

/** Part of a pace that may be spent at once; the rest comes evenly. */
const burstShare = 0.2;

/**
 * Calls may arrive closer together than they left: what leaves us in a stretch a tenth longer than the limit's still fits
 * (50 in 10 s: what leaves in 11.4 s).
 */
const margin = 0.9;

/**
 * How a limit of `most` in any stretch of `perMs` is kept: `burst` at once, then one every `everyMs`. A stretch then
 * holds at most `burst + perMs / everyMs` calls, which is what the service bears, less the margin.
 */
export function spacing({ most, perMs }: Pick<Pace, 'most' | 'perMs'>): { burst: number; everyMs: number } {
  const bearable = most >= 10 ? Math.floor(most * margin) : most;
  const burst = Math.max(1, Math.floor(bearable * burstShare));
  return { burst, everyMs: Math.ceil(perMs / Math.max(1, bearable - burst)) };
}

/** One statement for a call; providers without a pace cost none. */
export function createPaces(database: Database, now: () => Date): Paces {
  const made = new Set<string>();

  async function makeRow(provider: string, calls: string): Promise<void> {
    if (made.has(`${provider} ${calls}`)) return;
    const at = now();
    await sql`insert into provider_paces (provider, calls, due_at, appointed_at)
      values (${provider}, ${calls}, ${at}::timestamptz, ${at}::timestamptz) on conflict do nothing`.execute(database);
    made.add(`${provider} ${calls}`);
  }

  async function takeOne(provider: string, pace: Pace): Promise<Date | null> {
    const calls = pace.of.join('+');
    await makeRow(provider, calls);
    const { burst, everyMs } = spacing(pace);
    const at = now();
    const early = new Date(at.getTime() + (burst - 1) * everyMs);
    const step = sql`(${everyMs} * interval '1 millisecond')`;
    const { rows } = await sql<{ may: boolean; appointed_at: Date }>`
      with before as (
        select *, due_at <= ${early}::timestamptz as may from provider_paces
        where provider = ${provider} and calls = ${calls} for update
      )
      update provider_paces p set
        due_at = case when b.may then greatest(b.due_at, ${at}::timestamptz) + ${step} else b.due_at end,
        appointed_at = case when b.may then b.appointed_at
          else greatest(b.appointed_at, b.due_at - ${(burst - 1) * everyMs} * interval '1 millisecond', ${at}::timestamptz) + ${step} end
      from before b where p.provider = b.provider and p.calls = b.calls
      returning b.may, p.appointed_at`.execute(database);
    const row = rows[0];
    if (row === undefined) throw new Error(`the pace of ${provider} has no row`);
    return row.may ? null : row.appointed_at;
  }

  return {
    async take({ id, paces }, call) {
      for (const pace of paces) {
        if (!pace.of.includes(call)) continue;
        const due = await takeOne(id, pace);
        if (due !== null) return due;
      }
      return null;
    },
  };
}
