import { describe, expect, it } from 'vitest';
import type { InstallationKey } from '../../../src/bots/slack/address.ts';
import { scopeMissingIn } from '../../../src/bots/slack/missing-scope.ts';
import { createPeople } from '../../../src/bots/slack/people.ts';
import { createHandClock } from '../../support/hand-clock.ts';
import { key, openMethods } from './run-server.ts';

const ann = {
  id: 'U1',
  team_id: 'T1',
  name: 'ann.example',
  real_name: 'Ann Example',
  locale: 'de-DE',
  profile: { display_name: 'Ann', real_name: 'Ann Example' },
};

async function openPeople(user: object | ((times: number) => object), as: InstallationKey = key) {
  const clock = createHandClock('2026-11-21T10:00:00Z');
  const slack = await openMethods({
    'users.info': (_body: unknown, times: number) => {
      const given = typeof user === 'function' ? user(times) : user;
      return 'ok' in given ? given : { user: given };
    },
  });
  const people = createPeople({ api: slack.api, now: clock.now });
  return { people, slack, clock, know: (freshMs?: number) => people.know(as, 'U1', freshMs) };
}

describe('who somebody is', () => {
  it('is asked with their language', async () => {
    const { know, slack } = await openPeople(ann);
    expect(await know()).toEqual({ name: 'Ann', locale: 'de-DE', isAdmin: false, isBot: false, isStranger: false });
    expect(slack.asked).toEqual([{ method: 'users.info', body: { user: 'U1', include_locale: 'true' } }]);
  });

  it.each([
    [{ ...ann, profile: { display_name: '', real_name: 'Ann E.' } }, 'Ann E.'],
    [{ ...ann, profile: null }, 'Ann Example'],
    [{ id: 'U1', name: 'ann.example' }, 'ann.example'],
    [{ id: 'U1' }, 'U1'],
  ])('goes by the name that people there see', async (user, name) => {
    expect((await (await openPeople(user)).know()).name).toBe(name);
  });

  it.each(['is_admin', 'is_owner', 'is_primary_owner'])('%s looks after the workspace', async (flag) => {
    expect((await (await openPeople({ ...ann, [flag]: true })).know()).isAdmin).toBe(true);
  });

  it.each(['is_bot', 'is_workflow_bot', 'is_connector_bot', 'deleted'])('%s asks for nothing', async (flag) => {
    expect((await (await openPeople({ ...ann, [flag]: true })).know()).isBot).toBe(true);
  });

  it('nobody has ever heard of is still somebody, and no admin', async () => {
    const { know } = await openPeople({ ok: false, error: 'user_not_found' });
    expect(await know()).toEqual({ name: 'U1', locale: 'en-US', isAdmin: false, isBot: false, isStranger: true });
  });

  it('is not made up where Slack does not allow the question', async () => {
    const { know } = await openPeople({ ok: false, error: 'missing_scope', needed: 'users:read' });
    expect(scopeMissingIn(await know().catch((error: unknown) => error))).toBe('users:read');
  });
});

describe('a stranger', () => {
  const inGrid: InstallationKey = { team: 'T1', enterprise: 'E1', isEnterpriseInstall: false };
  const orgWide: InstallationKey = { team: null, enterprise: 'E1', isEnterpriseInstall: true };
  const colleague = { ...ann, team_id: 'T7', enterprise_user: { enterprise_id: 'E1', teams: ['T7', 'T8'] } };

  it.each([
    ['of this workspace', key, ann, false],
    ['of another company', key, { ...ann, team_id: 'T9' }, true],
    ['of another company, by Slack’s word', key, { ...ann, is_stranger: true }, true],
    ['of a workspace of the same organisation', inGrid, colleague, false],
    ['of the organisation it is installed for', orgWide, { ...colleague, team_id: 'E1' }, false],
    ['of another organisation', orgWide, { ...ann, team_id: 'T9', enterprise_user: { enterprise_id: 'E9' } }, true],
    ['of several workspaces, this one among them', key, { ...ann, team_id: 'T9', teams: ['T9', 'T1'] }, false],
    ['of whom Slack says nothing', key, { id: 'U1', name: 'ann' }, false],
  ])('is or is not somebody %s', async (_name, as, user, isStranger) => {
    expect((await (await openPeople(user, as)).know()).isStranger).toBe(isStranger);
  });

  it('is no admin here, whatever they are at home', async () => {
    const { know } = await openPeople({ ...ann, team_id: 'T9', is_admin: true, is_owner: true });
    expect(await know()).toMatchObject({ isStranger: true, isAdmin: false });
  });

  it('who administers the organisation does so in its workspaces', async () => {
    const enterprise_user = { enterprise_id: 'E1', is_admin: true };
    expect(await (await openPeople({ ...colleague, enterprise_user }, inGrid)).know()).toMatchObject({ isAdmin: true });
  });
});

describe('what is remembered', () => {
  it('holds for ten minutes', async () => {
    const { know, slack, clock } = await openPeople(ann);
    await know();
    clock.pass(9 * 60_000);
    await know();
    expect(slack.count('users.info')).toBe(1);
    clock.pass(2 * 60_000);
    await know();
    expect(slack.count('users.info')).toBe(2);
  });

  it('of an admin holds for a minute, so that one who is none any more soon is not taken for one', async () => {
    const { know, clock } = await openPeople((times) => ({ ...ann, is_admin: times === 0 }));
    expect((await know()).isAdmin).toBe(true);
    clock.pass(59_000);
    expect((await know()).isAdmin).toBe(true);
    clock.pass(2_000);
    expect((await know()).isAdmin).toBe(false);
  });

  it('is asked anew where that is too old', async () => {
    const { know, clock } = await openPeople((times) => ({ ...ann, is_admin: times > 0 }));
    expect((await know()).isAdmin).toBe(false);
    clock.pass(61_000);
    expect((await know()).isAdmin).toBe(false);
    expect((await know(60_000)).isAdmin).toBe(true);
  });

  it('is asked once by many who want to know it at once', async () => {
    const { know, slack } = await openPeople(ann);
    await Promise.all([know(), know(), know()]);
    expect(slack.count('users.info')).toBe(1);
  });

  it('is not an error', async () => {
    const { know } = await openPeople((times) => (times === 0 ? { status: 500, ok: false } : ann));
    await expect(know()).rejects.toThrow();
    expect(await know()).toMatchObject({ name: 'Ann' });
  });

  it('can be had at once, for the language of an acknowledgement', async () => {
    const { people, know } = await openPeople(ann);
    expect(people.localeAtOnce(key, 'U1')).toBe('en-US');
    await know();
    expect(people.localeAtOnce(key, 'U1')).toBe('de-DE');
    expect(people.localeAtOnce({ ...key, team: 'T2' }, 'U1')).toBe('en-US');
  });

  it('of one workspace is nothing to another', async () => {
    const { people, slack } = await openPeople(ann);
    await people.know(key, 'U1');
    await people.know({ ...key, team: 'T2' }, 'U1');
    expect(slack.count('users.info')).toBe(2);
  });
});
