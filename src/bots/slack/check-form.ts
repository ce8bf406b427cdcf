/** What is wrong with a form that can be seen in it alone: said in the form, which stays open. Pure. */
import type { Command } from '../../commands/command.ts';
import { definedOnly } from '../../commands/options.ts';
import { checkRequest } from '../../core/check-request.ts';
import type { RequestProblem } from '../../core/problems.ts';
import { textsFor } from '../../core/texts/texts.ts';
import { blockIdOf } from './draw/field.ts';
import type { FilledForm } from './draw/read-form.ts';

/**
 * @param blocks the questions there are
 * @returns by the `block_id` of a question; null: nothing can be said yet
 */
export function checkForm(
  { command, values, files }: FilledForm,
  blocks: ReadonlySet<string>,
  commands: readonly Command[],
  locale: string,
): Readonly<Record<string, string>> | null {
  if (command !== 'create' || !commands.some(({ name }) => name === command)) return null;
  const texts = textsFor(locale);
  const blockOf = (option: string): string => blockIdOf(command, option);
  // A form about a message's picture does not ask for one.
  const isAboutPicture = !blocks.has(blockOf('image'));
  const pictures = { image: isAboutPicture || 'image' in files, lastImage: 'last_image' in files };
  const given = definedOnly(values);
  const asked = pictures.image ? { prompt: texts.animatePrompt, ...given } : given;
  const provider = typeof given.provider === 'string' ? [given.provider] : [];
  const checked = checkRequest(asked, pictures, provider);
  if (checked.outcome === 'fine') return null;
  const errors: Record<string, string> = {};
  for (const problem of checked.problems) {
    const block = [optionOf(problem), 'prompt'].map(blockOf).find((each) => blocks.has(each));
    if (block === undefined) return null;
    errors[block] = [errors[block], texts.problems.request(problem)].filter(Boolean).join(' ');
  }
  return errors;
}

/** Under which question it is said. */
function optionOf(problem: RequestProblem): string {
  switch (problem.kind) {
    case 'no-prompt':
    case 'prompt-too-long':
    case 'prompt-not-text':
    case 'unknown-movement':
    case 'too-many-movements':
    case 'unknown-option':
      return 'prompt';
    case 'no-room-for-camera':
      return 'camera';
    case 'unknown-provider':
      return 'provider';
    case 'not-a-choice':
    case 'not-a-switch':
    case 'not-a-picture':
    case 'unreadable':
      return problem.option;
    case 'wrong-resolution':
    case '512p-needs-picture':
    case '512p-not-between':
      return 'resolution';
    case 'too-long-for-1080p':
    case 'wrong-length':
      return 'duration';
    case 'needs-picture':
      return 'model';
    case 'no-last-picture':
    case 'last-picture-alone':
      return 'last_image';
  }
}
