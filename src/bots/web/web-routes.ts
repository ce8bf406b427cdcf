/** The chat page's HTTP side. What changes something is stored, then acknowledged; nothing here waits for a command. */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { Command } from '../../commands/command.ts';
import { describeCommand, describeOptions } from '../../commands/words.ts';
import type { Log } from '../../core/log.ts';
import type { Media } from '../../core/media/media.ts';
import { textsFor } from '../../core/texts/texts.ts';
import type { WebCall } from './calls.ts';
import { openEventStream } from './event-stream.ts';
import { check, findActor, knownBrowser, localeOf, readJson, refuse, webTextsOf, welcomeBrowser } from './guard.ts';
import { type Hub, settledVersion } from './hub.ts';
import {
  eventsQuery,
  historyQuery,
  incomingChannel,
  incomingClick,
  incomingForm,
  incomingMessage,
  incomingName,
  incomingReaction,
} from './incoming.ts';
import type { Intake, Taken } from './intake.ts';
import type { LinkTo, StoredMessage } from './message.ts';
import { viewFor } from './message.ts';
import { findMessage, readHistory, readMessages, touched } from './messages.ts';
import { addVisitor, findVisitor, listVisitors, renameVisitor } from './visitors.ts';
import type { WebDatabase } from './web-tables.ts';

export interface WebRoutesEdges {
  readonly database: WebDatabase;
  /** For the statements an acknowledgement waits for. */
  readonly urgent: WebDatabase;
  readonly acknowledged: (seconds: number) => void;
  readonly media: Media;
  readonly log: Log;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly hub: Hub;
  readonly intake: Intake;
  /** Null before the bot has started and after it has stopped: nothing is taken then. */
  readonly commands: () => readonly Command[] | null;
  /** Runs what was taken; returns at once. */
  readonly run: (call: WebCall) => void;
  /** Whether the page is reached over https, and its cookie kept to that. */
  readonly isSecure: boolean;
}

const jsonBytes = 64 * 1024;
const pictureBytes = 30 * 1024 * 1024;
const linkLifeMs = 24 * 3600_000;
const mostMissed = 400;

export function createWebRoutes(edges: WebRoutesEdges): Hono {
  const routes = new Hono();
  routes.onError((error, c) => {
    if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
    edges.log.error('web.request-failed', { path: c.req.path, error });
    return c.json({ error: webTextsOf(c).broken }, 500);
  });
  routes.use(async (c, next) => {
    c.header('Cache-Control', 'no-store');
    await next();
  });
  const limitJson = bodyLimit({ maxSize: jsonBytes, onError: (c) => refuse(413, webTextsOf(c).largeRequest) });
  for (const path of ['/visitors/*', '/channels', '/messages/*', '/reactions', '/clicks', '/forms']) {
    routes.use(path, limitJson);
  }
  addPeople(routes, edges);
  addReading(routes, edges);
  addDoing(routes, edges);
  return routes;
}

/** Who is here, and where they can talk. */
function addPeople(routes: Hono, { database, now, newId, hub, isSecure }: WebRoutesEdges): void {
  routes.get('/session', async (c) => {
    const browser = knownBrowser(c);
    return c.json({
      now: now().getTime(),
      visitors: browser === null ? [] : await listVisitors(database, browser),
      channels: await listChannels(database),
      cursor: await settledVersion(database, now()),
    });
  });
  routes.post('/visitors', async (c) => {
    const { name } = await readJson(c, incomingName);
    const visitor = { id: newId(), name };
    await addVisitor(database, knownBrowser(c) ?? welcomeBrowser(c, isSecure), visitor, now());
    return c.json(visitor, 201);
  });
  routes.patch('/visitors/:id', async (c) => {
    const { name } = await readJson(c, incomingName);
    const browser = knownBrowser(c);
    const id = c.req.param('id');
    if (browser === null || (await findVisitor(database, browser, id)) === null) refuse(404, webTextsOf(c).pickName);
    await renameVisitor(database, { id, name }, now());
    hub.announce();
    return c.json({ id, name });
  });
  routes.post('/channels', async (c) => {
    const { visitor } = await findActor(c, database);
    const { name } = await readJson(c, incomingChannel);
    const added = await database
      .insertInto('web_channels')
      .values({ name, created_by: visitor.id, created_at: now() })
      .onConflict((same) => same.doNothing())
      .returning('name')
      .executeTakeFirst();
    if (added === undefined) refuse(409, webTextsOf(c).channelExists(name));
    hub.announce();
    return c.json({ name }, 201);
  });
}

async function listChannels(database: WebDatabase): Promise<string[]> {
  const channels = await database.selectFrom('web_channels').select('name').orderBy('created_at').execute();
  return channels.map(({ name }) => name);
}

