/** Files: shown, shared, and who may see them (platforms/slack.md §4). */
import type { Channel, Installation, State, StoredFile } from './state.ts';

/** What a test says of a person's file; everything has a default. */
export interface NewFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Its media type; default: by its name. */
  readonly type?: string | undefined;
  /** Kept elsewhere; `url` is where. */
  readonly isExternal?: boolean | undefined;
  readonly url?: string | undefined;
  /** Not scanned yet, until `slack.finish(file)`. */
  readonly isProcessing?: boolean | undefined;
  /** Deleted, or too old for the plan. */
  readonly mode?: 'tombstone' | 'hidden_by_limit' | undefined;
  /** Its own link answers with a redirect to this address; a path stays on Slack's own host. */
  readonly redirectsTo?: string | undefined;
  /** Events carry no more than its id, as in Slack Connect. */
  readonly needsInfo?: boolean | undefined;
}

const types: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  avif: 'image/avif',
  mp4: 'video/mp4',
  txt: 'text/plain',
  pdf: 'application/pdf',
};

/** `png` of `boat.png`. */
export function endingOf(name: string): string {
  return name.includes('.') ? (name.split('.').at(-1) ?? '').toLowerCase() : '';
}

export function keepFile(state: State, team: string, owner: string, file: NewFile, promisedBytes?: number): StoredFile {
  const mode = file.mode ?? (file.isExternal === true ? 'external' : 'hosted');
  const kept: StoredFile = {
    id: state.mint('F'),
    team,
    owner,
    name: file.name,
    title: file.name,
    type: file.type ?? types[endingOf(file.name)] ?? 'application/octet-stream',
    bytes: file.bytes,
    altText: null,
    isProcessing: file.isProcessing ?? false,
    mode,
    elsewhere: file.url ?? file.redirectsTo ?? null,
    needsInfo: file.needsInfo ?? false,
    step: promisedBytes === undefined ? 'done' : 'promised',
    promisedBytes: promisedBytes ?? file.bytes.length,
    createdAtMs: state.clock.nowMs(),
    shares: [],
    givenTo: new Set(),
  };
  state.files.set(kept.id, kept);
  return kept;
}

/** The bot's own, one in a place where it is, or one it was handed. */
export function maySee(state: State, installation: Installation, file: StoredFile): boolean {
  if (file.owner === installation.botUser || file.givenTo.has(installation.id)) return true;
  return file.shares.some(({ channel }) => state.channels.get(channel)?.hasBot === true);
}

export function permalinkOf(state: State, file: StoredFile): string {
  const domain = state.teams.get(file.team)?.domain ?? 'elsewhere';
  return `https://${domain}.slack.com/files/${file.owner}/${file.id}/${encodeURIComponent(file.name)}`;
}

/** In an event: what Slack Connect hides is asked for by id. */
export function showInEvent(state: State, file: StoredFile) {
  const created = Math.trunc(file.createdAtMs / 1000);
  if (file.needsInfo) return { id: file.id, created, timestamp: created, file_access: 'check_file_info' };
  return showFile(state, file);
}

/** As `files.info` and messages show it. */
export function showFile(state: State, file: StoredFile) {
  const created = Math.trunc(file.createdAtMs / 1000);
  if (file.mode === 'tombstone') return { id: file.id, mode: 'tombstone' };
  if (file.mode === 'hidden_by_limit') return { id: file.id, mode: 'hidden_by_limit', date_delete: created };
  const isReady = !file.isProcessing && file.step === 'done';
  const isExternal = file.mode === 'external';
  const link = `${state.origins.http}/files-pri/${file.team}-${file.id}`;
  const foreign = file.elsewhere ?? 'https://example.com/file';
  const name = encodeURIComponent(file.name);
  return {
    id: file.id,
    created,
    timestamp: created,
    name: file.name,
    title: file.title,
    mimetype: isReady ? file.type : '',
    filetype: isReady ? endingOf(file.name) : '',
    pretty_type: isReady ? endingOf(file.name).toUpperCase() : '',
    user: file.owner,
    user_team: file.team,
    editable: false,
    size: file.bytes.length,
    mode: file.mode,
    is_external: isExternal,
    external_type: isExternal ? 'gdrive' : '',
    is_public: placesOf(state, file, 'channel').length > 0,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: isExternal ? foreign : `${link}/${name}`,
    ...(isExternal ? {} : { url_private_download: `${link}/download/${name}` }),
    media_display_type: 'unknown',
    permalink: permalinkOf(state, file),
    is_starred: false,
    has_rich_preview: false,
    file_access: 'visible',
    ...(file.altText === null ? {} : { alt_txt: file.altText }),
    channels: placesOf(state, file, 'channel').map(({ id }) => id),
    groups: [...placesOf(state, file, 'group'), ...placesOf(state, file, 'mpim')].map(({ id }) => id),
    ims: placesOf(state, file, 'im').map(({ id }) => id),
    shares: showShares(state, file),
  };
}

function placesOf(state: State, file: StoredFile, kind: Channel['kind']): readonly Channel[] {
  const ids = [...new Set(file.shares.map(({ channel }) => channel))];
  return ids.map((id) => state.channels.get(id)).filter((channel): channel is Channel => channel?.kind === kind);
}

function showShares(state: State, file: StoredFile) {
  const shares: Record<'public' | 'private', Record<string, object[]>> = { public: {}, private: {} };
  for (const { channel: id, ts, thread } of file.shares) {
    const channel = state.channels.get(id);
    if (channel === undefined) continue;
    const list = shares[channel.kind === 'channel' ? 'public' : 'private'];
    const share = {
      ts,
      ...(thread === null ? {} : { thread_ts: thread }),
      reply_users: [],
      reply_users_count: 0,
      reply_count: 0,
      channel_name: channel.name,
      team_id: channel.team,
      share_user_id: file.owner,
      source: 'UNKNOWN',
    };
    list[id] = [...(list[id] ?? []), share];
  }
  const filled = Object.entries(shares).filter(([, places]) => Object.keys(places).length > 0);
  return Object.fromEntries(filled);
}

/** What somebody who is not allowed gets: a page, and 200 (platforms/slack.md §4). */
export const signInPage =
  '<!DOCTYPE html><html lang="en-US"><head><title>Sign in | Slack</title></head><body>Sign in to Slack</body></html>';
