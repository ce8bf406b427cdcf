/** Remembers what came lately: a dispatch may come twice around a reconnect (platforms/discord.md §9). */

const most = 5_000;

/** @returns a question that is true for each id once, as far back as the last few thousand */
export function createSeen(): (id: string) => boolean {
  const seen = new Set<string>();
  return (id) => {
    if (seen.has(id)) return false;
    seen.add(id);
    const [oldest] = seen;
    if (seen.size > most && oldest !== undefined) seen.delete(oldest);
    return true;
  };
}
