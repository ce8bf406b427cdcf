/** How cards for admins name whom they are about, and what changed. */
import { z } from 'zod';
import type { Change, Changed, LimitChoice, Subject } from '../../core/settings/change.ts';
import type { JsonValue } from '../../core/values.ts';
import type { Card } from '../command.ts';
import type { AdminTexts } from './admin-command.ts';

/** Rows that a card can carry on every platform (platforms/discord.md §3: 25 fields, 6000 characters). */
export const mostRows = 20;

type Row = NonNullable<Card['rows']>[number];

/** The platform draws persons, roles and channels; the label stands for what it cannot draw. */
export function rowAbout(subject: Subject, value: string, t: AdminTexts, name?: string): Row {
  const { kind, id } = subject;
  const label = name ?? t.subject(subject);
  return kind === 'tenant' || id === '*' ? { label, value } : { label, value, subject: { kind, id } };
}

/** The first rows, and a sentence for the others. */
export function cutRows(rows: readonly Row[], t: AdminTexts): Pick<Card, 'paragraphs' | 'rows'> {
  const left = rows.length - mostRows;
  return { rows: rows.slice(0, mostRows), paragraphs: left > 0 ? [t.more(left)] : [] };
}

/** `Clips a day: default → 5`, about whom it was. */
export function rowOfChange(change: Change, t: AdminTexts, more = (said: string): string => said): Row {
  const { what, subject, before, after } = change;
  const said = t.audit.line(t.what(what), sayValue(what, before, t), sayValue(what, after, t));
  return subject === null ? { label: t.settings.title, value: more(said) } : rowAbout(subject, more(said), t);
}

const longestValue = 200;
const limitChoice = z.union([z.number(), z.literal(['unlimited', 'default'])]);
const list = z.array(z.string()).nullable();

/** A choice in words, whichever version of this program wrote it down. */
export function sayValue(what: Changed, value: JsonValue, t: AdminTexts): string {
  const said = trySay(what, value, t) ?? JSON.stringify(value);
  return said.length <= longestValue ? said : `${said.slice(0, longestValue - 1)}…`;
}

function trySay(what: Changed, value: JsonValue, t: AdminTexts): string | null {
  const s = t.settings;
  switch (what) {
    case 'clips':
    case 'running':
    case 'usd': {
      const choice = limitChoice.safeParse(value);
      return choice.success ? sayLimit(what, choice.data, t) : null;
    }
    case 'block':
      return value === null ? s.no : value === '' ? s.yes : String(value);
    case 'channels':
      return sayList(value, s.everywhere, s.nowhere);
    case 'roles':
      return sayList(value, s.everybody, s.adminsOnly);
    case 'admins':
    case 'blockedWords':
    case 'matureWords':
      return sayList(value, t.none, t.none);
    case 'hasReactions':
      return value === true ? s.on : s.off;
    case 'emoji':
      return value === null ? s.usual : String(value);
    case 'place':
      return value === 'thread' ? s.inThread : s.inChannel;
    case 'model':
      return value === null ? s.usualModel : String(value);
  }
}

function sayLimit(what: 'clips' | 'running' | 'usd', choice: LimitChoice, t: AdminTexts): string {
  if (choice === 'unlimited') return t.settings.noLimit;
  if (choice === 'default') return t.settings.byDefault;
  return t.limit.words(what, choice);
}

function sayList(value: JsonValue, all: string, none: string): string | null {
  const items = list.safeParse(value);
  if (!items.success) return null;
  if (items.data === null) return all;
  return items.data.length === 0 ? none : items.data.join(', ');
}
