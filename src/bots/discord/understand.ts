/** What an interaction asks for. Pure: nothing is looked up before Discord has heard from us. */
import { ChannelType, MessageFlags } from 'discord.js';
import type { Command } from '../../commands/command.ts';
import type { JobId } from '../../core/values.ts';
import { animateMenu } from './draw/commands.ts';
import { readCustomId } from './draw/custom-id.ts';
import { animateForm, readForm } from './draw/form.ts';
import { type GivenCall, readOptions, readTyped, type TypedOption } from './draw/read-options.ts';
import type { Interaction } from './incoming.ts';
import type { AskedCall, ShownForm } from './interaction-calls.ts';
import { picturesOf } from './message-pictures.ts';
import { mayManage, missingPermissions } from './permissions.ts';

export type Understood =
  /** Promised an answer; then the command runs. */
  | { readonly kind: 'call'; readonly call: AskedCall }
  /** Answered at once with what could be typed. */
  | { readonly kind: 'typing'; readonly typed: TypedOption; readonly by: AskedCall['asker'] }
  /** Answered with a form about an earlier job, with that job's words in it where they are found in time. */
  | { readonly kind: 'remix'; readonly job: JobId; readonly call: AskedCall }
  /** Answered with a form about the message's pictures. */
  | { readonly kind: 'animate'; readonly shown: ShownForm; readonly locale: string }
  | { readonly kind: 'unknown' };

/** Their acknowledgement is for everybody: it becomes the status of the clip. */
const clipMakers: ReadonlySet<string> = new Set(['create', 'again', 'remix', 'continue', 'retry']);

const threads: readonly number[] = [
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
];

export function understand(interaction: Interaction, commands: readonly Command[]): Understood {
  const who = whoAsks(interaction);
  if (who === null) return { kind: 'unknown' };
  const toCall = (given: Pick<AskedCall, 'command' | 'values'> & Partial<Pick<AskedCall, 'pictures' | 'form'>>) =>
    callOf(interaction, who, { pictures: {}, form: null, ...given });
  switch (interaction.type) {
    // A slash command, or an entry of a message's menu.
    case 2: {
      if (interaction.data.type === 3) return understandMenu(interaction, who);
      const given = readOptions(interaction.data, commands);
      return given === null ? { kind: 'unknown' } : { kind: 'call', call: toCall(given) };
    }
    // Somebody stops while typing.
    case 4: {
      const typed = readTyped(interaction.data, commands);
      return typed === null ? { kind: 'unknown' } : { kind: 'typing', typed, by: who.asker };
    }
    // A button.
    case 3: {
      const pressed = readCustomId(interaction.data.custom_id);
      if (pressed === null) return { kind: 'unknown' };
      const call = toCall({ command: pressed.action, values: { job: pressed.job } });
      return pressed.action === 'remix' ? { kind: 'remix', job: pressed.job, call } : { kind: 'call', call };
    }
    // A form, filled in.
    case 5: {
      const given = readForm(interaction.data);
      if (given === null) return { kind: 'unknown' };
      return { kind: 'call', call: toCall(given.command === animateForm ? animateCall(given) : given) };
    }
  }
}

/** Anybody can send any row's id: whose form it was is checked where it is found. */
function animateCall({ values: { opened, picture, ...values } }: GivenCall) {
  const form = { id: String(opened ?? ''), picture: picture === undefined ? null : String(picture) };
  return { command: 'create', values, form };
}

function understandMenu({ data }: Extract<Interaction, { type: 2 }>, { asker, channel }: Who): Understood {
  const message = data.target_id ? data.resolved?.messages?.[data.target_id] : undefined;
  if (data.name !== animateMenu || message === undefined) return { kind: 'unknown' };
  const { person, locale } = asker;
  const shown = { kind: 'pictures', person, channel, message: message.id, pictures: picturesOf(message) } as const;
  return { kind: 'animate', shown, locale };
}

interface Who {
  readonly asker: AskedCall['asker'];
  readonly channel: string;
  readonly isThread: boolean;
  /** The bot itself is there, and not only an app on somebody's account. */
  readonly isMember: boolean;
}

function whoAsks(interaction: Interaction): Who | null {
  const { member, guild_id, authorizing_integration_owners: owners, context } = interaction;
  const person = member?.user ?? interaction.user;
  const channel = interaction.channel?.id ?? interaction.channel_id;
  if (person == null || channel == null) return null;
  const isThread = threads.includes(interaction.channel?.type ?? -1);
  const isMember = owners['0'] !== undefined || context === 1;
  const isOfServer = isMember && guild_id != null;
  return {
    channel,
    isThread,
    isMember,
    asker: {
      tenant: isOfServer ? `discord:${guild_id}` : `discord:user:${person.id}`,
      person: person.id,
      name: member?.nick ?? person.global_name ?? person.username,
      channel: (isThread ? interaction.channel?.parent_id : null) ?? channel,
      // The role that everybody has carries the server's own id and is in nobody's list.
      roles: isOfServer ? [guild_id, ...(member?.roles ?? [])] : [],
      locale: interaction.locale,
      isAdmin: isOfServer && mayManage(member?.permissions ?? '0'),
      isAgeRestricted: isThread ? null : interaction.channel?.nsfw === true,
    },
  };
}

function callOf(
  interaction: Interaction,
  { asker, channel, isThread, isMember }: Who,
  given: Pick<AskedCall, 'command' | 'values' | 'pictures' | 'form'>,
): AskedCall {
  const { guild_id, app_permissions } = interaction;
  const makesClip = clipMakers.has(given.command);
  // In direct messages everything that matters is allowed; where the bot is no member its token speaks.
  const isCounted = makesClip && isMember && guild_id != null && app_permissions != null;
  return {
    kind: 'command',
    command: given.command,
    values: given.values,
    pictures: given.pictures,
    form: given.form,
    asker,
    place: {
      guild: guild_id ?? null,
      channel,
      person: asker.person,
      request: sourceOf(interaction),
      interaction: interaction.id,
      isMember,
      isSpoiler: Object.values(given.pictures).some(({ isSpoiler }) => isSpoiler),
    },
    isPublic: makesClip,
    missing: isCounted ? missingPermissions(app_permissions, isThread) : [],
  };
}

function sourceOf(interaction: Interaction): string | null {
  const message = 'message' in interaction ? interaction.message : null;
  if (message == null) return null;
  return (message.flags & MessageFlags.Ephemeral) === 0 ? message.id : null;
}
