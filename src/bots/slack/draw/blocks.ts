/**
 * What everything on Slack is built from: blocks and elements that are within Slack's limits whatever they are given
 * (platforms/slack.md §6). Texts are cut with an ellipsis, lists at their end; a text of nothing becomes an ellipsis,
 * because Slack refuses an empty one. Pure.
 *
 * `mrkdwn` is what has been escaped already (`mrkdwn.ts`), `plain` is shown as it stands and needs no escaping.
 */
import type {
  ActionsBlock,
  Button,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  InputBlock,
  KnownBlock,
  ModalView,
  MrkdwnElement,
  PlainTextElement,
  PlainTextOption,
  SectionBlock,
} from '@slack/types';
import { cut } from '../mrkdwn.ts';
import { cutMrkdwn, splitMrkdwn } from './cut.ts';

/** One message of ours: `text` is for notifications and screen readers, and escaped. Both always go together. */
export interface DrawnMessage {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** Characters are UTF-16 units here, which are never fewer than what Slack may count. */
export const limits = {
  messageBlocks: 50,
  /**
   * Of all the blocks of a message together, as JSON. Slack says only that it refuses somewhere above 11,000
   * characters (`msg_blocks_too_long`: github.com/slackapi/bolt-js issues 2509, 2867).
   */
  messageCharacters: 9000,
  viewBlocks: 100,
  /** Of a whole view, as JSON in UTF-8. */
  viewBytes: 250_000,
  actions: 25,
  fields: 10,
  contextElements: 10,
  options: 100,
  text: 3000,
  field: 2000,
  header: 150,
  button: 75,
  option: 75,
  value: 2000,
  url: 3000,
  id: 255,
  label: 2000,
  hint: 2000,
  placeholder: 150,
  title: 24,
  metadata: 3000,
  typed: 3000,
  /** Of a message's `text`, as Slack recommends (platforms/slack.md §5); it truncates at 40,000. */
  fallback: 4000,
} as const;

const nothing = '…';

export function plain(text: string, most: number = limits.text): PlainTextElement {
  return { type: 'plain_text', text: text.trim() === '' ? nothing : cut(text, most), emoji: true };
}

/** Verbatim: Slack makes no link and no mention out of words that only look like one. */
export function mrkdwn(text: string, most: number = limits.text): MrkdwnElement {
  return { type: 'mrkdwn', text: text.trim() === '' ? nothing : cutMrkdwn(text, most), verbatim: true };
}

/** A paragraph. @param accessory stands beside it */
export function section(text: string, accessory?: Button): SectionBlock {
  return { type: 'section', text: mrkdwn(text), ...(accessory && { accessory }) };
}

/** The same for a text of any length: in as many sections as it takes, none for no text. */
export function sections(text: string): SectionBlock[] {
  return splitMrkdwn(text, limits.text).map((piece) => section(piece));
}

/** Short texts in two columns, at most ten; further ones are left out (`sectionsOf` loses none). */
export function fields(texts: readonly [string, ...string[]]): SectionBlock {
  return { type: 'section', fields: texts.slice(0, limits.fields).map((text) => mrkdwn(text, limits.field)) };
}

/** As many sections of ten fields as it takes; none for no text. */
export function sectionsOf(texts: readonly string[]): SectionBlock[] {
  return chunk(texts, limits.fields).flatMap(([first, ...rest]) =>
    first === undefined ? [] : [fields([first, ...rest])],
  );
}

/** Small grey facts in one line, at most ten. */
export function context(texts: readonly [string, ...string[]]): ContextBlock {
  return { type: 'context', elements: texts.slice(0, limits.contextElements).map((text) => mrkdwn(text)) };
}

/** In large letters, not formatted. */
export function header(text: string): HeaderBlock {
  return { type: 'header', text: plain(text, limits.header) };
}

export function divider(): DividerBlock {
  return { type: 'divider' };
}

/** A row of buttons: of the same action twice the first, and no more than 25. Null: there is nothing to press. */
export function actions(buttons: readonly Button[]): ActionsBlock | null {
  const byAction = new Map<string | undefined, Button>();
  for (const each of buttons) if (!byAction.has(each.action_id)) byAction.set(each.action_id, each);
  const elements = [...byAction.values()].slice(0, limits.actions);
  return elements.length === 0 ? null : { type: 'actions', elements };
}

interface ButtonParts {
  /** What comes back when it is pressed. */
  readonly actionId: string;
  readonly label: string;
  readonly style?: Button['style'];
}

/** @throws RangeError when the action does not fit: cut, it would be another */
export function button({ actionId, label, style }: ButtonParts): Button {
  return {
    type: 'button',
    action_id: idOf(actionId),
    text: plain(label, limits.button),
    ...(style !== undefined && { style }),
  };
}

/**
 * A link in escaped text, told apart from what people wrote by nothing but its looks. Null for an address that no
 * client could open: without a public address of ours a clip's link is relative.
 * @param label escaped already
 */
export function link(url: string, label: string): string | null {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return null;
  const safe = url.replaceAll('|', '%7C').replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('&', '&amp;');
  return safe.length > limits.url / 2 ? null : `<${safe}|${label}>`;
}

/** One of a menu's choices. Null for a value that does not fit: cut, it would be another. */
export function option(label: string, value: string, description?: string): PlainTextOption | null {
  if (value === '' || value.length > limits.option) return null;
  return {
    text: plain(label.trim() === '' ? value : label, limits.option),
    value,
    ...(description !== undefined && { description: plain(description, limits.option) }),
  };
}

interface InputParts {
  /** `block_id`: what the answer is found under. */
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly isRequired: boolean;
  readonly element: InputBlock['element'];
}

/** A question of a form. */
export function input({ id, label, hint, isRequired, element }: InputParts): InputBlock {
  return {
    type: 'input',
    block_id: idOf(id),
    label: plain(label, limits.label),
    ...(hint !== undefined && { hint: plain(hint, limits.hint) }),
    optional: !isRequired,
    element,
  };
}

interface ModalParts {
  readonly callbackId: string;
  readonly title: string;
  readonly submit: string;
  readonly close: string;
  readonly metadata: string;
  readonly blocks: readonly KnownBlock[];
}

/** @throws RangeError when what it carries does not fit, which would be lost or be another if it were cut */
export function modal({ callbackId, title, submit, close, metadata, blocks }: ModalParts): ModalView {
  if (metadata.length > limits.metadata) throw new RangeError('a form carries more than fits');
  return {
    type: 'modal',
    callback_id: idOf(callbackId),
    title: plain(title, limits.title),
    submit: plain(submit, limits.title),
    close: plain(close, limits.title),
    private_metadata: metadata,
    blocks: blocks.slice(0, limits.viewBlocks),
  };
}

/** What is not to be torn apart, with its words for those who see no blocks (escaped). */
export interface Group {
  readonly blocks: readonly KnownBlock[];
  readonly text: string;
}

/** As many groups to a message as it holds, at least one message. A group that is too much for any is cut at its end. */
export function paginate(groups: readonly Group[]): DrawnMessage[] {
  const pages: Group[][] = [[]];
  for (const group of groups) {
    const page = pages.at(-1) ?? [];
    if (page.length > 0 && !fits([...page, group])) pages.push([group]);
    else page.push(group);
  }
  return pages.map((page) =>
    message(
      page
        .map(({ text }) => text)
        .filter((text) => text !== '')
        .join('\n'),
      page.flatMap(({ blocks }) => blocks),
    ),
  );
}

function fits(groups: readonly Group[]): boolean {
  const blocks = groups.flatMap((group) => group.blocks);
  return blocks.length <= limits.messageBlocks && JSON.stringify(blocks).length <= limits.messageCharacters;
}

/** @param text escaped; @param blocks the first 50 are shown (`paginate` loses none) */
export function message(text: string, blocks: readonly KnownBlock[]): DrawnMessage {
  return {
    text: text.trim() === '' ? nothing : cutMrkdwn(text, limits.fallback),
    blocks: blocks.length === 0 ? [section(text)] : blocks.slice(0, limits.messageBlocks),
  };
}

function idOf(id: string): string {
  if (id === '' || id.length > limits.id) throw new RangeError(`an id of ${id.length} characters`);
  return id;
}

/** In the same order, `size` to each, the last with what is left. */
export function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
