/** Asks Slack, for nothing and changing nothing, how the app behind the tokens is set up. */
import { createHmac, randomUUID } from 'node:crypto';
import { WebAPIPlatformError, WebAPIRateLimitedError, WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Http } from '../../core/http.ts';
import { silentLog } from '../../core/log.ts';
import { readRefusal } from './api-errors.ts';
import { neededScopes } from './needed-scopes.ts';
import { createSealing, type Sealing } from './sealing.ts';
import { clientOptions } from './slack-clients.ts';
import type { SlackDatabase } from './slack-tables.ts';

/** Nothing usable came back, or Slack wants to be asked later. */
interface Unreached {
  readonly kind: 'unreached';
  readonly reason: string;
}

export type BotSeen =
  | { readonly kind: 'bad-token' }
  /** The token is good, and somebody else's than a bot's. */
  | { readonly kind: 'no-bot' }
  | Unreached
  | {
      readonly kind: 'known';
      readonly bot: string;
      /** Its name; an organisation's where the app is installed for all of one. */
      readonly workspace: string;
      readonly isOrganisation: boolean;
      /** Null: Slack did not say what the token may do. */
      readonly scopes: Scopes | null;
    };

/** What a token may do beside what it should. */
export interface Scopes {
  readonly missing: readonly string[];
  readonly unused: readonly string[];
}

export type SocketSeen =
  | { readonly kind: 'open' }
  | { readonly kind: 'bad-token' }
  /** A good token of another kind: a bot's, say. */
  | { readonly kind: 'wrong-token' }
  | { readonly kind: 'lacks-scope' }
  | { readonly kind: 'refused'; readonly code: string }
  | Unreached;

export type EventsSeen =
  | { readonly kind: 'answers' }
  /** Whoever is there does not take what this secret signs. */
  | { readonly kind: 'other-secret' }
  | { readonly kind: 'other'; readonly status: number }
  | Unreached;

export interface InstallationSeen {
  readonly name: string;
  readonly isOrganisation: boolean;
  readonly missing: readonly string[];
  /** False: its token was sealed under another SECRET_KEY, and nobody can use it. */
  readonly isOpen: boolean;
}

const identity = z.object({
  user: z.string().default(''),
  team: z.string().default(''),
  bot_id: z.string().optional(),
  is_enterprise_install: z.boolean().default(false),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

/** @param apiUrl ends in a slash */
export async function inspectBot(token: string, apiUrl: string): Promise<BotSeen> {
  try {
    const answer = identity.parse(await new WebClient(token, clientOptions(apiUrl, silentLog)).auth.test());
    if (answer.bot_id === undefined) return { kind: 'no-bot' };
    const granted = answer.response_metadata?.scopes;
    return {
      kind: 'known',
      bot: answer.user,
      workspace: answer.team,
      isOrganisation: answer.is_enterprise_install,
      scopes: granted === undefined ? null : compareScopes(granted),
    };
  } catch (error) {
    const code = codeOf(error);
    if (code !== null && deadTokens.has(code)) return { kind: 'bad-token' };
    return code === 'not_allowed_token_type' ? { kind: 'no-bot' } : unreached(error);
  }
}

/**
 * Whether Slack would open a connection. None is opened: Slack would send to it what people do, and nobody would answer.
 * @param apiUrl ends in a slash
 */
export async function inspectSocket(appToken: string, apiUrl: string): Promise<SocketSeen> {
  try {
    await new WebClient(appToken, clientOptions(apiUrl, silentLog)).apps.connections.open();
    return { kind: 'open' };
  } catch (error) {
    const code = codeOf(error);
    if (code === null || readRefusal(error) === null) return unreached(error);
    if (code === 'not_allowed_token_type') return { kind: 'wrong-token' };
    if (code === 'missing_scope') return { kind: 'lacks-scope' };
    return deadTokens.has(code) ? { kind: 'bad-token' } : { kind: 'refused', code };
  }
}

/**
 * Asks a bot as Slack does when an address is entered, signed and all (platforms/slack.md §2). From this machine: what
 * Slack sees may differ.
 * @param url of `/slack/events`
 */
export async function inspectEvents(http: Http, url: string, signingSecret: string, now: Date): Promise<EventsSeen> {
  const challenge = randomUUID();
  const body = JSON.stringify({ type: 'url_verification', challenge, token: '' });
  const seconds = String(Math.floor(now.getTime() / 1000));
  const signature = createHmac('sha256', signingSecret).update(`v0:${seconds}:${body}`).digest('hex');
  try {
    const answer = await http({
      method: 'POST',
      url,
      timeoutMs: answerMs,
      headers: {
        'content-type': 'application/json',
        'x-slack-request-timestamp': seconds,
        'x-slack-signature': `v0=${signature}`,
      },
      body: new TextEncoder().encode(body),
    });
    const isRepeated = challengeAnswer.safeParse(answer.json).data?.challenge === challenge;
    if (answer.status === 200 && isRepeated) return { kind: 'answers' };
    return answer.status === 401 ? { kind: 'other-secret' } : { kind: 'other', status: answer.status };
  } catch (error) {
    return unreached(error);
  }
}

/**
 * Every workspace and organisation that has the app, by name; null: the table is not there yet.
 * @param secretKey tokens are opened with it, and nothing more is done with them
 */
export async function listInstallations(
  database: SlackDatabase,
  secretKey: string,
): Promise<readonly InstallationSeen[] | null> {
  const sealing = createSealing(secretKey);
  try {
    const rows = await database
      .selectFrom('slack_installations')
      .select(['id', 'name', 'enterprise', 'scopes', 'sealed'])
      .orderBy('name')
      .execute();
    return rows.map(({ id, name, enterprise, scopes, sealed }) => ({
      name,
      isOrganisation: id === enterprise,
      missing: compareScopes(scopes).missing,
      isOpen: opens(sealing, id, sealed),
    }));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === undefinedTable) return null;
    throw error;
  }
}

function opens(sealing: Sealing, id: string, sealed: string): boolean {
  try {
    sealing.open(id, sealed);
    return true;
  } catch {
    return false;
  }
}

function compareScopes(granted: readonly string[]): Scopes {
  const needed: readonly string[] = neededScopes.map(({ scope }) => scope);
  return {
    missing: needed.filter((scope) => !granted.includes(scope)),
    unused: granted.filter((scope) => scope !== '' && !needed.includes(scope)),
  };
}

const answerMs = 10_000;
const challengeAnswer = z.object({ challenge: z.string() });
/** As PostgreSQL calls it. */
const undefinedTable = '42P01';

const deadTokens = new Set([
  'not_authed',
  'invalid_auth',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'user_removed_from_team',
  'team_disabled',
]);

/** Slack's own word for a refusal; null when it was none, or what answered is not Slack. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof WebAPIPlatformError)) return null;
  const { error: code } = error.data;
  return typeof code === 'string' && /^[a-z_]{1,60}$/.test(code) ? code : null;
}

function unreached(error: unknown): Unreached {
  return { kind: 'unreached', reason: reasonIn(error) };
}

function reasonIn(error: unknown): string {
  const code = codeOf(error);
  if (code !== null) return `it says ${code}`;
  if (error instanceof WebAPIPlatformError || error instanceof z.ZodError) {
    return 'what answered does not speak like Slack';
  }
  if (error instanceof WebAPIRateLimitedError) return `too many calls; again in ${error.retryAfter} s`;
  // The library wraps what went wrong, and the network wraps it once more.
  if (error instanceof Error && error.cause instanceof Error) return reasonIn(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonIn(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}
