/** What has just refused us and is left alone for a while. */

export interface Quiet {
  has(name: string): boolean;
  add(name: string, ms: number): void;
}

const most = 1000;

export function createQuiet(now: () => Date): Quiet {
  const until = new Map<string, number>();
  return {
    has: (name) => (until.get(name) ?? 0) > now().getTime(),
    add(name, ms) {
      until.delete(name);
      until.set(name, now().getTime() + ms);
      if (until.size > most) for (const oldest of until.keys().take(1)) until.delete(oldest);
    },
  };
}
