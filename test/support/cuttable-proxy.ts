/** A connection that tests can break: stands before a real server and takes the outage upon itself. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttableProxy {
  /** The server's address with host and port of the proxy. */
  readonly url: string;
  /** As when the server's process dies: connections break, new ones are refused. */
  cut(): Promise<void>;
  /** As when a cable is pulled: nothing breaks, nothing answers. */
  freeze(): void;
  /** The server is back: frozen connections are broken, new ones reach it. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

export async function createCuttableProxy(serverUrl: string, defaultPort: number): Promise<CuttableProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const server = createServer((near) => {
    keep(near);
    if (isFrozen) return;
    const far = keep(connect(Number(target.port || defaultPort), target.hostname));
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => sockets.delete(socket));
    return socket;
  }

  function breakAll(): void {
    for (const socket of sockets) socket.destroy();
  }

  async function listen(port: number): Promise<void> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  }

  async function cut(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    breakAll();
    await closed;
  }

  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    cut,
    freeze() {
      isFrozen = true;
      for (const socket of sockets) socket.unpipe();
    },
    async mend() {
      if (isFrozen) breakAll();
      isFrozen = false;
      if (!server.listening) await listen(port);
    },
    close: cut,
  };
}
