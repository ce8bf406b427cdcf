/** Speaks on Slack by the Web API alone, so that any worker can: status messages, clips, steps of workflows. */
import type { Database } from '../../core/database.ts';
import type { Courier } from '../../core/delivery/delivery.ts';
import type { Log } from '../../core/log.ts';
import { createEditPacer, type Pace } from '../edit-pacer.ts';
import { platformName, toAddress } from './address.ts';
import { createClipLadder } from './clip-ladder.ts';
import type { CourierEdges, ShareWaits } from './courier-edges.ts';
import { toMessageAddress } from './courier-messages.ts';
import { createQuiet } from './courier-quiet.ts';
import { createStepTeller } from './courier-step.ts';
import { createCourierTurns } from './courier-turns.ts';
import type { SlackApi } from './slack-clients.ts';
import { usualPace } from './slack-pace.ts';
import type { SlackTables } from './slack-tables.ts';
import { createStatusBoard } from './status-board.ts';

export interface SlackCourierEdges {
  readonly database: Database;
  readonly api: SlackApi;
  readonly now: () => Date;
  readonly log: Log;
  /** Default: what Slack bears. */
  readonly pace?: Pace;
  /** Default: half a minute for a share, and ten minutes more for a late one. */
  readonly waits?: ShareWaits;
}

export interface SlackCourier extends Courier {
  /** Edits that wait for their turn are dropped; resolves when those under way are done. */
  stop(): Promise<void>;
}

/** Half a minute in all (platforms/slack.md §4). */
const usualWaits: ShareWaits = {
  shareMs: [1000, 2000, 4000, 8000, 15_000],
  lateMs: [10_000, 20_000, 60_000, 180_000, 330_000],
};

/**
 * One status message and one clip for each job, whoever sends them and however often: every step is written down before
 * it is taken, and looked for by metadata or by the file's id before it is taken again. In a place that is closed,
 * `showStatus` returns null, `post` goes on to a direct message, and so does the last word.
 */
export function createSlackCourier({
  database,
  api,
  now,
  log,
  pace = usualPace,
  waits = usualWaits,
}: SlackCourierEdges): SlackCourier {
  const pacer = createEditPacer(pace);
  const stopping = new AbortController();
  const edges: CourierEdges = {
    api,
    database: database.withTables<SlackTables>(),
    pace,
    pacer,
    now,
    log,
    quiet: createQuiet(now),
    inTurn: createCourierTurns(),
    waits,
    stopping: stopping.signal,
  };
  const board = createStatusBoard(edges);
  const ladder = createClipLadder(edges);
  const steps = createStepTeller(edges);
  return {
    platform: platformName,
    // The pacer keeps the newest view until its turn: held back here, it would be an old one by then.
    editIntervalMs: pace.laneMs,

    async showStatus(destination, message, view) {
      const place = toAddress(destination);
      if (view.state === 'done') await ladder.settle(place, view.job);
      // A card that cannot be shown keeps no workflow waiting.
      const [shown, told] = await Promise.allSettled([
        board.show(place, toMessageAddress(message), view),
        steps.tell(place, view),
      ]);
      if (shown.status === 'rejected') throw shown.reason;
      if (told.status === 'rejected') throw told.reason;
      return shown.value === null ? null : { ...shown.value };
    },

    // What a workspace takes is not told beforehand (platforms/slack.md §4).
    uploadLimitBytes: async () => null,
    post: (destination, clip) => ladder.post(toAddress(destination), clip),

    async find(destination, clip) {
      const found = await ladder.find(toAddress(destination), clip);
      return found === null ? null : { ...found };
    },

    async stop() {
      stopping.abort();
      await ladder.stop();
      await pacer.stop();
    },
  };
}
