/** Asking every provider now and then what it can do and whether it would take a job, before a person has to find out. */
import type { Log } from '../../log.ts';
import type { VideoProvider } from '../../providers/provider.ts';
import type { Traffic } from './traffic.ts';

interface InspectionEdges {
  readonly providers: readonly VideoProvider[];
  readonly traffic: Traffic;
  readonly log: Log;
}

/** Catalogues and limits change by the week; balances are told by the first refusal anyway. */
const everyMs = 60 * 60_000;

/** The first round begins at once and holds nobody up. A provider that does not answer is asked again in the next round. */
export function startInspections(edges: InspectionEdges): Disposable {
  const round = (): void => {
    for (const provider of edges.providers) void inspect(provider, edges);
  };
  round();
  const timer = setInterval(round, everyMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function inspect(provider: VideoProvider, { traffic, log }: InspectionEdges): Promise<void> {
  if (provider.inspect === undefined) return;
  try {
    // Counted like any look, so that a service that counts its calls is not overrun by our curiosity.
    const leave = await traffic.ask(provider, 'look');
    if (!leave.may) return;
    // It decides nothing about looks: the next real one may be the probe.
    if (leave.isProbe) await traffic.giveBack(provider, 'look');
    const inspection = await provider.inspect();
    await traffic.inspected(provider, inspection);
    log.info('provider.inspected', { provider: provider.id, findings: inspection.findings });
  } catch (error) {
    log.warn('provider.not-inspected', { provider: provider.id, error });
  }
}
