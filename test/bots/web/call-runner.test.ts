import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCallRunner } from '../../../src/bots/web/call-runner.ts';
import { addCall, claimCalls, closeCall, holdCalls, type WebCall } from '../../../src/bots/web/calls.ts';
import { addVisitor } from '../../../src/bots/web/visitors.ts';
import { webMigrations } from '../../../src/bots/web/web-migrations.ts';
import type { WebDatabase, WebTables } from '../../../src/bots/web/web-tables.ts';
import type { Command } from '../../../src/commands/command.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { silentLog } from '../../../src/core/log.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { createFakeMedia } from '../../support/world.ts';

let opened: OpenDatabase;
let database: WebDatabase;
const now = new Date('2026-11-21T12:00:00Z');
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

beforeAll(async () => {
  opened = await openMemoryDatabase(webMigrations);
  database = opened.database.withTables<WebTables>();
  for (const id of ['ann', 'ben']) await addVisitor(database, id, { id, name: id }, now);
});
afterAll(() => opened.close());

function call(origin: string, visitor: string, command = 'wait'): WebCall {
  const place = { channel: 'general', thread: null, request: origin, visitor };
  return { origin, command, values: {}, pictures: {}, place, click: origin, locale: 'en' };
}

test('of several processes that take up what was left, one gets each call; what is in hand stays there', async () => {
  for (const origin of ['a', 'b', 'c']) await addCall(database, call(origin, 'ann'), now);
  await holdCalls(database, ['c'], later(20));
  const claims = await Promise.all([1, 2, 3].map(() => claimCalls(database, later(10), later(30))));
  expect(
    claims
      .flat()
      .map(({ origin }) => origin)
      .sort(),
  ).toEqual(['a', 'b']);
  await closeCall(database, 'a', later(31));
  expect((await claimCalls(database, later(60), later(61))).map(({ origin }) => origin).sort()).toEqual(['b', 'c']);
  for (const origin of ['b', 'c']) await closeCall(database, origin, later(62));
});

test('one person’s slow commands do not hold up another’s answer', async () => {
  const slow = Promise.withResolvers<void>();
  const ran: string[] = [];
  const command: Command = {
    name: 'wait',
    description: '',
    options: [],
    isListed: true,
    async run({ origin, asker }) {
      ran.push(origin);
      if (asker.person === 'ann') await slow.promise;
      return { kind: 'started', job: 'x' as never };
    },
  };
  const edges = {
    database,
    media: createFakeMedia(),
    log: silentLog,
    now: () => now,
    newId: () => 'id',
    announce() {},
  };
  const runner = createCallRunner(edges, [command]);
  for (let index = 0; index < 20; index += 1) runner.run(call(`ann-${index}`, 'ann'));
  runner.run(call('ben-0', 'ben'));
  await expect.poll(() => ran).toContain('ben-0');
  expect(ran.filter((origin) => origin.startsWith('ann'))).toHaveLength(2);
  slow.resolve();
  await expect.poll(() => ran.length).toBe(21);
  await runner.settle();
});
