/** docs/providers.md keeps its word: what is generated is up to date, and its seventh provider works as it stands there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fillIn } from '../scripts/provider-docs.ts';
import { settingNames } from '../src/core/config.ts';
import type { SealedProvider } from '../src/core/providers/provider.ts';
import { providers } from '../src/core/providers/registry.ts';
import { providerContract } from './contracts/provider-contract.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replaceAll('\\', '/');
const document = readFileSync(`${root}docs/providers.md`, 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'seventh-provider-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what is generated', () => {
  it('is up to date: `npm run docs:providers` writes it', () => {
    expect(fillIn(document)).toBe(document);
  });

  it('has a place of its own, each part', () => {
    expect(() => fillIn(document.replace('<!-- generated: comparison -->', ''))).toThrow('no place for: comparison');
    const foreign = `${document}\n<!-- generated: weather -->\n<!-- end -->\n`;
    expect(() => fillIn(foreign)).toThrow('nobody generates: weather');
  });

  it('is found wrong when a price differs', () => {
    const wrong = document.replace('$0.28', '$0.27');
    expect(wrong).not.toBe(document);
    expect(fillIn(wrong)).toBe(document);
  });
});

describe('the README', () => {
  it('has every name that the program reads', () => {
    const readme = readFileSync(`${root}README.md`, 'utf8');
    expect(settingNames(providers).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the seventh provider', () => {
  it('is found by the type check to be as the others are', () => {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: `${root}tsconfig.json`, include: ['*.ts'] }),
    );
    const run = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', folder], {
      encoding: 'utf8',
    });
    expect({ printed: run.stdout, status: run.status }).toEqual({ printed: '', status: 0 });
  });
});

providerContract(await importSeventh(), JSON.parse(blockOf('test/fixtures/providers/acme.json')));

/** Written outside of the source, which other tests read meanwhile; so its imports are told where the source is. */
async function importSeventh(): Promise<SealedProvider> {
  const code = blockOf('src/core/providers/acme.ts')
    .replaceAll("from './", `from '${root}src/core/providers/`)
    .replaceAll("from '../", `from '${root}src/core/`);
  const path = join(folder, 'acme.ts');
  writeFileSync(path, code);
  // For the libraries it imports.
  symlinkSync(`${root}node_modules`, join(folder, 'node_modules'), 'junction');
  const { acme } = (await import(/* @vite-ignore */ path)) as { readonly acme: SealedProvider };
  return acme;
}

/** The code block that names this file behind its language. */
function blockOf(file: string): string {
  for (const [, info = '', text = ''] of document.matchAll(/^```(\S+ \S+)\n([\s\S]*?)^```$/gm)) {
    if (info.endsWith(` ${file}`)) return text;
  }
  throw new Error(`docs/providers.md has no block for ${file}`);
}
