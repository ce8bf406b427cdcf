/** Many callers, one statement: what arrives while one statement is under way goes into the next. Adds no waiting of its own. */

/**
 * @param run gets at least one item and returns one result for each, in order
 * @returns a call for one item; a failed run fails each of its callers
 */
export function createBatcher<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  most: number,
): (item: Item) => Promise<Result> {
  interface Waiter {
    readonly item: Item;
    readonly resolve: (result: Result) => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiter[] = [];
  let isRunning = false;

  async function drain(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const results = await run(batch.map(({ item }) => item));
        if (results.length !== batch.length) throw new Error('A batch must return one result for each item.');
        for (const [index, result] of results.entries()) batch[index]?.resolve(result);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isRunning = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // On the next microtask, so that callers of the same turn share the first statement too.
      if (!isRunning) {
        isRunning = true;
        queueMicrotask(() => void drain());
      }
    });
}
