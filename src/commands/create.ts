/** `/hailuo create`: a prompt, with or without pictures, becomes a job. */
import { matchDirectives } from '../core/camera.ts';
import { type Checked, checkRequest, type Pictures } from '../core/check-request.ts';
import { admit, launch } from '../core/jobs/admit.ts';
import { type JobEdges, rendererOf } from '../core/jobs/edges.ts';
import { toStatusView } from '../core/jobs/status-view.ts';
import type { IncomingPicture, KeptFile } from '../core/media/media.ts';
import type { PictureProblem } from '../core/picture-problem.ts';
import { requestOptions, type VideoRequest } from '../core/request.ts';
import type { TenantSettings } from '../core/settings/settings.ts';
import { textsFor } from '../core/texts/texts.ts';
import type { Command, CommandCall, Reply, Suggestion } from './command.ts';
import { enter, refuseWords } from './entry.ts';
import { definedOnly, drawOptions } from './options.ts';
import { refusal } from './replies.ts';
import { sayOver } from './say-over.ts';

export function createCommand(edges: JobEdges): Command {
  return {
    name: 'create',
    description: textsFor('en').commands.create.description,
    options: drawOptions(requestOptions),
    isListed: true,
    run: (call) => create(call, edges),
    suggest: async (option, typed) => suggestFor(option, typed, edges),
  };
}

function suggestFor(option: string, typed: string, { providers }: Pick<JobEdges, 'providers'>): Suggestion[] {
  switch (option) {
    case 'camera':
      return matchDirectives(typed).map(same);
    case 'provider':
      return providers
        .filter(({ id, title }) => `${id} ${title}`.toLowerCase().includes(typed.trim().toLowerCase()))
        .map(({ id, title }) => ({ label: title, value: id }));
    default:
      return [];
  }
}

function same(text: string): Suggestion {
  return { label: text, value: text };
}

/** Pictures that are kept already, for clips made from an earlier one. */
export interface KeptFrames {
  readonly firstFrame?: KeptFile;
  readonly lastFrame?: KeptFile;
}

async function create(call: CommandCall, edges: JobEdges): Promise<Reply> {
  const entry = await enter(call, edges);
  return entry.outcome === 'answered' ? entry.reply : createAs(call, entry.settings, edges);
}

/**
 * For calls that have entered: checks, takes the pictures in, admits, opens the status message and lets the job go.
 * Refusals write nothing.
 */
export async function createAs(
  call: CommandCall,
  settings: TenantSettings,
  edges: JobEdges,
  frames: KeptFrames = {},
): Promise<Reply> {
  const image = pictureOf(call, 'image');
  const lastImage = pictureOf(call, 'last_image');
  const pictures = {
    image: image !== undefined || frames.firstFrame !== undefined,
    lastImage: lastImage !== undefined || frames.lastFrame !== undefined,
  };
  const texts = textsFor(call.asker.locale);
  const values = pictures.image ? { prompt: texts.animatePrompt, ...definedOnly(call.values) } : call.values;
  const checked = check(values, pictures, settings, edges);
  if (checked.outcome === 'refused') return refusal(...checked.problems.map(texts.problems.request));
  const refused = refuseWords(checked.wishes[0].prompt, call.asker, settings);
  if (refused !== null) return refused;

  const kept = await takeIn({ firstFrame: image, lastFrame: lastImage }, edges);
  if (kept.outcome === 'refused') return refusal(...kept.problems.map(texts.problems.picture));
  return start(call, chooseWish(checked.wishes, { ...frames, ...kept.frames }, edges), edges);
}

type Wish = Extract<Checked, { outcome: 'fine' }>['request'];
type Wishes = { readonly outcome: 'fine'; readonly wishes: readonly [Wish, ...Wish[]] };

/** Of who names no model: first with the place's own, where that one can do the rest, then with the usual one. */
function check(
  values: CommandCall['values'],
  pictures: Pictures,
  { model }: TenantSettings,
  { providers }: Pick<JobEdges, 'providers'>,
): Wishes | Extract<Checked, { outcome: 'refused' }> {
  const ids = providers.map(({ id }) => id);
  const asked = definedOnly(values);
  const usual = checkRequest(values, pictures, ids);
  if (usual.outcome === 'refused') return usual;
  if (model === null || 'model' in asked) return { outcome: 'fine', wishes: [usual.request] };
  const own = checkRequest({ ...asked, model }, pictures, ids);
  return { outcome: 'fine', wishes: own.outcome === 'fine' ? [own.request, usual.request] : [usual.request] };
}

/** The first that somebody here sells; when nobody does, the first, and admission says why not. */
function chooseWish(
  wishes: Wishes['wishes'],
  frames: KeptFrames,
  { providers }: Pick<JobEdges, 'providers'>,
): VideoRequest {
  const isSold = (wish: Wish): boolean =>
    providers
      .filter(({ id }) => wish.provider === undefined || wish.provider === id)
      .some((provider) => provider.offer({ ...wish, ...frames }).outcome === 'offered');
  return { ...(wishes.find(isSold) ?? wishes[0]), ...frames };
}

async function start(call: CommandCall, request: VideoRequest, edges: JobEdges): Promise<Reply> {
  const { origin, asker, destination } = call;
  const texts = textsFor(asker.locale);
  const admission = await admit({ origin, asker, destination, request }, edges);
  switch (admission.outcome) {
    case 'duplicate':
      return { kind: 'started', job: admission.job.id };
    case 'over-limit':
      return refusal(sayOver(admission.limit, edges.now(), texts));
    case 'nobody-can':
      return refusal(texts.nobodyCan(admission.obstacles.map(texts.problems.obstacle)));
    case 'admitted': {
      const { job } = admission;
      const view = toStatusView(job, rendererOf(edges, job), []);
      try {
        const message = (await edges.courierFor(destination)?.showStatus(destination, null, view)) ?? null;
        await launch(job, message, edges);
      } catch (error) {
        // The job is safe: a worker opens the message in a moment.
        edges.log.warn('status.not-opened', { job: job.id, error });
      }
      return { kind: 'started', job: job.id };
    }
  }
}

/** A file that came along, or else an address that was typed. */
function pictureOf(call: CommandCall, name: 'image' | 'last_image'): IncomingPicture | undefined {
  const file = call.pictures[name];
  if (file !== undefined) return file;
  const typed = call.values[name];
  return typeof typed === 'string' && typed !== '' ? { from: 'url', url: typed } : undefined;
}

async function takeIn(
  pictures: { firstFrame: IncomingPicture | undefined; lastFrame: IncomingPicture | undefined },
  { media, log }: Pick<JobEdges, 'media' | 'log'>,
): Promise<{ outcome: 'kept'; frames: KeptFrames } | { outcome: 'refused'; problems: PictureProblem[] }> {
  const frames: { firstFrame?: KeptFile; lastFrame?: KeptFile } = {};
  const problems: PictureProblem[] = [];
  for (const name of ['firstFrame', 'lastFrame'] as const) {
    const picture = pictures[name];
    if (picture === undefined) continue;
    const intake = await media.takeIn(picture);
    if (intake.outcome === 'kept') frames[name] = intake.picture;
    else {
      log.info('picture.refused', { detail: intake.detail });
      problems.push(intake.problem);
    }
  }
  return problems.length > 0 ? { outcome: 'refused', problems } : { outcome: 'kept', frames };
}
