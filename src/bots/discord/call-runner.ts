/** Runs calls that are acknowledged and written down, each until it is answered; and takes up what a dead process left. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../core/log.ts';
import { createTurns } from '../turns.ts';
import type { DiscordDatabase } from './discord-tables.ts';
import { claimCalls, closeCall, holdCalls, type OpenCall, sweepCalls } from './interaction-calls.ts';

export interface CallRunnerEdges {
  readonly database: DiscordDatabase;
  readonly log: Log;
  readonly now: () => Date;
  /** Runs it and answers. A throw says "we do not know": it is tried again. */
  readonly answer: (open: OpenCall) => Promise<void>;
  /** Says that the program failed, when trying again did not help. */
  readonly giveUp: (open: OpenCall) => Promise<void>;
}

export interface CallRunner {
  /** Returns at once. The same call is run by one at a time here, and is safe to run twice anywhere. */
  run(open: OpenCall): void;
  /**
   * Runs whatever nobody has in hand, and keeps in hand what is under way here.
   * @param isAlone nobody else lives who could have anything in hand
   */
  recover(isAlone: boolean): Promise<void>;
  /** Resolves when everything under way has been answered; what had not begun is left to whoever comes next. */
  settle(): Promise<void>;
}

/** Another process that has been silent for so long is taken for dead. */
const leaseMs = 30_000;
const retryDelaysMs = [300, 1500];

/** @returns until when a call that is taken up now is left alone by others */
export function leaseFrom(at: Date): Date {
  return new Date(at.getTime() + leaseMs);
}

export function createCallRunner(edges: CallRunnerEdges): CallRunner {
  const { database, log, now } = edges;
  const underWay = new Map<string, Promise<void>>();
  const left = new Set<string>();
  const stopping = new AbortController();
  const inTurn = createTurns();

  async function attendTo(open: OpenCall): Promise<void> {
    if (stopping.signal.aborted) {
      left.add(open.id);
      return;
    }
    if (open.expiresAt <= now()) {
      // Nobody can be told any more, so nothing is made that nobody knows of.
      log.warn('discord.answer-too-late', { call: open.id });
    } else {
      await answer(open);
      if (left.has(open.id)) return;
    }
    await closeCall(database, open.id, now());
  }

  async function answer(open: OpenCall): Promise<void> {
    for (const delayMs of [...retryDelaysMs, null]) {
      try {
        return await edges.answer(open);
      } catch (error) {
        log.error('discord.command-failed', { call: open.id, error });
        if (delayMs === null) break;
        await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        if (stopping.signal.aborted) {
          left.add(open.id);
          return;
        }
      }
    }
    await edges.giveUp(open);
  }

  function run(open: OpenCall): void {
    if (underWay.has(open.id)) return;
    const running = inTurn(personOf(open), () => attendTo(open))
      .catch((error: unknown) => log.error('discord.answer-lost', { call: open.id, error }))
      .finally(() => underWay.delete(open.id));
    underWay.set(open.id, running);
  }

  return {
    run,
    async recover(isAlone) {
      const heldUntil = leaseFrom(now());
      if (underWay.size > 0) await holdCalls(database, [...underWay.keys()], heldUntil);
      const others = await claimCalls(database, { heldUntil, isAlone, at: now() });
      for (const open of others) run(open);
      await sweepCalls(database, now());
    },
    async settle() {
      stopping.abort();
      await Promise.all(underWay.values());
      if (left.size > 0) await holdCalls(database, [...left], now());
    },
  };
}

function personOf({ call }: OpenCall): string {
  switch (call.kind) {
    case 'command':
      return call.asker.person;
    case 'reaction':
    case 'pictures':
      return call.person;
  }
}
