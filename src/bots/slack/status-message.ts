/** A job's status as a Slack message: a paragraph of what was asked, one of how it goes, small facts, buttons. Pure. */

import type { StatusView } from '../../core/delivery/delivery.ts';
import { buttonsOf } from '../../core/jobs/status-view.ts';
import { type Texts, textsFor } from '../../core/texts/texts.ts';
import { drawBar, signs } from '../status-parts.ts';
import { context, type DrawnMessage, link, message, section } from './draw/blocks.ts';
import { drawButtons } from './draw/buttons.ts';
import { escapeLine, escapeText, timeOf } from './mrkdwn.ts';

/** In UTF-16 units before escaping, which makes five of one at worst: each paragraph stays within Slack's 3000. */
const longest = { name: 64, summary: 80, prompt: 350, sentence: 300, provider: 40 } as const;

/** @param clip where the finished clip can be opened; null: nowhere yet, or nobody knows */
export function drawStatus(view: StatusView, now: Date, clip: string | null = null): DrawnMessage {
  const texts = textsFor(view.locale);
  const prompt = escapeLine(view.prompt, longest.prompt);
  const sign = signs[view.state];
  const name = escapeLine(view.asker.name, longest.name) || 'Hailuo';
  const summary = escapeLine(view.summary, longest.summary);
  const sentence = escapeLine(view.sentence, longest.sentence);
  const bar = drawBar(view, now);
  const opened = clip === null ? null : link(clip, escapeText(texts.slack.courier.openClip));
  const [first, ...facts] = factsOf(view, texts);
  const buttons = drawButtons(pressable(view, texts));
  return message(`${sign} ${name} · ${summary}: ${sentence}`, [
    section([`${sign} *${name}* · ${summary}`, ...(prompt === '' ? [] : [`> ${prompt}`])].join('\n')),
    section([sentence, bar, opened].filter((line) => line !== null).join('\n')),
    context([first, ...facts]),
    ...(buttons === null ? [] : [buttons]),
  ]);
}

/** Two drawings that look alike have the same one. */
export function lookOf({ text, blocks }: DrawnMessage): string {
  return JSON.stringify([text, blocks]);
}

/** A file's message bears no buttons on Slack, so those of a finished job stand here (platforms/slack.md §4). */
function pressable({ job, state, buttons }: StatusView, texts: Texts): StatusView['buttons'] {
  return state === 'done' ? buttonsOf({ id: job, state }, texts) : buttons;
}

function factsOf(
  { provider, acceptedAt, renderingSince, expected, place }: StatusView,
  texts: Texts,
): [string, ...string[]] {
  const words = texts.slack.courier;
  // Who waits in the provider's line has not begun, whatever we call it.
  const hasBegun = renderingSince !== null && place === null;
  return [
    hasBegun ? sayWith(words.rendering, timeOf(renderingSince)) : sayWith(words.asked, timeOf(acceptedAt)),
    ...(provider === null ? [] : [escapeLine(provider, longest.provider)]),
    ...(place === null ? [] : [escapeText(words.place(place))]),
    ...(expected === null ? [] : [sayWith(words.expected, timeOf(expected.from), timeOf(expected.to))]),
  ];
}

/** A plain sentence around words that are in Slack's own language already: a date, a channel, a person. */
export function sayWith(say: (first: string, second: string) => string, first: string, second = ''): string {
  return escapeText(say(stands.first, stands.second))
    .replaceAll(stands.first, () => first)
    .replaceAll(stands.second, () => second);
}

/** They stand for them while the rest is escaped. */
const stands = { first: '\u0000', second: '\u0001' } as const;
