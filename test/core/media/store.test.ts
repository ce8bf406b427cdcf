import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStore, extensionOf, measureFile, type Store, type StoredFile } from '../../../src/core/media/store.ts';

let directory: string;
let store: Store;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
  store = createStore(directory);
});
afterAll(() => rm(directory, { recursive: true }));

async function incoming(text: string) {
  const path = await store.newPath();
  await writeFile(path, text);
  await store.flush(path);
  return { path, ...(await measureFile(path)) };
}

async function filesIn(store: Store): Promise<StoredFile[]> {
  const found: StoredFile[] = [];
  for await (const file of store.files()) found.push(file);
  return found;
}

describe('the store', () => {
  it('keeps a file under the hash of its bytes', async () => {
    const { path, id, bytes } = await incoming('hello');
    expect(id).toBe(createHash('sha256').update('hello').digest('hex'));
    expect(bytes).toBe(5);
    const file = { id, type: 'video/mp4' };
    expect(await store.has(file)).toBe(false);
    await store.adopt(path, file);
    expect(await store.has(file)).toBe(true);
    expect(store.pathOf(file)).toBe(join(directory, 'media', id.slice(0, 2), `${id}.mp4`));
    expect(await readFile(store.pathOf(file), 'utf8')).toBe('hello');
  });

  it('keeps the same bytes once, and forgets them as often as asked', async () => {
    const file = { id: (await incoming('twice')).id, type: 'image/png' };
    for (const { path } of [await incoming('twice'), await incoming('twice')]) await store.adopt(path, file);
    const places = (await filesIn(store)).filter(({ id }) => id === file.id);
    expect(places.map(({ path }) => path)).toEqual([store.pathOf(file)]);
    await store.remove(file);
    await store.remove(file);
    expect(await store.has(file)).toBe(false);
  });

  it('lists what is on its way in as nobody’s', async () => {
    const { path } = await incoming('half');
    expect(await filesIn(store)).toContainEqual(expect.objectContaining({ path, id: null }));
    await rm(path);
  });

  it('is empty before anything was kept', async () => {
    expect(await filesIn(createStore(join(directory, 'nowhere')))).toEqual([]);
  });

  it.each([
    ['image/jpeg', 'jpg'],
    ['video/webm', 'webm'],
    ['application/x-unheard-of', 'bin'],
    ['../../etc', 'bin'],
  ])('%s ends in .%s', (type, extension) => expect(extensionOf(type)).toBe(extension));
});
