/** What Slack brings, checked at the edge; only what is used. Shapes: platforms/slack.md §3, §8, §12. */
import { z } from 'zod';
import type { InstallationKey } from './address.ts';
import { slackMessage } from './message-files.ts';

const id = z.string().min(1);

/** PostgreSQL's text holds no NUL, and its JSON no half of a character. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '');
}

const words = z.string().transform(storable);

const files = z.array(z.object({ id })).nullish();
const person = z.object({ id });

const command = z.object({
  text: words.default(''),
  trigger_id: id,
  response_url: z.string().nullish(),
  user_id: id,
  channel_id: id,
});
/** `/hailuo …`: never with a file, never in a thread. */
export type IncomingCommand = z.output<typeof command>;

const shortcut = z.object({
  type: z.literal('message_action'),
  callback_id: z.string(),
  trigger_id: id,
  response_url: z.string().nullish(),
  user: person,
  channel: z.object({ id }),
  message: slackMessage,
});
/** An entry of a message's menu. */
export type IncomingShortcut = z.output<typeof shortcut>;

const pressed = z.object({
  type: z.literal('block_actions'),
  actions: z.array(z.object({ action_id: z.string() })).min(1),
  trigger_id: id,
  response_url: z.string().nullish(),
  user: person,
  /** Missing on Home and in forms. */
  channel: z.object({ id }).nullish(),
  container: z
    .object({ message_ts: id.nullish(), thread_ts: id.nullish(), is_ephemeral: z.boolean().nullish() })
    .nullish(),
  message: z.object({ thread_ts: id.nullish() }).nullish(),
});
/** A button, in a message or on Home. */
export type IncomingPress = z.output<typeof pressed>;

const submission = z.object({
  type: z.literal('view_submission'),
  view: z.object({
    id,
    hash: z.string().nullish(),
    blocks: z.array(z.object({ block_id: z.string().nullish() })).default([]),
  }),
  user: person,
  /** Where the form asked for a channel, one for it. */
  response_urls: z.array(z.object({ response_url: z.string(), channel_id: id })).nullish(),
});
/** A form, filled in. */
export type IncomingForm = z.output<typeof submission>;

const envelope = z.object({
  event_id: id,
  /** In whole seconds. */
  event_time: z.number().nullish(),
});

const reaction = z.object({
  type: z.literal('reaction_added'),
  user: id,
  reaction: z.string(),
  item: z.object({ type: z.literal('message'), channel: id, ts: id }),
});
export type IncomingReaction = z.output<typeof reaction>;

const said = z.object({
  type: z.enum(['app_mention', 'message']),
  channel: id,
  channel_type: z.string().nullish(),
  user: id,
  ts: id,
  thread_ts: id.nullish(),
  text: words.nullish(),
  files,
  subtype: z.string().nullish(),
  bot_id: z.string().nullish(),
});
/** A message that mentions the bot, or is to it alone. */
export type IncomingMessage = z.output<typeof said>;

const homeOpened = z.object({ type: z.literal('app_home_opened'), user: id, tab: z.string().nullish() });
export type IncomingHome = z.output<typeof homeOpened>;

const step = z.object({
  type: z.literal('function_executed'),
  function_execution_id: id,
  inputs: z.record(z.string(), z.unknown()).default({}),
});
/** A step of somebody's workflow that waits for us. */
export type IncomingStep = z.output<typeof step>;

const revoked = z.object({
  type: z.enum(['tokens_revoked', 'app_uninstalled']),
  tokens: z.object({ bot: z.array(z.string()).nullish() }).nullish(),
});

/** Null for what this bot does not understand: it is acknowledged and left alone. */
const reader =
  <Schema extends z.ZodType>(schema: Schema) =>
  (payload: unknown): z.output<Schema> | null =>
    schema.safeParse(payload).data ?? null;

export const readCommand = reader(command);
export const readShortcut = reader(shortcut);
export const readPress = reader(pressed);
export const readSubmission = reader(submission);
/** What is above an event: its id is the same whenever Slack repeats it. */
export const readEnvelope = reader(envelope);
export const readReaction = reader(reaction);
export const readMessage = reader(said);
export const readHome = reader(homeOpened);
export const readStep = reader(step);
export const readRevoked = reader(revoked);

/**
 * Whose app was asked. Bolt has found it in the payload: in a channel that two companies share it is the installed
 * workspace, never the stranger's (platforms/slack.md §2).
 */
export function keyOf({
  teamId,
  enterpriseId,
  isEnterpriseInstall,
}: {
  readonly teamId?: string;
  readonly enterpriseId?: string;
  readonly isEnterpriseInstall?: boolean;
}): InstallationKey {
  return {
    // In a form's fields what is missing is empty.
    team: teamId || null,
    enterprise: enterpriseId || null,
    isEnterpriseInstall: isEnterpriseInstall === true,
  };
}
