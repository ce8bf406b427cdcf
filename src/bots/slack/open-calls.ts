/** What people did on Slack, as calls to be written down. Pure. */
import type { JsonValue } from '../../core/values.ts';
import type { InstallationKey } from './address.ts';
import type { AskedCall, CallPlace, OpenCall, OpenForm } from './calls.ts';
import { readButton } from './draw/buttons.ts';
import type { FilledForm } from './draw/read-form.ts';
import {
  type IncomingCommand,
  type IncomingForm,
  type IncomingMessage,
  type IncomingPress,
  type IncomingReaction,
  type IncomingShortcut,
  type IncomingStep,
  storable,
} from './incoming.ts';
import { picturesOf } from './message-files.ts';
import { readStepPicture } from './step-picture.ts';
import { withoutMention } from './understand.ts';

/** For as long as a `response_url` speaks (platforms/slack.md §1). */
const answerMs = 30 * 60_000;
/** A reaction that nobody got to for so long is stale. */
const reactionMs = 15 * 60_000;
/** A workflow waits, and nobody else. */
const stepMs = 60 * 60_000;
/** A form may stay open for a day. */
const formMs = 24 * 3_600_000;

/** What a person did to see a form, or to hear something. */
export interface Opening {
  readonly trigger: string;
  readonly installation: InstallationKey;
  readonly person: string;
  /** Null: on Home, or nobody knows. */
  readonly place: CallPlace | null;
  /** An answer stands there. */
  readonly isHome: boolean;
  readonly responseUrl: string | null;
}

/** The same whoever of us hears of it: a repetition of what opened a form is about the same row. */
export function formIdOf(trigger: string): string {
  return `shown:${trigger}`;
}

export function eventOfTrigger(trigger: string): string {
  return `trigger:${trigger}`;
}

export function callOfCommand(
  { trigger_id, response_url, user_id, channel_id }: IncomingCommand,
  installation: InstallationKey,
  { command, values }: { readonly command: string; readonly values: Readonly<Record<string, unknown>> },
  at: Date,
): OpenCall {
  return {
    id: `command:${trigger_id}`,
    responseUrl: response_url ?? null,
    ...lasting(at, answerMs),
    call: {
      kind: 'command',
      from: 'command',
      command,
      values: toJson(values),
      pictures: {},
      person: user_id,
      installation,
      place: { installation, channel: channel_id, thread: null, request: null },
      execution: null,
    },
  };
}

/** Where a button was pressed; null: on Home. */
export function placeOfPress(
  { channel, container, message }: IncomingPress,
  installation: InstallationKey,
): CallPlace | null {
  if (channel == null) return null;
  const thread = container?.thread_ts ?? message?.thread_ts ?? null;
  // What one person alone sees is no message that could be answered in a thread.
  const request = container?.is_ephemeral === true ? null : (container?.message_ts ?? null);
  return { installation, channel: channel.id, thread, request };
}

/** Null: it is no button of a job. */
export function callOfPress(press: IncomingPress, installation: InstallationKey, at: Date): OpenCall | null {
  const pressed = readButton(press.actions[0]?.action_id ?? '');
  if (pressed === null) return null;
  const place = placeOfPress(press, installation);
  return {
    id: `button:${press.trigger_id}`,
    responseUrl: press.response_url ?? null,
    ...lasting(at, answerMs),
    call: {
      kind: 'command',
      from: place === null ? 'home' : 'button',
      command: pressed.action,
      values: { job: pressed.job },
      pictures: {},
      person: press.user.id,
      installation,
      place,
      execution: null,
    },
  };
}

/** What a form of Animate is about. Null: there is no picture in that message. */
export function aboutPictures(
  { message, user, channel }: IncomingShortcut,
  installation: InstallationKey,
): { readonly form: OpenForm; readonly pictures: readonly { readonly id: string; readonly name: string }[] } | null {
  const shown = picturesOf(message);
  const ids = shown.flatMap((picture) => (picture.from === 'file' ? [picture.id] : []));
  const [first] = shown;
  if (first === undefined) return null;
  const nameOf = (id: string): string => message.files?.find((file) => file.id === id)?.name || id;
  return {
    form: {
      kind: 'form',
      person: user.id,
      installation,
      place: { installation, channel: channel.id, thread: message.thread_ts ?? null, request: message.ts },
      command: 'create',
      // A link that shows a picture has no file; what is behind it is fetched as anybody's.
      values: first.from === 'url' ? { image: first.url } : {},
      files: ids,
    },
    pictures: ids.map((id) => ({ id, name: nameOf(id) })),
  };
}

