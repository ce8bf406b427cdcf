/** Full-jitter backoff: many who failed together do not come back together. */

/**
 * @param faults in a row, from 1
 * @param random from 0 up to 1
 * @returns milliseconds, at least `leastMs`, on average half of `baseMs · 2^(faults - 1)`, at most `mostMs`
 */
export function backoffMs(
  faults: number,
  random: number,
  { baseMs = 2000, mostMs = 60_000, leastMs = 250 }: { baseMs?: number; mostMs?: number; leastMs?: number } = {},
): number {
  const ceiling = Math.min(mostMs, baseMs * 2 ** Math.min(faults - 1, 20));
  return Math.max(leastMs, Math.round(ceiling * random));
}
