/** Text that somebody wrote, made harmless on Slack, and Slack's own text made plain. Pure. */

/** Slack knows three escapes and no other (platforms/slack.md §5): what comes back reads as it was written, sign for sign. */
export function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (sign) => entities[sign] ?? sign);
}

/**
 * One line for a mrkdwn text, cut to `most` UTF-16 units before it is escaped: what comes back is at most five times
 * that long. It formats nothing, quotes nothing and calls nobody.
 */
export function escapeLine(text: string, most: number): string {
  return escapeText(
    plainLine(text, most)
      .replace(formatting, (sign) => lookAlikes[sign] ?? sign)
      .replace(/^>/, '›'),
  ).replace(calling, '$&\u2060');
}

/** One line for a place that knows no formatting: a `plain_text` object, a file's title. Cut to `most` UTF-16 units. */
export function plainLine(text: string, most: number): string {
  return cut(text.replace(/\s+/gu, ' ').replace(unprintable, '').trim().toWellFormed(), most);
}

/** At most `most` UTF-16 units, with … where something is missing; never half a character. `most` is at least 1. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** What a person wrote, out of what Slack made of it: entities and links become the words they stand for. */
export function toPlain(text: string): string {
  return text
    .replace(/<([^<>]*)>/g, (_whole, inside: string) => wordsOf(inside))
    .replace(/&(lt|gt|amp);/g, (entity) => signs[entity] ?? entity);
}

/** A time of day in the reader's own time zone; for a client that cannot, in UTC. */
export function timeOf(seconds: number): string {
  const at = new Date(Math.floor(seconds) * 1000);
  return `<!date^${Math.floor(seconds)}^{time}|${at.toISOString().slice(11, 16)} UTC>`;
}

/** The same for the day: `21 November 2026`. */
export function dayOf(date: Date): string {
  return `<!date^${Math.floor(date.getTime() / 1000)}^{date_long}|${date.toISOString().slice(0, 10)}>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const signs: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/** Slack has no escape for these. Within a word they mean nothing, so `snake_case` and `2*3` stay as they are. */
const formatting = /(?<![\p{L}\p{N}])[*_~]|[*_~](?![\p{L}\p{N}])|`/gu;
const lookAlikes: Readonly<Record<string, string>> = { '*': '∗', _: 'ˍ', '~': '∼', '`': 'ˋ' };

/** `@here`, `@ann` and `#general` in plain words: Slack may make calls and links of them by itself; with a joiner it cannot. */
const calling = /[@#](?=[\p{L}\p{N}])/gu;

/** Characters that turn the rest of a line around would also turn what we write after it. */
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** What stands between `<` and `>`: a person, a channel, a call to many, a date, or a link. */
function wordsOf(inside: string): string {
  const bar = inside.indexOf('|');
  const target = bar === -1 ? inside : inside.slice(0, bar);
  const label = bar === -1 ? '' : inside.slice(bar + 1);
  if (target.startsWith('@')) return `@${label.replace(/^@/, '') || target.slice(1)}`;
  if (target.startsWith('#')) return `#${label.replace(/^#/, '') || target.slice(1)}`;
  if (target.startsWith('!date^')) return label;
  if (target.startsWith('!')) return `@${label.replace(/^@/, '') || target.slice(1).replace(/^subteam\^/, '')}`;
  if (/^(mailto|tel):/.test(target)) return label || target.replace(/^(mailto|tel):/, '');
  // Slack makes a link of `example.com` by itself.
  return target === `http://${label}` ? label : target;
}
