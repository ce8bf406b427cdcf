/** What people press, type and fill in, as the app is told of it (platforms/slack.md §1, §3, §12). */
import type { Outcome, Outgoing } from './delivery.ts';
import { showMessage } from './messages.ts';
import { addressOf, issueResponseUrl, respondAtOnce } from './response-urls.ts';
import {
  type Block,
  type Channel,
  type Installation,
  installationOf,
  type Message,
  must,
  type Person,
  type ResponseUrl,
  type State,
  type StoredView,
  type Trigger,
} from './state.ts';
import { checkView } from './view-methods.ts';
import { drawView, inputsOf, openView, type SentView, showView, stackOf } from './views.ts';

/** One thing that a person did, and what becomes of it. */
export interface Pressed {
  /** Rejects when the app was not there, or did not answer in three seconds: the person sees an error. */
  readonly acknowledged: Promise<Outcome>;
  /** What was said through its `response_url`, and with the acknowledgement. */
  answers(): readonly Message[];
  readonly trigger: string;
  readonly responseUrl: string | null;
}

interface Place {
  readonly team: string;
  readonly channel: Channel | null;
  readonly view?: StoredView | undefined;
}

/** The app there. @throws when it is not installed: a client would offer none of it */
export function installedIn(state: State, team: string): Installation {
  return must(installationOf(state, team), `app in ${team}`);
}

function issueTrigger(state: State, person: Person, { team, channel, view }: Place): Trigger {
  const trigger: Trigger = {
    id: `${state.mint('')}.${state.mint('')}.fake`,
    team,
    installation: installedIn(state, team).id,
    person: person.id,
    channel: channel?.id ?? view?.channel ?? null,
    view: view?.view.type === 'modal' ? view.id : null,
    createdAtMs: state.clock.nowMs(),
    isUsed: false,
  };
  state.triggers.set(trigger.id, trigger);
  return trigger;
}

/** What every interactive payload says of who and where. */
function whoAndWhere(state: State, person: Person, team: string) {
  const installation = installedIn(state, team);
  const { domain, enterprise } = must(state.teams.get(team), `workspace ${team}`);
  const inOrganisation = enterprise === null ? {} : { enterprise_id: enterprise, enterprise_name: enterprise };
  return {
    user: { id: person.id, username: person.name, name: person.name, team_id: person.team },
    api_app_id: state.appId,
    token: state.verificationToken,
    // Where the app is installed for all of an organisation, no workspace is named.
    team: installation.isEnterpriseInstall ? null : { id: team, domain, ...inOrganisation },
    enterprise: enterprise === null ? null : { id: enterprise, name: enterprise },
    is_enterprise_install: installation.isEnterpriseInstall,
  };
}

function send(state: State, outgoing: Outgoing, trigger: Trigger, url: ResponseUrl | null): Pressed {
  const acknowledged = state.deliver(outgoing);
  // Whoever does not look at it is told by `problems`.
  acknowledged.catch(() => undefined);
  return {
    acknowledged,
    answers: () => url?.answers.filter(({ isDeleted }) => !isDeleted) ?? [],
    trigger: trigger.id,
    responseUrl: url === null ? null : addressOf(state, url),
  };
}

/** Runs what follows an acknowledgement before anybody else hears of it. */
function after(pressed: Pressed, act: (body: unknown) => void): Pressed {
  const acknowledged = pressed.acknowledged.then((outcome) => {
    act(outcome.body);
    return outcome;
  });
  acknowledged.catch(() => undefined);
  return { ...pressed, acknowledged };
}

