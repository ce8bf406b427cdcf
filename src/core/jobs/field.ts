/** What `choose` has to know, gathered. */
import type { Field } from '../providers/choose.ts';
import { canPlace } from '../providers/place-picture.ts';
import type { JobEdges } from './edges.ts';
import type { Job } from './job.ts';
import { standpointFrom } from './traffic/traffic.ts';

/** @param benched the job's own list; empty before there is a job */
export async function fieldFor(
  benched: Job['benched'],
  { providers, settings, traffic, store, now }: Pick<JobEdges, 'providers' | 'settings' | 'traffic' | 'store' | 'now'>,
): Promise<Field> {
  const standings = await traffic.standings();
  const at = now();
  return {
    providers,
    routing: settings.routing,
    benched,
    now: at,
    standpoint: ({ id }) => standpointFrom(standings.get(id), at),
    median: settings.routing === 'fastest' ? await store.medians() : () => null,
    canBeGiven: (provider, picture) => canPlace(provider, picture, settings.publicUrl !== ''),
  };
}
