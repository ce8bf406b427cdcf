/** A job as acceptance makes one, for tests that need any. */
import { v7 as newId } from 'uuid';
import type { Attempt, Job } from '../../src/core/jobs/job.ts';
import { toNewJobRow } from '../../src/core/jobs/job-row.ts';
import type { NewJobRow } from '../../src/core/quota/ledger.ts';
import type { Asker, AttemptId, JobId, MicroUsd } from '../../src/core/values.ts';

/** Where every sample begins. */
export const sampleTime = new Date('2026-11-21T09:00:00.000Z');

export function sampleAsker(overrides: Partial<Asker> = {}): Asker {
  return {
    tenant: 'web:local',
    person: 'ada',
    name: 'Ada',
    channel: 'general',
    roles: [],
    locale: 'en',
    isAdmin: false,
    ...overrides,
  };
}

/** Its own id and origin each time; everything else the same unless overridden. Due at once. */
export function sampleJob(overrides: Partial<Job> = {}): Job {
  const id = newId() as JobId;
  return {
    id,
    origin: `test:${id}`,
    asker: sampleAsker(),
    request: { prompt: 'a paper boat', model: '2.3', seconds: 6, resolution: '768P', enhance: true },
    destination: { platform: 'web', address: { channel: 'general', thread: id } },
    state: 'opening',
    provider: 'sandbox',
    price: 280_000 as MicroUsd,
    attempt: null,
    post: null,
    benched: {},
    faults: 0,
    statusMessage: null,
    shownAt: null,
    shown: null,
    progress: {},
    failure: null,
    clip: null,
    poster: null,
    cancelRequestedAt: null,
    acceptedAt: sampleTime,
    stateSince: sampleTime,
    wakeAt: sampleTime,
    deadlineAt: new Date(sampleTime.getTime() + 1_800_000),
    endedAt: null,
    version: 0,
    nudges: 0,
    line: null,
    turnUntil: null,
    ...overrides,
  };
}

export function sampleAttempt(overrides: Partial<Attempt> = {}): Attempt {
  return {
    id: newId() as AttemptId,
    provider: 'sandbox',
    model: 'sandbox/2.3',
    body: { prompt: 'a paper boat' },
    state: 'submitting',
    ticket: null,
    submittedAt: sampleTime,
    acceptedAt: null,
    readyAt: null,
    endedAt: null,
    charged: 'unknown',
    cost: null,
    looks: 0,
    lookedAt: null,
    expectsCallBack: false,
    calledBackAt: null,
    callBackTicket: null,
    ...overrides,
  };
}

/** The job as `hold` writes it. */
export function sampleRow(job: Job): NewJobRow {
  return { ...toNewJobRow(job), id: job.id };
}
