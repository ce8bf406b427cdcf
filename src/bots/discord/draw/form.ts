/** A form as a modal, and what comes back from it (platforms/discord.md §3). Pure. */
import {
  type APIComponentInLabel,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from 'discord-api-types/v10';
import { z } from 'zod';
import type { Form } from '../../../commands/command.ts';
import { promptLimit } from '../../../core/request.ts';
import { textsFor } from '../../../core/texts/texts.ts';
import type { Interaction } from '../incoming.ts';
import type { ShownPicture } from '../interaction-calls.ts';
import { toShown } from '../message-pictures.ts';
import { cut } from './cut.ts';
import type { GivenCall } from './read-options.ts';

/** What the Animate menu's form calls: the bot itself, which knows the message that was meant. */
export const animateForm = 'animate';

const longest = { title: 45, label: 45, hint: 100, customId: 100, text: 4000, option: 100 } as const;
const mostFields = 5;
const mostOptions = 25;

/** Longer texts get several lines. */
const longestLine = 200;

/**
 * The form's command and `values` travel in its custom id: they survive a restart, and can be forged.
 * @throws RangeError when they do not fit, or there are more than five fields: that is a bug in the form
 */
export function drawForm({ title, command, values, fields }: Form): APIModalInteractionResponseCallbackData {
  if (fields.length === 0 || fields.length > mostFields) throw new RangeError(`a modal of ${fields.length} fields`);
  return drawModal(
    title,
    command,
    values,
    fields.map((field) => drawLabel(field.description, drawField(field))),
  );
}

/**
 * Asks what should happen to a picture, and which one where there are several.
 * @param opened the click that asked, under which the pictures are kept until the form comes back
 */
export function drawAnimateForm(
  opened: string,
  pictures: readonly Pick<ShownPicture, 'id' | 'name'>[],
  locale: string,
): APIModalInteractionResponseCallbackData {
  const texts = textsFor(locale);
  const prompt: APIComponentInLabel = {
    type: ComponentType.TextInput,
    custom_id: 'prompt',
    style: TextInputStyle.Paragraph,
    // What happens when nothing is written.
    placeholder: cut(texts.animatePrompt, longest.option),
    required: false,
    max_length: promptLimit,
  };
  const options = pictures.slice(0, mostOptions).map(({ id, name }, index) => ({
    label: cut(`${index + 1} · ${name}`, longest.option),
    value: id,
    default: index === 0,
  }));
  const picture: APIComponentInLabel = { type: ComponentType.StringSelect, custom_id: 'picture', options };
  return drawModal(texts.discord.animateTitle, animateForm, { opened }, [
    drawLabel(texts.discord.animatePrompt, prompt),
    ...(options.length > 1 ? [drawLabel(texts.discord.animatePicture, picture)] : []),
  ]);
}

function drawModal(
  title: string,
  command: string,
  values: Form['values'],
  components: APILabelComponent[],
): APIModalInteractionResponseCallbackData {
  const custom_id = `hailuo-form:${command}:${new URLSearchParams(values)}`;
  if (custom_id.length > longest.customId) throw new RangeError(`a form of ${command} carries more than fits`);
  return { custom_id, title: cut(title, longest.title), components };
}

/** What a label has no room for stands below it in smaller letters. */
function drawLabel(words: string, component: APIComponentInLabel): APILabelComponent {
  return {
    type: ComponentType.Label,
    label: cut(words, longest.label),
    ...(words.length > longest.label && { description: cut(words, longest.hint) }),
    component,
  };
}

function drawField(field: Form['fields'][number]): APIComponentInLabel {
  const { name: custom_id, isRequired: required } = field;
  const value = String(field.value ?? field.fallback ?? '');
  switch (field.kind) {
    case 'text':
    case 'number': {
      const most = Math.min(field.maxLength ?? longest.text, longest.text);
      return {
        type: ComponentType.TextInput,
        custom_id,
        style: most > longestLine ? TextInputStyle.Paragraph : TextInputStyle.Short,
        required,
        max_length: most,
        ...(value !== '' && { value: cut(value, most) }),
      };
    }
    case 'choice': {
      const choices = (field.choices ?? []).slice(0, mostOptions).map(String);
      const options = choices.map((choice) => ({ label: choice, value: choice, default: choice === value }));
      return { type: ComponentType.StringSelect, custom_id, required, min_values: required ? 1 : 0, options };
    }
    case 'switch':
      return { type: ComponentType.Checkbox, custom_id, default: value === 'true' };
    case 'picture':
      return {
        type: ComponentType.FileUpload,
        custom_id,
        required,
        min_values: required ? 1 : 0,
        max_values: 1,
        file_types: ['image'],
      };
    case 'person':
      return { type: ComponentType.UserSelect, custom_id, required, min_values: required ? 1 : 0 };
    case 'role':
      return { type: ComponentType.RoleSelect, custom_id, required, min_values: required ? 1 : 0 };
    case 'channel':
      return { type: ComponentType.ChannelSelect, custom_id, required, min_values: required ? 1 : 0 };
  }
}

const name = z.string().regex(/^[a-z][a-z_-]{0,31}$/);
const carried = z.tuple([z.literal('hailuo-form'), name, z.string()]);

const filledIn = z.object({
  component: z.object({
    type: z.number(),
    custom_id: name,
    value: z.union([z.string(), z.boolean()]).nullish(),
    values: z.array(z.string()).nullish(),
  }),
});
type FilledIn = z.output<typeof filledIn>['component'];

/**
 * Null when it is no form of ours. What was left empty is left out. Everything in it may be forged: the command it
 * calls checks it like anything a person types.
 */
export function readForm(data: Extract<Interaction, { type: 5 }>['data']): GivenCall | null {
  const [start = '', command = '', ...rest] = data.custom_id.split(':');
  const read = carried.safeParse([start, command, rest.join(':')]);
  if (!read.success) return null;
  const values: Record<string, string | boolean> = {};
  for (const [key, value] of new URLSearchParams(read.data[2])) if (name.safeParse(key).success) values[key] = value;
  const pictures: Record<string, ShownPicture> = {};
  // What stands in no label is text of ours.
  for (const { component } of data.components.flatMap((each) => filledIn.safeParse(each).data ?? [])) {
    const given = answerOf(component);
    if (given === undefined || given === '') continue;
    if (component.type !== ComponentType.FileUpload) values[component.custom_id] = given;
    else {
      const attachment = data.resolved?.attachments?.[String(given)];
      if (attachment !== undefined) pictures[component.custom_id] = toShown(attachment);
    }
  }
  return { command: read.data[1], values, pictures };
}

function answerOf({ value, values }: FilledIn): string | boolean | undefined {
  return value ?? values?.[0];
}
