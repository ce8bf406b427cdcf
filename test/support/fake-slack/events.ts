/** What Slack tells the app of its own accord, wrapped as it wraps it (platforms/slack.md §2, §3, §12). */

import type { Outcome } from './delivery.ts';
import { showInEvent } from './files.ts';
import { showMessage } from './messages.ts';
import { type Channel, installationOf, type Message, type State } from './state.ts';

/** Around an event: who it came from, and whose token is meant. */
export interface Circumstances {
  /** The sender's own workspace, where it is another company's. */
  readonly sender?: string | undefined;
  readonly isShared?: boolean | undefined;
  /** Without it the app is not told. */
  readonly scope?: string | undefined;
}

/** Sends an event of a workspace; one where the app is not installed hears nothing. */
export async function tell(
  state: State,
  team: string,
  event: object,
  { sender, isShared = false, scope }: Circumstances = {},
): Promise<Outcome | null> {
  const installation = installationOf(state, team);
  if (installation === undefined) return null;
  if (scope !== undefined && !installation.scopes.includes(scope)) return null;
  const enterprise = state.teams.get(team)?.enterprise ?? null;
  const payload = {
    token: state.verificationToken,
    team_id: sender ?? team,
    ...(enterprise === null ? {} : { enterprise_id: enterprise }),
    context_team_id: team,
    context_enterprise_id: enterprise,
    api_app_id: state.appId,
    event,
    type: 'event_callback',
    event_id: state.mint('Ev'),
    event_time: Math.trunc(state.clock.nowMs() / 1000),
    authorizations: [
      {
        enterprise_id: enterprise,
        team_id: installation.isEnterpriseInstall ? null : team,
        user_id: installation.botUser,
        is_bot: true,
        is_enterprise_install: installation.isEnterpriseInstall,
      },
    ],
    is_ext_shared_channel: isShared,
    event_context: state.mint('4-'),
  };
  return state.deliver({ kind: 'events_api', payload, acceptsPayload: false });
}

/** The same, without waiting for anybody. */
export function announce(state: State, team: string, event: object, circumstances: Circumstances = {}): void {
  tell(state, team, event, circumstances).catch(() => undefined);
}

/** A message as an event carries it. */
export function showMessageEvent(state: State, channel: Channel, message: Message) {
  const { files: _files, ...shown } = showMessage(state, channel, message) as {
    files?: unknown;
    [name: string]: unknown;
  };
  const files = message.files.map((file) => showInEvent(state, file));
  return {
    ...shown,
    ...(files.length === 0 ? {} : { files }),
    ...(state.people.get(message.user)?.isStranger === true ? fromElsewhere(state, message) : {}),
    channel: channel.id,
    event_ts: message.ts,
  };
}

/** Slack Connect: the sender's own workspace stands where one would look for ours. */
function fromElsewhere(state: State, { user }: Message) {
  const team = state.people.get(user)?.team;
  return { team, user_team: team, source_team: team };
}

/** Direct messages come to the app, its own ones and every change of them too; Bolt or the app drops what it does not want. */
export function announceDirect(state: State, channel: Channel, message: Message): void {
  if (channel.kind !== 'im' || message.onlyFor !== null) return;
  const subtype = message.files.length > 0 ? { subtype: 'file_share' } : {};
  const event = { ...showMessageEvent(state, channel, message), ...subtype, channel_type: 'im' };
  announce(state, channel.team, event, { scope: 'im:history' });
}

/** A change, or a removal, of a direct message. */
export function announceChange(state: State, channel: Channel, message: Message): void {
  if (channel.kind !== 'im' || message.onlyFor !== null) return;
  const ts = state.mintTs();
  const common = { type: 'message', hidden: true, channel: channel.id, channel_type: 'im', ts, event_ts: ts };
  const previous = { type: 'message', user: message.user, ts: message.ts, text: '' };
  announce(
    state,
    channel.team,
    message.isDeleted
      ? { ...common, subtype: 'message_deleted', deleted_ts: message.ts, previous_message: previous }
      : {
          ...common,
          subtype: 'message_changed',
          message: showMessage(state, channel, message),
          previous_message: previous,
        },
    { scope: 'im:history' },
  );
}
