/** Numbers, lists and times in Chinese. */
import { createFormats, type Formats } from '../formats.ts';

const byIntl = createFormats('zh');

/** With the space that these texts have between Chinese and Latin writing. */
export const formats: Formats = {
  ...byIntl,
  or: (items) => spaced(byIntl.or(items)),
  and: (items) => spaced(byIntl.and(items)),
};

function spaced(text: string): string {
  return text.replaceAll(
    /(?<=\p{Script=Han})(?=[\p{Script=Latin}\d[-])|(?<=[\p{Script=Latin}\d\]])(?=\p{Script=Han})/gu,
    ' ',
  );
}
