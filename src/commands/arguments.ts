/** `/hailuo a paper boat --duration 10` as a command call: the grammar of Slack and of the web page. */
import type { TypingProblem } from '../core/problems.ts';
import type { Command } from './command.ts';
import type { OptionSpec } from './options.ts';

export type Parsed =
  | { readonly command: string; readonly values: Readonly<Record<string, unknown>> }
  | { readonly problem: TypingProblem };

/** A flag as typed, or with the long dash that chat programs make of two hyphens. */
const flag = /^(--|[—–])([a-z][\w-]*)(?:=([\s\S]*))?$/i;

/** As it stands between spaces. */
export interface Word {
  readonly text: string;
  /** As it was typed, quotes and all: within a prompt they are part of it. */
  readonly raw: string;
  readonly isQuoted: boolean;
}

/**
 * The first word may name a command; anything else is a prompt for `create`. Flags may stand anywhere:
 * `--duration 10`, `--duration=10`, `--last-image https://…`, `--enhance`, `--no-enhance`; `--` ends them.
 * @param text with or without the leading `/hailuo`
 */
export function parseArguments(text: string, commands: readonly Command[]): Parsed {
  const words = splitWords(text.trim().replace(/^\/hailuo(?:\s+|$)/i, ''));
  const listed = commands.filter(({ isListed }) => isListed);
  const named = listed.find(({ name }) => words[0]?.isQuoted === false && words[0].text.toLowerCase() === name);
  const command = named !== undefined && isMeant(named, words) ? named : undefined;
  if (words.length === 0) return { command: 'help', values: {} };
  const chosen = command ?? listed.find(({ name }) => name === 'create');
  if (chosen === undefined) return { problem: { kind: 'no-such-command', commands: listed.map(({ name }) => name) } };
  const read = readFlags(chosen, command === undefined ? words : words.slice(1));
  return 'problem' in read ? read : addText(chosen, read.values, read.plain);
}

/** `help me paint the sky` is a prompt, `help` is a command: one that takes no text stands alone. */
function isMeant(command: Command, words: readonly Word[]): boolean {
  if (words.length === 1 || command.name === 'create') return true;
  const rest = words.slice(1).map((word) => readFlag(word, command));
  const takesText = command.options.some(({ kind }) => kind === 'text');
  return takesText ? rest.length === 1 || rest.some((found) => found?.spec) : rest.every((found) => found !== null);
}

interface Flag {
  readonly written: string;
  readonly spec: OptionSpec | undefined;
  readonly value: string | undefined;
}

/** Null for text. A long dash counts only before a name the command knows, because prose has it too. */
function readFlag({ text, isQuoted }: Word, command: Command): Flag | null {
  const [, dash, written = '', value] = (isQuoted ? null : flag.exec(text)) ?? [];
  if (dash === undefined) return null;
  const spec = findOption(command, written);
  return spec === undefined && dash !== '--' ? null : { written, spec, value };
}

/** What flags say, and the words that belong to none. */
export function readFlags(
  command: Command,
  words: readonly Word[],
): { readonly values: Record<string, unknown>; readonly plain: readonly Word[] } | { readonly problem: TypingProblem } {
  const values: Record<string, unknown> = {};
  const plain: Word[] = [];
  let areFlagsOver = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined) break;
    if (!word.isQuoted && word.text === '--') {
      areFlagsOver = true;
      continue;
    }
    const found = areFlagsOver ? null : readFlag(word, command);
    if (found === null) {
      plain.push(word);
      continue;
    }
    const { written, spec } = found;
    if (spec === undefined) return { problem: unknownFlag(command, written) };
    const next = words[index + 1];
    const isOff = spec.kind === 'switch' && /^no[-_]/i.test(written);
    const takesNext = spec.kind === 'switch' ? !isOff && isSwitchWord(next?.text) : !isFlagOrNothing(next, command);
    const value = found.value ?? (takesNext ? next?.text : undefined);
    if (found.value === undefined && takesNext) index += 1;
    if (spec.kind === 'switch') {
      if (value !== undefined && !isSwitchWord(value))
        return { problem: { kind: 'not-on-or-off', flag: `--${written}` } };
      values[spec.name] = !isOff && !isNo(value);
    } else if (value === undefined || value === '') {
      return { problem: { kind: 'no-value', flag: `--${written}`, choices: (spec.choices ?? []).map(String) } };
    } else {
      values[spec.name] = toValue(spec, value);
    }
  }
  return { values, plain };
}

