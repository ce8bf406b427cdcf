/** Links that open one kept file until a given time, and nothing else. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { MediaId } from '../values.ts';

type LinkCheck =
  | { readonly outcome: 'valid'; readonly expiresAt: Date }
  /** Ours, and too old. */
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'forged' };

type SecretKey = string | Uint8Array;

/** Relative to the public address; whole seconds, rounded up. */
export function signLink(secretKey: SecretKey, id: MediaId, expiresAt: Date): string {
  const expires = String(Math.ceil(expiresAt.getTime() / 1000));
  return `/media/${id}?expires=${expires}&signature=${signature(secretKey, id, expires)}`;
}

interface LinkParts {
  readonly id: string;
  readonly expires: string | undefined;
  readonly signature: string | undefined;
}

/** Takes the same time whatever is wrong with the signature. */
export function verifyLink(secretKey: SecretKey, link: LinkParts, now: Date): LinkCheck {
  const { id, expires = '', signature: claimed = '' } = link;
  // One spelling only, and no more digits than a date holds.
  if (!/^[1-9]\d{0,11}$/.test(expires)) return { outcome: 'forged' };
  // The texts are compared, not the bytes they decode to: base64url spells the same bytes in more than one way.
  const expected = Buffer.from(signature(secretKey, id, expires));
  const given = Buffer.from(claimed);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { outcome: 'forged' };
  const expiresAt = new Date(Number(expires) * 1000);
  return expiresAt <= now ? { outcome: 'expired' } : { outcome: 'valid', expiresAt };
}

/** The key is derived for this one purpose, so that no signature made here means anything elsewhere. */
function signature(secretKey: SecretKey, id: string, expires: string): string {
  const key = hkdfSync('sha256', secretKey, '', 'hailuo-bot media link', 32);
  return createHmac('sha256', Buffer.from(key)).update(`${id}\n${expires}`).digest('base64url');
}
