/** Numbers, lists and times in German. */
import { createFormats, type Formats } from '../formats.ts';

/** With the signs of the units: an abbreviation's full stop would meet that of the sentence. */
export const formats: Formats = {
  ...createFormats('de'),
  hours: (many) => `${many} h`,
  minutes: (many) => `${many} min`,
  seconds: (many) => `${many} s`,
  parts: (spans) => spans.join(' '),
};
