/**
 * A Discord on loopback, HTTP and gateway, as strict as platforms/discord.md says the real one is: an unmodified
 * discord.js logs in to it, people do things, and every body the bot sends is held against the published limits.
 */
import type { AddressInfo } from 'node:net';
import type { APIApplicationCommand, APIMessage } from 'discord-api-types/v10';
import type { Named } from './asking.ts';
import { showGuild } from './drawing.ts';
import type { Fault, RequestPattern } from './faults.ts';
import { createGateway, type GatewayControl } from './gateway.ts';
import { createHttpSide, type SeenRequest } from './http-server.ts';
import { publicMessages, showMessage } from './messages.ts';
import { createPeople, type People } from './people.ts';
import { createMishaps, createPlaces, type Mishaps, type Places } from './places.ts';
import { createRateLimits } from './rate-limits.ts';
import { createRoutes, directChannel } from './routes.ts';
import { createState, type State, type StateOptions } from './state.ts';

/** How this Discord is set up; everything has a default. */
export interface FakeDiscordOptions extends StateOptions {
  /** How many `GET /gateway/bot` recommends. */
  readonly shards?: number;
  /** Enforces five messages and five edits in five seconds for each channel, with headers; default: only on order. */
  readonly hasRateLimits?: boolean;
}

/** What a test does with it and sees of it. */
export interface FakeDiscord extends People, Places, Mishaps {
  /** For `DISCORD_API_URL`. */
  readonly apiUrl: string;
  /** `host:port` of the links to attachments, for `FETCH_ALLOW_PRIVATE`. */
  readonly mediaHost: string;
  readonly token: string;
  readonly applicationId: string;
  readonly botUserId: string;

  /** What everybody in the channel sees, the oldest first. */
  messages(channel: Named): readonly APIMessage[];
  /** The same of a direct conversation. */
  direct(user: Named): readonly APIMessage[];
  /** What is behind an attachment. @throws when the message has none at that place */
  fileOf(message: Named, index?: number): Uint8Array;
  /** The registered commands, of a guild or global. */
  commands(guild?: Named): readonly APIApplicationCommand[];
  /** How many times a list of commands was written. */
  readonly registrations: number;
  /** Every request so far, in order. */
  readonly requests: readonly SeenRequest[];
  /** What the bot sent that Discord would not take, or that breaks our own rule about mentions. */
  readonly problems: readonly string[];

  /** Moves the clock of deadlines, tokens, nonces and links. */
  pass(ms: number): void;
  /** The next such requests go wrong (default: one). */
  order(pattern: RequestPattern, fault: Fault, times?: number): void;
  readonly gateway: GatewayControl;
  close(): Promise<void>;
}

/** Listens on a free port of loopback; `close` ends it and every connection. */
export async function startFakeDiscord(options: FakeDiscordOptions = {}): Promise<FakeDiscord> {
  const state = createState(options);
  const http = createHttpSide(
    state,
    createRoutes(state, () => options.shards ?? 1),
    options.hasRateLimits === true ? createRateLimits(state) : null,
  );
  const gateway = createGateway(state, http.server, (isMine) =>
    [...state.guilds.values()]
      .filter(({ id, isBotMember }) => isBotMember && isMine(id))
      .map((each) => showGuild(state, each)),
  );
  state.emit = gateway.emit;
  await new Promise<void>((done) => http.server.listen(0, '127.0.0.1', done));
  const { port } = http.server.address() as AddressInfo;
  Object.assign(state.origins, { http: `http://127.0.0.1:${port}`, gateway: `ws://127.0.0.1:${port}/gateway` });

  return {
    apiUrl: `${state.origins.http}/api`,
    mediaHost: `127.0.0.1:${port}`,
    token: state.token,
    applicationId: state.applicationId,
    botUserId: state.bot.id,
    ...createPeople(state),
    ...createPlaces(state),
    ...createMishaps(state),
    ...createSight(state),
    get registrations() {
      return state.registrations.length;
    },
    requests: http.requests,
    problems: state.problems,
    pass: (ms) => state.pass(ms),
    order: (pattern, fault, times = 1) => http.order(pattern, fault, times),
    gateway: gateway.control,
    async close() {
      await gateway.close();
      await http.close();
    },
  };
}

function createSight(state: State): Pick<FakeDiscord, 'messages' | 'direct' | 'fileOf' | 'commands'> {
  const messages = ({ id }: Named) => publicMessages(state, id).map((each) => showMessage(state, each, true));
  return {
    messages,
    direct: (user) => messages(directChannel(state, user.id)),
    fileOf({ id }, index = 0) {
      const file = state.files.get(state.messages.get(id)?.files[index] ?? '');
      if (file === undefined) throw new Error(`message ${id} has no attachment ${index}`);
      return file.bytes;
    },
    commands: (guild) => state.commands.get(guild?.id ?? '') ?? [],
  };
}
