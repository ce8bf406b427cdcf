/** Discord, whole: a courier for whoever delivers, and a bot for whoever holds the connection. */
import type { Media } from '../../core/media/media.ts';
import type { Platform } from '../bot.ts';
import { platformName } from './address.ts';
import { createDiscordBot, type DiscordBotEdges } from './discord-bot.ts';
import { createDiscordCourier } from './discord-courier.ts';
import { createDiscordRest } from './discord-rest.ts';

export interface DiscordEdges extends Omit<DiscordBotEdges, 'rest'> {
  /** Where a kept file's bytes are. */
  readonly pathOf: Media['pathOf'];
}

export interface Discord extends Platform {
  /** Once nobody uses the courier any more: what it was editing is done. */
  close(): Promise<void>;
}

/** Nothing is asked of Discord before the bot starts or the courier is used. */
export function createDiscord(edges: DiscordEdges): Discord {
  const { token, apiUrl, log } = edges;
  const rest = createDiscordRest({ token: token.reveal(), apiUrl, log });
  const courier = createDiscordCourier({ ...edges, rest });
  return {
    platform: platformName,
    hearsIn: 'bots',
    courier,
    bot: createDiscordBot({ ...edges, rest }),
    close: courier.stop,
  };
}
