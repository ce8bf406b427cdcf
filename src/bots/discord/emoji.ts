/** Whether a reaction is the one that animates. Pure. */

/** What Slack calls it; Discord knows the character alone. */
const usual = '🎬';
const usualName = /^:?(?:clapper|clapper_board)?:?$/;
const custom = /^(?:<a?:)?(?:\w+:)?(\d{15,20})>?$/;

/** An emoji as an event carries it: a custom one has an id. */
interface ReactedEmoji {
  readonly id?: string | null | undefined;
  readonly name?: string | null | undefined;
}

/**
 * @param wanted the character, `<:name:id>` as it is typed in Discord, or the bare name of a server's own emoji;
 *   empty: 🎬
 */
export function isWantedEmoji(wanted: string, { id, name }: ReactedEmoji): boolean {
  const spelled = wanted.trim();
  const wantedId = custom.exec(spelled)?.[1];
  if (wantedId !== undefined) return id === wantedId;
  if (usualName.test(spelled)) return plain(name ?? '') === usual;
  return plain(name ?? '') === plain(spelled.replace(/^:(\w+):$/, '$1'));
}

/** Some clients add the selector that asks for the coloured form (platforms/discord.md §6). */
function plain(emoji: string): string {
  return emoji.replaceAll('\uFE0F', '');
}
