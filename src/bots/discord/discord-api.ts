/** The calls a courier makes, with their answers parsed. Each throws what discord.js threw (`api-errors.ts`). */
import { createHash } from 'node:crypto';
import type { RawFile, REST } from 'discord.js';
import {
  type RESTAPIAttachment,
  type RESTPostAPIChannelMessageJSONBody,
  Routes,
  ThreadAutoArchiveDuration,
} from 'discord-api-types/v10';
import { z } from 'zod';
import type { ResponseToken } from './response-token.ts';
import type { DrawnMessage } from './status-message.ts';

/** Where a message of ours stands; stored by core as it is. */
export type MessageAddress = { readonly channel: string; readonly message: string };

const messageAddress = z.object({ channel: z.string(), message: z.string() });

/** Null for what is no address of ours, such as the null of a status that could not be shown. */
export function toMessageAddress(stored: unknown): MessageAddress | null {
  return messageAddress.safeParse(stored).data ?? null;
}

const shownMessage = z.object({
  id: z.string(),
  channel_id: z.string(),
  content: z.string(),
  author: z.object({ id: z.string() }),
  attachments: z.array(z.object({ filename: z.string() })),
  components: z
    .array(z.object({ components: z.array(z.object({ custom_id: z.string().nullish() })).nullish() }))
    .nullish(),
});
/** A message as Discord shows it. */
export type ShownMessage = z.output<typeof shownMessage>;

export function addressOf({ id, channel_id }: ShownMessage): MessageAddress {
  return { channel: channel_id, message: id };
}

export function customIdsOf({ components }: ShownMessage): string[] {
  return (components ?? []).flatMap((row) => row.components ?? []).flatMap(({ custom_id }) => custom_id ?? []);
}

/** A message with the file it carries, if any. */
export interface OutgoingMessage extends DrawnMessage {
  readonly file?: { readonly data: Buffer; readonly type: string; readonly line: RESTAPIAttachment };
}

export interface NewMessage extends OutgoingMessage {
  readonly nonce: string;
  /** Shown as a reply to it; a message that is gone by then is left out. */
  readonly replyTo: MessageAddress | null;
}

export type DiscordApi = ReturnType<typeof createDiscordApi>;

export function createDiscordApi(rest: REST) {
  let ourId: string | undefined;
  return {
    /** Of several calls with one nonce within Discord's few minutes, one message comes. */
    async send(channel: string, { nonce, replyTo, ...message }: NewMessage): Promise<ShownMessage> {
      const body: RESTPostAPIChannelMessageJSONBody = {
        ...toBody(message),
        nonce,
        enforce_nonce: true,
        ...(replyTo !== null && {
          message_reference: { message_id: replyTo.message, channel_id: replyTo.channel, fail_if_not_exists: false },
        }),
      };
      return shownMessage.parse(await rest.post(Routes.channelMessages(channel), { body, files: toFiles(message) }));
    },

    async edit({ channel, message }: MessageAddress, drawn: DrawnMessage): Promise<void> {
      await rest.patch(Routes.channelMessage(channel, message), { body: toBody(drawn) });
    },

    /** Puts this on the interaction's own response, as often as it is called: the same message every time. */
    async respond({ application, token }: ResponseToken, message: OutgoingMessage): Promise<ShownMessage> {
      const route = Routes.webhookMessage(application, token, '@original');
      return shownMessage.parse(
        await rest.patch(route, { body: toBody(message), files: toFiles(message), auth: false }),
      );
    },

    async response({ application, token }: ResponseToken): Promise<ShownMessage> {
      return shownMessage.parse(
        await rest.get(Routes.webhookMessage(application, token, '@original'), { auth: false }),
      );
    },

    /** Our own among the last hundred messages; none where the right to read them is missing. */
    async ownMessages(channel: string): Promise<ShownMessage[]> {
      ourId ??= z.object({ id: z.string() }).parse(await rest.get(Routes.user())).id;
      const query = new URLSearchParams({ limit: '100' });
      const messages = z.array(z.unknown()).parse(await rest.get(Routes.channelMessages(channel), { query }));
      // Others' messages come in more shapes than ours: those that do not parse are none of ours.
      const shown = messages.flatMap((message) => shownMessage.safeParse(message).data ?? []);
      return shown.filter(({ author }) => author.id === ourId);
    },

    /** The thread's id is the message's (platforms/discord.md §8). */
    async startThread({ channel, message }: MessageAddress, name: string): Promise<void> {
      const body = { name, auto_archive_duration: ThreadAutoArchiveDuration.OneDay };
      await rest.post(Routes.threads(channel, message), { body });
    },

    /** The same channel every time. */
    async directChannel(person: string): Promise<string> {
      const opened = await rest.post(Routes.userChannels(), { body: { recipient_id: person } });
      return z.object({ id: z.string() }).parse(opened).id;
    },

    async premiumTier(guild: string): Promise<number> {
      return z.object({ premium_tier: z.number() }).parse(await rest.get(Routes.guild(guild))).premium_tier;
    },
  };
}

function toBody({ content, components, allowed_mentions, file }: OutgoingMessage) {
  return { content, components, allowed_mentions, ...(file !== undefined && { attachments: [file.line] }) };
}

function toFiles({ file }: OutgoingMessage): RawFile[] {
  return file === undefined ? [] : [{ name: file.line.filename ?? 'file', data: file.data, contentType: file.type }];
}

/** 25 characters at most, the same for the same words. */
export function nonceFor(...words: readonly string[]): string {
  return createHash('sha256').update(words.join(':')).digest('base64url').slice(0, 25);
}
