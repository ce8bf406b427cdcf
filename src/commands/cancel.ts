/** `/hailuo cancel`: ends one's own job, or anybody's as an admin. */
import type { JobEdges } from '../core/jobs/edges.ts';
import { textsFor } from '../core/texts/texts.ts';
import { type Asker, isFinal } from '../core/values.ts';
import type { Command, CommandCall, Reply, Suggestion } from './command.ts';
import { findJob, labelOf, shortIdOf } from './find-job.ts';
import { refusal, toAsker } from './replies.ts';
import { mayAdminister } from './rights.ts';

/** How many of a person's jobs those in the making are looked for in. */
const lookedThrough = 20;

export function cancelCommand(edges: JobEdges): Command {
  const words = textsFor('en').commands.cancel;
  return {
    name: 'cancel',
    description: words.description,
    options: [
      {
        name: 'job',
        kind: 'text',
        description: words.options.job.description,
        isRequired: false,
        hasSuggestions: true,
      },
    ],
    isListed: true,
    run: (call) => cancel(call, edges),
    suggest: (_option, typed, asker) => suggestRunning(typed, asker, edges),
  };
}

async function cancel(call: CommandCall, edges: JobEdges): Promise<Reply> {
  const texts = textsFor(call.asker.locale);
  const job = call.values.job === undefined ? await newestRunning(call, edges) : await findJob(call, edges);
  if (job === null) return refusal(call.values.job === undefined ? texts.nothingRunning : texts.noSuchJob);
  if (job.asker.person !== call.asker.person && !(await mayAdminister(call.asker, edges))) {
    return refusal(texts.notYours);
  }
  if (isFinal(job.state)) return refusal(texts.alreadyOver(shortIdOf(job.id)));
  if (job.post !== null) return refusal(texts.tooLateToCancel);
  if (await edges.store.requestCancel(job.id)) await edges.queue.wake(job.id, edges.now());
  return toAsker(texts.cancelling(shortIdOf(job.id)));
}

/** One's own in the making, the newest first: by the short id, or by any words of the prompt. */
async function suggestRunning(typed: string, asker: Asker, { store }: JobEdges): Promise<Suggestion[]> {
  const wanted = typed.trim().toLowerCase();
  const jobs = await store.listOf(asker.tenant, asker.person, lookedThrough);
  return jobs
    .filter(({ state }) => !isFinal(state))
    .filter(({ id, request }) => `${shortIdOf(id)} ${request.prompt}`.toLowerCase().includes(wanted))
    .map((job) => ({ label: labelOf(job), value: job.id }));
}

async function newestRunning(call: CommandCall, { store }: JobEdges) {
  const jobs = await store.listOf(call.asker.tenant, call.asker.person, lookedThrough);
  return jobs.find(({ state }) => !isFinal(state)) ?? null;
}
