/** What people's words ask for. Pure: nothing is looked up before Slack has heard from us. */
import { parseAdmin } from '../../commands/admin/arguments.ts';
import { parseArguments } from '../../commands/arguments.ts';
import type { Command } from '../../commands/command.ts';
import type { TypingProblem } from '../../core/problems.ts';
import { toPlain } from './mrkdwn.ts';

export type Understood =
  /** Values are plain already: nothing of Slack's is left in them but ids of people and channels. */
  | { readonly kind: 'call'; readonly command: string; readonly values: Readonly<Record<string, unknown>> }
  /** Nothing but the wish for a clip: the form asks for the rest, where one can be opened. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'problem'; readonly problem: TypingProblem };

/** @param text what follows `/hailuo`, as Slack escapes it */
export function understandSlash(text: string, commands: readonly Command[]): Understood {
  const asked = readWords(text, commands);
  const isBare = asked.kind === 'call' && asked.command === 'create' && Object.keys(asked.values).length === 0;
  return text.trim() === '' || isBare ? { kind: 'empty' } : asked;
}

/**
 * A mention of the bot in a channel. Without words it wants a clip of the pictures that are there, if any are.
 * @param text without the mention (`withoutMention`), as Slack escapes it
 */
export function understandMention(text: string, commands: readonly Command[]): Understood {
  return text.trim() === '' ? { kind: 'empty' } : readWords(text, commands);
}

/** A message to the bot alone. A greeting is answered with help; what says more is a prompt, as is one word under a picture. */
export function understandDirect(text: string, hasFiles: boolean, commands: readonly Command[]): Understood {
  if (text.trim() === '') return hasFiles ? { kind: 'empty' } : help;
  const asked = readWords(text, commands);
  const isGreeting =
    !hasFiles && asked.kind === 'call' && asked.command === 'create' && !/^\s*create\b/i.test(text) && isOneWord(text);
  return isGreeting ? help : asked;
}

const mention = /<@(\w+)(?:\|[^<>]*)?>/g;

/** The text without any mention of this bot. Other people's stay: they are part of the words. */
export function withoutMention(text: string, botUser: string): string {
  return text.replace(mention, (whole, id: string) => (id === botUser ? ' ' : whole)).trim();
}

export function hasMention(text: string, botUser: string): boolean {
  return [...text.matchAll(mention)].some(([, id]) => id === botUser);
}

const help = { kind: 'call', command: 'help', values: {} } as const;

function readWords(text: string, commands: readonly Command[]): Understood {
  const [, afterAdmin] = /^\s*admin(?:\s+([\s\S]*))?$/i.exec(text) ?? [null, null];
  const parsed =
    afterAdmin === null
      ? parseArguments(toPlain(text), commands)
      : parseAdmin(toPlainBesideIds(afterAdmin ?? ''), commands);
  return 'problem' in parsed ? { kind: 'problem', problem: parsed.problem } : { kind: 'call', ...parsed };
}

/** Plain, but for the people, groups and channels in it: admins name them, and only their ids are certain. */
function toPlainBesideIds(text: string): string {
  return text
    .split(/(<(?:[@#]|!subteam\^)[^<>]*>)/)
    .map((part, index) => (index % 2 === 1 ? part : toPlain(part)))
    .join('');
}

/** Not every language puts spaces between words. */
function isOneWord(text: string): boolean {
  const segments = new Intl.Segmenter(undefined, { granularity: 'word' }).segment(toPlain(text));
  return [...segments].filter(({ isWordLike }) => isWordLike === true).length <= 1;
}
