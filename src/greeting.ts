/** The first thing a person at a terminal reads: what is on, what is not, and the next step. */
import type { Config } from './core/config.ts';

export interface Greeting {
  readonly config: Pick<Config, 'publicUrl' | 'redisUrl' | 'roles' | 'discord' | 'slack'>;
  /** Where the page is; null when this process serves none. */
  readonly url: string | null;
  readonly database: 'embedded' | 'postgres';
  readonly providers: readonly { readonly id: string; readonly title: string }[];
}

/** Three lines. */
export function greet(out: { write(text: string): unknown }, greeting: Greeting): void {
  out.write(`\n${greetingLines(greeting).join('\n')}\n\n`);
}

export function greetingLines({ config, url, database, providers }: Greeting): readonly [string, string, string] {
  const renders = providers.map(({ title }) => title).join(', ');
  const ledger =
    database === 'embedded' ? 'embedded database' : `PostgreSQL${config.redisUrl === undefined ? '' : ' and Redis'}`;
  const where = url === null ? config.roles.join(', ') : `chat page ${url}`;
  const hasDiscord = config.discord !== undefined && config.roles.includes('bots');
  const hasSlack =
    config.slack !== undefined && config.roles.includes(config.slack.connection.by === 'socket' ? 'bots' : 'web');
  const isSandbox = providers.every(({ id }) => id === 'sandbox');
  const off = [
    ...(isSandbox ? ['real providers (clips are drawn here and cost nothing)'] : []),
    ...(config.publicUrl === '' ? ['call-backs and links for others (no PUBLIC_URL)'] : []),
    ...(config.discord === undefined ? ['Discord (no DISCORD_TOKEN)'] : []),
    ...(config.slack === undefined ? ['Slack (no SLACK_BOT_TOKEN)'] : []),
  ];
  return [
    `  On    ${[where, ...(hasDiscord ? ['Discord'] : []), ...(hasSlack ? ['Slack'] : []), renders, ledger].join(' · ')}`,
    `  Off   ${off.join(' · ')}`,
    `  Next  ${nextStep(url, isSandbox)}`,
  ];
}

function nextStep(url: string | null, isSandbox: boolean): string {
  if (url === null) return 'this process serves no page; look at one with the web role';
  return isSandbox
    ? `open ${url} and type /hailuo a paper boat in a storm [Push in] — for real clips put FAL_KEY=… into .env`
    : `open ${url} and type /hailuo a paper boat in a storm [Push in]`;
}
