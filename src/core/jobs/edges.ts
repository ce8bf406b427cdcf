/** The outside world, as the jobs see it. `main` makes the real one, tests make their own. */

import type { Database } from '../database.ts';
import type { Courier } from '../delivery/delivery.ts';
import type { Log } from '../log.ts';
import type { Media } from '../media/media.ts';
import type { VideoProvider } from '../providers/provider.ts';
import type { DefaultLimits } from '../quota/limits.ts';
import type { AttemptId, Destination, Routing } from '../values.ts';
import type { Job } from './job.ts';
import type { Queue } from './queue.ts';
import type { RendererView } from './status-view.ts';
import type { JobStore } from './store.ts';
import type { Traffic } from './traffic/traffic.ts';

interface JobSettings {
  readonly deadlineMs: number;
  readonly unknownHoldMs: number;
  readonly limits: DefaultLimits;
  readonly routing: Routing;
  /** `https://…` as the world sees us; empty: no links for strangers, no call-backs. */
  readonly publicUrl: string;
}

/** Handed down from `main`: no job reaches the time, the environment or the network otherwise (style.md habit 13). */
export interface JobEdges {
  readonly database: Database;
  readonly store: JobStore;
  readonly queue: Queue;
  /** In the operator's order of preference. */
  readonly providers: readonly VideoProvider[];
  /** Asked before a provider is called, and told what came of it. */
  readonly traffic: Traffic;
  readonly media: Media;
  /** Undefined when the platform is not switched on in this installation. */
  courierFor(destination: Destination): Courier | undefined;
  /** Where a provider may call back about this attempt; undefined without a public address. */
  callBackUrl(provider: string, attempt: AttemptId): string | undefined;
  readonly settings: JobSettings;
  readonly now: () => Date;
  /** A UUIDv7. */
  readonly newId: () => string;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly measure: JobMeasures;
}

/** What the operator's graphs are drawn from. */
export interface JobMeasures {
  stepped(state: string, seconds: number): void;
  ended(state: string, provider: string, kind: string, secondsFromAcceptance: number): void;
  delivered(provider: string, secondsFromReady: number, looks: number): void;
  looked(provider: string): void;
}

/** For tests and benches that draw no graphs. */
export const noMeasures: JobMeasures = { stepped() {}, ended() {}, delivered() {}, looked() {} };

/** Undefined for one that is not switched on here, although a job from earlier may still name it. */
export function providerOf(edges: Pick<JobEdges, 'providers'>, id: string): VideoProvider | undefined {
  return edges.providers.find((provider) => provider.id === id);
}

/** What people are told of the job's provider, also of one that is no longer switched on. */
export function rendererOf(
  edges: Pick<JobEdges, 'providers'>,
  { provider: id, request }: Pick<Job, 'provider' | 'request'>,
): RendererView {
  const offer = providerOf(edges, id)?.offer(request);
  return { title: titleOf(edges, id), note: offer?.outcome === 'offered' ? offer.note : undefined };
}

/** The provider's name as people read it, also of one that is no longer switched on. */
export function titleOf(edges: Pick<JobEdges, 'providers'>, id: string): string {
  return providerOf(edges, id)?.title ?? id;
}
