/** Filling in a form as a client lets people do it. */
import { endingOf, showFile } from './files.ts';
import type { Block, Json, State, StoredFile, StoredView } from './state.ts';
import { inputsOf, valuesOf } from './views.ts';

/** What is typed or chosen: text, an option's value or its words, ids of places and people, files. */
export type Filling = string | number | boolean | null | readonly (string | Identified)[] | Identified;
/** A file, a channel or a person. */
export interface Identified {
  readonly id: string;
}

const mostFileBytes = 10 * 1024 * 1024;

/** Takes over what was typed. @param name of the action, the block, or the end of either after a colon; or the label */
export function fillIn(state: State, view: StoredView, values: Readonly<Record<string, Filling>>): void {
  for (const [name, value] of Object.entries(values)) {
    const { block, element } = findInput(view, name);
    const filled = toValue(state, view, element, value);
    view.typed.set(`${String(block.block_id)}/${String(element.action_id)}`, filled);
  }
}

/** @throws what the client itself would object to before it sends anything */
export function checkFilled(view: StoredView): void {
  const values = valuesOf(view);
  for (const { block, element } of inputsOf(view)) {
    if (block.type !== 'input') continue;
    const value = values[String(block.block_id)]?.[String(element.action_id)] as Json;
    const name = String(element.action_id);
    if (block.optional !== true && isEmpty(value)) throw new Error(`${name} has to be filled in`);
    const text = value.value;
    const { max_length: most = 3000, min_length: least = 0 } = element as { max_length?: number; min_length?: number };
    if (typeof text === 'string' && text.length > most) throw new Error(`${name} takes at most ${most} characters`);
    if (typeof text === 'string' && text.length < least) throw new Error(`${name} takes at least ${least} characters`);
  }
}

function isEmpty({ type: _type, ...value }: Json): boolean {
  return Object.values(value).every((each) => each === null || each === '' || (Array.isArray(each) && !each.length));
}

function findInput(view: StoredView, name: string) {
  const ending = (id: unknown) => String(id).split(/[:/]/).at(-1);
  const inputs = inputsOf(view);
  const labelOf = ({ block }: { block: Block }) => (block.label as { text?: string } | undefined)?.text;
  const found =
    inputs.find(({ block, element }) => element.action_id === name || block.block_id === name) ??
    inputs.find(({ block, element }) => ending(element.action_id) === name || ending(block.block_id) === name) ??
    inputs.find((each) => labelOf(each) === name);
  if (found !== undefined) return found;
  const known = inputs.map(({ element }) => String(element.action_id)).join(', ');
  throw new Error(`the form has no ${name}, but ${known || 'nothing to fill in'}`);
}

function toValue(state: State, view: StoredView, element: Block, value: Filling): Json {
  const ids = (Array.isArray(value) ? value : [value]).filter((each) => each !== null).map(idOf);
  switch (element.type) {
    case 'static_select':
    case 'radio_buttons':
      return { selected_option: value === null ? null : optionOf(element, String(value)) };
    case 'multi_static_select':
      return { selected_options: ids.map((each) => optionOf(element, each)) };
    case 'checkboxes':
      return { selected_options: checked(element, value, ids) };
    case 'conversations_select':
      return { selected_conversation: ids[0] ?? null };
    case 'channels_select':
      return { selected_channel: ids[0] ?? null };
    case 'users_select':
      return { selected_user: ids[0] ?? null };
    case 'multi_users_select':
      return { selected_users: ids };
    case 'multi_conversations_select':
      return { selected_conversations: ids };
    case 'multi_channels_select':
      return { selected_channels: ids };
    case 'file_input':
      return { files: uploaded(state, view, element, ids) };
    default:
      return { value: value === null || value === '' ? null : String(value) };
  }
}

/** A lone box is ticked by `true`. */
function checked(element: Block, value: Filling, ids: readonly string[]): readonly Json[] {
  const options = element.options as Json[];
  if (value === true) return options;
  return value === false || value === null ? [] : ids.map((each) => optionOf(element, each));
}

function idOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : String(value);
}

/** By its value or its words. @throws when it is not offered */
export function optionOf(element: Block, wanted: string): Json {
  const groups = (element.option_groups as { options: Json[] }[] | undefined) ?? [];
  const options = [...((element.options as Json[] | undefined) ?? []), ...groups.flatMap((group) => group.options)];
  const wordsOf = (option: Json) => (option.text as { text: string }).text;
  const found =
    options.find((option) => option.value === wanted) ?? options.find((option) => wordsOf(option) === wanted);
  if (found === undefined)
    throw new Error(`${String(element.action_id)} offers ${options.map(wordsOf).join(', ')}, not ${wanted}`);
  return found;
}

/** The file stays the person's, but the app may fetch it. */
function uploaded(state: State, view: StoredView, element: Block, ids: readonly string[]): readonly object[] {
  const { max_files: most = 10, filetypes } = element as { max_files?: number; filetypes?: readonly string[] };
  if (ids.length > most) throw new Error(`takes at most ${most} files`);
  return ids.map((id) => {
    const file = state.files.get(id);
    if (file === undefined) throw new Error(`there is no file ${id}`);
    checkFile(file, filetypes);
    file.givenTo.add(view.installation);
    return showFile(state, file);
  });
}

function checkFile(file: StoredFile, filetypes: readonly string[] | undefined): void {
  if (file.bytes.length > mostFileBytes) throw new Error(`${file.name} is over 10 MB`);
  if (filetypes !== undefined && !filetypes.includes(endingOf(file.name)))
    throw new Error(`${file.name} is none of ${filetypes.join(', ')}`);
}
