/** `npm run bench`: prints a table and JSON. `npm run bench -- start crowd` runs only those rows. Never a test. */

import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { measureAcknowledgement } from './acknowledge.ts';
import { measureCallBack } from './call-back.ts';
import { measureCrowd } from './crowd.ts';
import { measureDiscord } from './discord.ts';
import { measureLag } from './lag.ts';
import { measureOutage } from './outage.ts';
import { measurePaid } from './paid.ts';
import { missed, type Row } from './row.ts';
import { measureSlack } from './slack.ts';
import { measureStart } from './start.ts';
import { measureThroughput } from './throughput.ts';

const rows: Readonly<Record<string, () => Promise<Row>>> = {
  start: measureStart,
  acknowledge: () => measureAcknowledgement(100, 20),
  embedded: () => measureThroughput('embedded', 400),
  postgres: () => measureThroughput('postgres', 1000),
  redis: () => measureThroughput('postgres+redis', 1500),
  lag: () => measureLag(150),
  'call-back': () => measureCallBack(100),
  crowd: () => measureCrowd(10_000),
  paid: () => measurePaid(1000),
  discord: () => measureDiscord(200, 10),
  slack: () => measureSlack(200, 10),
  outage: () => measureOutage(500),
};

/** Each row has a process of its own: no row inherits another's memory or warmth. */
function runApart(name: string): Row | null {
  const { stdout, status } = spawnSync(process.execPath, [import.meta.filename, '--row', name], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 10e6,
  });
  const line = stdout.trim().split('\n').at(-1);
  return status === 0 && line !== undefined ? (JSON.parse(line) as Row) : null;
}

async function main(words: readonly string[]): Promise<void> {
  const [first, second] = words;
  if (first === '--row') {
    const measure = rows[second ?? ''];
    if (measure === undefined) throw new Error(`There is no row ${second}. There are ${Object.keys(rows).join(', ')}.`);
    console.log(JSON.stringify(await measure()));
    process.exit(0);
  }
  const names = words.length > 0 ? words : Object.keys(rows);
  const results: Row[] = [];
  console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}\n`);
  for (const name of names) {
    const result = runApart(name);
    if (result === null) {
      console.log(`${name}: could not be measured here`);
      continue;
    }
    results.push(result);
    const misses = missed(result);
    console.log(result.row);
    for (const [figure, value] of Object.entries(result.figures)) {
      const bound = result.must[figure];
      const wish =
        bound === undefined ? '' : 'atLeast' in bound ? `  (at least ${bound.atLeast})` : `  (at most ${bound.atMost})`;
      console.log(
        `  ${figure.padEnd(28)}${String(value).padStart(10)}${wish}${misses.includes(figure) ? '  MISSED' : ''}`,
      );
    }
    console.log('');
  }
  console.log(JSON.stringify(results));
}

await main(process.argv.slice(2));
