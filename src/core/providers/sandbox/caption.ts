/** The prompt's words over a clip made from words alone. */
import sharp from 'sharp';
import type { Planes } from '../../planes.ts';
import { drawable, drawLine, letterHeight, lineWidth } from './letters.ts';

/** Laid over every frame in the same place: how light each pixel is, and how much it covers what is below. */
export interface Caption {
  readonly top: number;
  readonly height: number;
  readonly light: Uint8Array;
  readonly cover: Uint8Array;
}

const mostLines = 3;
const fadeSeconds = 0.8;

/** Null when no letter of the prompt can be drawn. */
export async function drawCaption(prompt: string, width: number, height: number): Promise<Caption | null> {
  const words = drawable(prompt.replace(/\[[^\]]*\]/g, ' '));
  if (words === '') return null;
  const size = Math.min(height / 26, width / 24) / letterHeight;
  const lines = wrap(words, (width * 0.84) / size);
  const step = letterHeight * size * 1.9;
  const tall = 2 * Math.round((step * (lines.length + 1.2)) / 2);
  const text = lines.map((line, index) => {
    const x = (width - lineWidth(line) * size) / 2;
    return `<g transform="translate(${x} ${step * (index + 0.75)}) scale(${size})">${drawLine(line)}</g>`;
  });
  const pen = (color: string, thickness: number, opacity: number): string =>
    `<g fill="none" stroke="${color}" stroke-width="${thickness}" stroke-opacity="${opacity}" stroke-linecap="round" stroke-linejoin="round">${text.join('')}</g>`;
  // Two wide, faint strokes below the letters keep them legible on snow.
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${tall}">${pen('#000', 2.6, 0.22)}${pen('#000', 1.7, 0.4)}${pen('#fff', 0.8, 1)}</svg>`;
  const { data } = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const light = new Uint8Array(width * tall);
  const cover = new Uint8Array(width * tall);
  for (let index = 0; index < light.length; index += 1) {
    light[index] = 16 + ((data[index * 4] ?? 0) * 219) / 255;
    cover[index] = data[index * 4 + 3] ?? 0;
  }
  return { top: 2 * Math.round((height * 0.95 - tall) / 2), height: tall, light, cover };
}

/** Fades in with the first second. */
export function layCaption(caption: Caption, planes: Planes, second: number): void {
  const strength = Math.min(1, Math.max(0, second / fadeSeconds));
  const { width } = planes;
  const half = width / 2;
  for (let row = 0; row < caption.height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const from = row * width + column;
      const cover = ((caption.cover[from] ?? 0) * strength) / 255;
      if (cover === 0) continue;
      const to = (caption.top + row) * width + column;
      planes.y[to] = mix(planes.y[to], caption.light[from], cover);
      if ((row | column) & 1) continue;
      const color = ((caption.top + row) >> 1) * half + (column >> 1);
      planes.u[color] = mix(planes.u[color], 128, cover);
      planes.v[color] = mix(planes.v[color], 128, cover);
    }
  }
}

function mix(below = 0, above = 0, cover: number): number {
  return below + (above - below) * cover;
}

/** The last line of a long prompt ends in an ellipsis. */
function wrap(words: string, mostWidth: number): string[] {
  const lines: string[] = [''];
  for (const word of words.split(' ')) {
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (lineWidth(longer) <= mostWidth) lines[lines.length - 1] = longer;
    else if (lines.length < mostLines) lines.push(shorten(word, mostWidth));
    else {
      lines[lines.length - 1] = shorten(`${line}…`, mostWidth);
      break;
    }
  }
  return lines.filter((line) => line !== '');
}

function shorten(text: string, mostWidth: number): string {
  let short = text;
  while (lineWidth(short) > mostWidth) short = `${short.replace(/…$/, '').slice(0, -1)}…`;
  return short;
}
