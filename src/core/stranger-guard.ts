/**
 * Whom we call when the address came out of a reply, a message or a person (style.md habit 23): https only, public
 * addresses only, and the connection goes to an address that was checked, whatever the name says a moment later.
 */
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { classifyAddress, hostAndPort, parseAllowed } from './address-rules.ts';

/** Thrown before anything is sent. The message names hosts, never paths or queries: those carry signed tokens. */
export class StrangerRefusedError extends Error {
  override readonly name = 'StrangerRefusedError';
  readonly reason: 'not-https' | 'bad-port' | 'private-address' | 'unreachable';

  constructor(reason: StrangerRefusedError['reason'], detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** Whoever calls an address that somebody else wrote asks here first, and at every redirect again. */
export interface StrangerGuard {
  /**
   * Resolves the name once, checks every address it has, and opens a way that leads to these alone, for one request:
   * nothing is pooled, so no later one can ride on a connection checked for another.
   * @throws StrangerRefusedError
   */
  open(url: URL, deadline: AbortSignal): Promise<{ readonly dispatcher: Dispatcher; close(): Promise<void> }>;
}

/** `allowPrivate` is the operator's own list (`FETCH_ALLOW_PRIVATE`); nothing a stranger sends may add to it. */
export interface StrangerGuardEdges {
  /** `host:port` entries on private or loopback addresses, from which plain http is allowed too. */
  readonly allowPrivate: readonly string[];
  /** Every address a name has; defaults to the system's resolver. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** Nothing stays open between calls. An entry of `allowPrivate` that cannot be read allows nothing. */
export function createStrangerGuard(edges: StrangerGuardEdges): StrangerGuard {
  const allowed = parseAllowed(edges.allowPrivate);
  const resolve = edges.resolve ?? resolveBySystem;

  async function checkedAddresses(url: URL, deadline: AbortSignal): Promise<readonly string[]> {
    const place = hostAndPort(url);
    const isAllowed = allowed.has(place);
    if (url.protocol !== 'https:' && !(isAllowed && url.protocol === 'http:')) {
      throw new StrangerRefusedError('not-https', `${place}: ${url.protocol} is not https`);
    }
    if (url.port !== '' && !isAllowed) throw new StrangerRefusedError('bad-port', `${place}: only port 443 is called`);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(host) === 0 ? await beforeDeadline(resolve(host), deadline) : [host];
    if (addresses.length === 0) throw new StrangerRefusedError('unreachable', `${place}: the name has no address`);
    for (const address of addresses) {
      const kind = classifyAddress(address);
      // Plain http stays inside: an allowed name that moves to a public address is no longer what the operator allowed.
      const fits = (kind === 'public' && url.protocol === 'https:') || (kind === 'internal' && isAllowed);
      if (!fits) throw new StrangerRefusedError('private-address', `${place}: ${address} may not be called`);
    }
    return addresses;
  }

  return {
    async open(url, deadline) {
      const addresses = await checkedAddresses(url, deadline);
      const agent = new Agent({ allowH2: false, connect: { lookup: lookupOnly(addresses) } });
      return { dispatcher: agent, close: () => agent.destroy() };
    },
  };
}

/** Answers with the checked addresses whatever is asked. */
function lookupOnly(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  const first = answers[0] ?? { address: '', family: 0 };
  return (_host, options, callback) => {
    if (options.all === true) callback(null, answers);
    else callback(null, first.address, first.family);
  };
}

async function resolveBySystem(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}

async function beforeDeadline<Value>(promise: Promise<Value>, deadline: AbortSignal): Promise<Value> {
  deadline.throwIfAborted();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(deadline.reason);
  deadline.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, late]);
  } finally {
    deadline.removeEventListener('abort', onAbort);
  }
}
