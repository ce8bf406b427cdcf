/** The gateway: sessions that can be dropped, resumed, doubled and made invalid (platforms/discord.md §9, §11). */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import {
  ApplicationFlags,
  GatewayCloseCodes,
  type GatewayDispatchEvents,
  type GatewayGuildCreateDispatchData,
  GatewayIntentBits,
  GatewayOpcodes,
  type GatewayReadyDispatchData,
} from 'discord-api-types/v10';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { State } from './state.ts';

/** An event without what every session counts for itself. */
interface Dispatch {
  readonly t: `${GatewayDispatchEvents}`;
  readonly d: unknown;
}

/** Whom an event concerns: a guild's shard, or shard 0 for direct messages and apps on a person. */
interface Audience {
  readonly guild: string | null;
  /** Null: sent whatever the session asked for. */
  readonly intent: GatewayIntentBits | null;
  /** Draws the event for a session that may not see other people's words. */
  readonly withoutContent?: () => Dispatch;
}

/** Sends an event to every session it concerns. */
export type Emit = (event: Dispatch, audience: Audience) => void;

/** What a test can do to the connections, and how many there were. */
export interface GatewayControl {
  /** Cuts every connection; the sessions stay, and what happens meanwhile is told when they resume. */
  drop(): void;
  /** Says op 9: the client must identify again. */
  invalidate(): void;
  /** The next event goes out twice, as may happen around a reconnect. */
  duplicateNext(): void;
  /** How many sessions were opened, and how many taken up again. */
  readonly identifies: number;
  readonly resumes: number;
  /** Intents of each identify, as bits. */
  readonly intents: readonly number[];
  /** Shards that are connected now, as `[shard, of]`. */
  readonly shards: readonly (readonly [number, number])[];
}

interface Session {
  readonly id: string;
  readonly shard: number;
  readonly shards: number;
  readonly intents: number;
  readonly sent: { readonly s: number; readonly frame: string }[];
  socket: WebSocket | null;
}

const frame = z.discriminatedUnion('op', [
  z.object({ op: z.literal(GatewayOpcodes.Heartbeat), d: z.number().nullable() }),
  z.object({
    op: z.literal(GatewayOpcodes.Identify),
    d: z.object({
      token: z.string(),
      intents: z.number().int(),
      shard: z.tuple([z.number().int(), z.number().int()]).default([0, 1]),
      properties: z.object({ os: z.string(), browser: z.string(), device: z.string() }),
    }),
  }),
  z.object({
    op: z.literal(GatewayOpcodes.Resume),
    d: z.object({ token: z.string(), session_id: z.string(), seq: z.number().int() }),
  }),
  z.object({ op: z.literal(GatewayOpcodes.PresenceUpdate), d: z.unknown() }),
  z.object({ op: z.literal(GatewayOpcodes.VoiceStateUpdate), d: z.unknown() }),
  z.object({ op: z.literal(GatewayOpcodes.RequestGuildMembers), d: z.unknown() }),
]);
type Frame = z.output<typeof frame>;
type Identify = Extract<Frame, { op: GatewayOpcodes.Identify }>['d'];
type Resume = Extract<Frame, { op: GatewayOpcodes.Resume }>['d'];

const knownIntents = Object.values(GatewayIntentBits)
  .filter((each) => typeof each === 'number')
  .reduce((all, each) => all | each, 0);
/** Sends of a session are kept this long back, for a resume. */
const mostKept = 5000;
const mostSendBytes = 4096;

/** The gateway of one fake. */
export interface Gateway {
  readonly control: GatewayControl;
  readonly emit: Emit;
  close(): Promise<void>;
}

/**
 * @param greet what a session is told right after READY: its guilds
 */
