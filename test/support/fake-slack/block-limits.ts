/**
 * What Slack accepts as blocks (platforms/slack.md §6), written as schemas: the published limits are the numbers in them.
 * A field that Slack does not know is refused, as there.
 */
import { z } from 'zod';
import type { Block, Json } from './state.ts';

const text = (most: number, least = 1) => z.string().min(least).max(most);
const plain = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(most), emoji: z.boolean().optional() });
const mrkdwn = (most: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: text(most), verbatim: z.boolean().optional() });
const anyText = (most: number) => z.discriminatedUnion('type', [plain(most), mrkdwn(most)]);
const id = text(255);

const confirm = z.strictObject({
  title: plain(100).optional(),
  text: anyText(300),
  confirm: plain(30).optional(),
  deny: plain(30).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});
const option = z.strictObject({ text: plain(75), value: text(75), description: plain(75).optional() });
const markedOption = z.strictObject({ text: anyText(75), value: text(75), description: anyText(75).optional() });
const optionGroup = z.strictObject({ label: plain(75), options: z.array(option).min(1).max(100) });

const acting = { action_id: id.optional(), confirm: confirm.optional() };
const focusing = { ...acting, focus_on_load: z.boolean().optional() };
const placeholding = { ...focusing, placeholder: plain(150).optional() };
const dispatching = {
  action_id: id.optional(),
  focus_on_load: z.boolean().optional(),
  placeholder: plain(150).optional(),
  dispatch_action_config: z
    .strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).optional() })
    .optional(),
};
const picks = { max_selected_items: z.number().int().min(1).optional() };
const lists = {
  options: z.array(option).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
};
const conversationFilter = z.strictObject({
  include: z
    .array(z.enum(['im', 'mpim', 'private', 'public']))
    .min(1)
    .optional(),
  exclude_external_shared_channels: z.boolean().optional(),
  exclude_bot_users: z.boolean().optional(),
});

