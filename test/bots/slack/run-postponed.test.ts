import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCallRunner, leaseFrom, Postponed } from '../../../src/bots/call-runner.ts';
import { addCall, type OpenCall, personOf, writtenCalls } from '../../../src/bots/slack/calls.ts';
import type { SlackDatabase, SlackTables } from '../../../src/bots/slack/slack-tables.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { eventually } from '../../support/eventually.ts';
import { createHandClock } from '../../support/hand-clock.ts';
import { createNotes, key } from './run-server.ts';
import { openSlackDatabase } from './run-world.ts';

let opened: OpenDatabase;
let database: SlackDatabase;
beforeAll(async () => {
  opened = await openSlackDatabase();
  database = opened.database.withTables<SlackTables>();
});
afterAll(() => opened?.close());
beforeEach(async () => {
  await database.deleteFrom('slack_calls').execute();
  await database.deleteFrom('slack_events').execute();
});

async function openRunner(answer: (open: OpenCall, now: () => Date) => Promise<void>) {
  const { now, pass } = createHandClock('2026-11-21T10:00:00Z');
  const log = createNotes();
  const givenUp: string[] = [];
  const runner = createCallRunner<OpenCall>({
    platform: 'slack',
    calls: writtenCalls(database),
    log,
    now,
    personOf,
    answer: (open) => answer(open, now),
    giveUp: async ({ id }) => void givenUp.push(id),
  });
  const rowOf = (id: string) =>
    database.selectFrom('slack_calls').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return {
    runner,
    now,
    pass,
    givenUp,
    notes: log.notes,
    rowOf,
    /** Written down and taken up, as the intake does. */
    async take(id: string): Promise<void> {
      const place = { installation: key, channel: 'C1', thread: null, request: '5.5' };
      const open: OpenCall = {
        id,
        call: { kind: 'reaction', person: 'U1', place, message: '5.5' },
        responseUrl: null,
        receivedAt: now(),
        expiresAt: new Date(now().getTime() + 15 * 60_000),
      };
      await addCall(database, `event:${id}`, open, leaseFrom(now()));
      runner.run(open);
    },
    /** Once it is held for later. */
    heldUntil: (id: string, at: Date) =>
      eventually(async () => {
        const { held_until } = await rowOf(id);
        return held_until?.getTime() === at.getTime() || new Error(`held until ${held_until?.toISOString()}`);
      }),
  };
}

describe('a call that can only be answered later', () => {
  const later = (now: () => Date): Date => new Date(now().getTime() + 60_000);

  it('is left alone until then, and neither given up nor taken for failed', async () => {
    const tries: Date[] = [];
    const { runner, take, heldUntil, now, pass, givenUp, notes, rowOf } = await openRunner(async (_open, time) => {
      tries.push(time());
      if (tries.length === 1) throw new Postponed(later(time));
    });
    await take('one');
    const until = later(now);
    await heldUntil('one', until);
    pass(50_000);
    await runner.recover(false);
    await runner.settle();
    expect(tries).toHaveLength(1);
    expect((await rowOf('one')).answered_at).toBeNull();
    expect([givenUp, notes]).toEqual([[], []]);
  });

  it('is taken up then by whoever looks', async () => {
    const first = await openRunner(async (_open, time) => {
      throw new Postponed(later(time));
    });
    await first.take('one');
    await first.heldUntil('one', later(first.now));
    await first.runner.settle();
    const answered: string[] = [];
    const second = await openRunner(async ({ id }) => void answered.push(id));
    second.pass(61_000);
    await second.runner.recover(false);
    await eventually(async () => (await second.rowOf('one')).answered_at !== null || new Error('not answered yet'));
    expect(answered).toEqual(['one']);
  });

  it('takes nobody’s turn meanwhile', async () => {
    const { take, runner, rowOf } = await openRunner(async ({ id }, time) => {
      if (id !== 'last') throw new Postponed(later(time));
    });
    // More than have a turn at once.
    for (let count = 0; count < 12; count += 1) await take(`waits-${count}`);
    await take('last');
    await eventually(async () => (await rowOf('last')).answered_at !== null || new Error('not answered yet'));
    await runner.settle();
  });
});
