/** All that people read, in their language: `textsFor(asker.locale).noJobs`. Plain text; couriers escape it. */
import { de } from './de/texts.ts';
import { en } from './en/texts.ts';
import { es } from './es/texts.ts';
import { fr } from './fr/texts.ts';
import { ja } from './ja/texts.ts';
import type { Wording } from './wording.ts';
import { zh } from './zh/texts.ts';

/** Everything that can be said, in one language. A sentence that one of them misses does not compile. */
export type Texts = Wording<typeof en>;

/** Chinese is written in simplified characters, wherever it is read. */
const languages = new Map<string, Texts>(Object.entries<Texts>({ en, de, fr, es, ja, zh }));

/** @param locale BCP 47, as the platform reports it; a language that is not spoken here is answered in English */
export function textsFor(locale: string): Texts {
  const [language = ''] = locale.toLowerCase().split(/[-_]/);
  return languages.get(language) ?? en;
}
