/** Runs the commands of calls that are already written down and acknowledged, and draws their answers. */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, CommandCall, Reply } from '../../commands/command.ts';
import type { Log } from '../../core/log.ts';
import type { IncomingPicture, Media } from '../../core/media/media.ts';
import { textsFor } from '../../core/texts/texts.ts';
import type { Asker, MediaId } from '../../core/values.ts';
import { createTurns } from '../turns.ts';
import { rootOf, toDestination, type WebAddress } from './address.ts';
import { claimCalls, closeCall, holdCalls, type WebCall } from './calls.ts';
import type { MessageBody, Tone } from './message.ts';
import { addMessage, reveal, touched } from './messages.ts';
import type { WebDatabase } from './web-tables.ts';

export interface CallRunnerEdges {
  readonly database: WebDatabase;
  readonly media: Media;
  readonly log: Log;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly announce: () => void;
}

export interface CallRunner {
  /** Returns at once. The same origin is run by one at a time here, and is safe to run twice anywhere. */
  run(call: WebCall): void;
  /** Runs whatever nobody had in hand since the given time, and keeps in hand what is under way here. */
  recover(until: Date): Promise<void>;
  /** Resolves when everything under way has been answered or given up for now. */
  settle(): Promise<void>;
}

const retryDelaysMs = [300, 1500];

export function createCallRunner(edges: CallRunnerEdges, commands: readonly Command[]): CallRunner {
  const { database, log, now } = edges;
  const underWay = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  const inTurn = createTurns();

  /** A command that throws says "we do not know": its origin makes the next try safe. */
  async function answer(call: WebCall): Promise<void> {
    if (stopping.signal.aborted) return; // still open: the next start answers it
    for (const delayMs of [...retryDelaysMs, null]) {
      try {
        await draw(edges, call, await runCommand(edges, commands, call));
        return;
      } catch (error) {
        log.error('web.command-failed', { command: call.command, origin: call.origin, error });
        if (delayMs === null) break;
        await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        // Not answered, so it is run again at the next start.
        if (stopping.signal.aborted) return;
      }
    }
    await draw(edges, call, refusal(textsFor(call.locale).web.broken));
  }

  function run(call: WebCall): void {
    if (underWay.has(call.origin)) return;
    const running = inTurn(call.place.visitor, () => answer(call))
      .catch((error: unknown) => log.error('web.answer-lost', { origin: call.origin, error }))
      .finally(() => underWay.delete(call.origin));
    underWay.set(call.origin, running);
  }

  return {
    run,
    async recover(until) {
      if (underWay.size > 0) await holdCalls(database, [...underWay.keys()], now());
      for (const call of await claimCalls(database, until, now())) run(call);
    },
    async settle() {
      stopping.abort();
      await Promise.all(underWay.values());
    },
  };

  async function draw(to: CallRunnerEdges, call: WebCall, reply: Reply): Promise<void> {
    await to.database.transaction().execute(async (tx) => {
      await writeReply(tx, call, reply, to.newId(), now());
      await closeCall(tx, call.origin, now());
    });
    to.announce();
  }
}

async function runCommand(edges: CallRunnerEdges, commands: readonly Command[], call: WebCall): Promise<Reply> {
  const command = commands.find(({ name }) => name === call.command);
  const texts = textsFor(call.locale);
  if (command === undefined) return refusal(texts.web.unknownCommand(call.command));
  const pictures = await readPictures(edges.media, call.pictures);
  if (pictures === null) return refusal(texts.web.noFile);
  return command.run(await toCommandCall(edges.database, call, pictures));
}

async function toCommandCall(
  database: WebDatabase,
  { origin, values, place, locale }: WebCall,
  pictures: CommandCall['pictures'],
): Promise<CommandCall> {
  return {
    origin,
    asker: await findAsker(database, place, locale),
    destination: toDestination(place),
    values,
    pictures,
  };
}

async function findAsker(database: WebDatabase, place: WebAddress, locale: string): Promise<Asker> {
  const { name } = await database
    .selectFrom('web_visitors')
    .select('name')
    .where('id', '=', place.visitor)
    .executeTakeFirstOrThrow();
  return {
    tenant: 'web:local',
    person: place.visitor,
    name,
    channel: place.channel,
    roles: [],
    locale,
    isAdmin: false,
  };
}

/** @returns null when one is no longer kept */
async function readPictures(media: Media, kept: WebCall['pictures']): Promise<CommandCall['pictures'] | null> {
  const pictures: Record<string, IncomingPicture> = {};
  for (const [option, id] of Object.entries(kept)) {
    const bytes = await readKept(media, id);
    if (bytes === null) return null;
    pictures[option] = { from: 'upload', bytes };
  }
  return pictures;
}

async function readKept(media: Media, id: MediaId): Promise<Uint8Array | null> {
  const file = await media.find(id);
  return file && readFile(media.pathOf(file));
}

function refusal(sentence: string): Reply {
  return { kind: 'card', audience: 'asker', tone: 'refusal', card: { paragraphs: [sentence] } };
}

/** The same answer twice is one message: its nonce is the call's origin. */
async function writeReply(tx: WebDatabase, call: WebCall, reply: Reply, id: string, at: Date): Promise<void> {
  const { place } = call;
  const add = (body: MessageBody, privateTo: string | null) =>
    addMessage(tx, {
      id,
      channel: place.channel,
      thread: rootOf(place),
      author: null,
      body,
      privateTo,
      nonce: `reply:${call.origin}`,
      at,
    });
  switch (reply.kind) {
    case 'started':
      return;
    case 'form':
      await add({ kind: 'form', form: reply.form, click: call.click }, place.visitor);
      return;
    case 'card': {
      const isForAll = reply.audience === 'everyone';
      if (isForAll) await reveal(tx, place.request, at);
      await add({ kind: 'card', tone: reply.tone, card: reply.card }, isForAll ? null : place.visitor);
      await giveFormBack(tx, place, reply.tone, at);
    }
  }
}

/** What was typed into a form is not lost when the command refuses it: the form is there again, filled in. */
async function giveFormBack(tx: WebDatabase, place: WebAddress, tone: Tone, at: Date): Promise<void> {
  if (tone !== 'refusal') return;
  await tx
    .updateTable('web_messages')
    .set({ deleted: false, ...touched(at) })
    .where('id', '=', place.request)
    .where('kind', '=', 'form')
    .where('deleted', '=', true)
    .execute();
}
