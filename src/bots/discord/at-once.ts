/** Whole answers that are given as the acknowledgement itself. */
import { InteractionResponseType, MessageFlags } from 'discord.js';
import type { Reply } from '../../commands/command.ts';
import { drawCard } from './draw/card.ts';

/** Only the person sees it. Of an answer of several pages, the first. */
export function answerAtOnce(said: Pick<Extract<Reply, { kind: 'card' }>, 'card' | 'tone'>, locale: string): object {
  const body = drawCard(said, locale)[0]?.body;
  const flags = (body?.flags ?? 0) | MessageFlags.Ephemeral;
  return { type: InteractionResponseType.ChannelMessageWithSource, data: { ...body, flags } };
}

export function refuseAtOnce(sentence: string, locale: string): object {
  return answerAtOnce({ tone: 'refusal', card: { paragraphs: [sentence] } }, locale);
}
