/** A command's answer as blocks. What does not fit into one message goes on in the next. Pure. */
import type { Button as DrawnButton, KnownBlock } from '@slack/types';
import type { Card, Reply } from '../../../commands/command.ts';
import { textsFor } from '../../../core/texts/texts.ts';
import { escapeLine, plainLine } from '../mrkdwn.ts';
import {
  actions,
  type DrawnMessage,
  type Group,
  header,
  limits,
  link,
  paginate,
  section,
  sections,
  sectionsOf,
} from './blocks.ts';
import { drawButton } from './buttons.ts';
import { cutMrkdwn } from './cut.ts';

type CardReply = Extract<Reply, { kind: 'card' }>;
type Row = NonNullable<Card['rows']>[number];

interface Looks {
  readonly tone: CardReply['tone'];
  /** Whether nobody but the person who asked sees it: only there do people, channels and groups stand as what they are. */
  readonly isPrivate: boolean;
  readonly openClip: string;
}

/** In UTF-16 units, before escaping; a paragraph goes on in further sections. */
const longest = { title: 145, paragraph: 12_000, label: 150, value: 2000, shortValue: 60 } as const;

/** In front of a refusal, which Slack cannot colour. */
const warning = '⚠️';

/**
 * One message after the other, at least one, each within every limit whatever the card says. A mention in what one
 * person alone sees notifies nobody; where `audience` is everyone, names stand in its place.
 *
 * `card.file` and `card.clips` are not in it: Slack takes files by uploads of their own, so whoever sends these
 * messages uploads them afterwards, in that order.
 */
export function drawCard(
  { card, tone, audience = 'asker' }: Pick<CardReply, 'card' | 'tone'> & Partial<Pick<CardReply, 'audience'>>,
  locale: string,
): readonly DrawnMessage[] {
  return paginate(drawGroups(card, { tone, isPrivate: audience === 'asker' }, locale));
}

/** The same in pieces, for a view that has more in it than the card. */
export function drawGroups(card: Card, looks: Omit<Looks, 'openClip'>, locale: string): Group[] {
  const { title = '', paragraphs, rows = [] } = card;
  const all: Looks = { ...looks, openClip: escapeLine(textsFor(locale).slack.courier.openClip, longest.label) };
  const groups = [
    ...(title.trim() === '' ? [] : [drawTitle(title)]),
    ...paragraphs.flatMap(drawParagraph),
    ...drawRows(rows, all),
  ];
  return looks.tone === 'refusal' ? withWarning(groups) : groups;
}

function drawTitle(title: string): Group {
  return { blocks: [header(plainLine(title, longest.title))], text: escapeLine(title, longest.title) };
}

function drawParagraph(paragraph: string): Group[] {
  return sections(escapeLines(paragraph, longest.paragraph)).map((block) => ({
    blocks: [block],
    text: block.text?.text ?? '',
  }));
}

/** Marks the first words, whatever they stand in. */
function withWarning([first, ...rest]: readonly Group[]): Group[] {
  if (first === undefined) return [{ blocks: [section(warning)], text: warning }];
  const [block, ...others] = first.blocks;
  return [
    { blocks: [...(block === undefined ? [] : mark(block)), ...others], text: `${warning} ${first.text}` },
    ...rest,
  ];
}

function mark(block: KnownBlock): KnownBlock[] {
  if (block.type === 'header') return [header(`${warning} ${block.text.text}`)];
  if (block.type !== 'section' || block.text === undefined) return [section(warning), block];
  return [{ ...section(`${warning} ${block.text.text}`), ...(block.accessory && { accessory: block.accessory }) }];
}

/** Short facts that follow each other share a section in two columns; what has buttons or a link stands by itself. */
function drawRows(rows: readonly Row[], looks: Looks): Group[] {
  // Of the same button twice in one answer the first: the second would do nothing that the first does not.
  const seen = new Set<string>();
  const groups: Group[] = [];
  let facts: { readonly field: string; readonly text: string }[] = [];
  const settle = (): void => {
    // Ten at a time, so that a message can end between them.
    for (const block of sectionsOf(facts.map(({ field }) => field))) {
      const told = facts.splice(0, block.fields?.length ?? 0);
      groups.push({ blocks: [block], text: told.map(({ text }) => text).join('\n') });
    }
    facts = [];
  };
  for (const row of rows) {
    const words = `*${nameOf(row, looks.isPrivate)}*\n${escapeLines(row.value, longest.value)}`;
    const text = `${escapeLine(row.label, longest.label)}: ${escapeLines(row.value, longest.value)}`;
    if (isFact(row)) {
      facts.push({ field: words, text });
      continue;
    }
    settle();
    const fresh = (row.buttons ?? []).map(drawButton).filter(({ action_id = '' }) => !seen.has(action_id));
    for (const { action_id = '' } of fresh) seen.add(action_id);
    groups.push({ blocks: drawRow(row, words, fresh, looks), text });
  }
  settle();
  return groups;
}

function isFact({ value, buttons = [], link: url }: Row): boolean {
  return buttons.length === 0 && url === undefined && value.length <= longest.shortValue && !value.includes('\n');
}

function drawRow(row: Row, words: string, buttons: readonly DrawnButton[], { openClip }: Looks): KnownBlock[] {
  const open = row.link === undefined ? null : link(row.link, openClip);
  // A link that would not fit behind its words is worth more than the last of them.
  const body = open === null ? words : `${cutMrkdwn(words, mostWithLink(open))}\n${open}`;
  const [only] = buttons;
  if (buttons.length === 1 && only !== undefined) return [section(body, only)];
  const below = actions(buttons);
  return [section(body), ...(below === null ? [] : [below])];
}

function mostWithLink(open: string): number {
  return limits.text - open.length - 1;
}

/** As each reader's client names them. An id that is none of Slack's is no mention. */
function nameOf({ label, subject }: Row, isPrivate: boolean): string {
  const name = escapeLine(label, longest.label);
  if (!isPrivate || subject === undefined || !/^[A-Z0-9]{2,40}$/.test(subject.id)) return name || '…';
  switch (subject.kind) {
    case 'person':
      return `<@${subject.id}>`;
    case 'role':
      return `<!subteam^${subject.id}>`;
    case 'channel':
      return `<#${subject.id}>`;
  }
}

/** Line by line, because a sign may mean something at the beginning of each; empty lines stay. */
function escapeLines(words: string, most: number): string {
  const lines: string[] = [];
  let left = most;
  for (const line of words.split('\n')) {
    if (left <= 0) break;
    lines.push(escapeLine(line, left));
    left -= line.length + 1;
  }
  return lines.join('\n');
}
