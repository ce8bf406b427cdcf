/** Who is at the page: several named visitors for one browser, none for a stranger. */
import { createHash, randomBytes } from 'node:crypto';
import { touched } from './messages.ts';
import type { WebDatabase } from './web-tables.ts';

export interface Visitor {
  readonly id: string;
  readonly name: string;
}

/** What goes into a browser's cookie: nobody can guess it. */
export function createBrowserToken(): string {
  return randomBytes(24).toString('base64url');
}

/** What is stored of it: reading the table lets nobody in. */
export function browserOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export function listVisitors(database: WebDatabase, browser: string): Promise<Visitor[]> {
  return database
    .selectFrom('web_visitors')
    .select(['id', 'name'])
    .where('browser', '=', browser)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** @returns null when this visitor belongs to another browser or to nobody */
export async function findVisitor(database: WebDatabase, browser: string, id: string): Promise<Visitor | null> {
  const visitor = await database
    .selectFrom('web_visitors')
    .select(['id', 'name'])
    .where('id', '=', id)
    .where('browser', '=', browser)
    .executeTakeFirst();
  return visitor ?? null;
}

export async function addVisitor(database: WebDatabase, browser: string, visitor: Visitor, at: Date): Promise<void> {
  await database
    .insertInto('web_visitors')
    .values({ ...visitor, browser, created_at: at })
    .execute();
}

/** What they said so far shows the new name too. */
export async function renameVisitor(database: WebDatabase, { id, name }: Visitor, at: Date): Promise<void> {
  await database.updateTable('web_visitors').set({ name }).where('id', '=', id).execute();
  await database.updateTable('web_messages').set(touched(at)).where('author', '=', id).execute();
}
