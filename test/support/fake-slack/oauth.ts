/** Installing: the page where somebody allows it, the code it gives out, and tokens that are renewed (platforms/slack.md §2). */
import { Refusal } from './refusal.ts';
import { type Installation, type State, secret, type Team } from './state.ts';

/** How long a code is good for. */
const codeMs = 10 * 60_000;
const tokenMs = 12 * 3_600_000;

/** What the next person on the install page does. */
export interface Consent {
  readonly team: Team;
  readonly person: string;
  /** For the whole organisation. */
  readonly isEnterpriseInstall: boolean;
  /** Pressed Cancel. */
  readonly isDeclined: boolean;
}

interface Code extends Consent {
  readonly scopes: readonly string[];
  readonly redirect: string;
  readonly atMs: number;
  isUsed: boolean;
}

const codes = new WeakMap<State, Map<string, Code>>();

function codesOf(state: State): Map<string, Code> {
  const known = codes.get(state) ?? new Map<string, Code>();
  codes.set(state, known);
  return known;
}

/** `GET /oauth/v2/authorize`, as if the person pressed at once. @returns where their browser goes */
export function authorize(state: State, url: URL, consent: Consent): string {
  const query = url.searchParams;
  const redirect = new URL(query.get('redirect_uri') ?? 'https://example.invalid/slack/oauth_redirect');
  const given = query.get('state');
  if (given !== null) redirect.searchParams.set('state', given);
  if (query.get('client_id') !== state.clientId) {
    state.problems.push('install page: an unknown client_id');
    redirect.searchParams.set('error', 'invalid_client_id');
    return redirect.toString();
  }
  if (consent.isDeclined) {
    redirect.searchParams.set('error', 'access_denied');
    return redirect.toString();
  }
  const code = `${secret(8)}.${secret(16)}`;
  codesOf(state).set(code, {
    ...consent,
    scopes: (query.get('scope') ?? '').split(',').filter((scope) => scope !== ''),
    redirect: query.get('redirect_uri') ?? '',
    atMs: state.clock.nowMs(),
    isUsed: false,
  });
  redirect.searchParams.set('code', code);
  return redirect.toString();
}

/** `oauth.v2.access` with a code. @throws invalid_code, code_already_used, bad_redirect_uri */
export function exchangeCode(state: State, wanted: string, redirect: string | undefined) {
  const code = codesOf(state).get(wanted);
  if (code === undefined || state.clock.nowMs() - code.atMs > codeMs) throw new Refusal('invalid_code');
  if (code.isUsed) throw new Refusal('code_already_used');
  if ((redirect ?? '') !== code.redirect) throw new Refusal('bad_redirect_uri');
  code.isUsed = true;
  const { team, isEnterpriseInstall } = code;
  const id = isEnterpriseInstall ? team.enterprise : team.id;
  if (id === null) throw new Refusal('org_login_required');
  const known = state.installations.get(id);
  const installation = install(state, { id, isEnterpriseInstall, scopes: code.scopes, known });
  return {
    ...grant(state, installation),
    app_id: state.appId,
    authed_user: { id: code.person },
    team: isEnterpriseInstall ? null : { id: team.id, name: team.name },
    enterprise: team.enterprise === null ? null : { id: team.enterprise, name: team.enterprise },
    is_enterprise_install: isEnterpriseInstall,
  };
}

/** Puts the app there. A second installation keeps the bot's user and, without rotation, its token. */
export function install(
  state: State,
  wanted: {
    readonly id: string;
    readonly isEnterpriseInstall: boolean;
    readonly scopes: readonly string[];
    readonly known?: Installation | undefined;
    /** As the one token of the one workspace: it never dies of age. */
    readonly isFixed?: boolean | undefined;
  },
): Installation {
  const { id, isEnterpriseInstall, scopes, known } = wanted;
  const installation: Installation = {
    id,
    isEnterpriseInstall,
    bot: known?.bot ?? state.mint('B'),
    botUser: known?.botUser ?? state.mint('U'),
    botToken: '',
    refreshToken: null,
    scopes,
    isAlive: true,
  };
  state.installations.set(id, installation);
  issueToken(state, installation, state.hasTokenRotation && wanted.isFixed !== true);
  state.people.set(installation.botUser, {
    id: installation.botUser,
    team: id,
    name: 'hailuo',
    locale: 'en-US',
    isAdmin: false,
    isOwner: false,
    isBot: true,
    isStranger: false,
    isDeleted: false,
    isUnreachable: false,
  });
  for (const channel of state.channels.values())
    if (channel.kind === 'im' && (isEnterpriseInstall || channel.team === id)) channel.hasBot = true;
  return installation;
}

/** An older one stays good until its own time. */
function issueToken(state: State, installation: Installation, isRotating: boolean): void {
  installation.botToken = isRotating ? `xoxe.xoxb-1-${secret(16)}` : `xoxb-${secret(16)}`;
  installation.refreshToken = isRotating ? `xoxe-1-${secret(16)}` : null;
  const expiresAtMs = isRotating ? state.clock.nowMs() + tokenMs : Number.POSITIVE_INFINITY;
  state.tokens.set(installation.botToken, { kind: 'bot', installation: installation.id, state: 'good', expiresAtMs });
}

function grant(state: State, installation: Installation) {
  const rotating =
    installation.refreshToken === null ? {} : { refresh_token: installation.refreshToken, expires_in: tokenMs / 1000 };
  return {
    access_token: installation.botToken,
    token_type: 'bot',
    scope: installation.scopes.join(','),
    bot_user_id: installation.botUser,
    app_id: state.appId,
    ...rotating,
  };
}

/** `oauth.v2.access` with a refresh token: each is good once. @throws invalid_refresh_token */
export function refresh(state: State, wanted: string) {
  const installation = state.installations
    .values()
    .find(({ refreshToken, isAlive }) => wanted !== '' && refreshToken === wanted && isAlive);
  if (installation === undefined) throw new Refusal('invalid_refresh_token');
  issueToken(state, installation, true);
  const team = state.teams.get(installation.id);
  return {
    ...grant(state, installation),
    team: team === undefined ? null : { id: team.id, name: team.name },
    enterprise: installation.isEnterpriseInstall ? { id: installation.id, name: installation.id } : null,
    is_enterprise_install: installation.isEnterpriseInstall,
  };
}

/** As `team.info` answers. */
export function teamOf(state: State, installation: Installation) {
  const team = state.teams.get(installation.id);
  return { id: installation.id, name: team?.name ?? installation.id, domain: team?.domain ?? 'organisation' };
}
