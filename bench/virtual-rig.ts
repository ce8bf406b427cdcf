/**
 * A bot before the pretended services, on a clock of its own: what takes the services hours takes seconds here. The calls
 * are real ones over loopback, by the real client; only waiting is skipped.
 */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { v7 as uuidv7 } from 'uuid';
import { openDatabase } from '../src/core/database.ts';
import { createHttp } from '../src/core/http.ts';
import { admit, launch } from '../src/core/jobs/admit.ts';
import { type JobEdges, noMeasures } from '../src/core/jobs/edges.ts';
import { step } from '../src/core/jobs/step.ts';
import { createJobStore } from '../src/core/jobs/store.ts';
import { sweep } from '../src/core/jobs/sweep.ts';
import { createTraffic } from '../src/core/jobs/traffic/traffic.ts';
import { createLog } from '../src/core/log.ts';
import type { KeptFile, Media } from '../src/core/media/media.ts';
import type { VideoProvider } from '../src/core/providers/provider.ts';
import { providers as knownProviders } from '../src/core/providers/registry.ts';
import type { VideoRequest } from '../src/core/request.ts';
import type { JobId, MediaId } from '../src/core/values.ts';
import {
  type SimulatedService,
  type Simulation,
  type SimulationWatch,
  startSimulation,
} from '../src/simulate/server.ts';
import { services } from '../src/simulate/services.ts';
import { createInstantCourier } from './rig.ts';

export interface VirtualRig {
  readonly edges: JobEdges;
  readonly simulations: ReadonlyMap<string, { readonly service: SimulatedService; readonly simulation: Simulation }>;
  /** Lets each request come at its time, and all of them end. */
  play(
    arrivals: readonly { readonly atMs: number; readonly person: string; readonly request: VideoRequest }[],
  ): Promise<readonly JobId[]>;
  /** Something that happens at a moment of the virtual clock. */
  at(ms: number, happen: () => void): void;
  close(): Promise<void>;
}

export interface VirtualRigOptions {
  /** In the order of preference. */
  readonly only: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly renderMs: number;
  watch?(service: string): SimulationWatch;
}

/** As a worker process has them in hand at once. */
const concurrency = 24;

