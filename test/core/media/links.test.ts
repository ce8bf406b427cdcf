import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signLink, verifyLink } from '../../../src/core/media/links.ts';
import type { MediaId } from '../../../src/core/values.ts';

const key = 'k'.repeat(32);
const id = 'ab'.repeat(32) as MediaId;
const now = new Date('2026-11-21T12:00:00Z');
const later = new Date('2026-11-21T13:00:00.400Z');

function open(link: string, at = now, secretKey: string | Uint8Array = key) {
  const url = new URL(link, 'https://bot.example');
  const { expires, signature } = Object.fromEntries(url.searchParams);
  return verifyLink(secretKey, { id: url.pathname.replace('/media/', ''), expires, signature }, at);
}

describe('a signed link', () => {
  const link = signLink(key, id, later);

  it('is relative and opens until it expires', () => {
    expect(link).toMatch(/^\/media\/[0-9a-f]{64}\?expires=\d+&signature=[\w-]{43}$/);
    expect(open(link)).toEqual({ outcome: 'valid', expiresAt: new Date('2026-11-21T13:00:01Z') });
    expect(open(link, new Date('2026-11-21T13:00:00.999Z')).outcome).toBe('valid');
    expect(open(link, new Date('2026-11-21T13:00:01Z'))).toEqual({ outcome: 'expired' });
  });

  it('means nothing under another key, and the key may be bytes', () => {
    expect(open(link, now, 'another key')).toEqual({ outcome: 'forged' });
    expect(open(signLink(Buffer.from(key), id, later)).outcome).toBe('valid');
  });

  it.each([
    ['no signature', link.replace(/&signature.*/, '')],
    ['no expiry', link.replace(/expires=\d+&/, '')],
    ['another expiry', link.replace(/expires=\d/, 'expires=2')],
    ['an expiry with a zero in front', link.replace('expires=', 'expires=0')],
    ['an expiry beyond all dates', link.replace('expires=', 'expires=9999')],
    ['an expiry that is no number', link.replace(/expires=\d+/, 'expires=NaN')],
    ['another file', link.replace('/abab', '/abac')],
    ['a padded signature', `${link}=`],
  ])('is forged with %s', (_name, forged) => expect(open(forged)).toEqual({ outcome: 'forged' }));

  it('is forged when its last letter changes, even where base64 would not mind', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const good = [...alphabet].filter((letter) => open(link.slice(0, -1) + letter).outcome === 'valid');
    expect(good).toEqual([link.at(-1)]);
  });

  it('never opens when anything in it was altered', () => {
    const { expires, signature } = Object.fromEntries(new URL(link, 'https://b').searchParams);
    const parts = fc.record({
      id: fc.oneof(fc.constant<string>(id), fc.string()),
      expires: fc.oneof(fc.constant(expires), fc.string(), fc.nat().map(String)),
      signature: fc.oneof(fc.constant(signature), fc.string(), fc.base64String({ minLength: 43, maxLength: 44 })),
    });
    fc.assert(
      fc.property(parts, (altered) => {
        const isSame = altered.id === id && altered.expires === expires && altered.signature === signature;
        expect(verifyLink(key, altered, now).outcome === 'valid').toBe(isSame);
      }),
      { numRuns: 500 },
    );
  });
});
