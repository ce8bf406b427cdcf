import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { InstallationKey } from '../../../src/bots/slack/address.ts';
import { createFilesIn, mostFileBytes } from '../../../src/bots/slack/files-in.ts';
import { MissingScope, scopeMissingIn } from '../../../src/bots/slack/missing-scope.ts';
import { createSlackApi } from '../../../src/bots/slack/slack-clients.ts';
import { silentLog } from '../../../src/core/log.ts';

const key: InstallationKey = { team: 'T1', enterprise: null, isEnterpriseInstall: false };
const token = 'xoxb-of-t1';
const picture = new Uint8Array([137, 80, 78, 71, 1, 2, 3]);
const signInPage = '<!DOCTYPE html><html><head><title>Sign in | Slack</title></head></html>';

interface Seen {
  readonly path: string;
  readonly authorization: string | undefined;
}

type Page = (response: ServerResponse, request: IncomingMessage) => void;

/** As much of Slack as hands out files: `looks` are the answers of files.info, one after another, and the last one stays. */
async function openSlack(looks: readonly object[], pages: Readonly<Record<string, Page>> = {}) {
  const seen: Seen[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    request.resume();
    if (path === '/api/files.info') {
      const look = looks[Math.min(asked, looks.length - 1)] ?? {};
      asked += 1;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify('ok' in look ? look : { ok: true, file: withOwnUrl(look, origin) }));
      return;
    }
    seen.push({ path, authorization: request.headers.authorization });
    const page = pages[path];
    if (page === undefined) {
      response.statusCode = 404;
      response.end();
    } else page(response, request);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const apiUrl = `${origin}/api/`;
  const identity = { token, bot: 'B1', botUser: 'U1', name: 'hailuo' };
  const api = createSlackApi({ tokens: { identify: async () => identity }, apiUrl, log: silentLog });
  const files = createFilesIn({ api, apiUrl, log: silentLog, waitsMs: [1, 1, 1] });
  return { origin, seen, files, asked: () => asked, fetch: () => files.fetch(key, 'F1') };
}

/** Paths stand for addresses on this server. */
function withOwnUrl(file: object, origin: string): object {
  const own = Object.entries(file).map(([name, value]) => [
    name,
    name.startsWith('url_') && String(value).startsWith('/') ? `${origin}${value}` : value,
  ]);
  return Object.fromEntries(own);
}

const ready = { id: 'F1', name: 'boat.png', mimetype: 'image/png', mode: 'hosted', url_private: '/files/boat' };

const hands =
  (bytes: Uint8Array | string, type = 'image/png'): Page =>
  (response) => {
    response.setHeader('content-type', type);
    response.end(bytes);
  };

const sendsTo =
  (location: string): Page =>
  (response) => {
    response.writeHead(302, { location }).end('moved');
  };

describe('a file that Slack keeps', () => {
  it('comes whole, asked for with the token', async () => {
    const slack = await openSlack([ready], { '/files/boat': hands(picture) });
    const fetched = await slack.fetch();
    expect(fetched).toMatchObject({ outcome: 'fetched', name: 'boat.png' });
    expect(fetched.outcome === 'fetched' && [...fetched.bytes]).toEqual([...picture]);
    expect(slack.seen).toEqual([{ path: '/files/boat', authorization: `Bearer ${token}` }]);
  });

  it('is taken from its address for downloads where it has one', async () => {
    const file = { ...ready, url_private_download: '/files/download/boat' };
    const slack = await openSlack([file], { '/files/download/boat': hands(picture) });
    expect(await slack.fetch()).toMatchObject({ outcome: 'fetched' });
  });

  it('is waited for while it has no type yet', async () => {
    const slack = await openSlack([{ ...ready, mimetype: '' }, { ...ready, mimetype: '' }, ready], {
      '/files/boat': hands(picture),
    });
    expect(await slack.fetch()).toMatchObject({ outcome: 'fetched' });
    expect(slack.asked()).toBe(3);
  });

  it('of another company is waited for until it is described', async () => {
    const slack = await openSlack([{ id: 'F1', file_access: 'check_file_info' }, ready], {
      '/files/boat': hands(picture),
    });
    expect(await slack.fetch()).toMatchObject({ outcome: 'fetched' });
  });

  it('is given up when Slack is never done with it', async () => {
    const slack = await openSlack([{ ...ready, mimetype: '' }], { '/files/boat': hands(picture) });
    expect(await slack.fetch()).toEqual({ outcome: 'refused', why: 'not-ready' });
    expect(slack.seen).toEqual([]);
  });

  it('follows a redirect within Slack, with the token', async () => {
    const slack = await openSlack([ready], {
      '/files/boat': sendsTo('/elsewhere/boat'),
      '/elsewhere/boat': hands(picture),
    });
    expect(await slack.fetch()).toMatchObject({ outcome: 'fetched' });
    expect(slack.seen.map(({ authorization }) => authorization)).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
  });

  it('that goes round in a circle is given up', async () => {
    const slack = await openSlack([ready], { '/files/boat': sendsTo('/files/boat') });
    expect(await slack.fetch()).toEqual({ outcome: 'refused', why: 'unreadable' });
    expect(slack.seen).toHaveLength(5);
  });

  it('which is itself a page is handed over as one, for its reader to refuse', async () => {
    const slack = await openSlack([{ ...ready, mimetype: 'text/html', name: 'a.html' }], {
      '/files/boat': hands('<!doctype html><p>hello', 'text/html'),
    });
    expect(await slack.fetch()).toMatchObject({ outcome: 'fetched', name: 'a.html' });
  });
});

