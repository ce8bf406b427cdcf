/** Socket Mode: connections, envelopes and acknowledgements (platforms/slack.md §2, §12). */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { deadlineMs, labelOf, NotDelivered, type Outcome, type Transport } from './delivery.ts';
import type { State } from './state.ts';

/** Why Slack closes a connection. */
export type Reason = 'refresh_requested' | 'warning' | 'too_many_websockets' | 'link_disabled';

/** One open connection, in the order they came. */
export interface Connection {
  readonly id: number;
  /** How many envelopes it was sent. */
  readonly envelopes: number;
}

export interface SocketSide {
  readonly transport: Transport;
  readonly connections: readonly Connection[];
  /** A new single-use address. */
  issue(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends the frame after which a client goes and comes back. @param which by number; default: all */
  disconnect(reason?: Reason, which?: number): void;
  /** The line is dead without a word. */
  cut(which?: number): void;
  close(): Promise<void>;
}

interface Waiting {
  readonly label: string;
  readonly sentAt: number;
  readonly timer: NodeJS.Timeout;
  readonly settle: (outcome: Outcome) => void;
  readonly refuse: (error: Error) => void;
  readonly connection: Line;
}
interface Line extends Connection {
  readonly socket: WebSocket;
  envelopes: number;
  /** Was told to go: it may still acknowledge, and is sent nothing more. */
  isLeaving: boolean;
}

const mostConnections = 10;

export function createSocketSide(state: State): SocketSide {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const lines: Line[] = [];
  const waiting = new Map<string, Waiting>();
  const answered = new Map<string, string>();
  const openers: (() => void)[] = [];
  let turn = 0;
  let count = 0;

  function accept(socket: WebSocket): void {
    count += 1;
    const line: Line = { id: count, socket, envelopes: 0, isLeaving: false };
    if (lines.length >= mostConnections) {
      state.problems.push(`more than ${mostConnections} connections`);
      sendDisconnect(line, 'too_many_websockets');
      return;
    }
    lines.push(line);
    socket.on('message', (data) => hear(String(data)));
    socket.on('error', () => undefined);
    socket.on('close', () => drop(line));
    const hello = { type: 'hello', num_connections: lines.length, connection_info: { app_id: state.appId } };
    socket.send(JSON.stringify({ ...hello, debug_info: { approximate_connection_time: 18_060 } }));
    // What waited for somebody comes after the greeting, as with Slack.
    for (const open of openers.splice(0)) setImmediate(open);
  }

  /** What it had not acknowledged yet is nobody's now. */
  function drop(line: Line): void {
    const at = lines.indexOf(line);
    if (at >= 0) lines.splice(at, 1);
    for (const [id, each] of waiting) {
      if (each.connection !== line) continue;
      waiting.delete(id);
      clearTimeout(each.timer);
      each.refuse(new NotDelivered('connection_closed'));
    }
  }

  function hear(text: string): void {
    const { envelope_id: id, payload } = JSON.parse(text) as { envelope_id?: string; payload?: unknown };
    const pending = waiting.get(id ?? '');
    if (id === undefined || pending === undefined) {
      const label = answered.get(id ?? '');
      state.problems.push(
        label === undefined ? `acknowledged an unknown envelope` : `${label}: acknowledged again or late`,
      );
      return;
    }
    waiting.delete(id);
    answered.set(id, pending.label);
    clearTimeout(pending.timer);
    pending.settle({ ms: performance.now() - pending.sentAt, body: isEmpty(payload) ? null : payload });
  }

  const transport: Transport = {
    isOpen: () => lines.some(({ isLeaving }) => !isLeaving),
    onOpen: (act) => openers.push(act),
    send(outgoing, retry) {
      const staying = lines.filter(({ isLeaving }) => !isLeaving);
      const connection = staying[turn % staying.length];
      // Each payload goes to one, arbitrary connection: in turn, so that a second one gets its share.
      turn += 1;
      if (connection === undefined) return Promise.reject(new NotDelivered('no_connection'));
      const id = `${state.mint('env')}-${turn}`;
      const label = labelOf(outgoing);
      return new Promise<Outcome>((settle, refuse) => {
        const timer = setTimeout(() => {
          waiting.delete(id);
          answered.set(id, label);
          refuse(new NotDelivered('timeout'));
        }, deadlineMs);
        timer.unref();
        waiting.set(id, { label, sentAt: performance.now(), timer, settle, refuse, connection });
        connection.envelopes += 1;
        const envelope = {
          envelope_id: id,
          type: outgoing.kind,
          payload: outgoing.payload,
          accepts_response_payload: outgoing.acceptsPayload,
          ...(outgoing.kind === 'events_api'
            ? { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' }
            : {}),
        };
        connection.socket.send(JSON.stringify(envelope));
      });
    },
  };

  const chosen = (which?: number) => (which === undefined ? [...lines] : lines.filter((_line, at) => at === which));
  return {
    transport,
    connections: lines,
    issue() {
      const ticket = state.mint('ticket');
      tickets.add(ticket);
      return `${state.origins.socket}/link/?ticket=${ticket}&app_id=${state.appId}`;
    },
    upgrade(request, socket, head) {
      const { pathname, searchParams } = new URL(request.url ?? '/', state.origins.http);
      const isKnown = pathname === '/link/' && tickets.delete(searchParams.get('ticket') ?? '');
      if (!isKnown) {
        state.problems.push('a socket with an address that is used up');
        return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      }
      server.handleUpgrade(request, socket, head, accept);
    },
    disconnect(reason = 'refresh_requested', which) {
      for (const line of chosen(which)) sendDisconnect(line, reason);
    },
    cut(which) {
      for (const { socket } of chosen(which)) socket.terminate();
    },
    async close() {
      openers.length = 0;
      for (const line of [...lines]) drop(line);
      for (const socket of server.clients) socket.terminate();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

function sendDisconnect(line: Line, reason: Reason): void {
  line.isLeaving = true;
  line.socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink' } }));
}

function isEmpty(payload: unknown): boolean {
  return payload === undefined || payload === null || Object.keys(payload).length === 0;
}