export function createGateway(
  state: State,
  server: Server,
  greet: (isMine: (guild: string) => boolean) => readonly GatewayGuildCreateDispatchData[],
): Gateway {
  const sockets = new WebSocketServer({ server });
  const sessions = new Map<string, Session>();
  const seen = { identifies: 0, resumes: 0, intents: [] as number[] };
  let copies = 1;

  sockets.on('connection', (socket) => {
    let session: Session | null = null;
    say(socket, { op: GatewayOpcodes.Hello, d: { heartbeat_interval: 41_250 } });
    socket.on('message', (data) => {
      const text = String(data);
      if (text.length > mostSendBytes) return socket.close(GatewayCloseCodes.DecodeError, 'Payload too large');
      const heard = frame.safeParse(JSON.parse(text));
      if (!heard.success) return socket.close(GatewayCloseCodes.DecodeError, 'Error while decoding payload.');
      session = hear(socket, heard.data) ?? session;
    });
    socket.on('close', (code) => {
      if (session?.socket !== socket) return;
      session.socket = null;
      // A client that says goodbye gives its session up (platforms/discord.md §9).
      if (code === 1000 || code === 1001) sessions.delete(session.id);
    });
  });

  function hear(socket: WebSocket, said: Frame): Session | null {
    switch (said.op) {
      case GatewayOpcodes.Heartbeat:
        say(socket, { op: GatewayOpcodes.HeartbeatAck });
        return null;
      case GatewayOpcodes.Identify:
        return identify(socket, said.d);
      case GatewayOpcodes.Resume:
        return resume(socket, said.d);
      case GatewayOpcodes.PresenceUpdate:
      case GatewayOpcodes.VoiceStateUpdate:
      case GatewayOpcodes.RequestGuildMembers:
        return null;
    }
  }

  function identify(socket: WebSocket, { token, intents, shard: [shard, shards] }: Identify): Session | null {
    seen.identifies += 1;
    seen.intents.push(intents);
    const objection = objectTo(state, { token, intents, shard, shards });
    if (objection !== null) {
      socket.close(...objection);
      return null;
    }
    const session: Session = { id: randomUUID().replaceAll('-', ''), shard, shards, intents, sent: [], socket };
    sessions.set(session.id, session);
    const isMine = (guild: string) => shardOf(guild, shards) === shard;
    const guilds = greet(isMine);
    send(session, { t: 'READY', d: ready(state, session, guilds) });
    if (intents & GatewayIntentBits.Guilds) for (const d of guilds) send(session, { t: 'GUILD_CREATE', d });
    return session;
  }

  function resume(socket: WebSocket, { token, session_id, seq }: Resume): Session | null {
    const session = sessions.get(session_id);
    if (session === undefined || token !== state.token) {
      say(socket, { op: GatewayOpcodes.InvalidSession, d: false });
      return null;
    }
    seen.resumes += 1;
    session.socket = socket;
    for (const { s, frame: missed } of session.sent) if (s > seq) socket.send(missed);
    send(session, { t: 'RESUMED', d: {} });
    return session;
  }

  /** A missing connection is no loss: the event waits for the resume. */
  function send(session: Session, event: Dispatch): void {
    const s = (session.sent.at(-1)?.s ?? 0) + 1;
    const text = JSON.stringify({ op: GatewayOpcodes.Dispatch, s, t: event.t, d: event.d });
    session.sent.push({ s, frame: text });
    if (session.sent.length > mostKept) session.sent.shift();
    session.socket?.send(text);
  }

  const emit: Emit = (event, { guild, intent, withoutContent }) => {
    const times = copies;
    copies = 1;
    for (const session of sessions.values()) {
      const isMine = guild === null ? session.shard === 0 : shardOf(guild, session.shards) === session.shard;
      if (!isMine || (intent !== null && !(session.intents & intent))) continue;
      const isBlind = !(session.intents & GatewayIntentBits.MessageContent);
      const drawn = isBlind && withoutContent !== undefined ? withoutContent() : event;
      for (let copy = 0; copy < times; copy += 1) send(session, drawn);
    }
  };

  return {
    emit,
    control: {
      drop() {
        for (const socket of sockets.clients) socket.terminate();
      },
      invalidate() {
        for (const session of sessions.values()) {
          if (session.socket !== null) say(session.socket, { op: GatewayOpcodes.InvalidSession, d: false });
        }
        sessions.clear();
      },
      duplicateNext() {
        copies = 2;
      },
      get identifies() {
        return seen.identifies;
      },
      get resumes() {
        return seen.resumes;
      },
      get intents() {
        return seen.intents;
      },
      get shards() {
        return [...sessions.values()]
          .filter(({ socket }) => socket !== null)
          .map(({ shard, shards }) => [shard, shards] as const);
      },
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((done) => sockets.close(() => done()));
    },
  };
}

function say(socket: WebSocket, said: { readonly op: GatewayOpcodes; readonly d?: unknown }): void {
  socket.send(JSON.stringify(said));
}

function objectTo(
  state: State,
  { token, intents, shard, shards }: { token: string; intents: number; shard: number; shards: number },
): [code: number, reason: string] | null {
  const privileged =
    GatewayIntentBits.GuildMembers |
    GatewayIntentBits.GuildPresences |
    (state.hasContentIntent ? 0 : GatewayIntentBits.MessageContent);
  if (token !== state.token) return [GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.'];
  if (intents & ~knownIntents) return [GatewayCloseCodes.InvalidIntents, 'Invalid intent(s).'];
  if (intents & privileged) return [GatewayCloseCodes.DisallowedIntents, 'Disallowed intent(s).'];
  if (shard < 0 || shard >= shards) return [GatewayCloseCodes.InvalidShard, 'Invalid shard.'];
  return null;
}

function shardOf(guild: string, shards: number): number {
  return Number((BigInt(guild) >> 22n) % BigInt(shards));
}

function ready(state: State, session: Session, guilds: readonly { readonly id: string }[]): GatewayReadyDispatchData {
  return {
    v: 10,
    user: state.bot,
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: state.origins.gateway,
    shard: [session.shard, session.shards],
    application: {
      id: state.applicationId,
      flags: applicationFlags(state),
      flags_new: String(applicationFlags(state)),
    },
  };
}

/** What the developer portal's switches come to. */
export function applicationFlags(state: State): ApplicationFlags {
  const flags = ApplicationFlags.ApplicationCommandBadge;
  return state.hasContentIntent ? flags | ApplicationFlags.GatewayMessageContentLimited : flags;
}
