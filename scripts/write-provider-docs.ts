/** `npm run docs:providers`: writes the generated parts of docs/providers.md anew, and leaves the rest as it is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fillIn } from './provider-docs.ts';

const path = new URL('../docs/providers.md', import.meta.url);
const before = readFileSync(path, 'utf8');
const after = fillIn(before);
writeFileSync(path, after);
process.stdout.write(after === before ? 'docs/providers.md was up to date.\n' : 'docs/providers.md is written anew.\n');
