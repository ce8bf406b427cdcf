/** A job by the id a person typed or a button carried. Nothing about it is trusted. */
import type { JobEdges } from '../core/jobs/edges.ts';
import type { Job } from '../core/jobs/job.ts';
import type { JobId } from '../core/values.ts';
import type { CommandCall } from './command.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** How many of a person's jobs a short id is looked for in. */
const shortIdReach = 100;

const longestPrompt = 80;

/** The end of an id, which tells jobs of one moment apart, as `/hailuo jobs` shows it. */
export function shortIdOf(id: JobId): string {
  return id.slice(-6);
}

/** `4c1f0a · a paper boat in a storm`: a job in one line. */
export function labelOf({ id, request }: Pick<Job, 'id' | 'request'>): string {
  const line = request.prompt.replace(/\s+/g, ' ');
  const shortened = line.length <= longestPrompt ? line : `${line.slice(0, longestPrompt - 1)}…`;
  return `${shortIdOf(id)} · ${shortened}`;
}

/** Null when there is none, or it belongs to another tenant: nobody learns which. */
export async function findJob(call: CommandCall, { store }: Pick<JobEdges, 'store'>): Promise<Job | null> {
  const written = call.values.job;
  if (typeof written !== 'string') return null;
  const given = written.trim().toLowerCase();
  if (uuid.test(given)) {
    const job = await store.find(given as JobId);
    return job?.asker.tenant === call.asker.tenant ? job : null;
  }
  const own = await store.listOf(call.asker.tenant, call.asker.person, shortIdReach);
  return own.find(({ id }) => shortIdOf(id) === given) ?? null;
}
