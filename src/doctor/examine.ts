/** Every part of an installation, looked at side by side. */
import type { Config } from '../core/config.ts';
import type { Http } from '../core/http.ts';
import type { SealedProvider, VideoProvider } from '../core/providers/provider.ts';
import { type ConfigurationSeen, judgeConfiguration } from './configuration.ts';
import { judgeDataDirectory, lookAtDataDirectory } from './data-directory.ts';
import { judgeDatabase, lookAtDatabase } from './database.ts';
import { judgeDiscord, lookAtDiscord } from './discord.ts';
import { commandsToDraw } from './our-commands.ts';
import { judgeProviders, judgeUnused, lookAtProviders } from './providers.ts';
import { judgePublicAddress, lookAtPublicAddress } from './public-address.ts';
import { judgeQueue, lookAtRedis } from './queue.ts';
import type { Quote } from './quote.ts';
import type { Section } from './report.ts';
import { judgeRunningBot, lookAtRunningBot } from './running-bot.ts';
import { judgeSlack, lookAtSlack } from './slack.ts';

export interface Patient {
  readonly config: Config;
  readonly seen: ConfigurationSeen;
  readonly known: readonly SealedProvider[];
  /** Those the configuration switches on. */
  readonly connected: readonly VideoProvider[];
}

interface DoctorEdges {
  readonly http: Http;
  readonly quote: Quote;
  readonly now: () => Date;
}

/** Changes nothing anywhere. Takes as long as the slowest answer, at most about half a minute. */
export async function examine(
  { config, seen, known, connected }: Patient,
  { http, quote, now }: DoctorEdges,
): Promise<Section[]> {
  const { environment } = seen;
  const [directory, database, redis, providers, discord, slack, address, bot] = await Promise.all([
    lookAtDataDirectory(config),
    lookAtDatabase(config),
    lookAtRedis(config),
    lookAtProviders(connected, known, environment),
    lookAtDiscord(config, commandsToDraw(connected)),
    lookAtSlack(config, http, now()),
    lookAtPublicAddress(config, http),
    lookAtRunningBot(config, http),
  ]);
  const holder = database.kind === 'embedded' ? database.holder : null;
  const isBotHere = bot.kind === 'bot' || holder !== null;
  return [
    {
      title: 'Configuration',
      findings: [...judgeConfiguration(config, seen), ...judgeDataDirectory(directory, config)],
    },
    { title: 'Database', findings: judgeDatabase(database, quote) },
    { title: 'Queue', findings: judgeQueue(redis, database, quote) },
    {
      title: 'Providers',
      findings: [...judgeProviders(providers, config, quote), ...judgeUnused(connected, known, environment)],
    },
    ...(discord === null ? [] : [{ title: 'Discord', findings: judgeDiscord(discord, quote) }]),
    ...(slack === null ? [] : [{ title: 'Slack', findings: judgeSlack(slack, config, isBotHere, quote) }]),
    { title: 'Public address', findings: judgePublicAddress(address, config, isBotHere, quote) },
    { title: 'The running bot', findings: judgeRunningBot(bot, { providers: connected, holder }, quote) },
  ];
}
