/** Finds an admin's words in a prompt, however they are written. Pure. */

/**
 * Two spellings of one word fold into the same text: case, accents, width and invisible characters are gone. Marks that
 * make another letter stay, as in Japanese or Hindi.
 */
export function foldWord(text: string): string {
  return (
    text
      .normalize('NFKD')
      // Latin, Greek and Cyrillic accents; the points of Hebrew and Arabic, which may be left out; what nobody sees.
      .replace(/[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]|\p{Cf}/gu, '')
      .normalize('NFC')
      // By way of capitals, so that ß is ss and the two small sigmas are one.
      .toUpperCase()
      .toLowerCase()
      .replaceAll('ς', 'σ')
      .trim()
  );
}

const between = /[^\p{L}\p{N}\p{M}]+/u;

/** Scripts that set no spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * The first of the words that stands in the prompt; null when none does. A word is found whole, never within another
 * one, whatever stands between the words of a phrase; in scripts without spaces it is found anywhere. `b.a.d` is `bad`.
 */
export function findWord(prompt: string, words: readonly string[]): string | null {
  if (words.length === 0) return null;
  const folded = foldWord(prompt);
  const spaced = ` ${splitWords(folded).join(' ')} `;
  const joined = folded.split(between).join('');
  const isThere = (word: string): boolean => {
    const sought = foldWord(word);
    const parts = splitWords(sought);
    // An emoji, for instance.
    if (parts.length === 0) return sought !== '' && folded.includes(sought);
    return unspaced.test(sought) ? joined.includes(parts.join('')) : spaced.includes(` ${parts.join(' ')} `);
  };
  return words.find(isThere) ?? null;
}

/** Letters that are set apart one by one are the word they spell. */
function splitWords(folded: string): string[] {
  return folded.split(/\s+/u).flatMap((chunk) => {
    const parts = chunk.split(between).filter((part) => part !== '');
    return parts.length > 1 && parts.every((part) => [...part].length === 1) ? [parts.join('')] : parts;
  });
}
