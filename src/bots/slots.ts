/** How many uploads are in hand at once. */

/** Runs what it is given, one after another where `most` are running already, in the order they came. */
export type Slots = <Result>(act: () => Promise<Result>) => Promise<Result>;

export function createSlots(most: number): Slots {
  const waiting: (() => void)[] = [];
  let free = most;
  return async (act) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await act();
    } finally {
      // Handed over rather than given back, so that nobody who comes now goes before those who wait.
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
