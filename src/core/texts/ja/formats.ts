/** Numbers, lists and times in Japanese. */
import { createFormats, type Formats } from '../formats.ts';

const byIntl = createFormats('ja');

/** Without the spaces that Intl puts between a number and its unit: within a sentence they look like gaps. */
export const formats: Formats = {
  ...byIntl,
  hours: (many) => `${many}時間`,
  minutes: (many) => `${many}分`,
  seconds: (many) => `${many}秒`,
  wholeSeconds: (many) => `${many}秒`,
  parts: (spans) => spans.join(''),
  fromNow: (days) => byIntl.fromNow(days).replaceAll(' ', ''),
};
