/** What comes back from a form, in our words. Everything in it may be forged: the command it calls checks it. Pure. */
import { z } from 'zod';
import type { Command } from '../../../commands/command.ts';
import type { OptionSpec } from '../../../commands/options.ts';
import { channelBlock, pictureBlock } from './create-form.ts';
import { noChoice } from './field.ts';
import { formCallback } from './form.ts';

export interface FilledForm {
  /** The row that says what the form is about. */
  readonly id: string;
  /** Whose questions were answered; null: none of ours. The row knows it too, and is right where they differ. */
  readonly command: string | null;
  /** By option name, as the command's schema wants them; texts are plain. What was left empty is left out. */
  readonly values: Readonly<Record<string, string | number | boolean>>;
  /** File ids by option name. */
  readonly files: Readonly<Record<string, string>>;
  /** The file id of the picture that was chosen among a message's. */
  readonly picture: string | null;
  /** Where the clip goes, where that was asked. */
  readonly channel: string | null;
}

const chosen = z.object({ value: z.string() }).nullish();
const answer = z.object({
  value: z.string().nullish(),
  selected_option: chosen,
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
  selected_user: z.string().nullish(),
  selected_conversation: z.string().nullish(),
  selected_channel: z.string().nullish(),
  files: z.array(z.object({ id: z.string() })).nullish(),
});
type Answer = z.output<typeof answer>;

const submitted = z.object({
  callback_id: z.literal(formCallback),
  private_metadata: z.string().min(1),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

/** @param view of a `view_submission`. Null when it is no form of ours. */
export function readForm(view: unknown, commands: readonly Command[]): FilledForm | null {
  const read = submitted.safeParse(view);
  if (!read.success) return null;
  const { private_metadata: id, state } = read.data;
  const values: Record<string, string | number | boolean> = {};
  const files: Record<string, string> = {};
  let command: string | null = null;
  let picture: string | null = null;
  let channel: string | null = null;
  for (const [block, answers] of Object.entries(state.values)) {
    const [given] = Object.values(answers).flatMap((each) => answer.safeParse(each).data ?? []);
    if (given === undefined) continue;
    if (block === pictureBlock) picture = given.selected_option?.value ?? null;
    if (block === channelBlock) channel = given.selected_conversation ?? null;
    const asked = findOption(block, commands);
    // Of two commands' questions in one form, which no form of ours has, those of the first count.
    if (asked === null || (command !== null && command !== asked.command)) continue;
    command = asked.command;
    const { spec } = asked;
    if (spec.kind === 'picture') {
      const file = given.files?.[0]?.id;
      if (file !== undefined) files[spec.name] = file;
      continue;
    }
    const value = readAnswer(spec, given);
    if (value !== null) values[spec.name] = value;
  }
  return { id, command, values, files, picture, channel };
}

/** A form may ask for more than its command lists as options: Remix asks for a prompt. Such an answer is read by its looks. */
type Asked = Pick<OptionSpec, 'name' | 'choices'> & { readonly kind: OptionSpec['kind'] | 'unlisted' };

function findOption(
  block: string,
  commands: readonly Command[],
): { readonly command: string; readonly spec: Asked } | null {
  const [command = '', name = ''] = block.split(':');
  const known = commands.find((each) => each.name === command);
  if (known === undefined || !/^[a-z][a-z_]{0,31}$/.test(name)) return null;
  return { command, spec: known.options.find((each) => each.name === name) ?? { name, kind: 'unlisted' } };
}

/** Null: it was left empty. */
function readAnswer(spec: Asked, given: Answer): string | number | boolean | null {
  const picked = given.selected_option?.value;
  switch (spec.kind) {
    case 'text':
      return picked === undefined ? words(given.value) : choiceOf(picked);
    case 'number': {
      const written = words(given.value);
      // What is no number stays as it was typed, so that the command can say so.
      return written === null || Number.isNaN(Number(written)) ? written : Number(written);
    }
    case 'choice': {
      const value = picked === undefined ? null : choiceOf(picked);
      return spec.choices?.find((choice) => String(choice) === value) ?? value;
    }
    case 'switch':
      // A box comes as the list of what is ticked, a menu as one choice.
      if (given.selected_options !== null && given.selected_options !== undefined)
        return given.selected_options.length > 0;
      return picked === undefined || picked === noChoice ? null : picked === 'true';
    case 'person':
      return given.selected_user ?? null;
    case 'channel':
      return given.selected_conversation ?? given.selected_channel ?? null;
    case 'role': {
      const written = words(given.value);
      return written === null ? null : written.replace(/^<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>$/, '$1');
    }
    case 'picture':
      return null;
    case 'unlisted':
      return (
        given.selected_user ??
        given.selected_conversation ??
        (picked === undefined ? words(given.value) : choiceOf(picked))
      );
  }
}

function choiceOf(picked: string): string | null {
  return picked === noChoice ? null : picked;
}

/** As the person typed it, whether or not Slack escapes it on the way: the sheet says so of messages alone. */
function words(value: string | null | undefined): string | null {
  if (value === null || value === undefined || value.trim() === '') return null;
  return value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
