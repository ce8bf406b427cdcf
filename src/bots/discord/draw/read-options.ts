/** A slash command as it came, in our words. Pure. */
import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import type { Command } from '../../../commands/command.ts';
import type { OptionSpec } from '../../../commands/options.ts';
import type { CommandData, GivenOption } from '../incoming.ts';
import type { ShownPicture } from '../interaction-calls.ts';
import { toShown } from '../message-pictures.ts';
import { rootOf } from './commands.ts';

/** What a command is called with. Values are as Discord gave them; the command checks them. */
export interface GivenCall {
  readonly command: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
  /** The files that came along, by the name of their option. */
  readonly pictures: Readonly<Record<string, ShownPicture>>;
}

/** What is being typed, and into which option. */
export interface TypedOption {
  readonly command: string;
  readonly option: string;
  readonly typed: string;
}

/** Null when no command of ours is meant. Options the command does not know are left out. */
export function readOptions(data: Given, commands: readonly Command[]): GivenCall | null {
  const called = findCalled(data, commands);
  if (called === null) return null;
  const values: Record<string, string | number | boolean> = {};
  const pictures: Record<string, ShownPicture> = {};
  for (const { name, type, value } of called.given) {
    const spec = called.command.options.find((option) => option.name === name);
    if (spec === undefined || value === undefined) continue;
    if (type !== ApplicationCommandOptionType.Attachment) values[name] = asChosen(spec, value);
    else {
      const attachment = data.resolved?.attachments?.[String(value)];
      if (attachment !== undefined) pictures[name] = toShown(attachment);
    }
  }
  return { command: called.command.name, values, pictures };
}

/** The option a person is typing into; null when it is none that this command has suggestions for. */
export function readTyped(data: Given, commands: readonly Command[]): TypedOption | null {
  const called = findCalled(data, commands);
  const focused = called?.given.find((option) => option.focused);
  const spec = called?.command.options.find(({ name }) => name === focused?.name);
  if (called === null || spec?.hasSuggestions !== true) return null;
  return { command: called.command.name, option: spec.name, typed: String(focused?.value ?? '') };
}

/** What has suggestions may be typed instead of picked: a choice is meant whatever its case. */
function asChosen<Value extends string | number | boolean>({ choices }: OptionSpec, value: Value) {
  const typed = String(value).trim().toLowerCase();
  return choices?.find((choice) => String(choice).toLowerCase() === typed) ?? value;
}

type Given = Pick<CommandData, 'name' | 'options' | 'resolved'>;

function findCalled(
  { name, options }: Given,
  commands: readonly Command[],
): { readonly command: Command; readonly given: readonly GivenOption[] } | null {
  const [subcommand] = options;
  const command = commands.find((each) => each.name === subcommand?.name && rootOf(each) === name);
  return command === undefined ? null : { command, given: subcommand?.options ?? [] };
}
