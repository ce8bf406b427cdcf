import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotInstalled } from '../../../src/bots/slack/slack-clients.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { createSecret } from '../../../src/core/secret.ts';
import { eventually } from '../../support/eventually.ts';
import { usualScopes } from '../../support/fake-slack/teams.ts';
import { describeOn, findServices } from '../../support/services.ts';
import { hourMs, keyOf, openInstallWorld, openSlackDatabase, openSlackPostgres } from './install-world.ts';

const minuteMs = 60_000;
const services = await findServices();

describe('on PGlite', () => exam(openSlackDatabase));
describeOn('PostgreSQL', services.postgres, 'on PostgreSQL', () => exam(openSlackPostgres));

function exam(openDatabase: () => Promise<OpenDatabase>): void {
  let opened: OpenDatabase;
  beforeAll(async () => {
    opened = await openDatabase();
  });
  afterAll(() => opened.close());

  describe('an installation', () => {
    it('gives out its token, and its rows and the log do not', async () => {
      await using world = await openInstallWorld(opened);
      const { team, installations } = world;
      await world.install();
      const identity = await installations.identify(keyOf(team));
      expect(identity).toEqual({ token: team.botToken, bot: team.bot, botUser: team.botUser, name: 'Acme' });
      const [row] = await world.rows();
      expect(row).toMatchObject({
        id: team.id,
        team: team.id,
        enterprise: null,
        name: 'Acme',
        app: world.slack.appId,
        expires_at: null,
        installed_by: 'U0INSTALLER',
      });
      expect(row?.scopes.toSorted()).toEqual(usualScopes.toSorted());
      expect(world.said('slack.installed')).toMatchObject([{ installation: team.id, name: 'Acme' }]);
      for (const seen of [JSON.stringify(row), JSON.stringify(world.lines)]) expect(seen).not.toContain(team.botToken);
    });

    it('is found by another process, under the same SECRET_KEY only', async () => {
      await using world = await openInstallWorld(opened);
      await world.install();
      await expect(world.another().identify(keyOf(world.team))).resolves.toMatchObject({ token: world.team.botToken });
      const stranger = world.another({ secretKey: createSecret('another secret key') });
      await expect(stranger.identify(keyOf(world.team))).rejects.toThrow('sealed under another SECRET_KEY');
    });

    it('is that of no other workspace', async () => {
      await using world = await openInstallWorld(opened);
      await world.install();
      const other = world.slack.addTeam({ name: 'Bolt', isInstalled: false });
      await expect(world.installations.identify(keyOf(other))).rejects.toThrow(NotInstalled);
      await world.install(other);
      expect((await world.installations.identify(keyOf(other))).name).toBe('Bolt');
      expect((await world.installations.identify(keyOf(world.team))).name).toBe('Acme');
    });

    it('of an organisation speaks in all of its workspaces, and one of their own goes before', async () => {
      await using world = await openInstallWorld(opened);
      const [one, other] = ['One', 'Other'].map((name) =>
        world.slack.addTeam({ name, enterprise: 'E0CORE', isInstalled: false }),
      );
      if (one === undefined || other === undefined) throw new Error('no workspaces');
      await world.install(one, true);
      expect(await world.rows()).toMatchObject([{ id: 'E0CORE', team: null, enterprise: 'E0CORE' }]);
      const wide = await world.installations.identify(keyOf(one, true));
      expect(await world.installations.identify(keyOf(one))).toEqual(wide);
      expect(await world.installations.identify(keyOf(other))).toEqual(wide);
      await world.install(other);
      const own = await world.installations.identify(keyOf(other));
      expect(own.token).not.toBe(wide.token);
      expect(await world.installations.identify(keyOf(other, true))).toEqual(wide);
    });

    it('in place of an earlier one counts at once', async () => {
      await using world = await openInstallWorld(opened);
      await world.install();
      const before = await world.installations.identify(keyOf(world.team));
      await world.install();
      const after = await world.installations.identify(keyOf(world.team));
      expect(after.token).toBe(world.team.botToken);
      expect(after.token).not.toBe(before.token);
      expect(await world.rows()).toHaveLength(1);
    });

    it('is looked up once for many who ask, and again after a few seconds', async () => {
      await using world = await openInstallWorld(opened);
      await world.install();
      const key = keyOf(world.team);
      const there = world.another();
      const first = await there.identify(key);
      await world.install();
      expect(await there.identify(key)).toEqual(first);
      world.clock.pass(3_001);
      expect((await there.identify(key)).token).toBe(world.team.botToken);
    });

    it('is looked up again where the database is away for a moment', async () => {
      await using world = await openInstallWorld(opened);
      await world.install();
      let failures = 2;
      const database = world.database.withPlugin({
        transformQuery({ node }) {
          failures -= 1;
          if (failures >= 0) throw new Error('the connection broke');
          return node;
        },
        transformResult: async ({ result }) => result,
      });
      await expect(world.another({ database }).identify(keyOf(world.team))).resolves.toMatchObject({ name: 'Acme' });
      failures = 9;
      await expect(world.another({ database }).identify(keyOf(world.team))).rejects.toThrow('the connection broke');
    });

    it('is handed to the library without the refresh token, which it would use up', async () => {
      await using world = await openInstallWorld(opened, { hasTokenRotation: true });
      await world.install();
      const { store } = world.installations;
      const query = { teamId: world.team.id, enterpriseId: undefined, isEnterpriseInstall: false };
      const found = await store.fetchInstallation(query);
      expect(found).toMatchObject({ team: { id: world.team.id, name: 'Acme' }, authVersion: 'v2' });
      expect(found.bot).toEqual({
        token: world.team.botToken,
        id: world.team.bot,
        userId: world.team.botUser,
        scopes: expect.arrayContaining(['commands']),
      });
      await store.deleteInstallation?.(query);
      await expect(store.fetchInstallation(query)).rejects.toThrow(NotInstalled);
    });
  });

  describe('a token that dies after twelve hours', () => {
    it('is given out as it is for most of its life', async () => {
      await using world = await openInstallWorld(opened, { hasTokenRotation: true });
      await world.install();
      const { token } = await world.installations.identify(keyOf(world.team));
      world.clock.pass(11 * hourMs);
      expect((await world.installations.identify(keyOf(world.team))).token).toBe(token);
      expect(world.slack.calls('oauth.v2.access')).toHaveLength(1);
    });

    it('is renewed when it is dead, and again the next day', async () => {
      await using world = await openInstallWorld(opened, { hasTokenRotation: true });
      await world.install();
      const seen = new Set<string>();
      for (let days = 0; days < 3; days += 1) {
        const { token } = await world.installations.identify(keyOf(world.team));
        expect(token).toBe(world.team.botToken);
        seen.add(token);
        world.clock.pass(13 * hourMs);
      }
      expect(seen.size).toBe(3);
      const [row] = await world.rows();
      expect(row?.refreshing_until).toBeNull();
      for (const token of seen) expect(JSON.stringify([row, world.lines])).not.toContain(token);
    });

    it('is renewed shortly before, while the old one is given out without a wait', async () => {
      await using world = await openInstallWorld(opened, { hasTokenRotation: true });
      await world.install();
      const { token } = await world.installations.identify(keyOf(world.team));
      world.clock.pass(12 * hourMs - 9 * minuteMs);
      const goOn = world.slack.faults.hold('oauth.v2.access');
      expect((await world.installations.identify(keyOf(world.team))).token).toBe(token);
      goOn();
      await world.installations.settle();
      const next = await world.installations.identify(keyOf(world.team));
      expect(next.token).toBe(world.team.botToken);
      expect(next.token).not.toBe(token);
    });

    it('is renewed once, however many ask in however many processes', async () => {
      await using world = await openInstallWorld(opened, { hasTokenRotation: true });
      await world.install();
      world.clock.pass(13 * hourMs);
      const processes = [world.installations, world.another(), world.another(), world.another()];
      const asked = processes.flatMap((each) => [1, 2, 3].map(() => each.identify(keyOf(world.team))));
      const tokens = new Set((await Promise.all(asked)).map(({ token }) => token));
      expect([...tokens]).toEqual([world.team.botToken]);
      // The first was the installation's own.
      expect(world.slack.calls('oauth.v2.access').map(({ answer }) => answer)).toEqual(['ok', 'ok']);
    });

    it('is given out as long as it lives when it cannot be renewed, which is tried again later', async () => {
      await using world = await openInstallWorld(opened, { hasTokenRotation: true });
      await world.install();
      const key = keyOf(world.team);
      const { token } = await world.installations.identify(key);
      world.clock.pass(12 * hourMs - 30_000);
      world.slack.faults.status('oauth.v2.access', 503, 1);
      expect((await world.installations.identify(key)).token).toBe(token);
      expect((await world.installations.identify(key)).token).toBe(token);
      expect(world.said('slack.token-not-renewed')).toMatchObject([{ installation: world.team.id, name: 'Acme' }]);
      expect(world.slack.calls('oauth.v2.access')).toHaveLength(2);
      world.clock.pass(31_000);
      expect((await world.installations.identify(key)).token).toBe(world.team.botToken);
      expect(world.team.botToken).not.toBe(token);
    });

    it('that nobody renews any more is no installation once it is dead, until the app is installed anew', async () => {
      await using world = await openInstallWorld(opened, { hasTokenRotation: true });
      await world.install();
      const key = keyOf(world.team);
      world.clock.pass(13 * hourMs);
      world.slack.faults.fail('oauth.v2.access', 'invalid_refresh_token');
      await expect(world.installations.identify(key)).rejects.toThrow(NotInstalled);
      // Not asked again for every message that comes.
      await expect(world.installations.identify(key)).rejects.toThrow(NotInstalled);
      expect(world.slack.calls('oauth.v2.access')).toHaveLength(2);
      await world.install();
      expect((await world.installations.identify(key)).token).toBe(world.team.botToken);
    });

    it('whose renewal nobody heard of is left alone for half a minute', async () => {
      await using world = await openInstallWorld(opened, { hasTokenRotation: true });
      await world.install();
      const key = keyOf(world.team);
      world.clock.pass(12 * hourMs - 40_000);
      world.slack.faults.loseAnswer('oauth.v2.access');
      const { token } = await world.installations.identify(key);
      const [row] = await world.rows();
      expect(row?.refreshing_until?.getTime()).toBe(world.clock.now().getTime() + 30_000);
      // Another process does not use the refresh token meanwhile either.
      const other = world.another();
      world.clock.pass(10_000);
      expect((await other.identify(key)).token).toBe(token);
      expect(world.slack.calls('oauth.v2.access')).toHaveLength(2);
    });

    it('that was renewed when somebody removed the app does not come back', async () => {
      await using world = await openInstallWorld(opened, { hasTokenRotation: true });
      await world.install();
      const key = keyOf(world.team);
      world.clock.pass(13 * hourMs);
      const goOn = world.slack.faults.hold('oauth.v2.access');
      const asked = world.installations.identify(key);
      const outcome = expect(asked).rejects.toThrow(NotInstalled);
      await eventually(() => world.slack.calls('oauth.v2.access').length === 2 || new Error('not asked'));
      await world.another().remove(key);
      goOn();
      await outcome;
      expect(await world.rows()).toEqual([]);
    });

    it('that was renewed when somebody installed the app anew does not take its place', async () => {
      await using world = await openInstallWorld(opened, { hasTokenRotation: true });
      await world.install();
      const key = keyOf(world.team);
      world.clock.pass(13 * hourMs);
      const goOn = world.slack.faults.hold('oauth.v2.access');
      const asked = world.another().identify(key);
      await eventually(() => world.slack.calls('oauth.v2.access').length === 2 || new Error('not asked'));
      await world.install();
      const { token } = await world.installations.identify(key);
      goOn();
      expect((await asked).token).toBe(token);
      expect((await world.another().identify(key)).token).toBe(token);
    });
  });
}