/** A slash command: no thread and no file, ever. @param text already escaped */
export function runCommand(state: State, person: Person, channel: Channel, command: string, text: string): Pressed {
  const { team } = channel;
  const { domain, enterprise } = must(state.teams.get(team), `workspace ${team}`);
  const installation = installedIn(state, team);
  const trigger = issueTrigger(state, person, { team, channel });
  const url = issueUrl(state, person, channel, null, null);
  const payload = {
    token: state.verificationToken,
    team_id: team,
    team_domain: domain,
    ...(enterprise === null ? {} : { enterprise_id: enterprise, enterprise_name: enterprise }),
    channel_id: channel.id,
    channel_name: shownName(channel),
    user_id: person.id,
    user_name: person.name,
    command,
    text,
    api_app_id: state.appId,
    is_enterprise_install: String(installation.isEnterpriseInstall),
    response_url: addressOf(state, url),
    trigger_id: trigger.id,
  };
  const pressed = send(state, { kind: 'slash_commands', payload, acceptsPayload: true }, trigger, url);
  return after(pressed, (body) => {
    if (body !== null) respondAtOnce(state, url, body);
  });
}

function issueUrl(state: State, person: Person, channel: Channel, thread: string | null, source: Message | null) {
  const installation = installedIn(state, channel.team).id;
  const about = { team: channel.team, installation, channel: channel.id, person: person.id };
  return issueResponseUrl(state, { ...about, thread, source });
}

function shownName(channel: Channel): string {
  return channel.kind === 'group' ? 'privategroup' : channel.name;
}

/** A message's menu entry. */
export function useShortcut(
  state: State,
  person: Person,
  channel: Channel,
  message: Message,
  callback: string,
): Pressed {
  if (message.onlyFor !== null) throw new Error('shortcuts are not offered on messages that only one person sees');
  const trigger = issueTrigger(state, person, { team: channel.team, channel });
  const url = issueUrl(state, person, channel, null, null);
  const payload = {
    type: 'message_action',
    ...whoAndWhere(state, person, channel.team),
    callback_id: callback,
    trigger_id: trigger.id,
    response_url: addressOf(state, url),
    action_ts: state.mintTs(),
    message_ts: message.ts,
    message: showMessage(state, channel, message),
    channel: { id: channel.id, name: shownName(channel) },
  };
  return send(state, { kind: 'interactive', payload, acceptsPayload: false }, trigger, url);
}

/** A shortcut of the whole app: it comes from nowhere. */
export function useGlobalShortcut(state: State, person: Person, callback: string): Pressed {
  const trigger = issueTrigger(state, person, { team: person.team, channel: null });
  const payload = {
    type: 'shortcut',
    ...whoAndWhere(state, person, person.team),
    callback_id: callback,
    trigger_id: trigger.id,
    action_ts: state.mintTs(),
  };
  return send(state, { kind: 'interactive', payload, acceptsPayload: false }, trigger, null);
}

/** An element of a message is used. */
export function actOnMessage(
  state: State,
  person: Person,
  channel: Channel,
  message: Message,
  action: { readonly block: Block; readonly element: Block; readonly value: object },
): Pressed {
  const isPrivate = message.onlyFor !== null;
  const trigger = issueTrigger(state, person, { team: channel.team, channel });
  const url = issueUrl(state, person, channel, message.thread, message);
  const inThread = message.thread === null ? {} : { thread_ts: message.thread };
  const payload = {
    type: 'block_actions',
    ...whoAndWhere(state, person, channel.team),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isPrivate,
      ...inThread,
    },
    trigger_id: trigger.id,
    channel: { id: channel.id, name: shownName(channel) },
    // A message that only one person sees is not kept anywhere, and is not shown again.
    ...(isPrivate ? {} : { message: showMessage(state, channel, message) }),
    state: { values: {} },
    response_url: addressOf(state, url),
    actions: [toAction(state, action)],
  };
  return send(state, { kind: 'interactive', payload, acceptsPayload: false }, trigger, url);
}

/** The same on a Home or in a modal: no channel, no `response_url`. */
export function actOnView(
  state: State,
  person: Person,
  view: StoredView,
  action: { readonly block: Block; readonly element: Block; readonly value: object },
): Pressed {
  const trigger = issueTrigger(state, person, { team: view.team, channel: null, view });
  const shown = showView(state, view);
  const payload = {
    type: 'block_actions',
    ...whoAndWhere(state, person, view.team),
    container: { type: 'view', view_id: view.id },
    trigger_id: trigger.id,
    view: shown,
    actions: [toAction(state, action)],
  };
  return send(state, { kind: 'interactive', payload, acceptsPayload: false }, trigger, null);
}

