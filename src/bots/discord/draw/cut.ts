/** Text within a limit. */

/** At most `most` UTF-16 units, with … where something is missing; never half a character. `most` is at least 1. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most - 1);
  const isSplit = /[\uD800-\uDBFF]$/.test(kept);
  return `${isSplit ? kept.slice(0, -1) : kept}…`;
}
