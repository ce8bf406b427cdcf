/** Listens to Slack, by whichever transport: what people do there becomes calls that are written down, run and answered. */
import { App } from '@slack/bolt';
import type { Command } from '../../commands/command.ts';
import type { Database } from '../../core/database.ts';
import type { Log } from '../../core/log.ts';
import type { Bot } from '../bot.ts';
import { createCallRunner } from '../call-runner.ts';
import { platformName } from './address.ts';
import { createAuthorize } from './authorize.ts';
import { type OpenCall, personOf, writtenCalls } from './calls.ts';
import { listenToEvents } from './event-intake.ts';
import type { FilesIn } from './files-in.ts';
import { createGroups } from './groups.ts';
import { createHearing } from './hearing.ts';
import { createHomeBoard } from './home.ts';
import { listenToPeople } from './intake.ts';
import { createOpenForms } from './open-forms.ts';
import type { People } from './people.ts';
import type { Places } from './places.ts';
import { type Answerer, createAnswerer } from './run-call.ts';
import { createScribe } from './scribe.ts';
import { clientOptions, type SlackApi, type Tokens, toSlackLogger } from './slack-clients.ts';
import { commandsOnSlack } from './slack-commands.ts';
import type { SlackTables } from './slack-tables.ts';
import type { Transport } from './transport.ts';
import type { Uninstalls } from './uninstall.ts';

export interface SlackBotEdges {
  readonly transport: Transport;
  readonly tokens: Tokens;
  readonly uninstalls: Uninstalls;
  readonly api: SlackApi;
  /** Ends in a slash. */
  readonly apiUrl: string;
  readonly people: People;
  readonly places: Places;
  readonly files: FilesIn;
  /** What animates where the admins chose nothing else; empty: `clapper`. */
  readonly reactionEmoji: string;
  readonly database: Database;
  /** The same, for what a promise to a person hangs on. */
  readonly urgent: Database;
  readonly log: Log;
  readonly now: () => Date;
  /** Whether no other process shares the database. */
  readonly isAlone: boolean;
  /** Told how long every acknowledgement took that a person waited for. */
  readonly acknowledged: (seconds: number) => void;
}

/** How often what nobody has in hand is looked for; a third of a lease. */
const recoverEveryMs = 10_000;

/** `start` also answers whatever an earlier process acknowledged and did not live to answer. */
export function createSlackBot(edges: SlackBotEdges): Bot {
  const { transport, tokens, api, apiUrl, people, log, now, isAlone } = edges;
  const database = edges.database.withTables<SlackTables>();
  const urgent = edges.urgent.withTables<SlackTables>();
  let stopListening: (() => Promise<void>) | null = null;

  function listen(all: readonly Command[]) {
    const commands = commandsOnSlack(all);
    const groups = createGroups({ database, api, now });
    const home = createHomeBoard({ database, api, people, groups, now, log }, commands);
    const answerer: Answerer = createAnswerer({ ...edges, database, groups, home }, commands);
    const runner = createCallRunner<OpenCall>({
      platform: platformName,
      calls: writtenCalls(database),
      personOf,
      log,
      now,
      answer: answerer.answer,
      giveUp: answerer.giveUp,
    });
    const scribe = createScribe({ database: urgent, runner, answerer, log, now });
    const { answers } = answerer;
    const forms = createOpenForms({ database: urgent, api, people, groups, answers, scribe, commands, log, now });
    const hearing = createHearing(edges);
    const app = new App({
      receiver: transport.receiver,
      authorize: createAuthorize({ tokens, log }),
      clientOptions: clientOptions(apiUrl, log),
      logger: toSlackLogger(log),
      convoStore: false,
    });
    app.processEvent = hearing.before(app.processEvent.bind(app));
    // Whoever called hears of it, and does not acknowledge.
    app.error(async (error) => {
      throw error;
    });
    listenToEvents(app, { ...edges, database: urgent, scribe, home, emoji: edges.reactionEmoji });
    listenToPeople(app, { database: urgent, commands, people, scribe, forms, log, now });
    return { home, runner, hearing };
  }

  return {
    isReady: () => stopListening !== null && transport.isReady(),
    async start(commands) {
      const { home, runner, hearing } = listen(commands);
      const recover = (isFirst: boolean): Promise<void> =>
        runner.recover(isFirst && isAlone).catch((error: unknown) => log.warn('slack.recover-failed', { error }));
      home.start();
      transport.start();
      await recover(true);
      const recovering = setInterval(() => void recover(false), recoverEveryMs);
      recovering.unref();
      stopListening = async () => {
        clearInterval(recovering);
        await hearing.acknowledgedAll();
        await transport.stop();
        await hearing.close();
        await runner.settle();
        await home.stop();
      };
    },
    async stop() {
      await stopListening?.();
      stopListening = null;
    },
  };
}