const button = z.strictObject({
  type: z.literal('button'),
  ...acting,
  text: plain(75),
  value: text(2000).optional(),
  url: text(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: text(75).optional(),
});
const slackFile = z.union([z.strictObject({ id: z.string() }), z.strictObject({ url: z.string() })]);
const picture = { alt_text: text(2000), image_url: text(3000).optional(), slack_file: slackFile.optional() };
const image = z.strictObject({ type: z.literal('image'), ...picture });

const elements = {
  button,
  checkboxes: z.strictObject({
    type: z.literal('checkboxes'),
    ...focusing,
    options: z.array(markedOption).min(1).max(10),
    initial_options: z.array(markedOption).min(1).max(10).optional(),
  }),
  radio_buttons: z.strictObject({
    type: z.literal('radio_buttons'),
    ...focusing,
    options: z.array(markedOption).min(1).max(10),
    initial_option: markedOption.optional(),
  }),
  datepicker: z.strictObject({ type: z.literal('datepicker'), ...placeholding, initial_date: z.iso.date().optional() }),
  timepicker: z.strictObject({
    type: z.literal('timepicker'),
    ...placeholding,
    initial_time: z
      .string()
      .regex(/^\d\d:\d\d$/)
      .optional(),
    timezone: z.string().optional(),
  }),
  datetimepicker: z.strictObject({
    type: z.literal('datetimepicker'),
    ...focusing,
    initial_date_time: z.number().int().optional(),
  }),
  overflow: z.strictObject({
    type: z.literal('overflow'),
    ...acting,
    options: z
      .array(option.extend({ url: text(3000).optional() }))
      .min(1)
      .max(5),
  }),
  static_select: z.strictObject({
    type: z.literal('static_select'),
    ...placeholding,
    ...lists,
    initial_option: option.optional(),
  }),
  multi_static_select: z.strictObject({
    type: z.literal('multi_static_select'),
    ...placeholding,
    ...lists,
    ...picks,
    initial_options: z.array(option).min(1).optional(),
  }),
  users_select: z.strictObject({ type: z.literal('users_select'), ...placeholding, initial_user: id.optional() }),
  multi_users_select: z.strictObject({
    type: z.literal('multi_users_select'),
    ...placeholding,
    ...picks,
    initial_users: z.array(id).optional(),
  }),
  channels_select: z.strictObject({
    type: z.literal('channels_select'),
    ...placeholding,
    initial_channel: id.optional(),
    response_url_enabled: z.boolean().optional(),
  }),
  multi_channels_select: z.strictObject({
    type: z.literal('multi_channels_select'),
    ...placeholding,
    ...picks,
    initial_channels: z.array(id).optional(),
  }),
  conversations_select: z.strictObject({
    type: z.literal('conversations_select'),
    ...placeholding,
    initial_conversation: id.optional(),
    default_to_current_conversation: z.boolean().optional(),
    response_url_enabled: z.boolean().optional(),
    filter: conversationFilter.optional(),
  }),
  multi_conversations_select: z.strictObject({
    type: z.literal('multi_conversations_select'),
    ...placeholding,
    ...picks,
    initial_conversations: z.array(id).optional(),
    default_to_current_conversation: z.boolean().optional(),
    filter: conversationFilter.optional(),
  }),
  plain_text_input: z.strictObject({
    type: z.literal('plain_text_input'),
    ...dispatching,
    initial_value: text(3000, 0).optional(),
    multiline: z.boolean().optional(),
    min_length: z.number().int().min(0).max(3000).optional(),
    max_length: z.number().int().min(1).max(3000).optional(),
  }),
  number_input: z.strictObject({
    type: z.literal('number_input'),
    ...dispatching,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  url_text_input: z.strictObject({
    type: z.literal('url_text_input'),
    ...dispatching,
    initial_value: z.string().optional(),
  }),
  email_text_input: z.strictObject({
    type: z.literal('email_text_input'),
    ...dispatching,
    initial_value: z.string().optional(),
  }),
  file_input: z.strictObject({
    type: z.literal('file_input'),
    action_id: id.optional(),
    filetypes: z.array(z.string().min(1)).min(1).optional(),
    max_files: z.number().int().min(1).max(10).optional(),
  }),
};
const e = elements;
const selects = [
  e.static_select,
  e.multi_static_select,
  e.users_select,
  e.multi_users_select,
  e.channels_select,
  e.multi_channels_select,
  e.conversations_select,
  e.multi_conversations_select,
] as const;
const pickers = [e.datepicker, e.timepicker, e.checkboxes, e.radio_buttons] as const;
const inActions = z.discriminatedUnion('type', [button, e.overflow, e.datetimepicker, ...pickers, ...selects]);
const asAccessory = z.discriminatedUnion('type', [button, image, e.overflow, ...pickers, ...selects]);
const inInput = z.discriminatedUnion('type', [
  e.plain_text_input,
  e.number_input,
  e.url_text_input,
  e.email_text_input,
  e.file_input,
  e.datetimepicker,
  ...pickers,
  ...selects,
]);

const blockId = { block_id: id.optional() };
const known = {
  section: z.strictObject({
    type: z.literal('section'),
    ...blockId,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: asAccessory.optional(),
    expand: z.boolean().optional(),
  }),
  context: z.strictObject({
    type: z.literal('context'),
    ...blockId,
    elements: z
      .array(z.discriminatedUnion('type', [plain(3000), mrkdwn(3000), image]))
      .min(1)
      .max(10),
  }),
  header: z.strictObject({ type: z.literal('header'), ...blockId, text: plain(150) }),
  divider: z.strictObject({ type: z.literal('divider'), ...blockId }),
  actions: z.strictObject({ type: z.literal('actions'), ...blockId, elements: z.array(inActions).min(1).max(25) }),
  image: z.strictObject({ type: z.literal('image'), ...blockId, ...picture, title: plain(2000).optional() }),
  input: z.strictObject({
    type: z.literal('input'),
    ...blockId,
    label: plain(2000),
    hint: plain(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
    element: inInput,
  }),
  rich_text: z.strictObject({
    type: z.literal('rich_text'),
    ...blockId,
    elements: z.array(z.looseObject({ type: z.string().startsWith('rich_text_'), elements: z.array(z.unknown()) })),
  }),
  markdown: z.strictObject({ type: z.literal('markdown'), ...blockId, text: text(12_000) }),
  alert: z.strictObject({
    type: z.literal('alert'),
    ...blockId,
    text: anyText(3000),
    level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
  }),
};
const loose = ['card', 'carousel', 'container', 'context_actions', 'data_table', 'table', 'plan', 'task_card'] as const;
const newer = z.looseObject({ type: z.enum(loose) });

const shared = [
  known.section,
  known.context,
  known.header,
  known.divider,
  known.actions,
  known.image,
  known.rich_text,
  known.input,
] as const;
const surfaces = {
  message: z.discriminatedUnion('type', [...shared, known.markdown, known.alert, newer]),
  modal: z.discriminatedUnion('type', shared),
  home: z.discriminatedUnion('type', shared),
};

/** Where blocks can stand. */
export type Surface = keyof typeof surfaces;

/** What Slack would say against them, in its manner; empty: it takes them. */
export function blockProblems(surface: Surface, blocks: unknown): readonly string[] {
  const most = surface === 'message' ? 50 : 100;
  if (!Array.isArray(blocks)) return ['blocks must be an array'];
  if (blocks.length > most) return [`no more than ${most} items allowed [json-pointer:/blocks]`];
  const shapes = blocks.flatMap((block, index) => shapeProblems(surface, block, index));
  return shapes.length > 0 ? shapes : ruleProblems(surface, blocks as readonly Block[]);
}

function shapeProblems(surface: Surface, block: unknown, index: number): readonly string[] {
  const read = surfaces[surface].safeParse(block);
  if (read.success) return [];
  return read.error.issues.map(
    ({ message, path }) => `${message} [json-pointer:/blocks/${[index, ...path].join('/')}]`,
  );
}

/** Every element that can be acted on, with its block. */
export function actionable(blocks: readonly Block[]): readonly { readonly block: Block; readonly element: Block }[] {
  return blocks.flatMap((block) =>
    [block.accessory, block.element, ...(block.type === 'actions' ? (block.elements as unknown[]) : [])]
      .filter((each): each is Block => typeof each === 'object' && each !== null && 'type' in each)
      .filter(({ type }) => type !== 'image')
      .map((element) => ({ block, element })),
  );
}

/** What takes more than one block to see. */
function ruleProblems(surface: Surface, blocks: readonly Block[]): readonly string[] {
  const problems: string[] = [];
  const all = actionable(blocks);
  const repeated = (ids: readonly unknown[]) => ids.filter((each, index) => ids.indexOf(each) !== index);

  for (const block of repeated(blocks.map((each) => each.block_id).filter((each) => each !== undefined)))
    problems.push(`\`block_id\` ${String(block)} is already in use`);
  for (const block of blocks) {
    const ids = all.filter((each) => each.block === block).map(({ element }) => element.action_id);
    for (const each of repeated(ids.filter((given) => given !== undefined)))
      problems.push(`\`action_id\` ${String(each)} is already in use in its block`);
    if (block.type === 'section' && block.text === undefined && block.fields === undefined)
      problems.push('a section needs text or fields');
    if (block.type === 'image' && (block.image_url === undefined) === (block.slack_file === undefined))
      problems.push('an image needs either image_url or slack_file');
  }
  if (all.filter(({ element }) => element.focus_on_load === true).length > 1)
    problems.push('only one element can have focus_on_load');
  for (const { element } of all) problems.push(...elementProblems(surface, element));
  const written = blocks.filter(({ type }) => type === 'markdown').map((each) => String(each.text).length);
  if (written.reduce((sum, each) => sum + each, 0) > 12_000) problems.push('more than 12000 characters of markdown');
  return problems;
}

function elementProblems(surface: Surface, element: Block): readonly string[] {
  const problems: string[] = [];
  const options = [
    ...((element.options as Json[] | undefined) ?? []),
    ...((element.option_groups as { options: Json[] }[] | undefined) ?? []).flatMap((group) => group.options),
  ];
  const isOffered = (wanted: unknown) => options.some((each) => JSON.stringify(each) === JSON.stringify(wanted));
  if (element.type.endsWith('static_select')) {
    const { options: list, option_groups: groups } = element;
    if ((list === undefined) === (groups === undefined)) problems.push('a select needs options or option_groups');
  }
  const chosen = [element.initial_option, ...((element.initial_options as unknown[] | undefined) ?? [])];
  if (chosen.some((each) => each !== undefined && !isOffered(each)))
    problems.push(`\`initial_option\` of ${String(element.action_id)} is not one of its options`);
  if (element.type === 'file_input' && surface !== 'modal') problems.push('file_input can only stand in a modal');
  if (element.response_url_enabled === true && surface !== 'modal')
    problems.push('response_url_enabled only works in a modal');
  const { min_length: least, max_length: most, initial_value: value } = element;
  if (typeof most === 'number' && typeof least === 'number' && least > most)
    problems.push('min_length is greater than max_length');
  if (typeof most === 'number' && typeof value === 'string' && value.length > most)
    problems.push('initial_value is longer than max_length');
  return problems;
}

const viewFields = {
  blocks: z.array(z.unknown()),
  private_metadata: text(3000, 0).optional(),
  callback_id: text(255, 0).optional(),
  external_id: text(255, 0).optional(),
};
const view = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('home'), ...viewFields }),
  z.strictObject({
    type: z.literal('modal'),
    ...viewFields,
    title: plain(24),
    close: plain(24).optional(),
    submit: plain(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
  }),
]);
const mostViewBytes = 250_000;

/** @returns what Slack would say against a view; `view_too_large` stands alone */
export function viewProblems(sent: unknown): readonly string[] {
  if (JSON.stringify(sent).length > mostViewBytes) return ['view_too_large'];
  const read = view.safeParse(sent);
  if (!read.success)
    return read.error.issues.map(({ message, path }) => `${message} [json-pointer:/view/${path.join('/')}]`);
  const { type, blocks } = read.data;
  const problems = blockProblems(type, blocks);
  const hasInput = (blocks as readonly Block[]).some((block) => block.type === 'input');
  return type === 'modal' && hasInput && read.data.submit === undefined
    ? [...problems, 'a modal with an input needs submit']
    : problems;
}
