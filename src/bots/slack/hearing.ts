/** How Slack hears from us, whichever way it speaks: everything that comes in goes through here on its way to Bolt. */
import type { App, ReceiverEvent } from '@slack/bolt';
import type { Log } from '../../core/log.ts';

export interface Hearing {
  /** Put before the App's own `processEvent`. */
  before(process: App['processEvent']): App['processEvent'];
  /** Resolves when what came so far is acknowledged, or after a moment: acknowledgements go by the connection that brought it. */
  acknowledgedAll(): Promise<void>;
  /** Hears nothing more; resolves when what was heard is written down. */
  close(): Promise<void>;
}

interface HearingEdges {
  readonly log: Log;
  /** Told how long every acknowledgement took that a person waited for. */
  readonly acknowledged: (seconds: number) => void;
}

/** A person's own acknowledgement is on its way long before. */
const longestMs = 1_000;

/**
 * A command, a press, an entry of a menu is acknowledged here and now, before anything that could take time or fail. A
 * filled-in form is acknowledged by its listener, whose answer may be an objection. An event, for which nobody waits, is
 * acknowledged when its listeners have written it down: Bolt would do so before, and what a process then took to its grave
 * Slack would not bring again (platforms/slack.md §1). What fails is not acknowledged, so that it comes again.
 */
export function createHearing({ log, acknowledged }: HearingEdges): Hearing {
  const heard = new Set<Promise<void>>();
  const told = new Set<Promise<void>>();
  let isClosed = false;

  async function hear(event: ReceiverEvent, process: App['processEvent'], done: () => void): Promise<void> {
    const arrived = performance.now();
    const isEvent = event.body.event !== undefined;
    let isTold = false;
    const tell: ReceiverEvent['ack'] = async (answer) => {
      if (isTold) return;
      isTold = true;
      try {
        await event.ack(answer);
        if (!isEvent) acknowledged((performance.now() - arrived) / 1000);
      } catch (error) {
        // The connection it came by is gone. Slack may bring it again; it is taken only once.
        log.warn('slack.not-acknowledged', { error });
      } finally {
        done();
      }
    };
    try {
      if (isAnsweredWithNothing(event.body)) void tell();
      await process({ ...event, ack: isEvent ? async () => {} : tell });
      if (isEvent) await tell();
    } catch (error) {
      log.error('slack.not-taken', { type: event.body.event?.type ?? event.body.type ?? 'command', error });
      throw error;
    } finally {
      done();
    }
  }

  return {
    before: (process) => (event) => {
      if (isClosed) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      told.add(promise);
      const done = (): void => {
        resolve();
        told.delete(promise);
      };
      const hearing = hear(event, process, done);
      const settled = hearing.then(
        () => undefined,
        () => undefined,
      );
      heard.add(settled);
      void settled.then(() => heard.delete(settled));
      return hearing;
    },
    async acknowledgedAll() {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, longestMs);
      await Promise.race([Promise.all(told), late]);
      clearTimeout(timer);
    },
    async close() {
      isClosed = true;
      await Promise.all(heard);
    },
  };
}

const answeredWithNothing: ReadonlySet<unknown> = new Set(['block_actions', 'message_action', 'shortcut']);

function isAnsweredWithNothing({ command, type }: ReceiverEvent['body']): boolean {
  return command !== undefined || answeredWithNothing.has(type);
}
