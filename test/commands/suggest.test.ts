import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenDatabase } from '../../src/core/database.ts';
import { openMemoryDatabase } from '../support/database.ts';
import { createScriptedProvider, createWorld, type World } from '../support/world.ts';

let opened: OpenDatabase;
let world: World;

beforeAll(async () => {
  opened = await openMemoryDatabase();
  world = createWorld(opened, { providers: [createScriptedProvider('one'), createScriptedProvider('two')] });
});
afterAll(() => opened.close());

async function suggest(command: string, option: string, typed: string, person = 'ann') {
  const found = world.commands.find(({ name }) => name === command);
  const [own] = await world.edges.database.selectFrom('jobs').select('tenant').limit(1).execute();
  const asker = { tenant: own?.tenant ?? 'test:nowhere', person, name: person, channel: 'general', roles: [] };
  return (await found?.suggest?.(option, typed, { ...asker, locale: 'en', isAdmin: false })) ?? null;
}

const valuesOf = async (...asked: Parameters<typeof suggest>) => (await suggest(...asked))?.map(({ value }) => value);

describe('create', () => {
  test('offers the movements that begin as typed', async () => {
    expect(await valuesOf('create', 'camera', 'tilt')).toEqual(['Tilt up', 'Tilt down']);
  });

  test('offers who could render it, by name', async () => {
    expect(await suggest('create', 'provider', 'TWO')).toEqual([{ label: 'Provider two', value: 'two' }]);
  });

  test('has nothing to say about the rest', async () => {
    expect(await suggest('create', 'duration', '6')).toEqual([]);
  });

  test('says which of its options it can complete', () => {
    const create = world.commands.find(({ name }) => name === 'create');
    expect(create?.options.filter(({ hasSuggestions }) => hasSuggestions).map(({ name }) => name)).toEqual([
      'camera',
      'provider',
    ]);
  });
});

describe('cancel', () => {
  test('offers one’s own clips in the making, by the end of their id or words of the prompt', async () => {
    const boat = await world.create({ prompt: 'a paper boat' });
    const kite = await world.create({ prompt: 'a red kite' });
    expect(await valuesOf('cancel', 'job', '')).toEqual(expect.arrayContaining([boat.id, kite.id]));
    expect(await suggest('cancel', 'job', 'RED k')).toEqual([
      { label: `${kite.id.slice(-6)} · a red kite`, value: kite.id },
    ]);
    expect(await valuesOf('cancel', 'job', boat.id.slice(-6))).toEqual([boat.id]);
    expect(await suggest('cancel', 'job', '', 'bob')).toEqual([]);

    await world.runUntilEnd(boat.id);
    expect(await valuesOf('cancel', 'job', 'paper')).toEqual([]);
  });
});
