import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Import, readSourceTree, type SourceUnit } from './support/source-tree.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const everything = readSourceTree('src', 'test', 'bench', 'scripts');
const units = everything.filter(({ path }) => path.startsWith('src/'));
const files = readdirSync(new URL('../src', import.meta.url), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath.slice(root.length)}/${entry.name}`.replaceAll('\\', '/'));

const nouns = ['jobs', 'providers', 'quota', 'delivery', 'media'] as const;
type Part = 'main' | 'bots' | 'web' | 'commands' | 'simulate' | 'core' | (typeof nouns)[number];

/** Where a file stands. `core` is its root files; `embedded` belongs to them. */
function partOf(path: string): Part {
  const [, folder = '', inside = ''] = path.split('/');
  if (folder === 'core') return nouns.find((noun) => noun === inside) ?? 'core';
  return folder === 'bots' || folder === 'web' || folder === 'commands' || folder === 'simulate' ? folder : 'main';
}

/** What each part may use as it runs, and what it may only name in types. Everything may use itself. */
const directions: Record<Part, { readonly uses: readonly Part[]; readonly names?: readonly Part[] }> = {
  main: { uses: ['bots', 'web', 'commands', 'core', ...nouns] },
  bots: { uses: ['commands', 'core', ...nouns] },
  web: { uses: ['core', ...nouns], names: ['commands'] },
  commands: { uses: ['core', ...nouns] },
  // Stands in for the six services: it must not share a mistake with the program it tests.
  simulate: { uses: [] },
  jobs: { uses: ['providers', 'quota', 'delivery', 'media', 'core'] },
  providers: { uses: ['core'], names: ['media'] },
  quota: { uses: ['core'], names: ['media'] },
  delivery: { uses: ['core'], names: ['media'] },
  media: { uses: ['core'] },
  core: { uses: [], names: ['media', 'delivery'] },
};

/** The one file of a noun that those who may only name it can see. */
const faces: Partial<Record<Part, string>> = {
  media: 'src/core/media/media.ts',
  delivery: 'src/core/delivery/delivery.ts',
};

function isAllowed(from: SourceUnit, { target, isType }: Import): boolean {
  const here = partOf(from.path);
  const there = partOf(target);
  if (here === 'bots' && there === 'bots') return sharesPlatform(from.path, target);
  if (here === there || directions[here].uses.includes(there)) return true;
  const face = faces[there];
  return isType && directions[here].names?.includes(there) === true && (face === undefined || face === target);
}

/** A platform knows itself and what all platforms share, never another platform. */
function sharesPlatform(from: string, to: string): boolean {
  const [here, there] = [from, to].map((path) => path.split('/').slice(2, -1)[0]);
  return there === undefined || here === there;
}

describe('imports go down only', () => {
  it.each(Object.keys(directions) as Part[])('%s', (part) => {
    const wrong = units
      .filter(({ path }) => partOf(path) === part)
      .flatMap((unit) =>
        unit.imports
          .filter((each) => each.target.startsWith('src/') && !isAllowed(unit, each))
          .map(({ target }) => `${unit.path} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('there are no cycles', () => {
    const graph = new Map(units.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));
    expect(findCycles(graph)).toEqual([]);
  });

  it('a cycle would be found', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', []],
      ['d', ['a']],
    ]);
    expect(findCycles(graph)).toEqual([['a', 'b', 'd', 'a']]);
  });

  it('files of ours are named with their ending, and are there', () => {
    const known = new Set(files);
    const wrong = units.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => target.startsWith('src/'))
        .filter(({ written, target }) => !/\.(ts|js|mjs|json)$/.test(written) || !known.has(target))
        .map(({ written }) => `${path}: ${written}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('a library has its place', () => {
  it.each([
    ['discord.js', ['src/bots/discord/']],
    ['@slack/bolt', ['src/bots/slack/']],
    ['bullmq', ['src/core/jobs/bullmq-queue.ts', 'src/web/']],
    ['ioredis', ['src/core/jobs/redis-client.ts']],
    ['undici', ['src/core/http.ts', 'src/core/stranger-guard.ts', 'src/core/media/download.ts']],
    ['@electric-sql/pglite', ['src/core/embedded/']],
    ['pino', ['src/core/log.ts']],
    ['hono', ['src/web/', 'src/bots/', 'src/simulate/']],
    ['@napi-rs/webcodecs', ['src/core/media/clip-worker.ts', 'src/core/providers/sandbox/render-worker.ts']],
  ])('%s', (library, places) => {
    const wrong = units
      .filter(({ imports }) => imports.some(({ target }) => target === library))
      .filter(({ path }) => !places.some((place) => path.startsWith(place)))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  it('every one is a dependency, and none of development', () => {
    const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
      dependencies: Record<string, string>;
    };
    // Drawn only for somebody at a terminal, and left out where it is not installed.
    const optional = ['pino-pretty'];
    const used = new Set(
      units.flatMap(({ imports }) =>
        imports
          .filter(({ target, written }) => !target.startsWith('src/') && !written.startsWith('node:'))
          .map(({ target }) => target),
      ),
    );
    expect([...used].filter((name) => !(name in dependencies) && !optional.includes(name))).toEqual([]);
  });
});

describe('habits', () => {
  it('the environment is read in the two programs alone', () => {
    const readers = units.filter(({ text }) => /process\s*\.\s*env\b/.test(text)).map(({ path }) => path);
    expect(readers.filter((path) => path !== 'src/main.ts' && path !== 'src/doctor.ts')).toEqual([]);
  });

  it('nothing is exported by default', () => {
    expect(everything.filter(({ hasDefaultExport }) => hasDefaultExport).map(({ path }) => path)).toEqual([]);
  });

  it('nothing is left for later', () => {
    const left = new RegExp(`\\b(?:${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b`);
    expect(everything.filter(({ text }) => left.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('files are named in kebab-case', () => {
    const wrong = files.filter(
      (path) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)+$/.test(path.split('/').at(-1) ?? ''),
    );
    expect(wrong).toEqual([]);
  });

  it('no check is switched off', () => {
    const off = /@ts-(?:ignore|nocheck|expect-error)|biome-ignore(?!-all)/;
    expect(units.filter(({ text }) => off.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('core says what it promises, name by name', () => {
    const exported = units
      .filter(({ path }) => path.startsWith('src/core/'))
      .flatMap(({ path, exports }) => exports.map((each) => ({ ...each, path })));
    const bare = exported.filter(({ isDocumented }) => !isDocumented).map(({ path, name }) => `${path} ${name}`);
    expect(bare).toEqual([]);
  });
});

/** Each as the files one after another, back to the first. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      cycles.push([...trail.slice(start), path]);
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return cycles;
}