describe('the page to sign in, which Slack hands out in place of a file', () => {
  it.each([
    ['as HTML', hands(signInPage, 'text/html; charset=utf-8')],
    ['with another type', hands(`\n  ${signInPage}`, 'application/octet-stream')],
    ['by a redirect to another of its hosts', sendsTo('https://t1.slack.com/?redir=%2Ffiles-pri%2FT1-F1%2Fboat.png')],
    ['by a redirect to its sign-in', sendsTo('https://slack.com/signin?x=1')],
    ['by a redirect to a page of this host', sendsTo('/workspace-signin')],
  ])('means a missing right: %s', async (_name, page) => {
    const slack = await openSlack([ready], { '/files/boat': page });
    const error = await slack.fetch().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MissingScope);
    expect(scopeMissingIn(error)).toBe('files:read');
    expect(slack.seen.map(({ path }) => path)).toEqual(['/files/boat']);
  });

  it('is not needed to know it where Slack says so at once', async () => {
    const slack = await openSlack([{ ok: false, error: 'missing_scope', needed: 'files:read', provided: 'commands' }]);
    expect(scopeMissingIn(await slack.fetch().catch((thrown: unknown) => thrown))).toBe('files:read');
  });
});

describe('the token', () => {
  it('goes to no other host, wherever a redirect leads', async () => {
    const other = await openSlack([], { '/boat': hands(picture) });
    const slack = await openSlack([ready], { '/files/boat': sendsTo(`${other.origin}/boat`) });
    expect(await slack.fetch()).toEqual({ outcome: 'refused', why: 'unreadable' });
    expect(other.seen).toEqual([]);
  });

  it('goes to no other host, whatever the address of a file is', async () => {
    const other = await openSlack([], { '/boat': hands(picture) });
    const slack = await openSlack([{ ...ready, url_private: `${other.origin}/boat` }]);
    expect(await slack.fetch()).toEqual({ outcome: 'refused', why: 'elsewhere' });
    expect(other.seen).toEqual([]);
  });

  it.each(['http://files.slack.com/boat', 'https://files.slack.com.example/boat', 'https://files.slack.com:8443/boat'])(
    'does not go to %s',
    async (url) => {
      const slack = await openSlack([{ ...ready, url_private: url }]);
      expect(await slack.fetch()).toEqual({ outcome: 'refused', why: 'elsewhere' });
    },
  );
});

describe('a file that cannot be had', () => {
  it.each([
    ['kept outside Slack', { ...ready, is_external: true, url_private: 'https://drive.example/boat' }, 'elsewhere'],
    ['kept outside Slack, by its mode, without a type', { ...ready, mode: 'external', mimetype: '' }, 'elsewhere'],
    ['deleted', { id: 'F1', mode: 'tombstone' }, 'unreadable'],
    ['hidden by the plan', { id: 'F1', mode: 'hidden_by_limit' }, 'unreadable'],
    ['unknown to Slack', { ok: false, error: 'file_not_found' }, 'unreadable'],
    ['without an address', { id: 'F1', mimetype: 'image/png' }, 'unreadable'],
    ['not there any more', { ...ready, url_private: '/files/gone' }, 'unreadable'],
    ['over the limit by its own word', { ...ready, size: mostFileBytes + 1 }, 'too-heavy'],
  ])('%s', async (_name, look, why) => {
    const slack = await openSlack([look]);
    expect(await slack.fetch()).toEqual({ outcome: 'refused', why });
  });

  it('is not read on once it is over the limit, whatever was claimed', async () => {
    let sent = 0;
    const endless: Page = (response) => {
      const chunk = Buffer.alloc(1_000_000, 1);
      const more = (): void => {
        while (!response.destroyed && sent < 2 * mostFileBytes) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    };
    const slack = await openSlack([{ ...ready, size: 5 }], { '/files/boat': endless });
    expect(await slack.fetch()).toEqual({ outcome: 'refused', why: 'too-heavy' });
    expect(sent).toBeLessThan(2 * mostFileBytes);
  });

  it.each([500, 429])('is tried again later after HTTP %i', async (status) => {
    const busy: Page = (response) => response.writeHead(status).end();
    const slack = await openSlack([ready], { '/files/boat': busy });
    await expect(slack.fetch()).rejects.toThrow(`HTTP ${status}`);
  });
});
