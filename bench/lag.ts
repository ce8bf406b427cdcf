/** From ready at the provider to posted, without call-backs: renders of a minute that end 30 % earlier or later. */
import { z } from 'zod';
import type { VideoProvider } from '../src/core/providers/provider.ts';
import type { JsonValue } from '../src/core/values.ts';
import { connectSandbox, openRig, quantile, sleep } from './rig.ts';
import { type Row, round } from './row.ts';

const renderSeconds = 60;
const spread = 0.3;
/** Enough for the schedule to know its model, as it would after an hour of use. */
const lessons = 60;

export async function measureLag(jobs: number): Promise<Row> {
  const lags: number[] = [];
  const looks: number[] = [];
  let isTeaching = true;
  let ended = 0;
  const rig = await openRig({
    backend: 'embedded',
    concurrency: 12,
    connect: (edges) => [slowly(connectSandbox(edges))],
    measure: {
      ended: () => {
        ended += 1;
      },
      delivered(_provider, _seconds, looked) {
        if (!isTeaching) looks.push(looked);
      },
    },
  });
  const original = rig.edges.courierFor({ platform: 'bench', address: {} });
  if (original === undefined) throw new Error('the rig has no courier');
  const post = original.post;
  original.post = async (destination, clip) => {
    const posted = await post(destination, clip);
    const postedAt = Date.now();
    const ticket = (await rig.edges.store.find(clip.job))?.attempt?.ticket;
    if (!isTeaching && ticket != null) lags.push(postedAt - toTicket(ticket).readyAt);
    return posted;
  };

  // Two waves: the first is the history of the second.
  for (const [teaching, count] of [
    [true, lessons],
    [false, jobs],
  ] as const) {
    isTeaching = teaching;
    ended = 0;
    for (let index = 0; index < count; index += 1) {
      await rig.ask(index);
      await sleep((renderSeconds * 500) / count);
    }
    while (ended < count) await sleep(200);
  }
  await rig.close();
  return {
    row: 'ready to posted, 60 s renders ± 30 %, no call-back',
    figures: {
      clips: lags.length,
      'median s': round(quantile(lags, 0.5) / 1000, 2),
      'p90 s': round(quantile(lags, 0.9) / 1000, 2),
      'looks, mean': round(looks.reduce((sum, count) => sum + count, 0) / looks.length),
      'looks, most': Math.max(...looks),
    },
    must: { 'median s': { atMost: 2 }, 'looks, most': { atMost: 10 } },
  };
}

/** Renders as long as it is told, says nothing of how far it is, and has the sandbox's clip in the end. */
function slowly(sandbox: VideoProvider): VideoProvider {
  return {
    ...sandbox,
    async submit(call) {
      const submission = await sandbox.submit(call);
      if (submission.outcome === 'refused') return submission;
      const seconds = renderSeconds * (1 + spread * (2 * Math.random() - 1));
      return { outcome: 'accepted', ticket: { inner: submission.ticket, readyAt: Date.now() + seconds * 1000 } };
    },
    poll: async (ticket) => (Date.now() >= toTicket(ticket).readyAt ? { status: 'ready' } : { status: 'rendering' }),
    fetchClip: (ticket, path) => sandbox.fetchClip?.(toTicket(ticket).inner, path) ?? Promise.resolve(),
  };
}

const ticketSchema = z.object({ inner: z.custom<JsonValue>(), readyAt: z.number() });

function toTicket(ticket: JsonValue): z.output<typeof ticketSchema> {
  return ticketSchema.parse(ticket);
}
