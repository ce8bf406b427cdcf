/** Words in a prompt that make the sandbox go wrong on purpose, so that every ending can be seen for free. */

const steeringWords = ['slow', 'stuck', 'fail', 'refuse', 'moderate', 'busy', 'down', 'lost', 'broken'] as const;
type SteeringWord = (typeof steeringWords)[number];

/** For help and documentation: what to write in a prompt and what then happens. */
export const sandboxWords: readonly { readonly word: `sandbox:${SteeringWord}`; readonly effect: string }[] = [
  { word: 'sandbox:slow', effect: 'takes five times as long' },
  { word: 'sandbox:stuck', effect: 'never ends; the deadline of the job does' },
  { word: 'sandbox:fail', effect: 'fails half way, uncharged' },
  { word: 'sandbox:refuse', effect: 'is declined by moderation before anything is rendered' },
  { word: 'sandbox:moderate', effect: 'is declined by moderation when the clip is finished' },
  { word: 'sandbox:busy', effect: 'is turned away for the first five seconds' },
  { word: 'sandbox:down', effect: 'cannot be reached' },
  { word: 'sandbox:lost', effect: 'takes the request, and its answer is lost' },
  { word: 'sandbox:broken', effect: 'hands over a file that is not a video' },
];

const written = new RegExp(`\\bsandbox:(${steeringWords.join('|')})\\b`, 'gi');

/** Every steering word of a prompt. */
export function readSteering(prompt: string): ReadonlySet<SteeringWord> {
  const found = new Set<string>([...prompt.matchAll(written)].map(([, word = '']) => word.toLowerCase()));
  return new Set(steeringWords.filter((word) => found.has(word)));
}

/** What is left to draw. */
export function withoutSteering(prompt: string): string {
  return prompt.replace(written, ' ').replace(/\s+/g, ' ').trim();
}
