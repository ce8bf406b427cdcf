/** The form for a new clip, drawn from the options of `create`; and the one of Animate, which has its picture already. Pure. */
import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Command, Suggestion } from '../../../commands/command.ts';
import { describeOptions } from '../../../commands/words.ts';
import { textsFor } from '../../../core/texts/texts.ts';
import { input, limits, modal, option } from './blocks.ts';
import { blockIdOf, drawField } from './field.ts';
import { formCallback } from './form.ts';

/** Before the name of what the bot itself asks, and no command knows. */
const own = 'hailuo';

/** `block_id`s of the bot's own questions. */
export const pictureBlock = blockIdOf(own, 'picture');
export const channelBlock = blockIdOf(own, 'channel');

interface CreateFormParts {
  /** The row under which it is kept what the form is about. */
  readonly id: string;
  readonly commands: readonly Command[];
  readonly locale: string;
  /** `animate`: the first picture is that of a message, and words may be left out. */
  readonly kind: 'create' | 'animate';
  /** What was asked for before, by option name. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Of the message; the first is meant unless another is chosen. */
  readonly pictures?: readonly { readonly id: string; readonly name: string }[];
  /** Asks where the clip goes: on Home and in a global shortcut there is no channel. Slack then sends a `response_url` along. */
  readonly askChannel?: boolean;
  /** By option name: draws a menu in place of a line to type in. */
  readonly suggestions?: Readonly<Record<string, readonly Suggestion[]>>;
}

/** @throws Error when there is no command `create` */
export function drawCreateForm({
  id,
  commands,
  locale,
  kind,
  values = {},
  pictures = [],
  askChannel = false,
  suggestions = {},
}: CreateFormParts): ModalView {
  const create = commands.find(({ name }) => name === 'create');
  if (create === undefined) throw new Error('there is no command to draw a form for');
  const texts = textsFor(locale);
  const { forms } = texts.slack;
  const isAnimate = kind === 'animate';
  const fields = describeOptions(texts, create)
    .filter(({ name }) => !(isAnimate && name === 'image'))
    .map((spec) =>
      drawField({
        command: create.name,
        spec: isAnimate && spec.name === 'prompt' ? { ...spec, isRequired: false } : spec,
        value: values[spec.name],
        suggestions: suggestions[spec.name],
        ...(isAnimate && spec.name === 'prompt' && { placeholder: texts.animatePrompt }),
        locale,
      }),
    );
  return modal({
    callbackId: formCallback,
    title: isAnimate ? forms.animateTitle : forms.createTitle,
    submit: forms.send,
    close: forms.cancel,
    metadata: id,
    blocks: [
      ...(pictures.length > 1 ? [drawPictures(pictures, values.picture, forms.whichPicture)] : []),
      ...fields,
      ...(askChannel ? [drawChannel(forms.where)] : []),
    ],
  });
}

function drawPictures(
  pictures: readonly { readonly id: string; readonly name: string }[],
  chosen: unknown,
  label: string,
): InputBlock {
  const options = pictures
    .flatMap(({ id, name }, index): PlainTextOption[] => {
      const drawn = option(`${index + 1} · ${name}`, id);
      return drawn === null ? [] : [drawn];
    })
    .slice(0, limits.options);
  const initial = options.find(({ value }) => value === chosen) ?? options[0];
  return input({
    id: pictureBlock,
    label,
    isRequired: true,
    element: {
      type: 'static_select',
      action_id: 'picture',
      options,
      ...(initial !== undefined && { initial_option: initial }),
    },
  });
}

function drawChannel(label: string): InputBlock {
  return input({
    id: channelBlock,
    label,
    isRequired: true,
    element: {
      type: 'conversations_select',
      action_id: 'channel',
      default_to_current_conversation: true,
      response_url_enabled: true,
    },
  });
}
