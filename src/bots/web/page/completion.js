/** What could be meant by what is being typed: commands after `/`, options after `--`, camera movements after `[`. */

/** What may follow a switch option, as the grammar reads it. */
const switchValues = ['on', 'off'];

/**
 * @param {string} text @param {number} caret
 * @param {{ commands: object[], directives: string[] }} known
 * @returns {{ from: number, to: number, items: { label: string, hint: string, insert: string }[] } | null}
 *   `from` to `to` is what an item's `insert` replaces
 */
export function completionsAt(text, caret, { commands, directives }) {
  const before = text.slice(0, caret);
  return cameraAt(before, text, directives) ?? commandAt(before, commands) ?? optionAt(before, commands) ?? null;
}

function cameraAt(before, text, directives) {
  const open = /\[([^[\]\n]*)$/.exec(before);
  if (open === null) return null;
  // Up to three movements share one pair of brackets.
  const typed = open[1].slice(open[1].lastIndexOf(',') + 1).trimStart();
  const from = before.length - typed.length;
  const isClosed = text[before.length] === ']';
  return some(
    from,
    before.length + (isClosed ? 1 : 0),
    matching(directives, typed).map((name) => ({
      label: name,
      hint: 'camera',
      insert: `${name}]`,
    })),
  );
}

function commandAt(before, commands) {
  const start = /^\/(\S*)$/.exec(before);
  if (start !== null && '/hailuo'.startsWith(before)) return some(0, before.length, commands.map(asLine));
  const word = /^\/hailuo\s+([\w-]*)$/.exec(before);
  if (word === null) return null;
  const found = commands.filter(({ name }) => name !== 'create' && name.startsWith(word[1]));
  return some(0, before.length, found.map(asLine));
}

/** `create` is what `/hailuo` means by itself. */
function asLine({ name, description, options }) {
  const line = name === 'create' ? '/hailuo' : `/hailuo ${name}`;
  return { label: line, hint: description, insert: options.length > 0 ? `${line} ` : line };
}

function optionAt(before, commands) {
  const words = /^\/hailuo(?:\s+(\S+))?/.exec(before);
  if (words === null) return null;
  const command = commands.find(({ name }) => name === words[1]) ?? commands.find(({ name }) => name === 'create');
  const options = command?.options ?? [];
  const value = /\s--([\w-]+)[ =]([^\s]*)$/.exec(before);
  if (value !== null) {
    const option = options.find(({ name }) => flag(name) === `--${value[1].replaceAll('_', '-')}`);
    const choices = option?.kind === 'switch' ? switchValues : (option?.choices ?? []).map(quoted);
    const items = matching(choices, value[2]).map((choice) => ({
      label: choice,
      hint: option.name,
      insert: `${choice} `,
    }));
    return some(before.length - value[2].length, before.length, items);
  }
  const name = /\s(--?[\w-]*)$/.exec(before);
  if (name === null) return null;
  const used = new Set(before.match(/--[\w-]+/g) ?? []);
  const items = options
    .filter((option) => option.kind !== 'picture' && option.name !== 'prompt')
    .map((option) => ({ label: flag(option.name), hint: option.description, insert: `${flag(option.name)} ` }))
    .filter(({ label }) => label.startsWith(name[1]) && (label === name[1] || !used.has(label)));
  return some(before.length - name[1].length, before.length, items);
}

function flag(name) {
  return `--${name.replaceAll('_', '-')}`;
}

function quoted(choice) {
  return String(choice).includes(' ') ? `"${choice}"` : String(choice);
}

/** Those that begin with it first, then those with a word that does. */
function matching(names, typed) {
  const wanted = typed.toLowerCase();
  const starts = names.filter((name) => name.toLowerCase().startsWith(wanted));
  const within = names.filter((name) => !starts.includes(name) && name.toLowerCase().includes(` ${wanted}`));
  return [...starts, ...within];
}

function some(from, to, items) {
  return items.length === 0 ? null : { from, to, items };
}
