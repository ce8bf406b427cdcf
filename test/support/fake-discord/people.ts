/** What people do: talk, type commands, press buttons, choose, fill in forms, react. */
import {
  type APIEmbed,
  type APIMessage,
  type APIMessageSnapshot,
  ApplicationCommandType,
  InteractionType,
  ApplicationCommandOptionType as OptionType,
} from 'discord-api-types/v10';
import { type Act, ask, type Circumstances, joinGuild, type Named } from './asking.ts';
import { findPerson } from './drawing.ts';
import type { NewFile } from './files.ts';
import { type Filled, findComponent, submit } from './forms.ts';
import { showMessage, writeMessage } from './messages.ts';
import { addReaction, readEmoji, removeReaction } from './reaction-routes.ts';
import { checkFilled, findCommand, optionsOf, typeOf } from './registered.ts';
import { type Resolved, resolve, type Typed } from './resolved.ts';
import { type Channel, type State, type StoredMessage, toUser } from './state.ts';

/** A slash command as somebody types it. */
export interface Command extends Circumstances {
  readonly channel: Named;
  readonly command: string;
  readonly subcommand?: string | undefined;
  readonly group?: string | undefined;
  readonly options?: Readonly<Record<string, Typed>> | undefined;
}

/** What is in a person's message. */
interface Said {
  readonly content?: string | undefined;
  readonly attachments?: readonly NewFile[] | undefined;
  readonly mentions?: readonly Named[] | undefined;
  readonly embeds?: readonly APIEmbed[] | undefined;
  /** The message is written by another bot. */
  readonly isBot?: boolean | undefined;
  /** Somebody else's message, passed on. */
  readonly forwarded?: APIMessage | undefined;
}

/** Something done to a message. */
interface OnMessage extends Circumstances {
  readonly message: Named;
}

/** All that people can do; each `Act` is one interaction. */
export interface People {
  /** A message of a person's. In a server it makes them a member. */
  say(user: Named, channel: Named, said: Said): APIMessage;
  /** Runs a slash command. @throws what a client would not let them send */
  slash(command: Command): Act;
  /** Stops at an option while typing; the answer is in `choices()`. */
  type(command: Command & { readonly option: string; readonly typed: string | number }): Act;
  /** Picks an entry of a message's menu. */
  menu(wanted: OnMessage & { readonly name: string }): Act;
  /** Presses a button. @throws when the message has no such button, or it is disabled */
  press(wanted: OnMessage & { readonly customId: string }): Act;
  /** Picks from a select. */
  choose(wanted: OnMessage & { readonly customId: string; readonly values: readonly string[] }): Act;
  /** Sends the form off that an act opened. @throws when a required field is missing or a text is too long */
  submit(filled: Filled): Act;
  react(reaction: { readonly user: Named; readonly message: Named; readonly emoji: string }): void;
  unreact(reaction: { readonly user: Named; readonly message: Named; readonly emoji: string }): void;
}

/** People of one fake. */
export function createPeople(state: State): People {
  const channelOf = ({ id }: Named): Channel => {
    const channel = state.channels.get(id);
    if (channel === undefined) throw new Error(`there is no channel ${id}`);
    return channel;
  };
  const messageOf = ({ id }: Named): StoredMessage => {
    const stored = state.messages.get(id);
    if (stored === undefined || stored.isDeleted) throw new Error(`there is no message ${id}`);
    return stored;
  };
  const placeOf = (stored: StoredMessage) => channelOf({ id: stored.message.channel_id });

  return {
    say: (user, channel, said) => showMessage(state, say(state, user, channelOf(channel), said), true),
    slash: (command) => run(state, channelOf(command.channel), command),
    type: (command) => run(state, channelOf(command.channel), command, command),
    menu(wanted) {
      const target = messageOf(wanted.message);
      return useMenu(state, placeOf(target), target, wanted);
    },
    press(wanted) {
      const source = messageOf(wanted.message);
      const type = findComponent(source.message, wanted.customId);
      const data = { custom_id: wanted.customId, component_type: type };
      return ask(state, { ...wanted, channel: placeOf(source), type: InteractionType.MessageComponent, data, source });
    },
    choose(wanted) {
      const source = messageOf(wanted.message);
      const type = findComponent(source.message, wanted.customId);
      const data = { custom_id: wanted.customId, component_type: type, values: wanted.values, resolved: {} };
      return ask(state, { ...wanted, channel: placeOf(source), type: InteractionType.MessageComponent, data, source });
    },
    submit: (filled) => submit(state, channelOf({ id: filled.act.channel }), filled),
    react({ user, message, emoji }) {
      const stored = messageOf(message);
      const { guild } = placeOf(stored);
      if (guild !== null) joinGuild(state, guild, user.id);
      addReaction(state, stored, readEmoji(emoji), user.id);
    },
    unreact: ({ user, message, emoji }) => removeReaction(state, messageOf(message), readEmoji(emoji), user.id),
  };
}

