/** The app's Home on a fake Slack: what stands there, for whom, and when it is drawn again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type InstallationKey, tenantOf } from '../../../src/bots/slack/address.ts';
import { createGroups } from '../../../src/bots/slack/groups.ts';
import { createHomeBoard } from '../../../src/bots/slack/home.ts';
import { createPeople } from '../../../src/bots/slack/people.ts';
import { createSlackApi, NotInstalled, type Tokens } from '../../../src/bots/slack/slack-clients.ts';
import { slackMigrations } from '../../../src/bots/slack/slack-migrations.ts';
import type { SlackTables } from '../../../src/bots/slack/slack-tables.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { Asker } from '../../../src/core/values.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { startFakeSlack } from '../../support/fake-slack/fake-slack.ts';
import { createHandClock } from '../../support/hand-clock.ts';
import { ann, createWorld, type WorldOptions } from '../../support/world.ts';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openMemoryDatabase(slackMigrations);
});
afterAll(() => opened.close());

let worlds = 0;

interface About {
  readonly isAdmin?: boolean;
  readonly isBot?: boolean;
  readonly locale?: string;
  readonly publicUrl?: string;
}

async function openHomes(about: About = {}) {
  const slack = await startFakeSlack();
  onTestFinished(() => slack.close());
  // Teams have the same ids in every fake, and the ledger is shared.
  worlds += 1;
  const key: InstallationKey = { team: slack.team.id, enterprise: `E${worlds}`, isEnterpriseInstall: false };
  const clock = createHandClock();
  const settings: WorldOptions['settings'] = { publicUrl: about.publicUrl ?? '' };
  const world = createWorld(opened, { clock, settings });
  const person = slack.team.person({
    name: 'ann',
    isAdmin: about.isAdmin ?? false,
    isBot: about.isBot ?? false,
    ...(about.locale !== undefined && { locale: about.locale }),
  });
  const lines: { readonly event: string; readonly fields: unknown }[] = [];
  const note = (event: string, fields?: unknown): void => void lines.push({ event, fields });
  const log = { debug: note, info: note, warn: note, error: note };
  let isInstalled = true;
  const tokens: Tokens = {
    async identify() {
      if (!isInstalled) throw new NotInstalled('uninstalled');
      const { botToken: token, botUser } = slack.team;
      return { token, bot: 'B1', botUser, name: 'hailuo' };
    },
  };
  const api = createSlackApi({ tokens, apiUrl: slack.apiUrl, log });
  const database = opened.database.withTables<SlackTables>();
  // People have the same ids in every fake too.
  await database.deleteFrom('slack_homes').execute();
  /** As another process has one of its own. */
  const newBoard = () => {
    const people = createPeople({ api, now: world.now });
    const groups = createGroups({ database, api, now: world.now });
    const board = createHomeBoard({ database, api, people, groups, now: world.now, log, everyMs }, world.commands);
    onTestFinished(() => board.stop());
    return board;
  };
  const asker: Asker = {
    tenant: tenantOf(key),
    person: person.id,
    name: 'ann',
    channel: 'C1',
    roles: [],
    locale: 'en',
    isAdmin: about.isAdmin ?? false,
  };
  const publishes = () => slack.calls('views.publish');
  return {
    slack,
    world,
    key,
    person,
    lines,
    database,
    newBoard,
    publishes,
    board: newBoard(),
    uninstall: () => {
      isInstalled = false;
    },
    create: (prompt: string) => world.create({ prompt }, { asker }),
    call: (name: string, values: Record<string, unknown>) => world.call(name, values, { asker }),
    /** What stands there now, every word and every button of it. */
    stands: () => JSON.stringify(publishes().findLast(({ answer }) => answer === 'ok')?.args.view ?? null),
  };
}

const everyMs = 20;
const longerThanALook = 60_000;

test('somebody new sees how to begin, what they may use, and that nothing was made yet', async () => {
  const { board, key, person, slack } = await openHomes();
  await board.opened(key, person.id);
  const { words } = person.home ?? {};
  for (const said of ['Make a clip', '10 of 10', 'Nothing is being made for you now.', 'You have no clips yet.'])
    expect(words).toContain(said);
  expect(words).not.toContain('Settings of this workspace');
  expect(slack.problems).toEqual([]);
});

