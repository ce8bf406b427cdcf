/** What a service that sells renders must offer the core: three verbs, and a few optional ones. */
import type { z } from 'zod';
import type { Failure } from '../failure.ts';
import type { Http } from '../http.ts';
import type { Obstacle, OfferNote } from '../problems.ts';
import type { VideoRequest } from '../request.ts';
import type { AttemptId, JsonValue, MicroUsd } from '../values.ts';

/** What a provider would send and charge for a request, or why it cannot. */
export type Offer =
  | {
      readonly outcome: 'offered';
      /** The provider's own name for the model variant, for the log, the history and the operator. */
      readonly model: string;
      /** What `submit` will send, pictures and call-back address aside. Stored with the attempt. */
      readonly body: JsonValue;
      /** Absent where the sheet names no price. */
      readonly price?: MicroUsd;
      /** For the person, where what comes may not be exactly what was asked for. */
      readonly note?: OfferNote;
    }
  | {
      readonly outcome: 'impossible';
      /** For the person: what cannot be done, and what can. */
      readonly obstacle: Obstacle;
      /** True: nobody has been able to ask yet, and `inspect` may find that it can. */
      readonly isProvisional?: true;
    };

/** A kept picture on its way to a provider. */
export interface PictureFile {
  readonly path: string;
  /** `image/jpeg`, `image/png` or `image/webp`. */
  readonly type: string;
  readonly bytes: number;
}

/** Everything a paid call needs. `body` and `model` are the stored offer's. */
export interface SubmitCall {
  readonly attempt: AttemptId;
  readonly model: string;
  readonly body: JsonValue;
  /** Addresses the provider can read: from `upload`, a data URI or a signed link of ours. */
  readonly firstFrame?: string;
  readonly lastFrame?: string;
  /** Where to call when the render ends; only with `PUBLIC_URL`. */
  readonly callBackUrl?: string;
}

/** What a paid call came to, where the provider said so; not knowing is thrown. */
export type Submission =
  | {
      readonly outcome: 'accepted';
      /** JSON the core stores and hands back to `poll`; never opened by anyone else. */
      readonly ticket: JsonValue;
      readonly charged?: MicroUsd;
      /** Progress told with the answer. */
      readonly place?: number;
      /** True when the provider promised to call back. */
      readonly expectsCallBack?: boolean;
    }
  | { readonly outcome: 'refused'; readonly failure: Failure };

/**
 * What one look saw. A status word that nobody knows is `rendering`: the deadline ends it. `charged`, where told,
 * outranks the offer's price.
 */
export type Progress =
  /** `place`: how many are before this one in the provider's line, where told. */
  | { readonly status: 'waiting'; readonly place?: number }
  /** `fraction`: 0 to 1, where told. */
  | { readonly status: 'rendering'; readonly fraction?: number }
  | {
      readonly status: 'ready';
      /** A stranger's address, fetched through the guard; absent when the provider has `fetchClip`. */
      readonly videoUrl?: string;
      readonly charged?: MicroUsd;
      /** When the provider says the render ended. */
      readonly endedAt?: Date;
    }
  | { readonly status: 'failed'; readonly failure: Failure; readonly charged?: MicroUsd };

/**
 * - `stopped`: nothing more will be rendered; the next `poll` may still say otherwise.
 * - `asked`: it may stop or may still finish.
 * - `too-late`: it goes on, or has ended.
 */
export type Cancellation = 'stopped' | 'asked' | 'too-late';

/** A call-back whose signature was checked where the provider signs. It only wakes the job. */
export type CallBackReading =
  | { readonly outcome: 'genuine'; readonly ticket?: JsonValue }
  /** Answer with this JSON at once, and wake nobody: a handshake or a test event. */
  | { readonly outcome: 'answer'; readonly json: JsonValue }
  | { readonly outcome: 'forged'; readonly detail: string };

/** What came to our address, from anybody. Header names are in lower case; signatures cover the bytes as they came. */
export interface CallBack {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawBody: Uint8Array;
}

/** How this provider can be given a picture, best first. An empty list: it takes none. */
export type PictureRoute =
  | { readonly route: 'upload'; readonly maxBytes: number; readonly types: readonly string[] }
  | { readonly route: 'data-uri'; readonly maxBytes: number; readonly types: readonly string[] }
  /** A signed link of ours; only with `PUBLIC_URL`. */
  | { readonly route: 'link'; readonly maxBytes: number; readonly types: readonly string[] };

