/** Slack, asked at no cost: whether the tokens are good, what they may do, and whether Slack finds its way to the bot. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import {
  type BotSeen,
  type EventsSeen,
  type InstallationSeen,
  inspectBot,
  inspectEvents,
  inspectSocket,
  listInstallations,
  type Scopes,
  type SocketSeen,
} from '../bots/slack/inspect-slack.ts';
import { neededScopes } from '../bots/slack/needed-scopes.ts';
import type { SlackTables } from '../bots/slack/slack-tables.ts';
import type { Config } from '../core/config.ts';
import type { Http } from '../core/http.ts';
import { within } from '../core/jobs/within.ts';
import type { Secret } from '../core/secret.ts';
import type { CoreTables } from '../core/tables.ts';
import { type Quote, reasonOf } from './quote.ts';
import { type Finding, fix, note, ok } from './report.ts';

type InstallationsSeen =
  | { readonly kind: 'known'; readonly installations: readonly InstallationSeen[] }
  /** In the embedded database, which belongs to the bot. */
  | { readonly kind: 'embedded' }
  | { readonly kind: 'unreached'; readonly reason: string };

/** How the app stands: one bot token or many installations, one socket or the address Slack calls. */
export interface SlackSeen {
  readonly workspaces:
    | { readonly are: 'one'; readonly bot: BotSeen }
    | { readonly are: 'many'; readonly seen: InstallationsSeen };
  readonly connection:
    | { readonly by: 'socket'; readonly seen: SocketSeen }
    /** Null: nobody said where the world finds the bot. */
    | { readonly by: 'http'; readonly seen: EventsSeen | null };
}

const timeLimitMs = 15_000;
const databaseMs = 10_000;
const apps = 'At api.slack.com/apps';

/** Null: Slack is switched off. Changes nothing anywhere, and takes no connection. */
export async function lookAtSlack(
  { slack, publicUrl, databaseUrl, secretKey }: Pick<Config, 'slack' | 'publicUrl' | 'databaseUrl' | 'secretKey'>,
  http: Http,
  now: Date,
): Promise<SlackSeen | null> {
  if (slack === undefined) return null;
  const { apiUrl } = slack;
  const [workspaces, connection] = await Promise.all([
    slack.workspaces.are === 'one'
      ? inTime(inspectBot(slack.workspaces.token.reveal(), apiUrl)).then((bot) => ({ are: 'one', bot }) as const)
      : lookAtInstallations(databaseUrl, secretKey).then((seen) => ({ are: 'many', seen }) as const),
    slack.connection.by === 'socket'
      ? inTime(inspectSocket(slack.connection.appToken.reveal(), apiUrl)).then(
          (seen) => ({ by: 'socket', seen }) as const,
        )
      : lookAtEvents(publicUrl, slack.connection.signingSecret.reveal(), http, now).then(
          (seen) => ({ by: 'http', seen }) as const,
        ),
  ]);
  return { workspaces, connection };
}

async function inTime<Seen>(looking: Promise<Seen>): Promise<Seen | { kind: 'unreached'; reason: string }> {
  try {
    return await within(timeLimitMs, looking);
  } catch (error) {
    return { kind: 'unreached', reason: reasonOf(error) };
  }
}

async function lookAtEvents(
  publicUrl: string,
  signingSecret: string,
  http: Http,
  now: Date,
): Promise<EventsSeen | null> {
  return publicUrl === '' ? null : inspectEvents(http, `${publicUrl}/slack/events`, signingSecret, now);
}

