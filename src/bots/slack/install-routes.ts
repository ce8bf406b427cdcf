/** `/slack/install` and `/slack/oauth_redirect`: how a workspace or an organisation gets the app. */
import { hkdfSync } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type CodedError, ErrorCode, type Installation, type InstallationStore, InstallProvider } from '@slack/oauth';
import { Hono } from 'hono';
import type { Log } from '../../core/log.ts';
import type { Secret } from '../../core/secret.ts';
import { textsFor } from '../../core/texts/texts.ts';
import { drawInstallPage, type InstallPage, pageHeaders, readLocale } from './install-page.ts';
import { neededScopes } from './needed-scopes.ts';
import { nameOf } from './oauth-installation.ts';
import { clientOptions, toSlackLogger } from './slack-clients.ts';

export interface InstallRoutesEdges {
  readonly store: InstallationStore;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Ends in a slash. */
  readonly apiUrl: string;
  /** Without a trailing slash, as Slack has it among the app's redirect addresses. */
  readonly publicUrl: string;
  readonly secretKey: Secret;
  readonly log: Log;
}

export const installPath = '/slack/install';
export const redirectPath = '/slack/oauth_redirect';

/** For strangers: whoever comes back from Slack shows the state that this browser, and no other, left with. */
export function createInstallRoutes(edges: InstallRoutesEdges): Hono {
  const { apiUrl, log } = edges;
  const provider = new InstallProvider({
    clientId: edges.clientId,
    clientSecret: edges.clientSecret.reveal(),
    // Derived, so that every process knows it and it opens nothing else.
    stateSecret: Buffer.from(
      hkdfSync('sha256', edges.secretKey.reveal(), '', 'hailuo-bot slack installation', 32),
    ).toString('hex'),
    installationStore: edges.store,
    directInstall: true,
    authorizationUrl: new URL('../oauth/v2/authorize', apiUrl).href,
    clientOptions: clientOptions(apiUrl, log),
    logger: toSlackLogger(log),
  });
  const wanted = {
    scopes: neededScopes.map(({ scope }) => scope),
    redirectUri: edges.publicUrl + redirectPath,
  };

  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.get(installPath, async (context) => {
    const { incoming, outgoing } = context.env;
    // What is signed counts for minutes, and for this browser only.
    outgoing.setHeader('cache-control', 'no-store');
    await provider.handleInstallPath(incoming, outgoing, undefined, wanted);
    return RESPONSE_ALREADY_SENT;
  });

  routes.get(redirectPath, async (context) => {
    const { incoming, outgoing } = context.env;
    const locale = readLocale(context.req.header('accept-language'));
    await provider.handleCallback(incoming, outgoing, {
      success: (installation) => send(outgoing, 200, donePage(installation, locale), locale),
      failure: (error) => {
        const isDeclined = error.code === ErrorCode.AuthorizationError;
        if (isDeclined) log.info('slack.install-declined');
        else log.warn('slack.install-failed', { error });
        send(outgoing, isDeclined ? 200 : statusOf(error), notDonePage(isDeclined, locale), locale);
      },
    });
    return RESPONSE_ALREADY_SENT;
  });
  return new Hono().route('/', routes);
}

function donePage(installation: Installation, locale: string): InstallPage {
  const { install: t } = textsFor(locale).slack;
  const { team, appId = '', enterpriseUrl } = installation;
  const name = nameOf(installation) ?? 'Slack';
  if (installation.isEnterpriseInstall !== true) {
    const href = `slack://app?team=${encodeURIComponent(team?.id ?? '')}&id=${encodeURIComponent(appId)}`;
    return { title: t.doneTitle, said: t.done(name), link: { href, label: t.openSlack } };
  }
  const base = enterpriseUrl?.startsWith('https://') === true ? enterpriseUrl : 'https://slack.com/';
  const href = new URL(`manage/organization/apps/profile/${encodeURIComponent(appId)}/workspaces/add`, base).href;
  return { title: t.doneTitle, said: t.doneOrganisation(name), link: { href, label: t.chooseWorkspaces } };
}

function notDonePage(isDeclined: boolean, locale: string): InstallPage {
  const { install: t } = textsFor(locale).slack;
  return {
    title: t.failedTitle,
    said: isDeclined ? t.declined : t.failed,
    // Relative: behind a proxy only the browser knows where this page stands.
    link: { href: installPath.slice(installPath.lastIndexOf('/') + 1), label: t.startAgain },
  };
}

function statusOf({ code }: CodedError): number {
  const isTheirs: readonly string[] = [
    ErrorCode.MissingCodeError,
    ErrorCode.MissingStateError,
    ErrorCode.InvalidStateError,
  ];
  return isTheirs.includes(code) ? 400 : 502;
}

function send(response: ServerResponse, status: number, page: InstallPage, locale: string): void {
  response.writeHead(status, pageHeaders).end(drawInstallPage(page, locale));
}
