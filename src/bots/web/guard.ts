/** The edge of the HTTP intake: who is calling, and whether what they sent can be understood. */
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import { type Texts, textsFor } from '../../core/texts/texts.ts';
import type { Actor } from './intake.ts';
import { browserOf, createBrowserToken, findVisitor } from './visitors.ts';
import type { WebDatabase } from './web-tables.ts';

const cookieName = 'hailuo_browser';
const yearSeconds = 365 * 24 * 3600;

export type Refusal = 400 | 401 | 404 | 409 | 413 | 422 | 503;

/** Ends the request with one plain sentence, which the page shows as it is. */
export function refuse(status: Refusal, sentence: string): never {
  throw new HTTPException(status, { message: sentence });
}

/** @returns the browser behind the cookie, or null for one never seen before */
export function knownBrowser(c: Context): string | null {
  const token = getCookie(c, cookieName);
  return token === undefined ? null : browserOf(token);
}

/** Gives a new browser its token. Kept from scripts and from other sites' requests. */
export function welcomeBrowser(c: Context, isSecure: boolean): string {
  const token = createBrowserToken();
  setCookie(c, cookieName, token, {
    httpOnly: true,
    sameSite: 'Strict',
    secure: isSecure,
    path: '/',
    maxAge: yearSeconds,
  });
  return browserOf(token);
}

/** Each tab says in a header (an event source in its address) as which of the browser's visitors it speaks. */
export async function findActor(c: Context, database: WebDatabase): Promise<Actor> {
  const browser = knownBrowser(c);
  const id = c.req.header('x-visitor') ?? c.req.query('visitor');
  const visitor = browser === null || id === undefined ? null : await findVisitor(database, browser, id);
  if (visitor === null) refuse(401, webTextsOf(c).pickName);
  return { visitor, locale: localeOf(c) };
}

/** What this server says by itself, in the language the browser asks for. */
export function webTextsOf(c: Context): Texts['web'] {
  return textsFor(localeOf(c)).web;
}

/** The first language the browser names, as BCP 47. */
export function localeOf(c: Context): string {
  const [first = ''] = (c.req.header('accept-language') ?? '').split(/[,;]/);
  try {
    return Intl.getCanonicalLocales(first.trim())[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/** Reads a JSON body. A page of another site cannot send this type without asking, and is never allowed to. */
export async function readJson<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  if (!c.req.header('content-type')?.startsWith('application/json')) refuse(400, webTextsOf(c).notUnderstood);
  const body: unknown = await c.req.json().catch(() => undefined);
  return check(c, schema, body);
}

export function check<Schema extends z.ZodType>(c: Context, schema: Schema, value: unknown): z.output<Schema> {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const texts = webTextsOf(c);
  // Our own messages name a sentence; zod's words are for programmers.
  const named = new Map<string, unknown>(Object.entries(texts)).get(checked.error.issues[0]?.message ?? '');
  return refuse(400, typeof named === 'string' ? named : texts.notUnderstood);
}
