import { readdirSync, readFileSync } from 'node:fs';
import { WebClient } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import { drawManifest } from '../../../src/bots/slack/manifest.ts';
import { neededScopes } from '../../../src/bots/slack/needed-scopes.ts';

const folder = new URL('../../../src/bots/slack/', import.meta.url);
const sources = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'));

/** One of these for each kind of conversation there is. */
const everyKind = (right: 'read' | 'history') => ['channels', 'groups', 'im', 'mpim'].map((kind) => `${kind}:${right}`);

/** What Slack asks of the token that calls them (platforms/slack.md §3 to §9). */
const scopesOfMethods: Readonly<Record<string, readonly string[]>> = {
  // With the app's own token, not a bot's.
  'apps.connections.open': [],
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': everyKind('history'),
  'conversations.info': everyKind('read'),
  'conversations.open': ['im:write'],
  'conversations.replies': everyKind('history'),
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'functions.completeError': [],
  'functions.completeSuccess': [],
  'oauth.v2.access': [],
  'reactions.get': ['reactions:read'],
  'usergroups.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
};

const scopesOfEvents: Readonly<Record<string, readonly string[]>> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  app_uninstalled: [],
  function_executed: [],
  'message.im': ['im:history'],
  reaction_added: ['reactions:read'],
  tokens_revoked: [],
};

/** Whether the library knows a method of that name: `view.blocks.some(` is none. */
function isMethod(name: string): boolean {
  let at: unknown = new WebClient();
  for (const part of name.split('.')) at = typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined;
  return typeof at === 'function';
}

function methodsIn(source: string): string[] {
  const called = [...source.matchAll(/\.((?:[a-z]\w*\.){1,2}[a-z]\w*)\(/gi)].flatMap(([, path = '']) => {
    const parts = path.split('.');
    // `clients.api.chat.postMessage(` begins with whatever holds the client.
    return parts.map((_, from) => parts.slice(from).join('.'));
  });
  const named = [...source.matchAll(/apiCall\(\s*'([\w.]+)'/g)].map(([, name = '']) => name);
  return [...called.filter((name) => name.includes('.') && isMethod(name)), ...named];
}

const used = [...new Set(sources.flatMap(methodsIn))].toSorted();
const granted = neededScopes.map(({ scope }) => scope as string);

describe('every scope', () => {
  test('that a used method needs is asked for', () => {
    expect(used).toEqual(expect.arrayContaining(['chat.postMessage', 'files.getUploadURLExternal', 'users.info']));
    expect(used.filter((method) => !Object.hasOwn(scopesOfMethods, method))).toEqual([]);
    const missing = used.flatMap((method) =>
      (scopesOfMethods[method] ?? [])
        .filter((scope) => !granted.includes(scope))
        .map((scope) => `${scope} for ${method}`),
    );
    expect(missing).toEqual([]);
  });

  test('that a subscribed event needs is asked for', () => {
    const { bot_events: events } = drawManifest({ connection: 'socket', workspaces: 'one', publicUrl: '' }).settings
      .event_subscriptions;
    for (const event of events) expect(granted).toEqual(expect.arrayContaining([...(scopesOfEvents[event] ?? ['?'])]));
  });

  test('that is asked for is needed, and says why', () => {
    const needed = new Set([
      'commands',
      ...used.flatMap((method) => scopesOfMethods[method] ?? []),
      ...Object.values(scopesOfEvents).flat(),
    ]);
    expect(granted.filter((scope) => !needed.has(scope))).toEqual([]);
    for (const { why } of neededScopes) expect(why.length).toBeGreaterThan(10);
  });

  test('is found however a method is called', () => {
    const source = `await (await api.of(key)).api.chat.postMessage({}); client.views.open(x); clients.uploads.apiCall('files.info', {});
      view.blocks.some(x); a.b.c(1); client.oauth.v2.access({});`;
    expect(methodsIn(source).toSorted()).toEqual(['chat.postMessage', 'files.info', 'oauth.v2.access', 'views.open']);
  });
});
