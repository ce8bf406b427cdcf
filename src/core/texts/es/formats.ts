/** Numbers, lists and times in Spanish. */
import { createFormats } from '../formats.ts';

/** As Intl knows them. */
export const formats = createFormats('es');
