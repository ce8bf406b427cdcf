/**
 * Lets discord.js' client go on with the gateway session of an earlier process. By itself it keeps sessions in memory
 * only (platforms/discord.md §9), and after such a resume it would wait for ever for the READY that only a new session brings.
 */
import {
  CloseCodes,
  GatewayDispatchEvents,
  GatewayOpcodes,
  type IShardingStrategy,
  type SessionInfo,
  SimpleShardingStrategy,
  type WebSocketOptions,
} from 'discord.js';
import { within } from '../../core/jobs/within.ts';
import type { Log } from '../../core/log.ts';
import type { GatewaySession, SessionStore } from './sessions.ts';

type Manager = Parameters<NonNullable<WebSocketOptions['buildStrategy']>>[0];

/** @discordjs/ws' events are named by plain words: discord.js exports another list under the name of theirs. */
interface OnShard {
  readonly shardId: number;
}

/** How long the connection waits for the database to say what was left. */
const takePatienceMs = 2_000;
const keepEveryMs = 3_000;

/** Who we are, as Discord tells. */
export interface Self {
  readonly application: string;
  readonly user: { readonly id: string; readonly username: string };
}

interface ResumingEdges {
  readonly self: Self;
  readonly sessions: SessionStore;
  readonly log: Log;
}

export interface Resuming {
  /** For the client's options. */
  readonly buildStrategy: (manager: Manager) => IShardingStrategy;
  /** Closes every shard so that its session lives on, and keeps where each stood. */
  letGo(): Promise<void>;
}

export function createResuming({ self, sessions, log }: ResumingEdges): Resuming {
  const standing = new Map<number, GatewaySession>();
  let lately = new Map<number, GatewaySession>();
  let strategy: IShardingStrategy | null = null;
  let isLettingGo = false;
  const quietly = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => log.warn('discord.session-not-kept', { error }));

  /**
   * One step behind: what came since the last time may not be written down yet, and is sent again to whoever goes on
   * from here. Repeats are harmless, gaps are not.
   */
  async function keep(): Promise<void> {
    const before = lately;
    lately = new Map(standing);
    for (const [shard, session] of before) {
      if (standing.get(shard)?.sessionId === session.sessionId) await sessions.keep(shard, session);
    }
  }
  const keeping = setInterval(() => void quietly(keep()), keepEveryMs);
  keeping.unref();

  function takeOver(manager: Manager): void {
    const own = { ...manager.options };
    const asked = new Set<number>();
    const inherited = new Set<number>();

    manager.options.retrieveSessionInfo = async (shard) => {
      const mine = await own.retrieveSessionInfo(shard);
      if (mine !== null || asked.has(shard)) return mine;
      asked.add(shard);
      const left = await within(takePatienceMs, sessions.take(shard)).catch((error: unknown) => {
        log.warn('discord.session-not-found', { shard, error });
        return null;
      });
      if (left === null || left.shardCount !== (await manager.getShardCount())) return null;
      const session = { ...left, shardId: shard };
      await own.updateSessionInfo(shard, session);
      standing.set(shard, left);
      inherited.add(shard);
      return session;
    };
    manager.options.updateSessionInfo = async (shard, session) => {
      await own.updateSessionInfo(shard, session);
      if (isLettingGo) return;
      if (session === null) {
        standing.delete(shard);
        void quietly(sessions.drop(shard));
        return;
      }
      const isNew = standing.get(shard)?.sessionId !== session.sessionId;
      standing.set(shard, toSession(session));
      if (isNew) void quietly(sessions.keep(shard, toSession(session)));
    };
    // Heard before the client's own listeners, which are added once the strategy is there.
    manager.on('ready', ({ shardId }: OnShard) => void inherited.delete(shardId));
    manager.on('resumed', ({ shardId }: OnShard) => {
      if (!inherited.delete(shardId)) return;
      log.info('discord.resumed', { shard: shardId });
      standIn(manager, shardId, readyOf(self, standing.get(shardId)));
    });
  }

  return {
    buildStrategy(manager) {
      takeOver(manager);
      strategy = new SimpleShardingStrategy(manager);
      return strategy;
    },
    async letGo() {
      clearInterval(keeping);
      isLettingGo = true;
      // Any other code than 1000 and 1001 keeps the session alive at Discord.
      await strategy?.destroy({ code: CloseCodes.Resuming, reason: 'Back soon' });
      for (const [shard, session] of standing) await quietly(sessions.letGo(shard, session));
    },
  };
}

/** The client learns who it is. Its guilds stay unknown: nothing here needs them, and each is fetched when it is asked for. */
function readyOf(self: Self, session: GatewaySession | undefined) {
  return {
    op: GatewayOpcodes.Dispatch,
    t: GatewayDispatchEvents.Ready,
    s: session?.sequence ?? 0,
    d: {
      v: 10,
      user: { ...self.user, discriminator: '0', global_name: null, avatar: null, bot: true },
      guilds: [],
      session_id: session?.sessionId ?? '',
      resume_gateway_url: session?.resumeURL ?? '',
      application: { id: self.application, flags: 0 },
    },
  };
}

function standIn(manager: Manager, shardId: number, ready: ReturnType<typeof readyOf>): void {
  manager.emit('ready', { data: ready.d, shardId });
  manager.emit('dispatch', { data: ready, shardId });
}

function toSession({ sessionId, sequence, resumeURL, shardCount }: SessionInfo): GatewaySession {
  return { sessionId, sequence, resumeURL, shardCount };
}
