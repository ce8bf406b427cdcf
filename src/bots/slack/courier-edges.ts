/** What the courier's parts, status and clip, work with. */
import type { Log } from '../../core/log.ts';
import type { EditPacer, Pace } from '../edit-pacer.ts';
import type { Quiet } from './courier-quiet.ts';
import type { CourierTurns } from './courier-turns.ts';
import type { SlackApi } from './slack-clients.ts';
import type { SlackDatabase } from './slack-tables.ts';

/** How long an uploaded file is waited for: "ok" comes before its message does, and sometimes instead of it (platforms/slack.md §4). */
export interface ShareWaits {
  /** Between one look and the next, until it is taken for never shared. */
  readonly shareMs: readonly number[];
  /** The same after that was repaired by a message of ours, for a share that comes all the same. */
  readonly lateMs: readonly number[];
}

export interface CourierEdges {
  readonly api: SlackApi;
  readonly database: SlackDatabase;
  readonly pace: Pace;
  readonly pacer: EditPacer;
  readonly now: () => Date;
  readonly log: Log;
  /** Channels that are closed to status messages, and workspaces where edits come too fast. */
  readonly quiet: Quiet;
  readonly inTurn: CourierTurns;
  readonly waits: ShareWaits;
  /** Nothing new is begun any more. */
  readonly stopping: AbortSignal;
}
