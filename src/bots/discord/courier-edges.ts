/** What the courier's two halves, status and clip, work with. */
import type { Log } from '../../core/log.ts';
import type { Media } from '../../core/media/media.ts';
import type { JobId } from '../../core/values.ts';
import type { EditPacer, Pace } from '../edit-pacer.ts';
import type { Refusal } from './api-errors.ts';
import type { DiscordApi } from './discord-api.ts';
import type { DiscordDatabase } from './discord-tables.ts';
import type { QuietChannels } from './quiet-channels.ts';

export interface CourierEdges {
  readonly api: DiscordApi;
  readonly database: DiscordDatabase;
  readonly pace: Pace;
  readonly pacer: EditPacer;
  /** Where a kept file's bytes are. */
  readonly pathOf: Media['pathOf'];
  readonly now: () => Date;
  readonly log: Log;
  readonly quiet: QuietChannels;
  /** Logs a definite no to a job's status, and leaves the channel alone for a while. */
  refused(channel: string, job: JobId, refusal: Refusal): void;
  /** Status messages that this process has made into clip messages: what they said before is not said again. */
  readonly clipBearers: Set<string>;
}
