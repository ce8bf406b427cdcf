/** Whether a reaction is the one that animates. Pure. */

/** What Discord calls by its character, Slack knows by name alone. */
const usual = 'clapper';
const usualSpellings: ReadonlySet<string> = new Set(['', '🎬', 'clapper', 'clapper_board']);

/**
 * @param wanted a name with or without colons, or 🎬; empty: `clapper`
 * @param reaction as an event names it: without colons, and with `::skin-tone-2` where somebody's hand has a colour
 */
export function isWantedReaction(wanted: string, reaction: string): boolean {
  const spelled = bare(wanted.replaceAll('\uFE0F', ''));
  return bare(reaction) === (usualSpellings.has(spelled) ? usual : spelled);
}

function bare(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^:|:$/g, '')
    .replace(/::skin-tone-\d$/, '');
}