/** The words that are left are the command's text, where it has one. */
export function addText(command: Command, values: Readonly<Record<string, unknown>>, plain: readonly Word[]): Parsed {
  if (plain.length === 0) return { command: command.name, values };
  const [only] = plain;
  const said = plain.length === 1 && only !== undefined ? only.text : plain.map(({ raw }) => raw).join(' ');
  const text = command.options.find(({ kind }) => kind === 'text');
  if (text === undefined) return { problem: { kind: 'takes-no-text', command: command.name, said } };
  return { command: command.name, values: { ...values, [text.name]: values[text.name] ?? said } };
}

function isFlagOrNothing(word: Word | undefined, command: Command): boolean {
  return word === undefined || readFlag(word, command) !== null;
}

function findOption(command: Command, written: string): OptionSpec | undefined {
  const name = written.toLowerCase().replaceAll('-', '_');
  return command.options.find(
    (option) => option.name === name || (option.kind === 'switch' && `no_${option.name}` === name),
  );
}

function unknownFlag(command: Command, written: string): TypingProblem {
  const flags = command.options.map(({ name }) => `--${name.replaceAll('_', '-')}`);
  return { kind: 'no-such-flag', flag: `--${written}`, command: command.name, flags };
}

export function isSwitchWord(word: string | undefined): boolean {
  return word !== undefined && /^(on|off|yes|no|true|false)$/i.test(word);
}

export function isNo(value: string | undefined): boolean {
  return value !== undefined && /^(off|no|false)$/i.test(value);
}

/** As the schema has it: numbers where there are numbers, the choice's own spelling whatever the case, ids bare. */
function toValue({ kind, choices }: OptionSpec, value: string): string | number {
  if (kind === 'person' || kind === 'role' || kind === 'channel') return mentioned.exec(value)?.[1] ?? value;
  if (kind === 'number') return Number.isFinite(Number(value)) ? Number(value) : value;
  const plain = value.toLowerCase().replace(/s$/, (unit) => (/^\d+s$/i.test(value) ? '' : unit));
  return choices?.find((choice) => String(choice).toLowerCase() === plain) ?? value;
}

/** `<@U123>`, `<#C123|general>`, `<@&123>`, `<!subteam^S123>`: what a chat program makes of a name that was picked. */
export const mentioned = /^<(?:[@#][!&]?|!subteam\^)(\w+)(?:\|[^>]*)?>$/;

/** Words between spaces. Double quotes, straight or as chat programs curl them, keep spaces together. */
export function splitWords(text: string): Word[] {
  const straight = '"((?:[^"\\\\]|\\\\[\\s\\S])*)"';
  const curly = '[“„‟«]([^“”„‟«»"]*)[“”»"]';
  const pattern = new RegExp(`(?:((?:--|[—–])[\\w-]+=)?(?:${straight}|${curly})(?=\\s|$))|\\S+`, 'g');
  return [...text.matchAll(pattern)].map(([raw, name, plain, curled]) => {
    const quoted = plain === undefined ? curled : unquote(plain);
    if (quoted === undefined) return { text: raw, raw, isQuoted: false };
    return name === undefined ? { text: quoted, raw, isQuoted: true } : { text: name + quoted, raw, isQuoted: false };
  });
}

/** A backslash keeps a quote, or a backslash. */
function unquote(quoted: string): string {
  return quoted.replace(/\\(["\\])/g, '$1');
}
