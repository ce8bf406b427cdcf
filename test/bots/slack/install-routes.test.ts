import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLocale } from '../../../src/bots/slack/install-page.ts';
import { neededScopes } from '../../../src/bots/slack/needed-scopes.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { textsFor } from '../../../src/core/texts/texts.ts';
import { openInstallWorld, openSlackDatabase } from './install-world.ts';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openSlackDatabase();
});
afterAll(() => opened.close());

const { install: t } = textsFor('en').slack;

describe('the install page', () => {
  it('sends the browser to Slack, with exactly the scopes, the way back and a state of its own', async () => {
    await using world = await openInstallWorld(opened);
    const answers = [await world.open('/slack/install'), await world.open('/slack/install')];
    const states = answers.map((answer) => {
      expect(answer.status).toBe(302);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const location = new URL(answer.headers.get('location') ?? '');
      expect(location.origin + location.pathname).toBe(world.slack.authorizeUrl);
      expect(location.searchParams.get('client_id')).toBe(world.slack.clientId);
      expect(location.searchParams.get('redirect_uri')).toBe(`${world.url}/slack/oauth_redirect`);
      expect(location.searchParams.get('scope')?.split(',')).toEqual(neededScopes.map(({ scope }) => scope));
      expect(location.searchParams.has('user_scope')).toBe(false);
      const state = location.searchParams.get('state') ?? '';
      const cookie = answer.headers.get('set-cookie') ?? '';
      expect(cookie).toContain(`=${state};`);
      expect(cookie).toMatch(/; Secure; HttpOnly;/);
      return state;
    });
    expect(new Set(states).size).toBe(2);
  });
});

describe('whoever comes back from Slack', () => {
  it('has installed it, and reads so', async () => {
    await using world = await openInstallWorld(opened);
    const page = await world.visit();
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).toContain(t.done('Acme'));
    expect(text).toContain(`slack://app?team=${world.team.id}&amp;id=${world.slack.appId}`);
    expect(text).not.toContain(world.team.botToken);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-/),
      'set-cookie': expect.stringContaining('=deleted;'),
    });
    expect(await world.rows()).toHaveLength(1);
    const seen = JSON.stringify(world.lines);
    for (const secret of [world.team.botToken, world.slack.clientSecret]) expect(seen).not.toContain(secret);
    expect(world.slack.problems).toEqual([]);
  });

  it.each([
    ['de-AT,de;q=0.9,en;q=0.5', 'de', 'de-AT'],
    ['pt-BR,ja;q=0.8,en;q=0.5', 'ja', 'ja'],
    ['pt-BR', 'en', 'en'],
  ])('reads it in their language: %s', async (header, language, lang) => {
    await using world = await openInstallWorld(opened);
    const text = await (await world.visit({ 'accept-language': header })).text();
    expect(text).toContain(textsFor(language).slack.install.done('Acme'));
    expect(text).toContain(`<html lang="${lang}">`);
  });

  it('sees a name as it is written, whatever is in it', async () => {
    await using world = await openInstallWorld(opened);
    const team = world.slack.addTeam({ name: '<script>alert("&")</script>', isInstalled: false });
    world.slack.nextConsent(team);
    const text = await (await world.visit()).text();
    expect(text).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;');
    expect(text).not.toContain('<script');
  });

  it('for an organisation goes on to choose its workspaces', async () => {
    await using world = await openInstallWorld(opened);
    const team = world.slack.addTeam({ name: 'One', enterprise: 'E0CORE', isInstalled: false });
    world.slack.nextConsent(team, { isEnterpriseInstall: true });
    const text = await (await world.visit()).text();
    expect(text).toContain(t.doneOrganisation('E0CORE'));
    expect(text).toMatch(
      new RegExp(`href="https://[^"]+/manage/organization/apps/profile/${world.slack.appId}/workspaces/add"`),
    );
  });

  it('has changed nothing after pressing Cancel', async () => {
    await using world = await openInstallWorld(opened);
    world.slack.nextConsent(world.team, { isDeclined: true });
    const page = await world.visit();
    expect(await page.text()).toContain(t.declined);
    expect(await world.rows()).toEqual([]);
    expect(world.said('slack.install-declined')).toHaveLength(1);
    expect(world.said('slack.install-failed')).toEqual([]);
  });

  it.each([
    ['without a code', '/slack/oauth_redirect', {}],
    ['without a state', '/slack/oauth_redirect?code=1', {}],
    ['with a state of their own making', '/slack/oauth_redirect?code=1&state=a', { cookie: 'slack-app-oauth-state=a' }],
    ['with an error of Slack’s', '/slack/oauth_redirect?error=invalid_scope&state=a', {}],
  ])('%s is sent back to the beginning', async (_name, address, headers) => {
    await using world = await openInstallWorld(opened);
    const page = await world.open(address, headers);
    expect(page.status).toBe(400);
    const text = await page.text();
    expect(text).toContain(t.failed);
    const [, again = ''] = /href="([^"]+)"/.exec(text) ?? [];
    expect(new URL(again, page.url).pathname).toBe('/slack/install');
    expect(world.slack.calls('oauth.v2.access')).toEqual([]);
    expect(world.said('slack.install-failed')).toHaveLength(1);
  });

  it('in another browser than the one that left is refused, and the code is not used', async () => {
    await using world = await openInstallWorld(opened);
    const mine = await world.open('/slack/install');
    const consent = await world.open(mine.headers.get('location') ?? '');
    const theirs = await world.open('/slack/install');
    const cookie = theirs.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await world.open(consent.headers.get('location') ?? '', { cookie });
    expect(page.status).toBe(400);
    expect(world.slack.calls('oauth.v2.access')).toEqual([]);
    expect(await world.rows()).toEqual([]);
  });

  it('with a code that Slack does not take, or twice with the same, has installed nothing more', async () => {
    await using world = await openInstallWorld(opened);
    const first = await world.open('/slack/install');
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    const consent = await world.open(first.headers.get('location') ?? '');
    const back = consent.headers.get('location') ?? '';
    const forged = new URL(back);
    forged.searchParams.set('code', 'forged');
    expect((await world.open(forged.href, { cookie })).status).toBe(502);
    expect(await world.rows()).toEqual([]);
    expect((await world.open(back, { cookie })).status).toBe(200);
    expect((await world.open(back, { cookie })).status).toBe(502);
    expect(await world.rows()).toHaveLength(1);
    expect(world.said('slack.install-failed')).toHaveLength(2);
    expect(JSON.stringify(world.lines)).not.toContain(new URL(back).searchParams.get('code'));
  });

  it('reads that nothing was installed when Slack went away in between', async () => {
    await using world = await openInstallWorld(opened);
    world.slack.faults.status('auth.test', 503);
    const page = await world.visit();
    expect(page.status).toBe(502);
    expect(await page.text()).toContain(t.failed);
    expect(await world.rows()).toEqual([]);
  });
});

describe('the language of a browser', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['en-GB,de;q=0.8', 'en-GB'],
    ['de;q=0.2, fr;q=0.9', 'fr'],
    ['de;q=0, es', 'es'],
    ['zh-Hant-TW', 'zh-Hant-TW'],
    ['"><script>', 'en'],
    ['pt, nl', 'en'],
  ])('%j is read as %s', (header, locale) => expect(readLocale(header)).toBe(locale));
});
