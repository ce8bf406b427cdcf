import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { listLimits, setLimits } from '../../../src/core/quota/limit-rows.ts';
import { readAudit } from '../../../src/core/settings/audit.ts';
import { forEachDatabase } from '../../support/database.ts';
import { sampleTime } from '../../support/sample-job.ts';
import { findServices } from '../../support/services.ts';

const services = await findServices();
const ada = { tenant: 'discord:1', person: 'ada', name: 'Ada' };
const eve = { kind: 'person', id: 'eve' } as const;

forEachDatabase(services, 'the limits that admins set', (opened) => {
  beforeEach(async () => {
    await sql`truncate limits, audit`.execute(opened().database);
  });

  const set = (...[subject, choices]: [Parameters<typeof setLimits>[3], Parameters<typeof setLimits>[4]]) =>
    setLimits(opened().database, ada, sampleTime, subject, choices);

  it('are set measure by measure, changed and cleared, each with its line', async () => {
    expect(await set(eve, { clips: 5, usd: 2_000_000 })).toEqual([
      { what: 'clips', subject: eve, before: 'default', after: 5 },
      { what: 'usd', subject: eve, before: 'default', after: 2_000_000 },
    ]);
    expect(await set(eve, { clips: 'unlimited', running: 1 })).toEqual([
      { what: 'clips', subject: eve, before: 5, after: 'unlimited' },
      { what: 'running', subject: eve, before: 'default', after: 1 },
    ]);
    expect(await listLimits(opened().database, ada.tenant)).toEqual([
      { subject: eve, choices: { clips: 'unlimited', running: 1, usd: 2_000_000 } },
    ]);
    expect(await set(eve, { clips: 'default', running: 'default', usd: 'default' })).toHaveLength(3);
    expect(await listLimits(opened().database, ada.tenant)).toEqual([]);
    expect(await readAudit(opened().database, ada.tenant, 100)).toHaveLength(7);
  });

  it('that were so already are no change and no line', async () => {
    await set(eve, { clips: 0 });
    expect(await set(eve, { clips: 0, running: 'default' })).toEqual([]);
    expect(await readAudit(opened().database, ada.tenant, 100)).toHaveLength(1);
  });

  it('are listed from the widest to the nearest, and for one tenant', async () => {
    await set(eve, { clips: 1 });
    await set({ kind: 'channel', id: 'general' }, { clips: 2 });
    await set({ kind: 'role', id: 'painters' }, { clips: 3 });
    await set({ kind: 'person', id: '*' }, { clips: 4 });
    await set({ kind: 'tenant', id: ada.tenant }, { clips: 5 });
    await setLimits(opened().database, { ...ada, tenant: 'discord:2' }, sampleTime, eve, { clips: 6 });
    const listed = await listLimits(opened().database, ada.tenant);
    expect(listed.map(({ subject, choices }) => `${subject.kind} ${subject.id} ${choices.clips}`)).toEqual([
      'tenant discord:1 5',
      'person * 4',
      'role painters 3',
      'channel general 2',
      'person eve 1',
    ]);
  });
});
