/** The few shapes that commands answer in. */
import type { Card, Reply } from './command.ts';

/** Only the person who asked sees it. */
export function toAsker(...paragraphs: readonly string[]): Reply {
  return { kind: 'card', audience: 'asker', tone: 'plain', card: { paragraphs } };
}

export function cardToAsker(card: Card): Reply {
  return { kind: 'card', audience: 'asker', tone: 'plain', card };
}

/** A no, with what would be possible. */
export function refusal(...paragraphs: readonly string[]): Reply {
  return { kind: 'card', audience: 'asker', tone: 'refusal', card: { paragraphs } };
}
