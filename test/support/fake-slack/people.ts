/** What people do: talk, type commands, press buttons, fill in forms, react, look at the Home. */

import { actionable } from './block-limits.ts';
import { forget } from './chat-methods.ts';
import { reactionEvent } from './conversation-methods.ts';
import { announce, announceChange, announceDirect, showMessageEvent, tell } from './events.ts';
import { keepFile, type NewFile } from './files.ts';
import { checkFilled, type Filling, fillIn, optionOf } from './filling.ts';
import {
  actOnMessage,
  actOnView,
  closeView,
  installedIn,
  type Pressed,
  runCommand,
  submitView,
  useGlobalShortcut,
  useShortcut,
} from './interactions.ts';
import { writeMessage } from './messages.ts';
import { directChannel } from './places.ts';
import { shareFiles } from './sharing.ts';
import {
  type Block,
  type Channel,
  installationOf,
  isBotUser,
  type Message,
  must,
  type Person,
  type State,
  type StoredFile,
  type StoredView,
} from './state.ts';
import { homeOf } from './view-methods.ts';
import { stackOf, valuesOf } from './views.ts';
import { escapeTyped } from './writing.ts';

/** A view as a person sees it. */
export interface FakeView {
  readonly id: string;
  readonly type: string;
  readonly callback: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly privateMetadata: string;
  /** What the app objected to, by block. */
  readonly errors: Readonly<Record<string, string>>;
  /** What is filled in now, by block and action. */
  readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly hash: string;
  /** Everything that can be read on it, for `toContain`. */
  readonly words: string;
}

/** Where and with what something is said. */
export interface Said {
  readonly files?: readonly StoredFile[] | undefined;
  /** The thread, by its first message. */
  readonly thread?: Message | string | undefined;
}

/** Somebody in a workspace. */
export interface FakePerson {
  readonly id: string;
  readonly name: string;
  /** As Slack knows them; what is writable may be changed by a test. */
  readonly known: Person;
  /** A file of theirs that is nowhere yet. */
  upload(file: NewFile): StoredFile;
  /** Names with `@` and `#` are meant; in a direct conversation the bot is told, elsewhere when it is mentioned. */
  say(channel: { readonly id: string }, text: string, said?: Said): Message;
  edit(message: Message, text: string): void;
  remove(message: Message): void;
  /** @param command default: `/hailuo` */
  command(channel: { readonly id: string }, text: string, command?: string): Pressed;
  /** The entry of a message's menu. @param callback default: `animate` */
  shortcut(message: Message, callback?: string): Pressed;
  globalShortcut(callback: string): Pressed;
  react(message: Message, emoji: string): void;
  unreact(message: Message, emoji: string): void;
  /** A button by its label (or a part of it that no other has), or by its action. @throws when there is none */
  press(message: Message, label: string): Pressed;
  /** Picks from a menu in a message. */
  choose(message: Message, action: string, option: string): Pressed;
  /** Resolves with what the app publishes then. */
  openHome(): Promise<FakeView>;
  /** What stands there now; null while nothing was published. */
  readonly home: FakeView | null;
  pressOnHome(label: string): Pressed;
  /** Picks from a menu on the Home. */
  chooseOnHome(action: string, option: string): Pressed;
  /** The form before them, the uppermost of them; null when none is open. */
  readonly modal: FakeView | null;
  /** Fills in without sending. */
  fill(values: Readonly<Record<string, Filling>>): void;
  /** Sends the form off. @throws what the client itself would object to */
  submit(values?: Readonly<Record<string, Filling>>): Pressed;
  pressInModal(label: string): Pressed;
  /** Null when the app did not want to know. */
  close(): Pressed | null;
  /** What only they see, wherever it stands, the oldest first. */
  readonly ephemerals: readonly Message[];
}

