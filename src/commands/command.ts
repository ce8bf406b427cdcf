/** All that bots and commands say to each other. */
import type { Button } from '../core/delivery/delivery.ts';
import type { IncomingPicture } from '../core/media/media.ts';
import type { TenantSettings } from '../core/settings/settings.ts';
import type { Asker, Destination, JobId } from '../core/values.ts';
import type { OptionSpec } from './options.ts';

/** A platform's words, made plain. The bot has acknowledged before it builds one. */
export interface CommandCall {
  /**
   * Unique for what the person did once, the same when the platform repeats the event: an interaction id,
   * a Slack event id, `reaction:<channel>:<message>:<user>`.
   */
  readonly origin: string;
  readonly asker: Asker;
  /** Where the status message and the clip go. */
  readonly destination: Destination;
  /** Option name to value, as the platform or `parseArguments` gave it; not yet checked. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Pictures by option name (`image`, `last_image`), when they came as files. */
  readonly pictures: Readonly<Record<string, IncomingPicture>>;
  /** What people there put before a prompt, for examples; default `/hailuo `. */
  readonly askWith?: string;
  /** How pictures are brought there, in the asker's language, for help; default: attached, or by 🎬. */
  readonly bringPictures?: string;
  /** Settings that mean nothing there. */
  readonly without?: readonly (keyof TenantSettings)[];
}

/** Where words simply follow the command. */
export const usualAskWith = '/hailuo ';

/** A message in plain words that every platform can draw. */
export interface Card {
  readonly title?: string;
  readonly paragraphs: readonly string[];
  readonly rows?: readonly {
    readonly label: string;
    /** Whom the row is about: a platform may show them, pinging nobody, in place of the label. */
    readonly subject?: { readonly kind: 'person' | 'role' | 'channel'; readonly id: string };
    readonly value: string;
    readonly buttons?: readonly Button[];
    /** A signed link to a kept clip. */
    readonly link?: string;
  }[];
  /** Goes along with the card. */
  readonly file?: { readonly name: string; readonly type: string; readonly text: string };
  /** Clips that no place took, small enough for the one of this call: they come after the card. */
  readonly clips?: readonly { readonly label: string; readonly name: string; readonly path: string }[];
}

/** What is offered while a person types into an option. At most 25; anything else may still be typed. */
export interface Suggestion {
  readonly label: string;
  readonly value: string;
}

/** A form to fill in, which calls `command` with `values` and what was typed. */
export interface Form {
  readonly title: string;
  readonly command: string;
  /** Sent along unchanged. */
  readonly values: Readonly<Record<string, string>>;
  readonly fields: readonly (OptionSpec & { readonly value?: string })[];
  readonly submitLabel: string;
}

export type Reply =
  /** `asker`: only they see it; `everyone`: the channel does. `tone` lets a platform mark refusals. */
  | {
      readonly kind: 'card';
      readonly audience: 'asker' | 'everyone';
      readonly tone: 'plain' | 'refusal';
      readonly card: Card;
    }
  /** The job is accepted and its status message is already there: nothing to say. */
  | { readonly kind: 'started'; readonly job: JobId }
  | { readonly kind: 'form'; readonly form: Form };

/** One thing a person can ask for; the platforms draw it from `options`. */
export interface Command {
  /** `create`, `jobs`, … as people type it after `/hailuo`. */
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionSpec[];
  /** True for what everybody is offered after `/hailuo`; false for what only buttons call, and for what admins do. */
  readonly isListed: boolean;
  /** True for what belongs under `/hailuo-admin` or `/hailuo admin`; checked again when it is run. */
  readonly isForAdmins?: boolean;
  run(call: CommandCall): Promise<Reply>;
  /** For options that can be completed while they are typed. Answers within a second, or with nothing. */
  suggest?(option: string, typed: string, asker: Asker): Promise<readonly Suggestion[]>;
}
