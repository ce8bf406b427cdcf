/** Answers calls that are written down: who asked, where and about what is looked up, the command is run, the person is told. */
import { WebAPIRateLimitedError } from '@slack/web-api';
import type { Command, Reply } from '../../commands/command.ts';
import { refusal } from '../../commands/replies.ts';
import type { Log } from '../../core/log.ts';
import { type Texts, textsFor } from '../../core/texts/texts.ts';
import { Postponed } from '../call-runner.ts';
import { type Answers, brokenReply, createAnswers, type Listener } from './answers.ts';
import { isUninstalled, readRefusal } from './api-errors.ts';
import { type AskedCall, forgetCall, installationOf, type OpenCall } from './calls.ts';
import { createDirect } from './direct.ts';
import type { FilesIn } from './files-in.ts';
import type { Groups } from './groups.ts';
import type { HomeBoard } from './home.ts';
import { createScopeAlarm, scopeMissingIn } from './missing-scope.ts';
import type { People, Person } from './people.ts';
import type { Places } from './places.ts';
import { createMessages } from './read-message.ts';
import { createRespond } from './response-url.ts';
import { runAsking } from './run-asked.ts';
import { runReacted } from './run-reacted.ts';
import { runSaid, type SaidEdges } from './run-said.ts';
import type { SlackApi } from './slack-clients.ts';
import type { SlackDatabase } from './slack-tables.ts';

export interface AnswererEdges {
  readonly database: SlackDatabase;
  readonly api: SlackApi;
  readonly people: People;
  readonly places: Places;
  readonly files: FilesIn;
  readonly groups: Groups;
  readonly home: HomeBoard;
  readonly log: Log;
  readonly now: () => Date;
}

export interface Answerer {
  /**
   * Runs it and tells the person. Safe to do twice: the call's id is its job's origin.
   * @throws Postponed where Slack wants it later; anything else: it is not known what happened
   */
  answer(open: OpenCall): Promise<void>;
  /** Tells the person that it went wrong on our side. */
  giveUp(open: OpenCall): Promise<void>;
  /** For what is answered without being written down first. */
  readonly answers: Answers;
}

/** What came of a call. */
type Outcome =
  /** Nobody is to hear of it, and the same again is a new try. */
  { readonly kind: 'passed-over' } | { readonly kind: 'answered'; readonly listener: Listener; readonly reply: Reply };

/** As long as somebody may be taken for an admin who is none any more, or the other way round. */
const adminMs = 60_000;