function toAction(state: State, { block, element, value }: { block: Block; element: Block; value: object }) {
  return {
    type: element.type,
    block_id: block.block_id,
    action_id: element.action_id,
    ...(element.type === 'button' ? { text: element.text, value: element.value } : {}),
    ...value,
    action_ts: state.mintTs(),
  };
}

/** The form on top is sent off as it is filled in; what the app answers is done. */
export function submitView(state: State, person: Person, view: StoredView): Pressed {
  const trigger = issueTrigger(state, person, { team: view.team, channel: null, view });
  const payload = {
    type: 'view_submission',
    ...whoAndWhere(state, person, view.team),
    trigger_id: trigger.id,
    view: showView(state, view),
    response_urls: responseUrlsOf(state, person, view),
  };
  const pressed = send(state, { kind: 'interactive', payload, acceptsPayload: true }, trigger, null);
  return after(pressed, (body) => followSubmission(state, trigger, view, body));
}

function responseUrlsOf(state: State, person: Person, view: StoredView) {
  const { values } = showView(state, view).state;
  return inputsOf(view).flatMap(({ block, element }) => {
    if (element.response_url_enabled !== true) return [];
    const [blockId, actionId] = [String(block.block_id), String(element.action_id)];
    const value = values[blockId]?.[actionId] as { selected_conversation?: string; selected_channel?: string };
    const channel = state.channels.get(value.selected_conversation ?? value.selected_channel ?? '');
    if (channel === undefined) return [];
    const url = issueUrl(state, person, channel, null, null);
    return [{ block_id: blockId, action_id: actionId, channel_id: channel.id, response_url: addressOf(state, url) }];
  });
}

interface Answer {
  readonly response_action?: 'errors' | 'update' | 'push' | 'clear';
  readonly errors?: Readonly<Record<string, string>>;
  readonly view?: SentView;
}

function followSubmission(state: State, trigger: Trigger, view: StoredView, body: unknown): void {
  const answer = (body ?? {}) as Answer;
  try {
    switch (answer.response_action) {
      case undefined:
        view.isOpen = false;
        return;
      case 'clear':
        for (const each of stackOf(state, view.person)) each.isOpen = false;
        return;
      case 'errors':
        view.errors = answer.errors ?? {};
        checkErrors(view);
        return;
      case 'update':
        drawView(state, view, checkView(must(answer.view, 'view in the answer'), 'modal'));
        return;
      case 'push':
        openView(state, trigger, checkView(must(answer.view, 'view in the answer'), 'modal'), view);
        return;
    }
  } catch (error) {
    state.problems.push(`view_submission: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws when an objection is to nothing that is there: Slack shows none of them then */
function checkErrors(view: StoredView): void {
  const known = view.view.blocks.filter(({ type }) => type === 'input').map((block) => block.block_id);
  const unknown = Object.keys(view.errors).filter((block) => !known.includes(block));
  if (Object.keys(view.errors).length === 0) throw new Error('errors without any');
  if (unknown.length > 0) throw new Error(`errors for ${unknown.join(', ')}, which are no inputs`);
}

/** The person closes the form; the app hears of it where it asked to. */
export function closeView(state: State, person: Person, view: StoredView): Pressed | null {
  for (const each of view.view.clear_on_close === true ? stackOf(state, person.id) : [view]) each.isOpen = false;
  if (view.view.notify_on_close !== true) return null;
  const trigger = issueTrigger(state, person, { team: view.team, channel: null });
  const payload = {
    type: 'view_closed',
    ...whoAndWhere(state, person, view.team),
    view: showView(state, view),
    is_cleared: view.view.clear_on_close === true,
  };
  return send(state, { kind: 'interactive', payload, acceptsPayload: false }, trigger, null);
}
