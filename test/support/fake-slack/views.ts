/** Views as they stand before people. */
import { named } from './messages.ts';
import { type Block, installationOf, type Json, must, type State, type StoredView } from './state.ts';

/** As the app sends it. */
export type SentView = Json & { readonly type: string; readonly blocks: readonly Block[] };

/** How many modals stand on each other at most. */
export const mostViews = 3;

/** Opens it before the person of a trigger. @param below the one it is put upon */
export function openView(
  state: State,
  opener: {
    readonly team: string;
    readonly installation: string;
    readonly person: string;
    readonly channel: string | null;
  },
  sent: SentView,
  below: StoredView | null,
): StoredView {
  const id = state.mint('V');
  const stored: StoredView = {
    id,
    team: opener.team,
    installation: opener.installation,
    person: opener.person,
    channel: below?.channel ?? opener.channel,
    view: { ...sent, blocks: named(state, sent.blocks) },
    hash: mintHash(state),
    root: below?.root ?? id,
    previous: below?.id ?? null,
    isOpen: true,
    typed: new Map(),
    errors: {},
  };
  state.views.set(id, stored);
  return stored;
}

/** Puts something else in its place; what was typed stays where block and element are the same. */
export function drawView(state: State, stored: StoredView, sent: SentView): void {
  stored.view = { ...sent, blocks: named(state, sent.blocks) };
  stored.hash = mintHash(state);
  stored.errors = {};
}

function mintHash(state: State): string {
  return `${Math.trunc(state.clock.nowMs() / 1000)}.${state.mint('')}`;
}

/** The modals before somebody, the lowest first. */
export function stackOf(state: State, person: string): readonly StoredView[] {
  return [...state.views.values()].filter(
    (each) => each.person === person && each.isOpen && each.view.type === 'modal',
  );
}

/** As methods and payloads show it. */
export function showView(state: State, stored: StoredView) {
  const installation = must(state.installations.get(stored.installation), `installation ${stored.installation}`);
  const { view } = stored;
  return {
    id: stored.id,
    team_id: stored.team,
    type: view.type,
    blocks: view.blocks,
    private_metadata: view.private_metadata ?? '',
    callback_id: view.callback_id ?? '',
    state: { values: valuesOf(stored) },
    hash: stored.hash,
    title: view.title ?? { type: 'plain_text', text: 'View Title', emoji: true },
    clear_on_close: view.clear_on_close ?? false,
    notify_on_close: view.notify_on_close ?? false,
    close: view.close ?? null,
    submit: view.submit ?? null,
    previous_view_id: stored.previous,
    root_view_id: stored.root,
    app_id: state.appId,
    external_id: view.external_id ?? '',
    app_installed_team_id: installationOf(state, stored.team)?.id ?? stored.team,
    bot_id: installation.bot,
  };
}

/** What is filled in, as far as it was typed or stood there from the start. */
export function valuesOf(stored: StoredView): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const { block, element } of inputsOf(stored)) {
    const blockId = String(block.block_id);
    const actionId = String(element.action_id);
    const typed = stored.typed.get(`${blockId}/${actionId}`) ?? initialOf(element, stored.channel);
    values[blockId] = { ...values[blockId], [actionId]: { type: element.type, ...typed } };
  }
  return values;
}

/** Everything that holds a value. */
export function inputsOf(stored: StoredView): readonly { readonly block: Block; readonly element: Block }[] {
  return stored.view.blocks.flatMap((block) => {
    const elements = block.type === 'input' ? [block.element] : [block.accessory, ...listOf(block)];
    return elements
      .filter((each): each is Block => typeof each === 'object' && each !== null && 'type' in each)
      .filter(({ type }) => !['button', 'image', 'overflow'].includes(type))
      .map((element) => ({ block, element }));
  });
}

function listOf(block: Block): readonly unknown[] {
  return block.type === 'actions' ? (block.elements as unknown[]) : [];
}

/** What an element holds before anybody touches it, by its type. */
export function initialOf(element: Block, channel: string | null): Json {
  const initial = (name: string) => element[`initial_${name}`];
  switch (element.type) {
    case 'static_select':
    case 'radio_buttons':
      return { selected_option: initial('option') ?? null };
    case 'multi_static_select':
    case 'checkboxes':
      return { selected_options: initial('options') ?? [] };
    case 'conversations_select': {
      const here = element.default_to_current_conversation === true ? channel : null;
      return { selected_conversation: here ?? initial('conversation') ?? null };
    }
    case 'channels_select':
      return { selected_channel: initial('channel') ?? null };
    case 'users_select':
      return { selected_user: initial('user') ?? null };
    case 'multi_users_select':
      return { selected_users: initial('users') ?? [] };
    case 'multi_conversations_select':
      return { selected_conversations: initial('conversations') ?? [] };
    case 'multi_channels_select':
      return { selected_channels: initial('channels') ?? [] };
    case 'datepicker':
      return { selected_date: initial('date') ?? null };
    case 'timepicker':
      return { selected_time: initial('time') ?? null };
    case 'datetimepicker':
      return { selected_date_time: initial('date_time') ?? null };
    case 'file_input':
      return { files: [] };
    default:
      return { value: initial('value') ?? null };
  }
}
