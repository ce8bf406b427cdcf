/** From ready at the service to posted, with and without its call: the real clients, services on loopback, signed calls. */
import { readFileSync } from 'node:fs';
import { createCallBackAddresses } from '../src/core/jobs/call-back.ts';
import type { ProviderEdges, VideoProvider } from '../src/core/providers/provider.ts';
import { providers as knownProviders } from '../src/core/providers/registry.ts';
import { createSecret } from '../src/core/secret.ts';
import { createFal } from '../src/simulate/fal.ts';
import { type SimulatedService, type Simulation, startSimulation } from '../src/simulate/server.ts';
import { createToAPIs } from '../src/simulate/toapis.ts';
import { createMetrics } from '../src/web/metrics.ts';
import { startWebServer } from '../src/web/server.ts';
import { openRig, quantile, type Rig, sleep } from './rig.ts';
import { type Row, round } from './row.ts';

const renderSeconds = 20;
const spread = 0.3;
/** Enough for the schedule to know these renders, so that what polls does so as well as it can. */
const lessons = 30;
/** Two a second: the machine fetches and checks every clip, and that is not what is measured. */
const betweenMs = 500;

interface Double {
  readonly service: SimulatedService;
  readonly simulation: Simulation;
}

export async function measureCallBack(jobs: number): Promise<Row> {
  const clip = withCounter(readFileSync(new URL('../src/simulate/clip.mp4', import.meta.url)));
  // Both sign their calls; the other four rest on the secret address alone.
  const doubles: Double[] = [];
  for (const service of [createFal({ clip }), createToAPIs({ clip })])
    doubles.push({ service, simulation: await startSimulation(service, 0, { chance: () => countUp(clip) }) });
  const secretKey = 'a key for the bench alone';
  const addresses = createCallBackAddresses(secretKey);
  let publicUrl = '';
  let isTold = true;
  let ended = 0;
  let failed = 0;
  const rig = await openRig({
    backend: 'embedded',
    concurrency: 12,
    connect: (edges) => doubles.map((double) => connect(double, edges)),
    allowPrivate: doubles.map(({ simulation }) => new URL(simulation.origin).host),
    callBackUrl: (provider, attempt) => (isTold ? publicUrl + addresses.pathOf(provider, attempt) : undefined),
    measure: {
      ended(state) {
        ended += 1;
        if (state !== 'done') failed += 1;
      },
    },
  });
  const server = await startWebServer(
    {
      host: '127.0.0.1',
      port: 0,
      adminToken: undefined,
      secretKey: createSecret(secretKey),
      trustsThisMachine: true,
      serves: 'everything',
    },
    { edges: rig.edges, addresses, metrics: createMetrics(), probes: {}, pages: [], routes: [] },
  );
  publicUrl = server.url.replace(/\/$/, '');
  const postedAt = watchPosts(rig);

  /** @returns how long each clip was ready before it was posted, in milliseconds */
  async function play(wave: string, count: number): Promise<number[]> {
    ended = 0;
    for (let index = 0; index < count; index += 1) {
      const double = doubles[index % doubles.length];
      double?.service.renders.plan({ renderMs: renderSeconds * 1000 * (1 + spread * (2 * Math.random() - 1)) });
      const provider = double?.service.id ?? '';
      await rig.ask(index % 50, { prompt: `${wave} boat ${index}.`, provider });
      await sleep(betweenMs);
    }
    while (ended < count) await sleep(100);
    if (failed > 0) throw new Error(`${failed} of ${count} jobs brought no clip`);
    return doubles.flatMap(({ service }) =>
      service.renders.jobs.flatMap(({ input, acceptedAt, plan }) => {
        const prompt = new RegExp(`${wave} boat \\d+\\.`).exec(JSON.stringify(input))?.[0];
        const posted = postedAt.get(prompt ?? '');
        return posted === undefined ? [] : [posted - acceptedAt - (plan.renderMs ?? 0)];
      }),
    );
  }

  await play('learning', lessons);
  const called = await play('called', jobs);
  isTold = false;
  const polled = await play('polled', jobs);
  const calls = doubles.flatMap(({ service }) => service.renders.callBackAnswers);
  await server.stop();
  await rig.close();
  for (const { simulation } of doubles) await simulation.close();
  return {
    row: `ready to posted with call-back, ${renderSeconds} s renders ± ${spread * 100} %, fal and ToAPIs on loopback`,
    figures: {
      clips: called.length,
      'calls taken': calls.filter((status) => status === 200).length,
      'median ms': round(quantile(called, 0.5), 0),
      'p99 ms': round(quantile(called, 0.99), 0),
      'median without, ms': round(quantile(polled, 0.5), 0),
      'p99 without, ms': round(quantile(polled, 0.99), 0),
      'times as fast': round(quantile(polled, 0.5) / quantile(called, 0.5)),
    },
    must: { 'median ms': { atMost: 500 } },
  };
}

const counterBytes = 8;

/** The same film with an empty box behind it (`free`, ISO/IEC 14496-12): what is in it makes it another file. */
function withCounter(film: Buffer): Buffer {
  const header = Buffer.from('\0\0\0\x10free', 'latin1');
  return Buffer.concat([film, header, Buffer.alloc(counterBytes)]);
}

/** Before every call, so that no two clips are the same: one that is known already would not be decoded again. */
function countUp(clip: Buffer): undefined {
  const at = clip.length - counterBytes;
  clip.writeBigUInt64BE(clip.readBigUInt64BE(at) + 1n, at);
}

function connect({ service, simulation }: Double, edges: ProviderEdges): VideoProvider {
  const definition = knownProviders.find(({ id }) => id === service.id);
  if (definition === undefined) throw new Error(`there is no provider ${service.id}`);
  return definition.connect({ ...simulation.environment, FAL_CONCURRENCY: '100' }, edges);
}

/** When the clip of each prompt was posted. */
function watchPosts(rig: Rig): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  const courier = rig.edges.courierFor({ platform: 'bench', address: {} });
  if (courier === undefined) throw new Error('the rig has no courier');
  const post = courier.post;
  courier.post = async (destination, clip) => {
    const posted = await post(destination, clip);
    times.set(clip.prompt, Date.now());
    return posted;
  };
  return times;
}