async function lookAtInstallations(
  connectionString: string | undefined,
  secretKey: Secret | undefined,
): Promise<InstallationsSeen> {
  // With PostgreSQL there is always a key.
  if (connectionString === undefined || secretKey === undefined) return { kind: 'embedded' };
  const pool = new pg.Pool({
    connectionString,
    max: 1,
    connectionTimeoutMillis: databaseMs,
    query_timeout: databaseMs,
    application_name: 'hailuo-bot doctor',
  });
  // One that breaks between two queries is told by the second.
  pool.on('error', () => {});
  const database = new Kysely<CoreTables & SlackTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    return { kind: 'known', installations: (await listInstallations(database, secretKey.reveal())) ?? [] };
  } catch (error) {
    return { kind: 'unreached', reason: reasonOf(error) };
  } finally {
    await database.destroy();
  }
}

/** @param isBotHere whether one runs on this machine: without it, a proxy that finds nobody is no fault */
export function judgeSlack(
  { workspaces, connection }: SlackSeen,
  { publicUrl }: Pick<Config, 'publicUrl'>,
  isBotHere: boolean,
  quote: Quote,
): Finding[] {
  return [
    ...(workspaces.are === 'one'
      ? judgeBot(workspaces.bot, quote)
      : [...judgeInstallations(workspaces.seen, quote), ...judgeInstallPage(publicUrl)]),
    connection.by === 'socket' ? judgeSocket(connection.seen, quote) : judgeEvents(connection.seen, isBotHere, quote),
  ];
}

function judgeBot(seen: BotSeen, quote: Quote): Finding[] {
  switch (seen.kind) {
    case 'bad-token':
      return [
        fix(
          'Slack does not accept SLACK_BOT_TOKEN.',
          `${apps}, under OAuth & Permissions, install the app and copy the Bot User OAuth Token into SLACK_BOT_TOKEN.`,
        ),
      ];
    case 'no-bot':
      return [
        fix(
          'SLACK_BOT_TOKEN is not the token of a bot.',
          `${apps}, under OAuth & Permissions, copy the Bot User OAuth Token: it starts with xoxb-.`,
        ),
      ];
    case 'unreached':
      return [unreached(seen.reason, quote)];
    case 'known':
      return [
        ok(
          `The token is good: bot ${quote(seen.bot)} in the ${seen.isOrganisation ? 'organisation' : 'workspace'} ${quote(seen.workspace)}.`,
        ),
        ...judgeScopes(seen.scopes, quote),
      ];
  }
}

function judgeScopes(scopes: Scopes | null, quote: Quote): Finding[] {
  if (scopes === null) {
    return [note('Slack does not say which scopes the token has.', 'Compare them with `npm run slack:manifest`.')];
  }
  const { missing, unused } = scopes;
  return [
    ...(missing.length === 0
      ? [ok(`Scopes: all ${neededScopes.length} that are needed.`)]
      : [fix(`The app was installed without: ${missing.join(', ')}.`, reinstall)]),
    ...(unused.length === 0
      ? []
      : [
          note(
            `The app may do more than this bot does: ${quote(unused.join(', '))}.`,
            `${apps}, under OAuth & Permissions, take out what nothing else needs.`,
          ),
        ]),
  ];
}

const reinstall = `${apps}, under App Manifest, paste what \`npm run slack:manifest\` prints, then install the app again. docs/slack.md says what each scope is for.`;

function judgeSocket(seen: SocketSeen, quote: Quote): Finding {
  switch (seen.kind) {
    case 'open':
      return ok('Socket Mode is on: Slack would open a connection.');
    case 'bad-token':
      return fix('Slack does not accept SLACK_APP_TOKEN.', newAppToken);
    case 'wrong-token':
      return fix('SLACK_APP_TOKEN is not an app-level token: one starts with xapp-.', newAppToken);
    case 'lacks-scope':
      return fix('SLACK_APP_TOKEN lacks the scope connections:write.', newAppToken);
    case 'refused':
      return fix(
        `Slack opens no connection: it says ${quote(seen.code)}.`,
        `${apps}, under Socket Mode, switch it on, and see that SLACK_APP_TOKEN is of the same app.`,
      );
    case 'unreached':
      return unreached(seen.reason, quote);
  }
}

