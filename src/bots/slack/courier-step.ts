/** Tells a step of a workflow that waits for a clip how it ended (platforms/slack.md §8). */
import type { StatusView } from '../../core/delivery/delivery.ts';
import { textsFor } from '../../core/texts/texts.ts';
import { isFinal } from '../../core/values.ts';
import type { SlackAddress } from './address.ts';
import { readRefusal } from './api-errors.ts';
import type { CourierEdges } from './courier-edges.ts';
import { whereInstalled } from './courier-messages.ts';
import { readJobMessages } from './job-messages.ts';
import { patiently, type SlackClients } from './slack-clients.ts';

export interface StepTeller {
  /**
   * Only for a last state, and only where a step waits. A step that is over already, by us or by itself, is told.
   * @throws when nobody knows whether it was told
   */
  tell(place: SlackAddress, view: StatusView): Promise<void>;
}

const mostRemembered = 1000;

/** By the stored token: the step's own dies with it. */
export function createStepTeller({ api, database, log }: CourierEdges): StepTeller {
  const told = new Set<string>();

  async function permalinkOf(clients: SlackClients, { job }: StatusView): Promise<string> {
    const { clip } = await readJobMessages(database, job);
    if (clip === null) return '';
    const asked = { channel: clip.channel, message_ts: clip.ts };
    return (await patiently(() => clients.api.chat.getPermalink(asked))).permalink ?? '';
  }

  async function finish(clients: SlackClients, execution: string, view: StatusView): Promise<void> {
    if (view.state === 'done') {
      const outputs = { permalink: await orEmpty(() => permalinkOf(clients, view)) };
      await patiently(() => clients.api.functions.completeSuccess({ function_execution_id: execution, outputs }));
    } else {
      const error = textsFor(view.locale).slack.workflow.failed(view.sentence);
      await patiently(() => clients.api.functions.completeError({ function_execution_id: execution, error }));
    }
  }

  return {
    async tell({ installation, execution }, view) {
      if (execution === null || !isFinal(view.state) || told.has(execution)) return;
      const clients = await whereInstalled(() => api.of(installation));
      if (clients === null) return;
      try {
        await finish(clients, execution, view);
      } catch (error) {
        const refusal = readRefusal(error);
        if (refusal === null) throw error;
        // It is over: told before, timed out, or cancelled in the workflow.
        log.info('slack.step-over', { job: view.job, detail: refusal.detail });
      }
      told.add(execution);
      if (told.size > mostRemembered) for (const oldest of told.values().take(1)) told.delete(oldest);
    },
  };
}

/** A clip whose message is gone has no link; the step has its clip all the same. */
async function orEmpty(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    if (readRefusal(error) === null) throw error;
    return '';
  }
}
