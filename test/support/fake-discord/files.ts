/** Attachments: kept whole, linked to for a day at a time (platforms/discord.md §4). */
import { createHmac } from 'node:crypto';
import { type APIAttachment, AttachmentFlags } from 'discord-api-types/v10';
import type { State, StoredFile } from './state.ts';

/** How long a link works; a fresh one comes with whatever shows the message again. */
const linkLifetimeMs = 24 * 60 * 60_000;

/** A file as somebody hands it over. */
export interface NewFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Default: by the ending of the name. */
  readonly type?: string | undefined;
  /** As Discord does it: the name gets `SPOILER_` in front. */
  readonly isSpoiler?: boolean | undefined;
  readonly description?: string | undefined;
}

const types: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  heic: 'image/heic',
  mp4: 'video/mp4',
  webm: 'video/webm',
  txt: 'text/plain; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

/** The media type that Discord reads off a file's name. */
export function typeOfName(name: string): string {
  return types[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

/** Puts a file where its link finds it. */
export function keepFile(state: State, channel: string, file: NewFile, isEphemeral = false): StoredFile {
  const name = (file.isSpoiler === true && !file.name.startsWith('SPOILER_') ? 'SPOILER_' : '') + file.name;
  const kept: StoredFile = {
    id: state.mint(),
    channel,
    // Discord keeps only these in a name; whatever else was there becomes an underscore.
    name: name.replaceAll(/[^\w.-]/g, '_'),
    type: file.type ?? typeOfName(name),
    bytes: file.bytes,
    description: file.description,
    isEphemeral,
    size: sizeOf(file.bytes),
  };
  state.files.set(kept.id, kept);
  return kept;
}

/** Only PNG tells it here; for other files both are left out, as Discord may. */
function sizeOf(bytes: Uint8Array): { width: number; height: number } | undefined {
  const isPng = bytes.length > 24 && Buffer.from(bytes.subarray(0, 8)).toString('latin1') === '\x89PNG\r\n\x1a\n';
  if (!isPng) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** An attachment with a link that works from now on. */
export function showFile(state: State, file: StoredFile): APIAttachment {
  const url = linkTo(state, file);
  const isSpoiler = file.name.startsWith('SPOILER_');
  return {
    id: file.id,
    filename: file.name,
    size: file.bytes.length,
    url,
    proxy_url: url,
    content_type: file.type,
    ...file.size,
    ...(file.description === undefined ? {} : { description: file.description }),
    ...(file.isEphemeral ? { ephemeral: true } : {}),
    ...(isSpoiler ? { flags: AttachmentFlags.IsSpoiler } : {}),
  };
}

function linkTo(state: State, file: StoredFile): string {
  const path = `/attachments/${file.channel}/${file.id}/${file.name}`;
  const issued = Math.trunc(state.nowMs() / 1000).toString(16);
  const expires = Math.trunc((state.nowMs() + linkLifetimeMs) / 1000).toString(16);
  return `${state.origins.http}${path}?ex=${expires}&is=${issued}&hm=${signature(state, path, expires, issued)}&`;
}

function signature(state: State, path: string, expires: string, issued: string): string {
  return createHmac('sha256', state.linkKey).update(`${path}\n${expires}\n${issued}`).digest('hex');
}

/** What a link leads to; null once it has expired, was tampered with or its file is gone. */
export function findLinked(state: State, url: URL): StoredFile | null {
  const [expires = '', issued = '', mark] = ['ex', 'is', 'hm'].map((name) => url.searchParams.get(name) ?? '');
  const file = state.files.get(url.pathname.split('/')[3] ?? '');
  const isGenuine = mark === signature(state, url.pathname, expires, issued);
  return file !== undefined && isGenuine && Number.parseInt(expires, 16) * 1000 > state.nowMs() ? file : null;
}

/** The same link as new; null when it never led anywhere. */
export function refreshLink(state: State, url: string): string | null {
  const file = state.files.get(new URL(url).pathname.split('/')[3] ?? '');
  return file === undefined ? null : linkTo(state, file);
}
