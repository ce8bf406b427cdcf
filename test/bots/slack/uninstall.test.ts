import { WebClient } from '@slack/web-api';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InstallationKey, type SlackAddress, toDestination } from '../../../src/bots/slack/address.ts';
import { addCall, findCall, type OpenCall, writtenCalls } from '../../../src/bots/slack/calls.ts';
import { NotInstalled } from '../../../src/bots/slack/slack-clients.ts';
import type { Uninstall } from '../../../src/bots/slack/uninstall.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import type { JobId, JobState } from '../../../src/core/values.ts';
import type { FakeTeam } from '../../support/fake-slack/teams.ts';
import { sampleJob, sampleRow } from '../../support/sample-job.ts';
import { describeOn, findServices } from '../../support/services.ts';
import {
  hourMs,
  type InstallWorld,
  keyOf,
  openInstallWorld,
  openSlackDatabase,
  openSlackPostgres,
} from './install-world.ts';

const services = await findServices();

describe('on PGlite', () => exam(openSlackDatabase));
describeOn('PostgreSQL', services.postgres, 'on PostgreSQL', () => exam(openSlackPostgres));

function uninstallOf(key: InstallationKey, at: Date, more: Partial<Uninstall> = {}): Uninstall {
  return { key, event: 'app_uninstalled', at, bots: [], ...more };
}

/** As Slack writes times of events. */
function inSeconds(at: Date): Date {
  return new Date(Math.trunc(at.getTime() / 1000) * 1000);
}

async function addJob(world: InstallWorld, installation: InstallationKey, state: JobState = 'rendering') {
  const address: SlackAddress = {
    installation,
    channel: 'C1',
    thread: null,
    request: null,
    person: 'U1',
    isDirect: false,
    execution: null,
  };
  return insertJob(world, { state, destination: toDestination(address) });
}

async function insertJob({ database }: InstallWorld, more: Partial<Job>): Promise<JobId> {
  const isOver = more.state === 'done';
  const job = sampleJob({ ...more, endedAt: isOver ? new Date() : null, wakeAt: null });
  await database
    .insertInto('jobs')
    .values(sampleRow(job) as never)
    .execute();
  return job.id;
}

async function addOpenCall(world: InstallWorld, installation: InstallationKey, hasPlace = true): Promise<string> {
  const at = world.clock.now();
  const id = `command:${uuidv7()}`;
  const open: OpenCall = {
    id,
    call: {
      kind: 'command',
      from: hasPlace ? 'command' : 'home',
      command: 'jobs',
      values: {},
      pictures: {},
      person: 'U1',
      installation,
      place: hasPlace ? { installation, channel: 'C1', thread: null, request: null } : null,
      execution: null,
    },
    responseUrl: null,
    receivedAt: at,
    expiresAt: new Date(at.getTime() + hourMs),
  };
  await addCall(world.database, `trigger:${id}`, open, at);
  return id;
}

/** What somebody would still take up. */
async function openCalls({ database, clock }: InstallWorld): Promise<string[]> {
  const at = new Date(clock.now().getTime() + 1);
  const claimed = await writtenCalls(database).claim({ heldUntil: at, isAlone: true, at });
  return claimed.map(({ id }) => id);
}

async function revoke({ slack }: InstallWorld, { botToken }: FakeTeam): Promise<void> {
  await new WebClient(botToken, { slackApiUrl: slack.apiUrl }).auth.revoke();
}

