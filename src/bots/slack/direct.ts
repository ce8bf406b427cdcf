/** What is said to one person alone: the last place where an answer can be told, and the only one for its files. */
import { z } from 'zod';
import type { Log } from '../../core/log.ts';
import { type InstallationKey, installationId } from './address.ts';
import { isUninstalled, readRefusal } from './api-errors.ts';
import type { DrawnMessage } from './draw/blocks.ts';
import { scopeMissingIn } from './missing-scope.ts';
import { patiently, type SlackApi } from './slack-clients.ts';

/** A file that goes along with an answer. */
export interface OutgoingFile {
  readonly name: string;
  readonly title: string;
  read(): Promise<Uint8Array>;
}

export interface Direct {
  /** The person's conversation with the bot. @throws where Slack opens none, too */
  open(key: InstallationKey, person: string): Promise<string>;
  /** @returns false when this person takes no messages from the bot */
  send(key: InstallationKey, person: string, message: DrawnMessage): Promise<boolean>;
  /** @returns false when Slack takes no file there */
  upload(key: InstallationKey, person: string, file: OutgoingFile): Promise<boolean>;
}

export interface DirectEdges {
  readonly api: SlackApi;
  readonly log: Log;
}

const uploadMs = 5 * 60_000;
const mostKept = 5_000;

const opened = z.object({ channel: z.object({ id: z.string() }) });
const promised = z.object({ upload_url: z.string(), file_id: z.string() });

export function createDirect({ api, log }: DirectEdges): Direct {
  const channels = new Map<string, string>();

  async function open(key: InstallationKey, person: string): Promise<string> {
    const name = `${installationId(key)} ${person}`;
    const known = channels.get(name);
    if (known !== undefined) return known;
    const { api: client } = await api.of(key);
    const { channel } = opened.parse(await patiently(() => client.conversations.open({ users: person })));
    channels.set(name, channel.id);
    if (channels.size > mostKept) for (const oldest of channels.keys().take(1)) channels.delete(oldest);
    return channel.id;
  }

  async function unlessRefused(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const refusal = readRefusal(error);
      if (refusal === null || isUninstalled(refusal) || scopeMissingIn(error) !== null) throw error;
      log.info('slack.not-told-directly', { detail: refusal.detail });
      return false;
    }
  }

  return {
    open,

    send: (key, person, { text, blocks }) =>
      unlessRefused(async () => {
        const channel = await open(key, person);
        const { api: client } = await api.of(key);
        await patiently(() =>
          client.chat.postMessage({ channel, text, blocks, unfurl_links: false, unfurl_media: false }),
        );
      }),

    upload: (key, person, { name, title, read }) =>
      unlessRefused(async () => {
        const channel = await open(key, person);
        const bytes = await read();
        const { uploads: client } = await api.of(key);
        const { upload_url, file_id } = promised.parse(
          await patiently(() => client.files.getUploadURLExternal({ filename: name, length: bytes.length })),
        );
        await put(upload_url, bytes);
        await patiently(() =>
          client.files.completeUploadExternal({ files: [{ id: file_id, title }], channel_id: channel }),
        );
      }),
  };
}

/** Slack asks for no token there (platforms/slack.md §4), so it gets none. */
async function put(url: string, bytes: Uint8Array): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Uint8Array.from(bytes),
    redirect: 'error',
    signal: AbortSignal.timeout(uploadMs),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`Slack answered an upload with HTTP ${response.status}`);
}
