/** What kind of place a prompt is about, guessed from its words. */
import { createRandom } from './random.ts';

/** What drifts through the air; `particles.ts` says how each of them moves. */
export type ParticleKind = 'snow' | 'embers' | 'fireflies' | 'petals' | 'rain' | 'dust';

/** Colours are `#rrggbb`. */
export interface Mood {
  readonly name: string;
  readonly words: RegExp;
  /** Top, middle, horizon. */
  readonly sky: readonly [string, string, string];
  readonly light: string;
  readonly isNight: boolean;
  /** The farthest and the nearest ridge. */
  readonly ridges: readonly [string, string];
  readonly outline: 'hills' | 'peaks' | 'towers' | 'trees';
  readonly ground: 'water' | 'land';
  readonly particles: ParticleKind;
}

const moods: readonly Mood[] = [
  {
    name: 'neon',
    words: /\b(city|neon|cyber\w*|robot|cars?|street|tokyo|skyline|taxi|metro|hacker)\b/i,
    sky: ['#0b0a2a', '#3a1466', '#ff4f9a'],
    light: '#ffd0e8',
    isNight: true,
    ridges: ['#5a2a8c', '#0d0a26'],
    outline: 'towers',
    ground: 'water',
    particles: 'rain',
  },
  {
    name: 'winter',
    words: /\b(snow\w*|winter|ice|icy|frost\w*|penguins?|polar|glacier|christmas|ski\w*)\b/i,
    sky: ['#2f5f9e', '#86b4dc', '#f4e7e4'],
    light: '#fff6e6',
    isNight: false,
    ridges: ['#b3cbe4', '#3c5f86'],
    outline: 'peaks',
    ground: 'land',
    particles: 'snow',
  },
  {
    name: 'fire',
    words: /\b(fire\w*|flames?|lava|volcano\w*|dragons?|desert|dunes?|mars|explosion)\b/i,
    sky: ['#2a0d1c', '#8c2a1e', '#ffb14a'],
    light: '#fff0c0',
    isNight: false,
    ridges: ['#a34326', '#240c12'],
    outline: 'peaks',
    ground: 'land',
    particles: 'embers',
  },
  {
    name: 'night',
    words: /\b(night|moon\w*|stars?|starry|space\w*|galaxy|astronauts?|midnight|owl|rocket|planet)\b/i,
    sky: ['#060a1f', '#16275a', '#5a74b4'],
    light: '#f3f0d8',
    isNight: true,
    ridges: ['#33508c', '#070d20'],
    outline: 'hills',
    ground: 'water',
    particles: 'fireflies',
  },
  {
    name: 'forest',
    words: /\b(forest|trees?|jungle|garden|woods?|fox|deer|bear|leaf|leaves|grass|meadow|flowers?|cat|dog|fairy)\b/i,
    sky: ['#2d6a70', '#8cc0a0', '#fbeebc'],
    light: '#fffbe0',
    isNight: false,
    ridges: ['#7fae8c', '#10302a'],
    outline: 'trees',
    ground: 'land',
    particles: 'petals',
  },
  {
    name: 'sea',
    words: /\b(sea|ocean|waves?|water|boats?|ships?|beach|river|lake|pond|rain\w*|fish\w*|whales?|surf\w*|swim\w*)\b/i,
    sky: ['#1f5fa8', '#7cc0e0', '#ffe6bd'],
    light: '#fff8dc',
    isNight: false,
    ridges: ['#8fb6cc', '#2b5a74'],
    outline: 'hills',
    ground: 'water',
    particles: 'dust',
  },
  {
    name: 'dusk',
    words: /\b(sunset|sunrise|evening|golden|autumn|romance|love|dusk|dawn|warm)\b/i,
    sky: ['#2b2a63', '#b0507a', '#ffc27a'],
    light: '#fff0c4',
    isNight: false,
    ridges: ['#a2557c', '#1d1534'],
    outline: 'hills',
    ground: 'water',
    particles: 'dust',
  },
];

/** The first mood whose words are there; a prompt that says nothing about a place gets one by chance, always the same. */
export function moodOf(prompt: string): Mood {
  const told = moods.find(({ words }) => words.test(prompt));
  const drawn = moods[Math.floor(createRandom(`mood ${prompt}`)() * moods.length)];
  const mood = told ?? drawn;
  if (mood === undefined) throw new Error('there is no mood at all');
  return mood;
}
