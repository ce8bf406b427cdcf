/** Camera movements in square brackets: recognised whatever their case, corrected when nearly right. */
import { distance } from 'fastest-levenshtein';
import { type CameraDirective, cameraDirectives } from './request.ts';

/** At most this many movements in one bracket (providers/minimax.md §3, toapis.md §3). */
export const directivesPerBracket = 3;

/** What became of the movements in a prompt. */
export type CameraCheck =
  /** The prompt with every movement spelled as the model knows it. */
  | { readonly outcome: 'fine'; readonly prompt: string }
  | { readonly outcome: 'unknown'; readonly written: string; readonly suggestion: CameraDirective | null }
  | { readonly outcome: 'too-many'; readonly written: string };

const bracket = /\[([^[\]]*)\]/g;

/** @param prompt brackets inside brackets are read from the inside */
export function checkCamera(prompt: string): CameraCheck {
  for (const [, inside = ''] of prompt.matchAll(bracket)) {
    const names = inside.split(',').map((name) => name.trim());
    if (names.length > directivesPerBracket) return { outcome: 'too-many', written: inside };
    for (const written of names) {
      if (findDirective(written) === undefined) return { outcome: 'unknown', written, suggestion: suggest(written) };
    }
  }
  return {
    outcome: 'fine',
    prompt: prompt.replace(bracket, (_, inside: string) => {
      const names = inside.split(',').map((name) => findDirective(name.trim()) ?? name.trim());
      return `[${names.join(',')}]`;
    }),
  };
}

/** What a half-typed movement may become: what begins so, then what has a word that does; else what is nearly it. */
export function matchDirectives(typed: string): CameraDirective[] {
  const plain = simplify(typed).trim();
  const starts = cameraDirectives.filter((directive) => simplify(directive).startsWith(plain));
  const within = cameraDirectives.filter((directive) => simplify(directive).includes(` ${plain}`));
  const exact = [...new Set([...starts, ...within])];
  if (exact.length > 0) return exact;
  // As many letters are compared as were typed: `psu` is near `pus`, and far from the whole of `push in`.
  const wrongIn = (directive: CameraDirective): number => {
    const whole = simplify(directive);
    return Math.min(distance(plain, whole), distance(plain, whole.slice(0, plain.length)));
  };
  return cameraDirectives
    .filter((directive) => wrongIn(directive) <= Math.min(3, plain.length / 2))
    .toSorted((a, b) => wrongIn(a) - wrongIn(b));
}

function findDirective(written: string): CameraDirective | undefined {
  const plain = simplify(written);
  return cameraDirectives.find((directive) => simplify(directive) === plain);
}

/** The nearest movement, or null when nothing is near: a third of its letters may be wrong. */
function suggest(written: string): CameraDirective | null {
  const plain = simplify(written);
  let best: CameraDirective | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const directive of cameraDirectives) {
    const wrong = distance(plain, simplify(directive));
    if (wrong < fewest && wrong <= Math.max(2, directive.length / 3)) {
      best = directive;
      fewest = wrong;
    }
  }
  return best;
}

function simplify(text: string): string {
  return text.toLowerCase().replace(/[\s_-]+/g, ' ');
}
