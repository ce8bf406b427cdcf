/**
 * A Slack on loopback: Web API, Socket Mode, signed HTTP, files and the install page, as strict as platforms/slack.md says the
 * real one is. An unmodified Bolt connects to it, people do things, and everything the bot sends is held against the limits.
 */
import type { AddressInfo } from 'node:net';
import type { Clock } from './clock.ts';
import { createDelivery, type Outgoing } from './delivery.ts';
import { permalinkOf } from './files.ts';
import { createHttpSide } from './http-server.ts';
import { linkTo } from './messages.ts';
import type { Consent } from './oauth.ts';
import { createFaults, type Faults } from './ordering.ts';
import { busiestMinute } from './rate-limits.ts';
import { createHttpTransport, encode, sign } from './signed-http.ts';
import { type Connection, createSocketSide, type Reason } from './socket.ts';
import { createState, type Message, must, type SeenCall, type StateOptions, type StoredFile } from './state.ts';
import { createTeam, type FakeTeam, type NewTeam, sendEvent } from './teams.ts';

/** Under the names that tests know them by. */
export type FakeMessage = Message;
export type FakeFile = StoredFile;

/** How this Slack is set up; everything has a default. */
export interface FakeSlackOptions extends StateOptions {
  /** Of the first workspace. */
  readonly team?: NewTeam | undefined;
}

/** What a test does with it and sees of it. */
export interface FakeSlack extends AsyncDisposable {
  /** For `SLACK_API_URL`; ends in a slash. */
  readonly apiUrl: string;
  /** `host:port`, for whoever fetches files. */
  readonly host: string;
  /** Where somebody allows the installation; for `authorizationUrl`. */
  readonly authorizeUrl: string;
  readonly appId: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The first workspace. */
  readonly team: FakeTeam;
  addTeam(team?: NewTeam): FakeTeam;
  readonly clock: Clock;
  readonly faults: Faults;

  /** From now on. */
  deliverBy(way: 'socket' | { readonly http: string }): void;
  /** Posts something with a signature of the test's making. */
  post(
    url: string,
    outgoing: Outgoing,
    signature?: { readonly secret?: string; readonly atMs?: number },
  ): Promise<Response>;
  /** The next payloads are delivered again, at the same time and with the same ids. */
  repeatNext(times?: number): void;
  readonly connections: readonly Connection[];
  /** The frame after which a client goes and comes back. @param which by its place in `connections`; default: all */
  disconnect(reason?: Reason, which?: number): void;
  /** The line is dead without a word. */
  cut(which?: number): void;
  /** Resolves when the app has acknowledged, or failed to acknowledge, all that was sent. */
  settled(): Promise<void>;
  /** An event of the test's own making, in its envelope. */
  sendEvent(team: FakeTeam, event: object): void;

  /** What the next person on the install page does. @param decision default: allows it, for the workspace */
  nextConsent(
    team: FakeTeam,
    decision?: { readonly person?: string; readonly isEnterpriseInstall?: boolean; readonly isDeclined?: boolean },
  ): void;

  /** A file's scan is done. */
  finish(file: StoredFile): void;
  linkTo(what: Message | StoredFile): string;
  /** Every call of the Web API so far, in order. */
  calls(method?: string): readonly SeenCall[];
  /** The most calls of a method that one workspace was asked in any minute. */
  busiestMinute(method: string): number;
  /** What real Slack would not have taken, or what breaks a rule. Empty when all is well. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Listens on a free port of loopback; `close` ends it and every connection. */
export async function startFakeSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const state = createState(options);
  const team = createTeam(state, options.team);
  let consent: Consent | null = null;
  const sockets = createSocketSide(state);
  const http = createHttpSide(state, { openSocket: sockets.issue, consent: () => consent ?? consentOf(team) });
  http.server.on('upgrade', sockets.upgrade);
  let transport = sockets.transport;
  const delivery = createDelivery(state, () => transport);
  Object.assign(state, { deliver: delivery.deliver, settled: delivery.settled });
  await new Promise<void>((done) => http.server.listen(0, '127.0.0.1', done));
  const { port } = http.server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  Object.assign(state.origins, { http: `http://${host}`, socket: `ws://${host}` });

  function consentOf(
    { id }: FakeTeam,
    decision: { readonly person?: string; readonly isEnterpriseInstall?: boolean; readonly isDeclined?: boolean } = {},
  ): Consent {
    return {
      team: must(state.teams.get(id), `workspace ${id}`),
      person: decision.person ?? 'U0INSTALLER',
      isEnterpriseInstall: decision.isEnterpriseInstall ?? false,
      isDeclined: decision.isDeclined ?? false,
    };
  }

  async function close(): Promise<void> {
    state.clock.stop();
    await sockets.close();
    await http.close();
  }

  return {
    apiUrl: `http://${host}/api/`,
    host,
    authorizeUrl: `http://${host}/oauth/v2/authorize`,
    appId: state.appId,
    appToken: state.appToken,
    signingSecret: state.signingSecret,
    clientId: state.clientId,
    clientSecret: state.clientSecret,
    team,
    addTeam: (wanted) => createTeam(state, wanted),
    clock: state.clock,
    faults: createFaults(state),
    deliverBy(way) {
      transport = way === 'socket' ? sockets.transport : createHttpTransport(state, way.http);
    },
    post(url, outgoing, { secret = state.signingSecret, atMs = Date.now() } = {}) {
      const { body, type } = encode(outgoing);
      const headers = { 'content-type': type, ...sign(secret, body, atMs) };
      return fetch(url, { method: 'POST', body, headers });
    },
    repeatNext: (times = 1) => delivery.repeatNext(times),
    connections: sockets.connections,
    disconnect: sockets.disconnect,
    cut: sockets.cut,
    settled: delivery.settled,
    sendEvent: ({ id }, event) => sendEvent(state, id, event),
    nextConsent(of, decision) {
      consent = consentOf(of, decision);
    },
    finish(file) {
      file.isProcessing = false;
    },
    linkTo: (what) => ('ts' in what ? linkTo(state, what) : permalinkOf(state, what)),
    calls: (method) => (method === undefined ? state.calls : state.calls.filter((call) => call.method === method)),
    busiestMinute: (method) => busiestMinute(state, method),
    problems: state.problems,
    close,
    [Symbol.asyncDispose]: close,
  };
}
