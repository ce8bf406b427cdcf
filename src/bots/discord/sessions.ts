/** Where each shard's gateway session stands, kept so that the next process goes on with it instead of beginning one. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { DiscordDatabase } from './discord-tables.ts';

const session = z.object({
  sessionId: z.string(),
  sequence: z.number(),
  resumeURL: z.string(),
  shardCount: z.number(),
});
/** What Discord needs to hear to go on with a session (platforms/discord.md §9). */
export type GatewaySession = z.output<typeof session>;

const kept = session.extend({
  /** Who has it in hand; null: let go in good order, so it is anybody's at once. */
  holder: z.string().nullable(),
  /** A session goes on with the intents it began with. */
  intents: z.number(),
});

export interface SessionStore {
  /** Takes over the session of a process that stopped, or has been silent too long; null: there is none to take. */
  take(shard: number): Promise<GatewaySession | null>;
  /** Where it stands now; also says that it is in hand. Never overwrites one that another process has in hand. */
  keep(shard: number, session: GatewaySession): Promise<void>;
  /** Discord will not go on with it. */
  drop(shard: number): Promise<void>;
  /** Where it stood when the connection was closed so that it can be resumed. */
  letGo(shard: number, session: GatewaySession): Promise<void>;
}

interface SessionStoreSettings {
  readonly application: string;
  /** This process, for itself alone. */
  readonly holder: string;
  readonly intents: number;
  /** Kept less often than that, it belongs to a process that is gone. */
  readonly staleAfterMs: number;
  /** Nobody else uses the database: whatever is kept was left by a process that is gone. */
  readonly isAlone: boolean;
  readonly now: () => Date;
}

export function createSessionStore(database: DiscordDatabase, settings: SessionStoreSettings): SessionStore {
  const { application, holder, intents, isAlone, now } = settings;
  const stale = (): Date => new Date(now().getTime() - settings.staleAfterMs);
  const isMine = sql<boolean>`discord_sessions.session ->> 'holder' is not distinct from ${holder}`;
  const isFree = () =>
    sql<boolean>`(${isAlone}::boolean or discord_sessions.session ->> 'holder' is null
      or discord_sessions.updated_at <= ${stale()}::timestamptz)`;

  async function write(shard: number, at: GatewaySession, by: string | null): Promise<void> {
    const row = { shards: at.shardCount, session: JSON.stringify({ ...at, holder: by, intents }), updated_at: now() };
    await database
      .insertInto('discord_sessions')
      .values({ application, shard, ...row })
      .onConflict((same) =>
        same.columns(['application', 'shard']).doUpdateSet(row).where(sql<boolean>`${isMine} or ${isFree()}`),
      )
      .execute();
  }

  return {
    async take(shard) {
      const taken = await database
        .updateTable('discord_sessions')
        .set({ session: sql<string>`session || jsonb_build_object('holder', ${holder}::text)`, updated_at: now() })
        .where('application', '=', application)
        .where('shard', '=', shard)
        .where(isFree())
        .returning('session')
        .executeTakeFirst();
      const read = kept.safeParse(taken?.session);
      if (!read.success || read.data.intents !== intents) return null;
      return session.parse(read.data);
    },
    keep: (shard, at) => write(shard, at, holder),
    letGo: (shard, at) => write(shard, at, null),
    async drop(shard) {
      await database
        .deleteFrom('discord_sessions')
        .where('application', '=', application)
        .where('shard', '=', shard)
        .where(isMine)
        .execute();
    },
  };
}
