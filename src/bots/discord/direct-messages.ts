/** What is said outside of any interaction: to one person, or once to a server. */
import { type REST, Routes } from 'discord.js';
import type { Reply } from '../../commands/command.ts';
import type { Log } from '../../core/log.ts';
import { readRefusal } from './api-errors.ts';
import { createDiscordApi } from './discord-api.ts';
import { drawCard } from './draw/card.ts';

type Said = Pick<Extract<Reply, { kind: 'card' }>, 'card' | 'tone'>;

export interface DirectMessages {
  /** @returns false when the person takes none from this bot */
  send(person: string, said: Said, locale: string): Promise<boolean>;
  /** @returns false when the bot may not speak there */
  post(channel: string, said: Said, locale: string): Promise<boolean>;
}

export function createDirectMessages(rest: REST, log: Log): DirectMessages {
  const api = createDiscordApi(rest);

  async function unlessRefused(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const refusal = readRefusal(error);
      if (refusal === null) throw error;
      log.info('discord.not-told', { detail: refusal.detail });
      return false;
    }
  }

  async function write(channel: string, said: Said, locale: string): Promise<void> {
    for (const { body, files } of drawCard(said, locale)) {
      await rest.post(Routes.channelMessages(channel), { body, files });
    }
  }

  return {
    send: (person, said, locale) => unlessRefused(async () => write(await api.directChannel(person), said, locale)),
    post: (channel, said, locale) => unlessRefused(() => write(channel, said, locale)),
  };
}
