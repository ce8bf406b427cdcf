/** What a job is: one accepted request on its way to a clip, as a step sees it. */
import type { Failure } from '../failure.ts';
import type { VideoRequest } from '../request.ts';
import type { AttemptState } from '../tables.ts';
import type { Asker, AttemptId, Destination, JobId, JobState, JsonValue, MediaId, MicroUsd } from '../values.ts';

/** One paid call to one provider. */
export interface Attempt {
  readonly id: AttemptId;
  readonly provider: string;
  /** The provider's own name for the variant. */
  readonly model: string;
  readonly body: JsonValue;
  readonly state: AttemptState;
  readonly ticket: JsonValue | null;
  readonly submittedAt: Date;
  readonly acceptedAt: Date | null;
  /** Our best estimate of when the clip was ready, for the history. */
  readonly readyAt: Date | null;
  readonly endedAt: Date | null;
  readonly charged: Failure['charged'];
  readonly cost: MicroUsd | null;
  readonly looks: number;
  readonly lookedAt: Date | null;
  readonly expectsCallBack: boolean;
  /** Written by the call-back itself: when it came, and the ticket it carried. */
  readonly calledBackAt: Date | null;
  readonly callBackTicket: JsonValue | null;
}

/** The clip message: written down before it is sent. */
export interface Post {
  readonly nonce: string;
  readonly state: 'sending' | 'posted';
  readonly message: JsonValue | null;
  readonly writtenAt: Date;
}

/** What was last seen of the render. */
export interface JobProgress {
  /** How many are before it: in our own line while it is queued, in the provider's once it is there. */
  readonly place?: number;
  /** What a queued job waits for, once it has to. */
  readonly waitsFor?: 'turn' | 'provider';
  readonly fraction?: number;
  /** Where the finished clip can be fetched, until we have our own copy. */
  readonly videoUrl?: string;
  /** How a cancellation ended at the provider. */
  readonly cancellation?: 'stopped' | 'asked' | 'too-late' | 'not-offered' | 'not-sent';
}

/** A snapshot as it was claimed or read. A change is a copy, and holds for others once `record` has written it. */
export interface Job {
  readonly id: JobId;
  readonly origin: string;
  readonly asker: Asker;
  readonly request: VideoRequest;
  readonly destination: Destination;
  readonly state: JobState;
  /** Who renders it, or is about to. */
  readonly provider: string;
  readonly price: MicroUsd;
  readonly attempt: Attempt | null;
  readonly post: Post | null;
  /** Providers not to be asked for this job until then (ISO 8601); `never`: not at all. */
  readonly benched: Readonly<Record<string, string>>;
  /** Faults in a row in this state, for backoff. */
  readonly faults: number;
  readonly statusMessage: JsonValue | null;
  readonly shownAt: Date | null;
  /** A fingerprint of what the status message says: an edit that changes nothing is not sent. */
  readonly shown: string | null;
  readonly progress: JobProgress;
  readonly failure: Failure | null;
  readonly clip: MediaId | null;
  readonly poster: MediaId | null;
  readonly cancelRequestedAt: Date | null;
  readonly acceptedAt: Date;
  readonly stateSince: Date;
  /** Null: nothing is left to do. */
  readonly wakeAt: Date | null;
  readonly deadlineAt: Date;
  readonly endedAt: Date | null;
  /** Counts claims: a worker whose lease ran out can no longer write. */
  readonly version: number;
  /** The provider whose slots it waits for, and until when it may take one. Not written by a step's record. */
  readonly line: string | null;
  readonly turnUntil: Date | null;
  /** Counts what happened from outside since the job was made. */
  readonly nudges: number;
}
