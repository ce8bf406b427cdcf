/** What Slack's errors mean to this bot (platforms/slack.md §11). Pure. */
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { NotInstalled } from './slack-clients.ts';

/** A definite no: Slack did nothing. */
export interface Refusal {
  /** Slack's own word: `not_in_channel`. */
  readonly code: string;
  /** The scope that is missing, where that is why. */
  readonly needed: string | null;
  /** For the log. */
  readonly detail: string;
}

/** Null: nobody knows whether it was done, or it may be done later. */
export function readRefusal(error: unknown): Refusal | null {
  if (error instanceof NotInstalled)
    return { code: 'not_installed', needed: null, detail: 'the app is not installed there' };
  if (!(error instanceof WebAPIPlatformError)) return null;
  const {
    error: code,
    needed,
    response_metadata: more,
  } = error.data as {
    readonly error: string;
    readonly needed?: string;
    readonly response_metadata?: { readonly messages?: readonly string[] };
  };
  // Slack asks to be called again, and says so in a 200.
  if (later.has(code)) return null;
  const said = [code, ...(needed === undefined ? [] : [`needs ${needed}`]), ...(more?.messages ?? [])];
  return { code, needed: needed ?? null, detail: said.join(', ') };
}

/** Certainly not done, and worth asking again later. */
export function isForLater(error: unknown): boolean {
  return (
    error instanceof WebAPIRateLimitedError ||
    (error instanceof WebAPIPlatformError && error.data.error === 'ratelimited')
  );
}

const later = new Set(['ratelimited', 'fatal_error', 'internal_error', 'service_unavailable', 'request_timeout']);

/** The bot is no member, or cannot see that there is such a place: it has to be invited. */
export function isOutside({ code }: Refusal): boolean {
  return code === 'not_in_channel' || code === 'channel_not_found';
}

/** Its token is dead: nothing works there until the app is installed anew. */
export function isUninstalled({ code }: Refusal): boolean {
  return ['not_installed', 'invalid_auth', 'token_revoked', 'account_inactive', 'token_expired', 'not_authed'].includes(
    code,
  );
}

/** Nothing can be said in that place, by this bot: a direct message is what is left. */
export function isClosed(refusal: Refusal): boolean {
  return isOutside(refusal) || refusal.code === 'is_archived' || refusal.code.startsWith('restricted_action');
}

/** The message that was to be changed is gone, or cannot be changed any more. */
export function isMessageGone({ code }: Refusal): boolean {
  return ['message_not_found', 'cant_update_message', 'edit_window_closed'].includes(code);
}

/** The thread is gone, or its first message is. */
export function isThreadGone({ code }: Refusal): boolean {
  return code === 'thread_not_found' || code === 'cannot_reply_to_message';
}

/** No file can be brought in there at all; words still can. */
export function refusesFiles({ code }: Refusal): boolean {
  return (
    ['file_uploads_disabled', 'file_uploads_except_images_disabled', 'file_type_not_allowed'].includes(code) ||
    code.startsWith('storage') ||
    code === 'missing_scope'
  );
}

/** This file is over what the place takes. */
export function isTooLarge({ code }: Refusal): boolean {
  return code === 'file_upload_size_restricted' || code === 'file_too_large';
}

/** A body that Slack cannot read is our own mistake. */
export function isOurMistake({ code }: Refusal): boolean {
  return code.startsWith('invalid_') && code !== 'invalid_auth';
}

/** What opened the form is used up or older than three seconds: the person presses again. */
export function isTriggerSpent({ code }: Refusal): boolean {
  return [
    'trigger_expired',
    'expired_trigger_id',
    'trigger_exchanged',
    'exchanged_trigger_id',
    'invalid_trigger_id',
    'invalid_trigger',
  ].includes(code);
}
