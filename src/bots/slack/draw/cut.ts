/** Escaped text within a limit: `&amp;`, `<@U1>` and a character stay whole or go whole, as half of one is something else. Pure. */

/** What means something only as a whole: an escape, a mention or a link or a date, a character. */
const unit = /&(?:amp|lt|gt);|<[^<>]*>|[\s\S]/gu;

/** At most `most` UTF-16 units, with … where something is missing. `most` is at least 1. */
export function cutMrkdwn(text: string, most: number): string {
  if (text.length <= most) return text;
  let kept = '';
  for (const [next] of text.matchAll(unit)) {
    if (kept.length + next.length > most - 1) break;
    kept += next;
  }
  return `${kept}…`;
}

/** Everything, in pieces of at most `most` UTF-16 units each: between lines or words where that leaves no small piece. */
export function splitMrkdwn(text: string, most: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const [next] of text.matchAll(unit)) {
    if (piece.length + next.length > most) {
      const end = endOf(piece, most);
      pieces.push(piece.slice(0, end).trimEnd());
      piece = piece.slice(end).trimStart();
    }
    // A link or a mention longer than a whole piece could not be shown anywhere.
    if (next.length <= most) piece += next;
  }
  return [...pieces, piece].filter((each) => each.trim() !== '');
}

/** Whitespace within a mention or a link is no end: half of it would be left open. */
function endOf(piece: string, most: number): number {
  for (const sign of ['\n', ' ']) {
    const at = piece.lastIndexOf(sign);
    const isInside = piece.lastIndexOf('<', at) > piece.lastIndexOf('>', at);
    if (at > most / 2 && !isInside) return at;
  }
  return piece.length;
}
