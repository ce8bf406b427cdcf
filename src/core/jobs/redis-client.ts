/** `REDIS_URL`: one server, a cluster, or a master found through sentinels. */
import { Cluster, Redis, type RedisOptions } from 'ioredis';

type RedisClient = Redis | Cluster;

interface Address {
  readonly host: string;
  readonly port: number;
}

interface Login {
  readonly username?: string;
  readonly password?: string;
}

/** What a `REDIS_URL` names. */
export type RedisTarget =
  | { readonly kind: 'server'; readonly url: string }
  | { readonly kind: 'cluster'; readonly nodes: readonly Address[]; readonly login: Login; readonly tls: boolean }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly Address[];
      readonly master: string;
      readonly database: number;
      readonly login: Login;
      readonly tls: boolean;
    };

const shape = /^(rediss?)(\+cluster|\+sentinel)?:\/\/(?:([^@/]*)@)?([^/?@]+)(?:\/([^?]*))?(?:\?.*)?$/;

/**
 * Reads the forms below; `rediss` in place of `redis` means TLS. User and password are those of the data servers,
 * percent-encoded where needed.
 *
 *     redis://user:password@host:6379/0                     one Redis or Valkey
 *     redis+cluster://user:password@host1:6379,host2:6379   a cluster, found through any of its nodes
 *     redis+sentinel://host1:26379,host2:26379/mymaster/0   the master of that name, as the sentinels see it
 *
 * @returns null for anything else
 */
export function parseRedisUrl(url: string): RedisTarget | null {
  const [, scheme, form, userinfo, hosts = '', path = ''] = shape.exec(url) ?? [];
  if (scheme === undefined) return null;
  const tls = scheme === 'rediss';
  const login = readLogin(userinfo);
  if (form === undefined) return hosts.includes(',') || !URL.canParse(url) ? null : { kind: 'server', url };
  if (login === null) return null;
  const addresses = readAddresses(hosts, form === '+cluster' ? 6379 : 26379);
  if (addresses === null) return null;
  if (form === '+cluster') return path === '' ? { kind: 'cluster', nodes: addresses, login, tls } : null;
  const [, master, database = '0'] = /^([^/]+)(?:\/(\d+))?$/.exec(path) ?? [];
  if (master === undefined) return null;
  return { kind: 'sentinel', sentinels: addresses, master, database: Number(database), login, tls };
}

/**
 * Connects in the background and again after every outage, for ever: commands wait meanwhile.
 * The caller listens to `error`.
 * @throws when the address has none of the forms of `parseRedisUrl`; the message does not repeat it
 */
export function openRedisClient(url: string): RedisClient {
  const target = parseRedisUrl(url);
  if (target === null) throw new Error('REDIS_URL is none of redis://, redis+cluster:// and redis+sentinel://');
  switch (target.kind) {
    case 'server':
      return new Redis(target.url, lasting);
    case 'cluster':
      return new Cluster([...target.nodes], {
        // Certificates carry names, and a cluster answers with addresses: keep what it says as it is.
        ...(target.tls && { dnsLookup: (address, found) => found(null, address) }),
        redisOptions: { ...lasting, ...target.login, ...(target.tls && { tls: {} }) },
      });
    case 'sentinel':
      return new Redis({
        ...lasting,
        ...target.login,
        sentinels: [...target.sentinels],
        name: target.master,
        db: target.database,
        ...(target.tls && { tls: {}, enableTLSForSentinelMode: true }),
      });
  }
}

const lasting = {
  // BullMQ's workers insist: a command waits for its server however long that takes.
  maxRetriesPerRequest: null,
  // A command this long without an answer means a dead line that TCP would take a quarter of an hour to notice.
  // Above the ten seconds for which an idle worker asks to be kept waiting.
  socketTimeout: 30_000,
  // A master that became a replica refuses writes on a connection that still works: find the new one and repeat.
  reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 2 : false),
} satisfies RedisOptions;

function readLogin(userinfo = ''): Login | null {
  if (userinfo === '') return {};
  const [, username = '', password] = /^([^:]*)(?::(.*))?$/.exec(userinfo) ?? [];
  try {
    return {
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== undefined && { password: decodeURIComponent(password) }),
    };
  } catch {
    return null;
  }
}

function readAddresses(hosts: string, defaultPort: number): Address[] | null {
  const addresses: Address[] = [];
  for (const part of hosts.split(',')) {
    const [, ipv6, name, port] = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(part) ?? [];
    const host = ipv6 ?? name;
    if (host === undefined) return null;
    addresses.push({ host, port: port === undefined ? defaultPort : Number(port) });
  }
  return addresses;
}