function addReading(routes: Hono, { database, media, now, hub, commands }: WebRoutesEdges): void {
  const linkTo = createLinkTo(media, now);
  routes.get('/commands', (c) => {
    const listed = (commands() ?? refuse(503, webTextsOf(c).notSettled)).filter(({ isListed }) => isListed);
    const texts = textsFor(localeOf(c));
    return c.json(
      listed.map((command) => ({
        name: command.name,
        description: describeCommand(texts, command),
        options: describeOptions(texts, command),
      })),
    );
  });
  routes.get('/messages', async (c) => {
    const { visitor } = await findActor(c, database);
    const { channel, before } = check(c, historyQuery, c.req.query());
    const page = await readHistory(database, visitor.id, channel, before ?? null);
    return c.json({ ...page, messages: page.messages.map((message) => viewFor(visitor.id, message, linkTo)) });
  });
  routes.get('/events', async (c) => {
    const { visitor } = await findActor(c, database);
    const { after } = check(c, eventsQuery, { after: c.req.header('last-event-id') ?? c.req.query('after') });
    if (commands() === null) refuse(503, webTextsOf(c).notSettled);
    const cursor = after ?? (await settledVersion(database, now()));
    const missed = () => readMissed(database, cursor);
    const channels = () => listChannels(database);
    const stream = openEventStream({ hub, visitor: visitor.id, linkTo, now, missed, cursor, channels });
    return new Response(stream, {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        // nginx and its like would hold events back otherwise.
        'X-Accel-Buffering': 'no',
      },
    });
  });
}

/** Links made on the same day are the same, so that a browser's cache keeps working; each opens for a day at least. */
function createLinkTo(media: Media, now: () => Date): LinkTo {
  return (id) => {
    const today = Math.ceil(now().getTime() / linkLifeMs) * linkLifeMs;
    return media.link(id, new Date(today + linkLifeMs));
  };
}

async function readMissed(database: WebDatabase, after: number): Promise<readonly StoredMessage[] | null> {
  const missed = await database
    .selectFrom('web_messages')
    .select('id')
    .where('version', '>', after)
    .orderBy('version')
    .limit(mostMissed + 1)
    .execute();
  if (missed.length > mostMissed) return null;
  return missed.length === 0
    ? []
    : readMessages(
        database,
        missed.map(({ id }) => id),
      );
}

function addDoing(routes: Hono, edges: WebRoutesEdges): void {
  const { database, urgent, media, now, hub, intake, run } = edges;
  const linkTo = createLinkTo(media, now);
  const takeCommands = (c: Context): readonly Command[] => edges.commands() ?? refuse(503, webTextsOf(c).notSettled);

  routes.use(async (c, next) => {
    const started = performance.now();
    await next();
    if (c.res.status === 202) edges.acknowledged((performance.now() - started) / 1000);
  });

  /** Acknowledges what is written down, and only then lets the command run. */
  function acknowledge<Result extends object>(c: Context, taken: Taken<Result>, answer: (result: Result) => object) {
    if (taken.outcome === 'refused') return refuse(taken.status, taken.sentence);
    hub.announce();
    if (taken.call !== null) run(taken.call);
    return c.json(answer(taken), 202);
  }

  routes.post(
    '/files',
    bodyLimit({ maxSize: pictureBytes, onError: (c) => refuse(413, webTextsOf(c).largeFile) }),
    async (c) => {
      await findActor(c, urgent);
      takeCommands(c);
      const taken = await media.takeIn({ from: 'upload', bytes: new Uint8Array(await c.req.arrayBuffer()) });
      if (taken.outcome === 'refused') refuse(422, textsFor(localeOf(c)).problems.picture(taken.problem));
      const { id, width, height } = taken.picture;
      return c.json({ id, width, height, url: linkTo(id) }, 201);
    },
  );
  routes.post('/messages', async (c) => {
    const actor = await findActor(c, urgent);
    const said = await readJson(c, incomingMessage);
    const taken = await intake.takeMessage(actor, said, takeCommands(c));
    return acknowledge(c, taken, ({ message }) => viewFor(actor.visitor.id, message, linkTo));
  });
  routes.post('/reactions', async (c) => {
    const actor = await findActor(c, urgent);
    const { message } = await readJson(c, incomingReaction);
    takeCommands(c);
    return acknowledge(c, await intake.takeReaction(actor, message), () => ({ taken: true }));
  });
  routes.post('/clicks', async (c) => {
    const actor = await findActor(c, urgent);
    const click = await readJson(c, incomingClick);
    takeCommands(c);
    return acknowledge(c, await intake.takeClick(actor, click), () => ({ taken: true }));
  });
  routes.post('/forms', async (c) => {
    const actor = await findActor(c, urgent);
    const filled = await readJson(c, incomingForm);
    takeCommands(c);
    return acknowledge(c, await intake.takeForm(actor, filled), () => ({ taken: true }));
  });
  /** Puts away what only this visitor sees. */
  routes.delete('/messages/:id', async (c) => {
    const { visitor } = await findActor(c, urgent);
    const message = await findMessage(database, visitor.id, c.req.param('id'));
    if (message?.private_to !== visitor.id) refuse(404, webTextsOf(c).noMessage);
    await database
      .updateTable('web_messages')
      .set({ deleted: true, ...touched(now()) })
      .where('id', '=', message.id)
      .execute();
    hub.announce();
    return c.json({ taken: true });
  });
}
