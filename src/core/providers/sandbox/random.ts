import { createHash } from 'node:crypto';

/** Numbers from 0 up to 1, the same row for the same text. */
export function createRandom(text: string): () => number {
  let state = createHash('sha256').update(text).digest().readUInt32BE();
  // mulberry32: small, and even enough for hills and snow.
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