test('what runs can be cancelled, what is over leads to its message or to our copy, and has its buttons', async () => {
  const { board, key, person, slack, world, create, database, stands } = await openHomes({
    publicUrl: 'https://bot.example',
  });
  const posted = await world.runUntilEnd((await create('a posted boat')).id);
  const channel = slack.team.channel({ name: 'general' });
  const message = person.say(channel, 'stands for the clip');
  await database
    .updateTable('posts')
    .set({ message: JSON.stringify({ channel: channel.id, ts: message.ts }) })
    .where('job_id', '=', posted.id)
    .execute();
  const elsewhere = await world.runUntilEnd((await create('a boat elsewhere')).id);
  const running = await create('a boat under way');
  await board.opened(key, person.id);

  const [before = '', after = ''] = (person.home?.words ?? '').split('Your last clips');
  expect(before).toContain('a boat under way');
  expect(after).not.toContain('a boat under way');
  for (const said of ['a posted boat', 'a boat elsewhere']) {
    expect(before).not.toContain(said);
    expect(after).toContain(said);
  }
  expect(stands()).toContain(`hailuo:cancel:${running.id}`);
  for (const action of ['again', 'remix', 'continue']) expect(stands()).toContain(`hailuo:${action}:${posted.id}`);
  expect(stands()).toContain(slack.linkTo(message).split('?')[0]);
  expect(stands().match(/https:\/\/bot\.example\/media\/\w+/g)).toEqual([
    `https://bot.example/media/${elsewhere.clip}`,
  ]);
  expect(slack.problems).toEqual([]);
});

test('without a public address no link of ours is shown', async () => {
  const { board, key, person, world, create, stands } = await openHomes();
  await world.runUntilEnd((await create('a boat')).id);
  await board.opened(key, person.id);
  expect(person.home?.words).toContain('a boat');
  expect(stands()).not.toContain('/media/');
});

test('admins see the settings, and a button for each form that changes them', async () => {
  const { board, key, person, call, stands, slack } = await openHomes({ isAdmin: true });
  await call('model', { model: '2.3-fast' });
  await board.opened(key, person.id);
  expect(person.home?.words).toContain('Settings of this workspace');
  expect(person.home?.words).toContain('2.3-fast');
  for (const form of ['limit', 'channels', 'model', 'reactions', 'words', 'block', 'unblock', 'admins'])
    expect(stands()).toContain(`"action_id":"hailuo-admin:${form}"`);
  expect(slack.problems).toEqual([]);
});

test('so do those whom the admins have listed', async () => {
  const { board, key, person, call, stands, world } = await openHomes();
  const root = { ...ann, tenant: tenantOf(key), person: 'U0ROOT', isAdmin: true };
  await world.call('admins', { action: 'add', person: person.id }, { asker: root });
  await call('model', { model: '2.3-fast' });
  await board.opened(key, person.id);
  expect(person.home?.words).toContain('2.3-fast');
  expect(stands()).toContain('"action_id":"hailuo-admin:limit"');
  expect(stands()).not.toContain('hailuo-admin:admins');
});

test('it speaks the language of the person', async () => {
  const { board, key, person } = await openHomes({ locale: 'de-DE' });
  await board.opened(key, person.id);
  expect(person.home?.words).toContain('Du hast noch keine Clips.');
});

test('an answer stands on it for a minute, whatever happens meanwhile', async () => {
  const { board, key, person, world, create } = await openHomes();
  await board.opened(key, person.id);
  await board.show(key, person.id, 'That *job* is over already.');
  expect(person.home?.words).toContain('job∗ is over already.');
  await create('a boat');
  await board.show(key, person.id);
  expect(person.home?.words).toContain('is over already.');
  expect(person.home?.words).toContain('a boat');
  board.start();
  world.pass(61_000);
  await eventually(() => !person.home?.words.includes('is over already.') || new Error('it still stands there'));
});

test('a call of somebody who has not looked lately draws nothing', async () => {
  const { board, key, person, publishes } = await openHomes();
  await board.show(key, person.id);
  expect(publishes()).toHaveLength(0);
  await board.show(key, person.id, 'Cancelled.');
  expect(person.home?.words).toContain('Cancelled.');
});

test('nothing is published when nothing changed; opening it always draws', async () => {
  const { board, key, person, publishes } = await openHomes();
  await board.opened(key, person.id);
  await board.show(key, person.id);
  await board.show(key, person.id);
  expect(publishes()).toHaveLength(1);
  await board.opened(key, person.id);
  expect(publishes()).toHaveLength(2);
});

