/** How the providers stand, for the operator: `/providers.json`, which `npm run doctor` reads too. */
import type { Breaker } from '../core/jobs/traffic/breaker.ts';
import type { Standing } from '../core/jobs/traffic/traffic.ts';
import type { VideoProvider } from '../core/providers/provider.ts';

interface SideView extends Pick<Breaker, 'state' | 'cause' | 'reason'> {
  /** ISO 8601: when the next call may try; null when calls flow. */
  readonly nextTry: string | null;
}

/** One provider as all workers see it, at most a second old. */
export interface ProviderView extends Pick<Standing, 'slots' | 'running' | 'waiting'> {
  readonly id: string;
  readonly title: string;
  readonly submit: SideView;
  readonly look: SideView;
}

/** In the operator's order of preference. */
export function toProviderViews(
  providers: readonly Pick<VideoProvider, 'id' | 'title'>[],
  standings: ReadonlyMap<string, Standing>,
): ProviderView[] {
  return providers.flatMap(({ id, title }) => {
    const standing = standings.get(id);
    if (standing === undefined) return [];
    const { submit, look, slots, running, waiting } = standing;
    return { id, title, submit: toSideView(submit), look: toSideView(look), slots, running, waiting };
  });
}

function toSideView({ state, cause, reason, probeAt, pausedUntil }: Breaker): SideView {
  return { state, cause, reason, nextTry: (probeAt ?? pausedUntil)?.toISOString() ?? null };
}
