/**
 * Files that people handed over, fetched with the token of whoever's workspace it is. Slack answers a token without the
 * right with 200 and a page to sign in (platforms/slack.md §4), so the answer is looked at before it is taken for a file.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Log } from '../../core/log.ts';
import type { InstallationKey } from './address.ts';
import { isUninstalled, readRefusal } from './api-errors.ts';
import { briefly } from './briefly.ts';
import { MissingScope, scopeMissingIn } from './missing-scope.ts';
import type { SlackApi } from './slack-clients.ts';

/** - `unreadable`: deleted, hidden, or not shown to this bot; `elsewhere`: Slack only links to it. */
export type FileProblem = 'unreadable' | 'not-ready' | 'elsewhere' | 'too-heavy';

export type FetchedFile =
  | { readonly outcome: 'fetched'; readonly bytes: Uint8Array; readonly name: string }
  | { readonly outcome: 'refused'; readonly why: FileProblem };

export interface FilesIn {
  /**
   * The whole file, once Slack is done with it. What it is is for its reader to find out.
   * @throws MissingScope, NotInstalled; anything else: it is not known, and the same once more is safe
   */
  fetch(key: InstallationKey, file: string): Promise<FetchedFile>;
}

export interface FilesInEdges {
  readonly api: SlackApi;
  /** Files may come from there too: a test, a proxy. */
  readonly apiUrl: string;
  readonly log: Log;
  /** Between two looks at a file that Slack still works on. */
  readonly waitsMs?: readonly number[];
  readonly fetchMs?: number;
}

/** Several are in memory at once; what goes to a renderer is smaller than half of it. */
export const mostFileBytes = 25_000_000;

const usualWaitsMs = [500, 1000, 2000, 4000, 6000];
const usualFetchMs = 60_000;
const mostRedirects = 4;

const text = z.string().nullish();
const answer = z.object({
  file: z.object({
    name: text,
    mimetype: text,
    mode: text,
    size: z.number().nullish(),
    is_external: z.boolean().nullish(),
    file_access: text,
    url_private: text,
    url_private_download: text,
  }),
});
type SlackFile = z.output<typeof answer>['file'];

export function createFilesIn({
  api,
  apiUrl,
  log,
  waitsMs = usualWaitsMs,
  fetchMs = usualFetchMs,
}: FilesInEdges): FilesIn {
  const own = new URL(apiUrl).origin;
  const isSlacks = (url: URL): boolean =>
    url.origin === own || (url.protocol === 'https:' && url.port === '' && url.hostname.endsWith('.slack.com'));

  /** Null: not there, or not for us. */
  async function look(key: InstallationKey, id: string): Promise<SlackFile | null> {
    const { api: client } = await api.of(key);
    try {
      return answer.parse(await briefly(() => client.files.info({ file: id }))).file;
    } catch (error) {
      const refusal = readRefusal(error);
      if (refusal === null || isUninstalled(refusal) || scopeMissingIn(error) !== null) throw error;
      log.info('slack.file-not-shown', { file: id, detail: refusal.detail });
      return null;
    }
  }

  async function lookUntilReady(key: InstallationKey, id: string): Promise<SlackFile | 'not-ready' | null> {
    for (const waitMs of [...waitsMs, null]) {
      const file = await look(key, id);
      if (file === null || isNeverOurs(file) || !isBeingWorkedOn(file)) return file;
      if (waitMs !== null) await sleep(waitMs);
    }
    return 'not-ready';
  }

  async function download(token: string, from: URL, file: SlackFile): Promise<FetchedFile> {
    const signal = AbortSignal.timeout(fetchMs);
    let url = from;
    for (let hop = 0; hop <= mostRedirects; hop += 1) {
      const response = await fetch(url.href, {
        redirect: 'manual',
        headers: { authorization: `Bearer ${token}`, 'user-agent': 'hailuo-bot' },
        signal,
      });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (location === null) return await read(response, file);
      await response.body?.cancel();
      const next = URL.parse(location, url.href);
      if (next !== null && leadsToSignIn(next)) throw new MissingScope('files:read');
      // The token goes nowhere else, and without it nothing of Slack's is given out.
      if (next === null || !isSlacks(next)) return refused(`sent to ${next?.host ?? 'no host'}`);
      url = next;
    }
    return refused('sent on too often');
  }

  async function read(response: Response, file: SlackFile): Promise<FetchedFile> {
    if (gone.has(response.status)) {
      await response.body?.cancel();
      return refused(`HTTP ${response.status}`);
    }
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`a file came with HTTP ${response.status}`);
    }
    const bytes = await readAtMost(response, mostFileBytes);
    if (bytes === null) return { outcome: 'refused', why: 'too-heavy' };
    const isPage = isHtml(response.headers.get('content-type') ?? '', bytes);
    if (isPage && !file.mimetype?.startsWith('text/')) throw new MissingScope('files:read');
    return { outcome: 'fetched', bytes, name: file.name || 'picture' };
  }

  function refused(detail: string): FetchedFile {
    log.info('slack.file-not-fetched', { detail });
    return { outcome: 'refused', why: 'unreadable' };
  }

  return {
    async fetch(key, id) {
      const file = await lookUntilReady(key, id);
      if (file === 'not-ready') return { outcome: 'refused', why: 'not-ready' };
      if (file?.is_external === true || file?.mode === 'external') return { outcome: 'refused', why: 'elsewhere' };
      const url = URL.parse(file?.url_private_download || file?.url_private || '');
      if (file === null || isNeverOurs(file) || url === null) return { outcome: 'refused', why: 'unreadable' };
      if (!isSlacks(url)) return { outcome: 'refused', why: 'elsewhere' };
      if ((file.size ?? 0) > mostFileBytes) return { outcome: 'refused', why: 'too-heavy' };
      const { identity } = await api.of(key);
      return download(identity.token, url, file);
    },
  };
}

const gone: ReadonlySet<number> = new Set([401, 403, 404, 410]);

function isNeverOurs({ mode, is_external }: SlackFile): boolean {
  return is_external === true || mode === 'external' || mode === 'tombstone' || mode === 'hidden_by_limit';
}

/** The type stays empty while it is looked through for malware; one of another company's is described later. */
function isBeingWorkedOn({ mimetype, file_access }: SlackFile): boolean {
  return file_access === 'check_file_info' || !mimetype;
}

function leadsToSignIn({ pathname, searchParams }: URL): boolean {
  return /\/(?:workspace-)?sign-?in\b/i.test(pathname) || searchParams.has('redir');
}

/** Null: it is larger. */
async function readAtMost(response: Response, most: number): Promise<Uint8Array | null> {
  if (Number(response.headers.get('content-length') ?? 0) > most) {
    await response.body?.cancel();
    return null;
  }
  const chunks: Uint8Array[] = [];
  let count = 0;
  for await (const chunk of response.body ?? []) {
    count += chunk.length;
    // Leaving the loop ends the transfer.
    if (count > most) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, count);
}

function isHtml(claimed: string, bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1').trimStart().toLowerCase();
  return (
    claimed.toLowerCase().startsWith('text/html') || start.startsWith('<!doctype html') || start.startsWith('<html')
  );
}
