/**
 * A job's status as a Discord message. Plain `content`, neither an embed nor Components V2: it needs no permission to
 * embed links, and the same message can become the clip's (`clip-rungs.ts`): Components V2 can never be taken back and would
 * hide an attached clip (platforms/discord.md §3). Pure.
 */
import type { APIAllowedMentions, APIMessageTopLevelComponent } from 'discord-api-types/v10';
import type { StatusView } from '../../core/delivery/delivery.ts';
import { type Texts, textsFor } from '../../core/texts/texts.ts';
import { drawBar, signs } from '../status-parts.ts';
import { drawButtons } from './draw/buttons.ts';
import { escapeLine, relativeTime } from './markdown.ts';

/** In UTF-16 units before escaping, which doubles them at worst: all together stay within Discord's 2000. */
const longest = { name: 64, summary: 80, prompt: 350, sentence: 300, provider: 40 } as const;

/** Nobody is ever pinged; an edit that leaves this out would parse mentions anew (platforms/discord.md §10). */
export const noMentions = { parse: [] };

/** What a message's `create` and `edit` both take. */
export interface DrawnMessage {
  readonly content: string;
  /** Empty: none, also where there were some. */
  readonly components: APIMessageTopLevelComponent[];
  readonly allowed_mentions: APIAllowedMentions;
}

/** @param hasPrompt false where a server's filter stopped the message because of what the person wrote */
export function drawStatus(view: StatusView, now: Date, hasPrompt = true): DrawnMessage {
  const prompt = hasPrompt ? escapeLine(view.prompt, longest.prompt) : '';
  const name = escapeLine(view.asker.name, longest.name);
  const bar = drawBar(view, now);
  const lines = [
    `${signs[view.state]} **${name}** · ${escapeLine(view.summary, longest.summary)}`,
    ...(prompt === '' ? [] : [`> ${prompt}`]),
    escapeLine(view.sentence, longest.sentence),
    ...(bar === null ? [] : [bar]),
    `-# ${facts(view, textsFor(view.locale)).join(' · ')}`,
  ];
  return { content: lines.join('\n'), components: drawButtons(view.buttons), allowed_mentions: noMentions };
}

function facts({ provider, acceptedAt, renderingSince, expected, place }: StatusView, texts: Texts): string[] {
  const words = texts.discord.status;
  return [
    ...(provider === null ? [] : [escapeLine(provider, longest.provider)]),
    ...(place === null ? [] : [words.place(place)]),
    // Who waits in the provider's line has not begun, whatever we call it.
    renderingSince === null || place !== null
      ? words.asked(relativeTime(acceptedAt))
      : words.rendering(relativeTime(renderingSince)),
    ...(expected === null ? [] : [words.expected(relativeTime(expected.from), relativeTime(expected.to))]),
  ];
}
