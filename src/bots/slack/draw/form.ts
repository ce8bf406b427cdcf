/** Forms of commands as modals. Pure. */
import type { ModalView } from '@slack/types';
import type { Form } from '../../../commands/command.ts';
import { textsFor } from '../../../core/texts/texts.ts';
import { modal } from './blocks.ts';
import { drawField } from './field.ts';

/** The `callback_id` of every form; which one it is, its `private_metadata` says: the id of its row. */
export const formCallback = 'hailuo-form';

/**
 * Any form that a command answers with, or that asks for a command's options.
 * @param id the row under which it is kept what the form is about; @param locale of whoever fills it in
 * @throws RangeError when it asks for nothing: that is a bug in the form
 */
export function drawForm(
  { title, command, fields, submitLabel }: Form,
  { id, locale }: { readonly id: string; readonly locale: string },
): ModalView {
  if (fields.length === 0) throw new RangeError(`a form of ${command} with no fields`);
  const texts = textsFor(locale);
  const isForAdmins = Object.hasOwn(texts.admin.commands, command);
  return modal({
    callbackId: formCallback,
    title,
    submit: submitLabel,
    close: texts.slack.forms.cancel,
    metadata: id,
    blocks: fields.map(({ value, ...spec }) => drawField({ command, isForAdmins, spec, value, locale })),
  });
}