/** What a service bears of certain calls, counted over all our workers together. */
export interface Pace {
  readonly of: readonly PacedCall[];
  /** This many calls in any stretch of `perMs`. */
  readonly most: number;
  readonly perMs: number;
}

/** The calls that are paced: one `submit`, one `poll` and one `upload` each. */
export type PacedCall = 'submit' | 'look' | 'upload';

/** What a service tells about itself and our account, for nothing. */
export interface Inspection {
  /** One line each, for the operator: `Balance: 12.30 USD`. No secret. */
  readonly findings: readonly string[];
  /** How many renders may run at once, where the service tells. */
  readonly slots?: number;
  /** Set when the service would turn a submit away: a bad key, an empty account. */
  readonly failure?: Failure;
}

/**
 * Thrown by `upload`, `poll` and `cancel` when the provider said why it did not do it: a bad key, too many calls. It
 * tells of the call and never of the job.
 */
export class CallRefusedError extends Error {
  override readonly name = 'CallRefusedError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.detail);
    this.failure = failure;
  }
}

/**
 * One service, connected with its key. It translates: it does not loop, sleep, retry or choose.
 * `offer` is pure, but for what `inspect` has found. A `submit` that throws `NotSentError` sent nothing; any other throw
 * means exactly "we do not know". A `poll` that throws says nothing about the job.
 */
export interface VideoProvider {
  readonly id: string;
  /** As people read it: `fal`, `MiniMax`. */
  readonly title: string;
  readonly pictures: readonly PictureRoute[];
  /** Limits of the service that are kept over all workers. Empty: none is known. */
  readonly paces: readonly Pace[];
  /** How many renders may run there at once; `learned`: nobody says, so refusals show it; `unlimited`: any number. */
  readonly slots: number | 'learned' | 'unlimited';
  offer(request: VideoRequest): Offer;
  submit(call: SubmitCall): Promise<Submission>;
  poll(ticket: JsonValue): Promise<Progress>;
  /** Gives the picture to the provider. Costs nothing; may be repeated. */
  upload?(picture: PictureFile): Promise<string>;
  cancel?(ticket: JsonValue): Promise<Cancellation>;
  /** Finds a submit whose answer was lost. `null`: the provider is sure it never arrived. */
  lookUp?(attempt: AttemptId): Promise<JsonValue | null>;
  readCallBack?(callBack: CallBack): Promise<CallBackReading>;
  /** Asks at no cost whether the key is good and what is on sale: at start, now and then, and for `npm run doctor`. Throws when there is no answer. */
  inspect?(): Promise<Inspection>;
  /** For a provider whose clips have no address a stranger could fetch: writes the MP4 to this path. */
  fetchClip?(ticket: JsonValue, path: string): Promise<void>;
}

/** What a provider may use of the outside world. */
export interface ProviderEdges {
  readonly http: Http;
  readonly now: () => Date;
  /** A directory of its own under `DATA_DIR`, made on first use by the provider. */
  readonly scratchDirectory: string;
  log(event: string, fields: Readonly<Record<string, JsonValue>>): void;
}

/** One provider's file exports one of these, by way of `defineProvider`. */
export interface SealedProvider {
  readonly id: string;
  readonly title: string;
  /** The environment name of its key; absent: needs none, and is used only when named or when nobody else is there. */
  readonly keyName?: string;
  /** Every environment name it reads, with its own schema and default. */
  readonly environment: z.ZodObject;
  /** @param settings the parsed slice of the environment that `environment` describes */
  connect(settings: Readonly<Record<string, unknown>>, edges: ProviderEdges): VideoProvider;
}

/** Ties a provider's settings to its own schema, then forgets the type so that the registry can list it. */
export function defineProvider<Environment extends z.ZodObject>(definition: {
  readonly id: string;
  readonly title: string;
  readonly keyName?: string;
  readonly environment: Environment;
  connect(settings: z.output<Environment>, edges: ProviderEdges): VideoProvider;
}): SealedProvider {
  return {
    ...definition,
    connect: (settings, edges) => definition.connect(definition.environment.parse(settings), edges),
  };
}
