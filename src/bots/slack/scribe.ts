/** Writes down what Slack has been told we have heard, so that it is answered by whoever lives. */
import type { Log } from '../../core/log.ts';
import { type CallRunner, leaseFrom } from '../call-runner.ts';
import { addCall, type OpenCall } from './calls.ts';
import { persistently } from './persistently.ts';
import type { Answerer } from './run-call.ts';
import type { SlackDatabase } from './slack-tables.ts';

export interface ScribeEdges {
  readonly database: SlackDatabase;
  readonly runner: Pick<CallRunner<OpenCall>, 'run'>;
  readonly answerer: Pick<Answerer, 'giveUp'>;
  readonly log: Log;
  readonly now: () => Date;
}

export interface Scribe {
  /**
   * A person waits, so the call is run, or taken back in words even when the database will not have it. Never rejects.
   * @param event what a repetition carries too; seen before, nothing happens
   */
  promised(event: string, open: OpenCall): Promise<void>;
  /** Of an event, which nobody waits for: it is run. @throws when the database will not have it; then Slack is to bring it again */
  heard(event: string, open: OpenCall): Promise<void>;
  /** What the form that is open now is about. @returns false when another of us wrote it. Never rejects. */
  opened(event: string, open: OpenCall): Promise<boolean>;
}

const retryDelaysMs = [200, 1_000, 5_000];

export function createScribe({ database, runner, answerer, log, now }: ScribeEdges): Scribe {
  const write = (event: string, open: OpenCall, heldUntil: () => Date | null): Promise<boolean> =>
    persistently(retryDelaysMs, async () => {
      try {
        return await addCall(database, event, open, heldUntil());
      } catch (error) {
        log.error('slack.not-written', { call: open.id, error });
        throw error;
      }
    });

  async function heard(event: string, open: OpenCall): Promise<void> {
    if (await write(event, open, () => leaseFrom(now()))) runner.run(open);
  }

  return {
    heard,
    async promised(event, open) {
      try {
        await heard(event, open);
      } catch {
        await answerer
          .giveUp(open)
          .catch((fault: unknown) => log.error('slack.answer-lost', { call: open.id, error: fault }));
      }
    },
    async opened(event, open) {
      try {
        return await write(event, open, () => null);
      } catch {
        return true;
      }
    },
  };
}
