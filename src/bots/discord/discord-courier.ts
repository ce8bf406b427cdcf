/** Speaks on Discord by REST alone, so that any worker can: status messages and clips. */
import type { REST } from 'discord.js';
import type { Database } from '../../core/database.ts';
import type { Courier } from '../../core/delivery/delivery.ts';
import type { Log } from '../../core/log.ts';
import type { Media } from '../../core/media/media.ts';
import { createEditPacer, type Pace } from '../edit-pacer.ts';
import { platformName, toAddress } from './address.ts';
import { isOurMistake } from './api-errors.ts';
import { createClipLadder } from './clip-ladder.ts';
import type { CourierEdges } from './courier-edges.ts';
import { createDiscordApi, toMessageAddress } from './discord-api.ts';
import type { DiscordTables } from './discord-tables.ts';
import { createQuietChannels } from './quiet-channels.ts';
import { createStatusBoard } from './status-board.ts';
import { usualPace } from './usual-pace.ts';

export interface DiscordCourierEdges {
  readonly database: Database;
  /** `createDiscordRest` makes one. */
  readonly rest: REST;
  readonly pathOf: Media['pathOf'];
  readonly now: () => Date;
  readonly log: Log;
  /** Default: what Discord bears. */
  readonly pace?: Pace;
}

export interface DiscordCourier extends Courier {
  /** Edits that wait for their turn are dropped; resolves when those under way are done. */
  stop(): Promise<void>;
}

/**
 * One status message and one clip for each job, whoever sends them and however often: by nonce, by the interaction's
 * one response, and by looking back. In a place that is gone, `showStatus` returns null and `post` goes on to a direct
 * message before it says `unreachable`.
 */
export function createDiscordCourier({
  database,
  rest,
  pathOf,
  now,
  log,
  pace = usualPace,
}: DiscordCourierEdges): DiscordCourier {
  const pacer = createEditPacer(pace);
  const quiet = createQuietChannels(now);
  const edges: CourierEdges = {
    api: createDiscordApi(rest),
    database: database.withTables<DiscordTables>(),
    pace,
    pacer,
    pathOf,
    now,
    log,
    quiet,
    refused(channel, job, refusal) {
      quiet.add(channel);
      // A body that Discord cannot read is our own mistake; anything else is the place's.
      if (isOurMistake(refusal)) log.error('discord.bad-form', { job, channel, detail: refusal.detail });
      else log.warn('discord.status-refused', { job, channel, detail: refusal.detail });
    },
    clipBearers: new Set(),
  };
  const board = createStatusBoard(edges);
  const ladder = createClipLadder(edges);
  return {
    platform: platformName,
    // The pacer keeps the newest view until its turn: held back here, it would be an old one by then.
    editIntervalMs: pace.laneMs,
    showStatus: (destination, message, view) => board.show(toAddress(destination), toMessageAddress(message), view),
    uploadLimitBytes: (destination) => ladder.uploadLimitBytes(toAddress(destination)),
    post: (destination, clip) => ladder.post(toAddress(destination), clip),
    find: (destination, clip) => ladder.find(toAddress(destination), clip),
    stop: () => pacer.stop(),
  };
}
