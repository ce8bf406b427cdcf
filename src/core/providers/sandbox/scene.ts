/** A landscape for a prompt, as SVG without text: the same words give the same place. */
import type { Mood } from './mood.ts';
import { createRandom } from './random.ts';

/** Where water or land begins, from the top. */
export const horizon = 0.66;

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly mood: Mood;
  readonly random: () => number;
}

/** @param width in pixels, like the height; drawn sharp at any size */
export function drawScene(prompt: string, mood: Mood, width: number, height: number): string {
  const canvas: Canvas = { width, height, mood, random: createRandom(`scene ${prompt}`) };
  const sunX = width * (0.25 + 0.5 * canvas.random());
  const sunY = height * (mood.isNight ? 0.2 + 0.12 * canvas.random() : 0.34 + 0.16 * canvas.random());
  const parts = [
    `<rect width="${width}" height="${height}" fill="url(#sky)"/>`,
    mood.isNight ? drawStars(canvas) : '',
    drawSun(canvas, sunX, sunY),
    drawClouds(canvas),
    ...drawRidges(canvas),
    drawGround(canvas, sunX),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${defineColors(mood)}${parts.join('')}</svg>`;
}

function defineColors({ sky, light, ridges, ground }: Mood): string {
  const stop = (offset: number, color: string, opacity = 1): string =>
    `<stop offset="${offset}" stop-color="${color}" stop-opacity="${opacity}"/>`;
  const near = ground === 'water' ? blend(sky[0], ridges[1], 0.4) : blend(ridges[1], '#000000', 0.35);
  const far = ground === 'water' ? blend(sky[2], sky[1], 0.45) : blend(ridges[1], sky[2], 0.35);
  return `<defs>
    <linearGradient id="sky" x2="0" y2="1">${stop(0, sky[0])}${stop(0.36, sky[1])}${stop(horizon, sky[2])}</linearGradient>
    <linearGradient id="ground" x2="0" y2="1">${stop(0, far)}${stop(1, near)}</linearGradient>
    <linearGradient id="path" x2="0" y2="1">${stop(0, light, 0.75)}${stop(1, light, 0)}</linearGradient>
    <radialGradient id="glow">${stop(0, light, 0.85)}${stop(0.2, light, 0.34)}${stop(0.5, light, 0.11)}${stop(0.78, light, 0.03)}${stop(1, light, 0)}</radialGradient>
    <radialGradient id="cloud">${stop(0, blend(sky[2], '#ffffff', 0.5), 0.55)}${stop(1, sky[2], 0)}</radialGradient>
    <linearGradient id="mist" x2="0" y2="1">${stop(0, sky[2], 0)}${stop(1, sky[2], 0.55)}</linearGradient>
  </defs>`;
}

function drawStars({ width, height, random }: Canvas): string {
  return Array.from({ length: 170 }, () => {
    const y = height * 0.6 * random() ** 1.4;
    const radius = (height / 1000) * (0.5 + 1.6 * random() ** 3);
    return `<circle cx="${width * random()}" cy="${y}" r="${radius}" fill="#fff" fill-opacity="${0.3 + 0.7 * random()}"/>`;
  }).join('');
}

function drawSun({ height, mood, random }: Canvas, x: number, y: number): string {
  const radius = height * (mood.isNight ? 0.055 : 0.075) * (0.9 + 0.3 * random());
  const glow = `<circle cx="${x}" cy="${y}" r="${radius * 6}" fill="url(#glow)"/>`;
  return `${glow}<circle cx="${x}" cy="${y}" r="${radius}" fill="${mood.light}"/>`;
}

function drawClouds({ width, height, mood, random }: Canvas): string {
  if (mood.isNight) return '';
  return Array.from({ length: 5 }, () => {
    const x = width * random();
    const y = height * (0.1 + 0.34 * random());
    const reach = height * (0.16 + 0.2 * random());
    return Array.from({ length: 4 }, (_, index) => {
      const shift = (index - 1.5) * reach * 0.7;
      const long = reach * (0.7 + 0.5 * random());
      return `<ellipse cx="${x + shift}" cy="${y + reach * 0.08 * random()}" rx="${long}" ry="${long * 0.16}" fill="url(#cloud)"/>`;
    }).join('');
  }).join('');
}

/** Three, from far to near, with mist between them. */
function drawRidges(canvas: Canvas): string[] {
  const { width, height, mood } = canvas;
  return [0, 1, 2].map((depth) => {
    const near = depth / 2;
    const base = height * (horizon - 0.05 + 0.025 * depth);
    const points = outline(canvas, height * (0.2 - 0.07 * near), base, near);
    const shape = `<path d="M0 ${height}L${points.join('L')}L${width} ${height}Z" fill="${blend(mood.ridges[0], mood.ridges[1], near ** 1.2)}"/>`;
    const top = height * (horizon - 0.16);
    const mist = `<rect y="${top}" width="${width}" height="${height * horizon - top}" fill="url(#mist)"/>`;
    return depth < 2 ? shape + mist : shape;
  });
}

function outline({ width, height, mood, random }: Canvas, tall: number, base: number, near: number): string[] {
  const phases = [random() * 6, random() * 6, random() * 6] as const;
  const swell = (part: number): number =>
    Math.sin(part * 5 + phases[0]) * 0.5 +
    Math.sin(part * 11 + phases[1]) * 0.3 +
    Math.sin(part * 23 + phases[2]) * 0.12;
  const at = (part: number, up: number): string => `${(part * width).toFixed(1)} ${(base - tall * up).toFixed(1)}`;
  switch (mood.outline) {
    case 'hills':
      return steps(160).map((part) => at(part, 0.45 + 0.45 * swell(part)));
    case 'peaks': {
      const count = 10 + Math.round(near * 8);
      return steps(count).map((part, index) =>
        at(part, index % 2 === 0 ? 0.12 + 0.3 * random() : 0.7 + 0.6 * random()),
      );
    }
    case 'towers': {
      const count = 22 + Math.round(near * 14);
      return steps(count).flatMap((part) => {
        const up = 0.25 + 1.25 * random() ** 2;
        return [at(part, up), at(part + 0.82 / count, up), at(part + 0.82 / count, 0.1), at(part + 1 / count, 0.1)];
      });
    }
    case 'trees': {
      const count = Math.round((width / height) * (36 + near * 14));
      return steps(count).flatMap((part) => {
        const ground = 0.25 + 0.35 * swell(part);
        const up = ground + 0.22 + 0.4 * random();
        return [at(part, ground), at(part + 0.35 / count, up), at(part + 0.7 / count, ground)];
      });
    }
  }
}

function drawGround({ width, height, mood, random }: Canvas, sunX: number): string {
  const top = height * horizon;
  const field = `<rect y="${top}" width="${width}" height="${height - top}" fill="url(#ground)"/>`;
  if (mood.ground === 'land') return field + drawFields(width, height, mood, random);
  const glints = Array.from({ length: 130 }, (_, index) => {
    const depth = (index / 130) ** 1.6;
    const y = top + (height - top) * depth;
    const isBelowSun = index % 2 === 0;
    const x = isBelowSun ? sunX + (random() - 0.5) * height * (0.12 + 0.5 * depth) : random() * width;
    const long = height * (0.02 + 0.09 * depth) * (0.5 + random());
    const opacity = (isBelowSun ? 0.75 : 0.22) * (1 - 0.6 * depth) * (0.4 + 0.6 * random());
    return `<ellipse cx="${x}" cy="${y}" rx="${long}" ry="${height * (0.0012 + 0.0035 * depth)}" fill="${mood.light}" fill-opacity="${opacity}"/>`;
  });
  const reflection = `<ellipse cx="${sunX}" cy="${top}" rx="${height * 0.16}" ry="${height * 0.3}" fill="url(#glow)" fill-opacity="0.5"/>`;
  return `<clipPath id="below"><rect y="${top}" width="${width}" height="${height}"/></clipPath>${field}<g clip-path="url(#below)">${reflection}${glints.join('')}</g>`;
}

/** Soft bands that come nearer. */
function drawFields(width: number, height: number, mood: Mood, random: () => number): string {
  return [0.06, 0.2, 0.45]
    .map((depth, index) => {
      const y = height * (horizon + (1 - horizon) * depth);
      const bend = height * 0.06 * (random() - 0.5);
      const color = blend(blend(mood.ridges[1], mood.sky[2], 0.26 - 0.1 * index), '#000000', 0.12 * index);
      return `<path d="M0 ${y}C${width * 0.3} ${y - bend - height * 0.03} ${width * 0.6} ${y + bend} ${width} ${y - bend}V${height}H0Z" fill="${color}" fill-opacity="0.85"/>`;
    })
    .join('');
}

function steps(count: number): number[] {
  return Array.from({ length: count + 1 }, (_, index) => index / count);
}

/** @param part 0 is all `from`, 1 all `to` */
function blend(from: string, to: string, part: number): string {
  const [a, b] = [channels(from), channels(to)];
  const mixed = a.map((value, index) => Math.round(value + ((b[index] ?? 0) - value) * part));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Red, green and blue of `#rrggbb`. */
export function channels(color: string): [red: number, green: number, blue: number] {
  const number = Number.parseInt(color.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}
