/** The bot that may be running on this machine: asked at the address this configuration gives it. */
import { z } from 'zod';
import type { Config } from '../core/config.ts';
import { type Http, type HttpAnswer, NotSentError } from '../core/http.ts';
import { type Quote, reasonOf } from './quote.ts';
import { type Finding, fix, note, ok } from './report.ts';

export type RunningBotSeen =
  /** `PORT=0`: only its log knows. */
  | { readonly kind: 'anywhere' }
  | { readonly kind: 'nobody'; readonly url: string }
  /** Something has the port, and did not answer: perhaps a bot that hangs. */
  | { readonly kind: 'silent'; readonly url: string; readonly reason: string }
  /** Something has the port, and it is no bot. */
  | { readonly kind: 'stranger'; readonly url: string; readonly detail: string }
  | {
      readonly kind: 'bot';
      readonly url: string;
      /** What is not ready, by name, with why. */
      readonly missing: Readonly<Record<string, string>>;
      readonly providers: ProvidersSeen;
    };

type ProvidersSeen =
  | { readonly kind: 'told'; readonly views: readonly ProviderView[] }
  | { readonly kind: 'refused' }
  /** A version without that route, or one that could not answer just now. */
  | { readonly kind: 'untold' };

export type ProviderView = z.output<typeof providerView>;

const side = z.object({
  state: z.string(),
  cause: z.string().nullish(),
  reason: z.string().nullish(),
  nextTry: z.string().nullish(),
});
const providerView = z.object({
  id: z.string(),
  title: z.string(),
  submit: side,
  look: side,
  slots: z.number().nullish(),
  running: z.number(),
  waiting: z.number(),
});
const readiness = z.object({ ready: z.boolean(), missing: z.record(z.string(), z.string()) });
const standings = z.object({ providers: z.array(providerView) });

/** Longer than the ten seconds the bot itself waits for its database. */
const timeLimitMs = 15_000;

export async function lookAtRunningBot(
  config: Pick<Config, 'host' | 'port' | 'adminToken'>,
  http: Http,
): Promise<RunningBotSeen> {
  if (config.port === 0) return { kind: 'anywhere' };
  const url = addressOf(config);
  let answer: HttpAnswer;
  try {
    answer = await http({ method: 'GET', url: `${url}/readyz`, timeoutMs: timeLimitMs });
  } catch (error) {
    return error instanceof NotSentError ? { kind: 'nobody', url } : { kind: 'silent', url, reason: reasonOf(error) };
  }
  const ready = readiness.safeParse(answer.json);
  if (!ready.success) return { kind: 'stranger', url, detail: `/readyz answers ${answer.status}` };
  return { kind: 'bot', url, missing: ready.data.missing, providers: await askForProviders(url, config, http) };
}

async function askForProviders(
  url: string,
  { adminToken }: Pick<Config, 'adminToken'>,
  http: Http,
): Promise<ProvidersSeen> {
  try {
    const headers = adminToken === undefined ? {} : { authorization: `Bearer ${adminToken.reveal()}` };
    const answer = await http({ method: 'GET', url: `${url}/providers.json`, headers, timeoutMs: timeLimitMs });
    if (answer.status === 401 || answer.status === 403) return { kind: 'refused' };
    const told = standings.safeParse(answer.json);
    return told.success ? { kind: 'told', views: told.data.providers } : { kind: 'untold' };
  } catch {
    return { kind: 'untold' };
  }
}

/** Where a bot that listens everywhere is met on its own machine. */
function addressOf({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

interface Told {
  /** The providers this configuration switches on. */
  readonly providers: readonly { readonly id: string; readonly title: string }[];
  /** The process that has the embedded database open. */
  readonly holder: string | null;
}

export function judgeRunningBot(seen: RunningBotSeen, told: Told, quote: Quote): Finding[] {
  switch (seen.kind) {
    case 'anywhere':
      return [note('PORT is 0, so a running bot could be anywhere.', 'Its line `process.ready` names the address.')];
    case 'nobody':
      return [
        told.holder === null
          ? note(`No bot answers at ${seen.url}.`, 'Start it: npm start')
          : note(
              `No bot answers at ${seen.url}, yet ${quote(told.holder)} has the database open.`,
              'It listens elsewhere: its HOST or PORT differs from what is set here.',
            ),
      ];
    case 'silent':
      return [
        fix(
          `What has ${seen.url} does not answer: ${quote(seen.reason)}`,
          'If it is the bot, look at its log and start it again; if not, set PORT to another one.',
        ),
      ];
    case 'stranger':
      return [
        fix(
          `Another program has ${seen.url} (${quote(seen.detail)}), so the bot cannot start there.`,
          'Set PORT to another one, or end that program.',
        ),
      ];
    case 'bot':
      return [...judgeReadiness(seen, quote), ...judgeStandings(seen.providers, told, quote)];
  }
}

function judgeReadiness({ url, missing }: Extract<RunningBotSeen, { kind: 'bot' }>, quote: Quote): Finding[] {
  const problems = Object.entries(missing);
  if (problems.length === 0) return [ok(`The bot at ${url} is ready.`)];
  return problems.map(([name, problem]) =>
    fix(`The bot at ${url} is not ready: ${quote(`${name}: ${problem}`)}`, 'See above, and what its log says.'),
  );
}

function judgeStandings(seen: ProvidersSeen, told: Told, quote: Quote): Finding[] {
  switch (seen.kind) {
    case 'untold':
      return [note('It does not tell how its providers stand.')];
    case 'refused':
      return [
        note(
          'It does not tell us how its providers stand.',
          'Set the ADMIN_TOKEN here that it was started with, or one for both.',
        ),
      ];
    case 'told': {
      const absent = told.providers.filter(({ id }) => !seen.views.some((view) => view.id === id));
      return [
        ...absent.map(({ title }) =>
          fix(`It does not use ${title}, which is set here.`, 'Start it again: it read its configuration before.'),
        ),
        ...seen.views.flatMap((view) => judgeView(view, quote)),
      ];
    }
  }
}

function judgeView({ title, submit, look, running, waiting, slots }: ProviderView, quote: Quote): Finding[] {
  const name = quote(title);
  const room = typeof slots === 'number' ? ` of ${slots}` : '';
  const load = `${running}${room} running, ${waiting} waiting`;
  const open = [
    ...(submit.state === 'open' ? [judgeOpen(`${name}: no paid calls`, submit, quote)] : []),
    ...(look.state === 'open' ? [judgeOpen(`${name}: no looks`, look, quote)] : []),
  ];
  if (open.length > 0) return [...open, note(`${name}: ${load}.`)];
  return [
    typeof submit.nextTry === 'string'
      ? note(`${name}: asked us to wait until ${quote(submit.nextTry)}; ${load}.`)
      : ok(`${name}: calls flow, ${load}.`),
  ];
}

function judgeOpen(what: string, { cause, reason, nextTry }: z.output<typeof side>, quote: Quote): Finding {
  const why = quote([cause, reason].filter(Boolean).join(': ') || 'it does not say why');
  const again = typeof nextTry === 'string' ? ` Next try: ${quote(nextTry)}.` : '';
  return fix(`${what} for now (${why}).${again}`, nextAfter(cause));
}

function nextAfter(cause: string | null | undefined): string {
  switch (cause) {
    case 'bad-key':
      return 'Set a good key and start the bot again.';
    case 'no-credit':
      return 'Top up the account; the bot goes on by itself at its next try.';
    default:
      return 'The bot goes on by itself when the provider answers again; until then others are asked.';
  }
}