function exam(openDatabase: () => Promise<OpenDatabase>): void {
  let opened: OpenDatabase;
  beforeAll(async () => {
    opened = await openDatabase();
  });
  afterAll(() => opened.close());

  describe('an app that is removed', () => {
    it('leaves no token, no open call, no Home, and its jobs are asked to end', async () => {
      await using world = await openInstallWorld(opened);
      const { team, database, clock } = world;
      const other = world.slack.addTeam({ name: 'Bolt', isInstalled: false });
      await world.install();
      await world.install(other);
      const jobs = [await addJob(world, keyOf(team)), await addJob(world, keyOf(team), 'opening')];
      await addJob(world, keyOf(team), 'done');
      await addJob(world, keyOf(other));
      await insertJob(world, {});
      const gone = [await addOpenCall(world, keyOf(team)), await addOpenCall(world, keyOf(team), false)];
      const kept = await addOpenCall(world, keyOf(other));
      for (const each of [team, other]) {
        await database
          .insertInto('slack_homes')
          .values({
            tenant: `slack:${each.id}`,
            person: 'U1',
            installation: JSON.stringify(keyOf(each)),
            opened_at: clock.now(),
            drawn_at: clock.now(),
          })
          .execute();
      }

      clock.pass(60_000);
      await world.installations.uninstalled(uninstallOf(keyOf(team), inSeconds(clock.now())));

      await expect(world.installations.identify(keyOf(team))).rejects.toThrow(NotInstalled);
      expect((await world.rows()).map(({ id }) => id)).toEqual([other.id]);
      expect(world.cancelled.toSorted()).toEqual(jobs.toSorted());
      expect(await openCalls(world)).toEqual([kept]);
      for (const id of gone) expect(await findCall(database, id)).not.toBeNull();
      const homes = await database.selectFrom('slack_homes').select('tenant').execute();
      expect(homes).toEqual([{ tenant: `slack:${other.id}` }]);
      expect(world.said('slack.uninstalled')).toMatchObject([{ installation: team.id, name: 'Acme' }]);
    });

    it('is removed once, however often Slack says so', async () => {
      await using world = await openInstallWorld(opened);
      await world.install();
      const job = await addJob(world, keyOf(world.team));
      world.clock.pass(60_000);
      const told = uninstallOf(keyOf(world.team), inSeconds(world.clock.now()));
      await world.installations.uninstalled(told);
      await world.another().uninstalled(told);
      await world.installations.uninstalled({ ...told, event: 'tokens_revoked', bots: [world.team.botUser] });
      await world.installations.remove(told.key);
      expect(world.cancelled).toEqual([job]);
      expect(world.said('slack.uninstalled')).toHaveLength(1);
    });

    it('works at once when it is installed again, whatever comes late of the removal', async () => {
      await using world = await openInstallWorld(opened);
      const { team, installations, clock } = world;
      await world.install();
      clock.pass(60_000);
      const told = uninstallOf(keyOf(team), inSeconds(clock.now()));
      await installations.uninstalled(told);
      clock.pass(60_000);
      await world.install();
      const job = await addJob(world, keyOf(team));
      expect((await installations.identify(keyOf(team))).token).toBe(team.botToken);
      // Slack repeats for up to a day.
      clock.pass(6 * hourMs);
      await installations.uninstalled(told);
      await installations.uninstalled({ ...told, event: 'tokens_revoked', bots: [team.botUser] });
      expect((await installations.identify(keyOf(team))).token).toBe(team.botToken);
      expect(world.cancelled).not.toContain(job);
      expect(world.said('slack.still-installed')).toHaveLength(2);
    });

    it('in the second it was installed in is asked about', async () => {
      await using world = await openInstallWorld(opened);
      await world.install();
      await revoke(world, world.team);
      const told = uninstallOf(keyOf(world.team), new Date(inSeconds(world.clock.now()).getTime() - 1000));
      await world.installations.uninstalled(told);
      expect(await world.rows()).toEqual([]);
    });

    it('that nobody can be asked about is believed when it is said of this installation', async () => {
      await using world = await openInstallWorld(opened);
      const { team, installations, clock, slack } = world;
      await world.install();
      const told = { event: 'tokens_revoked', bots: [team.botUser] } as const;
      slack.faults.status('auth.test', 503, 6);
      await installations.uninstalled(uninstallOf(keyOf(team), new Date(clock.now().getTime() - hourMs), told));
      expect(await world.rows()).toHaveLength(1);
      clock.pass(60_000);
      await installations.uninstalled(uninstallOf(keyOf(team), inSeconds(clock.now()), told));
      expect(await world.rows()).toEqual([]);
    });
  });

  describe('a token that is taken back', () => {
    it('is an end when it is the bot’s and dead', async () => {
      await using world = await openInstallWorld(opened);
      const { team, installations, clock } = world;
      await world.install();
      const job = await addJob(world, keyOf(team));
      clock.pass(60_000);
      const told = uninstallOf(keyOf(team), inSeconds(clock.now()), { event: 'tokens_revoked' });
      // Somebody's own, and another app's: none of ours.
      await installations.uninstalled(told);
      await installations.uninstalled({ ...told, bots: ['U0SOMEBODY'] });
      // An older one of the same bot, which has been replaced.
      await installations.uninstalled({ ...told, bots: [team.botUser] });
      expect(await world.rows()).toHaveLength(1);
      await revoke(world, team);
      await installations.uninstalled({ ...told, bots: [team.botUser] });
      expect(await world.rows()).toEqual([]);
      expect(world.cancelled).toEqual([job]);
    });
  });

  describe('an organisation', () => {
    it('that removes the app ends it in all its workspaces but those that have their own', async () => {
      await using world = await openInstallWorld(opened);
      const [one, other] = ['One', 'Other'].map((name) =>
        world.slack.addTeam({ name, enterprise: 'E0CORE', isInstalled: false }),
      );
      if (one === undefined || other === undefined) throw new Error('no workspaces');
      await world.install(one, true);
      await world.install(other);
      const wide = [await addJob(world, keyOf(one, true)), await addJob(world, { ...keyOf(one, true), team: one.id })];
      const borrowed = await addJob(world, keyOf(one));
      await addJob(world, keyOf(other));
      world.clock.pass(60_000);
      await world.installations.uninstalled(uninstallOf(keyOf(one, true), inSeconds(world.clock.now())));
      expect(world.cancelled.toSorted()).toEqual([...wide, borrowed].toSorted());
      expect((await world.rows()).map(({ id }) => id)).toEqual([other.id]);
    });

    it('keeps going in a workspace that removes its own', async () => {
      await using world = await openInstallWorld(opened);
      const team = world.slack.addTeam({ enterprise: 'E0CORE', isInstalled: false });
      await world.install(team, true);
      const { token } = await world.installations.identify(keyOf(team));
      await world.install(team);
      await addJob(world, keyOf(team));
      world.clock.pass(60_000);
      await world.installations.uninstalled(uninstallOf(keyOf(team), inSeconds(world.clock.now())));
      expect((await world.installations.identify(keyOf(team))).token).toBe(token);
      expect(world.cancelled).toEqual([]);
    });
  });

  it('what a process that died left is found at the next start', async () => {
    await using world = await openInstallWorld(opened);
    const { team } = world;
    await world.install();
    const job = await addJob(world, keyOf(team));
    await addOpenCall(world, keyOf(team));
    const dying = world.another({ cancelJob: () => Promise.reject(new Error('killed')) });
    await expect(dying.remove(keyOf(team))).rejects.toThrow('killed');
    expect(await world.rows()).toEqual([]);
    await world.installations.sweep();
    expect(world.cancelled).toEqual([job]);
    expect(await openCalls(world)).toEqual([]);
    await world.installations.sweep();
    expect(world.cancelled).toEqual([job]);
  });
}
