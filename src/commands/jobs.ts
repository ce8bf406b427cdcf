/** `/hailuo jobs`: one's own clips, running and done, with what can be done to each. */
import { linkDays } from '../core/delivery/deliver.ts';
import { type JobEdges, rendererOf } from '../core/jobs/edges.ts';
import type { Job } from '../core/jobs/job.ts';
import { buttonsOf, sayState } from '../core/jobs/status-view.ts';
import { type Texts, textsFor } from '../core/texts/texts.ts';
import { type Card, type Command, type CommandCall, type Reply, usualAskWith } from './command.ts';
import { labelOf, shortIdOf } from './find-job.ts';
import { cardToAsker, toAsker } from './replies.ts';

const shown = 10;

export function jobsCommand(edges: JobEdges): Command {
  return {
    name: 'jobs',
    description: textsFor('en').commands.jobs.description,
    options: [],
    isListed: true,
    run: (call) => listJobs(call, edges),
  };
}

async function listJobs(call: CommandCall, edges: JobEdges): Promise<Reply> {
  const texts = textsFor(call.asker.locale);
  const jobs = await edges.store.listOf(call.asker.tenant, call.asker.person, shown);
  if (jobs.length === 0) return toAsker(texts.noJobs(call.askWith ?? usualAskWith));
  const clips = await clipsAlong(jobs, call, edges);
  return cardToAsker({
    title: texts.jobsTitle,
    paragraphs: [],
    rows: jobs.map((job) => ({
      label: labelOf(job),
      value: describe(job, edges, texts),
      buttons: buttonsOf(job, texts),
      ...linkTo(job, edges),
    })),
    ...(clips.length > 0 && { clips }),
  });
}

/** Few, because each is a whole file. */
const mostClips = 3;

/** Where no link of ours can be opened, a clip that could not be posted comes along itself: no other way to it is left. */
async function clipsAlong(
  jobs: readonly Job[],
  call: CommandCall,
  edges: JobEdges,
): Promise<NonNullable<Card['clips']>> {
  const { media, settings } = edges;
  const waiting = jobs.filter(({ failure, clip }) => failure?.kind === 'undeliverable' && clip !== null);
  if (settings.publicUrl !== '' || waiting.length === 0) return [];
  // Null: a page of ours, on which the links work.
  const limit = (await edges.courierFor(call.destination)?.uploadLimitBytes(call.destination)) ?? null;
  if (limit === null) return [];
  const clips: { label: string; name: string; path: string }[] = [];
  for (const job of waiting.slice(0, mostClips)) {
    const kept = job.clip === null ? null : await media.find(job.clip);
    const fitting = kept === null || kept.bytes <= limit ? kept : await media.fit(kept.id, limit);
    if (fitting === null) continue;
    clips.push({ label: labelOf(job), name: `hailuo-${shortIdOf(job.id)}.mp4`, path: media.pathOf(fitting) });
  }
  return clips;
}

function describe(job: Job, edges: JobEdges, texts: Texts): string {
  const asked = texts.askedFor(texts.when(job.acceptedAt, edges.now()));
  return texts.inARow([sayState(job, rendererOf(edges, job), texts), asked]);
}

/** Also for a clip that no place would take. Without a public address only pages of ours can use it. */
function linkTo(job: Job, { media, settings, now }: JobEdges): { link?: string } {
  if (job.clip === null || job.state === 'cancelled') return {};
  return { link: settings.publicUrl + media.link(job.clip, new Date(now().getTime() + linkDays * 86_400_000)) };
}
