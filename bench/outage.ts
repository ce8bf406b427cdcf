/** How often a provider is called that is down: 500 jobs in ten minutes, half of them while it still worked. */
import { gatewayPage } from '../src/simulate/faults.ts';
import { type Row, round } from './row.ts';
import { openVirtualRig } from './virtual-rig.ts';

const minute = 60_000;

export async function measureOutage(jobs: number): Promise<Row> {
  let isDown = false;
  let calls = 0;
  const rig = await openVirtualRig({
    only: ['toapis', 'minimax'],
    settings: { MINIMAX_CREATES_PER_MINUTE: '50' },
    renderMs: 4 * minute,
    watch: (service) => ({
      chance() {
        if (service !== 'toapis' || !isDown) return undefined;
        calls += 1;
        return { fault: 'answer', reply: gatewayPage };
      },
    }),
  });
  // As many are rendering there as came in the two minutes before; their looks are calls too.
  rig.at(2 * minute, () => {
    isDown = true;
  });
  rig.at(12 * minute, () => {
    isDown = false;
  });
  const before = Math.round(jobs / 5);
  const ids = await rig.play(
    Array.from({ length: jobs + before }, (_, index) => ({
      atMs: index < before ? (index * 2 * minute) / before : 2 * minute + ((index - before) * 10 * minute) / jobs,
      person: `person-${index % 50}`,
      request: { prompt: `Boat ${index}`, model: '2.3', seconds: 6, resolution: '768P', enhance: true } as const,
    })),
  );
  let clips = 0;
  for (const id of ids) if ((await rig.edges.store.find(id))?.state === 'done') clips += 1;
  await rig.close();
  return {
    row: `${jobs} jobs in ten minutes of an outage, ${before} rendering there when it began`,
    figures: { 'calls while it was down': calls, 'clips for a request': round(clips / ids.length, 3) },
    must: { 'calls while it was down': { atMost: 59 } },
  };
}
