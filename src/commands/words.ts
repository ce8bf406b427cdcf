/** What a command and its options are called and for, in the language of whoever reads it. */
import type { CommandWords } from '../core/texts/en/commands.ts';
import type { Texts } from '../core/texts/texts.ts';
import type { Command } from './command.ts';
import type { OptionSpec } from './options.ts';

/** Undefined for what only buttons call. */
export function wordsOf(texts: Texts, { name, isForAdmins }: Pick<Command, 'name' | 'isForAdmins'>) {
  const known: Readonly<Record<string, CommandWords>> = isForAdmins === true ? texts.admin.commands : texts.commands;
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

/** In this language where there are words for it, else in the command's own. */
export function describeCommand(texts: Texts, command: Pick<Command, 'name' | 'description' | 'isForAdmins'>): string {
  return wordsOf(texts, command)?.description ?? command.description;
}

/** With descriptions in this language; names stay as they are typed. */
export function describeOptions(
  texts: Texts,
  command: Pick<Command, 'name' | 'options' | 'isForAdmins'>,
): readonly OptionSpec[] {
  const words = wordsOf(texts, command)?.options;
  return command.options.map((option) => ({
    ...option,
    description: words?.[option.name]?.description ?? option.description,
  }));
}