export function createAnswerer(edges: AnswererEdges, commands: readonly Command[]): Answerer {
  const { database, api, people, home, log, now } = edges;
  const missing = createScopeAlarm(log);
  const direct = createDirect({ api, log });
  const messages = createMessages({ api, now });
  const answers = createAnswers({ api, direct, respond: createRespond({ log }), home, log, missing });
  const running: SaidEdges = { ...edges, direct, messages };

  async function run(open: OpenCall): Promise<Outcome> {
    const { call } = open;
    if (call.person === '') return passOver(open);
    const key = installationOf(open);
    const isForAdmins =
      call.kind === 'command' && commands.some((each) => each.name === call.command && each.isForAdmins);
    const who = await people.know(key, call.person, isForAdmins ? adminMs : undefined);
    if (who.isBot) return passOver(open);
    const listener = listenerOf(open, who.locale);
    switch (call.kind) {
      case 'command':
        return { kind: 'answered', listener, reply: await runAsking(running, commands, toAsking(open.id, call, who)) };
      case 'said':
        return { kind: 'answered', listener, reply: await runSaid(running, commands, { ...open, call }, who) };
      case 'reaction': {
        const message = await messages.read(key, call.place.channel, call.message);
        const reply = message && (await runReacted(running, commands, { ...open, call }, { message, who }));
        if (message === null || reply === null) return { kind: 'passed-over' };
        return { kind: 'answered', listener: { ...listener, thread: message.thread_ts ?? null }, reply };
      }
      case 'form':
        return { kind: 'passed-over' };
    }
  }

  /** A program asks for nothing, nor does nobody; a workflow that names such a one still waits for its step to end. */
  function passOver(open: OpenCall): Outcome {
    log.info('slack.no-person', { call: open.id });
    const locale = people.localeAtOnce(installationOf(open), open.call.person);
    if (open.call.kind !== 'command' || open.call.execution === null) return { kind: 'passed-over' };
    return { kind: 'answered', listener: listenerOf(open, locale), reply: brokenReply(locale) };
  }

  /** What no second try would change is said in words. */
  async function runOrExplain(open: OpenCall): Promise<Outcome> {
    try {
      return await run(open);
    } catch (error) {
      const key = installationOf(open);
      const locale = people.localeAtOnce(key, open.call.person);
      const explain = (say: (texts: Texts['slack']['bot']) => string): Outcome => ({
        kind: 'answered',
        listener: listenerOf(open, locale),
        reply: refusal(say(textsFor(locale).slack.bot)),
      });
      const scope = scopeMissingIn(error);
      if (scope !== null) {
        missing(key, scope);
        return explain((texts) => texts.missingScope(scope));
      }
      const later = laterIn(error, now());
      if (later === null) throw error;
      if (later < open.expiresAt) throw new Postponed(later);
      return explain((texts) => (error instanceof Postponed ? texts.readTooOften : texts.tooBusy));
    }
  }

  /** Where the app is not installed any more nobody can be told anything. */
  async function unlessUninstalled(open: OpenCall, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const refused = readRefusal(error);
      if (refused === null || !isUninstalled(refused)) throw error;
      log.warn('slack.not-installed', { ...installationOf(open), call: open.id, detail: refused.detail });
    }
  }

  return {
    answers,

    answer: (open) =>
      unlessUninstalled(open, async () => {
        const outcome = await runOrExplain(open);
        if (outcome.kind === 'answered') await tell(answers, outcome, open, now());
        // Told and forgotten, so that the same emoji once more is a new try.
        const isAccepted = outcome.kind === 'answered' && outcome.reply.kind === 'started';
        if (open.call.kind === 'reaction' && !isAccepted) await forgetCall(database, open.id);
      }),

    giveUp: (open) =>
      unlessUninstalled(open, async () => {
        if (open.call.kind === 'form') return;
        const locale = people.localeAtOnce(installationOf(open), open.call.person);
        await answers.tell(listenerOf(open, locale), brokenReply(locale));
        if (open.call.kind === 'reaction') await forgetCall(database, open.id);
      }),
  };
}

async function tell(
  answers: Answers,
  { listener, reply }: Extract<Outcome, { kind: 'answered' }>,
  open: OpenCall,
  now: Date,
): Promise<void> {
  try {
    await answers.tell(listener, reply);
  } catch (error) {
    const later = laterIn(error, now);
    if (later === null || later >= open.expiresAt) throw error;
    throw new Postponed(later);
  }
}

/** When Slack wants to be asked again, where that is all that is wrong. */
function laterIn(error: unknown, now: Date): Date | null {
  if (error instanceof Postponed) return error.until;
  return error instanceof WebAPIRateLimitedError ? new Date(now.getTime() + error.retryAfter * 1000) : null;
}

function toAsking(id: string, call: AskedCall, who: Person) {
  const { installation, person, place, command, values, execution } = call;
  const pictures = Object.fromEntries(
    Object.entries(call.pictures).map(([name, file]) => [name, { from: 'file', id: file } as const]),
  );
  return { id, installation, person, who, place, command, values, pictures, execution };
}

function listenerOf(open: OpenCall, locale: string): Listener {
  const { call, responseUrl } = open;
  return {
    key: installationOf(open),
    person: call.person,
    locale,
    channel: call.place?.channel ?? null,
    thread: call.place?.thread ?? null,
    responseUrl,
    manner: mannerOf(call),
    execution: call.kind === 'command' ? call.execution : null,
    change: call.kind === 'command' && call.from === 'form' ? open.id : null,
  };
}

function mannerOf(call: OpenCall['call']): Listener['manner'] {
  if (call.kind === 'said') return call.isDirect ? 'plain' : 'whisper';
  if (call.kind !== 'command') return 'whisper';
  switch (call.from) {
    case 'home':
      return 'home';
    case 'step':
      return 'step';
    case 'direct':
      return 'plain';
    case 'command':
    case 'button':
    case 'form':
    case 'mention':
      return 'whisper';
  }
}
