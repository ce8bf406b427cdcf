import { describe, expect, it } from 'vitest';
import { classifyAddress, hostAndPort, parseAllowed } from '../../src/core/address-rules.ts';

describe('classifyAddress', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['2606:4700:4700::1111', 'public'],
    ['::ffff:8.8.8.8', 'public'],
    ['127.0.0.1', 'internal'],
    ['127.255.0.1', 'internal'],
    ['::1', 'internal'],
    ['::ffff:127.0.0.1', 'internal'],
    ['::ffff:7f00:1', 'internal'],
    ['10.1.2.3', 'internal'],
    ['172.31.0.1', 'internal'],
    ['192.168.1.1', 'internal'],
    ['100.64.0.1', 'internal'],
    ['fd12:3456::1', 'internal'],
    ['0.0.0.0', 'forbidden'],
    ['0.1.2.3', 'forbidden'],
    ['::', 'forbidden'],
    ['::127.0.0.1', 'internal'],
    ['::7f00:1', 'forbidden'],
    ['169.254.169.254', 'forbidden'],
    ['::ffff:169.254.169.254', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['fec0::1', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['ff02::1', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    ['240.0.0.1', 'forbidden'],
    ['192.0.2.1', 'forbidden'],
    ['198.18.0.1', 'forbidden'],
    ['2001:db8::1', 'forbidden'],
    ['64:ff9b::7f00:1', 'forbidden'],
    ['64:ff9b:1::a00:1', 'forbidden'],
    ['2002:7f00:1::', 'forbidden'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'forbidden'],
    ['4000::1', 'forbidden'],
    ['localhost', 'forbidden'],
    ['', 'forbidden'],
  ])('%s is %s', (address, expected) => expect(classifyAddress(address)).toBe(expected));
});

describe('parseAllowed', () => {
  it.each([
    ['LOCALHOST:8080', 'http://localhost:8080/x'],
    ['media.intranet:80', 'http://media.intranet/x'],
    ['media.intranet:443', 'https://media.intranet/x'],
    ['[::1]:9000', 'http://[0:0:0:0:0:0:0:1]:9000/x'],
    ['2130706433:9000', 'http://127.0.0.1:9000/x'],
  ])('%s lets %s in', (entry, url) => expect(parseAllowed([entry]).has(hostAndPort(new URL(url)))).toBe(true));

  it.each([
    ['localhost:8080', 'http://localhost:8081/'],
    ['localhost:8080', 'http://localhost.:8080/'],
    ['localhost:8080', 'http://notlocalhost:8080/'],
    ['not an entry', 'http://localhost/'],
  ])('%s does not let %s in', (entry, url) => expect(parseAllowed([entry]).has(hostAndPort(new URL(url)))).toBe(false));
});
