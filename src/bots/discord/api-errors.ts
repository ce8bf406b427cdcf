/** What Discord's answers mean for a message that was to be placed (platforms/discord.md §10). Pure. */
import { DiscordAPIError, RateLimitError } from 'discord.js';
import { RESTJSONErrorCodes } from 'discord-api-types/v10';

/** A definite no: nothing was placed, and the same once more would not be. */
export interface Refusal {
  readonly code: number;
  readonly status: number;
  /** For the log: Discord's code and words, with no token and no text of a person. */
  readonly detail: string;
}

/** Null where nobody knows what happened: no answer, a fault of theirs, too fast, or a token that was refused. */
export function readRefusal(error: unknown): Refusal | null {
  if (!(error instanceof DiscordAPIError) || !isDefinite(error)) return null;
  const code = Number(error.code);
  return { code: Number.isInteger(code) ? code : 0, status: error.status, detail: detailOf(error) };
}

/** 408 and 429 ask for another try; a 401 is the bot's own token's matter, unless it says that an interaction's is over. */
function isDefinite({ status, code }: DiscordAPIError): boolean {
  if (status === 401) return code === RESTJSONErrorCodes.InvalidWebhookToken;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** The reasons in a form error name fields, never what was in them. */
function detailOf({ code, status, message }: DiscordAPIError): string {
  return `Discord ${status}, ${code}: ${message.replace(/\s+/g, ' ').slice(0, 300)}`;
}

export function isTooLarge({ code, status }: Refusal): boolean {
  return (
    status === 413 ||
    code === RESTJSONErrorCodes.RequestEntityTooLarge ||
    code === RESTJSONErrorCodes.FileUploadedExceedsMaximumSize ||
    code === RESTJSONErrorCodes.AccessToFileUploadsHasBeenLimitedForThisGuild
  );
}

/** AutoMod or the filter of harmful links stopped it. */
export function isFiltered({ code }: Refusal): boolean {
  return (
    code === RESTJSONErrorCodes.MessageWasBlockedByAutomaticModeration ||
    code === RESTJSONErrorCodes.TitleWasBlockedByAutomaticModeration ||
    code === RESTJSONErrorCodes.MessageBlockedByHarmfulLinksFilter
  );
}

/** Replying needs the right to read what came before. */
export function needsHistory({ code }: Refusal): boolean {
  return code === RESTJSONErrorCodes.CannotReplyWithoutPermissionToReadMessageHistory;
}

export function isMessageGone({ code }: Refusal): boolean {
  return code === RESTJSONErrorCodes.UnknownMessage;
}

export function isChannelGone({ code }: Refusal): boolean {
  return code === RESTJSONErrorCodes.UnknownChannel;
}

/** Not now: more than the client waits for by itself, or a message over an hour old, which bears few edits. */
export function isForLater(error: unknown): boolean {
  const tooManyEdits = RESTJSONErrorCodes.MaximumNumberOfEditsToMessagesOlderThanOneHourReached;
  return error instanceof RateLimitError || (error instanceof DiscordAPIError && error.code === tooManyEdits);
}

/** Our own mistake: somebody has to read it. */
export function isOurMistake({ code }: Refusal): boolean {
  return code === RESTJSONErrorCodes.InvalidFormBodyOrContentType;
}
