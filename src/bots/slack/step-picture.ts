/** The picture that a step of a workflow is given: a file's id or a link, bare or within the rich text that the builder makes of it. Pure. */
import { z } from 'zod';
import type { ShownPicture } from './message-files.ts';

const element = z.object({
  type: z.string().nullish(),
  url: z.string().nullish(),
  text: z.unknown().optional(),
  file_id: z.string().nullish(),
  elements: z.array(z.unknown()).nullish(),
});

/** Where Slack shows a file, and where it keeps one; the id stands in the path of both. */
const shown = /^https:\/\/[\w.-]+\/files\/[^/]+\/([A-Z0-9]{4,})(?:\/|$)/;
const keptAt = /^https:\/\/files\.slack\.com\/files-(?:pri|tmb)\/[A-Z0-9]+-([A-Z0-9]{4,})(?:\/|-)/;

/** The first there is; null: none. */
export function readStepPicture(given: unknown): ShownPicture | null {
  const [first] = wordsIn(given);
  if (first === undefined) return null;
  const file = (shown.exec(first) ?? keptAt.exec(first))?.[1];
  if (file !== undefined) return { from: 'file', id: file };
  return /^https?:/i.test(first) ? { from: 'url', url: first } : { from: 'file', id: first };
}

/** Links before what stands beside them. */
function wordsIn(given: unknown): string[] {
  if (typeof given === 'string') {
    const word = given.trim().replace(/^<([^<>|]+)(?:\|[^<>]*)?>$/, '$1');
    return word === '' ? [] : [word];
  }
  if (Array.isArray(given)) {
    const all = given.map(wordsIn);
    return [...all.filter(([word]) => isLink(word)), ...all.filter(([word]) => !isLink(word))].flat();
  }
  const read = element.safeParse(given);
  if (!read.success) return [];
  const { url, file_id: file, text, elements } = read.data;
  return [file, url, typeof text === 'string' ? text : null, elements ?? []].flatMap(wordsIn);
}

function isLink(word: string | undefined): boolean {
  return word !== undefined && /^https?:/i.test(word);
}
