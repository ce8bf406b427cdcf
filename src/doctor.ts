/** `npm run doctor`: what is configured, reachable and missing, with the next step for each. Changes nothing. */
import { parseArgs } from 'node:util';
import { connectProviders } from './connect-providers.ts';
import { ConfigError, readConfig, settingNames } from './core/config.ts';
import { createHttp } from './core/http.ts';
import { silentLog } from './core/log.ts';
import { providers as knownProviders } from './core/providers/registry.ts';
import { createStrangerGuard } from './core/stranger-guard.ts';
import { judgeProblems } from './doctor/configuration.ts';
import { examine } from './doctor/examine.ts';
import { createQuote, passwordsIn } from './doctor/quote.ts';
import { countFixes, renderJson, renderText, type Section } from './doctor/report.ts';
import { readEnvFile } from './env-file.ts';

async function lookAround(): Promise<Section[]> {
  const before = { ...process.env };
  const envFile = readEnvFile();
  // As the bot does: what cannot be read does not count.
  if (envFile.state === 'read') process.loadEnvFile();
  const environment = { ...process.env };
  try {
    const config = readConfig(environment, knownProviders);
    const now = (): Date => new Date();
    const guard = createStrangerGuard({ allowPrivate: config.fetchAllowPrivate });
    return await examine(
      {
        config,
        seen: { names: settingNames(knownProviders), before, environment, envFile },
        known: knownProviders,
        connected: connectProviders(config, guard, now, silentLog),
      },
      {
        http: createHttp(),
        quote: createQuote([...config.secrets, ...passwordsIn([config.databaseUrl, config.redisUrl])]),
        now,
      },
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [{ title: 'Configuration', findings: judgeProblems(error.problems) }];
  }
}

/** Whole before the process ends: on some systems a pipe is written to later. */
function print(out: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => out.write(text, () => resolve()));
}

function readsJson(): boolean {
  try {
    return parseArgs({ options: { json: { type: 'boolean', default: false } } }).values.json;
  } catch {
    throw new Error('The doctor knows one option: --json');
  }
}

async function main(): Promise<number> {
  const isJson = readsJson();
  const sections = await lookAround();
  const isColoured = process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '';
  await print(process.stdout, isJson ? renderJson(sections) : renderText(sections, isColoured));
  return countFixes(sections) === 0 ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  await print(process.stderr, `${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