export function rowOfForm(trigger: string, form: OpenForm, responseUrl: string | null, at: Date): OpenCall {
  return { id: formIdOf(trigger), responseUrl, ...lasting(at, formMs), call: form };
}

/** @param row what the form was about; @param filled what came back from it */
export function callOfForm(
  { view, response_urls }: IncomingForm,
  row: OpenCall & { readonly call: OpenForm },
  { values, files, picture, channel }: FilledForm,
  at: Date,
): OpenCall {
  const { person, installation, command, ...about } = row.call;
  const place = about.place ?? (channel === null ? null : { installation, channel, thread: null, request: null });
  const image = picture !== null && about.files.includes(picture) ? picture : about.files[0];
  return {
    id: `form:${view.id}`,
    responseUrl: response_urls?.[0]?.response_url ?? row.responseUrl,
    ...lasting(at, answerMs),
    call: {
      kind: 'command',
      from: place === null ? 'home' : 'form',
      command,
      values: { ...about.values, ...toJson(values) },
      pictures: { ...(image !== undefined && { image }), ...files },
      person,
      installation,
      place,
      execution: null,
    },
  };
}

export function callOfReaction({ user, item }: IncomingReaction, installation: InstallationKey, at: Date): OpenCall {
  return {
    id: `reaction:${item.channel}:${item.ts}:${user}`,
    responseUrl: null,
    ...lasting(at, reactionMs),
    call: {
      kind: 'reaction',
      person: user,
      place: { installation, channel: item.channel, thread: null, request: item.ts },
      message: item.ts,
    },
  };
}

export function callOfMessage(
  { channel, channel_type, user, ts, thread_ts, text, files }: IncomingMessage,
  installation: InstallationKey,
  botUser: string,
  at: Date,
): OpenCall {
  return {
    id: `message:${channel}:${ts}`,
    responseUrl: null,
    ...lasting(at, answerMs),
    call: {
      kind: 'said',
      person: user,
      place: { installation, channel, thread: thread_ts ?? null, request: ts },
      message: ts,
      text: withoutMention(text ?? '', botUser),
      files: (files ?? []).map(({ id }) => id),
      isDirect: channel_type === 'im',
    },
  };
}

/** The inputs are those of the manifest. */
export function callOfStep(
  { function_execution_id, inputs }: IncomingStep,
  installation: InstallationKey,
  at: Date,
): OpenCall {
  const given = (name: string): string | null => {
    const value = inputs[name];
    return typeof value === 'string' && value.trim() !== '' ? storable(value.trim()) : null;
  };
  const [channel, prompt] = [given('channel'), given('prompt')];
  const picture = readStepPicture(inputs.picture);
  return {
    id: `step:${function_execution_id}`,
    responseUrl: null,
    ...lasting(at, stepMs),
    call: {
      kind: 'command',
      from: 'step',
      command: 'create',
      values: { ...(prompt !== null && { prompt }), ...(picture?.from === 'url' && { image: storable(picture.url) }) },
      pictures: picture?.from === 'file' ? { image: storable(picture.id) } : {},
      person: given('person') ?? '',
      installation,
      place: channel === null ? null : { installation, channel, thread: null, request: null },
      execution: function_execution_id,
    },
  };
}

function lasting(receivedAt: Date, ms: number): Pick<OpenCall, 'receivedAt' | 'expiresAt'> {
  return { receivedAt, expiresAt: new Date(receivedAt.getTime() + ms) };
}

function toJson(values: Readonly<Record<string, unknown>>): AskedCall['values'] {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): [string, JsonValue] => [name, storableValue(value)]),
  ) as AskedCall['values'];
}

function storableValue(value: unknown): JsonValue {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return storable(String(value));
}
