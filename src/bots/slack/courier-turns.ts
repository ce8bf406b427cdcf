/** One after another for the same job, side by side for different ones. */

/** Runs the work once whatever was begun earlier under that name is over; resolves and rejects as the work does. */
export type CourierTurns = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

export function createCourierTurns(): CourierTurns {
  const last = new Map<string, Promise<unknown>>();
  return async (name, work) => {
    const before = last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    last.set(name, settled);
    try {
      return await mine;
    } finally {
      if (last.get(name) === settled) last.delete(name);
    }
  };
}
