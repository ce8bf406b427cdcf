import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runBot, temporaryDirectory } from './bot-process.ts';

test('what only begins as JSON does is no line of the log', async () => {
  const directory = temporaryDirectory();
  const entry = join(directory, 'talkative.mjs');
  const said = ['{ a library says something }', '{"event":"process.ready","url":null}', '{"words":"without an event"}'];
  writeFileSync(entry, said.map((line) => `console.log(${JSON.stringify(line)});`).join('\n'));
  const ended = await runBot({ directory, env: {}, entry });
  expect(ended).toMatchObject({ code: 0, lines: [{ event: 'process.ready', url: null }] });
  expect(ended.output.trimEnd().split('\n')).toEqual(said);
});
