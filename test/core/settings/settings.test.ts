import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Admin, readAudit } from '../../../src/core/settings/audit.ts';
import { findBlock, listBlocks, setBlock } from '../../../src/core/settings/blocks.ts';
import { defaultSettings } from '../../../src/core/settings/settings.ts';
import { changeSettings, readSettings } from '../../../src/core/settings/store.ts';
import { forEachDatabase } from '../../support/database.ts';
import { sampleTime } from '../../support/sample-job.ts';
import { findServices } from '../../support/services.ts';

const services = await findServices();
const ada: Admin = { tenant: 'discord:1', person: 'ada', name: 'Ada' };
const bob: Admin = { tenant: 'discord:2', person: 'bob', name: 'Bob' };

forEachDatabase(services, 'what admins choose', (opened) => {
  beforeEach(async () => {
    await sql`truncate settings, blocks, audit`.execute(opened().database);
  });

  describe('settings', () => {
    it('are the defaults until somebody chooses', async () => {
      expect(await readSettings(opened().database, ada.tenant)).toEqual(defaultSettings);
    });

    it('keep what was chosen before, tenant by tenant', async () => {
      const { database } = opened();
      await changeSettings(database, ada, sampleTime, () => ({ model: '02', blockedWords: ['gun'] }));
      await changeSettings(database, ada, sampleTime, () => ({ place: 'thread', blockedWords: ['knife'] }));
      await changeSettings(database, bob, sampleTime, () => ({ hasReactions: false }));
      expect(await readSettings(database, ada.tenant)).toEqual({
        ...defaultSettings,
        model: '02',
        place: 'thread',
        blockedWords: ['knife'],
      });
      expect(await readSettings(database, bob.tenant)).toEqual({ ...defaultSettings, hasReactions: false });
    });

    it('say what became different, and only that', async () => {
      const { database } = opened();
      await changeSettings(database, ada, sampleTime, () => ({ model: '02' }));
      expect(await changeSettings(database, ada, sampleTime, () => ({ model: '02', place: 'thread' }))).toEqual([
        { what: 'place', subject: null, before: 'channel', after: 'thread' },
      ]);
      expect(await changeSettings(database, ada, sampleTime, () => ({ place: 'thread' }))).toEqual([]);
    });

    it('30 admins who add a word at once add 30 words, and each line goes on from the one before', async () => {
      const { database } = opened();
      await Promise.all(
        Array.from({ length: 30 }, (_, each) =>
          changeSettings(database, ada, sampleTime, ({ blockedWords }) => ({
            blockedWords: [...blockedWords, `word-${each}`],
          })),
        ),
      );
      expect(new Set((await readSettings(database, ada.tenant)).blockedWords).size).toBe(30);
      const lines = (await readAudit(database, ada.tenant, 100)).toReversed();
      expect(lines).toHaveLength(30);
      for (const [each, line] of lines.entries()) expect(line.before).toEqual(lines[each - 1]?.after ?? []);
    });
  });

  describe('blocks', () => {
    it('block, change the reason, unblock', async () => {
      const { database } = opened();
      expect(await findBlock(database, ada.tenant, 'eve')).toBeNull();
      expect(await setBlock(database, ada, sampleTime, 'eve', 'spam')).toEqual([
        { what: 'block', subject: { kind: 'person', id: 'eve' }, before: null, after: 'spam' },
      ]);
      expect(await setBlock(database, ada, sampleTime, 'eve', 'spam')).toEqual([]);
      await setBlock(database, ada, sampleTime, 'eve', 'more spam');
      expect(await findBlock(database, ada.tenant, 'eve')).toEqual({
        person: 'eve',
        reason: 'more spam',
        by: 'ada',
        at: sampleTime,
      });
      expect(await setBlock(database, ada, sampleTime, 'eve', null)).toMatchObject([
        { before: 'more spam', after: null },
      ]);
      expect(await findBlock(database, ada.tenant, 'eve')).toBeNull();
      expect(await setBlock(database, ada, sampleTime, 'eve', null)).toEqual([]);
    });

    it('without a reason is a block all the same', async () => {
      await setBlock(opened().database, ada, sampleTime, 'eve', '');
      expect(await findBlock(opened().database, ada.tenant, 'eve')).toMatchObject({ reason: '' });
    });

    it('hold in one tenant only', async () => {
      await setBlock(opened().database, ada, sampleTime, 'eve', 'spam');
      expect(await findBlock(opened().database, bob.tenant, 'eve')).toBeNull();
      expect(await listBlocks(opened().database, bob.tenant, 10)).toEqual([]);
      expect(await listBlocks(opened().database, ada.tenant, 10)).toMatchObject([{ person: 'eve' }]);
    });
  });

  describe('the audit', () => {
    it('says who, when, what, from what to what, the newest first', async () => {
      const { database } = opened();
      const later = new Date(sampleTime.getTime() + 60_000);
      await changeSettings(database, ada, sampleTime, () => ({ channels: ['7'] }));
      await setBlock(database, ada, later, 'eve', 'spam');
      const by = { person: 'ada', name: 'Ada' };
      expect(await readAudit(database, ada.tenant, 10)).toEqual([
        { what: 'block', subject: { kind: 'person', id: 'eve' }, before: null, after: 'spam', by, at: later },
        { what: 'channels', subject: null, before: null, after: ['7'], by, at: sampleTime },
      ]);
      expect(await readAudit(database, ada.tenant, 1)).toHaveLength(1);
      expect(await readAudit(database, bob.tenant, 10)).toEqual([]);
    });

    it('is only ever added to', async () => {
      const { database } = opened();
      await setBlock(database, ada, sampleTime, 'eve', 'spam');
      await expect(database.deleteFrom('audit').execute()).rejects.toThrow('only ever added to');
      await expect(database.updateTable('audit').set({ name: 'Eve' }).execute()).rejects.toThrow('only ever added to');
      expect(await readAudit(database, ada.tenant, 10)).toHaveLength(1);
    });

    it('a change that fails leaves neither the change nor its line', async () => {
      const { database } = opened();
      const broken = { ...ada, name: 'A\u0000da' };
      await expect(changeSettings(database, broken, sampleTime, () => ({ model: '02' }))).rejects.toThrow();
      expect(await readSettings(database, ada.tenant)).toEqual(defaultSettings);
      expect(await readAudit(database, ada.tenant, 10)).toEqual([]);
    });
  });
});
