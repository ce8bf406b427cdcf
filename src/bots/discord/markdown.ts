/** Text that somebody wrote, made harmless: it reads on Discord as they wrote it, and does nothing. Pure. */
import { cut } from './draw/cut.ts';

/**
 * Discord's own escaping leaves links, mentions and server invitations alive, so every sign is covered here that makes
 * more than letters of a line: formatting, `<…>` in all its meanings, `@everyone`, `https://` and `discord.gg/…`, which
 * Discord unfolds into pictures and invitations of strangers.
 */
const special = /[\\`*_~|<>@#[\]]|:(?=\/)|\.(?=\p{L})|^-/gu;

/** Characters that turn the rest of a line around would also turn what we write after it. */
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** One line, cut to `most` UTF-16 units before it is escaped: what comes back is at most twice that long. */
export function escapeLine(text: string, most: number): string {
  return cut(oneLine(text), most).replace(special, '\\$&');
}

/** For a place that knows no formatting: a thread's name, a picture's description. */
export function plainLine(text: string, most: number): string {
  return cut(oneLine(text), most);
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(unprintable, '').trim().toWellFormed();
}

/** What every reader's client shows in their own words and time zone, ticking by itself: `in 2 minutes`. */
export function relativeTime(seconds: number): string {
  return `<t:${Math.floor(seconds)}:R>`;
}

/** The day alone: `21 November 2026`. */
export function dayOf(date: Date): string {
  return `<t:${Math.floor(date.getTime() / 1000)}:D>`;
}
