/** From a command received to its acknowledgement, at the published load, through the real program and its page. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sayEvenly, startProgram, welcome } from './page.ts';
import { quantile } from './rig.ts';
import { type Row, round } from './row.ts';

const prompt = '/hailuo a paper boat in a storm [Push in] --model 2.3';

export async function measureAcknowledgement(perSecond: number, seconds: number): Promise<Row> {
  const directory = mkdtempSync(join(tmpdir(), 'hailuo-bench-'));
  const program = await startProgram('src/start.mjs', {
    DATA_DIR: directory,
    SANDBOX_RENDER_SECONDS: '0',
    QUOTA_CLIPS_PER_DAY: 'unlimited',
    QUOTA_CONCURRENT: 'unlimited',
    LOG_LEVEL: 'info',
  });
  const visitors = await Promise.all(Array.from({ length: 20 }, (_, index) => welcome(program.url, `Bench ${index}`)));
  // The clip is drawn once, so that the crowd's clips are copies of it.
  await visitors[0]?.say(prompt);
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  const answers = await sayEvenly(visitors, prompt, perSecond, seconds);
  await program.stop();
  rmSync(directory, { recursive: true, force: true });
  return {
    row: `received to acknowledged, ${perSecond} commands a second for ${seconds} s`,
    figures: {
      commands: answers.length,
      'p50 ms': round(quantile(answers, 0.5)),
      'p99 ms': round(quantile(answers, 0.99)),
      'worst ms': round(Math.max(...answers)),
    },
    must: { 'p99 ms': { atMost: 250 } },
  };
}