test('a new signature under a link of ours is no news', async () => {
  const { board, key, person, world, create, publishes } = await openHomes({ publicUrl: 'https://bot.example' });
  await world.runUntilEnd((await create('a boat')).id);
  await board.opened(key, person.id);
  world.pass(1_000);
  await board.show(key, person.id);
  expect(publishes()).toHaveLength(1);
});

test('of many calls at once the last is drawn, and no two at the same time', async () => {
  const { board, key, person, publishes, create, slack } = await openHomes();
  await board.opened(key, person.id);
  const goOn = slack.faults.hold('views.publish');
  const shown = [board.show(key, person.id, 'one')];
  await eventually(() => publishes().length === 2 || new Error('not yet'));
  await create('a boat');
  for (const notice of ['two', 'three', 'four']) shown.push(board.show(key, person.id, notice));
  goOn();
  await Promise.all(shown);
  expect(publishes()).toHaveLength(3);
  expect(person.home?.words).toContain('four');
  expect(person.home?.words).toContain('a boat');
});

test('two processes follow one person: whoever comes second reads again, and the newest stands there', async () => {
  const { board, newBoard, key, person, publishes, create } = await openHomes();
  await board.opened(key, person.id);
  const other = newBoard();
  await create('a boat');
  await Promise.all([board.show(key, person.id, 'from one'), other.show(key, person.id, 'from the other')]);
  expect(publishes().map(({ answer }) => answer)).not.toContain('internal_error');
  expect(person.home?.words).toContain('a boat');
  expect(person.home?.words).toMatch(/from one|from the other/);
});

test('a name that nobody wrote down does not stand in the way for long', async () => {
  const { board, key, person, publishes, database } = await openHomes();
  await board.opened(key, person.id);
  await database.updateTable('slack_homes').set({ hash: '1.stale' }).where('person', '=', person.id).execute();
  await board.show(key, person.id, 'Done.');
  expect(publishes().map(({ answer }) => answer)).toEqual(['ok', 'hash_conflict', 'ok']);
  expect(person.home?.words).toContain('Done.');
});

test('a Home that is looked at follows the jobs, drawn by one of several processes', async () => {
  const { board, newBoard, key, person, publishes, create, world } = await openHomes();
  await board.opened(key, person.id);
  await create('a boat');
  for (const each of [board, newBoard(), newBoard()]) each.start();
  world.pass(everyMs * 1.5);
  await eventually(() => person.home?.words.includes('a boat') === true || new Error('it is not there yet'));
  for (let looks = 0; looks < 5; looks += 1) {
    world.pass(everyMs * 1.5);
    await sleep(everyMs * 3);
  }
  expect(publishes()).toHaveLength(2);
});

test('what Slack would not take now is drawn by the next look', async () => {
  const { board, key, person, slack, world, lines } = await openHomes();
  slack.faults.rateLimit('views.publish', 1, 1);
  await board.opened(key, person.id);
  expect(person.home).toBeNull();
  expect(lines.map(({ event }) => event)).toContain('slack.home-not-drawn');
  board.start();
  world.pass(longerThanALook);
  await eventually(() => person.home !== null || new Error('nothing was published'));
});

test('what Slack will not have is not sent again and again', async () => {
  const { board, key, person, slack, world, publishes } = await openHomes();
  slack.faults.fail('views.publish', 'not_enabled');
  await board.opened(key, person.id);
  board.start();
  world.pass(longerThanALook);
  await sleep(everyMs * 10);
  expect(publishes()).toHaveLength(1);
});

test('where the app is gone, so is the Home', async () => {
  const { board, key, person, uninstall, database, publishes } = await openHomes();
  await board.opened(key, person.id);
  uninstall();
  await board.show(key, person.id, 'Done.');
  expect(publishes()).toHaveLength(1);
  const rows = await database.selectFrom('slack_homes').selectAll().where('person', '=', person.id).execute();
  expect(rows.filter(({ tenant }) => tenant === tenantOf(key))).toEqual([]);
});

test('a program has no Home', async () => {
  const { board, key, person, publishes } = await openHomes({ isBot: true });
  await board.opened(key, person.id);
  expect(publishes()).toHaveLength(0);
});

test('it ends with what was being drawn', async () => {
  const { board, key, person, slack, publishes } = await openHomes();
  const goOn = slack.faults.hold('views.publish');
  board.start();
  const opened = board.opened(key, person.id);
  await eventually(() => publishes().length === 1 || new Error('not yet'));
  const stopped = board.stop();
  goOn();
  await Promise.all([opened, stopped]);
  expect(person.home).not.toBeNull();
});
