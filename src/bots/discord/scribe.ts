/** Writes down what Discord has been told we have heard, so that it is answered by whoever lives. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SnowflakeUtil } from 'discord.js';
import type { Log } from '../../core/log.ts';
import { type CallRunner, leaseFrom } from '../call-runner.ts';
import { brokenReply, tell } from './answers.ts';
import type { DiscordDatabase } from './discord-tables.ts';
import type { Interaction } from './incoming.ts';
import type { InteractionApi } from './interaction-api.ts';
import { type AskedCall, addCall, type OpenCall, type ShownForm, takeCall } from './interaction-calls.ts';

export interface ScribeEdges {
  readonly database: DiscordDatabase;
  readonly api: InteractionApi;
  readonly runner: Pick<CallRunner<OpenCall>, 'run'>;
  readonly log: Log;
  readonly now: () => Date;
  /** No other process shares the database, so whoever acknowledged before us is dead. */
  readonly isAlone: boolean;
}

export interface Scribe {
  /** A promise was made to a person, so it is kept, or taken back in words, even when the database will not have it. */
  promised(interaction: Interaction, call: AskedCall, by: 'here' | 'elsewhere'): Promise<void>;
  /** What the form that is open now is about. */
  opened(interaction: Interaction, shown: ShownForm): Promise<void>;
}

/** How long a token speaks (platforms/discord.md §1). */
const tokenMs = 15 * 60_000;
/** A form may stay open for as long as its pictures' addresses hold. */
const formMs = 24 * 3_600_000;
/** Whoever acknowledged it has this long to write it down before it is taken for dead. */
const elsewhereMs = 5_000;
const retryDelaysMs = [200, 1_000, 5_000];

export function createScribe({ database, api, runner, log, now, isAlone }: ScribeEdges): Scribe {
  const after = (since: Date, ms: number): Date => new Date(since.getTime() + ms);

  return {
    async promised(interaction, call, by) {
      const isOurs = by === 'here' || isAlone;
      // What was acknowledged before is as old as its id says: it is heard again after a resume.
      const receivedAt = by === 'here' ? now() : new Date(SnowflakeUtil.timestampFrom(interaction.id));
      const open = {
        id: interaction.id,
        application: interaction.application_id,
        token: interaction.token,
        receivedAt,
        expiresAt: after(receivedAt, tokenMs),
        uploadLimit: interaction.attachment_size_limit ?? null,
        call,
      };
      for (const delayMs of [...retryDelaysMs, null]) {
        try {
          if (!isOurs) return void (await addCall(database, open, after(now(), elsewhereMs)));
          const taken = await takeCall(database, open, leaseFrom(now()));
          if (taken !== null) runner.run(taken);
          return;
        } catch (error) {
          log.error('discord.not-written', { call: open.id, error });
          if (delayMs === null) break;
          await sleep(delayMs);
        }
      }
      if (isOurs) await tell(api, open, brokenReply(call.asker.locale));
    },

    async opened({ id, application_id }, call) {
      const receivedAt = now();
      const expiresAt = after(receivedAt, formMs);
      // Without its token: the filled-in form brings another.
      const open = { id, application: application_id, token: '', receivedAt, expiresAt, uploadLimit: null, call };
      await addCall(database, open, null);
    },
  };
}
