/**
 * Whole jobs at the real providers' files: they talk over loopback to the strict doubles, the ledger and the traffic are
 * real, and everybody tells the time by one clock that is moved by hand.
 */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OpenDatabase } from '../../src/core/database.ts';
import { createHttp } from '../../src/core/http.ts';
import { createCallBackAddresses } from '../../src/core/jobs/call-back.ts';
import { failedFetch } from '../../src/core/media/clip-failure.ts';
import { createDownload } from '../../src/core/media/download.ts';
import type { KeptFile, Media } from '../../src/core/media/media.ts';
import type { SealedProvider, VideoProvider } from '../../src/core/providers/provider.ts';
import { providers as known } from '../../src/core/providers/registry.ts';
import { createSecret } from '../../src/core/secret.ts';
import { createStrangerGuard, type StrangerGuard } from '../../src/core/stranger-guard.ts';
import type { MediaId } from '../../src/core/values.ts';
import type { RenderPlan } from '../../src/simulate/renders.ts';
import {
  type SimulatedService,
  type Simulation,
  type SimulationOptions,
  type SimulationWatch,
  startSimulation,
} from '../../src/simulate/server.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { startWebServer } from '../../src/web/server.ts';
import { createHandClock, type HandClock } from './hand-clock.ts';
import { createFakeMedia, createWorld, type World, type WorldOptions } from './world.ts';

/** One service: what pretends to be it, and what of ours talks to it. */
export interface Actor {
  readonly provider: VideoProvider;
  readonly double: SimulatedService;
  readonly simulation: Simulation;
  /** Calls that our side began, whether they got through or not. */
  readonly begun: () => number;
  /** Calls of one operation that got through. */
  readonly calls: (operation: string) => number;
}

/** What one test plays on. Taken down when the test is over. */
export interface Stage {
  readonly world: World;
  readonly clock: HandClock;
  readonly actors: readonly Actor[];
}

interface StageOptions {
  /** Whether call-backs have an address to come to: the real web server's. */
  readonly hasCallBacks?: boolean;
  readonly settings?: WorldOptions['settings'];
  /** Over what the doubles ask for. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long a job waits and renders there, unless planned otherwise. */
  readonly pace?: Required<Pick<RenderPlan, 'queueMs' | 'renderMs'>>;
  readonly random?: () => number;
  /** By the service's id. */
  readonly watch?: (id: string) => SimulationWatch;
}

/** As `src/simulate/services.ts` lists them. */
export type CreateService = (options: SimulationOptions) => SimulatedService;

/** What every finished render yields. */
const clipBytes = Buffer.from('\0\0\0\x18ftypmp42 no more than a beginning');

/** What is handed over where a job begins with a picture. */
export const pictureBytes = Buffer.from('\xff\xd8\xff as far as anybody looks', 'latin1');

const secretKey = 'a key of sixteen or more';
const metrics = createMetrics();

/** @param services asked in this order */
export async function setStage(
  opened: OpenDatabase,
  services: readonly CreateService[],
  options: StageOptions = {},
): Promise<Stage> {
  const clock = createHandClock();
  const { queueMs, renderMs } = options.pace ?? { queueMs: 4_000, renderMs: 8_000 };
  const doubles = services.map((create) =>
    create({ clip: clipBytes, queueMs, renderMs, now: clock.now, after: clock.after }),
  );
  const simulations = await Promise.all(
    doubles.map((double) => startSimulation(double, 0, options.watch?.(double.id))),
  );
  onTestFinished(async () => {
    await Promise.all(simulations.map((simulation) => simulation.close()));
  });
  const guard = createStrangerGuard({ allowPrivate: simulations.map(({ origin }) => new URL(origin).host) });
  const actors = doubles.map((double, index) => {
    const simulation = simulations[index];
    if (simulation === undefined) throw new Error(`${double.id} does not listen`);
    return createActor(double, simulation, options.environment ?? {}, guard, clock);
  });

  const addresses = createCallBackAddresses(secretKey);
  let publicUrl = '';
  const world = createWorld(opened, {
    clock,
    ...(options.random !== undefined && { random: options.random }),
    services: actors.map(({ provider }) => provider),
    media: await createFetchingMedia(guard),
    callBackUrl: (provider, attempt) =>
      publicUrl === '' ? undefined : `${publicUrl}${addresses.pathOf(provider, attempt)}`,
    settings: {
      unknownHoldMs: 60_000,
      limits: { clipsPerDay: null, concurrent: null, usdPerMonth: null },
      publicUrl: 'https://bot.example',
      ...options.settings,
    },
  });
  if (options.hasCallBacks) {
    const server = await startWebServer(
      {
        host: '127.0.0.1',
        port: 0,
        adminToken: undefined,
        secretKey: createSecret(secretKey),
        trustsThisMachine: true,
        serves: 'everything',
      },
      { edges: world.edges, addresses, metrics, probes: {}, pages: [], routes: [] },
    );
    publicUrl = server.url.replace(/\/$/, '');
    onTestFinished(() => server.stop());
  }
  // As at the start of the bot: some learn only now what is on sale.
  for (const { provider } of actors) {
    const inspection = await provider.inspect?.();
    if (inspection) await world.edges.traffic.inspected(provider, inspection);
  }
  return { world, clock, actors };
}

function createActor(
  double: SimulatedService,
  simulation: Simulation,
  environment: Readonly<Record<string, string>>,
  guard: StrangerGuard,
  { now }: HandClock,
): Actor {
  let begun = 0;
  const http = createHttp({ guard, log: () => (begun += 1) });
  return {
    provider: sealedFor(double.id).connect(
      { ...simulation.environment, ...environment },
      { http, now, scratchDirectory: tmpdir(), log: () => {} },
    ),
    double,
    simulation,
    begun: () => begun,
    calls: (operation) => simulation.calls.filter((call) => call.operation === operation).length,
  };
}

function sealedFor(id: string): SealedProvider {
  const sealed = known.find((candidate) => candidate.id === id);
  if (sealed === undefined) throw new Error(`${id} is pretended to be, and nobody talks to it`);
  return sealed;
}

/** Fetches clips as the real one does, through the guard; what it keeps is told and not kept. */
async function createFetchingMedia(guard: StrangerGuard): Promise<Media> {
  const fake = createFakeMedia();
  const download = createDownload(guard);
  const picturePath = join(tmpdir(), `provider-stage-${process.pid}.jpg`);
  await writeFile(picturePath, pictureBytes);
  const picture: KeptFile = {
    id: 'f'.repeat(64) as MediaId,
    kind: 'picture',
    type: 'image/jpeg',
    bytes: pictureBytes.byteLength,
    width: 1366,
    height: 768,
  };
  return {
    ...fake,
    takeIn: async () => ({ outcome: 'kept', picture }),
    pathOf: (file) => (file.id === picture.id ? picturePath : fake.pathOf(file)),
    async keepClip(source) {
      if (!('url' in source)) throw new Error('none of the six writes its clip itself');
      const fetched = await download.toMemory({ url: source.url, maxBytes: 1_000_000, timeoutMs: 10_000 });
      if (fetched.outcome === 'refused') return { outcome: 'refused', failure: failedFetch(fetched) };
      if (!clipBytes.equals(fetched.content)) throw new Error('what came is not what was rendered');
      return fake.keepClip(source);
    },
  };
}