const newAppToken = `${apps}, under Basic Information, App-Level Tokens, make one with connections:write and copy it into SLACK_APP_TOKEN.`;

function judgeEvents(seen: EventsSeen | null, isBotHere: boolean, quote: Quote): Finding {
  if (seen === null) {
    return fix(
      'No PUBLIC_URL, so Slack cannot be told where to send what people do.',
      'Set it to the address of your reverse proxy, or set SLACK_APP_TOKEN instead: Socket Mode needs no address.',
    );
  }
  switch (seen.kind) {
    case 'answers':
      return ok('PUBLIC_URL/slack/events answers what this SLACK_SIGNING_SECRET signs.');
    case 'other-secret':
      return fix(
        'The bot at PUBLIC_URL refuses what this SLACK_SIGNING_SECRET signs.',
        'See that it runs with the same one, and that the clocks of both machines are right.',
      );
    case 'other':
      if (!isBotHere && [502, 503, 504].includes(seen.status)) {
        return note(
          `PUBLIC_URL/slack/events reaches a proxy that finds no bot (${seen.status}).`,
          'Start the bot and run this again.',
        );
      }
      return fix(
        `PUBLIC_URL/slack/events does not answer as Slack wants it: ${seen.status}.`,
        'See that a process with the role web runs there with these settings, and that the proxy passes POST on.',
      );
    case 'unreached':
      return fix(
        `PUBLIC_URL/slack/events does not answer: ${quote(seen.reason)}`,
        'See that the name leads to your proxy, and that the proxy passes everything on to HOST and PORT.',
      );
  }
}

function judgeInstallations(seen: InstallationsSeen, quote: Quote): Finding[] {
  switch (seen.kind) {
    case 'embedded':
      return [note('Who installed the app stands in the embedded database, which only the bot opens.')];
    case 'unreached':
      return [note(`Who installed the app cannot be seen: ${quote(seen.reason)}`, 'See the section Database.')];
    case 'known': {
      const { installations } = seen;
      if (installations.length === 0) return [note('Nobody has installed the app yet.', 'Open the address below.')];
      const organisations = installations.filter(({ isOrganisation }) => isOrganisation).length;
      const workspaces = installations.length - organisations;
      const lacking = installations.filter(({ missing }) => missing.length > 0);
      return [
        ok(`Installed in ${counted(workspaces, 'workspace')} and ${counted(organisations, 'organisation')}.`),
        ...judgeSealed(installations),
        ...lacking
          .slice(0, mostNamed)
          .map(({ name, missing }) =>
            note(
              `In ${quote(name)} the app was installed without: ${missing.join(', ')}.`,
              'Let its admins install it again.',
            ),
          ),
        ...(lacking.length > mostNamed ? [note(`And ${lacking.length - mostNamed} more lack some scope.`)] : []),
      ];
    }
  }
}

function judgeSealed(installations: readonly InstallationSeen[]): Finding[] {
  const closed = installations.filter(({ isOpen }) => !isOpen).length;
  if (closed === 0) return [];
  return [
    fix(
      `${closed} of ${installations.length} tokens were sealed under another SECRET_KEY, so nothing can be said there.`,
      'Set SECRET_KEY to what it was, or let them install the app again.',
    ),
  ];
}

const mostNamed = 5;

function counted(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}

function judgeInstallPage(publicUrl: string): Finding[] {
  return [
    ok(`Install it: ${publicUrl}/slack/install`),
    ...(publicUrl.startsWith('https:')
      ? []
      : [
          note(
            'PUBLIC_URL is not https: a browser does not keep what Slack hands it, so most installations fail.',
            'Give the proxy a certificate.',
          ),
        ]),
  ];
}

function unreached(reason: string, quote: Quote): Finding {
  return fix(
    `Slack gives no usable answer: ${quote(reason)}`,
    'See whether this machine gets out to Slack, and whether SLACK_API_URL, if set, is right.',
  );
}
