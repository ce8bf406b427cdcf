/** Tokens as the database keeps them: whoever reads its rows, or a copy of them, has none. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { JsonValue } from '../../core/values.ts';

export interface Sealing {
  /** @param row the id of the row it will stand in: elsewhere it does not open */
  seal(row: string, value: JsonValue): string;
  /** @throws when it was sealed under another SECRET_KEY, for another row, or was changed; says nothing of what is in it */
  open(row: string, sealed: string): unknown;
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
/** Before each, so that another way of sealing may come one day. */
const version = 'v1.';

export function createSealing(secretKey: string | Uint8Array): Sealing {
  // Derived for this one purpose: no link and no call-back address says anything about it.
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'hailuo-bot slack tokens', 32));
  return {
    seal(row, value) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(row));
      const hidden = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      return version + Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64url');
    },
    open(row, sealed) {
      const bytes = Buffer.from(sealed.slice(version.length), 'base64url');
      const hidden = bytes.subarray(nonceBytes + tagBytes);
      if (!sealed.startsWith(version) || hidden.length === 0) throw new Error('not sealed by this program');
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(row));
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      try {
        return JSON.parse(Buffer.concat([decipher.update(hidden), decipher.final()]).toString('utf8'));
      } catch (error) {
        throw new Error('sealed under another SECRET_KEY, or changed since', { cause: error });
      }
    },
  };
}
