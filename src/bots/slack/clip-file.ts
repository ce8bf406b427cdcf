/** A clip's way into Slack in three steps, and what became of it (platforms/slack.md §4). */
import { openAsBlob } from 'node:fs';
import { z } from 'zod';
import type { MessageAddress } from './address.ts';
import { readRefusal } from './api-errors.ts';
import type { Spot } from './courier-messages.ts';
import { patiently, type SlackClients } from './slack-clients.ts';

/** What is uploaded. */
export interface ClipFile {
  readonly path: string;
  readonly type: string;
  /** As it is shown and found again. */
  readonly name: string;
  /** What a screen reader reads out; empty: nothing. */
  readonly description: string;
}

/** Where the bytes go, and what Slack will call them. */
export interface Promised {
  readonly file: string;
  readonly url: string;
}

/** What Slack says of a file. */
export interface FileState {
  readonly name: string | null;
  readonly permalink: string | null;
  /** Slack has looked into it: it certainly was completed. */
  readonly isReady: boolean;
  /** Every message that shares it, the first one first: before it is completed nobody can see it to share it. */
  readonly shares: readonly MessageAddress[];
}

const promise = z.object({ file_id: z.string(), upload_url: z.url() });

const shareList = z.record(z.string(), z.array(z.object({ ts: z.string() }))).nullish();
const fileInfo = z.object({
  file: z.object({
    name: z.string().nullish(),
    permalink: z.string().nullish(),
    mimetype: z.string().nullish(),
    shares: z.object({ public: shareList, private: shareList }).nullish(),
  }),
});

const uploadMs = 5 * 60_000;

/** The first step. The library would send the description under another name (platforms/slack.md §4). @throws as Slack does */
export async function promiseFile(
  { api }: SlackClients,
  { path, type, name, description }: ClipFile,
): Promise<Promised> {
  const { size } = await openAsBlob(path, { type });
  const answer = await patiently(() =>
    api.apiCall('files.getUploadURLExternal', {
      filename: name,
      length: size,
      ...(description !== '' && { alt_txt: description }),
    }),
  );
  const { file_id: file, upload_url: url } = promise.parse(answer);
  return { file, url };
}

/** The second step: from the disk, and without the token. @throws when Slack does not have it whole; nobody can see it then */
export async function uploadFile(
  { uploads }: SlackClients,
  { url }: Promised,
  { path, type }: ClipFile,
): Promise<void> {
  const isSlacks = new URL(url).origin === new URL(uploads.slackApiUrl).origin;
  if (!url.startsWith('https:') && !isSlacks) throw new Error('an upload is to go over an open line');
  const answer = await fetch(url, {
    method: 'POST',
    body: await openAsBlob(path, { type }),
    redirect: 'error',
    signal: AbortSignal.timeout(uploadMs),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`the upload was answered with ${answer.status}`);
}

/** The third step: it is shared, sooner or later. @throws Slack's refusal, or whatever leaves it open */
export async function completeFile(
  { uploads }: SlackClients,
  file: { readonly id: string; readonly title: string },
  { channel, thread }: Spot,
  comment: string,
): Promise<void> {
  const files: [typeof file] = [file];
  await patiently(() =>
    thread === null
      ? uploads.files.completeUploadExternal({ files, channel_id: channel, initial_comment: comment })
      : uploads.files.completeUploadExternal({
          files,
          channel_id: channel,
          thread_ts: thread,
          initial_comment: comment,
        }),
  );
}

/** Null: Slack knows no such file, so it was never completed, or is gone. @throws when Slack does not say */
export async function readFileState({ api }: SlackClients, id: string): Promise<FileState | null> {
  try {
    const { file } = fileInfo.parse(await patiently(() => api.files.info({ file: id })));
    return {
      name: file.name ?? null,
      permalink: file.permalink ?? null,
      isReady: (file.mimetype ?? '') !== '',
      shares: [file.shares?.public, file.shares?.private]
        .flatMap((list) =>
          Object.entries(list ?? {}).flatMap(([channel, shares]) => shares.map(({ ts }) => ({ channel, ts }))),
        )
        .toSorted((one, other) => Number(one.ts) - Number(other.ts)),
    };
  } catch (error) {
    const refusal = readRefusal(error);
    if (refusal !== null && isUnknownFile(refusal.code)) return null;
    throw error;
  }
}

/** What was uploaded is not there, or not any more: it can be uploaded anew. */
export function isUnknownFile(code: string): boolean {
  return code === 'file_not_found' || code === 'file_deleted';
}