export async function openVirtualRig({ only, settings = {}, renderMs, watch }: VirtualRigOptions): Promise<VirtualRig> {
  const start = Date.parse('2026-11-21T12:00:00Z');
  let time = start;
  const now = (): Date => new Date(time);
  const clip = readFileSync(new URL('../src/simulate/clip.mp4', import.meta.url));
  const simulations = new Map<string, { service: SimulatedService; simulation: Simulation }>();
  for (const create of services) {
    const service = create({ clip, renderMs, now });
    if (!only.includes(service.id)) continue;
    simulations.set(service.id, { service, simulation: await startSimulation(service, 0, watch?.(service.id)) });
  }
  const log = createLog({ level: 'silent', write: () => {}, secrets: [] });
  const opened = await openDatabase({ dataDirectory: null, log });
  const alarms = new Map<JobId, number>();
  const queue = {
    async wake(id: JobId, at: Date) {
      alarms.set(id, Math.min(alarms.get(id) ?? Number.POSITIVE_INFINITY, at.getTime()));
    },
  };
  const providers = only.map((id): VideoProvider => {
    const definition = knownProviders.find((known) => known.id === id);
    if (definition === undefined) throw new Error(`there is no provider ${id}`);
    const environment = { ...simulations.get(id)?.simulation.environment, ...settings };
    return definition.connect(environment, { http: createHttp(), now, scratchDirectory: tmpdir(), log: () => {} });
  });
  for (const provider of providers) await provider.inspect?.().catch(() => undefined);
  const courier = createInstantCourier();
  const edges: JobEdges = {
    database: opened.database,
    store: createJobStore({ database: opened.database, now }),
    queue,
    providers,
    traffic: createTraffic({
      database: opened.database,
      providers,
      queue,
      now,
      random: Math.random,
      log,
      hide: (text) => text,
    }),
    media: createPassingMedia(),
    courierFor: () => courier,
    callBackUrl: () => undefined,
    settings: {
      deadlineMs: 1_800_000,
      unknownHoldMs: 600_000,
      limits: { clipsPerDay: null, concurrent: null, usdPerMonth: null },
      routing: 'order',
      publicUrl: '',
    },
    now,
    newId: () => uuidv7({ msecs: time }),
    random: Math.random,
    log,
    measure: noMeasures,
  };
  const events: { at: number; happen: () => void | Promise<void> }[] = [];

  async function ringDue(): Promise<void> {
    for (;;) {
      const due = [...alarms].filter(([, at]) => at <= time).slice(0, concurrency);
      if (due.length === 0) return;
      for (const [id] of due) alarms.delete(id);
      await Promise.all(due.map(([id]) => step(id, edges)));
    }
  }

  /** The next thing that happens; the worker's sweep comes round every five seconds while there is anything to do. */
  async function advance(lastSweep: number): Promise<number> {
    const next = Math.min(...alarms.values(), ...events.map(({ at }) => at), lastSweep + 5_000);
    time = Math.max(time, next);
    const happening = events.filter(({ at }) => at <= time);
    for (const event of happening) events.splice(events.indexOf(event), 1);
    for (const { happen } of happening) await happen();
    const sweeps = time >= lastSweep + 5_000;
    if (sweeps) await sweep(edges);
    await ringDue();
    return sweeps ? time : lastSweep;
  }

  return {
    edges,
    simulations,
    at: (ms, happen) => void events.push({ at: start + ms, happen }),
    async play(arrivals) {
      const ids: JobId[] = [];
      for (const [index, { atMs, person, request }] of arrivals.entries()) {
        events.push({
          at: start + atMs,
          async happen() {
            const asker = {
              tenant: 'bench:bench',
              person,
              name: person,
              channel: 'c',
              roles: [],
              locale: 'en',
              isAdmin: false,
            };
            const admission = await admit(
              { origin: `bench:${index}`, asker, destination: { platform: 'bench', address: {} }, request },
              edges,
            );
            if (admission.outcome !== 'admitted')
              throw new Error(`the bench was refused: ${JSON.stringify(admission)}`);
            ids.push(admission.job.id);
            await launch(admission.job, 'status', edges);
          },
        });
      }
      let lastSweep = time;
      while (alarms.size > 0 || events.length > 0 || (await edges.store.unfinished(null, 1)).length > 0) {
        lastSweep = await advance(lastSweep);
      }
      return ids;
    },
    async close() {
      for (const { simulation } of simulations.values()) await simulation.close();
      await opened.close();
    },
  };
}

/** Fetches every clip, as the bot does, and keeps none. */
function createPassingMedia(): Media {
  const file = (kind: KeptFile['kind']): KeptFile => ({
    id: kind.padEnd(64, '0') as MediaId,
    kind,
    type: kind === 'clip' ? 'video/mp4' : 'image/jpeg',
    bytes: 10_000,
    width: 1366,
    height: 768,
  });
  const known = new Map((['clip', 'poster'] as const).map((kind) => [file(kind).id, file(kind)]));
  return {
    takeIn: () => Promise.reject(new Error('nobody brings pictures to the bench')),
    async keepClip(source) {
      if (!('url' in source)) throw new Error('every pretended service has links');
      const answer = await fetch(source.url);
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`the clip answered ${answer.status}`);
      return { outcome: 'kept', clip: file('clip'), poster: file('poster') };
    },
    lastFrame: () => Promise.reject(new Error('nobody continues a clip of the bench')),
    fit: async () => null,
    find: async (id) => known.get(id) ?? null,
    pathOf: ({ id }) => id,
    link: (id) => `/media/${id}`,
  };
}