/** @param person known to this Slack */
export function createPerson(state: State, person: Person): FakePerson {
  const channelOf = (id: string): Channel => must(state.channels.get(id), `channel ${id}`);
  const placeOf = ({ channel }: Message): Channel => channelOf(channel);
  const enter = (channel: Channel): Channel => {
    channel.members.add(person.id);
    return channel;
  };
  const topModal = (): StoredView => must(stackOf(state, person.id).at(-1), 'form open');
  const homeView = (): StoredView | undefined => homeOf(state, installedIn(state, person.team).id, person.id);

  return {
    id: person.id,
    name: person.name,
    known: person,
    upload: (file) => keepFile(state, person.team, person.id, file),
    say: (channel, text, said = {}) => say(state, person, enter(channelOf(channel.id)), text, said),
    edit(message, text) {
      message.text = escapeTyped(state, message.team, text, false);
      message.edits.push({ text: message.text, blocks: [] });
      message.isEdited = true;
      announceChange(state, placeOf(message), message);
    },
    remove(message) {
      forget(message);
      announceChange(state, placeOf(message), message);
    },
    command(channel, text, command = '/hailuo') {
      const place = enter(channelOf(channel.id));
      return runCommand(state, person, place, command, escapeTyped(state, place.team, text, true));
    },
    shortcut: (message, callback = 'animate') => useShortcut(state, person, enter(placeOf(message)), message, callback),
    globalShortcut: (callback) => useGlobalShortcut(state, person, callback),
    react: (message, emoji) => react(state, person, enter(placeOf(message)), message, emoji),
    unreact(message, emoji) {
      message.reactions.get(emoji)?.delete(person.id);
      const channel = placeOf(message);
      if (!channel.hasBot) return;
      const event = reactionEvent(channel, message, person.id, emoji, state.mintTs());
      announce(state, channel.team, { ...event, type: 'reaction_removed' }, { scope: 'reactions:read' });
    },
    press(message, label) {
      checkSeen(person, message);
      const found = findButton(message.blocks, label);
      return actOnMessage(state, person, enter(placeOf(message)), message, { ...found, value: {} });
    },
    choose(message, action, option) {
      checkSeen(person, message);
      const found = findMenu(message.blocks, action);
      const value = { selected_option: optionOf(found.element, option) };
      return actOnMessage(state, person, enter(placeOf(message)), message, { ...found, value });
    },
    openHome: () => openHome(state, person, homeView()),
    get home() {
      const view = homeView();
      return view === undefined ? null : look(view);
    },
    pressOnHome(label) {
      const view = must(homeView(), 'Home published');
      return actOnView(state, person, view, { ...findButton(view.view.blocks, label), value: {} });
    },
    chooseOnHome(action, option) {
      const view = must(homeView(), 'Home published');
      const found = findMenu(view.view.blocks, action);
      return actOnView(state, person, view, { ...found, value: { selected_option: optionOf(found.element, option) } });
    },
    get modal() {
      const view = stackOf(state, person.id).at(-1);
      return view === undefined ? null : look(view);
    },
    fill: (values) => fillIn(state, topModal(), values),
    submit(values = {}) {
      const view = topModal();
      if (view.view.submit === undefined) throw new Error('the form cannot be sent off');
      fillIn(state, view, values);
      checkFilled(view);
      return submitView(state, person, view);
    },
    pressInModal(label) {
      const view = topModal();
      return actOnView(state, person, view, { ...findButton(view.view.blocks, label), value: {} });
    },
    close: () => closeView(state, person, topModal()),
    get ephemerals() {
      return [...state.channels.values()]
        .flatMap(({ messages }) => messages.filter(({ onlyFor, isDeleted }) => onlyFor === person.id && !isDeleted))
        .toSorted((a, b) => (a.ts < b.ts ? -1 : 1));
    },
  };
}

function checkSeen(person: Person, message: Message): void {
  if (message.isDeleted) throw new Error('the message is gone');
  if (message.onlyFor !== null && message.onlyFor !== person.id)
    throw new Error('only somebody else sees that message');
}

function say(state: State, person: Person, channel: Channel, text: string, { files = [], thread }: Said): Message {
  const words = {
    user: person.id,
    text: escapeTyped(state, channel.team, text, false),
    thread: typeof thread === 'object' ? (thread.thread ?? thread.ts) : (thread ?? null),
    blocks: [],
  };
  const message = files.length === 0 ? writeMessage(state, channel, words) : shareFiles(state, channel, words, files);
  if (channel.kind === 'im') announceDirect(state, channel, message);
  else announceMention(state, person, channel, message);
  return message;
}

