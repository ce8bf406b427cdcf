/** Listens to Discord: slash commands, the message menu, buttons, forms and reactions become command calls. */
import type { REST } from 'discord.js';
import type { Command } from '../../commands/command.ts';
import type { Database } from '../../core/database.ts';
import type { Log } from '../../core/log.ts';
import type { Secret } from '../../core/secret.ts';
import type { Bot } from '../bot.ts';
import { createCallRunner } from '../call-runner.ts';
import { platformName } from './address.ts';
import { brokenReply, tell } from './answers.ts';
import { createDirectMessages } from './direct-messages.ts';
import type { DiscordTables } from './discord-tables.ts';
import { drawCommands } from './draw/commands.ts';
import { createGateway, intentBits } from './gateway.ts';
import { createIdentity } from './identity.ts';
import { createIntake } from './intake.ts';
import { createInteractionApi } from './interaction-api.ts';
import { personOf, writtenCalls } from './interaction-calls.ts';
import { createPlaces } from './places.ts';
import { createReactionIntake } from './reaction-intake.ts';
import { runReacted } from './reactions.ts';
import { registerCommands } from './register-commands.ts';
import { runAsked } from './run-asked.ts';
import { createSessionStore } from './sessions.ts';

export interface DiscordBotEdges {
  readonly token: Secret;
  readonly apiUrl: string;
  /** Where the commands are registered at once; none: everywhere. */
  readonly guildIds: readonly string[];
  /** What animates where the admins chose nothing else; empty: 🎬. */
  readonly reactionEmoji: string;
  readonly database: Database;
  /** The same, for what a promise to a person hangs on. */
  readonly urgent: Database;
  readonly rest: REST;
  readonly log: Log;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Whether no other process shares the database. */
  readonly isAlone: boolean;
  /** Told how long every acknowledgement took. */
  readonly acknowledged: (seconds: number) => void;
}

/** How often what nobody has in hand is looked for; a third of a lease. */
const recoverEveryMs = 10_000;
/** A session that was not kept for so long belongs to a process that is gone. */
const sessionStaleMs = 15_000;

/** `start` also answers whatever an earlier process acknowledged and did not live to answer. */
export function createDiscordBot(edges: DiscordBotEdges): Bot {
  const { log, now, rest, isAlone } = edges;
  const database = edges.database.withTables<DiscordTables>();
  const urgent = edges.urgent.withTables<DiscordTables>();
  const identity = createIdentity(rest, now);
  const api = createInteractionApi(rest);
  const direct = createDirectMessages(rest, log);
  const holder = edges.newId();
  let stopListening: (() => Promise<void>) | null = null;
  let isReady = (): boolean => false;

  function listen(commands: readonly Command[]) {
    const places = createPlaces(() => gateway.client());
    const runEdges = { database, rest, places, direct, log, now, maySeeContent: identity.maySeeContent };
    const runner = createCallRunner({
      platform: platformName,
      calls: writtenCalls(database),
      personOf,
      log,
      now,
      async answer({ call, ...open }) {
        if (call.kind === 'reaction') await runReacted(runEdges, commands, { ...open, call });
        if (call.kind !== 'command') return;
        const asked = { ...open, call };
        const isTold = await tell(api, asked, await runAsked(runEdges, commands, asked));
        if (!isTold) log.warn('discord.answer-undeliverable', { call: open.id, command: call.command });
      },
      async giveUp({ call, ...open }) {
        if (call.kind === 'command') await tell(api, { ...open, call }, brokenReply(call.asker.locale));
      },
    });
    const taking = { database: urgent, runner, log, now };
    const { acknowledged } = edges;
    const intake = createIntake({ ...taking, api, commands, isAlone, acknowledged });
    const reactions = createReactionIntake({ ...taking, self: identity.self, emoji: edges.reactionEmoji });
    const register = once((application) =>
      registerCommands(rest, application, scopeOf(edges.guildIds), drawCommands(commands), log),
    );
    const gateway = createGateway({
      token: edges.token.reveal(),
      apiUrl: edges.apiUrl,
      log,
      async introduce() {
        const self = await identity.introduce();
        register(self.application);
        const { application } = self;
        const store = { application, holder, intents: intentBits, staleAfterMs: sessionStaleMs, isAlone, now };
        return { self, sessions: createSessionStore(database, store) };
      },
      onInteraction: intake.take,
      onReaction: reactions.take,
    });
    return { intake, reactions, runner, gateway };
  }

  return {
    isReady: () => isReady(),
    async start(commands) {
      const { intake, reactions, runner, gateway } = listen(commands);
      const recover = (isFirst: boolean): Promise<void> =>
        runner.recover(isFirst && isAlone).catch((error: unknown) => log.warn('discord.recover-failed', { error }));
      isReady = gateway.isReady;
      gateway.start();
      await recover(true);
      const recovering = setInterval(() => void recover(false), recoverEveryMs);
      recovering.unref();
      stopListening = async () => {
        clearInterval(recovering);
        isReady = () => false;
        // First: what happens from now on comes to whoever goes on with the session.
        await gateway.hangUp();
        await Promise.all([intake.close(), reactions.close()]);
        await runner.settle();
        await gateway.close();
      };
    },
    async stop() {
      await stopListening?.();
      stopListening = null;
    },
  };
}

function scopeOf(guildIds: readonly string[]): readonly string[] | 'everywhere' {
  return guildIds.length === 0 ? 'everywhere' : guildIds;
}

/** Never waited for: people can use the commands they have meanwhile. */
function once(work: (application: string) => Promise<void>): (application: string) => void {
  let isDone = false;
  return (application) => {
    if (isDone) return;
    isDone = true;
    void work(application);
  };
}
