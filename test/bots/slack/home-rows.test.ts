/** Whose Home is drawn again: who looked lately, whose jobs changed, and of several processes one draws. */
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type InstallationKey, tenantOf } from '../../../src/bots/slack/address.ts';
import { createHomeRows, type Home, type HomeRows } from '../../../src/bots/slack/home-rows.ts';
import { slackMigrations } from '../../../src/bots/slack/slack-migrations.ts';
import type { SlackTables } from '../../../src/bots/slack/slack-tables.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import { toNewJobRow } from '../../../src/core/jobs/job-row.ts';
import { forEachDatabase } from '../../support/database.ts';
import { sampleAsker, sampleJob } from '../../support/sample-job.ts';
import { findServices } from '../../support/services.ts';

const services = await findServices();
const installation: InstallationKey = { team: 'T1', enterprise: null, isEnterpriseInstall: false };
const ann: Home = { installation, person: 'U1' };
const bob: Home = { installation, person: 'U2' };
const noon = new Date('2026-11-21T12:00:00Z');
const after = (seconds: number): Date => new Date(noon.getTime() + seconds * 1000);
const standing = { drawn: 'what was drawn', hash: '1700.abc' };

forEachDatabase(services, 'Homes', (opened) => {
  let rows: HomeRows;

  beforeAll(async () => {
    for (const { up } of Object.values(slackMigrations)) await up(opened().database);
  });

  beforeEach(async () => {
    await sql`truncate jobs, posts, slack_homes cascade`.execute(opened().database);
    rows = createHomeRows(opened().database.withTables<SlackTables>());
  });

  async function drawn(home: Home, seconds = 0): Promise<void> {
    await rows.opened(home, after(seconds));
    await rows.drawn(home, standing, after(seconds));
  }

  async function job(home: Home, about: Partial<Job> = {}): Promise<void> {
    const asker = sampleAsker({ tenant: tenantOf(home.installation), person: home.person });
    const row = toNewJobRow(sampleJob({ asker, acceptedAt: after(-100), stateSince: after(-100), ...about }));
    await sql`insert into jobs select * from jsonb_populate_record(null::jobs, ${JSON.stringify(row)}::jsonb)`.execute(
      opened().database,
    );
    // A new job was never cancelled, so its row has no place for that.
    const { cancelRequestedAt: at = null } = about;
    await sql`update jobs set cancel_requested_at = ${at}::timestamptz where id = ${row.id}`.execute(opened().database);
  }

  const claim = (seconds: number, most = 10) => rows.claim({ at: after(seconds), everyMs: 10_000, most });

  test('a Home whose person has no job that changed is left alone', async () => {
    await drawn(ann);
    await job(ann);
    await job(bob, { stateSince: after(20) });
    expect(await claim(30)).toEqual([]);
  });

  test.each([
    ['a new state', { stateSince: after(20) }],
    ['an end', { endedAt: after(20) }],
    ['a wish to cancel', { cancelRequestedAt: after(20) }],
    ['news of a render', { shownAt: after(20) }],
  ])('%s is drawn, and only once', async (_what, change) => {
    await drawn(ann);
    await job(ann, change);
    expect(await claim(30)).toEqual([ann]);
    expect(await claim(40)).toEqual([]);
  });

  test('what was written while it was being drawn is looked at again', async () => {
    await drawn(ann, 21);
    await job(ann, { stateSince: after(20) });
    expect(await claim(30)).toEqual([ann]);
  });

  test('what was drawn a moment ago waits, whoever asks', async () => {
    await drawn(ann, 18);
    await job(ann, { stateSince: after(20) });
    expect(await claim(22)).toEqual([]);
    expect(await claim(23)).toEqual([ann]);
    expect(await claim(24)).toEqual([]);
  });

  test('nobody looks for longer than a quarter of an hour', async () => {
    await drawn(ann);
    await job(ann, { stateSince: after(900) });
    expect(await claim(899)).toEqual([ann]);
    expect(await claim(901)).toEqual([]);
    await rows.opened(ann, after(902));
    expect(await claim(913)).toEqual([ann]);
  });

  test('of several processes that ask, one gets each', async () => {
    const homes = ['U1', 'U2', 'U3', 'U4'].map((person): Home => ({ installation, person }));
    for (const home of homes) {
      await drawn(home);
      await job(home, { stateSince: after(20) });
    }
    const claimed = (await Promise.all([claim(30), claim(30), claim(30)])).flat();
    expect(claimed.map(({ person }) => person).toSorted()).toEqual(['U1', 'U2', 'U3', 'U4']);
  });

  test('so many at once, who has waited longest first', async () => {
    await drawn(bob, -5);
    await drawn(ann);
    for (const home of [ann, bob]) await job(home, { stateSince: after(20) });
    expect(await claim(30, 1)).toEqual([bob]);
    expect(await claim(30, 1)).toEqual([ann]);
  });

  test('what could not be drawn is tried again, though no job changed', async () => {
    await drawn(ann);
    await rows.undrawn(ann, after(1));
    expect(await claim(5)).toEqual([]);
    expect(await claim(6)).toEqual([ann]);
    expect(await rows.find(ann)).toEqual({ drawn: null, hash: standing.hash });
  });

  test('opening it makes what stands there unknown, and keeps its name', async () => {
    expect(await rows.find(ann)).toBeNull();
    await drawn(ann);
    expect(await rows.find(ann)).toEqual(standing);
    await rows.opened(ann, after(5));
    expect(await rows.find(ann)).toEqual({ drawn: null, hash: standing.hash });
  });

  test('in an organisation a person has one Home row, in the workspace they opened last', async () => {
    const organisation = { enterprise: 'E1', isEnterpriseInstall: false };
    const one: Home = { installation: { team: 'T1', ...organisation }, person: 'W1' };
    const other: Home = { installation: { team: 'T2', ...organisation }, person: 'W1' };
    await drawn(one);
    await drawn(other, 5);
    await job(other, { stateSince: after(20) });
    expect(await claim(30)).toEqual([other]);
  });

  test('it is forgotten an hour after it was opened, or at once', async () => {
    await drawn(ann);
    await drawn(bob, 60);
    await rows.sweep(after(3_600));
    expect(await rows.find(ann)).toBeNull();
    expect(await rows.find(bob)).toEqual(standing);
    await rows.forget(bob);
    expect(await rows.find(bob)).toBeNull();
  });
});
