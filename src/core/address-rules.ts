/** Which network addresses a stranger's URL may lead to. Pure: names are resolved elsewhere. */
import ipaddr from 'ipaddr.js';

/**
 * - `public`: on the open internet;
 * - `internal`: loopback, or a private network;
 * - `forbidden`: everything else: link-local (cloud metadata), multicast, reserved, tunnels, and what is no address at all.
 */
export type AddressClass = 'public' | 'internal' | 'forbidden';

/** The only block IANA hands out to the public; `::127.0.0.1` and its like lie outside of it. */
const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** @param address as a resolver answers or as it stands in a URL, without square brackets */
export function classifyAddress(address: string): AddressClass {
  if (!ipaddr.isValid(address)) return 'forbidden';
  // `process` unwraps ::ffff:10.0.0.1. Other ways of putting IPv4 into IPv6 (NAT64, 6to4, Teredo) have ranges of their own.
  const parsed = ipaddr.process(address);
  switch (parsed.range()) {
    case 'unicast':
      return parsed.kind() === 'ipv4' || parsed.match(globalUnicast) ? 'public' : 'forbidden';
    case 'loopback':
    case 'private':
    case 'uniqueLocal':
    case 'carrierGradeNat':
      return 'internal';
    default:
      return 'forbidden';
  }
}

/** `host:port` of a URL, the port always spelled out. */
export function hostAndPort(url: URL): string {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return `${url.hostname}:${port}`;
}

/**
 * Reads the operator's list of `host:port` entries as a URL would spell them, so that `LOCALHOST:80` and `0x7f.1:80`
 * mean what they mean in an address bar. An entry that is not `host:port` matches nothing.
 */
export function parseAllowed(entries: readonly string[]): ReadonlySet<string> {
  const urls = entries.map((entry) => URL.parse(`http://${entry.trim()}/`));
  return new Set(urls.filter((url) => url !== null).map(hostAndPort));
}
