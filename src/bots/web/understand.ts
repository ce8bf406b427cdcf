/** What a message means: talk, or a request to a command. Pure. */
import type { Command } from '../../commands/command.ts';
import type { KeptFile } from '../../core/media/media.ts';
import type { TypingProblem } from '../../core/problems.ts';
import type { Texts } from '../../core/texts/texts.ts';
import type { JsonValue } from '../../core/values.ts';
import type { WebCall } from './calls.ts';

/** A message's words, understood; `text` is what follows `/hailuo`. */
export type ParseArguments = (
  text: string,
  commands: readonly Command[],
) => { readonly command: string; readonly values: Record<string, unknown> } | { readonly problem: TypingProblem };

export type Understood =
  | { readonly kind: 'chat' }
  | { readonly kind: 'call'; readonly call: Pick<WebCall, 'command' | 'values' | 'pictures'> }
  /** One sentence: what cannot be read, and what would work. */
  | { readonly kind: 'problem'; readonly problem: string };

/** Plain talk, or `/hailuo …` with the attached pictures laid into the command's picture options in order. */
export function understand(
  text: string,
  attached: readonly KeptFile[],
  commands: readonly Command[],
  parseArguments: ParseArguments,
  texts: Texts,
): Understood {
  const request = /^\/hailuo(?:\s+(.*))?$/is.exec(text);
  if (request === null) return { kind: 'chat' };
  const words = (request[1] ?? '').trim();
  // A picture says enough: without words it is asked to move, as 🎬 would.
  const parsed = parseArguments(words === '' && attached.length > 0 ? 'create' : words, commands);
  if ('problem' in parsed) return { kind: 'problem', problem: texts.problems.typing(parsed.problem) };
  const options = commands.find(({ name }) => name === parsed.command)?.options ?? [];
  const slots = options.filter(({ kind }) => kind === 'picture').map(({ name }) => name);
  if (attached.length > slots.length) {
    const problem = slots.length === 0 ? texts.web.takesNoPictures : texts.web.takesPictures(slots.length);
    return { kind: 'problem', problem };
  }
  const pictures = attached.map(({ id }, index) => [slots[index] ?? '', id] as const);
  // What cannot be written as JSON was not typed by anybody; the grammar only makes text, numbers and switches.
  const values: { readonly [name: string]: JsonValue } = JSON.parse(JSON.stringify(parsed.values));
  return { kind: 'call', call: { command: parsed.command, values, pictures: Object.fromEntries(pictures) } };
}
