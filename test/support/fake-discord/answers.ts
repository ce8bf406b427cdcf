/** What the app answers to an interaction, and the webhook its token opens (platforms/discord.md §1). */
import {
  InteractionResponseType as Answer,
  type APIMessage,
  type APIModalInteractionResponseCallbackData,
  InteractionType as Asked,
  MessageFlags,
  MessageType,
} from 'discord-api-types/v10';
import { checkResponse, isEphemeral, mentionProblem, type ResponseBody, wrong } from './limits.ts';
import {
  changeMessage,
  checkUploads,
  readBody,
  removeMessage,
  showMessage,
  type Uploads,
  writeMessage,
} from './messages.ts';
import { invalidForm, refusal } from './refusal.ts';
import type { Ask, Channel, State, StoredMessage } from './state.ts';

/** How long the first answer may take. */
export const deadlineMs = 3000;
/** How long a token speaks after that (platforms/discord.md §1). */
const tokenLifetimeMs = 15 * 60_000;
const mostUserAppFollowUps = 5;

const allowed: Readonly<Record<Asked, readonly Answer[]>> = {
  [Asked.Ping]: [Answer.Pong],
  [Asked.ApplicationCommand]: [Answer.ChannelMessageWithSource, Answer.DeferredChannelMessageWithSource, Answer.Modal],
  [Asked.MessageComponent]: [
    Answer.ChannelMessageWithSource,
    Answer.DeferredChannelMessageWithSource,
    Answer.DeferredMessageUpdate,
    Answer.UpdateMessage,
    Answer.Modal,
  ],
  [Asked.ApplicationCommandAutocomplete]: [Answer.ApplicationCommandAutocompleteResult],
  [Asked.ModalSubmit]: [
    Answer.ChannelMessageWithSource,
    Answer.DeferredChannelMessageWithSource,
    Answer.DeferredMessageUpdate,
    Answer.UpdateMessage,
  ],
};

/** The first answer. @throws 10062 after three seconds, 40060 for a second one, 50035 */
export function acknowledge(state: State, id: string, token: string, json: unknown, uploads: Uploads): Ask {
  const ask = state.asks.get(token);
  if (ask === undefined || ask.id !== id) throw refusal(10062);
  if (ask.answer !== null) throw refusal(40060);
  if (state.nowMs() - ask.createdAtMs > deadlineMs) throw refusal(10062);

  const checked = checkResponse(json);
  for (const { path, message } of checked.violations) state.problems.push(`answer: ${path.join('.')}: ${message}`);
  if (checked.body === null) throw invalidForm(checked.violations);
  if (!allowed[ask.type].includes(checked.body.type)) {
    state.problems.push(`answer of type ${checked.body.type} to an interaction of type ${ask.type}`);
    throw invalidForm([wrong(['type'], 'INTERACTION_TYPE_INVALID', 'This response is not valid for this interaction')]);
  }
  checkUploads(uploads, ask.uploadLimitBytes);
  act(state, ask, checked.body, uploads);
  ask.answer = { type: checked.body.type, afterMs: performance.now() - ask.startedAt };
  ask.settle();
  return ask;
}

function act(state: State, ask: Ask, answer: ResponseBody, uploads: Uploads): void {
  switch (answer.type) {
    case 4:
      noteMention(state, mentionProblem(answer.data));
      ask.original = respond(state, ask, answer.data, uploads).message.id;
      return;
    case 5: {
      const flags = MessageFlags.Loading | ((answer.data?.flags ?? 0) & isEphemeral);
      ask.original = respond(state, ask, { flags }, uploads).message.id;
      return;
    }
    case 6:
      ask.original = ask.source;
      return;
    case 7:
      noteMention(state, mentionProblem(answer.data ?? {}));
      ask.original = ask.source;
      changeMessage(state, originalOf(state, ask), answer.data ?? {}, uploads);
      return;
    case 8:
      ask.choices = answer.data.choices;
      return;
    case 9:
      // Checked field by field just now; the library's type names the same fields.
      ask.modal = answer.data as APIModalInteractionResponseCallbackData;
      return;
  }
}

function noteMention(state: State, problem: string | null): void {
  if (problem !== null) state.problems.push(`answer: ${problem}`);
}

