/** Again, Retry, Remix and Continue: a new clip from an earlier job, for whoever asked for that one, and for admins. */
import type { JobEdges } from '../core/jobs/edges.ts';
import type { Job } from '../core/jobs/job.ts';
import { promptLimit } from '../core/request.ts';
import type { TenantSettings } from '../core/settings/settings.ts';
import { textsFor } from '../core/texts/texts.ts';
import type { Command, CommandCall, Reply } from './command.ts';
import { createAs } from './create.ts';
import { enter } from './entry.ts';
import { findJob } from './find-job.ts';
import { refusal } from './replies.ts';
import { mayAdminister } from './rights.ts';

const jobOption = {
  name: 'job',
  kind: 'text',
  description: 'The job, as /hailuo jobs shows it',
  isRequired: true,
} as const;

/** The same once more: a button under a finished clip. */
export function againCommand(edges: JobEdges): Command {
  return hidden('again', 'Make the same clip once more', (call) =>
    fromJob(call, edges, (job, settings) => repeat(call, job, settings, edges)),
  );
}

/** The same once more: a button under a failed or cancelled job. */
export function retryCommand(edges: JobEdges): Command {
  return hidden('retry', 'Try a failed clip once more', (call) =>
    fromJob(call, edges, (job, settings) => repeat(call, job, settings, edges)),
  );
}

/** Asks for other words first, then makes the clip from the same pictures and choices. */
export function remixCommand(edges: JobEdges): Command {
  return hidden('remix', 'Make the clip with other words', (call) =>
    fromJob(call, edges, async (job, settings) => {
      const texts = textsFor(call.asker.locale);
      if (typeof call.values.prompt === 'string') return repeat(call, job, settings, edges, call.values.prompt);
      return {
        kind: 'form',
        form: {
          title: texts.remixTitle,
          command: 'remix',
          values: { job: job.id },
          fields: [
            {
              name: 'prompt',
              kind: 'text',
              description: texts.remixPrompt,
              isRequired: true,
              maxLength: promptLimit,
              value: job.request.prompt,
            },
          ],
          submitLabel: texts.button('remix'),
        },
      };
    }),
  );
}

/** The clip's last frame becomes the first of the next. */
export function continueCommand(edges: JobEdges): Command {
  return hidden('continue', 'Go on where the clip ended', (call) =>
    fromJob(call, edges, async (job, settings) => {
      const clip = job.clip === null ? null : await edges.media.find(job.clip);
      if (clip === null) return refusal(textsFor(call.asker.locale).clipGone);
      const firstFrame = await edges.media.lastFrame(clip.id);
      const { firstFrame: _, lastFrame: __, ...request } = job.request;
      const values = toValues({ ...job, request });
      return createAs({ ...call, values, pictures: {} }, settings, edges, { firstFrame });
    }),
  );
}

function hidden(name: string, description: string, run: Command['run']): Command {
  return { name, description, options: [jobOption], isListed: false, run };
}

async function fromJob(
  call: CommandCall,
  edges: JobEdges,
  go: (job: Job, settings: TenantSettings) => Promise<Reply>,
): Promise<Reply> {
  const texts = textsFor(call.asker.locale);
  const job = await findJob(call, edges);
  if (job === null) return refusal(texts.noSuchJob);
  if (job.asker.person !== call.asker.person && !(await mayAdminister(call.asker, edges))) {
    return refusal(texts.notYoursToUse);
  }
  const entry = await enter(call, edges);
  if (entry.outcome === 'answered') return entry.reply;
  if (job.asker.isAgeRestricted === true && call.asker.isAgeRestricted !== true) {
    return refusal(texts.admin.refused.ageRestricted);
  }
  return go(job, entry.settings);
}

async function repeat(
  call: CommandCall,
  job: Job,
  settings: TenantSettings,
  edges: JobEdges,
  prompt = job.request.prompt,
): Promise<Reply> {
  const { firstFrame, lastFrame } = job.request;
  const texts = textsFor(call.asker.locale);
  for (const frame of [firstFrame, lastFrame]) {
    if (frame !== undefined && (await edges.media.find(frame.id)) === null) return refusal(texts.pictureGone);
  }
  const frames = { ...(firstFrame && { firstFrame }), ...(lastFrame && { lastFrame }) };
  return createAs({ ...call, values: { ...toValues(job), prompt }, pictures: {} }, settings, edges, frames);
}

/** A job's choices as the options they were made with. The camera is in the prompt already. */
function toValues({ request }: Pick<Job, 'request'>): Record<string, unknown> {
  const { prompt, model, seconds, resolution, enhance, provider } = request;
  return { prompt, model, duration: seconds, resolution, enhance, ...(provider !== undefined && { provider }) };
}
