/** A mention of the bot, or a message to it: words that may be a command, a prompt or a greeting, under pictures or in their thread. */
import type { Command, Reply } from '../../commands/command.ts';
import { refusal, toAsker } from '../../commands/replies.ts';
import { textsFor } from '../../core/texts/texts.ts';
import type { OpenCall, SaidCall } from './calls.ts';
import { picturesOf, type ShownPicture } from './message-files.ts';
import type { Person } from './people.ts';
import type { Messages } from './read-message.ts';
import { type Asking, type RunEdges, runAsking } from './run-asked.ts';
import { type Understood, understandDirect, understandMention } from './understand.ts';

export interface SaidEdges extends RunEdges {
  readonly messages: Messages;
}

export type Said = OpenCall & { readonly call: SaidCall };

/** @throws when it is not known what happened: the same once more is safe, because its origin makes it one job */
export async function runSaid(
  edges: SaidEdges,
  commands: readonly Command[],
  { id, call }: Said,
  who: Person,
): Promise<Reply> {
  const texts = textsFor(who.locale);
  const understood = understand(call, commands);
  if (understood.kind === 'problem') return refusal(texts.problems.typing(understood.problem));
  const command = understood.kind === 'empty' ? 'create' : understood.command;
  const values = understood.kind === 'empty' ? {} : understood.values;
  const options = commands.find(({ name }) => name === command)?.options ?? [];
  const slots = options.filter(({ kind }) => kind === 'picture').map(({ name }) => name);
  const shown =
    slots.length === 0
      ? []
      : await findPictures(
          edges,
          call,
          slots.some((slot) => slot in values),
        );
  if (shown.length === 0 && isNoWish(call, understood, commands)) return toAsker(texts.slack.bot.mentionHint);
  if (shown.length > slots.length && slots.length > 0) return refusal(texts.web.takesPictures(slots.length));
  return runAsking(edges, commands, {
    id,
    installation: call.place.installation,
    person: call.person,
    who,
    place: whereItGoes(call),
    command,
    values,
    pictures: Object.fromEntries(shown.map((picture, index) => [slots[index] ?? '', picture])),
    execution: null,
  });
}

function understand({ text, files, isDirect }: SaidCall, commands: readonly Command[]): Understood {
  return isDirect ? understandDirect(text, files.length > 0, commands) : understandMention(text, commands);
}

/** Nothing at all, or one word that is no command and stands under no picture: what would be help if the bot were alone with them. */
function isNoWish({ text, isDirect }: SaidCall, understood: Understood, commands: readonly Command[]): boolean {
  if (understood.kind === 'empty') return true;
  if (isDirect || understood.kind !== 'call' || understood.command !== 'create') return false;
  const alone = understandDirect(text, false, commands);
  return alone.kind === 'call' && alone.command === 'help';
}

/** The message's own; else those of the message that its thread is about, unless one was named. */
async function findPictures(
  { messages }: SaidEdges,
  { files, place, message }: SaidCall,
  isNamed: boolean,
): Promise<readonly ShownPicture[]> {
  if (files.length > 0) return files.map((id) => ({ from: 'file', id }));
  if (isNamed || place.thread === null || place.thread === message) return [];
  const first = await messages.read(place.installation, place.channel, place.thread);
  return first === null ? [] : picturesOf(first).slice(0, 1);
}

/** In a channel under the message; in the person's own conversation with the bot, where nothing else goes on, beside it. */
function whereItGoes({ place, message, isDirect }: SaidCall): Asking['place'] {
  return { ...place, request: isDirect && place.thread === null ? null : message };
}
