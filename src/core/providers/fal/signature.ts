/** Who signed a call-back: fal's ED25519 signature over its headers and the raw body (providers/fal.md §7). */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { CallBack, ProviderEdges } from '../provider.ts';

const windowSeconds = 300;
const keysLiveMs = 24 * 60 * 60 * 1000;
/** fal may change its keys within a day; strangers must not make us ask for them all the time. */
const refetchAfterMs = 60_000;

const keySet = z.object({ keys: z.array(z.object({ x: z.string().nullish() })) });

type SignatureReading = { readonly genuine: true } | { readonly genuine: false; readonly detail: string };

/** Throws when fal's keys cannot be fetched: the call-back is then neither genuine nor forged, and fal repeats it. */
export type CheckSignature = (callBack: CallBack) => Promise<SignatureReading>;

/**
 * Keys are fetched when first needed and used for a day; when none fits they are asked for again, unless the last answer
 * is less than a minute old.
 */
export function createSignatureCheck(
  { http, now }: Pick<ProviderEdges, 'http' | 'now'>,
  keysUrl: string,
): CheckSignature {
  let latest: { readonly keys: Promise<readonly KeyObject[]>; readonly askedAt: number } | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;

  async function fetchKeys(): Promise<readonly KeyObject[]> {
    const { status, json } = await http({ method: 'GET', url: keysUrl });
    const parsed = keySet.safeParse(json);
    if (status !== 200 || !parsed.success) throw new Error(`fal's signing keys are unreadable: HTTP ${status}`);
    return parsed.data.keys.flatMap(({ x }) => toPublicKey(x));
  }

  /** Asks once for all who wait, at most once a minute; a failure leaves what was known before. */
  async function keysYoungerThan(ageMs: number): Promise<readonly KeyObject[]> {
    const askedAt = now().getTime();
    if (latest && askedAt - latest.askedAt < ageMs) return latest.keys;
    if (askedAt - failedAt < refetchAfterMs) throw new Error('fal’s signing keys could not be had a moment ago');
    const before = latest;
    const asked = { keys: fetchKeys(), askedAt };
    latest = asked;
    try {
      return await asked.keys;
    } catch (error) {
      if (latest === asked) latest = before;
      failedAt = askedAt;
      throw error;
    }
  }

  return async (callBack) => {
    const claim = readClaim(callBack);
    if ('problem' in claim) return { genuine: false, detail: claim.problem };
    const distance = Math.abs(now().getTime() / 1000 - claim.timestamp);
    if (distance > windowSeconds) return { genuine: false, detail: `signed ${Math.round(distance)} s away from now` };

    const isSignedBy = (key: KeyObject) => verify(null, claim.message, key, claim.signature);
    if ((await keysYoungerThan(keysLiveMs)).some(isSignedBy)) return { genuine: true };
    if ((await keysYoungerThan(refetchAfterMs)).some(isSignedBy)) return { genuine: true };
    return { genuine: false, detail: 'no key of fal made this signature' };
  };
}

interface Claim {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly timestamp: number;
}

function readClaim({ headers, rawBody }: CallBack): Claim | { readonly problem: string } {
  const requestId = headers['x-fal-webhook-request-id'];
  const userId = headers['x-fal-webhook-user-id'];
  const timestamp = headers['x-fal-webhook-timestamp'];
  const signature = headers['x-fal-webhook-signature'];
  if (!requestId || !userId || !timestamp || !signature) return { problem: 'a signature header is missing' };
  if (!/^\d{1,12}$/.test(timestamp)) return { problem: 'the timestamp is not a number of seconds' };
  // Buffer.from would drop whatever is not hex, and accept the rest.
  if (!/^[0-9a-f]{128}$/i.test(signature)) return { problem: 'the signature is not 64 bytes of hex' };
  const bodyHash = createHash('sha256').update(rawBody).digest('hex');
  return {
    message: Buffer.from([requestId, userId, timestamp, bodyHash].join('\n'), 'utf8'),
    signature: Buffer.from(signature, 'hex'),
    timestamp: Number(timestamp),
  };
}

function toPublicKey(x: string | null | undefined): KeyObject[] {
  if (!x) return [];
  try {
    return [createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })];
  } catch {
    return []; // A key of another kind, beside ours.
  }
}