function say(state: State, user: Named, channel: Channel, said: Said): StoredMessage {
  const person = findPerson(state, user.id);
  if (channel.guild === null) person.hasInstalled = true;
  else joinGuild(state, channel.guild, user.id);
  const uploads = new Map((said.attachments ?? []).map((file, index) => [String(index), file]));
  const mentions = (said.mentions ?? []).map(({ id }) =>
    id === state.bot.id ? state.bot : findPerson(state, id).user,
  );
  return writeMessage(state, {
    channel,
    author: said.isBot === true ? toUser(user.id, person.user.username, true) : person.user,
    body: { content: said.content ?? '' },
    uploads,
    extra: {
      mentions,
      ...(said.embeds === undefined ? {} : { embeds: [...said.embeds] }),
      ...(said.forwarded === undefined ? {} : { message_snapshots: [snapshotOf(said.forwarded)] }),
    },
  });
}

function snapshotOf(message: APIMessage): APIMessageSnapshot {
  const { content, embeds, attachments, timestamp, edited_timestamp, type, mentions, mention_roles } = message;
  return { message: { content, embeds, attachments, timestamp, edited_timestamp, type, mentions, mention_roles } };
}

/** With `focus`, the client asks for completion instead of sending it off. */
function run(
  state: State,
  channel: Channel,
  command: Command,
  focus?: { readonly option: string; readonly typed: string | number },
): Act {
  const { command: name, subcommand, group } = command;
  if (channel.guild !== null) joinGuild(state, channel.guild, command.user.id);
  const registered = findCommand(state, channel, command.user.id, { name, type: ApplicationCommandType.ChatInput });
  const path = [group, subcommand].filter((each) => each !== undefined);
  const known = optionsOf(registered, path);
  if (focus === undefined) checkFilled(known, command.options ?? {});
  const resolved: Resolved = {};
  const filled: object[] = Object.entries(command.options ?? {}).map(([option, value]) => {
    const type = typeOf(known, option, value);
    return { name: option, type, value: resolve(state, channel, type, value, resolved) };
  });
  if (focus !== undefined) {
    filled.push({
      name: focus.option,
      type: typeOf(known, focus.option, focus.typed),
      value: focus.typed,
      focused: true,
    });
  }
  // The path is wrapped from the inside out: options in their subcommand, that in its group.
  const options = path.toReversed().reduce<object[]>((inner, step, depth) => {
    const type = depth === 0 ? OptionType.Subcommand : OptionType.SubcommandGroup;
    return [{ name: step, type, options: inner }];
  }, filled);
  const type =
    focus === undefined ? InteractionType.ApplicationCommand : InteractionType.ApplicationCommandAutocomplete;
  const data = { id: registered?.id ?? state.mint(), name, type: ApplicationCommandType.ChatInput, options, resolved };
  return ask(state, { ...command, channel, type, data });
}

/** The target comes whole, whatever the intents (platforms/discord.md §2). */
function useMenu(
  state: State,
  channel: Channel,
  target: StoredMessage,
  wanted: OnMessage & { readonly name: string },
): Act {
  const type = ApplicationCommandType.Message;
  if (channel.guild !== null) joinGuild(state, channel.guild, wanted.user.id);
  const registered = findCommand(state, channel, wanted.user.id, { name: wanted.name, type });
  const { id } = target.message;
  const data = {
    id: registered?.id ?? state.mint(),
    name: wanted.name,
    type,
    target_id: id,
    resolved: { messages: { [id]: showMessage(state, target, true) } },
  };
  return ask(state, { ...wanted, channel, type: InteractionType.ApplicationCommand, data });
}
