/** The services the operator has switched on, each with its key: for the bot, and for the doctor that examines it. */
import { join } from 'node:path';
import type { Config } from './core/config.ts';
import { createHttp } from './core/http.ts';
import type { Log } from './core/log.ts';
import type { VideoProvider } from './core/providers/provider.ts';
import { providers as knownProviders } from './core/providers/registry.ts';
import type { StrangerGuard } from './core/stranger-guard.ts';

/** In the operator's order of preference. Calls nobody and writes nothing. */
export function connectProviders(config: Config, guard: StrangerGuard, now: () => Date, log: Log): VideoProvider[] {
  return config.providers.flatMap(({ id, settings }) => {
    const provider = knownProviders.find((candidate) => candidate.id === id);
    if (provider === undefined) return [];
    return provider.connect(settings, {
      http: createHttp({ guard, log: (event, fields) => log.debug(event, { provider: id, ...fields }) }),
      now,
      scratchDirectory: join(config.dataDirectory, 'scratch', id),
      log: (event, fields) => log.warn(`provider.${event}`, { provider: id, ...fields }),
    });
  });
}
