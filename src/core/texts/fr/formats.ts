/** Numbers, lists and times in French. */
import { createFormats } from '../formats.ts';

/** As Intl knows them. */
export const formats = createFormats('fr');
