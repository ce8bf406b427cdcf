/** What admins type after `/hailuo admin`, as a command call: the grammar of `../arguments.ts`, over their own commands. */
import { addText, isNo, isSwitchWord, mentioned, type Parsed, readFlags, splitWords, type Word } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { OptionSpec } from '../options.ts';

/**
 * The first word names a command; nothing at all is `settings`, and `help` explains them. Flags are optional where a word
 * can mean one thing only: `channels add <#C1|clips>`, `block <@U1> spam`, `threads off`, `usage week`. A command that
 * keeps a list shows it when nothing else is said.
 * @param text where a chat program has put ids in place of names; nothing else in it is escaped
 * @param commands all of them; those of admins count
 */
export function parseAdmin(text: string, commands: readonly Command[]): Parsed {
  const admins = commands.filter(({ isForAdmins }) => isForAdmins === true);
  // A name may have spaces; the id before it is all that counts.
  const [first, ...rest] = splitWords(text.trim().replace(/<((?:[@#][!&]?|!subteam\^)\w+)\|[^<>]*>/g, '<$1>'));
  const name = first === undefined ? 'settings' : first.isQuoted ? '' : first.text.toLowerCase();
  if (name === 'help') return helpForAdmins;
  const command = admins.find((each) => each.name === name);
  if (command === undefined) {
    return { problem: { kind: 'no-such-command', commands: [...admins.map((each) => each.name), 'help'] } };
  }
  const read = readFlags(command, rest);
  if ('problem' in read) return read;
  const { values, plain } = placeWords(command, read.values, read.plain);
  return addText(command, rest.length === 0 ? listing(command) : values, plain);
}

/** The commands of admins, explained: `help` says it only to those whom it is for. */
const helpForAdmins: Parsed = { command: 'help', values: { about: 'admin' } };

function listing({ options }: Command): Record<string, unknown> {
  const action = options.find(({ isRequired, choices }) => isRequired && choices?.includes('list'));
  return action === undefined ? {} : { [action.name]: 'list' };
}

/** Words that can mean one option only go there, up to the first that begins a text; a mention is meant wherever it stands. */
function placeWords(command: Command, given: Readonly<Record<string, unknown>>, words: readonly Word[]) {
  const values = { ...given };
  const plain: Word[] = [];
  for (const word of words) {
    const free = command.options.filter(({ name }) => !(name in values));
    const meant = word.isQuoted
      ? undefined
      : (asMention(word.text, free) ?? (plain.length === 0 && asWord(word.text, free)));
    if (meant) values[meant.name] = meant.value;
    else plain.push(word);
  }
  return { values, plain };
}

interface Meant {
  readonly name: string;
  readonly value: unknown;
}

function asMention(text: string, free: readonly OptionSpec[]): Meant | undefined {
  const id = mentioned.exec(text)?.[1];
  if (id === undefined) return undefined;
  const kind = text.startsWith('<#') ? 'channel' : /^<(?:@&|!subteam)/.test(text) ? 'role' : 'person';
  const option = free.find((each) => each.kind === kind);
  return option && { name: option.name, value: id };
}

function asWord(text: string, free: readonly OptionSpec[]): Meant | undefined {
  const typed = text.toLowerCase();
  for (const { name, kind, choices } of free) {
    const choice = choices?.find((each) => String(each).toLowerCase() === typed);
    if (choice !== undefined) return { name, value: choice };
    if (kind === 'switch' && typed === name) return { name, value: true };
  }
  const switches = free.filter(({ kind }) => kind === 'switch');
  const [only] = switches;
  if (!isSwitchWord(text) || only === undefined || switches.length > 1) return undefined;
  return { name: only.name, value: !isNo(text) };
}
