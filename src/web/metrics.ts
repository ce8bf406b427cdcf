/** What the operator's graphs are drawn from, as Prometheus reads it. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { JobMeasures } from '../core/jobs/edges.ts';
import type { Standing } from '../core/jobs/traffic/traffic.ts';

export interface Metrics extends JobMeasures {
  /** `/metrics`; jobs by state and the providers' standings are read from the ledger when it is scraped. */
  render(states: Readonly<Record<string, number>>, standings: ReadonlyMap<string, Standing>): Promise<string>;
  readonly contentType: string;
  acknowledged(platform: string, seconds: number): void;
  statement(seconds: number): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'hailuo_' });
  const registers = [registry];
  const steps = new Histogram({
    name: 'hailuo_step_seconds',
    help: 'One move of one job, by the state it was in',
    labelNames: ['state'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  const ended = new Counter({
    name: 'hailuo_jobs_ended_total',
    help: 'Jobs by how they ended; kind is the failure, or none',
    labelNames: ['state', 'provider', 'kind'],
    registers,
  });
  const lifetimes = new Histogram({
    name: 'hailuo_job_seconds',
    help: 'From acceptance to the end',
    labelNames: ['state'],
    buckets: [5, 15, 30, 60, 120, 300, 600, 1800],
    registers,
  });
  const lag = new Histogram({
    name: 'hailuo_ready_to_posted_seconds',
    help: 'From when the clip was ready at the provider to when it was posted',
    labelNames: ['provider'],
    buckets: [0.25, 0.5, 1, 2, 4, 8, 16, 60],
    registers,
  });
  const looks = new Histogram({
    name: 'hailuo_looks_per_clip',
    help: 'How often a provider was asked before a clip was ready',
    labelNames: ['provider'],
    buckets: [1, 2, 4, 6, 8, 10, 15, 30],
    registers,
  });
  const asked = new Counter({
    name: 'hailuo_provider_looks_total',
    help: 'Status calls to providers',
    labelNames: ['provider'],
    registers,
  });
  const jobs = new Gauge({ name: 'hailuo_jobs', help: 'Jobs under way, by state', labelNames: ['state'], registers });
  const open = new Gauge({
    name: 'hailuo_provider_open',
    help: 'Whether the circuit breaker is open: 1 means that no calls of this side go out',
    labelNames: ['provider', 'side'],
    registers,
  });
  const slots = new Gauge({
    name: 'hailuo_provider_slots',
    help: 'Renders that may run at once, as far as we know',
    labelNames: ['provider'],
    registers,
  });
  const running = new Gauge({
    name: 'hailuo_provider_running',
    help: 'Renders under way',
    labelNames: ['provider'],
    registers,
  });
  const waiting = new Gauge({
    name: 'hailuo_provider_waiting',
    help: 'Jobs in our line for the provider',
    labelNames: ['provider'],
    registers,
  });
  const acknowledgements = new Histogram({
    name: 'hailuo_acknowledge_seconds',
    help: 'From when a command arrived to when it was acknowledged',
    labelNames: ['platform'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 3],
    registers,
  });
  const statements = new Histogram({
    name: 'hailuo_statement_seconds',
    help: 'Database statements',
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
    registers,
  });

  return {
    stepped: (state, seconds) => steps.observe({ state }, seconds),
    ended(state, provider, kind, seconds) {
      ended.inc({ state, provider, kind });
      lifetimes.observe({ state }, seconds);
    },
    delivered(provider, seconds, looked) {
      lag.observe({ provider }, seconds);
      looks.observe({ provider }, looked);
    },
    looked: (provider) => asked.inc({ provider }),
    acknowledged: (platform, seconds) => acknowledgements.observe({ platform }, seconds),
    statement: (seconds) => statements.observe(seconds),
    contentType: registry.contentType,
    async render(states, standings) {
      for (const [provider, standing] of standings) {
        for (const side of ['submit', 'look'] as const)
          open.set({ provider, side }, standing[side].state === 'open' ? 1 : 0);
        running.set({ provider }, standing.running);
        waiting.set({ provider }, standing.waiting);
        if (standing.slots !== null) slots.set({ provider }, standing.slots);
      }
      jobs.reset();
      for (const [state, count] of Object.entries(states)) jobs.set({ state }, count);
      return registry.metrics();
    },
  };
}
