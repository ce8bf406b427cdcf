/** Faults at random, and the same ones again for the same seed. */
import { createHash } from 'node:crypto';
import { type Fault, gatewayPage } from './faults.ts';
import type { Reply } from './reply.ts';

interface TroubleOptions {
  readonly seed: string;
  /** Of all calls: 0 for none, 1 for every one. */
  readonly share: number;
  readonly service: string;
  /** A 429 in the service's own form. */
  readonly rateLimited: Reply | undefined;
}

/**
 * Every call's fate hangs on the seed, the service, the operation and how many calls of that operation came before: it
 * does not matter who else calls meanwhile.
 */
export function createTrouble({ seed, share, service, rateLimited }: TroubleOptions) {
  const counts = new Map<string, number>();
  return (operation: string): Fault | undefined => {
    const count = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, count);
    const dice = createHash('sha256').update([seed, service, operation, count].join(' ')).digest();
    if (dice.readUInt32BE(0) / 2 ** 32 >= share) return undefined;
    const faults: readonly Fault[] = [
      { fault: 'cut' },
      { fault: 'lose-answer' },
      { fault: 'answer', reply: gatewayPage, afterwards: true },
      { fault: 'wait', ms: 500 + (dice.readUInt32BE(4) % 4500) },
      ...(rateLimited === undefined ? [] : [{ fault: 'answer' as const, reply: rateLimited }]),
    ];
    return faults[dice.readUInt32BE(8) % faults.length];
  };
}
