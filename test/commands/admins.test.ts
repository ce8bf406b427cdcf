/** Who may administer beside those whom the platform calls admins. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../../src/commands/command.ts';
import type { OpenDatabase } from '../../src/core/database.ts';
import { readAudit } from '../../src/core/settings/audit.ts';
import { readSettings } from '../../src/core/settings/store.ts';
import { textsFor } from '../../src/core/texts/texts.ts';
import { openMemoryDatabase } from '../support/database.ts';
import { ann, createWorld } from '../support/world.ts';

const { admin: t, ...texts } = textsFor('en');

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openMemoryDatabase();
});
afterAll(() => opened.close());

async function openPlace() {
  const world = createWorld(opened);
  const job = await world.create();
  const { tenant } = job.asker;
  const as = (person: string, command: string, values: Record<string, unknown> = {}, more: object = {}) =>
    world.call(command, values, { asker: { ...ann, tenant, person, name: person, ...more } });
  return {
    ...world,
    tenant,
    job,
    as,
    root: (command: string, values: Record<string, unknown> = {}) => as('root', command, values, { isAdmin: true }),
  };
}

function refused(sentence: string) {
  return { kind: 'card', tone: 'refusal', card: { paragraphs: [sentence] } };
}

function rowsOf(reply: Reply): unknown {
  return reply.kind === 'card' ? reply.card.rows : reply;
}

describe('listed admins', () => {
  it('are named, shown, audited and taken back', async () => {
    const place = await openPlace();
    expect(await place.root('admins', { action: 'list' })).toMatchObject({
      card: { paragraphs: [t.settings.noListedAdmin] },
    });
    await place.root('admins', { action: 'add', person: 'zoe' });
    expect(rowsOf(await place.root('admins', { action: 'add', person: 'bob' }))).toEqual([
      { label: 'bob', subject: { kind: 'person', id: 'bob' }, value: 'May administer this place.' },
      { label: 'zoe', subject: { kind: 'person', id: 'zoe' }, value: 'May administer this place.' },
    ]);
    await place.root('admins', { action: 'add', person: 'bob' });
    expect(rowsOf(await place.root('settings'))).toContainEqual({ label: 'Listed admins', value: 'bob, zoe' });
    await place.root('admins', { action: 'remove', person: 'zoe' });
    expect((await readSettings(opened.database, place.tenant)).admins).toEqual(['bob']);
    const changes = await readAudit(opened.database, place.tenant, 9);
    expect(changes.map(({ what, before, after, by }) => [what, before, after, by.person])).toEqual([
      ['admins', ['bob', 'zoe'], ['bob'], 'root'],
      ['admins', ['zoe'], ['bob', 'zoe'], 'root'],
      ['admins', [], ['zoe'], 'root'],
    ]);
    expect(rowsOf(await place.root('audit'))).toContainEqual(
      expect.objectContaining({ value: expect.stringMatching(/^Listed admins: none → zoe \(root, /) }),
    );
  });

  it('administer like the others, as long as they are listed', async () => {
    const place = await openPlace();
    expect(await place.as('bob', 'threads', { enabled: true })).toMatchObject(refused(t.notAdmin));
    await place.root('admins', { action: 'add', person: 'bob' });
    expect(await place.as('bob', 'threads', { enabled: true })).toMatchObject({ tone: 'plain' });
    expect(await place.as('bob', 'limit', { person: 'eve', clips_per_day: '1' })).toMatchObject({ tone: 'plain' });
    expect(await place.as('bob', 'help', { about: 'admin' })).toMatchObject({ card: { title: 'For admins' } });
    expect((await readAudit(opened.database, place.tenant, 1))[0]?.by.person).toBe('bob');
    expect(await place.as('eve', 'settings')).toMatchObject(refused(t.notAdmin));
    await place.root('admins', { action: 'remove', person: 'bob' });
    expect(await place.as('bob', 'settings')).toMatchObject(refused(t.notAdmin));
  });

  it('are suggested what admins are', async () => {
    const place = await openPlace();
    await place.root('words', { action: 'add', word: 'secret' });
    const words = place.commands.find(({ name }) => name === 'words');
    const bob = { ...ann, tenant: place.tenant, person: 'bob' };
    expect(await words?.suggest?.('word', 'se', bob)).toEqual([]);
    await place.root('admins', { action: 'add', person: 'bob' });
    expect(await words?.suggest?.('word', 'se', bob)).toEqual([{ label: 'secret', value: 'secret' }]);
  });

  it('see the list and cannot change it', async () => {
    const place = await openPlace();
    await place.root('admins', { action: 'add', person: 'bob' });
    expect(rowsOf(await place.as('bob', 'admins', { action: 'list' }))).toHaveLength(1);
    for (const [action, person] of [
      ['add', 'eve'],
      ['remove', 'bob'],
    ]) {
      expect(await place.as('bob', 'admins', { action, person })).toMatchObject(refused(t.settings.ownAdminsOnly));
    }
    expect((await readSettings(opened.database, place.tenant)).admins).toEqual(['bob']);
  });

  it('are those of one place', async () => {
    const [here, there] = [await openPlace(), await openPlace()];
    await here.root('admins', { action: 'add', person: 'bob' });
    expect(await there.as('bob', 'settings')).toMatchObject(refused(t.notAdmin));
  });

  it('cancel and go on from what others asked for', async () => {
    const place = await openPlace();
    const { id } = place.job;
    expect(await place.as('bob', 'cancel', { job: id })).toMatchObject(refused(texts.notYours));
    expect(await place.as('bob', 'remix', { job: id })).toMatchObject(refused(texts.notYoursToUse));
    await place.root('admins', { action: 'add', person: 'bob' });
    expect(await place.as('bob', 'remix', { job: id })).toMatchObject({ kind: 'form' });
    expect(await place.as('bob', 'cancel', { job: id })).toMatchObject({ tone: 'plain' });
    expect(await place.runUntilEnd(id)).toMatchObject({ state: 'cancelled' });
  });

  it('are not bound by the choice of roles', async () => {
    const place = await openPlace();
    await place.root('roles', { action: 'add', role: 'painters' });
    const ask = () => place.as('bob', 'create', { prompt: 'a boat' });
    expect(await ask()).toMatchObject(refused(t.refused.role));
    await place.root('admins', { action: 'add', person: 'bob' });
    expect(await ask()).toMatchObject({ kind: 'started' });
  });

  it('miss a name, or are too many', async () => {
    const place = await openPlace();
    expect(await place.root('admins', { action: 'add' })).toMatchObject(refused('Say which person.'));
    const many = Array.from({ length: 100 }, (_, index) => `p${index}`);
    await opened.database
      .insertInto('settings')
      .values({ tenant: place.tenant, chosen: JSON.stringify({ admins: many }) })
      .onConflict((same) => same.column('tenant').doUpdateSet({ chosen: JSON.stringify({ admins: many }) }))
      .execute();
    expect(await place.root('admins', { action: 'add', person: 'bob' })).toMatchObject(
      refused(t.settings.tooMany(100)),
    );
  });
});