function respond(
  state: State,
  ask: Ask,
  body: Parameters<typeof writeMessage>[1]['body'],
  uploads: Uploads,
): StoredMessage {
  return writeMessage(state, {
    channel: channelOf(state, ask),
    author: state.bot,
    body,
    uploads,
    isEphemeral: Boolean((body.flags ?? 0) & isEphemeral),
    extra: ask.type === Asked.ApplicationCommand ? askedBy(state, ask) : {},
  });
}

function askedBy(state: State, { id, user }: Ask): Partial<APIMessage> {
  const person = state.people.get(user)?.user ?? state.bot;
  const metadata = { id, type: Asked.ApplicationCommand, user: person, authorizing_integration_owners: {} };
  return {
    type: MessageType.ChatInputCommand,
    interaction_metadata: metadata as APIMessage['interaction_metadata'] & {},
  };
}

function channelOf(state: State, ask: Ask): Channel {
  const channel = state.channels.get(ask.channel);
  if (channel === undefined) throw refusal(10003);
  return channel;
}

/** The webhook behind a token. @throws 10015 before the first answer, 50027 after fifteen minutes */
export function openWebhook(state: State, application: string, token: string): Ask {
  const ask = state.asks.get(token);
  if (ask === undefined || application !== state.applicationId || ask.answer === null) throw refusal(10015);
  if (state.nowMs() - ask.createdAtMs > tokenLifetimeMs) throw refusal(50027);
  return ask;
}

function originalOf(state: State, ask: Ask): StoredMessage {
  const stored = ask.original === null ? undefined : state.messages.get(ask.original);
  if (stored === undefined || stored.isDeleted) throw refusal(10008);
  return stored;
}

/** One of the messages a token reaches: `@original` or a follow-up. @throws 10008 */
export function ownMessage(state: State, ask: Ask, id: string): StoredMessage {
  if (id === '@original' || id === ask.original) return originalOf(state, ask);
  const stored = ask.followUps.includes(id) ? state.messages.get(id) : undefined;
  if (stored === undefined || stored.isDeleted) throw refusal(10008);
  return stored;
}

/** Changes what a token reaches. @throws 10008, 50035, 40005 */
export function editOwn(state: State, ask: Ask, id: string, json: unknown, uploads: Uploads): APIMessage {
  const stored = ownMessage(state, ask, id);
  const body = readBody(state, 'edit of an answer', json);
  checkUploads(uploads, ask.uploadLimitBytes);
  changeMessage(state, stored, body, uploads);
  return showMessage(state, stored);
}

/** A further message. Right after a deferral it takes the place of the "thinking …", as on Discord. @throws 40094 */
export function followUp(state: State, ask: Ask, json: unknown, uploads: Uploads): APIMessage {
  const body = readBody(state, 'follow-up', json);
  checkUploads(uploads, ask.uploadLimitBytes);
  const original = ask.original === null ? undefined : state.messages.get(ask.original);
  if (original !== undefined && !original.isDeleted && (original.message.flags ?? 0) & MessageFlags.Loading) {
    // The deferral decided who sees it: private words would be read by all.
    const isShownToAll = Boolean((body.flags ?? 0) & isEphemeral) && !original.isEphemeral;
    if (isShownToAll) state.problems.push('follow-up: meant for one, but it takes the place of a public answer');
    changeMessage(state, original, body, uploads);
    return showMessage(state, original);
  }
  if (!ask.isBotMember && ask.followUps.length >= mostUserAppFollowUps) throw refusal(40094);
  const stored = respond(state, ask, body, uploads);
  ask.followUps.push(stored.message.id);
  return showMessage(state, stored);
}

/** Takes away what a token reaches. @throws 10008 */
export function deleteOwn(state: State, ask: Ask, id: string): void {
  removeMessage(state, ownMessage(state, ask, id));
}

/** What `?with_response=true` brings. */
export function showAcknowledgement(state: State, ask: Ask) {
  const stored = ask.original === null ? undefined : state.messages.get(ask.original);
  return {
    interaction: {
      id: ask.id,
      type: ask.type,
      ...(stored === undefined
        ? {}
        : {
            response_message_id: stored.message.id,
            response_message_loading: Boolean((stored.message.flags ?? 0) & MessageFlags.Loading),
            response_message_ephemeral: stored.isEphemeral,
          }),
    },
    resource: { type: ask.answer?.type, ...(stored === undefined ? {} : { message: showMessage(state, stored) }) },
  };
}
