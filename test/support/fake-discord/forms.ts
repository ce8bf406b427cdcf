/** Buttons that can be pressed, and forms that can be filled in. */
import {
  type APIModalInteractionResponseCallbackComponent,
  ComponentType,
  InteractionType,
  ApplicationCommandOptionType as OptionType,
} from 'discord-api-types/v10';
import { type Act, ask, type Circumstances } from './asking.ts';
import type { NewFile } from './files.ts';
import { isOffered } from './registered.ts';
import { type Resolved, resolve } from './resolved.ts';
import type { Channel, State, StoredMessage } from './state.ts';

/** A form as a person fills it in. */
export interface Filled extends Circumstances {
  readonly act: Act;
  /** By custom id: text, what was picked, or whether it is checked. What is left out keeps what the form filled in. */
  readonly fields?: Readonly<Record<string, string | boolean | readonly string[]>> | undefined;
  readonly files?: Readonly<Record<string, readonly NewFile[]>> | undefined;
}

interface Pressable {
  readonly type: ComponentType;
  readonly custom_id?: string;
  readonly disabled?: boolean;
}

/** The kind of a message's component. @throws when nobody could use it */
export function findComponent(message: StoredMessage['message'], customId: string): ComponentType {
  let found: Pressable | null = null;
  JSON.stringify(message.components, (_key, value: unknown) => {
    if (value !== null && typeof value === 'object' && Reflect.get(value, 'custom_id') === customId)
      found = value as Pressable;
    return value;
  });
  const component: Pressable | null = found;
  if (component === null) throw new Error(`the message has nothing called ${customId}`);
  const { type, disabled } = component as Pressable;
  if (disabled === true) throw new Error(`${customId} is disabled`);
  return type;
}

/** Sends a form off. @throws what a client would not let a person send */
export function submit(state: State, channel: Channel, filled: Filled): Act {
  const modal = filled.act.modal();
  if (modal === null) throw new Error('no form is open');
  const resolved: Resolved = {};
  const components = modal.components.flatMap((each) => fillIn(state, channel, each, filled, resolved));
  const data = { custom_id: modal.custom_id, components, resolved };
  const source = state.messages.get(state.asks.get(filled.act.token)?.source ?? '') ?? null;
  return ask(state, { ...filled, channel, type: InteractionType.ModalSubmit, data, source });
}

function fillIn(
  state: State,
  channel: Channel,
  top: APIModalInteractionResponseCallbackComponent,
  { fields = {}, files = {} }: Filled,
  resolved: Resolved,
): object[] {
  if (top.type === ComponentType.TextDisplay) return [{ type: top.type, id: 1 }];
  if (top.type !== ComponentType.Label) throw new Error('a form of the old kind');
  const { component } = top;
  const { type, custom_id } = component;
  const inside = (rest: object) => [{ type: top.type, id: 1, component: { type, custom_id, id: 2, ...rest } }];
  if (component.type === ComponentType.TextInput) {
    const value = String(fields[custom_id] ?? component.value ?? '');
    if (value === '' && component.required !== false) throw new Error(`${custom_id} must be filled in`);
    if (value.length > (component.max_length ?? 4000)) throw new Error(`${custom_id} is too long`);
    return inside({ value });
  }
  if (component.type === ComponentType.FileUpload) {
    const values = (files[custom_id] ?? []).map((file) =>
      resolve(state, channel, OptionType.Attachment, file, resolved),
    );
    const { file_types: types } = component;
    const isOther = types !== undefined && (files[custom_id] ?? []).some((file) => !isOffered(types, file));
    if (isOther) throw new Error(`${custom_id}: such a file is not offered`);
    if (values.length === 0 && component.required !== false) throw new Error(`${custom_id} needs a file`);
    return inside({ values });
  }
  const given = fields[custom_id];
  if (component.type === ComponentType.Checkbox) return inside({ value: given ?? component.default ?? false });
  const preset =
    'options' in component ? component.options.filter((each) => each.default).map(({ value }) => value) : [];
  const values = Array.isArray(given) ? given : typeof given === 'string' ? [given] : preset;
  if (values.length === 0 && component.required !== false) throw new Error(`${custom_id} must be chosen`);
  return inside(component.type === ComponentType.RadioGroup ? { value: values[0] ?? null } : { values });
}
