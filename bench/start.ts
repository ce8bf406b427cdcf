/** From starting the program to ready, on a directory that is there already, and what it weighs at rest. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from './page.ts';
import { sleep } from './rig.ts';
import { type Row, round } from './row.ts';

export async function measureStart(): Promise<Row> {
  const directory = mkdtempSync(join(tmpdir(), 'hailuo-bench-'));
  const first = await startProgram('src/start.mjs', { DATA_DIR: directory });
  await first.stop();
  const again = await startProgram('src/start.mjs', { DATA_DIR: directory });
  await sleep(10_000);
  const idle = again.memory();
  await again.stop();
  rmSync(directory, { recursive: true, force: true });
  return {
    row: 'start to ready',
    figures: {
      'new directory s': round(first.readyMs / 1000, 2),
      'existing directory s': round(again.readyMs / 1000, 2),
      'idle MB': round(idle / 1e6, 0),
    },
    must: { 'existing directory s': { atMost: 6 } },
  };
}
