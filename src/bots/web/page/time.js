/** Times as people read them, in their own time zone and language. */

let aheadMs = 0;

/** The server's clock is the one the expected times are counted by. */
export function setServerTime(serverMs) {
  aheadMs = serverMs - Date.now();
}

export function serverNowSeconds() {
  return (Date.now() + aheadMs) / 1000;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

export function clockTime(ms) {
  return clock.format(ms);
}

export function exactTime(ms) {
  return exact.format(ms);
}

/** `Today`, `Yesterday`, or the date. */
export function dayName(ms) {
  const daysAgo = Math.round((startOfDay(Date.now()) - startOfDay(ms)) / 86_400_000);
  if (daysAgo === 0) return 'Today';
  return daysAgo === 1 ? 'Yesterday' : day.format(ms);
}

export function startOfDay(ms) {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** `0:07`, `1:32` */
export function asMinutes(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** `about 20 to 35 s left`; in steps that do not flicker. */
export function timeLeft(fromSeconds, toSeconds) {
  if (toSeconds <= 2) return 'any moment now';
  const [unit, size] = toSeconds >= 100 ? ['min', 60] : ['s', 1];
  const step = unit === 's' && toSeconds > 15 ? 5 : 1;
  const round = (seconds) => Math.max(1, Math.round(seconds / size / step) * step);
  const from = round(Math.max(fromSeconds, 1));
  const to = round(toSeconds);
  return from >= to ? `about ${to} ${unit} left` : `about ${from} to ${to} ${unit} left`;
}

const endings = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });

export function ordinal(number) {
  return `${number}${endings[ordinals.select(number)]}`;
}
