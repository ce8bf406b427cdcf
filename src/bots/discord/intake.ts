/**
 * What comes in by the gateway. Discord hears from us first, before any database or other network work; then the call is
 * written down; then it is run. A process that dies in between leaves behind what the next one answers.
 */
import { InteractionResponseType, MessageFlags } from 'discord.js';
import type { Command, Suggestion } from '../../commands/command.ts';
import type { Log } from '../../core/log.ts';
import { textsFor } from '../../core/texts/texts.ts';
import { createSeen } from '../seen.ts';
import { refuseAtOnce } from './at-once.ts';
import { drawAnimateForm } from './draw/form.ts';
import { drawSuggestions } from './draw/suggestions.ts';
import { type Interaction, readInteraction } from './incoming.ts';
import type { Acknowledged, InteractionApi } from './interaction-api.ts';
import type { AskedCall } from './interaction-calls.ts';
import { remixFormFor } from './remix-form.ts';
import { createScribe, type ScribeEdges } from './scribe.ts';
import { suggestInTime } from './suggest-in-time.ts';
import { type Understood, understand } from './understand.ts';

export interface IntakeEdges extends ScribeEdges {
  readonly api: InteractionApi;
  readonly commands: readonly Command[];
  readonly log: Log;
  /** Told how long every acknowledgement took. */
  readonly acknowledged: (seconds: number) => void;
}

export interface Intake {
  /** Returns at once. The same interaction again is ignored. */
  take(payload: unknown): void;
  /** Takes nothing more; resolves when what was taken is written down. */
  close(): Promise<void>;
}

export function createIntake(edges: IntakeEdges): Intake {
  const { api, commands, log } = edges;
  const scribe = createScribe(edges);
  const underWay = new Set<Promise<void>>();
  const isNew = createSeen();
  let isClosed = false;

  async function takeUp(interaction: Interaction, arrived: number): Promise<void> {
    const understood = understand(interaction, commands);
    const told = await api.acknowledge(interaction, await firstAnswer(interaction, understood));
    edges.acknowledged((performance.now() - arrived) / 1000);
    if (told !== 'here') log.info('discord.acknowledged-otherwise', { call: interaction.id, how: told });
    await writeDown(interaction, understood, told);
  }

  /** A promise wherever one is possible. Nothing else may wait for the database, and then for a moment only. */
  async function firstAnswer(interaction: Interaction, understood: Understood): Promise<object> {
    switch (understood.kind) {
      case 'call':
        return promiseFor(understood.call);
      case 'typing':
        return offer(await suggestInTime(commands, understood.typed, understood.by, log));
      case 'remix':
        return remixFormFor(commands, interaction.id, understood, log);
      case 'animate': {
        const { shown, locale } = understood;
        if (shown.pictures.length === 0) return refuseAtOnce(textsFor(locale).discord.noPictures, locale);
        const data = drawAnimateForm(interaction.id, shown.pictures, locale);
        return { type: InteractionResponseType.Modal, data };
      }
      case 'unknown':
        if (interaction.type === 4) return offer([]);
        return refuseAtOnce(textsFor(interaction.locale).discord.unknownCommand, interaction.locale);
    }
  }

  async function writeDown(interaction: Interaction, understood: Understood, told: Acknowledged): Promise<void> {
    if (understood.kind === 'call' && told !== 'too-late') await scribe.promised(interaction, understood.call, told);
    if (understood.kind === 'animate' && told === 'here') await scribe.opened(interaction, understood.shown);
  }

  return {
    take(payload) {
      const arrived = performance.now();
      const interaction = readInteraction(payload);
      if (isClosed || interaction === null || !isNew(interaction.id)) return;
      const taking = takeUp(interaction, arrived)
        .catch((error: unknown) => log.error('discord.not-taken', { call: interaction.id, error }))
        .finally(() => underWay.delete(taking));
      underWay.add(taking);
    },
    async close() {
      isClosed = true;
      await Promise.all(underWay);
    },
  };
}

/** Who sees the answer is fixed now (platforms/discord.md §1). */
function promiseFor({ isPublic }: AskedCall): object {
  const data = isPublic ? {} : { data: { flags: MessageFlags.Ephemeral } };
  return { type: InteractionResponseType.DeferredChannelMessageWithSource, ...data };
}

function offer(suggestions: readonly Suggestion[]): object {
  const choices = drawSuggestions(suggestions);
  return { type: InteractionResponseType.ApplicationCommandAutocompleteResult, data: { choices } };
}
