/** Paid submits for one accepted request, with every tenth answer lost and the other troubles of a bad day. */
import type { JobId } from '../src/core/values.ts';
import type { Fault } from '../src/simulate/faults.ts';
import { gatewayPage } from '../src/simulate/faults.ts';
import { type Row, round } from './row.ts';
import { openVirtualRig } from './virtual-rig.ts';

const names = ['fal', 'runcomfy', 'runninghub', 'runbase', 'toapis', 'minimax'];

/** Of all calls: every tenth answer is lost; 429s, pages of a gateway before and after, and resets beside it. */
function createBadDay(rateLimited: () => Fault | undefined): () => Fault | undefined {
  return () => {
    const dice = Math.random();
    if (dice < 0.1) return { fault: 'lose-answer' };
    if (dice < 0.14) return { fault: 'cut' };
    if (dice < 0.18) return rateLimited();
    if (dice < 0.2) return { fault: 'answer', reply: gatewayPage };
    if (dice < 0.22) return { fault: 'answer', reply: gatewayPage, afterwards: true };
    return undefined;
  };
}

export async function measurePaid(requests: number): Promise<Row> {
  const limits = new Map<string, Fault>();
  const rig = await openVirtualRig({
    only: names,
    settings: { FAL_CONCURRENCY: '40', MINIMAX_CREATES_PER_MINUTE: '20' },
    renderMs: 60_000,
    watch: (service) => ({ chance: createBadDay(() => limits.get(service)) }),
  });
  for (const [name, { service }] of rig.simulations) {
    const { rateLimited } = service.errors;
    if (rateLimited !== undefined) limits.set(name, { fault: 'answer', reply: rateLimited });
  }
  const prompts = Array.from({ length: requests }, (_, index) => `Boat number ${index} on a rainy street`);
  const ids = await rig.play(
    prompts.map((prompt, index) => {
      // Six by name, so that all are met; the seventh goes where the routing sends it.
      const named = names[index % (names.length + 1)];
      return {
        atMs: (index * 1_200_000) / requests,
        person: `person-${index % 50}`,
        request: {
          prompt,
          model: '2.3-pro',
          seconds: 6,
          resolution: '1080P',
          enhance: true,
          ...(named !== undefined && { provider: named }),
        },
      };
    }),
  );
  const paid = new Map<string, number>();
  for (const { service } of rig.simulations.values()) {
    for (const { input } of service.renders.jobs) {
      const prompt = /Boat number \d+ on a rainy street/.exec(JSON.stringify(input))?.[0] ?? 'no prompt of ours';
      paid.set(prompt, (paid.get(prompt) ?? 0) + 1);
    }
  }
  const ends = await countEnds(ids, (id) => rig.edges.store.find(id));
  const calls = [...rig.simulations.values()].reduce((sum, { simulation }) => sum + simulation.calls.length, 0);
  await rig.close();
  const total = [...paid.values()].reduce((sum, count) => sum + count, 0);
  return {
    row: `${requests} requests over six services, every tenth answer lost, 429s, 5xx and resets`,
    figures: {
      'paid submits for a request': round(total / ids.length, 3),
      'most for one request': Math.max(...paid.values()),
      'clips for a request': round((ends.get('done') ?? 0) / ids.length, 3),
      'calls for a request': round(calls / ids.length),
      ends: [...ends].map(([end, count]) => `${end} ${count}`).join(', '),
    },
    must: { 'paid submits for a request': { atMost: 1 }, 'most for one request': { atMost: 1 } },
  };
}

interface Ended {
  readonly state: string;
  readonly failure: { readonly kind: string } | null;
}

async function countEnds(
  ids: readonly JobId[],
  find: (id: JobId) => Promise<Ended | null>,
): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
  for (const id of ids) {
    const job = await find(id);
    const end = job === null ? 'lost' : job.state === 'failed' ? (job.failure?.kind ?? 'failed') : job.state;
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  return ends;
}
