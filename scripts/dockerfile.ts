/** Reads a Dockerfile and its .dockerignore, as far as this project uses them. Pure. */

export type Instruction =
  | { readonly name: 'FROM'; readonly image: string }
  | { readonly name: 'WORKDIR' | 'USER' | 'EXPOSE' | 'VOLUME' | 'STOPSIGNAL'; readonly value: string }
  | { readonly name: 'ENV'; readonly values: Readonly<Record<string, string>> }
  | { readonly name: 'COPY'; readonly from: readonly string[]; readonly to: string }
  | { readonly name: 'RUN'; readonly command: string }
  | { readonly name: 'CMD'; readonly words: readonly string[] }
  | { readonly name: 'HEALTHCHECK'; readonly words: readonly string[]; readonly options: readonly string[] };

/** @throws with the line of whatever this reader does not know, rather than skip what Docker would do */
export function parseDockerfile(text: string): Instruction[] {
  return joinLines(text).map(({ line, written }) => {
    try {
      return parseInstruction(written);
    } catch (error) {
      throw new Error(`line ${line}: ${error instanceof Error ? error.message : error}`);
    }
  });
}

function parseInstruction(written: string): Instruction {
  const [, word = '', rest = ''] = /^(\S+)\s+([\s\S]*)$/.exec(written) ?? [];
  const name = word.toUpperCase();
  switch (name) {
    case 'FROM':
      if (/\s/.test(rest)) throw new Error('only a single stage is known');
      return { name, image: rest };
    case 'WORKDIR':
    case 'USER':
    case 'EXPOSE':
    case 'VOLUME':
    case 'STOPSIGNAL':
      return { name, value: rest };
    case 'ENV':
      return { name, values: parseValues(rest) };
    case 'COPY': {
      if (rest.startsWith('--')) throw new Error(`COPY takes no options here: ${rest}`);
      const words = rest.split(/\s+/);
      return { name, from: words.slice(0, -1), to: words.at(-1) ?? '.' };
    }
    case 'RUN':
      if (rest.startsWith('--') || rest.startsWith('[')) throw new Error(`RUN is a plain command here: ${rest}`);
      return { name, command: rest };
    case 'CMD':
      return { name, words: parseWords(rest) };
    case 'HEALTHCHECK': {
      const [options = '', command = ''] = rest.split(/\bCMD\s+(?=\[)/);
      return { name, words: parseWords(command), options: options.trim().split(/\s+/) };
    }
    default:
      throw new Error(`${word || written} is not known`);
  }
}

/** Comments left out, continued lines joined. */
function joinLines(text: string): { line: number; written: string }[] {
  const joined: { line: number; written: string }[] = [];
  let open: { line: number; written: string } | null = null;
  for (const [index, raw] of text.split('\n').entries()) {
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const goesOn = trimmed.endsWith('\\');
    const part = goesOn ? trimmed.slice(0, -1).trimEnd() : trimmed;
    const whole: { line: number; written: string } =
      open === null ? { line: index + 1, written: part } : { line: open.line, written: `${open.written} ${part}` };
    open = goesOn ? whole : null;
    if (!goesOn) joined.push(whole);
  }
  if (open !== null) throw new Error(`line ${open.line}: goes on and never ends`);
  return joined;
}

/** `A=1 B=2`; the form without an equals sign is not known. */
function parseValues(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(/\s+/).map((pair) => {
      const [, name, value] = /^([A-Za-z_]\w*)=([^\s"'$]*)$/.exec(pair) ?? [];
      if (name === undefined || value === undefined) throw new Error(`ENV ${pair} is not known`);
      return [name, value];
    }),
  );
}

/** The form that runs without a shell, so that signals reach the program. */
function parseWords(text: string): string[] {
  const words: unknown = text.startsWith('[') ? JSON.parse(text) : null;
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
    throw new Error(`only the form ["…", "…"] is known: ${text}`);
  }
  return words;
}

/** Whether a file of the project never reaches Docker; the last line that fits it decides. */
export function createIgnore(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ isBack: line.startsWith('!'), fits: toPattern(line.replace(/^!/, '').replace(/^\/|\/$/g, '')) }));
  return (path) => rules.reduce((isIgnored, { isBack, fits }) => (fits.test(path) ? !isBack : isIgnored), false);
}

/** A line speaks of a file, or of everything in a folder. */
function toPattern(glob: string): RegExp {
  const source = glob
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      return part === '?' ? '[^/]' : part.replace(/[\\^$.+()[\]{}|]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}(?:/.*)?$`);
}
