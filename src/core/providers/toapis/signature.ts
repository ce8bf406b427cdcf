/** Who signed a call-back: ToAPIs' HMAC-SHA256 over the event id, the time and the raw body (providers/toapis.md §7). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CallBack } from '../provider.ts';

const windowSeconds = 300;

/** Pure. @returns what is wrong with it, or null when one of its signatures was made with our secret. */
export function problemWithSignature({ headers, rawBody }: CallBack, secret: string, now: Date): string | null {
  const id = headers['x-toapis-webhook-id'];
  const timestamp = headers['x-toapis-webhook-timestamp'];
  const signatures = headers['x-toapis-webhook-signature'];
  if (!id || !timestamp || !signatures) return 'a signature header is missing';
  if (!/^\d{1,12}$/.test(timestamp)) return 'the timestamp is not a number of seconds';
  const distance = Math.abs(now.getTime() / 1000 - Number(timestamp));
  if (distance > windowSeconds) return `signed ${Math.round(distance)} s away from now`;

  // The secret is used as text, though it looks like hex (§7).
  const right = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(rawBody).digest();
  return signaturesIn(signatures).some((given) => timingSafeEqual(given, right))
    ? null
    : 'our secret made no signature';
}

/** Two for a day after a rotation. Whatever is not 32 bytes of hex is passed over: Buffer.from would cut it short. */
function signaturesIn(header: string): Buffer[] {
  return header.split(',').flatMap((part) => {
    const hex = /^v1=([0-9a-f]{64})$/i.exec(part.trim())?.[1];
    return hex === undefined ? [] : [Buffer.from(hex, 'hex')];
  });
}
