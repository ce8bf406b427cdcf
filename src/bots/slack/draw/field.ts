/** One question of a form, drawn from an option of a command. What comes back is read in `read-form.ts`. Pure. */
import type { InputBlock, PlainTextOption } from '@slack/types';
import type { Suggestion } from '../../../commands/command.ts';
import type { OptionSpec } from '../../../commands/options.ts';
import { wordsOf } from '../../../commands/words.ts';
import { type Texts, textsFor } from '../../../core/texts/texts.ts';
import { cut } from '../mrkdwn.ts';
import { input, limits, option, plain } from './blocks.ts';

/** In a menu: the same as leaving it out, which a client may not let people do once they have chosen. */
export const noChoice = '-';

/** A longer answer gets several lines. */
const longestLine = 200;

/** By their endings, for the file picker alone: what a file is, only its bytes say (platforms/slack.md §3). */
const pictureEndings = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'heic'];

export interface FieldParts {
  /** The command that the answer goes to. */
  readonly command: string;
  readonly isForAdmins?: boolean | undefined;
  /** With its description in the reader's language. */
  readonly spec: OptionSpec;
  /** What is filled in already, as a person typed it or a command knows it. */
  readonly value?: unknown;
  /** In place of the words that say what happens when nothing is typed. */
  readonly placeholder?: string;
  /** Draws a menu where anything else could only be typed. */
  readonly suggestions?: readonly Suggestion[] | undefined;
  readonly locale: string;
}

/** The `block_id` of a question: command and option, so that an answer says what it is for. */
export function blockIdOf(command: string, name: string): string {
  return `${command}:${name}`;
}

export function drawField(parts: FieldParts): InputBlock {
  const { command, spec } = parts;
  const hint = hintFor(parts);
  return input({
    id: blockIdOf(command, spec.name),
    label: spec.description.trim() === '' ? spec.name : spec.description,
    ...(hint !== undefined && { hint }),
    // A box that is not ticked is an answer too, and Slack would take it for none.
    isRequired: spec.isRequired && spec.kind !== 'switch',
    element: drawElement(parts),
  });
}

function hintFor({ spec, locale }: FieldParts): string | undefined {
  const { forms } = textsFor(locale).slack;
  if (spec.kind === 'picture') return forms.pictureHint;
  return spec.kind === 'role' ? forms.groupHint : undefined;
}

function drawElement(parts: FieldParts): InputBlock['element'] {
  const { spec, locale, suggestions = [] } = parts;
  const action_id = spec.name;
  const given = parts.value ?? spec.fallback;
  const texts = textsFor(locale);
  switch (spec.kind) {
    case 'text':
      return suggestions.length > 0 ? drawMenu(parts, suggestions) : drawText(parts);
    case 'number':
    case 'role':
      return drawText(parts);
    case 'choice':
      return drawMenu(
        parts,
        (spec.choices ?? []).map((choice) => ({ label: labelOf(choice, parts), value: String(choice) })),
      );
    case 'switch':
      return spec.fallback === undefined && !spec.isRequired
        ? drawMenu(parts, bothWays(texts))
        : { type: 'checkboxes', action_id, ...ticked(isOn(given), texts) };
    case 'picture':
      return { type: 'file_input', action_id, filetypes: pictureEndings, max_files: 1 };
    case 'person':
      return { type: 'users_select', action_id, ...(isId(given) && { initial_user: given }) };
    case 'channel':
      return {
        type: 'conversations_select',
        action_id,
        filter: { include: ['public', 'private'] },
        ...(isId(given) && { initial_conversation: given }),
      };
  }
}

function drawText({ spec, value, placeholder }: FieldParts): InputBlock['element'] {
  const most = Math.max(1, Math.min(spec.maxLength ?? limits.typed, limits.typed));
  const written = String(value ?? spec.fallback ?? '');
  return {
    type: 'plain_text_input',
    action_id: spec.name,
    multiline: spec.kind === 'text' && most > longestLine,
    max_length: most,
    ...(written !== '' && { initial_value: cut(written, most) }),
    ...(placeholder !== undefined && { placeholder: plain(placeholder, limits.placeholder) }),
  };
}

/** @param choices at most 99 are shown where leaving it out is one more */
function drawMenu({ spec, value, locale }: FieldParts, choices: readonly Suggestion[]): InputBlock['element'] {
  const { chosenForYou, asItIs } = textsFor(locale).slack.forms;
  const none = option(spec.kind === 'switch' ? asItIs : chosenForYou, noChoice);
  const canBeLeft = !spec.isRequired && spec.fallback === undefined;
  const offered = choices.flatMap(({ label, value: each }) => option(label, each) ?? []);
  const options = [...(canBeLeft && none !== null ? [none] : []), ...offered].slice(0, limits.options);
  const initial = findOption(options, value ?? spec.fallback) ?? (canBeLeft ? none : null);
  return {
    type: 'static_select',
    action_id: spec.name,
    options,
    ...(initial !== null && { initial_option: initial }),
  };
}

/** Whatever the case it was typed in. */
function findOption(options: readonly PlainTextOption[], given: unknown): PlainTextOption | null {
  if (given === undefined) return null;
  const wanted = String(given).trim().toLowerCase();
  return options.find(({ value }) => value?.toLowerCase() === wanted) ?? null;
}

function labelOf(choice: string | number, { command: name, isForAdmins, spec, locale }: FieldParts): string {
  const words = wordsOf(textsFor(locale), { name, ...(isForAdmins !== undefined && { isForAdmins }) });
  return words?.options[spec.name]?.choices?.[String(choice)] ?? String(choice);
}

/** Where leaving it out means something else than no. */
function bothWays({ admin: { settings: t } }: Texts): Suggestion[] {
  return [
    { label: t.on, value: 'true' },
    { label: t.off, value: 'false' },
  ];
}

function ticked(isTicked: boolean, { admin: { settings: t } }: Texts) {
  const box: PlainTextOption = { text: plain(t.on, limits.option), value: 'true' };
  return { options: [box], ...(isTicked && { initial_options: [box] }) };
}

function isOn(given: unknown): boolean {
  return given === true || (typeof given === 'string' && /^(?:true|on|yes|1)$/i.test(given.trim()));
}

function isId(given: unknown): given is string {
  return typeof given === 'string' && /^[A-Z0-9]{2,40}$/.test(given);
}
