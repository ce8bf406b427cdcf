/** Tables as files that spreadsheets open (RFC 4180). Pure. */

/**
 * The first row names the columns. It begins with a byte order mark, without which Excel reads names as Latin-1. No
 * cell is run as a formula, whatever a person called themselves.
 */
export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(toCell).join(',')}\r\n`).join('')}`;
}

/** What a spreadsheet takes for the start of a formula, also in full width, and after spaces that it drops. */
const formula = /^\s*[=+\-@\t\r＝＋－＠]/u;

function toCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  // An apostrophe makes it text; within quotes it stays where it is.
  const text = formula.test(value) ? `'${value}` : value;
  return text !== value || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
