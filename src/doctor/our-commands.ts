/** The commands of this version as they would be registered, without anything that could run them. */
import { Kysely, PostgresDialect } from 'kysely';
import { createCommands } from '../commands/all.ts';
import type { Command } from '../commands/command.ts';
import type { Database } from '../core/database.ts';
import { noMeasures } from '../core/jobs/edges.ts';
import { createJobStore } from '../core/jobs/store.ts';
import { createTraffic } from '../core/jobs/traffic/traffic.ts';
import { silentLog } from '../core/log.ts';
import type { VideoProvider } from '../core/providers/provider.ts';

/** For their names, descriptions and options alone: whatever they are asked to do rejects. */
export function commandsToDraw(providers: readonly VideoProvider[]): readonly Command[] {
  const refuse = () => Promise.reject(new Error('the doctor runs no command'));
  const database: Database = new Kysely({ dialect: new PostgresDialect({ pool: refuse }) });
  const now = (): Date => new Date();
  const queue = { wake: refuse };
  return createCommands({
    database,
    store: createJobStore({ database, now }),
    queue,
    providers,
    traffic: createTraffic({ database, providers, queue, now, random: Math.random, log: silentLog, hide: String }),
    media: {
      takeIn: refuse,
      keepClip: refuse,
      lastFrame: refuse,
      fit: refuse,
      find: refuse,
      pathOf: () => '',
      link: () => '',
    },
    courierFor: () => undefined,
    callBackUrl: () => undefined,
    settings: {
      deadlineMs: 0,
      unknownHoldMs: 0,
      limits: { clipsPerDay: null, concurrent: null, usdPerMonth: null },
      routing: 'order',
      publicUrl: '',
    },
    now,
    newId: () => '',
    random: Math.random,
    log: silentLog,
    measure: noMeasures,
  });
}
