/**
 * Letters as pen strokes. A bare machine has no fonts at all, and text drawn with none comes out as boxes.
 */

/** On a grid six high; the path is drawn with a round pen. */
interface Glyph {
  readonly width: number;
  readonly path: string;
}

const round = 'M2.2 0C.9 0 0 1.2 0 3S.9 6 2.2 6S4.4 4.8 4.4 3S3.5 0 2.2 0Z';

const glyphs: Readonly<Record<string, Glyph>> = {
  A: { width: 4.2, path: 'M0 6L2.1 0L4.2 6M.8 4H3.4' },
  B: { width: 3.9, path: 'M0 0V6H2.3A1.6 1.6 0 0 0 2.3 2.8H0M0 0H2.1A1.4 1.4 0 0 1 2.1 2.8' },
  C: { width: 3.9, path: 'M3.9 1.3C3.4.4 2.8 0 2.1 0C.9 0 0 1.2 0 3S.9 6 2.1 6C2.8 6 3.4 5.6 3.9 4.7' },
  D: { width: 4, path: 'M0 0V6H1.4C3 6 4 4.9 4 3S3 0 1.4 0Z' },
  E: { width: 3.3, path: 'M3.3 0H0V6H3.3M0 2.9H2.8' },
  F: { width: 3.2, path: 'M3.2 0H0V6M0 2.9H2.7' },
  G: { width: 4, path: 'M3.9 1.3C3.4.4 2.8 0 2.1 0C.9 0 0 1.2 0 3S.9 6 2.1 6C3.2 6 4 5.2 4 4V3.3H2.4' },
  H: { width: 4, path: 'M0 0V6M4 0V6M0 2.9H4' },
  I: { width: 0.4, path: 'M.2 0V6' },
  J: { width: 2.8, path: 'M2.8 0V4.4C2.8 5.4 2.2 6 1.4 6S.1 5.5 0 4.6' },
  K: { width: 3.9, path: 'M0 0V6M3.7 0L0 3.7M1.4 2.4L3.9 6' },
  L: { width: 3.1, path: 'M0 0V6H3.1' },
  M: { width: 4.8, path: 'M0 6V0L2.4 4L4.8 0V6' },
  N: { width: 4, path: 'M0 6V0L4 6V0' },
  O: { width: 4.4, path: round },
  P: { width: 3.8, path: 'M0 6V0H2.2A1.6 1.6 0 0 1 2.2 3.2H0' },
  Q: { width: 4.4, path: `${round}M2.9 4.5L4.4 6.2` },
  R: { width: 3.9, path: 'M0 6V0H2.2A1.6 1.6 0 0 1 2.2 3.2H0M2 3.2L3.9 6' },
  S: {
    width: 3.8,
    path: 'M3.6 1.2C3.2.4 2.6 0 1.9 0C.9 0 .2.6.2 1.5C.2 3.7 3.8 2.3 3.8 4.5C3.8 5.4 3.1 6 2 6C1.1 6 .4 5.6 0 4.7',
  },
  T: { width: 4, path: 'M0 0H4M2 0V6' },
  U: { width: 4, path: 'M0 0V3.9C0 5.2.8 6 2 6S4 5.2 4 3.9V0' },
  V: { width: 4.2, path: 'M0 0L2.1 6L4.2 0' },
  W: { width: 5.8, path: 'M0 0L1.5 6L2.9 1L4.3 6L5.8 0' },
  X: { width: 4, path: 'M0 0L4 6M4 0L0 6' },
  Y: { width: 4, path: 'M0 0L2 3L4 0M2 3V6' },
  Z: { width: 3.8, path: 'M0 0H3.8L0 6H3.8' },
  0: { width: 4, path: 'M2 0C.8 0 0 1.2 0 3S.8 6 2 6S4 4.8 4 3S3.2 0 2 0Z' },
  1: { width: 1.7, path: 'M.1 1.3L1.6 0V6' },
  2: { width: 3.9, path: 'M.1 1.5C.2.6.9 0 2 0S3.8.7 3.8 1.7C3.8 3 2.4 3.8 0 6H3.9' },
  3: {
    width: 3.9,
    path: 'M.2.9C.6.3 1.2 0 2 0C3 0 3.7.6 3.7 1.5S3 2.9 1.9 2.9C3.1 2.9 3.9 3.5 3.9 4.4S3.1 6 2 6C1.1 6 .4 5.6 0 4.9',
  },
  4: { width: 4, path: 'M3 6V0L0 4.2H4' },
  5: { width: 3.9, path: 'M3.6 0H.6L.3 2.7C.8 2.4 1.3 2.2 1.9 2.2C3.1 2.2 3.9 3 3.9 4.1S3.1 6 1.9 6C1.1 6 .4 5.6 0 5' },
  6: {
    width: 4,
    path: 'M3.4.5C2.9.1 2.5 0 2.1 0C.8 0 0 1.3 0 3.6C0 5.1.8 6 2 6S4 5.2 4 4.1S3.2 2.3 2.1 2.3C1 2.3.2 3 0 4',
  },
  7: { width: 3.8, path: 'M0 0H3.8L1.3 6' },
  8: {
    width: 4,
    path: 'M2 2.8C.9 2.8.3 2.2.3 1.4S1 0 2 0S3.7.6 3.7 1.4S3.1 2.8 2 2.8C.8 2.8 0 3.5 0 4.4S.8 6 2 6S4 5.3 4 4.4S3.2 2.8 2 2.8Z',
  },
  9: {
    width: 4,
    path: 'M.6 5.5C1.1 5.9 1.5 6 1.9 6C3.2 6 4 4.7 4 2.4C4 .9 3.2 0 2 0S0 .8 0 1.9S.8 3.7 1.9 3.7C3 3.7 3.8 3 4 2',
  },
  ' ': { width: 1.6, path: '' },
  '.': { width: 0.4, path: 'M.2 5.9V6' },
  ',': { width: 0.5, path: 'M.4 5.8L0 6.9' },
  '!': { width: 0.4, path: 'M.2 0V4.1M.2 5.9V6' },
  '?': { width: 3.5, path: 'M.1 1.4C.2.5.9 0 1.8 0S3.5.6 3.5 1.6C3.5 2.9 1.8 2.9 1.8 4.2M1.8 5.9V6' },
  ':': { width: 0.4, path: 'M.2 2.2V2.3M.2 5.9V6' },
  ';': { width: 0.5, path: 'M.4 2.2V2.3M.4 5.8L0 6.9' },
  '-': { width: 2.2, path: 'M0 3.2H2.2' },
  "'": { width: 0.4, path: 'M.2 0V1.4' },
  '"': { width: 1.5, path: 'M.2 0V1.4M1.3 0V1.4' },
  '(': { width: 1.2, path: 'M1.2-.4C.4.6 0 1.8 0 3.1S.4 5.6 1.2 6.6' },
  ')': { width: 1.2, path: 'M0-.4C.8.6 1.2 1.8 1.2 3.1S.8 5.6 0 6.6' },
  '/': { width: 2.2, path: 'M0 6.4L2.2-.4' },
  '+': { width: 3, path: 'M0 3.2H3M1.5 1.7V4.7' },
  '&': { width: 4, path: 'M4 6L.9 1.9C.3 1 .8 0 1.8 0S3.2 1.3 2.2 2L1 2.9C-.4 4 .1 6 1.7 6C3 6 3.7 4.8 3.8 3.4' },
  '%': { width: 4, path: 'M3.8 0L.2 6M1 0A.9.9 0 1 0 1 1.8A.9.9 0 1 0 1 0ZM3 4.2A.9.9 0 1 0 3 6A.9.9 0 1 0 3 4.2Z' },
  '…': { width: 3.4, path: 'M.2 5.9V6M1.7 5.9V6M3.2 5.9V6' },
};

const spacing = 1.25;
/** How tall a capital is, in the grid's units. */
export const letterHeight = 6;

/** In capitals, accents taken off; what cannot be drawn is left out, so text in other scripts may be empty. */
export function drawable(text: string): string {
  const plain = text.normalize('NFKD').replace(/[‘’`]/g, "'").replace(/[“”]/g, '"').replace(/[–—]/g, '-').toUpperCase();
  const drawn = [...plain].filter((letter) => letter in glyphs).join('');
  return drawn.replace(/ +/g, ' ').trim();
}

/** @param text as `drawable` gives it; the result in the grid's units */
export function lineWidth(text: string): number {
  return [...text].reduce((width, letter) => width + (glyphs[letter]?.width ?? 0) + spacing, -spacing);
}

/** SVG paths of one line that starts at 0, 0; stroke and size are the caller's. */
export function drawLine(text: string): string {
  let x = 0;
  let svg = '';
  for (const letter of text) {
    const glyph = glyphs[letter];
    if (glyph === undefined) continue;
    svg += `<path transform="translate(${x.toFixed(2)} 0)" d="${glyph.path}"/>`;
    x += glyph.width + spacing;
  }
  return svg;
}
