/** Whose work goes on now: a platform's commands wait here rather than in the database's line, where acknowledgements would wait behind them. */

/** Runs the work when it is its turn; resolves and rejects as the work does. */
type InTurn = (person: string, work: () => Promise<void>) => Promise<void>;

/** One person's slow pictures do not stand before everybody's answers. */
const crowd = { most: 8, mostForOne: 2 } as const;

/** At most so many at once, and so many for one person; first come, first served among those whose turn it may be. */
export function createTurns({
  most,
  mostForOne,
}: {
  readonly most: number;
  readonly mostForOne: number;
} = crowd): InTurn {
  const waiting: { readonly person: string; readonly begin: () => void }[] = [];
  const running = new Map<string, number>();
  let count = 0;

  const take = (person: string): void => {
    count += 1;
    running.set(person, (running.get(person) ?? 0) + 1);
  };
  const isFree = (person: string): boolean => count < most && (running.get(person) ?? 0) < mostForOne;

  function give(person: string): void {
    count -= 1;
    const left = (running.get(person) ?? 1) - 1;
    if (left === 0) running.delete(person);
    else running.set(person, left);
    const next = waiting.findIndex((waiter) => isFree(waiter.person));
    const [waiter] = next === -1 ? [] : waiting.splice(next, 1);
    if (waiter === undefined) return;
    take(waiter.person);
    waiter.begin();
  }

  return async (person, work) => {
    if (isFree(person)) take(person);
    else await new Promise<void>((begin) => waiting.push({ person, begin }));
    try {
      await work();
    } finally {
      give(person);
    }
  };
}
