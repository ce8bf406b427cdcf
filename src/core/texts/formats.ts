/** Numbers, lists and spans of time as a language writes them, by way of Intl. */

/** What `createFormats` makes for one language. */
export interface Formats {
  readonly number: (value: number) => string;
  /** `a, b or c` */
  readonly or: (items: readonly (string | number)[]) => string;
  /** `a, b and c` */
  readonly and: (items: readonly (string | number)[]) => string;
  /** The number with its noun: `1 clip`, `2 clips`. A language without plurals needs `other` alone. */
  readonly count: (many: number, forms: PluralForms) => string;
  readonly megabytes: (bytes: number) => string;
  /** Dollars, from millionths of one. */
  readonly money: (micro: number) => string;
  /** `in 9 days`; `3 days ago` where `many` is below zero. */
  readonly fromNow: (days: number) => string;
  /** Hours, minutes and seconds are written short. */
  readonly hours: (many: number) => string;
  readonly minutes: (many: number) => string;
  readonly seconds: (many: number) => string;
  /** Written out: `45 seconds`. */
  readonly wholeSeconds: (many: number) => string;
  /** `5 h 12 min` from its parts. */
  readonly parts: (spans: readonly string[]) => string;
  /** `18:48 UTC` */
  readonly clock: (at: Date) => string;
}

interface PluralForms extends Partial<Record<Intl.LDMLPluralRule, string>> {
  readonly other: string;
}

/** @param language BCP 47 */
export function createFormats(language: string): Formats {
  // Four digits stay together: `2000`.
  const numbers = new Intl.NumberFormat(language, { useGrouping: 'min2' });
  const plurals = new Intl.PluralRules(language);
  const unit = (name: string, unitDisplay: 'short' | 'long') => {
    const format = new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay });
    return (many: number) => format.format(many);
  };
  const list = (options: Intl.ListFormatOptions) => {
    const format = new Intl.ListFormat(language, options);
    return (items: readonly (string | number)[]) => format.format(items.map(String));
  };
  const clock = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
  });
  const relative = new Intl.RelativeTimeFormat(language);
  const dollars = new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
  });
  const megabytes = unit('megabyte', 'short');
  return {
    number: (value) => numbers.format(value),
    or: list({ type: 'disjunction' }),
    and: list({ type: 'conjunction' }),
    count: (many, forms) => `${numbers.format(many)} ${forms[plurals.select(many)] ?? forms.other}`,
    megabytes: (bytes) => megabytes(bytes / 1_000_000),
    money: (micro) => dollars.format(micro / 1_000_000),
    fromNow: (days) => relative.format(days, 'day'),
    hours: unit('hour', 'short'),
    minutes: unit('minute', 'short'),
    seconds: unit('second', 'short'),
    wholeSeconds: unit('second', 'long'),
    parts: list({ type: 'unit', style: 'narrow' }),
    clock: (at) => `${clock.format(at)} UTC`,
  };
}

interface WhenWords {
  /** `in 5 h` */
  readonly ahead: (span: string) => string;
  /** `3 min ago` */
  readonly past: (span: string) => string;
  /** `in 5 h (00:00 UTC)` */
  readonly at: (ahead: string, clock: string) => string;
  readonly soon: string;
  readonly justNow: string;
}

/** Tells a moment as exactly as it is useful: minutes within two days, whole days beyond. */
export function createWhen(formats: Formats, words: WhenWords): (at: Date, now: Date) => string {
  return (at, now) => {
    const minutes = Math.round((at.getTime() - now.getTime()) / 60_000);
    if (minutes === 0) return at > now ? words.soon : words.justNow;
    const said = fromNow(minutes, formats, words);
    return minutes < 0 ? said : words.at(said, formats.clock(at));
  };
}

function fromNow(minutes: number, formats: Formats, { ahead, past }: WhenWords): string {
  if (Math.abs(minutes) >= 48 * 60) return formats.fromNow(Math.round(minutes / 1440));
  const span = spanWords(Math.abs(minutes), formats);
  return minutes < 0 ? past(span) : ahead(span);
}

function spanWords(minutes: number, { hours, minutes: inMinutes, parts }: Formats): string {
  if (minutes < 60) return inMinutes(minutes);
  const whole = hours(Math.floor(minutes / 60));
  return minutes % 60 === 0 ? whole : parts([whole, inMinutes(minutes % 60)]);
}

/** How long something took: `45 seconds`, `2 min 5 s`. */
export function lengthWords(seconds: number, { wholeSeconds, minutes, seconds: inSeconds, parts }: Formats): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 90) return wholeSeconds(whole);
  return parts([minutes(Math.floor(whole / 60)), inSeconds(whole % 60)]);
}