/** The bot hears of a mention where it is. */
function announceMention(state: State, person: Person, channel: Channel, message: Message): void {
  const bot = installationOf(state, channel.team)?.botUser;
  const isMeant = bot !== undefined && message.text.includes(`<@${bot}>`);
  if (!isMeant || !channel.hasBot || isBotUser(state, person.id)) return;
  const event = { ...showMessageEvent(state, channel, message), type: 'app_mention' };
  const sender = person.isStranger ? person.team : undefined;
  announce(state, channel.team, event, { sender, isShared: channel.isShared, scope: 'app_mentions:read' });
}

function react(state: State, person: Person, channel: Channel, message: Message, emoji: string): void {
  const users = message.reactions.get(emoji) ?? new Set();
  message.reactions.set(emoji, users.add(person.id));
  // Only conversations that the bot is in tell it of reactions.
  if (!channel.hasBot) return;
  const event = reactionEvent(channel, message, person.id, emoji, state.mintTs());
  const sender = person.isStranger ? person.team : undefined;
  announce(state, channel.team, event, { sender, isShared: channel.isShared, scope: 'reactions:read' });
}

const homeMs = 15_000;

function openHome(state: State, person: Person, known: StoredView | undefined): Promise<FakeView> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      state.homeDrawn.delete(ring);
      reject(new Error('no Home was published'));
    }, homeMs);
    const ring = (view: StoredView) => {
      if (view.person !== person.id) return;
      state.homeDrawn.delete(ring);
      clearTimeout(timer);
      resolve(look(view));
    };
    state.homeDrawn.add(ring);
    const event = {
      type: 'app_home_opened',
      user: person.id,
      channel: directChannel(state, person.team, person.id).id,
      tab: 'home',
      ...(known === undefined ? {} : { view: { id: known.id, type: 'home', hash: known.hash } }),
      event_ts: state.mintTs(),
    };
    tell(state, person.team, event).catch(reject);
  });
}

function look(view: StoredView): FakeView {
  const { type, blocks } = view.view;
  const title = view.view.title as { text?: string } | undefined;
  return {
    id: view.id,
    type,
    callback: String(view.view.callback_id ?? ''),
    title: title?.text ?? '',
    blocks,
    privateMetadata: String(view.view.private_metadata ?? ''),
    errors: view.errors,
    values: valuesOf(view),
    hash: view.hash,
    words: wordsIn(blocks),
  };
}

/** Every text in blocks, one a line, in order. */
export function wordsIn(blocks: unknown): string {
  if (Array.isArray(blocks))
    return blocks
      .map(wordsIn)
      .filter((words) => words !== '')
      .join('\n');
  if (typeof blocks !== 'object' || blocks === null) return '';
  const { type, text } = blocks as { type?: unknown; text?: unknown };
  if ((type === 'plain_text' || type === 'mrkdwn' || type === 'markdown') && typeof text === 'string') return text;
  return wordsIn(Object.values(blocks));
}

function labelOf(element: Block): string {
  return (element.text as { text?: string } | undefined)?.text ?? '';
}

function findButton(blocks: readonly Block[], label: string) {
  const buttons = actionable(blocks).filter(({ element }) => element.type === 'button');
  const found =
    buttons.find(({ element }) => labelOf(element) === label || element.action_id === label) ??
    only(buttons.filter(({ element }) => labelOf(element).includes(label)));
  if (found !== undefined) return found;
  const known = buttons.map(({ element }) => labelOf(element)).join(', ');
  throw new Error(`there is no one button ${label}, but ${known || 'none at all'}`);
}

function findMenu(blocks: readonly Block[], action: string) {
  const menus = actionable(blocks).filter(({ element }) => 'options' in element || 'option_groups' in element);
  const found =
    menus.find(({ element }) => element.action_id === action) ??
    only(menus.filter(({ element }) => String(element.action_id).includes(action)));
  return must(found, `menu ${action}`);
}

function only<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}
