/** As the United Kingdom writes lists, and with short signs for units. */
import { createFormats, type Formats } from '../formats.ts';

/** No comma before the last item of a list. */
export const formats: Formats = {
  ...createFormats('en-GB'),
  hours: (many) => `${many} h`,
  minutes: (many) => `${many} min`,
  seconds: (many) => `${many} s`,
};
