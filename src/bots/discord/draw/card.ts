/**
 * A command's answer, drawn with Components V2, so that the buttons of a row stand under that row. Ten clips with three
 * buttons and a link each are more than the 40 components of a message (platforms/discord.md §3): an answer that does
 * not fit goes on in a second message, rather than behind a menu in which people would look for their clip again. Pure.
 */
import type { RawFile } from 'discord.js';
import {
  type APIComponentInContainer,
  type APIMessageTopLevelComponent,
  ComponentType,
  MessageFlags,
} from 'discord-api-types/v10';
import type { Card, Reply } from '../../../commands/command.ts';
import { textsFor } from '../../../core/texts/texts.ts';
import { escapeLine } from '../markdown.ts';
import { noMentions } from '../status-message.ts';
import { drawButtons } from './buttons.ts';
import { customIdOf } from './custom-id.ts';

/** One message of an answer. Whether it is for one person's eyes is said where it is sent. */
interface DrawnCard {
  readonly body: {
    readonly flags: MessageFlags.IsComponentsV2;
    readonly components: readonly [APIMessageTopLevelComponent];
    readonly allowed_mentions: typeof noMentions;
  };
  readonly files: RawFile[];
}

/** Components of a message, its container among them. */
const mostComponents = 40;

/** Characters of all the texts of a message together. */
const mostCharacters = 4000;

/** In UTF-16 units before escaping, which doubles them at worst: no single block is over `mostCharacters`. */
const longest = { title: 200, paragraph: 1900, label: 250, value: 1500 } as const;

const refusalColour = 0xd8_3c_3e;

/** What must stay together. */
interface Block {
  readonly components: readonly APIComponentInContainer[];
  readonly count: number;
  readonly characters: number;
}

/** One message after the other, at least one; each within every limit whatever the card says. */
export function drawCard(
  { card, tone }: Pick<Extract<Reply, { kind: 'card' }>, 'card' | 'tone'>,
  locale: string,
): DrawnCard[] {
  const pages = paginate(toBlocks(card, textsFor(locale).discord.openClip));
  const files = card.file === undefined ? [] : [toFile(card.file)];
  return pages.map((blocks, index): DrawnCard => {
    const isLast = index === pages.length - 1;
    return {
      body: {
        flags: MessageFlags.IsComponentsV2,
        components: [
          {
            type: ComponentType.Container,
            components: blocks.flatMap(({ components }) => components),
            ...(tone === 'refusal' && { accent_color: refusalColour }),
          },
        ],
        allowed_mentions: noMentions,
      },
      files: isLast ? files : [],
    };
  });
}

function toBlocks({ title, paragraphs, rows = [], file }: Card, openClip: string): Block[] {
  // A custom id stands once in a message: the same button again would have the whole answer refused.
  const seen = new Set<string>();
  const blocks = [
    ...(title === undefined || title.trim() === '' ? [] : text(`### ${escapeLine(title, longest.title)}`)),
    ...paragraphs.flatMap((paragraph) => text(escapeLines(paragraph, longest.paragraph))),
    ...rows.map(({ label, subject, value, buttons = [], link }): Block => {
      const fresh = buttons.filter((button) => !seen.has(customIdOf(button)));
      for (const button of fresh) seen.add(customIdOf(button));
      const drawn = drawButtons(fresh, link === undefined ? [] : [{ label: openClip, url: link }]);
      const words = text(`**${nameOf(label, subject)}**\n${escapeLines(value, longest.value)}`);
      return join([...words, ...drawn.map((row) => block([row], 1 + row.components.length, 0))]);
    }),
    ...(file === undefined
      ? []
      : [block([{ type: ComponentType.File, file: { url: `attachment://${safeName(file.name)}` } }], 1, 0)]),
  ];
  return blocks.length > 0 ? blocks : text('…');
}

type Row = NonNullable<Card['rows']>[number];

/** A mention shows their present name to each reader, and pings nobody here; an id that is none of Discord's is no mention. */
function nameOf(label: string, subject: Row['subject']): string {
  if (subject === undefined || !/^\d{1,20}$/.test(subject.id)) return escapeLine(label, longest.label);
  switch (subject.kind) {
    case 'person':
      return `<@${subject.id}>`;
    case 'role':
      return `<@&${subject.id}>`;
    case 'channel':
      return `<#${subject.id}>`;
  }
}

/** Nothing for a text of nothing: Discord refuses an empty one. */
function text(content: string): Block[] {
  return content.trim() === '' ? [] : [block([{ type: ComponentType.TextDisplay, content }], 1, content.length)];
}

function block(components: readonly APIComponentInContainer[], count: number, characters: number): Block {
  return { components, count, characters };
}

function join(blocks: readonly Block[]): Block {
  return block(
    blocks.flatMap(({ components }) => components),
    sumOf(blocks, 'count'),
    sumOf(blocks, 'characters'),
  );
}

/** As many blocks to a message as it holds. */
function paginate(blocks: readonly Block[]): Block[][] {
  const pages: Block[][] = [[]];
  for (const next of blocks) {
    const page = pages.at(-1) ?? [];
    const isFull =
      1 + sumOf(page, 'count') + next.count > mostComponents ||
      sumOf(page, 'characters') + next.characters > mostCharacters;
    if (isFull && page.length > 0) pages.push([next]);
    else page.push(next);
  }
  return pages;
}

function sumOf(blocks: readonly Block[], measure: 'count' | 'characters'): number {
  return blocks.reduce((sum, each) => sum + each[measure], 0);
}

/** Line by line, because a sign may mean something at the beginning of each; all together at most twice as long as `most`. */
function escapeLines(words: string, most: number): string {
  const lines: string[] = [];
  let left: number = most;
  for (const line of words.split('\n')) {
    if (left <= 0) break;
    lines.push(escapeLine(line, left));
    left -= line.length + 1;
  }
  return lines.join('\n');
}

function toFile({ name, type, text: data }: NonNullable<Card['file']>): RawFile {
  return { name: safeName(name), contentType: type, data: Buffer.from(data) };
}

/** As `attachment://` refers to it: Discord rewrites other characters, and then nothing would be shown. */
function safeName(name: string): string {
  return name.replace(/[^\w.-]/g, '_');
}
