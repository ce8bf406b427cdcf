/** What a chat platform brings: its own tables, a courier for workers, an intake for the process that holds the connection. */
import type { Migration } from 'kysely/migration';
import type { Command } from '../commands/command.ts';
import type { Courier } from '../core/delivery/delivery.ts';

/** Listens to one platform and turns what people do there into command calls. */
export interface Bot {
  /** Connected and able to hear people; what `/readyz` reports. */
  isReady(): boolean;
  start(commands: readonly Command[]): Promise<void>;
  /** No new command is taken after this resolves; those under way have been answered. */
  stop(): Promise<void>;
}

export interface Platform {
  readonly platform: string;
  /** The role of the process whose bot hears people: the one that holds connections, or the one that serves HTTP. */
  readonly hearsIn: 'bots' | 'web';
  /** By REST or by the database only, so that a worker without a connection can use it. */
  readonly courier: Courier;
  readonly bot: Bot;
}

/** The tables a platform keeps for itself, beside core's. Names start with the platform. */
export type PlatformMigrations = Readonly<Record<string, Migration>>;
