/** Ten thousand jobs rendering at once in the real program: what they weigh, and whether anybody has to wait for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sayEvenly, startProgram, welcome } from './page.ts';
import { quantile, sleep } from './rig.ts';
import { type Row, round } from './row.ts';

const prompt = '/hailuo a slow river sandbox:stuck';
const perSecond = 20;
const seconds = 10;

export async function measureCrowd(jobs: number): Promise<Row> {
  const directory = mkdtempSync(join(tmpdir(), 'hailuo-bench-'));
  const program = await startProgram('src/start.mjs', {
    DATA_DIR: directory,
    QUOTA_CLIPS_PER_DAY: 'unlimited',
    QUOTA_CONCURRENT: 'unlimited',
    JOB_DEADLINE_SECONDS: '86400',
  }).catch((error: unknown) => {
    throw new Error('the program did not start', { cause: error });
  });
  const visitors = await Promise.all(Array.from({ length: 50 }, (_, index) => welcome(program.url, `Bench ${index}`)));
  const quiet = await sayEvenly(visitors, prompt, perSecond, seconds);
  await sleep(5_000);
  const idle = program.memory();

  const load = 100;
  await sayEvenly(visitors, prompt, load, (jobs - perSecond * seconds) / load);
  const rendering = await untilRendering(program.url, jobs);
  await sleep(20_000);
  const crowded = program.memory();
  const busy = await sayEvenly(visitors, prompt, perSecond, seconds);
  await program.stop();
  rmSync(directory, { recursive: true, force: true });
  const before = quantile(quiet, 0.99);
  const after = quantile(busy, 0.99);
  return {
    row: `${rendering} jobs rendering at once`,
    figures: {
      'idle MB': round(idle / 1e6, 0),
      'above idle MB': round((crowded - idle) / 1e6, 0),
      'acknowledged p99 ms, few': round(before),
      'acknowledged p99 ms, crowd': round(after),
      ratio: round(after / before, 2),
    },
    must: { 'above idle MB': { atMost: 150 }, ratio: { atMost: 2 } },
  };
}

async function untilRendering(url: string, jobs: number): Promise<number> {
  for (;;) {
    const text = await (await fetch(new URL('metrics', url))).text();
    const count = Number(/^hailuo_jobs\{state="rendering"\} (\d+)/m.exec(text)?.[1] ?? 0);
    if (count >= jobs) return count;
    await sleep(2_000);
  }
}
